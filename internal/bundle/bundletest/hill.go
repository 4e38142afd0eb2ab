package bundletest

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/paulmach/orb"

	"jieshi/geo"
	"jieshi/geo/crs"
	"jieshi/mediation"
)

// A hill is the ground of the dispute, in SRID.
//
//	 A        |  B        A's eastern line runs east of B's western line in
//	          | \         the north (piece 1) and, by a hand's breadth, in the
//	  ----+   | /         middle (piece 3, a sliver); C's northern line runs
//	C     |   |           north of A's southern one (piece 2).
type hill struct {
	claims  []orb.MultiPolygon
	sigma   []float64
	pieces  []mediation.Piece
	extents []mediation.Extent
}

const (
	originX = 632000.0
	originY = 2683600.0
)

// A strip is ground between two lines over a common axis: at t, from low(t) to
// high(t) across it.
type strip struct {
	t         []float64
	low, high func(t float64) float64
	place     func(t, across float64) orb.Point
}

func newHill() *hill {
	dice := rand.New(rand.NewPCG(42, 4545))
	rough := ripple(dice, 3.2)
	finer := ripple(dice, 0.8)
	// The eastern side: t runs north, the lines are eastings.
	b := func(t float64) float64 { return 18*math.Sin(t/97) + 7*math.Sin(t/31+1) + rough(t) }
	a := func(t float64) float64 { return b(t) + gap(t) + finer(t)*between(gap(t), 0, 12)/12 }
	// The southern side: t runs east, the lines are northings.
	south := func(t float64) float64 { return -178 + 9*math.Sin(t/60) + rough(t+900) }
	north := func(t float64) float64 { return south(t) + 34*math.Sin(math.Pi*between((t+270)/190, -0.08, 1.08)) }

	h := &hill{sigma: []float64{0.03, 0.05, 1.6}}
	eastern := func(t, across float64) orb.Point { return snap(originX+across, originY+t) }
	southern := func(t, across float64) orb.Point { return snap(originX+t, originY+across) }
	h.claims = []orb.MultiPolygon{
		{{h.westClaim(a, south, rough)}}, {{eastClaim(b, rough)}}, {{southClaim(north, rough)}},
	}
	sigmaAB, sigmaAC := [2]float64{h.sigma[1], h.sigma[0]}, [2]float64{h.sigma[0], h.sigma[2]}
	h.piece(strip{steps(-170, 210, 2.7), b, a, eastern}, 40, 210, []int{1, 2}, sigmaAB)
	h.piece(strip{steps(-268, -82, 2.3), south, north, southern}, -268, -82, []int{1, 3}, sigmaAC)
	h.piece(strip{steps(-170, 210, 2.7), b, a, eastern}, -120, -40, []int{1, 2}, sigmaAB)
	h.extend()
	return h
}

// gap is how far east of B's line A's line runs at northing t.
func gap(t float64) float64 {
	switch {
	case t > 40:
		return 52*math.Sin(math.Pi*between((t-40)/162, 0, 1.05)) + 0.4
	case t > -40:
		return -6 * math.Sin(math.Pi*(t+40)/80)
	case t > -120:
		return 0.11 * math.Sin(math.Pi*(t+120)/80)
	}
	return -8 * math.Sin(math.Pi*between((-120-t)/90, 0, 0.5))
}

func between(v, low, high float64) float64 { return min(max(v, low), high) }

// ripple returns a line that wavers as a walked one does.
func ripple(dice *rand.Rand, size float64) func(float64) float64 {
	var phase, length [6]float64
	for i := range phase {
		phase[i], length[i] = dice.Float64()*6.28, 5*math.Pow(1.8, float64(i))*(0.8+0.4*dice.Float64())
	}
	return func(t float64) float64 {
		var v float64
		for i := range phase {
			v += size * math.Sin(t/length[i]+phase[i]) * (0.15 + 0.12*float64(i)) / 2
		}
		return v
	}
}

func steps(from, to, step float64) []float64 {
	var out []float64
	for t := from; t < to; t += step {
		out = append(out, t)
	}
	return append(out, to)
}

// snap puts a point on the grid of 0.1 mm.
func snap(x, y float64) orb.Point {
	return orb.Point{math.Round(x*1e4) / 1e4, math.Round(y*1e4) / 1e4}
}

func (h *hill) westClaim(east, south func(float64) float64, rough func(float64) float64) orb.Ring {
	var ring orb.Ring
	for _, t := range steps(-170, 210, 2.7) {
		ring = append(ring, snap(originX+east(t), originY+t))
	}
	for _, t := range steps(-20, 300, 4) { // along the north, westward
		ring = append(ring, snap(originX-t, originY+210+12*math.Sin(t/70)+rough(t)))
	}
	for _, t := range steps(-190, 150, 5) { // down the west
		ring = append(ring, snap(originX-322+14*math.Sin(t/80)+rough(t+300), originY-t))
	}
	for _, t := range steps(-310, -14, 2.3) { // along the south, eastward
		ring = append(ring, snap(originX+t, originY+south(t)))
	}
	return append(ring, ring[0])
}

func eastClaim(west func(float64) float64, rough func(float64) float64) orb.Ring {
	var ring orb.Ring
	line := steps(-170, 210, 2.7)
	slices.Reverse(line)
	for _, t := range line {
		ring = append(ring, snap(originX+west(t), originY+t))
	}
	for _, t := range steps(20, 230, 4) {
		ring = append(ring, snap(originX+t, originY-176-9*math.Sin(t/50)+rough(t+70)))
	}
	for _, t := range steps(-160, 200, 4) {
		ring = append(ring, snap(originX+246+16*math.Sin(t/77)+rough(t+40), originY+t))
	}
	for _, t := range steps(-225, -20, 4) {
		ring = append(ring, snap(originX-t, originY+214+8*math.Sin(t/44)+rough(t)))
	}
	return append(ring, ring[0])
}

func southClaim(north func(float64) float64, rough func(float64) float64) orb.Ring {
	var ring orb.Ring
	line := steps(-290, -40, 2.3)
	slices.Reverse(line)
	for _, t := range line {
		ring = append(ring, snap(originX+t, originY+north(t)))
	}
	for _, t := range steps(-296, -34, 4) {
		ring = append(ring, snap(originX+t, originY-262+10*math.Sin(t/40)+rough(t)))
	}
	return append(ring, ring[0])
}

// piece adds the ground between the lines of s where the upper one is above,
// for t from from to to.
func (h *hill) piece(s strip, from, to float64, sides []int, sigma [2]float64) {
	nominal := s.ground(from, to, 0, 0)
	core := s.ground(from, to, mediation.BandSigmas*sigma[0], mediation.BandSigmas*sigma[1])
	ground := orb.MultiPolygon{nominal}
	p := mediation.Piece{
		N: len(h.pieces) + 1, Sides: sides, Verdict: mediation.Certain, Ground: nominal, GroundEWKB: encode(nominal),
		Nominal: measure(ground, sigma[0]+sigma[1]), Label: s.middle(from, to),
		WidthM:     2 * area(nominal[0]) / perimeter(nominal[0]),
		ToleranceM: mediation.BandSigmas * math.Hypot(sigma[0], sigma[1]),
	}
	p.LabelEWKB = encode(p.Label)
	p.Sliver = p.WidthM < p.ToleranceM
	if len(core) > 0 {
		p.CoreGround = orb.MultiPolygon{core}
		p.CoreEWKB = encode(p.CoreGround)
	} else {
		p.Verdict = mediation.WithinTolerance
	}
	p.Core = measure(p.CoreGround, sigma[0]+sigma[1])
	h.pieces = append(h.pieces, p)
}

// ground returns the longest stretch of s, its lines moved inward by the given
// metres, or nothing if no ground is left.
func (s strip) ground(from, to, low, high float64) orb.Polygon {
	var best, lower, upper []orb.Point
	flush := func() {
		if len(lower) >= 2 && len(lower)+len(upper) > len(best) {
			slices.Reverse(upper)
			best = slices.Concat(lower, upper)
		}
		lower, upper = nil, nil
	}
	for _, t := range s.t {
		l, u := s.low(t)+low, s.high(t)-high
		if t < from || t > to || u-l < 0.01 {
			flush()
			continue
		}
		lower, upper = append(lower, s.place(t, l)), append(upper, s.place(t, u))
	}
	flush()
	if best == nil {
		return nil
	}
	ring := append(orb.Ring(best), best[0])
	if ring.Orientation() == orb.CW {
		slices.Reverse(ring)
	}
	return orb.Polygon{ring}
}

// middle is a point where the strip is widest.
func (s strip) middle(from, to float64) orb.Point {
	best, at := -1.0, orb.Point{}
	for _, t := range s.t {
		if w := s.high(t) - s.low(t); t > from && t < to && w > best {
			best, at = w, s.place(t, (s.low(t)+s.high(t))/2)
		}
	}
	return at
}

// extend adds the extents of the case and of each pair. The sides of the strips
// never overlap, so that areas add up.
func (h *hill) extend() {
	pairs := [][]int{{1, 2}, {1, 3}}
	for _, level := range []mediation.Level{mediation.Nominal, mediation.Core, mediation.Outer} {
		h.extents = append(h.extents, h.extent(level, nil))
		for _, pair := range pairs {
			h.extents = append(h.extents, h.extent(level, pair))
		}
	}
}

func (h *hill) extent(level mediation.Level, sides []int) mediation.Extent {
	var ground orb.MultiPolygon
	for _, p := range h.pieces {
		if sides != nil && !slices.Equal(sides, p.Sides) {
			continue
		}
		switch level {
		case mediation.Nominal:
			ground = append(ground, p.Ground)
		case mediation.Core:
			ground = append(ground, p.CoreGround...)
		case mediation.Outer:
			ground = append(ground, orb.Polygon{swollen(p.Ground[0], p.ToleranceM)})
		}
	}
	e := mediation.Extent{Level: level, Sides: sides, Area: measure(ground, 0.5)}
	if len(ground) > 0 {
		e.EWKB = encode(ground)
	}
	return e
}

// swollen moves every vertex away from the ring by d, along the mean normal.
func swollen(ring orb.Ring, d float64) orb.Ring {
	open := ring[:len(ring)-1]
	out := make(orb.Ring, 0, len(ring))
	for i, p := range open {
		a, b := open[(i+len(open)-1)%len(open)], open[(i+1)%len(open)]
		l := math.Hypot(b[0]-a[0], b[1]-a[1])
		out = append(out, snap(p[0]+d*(b[1]-a[1])/l, p[1]-d*(b[0]-a[0])/l))
	}
	return append(out, out[0])
}

func metres(v float64) geo.Metres { return geo.Metres(v) }

func area(ring orb.Ring) float64 {
	var sum float64
	for i := 0; i+1 < len(ring); i++ {
		sum += (ring[i][0]-originX)*(ring[i+1][1]-originY) - (ring[i+1][0]-originX)*(ring[i][1]-originY)
	}
	return math.Abs(sum) / 2
}

func perimeter(ring orb.Ring) float64 {
	var sum float64
	for i := 0; i+1 < len(ring); i++ {
		sum += math.Hypot(ring[i+1][0]-ring[i][0], ring[i+1][1]-ring[i][1])
	}
	return sum
}

// measure measures ground without holes.
func measure(ground orb.MultiPolygon, sigma float64) mediation.Measure {
	var plane float64
	for _, p := range ground {
		plane += area(p[0])
	}
	if plane == 0 {
		return mediation.NewMeasure(0, 0, 0)
	}
	ellipsoidal, err := crs.EllipsoidalArea(ground, projection())
	if err != nil {
		panic(err)
	}
	var length float64
	for _, p := range ground {
		length += perimeter(p[0])
	}
	return mediation.NewMeasure(float64(ellipsoidal), plane, sigma*math.Sqrt(length))
}

func projection() crs.Projection {
	p, err := crs.ProjectionOf(SRID)
	if err != nil {
		panic(err)
	}
	return p
}

func lonLat(ring orb.Ring) [][2]float64 {
	out := make([][2]float64, len(ring))
	for i, v := range ring {
		out[i][0], out[i][1] = projection().Inverse(v[0], v[1])
	}
	return out
}
