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

func bitsOf(q orb.Point) [2]uint64 { return [2]uint64{math.Float64bits(q[0]), math.Float64bits(q[1])} }
