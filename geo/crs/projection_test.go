package crs_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"jieshi/geo/crs"
)

func projection(t testing.TB, s crs.SRID) crs.Projection {
	t.Helper()
	p, err := crs.ProjectionOf(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Expected values are from PostGIS 3.3 / PROJ 9.1:
//
//	SELECT ST_X(p)::numeric(20,9), ST_Y(p)::numeric(20,9) FROM
//	  ST_Transform(ST_SetSRID(ST_MakePoint(lon, lat), 4490), srid) p;  -- 4326 for UTM
func TestForward(t *testing.T) {
	for _, tc := range []struct {
		srid           crs.SRID
		lon, lat, x, y float64
	}{
		{4524, 109.30, 24.25, 36632028.075945200, 2683593.911439100},
		{4545, 109.30, 24.25, 632028.075945233, 2683593.911439100},
		{4545, 106.6, 21.1, 354527.811930173, 2334788.539666780},
		{4545, 112, 24, 907229.960967271, 2661076.772318380}, // far outside its zone
		{4534, 73.7, 39.4, 388020.604600661, 4363718.121739270},
		{4554, 134.6, 48.2, 470265.442238354, 5340743.424768040},
		{4533, 134.6, 48.2, 45470265.442238400, 5340743.424768040},
		{4513, 75.99, 39.47, 25585190.703419400, 4371151.249466120},
		{32650, 115.16, -8.59, 297502.213417524, -950009.996246278},
		{32750, 115.16, -8.59, 297502.213417524, 9049990.003753720},
		{32653, 136.8814, 35.1653, 671345.346173223, 3892995.027365360},
		{32633, 14.1444, 45.3806, 433013.599458807, 5025587.668700710},
		{32601, -177.5, 0, 444361.807555821, 0},
		{32760, 179.9, -79.5, 558974.642625269, 1172753.137238090},
		{32633, 15, 83.9, 500000, 9316930.154066560},
	} {
		p := projection(t, tc.srid)
		x, y := p.Forward(tc.lon, tc.lat)
		if math.Abs(x-tc.x) > 1e-6 || math.Abs(y-tc.y) > 1e-6 { // 0.001 mm
			t.Errorf("%d: Forward(%v, %v) = %.9f, %.9f; want %.9f, %.9f", tc.srid, tc.lon, tc.lat, x, y, tc.x, tc.y)
		}
		lon, lat := p.Inverse(tc.x, tc.y)
		if math.Abs(lon-tc.lon) > 1e-11 || math.Abs(lat-tc.lat) > 1e-11 {
			t.Errorf("%d: Inverse(%v, %v) = %.13f, %.13f; want %v, %v", tc.srid, tc.x, tc.y, lon, lat, tc.lon, tc.lat)
		}
	}
}

func TestInverseUndoesForward(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := crs.SRID(rapid.SampledFrom([]int{4491, 4502, 4513, 4534, 4545, 4554, 32601, 32650, 32760}).Draw(t, "srid"))
		p, err := crs.ProjectionOf(s)
		if err != nil {
			t.Fatal(err)
		}
		lon := p.Central() + rapid.Float64Range(-10, 10).Draw(t, "off")
		lat := rapid.Float64Range(-88, 88).Draw(t, "lat")
		x, y := p.Forward(lon, lat)
		gotLon, gotLat := p.Inverse(x, y)
		// On the ground: a degree of longitude shrinks toward the pole.
		east := math.Remainder(gotLon-lon, 360) * math.Cos(lat*math.Pi/180)
		if math.Abs(east) > 2e-13*360 || math.Abs(gotLat-lat) > 1e-12*20 {
			t.Fatalf("%d: %v, %v came back as %v, %v", s, lon, lat, gotLon, gotLat)
		}
	})
}

// A conformal map turns all small steps at a place by one angle and stretches
// them by one factor: a check on the series that needs no reference values.
func TestForwardIsConformal(t *testing.T) {
	p := projection(t, 4545)
	const h = 1e-5
	for _, q := range [][2]float64{{108, 24}, {109.5, 18}, {106.5, 53}, {112, 40}} {
		e := math.Pi / 180
		e2 := 0.00669438002290
		sin, cos := math.Sincos(q[1] * e)
		w2 := 1 - e2*sin*sin
		n := 6378137 / math.Sqrt(w2) * cos
		m := 6378137 * (1 - e2) / (w2 * math.Sqrt(w2))
		x1, y1 := p.Forward(q[0]-h, q[1])
		x2, y2 := p.Forward(q[0]+h, q[1])
		x3, y3 := p.Forward(q[0], q[1]-h)
		x4, y4 := p.Forward(q[0], q[1]+h)
		ex, ey := (x2-x1)/n, (y2-y1)/n
		nx, ny := (x4-x3)/m, (y4-y3)/m
		if math.Abs(ex-ny) > 1e-9*math.Abs(ex) || math.Abs(ey+nx) > 1e-9*math.Abs(ex) {
			t.Errorf("at %v the step east is (%g, %g), the step north (%g, %g)", q, ex, ey, nx, ny)
		}
	}
}

func TestProjectionRefusesWhatItCannotProject(t *testing.T) {
	p := projection(t, 4545)
	for _, q := range [][2]float64{{math.NaN(), 24}, {109, math.Inf(1)}, {-72, 24}, {109, 90.1}, {150, 0}} {
		if x, y := p.Forward(q[0], q[1]); !math.IsNaN(x) || !math.IsNaN(y) {
			t.Errorf("Forward(%v) = %v, %v; want NaN", q, x, y)
		}
	}
	for _, q := range [][2]float64{{math.NaN(), 0}, {500_000, 2e7}, {6e6, 0}, {500_000, math.Inf(-1)}} {
		if lon, lat := p.Inverse(q[0], q[1]); !math.IsNaN(lon) || !math.IsNaN(lat) {
			t.Errorf("Inverse(%v) = %v, %v; want NaN", q, lon, lat)
		}
	}
	for _, s := range []crs.SRID{0, 3857, 4326, 4490, 4555, 32600, 32661, 32761} {
		if _, err := crs.ProjectionOf(s); err == nil {
			t.Errorf("ProjectionOf(%d) gave no error", s)
		}
	}
}

func BenchmarkInverse(b *testing.B) {
	p := projection(b, 4545)
	b.ReportAllocs()
	total := 0.0
	for b.Loop() {
		lon, lat := p.Inverse(632028.0759, 2683593.9114)
		total += lon + lat
	}
	if math.IsNaN(total) {
		b.Fatal("NaN")
	}
}
