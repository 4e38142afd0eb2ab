package flight

import (
	"math"

	"github.com/paulmach/orb"

	"jieshi/geo"
)

// A Coverage says how much ground the photos show, counted on a lattice of
// points Step apart: an engine wants each place on five photos or more.
type Coverage struct {
	Ground  geo.SquareMetres `json:"ground_m2"`  // shown by at least one photo
	ByThree float64          `json:"three_plus"` // share of it
	ByFive  float64          `json:"five_plus"`
	Step    geo.Metres       `json:"step_m"`
}

// latticePoints is about how many points the lattice has: the error of a share is
// then below a percent for any flight worth the name.
const latticePoints = 200_000

// latticeSide bounds its columns and rows: a strip of ground may be very long.
const latticeSide = 10_000

// cover counts, for each point of a lattice, the photos that show it.
func (f *Flight) cover() {
	var all orb.Bound
	shown := false
	for i := range f.Shots {
		if ring := f.Shots[i].shown; ring != nil {
			if !shown {
				all, shown = ring.Bound(), true
			}
			all = all.Union(ring.Bound())
		}
	}
	if !shown {
		return
	}
	width, height := all.Right()-all.Left(), all.Top()-all.Bottom()
	step := max(math.Sqrt(width*height/latticePoints), width/latticeSide, height/latticeSide)
	if !(step > 0) {
		return
	}
	columns, rows := int(width/step)+1, int(height/step)+1
	counts := make([]uint16, columns*rows)
	for i := range f.Shots {
		if ring := f.Shots[i].shown; ring != nil {
			count(counts, columns, rows, all.Min, step, ring)
		}
	}
	var one, three, five int
	for _, n := range counts {
		if n >= 1 {
			one++
		}
		if n >= 3 {
			three++
		}
		if n >= 5 {
			five++
		}
	}
	if one == 0 {
		return
	}
	f.Report.Coverage = &Coverage{
		Ground:  geo.SquareMetres(float64(one) * step * step),
		ByThree: float64(three) / float64(one), ByFive: float64(five) / float64(one), Step: geo.Metres(step),
	}
}

// count adds one for each point of the lattice inside a convex ring.
func count(counts []uint16, columns, rows int, origin orb.Point, step float64, ring orb.Ring) {
	bound := ring.Bound()
	first := max(0, int((bound.Bottom()-origin[1])/step-0.5))
	for row := first; row < rows; row++ {
		y := origin[1] + (float64(row)+0.5)*step
		if y > bound.Top() {
			return
		}
		west, east := math.Inf(1), math.Inf(-1)
		for i := 1; i < len(ring); i++ {
			a, b := ring[i-1], ring[i]
			if (a[1] <= y) == (b[1] <= y) {
				continue
			}
			x := a[0] + (y-a[1])/(b[1]-a[1])*(b[0]-a[0])
			west, east = min(west, x), max(east, x)
		}
		if west > east {
			continue
		}
		from := max(0, int(math.Ceil((west-origin[0])/step-0.5)))
		to := min(columns-1, int(math.Floor((east-origin[0])/step-0.5)))
		for column := from; column <= to; column++ {
			if at := row*columns + column; counts[at] < math.MaxUint16 {
				counts[at]++
			}
		}
	}
}
