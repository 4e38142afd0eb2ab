package crs

import (
	"fmt"
	"math"
	"math/cmplx"

	"github.com/paulmach/orb"
)

// An ellipsoid is a figure of the earth with what the formulas need of it.
type ellipsoid struct {
	a  float64 // semi-major axis, metres
	e2 float64 // square of the first eccentricity
	e  float64
	n  float64 // third flattening
}

func newEllipsoid(a, inverseFlattening float64) ellipsoid {
	f := 1 / inverseFlattening
	e2 := f * (2 - f)
	return ellipsoid{a: a, e2: e2, e: math.Sqrt(e2), n: f / (2 - f)}
}

var (
	cgcs2000Ellipsoid = newEllipsoid(6378137, 298.257222101) // GB 22021-2008
	wgs84Ellipsoid    = newEllipsoid(6378137, 298.257223563) // NIMA TR8350.2
)

// A Projection is one transverse Mercator grid. The zero Projection is not
// usable; [ProjectionOf] makes one. It is a value: copy it, share it freely.
type Projection struct {
	srid        SRID
	earth       ellipsoid
	central     float64 // degrees
	falseEast   float64
	falseNorth  float64
	radius      float64    // scaled radius of the rectifying sphere, metres
	alpha, beta [6]float64 // Krüger's series, forward and inverse
}

// ProjectionOf returns the projection of s: the CGCS2000 3-degree and 6-degree
// Gauss-Krueger zones, with and without the zone number before the easting
// (EPSG 4491 to 4554), and WGS 84 / UTM (32601 to 32660, 32701 to 32760). Any
// other code is an error that names it.
func ProjectionOf(s SRID) (Projection, error) {
	g, zone, ok := gridOf(s)
	if !ok {
		return Projection{}, fmt.Errorf("crs: EPSG:%d is neither a CGCS2000 Gauss-Krueger zone (4491 to 4554) nor WGS 84 / UTM (32601 to 32660, 32701 to 32760)", int(s))
	}
	p := Projection{srid: s, earth: cgcs2000Ellipsoid, central: g.central(zone), falseEast: 500_000}
	scale := 1.0
	if !g.cgcs2000 {
		p.earth, scale = wgs84Ellipsoid, 0.9996
	}
	if g.prefix {
		p.falseEast += float64(zone) * 1e6
	}
	if g.south {
		p.falseNorth = 1e7
	}
	n := p.earth.n
	n2 := n * n
	p.radius = scale * p.earth.a / (1 + n) * (1 + n2/4 + n2*n2/64 + n2*n2*n2/256)
	p.alpha, p.beta = krueger(n)
	return p, nil
}

// krueger returns the coefficients of Krüger's series to the sixth power of the
// third flattening (Karney, Transverse Mercator with an accuracy of a few
// nanometers, J. Geodesy 85 (2011), eqs 35 and 36): the first neglected term is
// below 5 nm within 3,900 km of the central meridian.
func krueger(n float64) (alpha, beta [6]float64) {
	poly := func(lowest int, c ...float64) float64 {
		v := 0.0
		for i := len(c) - 1; i >= 0; i-- {
			v = v*n + c[i]
		}
		return v * math.Pow(n, float64(lowest))
	}
	alpha = [6]float64{
		poly(1, 1./2, -2./3, 5./16, 41./180, -127./288, 7891./37800),
		poly(2, 13./48, -3./5, 557./1440, 281./630, -1983433./1935360),
		poly(3, 61./240, -103./140, 15061./26880, 167603./181440),
		poly(4, 49561./161280, -179./168, 6601661./7257600),
		poly(5, 34729./80640, -3418889./1995840),
		poly(6, 212378941./319334400),
	}
	beta = [6]float64{
		poly(1, 1./2, -2./3, 37./96, -1./360, -81./512, 96199./604800),
		poly(2, 1./48, 1./15, -437./1440, 46./105, -1118711./3870720),
		poly(3, 17./480, -37./840, -209./4480, 5569./90720),
		poly(4, 4397./161280, -11./504, -830251./7257600),
		poly(5, 4583./161280, -108847./3991680),
		poly(6, 20648693./638668800),
	}
	return alpha, beta
}

// SRID returns the EPSG code of the grid.
func (p Projection) SRID() SRID { return p.srid }

// Central returns the central meridian in degrees east.
func (p Projection) Central() float64 { return p.central }

// reach is how far from the central meridian the series is trusted, in degrees
// and, at the equator, in metres. Working zones are 1.5 to 3 degrees wide.
const (
	reachDegrees = 35
	reachMetres  = 4_000_000
)

// Forward returns the grid coordinates (metres, x = east with the false easting
// and any zone prefix, y = north) of lon, lat (degrees on the datum of the grid).
// It agrees with PROJ to better than 0.001 mm. A position more than 35 degrees
// from the central meridian, or that is not finite, gives NaN.
func (p Projection) Forward(lon, lat float64) (x, y float64) {
	d := math.Remainder(lon-p.central, 360)
	if !(math.Abs(d) <= reachDegrees && math.Abs(lat) <= 90) {
		return math.NaN(), math.NaN()
	}
	sin, cos := math.Sincos(d * math.Pi / 180)
	tau := p.earth.conformalTan(math.Tan(lat * math.Pi / 180))
	sphere := complex(math.Atan2(tau, cos), math.Asinh(sin/math.Hypot(tau, cos)))
	rectified := sphere + series(p.alpha, sphere)
	return imag(rectified)*p.radius + p.falseEast, real(rectified)*p.radius + p.falseNorth
}

// Inverse returns the longitude and latitude (degrees on the datum of the grid)
// of grid coordinates. It undoes [Projection.Forward] to better than 1e-12
// degrees. A place more than 4,000 km east or west of the central meridian,
// beyond a pole, or not finite, gives NaN.
func (p Projection) Inverse(x, y float64) (lon, lat float64) {
	d, tau := p.geographic(x, y)
	return math.Remainder(p.central+d*180/math.Pi, 360), math.Atan(tau) * 180 / math.Pi
}

// geographic returns the longitude from the central meridian in radians and the
// tangent of the latitude.
func (p Projection) geographic(x, y float64) (d, tau float64) {
	x, y = x-p.falseEast, y-p.falseNorth
	if !(math.Abs(x) <= reachMetres && math.Abs(y) <= 10_100_000) {
		return math.NaN(), math.NaN()
	}
	rectified := complex(y/p.radius, x/p.radius)
	sphere := rectified - series(p.beta, rectified)
	sin, cos := math.Sincos(real(sphere))
	sinh := math.Sinh(imag(sphere))
	if cos < 0 {
		return math.NaN(), math.NaN() // over the pole
	}
	return math.Atan2(sinh, cos), p.earth.geodeticTan(sin / math.Hypot(sinh, cos))
}

// series returns Σ c[j]·sin(2(j+1)z) by Clenshaw's recurrence.
func series(c [6]float64, z complex128) complex128 {
	sin, cos := cmplx.Sin(2*z), cmplx.Cos(2*z)
	var b1, b2 complex128
	for j := len(c) - 1; j >= 0; j-- {
		b1, b2 = complex(c[j], 0)+2*cos*b1-b2, b1
	}
	return sin * b1
}

// conformalTan returns the tangent of the conformal latitude for the tangent of
// the geodetic latitude (Karney 2011, eqs 7 to 9).
func (e ellipsoid) conformalTan(tau float64) float64 {
	sec := math.Hypot(1, tau)
	sigma := math.Sinh(e.e * math.Atanh(e.e*tau/sec))
	return tau*math.Hypot(1, sigma) - sigma*sec
}

// geodeticTan undoes conformalTan by Newton's method (Karney 2011, eqs 19 to 21).
// Two steps reach the last bit; five are allowed.
func (e ellipsoid) geodeticTan(conformal float64) float64 {
	tau := conformal / (1 - e.e2)
	for range 5 {
		got := e.conformalTan(tau)
		step := (conformal - got) / math.Hypot(1, got) *
			(1 + (1-e.e2)*tau*tau) / ((1 - e.e2) * math.Hypot(1, tau))
		tau += step
		if math.Abs(step) <= 1e-14*max(1, math.Abs(tau)) {
			break
		}
	}
	return tau
}

// Project returns the positions (longitude, latitude) as points of the grid.
// What cannot be projected is NaN, as in [Projection.Forward].
func (p Projection) Project(positions orb.LineString) orb.LineString {
	out := make(orb.LineString, len(positions))
	for i, q := range positions {
		out[i][0], out[i][1] = p.Forward(q[0], q[1])
	}
	return out
}

// Unproject returns polygons of the grid in longitude and latitude, for GeoJSON.
// Vertices are carried over one for one: over the length of an edge the two
// meanings of straight differ by 0.1 mm at 100 m and 9 mm at 1 km (at 24° north).
func (p Projection) Unproject(mp orb.MultiPolygon) orb.MultiPolygon {
	out := make(orb.MultiPolygon, len(mp))
	for i, poly := range mp {
		out[i] = make(orb.Polygon, len(poly))
		for j, ring := range poly {
			out[i][j] = make(orb.Ring, len(ring))
			for k, q := range ring {
				out[i][j][k][0], out[i][j][k][1] = p.Inverse(q[0], q[1])
			}
		}
	}
	return out
}
