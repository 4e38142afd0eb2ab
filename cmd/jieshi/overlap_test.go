package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"jieshi/ingest/vector"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// overlapped runs `jieshi overlap … --json` and returns its exit status and answer.
func overlapped(t *testing.T, args ...string) (int, overlapResult) {
	t.Helper()
	answer := overlapResult{overlapFigures: new(overlapFigures)}
	return said(t, args, &answer), answer
}

/*
A polygon with an arm of 0.01 mm is valid and closes on the grid of 0.1 mm; one
that crosses itself by 0.01 mm is not, but on the grid nothing is left of it.
*/
func TestOverlapTellsWhatIsInvalidFromWhatIsNarrowerThanTheGrid(t *testing.T) {
	arm := orb.Polygon{{
		{632_000, 2_683_600},
		{632_100, 2_683_600},
		{632_100, 2_683_650},
		{632_200, 2_683_650.00001},
		{632_100, 2_683_650.00001},
		{632_100, 2_683_700},
		{632_000, 2_683_700},
		{632_000, 2_683_600},
	}}
	fold := orb.Polygon{{
		{633_000, 2_683_600},
		{633_100, 2_683_600},
		{633_100.00001, 2_683_600.00001},
		{633_100, 2_683_600.00001},
		{633_100.00001, 2_683_600},
		{633_100, 2_683_700},
		{633_000, 2_683_700},
		{633_000, 2_683_600},
	}}
	path := registerFile(t, 4545, arm, fold)
	status, r := overlapped(t, "overlap", "validate", path)
	if status != exitQuestioned || r.Invalid != 1 || r.Narrow != 1 {
		t.Fatalf("status %d, %d invalid, %d narrow; want 3, 1, 1", status, r.Invalid, r.Narrow)
	}
	if f := r.Features[0]; f.Feature != 2 || f.Ground != "kept" || f.Count != 0 {
		t.Errorf("invalid: %+v, want feature 2 kept as it is", f)
	}
	if f := r.Narrows[0]; f.Feature != 1 || f.Ground != "repaired" || f.Faults[0].X < 632_100 {
		t.Errorf("narrow: %+v, want the arm of feature 1", f)
	}
	// What is valid is not refused.
	if status, r := overlapped(t, "overlap", "pairs", registerFile(t, 4545, arm), "--invalid", "refuse"); status != exitDone || r.M2ByDepth["1"] != 10_000 {
		t.Errorf("status %d, %v m²; want 0 and 10,000", status, r.M2ByDepth)
	}
}

// refusal is what --json says of a refusal.
type refusal struct {
	Status, Code, Where string
	Reason, Remedy      struct{ ZH, EN string }
}

func refusedBy(t *testing.T, args ...string) (int, refusal) {
	t.Helper()
	var answer refusal
	return said(t, args, &answer), answer
}

func said(t *testing.T, args []string, answer any) int {
	t.Helper()
	status, out, errs := called(t, append(args, "--json")...)
	if err := json.Unmarshal([]byte(out), answer); err != nil {
		t.Fatalf("status %d, answer %q: %v\n%s", status, out, err, errs)
	}
	return status
}

// called runs the program and returns its exit status and what it said. No
// verb here needs a database.
func called(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	status = run(t.Context(), args, []string{"JIESHI_DATA_DIR=" + t.TempDir()}, bytes.NewReader(nil), &out, &errs)
	return status, out.String(), errs.String()
}

// registerFile writes polygons in EPSG:srid; the feature ids of a GeoPackage count
// from 1.
func registerFile(t *testing.T, srid int, shapes ...orb.Polygon) string {
	t.Helper()
	l := vector.Layer{Name: "parcels", Geometry: vector.Polygon}
	for _, s := range shapes {
		l.Features = append(l.Features, vector.Feature{Geometry: s})
	}
	path := filepath.Join(t.TempDir(), "parcels.gpkg")
	must(t, vector.WriteGeoPackage(path, srid, time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC), []vector.Layer{l}))
	return path
}

func box(x, y, width, height float64) orb.Polygon {
	x, y = 632_000+x, 2_683_600+y
	return orb.Polygon{{{x, y}, {x + width, y}, {x + width, y + height}, {x, y + height}, {x, y}}}
}

/*
village is four claims; bow crosses itself in the middle.

	1: 0..100 × 0..100
	2: 90..190 × 0..100      with 1: 10 × 100, with 3: 10 × 10
	3: 95..105 × 90..110     with 1: 5 × 10, of which all is 2's too
	4: bow, far away: two triangles of 25 m²
*/
func village() []orb.Polygon {
	bow := orb.Polygon{{{633_000, 2_683_600}, {633_020, 2_683_620}, {633_020, 2_683_600}, {633_005, 2_683_615}, {633_000, 2_683_600}}}
	return []orb.Polygon{box(0, 0, 100, 100), box(90, 0, 100, 100), box(95, 90, 10, 20), bow}
}

func TestOverlapPairsCountsGroundOfPairsAndGroundOnce(t *testing.T) {
	path := registerFile(t, 4545, village()...)
	for _, verb := range []string{"pairs", "faces"} {
		t.Run(verb, func(t *testing.T) {
			status, r := overlapped(t, "overlap", verb, path)
			if status != exitDone || r.Status != "done" {
				t.Errorf("status %d %q, want 0 done", status, r.Status)
			}
			if r.N != 4 || r.Invalid != 1 || r.Pairs != 3 || r.SumM2 != 1150 || r.DistinctM2 != 1050 {
				t.Errorf("n %d, invalid %d, %d pairs of %v m², counted once %v; want 4, 1, 3, 1150, 1050", r.N, r.Invalid, r.Pairs, r.SumM2, r.DistinctM2)
			}
			if want := map[string]int{"0": 3, "0.01": 3, "1": 3, "100": 1, "10000": 0}; !reflect.DeepEqual(r.PairsByThreshold, want) {
				t.Errorf("pairs by threshold %v, want %v", r.PairsByThreshold, want)
			}
			// Sets: 1, 2, 3, 4 alone; 12, 23; 123.
			if want := map[string]int{"1": 4, "2": 2, "3": 1}; !reflect.DeepEqual(r.FacesByDepth, want) {
				t.Errorf("faces by depth %v, want %v", r.FacesByDepth, want)
			}
			if want := map[string]float64{"1": 9000 + 8950 + 100 + 150, "2": 950 + 50, "3": 50}; !reflect.DeepEqual(r.M2ByDepth, want) {
				t.Errorf("m² by depth %v, want %v", r.M2ByDepth, want)
			}
			if r.CRS.SRID != 4545 || r.Engine == "" || !strings.HasPrefix(r.Reader, "GDAL ") || r.Method != "plane" {
				t.Errorf("CRS %+v, engine %q, reader %q, method %q", r.CRS, r.Engine, r.Reader, r.Method)
			}
		})
	}
}

func TestOverlapLeavesOutPairsOfNoMoreThanTheLeastArea(t *testing.T) {
	path := registerFile(t, 4545, village()...)
	if _, r := overlapped(t, "overlap", "pairs", path, "--min-area", "100"); r.Pairs != 1 || r.SumM2 != 1000 || r.PairsByThreshold["0"] != 3 {
		t.Errorf("%d pairs of %v m², %v; want 1 of 1000, and 3 in all", r.Pairs, r.SumM2, r.PairsByThreshold)
	}
}

func TestOverlapOfTwoFilesIsBetweenThem(t *testing.T) {
	shapes := village()
	a, b := registerFile(t, 4545, shapes[0], shapes[2]), registerFile(t, 4545, shapes[1])
	status, r := overlapped(t, "overlap", "pairs", a, b)
	// 1 with 2 is 1000 m², 3 with 2 is 100; 1 with 3 is within the first file.
	if status != exitDone || r.N != 3 || r.Pairs != 2 || r.SumM2 != 1100 || r.DistinctM2 != 1050 {
		t.Errorf("status %d, n %d, %d pairs of %v m², once %v; want 0, 3, 2, 1100, 1050", status, r.N, r.Pairs, r.SumM2, r.DistinctM2)
	}
	if len(r.Files) != 2 || r.Files[0].N != 2 || r.Files[1].N != 1 || len(r.Files[0].SHA256) != 64 {
		t.Errorf("files %+v", r.Files)
	}
}

func TestOverlapNamesWhatIsInvalidByFeatureRuleAndPlace(t *testing.T) {
	path := registerFile(t, 4545, village()...)
	status, r := overlapped(t, "overlap", "validate", path)
	if status != exitQuestioned || r.Status != "questioned" || r.PairsByThreshold != nil {
		t.Errorf("status %d %q with pairs %v; want 3, questioned and none", status, r.Status, r.PairsByThreshold)
	}
	if len(r.Features) != 1 || r.Features[0].Feature != 4 || len(r.Features[0].Faults) != 1 {
		t.Fatalf("invalid %+v, want one fault of feature 4", r.Features)
	}
	f := r.Features[0].Faults[0]
	if f.Rule != "crosses" || f.X != 633_010 || f.Y != 2_683_610 || f.Reason.ZH == "" || r.Features[0].Ground != "repaired" {
		t.Errorf("fault %+v, ground %s; want a crossing at 633010, 2683610", f, r.Features[0].Ground)
	}
	// cs2cs EPSG:4545 EPSG:4326 of that place.
	if f.Lon == nil || math.Abs(*f.Lon-109.30967) > 1e-5 || math.Abs(*f.Lat-24.25006) > 1e-4 {
		t.Errorf("at lon, lat %v, %v", f.Lon, f.Lat)
	}
	if status, _ := overlapped(t, "overlap", "validate", registerFile(t, 4545, village()[:3]...)); status != exitDone {
		t.Errorf("status %d of a valid layer, want 0", status)
	}
}

func TestOverlapRefusesWhatItWasAskedToRefuse(t *testing.T) {
	path := registerFile(t, 4545, village()...)
	other := registerFile(t, 32649, village()...)
	local := written(t, "a.geojson", `{"type":"Polygon","coordinates":[[[109,24],[109.1,24],[109.1,24.1],[109,24]]]}`)
	for name, c := range map[string]struct {
		args  []string
		code  string
		where string
	}{
		"invalid polygons":        {[]string{"pairs", path, "--invalid", "refuse"}, "invalid_polygons", "feature 4"},
		"two CRSs":                {[]string{"pairs", path, other}, "crs_differ", "EPSG:4545 / EPSG:32649"},
		"degrees to measure in":   {[]string{"pairs", local, "--crs", "EPSG:4326"}, "crs_not_for_measuring", "EPSG:4326"},
		"a layer that is not":     {[]string{"pairs", path, "--layer", "forest"}, "layer_unknown", "parcels"},
		"a file of another kind":  {[]string{"pairs", written(t, "a.gpkg", "text")}, "format_unsupported", ""},
		"a file without polygons": {[]string{"pairs", written(t, "a.geojson", `{"type":"Point","coordinates":[109,24]}`)}, "not_polygons", ""},
	} {
		t.Run(name, func(t *testing.T) {
			status, r := refusedBy(t, append([]string{"overlap"}, c.args...)...)
			if status != exitRefused || r.Code != c.code || !strings.Contains(r.Where, c.where) || r.Reason.ZH == "" || r.Remedy.EN == "" {
				t.Errorf("status %d, %+v; want 4 and %s", status, r, c.code)
			}
		})
	}
}

func TestOverlapCallsThatMakeNoSenseSaySo(t *testing.T) {
	path := registerFile(t, 4545, village()...)
	for name, args := range map[string][]string{
		"no file":                  {"pairs"},
		"three files":              {"pairs", path, path, path},
		"a CRS in words":           {"pairs", path, "--crs", "+proj=utm +zone=49"},
		"a CRS that is a file":     {"pairs", path, "--crs", "/etc/passwd"},
		"a number alone":           {"pairs", path, "--crs", "4545"},
		"a negative area":          {"pairs", path, "--min-area", "-1"},
		"an area that is none":     {"pairs", path, "--min-area", "NaN"},
		"neither repair nor other": {"pairs", path, "--invalid", "ignore"},
		"a Shapefile to write":     {"pairs", path, "--out", filepath.Join(t.TempDir(), "a.shp")},
		"a file that is there":     {"pairs", path, "--out", path},
		"a folder that is not":     {"pairs", path, "--out", "/nowhere/a.gpkg"},
		"more layers than files":   {"pairs", path, "--layer", "a", "--layer", "b"},
		"an area for validate":     {"validate", path, "--min-area", "1"},
	} {
		t.Run(name, func(t *testing.T) {
			if status, out, errs := called(t, append([]string{"overlap"}, args...)...); status != exitUsage || errs == "" {
				t.Errorf("status %d, %q %q; want 2 and a reason", status, out, errs)
			}
		})
	}
}

func TestOverlapMeasuresDegreesInTheWorkingCRSAndASecondFileLikeTheFirst(t *testing.T) {
	lonLat := written(t, "a.geojson", `{"type":"Polygon","coordinates":[[[109.30,24.25],[109.31,24.25],[109.31,24.26],[109.30,24.26],[109.30,24.25]]]}`)
	_, r := overlapped(t, "overlap", "pairs", lonLat)
	if r.CRS.SRID != 4545 || !r.Files[0].Projected || r.Files[0].CRS.SRID != 4326 {
		t.Errorf("CRS %+v, file %+v; want 4326 projected to 4545", r.CRS, r.Files[0])
	}
	// The first file decides, here for the zone next to it.
	first := registerFile(t, 4546, orb.Polygon{{{327_000, 2_683_000}, {328_000, 2_683_000}, {328_000, 2_685_000}, {327_000, 2_685_000}, {327_000, 2_683_000}}})
	_, r = overlapped(t, "overlap", "pairs", first, lonLat)
	if r.CRS.SRID != 4546 || r.Pairs != 1 || r.SumM2 <= 0 {
		t.Errorf("CRS %+v, %d pairs of %v m²; want one in 4546", r.CRS, r.Pairs, r.SumM2)
	}
}

func TestOverlapConvertsFeetAndWritesThemBack(t *testing.T) {
	// EPSG:2263: 1200/3937 m a foot. Two squares of 100 ft, 10 ft over each other.
	square := func(x float64) orb.Polygon {
		return orb.Polygon{{{x, 200_000}, {x + 100, 200_000}, {x + 100, 200_100}, {x, 200_100}, {x, 200_000}}}
	}
	path, out := registerFile(t, 2263, square(1_000_000), square(1_000_090)), filepath.Join(t.TempDir(), "pairs.gpkg")
	_, r := overlapped(t, "overlap", "pairs", path, "--out", out)
	foot := 1200.0 / 3937
	if want := 1000 * foot * foot; math.Abs(r.SumM2-want) > 0.01 {
		t.Errorf("%v m², want %v", r.SumM2, want)
	}
	if n := r.Files[0].Notes; len(n) != 1 || n[0].Code != "unit_converted" {
		t.Errorf("notes %v, want unit_converted", n)
	}
	_, again := overlapped(t, "overlap", "validate", out)
	if again.CRS.SRID != 2263 || again.N != 1 {
		t.Errorf("written: %+v", again)
	}
	// What was written is in feet again, on the grid of 0.1 mm.
	grounds := readBack(t, out)
	if at := grounds[0].Shape.Bound().Min; math.Abs(at[0]-1_000_090*foot) > 0.0002 || math.Abs(at[1]-200_000*foot) > 0.0002 {
		t.Errorf("written from %v m, want %v", at, 1_000_090*foot)
	}
}

func readBack(t *testing.T, path string) []vector.Ground {
	t.Helper()
	var grounds []vector.Ground
	_, err := vector.ReadPolygons(t.Context(), path, vector.ReadOptions{WorkRoot: t.TempDir()}, func(_ *vector.PolygonLayer, g vector.Ground) error {
		grounds = append(grounds, g)
		return nil
	})
	must(t, err)
	return grounds
}

func TestOverlapWritesGroundWithIDsAndAreas(t *testing.T) {
	path := registerFile(t, 4545, village()...)
	type feature struct {
		Geometry   struct{ Type string }
		Properties map[string]any
	}
	geojson := func(t *testing.T, args ...string) []feature {
		t.Helper()
		out := filepath.Join(t.TempDir(), "out.geojson")
		status, r := overlapped(t, append(append([]string{"overlap"}, args...), "--out", out)...)
		b, err := os.ReadFile(out)
		must(t, err)
		var c struct{ Features []feature }
		must(t, json.Unmarshal(b, &c))
		if status != exitDone && status != exitQuestioned || r.Out == nil || r.Out.Features != len(c.Features) {
			t.Errorf("status %d, out %+v, %d features written", status, r.Out, len(c.Features))
		}
		return c.Features
	}
	t.Run("pairs within a file", func(t *testing.T) {
		var got []string
		for _, f := range geojson(t, "pairs", path) {
			got = append(got, fmt.Sprint(f.Properties["a"], f.Properties["b"], f.Properties["area_m2"]))
		}
		if want := []string{"1 2 1000", "1 3 50", "2 3 100"}; !reflect.DeepEqual(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	})
	t.Run("pairs between files", func(t *testing.T) {
		other := registerFile(t, 4545, village()[1])
		var got []string
		for _, f := range geojson(t, "pairs", registerFile(t, 4545, village()[0], village()[2]), other, "--min-area", "100") {
			got = append(got, fmt.Sprint(f.Properties["a"], f.Properties["b"], f.Properties["area_m2"], f.Properties["area_mu"]))
		}
		if want := []string{"1 1 1000 1.5"}; !reflect.DeepEqual(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	})
	t.Run("contested faces", func(t *testing.T) {
		var got []string
		for _, f := range geojson(t, "faces", path) {
			got = append(got, fmt.Sprint(f.Properties["claims"], ": ", f.Properties["depth"], " ", f.Properties["area_m2"]))
		}
		if want := []string{"1 2: 2 950", "1 2 3: 3 50", "2 3: 2 50"}; !reflect.DeepEqual(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	})
	t.Run("faults", func(t *testing.T) {
		got := geojson(t, "validate", path)
		if len(got) != 1 || got[0].Geometry.Type != "Point" || got[0].Properties["rule"] != "crosses" || got[0].Properties["feature"] != 4.0 {
			t.Errorf("%+v, want the crossing of feature 4", got)
		}
	})
	t.Run("repaired polygons", func(t *testing.T) {
		out := filepath.Join(t.TempDir(), "out.gpkg")
		overlapped(t, "overlap", "validate", path, "--out", out)
		status, r := overlapped(t, "overlap", "validate", out, "--layer", "repaired")
		if status != exitDone || r.N != 1 {
			t.Errorf("status %d, %d polygons; want one, and valid", status, r.N)
		}
		if got := readLayer(t, out, "repaired"); len(got) != 1 || len(got[0].Shape) != 2 {
			t.Errorf("%v, want the two triangles of the bow", got)
		}
	})
}

func readLayer(t *testing.T, path, layer string) []vector.Ground {
	t.Helper()
	var grounds []vector.Ground
	_, err := vector.ReadPolygons(t.Context(), path, vector.ReadOptions{Layer: layer, WorkRoot: t.TempDir()}, func(_ *vector.PolygonLayer, g vector.Ground) error {
		grounds = append(grounds, g)
		return nil
	})
	must(t, err)
	return grounds
}

func TestOverlapSpeaksToAPerson(t *testing.T) {
	status, out, _ := called(t, "overlap", "pairs", registerFile(t, 4545, village()...))
	for _, want := range []string{"重叠对 pairs   3", "1150.00 m²", "1050.00 m²", "feature 4: 边界自相交", "EPSG:4545"} {
		if !strings.Contains(out, want) {
			t.Errorf("status %d, %q is not in:\n%s", status, want, out)
		}
	}
}

func written(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	must(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}
