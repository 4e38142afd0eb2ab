package geo_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"jieshi/geo"
)

// A square of 100 m whose right side is three times as bad as its left:
//
//	0.1 ┌────────┐ 0.3
//	    │        │
//	0.1 └────────┘ 0.3
var (
	fourCorners      = orb.MultiPolygon{{{{0, 0}, {100, 0}, {100, 100}, {0, 100}, {0, 0}}}}
	fourCornerSigmas = []geo.Metres{0.1, 0.3, 0.3, 0.1}
)

func TestGroundSigmaAddsVariances(t *testing.T) {
	// Each corner's neighbours are 100·√2 m apart: σ² = ¼·Σσᵢ²·20,000.
	want := math.Sqrt(0.25 * 20_000 * (0.01 + 0.09 + 0.09 + 0.01))
	if got := float64(geo.GroundSigma(fourCorners, fourCornerSigmas)); math.Abs(got-want) > 1e-12 {
		t.Errorf("GroundSigma = %v, want %v", got, want)
	}
	equal := []geo.Metres{0.1, 0.1, 0.1, 0.1}
	if got, want := geo.GroundSigma(fourCorners, equal), geo.AreaSigma(fourCorners[0][0], 0.1); math.Abs(float64(got-want)) > 1e-12 {
		t.Errorf("equal sigmas give %v, AreaSigma %v", got, want)
	}
}

func TestAccuracyIsLinearAlongEdges(t *testing.T) {
	a := geo.NewAccuracy(fourCorners, fourCornerSigmas)
	for _, c := range []struct {
		at              orb.Point
		distance, sigma geo.Metres
	}{
		{orb.Point{0, 0}, 0, 0.1},
		{orb.Point{50, 0}, 0, 0.2},
		{orb.Point{75, -2}, 2, 0.25},
		{orb.Point{103, 104}, 5, 0.3},
		{orb.Point{50, 50}, 50, 0.3}, // as far from all sides: the worst
	} {
		d, s := a.At(c.at)
		if math.Abs(float64(d-c.distance)) > 1e-9 || math.Abs(float64(s-c.sigma)) > 1e-9 {
			t.Errorf("At(%v) = %v, %v; want %v, %v", c.at, d, s, c.distance, c.sigma)
		}
	}
	if d, s := geo.NewAccuracy(nil, nil).At(orb.Point{}); !math.IsInf(float64(d), 1) || s != 0 {
		t.Errorf("no ground: %v, %v", d, s)
	}
}

func TestAccuracyFindsTheNearestOfManyEdges(t *testing.T) {
	rnd := rand.New(rand.NewPCG(4, 2))
	ring := make(orb.Ring, 0, 501)
	sigmas := make([]geo.Metres, 500)
	for i := range 500 {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / 500)
		r := 100 + 30*rnd.Float64()
		ring, sigmas[i] = append(ring, orb.Point{r * cos, r * sin}), geo.Metres(rnd.Float64())
	}
	ground := orb.MultiPolygon{{append(ring, ring[0])}}
	a := geo.NewAccuracy(ground, sigmas)
	for range 500 {
		p := orb.Point{300*rnd.Float64() - 150, 300*rnd.Float64() - 150}
		nearest := math.Inf(1)
		for i := 1; i < len(ground[0][0]); i++ {
			one := geo.NewAccuracy(orb.MultiPolygon{{ground[0][0][i-1 : i+1]}}, []geo.Metres{1, 1})
			d, _ := one.At(p)
			nearest = min(nearest, float64(d))
		}
		if d, _ := a.At(p); math.Abs(float64(d)-nearest) > 1e-9 {
			t.Fatalf("At(%v) is %v away, want %v", p, d, nearest)
		}
	}
}

// A line that crosses itself: the crossing is a vertex of the ground that nobody
// stood on, and takes the line's sigma there.
func TestVertexSigmasOfACrossingAreInterpolated(t *testing.T) {
	line := orb.LineString{{0, 0}, {10, 10}, {10, 0}, {0, 10}, {0, 0}}
	sigmas := []geo.Metres{1, 3, 1, 1, 1}
	ground, err := geo.Enclosed(line)
	if err != nil {
		t.Fatal(err)
	}
	got := geo.VertexSigmas(ground, line, sigmas)
	if len(got) != geo.CountVertices(ground) {
		t.Fatalf("%d sigmas for %d vertices", len(got), geo.CountVertices(ground))
	}
	i := 0
	for _, poly := range ground {
		for _, p := range poly[0][:len(poly[0])-1] {
			want := geo.Metres(1)
			switch p {
			case orb.Point{10, 10}:
				want = 3
			case orb.Point{5, 5}:
				want = 2 // half way from 1 to 3, and the other edge says 1
			}
			if got[i] != want {
				t.Errorf("sigma at %v is %v, want %v", p, got[i], want)
			}
			i++
		}
	}
}
