package overlay

// A groundMaker gathers the boundary of some ground piece by piece and makes
// polygons of it.
type groundMaker struct {
	corner Point // the origin of its frame, in grid units
	noder

	// wary says that edges of which no end is rounded may touch each other too.
	// It is so after ties, and where the rings of a claim may touch.
	wary bool

	arrangement arrangement
}

// begin starts anew in the frame with the given corner, for ground within box.
func (g *groundMaker) begin(box Box) {
	g.corner, g.wide, g.wary, g.strands = box.Min, box.wide(), true, g.strands[:0]
}

// add takes the boundary of s between two places, with what lies on its sides.
// Crossings are rounded from the subgrid to the grid.
func (g *groundMaker) add(l *Layer, s *shape, from, to place, left, right int32) {
	p := g.toFrame(from.at)
	d := Point{s.box.Min.X - g.corner.X, s.box.Min.Y - g.corner.Y}
	first := len(g.strands)
	sides := strand{left: left, right: right, fresh: true}
	for v := from.edge + 1; v <= to.edge; v++ {
		q := l.at(s, v)
		p = g.addStrand(p, Point{q.X + d.X, q.Y + d.Y}, sides)
		sides.fresh = g.wary
	}
	sides.fresh = true
	g.addStrand(p, g.toFrame(to.at), sides)
	g.begins(first)
}

// begins notes that strand i is not to be taken as going on from the one before.
func (g *groundMaker) begins(i int) {
	if i < len(g.strands) {
		g.strands[i].begins = true
	}
}

func (g *groundMaker) addStrand(p, q Point, s strand) Point {
	if s.p, s.q = p, q; p != q {
		g.strands = append(g.strands, s)
	}
	return q
}

// toFrame rounds a place on the subgrid to the nearest grid point, halves up.
func (g *groundMaker) toFrame(at Point) Point {
	return Point{(at.X+sub/2)>>subBits - g.corner.X, (at.Y+sub/2)>>subBits - g.corner.Y}
}

// regions returns the ground that label names; nothing once it is to stop, since
// strands that are not all split make no regions.
func (g *groundMaker) regions(label labelOf) []region {
	g.node()
	if g.stop.asked() {
		return nil
	}
	g.arrangement.arrange(g.strands, g.wide)
	if g.stop.asked() {
		return nil
	}
	return g.arrangement.regions(label)
}

// ground returns the ground that is on the left of the boundary taken.
func (g *groundMaker) ground() MultiPolygon {
	return groundOf(g.regions(least), g.corner)
}
