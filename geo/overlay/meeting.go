package overlay

import (
	"context"
	"slices"
)

// A toggle is a crossing as the boundary of one claim has it: here the other
// claim begins or ends to cover both sides of the boundary.
type toggle struct {
	at        Point // on the subgrid, from the origin of the CRS
	edge      int32
	other     int32 // rank
	otherEdge int32
}

// A begin says that the other claim covers the place where a ring begins.
type begin struct{ ring, other int32 }

// meetings is what came of comparing all pairs: their areas, and for the walk
// the toggles and begins of every claim.
type meetings struct {
	pairs   []Pair
	toggles grouped[toggle]
	begins  grouped[begin]
	wary    []bool // by shape: as [groundMaker] has it
	close   edgeSet
}

// A comparer compares pairs, one worker's share.
type comparer struct {
	crosser
	stitcher stitcher
	ground   groundMaker
	near     []int32
	pairs    chunks[owned[Pair]] // by the rank of A
	toggles  chunks[owned[toggle]]
	begins   chunks[owned[begin]]
	ties     [][2]int32 // pairs of which a nudge decided something
}

// meetAll compares all pairs within a when b is a, else between a and b; and
// notes toggles and begins when a walk is to follow.
func meetAll(ctx context.Context, a, b *Layer, o *Options, walk bool) (*meetings, error) {
	workers := make([]comparer, o.workers())
	var asked []bool // by shape of a
	if o.Of != nil && !walk {
		asked = a.shapesOf(o.Of)
	}
	for w := range workers {
		workers[w].wary = walk && o.outlines()
		workers[w].ground.stop = stopOf(ctx)
	}
	err := spread(ctx, a.Len(), o, func(w, i int) {
		c := &workers[w]
		from := 0
		if a == b {
			from = i + 1
		}
		c.near = b.tree.meeting(c.near[:0], a.shapes[i].box, from)
		for _, j := range c.near {
			if asked != nil && !asked[i] && (a != b || !asked[j]) {
				continue
			}
			p := newPairing(a, b, int32(i), j)
			c.compare(&p, o, walk)
		}
	})
	if err != nil {
		return nil, err
	}
	m := &meetings{pairs: orderPairs(workers, a.Len())}
	if walk {
		m.group(workers, a)
	}
	return m, nil
}

// shapesOf marks the shapes of the claims named; those that the layer has not
// are left aside.
func (l *Layer) shapesOf(ids []int64) []bool {
	marked := make([]bool, len(l.shapes))
	for _, id := range ids {
		if rank, ok := l.rank(id); ok {
			marked[l.byRank[rank]] = true
		}
	}
	return marked
}

// orderPairs puts the pairs in the order of A, by counting, and then of B.
func orderPairs(workers []comparer, n int) []Pair {
	var lists [][]owned[Pair]
	for w := range workers {
		lists = append(lists, workers[w].pairs.lists...)
	}
	pairs := groupByOwner(lists, n)
	for rank := range int32(n) {
		slices.SortFunc(pairs.of(rank), func(x, y Pair) int { return compareInts(x.B, y.B) })
	}
	return pairs.items
}

func (m *meetings) group(workers []comparer, l *Layer) {
	n := l.Len()
	var toggles [][]owned[toggle]
	var begins [][]owned[begin]
	for w := range workers {
		toggles = append(toggles, workers[w].toggles.lists...)
		begins = append(begins, workers[w].begins.lists...)
	}
	m.toggles, m.begins = groupByOwner(toggles, n), groupByOwner(begins, n)
	m.wary = make([]bool, n)
	for i := range m.wary {
		m.wary[i] = l.shapes[i].nRing > 1
	}
	for w := range workers {
		for _, pair := range workers[w].ties {
			m.wary[pair[0]], m.wary[pair[1]] = true, true
		}
	}
	m.close = make(edgeSet, len(l.near)/64+1)
	for w := range workers {
		for _, e := range workers[w].close {
			m.close.add(l, e)
		}
	}
}

func (c *comparer) compare(p *pairing, o *Options, walk bool) {
	ownsPair := o.Owns.owns(p.corner())
	walkA, walkB := walk && o.Owns.owns(p.a.box.Min), walk && o.Owns.owns(p.b.box.Min)
	if !ownsPair && !walkA && !walkB {
		return
	}
	cs := c.crossings(p)
	c.starts(p)
	if walk && c.tied {
		c.ties = append(c.ties, [2]int32{p.ia, p.ib})
	}
	if walkA {
		c.note(p.ia, p.b.rank, c.startsA, cs, func(x *crossing) (own, other int32) { return x.ea, x.eb })
	}
	if walkB {
		c.note(p.ib, p.a.rank, c.startsB, cs, func(x *crossing) (own, other int32) { return x.eb, x.ea })
	}
	if !ownsPair {
		return
	}
	area := c.common(p, cs)
	if area.Sign() <= 0 || area.Cmp(o.MinArea) <= 0 {
		return
	}
	row := p.row(area)
	if o.Geometry && !walk {
		row.Ground = c.draw(p, cs, o)
	}
	c.pairs.add(owned[Pair]{p.rankA(), row})
}

// note keeps the crossings for the walk round the owner.
func (c *comparer) note(owner, other int32, starts []bool, cs []crossing, edges func(*crossing) (own, other int32)) {
	for i := range cs {
		own, across := edges(&cs[i])
		c.toggles.add(owned[toggle]{owner, toggle{cs[i].at, own, other, across}})
	}
	for ring, inside := range starts {
		if inside {
			c.begins.add(owned[begin]{owner, begin{int32(ring), other}})
		}
	}
}
