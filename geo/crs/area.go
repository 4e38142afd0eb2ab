package crs

import (
	"errors"
	"math"

	"github.com/paulmach/orb"

	"jieshi/geo"
)

// ErrOutsideGrid says that a ring has a vertex where its projection is not
// defined, so that the ring encloses no ground that can be measured.
var ErrOutsideGrid = errors.New("crs: a vertex lies outside the projection")

// EllipsoidalArea returns the area of mp on the ellipsoid of its grid, in m²:
// the area by which rural land is registered (国土调查办发〔2008〕32号). Outer
// rings count and holes are taken off, whichever way they run. An edge is the
// straight line of the projection plane, as it is drawn and stored.
//
// The method is the exact authalic integral ∮S dλ, where S(φ) is the area
// between equator and latitude φ per radian of longitude. The official series
// (to e⁸) is the same integral expanded; they agree to 0.0001 m² on its map
// cells. The edge is followed by parabolas over at most [maxPiece], which leaves
// less than 1e-9 of the area. Time is linear, some 1 µs a vertex.
//
// No polygon has area 0. The only error is [ErrOutsideGrid].
func EllipsoidalArea(mp orb.MultiPolygon, p Projection) (geo.SquareMetres, error) {
	return ellipsoidalArea(mp, p.authalic, p)
}

func ellipsoidalArea(mp orb.MultiPolygon, at func(orb.Point) authalic, p Projection) (geo.SquareMetres, error) {
	var total geo.SquareMetres
	for _, poly := range mp {
		for i, ring := range poly {
			a, err := signedArea(ring, at, p)
			if err != nil {
				return 0, err
			}
			a = geo.SquareMetres(math.Abs(float64(a)))
			if i > 0 {
				a = -a
			}
			total += a
		}
	}
	return total, nil
}

// maxPiece is the length over which an edge is taken for a parabola, in metres.
const maxPiece = 2000

// SignedEllipsoidalArea is [EllipsoidalArea] of one ring in the grid of p:
// positive if the ring runs counterclockwise, windings counted as in
// [geo.SignedArea]. An open ring counts as closed by a straight edge.
func SignedEllipsoidalArea(ring orb.Ring, p Projection) (geo.SquareMetres, error) {
	return signedArea(ring, p.authalic, p)
}

func signedArea(ring orb.Ring, at func(orb.Point) authalic, p Projection) (geo.SquareMetres, error) {
	if len(ring) < 3 {
		return 0, nil
	}
	sum := around(ring, at, p.pieces)
	if math.IsNaN(sum) || math.IsInf(sum, 0) {
		return 0, ErrOutsideGrid
	}
	return geo.SquareMetres(sum), nil
}

// authalic returns where a point of the grid lies in the equal-area map.
func (p Projection) authalic(q orb.Point) authalic {
	d, tau := p.geographic(q[0], q[1])
	return authalic{d, p.earth.strip(tau / math.Hypot(1, tau))}
}

// pieces returns into how many parabolas an edge is cut.
func (Projection) pieces(a, b orb.Point) int {
	return pieces(math.Hypot(b[0]-a[0], b[1]-a[1]), maxPiece)
}

// LonLatArea returns the area on the CGCS2000 ellipsoid of a ring given in
// longitude and latitude (degrees), whose edges are straight in them: between
// two vertices latitude changes in proportion to longitude. That is the meaning
// of an edge in 国土调查办发〔2008〕32号 and in GeoJSON (RFC 7946 §3.1.1).
// Counterclockwise is positive; an open ring counts as closed. Rings across the
// antimeridian must be cut there first. A coordinate that is not finite gives
// [ErrOutsideGrid].
func LonLatArea(ring orb.Ring) (geo.SquareMetres, error) {
	if len(ring) < 3 {
		return 0, nil
	}
	const radian = math.Pi / 180
	at := func(q orb.Point) authalic {
		return authalic{q[0] * radian, cgcs2000Ellipsoid.strip(math.Sin(q[1] * radian))}
	}
	sum := around(ring, at, func(a, b orb.Point) int { return pieces(math.Abs(b[1]-a[1]), 0.02) })
	if math.IsNaN(sum) || math.IsInf(sum, 0) {
		return 0, ErrOutsideGrid
	}
	return geo.SquareMetres(sum), nil
}

// pieces returns into how many parts of at most size a length is cut; 1000 at
// the most, which is enough for edges of a thousand kilometres.
func pieces(length, size float64) int {
	if !(length > size) {
		return 1
	}
	return int(math.Ceil(min(length/size, 1000)))
}

// authalic is a place in the equal-area cylindrical map: longitude in radians and
// the area of the strip up to its latitude. Areas there are areas on the ground.
type authalic struct{ lambda, s float64 }

// strip returns the area on the ellipsoid between the equator and the latitude
// of the given sine, per radian of longitude, in m².
func (e ellipsoid) strip(sin float64) float64 {
	b2 := e.a * e.a * (1 - e.e2)
	return b2 / 2 * (sin/(1-e.e2*sin*sin) + math.Atanh(e.e*sin)/e.e)
}

// around returns the area of ring in the equal-area map. Each edge is cut into
// pieces and each piece followed by the parabola through its ends and middle: a
// parabola cuts 4/3 of the triangle of these three points off its chord.
func around(ring orb.Ring, at func(orb.Point) authalic, pieces func(a, b orb.Point) int) float64 {
	o := at(ring[0]) // everything is relative to the first vertex, for precision
	area, lost := 0.0, 0.0
	from := authalic{}
	for i := range ring {
		a, b := ring[i], ring[(i+1)%len(ring)]
		if a == b {
			continue
		}
		n := pieces(a, b)
		for k := range n {
			mid := relative(at(between(a, b, (float64(k)+0.5)/float64(n))), o)
			to := relative(at(between(a, b, float64(k+1)/float64(n))), o)
			term := cross(from, to)/2 + 2./3*cross(minus(mid, from), minus(to, mid))
			t := area + (term - lost) // Kahan
			lost = (t - area) - (term - lost)
			area, from = t, to
		}
	}
	return area
}

func between(a, b orb.Point, t float64) orb.Point {
	if t == 1 {
		return b
	}
	return orb.Point{a[0] + t*(b[0]-a[0]), a[1] + t*(b[1]-a[1])}
}

func relative(p, o authalic) authalic { return minus(p, o) }

func minus(p, q authalic) authalic { return authalic{p.lambda - q.lambda, p.s - q.s} }

func cross(p, q authalic) float64 { return p.lambda*q.s - p.s*q.lambda }
