package demo_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb/planar"

	"jieshi/geo"
	"jieshi/geo/crs"
	"jieshi/internal/demo"
)

var until = time.Date(2026, 11, 22, 15, 4, 5, 0, time.UTC)

// next lists which status may follow which, as issue and style guide draw it.
var next = map[string][]string{
	"":          {"opened"},
	"opened":    {"surveyed", "withdrawn"},
	"surveyed":  {"mediating", "withdrawn"},
	"mediating": {"surveyed", "settled", "referred", "withdrawn"},
}

func TestHistoryIsPossible(t *testing.T) {
	areas := demo.Areas(1)
	known := map[string]demo.Area{}
	for _, a := range areas {
		known[a.Code] = a
	}
	cases := demo.History(1, areas, 400, until)
	if len(cases) != 400 {
		t.Fatalf("%d cases, want 400", len(cases))
	}
	numbers := map[string]bool{}
	for i, c := range cases {
		if numbers[c.Number] {
			t.Errorf("%s stands for two cases", c.Number)
		}
		numbers[c.Number] = true
		if i > 0 && c.AcceptedOn.Before(cases[i-1].AcceptedOn) {
			t.Errorf("%s is older than the case before it", c.Number)
		}
		if c.AcceptedOn.Before(until.AddDate(-2, 0, 0)) || known[c.County].Level != 3 || c.Title == "" {
			t.Errorf("%s: accepted %v in %q, titled %q", c.Number, c.AcceptedOn, c.County, c.Title)
		}
		status, at := "", c.AcceptedOn
		for _, m := range c.Moves {
			if !slices.Contains(next[status], m.To) || m.On.Before(at) || m.On.After(until) {
				t.Errorf("%s: from %q to %q on %v", c.Number, status, m.To, m.On)
			}
			status, at = m.To, m.On
		}
		if status != c.Status() || !c.Moves[0].On.Equal(c.AcceptedOn) {
			t.Errorf("%s: status %s, opened %v", c.Number, c.Status(), c.Moves[0].On)
		}
		checkClaims(t, c, known)
	}
}

func checkClaims(t *testing.T, c demo.HistoricCase, known map[string]demo.Area) {
	t.Helper()
	if len(c.Claims) < 2 || len(c.Claims) > 3 {
		t.Errorf("%s has %d claims", c.Number, len(c.Claims))
	}
	proj, err := crs.ProjectionOf(c.SRID)
	if err != nil {
		t.Fatal(err)
	}
	for i, claim := range c.Claims {
		if err := geo.CheckRing(claim.Ground[0]); err != nil {
			t.Errorf("%s: %s: %v", c.Number, claim.Party, err)
		}
		if known[claim.Area].Level != 3 || claim.Sigma <= 0 || claim.Party == "" {
			t.Errorf("%s: claim of %q from %q with sigma %v", c.Number, claim.Party, claim.Area, claim.Sigma)
		}
		p := claim.Ground[0][0]
		lon, lat := proj.Inverse(p[0], p[1])
		if want, err := crs.WorkingSRID(lon, lat); err != nil || want != c.SRID {
			// A claim may reach over a zone's edge; the case stays in one zone.
			if m, _ := c.SRID.CentralMeridian(); lon < m-1.55 || lon > m+1.55 {
				t.Errorf("%s: lies at %.3f°E, which is not in EPSG:%d", c.Number, lon, c.SRID)
			}
		}
		if i == 0 {
			continue
		}
		first := c.Claims[0]
		if first.Party == claim.Party {
			t.Errorf("%s: %s quarrels with itself", c.Number, claim.Party)
		}
		common := total(commonGround(first.Ground[0], claim.Ground[0], 1))
		if mine := planar.Area(claim.Ground); common <= 0 || common > 0.9*mine {
			t.Errorf("%s: %.0f m² of %.0f m² are common ground", c.Number, common, mine)
		}
	}
}

func TestHistoryLooksLikeAProvince(t *testing.T) {
	cases := demo.History(1, demo.Areas(1), 400, until)
	kind, status, srid := map[string]int{}, map[string]int{}, map[crs.SRID]int{}
	borders, old, settled := 0, 0, 0
	for _, c := range cases {
		kind[c.Kind]++
		status[c.Status()]++
		srid[c.SRID]++
		if c.Claims[0].Area != c.Claims[1].Area {
			borders++
		}
		if c.AcceptedOn.Before(until.AddDate(-1, 0, 0)) {
			old++
			if s := c.Status(); s == "settled" || s == "referred" || s == "withdrawn" {
				settled++
			}
		}
	}
	if kind["forest"] <= kind["land"] || kind["land"] <= kind["mixed"] || kind["water"] == 0 || len(kind) != 4 {
		t.Errorf("kinds %v, want forest, then land, then mixed, some water", kind)
	}
	for _, s := range []string{"opened", "surveyed", "mediating", "settled", "referred", "withdrawn"} {
		if status[s] == 0 {
			t.Errorf("no case is %s: %v", s, status)
		}
	}
	if len(srid) != 3 || srid[4544] == 0 || srid[4545] == 0 || srid[4546] == 0 {
		t.Errorf("cases by zone %v, want 4544, 4545 and 4546", srid)
	}
	if borders < 20 || borders > 80 {
		t.Errorf("%d of 400 cases lie on a county border, want about 50", borders)
	}
	if settled*100 < old*90 {
		t.Errorf("%d of %d cases older than a year are over, want nine in ten", settled, old)
	}
}

func TestHistoryDependsOnItsArgumentsAlone(t *testing.T) {
	areas := demo.Areas(1)
	if !reflect.DeepEqual(demo.History(5, areas, 60, until), demo.History(5, areas, 60, until)) {
		t.Error("two histories of one seed differ")
	}
	if reflect.DeepEqual(demo.History(5, areas, 60, until), demo.History(6, areas, 60, until)) {
		t.Error("histories of two seeds are equal")
	}
	if got := demo.History(5, nil, 60, until); got != nil {
		t.Errorf("a history without counties: %d cases", len(got))
	}
}
