package flight

import (
	"math"

	"jieshi/geo"
)

// A strip ends where the next photo lies in another direction, or much farther
// off than photos usually do.
const (
	turn  = 45 * math.Pi / 180
	apart = 3 // times the median step
)

// findStrips numbers the strips and measures the line.
func (f *Flight) findStrips() {
	var placed []*Shot
	for i := range f.Shots {
		if f.Shots[i].Placed {
			placed = append(placed, &f.Shots[i])
		}
	}
	if len(placed) == 0 {
		return
	}
	steps := make([]float64, 0, len(placed))
	for i := 1; i < len(placed); i++ {
		d := math.Hypot(placed[i].plane[0]-placed[i-1].plane[0], placed[i].plane[1]-placed[i-1].plane[1])
		f.Report.Length += geo.Metres(d)
		steps = append(steps, d)
	}
	usual := 0.0
	if s := spread(append([]float64(nil), steps...)); s != nil {
		usual = s.Median
	}
	strip, heading, headed := 1, 0.0, false
	placed[0].Strip = strip
	for i := 1; i < len(placed); i++ {
		a, b := placed[i-1].plane, placed[i].plane
		toward := math.Atan2(b[0]-a[0], b[1]-a[1])
		// Photos in one place have no direction, and end no strip.
		moved := steps[i-1] > usual/10
		switch {
		case steps[i-1] > apart*usual && usual > 0:
			strip, headed = strip+1, false
		case moved && headed && math.Abs(math.Remainder(toward-heading, 2*math.Pi)) > turn:
			strip, headed = strip+1, false
		case moved:
			heading, headed = toward, true
		}
		placed[i].Strip = strip
	}
	f.Report.Strips = strip
}
