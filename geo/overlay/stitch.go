package overlay

import "slices"

// A stitcher makes the polygons of common ground straight from the order of the
// crossings: at each, the boundary of the ground goes over from one claim to the
// other. No graph is needed where that order is beyond doubt, which is nearly
// everywhere:
//
//   - both claims are one ring, and no nudge decided anything about them, so
//     edges that do not cross have no point in common;
//   - the strands that end in a rounded crossing, the only ones that are not as
//     they were, meet nothing but the strands before and after them.
//
// Then the rings are simple, keep off each other and, running counter-clockwise
// with none in the box of another, are the shells of the ground. In all other
// cases it gives up, and the general way ([groundMaker]) finds the same ground,
// to the bit, where both can.
//
// No more needs to be asked. Two closed lines cross an even number of times. Going
// on from a crossing to the next one at which the outline goes over permutes the
// crossings, so that each way comes back to where it began. Crossings may stand in
// the wrong order along a boundary only where they are in one place; that place is
// then twice among the corners, so that strands which are not neighbours meet
// there. So they do where a strand has no length or runs back over the one before
// it; a ring of two corners does not turn left.
type stitcher struct {
	points  []Point // of all rings, open
	rings   []stitchedRing
	rounded []int32 // which of points are rounded crossings
	boxes   []Box   // of chunks of strands
	byB     []int32 // the place along b of each crossing along a
	done    []bool  // crossings along a

	arena groundArena
}

// stitchedRing is a ring: points first … last−1, and its least corner among them.
type stitchedRing struct {
	first, last, least int32
	chunk              int32 // first of its chunks in boxes
	box                Box
}

// stitchChunk is the number of strands that share a box.
const stitchChunk = 8

// manyStitches bounds the comparisons of rounded strands with chunks; the
// general way has a tree for more.
const manyStitches = 1 << 14

// stitch returns the common ground of the pair, if it can tell. The crossings
// are in the order of the boundary of b.
func (s *stitcher) stitch(p *pairing, cs []crossing, aInB, bInA bool) (MultiPolygon, bool) {
	s.points, s.rings, s.rounded = s.points[:0], s.rings[:0], s.rounded[:0]
	switch {
	case len(cs) > 0:
		s.follow(p, cs, aInB)
	case aInB:
		s.whole(p.la, p.a)
	case bInA:
		s.whole(p.lb, p.b)
	}
	if !s.clean() {
		return nil, false
	}
	return s.ground(), true
}

// whole takes the one ring of a claim as it is.
func (s *stitcher) whole(l *Layer, c *shape) {
	r := l.ringsOf(c)[0]
	s.take(l, c, r.first, r.last)
	s.rings = append(s.rings, stitchedRing{last: int32(len(s.points))})
}

// take appends vertices first … last−1 of a claim.
func (s *stitcher) take(l *Layer, c *shape, first, last int32) {
	if last <= first {
		return
	}
	corner := c.box.Min
	n := len(s.points)
	s.points = slices.Grow(s.points, int(last-first))[:n+int(last-first)]
	to := s.points[n:]
	for i, v := range l.near[c.vertex+int(first) : c.vertex+int(last)] {
		to[i] = Point{corner.X + int64(v.x), corner.Y + int64(v.y)}
	}
}

// takePiece appends what lies between two crossings on edges e1 and e2 of the
// one ring of a claim; if it passes the beginning of the ring, wraps is set.
func (s *stitcher) takePiece(l *Layer, c *shape, e1, e2 int32, wraps bool) {
	if !wraps {
		s.take(l, c, e1+1, e2+1)
		return
	}
	r := l.ringsOf(c)[0]
	s.take(l, c, e1+1, r.last)
	s.take(l, c, r.first, e2+1)
}

// takeCrossing appends a crossing, rounded to the grid.
func (s *stitcher) takeCrossing(x *crossing) {
	s.rounded = append(s.rounded, int32(len(s.points)))
	s.points = append(s.points, roundToGrid(x.at))
}

// roundToGrid rounds a place on the subgrid to the nearest grid point, halves up.
func roundToGrid(at Point) Point {
	return Point{(at.X + sub/2) >> subBits, (at.Y + sub/2) >> subBits}
}

// follow goes round the common ground: along a from where it enters b to where
// it leaves, from there along b, which has just entered a, and so on.
func (s *stitcher) follow(p *pairing, cs []crossing, aInB bool) {
	n := int32(len(cs))
	s.byB, s.done = slices.Grow(s.byB[:0], int(n))[:n], filled(s.done, int(n), false)
	for q := range cs {
		s.byB[cs[q].along] = int32(q)
	}
	next := func(i int32) int32 {
		if i++; i == n {
			return 0
		}
		return i
	}
	for first := range n {
		// Before crossing i, a is inside b if it began there and i is even, or else.
		if entersB := aInB == (first&1 == 1); s.done[first] || !entersB {
			continue
		}
		begin := len(s.points)
		for i := first; !s.done[i]; {
			s.done[i] = true
			j := next(i)
			from, over := &cs[s.byB[i]], &cs[s.byB[j]]
			s.takeCrossing(from)
			s.takePiece(p.la, p.a, from.ea, over.ea, j == 0)
			s.takeCrossing(over)
			r := next(s.byB[j])
			s.takePiece(p.lb, p.b, over.eb, cs[r].eb, r == 0)
			i = cs[r].along
		}
		s.rings = append(s.rings, stitchedRing{first: int32(begin), last: int32(len(s.points))})
	}
}

// clean measures the rings and says whether they are the shells of the ground.
func (s *stitcher) clean() bool {
	s.boxes = s.boxes[:0]
	for k := range s.rings {
		r := &s.rings[k]
		s.measure(r)
		if len(s.rounded) > 0 && !leftAt(s.points[r.before(r.least)], s.points[r.least], s.points[r.after(r.least)]) {
			return false
		}
	}
	for k := range s.rings {
		for j := range k {
			b, c := &s.rings[k].box, &s.rings[j].box
			if b.holds(c) || c.holds(b) {
				return false
			}
		}
	}
	if len(s.rounded)*len(s.boxes) > manyStitches {
		return false
	}
	ring := 0
	for _, i := range s.rounded { // in the order of rings
		for i >= s.rings[ring].last {
			ring++
		}
		r := &s.rings[ring]
		if !s.alone(r, r.before(i)) || !s.alone(r, i) {
			return false
		}
	}
	return true
}

// leftAt says whether the way from p by q to t turns left.
func leftAt(p, q, t Point) bool { return turn(false, q.X-p.X, q.Y-p.Y, t.X-q.X, t.Y-q.Y) > 0 }

func (r *stitchedRing) before(i int32) int32 {
	if i == r.first {
		return r.last - 1
	}
	return i - 1
}

func (r *stitchedRing) after(i int32) int32 {
	if i == r.last-1 {
		return r.first
	}
	return i + 1
}

// measure boxes the strands of a ring by chunks, and finds its least corner.
func (s *stitcher) measure(r *stitchedRing) {
	r.chunk, r.least, r.box = int32(len(s.boxes)), r.first, emptyBox()
	points := s.points[r.first:r.last]
	least := points[0]
	for from := 0; from < len(points); from += stitchChunk {
		to := min(from+stitchChunk, len(points))
		next := points[0]
		if to < len(points) {
			next = points[to]
		}
		b := Box{next, next}
		for i, p := range points[from:to] {
			b = Box{Point{min(b.Min.X, p.X), min(b.Min.Y, p.Y)}, Point{max(b.Max.X, p.X), max(b.Max.Y, p.Y)}}
			if p.X < least.X || p.X == least.X && p.Y < least.Y {
				least, r.least = p, r.first+int32(from+i)
			}
		}
		s.boxes = append(s.boxes, b)
		r.box = r.box.Union(b)
	}
}

// alone says whether strand i of ring r, from point i to the next, meets no
// other but the two beside it.
func (s *stitcher) alone(r *stitchedRing, i int32) bool {
	before, after := r.before(i), r.after(i)
	p, q := s.points[i], s.points[after]
	box := Box{Point{min(p.X, q.X), min(p.Y, q.Y)}, Point{max(p.X, q.X), max(p.Y, q.Y)}}
	for k := range s.rings {
		other := &s.rings[k]
		if !other.box.Meets(box) {
			continue
		}
		chunk := other.chunk
		for first := other.first; first < other.last; first += stitchChunk {
			if s.boxes[chunk].Meets(box) {
				for j := first; j < min(first+stitchChunk, other.last); j++ {
					if j != i && j != before && j != after && !apart(p, q, s.points[j], s.points[other.after(j)], box) {
						return false
					}
				}
			}
			chunk++
		}
	}
	return true
}

// apart says whether segments p–q, which has the given box, and t–u have no
// point in common, in a narrow frame.
func apart(p, q, t, u Point, box Box) bool {
	if !touches(t, u, box) {
		return true
	}
	x, y := q.X-p.X, q.Y-p.Y
	if d1, d2 := turn(false, x, y, t.X-p.X, t.Y-p.Y), turn(false, x, y, u.X-p.X, u.Y-p.Y); d1 > 0 && d2 > 0 || d1 < 0 && d2 < 0 {
		return true
	}
	x, y = u.X-t.X, u.Y-t.Y
	d3, d4 := turn(false, x, y, p.X-t.X, p.Y-t.Y), turn(false, x, y, q.X-t.X, q.Y-t.Y)
	return d3 > 0 && d4 > 0 || d3 < 0 && d4 < 0
}

// ground returns the rings as polygons, in the order of their least corners.
func (s *stitcher) ground() MultiPolygon {
	if len(s.rings) > 1 {
		slices.SortFunc(s.rings, func(x, y stitchedRing) int { return comparePoints(s.points[x.least], s.points[y.least]) })
	}
	m := s.arena.polygons(len(s.rings))
	for k := range s.rings {
		r := &s.rings[k]
		ring := s.arena.ring(int(r.last-r.first) + 1)
		n := copy(ring, s.points[r.least:r.last])
		copy(ring[n:], s.points[r.first:r.least+1])
		m[k] = s.arena.shell(ring)
	}
	return m
}
