package sheet

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// A stroke is a straight line on the page.
type stroke [2]orb.Point

// hatch returns the strokes at 45° that lie in a polygon on the page, spacing
// millimetres apart. All polygons share one set of lines, so that neighbouring
// pieces, and a core in its piece, match. A line counts as inside by the
// even-odd rule, so holes stay open.
func hatch(polygon orb.Polygon, spacing float64) []stroke {
	// u runs along the lines, v across them.
	turn := func(p orb.Point) orb.Point {
		return orb.Point{(p[0] - p[1]) * math.Sqrt2 / 2, (p[0] + p[1]) * math.Sqrt2 / 2}
	}
	back := func(u, v float64) orb.Point {
		return orb.Point{(u + v) * math.Sqrt2 / 2, (v - u) * math.Sqrt2 / 2}
	}
	crossings := map[int][]float64{}
	first, last := math.MaxInt, math.MinInt
	for _, ring := range polygon {
		for i := range ring {
			a, b := turn(ring[i]), turn(ring[(i+1)%len(ring)])
			if a[1] > b[1] {
				a, b = b, a
			}
			// A line through a vertex meets the edge below it only: each edge
			// is closed at its lower end and open at its upper one.
			for n := int(math.Ceil(a[1] / spacing)); float64(n)*spacing < b[1]; n++ {
				t := (float64(n)*spacing - a[1]) / (b[1] - a[1])
				crossings[n] = append(crossings[n], a[0]+t*(b[0]-a[0]))
				first, last = min(first, n), max(last, n)
			}
		}
	}
	var out []stroke
	for n := first; n <= last; n++ {
		at := crossings[n]
		slices.Sort(at)
		for i := 0; i+1 < len(at); i += 2 {
			out = append(out, stroke{back(at[i], float64(n)*spacing), back(at[i+1], float64(n)*spacing)})
		}
	}
	return out
}

// contains reports whether p lies in a polygon on the page, by the even-odd rule.
func contains(polygon orb.Polygon, p orb.Point) bool {
	in := false
	for _, ring := range polygon {
		for i := range ring {
			a, b := ring[i], ring[(i+1)%len(ring)]
			if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0]+(p[1]-a[1])/(b[1]-a[1])*(b[0]-a[0]) {
				in = !in
			}
		}
	}
	return in
}
