package isoline_test

import (
	"errors"
	"math"
	"testing"

	"jieshi/ingest/raster/isoline"
)

// grid is n by n heights.
func grid(n int, height func(x, y float64) float64) []float64 {
	h := make([]float64, n*n)
	for i := range h {
		h[i] = height(float64(i%n)+0.5, float64(i/n)+0.5)
	}
	return h
}

/*
A cone of 20 m, 1 m lower a cell away from (32, 32):

	  .--10--.
	 / .-15-. \
	| |  20  | |
	 \ '----' /
	  '------'
*/
func TestLinesOfAConeAreCircles(t *testing.T) {
	cone := grid(64, func(x, y float64) float64 { return 20 - math.Hypot(x-32, y-32) })
	lines, err := isoline.Trace(cone, 64, 5, 1e6)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[float64]int{}
	for _, l := range lines {
		seen[l.Level]++
		for _, p := range l.Points {
			inside := min(p[0], p[1]) >= 0.5 && max(p[0], p[1]) <= 63.5 // beyond the last middles GDAL goes on level
			if r := math.Hypot(p[0]-32, p[1]-32); inside && math.Abs(r-(20-l.Level)) > 0.15 {
				t.Fatalf("the line at %g m is %g cells from the top at %v, want %g", l.Level, r, p, 20-l.Level)
			}
		}
		if l.Level >= 0 && l.Points[0] != l.Points[len(l.Points)-1] {
			t.Errorf("the line at %g m is open", l.Level)
		}
	}
	for _, level := range []float64{0, 5, 10, 15} {
		if seen[level] != 1 {
			t.Errorf("%d lines at %g m, want one", seen[level], level)
		}
	}
}

// A plane that rises to the east, without heights in the columns 10 to 19.
func TestLinesEndWhereThereIsNoHeight(t *testing.T) {
	plane := grid(40, func(x, y float64) float64 {
		if x > 10 && x < 20 && y > 20 {
			return math.NaN()
		}
		return x
	})
	lines, err := isoline.Trace(plane, 40, 15, 1e6)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		for _, p := range l.Points {
			if math.Abs(p[0]-l.Level) > 1e-5 || l.Level == 15 && p[1] > 20.5 {
				t.Errorf("the line at %g m passes %v", l.Level, p)
			}
		}
	}
	if len(lines) != 2 {
		t.Errorf("%d lines, want one at 15 m and one at 30 m", len(lines))
	}
}

func TestMorePointsThanAskedForAreRefused(t *testing.T) {
	rough := grid(100, func(x, y float64) float64 { return 10 * math.Sin(x*2) * math.Cos(y*3) })
	if _, err := isoline.Trace(rough, 100, 1, 100); !errors.Is(err, isoline.ErrTooMany) {
		t.Errorf("Trace() error = %v, want ErrTooMany", err)
	}
}
