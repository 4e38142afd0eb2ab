package overlay

import "slices"

// A crossing is a place where the boundaries of claims a and b cross once a is
// nudged.
type crossing struct {
	at     Point // on the subgrid, from the origin of the CRS
	ea, eb int32 // edges of a and b
	along  int32 // its place among the crossings along a
}

// A pairing is two claims about to be compared, and their common frame, whose
// origin is the corner of a.
type pairing struct {
	la, lb *Layer
	a, b   *shape
	ia, ib int32 // their indexes in their layers
	n      nudge
	d      Point // the corner of b in the frame
	common Box   // of both boxes, in the frame
	wide   bool
}

func newPairing(la, lb *Layer, ia, ib int32) pairing {
	p := pairing{la: la, lb: lb, a: &la.shapes[ia], b: &lb.shapes[ib], ia: ia, ib: ib, n: -1}
	if la == lb && p.a.rank > p.b.rank {
		p.n = +1
	}
	corner := p.a.box.Min
	p.d = Point{p.b.box.Min.X - corner.X, p.b.box.Min.Y - corner.Y}
	common := p.a.box.Intersect(p.b.box)
	p.common = Box{
		Point{common.Min.X - corner.X, common.Min.Y - corner.Y},
		Point{common.Max.X - corner.X, common.Max.Y - corner.Y},
	}
	p.wide = p.a.box.Union(p.b.box).wide()
	return p
}

// A crosser finds the crossings of pairs. It holds the memory that one worker
// uses again and again.
type crosser struct {
	runsA, runsB []boxedRun
	edgesA       [runLength]edge
	edgesB       [runLength]edge
	found        []crossing
	tied         bool // a nudge decided something about the pair

	wary  bool     // note edges that come near each other without crossing ([clearance])
	close []edgeOf // found so

	startsA, startsB []bool // by ring: does it begin inside the other claim?
}

// crossings returns where the boundaries of the pair cross, in the order of
// the boundary of a. The result is valid until the next call.
func (c *crosser) crossings(p *pairing) []crossing {
	c.found, c.tied = c.found[:0], c.wary && p.wide
	c.runsA = p.la.runsMeeting(c.runsA[:0], p.a, Point{}, p.common)
	if len(c.runsA) == 0 {
		return nil
	}
	c.runsB = p.lb.runsMeeting(c.runsB[:0], p.b, p.d, p.common)
	if len(c.runsA)*len(c.runsB) > manyRunPairs {
		c.sweepRuns(p)
	} else {
		c.allRuns(p)
	}
	slices.SortFunc(c.found, func(x, y crossing) int {
		return compareAlong(p.la, p.a, x.ea, x.at, y.ea, y.at)
	})
	for i := range c.found {
		c.found[i].along = int32(i)
	}
	return c.found
}

// manyRunPairs is the number of pairs of runs beyond which sorting the runs
// costs less than trying all pairs.
const manyRunPairs = 2048

func (c *crosser) allRuns(p *pairing) {
	for i := range c.runsA {
		ra := &c.runsA[i]
		for j := range c.runsB {
			if rb := &c.runsB[j]; ra.box.Meets(rb.box) {
				c.crossRuns(p, ra, rb)
			}
		}
	}
}

// sweepRuns is allRuns for claims of very many runs: both lists are sorted
// from west to east and only runs whose spans overlap are compared.
func (c *crosser) sweepRuns(p *pairing) {
	west := func(x, y boxedRun) int { return compareInts(x.box.Min.X, y.box.Min.X) }
	slices.SortFunc(c.runsA, west)
	slices.SortFunc(c.runsB, west)
	pair := func(ra, rb *boxedRun) {
		if ra.box.Meets(rb.box) {
			c.crossRuns(p, ra, rb)
		}
	}
	i, j := 0, 0
	for i < len(c.runsA) && j < len(c.runsB) {
		if ra := &c.runsA[i]; ra.box.Min.X <= c.runsB[j].box.Min.X {
			for k := j; k < len(c.runsB) && c.runsB[k].box.Min.X <= ra.box.Max.X; k++ {
				pair(ra, &c.runsB[k])
			}
			i++
			continue
		}
		rb := &c.runsB[j]
		for k := i; k < len(c.runsA) && c.runsA[k].box.Min.X <= rb.box.Max.X; k++ {
			pair(&c.runsA[k], rb)
		}
		j++
	}
}

// An edge is an edge of a claim in the frame of a pair, with its number.
type edge struct {
	segment
	k int32
}

// crossRuns finds the crossings of two runs whose boxes meet.
func (c *crosser) crossRuns(p *pairing, ra, rb *boxedRun) {
	both := ra.box.Intersect(rb.box)
	b := edgesIn(&c.edgesB, p.lb, p.b, rb.run, p.d, both)
	if len(b) == 0 {
		return
	}
	a := edgesIn(&c.edgesA, p.la, p.a, ra.run, Point{}, both)
	for i := range a {
		e := &a[i]
		box := Box{
			Point{min(e.p.X, e.q.X), min(e.p.Y, e.q.Y)},
			Point{max(e.p.X, e.q.X), max(e.p.Y, e.q.Y)},
		}
		for j := range b {
			f := &b[j]
			switch {
			case !touches(f.p, f.q, box):
			case crosses(p.wide, e.segment, f.segment, p.n, &c.tied):
				c.add(p, e.segment, f.segment, e.k, f.k)
			case c.wary && !distant(e.segment, f.segment):
				c.close = append(c.close, edgeOf{p.ia, e.k}, edgeOf{p.ib, f.k})
			}
		}
	}
}

func (c *crosser) add(p *pairing, e, f segment, ea, eb int32) {
	at := meet(p.wide, e, f, sub)
	corner := p.a.box.Min
	c.found = append(c.found, crossing{at: Point{at.X + corner.X*sub, at.Y + corner.Y*sub}, ea: ea, eb: eb})
}

// touches says whether the box of the edge p–q meets box.
func touches(p, q Point, box Box) bool {
	return min(p.X, q.X) <= box.Max.X && max(p.X, q.X) >= box.Min.X &&
		min(p.Y, q.Y) <= box.Max.Y && max(p.Y, q.Y) >= box.Min.Y
}

// edgesIn returns the edges of a run whose boxes meet box, in the frame in which
// the corner of their claim lies at d. The result is in the memory of out.
func edgesIn(out *[runLength]edge, l *Layer, s *shape, r *run, d Point, box Box) []edge {
	n := 0
	if s.wide {
		vertices := l.far[s.vertex+int(r.first) : s.vertex+int(r.last)+1]
		for i, v := range vertices[1:] {
			p, q := Point{vertices[i].X + d.X, vertices[i].Y + d.Y}, Point{v.X + d.X, v.Y + d.Y}
			if touches(p, q, box) {
				out[n] = edge{segment{p, q}, r.first + int32(i)}
				n++
			}
		}
		return out[:n]
	}
	// An edge misses the box if both ends are beyond one of its sides: their
	// distances from it, counted inward, are both negative.
	x0, y0, x1, y1 := box.Min.X-d.X, box.Min.Y-d.Y, box.Max.X-d.X, box.Max.Y-d.Y
	vertices := l.near[s.vertex+int(r.first) : s.vertex+int(r.last)+1]
	px, py := int64(vertices[0].x), int64(vertices[0].y)
	for i, v := range vertices[1:] {
		qx, qy := int64(v.x), int64(v.y)
		if (px-x0)&(qx-x0)|(x1-px)&(x1-qx)|(py-y0)&(qy-y0)|(y1-py)&(y1-qy) >= 0 {
			out[n&(runLength-1)] = edge{segment{Point{px + d.X, py + d.Y}, Point{qx + d.X, qy + d.Y}}, r.first + int32(i)}
			n++
		}
		px, py = qx, qy
	}
	return out[:n]
}

// compareAlong compares two places on the boundary of s.
//
// Rounding keeps the order along an edge in each coordinate, so rounded places
// decide unless they are equal; and between equal places lies a piece of no
// length, to which no sum and no polygon is sensitive. Exact rational
// parameters would decide nothing more.
func compareAlong(l *Layer, s *shape, e1 int32, p1 Point, e2 int32, p2 Point) int {
	if e1 != e2 {
		return int(e1 - e2)
	}
	from, to := l.at(s, e1), l.at(s, e1+1)
	if p1.X != p2.X {
		if (p1.X < p2.X) == (from.X < to.X) {
			return -1
		}
		return 1
	}
	if p1.Y == p2.Y {
		return 0
	}
	if (p1.Y < p2.Y) == (from.Y < to.Y) {
		return -1
	}
	return 1
}

func compareInts(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
