package vector

import (
	"errors"
	"fmt"
	"math"

	"github.com/airbusgeo/godal"
	"github.com/paulmach/orb"

	"jieshi/geo/crs"
)

// lonLatSRID is WGS 84 in degrees. The store calls its degrees EPSG:4490, which
// is equal for this purpose; but PROJ knows the way from every datum to WGS 84,
// and from most to CGCS2000 none.
const lonLatSRID = int(crs.WGS84)

// ToLonLat returns copies of geometries, given in EPSG:srid with x east, in
// longitude and latitude. PROJ does it, as it does in PostGIS. A nil geometry
// stays nil.
func ToLonLat(srid int, geometries ...orb.Geometry) ([]orb.Geometry, error) {
	return projected(srid, lonLatSRID, geometries)
}

func projected(from, to int, geometries []orb.Geometry) ([]orb.Geometry, error) {
	out := make([]orb.Geometry, len(geometries))
	err := project(from, to, func(move func([]orb.Point) error) error {
		for i, g := range geometries {
			if g == nil {
				continue
			}
			var err error
			if out[i], err = moved(g, move); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// InLonLat returns the layer l, which is in EPSG:srid with x east, in longitude and
// latitude. Features are moved as they are handed out.
func (l Layer) InLonLat(srid int) Layer {
	moving := l
	moving.LonLat, moving.Features = true, nil
	moving.Each = func(take func(Feature) error) error {
		return project(srid, lonLatSRID, func(move func([]orb.Point) error) error {
			return l.each(func(_ int, f Feature) (err error) {
				if f.Geometry, err = moved(f.Geometry, move); err != nil {
					return err
				}
				return take(f)
			})
		})
	}
	return moving
}

// project calls use with a function that moves points from one CRS to the other
// in place.
func project(from, to int, use func(move func([]orb.Point) error) error) error {
	src, err := spatialRef(from)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := spatialRef(to)
	if err != nil {
		return err
	}
	defer dst.Close()
	transform, err := godal.NewTransform(src, dst)
	if err != nil {
		return fmt.Errorf("vector: no way from EPSG:%d to EPSG:%d: %w", from, to, err)
	}
	defer transform.Close()
	return use(func(points []orb.Point) error {
		if err := movePoints(transform, points); err != nil {
			return fmt.Errorf("vector: EPSG:%d to EPSG:%d: %w", from, to, err)
		}
		return nil
	})
}

// spatialRef takes EPSG codes only: a CRS by text could make PROJ read files
// or the network.
func spatialRef(srid int) (*godal.SpatialRef, error) {
	sr, err := godal.NewSpatialRefFromEPSG(srid)
	if err != nil {
		return nil, fmt.Errorf("vector: PROJ does not know EPSG:%d: %w", srid, err)
	}
	return sr, nil
}

var errOutside = errors.New("a point lies where the CRS does not reach")

func movePoints(transform *godal.Transform, points []orb.Point) error {
	if len(points) == 0 {
		return nil
	}
	x, y := make([]float64, len(points)), make([]float64, len(points))
	for i, p := range points {
		x[i], y[i] = p[0], p[1]
	}
	reached := make([]bool, len(points))
	if err := transform.TransformEx(x, y, nil, reached); err != nil {
		return fmt.Errorf("%w: %w", errOutside, err)
	}
	for i := range points {
		if !reached[i] || math.IsInf(x[i], 0) || math.IsNaN(x[i]) || math.IsInf(y[i], 0) || math.IsNaN(y[i]) {
			return fmt.Errorf("%w: %v", errOutside, points[i])
		}
		points[i] = orb.Point{x[i], y[i]}
	}
	return nil
}

// eachLine calls do with every run of points that g holds; do may move them.
// An orb.Point is a value, so a caller that moves one wraps it in a slice.
func eachLine(g orb.Geometry, do func([]orb.Point) error) error {
	switch g := g.(type) {
	case orb.LineString:
		return do(g)
	case orb.Polygon:
		for _, ring := range g {
			if err := do(ring); err != nil {
				return err
			}
		}
	case orb.MultiPolygon:
		for _, polygon := range g {
			if err := eachLine(polygon, do); err != nil {
				return err
			}
		}
	case orb.MultiPoint:
		return do(g)
	default:
		return fmt.Errorf("vector: a %T cannot be projected", g)
	}
	return nil
}
