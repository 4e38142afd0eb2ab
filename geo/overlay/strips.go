package overlay

import (
	"math"
	"math/big"
	"slices"
	"sort"
)

// strips are the strands of an arrangement by the horizontal strips of the plane
// that they pass through.
type strips struct {
	a      *arrangement
	south  int64
	height int64
	strips []strip
}

type strip struct {
	rungs  []rung // from west to east by their western ends, once sorted
	sorted bool
	widest int64 // the greatest extent of a rung from west to east
}

// A rung is a strand and the edge that it is part of.
type rung struct{ strand, edge int32 }

// newStrips makes about √n strips for n strands, so that a strip has about √n
// rungs, and finding a strip and a rung in it costs little beside sorting.
func (a *arrangement) newStrips() *strips {
	box, n := emptyBox(), int64(0)
	for e := range a.edges {
		for i := a.edges[e].first; i < a.edges[e].last; i++ {
			box = box.Grow(a.strands[i].p).Grow(a.strands[i].q)
			n++
		}
	}
	n = int64(math.Sqrt(float64(n))) + 1
	s := &strips{a: a, south: box.Min.Y, height: (box.Max.Y-box.Min.Y)/n + 1}
	s.strips = make([]strip, n+1)
	for e := range a.edges {
		for i := a.edges[e].first; i < a.edges[e].last; i++ {
			b := a.strands[i].box()
			for k := s.at(b.Min.Y); k <= s.at(b.Max.Y); k++ {
				s.strips[k].rungs = append(s.strips[k].rungs, rung{i, int32(e)})
				s.strips[k].widest = max(s.strips[k].widest, b.Max.X-b.Min.X)
			}
		}
	}
	return s
}

func (s *strips) at(y int64) int64 { return (y - s.south) / s.height }

func (s *strips) west(r rung) int64 {
	return min(s.a.strands[r.strand].p.X, s.a.strands[r.strand].q.X)
}

// nearestWest returns, of the edges that do not belong to the group, the first
// that a ray from p to the west meets, a little above p: its half-edge that has p
// on the left. It returns -1 if there is none.
func (s *strips) nearestWest(p Point, group int32) int32 {
	a, strip := s.a, &s.strips[s.at(p.Y)]
	if !strip.sorted {
		slices.SortFunc(strip.rungs, func(x, y rung) int { return compareInts(s.west(x), s.west(y)) })
		strip.sorted = true
	}
	best := rung{-1, -1}
	far := int64(math.MinInt64) // no rung that begins west of this can be nearer
	k := sort.Search(len(strip.rungs), func(k int) bool { return s.west(strip.rungs[k]) > p.X })
	for k--; k >= 0 && s.west(strip.rungs[k]) >= far; k-- {
		r := strip.rungs[k]
		lo, hi := a.upward(r.strand)
		if p.Y < lo.Y || p.Y >= hi.Y || a.cycles[a.cycle[2*r.edge]].group == group ||
			turn(a.wide, hi.X-lo.X, hi.Y-lo.Y, p.X-lo.X, p.Y-lo.Y) >= 0 {
			continue
		}
		if best.edge < 0 || a.eastOf(r.strand, best.strand, p.Y) {
			best = r
			far = s.west(r) - strip.widest
		}
	}
	if best.edge < 0 {
		return -1
	}
	// p is east of the strand, so to the left of it if it runs down.
	if lo, _ := a.upward(best.strand); lo == a.strands[best.strand].p {
		return 2*best.edge + 1
	}
	return 2 * best.edge
}

func (a *arrangement) upward(strand int32) (lo, hi Point) {
	lo, hi = a.strands[strand].p, a.strands[strand].q
	if lo.Y > hi.Y {
		lo, hi = hi, lo
	}
	return lo, hi
}

// eastOf says whether strand e is east of strand f a little above height y, where
// both are.
func (a *arrangement) eastOf(e, f int32, y int64) bool {
	at := func(lo, hi Point) (num, den *big.Int) { // x = num/den at height y
		den = big.NewInt(hi.Y - lo.Y)
		num = new(big.Int).Mul(big.NewInt(lo.X), den)
		return num.Add(num, new(big.Int).Mul(big.NewInt(y-lo.Y), big.NewInt(hi.X-lo.X))), den
	}
	eLo, eHi := a.upward(e)
	fLo, fHi := a.upward(f)
	n1, d1 := at(eLo, eHi)
	n2, d2 := at(fLo, fHi)
	if c := n1.Mul(n1, d2).Cmp(n2.Mul(n2, d1)); c != 0 {
		return c > 0
	}
	return turn(a.wide, fHi.X-fLo.X, fHi.Y-fLo.Y, eHi.X-eLo.X, eHi.Y-eLo.Y) < 0
}
