package overlay

import (
	"cmp"
	"slices"
)

// An arrangement is a planar graph of boundaries on the grid, and the faces
// into which it cuts the plane.
//
// Half-edge 2e runs along edge e from its lesser end to its greater, 2e+1 back.
// Following next from a half-edge goes round the face on its left; each round
// is a cycle, and a face is one outer cycle with the cycles of what lies in it.
type arrangement struct {
	wide  bool
	edges []planarEdge
	jumps []jump

	origin []int32 // vertex of each half-edge
	vertex []Point
	next   []int32
	cycle  []int32 // of each half-edge

	cycles []cycle
}

// planarEdge is an edge p–q, p before q, without another between the same ends.
type planarEdge struct {
	p, q  Point
	jumps span // what changes from its right side to its left
	cut   int8 // a dividing line runs from p to q: +1, from q to p: −1
}

// A jump says that the ground of a label winds n times more on the left of an
// edge than on its right.
type jump struct{ label, n int32 }

// cycle is one round of half-edges.
type cycle struct {
	first int32 // a half-edge
	area  Area  // positive round the outside of a bounded face
	face  int32 // the outer cycle of its face, or -1 for the unbounded face
	group int32 // its connected component
	winds []jump
	known bool // face and winds are
}

// arrange makes the arrangement of strands that [node] has split.
func arrange(strands []strand, wide bool) *arrangement {
	a := &arrangement{wide: wide}
	a.mergeEdges(strands)
	a.linkHalfEdges()
	a.traceCycles()
	a.placeComponents()
	return a
}

// mergeEdges makes one edge of all strands between the same two ends. Where two
// boundaries of the same ground run along each other in opposite directions they
// cancel, and the edge is gone.
func (a *arrangement) mergeEdges(strands []strand) {
	for i := range strands {
		if s := &strands[i]; comparePoints(s.p, s.q) > 0 {
			s.p, s.q, s.left, s.right, s.cut = s.q, s.p, s.right, s.left, -s.cut
		}
	}
	slices.SortFunc(strands, func(s, t strand) int {
		if c := comparePoints(s.p, t.p); c != 0 {
			return c
		}
		return comparePoints(s.q, t.q)
	})
	for len(strands) > 0 {
		n := 1
		for n < len(strands) && strands[n].p == strands[0].p && strands[n].q == strands[0].q {
			n++
		}
		a.mergeEdge(strands[:n])
		strands = strands[n:]
	}
}

func (a *arrangement) mergeEdge(same []strand) {
	e := planarEdge{p: same[0].p, q: same[0].q}
	if e.p == e.q {
		return
	}
	e.jumps.first = int32(len(a.jumps))
	for i := range same {
		if e.cut == 0 || same[i].cut > 0 {
			e.cut = same[i].cut // a line that returns on itself counts once
		}
		if same[i].left != same[i].right {
			a.jumps = addJump(a.jumps, e.jumps.first, jump{same[i].left, +1})
			a.jumps = addJump(a.jumps, e.jumps.first, jump{same[i].right, -1})
		}
	}
	e.jumps.last = int32(len(a.jumps))
	if e.cut != 0 || e.jumps.last > e.jumps.first {
		a.edges = append(a.edges, e)
	}
}

// addJump adds j to the list that begins at first, which is in the order of
// labels and has no zeros.
func addJump(list []jump, first int32, j jump) []jump {
	if j.label == nobody || j.n == 0 {
		return list
	}
	k := int(first)
	for k < len(list) && list[k].label < j.label {
		k++
	}
	if k == len(list) || list[k].label != j.label {
		return slices.Insert(list, k, j)
	}
	if list[k].n += j.n; list[k].n == 0 {
		return slices.Delete(list, k, k+1)
	}
	return list
}

func (a *arrangement) from(h int32) Point {
	if e := &a.edges[h>>1]; h&1 == 0 {
		return e.p
	} else {
		return e.q
	}
}

func (a *arrangement) to(h int32) Point { return a.from(h ^ 1) }

// linkHalfEdges sorts the half-edges round each vertex and sets next.
func (a *arrangement) linkHalfEdges() {
	n := int32(2 * len(a.edges))
	out := make([]int32, n)
	for h := range out {
		out[h] = int32(h)
	}
	slices.SortFunc(out, func(g, h int32) int {
		if c := comparePoints(a.from(g), a.from(h)); c != 0 {
			return c
		}
		return a.compareAngles(g, h)
	})
	a.origin, a.next = make([]int32, n), make([]int32, n)
	for first := 0; first < len(out); {
		p := a.from(out[first])
		last := first
		for last < len(out) && a.from(out[last]) == p {
			last++
		}
		for k := first; k < last; k++ {
			before := k - 1
			if k == first {
				before = last - 1
			}
			// Coming in along the twin of out[k], the face on the left goes on
			// along the half-edge before out[k], counter-clockwise.
			a.next[out[k]^1] = out[before]
			a.origin[out[k]] = int32(len(a.vertex))
		}
		a.vertex = append(a.vertex, p)
		first = last
	}
}

// compareAngles compares two half-edges from one vertex by their direction,
// counter-clockwise from west (exclusive) by south, east and north to west.
func (a *arrangement) compareAngles(g, h int32) int {
	p, gq, hq := a.from(g), a.to(g), a.to(h)
	u, v := Point{gq.X - p.X, gq.Y - p.Y}, Point{hq.X - p.X, hq.Y - p.Y}
	if c := cmp.Compare(half(u), half(v)); c != 0 {
		return c
	}
	t := turn(a.wide, u.X, u.Y, v.X, v.Y)
	switch {
	case t > 0:
		return -1
	case t < 0:
		return 1
	}
	return 0
}

// half is 0 for directions south of the line west–east, 1 for those north.
func half(u Point) int {
	if u.Y < 0 || u.Y == 0 && u.X > 0 {
		return 0
	}
	return 1
}

func comparePoints(p, q Point) int {
	if c := cmp.Compare(p.X, q.X); c != 0 {
		return c
	}
	return cmp.Compare(p.Y, q.Y)
}

// traceCycles finds the cycles, their areas and the components they belong to.
func (a *arrangement) traceCycles() {
	a.cycle = make([]int32, len(a.next))
	for h := range a.cycle {
		a.cycle[h] = -1
	}
	for h := range int32(len(a.next)) {
		if a.cycle[h] >= 0 {
			continue
		}
		c := cycle{first: h, face: -1, group: -1}
		for g := h; a.cycle[g] < 0; g = a.next[g] {
			a.cycle[g] = int32(len(a.cycles))
			p, q := a.from(g), a.to(g)
			c.area = c.area.Add(cross128(p.X, p.Y, q.X, q.Y))
		}
		a.cycles = append(a.cycles, c)
	}
	var stack []int32
	for c := range a.cycles {
		if a.cycles[c].group < 0 {
			stack = a.flood(append(stack[:0], int32(c)), int32(c))
		}
	}
}

// flood marks everything connected with the cycles on the stack as one group.
func (a *arrangement) flood(stack []int32, group int32) []int32 {
	a.cycles[stack[0]].group = group
	for len(stack) > 0 {
		c := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		a.round(c, func(h int32) {
			if t := a.cycle[h^1]; a.cycles[t].group < 0 {
				a.cycles[t].group = group
				stack = append(stack, t)
			}
		})
	}
	return stack
}

// round visits the half-edges of a cycle.
func (a *arrangement) round(c int32, visit func(h int32)) {
	first := a.cycles[c].first
	for h := first; ; {
		visit(h)
		if h = a.next[h]; h == first {
			return
		}
	}
}
