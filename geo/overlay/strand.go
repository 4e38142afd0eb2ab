package overlay

// nobody is the label of ground that belongs to nothing asked for.
const nobody = -1

// A strand is a straight piece of boundary on the grid, in the frame of its
// arrangement, with the labels of the ground to its left and right. Strands
// follow each other in chains.
type strand struct {
	p, q        Point
	left, right int32
	cut         int8 // of a line that divides ground whatever its labels: +1 along it, −1 against it

	begins bool // p is not the end of the strand before it
	node   bool // p is, or may be, a corner of other strands too; so is the p of one that begins
	fresh  bool // not compared with the others yet
}

func (s *strand) box() Box {
	return Box{
		Point{min(s.p.X, s.q.X), min(s.p.Y, s.q.Y)},
		Point{max(s.p.X, s.q.X), max(s.p.Y, s.q.Y)},
	}
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

func abs(v int64) int64 {
	if v < 0 {
		return -v
	}
	return v
}
