package overlaytest

import (
	"math"
	"math/rand/v2"

	"jieshi/geo/overlay"
)

// metre is a metre in grid units.
const metre = overlay.GridPerMetre

// Shifted returns the claims moved by (dx, dy) grid units, with IDs from first.
func Shifted(claims []Claim, dx, dy, first int64) []Claim {
	out := make([]Claim, len(claims))
	for i, c := range claims {
		out[i] = Claim{first + int64(i), Mapped(c.Ground, func(p overlay.Point) overlay.Point {
			return overlay.Point{X: p.X + dx, Y: p.Y + dy}
		})}
	}
	return out
}

// Mapped returns m with every point replaced.
func Mapped(m overlay.MultiPolygon, f func(overlay.Point) overlay.Point) overlay.MultiPolygon {
	out := make(overlay.MultiPolygon, len(m))
	for i, poly := range m {
		out[i] = make(overlay.Polygon, len(poly))
		for k, ring := range poly {
			out[i][k] = make(overlay.Ring, len(ring))
			for j, p := range ring {
				out[i][k][j] = f(p)
			}
		}
	}
	return out
}

// Bricks returns n × n squares twice over, the second time shifted by half a
// side, so that all sides run along each other.
func Bricks(n int, side int64) []Claim {
	once := Coverage(n, side)
	return append(once, Shifted(once, side/2, 0, int64(len(once))+1)...)
}

// Triangles returns triangles between the points of a small lattice, so that
// corners fall on corners and sides, and sides run along each other, all the
// time.
func Triangles(seed uint64, n int, lattice, step int64) []Claim {
	rnd := rand.New(rand.NewPCG(seed, 0x747269616e676c65))
	var claims []Claim
	for len(claims) < n {
		var r overlay.Ring
		for range 3 {
			r = append(r, overlay.Point{X: step * rnd.Int64N(lattice), Y: step * rnd.Int64N(lattice)})
		}
		if r = append(r, r[0]); r.Area().Sign() != 0 {
			claims = append(claims, Claim{int64(len(claims) + 1), overlay.MultiPolygon{{r}}})
		}
	}
	return claims
}

// Frames returns squares with square holes between the points of a small
// lattice, some nested in the holes of others.
func Frames(seed uint64, n int, lattice, step int64) []Claim {
	rnd := rand.New(rand.NewPCG(seed, 0x6672616d65))
	var claims []Claim
	for i := range n {
		side := 3 + rnd.Int64N(4)
		x, y := rnd.Int64N(lattice), rnd.Int64N(lattice)
		m := Square(x*step, y*step, side*step)
		hole := Square((x+1)*step, (y+1)*step, (side-2)*step)
		m[0] = append(m[0], hole[0][0])
		if side >= 5 && rnd.IntN(2) == 0 {
			m = append(m, Square((x+2)*step, (y+2)*step, (side-4)*step)[0])
		}
		claims = append(claims, Claim{int64(i + 1), m})
	}
	return claims
}

// NearMisses returns rows of squares that miss or meet their neighbours by one
// grid unit, at random.
func NearMisses(seed uint64, n int) []Claim {
	rnd := rand.New(rand.NewPCG(seed, 0x6e656172))
	const side = 10 * metre
	var claims []Claim
	for row := range int64(n) {
		for col := range int64(n) {
			x, y := col*side+rnd.Int64N(3)-1, row*side+rnd.Int64N(3)-1
			claims = append(claims, Claim{int64(len(claims) + 1), Square(x, y, side+rnd.Int64N(3)-1)})
		}
	}
	return claims
}

// Walks returns the parcels of a coverage as n people walked them: a fix every
// metre, each off by noise metres (1σ).
func Walks(seed uint64, n int, noise float64) []Claim {
	rnd := rand.New(rand.NewPCG(seed, 0x77616c6b))
	const side = 30
	var claims []Claim
	for i := range n {
		x, y := float64(side*(i%2)), float64(side*(i/2%2))
		var r overlay.Ring
		for k := range 4 * side {
			p := overlay.Point{
				X: int64(math.Round((x + corner(k, side) + noise*rnd.NormFloat64()) * metre)),
				Y: int64(math.Round((y + corner(k+3*side, side) + noise*rnd.NormFloat64()) * metre)),
			}
			r = append(r, p)
		}
		claims = append(claims, Claim{int64(i + 1), overlay.MultiPolygon{{append(r, r[0])}}})
	}
	return claims
}

// corner is one coordinate of a walk of 4·side steps round a square.
func corner(k, side int) float64 {
	switch k %= 4 * side; {
	case k < side:
		return float64(k)
	case k < 2*side:
		return float64(side)
	case k < 3*side:
		return float64(3*side - k)
	}
	return 0
}
