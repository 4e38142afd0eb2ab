package ingest

import (
	"math"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"jieshi/geo"
	"jieshi/geo/crs"
)

// A Gap is a stretch of the line that the receiver was silent over, so that
// nobody knows where the walker went.
type Gap struct {
	Kind    GapKind    `json:"kind"`
	From    time.Time  `json:"from,omitzero"`
	To      time.Time  `json:"to,omitzero"`
	Seconds float64    `json:"seconds"` // 0 without times
	Metres  geo.Metres `json:"metres"`  // straight from the fix before to the fix after
	Vertex  int        `json:"vertex"`  // the fix before
	At      Place      `json:"at"`      // the fix before
	Until   Place      `json:"until"`   // the fix after
}

// GapKind says what a gap was known by.
type GapKind string

// The kinds of gaps.
const (
	GapTime     GapKind = "time"     // no fix for too long
	GapDistance GapKind = "distance" // the next fix is too far away, whatever its time says
)

// A Jump is a fix that the walker can hardly have stood on: suspected multipath,
// or a slip of the receiver. It stays in the line.
type Jump struct {
	Vertex int        `json:"vertex"`
	At     Place      `json:"at"`
	Offset geo.Metres `json:"offset_m"` // from the straight, evenly timed way between its neighbours
	Time   time.Time  `json:"time,omitzero"`
	Line   int        `json:"line,omitempty"`
}

// times returns when the earliest and the latest fix that have a time were taken;
// zero if none has.
func times(fixes []Fix) (first, last time.Time) {
	for _, f := range fixes {
		if f.Time.IsZero() {
			continue
		}
		if first.IsZero() || f.Time.Before(first) {
			first = f.Time
		}
		if f.Time.After(last) {
			last = f.Time
		}
	}
	return first, last
}

// steps returns the seconds from each fix used to the next: NaN where a time is
// missing or does not run forward.
func steps(fixes []Fix, used []int) []float64 {
	out := make([]float64, max(len(used)-1, 0))
	for k := range out {
		a, b := fixes[used[k]].Time, fixes[used[k+1]].Time
		out[k] = math.NaN()
		if !a.IsZero() && b.After(a) {
			out[k] = b.Sub(a).Seconds()
		}
	}
	return out
}

// silence returns from how many seconds on a step counts as a gap: five times
// the median step, and at least 10 s.
func silence(steps []float64) float64 {
	m := median(steps)
	if math.IsNaN(m) {
		return math.Inf(1)
	}
	return max(10, 5*m)
}

// median returns the middle of the numbers in v that are numbers; NaN if none.
func median(v []float64) float64 {
	s := slices.DeleteFunc(slices.Clone(v), math.IsNaN)
	if len(s) == 0 {
		return math.NaN()
	}
	slices.Sort(s)
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}

// The test for gaps in distance, for lines that were recorded as somebody walked: a
// leg is longer than 20 m and than five times the median leg walked, while nobody
// ran it (at more than [slipSpeed] it is a slip) and neither end is a jump. Legs of
// less than 0.3 m are those of somebody who stands, and count in no median.
const (
	gapMetres = 20.0
	gapLegs   = 5.0
	gapMoving = 0.3
)

// findGaps looks for silence, in time and in distance, in the order of the walk.
func (r *Report) findGaps(w Walk, proj crs.Projection) []Gap {
	gaps := []Gap{}
	dt := steps(w.Fixes, r.Used)
	limit, far := silence(dt), r.tooFar(w)
	jumped := make(map[int]bool, len(r.Jumps))
	for _, j := range r.Jumps {
		jumped[j.Vertex] = true
	}
	for k, s := range dt {
		a, b := r.Used[k], r.Used[k+1]
		g := Gap{
			Kind: GapTime, From: w.Fixes[a].Time, To: w.Fixes[b].Time, Metres: geo.Metres(apart(r.Line[k], r.Line[k+1])), Vertex: a,
			At: placeOf(r.Line[k], proj), Until: placeOf(r.Line[k+1], proj),
		}
		if !math.IsNaN(s) {
			g.Seconds = s
		}
		if !(s > limit) {
			g.Kind = GapDistance
			if float64(g.Metres) <= far || jumped[a] || jumped[b] || float64(g.Metres) > slipSpeed*s {
				continue
			}
		}
		gaps = append(gaps, g)
	}
	return gaps
}

// tooFar is from how many metres on a leg counts as a gap.
func (r *Report) tooFar(w Walk) float64 {
	if w.Kind != KindTrack && w.Kind != "" {
		return math.Inf(1) // the edges of a drawing, of a plan or of a list of corners are as long as they are
	}
	legs := make([]float64, 0, len(r.Line))
	for k := 1; k < len(r.Line); k++ {
		if d := apart(r.Line[k-1], r.Line[k]); d >= gapMoving {
			legs = append(legs, d)
		}
	}
	if len(legs) == 0 {
		return math.Inf(1)
	}
	return max(gapMetres, gapLegs*median(legs))
}

// The test for jumps. For fixes with times, a fix's offset is its distance from
// where it would be had the walker gone straight and evenly between the fixes
// before and after; offset·2/(dt₁·dt₂) is the acceleration that the fix pretends.
// It is suspected if that exceeds both 5 m/s² (half of gravity: neither legs nor
// a car on a track do it) and the median of the walk by 8 robust standard
// deviations (1.4826 × the median absolute deviation, so that jumps themselves
// do not hide jumps), and the offset exceeds 3σ of the three fixes.
//
// Without times only a lone spike can be told: both its legs are longer than five
// median legs and than 3σ, while the fixes on either side are less than half the
// shorter leg apart.
const (
	jumpAcceleration = 5.0
	jumpDeviations   = 8 * 1.4826
	jumpSigmas       = 3.0
	jumpLegs         = 5.0
)

// findJumps flags fixes; neighbours flagged together are one jump at the fix
// with the largest offset.
func findJumps(fixes []Fix, used []int, line orb.LineString, sigmas []geo.Metres, proj crs.Projection) []Jump {
	dt := steps(fixes, used)
	offsets := make([]float64, len(line))
	suspect := spikes(line, sigmas, offsets)
	if limit := silence(dt); !math.IsInf(limit, 1) {
		suspect = accelerations(line, dt, limit, sigmas, offsets)
	}
	jumps := []Jump{}
	for k := 0; k < len(line); k++ {
		if !suspect[k] {
			continue
		}
		worst := k
		for ; k+1 < len(line) && suspect[k+1]; k++ {
			if offsets[k+1] > offsets[worst] {
				worst = k + 1
			}
		}
		f := fixes[used[worst]]
		jumps = append(jumps, Jump{used[worst], placeOf(line[worst], proj), geo.Metres(offsets[worst]), f.Time, f.Line})
	}
	return jumps
}

func accelerations(line orb.LineString, dt []float64, silence float64, sigmas []geo.Metres, offsets []float64) []bool {
	pretended := make([]float64, len(line))
	for k := range line {
		pretended[k], offsets[k] = math.NaN(), 0
		if k == 0 || k+1 == len(line) || !(dt[k-1] <= silence && dt[k] <= silence) {
			continue
		}
		t := dt[k-1] / (dt[k-1] + dt[k])
		a, b := line[k-1], line[k+1]
		offsets[k] = apart(line[k], orb.Point{a[0] + t*(b[0]-a[0]), a[1] + t*(b[1]-a[1])})
		pretended[k] = 2 * offsets[k] / (dt[k-1] * dt[k])
	}
	middle := median(pretended)
	spread := make([]float64, len(line))
	for k, a := range pretended {
		spread[k] = math.Abs(a - middle)
	}
	limit := max(jumpAcceleration, middle+jumpDeviations*median(spread))
	suspect := make([]bool, len(line))
	for k, a := range pretended {
		suspect[k] = a > limit && offsets[k] > jumpSigmas*noise(sigmas, k)
	}
	return suspect
}

func spikes(line orb.LineString, sigmas []geo.Metres, offsets []float64) []bool {
	legs := make([]float64, max(len(line)-1, 0))
	for k := range legs {
		legs[k] = apart(line[k], line[k+1])
	}
	far := jumpLegs * median(legs)
	suspect := make([]bool, len(line))
	for k := 1; k+1 < len(line); k++ {
		shorter := min(legs[k-1], legs[k])
		a, b := line[k-1], line[k+1]
		offsets[k] = apart(line[k], orb.Point{(a[0] + b[0]) / 2, (a[1] + b[1]) / 2})
		suspect[k] = shorter > far && apart(a, b) < shorter/2 && offsets[k] > jumpSigmas*noise(sigmas, k)
	}
	return suspect
}

// noise returns 1σ of the distance of fix k from the middle of its neighbours.
func noise(sigmas []geo.Metres, k int) float64 {
	a, b, c := float64(sigmas[k-1]), float64(sigmas[k]), float64(sigmas[k+1])
	return math.Sqrt(2 * (b*b + (a*a+c*c)/4)) // two coordinates
}

func apart(a, b orb.Point) float64 { return math.Hypot(b[0]-a[0], b[1]-a[1]) }
