package overlay

// A place is a place on the boundary of a shape: on edge `edge` (or at vertex
// `edge`), at a point of the subgrid counted from the origin of the CRS.
type place struct {
	at   Point
	edge int32
}

// start and end are the two places where a ring begins and ends: one point.
func (l *Layer) start(s *shape, r ringSpan) place { return place{l.onSubgrid(s, r.first), r.first} }

func (l *Layer) end(s *shape, r ringSpan) place { return place{l.onSubgrid(s, r.last), r.last} }

func (l *Layer) onSubgrid(s *shape, v int32) Point {
	p := l.at(s, v)
	return Point{(p.X + s.box.Min.X) * sub, (p.Y + s.box.Min.Y) * sub}
}

// chain returns twice the area, in subgrid cells, that the boundary of s
// sweeps about the origin of the CRS on its way from one place to a later one
// on the same ring: Σ p×q over its edges. Chains of different claims that
// close a ring together add up to twice the area of that ring, exactly.
func (l *Layer) chain(s *shape, r ringSpan, from, to place) Area {
	if from.edge == to.edge {
		return cross128(from.at.X, from.at.Y, to.at.X, to.at.Y)
	}
	// About the corner of s the whole edges are summed already; for corner c
	// Σ (p+c)×(q+c) = Σ p×q + c×(last − first).
	corner := Point{s.box.Min.X * sub, s.box.Min.Y * sub}
	x, y := from.at.X-corner.X, from.at.Y-corner.Y
	u, v := to.at.X-corner.X, to.at.Y-corner.Y
	after, before := l.at(s, from.edge+1), l.at(s, to.edge)
	sum := l.swept(s, r, to.edge).Sub(l.swept(s, r, from.edge+1)).shift(2 * subBits)
	sum = sum.Add(cross128(x, y, after.X*sub, after.Y*sub))
	sum = sum.Add(cross128(before.X*sub, before.Y*sub, u, v))
	return sum.Add(cross128(corner.X, corner.Y, u-x, v-y))
}
