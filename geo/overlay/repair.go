package overlay

import "context"

// Repair returns the ground of m as valid polygons, by one rule: a ring holds
// the ground round which it winds, whichever way and however often (non-zero
// winding); a polygon holds what its shell holds and none of its holes does; a
// multipolygon holds what any of its polygons does.
//
// So the two loops of a figure eight both count, ground walked round twice counts
// once and is not a hole, a hole outside of its shell does nothing, and parts
// that overlap are one. (Even–odd filling would open a hole wherever a walk
// crossed its own path twice, and lose ground where two parts overlap.) Where
// rings are valid, this is what they mean.
//
// Rings are split where they cross, at the nearest grid point, which moves
// their edges by up to half a grid unit there; nothing else moves. Ground of no
// area is nil, and so is ground that is off the grid. The result depends on the set of rings only.
//
// The error is that of the context.
func Repair(ctx context.Context, m MultiPolygon) (MultiPolygon, error) {
	box := m.Bounds()
	if box.Empty() || box.offGrid() {
		return nil, ctx.Err()
	}
	var g groundMaker
	g.stop = stopOf(ctx)
	g.begin(box)
	label := g.addGround(m)
	regions := g.regions(label)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return groundOf(regions, g.corner), nil
}

// addGround takes all rings of m, numbered by polygon, shell first. The label
// returned is 0 for the ground of m.
func (g *groundMaker) addGround(m MultiPolygon) labelOf {
	var polygonOf []int
	var isShell []bool
	for i, poly := range m {
		for k, ring := range poly {
			g.addRing(ring, int32(len(polygonOf)))
			polygonOf, isShell = append(polygonOf, i), append(isShell, k == 0)
		}
	}
	return func(winds []jump) int32 {
		for k := range winds {
			ring := winds[k].label
			cutOut := k+1 < len(winds) && polygonOf[winds[k+1].label] == polygonOf[ring]
			if isShell[ring] && !cutOut {
				return 0
			}
		}
		return nobody
	}
}

// addRing takes a ring with the label on its left.
func (g *groundMaker) addRing(ring Ring, label int32) {
	first := len(g.strands)
	for i, p := range ring {
		q := ring[0]
		if i+1 < len(ring) {
			q = ring[i+1]
		}
		g.addStrand(
			Point{p.X - g.corner.X, p.Y - g.corner.Y},
			Point{q.X - g.corner.X, q.Y - g.corner.Y}, strand{left: label, right: nobody, fresh: true})
	}
	g.begins(first)
}
