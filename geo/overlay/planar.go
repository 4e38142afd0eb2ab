package overlay

import (
	"cmp"
	"slices"
)

// An arrangement is a planar graph of boundaries on the grid, and the faces
// into which it cuts the plane.
//
// Half-edge 2e runs along edge e from its beginning to its end, 2e+1 back.
// Following next from a half-edge goes round the face on its left; each round
// is a cycle, and a face is one outer cycle with the cycles of what lies in it.
type arrangement struct {
	wide    bool
	strands []strand
	edges   []planarEdge
	jumps   []jump

	origin []int32 // node of each half-edge
	nodes  int32
	next   []int32
	cycle  []int32 // of each half-edge
	cycles []cycle

	spokes []spoke
	bars   []int32
	stack  []int32
	tracer tracer
}

// planarEdge is a chain of strands between two nodes, first … last−1. Between
// the same two nodes there may be other chains, but of single strands only one.
type planarEdge struct {
	first, last int32
	jumps       span  // what changes from its right side to its left
	cut         int8  // a dividing line runs along it: +1, or against it: −1
	swept       Area  // twice the area that it sweeps about the origin of the frame
	west        Point // its least point
}

// span is a stretch first … last−1 of a list.
type span struct{ first, last int32 }

// A jump says that the ground of a label winds n times more on the left of an
// edge than on its right.
type jump struct{ label, n int32 }

// cycle is one round of half-edges.
type cycle struct {
	first int32 // a half-edge
	area  Area  // positive round the outside of a bounded face
	west  Point // its least point
	face  int32 // the outer cycle of its face, or -1 for the unbounded face
	group int32 // its connected component
	winds []jump
	known bool // face and winds are
}

// arrange makes the arrangement of strands that a [noder] has split. It keeps
// them and reuses the memory of the arrangement that it made before.
func (a *arrangement) arrange(strands []strand, wide bool) {
	a.wide, a.strands = wide, strands
	a.edges, a.jumps, a.cycles, a.nodes = a.edges[:0], a.jumps[:0], a.cycles[:0], 0
	a.makeEdges()
	a.linkHalfEdges()
	a.traceCycles()
	a.placeComponents()
}

// makeEdges cuts chains at nodes. Single strands are gathered apart, since they
// may lie on each other.
func (a *arrangement) makeEdges() {
	a.bars = a.bars[:0]
	for first := 0; first < len(a.strands); {
		last := first + 1
		for last < len(a.strands) && !a.strands[last].begins && !a.strands[last].node {
			last++
		}
		if last-first > 1 {
			a.addEdge(int32(first), int32(last))
		} else {
			a.bars = append(a.bars, int32(first))
		}
		first = last
	}
	a.mergeBars()
}

// mergeBars makes one edge of all strands between the same two ends. Where two
// boundaries of the same ground run along each other in opposite directions they
// cancel, and the edge is gone.
func (a *arrangement) mergeBars() {
	for _, i := range a.bars {
		if s := &a.strands[i]; comparePoints(s.p, s.q) > 0 {
			s.p, s.q, s.left, s.right, s.cut = s.q, s.p, s.right, s.left, -s.cut
		}
	}
	slices.SortFunc(a.bars, func(i, j int32) int {
		s, t := &a.strands[i], &a.strands[j]
		if c := comparePoints(s.p, t.p); c != 0 {
			return c
		}
		return comparePoints(s.q, t.q)
	})
	for bars := a.bars; len(bars) > 0; {
		s, n := &a.strands[bars[0]], 1
		for n < len(bars) && a.strands[bars[n]].p == s.p && a.strands[bars[n]].q == s.q {
			n++
		}
		a.addEdge(bars[0], bars[0]+1, bars[1:n]...)
		bars = bars[n:]
	}
}

// addEdge adds the chain first … last−1, and single strands that lie on it.
func (a *arrangement) addEdge(first, last int32, onIt ...int32) {
	e := planarEdge{first: first, last: last, cut: a.strands[first].cut}
	e.jumps.first = int32(len(a.jumps))
	a.addJumps(e.jumps.first, first)
	for _, i := range onIt {
		a.addJumps(e.jumps.first, i)
		if c := a.strands[i].cut; e.cut == 0 || c > 0 {
			e.cut = c // a line that returns on itself counts once
		}
	}
	e.jumps.last = int32(len(a.jumps))
	if e.cut != 0 || e.jumps.last > e.jumps.first {
		a.measure(&e)
		a.edges = append(a.edges, e)
	}
}

func (a *arrangement) measure(e *planarEdge) {
	e.west = a.strands[e.first].p
	for i := e.first; i < e.last; i++ {
		s := &a.strands[i]
		e.swept = e.swept.Add(a.sweep(s))
		if comparePoints(s.q, e.west) < 0 {
			e.west = s.q
		}
	}
}

func (a *arrangement) addJumps(first, strand int32) {
	if s := &a.strands[strand]; s.left != s.right {
		a.jumps = addJump(a.jumps, first, jump{s.left, +1})
		a.jumps = addJump(a.jumps, first, jump{s.right, -1})
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

// from returns the node at which a half-edge begins, and the point after it.
func (a *arrangement) from(h int32) (node, after Point) {
	e := &a.edges[h>>1]
	if h&1 == 0 {
		s := &a.strands[e.first]
		return s.p, s.q
	}
	s := &a.strands[e.last-1]
	return s.q, s.p
}

// appendPoints appends the points of a half-edge but the last.
func (a *arrangement) appendPoints(points []Point, h int32) []Point {
	e := &a.edges[h>>1]
	if h&1 == 0 {
		for i := e.first; i < e.last; i++ {
			points = append(points, a.strands[i].p)
		}
		return points
	}
	for i := e.last - 1; i >= e.first; i-- {
		points = append(points, a.strands[i].q)
	}
	return points
}

// A spoke is a half-edge as seen from its node.
type spoke struct {
	node, after Point
	half        int32
}

// linkHalfEdges sorts the half-edges round each node and sets next.
func (a *arrangement) linkHalfEdges() {
	n := 2 * len(a.edges)
	a.spokes = a.spokes[:0]
	for h := range int32(n) {
		node, after := a.from(h)
		a.spokes = append(a.spokes, spoke{node, after, h})
	}
	slices.SortFunc(a.spokes, func(g, h spoke) int {
		if c := comparePoints(g.node, h.node); c != 0 {
			return c
		}
		return a.compareAngles(g, h)
	})
	a.origin, a.next = slices.Grow(a.origin[:0], n)[:n], slices.Grow(a.next[:0], n)[:n]
	for round := a.spokes; len(round) > 0; {
		k := 1
		for k < len(round) && round[k].node == round[0].node {
			k++
		}
		before := round[k-1].half
		for _, s := range round[:k] {
			// Coming in along the twin of s, the face on the left goes on along
			// the half-edge before s, counter-clockwise.
			a.next[s.half^1] = before
			a.origin[s.half] = a.nodes
			before = s.half
		}
		a.nodes++
		round = round[k:]
	}
}

// compareAngles compares two half-edges from one node by their direction,
// counter-clockwise from west (exclusive) by south, east and north to west.
func (a *arrangement) compareAngles(g, h spoke) int {
	u := Point{g.after.X - g.node.X, g.after.Y - g.node.Y}
	v := Point{h.after.X - h.node.X, h.after.Y - h.node.Y}
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
	if p.X != q.X {
		return compareInts(p.X, q.X)
	}
	return compareInts(p.Y, q.Y)
}

// traceCycles finds the cycles, their areas and the components they belong to.
func (a *arrangement) traceCycles() {
	a.cycle = slices.Grow(a.cycle[:0], len(a.next))[:len(a.next)]
	for h := range a.cycle {
		a.cycle[h] = -1
	}
	for h := range int32(len(a.next)) {
		if a.cycle[h] < 0 {
			a.traceCycle(h)
		}
	}
	for c := range int32(len(a.cycles)) {
		if a.cycles[c].group < 0 {
			a.flood(c)
		}
	}
}

func (a *arrangement) traceCycle(h int32) {
	c := cycle{first: h, face: -1, group: -1, west: a.edges[h>>1].west}
	for g := h; a.cycle[g] < 0; g = a.next[g] {
		a.cycle[g] = int32(len(a.cycles))
		e := &a.edges[g>>1]
		if g&1 == 0 {
			c.area = c.area.Add(e.swept)
		} else {
			c.area = c.area.Sub(e.swept)
		}
		if comparePoints(e.west, c.west) < 0 {
			c.west = e.west
		}
	}
	a.cycles = append(a.cycles, c)
}

func (a *arrangement) sweep(s *strand) Area {
	if a.wide {
		return cross128(s.p.X, s.p.Y, s.q.X, s.q.Y)
	}
	return widen(s.p.X*s.q.Y - s.p.Y*s.q.X)
}

// flood marks everything connected with a cycle as one group.
func (a *arrangement) flood(group int32) {
	a.cycles[group].group = group
	a.stack = append(a.stack[:0], group)
	for len(a.stack) > 0 {
		c := a.stack[len(a.stack)-1]
		a.stack = a.stack[:len(a.stack)-1]
		for h := range a.round(c) {
			if t := a.cycle[h^1]; a.cycles[t].group < 0 {
				a.cycles[t].group = group
				a.stack = append(a.stack, t)
			}
		}
	}
}

// round yields the half-edges of a cycle.
func (a *arrangement) round(c int32) func(yield func(h int32) bool) {
	return func(yield func(h int32) bool) {
		first := a.cycles[c].first
		for h := first; yield(h); {
			if h = a.next[h]; h == first {
				return
			}
		}
	}
}
