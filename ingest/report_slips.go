package ingest

import (
	"math"
	"time"

	"jieshi/geo"
	"jieshi/geo/crs"
)

// A Slip is a step that a walker can hardly have taken: a height that changes at
// once, or a speed that legs do not have. It is suspected to be a cycle slip or a
// false fix. Both sides of it stay in the line, unless it steps back soon (Back) and
// a person has what lies between dropped: without a step back, which side is right
// is not in the numbers.
type Slip struct {
	Kind   SlipKind   `json:"kind"`
	Vertex int        `json:"vertex"` // the fix after the step
	At     Place      `json:"at"`
	Step   geo.Metres `json:"step_m"`             // of height, or of the way
	Speed  float64    `json:"speed_ms,omitempty"` // m/s, of a speed
	From   Quality    `json:"from"`
	To     Quality    `json:"to"`
	Time   time.Time  `json:"time,omitzero"`
	Line   int        `json:"line,omitempty"`

	// Back is the fix after the step back: those from Vertex to before it are off. 0:
	// there is none.
	Back int `json:"back,omitempty"`
}

// SlipKind says what stepped.
type SlipKind string

// The kinds of slips.
const (
	SlipHeight SlipKind = "height"
	SlipSpeed  SlipKind = "speed"
)

// The tests for slips, both against the walk itself: the median plus 8 robust
// standard deviations (1.4826 × the median absolute deviation).
//
// A height step between neighbours in time is suspected beyond that, beyond 3σ of
// the two heights, and beyond 0.5 m, or 0.15 m where the quality of the fix
// changes with it, as it does when ambiguities are resolved anew.
//
// A speed is suspected beyond that, beyond 6 m/s (a runner on a path) and where
// the step exceeds 3σ of the two fixes.
const (
	slipHeight        = 0.5
	slipHeightChanged = 0.15
	slipSpeed         = 6.0
)

// A step back comes within slipBack fixes of the step, the other way, and undoes it
// but for a third, or for 3σ.
const slipBack = 120

// findSlips looks at every step of the line; at most [MaxFaults] are listed.
func (r *Report) findSlips(fixes []Fix, proj crs.Projection) {
	r.Slips = []Slip{}
	dt := steps(fixes, r.Used)
	limit := silence(dt)
	heights, speeds := make([]float64, len(dt)), make([]float64, len(dt))
	for k := range dt {
		a, b := fixes[r.Used[k]], fixes[r.Used[k+1]]
		heights[k], speeds[k] = math.NaN(), math.NaN()
		if !(dt[k] <= limit) {
			continue
		}
		speeds[k] = apart(r.Line[k], r.Line[k+1]) / dt[k]
		if a.HeightType == b.HeightType && a.HeightType != HeightUnknown && a.HeightType != "" {
			heights[k] = math.Abs(b.Height - a.Height)
		}
	}
	high, fast := robustLimit(heights), robustLimit(speeds)
	var at []int // in the line, the fix after each slip
	for k := range dt {
		a, b := fixes[r.Used[k]], fixes[r.Used[k+1]]
		least := slipHeight
		if a.Quality != b.Quality {
			least = slipHeightChanged
		}
		s := Slip{Vertex: r.Used[k+1], At: placeOf(r.Line[k+1], proj), From: a.Quality, To: b.Quality, Time: b.Time, Line: b.Line}
		step := apart(r.Line[k], r.Line[k+1])
		switch {
		case heights[k] > max(least, high, jumpSigmas*math.Hypot(float64(sigmaUp(a)), float64(sigmaUp(b)))):
			s.Kind, s.Step = SlipHeight, geo.Metres(heights[k])
		case speeds[k] > max(slipSpeed, fast) && step > jumpSigmas*math.Sqrt2*math.Hypot(float64(r.Sigmas[k]), float64(r.Sigmas[k+1])):
			s.Kind, s.Step, s.Speed = SlipSpeed, geo.Metres(step), math.Round(speeds[k]*100)/100
		default:
			continue
		}
		if r.SlipCount++; r.SlipCount <= MaxFaults {
			r.Slips, at = append(r.Slips, s), append(at, k+1)
		}
	}
	r.findStepsBack(fixes, at)
}

// findStepsBack pairs slips of a kind with the steps that undo them.
func (r *Report) findStepsBack(fixes []Fix, at []int) {
	for i := 0; i < len(r.Slips); i++ {
		for j := i + 1; j < len(r.Slips) && at[j]-at[i] <= slipBack; j++ {
			if r.Slips[j].Kind != r.Slips[i].Kind {
				continue
			}
			if r.undone(fixes, at[i], at[j], r.Slips[i]) {
				r.Slips[i].Back = r.Slips[j].Vertex
				i = j // a step back steps nowhere itself
				break
			}
		}
	}
}

// undone says whether the step to fix from of the line is undone by that to fix to.
func (r *Report) undone(fixes []Fix, from, to int, s Slip) bool {
	before, after := fixes[r.Used[from-1]], fixes[r.Used[to]]
	switch s.Kind {
	case SlipHeight:
		there, back := fixes[r.Used[from]].Height-before.Height, after.Height-fixes[r.Used[to-1]].Height
		left := math.Abs(there + back)
		return there*back < 0 && left <= max(math.Abs(there)/3, jumpSigmas*math.Hypot(float64(sigmaUp(before)), float64(sigmaUp(after))))
	case SlipSpeed:
		a, b, c, d := r.Line[from-1], r.Line[from], r.Line[to-1], r.Line[to]
		left := math.Hypot(b[0]-a[0]+d[0]-c[0], b[1]-a[1]+d[1]-c[1])
		return left <= max(float64(s.Step)/3, jumpSigmas*math.Sqrt2*math.Hypot(float64(r.Sigmas[from-1]), float64(r.Sigmas[to])))
	}
	return false
}

// robustLimit returns the median of the numbers in v and 8 robust standard
// deviations; 0 if there are none.
func robustLimit(v []float64) float64 {
	middle := median(v)
	if math.IsNaN(middle) {
		return 0
	}
	spread := make([]float64, len(v))
	for i, x := range v {
		spread[i] = math.Abs(x - middle)
	}
	return middle + jumpDeviations*median(spread)
}

// sigmaUp returns 1σ of the height of f; where the receiver did not say, twice that
// of a coordinate, since satellites are only ever above.
func sigmaUp(f Fix) geo.Metres {
	if f.SigmaUp > 0 {
		return f.SigmaUp
	}
	s, _ := HorizontalSigma(f)
	return 2 * s
}
