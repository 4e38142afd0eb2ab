package overlay

import (
	"cmp"
	"slices"
)

// nobody is the label of ground that belongs to nothing asked for.
const nobody = -1

// A strand is a straight piece of boundary on the grid, in the frame of its
// arrangement, with the labels of the ground to its left and right.
type strand struct {
	p, q        Point
	left, right int32
	cut         int8 // of a line that divides ground whatever its labels: +1 along it, −1 against it
}

// node splits strands where they cross or touch, until they have nothing in
// common but ends. Crossings are rounded to the grid, which moves the strands
// they are on by up to half a unit and may make new crossings; so it goes on
// until there are none.
//
// It ends: a strand is only split at a grid point of its box other than its
// ends, and the boxes of both halves are then properly smaller.
//
// The outcome depends on the set of strands alone, not on their order.
func node(strands []strand, wide bool) []strand {
	fresh := len(strands) // the strands from here back have not been compared
	for fresh > 0 {
		cuts := findCuts(strands, len(strands)-fresh, wide)
		if len(cuts) == 0 {
			break
		}
		strands, fresh = applyCuts(strands, cuts)
	}
	return strands
}

// A cutPoint is a place where a strand is to be split.
type cutPoint struct {
	strand int32
	at     Point
}

// findCuts compares every pair of strands of which at least one is numbered
// old or more.
func findCuts(strands []strand, old int, wide bool) []cutPoint {
	boxes := make([]Box, len(strands))
	for i := range strands {
		boxes[i] = strands[i].box()
	}
	tree := newBoxTree(boxes)
	var cuts []cutPoint
	var near []int32
	for i := old; i < len(strands); i++ {
		near = tree.meeting(near[:0], boxes[i], 0)
		for _, j := range near {
			if int(j) < old || int(j) > i {
				cuts = cutPair(cuts, strands, int32(i), j, wide)
			}
		}
	}
	return cuts
}

// cutPair appends the places where two strands split each other.
func cutPair(cuts []cutPoint, strands []strand, i, j int32, wide bool) []cutPoint {
	s, t := &strands[i], &strands[j]
	n := len(cuts)
	shared := s.p == t.p || s.p == t.q || s.q == t.p || s.q == t.q
	if s.passes(t.p, wide) {
		cuts = append(cuts, cutPoint{i, t.p})
	}
	if s.passes(t.q, wide) {
		cuts = append(cuts, cutPoint{i, t.q})
	}
	if t.passes(s.p, wide) {
		cuts = append(cuts, cutPoint{j, s.p})
	}
	if t.passes(s.q, wide) {
		cuts = append(cuts, cutPoint{j, s.q})
	}
	if shared || len(cuts) > n {
		return cuts
	}
	e, f := segment{s.p, s.q}, segment{t.p, t.q}
	if !properlyCross(wide, e, f) {
		return cuts
	}
	at := meet(wide, e, f, 1)
	if at != s.p && at != s.q {
		cuts = append(cuts, cutPoint{i, at})
	}
	if at != t.p && at != t.q {
		cuts = append(cuts, cutPoint{j, at})
	}
	return cuts
}

// passes says whether r lies on the strand, but not at an end.
func (s *strand) passes(r Point, wide bool) bool {
	return r != s.p && r != s.q && s.box().Contains(r) &&
		turn(wide, s.q.X-s.p.X, s.q.Y-s.p.Y, r.X-s.p.X, r.Y-s.p.Y) == 0
}

// properlyCross says whether e and f cross in a point inside both.
func properlyCross(wide bool, e, f segment) bool {
	ex, ey := e.q.X-e.p.X, e.q.Y-e.p.Y
	fx, fy := f.q.X-f.p.X, f.q.Y-f.p.Y
	return opposite(turn(wide, fx, fy, e.p.X-f.p.X, e.p.Y-f.p.Y), turn(wide, fx, fy, e.q.X-f.p.X, e.q.Y-f.p.Y)) &&
		opposite(turn(wide, ex, ey, f.p.X-e.p.X, f.p.Y-e.p.Y), turn(wide, ex, ey, f.q.X-e.p.X, f.q.Y-e.p.Y))
}

func opposite(a, b int64) bool { return a < 0 && b > 0 || a > 0 && b < 0 }

// applyCuts replaces every strand that has cuts by its parts, which come last;
// it returns how many they are.
func applyCuts(strands []strand, cuts []cutPoint) (out []strand, fresh int) {
	slices.SortFunc(cuts, func(a, b cutPoint) int {
		if c := cmp.Compare(a.strand, b.strand); c != 0 {
			return c
		}
		return compareFrom(strands[a.strand].p, a.at, b.at)
	})
	cuts = slices.Compact(cuts)
	var parts []strand
	whole := strands[:0]
	k := 0
	for i := range strands {
		s := strands[i]
		if k == len(cuts) || cuts[k].strand != int32(i) {
			whole = append(whole, s)
			continue
		}
		for ; k < len(cuts) && cuts[k].strand == int32(i); k++ {
			part := s
			part.q, s.p = cuts[k].at, cuts[k].at
			parts = append(parts, part)
		}
		parts = append(parts, s)
	}
	return append(whole, parts...), len(parts)
}

// compareFrom compares two places by how far they are from p along the axes,
// which is their order along a strand that begins at p. Cuts of one strand lie
// within half a unit of it, so this order differs from that of their exact
// places by less than the grid.
func compareFrom(p, a, b Point) int {
	da, db := abs(a.X-p.X)+abs(a.Y-p.Y), abs(b.X-p.X)+abs(b.Y-p.Y)
	if c := cmp.Compare(da, db); c != 0 {
		return c
	}
	if c := cmp.Compare(a.X, b.X); c != 0 {
		return c
	}
	return cmp.Compare(a.Y, b.Y)
}

func abs(v int64) int64 {
	if v < 0 {
		return -v
	}
	return v
}

func (s *strand) box() Box {
	return Box{
		Point{min(s.p.X, s.q.X), min(s.p.Y, s.q.Y)},
		Point{max(s.p.X, s.q.X), max(s.p.Y, s.q.Y)},
	}
}
