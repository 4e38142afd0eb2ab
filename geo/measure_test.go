package geo_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"jieshi/geo"
)

func TestSignedArea(t *testing.T) {
	for _, tc := range []struct {
		name, ring string
		want       geo.SquareMetres
	}{
		{"counterclockwise is positive", "LINESTRING(0 0,10 0,10 10,0 10,0 0)", 100},
		{"clockwise is negative", "LINESTRING(0 0,0 10,10 10,10 0,0 0)", -100},
		{"an open ring counts as closed", "LINESTRING(0 0,10 0,10 10)", 50},
		{"the halves of a figure 8 cancel", "LINESTRING(0 0,10 10,10 0,0 10,0 0)", 0},
		{"far from the origin nothing is lost", "LINESTRING(36632000 2683000,36632000.01 2683000,36632000.01 2683000.01,36632000 2683000.01)", 1e-4},
		{"two points have none", "LINESTRING(0 0,10 0)", 0},
		{"no points have none", "LINESTRING EMPTY", 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := geo.SignedArea(orb.Ring(line(t, tc.ring))); math.Abs(float64(got-tc.want)) > 1e-9 {
				t.Errorf("SignedArea() = %v, want %v", got, tc.want)
			}
		})
	}
}

func TestPlaneAreaTakesHolesOff(t *testing.T) {
	outer := orb.Ring{{0, 0}, {10, 0}, {10, 10}, {0, 10}, {0, 0}}
	hole := orb.Ring{{2, 2}, {4, 2}, {4, 4}, {2, 4}, {2, 2}} // runs the wrong way round; still a hole
	if got := geo.PlaneArea(orb.MultiPolygon{{outer, hole}, {hole}}); got != 100 {
		t.Errorf("PlaneArea() = %v, want 96 + 4", got)
	}
	if got := geo.PlaneArea(nil); got != 0 {
		t.Errorf("PlaneArea(nil) = %v", got)
	}
}

func TestLengths(t *testing.T) {
	l := orb.LineString{{0, 0}, {3, 4}, {3, 10}}
	if got := geo.Length(l); got != 11 {
		t.Errorf("Length() = %v, want 5 + 6", got)
	}
	if got, want := geo.Perimeter(orb.Ring(l)), geo.Metres(11+math.Hypot(3, 10)); got != want {
		t.Errorf("Perimeter() = %v, want %v", got, want)
	}
	if got, want := geo.ClosingGap(l), geo.Metres(math.Hypot(3, 10)); got != want {
		t.Errorf("ClosingGap() = %v, want %v", got, want)
	}
	if geo.Length(nil) != 0 || geo.Perimeter(nil) != 0 || geo.ClosingGap(nil) != 0 {
		t.Error("no line has a length")
	}
}

func TestSliverWidthOfAStripIsItsWidth(t *testing.T) {
	strip := orb.Polygon{{{0, 0}, {1000, 0}, {1000, 0.2}, {0, 0.2}, {0, 0}}}
	if got := geo.SliverWidth(strip); math.Abs(float64(got)-0.2) > 1e-4 {
		t.Errorf("SliverWidth() = %v, want 0.2 less its ends", got)
	}
	if got := geo.SliverWidth(nil); got != 0 {
		t.Errorf("SliverWidth(nil) = %v", got)
	}
}

// By hand: a square of side 100 has four diagonals of 100√2, so
// σ_A = (0.05/2)·√(4·20000) = 7.0711 m².
func TestAreaSigma(t *testing.T) {
	square := orb.Ring{{0, 0}, {100, 0}, {100, 100}, {0, 100}, {0, 0}}
	if got := geo.AreaSigma(square, 0.05); math.Abs(float64(got)-7.0710678) > 1e-6 {
		t.Errorf("AreaSigma() = %v, want 7.0711", got)
	}
	if got := geo.AreaSigmas(square, []geo.Metres{0.05, 0.05, 0.05, 0.05, 9}); math.Abs(float64(got)-7.0710678) > 1e-6 {
		t.Errorf("AreaSigmas() of equal sigmas = %v, want AreaSigma's 7.0711", got)
	}
	// One loose corner: σ_A = (σ/2)·141.42
	if got := geo.AreaSigmas(square, []geo.Metres{2}); math.Abs(float64(got)-141.4213562) > 1e-6 {
		t.Errorf("AreaSigmas() = %v, want 141.42", got)
	}
	if geo.AreaSigma(nil, 1) != 0 || geo.AreaSigmas(square[:2], []geo.Metres{1}) != 0 {
		t.Error("no ring has an uncertain area")
	}
}

// The formula is a first derivative; a thousand walks of a pentagon of 14,050 m²
// with 5 cm of noise must spread as it says (domain notes: 8.28 predicted).
func TestAreaSigmaIsWhatNoiseDoes(t *testing.T) {
	ring := orb.Ring{{0, 0}, {120, 10}, {150, 80}, {60, 140}, {-10, 90}, {0, 0}}
	const sigma, n = 0.05, 4000
	r := rand.New(rand.NewPCG(14, 50))
	var s, ss float64
	for range n {
		noisy := make(orb.Ring, 5)
		for i := range noisy {
			noisy[i] = orb.Point{ring[i][0] + sigma*r.NormFloat64(), ring[i][1] + sigma*r.NormFloat64()}
		}
		a := float64(geo.SignedArea(noisy))
		s, ss = s+a, ss+a*a
	}
	got := math.Sqrt(ss/n - s/n*(s/n))
	if want := float64(geo.AreaSigma(ring, sigma)); math.Abs(got-want) > 0.05*want { // 4.5 standard errors
		t.Errorf("simulated %.2f m², AreaSigma %.2f m²", got, want)
	}
}

func TestSnapIsTheNearestGridPointAndStays(t *testing.T) {
	if got, want := geo.Snap(orb.Point{632000.12345, -0.00004}), (orb.Point{632000.1235, 0}); got != want {
		t.Errorf("Snap() = %v, want %v", got, want)
	}
	rapid.Check(t, func(t *rapid.T) {
		p := orb.Point{rapid.Float64Range(-6e7, 6e7).Draw(t, "x"), rapid.Float64Range(-1e7, 1e7).Draw(t, "y")}
		q := geo.Snap(p)
		if math.Abs(q[0]-p[0]) > 0.5001e-4 || math.Abs(q[1]-p[1]) > 0.5001e-4 {
			t.Fatalf("Snap(%v) = %v moves by more than half a step", p, q)
		}
		if geo.Snap(q) != q {
			t.Fatalf("Snap(%v) moves on to %v", q, geo.Snap(q))
		}
		if l := geo.SnapLine(orb.LineString{p}); l[0] != q {
			t.Fatalf("SnapLine = %v, Snap = %v", l, q)
		}
	})
}

func TestUnitsOfArea(t *testing.T) {
	for _, tc := range []struct {
		m2     geo.SquareMetres
		mu, ha float64
	}{
		{0, 0, 0},
		{10_000, 15, 1},
		{2000. / 3, 1, 1. / 15},
		{1124790.2910, 1687.1854365, 112.4790291},
	} {
		if math.Abs(tc.m2.Mu()-tc.mu) > 1e-9 || math.Abs(tc.m2.Hectares()-tc.ha) > 1e-12 {
			t.Errorf("%v m² = %v mu, %v ha; want %v, %v", tc.m2, tc.m2.Mu(), tc.m2.Hectares(), tc.mu, tc.ha)
		}
	}
}

func TestAreaInJSON(t *testing.T) {
	a := geo.Area{SquareMetres: 1124790.29104, Method: geo.Ellipsoidal, Sigma: 8.28}
	b, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"m2":1124790.291,"mu":1687.1854,"ha":112.479029,"method":"ellipsoidal","sigma_m2":8.28}`; string(b) != want {
		t.Errorf("Area in JSON is\n%s, want\n%s", b, want)
	}
	var back geo.Area
	if err := json.Unmarshal(b, &back); err != nil || back.SquareMetres != 1124790.291 || back.Method != a.Method || back.Sigma != a.Sigma {
		t.Errorf("read back %+v, %v", back, err)
	}
}
