package geo

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"
)

// Enclosed returns all the ground that line encloses: the union of the bounded
// faces of the line closed by a straight edge from its end to its start, which
// is everything that cannot be reached from far away without stepping over the
// line. Loops walked twice or the other way round count once; spikes and
// stretches walked out and back enclose nothing.
//
// The line is in one projected CRS; it is snapped to the 0.1 mm grid and noded
// there: where edges cross, both are bent through the grid point nearest to the
// crossing (at most 0.071 mm away), until none cross. Everything after that is
// exact. The polygons have no holes, their rings run counterclockwise and are
// simple, they meet each other in single points at most; the largest comes
// first. The same line gives the same polygons on every machine.
//
// Nothing enclosed (a straight line, out and back, fewer than three different
// points) is an empty multipolygon and no error. The errors are a [*RingFault]
// for a point that is no position, and [ErrTangled].
//
// The area is that of PostGIS's
//
//	ST_UnaryUnion(ST_Collect of the faces of ST_Polygonize(ST_Node(line)))
//
// to within the rounding of the crossings.
func Enclosed(line []orb.Point) (orb.MultiPolygon, error) {
	edges, err := closedEdges(line)
	if err != nil {
		return nil, err
	}
	return enclosedBy(edges)
}

// CountFaces returns into how many pieces of ground the line, closed as in
// [Enclosed], cuts what it encloses: 1 for a simple boundary, 2 for a figure 8,
// 0 if it encloses nothing. The errors are those of Enclosed.
func CountFaces(line []orb.Point) (int, error) {
	edges, err := closedEdges(line)
	if err != nil {
		return 0, err
	}
	if edges, err = nodeEdges(edges); err != nil || len(edges) == 0 {
		return 0, err
	}
	nodes := make(map[node]bool, len(edges))
	for _, e := range edges {
		nodes[e.a], nodes[e.b] = true, true
	}
	return len(edges) - len(nodes) + 1, nil // Euler, for one connected drawing, less the outer face
}

func closedEdges(line []orb.Point) ([]edge, error) {
	edges, fault := edgesOf(line)
	if fault != nil {
		return nil, fault
	}
	if n := len(edges); n > 0 && edges[n-1].b != edges[0].a {
		edges = append(edges, edge{edges[n-1].b, edges[0].a, len(line) - 1})
	}
	return edges, nil
}

func enclosedBy(edges []edge) (orb.MultiPolygon, error) {
	noded, err := nodeEdges(edges)
	if err != nil || len(noded) < 3 {
		return nil, err
	}
	g := newGraph(noded)
	rings := loops(g.outerWalk())
	mp := make(orb.MultiPolygon, 0, len(rings))
	for _, r := range rings {
		mp = append(mp, orb.Polygon{r})
	}
	slices.SortFunc(mp, func(p, q orb.Polygon) int {
		return cmp.Or(
			cmp.Compare(SignedArea(q[0]), SignedArea(p[0])),
			cmp.Compare(p[0][0][0], q[0][0][0]), cmp.Compare(p[0][0][1], q[0][0][1]))
	})
	return mp, nil
}

// loops cuts a closed walk at the nodes it comes to more than once. What is
// left are simple rings; edges walked there and back fall out as loops of two.
func loops(walk []node) []orb.Ring {
	var rings []orb.Ring
	var stack []node
	at := make(map[node]int, len(walk))
	for _, n := range walk {
		i, seen := at[n]
		if !seen {
			at[n] = len(stack)
			stack = append(stack, n)
			continue
		}
		if len(stack)-i > 2 {
			rings = append(rings, ringOf(stack[i:]))
		}
		for _, gone := range stack[i+1:] {
			delete(at, gone)
		}
		stack = stack[:i+1]
	}
	return rings
}

// ringOf closes the loop and starts it at its lowest-leftmost node, so that a
// ring has one form wherever the walk began.
func ringOf(loop []node) orb.Ring {
	first := 0
	for i, n := range loop {
		if n.before(loop[first]) {
			first = i
		}
	}
	r := make(orb.Ring, 0, len(loop)+1)
	for i := range len(loop) + 1 {
		r = append(r, loop[(first+i)%len(loop)].point())
	}
	return r
}

// areaSign returns the sign of the area of a closed line, exactly.
func areaSign(edges []edge) int {
	var twice wide
	o := edges[0].a
	for _, e := range edges {
		twice.addProduct(e.a.x-o.x, e.b.y-o.y)
		twice.addProduct(-(e.a.y - o.y), e.b.x-o.x)
	}
	return twice.sign()
}
