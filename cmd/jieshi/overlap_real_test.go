package main

import (
	"encoding/hex"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
)

// near fails the test unless got is want within slack, all in m².
func near(t *testing.T, what string, got, want, slack float64) {
	t.Helper()
	if !(math.Abs(got-want) <= slack) {
		t.Errorf("%s: %.2f m², want %.2f ± %.2f", what, got, want, slack)
	}
}

// The figures are those of the README of the real data, computed in floating
// point. Ours are on the grid of 0.1 mm; on one of 0.01 mm they are
// 29,140,760.85 and 26,466,895.28, so that the difference is the grid.
func TestOverlapOfAlbuquerque(t *testing.T) {
	status, r := overlapped(t, "overlap", "pairs", realData(t, "claims/albuquerque.geojson"), "--crs", "EPSG:6933", "--min-area", "1")
	if status != exitDone || r.N != 231 || r.Invalid != 1 || r.Pairs != 106 || r.PairsByThreshold["1"] != 106 || r.FacesByDepth["3"] == 0 {
		t.Errorf("status %d, n %d, invalid %d, %d pairs, faces %v; want 0, 231, 1, 106 and triple ones", status, r.N, r.Invalid, r.Pairs, r.FacesByDepth)
	}
	near(t, "sum", r.SumM2, 29_140_760.9, 0.2)
	near(t, "counted once", r.DistinctM2, 26_466_895.3, 0.2)
}

func TestOverlapOfZurichIsNone(t *testing.T) {
	for _, crs := range [][]string{nil, {"--crs", "EPSG:2056"}} {
		if _, r := overlapped(t, append([]string{"overlap", "pairs", realData(t, "claims/zurich.geojson")}, crs...)...); r.N != 171 || r.PairsByThreshold["0.01"] != 0 {
			t.Errorf("%v: n %d, pairs %v; want 171 and none", crs, r.N, r.PairsByThreshold)
		}
	}
}

// Both have parts some nanometres thin, which are valid, and close on the grid.
//
// The README gives 39,962,943,803 m². On a grid of 0.01 mm all pairs together
// have 39,962,943,802.62, those above 1 m² 39,962,943,769.15: the README's sum
// is over all pairs, its count over those above 1 m².
func TestOverlapOfSwissMunicipalities(t *testing.T) {
	before, after := realData(t, "claims/municipalities_2010.zip"), realData(t, "claims/municipalities_2026.zip")
	for path, n := range map[string]int{before: 2600, after: 2113} {
		if _, r := overlapped(t, "overlap", "pairs", path); r.N != n || r.Invalid != 0 || r.PairsByThreshold["0.01"] != 0 {
			t.Errorf("%s: n %d, invalid %d, pairs %v; want %d and none", filepath.Base(path), r.N, r.Invalid, r.PairsByThreshold, n)
		}
	}
	_, r := overlapped(t, "overlap", "pairs", before, after, "--crs", "EPSG:2056")
	if r.PairsByThreshold["1"] != 14_000 || r.CRS.SRID != 2056 || r.Files[0].CRS.SRID != 21781 {
		t.Errorf("%d pairs > 1 m² in EPSG:%d from EPSG:%d; want 14,000, 2056, 21781", r.PairsByThreshold["1"], r.CRS.SRID, r.Files[0].CRS.SRID)
	}
	near(t, "sum", r.SumM2, 39_962_943_803, 4)
	near(t, "counted once", r.DistinctM2, 39_962_943_803, 4)
	if _, refused := refusedBy(t, "overlap", "pairs", before, after); refused.Code != "crs_differ" {
		t.Errorf("without --crs: %+v, want crs_differ", refused)
	}
}

func TestOverlapOfTheTrapsFinishes(t *testing.T) {
	for _, names := range [][2]string{
		{"pair1_a_2010_fid748.wkb.hex", "pair1_b_2018_fid676.wkb.hex"},
		{"pair2_a_2010_fid748.wkb.hex", "pair2_b_2022_fid659.wkb.hex"},
	} {
		var shapes []orb.Polygon
		for _, name := range names {
			text, err := os.ReadFile(realData(t, "overlay-traps/"+name))
			must(t, err)
			raw, err := hex.DecodeString(strings.TrimSpace(string(text)))
			must(t, err)
			g, err := wkb.Unmarshal(raw)
			must(t, err)
			shapes = append(shapes, g.(orb.Polygon))
		}
		_, r := overlapped(t, "overlap", "pairs", registerFile(t, 2056, shapes...))
		if r.N != 2 || r.Invalid != 0 || r.Pairs != 1 {
			t.Errorf("%v: n %d, invalid %d, %d pairs; want 2, 0, 1", names, r.N, r.Invalid, r.Pairs)
		}
		near(t, names[0], r.SumM2, 13_306_742.18, 0.5)
	}
}

// GEOS 3.11 (ST_IsValid of SpatiaLite through ogrinfo) calls the same nine
// features invalid: all but 0.
func TestCountiesOfLiuzhouAreReportedAndRepaired(t *testing.T) {
	path, out := realData(t, "claims/guangxi_liuzhou_counties.geojson"), filepath.Join(t.TempDir(), "out.gpkg")
	status, r := overlapped(t, "overlap", "validate", path, "--out", out)
	if status != exitQuestioned || r.N != 10 || r.Invalid != 9 || r.CRS.SRID != 4545 {
		t.Errorf("status %d, n %d, invalid %d in EPSG:%d; want 3, 10, 9 in 4545", status, r.N, r.Invalid, r.CRS.SRID)
	}
	for _, f := range r.Features {
		if f.Feature == 0 || f.Ground != "repaired" || f.Count == 0 || f.Faults[0].Lon == nil {
			t.Errorf("%+v is not told in full", f)
		}
	}
	if status, r := overlapped(t, "overlap", "validate", out, "--layer", "repaired"); status != exitDone || r.N != 9 {
		t.Errorf("repaired: status %d, n %d; want 9 valid ones", status, r.N)
	}
}
