package demo

import (
	"github.com/paulmach/orb"

	"jieshi/geo/crs"
)

// srid is the working CRS of the dispute: CGCS2000 / 3-degree Gauss-Krueger
// CM 108E, x east, y north. The ground at 109.3°E lies 20 km from its edge.
const srid crs.SRID = 4545

// grid is the projection of srid.
var grid = projection(srid)

// projection is crs.ProjectionOf for codes that we chose ourselves.
func projection(s crs.SRID) crs.Projection {
	p, err := crs.ProjectionOf(s)
	if err != nil {
		panic(err)
	}
	return p
}

// lonLatOf takes a place in the plane of p to EPSG:4490.
func lonLatOf(p crs.Projection, at orb.Point) orb.Point {
	lon, lat := p.Inverse(at[0], at[1])
	return orb.Point{lon, lat}
}

// lonLatAt takes a place in the local frame to EPSG:4490.
func lonLatAt(x, y float64) orb.Point {
	return lonLatOf(grid, orb.Point{frameEast + x, frameNorth + y})
}
