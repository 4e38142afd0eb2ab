package overlay

import "slices"

// judgeContacts tells, at each place where boundaries touch, whether they pass
// through each other there.
func (v *validator) judgeContacts() {
	slices.SortFunc(v.contacts, func(x, y contact) int {
		if c := comparePoints(x.at, y.at); c != 0 {
			return c
		}
		if x.edge != y.edge {
			return int(x.edge - y.edge)
		}
		if x.vertex == y.vertex {
			return 0
		}
		if x.vertex {
			return -1
		}
		return 1
	})
	v.contacts = slices.Compact(v.contacts)
	touching := newTouchGraph(len(v.rings))
	for rest := v.contacts; len(rest) > 0 && !v.stop.asked(); {
		n := 1
		for n < len(rest) && rest[n].at == rest[0].at {
			n++
		}
		v.judgePlace(rest[:n])
		v.connect(touching, rest[:n])
		rest = rest[n:]
	}
}

// judgePlace judges every two passages through one place.
func (v *validator) judgePlace(here []contact) {
	for i := range here {
		for j := i + 1; j < len(here); j++ {
			e, f := &v.edges[here[i].edge], &v.edges[here[j].edge]
			switch through := v.passThrough(here[i], here[j]); {
			case through:
				v.cross(e, f, here[i].at)
			case e.ring == f.ring:
				v.fault(RingTouches, here[i].at, e)
			}
		}
	}
}

// arms returns the directions in which the boundary leaves the place of a
// contact, backward and forward.
func (v *validator) arms(c contact) (back, on Point) {
	e := &v.edges[c.edge]
	back, on = e.p, e.q
	if c.vertex {
		back = v.edges[e.prev].p
	}
	return Point{back.X - c.at.X, back.Y - c.at.Y}, Point{on.X - c.at.X, on.Y - c.at.Y}
}

// passThrough says whether two passages through one place cross there: the arms
// of one are on different sides of the other. If arms coincide the boundaries
// overlap, which has been told.
func (v *validator) passThrough(c, d contact) bool {
	a, b := v.arms(c)
	p, q := v.arms(d)
	return v.between(a, p, b) && v.between(b, q, a) || v.between(a, q, b) && v.between(b, p, a)
}

// between says whether direction p comes strictly after a and before b, going
// round counter-clockwise.
func (v *validator) between(a, p, b Point) bool {
	left := func(u, w Point) int64 { return turn(v.wide, u.X, u.Y, w.X, w.Y) }
	if turnAB := left(a, b); turnAB > 0 || turnAB == 0 && !opposed(a, b) {
		return left(a, p) > 0 && left(p, b) > 0
	} else if turnAB == 0 {
		return left(a, p) > 0
	}
	// More than half a turn from a to b: p is not in the rest, from b to a.
	return left(b, p) < 0 || left(p, a) < 0
}

func opposed(a, b Point) bool { return opposite(a.X, b.X) || opposite(a.Y, b.Y) }

// touchGraph joins rings by the places where they touch. A cycle in it parts
// the inside of a polygon in two.
type touchGraph struct{ parent []int32 }

func newTouchGraph(n int) *touchGraph {
	g := &touchGraph{make([]int32, n)}
	for i := range g.parent {
		g.parent[i] = int32(i)
	}
	return g
}

func (g *touchGraph) find(r int32) int32 {
	for g.parent[r] != r {
		g.parent[r] = g.parent[g.parent[r]]
		r = g.parent[r]
	}
	return r
}

// connect joins the rings of each polygon that meet in one place, and tells a
// fault where two of them were joined before.
func (v *validator) connect(g *touchGraph, here []contact) {
	for i := range here {
		e := &v.edges[here[i].edge]
		for j := range i {
			f := &v.edges[here[j].edge]
			if e.ring == f.ring {
				break // this ring has been joined here already
			}
			if v.rings[e.ring].ref.polygon != v.rings[f.ring].ref.polygon {
				continue
			}
			if r, s := g.find(e.ring), g.find(f.ring); r != s {
				g.parent[r] = s
			} else if !v.rings[e.ring].crossed && !v.rings[f.ring].crossed {
				v.fault(InteriorDivided, here[i].at, e)
			}
			break
		}
	}
}

// judgeRings tells which rings lie where they should not.
func (v *validator) judgeRings() {
	byBox := make([]Box, len(v.rings))
	for i := range v.rings {
		byBox[i] = v.rings[i].box
	}
	tree := newBoxTree(byBox)
	var near []int32
	for i := range v.rings {
		inner := &v.rings[i]
		near = tree.meeting(near[:0], inner.box, 0)
		inShell := inner.ref.ring == 0
		for _, j := range near {
			if v.stop.asked() {
				return
			}
			outer := &v.rings[j]
			if int(j) == i || inner.crossed || outer.crossed || !v.within(inner, outer) {
				continue
			}
			switch {
			case inner.ref.ring > 0 && outer.ref == ringRef{inner.ref.polygon, 0}:
				inShell = true
			case inner.ref.ring > 0 && outer.ref.ring > 0 && inner.ref.polygon == outer.ref.polygon:
				v.fault(HoleInHole, v.edges[inner.edges.first].p, &v.edges[inner.edges.first])
			case inner.ref.ring == 0 && outer.ref.ring == 0 && !v.inHoleOf(inner, outer.ref.polygon, near):
				v.fault(PartInPart, v.edges[inner.edges.first].p, &v.edges[inner.edges.first])
			}
		}
		if !inShell && !inner.crossed {
			v.fault(HoleOutside, v.edges[inner.edges.first].p, &v.edges[inner.edges.first])
		}
	}
}

// inHoleOf says whether the ring lies in a hole of the polygon.
func (v *validator) inHoleOf(inner *validRing, polygon int, near []int32) bool {
	for _, j := range near {
		hole := &v.rings[j]
		if hole.ref.polygon == polygon && hole.ref.ring > 0 && !hole.crossed && v.within(inner, hole) {
			return true
		}
	}
	return false
}

// within says whether inner lies inside outer, given that they do not cross: a
// point of inner that is not on the boundary of outer does. It tries vertices
// first, then points within edges, of which but finitely many touch outer.
func (v *validator) within(inner, outer *validRing) bool {
	edges := v.edges[inner.edges.first:inner.edges.last]
	for _, e := range edges {
		if in, on := v.holds(outer, e.p, 1); !on {
			return in
		}
	}
	for scale := int64(2); scale <= 256; scale *= 2 {
		for _, e := range edges {
			p := Point{e.p.X*(scale-1) + e.q.X, e.p.Y*(scale-1) + e.q.Y}
			if in, on := v.holds(outer, p, scale); !on {
				return in
			}
		}
	}
	return false // one boundary: the rings overlap all along, which has been told
}

// holds says whether the point p/scale is inside the ring, or on it.
func (v *validator) holds(r *validRing, p Point, scale int64) (in, on bool) {
	if !(Box{r.box.Min.times(scale), r.box.Max.times(scale)}).Contains(p) {
		return false, false
	}
	wide := v.wide || scale > 1
	for i := r.edges.first; i < r.edges.last; i++ {
		e := strand{p: v.edges[i].p.times(scale), q: v.edges[i].q.times(scale)}
		if p == e.p || e.passes(p, wide) {
			return false, true
		}
		if (e.p.Y > p.Y) != (e.q.Y > p.Y) {
			side := turn(wide, e.q.X-e.p.X, e.q.Y-e.p.Y, p.X-e.p.X, p.Y-e.p.Y)
			if (side > 0) == (e.q.Y > e.p.Y) {
				in = !in
			}
		}
	}
	return in, false
}

func (p Point) times(n int64) Point { return Point{p.X * n, p.Y * n} }
