package demo_test

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// commonGround measures the ground that two rings share, piece by piece, in
// rows of the given height: the plainest way there is, and no code of the
// product's. Each row is taken along its middle; pieces are what hangs together
// from row to row, south to north by their southernmost row. The points of a
// sliver fall apart into rows that do not hang together; such crumbs below
// 0.01 m² are left out.
func commonGround(a, b orb.Ring, row float64) (pieces []float64) {
	type run struct{ from, to float64 }
	var above []run
	var of []int // the piece of each run above
	var piece []int
	var area []float64
	root := func(i int) int {
		for piece[i] != i {
			i = piece[i]
		}
		return i
	}
	low, high := a.Bound().Min[1], a.Bound().Max[1]
	for y := low + row/2; y < high; y += row {
		var runs []run
		for _, s := range spans(a, y) {
			for _, t := range spans(b, y) {
				if from, to := max(s[0], t[0]), min(s[1], t[1]); from < to {
					runs = append(runs, run{from, to})
				}
			}
		}
		mine := make([]int, len(runs))
		for i, r := range runs {
			mine[i] = len(piece)
			piece, area = append(piece, len(piece)), append(area, (r.to-r.from)*row)
			for j, o := range above {
				if r.from < o.to && o.from < r.to {
					lo, hi := root(of[j]), root(mine[i])
					if hi < lo {
						lo, hi = hi, lo
					}
					if lo != hi {
						piece[hi] = lo
						area[lo] += area[hi]
					}
				}
			}
		}
		above, of = runs, mine
	}
	for i := range piece {
		if piece[i] == i && area[i] > 0.01 {
			pieces = append(pieces, area[i])
		}
	}
	return pieces
}

// spans returns where the line at northing y is inside a ring (even-odd).
func spans(ring orb.Ring, y float64) (inside [][2]float64) {
	var at []float64
	for i := range len(ring) - 1 {
		p, q := ring[i], ring[i+1]
		if (p[1] <= y) != (q[1] <= y) {
			at = append(at, p[0]+(y-p[1])/(q[1]-p[1])*(q[0]-p[0]))
		}
	}
	slices.SortFunc(at, cmp.Compare[float64])
	for i := 0; i+1 < len(at); i += 2 {
		inside = append(inside, [2]float64{at[i], at[i+1]})
	}
	return inside
}

func total(pieces []float64) (sum float64) {
	for _, p := range pieces {
		sum += p
	}
	return sum
}

func near(got, want, within float64) bool { return math.Abs(got-want) <= within }
