package geo

import (
	"cmp"
	"math/bits"
	"slices"
)

// nodeEdges cuts edges at each other until no two of them meet but at their
// ends, and returns each piece once, with a before b.
//
// A crossing is rounded to the grid, which bends the two edges a little and may
// make them cross others; so the search is repeated until it finds nothing. In
// practice two or three rounds do. But where long edges run within a step of each
// other, a round may do no more than move their crossing on by a step; so after
// mostRounds what was given is snap rounded instead.
func nodeEdges(edges []edge) ([]edge, error) {
	const mostRounds = 8
	edges = distinct(edges)
	given, givenCuts := edges, []cut(nil)
	for round := 1; ; round++ {
		cuts, err := findCuts(edges)
		if err != nil || len(cuts) == 0 {
			return edges, err
		}
		if round == 1 {
			givenCuts = cuts
		}
		if round > mostRounds {
			return snapRound(given, givenCuts)
		}
		edges = distinct(applyCuts(edges, cuts))
		if len(edges) > 2*maxMeetings {
			return nil, ErrTangled
		}
	}
}

// distinct turns edges to run from their lesser end and drops the repeated
// ones, keeping the order of the line, which the search relies on for speed.
func distinct(edges []edge) []edge {
	seen := make(map[[2]node]bool, len(edges))
	out := make([]edge, 0, len(edges))
	for _, e := range edges {
		if e.b.before(e.a) {
			e.a, e.b = e.b, e.a
		}
		if key := [2]node{e.a, e.b}; !seen[key] {
			seen[key] = true
			out = append(out, e)
		}
	}
	return out
}

// A cut is a node that lies on an edge between its ends, or has been moved there.
type cut struct {
	edge int
	at   node
}

func findCuts(edges []edge) ([]cut, error) {
	var cuts []cut
	add := func(i int, at node) {
		if at != edges[i].a && at != edges[i].b {
			cuts = append(cuts, cut{i, at})
		}
	}
	err := eachPair(edges, func(i, j int) error {
		m, ok := meetOf(edges[i], edges[j], i, j)
		if !ok {
			return nil
		}
		add(i, m.at)
		add(j, m.at)
		if m.to != m.at {
			add(i, m.to)
			add(j, m.to)
		}
		if len(cuts) > 2*maxMeetings {
			return ErrTangled
		}
		return nil
	})
	return cuts, err
}

// applyCuts returns the edges with the cut ones replaced by their pieces.
func applyCuts(edges []edge, cuts []cut) []edge {
	slices.SortFunc(cuts, func(p, q cut) int {
		if p.edge != q.edge {
			return cmp.Compare(p.edge, q.edge)
		}
		o := edges[p.edge].a
		// Rounded nodes may lie a little off the edge; their order along it is
		// by x plus y away from its start, within the box of the edge.
		return cmp.Or(
			cmp.Compare(abs(p.at.x-o.x)+abs(p.at.y-o.y), abs(q.at.x-o.x)+abs(q.at.y-o.y)),
			compareNodes(p.at, q.at))
	})
	cuts = slices.Compact(cuts)
	out := make([]edge, 0, len(edges)+len(cuts))
	for i, e := range edges {
		from := e.a
		for ; len(cuts) > 0 && cuts[0].edge == i; cuts = cuts[1:] {
			out = append(out, edge{from, cuts[0].at, e.from})
			from = cuts[0].at
		}
		out = append(out, edge{from, e.b, e.from})
	}
	return out
}

// A wide is a 128-bit sum of products. The terms of an area are below 2^83, so
// 2^44 of them fit.
type wide struct {
	hi int64
	lo uint64
}

func (w *wide) addProduct(a, b int64) {
	hi, lo := multiply(a, b)
	var carry uint64
	w.lo, carry = bits.Add64(w.lo, lo, 0)
	w.hi += hi + int64(carry)
}

func (w *wide) sign() int {
	switch {
	case w.hi < 0:
		return -1
	case w.hi > 0 || w.lo > 0:
		return 1
	}
	return 0
}
