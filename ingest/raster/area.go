package raster

import "math"

// WGS 84, whose figure differs from that of CGCS2000 by 0.1 mm at the pole.
const (
	semiMajor  = 6378137.0
	flattening = 1 / 298.257223563
	ecc2       = flattening * (2 - flattening)
	degree     = math.Pi / 180
)

// primeVertical is the radius of curvature east-west at a latitude in radians, in metres.
func primeVertical(lat float64) float64 {
	s := math.Sin(lat)
	return semiMajor / math.Sqrt(1-ecc2*s*s)
}

// meridional is the radius of curvature north-south at a latitude in radians, in metres.
func meridional(lat float64) float64 {
	s := math.Sin(lat)
	return semiMajor * (1 - ecc2) / math.Pow(1-ecc2*s*s, 1.5)
}

// beltArea is the area of the ellipsoid between the equator and a latitude in
// radians for each radian of longitude, in square metres, negative in the
// south. It is exact (Snyder, Map Projections: A Working Manual, eq. 3-12).
func beltArea(lat float64) float64 {
	e, s := math.Sqrt(ecc2), math.Sin(lat)
	q := (1 - ecc2) * (s/(1-ecc2*s*s) + math.Atanh(e*s)/e)
	return semiMajor * semiMajor / 2 * q
}

// cellArea is the area of a cell of the graticule, degrees in, m² out.
func cellArea(west, south, east, north float64) float64 {
	return (east - west) * degree * (beltArea(north*degree) - beltArea(south*degree))
}

// validArea adds up the pixels that are valid: by plane pixels where the
// projection is made for measuring, else by cells of the ellipsoid, row by row
// (degrees and Mercator projections have rows of constant latitude).
func (g grid) validArea(rowValid []int64, t *lonLatTransform) (m2 float64, method string, err error) {
	if !g.crs.geographic && !g.crs.mercator {
		var n int64
		for _, v := range rowValid {
			n += v
		}
		return float64(n) * g.dx * g.dy * g.crs.metres * g.crs.metres, "plane", nil
	}
	x := make([]float64, g.height+1)
	y := make([]float64, g.height+1)
	for row := range y {
		x[row], y[row] = g.at(float64(g.width)/2, float64(row))
		if g.crs.geographic {
			y[row] = min(max(y[row], -90), 90)
		}
	}
	x0, y0 := g.at(float64(g.width)/2, float64(g.height)/2)
	xs, ys := []float64{x0, x0 + g.dx/2}, []float64{y0, y0}
	if err := t.apply(xs, ys); err != nil {
		return 0, "", err
	}
	if err := t.apply(x, y); err != nil {
		return 0, "", err
	}
	width := 2 * math.Abs(xs[1]-xs[0])
	for row, n := range rowValid {
		m2 += float64(n) * cellArea(0, y[row+1], width, y[row])
	}
	return m2, "ellipsoidal", nil
}
