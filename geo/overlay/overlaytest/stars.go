// Package overlaytest makes claims for tests and benchmarks of package overlay:
// seeded, so that the same seed gives the same claims everywhere, and stated in
// density, so that a benchmark can be repeated by someone else.
package overlaytest

import (
	"fmt"
	"math"
	"math/rand/v2"

	"jieshi/geo/overlay"
)

// A Claim is an ID and its ground.
type Claim struct {
	ID     int64
	Ground overlay.MultiPolygon
}

// Stars describes star-shaped claims strewn over a square at random.
type Stars struct {
	Claims                   int
	MinVertices, MaxVertices int     // log-uniform between them
	Radius                   float64 // mean, in metres; each claim between 0.6 and 1.4 of it
	Noise                    float64 // ± metres by which a vertex leaves the smooth line
	Spacing                  float64 // side in metres of the square that there is for each claim
	Step                     int64   // grid units between possible coordinates; 1 is the grid itself
}

// The layers of the published benchmark.
var (
	// C20k has a mean of 106 vertices and about 3 true overlaps for each claim.
	C20k = Stars{Claims: 20_000, MinVertices: 10, MaxVertices: 400, Radius: 40, Noise: 0.15, Spacing: 57.4, Step: 10}

	// C100k is C20k five times over at the same density.
	C100k = Stars{Claims: 100_000, MinVertices: 10, MaxVertices: 400, Radius: 40, Noise: 0.15, Spacing: 57.4, Step: 10}

	// Big2k has 500 to 10,000 vertices a claim.
	Big2k = Stars{Claims: 2_000, MinVertices: 500, MaxVertices: 10_000, Radius: 400, Noise: 0.15, Spacing: 574, Step: 10}
)

// Make returns the claims with IDs 1, 2, …. The corner of the square is at
// (500 km, 2,700 km), where coordinates are as large as in a Gauss-Krueger zone.
func (s Stars) Make(seed uint64) []Claim {
	rnd := rand.New(rand.NewPCG(seed, 0x6a69657368690000))
	side := s.Spacing * math.Sqrt(float64(s.Claims))
	claims := make([]Claim, s.Claims)
	for i := range claims {
		x, y := 500_000+side*rnd.Float64(), 2_700_000+side*rnd.Float64()
		claims[i] = Claim{int64(i + 1), overlay.MultiPolygon{{s.star(rnd, x, y)}}}
	}
	return claims
}

// star makes one ring about (x, y). Its corners go round by angle, so it does
// not cross itself as long as the grid is fine beside the spacing of corners.
func (s Stars) star(rnd *rand.Rand, x, y float64) overlay.Ring {
	span := math.Log(float64(s.MaxVertices) / float64(s.MinVertices))
	n := int(float64(s.MinVertices) * math.Exp(span*rnd.Float64()))
	radius := s.Radius * (0.6 + 0.8*rnd.Float64())
	a, b := rnd.Float64()*2*math.Pi, rnd.Float64()*2*math.Pi
	ring := make(overlay.Ring, 0, n+1)
	for k := range n {
		at := 2 * math.Pi * (float64(k) + 0.8*rnd.Float64()) / float64(n)
		r := radius*(1+0.25*math.Cos(2*at+a)+0.1*math.Cos(5*at+b)) + s.Noise*(2*rnd.Float64()-1)
		ring = append(ring, s.snap(x+r*math.Cos(at), y+r*math.Sin(at)))
	}
	return append(ring, ring[0])
}

func (s Stars) snap(x, y float64) overlay.Point {
	step := max(s.Step, 1)
	unit := overlay.GridPerMetre / float64(step)
	return overlay.Point{X: int64(math.Round(x*unit)) * step, Y: int64(math.Round(y*unit)) * step}
}

// Coverage returns n × n squares of the given side (grid units) that cover a
// square without gap or overlap, with IDs by rows.
func Coverage(n int, side int64) []Claim {
	var claims []Claim
	for row := range int64(n) {
		for col := range int64(n) {
			claims = append(claims, Claim{int64(len(claims) + 1), Square(col*side, row*side, side)})
		}
	}
	return claims
}

// Square returns the square with corner (x, y) and the given side.
func Square(x, y, side int64) overlay.MultiPolygon {
	return overlay.MultiPolygon{{{{X: x, Y: y}, {X: x + side, Y: y}, {X: x + side, Y: y + side}, {X: x, Y: y + side}, {X: x, Y: y}}}}
}

// Layer builds the layer of the claims and panics on a claim that the builder
// refuses, since that is a mistake in the test.
func Layer(claims []Claim) *overlay.Layer {
	var b overlay.Builder
	for _, c := range claims {
		if err := b.Add(c.ID, c.Ground); err != nil {
			panic(fmt.Sprintf("overlaytest: %v", err))
		}
	}
	l, err := b.Build()
	if err != nil {
		panic(fmt.Sprintf("overlaytest: %v", err))
	}
	return l
}
