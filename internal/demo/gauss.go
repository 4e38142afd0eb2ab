package demo

import (
	"math"

	"github.com/paulmach/orb"
)

// zone is a CGCS2000 3-degree Gauss-Krueger zone without prefix, named by its
// EPSG code 4534 (central meridian 75°E) to 4554 (135°E); x is east, y north.
type zone int

// zoneAt returns the zone whose central meridian is nearest to lon.
func zoneAt(lon float64) zone { return zone(4509 + int(math.Floor((lon+1.5)/3))) }

func (z zone) meridian() float64 { return float64(3 * (int(z) - 4509)) }

// Krueger's series in the third flattening n of CGCS2000 (a = 6378137,
// 1/f = 298.257222101) to n⁴; what is left out is below 1 µm within a zone
// (Karney 2011, J. Geod. 85, eqs 35 and 36).
const (
	semiMajor  = 6378137.0
	flattening = 1 / 298.257222101
	third      = flattening / (2 - flattening)
	third2     = third * third
	third3     = third2 * third
	third4     = third3 * third
	rectifying = semiMajor / (1 + third) * (1 + third2/4 + third4/64)
)

var (
	eccentricity = math.Sqrt(flattening * (2 - flattening))
	toPlane      = [4]float64{
		third/2 - 2*third2/3 + 5*third3/16 + 41*third4/180,
		13*third2/48 - 3*third3/5 + 557*third4/1440,
		61*third3/240 - 103*third4/140,
		49561 * third4 / 161280,
	}
	toEllipsoid = [4]float64{
		third/2 - 2*third2/3 + 37*third3/96 - third4/360,
		third2/48 + third3/15 - 437*third4/1440,
		17*third3/480 - 37*third4/840,
		4397 * third4 / 161280,
	}
)

// project takes lon, lat in degrees (EPSG:4490) to metres in the zone.
func (z zone) project(lonLat orb.Point) orb.Point {
	lambda := radians(lonLat[0] - z.meridian())
	tau := conformal(math.Tan(radians(lonLat[1])))
	xi := math.Atan2(tau, math.Cos(lambda))
	eta := math.Asinh(math.Sin(lambda) / math.Hypot(tau, math.Cos(lambda)))
	x, y := eta, xi
	for i, c := range toPlane {
		k := float64(2 * (i + 1))
		y += c * math.Sin(k*xi) * math.Cosh(k*eta)
		x += c * math.Cos(k*xi) * math.Sinh(k*eta)
	}
	return orb.Point{500000 + rectifying*x, rectifying * y}
}

// lonLat is the inverse of project.
func (z zone) lonLat(p orb.Point) orb.Point {
	eta0, xi0 := (p[0]-500000)/rectifying, p[1]/rectifying
	eta, xi := eta0, xi0
	for i, c := range toEllipsoid {
		k := float64(2 * (i + 1))
		xi -= c * math.Sin(k*xi0) * math.Cosh(k*eta0)
		eta -= c * math.Cos(k*xi0) * math.Sinh(k*eta0)
	}
	want := math.Sin(xi) / math.Hypot(math.Sinh(eta), math.Cos(xi))
	lambda := math.Atan2(math.Sinh(eta), math.Cos(xi))
	return orb.Point{z.meridian() + degrees(lambda), degrees(math.Atan(geodetic(want)))}
}

// conformal turns the tangent of a geodetic latitude into that of the
// conformal one (Karney eqs 7 to 9).
func conformal(tau float64) float64 {
	root := math.Hypot(1, tau)
	sigma := math.Sinh(eccentricity * math.Atanh(eccentricity*tau/root))
	return tau*math.Hypot(1, sigma) - sigma*root
}

// geodetic is the inverse of conformal, by Newton's method (Karney eqs 19 to
// 21), which has converged to the last bit after three steps.
func geodetic(want float64) float64 {
	rest := 1 - eccentricity*eccentricity
	tau := want / rest
	for range 4 {
		got := conformal(tau)
		tau += (want - got) / math.Hypot(1, got) * (1 + rest*tau*tau) / (rest * math.Hypot(1, tau))
	}
	return tau
}

func radians(d float64) float64 { return d * (math.Pi / 180) }
func degrees(r float64) float64 { return r * (180 / math.Pi) }
