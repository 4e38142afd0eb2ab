package vector_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/airbusgeo/godal"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"jieshi/ingest/vector"
)

var noon = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

func square(x, y, side float64) orb.Polygon {
	return orb.Polygon{{{x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}, {x, y}}}
}

func pieces() vector.Layer {
	return vector.Layer{
		Name: "pieces", Geometry: vector.Polygon,
		Fields: []vector.Field{
			{Name: "n", Type: vector.Integer},
			{Name: "nominal_m2", Type: vector.Real},
			{Name: "parties", Type: vector.Text},
			{Name: "sliver", Type: vector.Boolean},
		},
		Features: []vector.Feature{
			{Geometry: square(632000, 2683600, 100), Values: []any{1, 10000.25, "南屯村；北岭村", false}},
			{Geometry: square(632200, 2683600, 10), Values: []any{2, nil, "", true}},
		},
	}
}

// The check value of the survey notes: 109.30 E, 24.25 N is east 632028.076,
// north 2683593.911 in EPSG:4545.
func fixes() vector.Layer {
	return vector.Layer{
		Name: "fixes", Geometry: vector.Point, LonLat: true,
		Fields:   []vector.Field{{Name: "quality", Type: vector.Text}},
		Features: []vector.Feature{{Geometry: orb.Point{109.30, 24.25}, Values: []any{"fixed"}}},
	}
}

func TestGeoPackageReadsBackAsItWasWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "claims.gpkg")
	if err := vector.WriteGeoPackage(path, 4545, noon, []vector.Layer{pieces(), fixes()}); err != nil {
		t.Fatal(err)
	}
	ds, err := godal.Open(path, godal.Drivers("GPKG"), godal.VectorOnly())
	if err != nil {
		t.Fatal(err)
	}
	defer ds.Close()
	table := ds.LayerByName("pieces")
	if table == nil {
		t.Fatal("there is no layer pieces")
	}
	if code := table.SpatialRef().AuthorityCode(""); code != "4545" {
		t.Errorf("the layer is in EPSG:%s, want 4545", code)
	}
	one := table.NextFeature()
	if one == nil {
		t.Fatal("layer pieces is empty")
	}
	got := one.Fields()
	if n, m2, parties := got["n"].Int(), got["nominal_m2"].Float(), got["parties"].String(); n != 1 || m2 != 10000.25 || parties != "南屯村；北岭村" {
		t.Errorf("first piece = %d, %v, %q", n, m2, parties)
	}
	if area := one.Geometry().Area(); area != 10000 {
		t.Errorf("first piece covers %v m², want 10000", area)
	}
	two := table.NextFeature().Fields()
	if sliver := two["sliver"].Int(); sliver != 1 {
		t.Errorf("second piece: sliver = %d, want 1", sliver)
	}
	empty, err := ds.ExecuteSQL("SELECT n FROM pieces WHERE nominal_m2 IS NULL")
	if err != nil {
		t.Fatal(err)
	}
	if f := empty.NextFeature(); f == nil || f.Fields()["n"].Int() != 2 {
		t.Error("the area that the second piece does not have was written")
	}
	if err := empty.Close(); err != nil {
		t.Fatal(err)
	}

	points := ds.LayerByName("fixes")
	if points == nil {
		t.Fatal("there is no layer fixes")
	}
	b, err := points.NextFeature().Geometry().GeoJSON(godal.SignificantDigits(6))
	if err != nil {
		t.Fatal(err)
	}
	var at struct{ Coordinates orb.Point }
	if err := json.Unmarshal([]byte(b), &at); err != nil {
		t.Fatal(err)
	}
	p := at.Coordinates
	if math.Abs(p[0]-632028.076) > 0.001 || math.Abs(p[1]-2683593.911) > 0.001 {
		t.Errorf("fix stands at %v, want 632028.076 2683593.911", p)
	}
}

func TestEqualLayersGiveEqualGeoPackages(t *testing.T) {
	dir := t.TempDir()
	var files [2][]byte
	for i := range files {
		path := filepath.Join(dir, string(rune('a'+i))+".gpkg")
		if err := vector.WriteGeoPackage(path, 4545, noon, []vector.Layer{pieces(), fixes()}); err != nil {
			t.Fatal(err)
		}
		var err error
		if files[i], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Millisecond) // GDAL's stamps have milliseconds
	}
	if !bytes.Equal(files[0], files[1]) {
		t.Error("two GeoPackages of the same layers differ")
	}
	if !bytes.Contains(files[0], []byte("2026-03-04T05:06:07.000Z")) {
		t.Error("the GeoPackage does not carry the given date")
	}
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(left) != 2 {
		t.Errorf("files left in the folder: %v, %v", left, err)
	}
}

func TestGeoPackageRefusesWhatDoesNotFit(t *testing.T) {
	for _, tc := range []struct {
		name   string
		srid   int
		change func(*vector.Layer)
		want   string
	}{
		{"a CRS that PROJ does not know", 999999, func(*vector.Layer) {}, "EPSG:999999"},
		{"a point among polygons", 4545, func(l *vector.Layer) { l.Features[1].Geometry = orb.Point{1, 2} }, "feature 2"},
		{"a missing value", 4545, func(l *vector.Layer) { l.Features[0].Values = l.Features[0].Values[:3] }, "3 values for 4 fields"},
		{"text in a number field", 4545, func(l *vector.Layer) { l.Features[0].Values[1] = "much" }, "nominal_m2"},
		{"a number that is none", 4545, func(l *vector.Layer) { l.Features[0].Values[1] = math.NaN() }, "nominal_m2"},
		{"an integer of more than 32 bits", 4545, func(l *vector.Layer) { l.Features[0].Values[0] = 1 << 40 }, "field n"},
		{"a fix beyond the pole", 4545, func(l *vector.Layer) {
			*l = fixes()
			l.Features[0].Geometry = orb.Point{0, 500}
		}, "EPSG:4326 to EPSG:4545"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			layer, path := pieces(), filepath.Join(t.TempDir(), "x.gpkg")
			tc.change(&layer)
			err := vector.WriteGeoPackage(path, tc.srid, noon, []vector.Layer{layer})
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("WriteGeoPackage() error = %v, want one that says %q", err, tc.want)
			}
			if _, err := os.Stat(path); !os.IsNotExist(err) {
				t.Errorf("a file was left behind: %v", err)
			}
		})
	}
	path := filepath.Join(t.TempDir(), "there.gpkg")
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := vector.WriteGeoPackage(path, 4545, noon, nil); err == nil {
		t.Error("WriteGeoPackage() wrote over a file that was there")
	}
	if b, _ := os.ReadFile(path); string(b) != "precious" {
		t.Errorf("the file that was there is now %q", b)
	}
}

// A layer that hands its features out gives the same bytes as one that has them,
// and nothing is left of a file whose features come to an end before their time.
func TestALayerMayBeLargerThanMemory(t *testing.T) {
	whole, dir := pieces(), t.TempDir()
	handed := whole
	handed.Features = nil
	handed.Each = func(take func(vector.Feature) error) error {
		for _, f := range whole.Features {
			if err := take(f); err != nil {
				return err
			}
		}
		return nil
	}
	var files, texts [2][]byte
	for i, l := range []vector.Layer{whole, handed} {
		path := filepath.Join(dir, fmt.Sprint(i, ".gpkg"))
		if err := vector.WriteGeoPackage(path, 4545, noon, []vector.Layer{l}); err != nil {
			t.Fatal(err)
		}
		var err error
		if files[i], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
		var text bytes.Buffer
		if err := vector.WriteGeoJSON(&text, l.InLonLat(4545)); err != nil {
			t.Fatal(err)
		}
		texts[i] = text.Bytes()
	}
	if !bytes.Equal(files[0], files[1]) || !bytes.Equal(texts[0], texts[1]) || len(texts[0]) < 100 {
		t.Errorf("handed out one by one they give other files (%d and %d bytes, %d and %d)", len(files[0]), len(files[1]), len(texts[0]), len(texts[1]))
	}
	cut := errors.New("the connection is gone")
	handed.Each = func(take func(vector.Feature) error) error { return errors.Join(take(whole.Features[0]), cut) }
	path := filepath.Join(dir, "cut.gpkg")
	if err := vector.WriteGeoPackage(path, 4545, noon, []vector.Layer{handed}); !errors.Is(err, cut) {
		t.Errorf("WriteGeoPackage() = %v, want the error of the features", err)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("a file was left behind: %v", err)
	}
}

func TestToLonLatKeepsItsInput(t *testing.T) {
	in := orb.MultiPolygon{square(632028.076, 2683593.911, 100)}
	out, err := vector.ToLonLat(4545, in, nil)
	if err != nil {
		t.Fatal(err)
	}
	first := out[0].(orb.MultiPolygon)[0][0][0]
	if math.Abs(first[0]-109.30) > 1e-8 || math.Abs(first[1]-24.25) > 1e-8 {
		t.Errorf("corner = %v, want 109.30 24.25", first)
	}
	if in[0][0][0] != (orb.Point{632028.076, 2683593.911}) {
		t.Error("ToLonLat changed its input")
	}
	if out[1] != nil {
		t.Errorf("nil became %v", out[1])
	}
}

func TestGeoJSONSaysItExactly(t *testing.T) {
	/*
	   outer given clockwise, hole anticlockwise: both must turn

	   1  +-------+
	      | +---+ |
	      | +---+ |
	   0  +-------+
	*/
	hole := orb.Ring{{109.2, 24.2}, {109.8, 24.2}, {109.8, 24.8}, {109.2, 24.8}, {109.2, 24.2}}
	outer := orb.Ring{{109, 24}, {109, 25}, {110, 25}, {110, 24}, {109, 24}}
	layer := vector.Layer{
		Name: "pieces", Geometry: vector.Polygon, LonLat: true,
		Fields:   []vector.Field{{Name: "n", Type: vector.Integer}, {Name: "party", Type: vector.Text}, {Name: "core_m2", Type: vector.Real}},
		Features: []vector.Feature{{Geometry: orb.Polygon{outer, hole}, Values: []any{1, "甲\"方", nil}}},
	}
	var out bytes.Buffer
	if err := vector.WriteGeoJSON(&out, layer); err != nil {
		t.Fatal(err)
	}
	want := `{"type":"FeatureCollection","name":"pieces","features":[
{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[109.00000000,24.00000000],[110.00000000,24.00000000],[110.00000000,25.00000000],[109.00000000,25.00000000],[109.00000000,24.00000000]],[[109.20000000,24.20000000],[109.20000000,24.80000000],[109.80000000,24.80000000],[109.80000000,24.20000000],[109.20000000,24.20000000]]]},"properties":{"n":1,"party":"甲\"方","core_m2":null}}
]}
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
	if outer[1] != (orb.Point{109, 25}) {
		t.Error("WriteGeoJSON turned the ring of its caller")
	}

	layer.LonLat = false
	if err := vector.WriteGeoJSON(&out, layer); err == nil {
		t.Error("WriteGeoJSON() took a layer in metres")
	}
	layer.LonLat = true
	layer.Features[0].Geometry = square(632000, 2683600, 10)
	if err := vector.WriteGeoJSON(&out, layer); err == nil {
		t.Error("WriteGeoJSON() took an easting for a longitude")
	}
}

func TestGeoJSONKeepsEveryLineToTheMillimetre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) orb.Point {
			return orb.Point{rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(-90, 90).Draw(t, "lat")}
		}), 2, 20).Draw(t, "line")
		name := rapid.String().Filter(func(s string) bool { return !strings.ContainsRune(s, 0) }).Draw(t, "name")
		layer := vector.Layer{
			Name: name, Geometry: vector.LineString, LonLat: true, Fields: []vector.Field{{Name: name, Type: vector.Text}},
			Features: []vector.Feature{{Geometry: orb.LineString(line), Values: []any{name}}},
		}
		var out bytes.Buffer
		if err := vector.WriteGeoJSON(&out, layer); err != nil {
			t.Fatal(err)
		}
		if !json.Valid(out.Bytes()) {
			t.Fatalf("not JSON: %s", out.Bytes())
		}
		var back struct {
			Features []struct {
				Geometry struct{ Coordinates orb.LineString }
			}
		}
		if err := json.Unmarshal(out.Bytes(), &back); err != nil {
			t.Fatal(err)
		}
		got := back.Features[0].Geometry.Coordinates
		for i, p := range line {
			if math.Abs(got[i][0]-p[0]) > 0.501e-8 || math.Abs(got[i][1]-p[1]) > 0.501e-8 {
				t.Fatalf("point %d: wrote %v, read %v", i, p, got[i])
			}
		}
	})
}
