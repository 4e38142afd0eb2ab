package overlay

import (
	"math"
	"sort"
)

// strips are the edges of an arrangement by the horizontal strips of the plane
// that they pass through, in each from west to east by their western ends.
type strips struct {
	a      *arrangement
	south  int64
	height int64
	strips []strip
}

type strip struct {
	edges  []int32
	widest int64 // the greatest extent of an edge from west to east
}

// newStrips makes about √n strips for n edges, so that a strip has about √n
// edges, and finding a strip and an edge in it costs little beside sorting.
func (a *arrangement) newStrips() *strips {
	box := emptyBox()
	for e := range a.edges {
		box = box.Grow(a.edges[e].p).Grow(a.edges[e].q)
	}
	n := int64(math.Sqrt(float64(len(a.edges)))) + 1
	s := &strips{a: a, south: box.Min.Y, height: (box.Max.Y-box.Min.Y)/n + 1}
	s.strips = make([]strip, n+1)
	for e := range a.edges { // which are in the order of their western ends
		p, q := a.edges[e].p, a.edges[e].q
		for k := s.at(min(p.Y, q.Y)); k <= s.at(max(p.Y, q.Y)); k++ {
			s.strips[k].edges = append(s.strips[k].edges, int32(e))
			s.strips[k].widest = max(s.strips[k].widest, q.X-p.X)
		}
	}
	return s
}

func (s *strips) at(y int64) int64 { return (y - s.south) / s.height }

// nearestWest returns, of the edges that do not belong to the group, the first
// that a ray from p to the west meets, a little above p: its half-edge that has p
// on the left. It returns -1 if there is none.
func (s *strips) nearestWest(p Point, group int32) int32 {
	a := s.a
	strip := &s.strips[s.at(p.Y)]
	best := int32(-1)
	west := p.X - strip.widest // no edge that begins west of this can be nearer
	for k := sort.Search(len(strip.edges), func(k int) bool { return a.edges[strip.edges[k]].p.X > p.X }) - 1; k >= 0; k-- {
		e := strip.edges[k]
		if best >= 0 && a.edges[e].p.X < west {
			break
		}
		lo, hi := a.upward(e)
		if p.Y < lo.Y || p.Y >= hi.Y || a.cycles[a.cycle[2*e]].group == group ||
			turn(a.wide, hi.X-lo.X, hi.Y-lo.Y, p.X-lo.X, p.Y-lo.Y) >= 0 {
			continue
		}
		if best < 0 || a.eastOf(e, best, p.Y) {
			best = e
			west = min(a.edges[e].p.X, a.edges[e].q.X) - strip.widest
		}
	}
	if best < 0 {
		return -1
	}
	// p is east of the edge, so to the left of its half-edge that runs down.
	if lo, _ := a.upward(best); lo == a.edges[best].p {
		return 2*best + 1
	}
	return 2 * best
}
