package geo

import (
	"cmp"
	"slices"
	"sort"
)

// snapRound cuts edges at each other at once; cuts is where they meet. It is snap
// rounding (Hobby, Practical segment intersection with finite precision output,
// 1999): every end and every meeting is a hot node and has a cell, the places that
// are rounded to it; each edge is bent through the hot nodes whose cells it
// passes, which moves it by at most half a step in x and in y, and leaves nothing
// that meets but in ends.
func snapRound(edges []edge, cuts []cut) ([]edge, error) {
	hot := make([]node, 0, 2*len(edges)+len(cuts))
	for _, e := range edges {
		hot = append(hot, e.a, e.b)
	}
	for _, c := range cuts {
		hot = append(hot, c.at)
	}
	slices.SortFunc(hot, compareNodes)
	hot = slices.Compact(hot)
	var out []edge
	var through []node
	tests := 0
	for _, e := range edges { // a before b, so west of it or due south
		first := sort.Search(len(hot), func(k int) bool { return hot[k].x >= e.a.x })
		through = through[:0]
		for _, h := range hot[first:] {
			if h.x > e.b.x {
				break
			}
			if tests++; tests > maxBoxTests {
				return nil, ErrTangled
			}
			if e.entersCell(h) {
				through = append(through, h)
			}
		}
		// An edge goes one way in x and one way in y, and so do the cells it passes.
		slices.SortFunc(through, func(p, q node) int {
			return cmp.Compare(abs(p.x-e.a.x)+abs(p.y-e.a.y), abs(q.x-e.a.x)+abs(q.y-e.a.y))
		})
		for i, h := range through[1:] {
			out = append(out, edge{through[i], h, e.from})
		}
	}
	return distinct(out), nil
}

// entersCell says whether the edge passes through the cell of h: the square of
// side 1 about h with its west and south side, without the others, since halves
// are rounded up ([crossing]).
//
// The cell is taken for a closed square that is less, in the east and in the
// north, by an infinitesimal ε. A segment misses a square if all of it lies
// beyond one side, or the square to one side of its line.
func (e edge) entersCell(h node) bool {
	// In halves of a step.
	p, q := node{2 * e.a.x, 2 * e.a.y}, node{2 * e.b.x, 2 * e.b.y}
	west, south, east, north := 2*h.x-1, 2*h.y-1, 2*h.x+1, 2*h.y+1
	if max(p.x, q.x) < west || max(p.y, q.y) < south || min(p.x, q.x) >= east || min(p.y, q.y) >= north {
		return false
	}
	x, y := q.x-p.x, q.y-p.y
	corner := func(cx, cy, epsilon int64) int {
		return cmp.Or(side(p, q, node{cx, cy}), cmp.Compare(epsilon, 0))
	}
	sw, se := corner(west, south, 0), corner(east, south, y)
	nw, ne := corner(west, north, -x), corner(east, north, y-x)
	return min(sw, se, nw, ne) <= 0 && max(sw, se, nw, ne) >= 0
}
