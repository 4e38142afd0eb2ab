package overlay

import "slices"

// A region is connected ground of one label: faces that have edges in common,
// with no cut between them.
type region struct {
	label   int32
	ground  Polygon
	bounded []int32 // half-edges that have the region on their left
}

// labelOf gives the label of a face from how often each label winds round it,
// in the order of labels; or [nobody].
type labelOf func(winds []jump) int32

// least is the label of ground that is bounded by its own label: there is but
// one, unless rounding has turned a triangle of grid size inside out.
func least(winds []jump) int32 {
	for _, w := range winds {
		if w.n > 0 {
			return w.label
		}
	}
	return nobody
}

// regions returns the labelled ground, ordered by the least corner of each
// region's shell. Its polygons are valid (OGC 06-103r4 §6.1.11.1) and share at
// most boundary.
func (a *arrangement) regions(label labelOf) []region {
	t := &a.tracer
	t.begin(a)
	for c := range a.cycles {
		t.parent[c] = int32(c)
		t.label[c] = nobody
		if a.cycles[c].face >= 0 {
			t.label[c] = label(a.cycles[c].winds)
		}
	}
	for c := range a.cycles {
		if f := a.cycles[c].face; f >= 0 {
			t.join(int32(c), f)
		}
	}
	for e := range a.edges {
		l, r := a.cycle[2*e], a.cycle[2*e+1]
		if t.label[l] == t.label[r] && a.edges[e].cut == 0 {
			t.join(l, r)
		}
	}
	return t.trace()
}

// A tracer traces the outlines of regions.
type tracer struct {
	a      *arrangement
	label  []int32 // by cycle
	parent []int32 // by cycle: union–find over regions
	found  []region
	number []int32 // by root cycle: its region in found, or -1
	done   []bool  // by half-edge
	at     []int32 // by node: its place in path, or -1
	path   []int32 // half-edges of the outline so far
	points []Point
}

// begin makes the tracer ready for a; it reuses its memory.
func (t *tracer) begin(a *arrangement) {
	n := len(a.cycles)
	t.a, t.found = a, nil
	t.label, t.parent = slices.Grow(t.label[:0], n)[:n], slices.Grow(t.parent[:0], n)[:n]
	t.number = filled(t.number, n, -1)
	t.at = filled(t.at, int(a.nodes), -1)
	t.done = filled(t.done, len(a.next), false)
}

// filled returns n times v in the memory of s.
func filled[T any](s []T, n int, v T) []T {
	s = slices.Grow(s[:0], n)[:n]
	for i := range s {
		s[i] = v
	}
	return s
}

func (t *tracer) find(c int32) int32 {
	for t.parent[c] != c {
		t.parent[c] = t.parent[t.parent[c]]
		c = t.parent[c]
	}
	return c
}

func (t *tracer) join(c, d int32) {
	c, d = t.find(c), t.find(d)
	t.parent[max(c, d)] = min(c, d)
}

// bounds says whether half-edge h has a region on its left that ends there.
func (t *tracer) bounds(h int32) bool {
	left, right := t.label[t.a.cycle[h]], t.label[t.a.cycle[h^1]]
	return left >= 0 && (left != right || t.a.edges[h>>1].cut != 0)
}

func (t *tracer) trace() []region {
	for h := range int32(len(t.done)) {
		if t.done[h] || !t.bounds(h) {
			continue
		}
		root := t.find(t.a.cycle[h])
		if t.number[root] < 0 {
			t.number[root] = int32(len(t.found))
			t.found = append(t.found, region{label: t.label[root]})
		}
		t.outline(&t.found[t.number[root]], h)
	}
	for k := range t.found {
		t.found[k].finish(t.a.wide)
	}
	t.found = slices.DeleteFunc(t.found, func(r region) bool { return len(r.ground) == 0 })
	slices.SortFunc(t.found, func(x, y region) int {
		return slices.CompareFunc(x.ground[0], y.ground[0], comparePoints)
	})
	return t.found
}

// outline follows the boundary of r once round from h. Where it comes back to a
// node, what lies between is a ring of its own, so that no ring touches
// itself; a cut that ends within the region goes there and back, and is none.
func (t *tracer) outline(r *region, h int32) {
	a := t.a
	t.path = t.path[:0]
	for g := h; !t.done[g]; g = t.following(g) {
		t.done[g] = true
		r.bounded = append(r.bounded, g)
		v := a.origin[g]
		if k := t.at[v]; k >= 0 {
			t.split(r, int(k))
		}
		t.at[v] = int32(len(t.path))
		t.path = append(t.path, g)
	}
	t.split(r, 0)
}

// following returns the half-edge that goes on along the boundary after g.
func (t *tracer) following(g int32) int32 {
	g = t.a.next[g]
	for !t.bounds(g) {
		g = t.a.next[g^1]
	}
	return g
}

// split takes what the path holds from k on as a ring of r.
func (t *tracer) split(r *region, k int) {
	t.points = t.points[:0]
	for _, g := range t.path[k:] {
		t.at[t.a.origin[g]] = -1
		t.points = t.a.appendPoints(t.points, g)
	}
	t.path = t.path[:k]
	if len(t.points) >= 3 {
		r.ground = append(r.ground, Ring(t.points).fromLeast())
	}
}

// finish puts the shell first: no other ring runs counter-clockwise.
func (r *region) finish(wide bool) {
	shell := slices.IndexFunc(r.ground, func(ring Ring) bool { return ring.leftAtLeast(wide) })
	if shell < 0 {
		r.ground = nil
		return
	}
	r.ground[0], r.ground[shell] = r.ground[shell], r.ground[0]
	slices.SortFunc(r.ground[1:], func(x, y Ring) int { return slices.CompareFunc(x, y, comparePoints) })
}

// leftAtLeast says whether a simple ring that begins at its least corner, where
// it is convex, turns left there.
func (r Ring) leftAtLeast(wide bool) bool {
	p, q, s := r[len(r)-2], r[0], r[1]
	return turn(wide, q.X-p.X, q.Y-p.Y, s.X-q.X, s.Y-q.Y) > 0
}

// fromLeast returns the open ring closed, and begun at its least corner.
func (r Ring) fromLeast() Ring {
	k := 0
	for i, p := range r {
		if comparePoints(p, r[k]) < 0 {
			k = i
		}
	}
	out := make(Ring, 0, len(r)+1)
	return append(append(append(out, r[k:]...), r[:k]...), r[k])
}

// moved returns the polygon shifted by d.
func (p Polygon) moved(d Point) Polygon {
	for _, ring := range p {
		for i := range ring {
			ring[i] = Point{ring[i].X + d.X, ring[i].Y + d.Y}
		}
	}
	return p
}

// groundOf returns the polygons of all regions, shifted by d.
func groundOf(regions []region, d Point) MultiPolygon {
	var m MultiPolygon
	for i := range regions {
		m = append(m, regions[i].ground.moved(d))
	}
	return m
}
