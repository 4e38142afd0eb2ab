package crs

import (
	"math"

	"github.com/paulmach/orb"

	"jieshi/geo"
)

// Corners remembers where corners, and the middles of edges, lie on the
// ellipsoid, for ground that is measured again and again in parts: a piece that is
// divided anew for every frame while a line is dragged. Its areas are those of
// [EllipsoidalArea] to the bit, several times sooner where most corners are known.
//
// It does not change while measuring; any number of goroutines may.
type Corners struct {
	projection Projection
	known      map[[2]uint64]authalic // by the bits of x and y
}

// NewCorners remembers the corners of ground, which is in the grid of p.
func NewCorners(p Projection, ground ...orb.Polygon) *Corners {
	c := &Corners{projection: p, known: map[[2]uint64]authalic{}}
	remember := func(q orb.Point) authalic {
		at := p.authalic(q)
		c.known[bitsOf(q)] = at
		return at
	}
	for _, polygon := range ground {
		for _, ring := range polygon {
			around(ring, remember, p.pieces)
			// Parts may run the other way, and a middle seen from the other
			// end may differ in its last bit.
			back := ring.Clone()
			back.Reverse()
			around(back, remember, p.pieces)
		}
	}
	return c
}

// EllipsoidalArea is [EllipsoidalArea] in the grid of c.
func (c *Corners) EllipsoidalArea(mp orb.MultiPolygon) (geo.SquareMetres, error) {
	return ellipsoidalArea(mp, c.at, c.projection)
}

func (c *Corners) at(q orb.Point) authalic {
	if at, ok := c.known[bitsOf(q)]; ok {
		return at
	}
	return c.projection.authalic(q)
}

// EllipsoidalAreas returns the [EllipsoidalArea] of each of several grounds of one
// grid, to the bit. Corners and middles of edges that they have in common, as the
// parts of a partition do, are placed on the ellipsoid once.
func EllipsoidalAreas(grounds []orb.MultiPolygon, p Projection) ([]geo.SquareMetres, error) {
	known := map[[2]uint64]authalic{}
	at := func(q orb.Point) authalic {
		bits := bitsOf(q)
		place, ok := known[bits]
		if !ok {
			place = p.authalic(q)
			known[bits] = place
		}
		return place
	}
	areas := make([]geo.SquareMetres, len(grounds))
	for i, ground := range grounds {
		area, err := ellipsoidalArea(ground, at, p)
		if err != nil {
			return nil, err
		}
		areas[i] = area
	}
	return areas, nil
}

func bitsOf(q orb.Point) [2]uint64 { return [2]uint64{math.Float64bits(q[0]), math.Float64bits(q[1])} }
