package overlay

import (
	"cmp"
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
	type worker struct {
		crosser
		ground groundMaker
		near   []int32
		pairs  []Pair
	}
	workers := make([]worker, o.workers())
	err := spread(ctx, a.Len(), &o, func(w, i int) {
		k := &workers[w]
		from := 0
		if a == b {
			from = i + 1
		}
		k.near = b.tree.meeting(k.near[:0], a.shapes[i].box, from)
		for _, j := range k.near {
			p := newPairing(a, b, int32(i), j)
			if !o.Owns.owns(p.corner()) {
				continue
			}
			cs := k.crossings(&p)
			area := k.common(&p, cs)
			if area.Cmp(o.MinArea) <= 0 {
				continue
			}
			row := p.row(area)
			if o.Geometry {
				row.Ground = k.ground.of(&p, cs)
			}
			k.pairs = append(k.pairs, row)
		}
	})
	if err != nil {
		return nil, err
	}
	var pairs []Pair
	for w := range workers {
		pairs = append(pairs, workers[w].pairs...)
	}
	sortPairs(pairs)
	return pairs, nil
}

func sortPairs(pairs []Pair) {
	slices.SortFunc(pairs, func(x, y Pair) int {
		if c := cmp.Compare(x.A, y.A); c != 0 {
			return c
		}
		return cmp.Compare(x.B, y.B)
	})
}

// corner returns the point that says which block owns the pair.
func (p *pairing) corner() Point { return p.a.box.Intersect(p.b.box).Min }

func (p *pairing) row(area Area) Pair {
	if p.n > 0 { // only within a layer: a has the higher rank
		return Pair{A: p.b.id, B: p.a.id, Area: area}
	}
	return Pair{A: p.a.id, B: p.b.id, Area: area}
}

// common returns the area of the common ground: the sum over the pieces of a
// that lie in b and the pieces of b that lie in a, which together bound it.
// It leaves the crossings in the order of the boundary of b.
func (c *crosser) common(p *pairing, cs []crossing) Area {
	var sum Area
	c.piecesIn(p, sideA, cs, func(l *Layer, s *shape, r ringSpan, from, to place) {
		sum = sum.Add(l.chain(s, r, from, to))
	})
	p.sortByB(cs)
	c.piecesIn(p, sideB, cs, func(l *Layer, s *shape, r ringSpan, from, to place) {
		sum = sum.Add(l.chain(s, r, from, to))
	})
	return sum
}

func (p *pairing) sortByB(cs []crossing) {
	slices.SortFunc(cs, func(x, y crossing) int {
		return compareAlong(p.lb, p.b, x.eb, x.at, y.eb, y.at)
	})
}

// side says whose boundary of a pair is walked.
type side bool

const (
	sideA side = false
	sideB side = true
)

// piecesIn calls visit for every piece of the boundary of one claim of the pair
// that lies inside the other. The crossings are in the order of that boundary.
// A piece that passes the beginning of its ring is visited in two parts.
func (c *crosser) piecesIn(p *pairing, of side, cs []crossing, visit func(*Layer, *shape, ringSpan, place, place)) {
	l, s := p.la, p.a
	if of == sideB {
		l, s = p.lb, p.b
	}
	for _, r := range l.ringsOf(s) {
		n := 0
		for n < len(cs) && cs[n].edge(of) < r.last {
			n++
		}
		mine := cs[:n]
		cs = cs[n:]
		// The start is asked for rather than read off the first crossing: of
		// two crossings in one place either may come first.
		in, from := p.holdsStart(of, r), l.start(s, r)
		for i := range mine {
			to := mine[i].place(of)
			if in {
				visit(l, s, r, from, to)
			}
			in, from = !in, to
		}
		if in {
			visit(l, s, r, from, l.end(s, r))
		}
	}
}

func (p *pairing) holdsStart(of side, r ringSpan) bool {
	if of == sideA {
		return p.holds(r.first)
	}
	return p.held(r.first)
}

func (x *crossing) edge(of side) int32 {
	if of == sideA {
		return x.ea
	}
	return x.eb
}

func (x *crossing) place(of side) place { return place{x.at, x.edge(of)} }
