package vector_test

import (
	"archive/zip"
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/airbusgeo/godal"
	"golang.org/x/text/encoding/simplifiedchinese"

	"jieshi/ingest"
	"jieshi/ingest/gnss"
	"jieshi/ingest/vector"
)

// walksOf reads a file as walks through the real child.
func walksOf(t testing.TB, path string, told gnss.Told) ([]ingest.Walk, error) {
	t.Helper()
	root := t.TempDir()
	walks, err := vector.ReadWalks(t.Context(), path, vector.ReadOptions{WorkRoot: root, Log: slog.New(slog.NewTextHandler(testLog{t}, nil))}, gnss.Limits{}, told)
	if left, _ := os.ReadDir(root); len(left) > 0 {
		t.Errorf("left behind in the work folder: %v", left)
	}
	return walks, err
}

func mustWalk(t testing.TB, path string, told gnss.Told, count int) []ingest.Walk {
	t.Helper()
	walks, err := walksOf(t, path, told)
	must(t, err)
	if len(walks) != count {
		t.Fatalf("%d walks, want %d: %+v", len(walks), count, ingest.Tracks(walks))
	}
	return walks
}

// surveyed writes one layer of points or shapes with any attributes; each row is
// WKT and then its values, nil for one that is not there.
func surveyed(t testing.TB, driver godal.DriverName, path string, srid int, geometry godal.GeometryType, fields []string, kinds []godal.FieldType, rows [][]any) {
	t.Helper()
	ds, err := godal.CreateVector(driver, path)
	must(t, err)
	var ref *godal.SpatialRef
	if srid != 0 {
		ref, err = godal.NewSpatialRefFromEPSG(srid)
		must(t, err)
		defer ref.Close()
	}
	var columns []godal.CreateLayerOption
	for i, f := range fields {
		columns = append(columns, godal.NewFieldDefinition(f, kinds[i]))
	}
	layer, err := ds.CreateLayer("survey", ref, geometry, append(columns, lax)...)
	must(t, err)
	for _, row := range rows {
		f, err := layer.NewFeature(nil)
		must(t, err)
		g, err := godal.NewGeometryFromWKT(row[0].(string), nil)
		must(t, err)
		must(t, f.SetGeometry(g))
		g.Close()
		for i, v := range row[1:] {
			if v != nil {
				must(t, f.SetFieldValue(f.Fields()[fields[i]], v))
			}
		}
		must(t, layer.CreateFeature(f, lax))
		f.Close()
	}
	must(t, ds.Close())
}

// packed zips the files of a folder, but for those with the endings left out.
func packed(t testing.TB, dir string, without ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "shapes.zip")
	out, err := os.Create(path)
	must(t, err)
	z := zip.NewWriter(out)
	entries, err := os.ReadDir(dir)
	must(t, err)
	for _, e := range entries {
		if strings.Contains(strings.Join(without, " "), filepath.Ext(e.Name())) {
			continue
		}
		w, err := z.Create(e.Name())
		must(t, err)
		in, err := os.Open(filepath.Join(dir, e.Name()))
		must(t, err)
		_, err = io.Copy(w, in)
		must(t, err)
		must(t, in.Close())
	}
	must(t, z.Close())
	must(t, out.Close())
	return path
}

// The square (east 36 500 000 + 300, north 2 600 000) of zone 36, 100 m wide,
// with a hole of 10 m in it, is two rings near 108.003° E, 23.5° N.
const squareWithHole = `POLYGON((36500300 2600000,36500400 2600000,36500400 2600100,36500300 2600100,36500300 2600000),` +
	`(36500350 2600050,36500350 2600060,36500360 2600060,36500360 2600050,36500350 2600050))`

func TestAPolygonWithAHoleInAZoneWithPrefixIsTwoRingsInDegrees(t *testing.T) {
	dir := t.TempDir()
	surveyed(t, godal.Shapefile, filepath.Join(dir, "survey.shp"), 4524, godal.GTPolygon, []string{"name"}, []godal.FieldType{godal.FTString},
		[][]any{{squareWithHole, "south"}})
	walks := mustWalk(t, packed(t, dir), gnss.Told{}, 2)
	for i, want := range []struct {
		name   string
		points int
	}{{"south #1", 5}, {"south #2", 5}} {
		w := walks[i]
		if w.Name != want.name || len(w.Fixes) != want.points || w.Kind != ingest.KindRing || w.Format != "shapefile" {
			t.Errorf("walk %d is %q of kind %s in %s with %d fixes, want %+v", i, w.Name, w.Kind, w.Format, len(w.Fixes), want)
		}
		if !noted(w, "polygon_hole") || !noted(w, "projected") {
			t.Errorf("walk %d does not say that there is a hole and a grid: %+v", i, w.Notes)
		}
	}
	first := walks[0].Fixes[0]
	if first != walks[0].Fixes[4] || math.Abs(first.Lon-108.0029) > 0.0005 || math.Abs(first.Lat-23.5) > 0.02 {
		t.Errorf("the outer ring begins at %v, %v", first.Lon, first.Lat)
	}
}

func noted(w ingest.Walk, code string) bool {
	for _, n := range w.Notes {
		if n.Code == code {
			return true
		}
	}
	return false
}

func TestPointsOfAGeoPackageKeepWhatTheReceiverSaid(t *testing.T) {
	path := filepath.Join(t.TempDir(), "field.gpkg")
	surveyed(t, godal.GeoPackage, path, 4326, godal.GeometryType(1001), []string{"点号", "horizontal_accuracy", "fix_quality", "time_utc", "satellites", "hdop"},
		[]godal.FieldType{godal.FTString, godal.FTReal, godal.FTInt, godal.FTString, godal.FTInt, godal.FTReal},
		[][]any{
			{"POINT Z (108 23 150.5)", "J1", 0.015096, 4, "2026-03-04T05:06:07Z", 17, 0.7},
			{"POINT Z (108.001 23 151)", "J2", nil, nil, nil, nil, nil},
			{"POINT Z (108.001 23.001 152)", "J3", 3.0, 0, nil, 3, 9.0},
		})
	w := mustWalk(t, path, gnss.Told{}, 1)[0]
	if w.Kind != ingest.KindPoints || w.Format != "geopackage" || w.Name != "survey" || len(w.Fixes) != 2 || !noted(w, "no_fix") {
		t.Fatalf("walk is %q of kind %s in %s with %d fixes, notes %+v", w.Name, w.Kind, w.Format, len(w.Fixes), w.Notes)
	}
	a, b := w.Fixes[0], w.Fixes[1]
	if a.Name != "J1" || a.Quality != ingest.QualityFixed || math.Abs(float64(a.SigmaEast)-0.01) > 1e-6 || a.Satellites != 17 || a.HDOP != 0.7 ||
		a.Height != 150.5 || !a.Time.Equal(time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)) || a.Line != 1 {
		t.Errorf("the first point is %+v", a)
	}
	if b.Name != "J2" || b.Quality != ingest.QualityUnknown || b.SigmaEast != 0 || b.Lon != 108.001 {
		t.Errorf("the second point, of which nothing is said, is %+v", b)
	}
}

func TestAttributesAreReadInUTF8AndInGBKWithOrWithoutACPG(t *testing.T) {
	for _, test := range []struct {
		name, encoding string
		without        string
	}{
		{"UTF-8 with .cpg", "UTF-8", ""},
		{"UTF-8 without", "UTF-8", ".cpg"},
		{"GBK with .cpg", "GBK", ""},
		{"GBK without", "GBK", ".cpg"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "survey.shp")
			surveyed(t, godal.Shapefile, path, 4490, godal.GTLineString, []string{"NAME00"}, []godal.FieldType{godal.FTString},
				[][]any{{"LINESTRING(108 23,108.001 23,108.001 23.001)", "PLACEHOLDER*"}})
			// The bytes are put in by hand: the encoding of a DBF is what a program wrote.
			dbf, err := os.ReadFile(filepath.Join(dir, "survey.dbf"))
			must(t, err)
			field, value := "名称", "南山坡"
			if test.encoding == "GBK" {
				field, _ = simplifiedchinese.GBK.NewEncoder().String(field)
				value, _ = simplifiedchinese.GBK.NewEncoder().String(value)
			}
			text := strings.Replace(string(dbf), "NAME00", field+strings.Repeat("\x00", 6-len(field)), 1)
			text = strings.Replace(text, "PLACEHOLDER*", value+strings.Repeat(" ", 12-len(value)), 1)
			must(t, os.WriteFile(filepath.Join(dir, "survey.dbf"), []byte(text), 0o600))
			must(t, os.WriteFile(filepath.Join(dir, "survey.cpg"), []byte(test.encoding), 0o600))
			w := mustWalk(t, packed(t, dir, test.without), gnss.Told{}, 1)[0]
			if w.Name != "南山坡" || w.Kind != ingest.KindLine || len(w.Fixes) != 3 {
				t.Errorf("walk is %q of kind %s with %d fixes", w.Name, w.Kind, len(w.Fixes))
			}
			if converted := noted(w, "encoding_converted"); converted != (test.encoding == "GBK") {
				t.Errorf("converted: %v", converted)
			}
		})
	}
}

func TestEachLayerOfAFileIsATrackToChoose(t *testing.T) {
	path := ogrFile(t, godal.GeoPackage, "two.gpkg", 4326,
		table{name: "north", geometry: godal.GTLineString, shapes: []string{"LINESTRING(108 23,108.001 23,108 23.001)"}},
		table{name: "empty", geometry: godal.GTPolygon},
		table{name: "south", geometry: godal.GTPolygon, shapes: []string{"POLYGON((108 22,108.001 22,108 22.001,108 22))"}})
	walks := mustWalk(t, path, gnss.Told{}, 2)
	if walks[0].Name != "north #1" || walks[1].Name != "south #1" {
		t.Errorf("walks are called %q and %q", walks[0].Name, walks[1].Name)
	}
	dir := t.TempDir()
	for i, name := range []string{"a", "b"} {
		surveyed(t, godal.Shapefile, filepath.Join(dir, name+".shp"), 4326, godal.GTLineString, []string{"x"}, []godal.FieldType{godal.FTString},
			[][]any{{fmt.Sprintf("LINESTRING(108 2%d,108.001 23,108 23.001)", i+2), "-"}})
	}
	walks = mustWalk(t, packed(t, dir), gnss.Told{}, 2)
	if walks[0].Name != "a #1" || walks[1].Name != "b #1" || walks[1].Fixes[0].Lat != 23 {
		t.Errorf("walks of the archive are %+v", ingest.Tracks(walks))
	}
}

func TestWalksOfAGISAreRefusedWithTheReason(t *testing.T) {
	line := table{name: "l", geometry: godal.GTLineString, shapes: []string{"LINESTRING(108 23,108.001 23,108 23.001)"}}
	metres := table{name: "l", geometry: godal.GTLineString, shapes: []string{"LINESTRING(500000 2600000,500100 2600000,500100 2600100)"}}
	curve := table{name: "c", geometry: godal.GeometryType(10), shapes: []string{"CURVEPOLYGON(CIRCULARSTRING(108 23,108.001 23.001,108 23))"}}
	prefixed := table{name: "l", geometry: godal.GTLineString, shapes: []string{"LINESTRING(36500000 2600000,36500100 2600000,36500100 2600100)"}}
	short := table{name: "l", geometry: godal.GTLineString, shapes: []string{"LINESTRING(108 23,108.001 23)", "LINESTRING(200 23,108.001 23)"}}
	for _, test := range []struct {
		name, code, where string
		tables            []table
		srid              int
		told              gnss.Told
	}{
		{"a curve", vector.CodeCurves, "feature 1", []table{curve}, 4326, gnss.Told{}},
		{"Xian 1980", gnss.CodeDatum, "", []table{metres}, 2379, gnss.Told{}},
		{"Mercator of web maps", gnss.CodeDatum, "", []table{metres}, 3857, gnss.Told{}},
		{"a zone number that the CRS has not", gnss.CodeOutOfRange, "l, feature 1", []table{prefixed}, 4545, gnss.Told{}},
		{"no degrees", gnss.CodeOutOfRange, "l, feature 2", []table{short}, 4326, gnss.Told{}},
		{"another CRS than the person says", vector.CodeCRSConflict, "4545", []table{line}, 4326, gnss.Told{SRID: 4545}},
		{"nothing in it", gnss.CodeNoLine, "", []table{{name: "l", geometry: godal.GTPoint}}, 4326, gnss.Told{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := walksOf(t, ogrFile(t, godal.GeoPackage, "x.gpkg", test.srid, test.tables...), test.told)
			refusedAs(t, err, test.code, test.where)
		})
	}
}

func TestAShapefileWithoutCRSWantsAPersonToSayIt(t *testing.T) {
	dir := t.TempDir()
	surveyed(t, godal.Shapefile, filepath.Join(dir, "survey.shp"), 0, godal.GTLineString, []string{"name"}, []godal.FieldType{godal.FTString},
		[][]any{{"LINESTRING(500000 2600000,500100 2600000,500100 2600100)", "a"}})
	path := packed(t, dir)
	_, err := walksOf(t, path, gnss.Told{})
	refusedAs(t, err, vector.CodeNoCRS, "survey")
	w := mustWalk(t, path, gnss.Told{SRID: 4545}, 1)[0]
	if math.Abs(w.Fixes[0].Lon-108) > 1e-9 {
		t.Errorf("the line begins at %v", w.Fixes[0].Lon)
	}
}

func TestAHostileOrHalfSavedFileIsNoWalk(t *testing.T) {
	path := ogrFile(t, godal.GeoPackage, "x.gpkg", 4326, table{name: "l", geometry: godal.GTLineString, shapes: []string{"LINESTRING(108 23,108.001 23)"}})
	must(t, os.WriteFile(path+"-wal", []byte("unsaved"), 0o600))
	_, err := walksOf(t, path, gnss.Told{})
	refusedAs(t, err, vector.CodeNotClosed, "-wal")
	_, err = walksOf(t, written(t, "x.gpkg", append([]byte("SQLite format 3\x00"), make([]byte, 200)...)), gnss.Told{})
	refusedAs(t, err, vector.CodeUnreadable, "")
	_, err = walksOf(t, written(t, "x.geojson", []byte(`{"type":"Point","coordinates":[108,23]}`)), gnss.Told{})
	refusedAs(t, err, vector.CodeFormat, "")
	climbing := filepath.Join(t.TempDir(), "x.zip")
	out, err := os.Create(climbing)
	must(t, err)
	z := zip.NewWriter(out)
	_, err = z.Create("../survey.shp")
	must(t, err)
	must(t, z.Close())
	must(t, out.Close())
	_, err = walksOf(t, climbing, gnss.Told{})
	refusedAs(t, err, vector.CodeArchiveUnsafe, "")
}

func TestHeightsAreKeptAndMeasuresAreNot(t *testing.T) {
	for _, test := range []struct {
		shape    string
		geometry godal.GeometryType
		height   float64
	}{
		{"LINESTRING(108 23,108.001 23)", 2, 0},
		{"LINESTRING Z (108 23 150,108.001 23 151)", 1002, 150},
		{"LINESTRING M (108 23 7,108.001 23 8)", 2002, 0},
		{"LINESTRING ZM (108 23 150 7,108.001 23 151 8)", 3002, 150},
		{"MULTILINESTRING Z ((108 23 150,108.001 23 151))", 1005, 150},
		{"GEOMETRYCOLLECTION Z (LINESTRING Z (108 23 150,108.001 23 151))", 1007, 150},
	} {
		w := mustWalk(t, ogrFile(t, godal.GeoPackage, "x.gpkg", 4326, table{name: "l", geometry: test.geometry, shapes: []string{test.shape}}), gnss.Told{}, 1)[0]
		if len(w.Fixes) != 2 || w.Fixes[0].Height != test.height || w.Fixes[1].Lon != 108.001 {
			t.Errorf("%s is read as %+v", test.shape, w.Fixes)
		}
	}
}

func TestColumnsOfAnyNameDoNoHarm(t *testing.T) {
	path := filepath.Join(t.TempDir(), "odd.gpkg")
	odd := []string{"gps.accuracy", "解 状态", "a'b", "select", "cast(x", `b"c`, `b\c`, "OGR_STYLE", "jieshi_0", "elevation", "time"}
	kinds := make([]godal.FieldType, len(odd))
	row := []any{"POINT(108 23)"}
	for i := range odd {
		kinds[i] = godal.FTString
		row = append(row, "x")
	}
	row[2] = "固定解"
	kinds[9], row[10] = godal.FTReal, nil
	kinds[10], row[11] = godal.FTDateTime, time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	surveyed(t, godal.GeoPackage, path, 4490, godal.GTPoint, odd, kinds, [][]any{row})
	f := mustWalk(t, path, gnss.Told{}, 1)[0].Fixes[0]
	if f.Quality != ingest.QualityFixed || f.HeightType != ingest.HeightUnknown || !f.Time.Equal(time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)) {
		t.Errorf("the point is %+v", f)
	}
}

func TestPointsAreGroupedByTheirPlot(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plots.gpkg")
	surveyed(t, godal.GeoPackage, path, 4545, godal.GTPoint, []string{"宗地号", "点号"}, []godal.FieldType{godal.FTString, godal.FTString}, [][]any{
		{"POINT(500000 2600000)", "A", "1"}, {"POINT(500300 2600000)", "B", "1"}, {"POINT(500100 2600000)", "A", "2"},
	})
	walks := mustWalk(t, path, gnss.Told{}, 2)
	if walks[0].Name != "A" || len(walks[0].Fixes) != 2 || walks[1].Name != "B" || walks[0].Fixes[1].Name != "2" {
		t.Errorf("walks are %+v", ingest.Tracks(walks))
	}
}
