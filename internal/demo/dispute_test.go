package demo_test

import (
	"testing"

	"github.com/paulmach/orb"

	"jieshi/geo"
	"jieshi/internal/demo"
)

// The expected areas come from PostGIS 3.3, fed with the claims as WKT:
//
//	SELECT ST_Area(a), ST_Area(b), ST_Area(c) FROM truth;
//	SELECT ST_Area((ST_Dump(ST_Intersection(a, b))).geom) FROM truth;
//	SELECT ST_Area(ST_Intersection(ST_Intersection(a, b), c)),
//	       ST_Area(ST_Difference(c, b)), ST_Area(ST_Difference(c, a)) FROM truth;
//
// which gives 182498.475, 195477.475, 20814; 6.95, 39284, 6166; 3278, 17536, 0.
func TestTruth(t *testing.T) {
	truth := demo.NewDispute(1).Truth
	for _, tc := range []struct {
		name      string
		got, want geo.SquareMetres
	}{
		{"what A claims", truth.AreaA, 182498.475},
		{"what B claims", truth.AreaB, 195477.475},
		{"what the forest farm claims", truth.AreaC, 20814},
		{"contested by A and B", truth.ContestedArea, 6.95 + 39284 + 6166},
		{"contested with the forest farm, counted once", truth.ContestedWithCArea, 6.95 + 39284 + 6166 + 17536},
	} {
		if !near(float64(tc.got), float64(tc.want), 1e-6) {
			t.Errorf("%s: %v m², want %v m²", tc.name, tc.got, tc.want)
		}
	}
	for i, want := range []struct {
		name, parties string
		area          geo.SquareMetres
	}{
		{"hedge", "AB", 6.95},
		{"reservoir", "AB", 39284 - 3278},
		{"east shore", "ABC", 3278},
		{"forest", "AC", 17536},
		{"paddies", "AB", 6166},
	} {
		got := truth.ContestedWithC[i]
		if got.Name != want.name || got.Parties != want.parties || got.Area != want.area {
			t.Errorf("piece %d = %s %s %v m², want %s %s %v m²", i, got.Name, got.Parties, got.Area, want.name, want.parties, want.area)
		}
	}
	if mu := truth.Contested[1].Area.Mu(); mu < 40 || mu > 60 {
		t.Errorf("the reservoir is %.1f mu, want 40 to 60", mu)
	}
	if width := geo.SliverWidth(truth.Contested[0].Ground); width < 0.04 || width > 0.06 {
		t.Errorf("the hedge is %.3f m wide, want about 0.05 m", width)
	}
}

func TestClaimsShareNothingButTheContestedPieces(t *testing.T) {
	truth := demo.NewDispute(1).Truth
	got := commonGround(truth.ClaimA[0], truth.ClaimB[0], 0.02)
	// South to north; rows of 2 cm know an area to their height times the width.
	for i, want := range []float64{6166, 39284, 6.95} {
		if len(got) != 3 || !near(got[i], want, 0.1) {
			t.Fatalf("pieces %v m², want 6166, 39284 and 6.95 m²", got)
		}
	}
	for _, ring := range []orb.Ring{truth.ClaimA[0], truth.ClaimB[0], truth.ClaimC[0]} {
		if err := geo.CheckRing(ring); err != nil {
			t.Errorf("a true claim: %v", err)
		}
	}
}

// The county line, in EPSG:4490, divides the ground at the reservoir.
func TestDisputeCrossesCountyAndCity(t *testing.T) {
	dispute, areas := demo.NewDispute(1), demo.Areas(1)
	county := map[string]bool{}
	for _, p := range dispute.Truth.Contested[1].Ground[0] {
		for _, a := range areas {
			if a.Level == 3 && inside(a.Ground, lonLat(t, p)) {
				county[a.Code] = true
			}
		}
	}
	if len(county) != 2 || !county["450206000000"] || !county["451321000000"] {
		t.Errorf("the reservoir lies in %v, want 柳江区 and 忻城县", county)
	}
	for _, p := range append(dispute.Parties, dispute.Joining) {
		known := false
		for _, a := range areas {
			known = known || a.Code == p.Area
		}
		if !known {
			t.Errorf("%s belongs to %s, which is no area", p.Name, p.Area)
		}
	}
}
