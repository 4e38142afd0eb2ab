package overlay

import (
	"context"
	"slices"
)

// A Pair is two claims that have ground in common.
type Pair struct {
	A, B int64 // A < B within one layer; A of the first, B of the second layer between two
	Area Area  // of the common ground, greater than zero

	// Ground is the common ground on the grid, when asked for. Its corners are
	// those of the claims and crossings rounded to 0.1 mm, so its own area
	// differs from Area by no more than half a grid unit × perimeter, and it is
	// nil where it is thinner than the grid.
	Ground MultiPolygon
}

// Pairs returns every pair of claims with common ground, within a when b is nil
// or a itself, otherwise between a and b, ordered by A, then B.
//
// Areas are those of the claims' polygons with each crossing rounded to the
// subgrid (0.4 µm), and exact where no crossing needs rounding: for duplicates,
// shared edges, collinear runs and anything else whose corners are grid points.
// Claims that only touch are not listed.
//
// The error is that of the context.
func Pairs(ctx context.Context, a, b *Layer, o Options) ([]Pair, error) {
	if b == nil {
		b = a
	}
	m, err := meetAll(ctx, a, b, &o, false)
	if err != nil {
		return nil, err
	}
	return m.pairs, nil
}

// corner returns the point that says which block owns the pair.
func (p *pairing) corner() Point { return p.a.box.Intersect(p.b.box).Min }

func (p *pairing) row(area Area) Pair {
	if p.n > 0 { // only within a layer: a has the higher rank
		return Pair{A: p.b.id, B: p.a.id, Area: area}
	}
	return Pair{A: p.a.id, B: p.b.id, Area: area}
}

// rankA returns the rank of the A of the row.
func (p *pairing) rankA() int32 {
	if p.n > 0 {
		return p.b.rank
	}
	return p.a.rank
}

// starts notes which rings of a begin inside b and the other way round. That is
// asked for rather than read off the first crossing: of two crossings in one
// place either may come first.
func (c *crosser) starts(p *pairing) {
	c.startsA, c.startsB = c.startsA[:0], c.startsB[:0]
	for _, r := range p.la.ringsOf(p.a) {
		c.startsA = append(c.startsA, p.holds(r.first))
	}
	for _, r := range p.lb.ringsOf(p.b) {
		c.startsB = append(c.startsB, p.held(r.first))
	}
}

// common returns the area of the common ground: the sum over the pieces of a
// that lie in b and the pieces of b that lie in a, which together bound it.
// Crossings are left in the order of the boundary of b.
func (c *crosser) common(p *pairing, cs []crossing) Area {
	var sum Area
	c.piecesOfA(p, cs, func(r ringSpan, from, to place) {
		sum = sum.Add(p.la.chain(p.a, r, from, to))
	})
	c.sortAlongB(p, cs)
	c.piecesOfB(p, cs, func(r ringSpan, from, to place) {
		sum = sum.Add(p.lb.chain(p.b, r, from, to))
	})
	return sum
}

// draw returns the polygons of the common ground. The crossings are in the order
// of the boundary of b.
func (c *comparer) draw(p *pairing, cs []crossing, o *Options) MultiPolygon {
	if !c.tied && p.a.nRing == 1 && p.b.nRing == 1 && !p.wide && !o.drawAll {
		if ground, ok := c.stitcher.stitch(p, cs, c.startsA[0], c.startsB[0]); ok {
			return ground
		}
	}
	g := &c.ground
	g.begin(p.a.box.Union(p.b.box))
	g.wary = c.tied || p.a.nRing > 1 || p.b.nRing > 1
	c.piecesOfB(p, cs, func(_ ringSpan, from, to place) { g.add(p.lb, p.b, from, to, 0, nobody) })
	slices.SortFunc(cs, func(x, y crossing) int { return int(x.along - y.along) })
	c.piecesOfA(p, cs, func(_ ringSpan, from, to place) { g.add(p.la, p.a, from, to, 0, nobody) })
	return g.ground()
}

// piecesOfA visits the pieces of the boundary of a that lie inside b. The
// crossings are in the order of the boundary of a. A piece that passes the
// beginning of its ring is visited in two parts.
func (c *crosser) piecesOfA(p *pairing, cs []crossing, visit func(ringSpan, place, place)) {
	for k, r := range p.la.ringsOf(p.a) {
		in, from := c.startsA[k], p.la.start(p.a, r)
		for ; len(cs) > 0 && cs[0].ea < r.last; cs = cs[1:] {
			to := place{cs[0].at, cs[0].ea}
			if in {
				visit(r, from, to)
			}
			in, from = !in, to
		}
		if in {
			visit(r, from, p.la.end(p.a, r))
		}
	}
}

// sortAlongB puts the crossings in the order of the boundary of b.
func (c *crosser) sortAlongB(p *pairing, cs []crossing) {
	slices.SortFunc(cs, func(x, y crossing) int {
		return compareAlong(p.lb, p.b, x.eb, x.at, y.eb, y.at)
	})
}

// piecesOfB is piecesOfA for the pieces of b inside a, with the crossings in the
// order of the boundary of b.
func (c *crosser) piecesOfB(p *pairing, cs []crossing, visit func(ringSpan, place, place)) {
	for k, r := range p.lb.ringsOf(p.b) {
		in, from := c.startsB[k], p.lb.start(p.b, r)
		for ; len(cs) > 0 && cs[0].eb < r.last; cs = cs[1:] {
			to := place{cs[0].at, cs[0].eb}
			if in {
				visit(r, from, to)
			}
			in, from = !in, to
		}
		if in {
			visit(r, from, p.lb.end(p.b, r))
		}
	}
}
