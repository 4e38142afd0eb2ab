package geo

import "slices"

// A graph is a noded line as a drawing in the plane: nodes with their
// neighbours in counterclockwise order.
type graph struct {
	start      node // the least node, which the outer face touches
	neighbours map[node][]node
}

// newGraph needs edges that meet at their ends only, each once.
func newGraph(edges []edge) graph {
	g := graph{start: edges[0].a, neighbours: make(map[node][]node, len(edges))}
	for _, e := range edges {
		g.neighbours[e.a] = append(g.neighbours[e.a], e.b)
		g.neighbours[e.b] = append(g.neighbours[e.b], e.a)
		if e.a.before(g.start) {
			g.start = e.a
		}
	}
	for n, around := range g.neighbours {
		slices.SortFunc(around, func(p, q node) int { return counterclockwise(n, p, q) })
	}
	return g
}

// counterclockwise orders p and q by their direction from o, beginning straight
// down and turning left.
func counterclockwise(o, p, q node) int {
	hp, hq := leftHalf(o, p), leftHalf(o, q)
	if hp != hq {
		return compareBool(hp, hq)
	}
	return -turn(o, p, o, q)
}

// leftHalf says whether p lies left of o, or straight above it: the second half
// of a turn that begins straight down.
func leftHalf(o, p node) bool { return p.x < o.x || p.x == o.x && p.y > o.y }

// outerWalk returns the nodes around the outer face, which lies to the right,
// from the least node back to it; nodes where pieces hang together are repeated.
func (g graph) outerWalk() []node {
	// Nothing lies left of or straight below the least node, so turning left
	// from straight down the first neighbour has the outer face on its right.
	first := g.neighbours[g.start][0]
	walk := []node{g.start}
	from, to := g.start, first
	for {
		walk = append(walk, to)
		from, to = to, g.nextAround(to, from)
		if from == g.start && to == first {
			return walk
		}
	}
}

// nextAround returns where to go on from n, having come from back, to keep the
// face on the right: the neighbour next after back, turning left.
func (g graph) nextAround(n, back node) node {
	around := g.neighbours[n]
	i, _ := slices.BinarySearchFunc(around, back, func(p, q node) int { return counterclockwise(n, p, q) })
	return around[(i+1)%len(around)]
}
