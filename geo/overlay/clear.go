package overlay

// clearance is how far in grid units edges must keep off each other for the
// polygons of faces to be drawn without a graph. Rounding moves a crossing by
// less than a unit, and with it two strands of each of two claims; splitting what
// is not clear may move it again. Two units are too few for that (guard_test.go);
// what is four apart stays apart and in order. So do edges whose boxes do not
// meet, however near: rounding and splitting never put a place of an edge outside
// of its box.
const clearance = 4

// An edgeOf is an edge of a shape.
type edgeOf struct{ shape, edge int32 }

// An edgeSet is a set of edges of the narrow claims of a layer, a bit for each
// vertex.
type edgeSet []uint64

func (e edgeSet) add(l *Layer, at edgeOf) {
	if s := &l.shapes[at.shape]; !s.wide {
		k := s.vertex + int(at.edge)
		e[k/64] |= 1 << (k % 64)
	}
}

// any says whether one of the edges first … last of s is in the set.
func (e edgeSet) any(s *shape, first, last int32) bool {
	for k, end := s.vertex+int(first), s.vertex+int(last)+1; k < end; {
		word := e[k/64] >> (k % 64)
		if n := end - k; n < 64 {
			word &= 1<<n - 1
		}
		if word != 0 {
			return true
		}
		k += 64 - k%64
	}
	return false
}

// distant says whether narrow segments keep the clearance from each other, as
// far as a line along one of them tells.
func distant(e, f segment) bool { return e.clears(f.p, f.q) || f.clears(e.p, e.q) }

// clears says whether t and u lie on one side of the line of e, both farther
// from it than the clearance.
func (e segment) clears(t, u Point) bool {
	d1, d2 := e.offset(t), e.offset(u)
	return d1 > 0 && d2 > 0 || d1 < 0 && d2 < 0
}

// offset is positive when t lies to the left of the line of e by more than the
// clearance, negative when it does so to the right, and else zero.
func (e segment) offset(t Point) int64 {
	x, y := e.q.X-e.p.X, e.q.Y-e.p.Y
	d := turn(false, x, y, t.X-e.p.X, t.Y-e.p.Y)
	if most := clearance * (abs(x) + abs(y)); d > most || d < -most { // no less than the length
		return d
	}
	return 0
}

// crossesClearly says whether e of the walk passes over f in good order: what is
// before the crossing on e lies off f to one side, and what is after to the other.
func (e segment) crossesClearly(f segment) bool {
	d1, d2 := f.offset(e.p), f.offset(e.q)
	return d1 > 0 && d2 < 0 || d1 < 0 && d2 > 0
}

// clearOfItself says whether edge k of a ring, on which there is a crossing,
// keeps off all other edges of its claim but the two beside it. They may lead back
// along it: where one comes near and ends, so does the edge that goes on from there;
// and where it passes the crossing near by, the other claim has two crossings there
// that are not in good order, or an edge that comes close.
func (l *Layer) clearOfItself(s *shape, r ringSpan, k int32) bool {
	e := segment{l.at(s, k), l.at(s, k+1)}
	before, after := k-1, k+1
	if before < r.first {
		before = r.last - 1
	}
	if after == r.last {
		after = r.first
	}
	box := Box{Point{min(e.p.X, e.q.X), min(e.p.Y, e.q.Y)}, Point{max(e.p.X, e.q.X), max(e.p.Y, e.q.Y)}}
	runs := l.runsOf(s)
	for i := range runs {
		n := &runs[i]
		if !n.box.in(s, Point{}).Meets(box) {
			continue
		}
		for j := n.first; j < n.last; j++ {
			if f := (segment{l.at(s, j), l.at(s, j+1)}); j != k && j != before && j != after && touches(f.p, f.q, box) && !distant(e, f) {
				return false
			}
		}
	}
	return true
}
