package overlay

import (
	"cmp"
	"slices"
)

// snapRound nodes the strands that were given at once: snap rounding (Hobby,
// Practical segment intersection with finite precision output, 1999).
//
// Every end of a strand, and every crossing of two, is a hot point of the grid,
// and has a cell: all places that are rounded to it. Each strand is led through
// the hot points whose cells it passes. What comes of it has nothing in common
// but hot points, and no strand is moved by more than half a unit in either
// coordinate, however many cross. It asks more of each strand than cutting it
// where it crosses, so it is for where that does not come to an end.
//
// Strands that are not fresh neither cross nor touch each other ([strand]), so
// that the crossings found in the first round are all that there are.
func (n *noder) snapRound() {
	given := n.given
	hot := make([]Point, 0, 2*len(given)+len(n.givenCuts))
	for i := range given {
		hot = append(hot, given[i].p, given[i].q)
	}
	for _, c := range n.givenCuts {
		hot = append(hot, c.at)
	}
	slices.SortFunc(hot, comparePoints)
	hot = slices.Compact(hot)
	boxes := make([]Box, len(hot))
	for i, h := range hot {
		boxes[i] = Box{h, h}
	}
	tree := newBoxTree(boxes)
	out := n.strands[:0]
	var through []Point
	for i := range given {
		if i%16 == 0 && n.stop.asked() {
			break
		}
		s := given[i]
		through = through[:0]
		n.near = tree.meeting(n.near[:0], s.box(), 0)
		for _, k := range n.near {
			if s.entersCell(hot[k]) {
				through = append(through, hot[k])
			}
		}
		// A strand goes one way in each coordinate, and so do the cells it passes.
		slices.SortFunc(through, func(a, b Point) int {
			return cmp.Compare(abs(a.X-s.p.X)+abs(a.Y-s.p.Y), abs(b.X-s.p.X)+abs(b.Y-s.p.Y))
		})
		s.node = true
		for _, h := range through[1:] { // the first is p, the last q
			part := s
			part.q = h
			out = append(out, part)
			s.p, s.begins = h, false
		}
	}
	n.strands = out
}

// entersCell says whether the strand passes through the cell of h, which is the
// square of side 1 about h with its west and south side, without the others: such
// places are rounded to h, halves up.
//
// The cell is taken for a closed square that is less, in the east and in the
// north, by an infinitesimal ε. A segment misses a square if all of it lies
// beyond one side, or the square to one side of its line.
func (s *strand) entersCell(h Point) bool {
	// In halves of a unit.
	p, q := Point{2 * s.p.X, 2 * s.p.Y}, Point{2 * s.q.X, 2 * s.q.Y}
	west, south, east, north := 2*h.X-1, 2*h.Y-1, 2*h.X+1, 2*h.Y+1
	if max(p.X, q.X) < west || max(p.Y, q.Y) < south || min(p.X, q.X) >= east || min(p.Y, q.Y) >= north {
		return false
	}
	x, y := q.X-p.X, q.Y-p.Y
	side := func(cx, cy, epsilon int64) int {
		if d := cross128(x, y, cx-p.X, cy-p.Y).Sign(); d != 0 {
			return d
		}
		return cmp.Compare(epsilon, 0)
	}
	sw, se := side(west, south, 0), side(east, south, y)
	nw, ne := side(west, north, -x), side(east, north, y-x)
	return min(sw, se, nw, ne) <= 0 && max(sw, se, nw, ne) >= 0
}
