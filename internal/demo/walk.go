package demo

import (
	"math"
	"slices"
	"time"

	"github.com/paulmach/orb"
)

// solution is the kind of a simulated position. Each format has its own number
// for it.
type solution int

const (
	fixed solution = iota
	float
	handheld
)

// epoch is one simulated position of a receiver.
type epoch struct {
	at         time.Time // UTC
	plane      orb.Point // EPSG:4545
	height     float64   // metres above the ellipsoid
	solution   solution
	sigmaN     float64 // metres, what the receiver claims
	sigmaE     float64
	sigmaU     float64
	satellites int
	hdop       float64
	age        float64 // seconds
	ratio      float64 // of the ambiguity test
}

// leg is a straight stretch of a walk, in the local frame.
type leg struct {
	to     orb.Point
	pause  int  // seconds of standing at its end
	canopy bool // under trees: no integer solution
	marked bool // along a line one can see: walked without swaying
	jump   bool // beside a wall that reflects: a wrong fix for four seconds
}

// The walks start and end at an outer corner, far from contested ground, and
// stop closeShort before the corner they began at.
const closeShort = 0.55

// walkA lists A's legs: north along the woods, over the top stone, south along
// the line to B, and home.
func walkA() (start orb.Point, legs []leg) {
	for i := 3; i < len(outerA); i++ {
		legs = append(legs, leg{to: outerA[i], pause: 12, canopy: i >= 5 && i <= 7})
	}
	legs = append(legs, leg{to: stoneTop, pause: 20})
	legs = append(legs, lineLegs(hedgeA, kilnA, reservoirA, damA, paddyA, 1)...)
	for i := range 3 {
		legs = append(legs, leg{to: outerA[i], pause: 12})
	}
	return outerA[2], legs
}

// walkB lists B's legs, counter-clockwise seen from B: up the west side first.
func walkB() (start orb.Point, legs []leg) {
	for i := 2; i < len(outerB); i++ {
		legs = append(legs, leg{to: outerB[i], pause: 12, canopy: i == 7, jump: i == 3})
	}
	legs = append(legs, leg{to: stoneTop, pause: 20})
	legs = append(legs, lineLegs(hedgeB, kilnB, reservoirB, damB, paddyB, 2)...)
	for i := range 2 {
		legs = append(legs, leg{to: outerB[i], pause: 12})
	}
	return outerB[1], legs
}

// lineLegs lists the legs from the top stone to the ford. The leg to the given
// corner at the reservoir runs under trees.
func lineLegs(hedge, kiln, reservoir, dam, paddy []orb.Point, shaded int) []leg {
	legs := []leg{{to: hedge[0], marked: true}, {to: hedge[1], marked: true}, {to: stoneKiln, pause: 20, marked: true}}
	for _, p := range kiln {
		legs = append(legs, leg{to: p, pause: 12})
	}
	legs = append(legs, leg{to: stoneNorth, pause: 20})
	for i, p := range reservoir {
		legs = append(legs, leg{to: p, pause: 12, canopy: i == shaded})
	}
	legs = append(legs, leg{to: stoneSouth, pause: 20})
	for _, p := range dam {
		legs = append(legs, leg{to: p, pause: 12})
	}
	legs = append(legs, leg{to: stoneField, pause: 20})
	for _, p := range paddy {
		legs = append(legs, leg{to: p, pause: 12})
	}
	return append(legs, leg{to: stoneFord, pause: 20})
}

// stride is where the walker truly is at one second.
type stride struct {
	leg
	at     orb.Point // local frame
	along  orb.Point // unit vector of walking
	toEnd  float64   // metres to the nearer end of the leg
	stands bool      // stands still since the second before
	step   int       // seconds since the leg began
}

// strides walks the legs at about one metre a second.
func strides(d *dice, start orb.Point, legs []leg) []stride {
	walked := []stride{}
	for range 15 { // the receiver settles before the walk begins
		walked = append(walked, stride{at: start, stands: len(walked) > 0})
	}
	from := start
	for i, l := range legs {
		length := math.Hypot(l.to[0]-from[0], l.to[1]-from[1])
		along := orb.Point{(l.to[0] - from[0]) / length, (l.to[1] - from[1]) / length}
		end := length
		if i == len(legs)-1 {
			end, l.pause = length-closeShort, 0 // back at the first stone, the receiver is switched off
		}
		for s, step := 0.0, 1; s < end; step++ {
			if s += d.between(0.85, 1.15); end-s < 0.6 {
				s = end
			}
			walked = append(walked, stride{
				leg: l, along: along, step: step, toEnd: min(s, length-s),
				at: orb.Point{from[0] + along[0]*s, from[1] + along[1]*s},
			})
		}
		for range l.pause {
			last := walked[len(walked)-1]
			last.stands = true
			walked = append(walked, last)
		}
		from = l.to
	}
	return walked
}

// wander is error that forgets itself over about a time constant: a first-order
// Gauss-Markov process in two dimensions with unit variance.
type wander struct {
	keep, push float64
	now        orb.Point
}

func newWander(d *dice, seconds float64) *wander {
	keep := 1 - 1/seconds
	return &wander{keep: keep, push: math.Sqrt(1 - keep*keep), now: orb.Point{d.normal(), d.normal()}}
}

func (w *wander) next(d *dice) orb.Point {
	for i := range w.now {
		w.now[i] = w.keep*w.now[i] + w.push*d.normal()
	}
	return w.now
}

// jumpSwing is how the wrong fix moves, metres along and to the outer side of
// the walk: ahead, round and back, so that the line crosses itself once.
var jumpSwing = []orb.Point{{4, 3}, {2, 4.2}, {-2, 4.2}, {-4, 3}}

// jumpFrom is the second of the leg at which the wrong fix begins.
const jumpFrom = 40

// floatRamp is how long the float solution takes to drift away from the last
// fixed position, and how long it converges before it is fixed again.
const floatRamp = 10

// What the epochs of a standstill scatter by, 1σ of a coordinate in metres. A
// fixed solution on a pole in the open keeps within a centimetre; of a float one
// this is what is left beside its drift, which hardly moves in the seconds of a
// stop.
const (
	leastTremor = 0.006
	mostTremor  = 0.0105
	floatTremor = 5 // times as much
)

// record turns strides into what a network-RTK receiver on a pole writes down.
// While it stands its epochs scatter about the position at which it came to rest,
// by as much as the place and the sky of that stop allow.
func (d Dispute) record(stream uint64, start time.Time, walked []stride) []epoch {
	dice := newDice(d.Seed, stream)
	ground := newTerrain(d.Seed)
	jitter, drift, sway := newWander(dice, 20), newWander(dice, 30), newWander(dice, 6)
	sky := newWander(dice, 40)
	still := newDice(d.Seed, stream+stillStreams)
	window := canopyWindow(walked)
	spread := dice.between(0.45, 0.7) // metres, of the drift

	var track []epoch
	var rest epoch     // where the walker last moved
	var tremor float64 // of the stop, metres
	for i, s := range walked {
		e := epoch{at: start.Add(time.Duration(i) * time.Second)}
		white := orb.Point{dice.normal(), dice.normal()}
		slow, far, lateral, air := jitter.next(dice), drift.next(dice), sway.next(dice), sky.next(dice)
		e.describe(dice, air, window[i] > 0, spread)

		err := orb.Point{0.005*slow[0] + 0.004*white[0], 0.005*slow[1] + 0.004*white[1]}
		if window[i] > 0 {
			err[0] += window[i] * spread * far[0]
			err[1] += window[i] * spread * far[1]
		}
		if k := s.step - jumpFrom; s.jump && !s.stands && k >= 0 && k < len(jumpSwing) {
			j := jumpSwing[k]
			err[0] += j[0]*s.along[0] - j[1]*s.along[1]
			err[1] += j[0]*s.along[1] + j[1]*s.along[0]
			e.ratio = dice.between(3, 3.6)
		}
		if !s.marked { // nobody walks a straight line through grass
			off := 0.08 * lateral[0] * min(s.toEnd/6, 1)
			err[0] -= off * s.along[1]
			err[1] += off * s.along[0]
		}
		e.plane = orb.Point{frameEast + s.at[0] + err[0], frameNorth + s.at[1] + err[1]}
		e.height = ground.height(s.at[0], s.at[1]) + geoid + 0.02*air[1]
		if !s.stands {
			rest, tremor = e, still.between(leastTremor, mostTremor)
		} else {
			e.stand(still, rest, tremor)
		}
		track = append(track, e)
	}
	return track
}

// stillStreams is the distance of the streams of standing from those of walking.
const stillStreams = 20

// stand puts the epoch about where the walker came to rest.
func (e *epoch) stand(d *dice, rest epoch, tremor float64) {
	if e.solution == float {
		tremor *= floatTremor
	}
	e.plane = orb.Point{rest.plane[0] + tremor*d.normal(), rest.plane[1] + tremor*d.normal()}
	e.height = rest.height + 2*tremor*d.normal()
}

// geoid is the height of the geoid above the ellipsoid at the site, in metres;
// invented, but of the right size for the region.
const geoid = -21.3

// describe fills in what the receiver says about itself.
func (e *epoch) describe(d *dice, air orb.Point, canopy bool, spread float64) {
	if canopy {
		e.solution = float
		s := spread * (1 + 0.12*air[0])
		e.sigmaN, e.sigmaE, e.sigmaU = s*1.05, s*0.95, s*1.9
		e.satellites, e.hdop = 14+d.below(4), 1.3+0.1*math.Abs(air[1])
		e.ratio = d.between(1, 2.6)
	} else {
		s := 0.022 + 0.001*air[0]
		e.sigmaN, e.sigmaE, e.sigmaU = s, s*0.97, s*1.8
		e.satellites, e.hdop = 26+d.below(5), 0.6+0.03*math.Abs(air[1])
		e.ratio = d.between(6, 60)
	}
	e.age = d.between(0.8, 1.4)
}

// canopyWindow is 0 in the open and rises to 1 over the first and falls over
// the last floatRamp seconds of each stretch under trees.
func canopyWindow(walked []stride) []float64 {
	w := make([]float64, len(walked))
	for i := 0; i < len(walked); i++ {
		if !walked[i].canopy {
			continue
		}
		end := i
		for end < len(walked) && walked[end].canopy {
			end++
		}
		// The receiver loses the fix a little after the first trees.
		first, last := i+3, end-1
		for k := first; k <= last; k++ {
			w[k] = min(float64(k-first+1)/floatRamp, float64(last-k+1)/floatRamp, 1)
		}
		i = end
	}
	return w
}

// handheldTrack is C's walk, recorded every five seconds by a receiver without
// corrections.
func (d Dispute) handheldTrack(start time.Time) []epoch {
	dice := newDice(d.Seed, 13)
	ground := newTerrain(d.Seed)
	corners := slices.Concat(forestC[1:], []orb.Point{reservoirB[0]}, shoreC, []orb.Point{reservoirB[2], forestC[0]})
	var legs []leg
	for _, p := range corners {
		legs = append(legs, leg{to: p})
	}
	drift := newWander(dice, 90)
	var track []epoch
	for i, s := range strides(dice, forestC[0], legs) {
		off := drift.next(dice)
		if i < 15 || i%5 != 0 { // it is switched on when the walk begins
			continue
		}
		track = append(track, epoch{
			at:         start.Add(time.Duration(i) * time.Second),
			plane:      orb.Point{frameEast + s.at[0] + 1.6*off[0], frameNorth + s.at[1] + 1.6*off[1]},
			height:     ground.height(s.at[0], s.at[1]) + 2*off[0],
			solution:   handheld,
			satellites: 9 + dice.below(4),
			hdop:       dice.between(0.9, 1.4),
		})
	}
	return track
}
