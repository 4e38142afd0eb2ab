package gnss

import "math"

// The ellipsoid of WGS 84. That of CGCS2000 has another flattening from the
// 12th digit on, which moves no point on land by more than 0.2 mm.
const (
	semiMajor  = 6378137.0
	flattening = 1 / 298.257223563
	ecc2       = flattening * (2 - flattening)
)

// A vector is a point or a difference in an earth-centred, earth-fixed frame,
// in metres.
type vector struct{ x, y, z float64 }

func (v vector) plus(w vector) vector { return vector{v.x + w.x, v.y + w.y, v.z + w.z} }

// geodetic is a position in degrees and metres above the ellipsoid.
type geodetic struct{ lon, lat, height float64 }

// onEarth says whether the point is within 50 km of the ellipsoid; what is
// not, no receiver on a hillside has measured.
func (v vector) onEarth() bool {
	r := math.Sqrt(v.x*v.x + v.y*v.y + v.z*v.z)
	return r > semiMajor*(1-flattening)-50e3 && r < semiMajor+50e3
}

// geodetic converts by Bowring's iteration on the parametric latitude, which
// near the ground is good to a nanometre after two rounds; it does five.
func (v vector) geodetic() geodetic {
	p := math.Hypot(v.x, v.y)
	const b = semiMajor * (1 - flattening)
	const secondEcc2 = ecc2 / (1 - ecc2)
	beta := math.Atan2(v.z*semiMajor, p*b)
	var lat float64
	for range 5 {
		sin, cos := math.Sincos(beta)
		lat = math.Atan2(v.z+secondEcc2*b*sin*sin*sin, p-ecc2*semiMajor*cos*cos*cos)
		beta = math.Atan2((1-flattening)*math.Sin(lat), math.Cos(lat))
	}
	sin, cos := math.Sincos(lat)
	// Good at the poles too, where p/cos is not.
	height := p*cos + v.z*sin - semiMajor*math.Sqrt(1-ecc2*sin*sin)
	return geodetic{lon: degrees(math.Atan2(v.y, v.x)), lat: degrees(lat), height: height}
}

// ecef is the inverse of [vector.geodetic].
func (g geodetic) ecef() vector {
	sin, cos := math.Sincos(radians(g.lat))
	sinLon, cosLon := math.Sincos(radians(g.lon))
	n := semiMajor / math.Sqrt(1-ecc2*sin*sin)
	return vector{(n + g.height) * cos * cosLon, (n + g.height) * cos * sinLon, (n*(1-ecc2) + g.height) * sin}
}

// axes returns the unit vectors east, north and up at the position.
func (g geodetic) axes() (east, north, up vector) {
	sin, cos := math.Sincos(radians(g.lat))
	sinLon, cosLon := math.Sincos(radians(g.lon))
	return vector{-sinLon, cosLon, 0},
		vector{-sin * cosLon, -sin * sinLon, cos},
		vector{cos * cosLon, cos * sinLon, sin}
}

// offset returns the position that lies e, n, u metres along the axes of g.
func (g geodetic) offset(e, n, u float64) geodetic {
	east, north, up := g.axes()
	d := vector{
		e*east.x + n*north.x + u*up.x,
		e*east.y + n*north.y + u*up.y,
		e*east.z + n*north.z + u*up.z,
	}
	return g.ecef().plus(d).geodetic()
}

// A covariance holds the six terms of a symmetric 3×3 matrix, in square metres.
type covariance struct{ xx, yy, zz, xy, yz, zx float64 }

// along returns the standard deviation in the direction of a unit vector; 0 if
// the terms contradict each other.
func (c covariance) along(d vector) float64 {
	v := c.xx*d.x*d.x + c.yy*d.y*d.y + c.zz*d.z*d.z + 2*(c.xy*d.x*d.y+c.yz*d.y*d.z+c.zx*d.z*d.x)
	if !(v > 0) || math.IsInf(v, 0) {
		return 0
	}
	return math.Sqrt(v)
}

func degrees(rad float64) float64 { return rad * (180 / math.Pi) }
func radians(deg float64) float64 { return deg * (math.Pi / 180) }
