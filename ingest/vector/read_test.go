package vector_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/airbusgeo/godal"
	"github.com/paulmach/orb"

	"jieshi/ingest/vector"
)

/*
two is two features of a layer in EPSG:4545: a square with a hole, and two
squares.

	100 +--------+     +--+ +--+
	    | +--+   |     |  | |  |
	    | +--+   |     +--+ +--+
	  0 +--------+
	    0       100   200  250
*/
var two = []string{
	"POLYGON((632000 2683600,632100 2683600,632100 2683700,632000 2683700,632000 2683600),(632010 2683610,632010 2683650,632050 2683650,632050 2683610,632010 2683610))",
	"MULTIPOLYGON(((632200 2683650,632220 2683650,632220 2683670,632200 2683670,632200 2683650)),((632250 2683650,632270 2683650,632270 2683670,632250 2683670,632250 2683650)))",
}

func TestEveryFormatGivesTheSameGround(t *testing.T) {
	parcels := table{name: "parcels", geometry: godal.GTMultiPolygon, shapes: two}
	loose := parcels
	loose.geometry = godal.GTUnknown
	shp := ogrFile(t, godal.Shapefile, "parcels.shp", 4545, table{name: "parcels", geometry: godal.GTPolygon, shapes: two})
	files := map[string]string{
		"ESRI Shapefile": shp,
		"zip":            zipped(t, filepath.Dir(shp)),
		"GPKG":           ogrFile(t, godal.GeoPackage, "parcels.gpkg", 4545, loose),
		"GeoJSON":        ogrFile(t, godal.GeoJSON, "parcels.geojson", 4545, loose),
		"FlatGeobuf":     ogrFile(t, "FlatGeobuf", "parcels.fgb", 4545, loose),
	}
	for name, path := range files {
		t.Run(name, func(t *testing.T) {
			r, grounds := mustRead(t, path, vector.ReadOptions{})
			l := r.Layer
			if want := strings.Replace(name, "zip", "ESRI Shapefile", 1); l.Format != want {
				t.Errorf("format %q, want %q", l.Format, want)
			}
			if l.Name != "parcels" || l.Features != 2 || r.Polygons != 2 || r.Skipped() != 0 || len(r.Notes) != 0 {
				t.Errorf("layer %q of %d features, %d read, %d left out, notes %v", l.Name, l.Features, r.Polygons, r.Skipped(), r.Notes)
			}
			if l.CRS.SRID != 4545 || l.CRS.MetresPerUnit != 1 || l.Projected() {
				t.Errorf("CRS %+v, projected %v; want EPSG:4545 as it is", l.CRS, l.Projected())
			}
			if !reflect.DeepEqual(l.Fields, []vector.SourceField{{Name: "owner", Type: "text"}}) {
				t.Errorf("fields %v", l.Fields)
			}
			if len(grounds) != 2 {
				t.Fatalf("%d features", len(grounds))
			}
			// FlatGeobuf stores along a Hilbert curve.
			slices.SortFunc(grounds, func(a, b vector.Ground) int { return len(a.Shape) - len(b.Shape) })
			if n := [3]int{len(grounds[0].Shape), len(grounds[0].Shape[0]), len(grounds[1].Shape)}; n != [3]int{1, 2, 2} {
				t.Errorf("polygons of a, rings of a, polygons of b: %v", n)
			}
			if got := area(grounds); math.Abs(got-10_800) > 1e-6 {
				t.Errorf("shells of %v m², want 10,800", got)
			}
			if r.Isolation == nil || r.Isolation.Limits.CPU == 0 || !r.Isolation.NoNewPrivileges {
				t.Errorf("isolation %+v", r.Isolation)
			}
			if len(r.SHA256) != 64 || r.Bytes == 0 {
				t.Errorf("SHA-256 %q of %d bytes", r.SHA256, r.Bytes)
			}
		})
	}
}

func TestFeatureIDsAreThoseThatGISProgramsShow(t *testing.T) {
	ids := func(t *testing.T, path string) (ids []int64, counted bool) {
		t.Helper()
		r, grounds := mustRead(t, path, vector.ReadOptions{})
		for _, g := range grounds {
			ids = append(ids, g.ID)
		}
		return ids, len(r.Notes) == 1 && r.Notes[0].Code == "ids_counted"
	}
	feature := `{"type":"Feature",%s"properties":{%s},"geometry":{"type":"Polygon","coordinates":[[[109,24],[109.01,24],[109.01,24.01],[109,24]]]}}`
	collection := func(members ...string) []byte {
		return []byte(`{"type":"FeatureCollection","features":[` + strings.Join(members, ",") + `]}`)
	}
	for name, c := range map[string]struct {
		path    string
		want    []int64
		counted bool
	}{
		"the primary key of a GeoPackage, beyond 32 bits": {
			path: ogrFile(t, godal.GeoPackage, "a.gpkg", 4545, table{name: "t", geometry: godal.GTUnknown, shapes: two, ids: []int64{7, 5_000_000_000}}),
			want: []int64{7, 5_000_000_000},
		},
		"numbers that GeoJSON features have": {
			path: written(t, "a.geojson", collection(fmt.Sprintf(feature, `"id":41,`, ""), fmt.Sprintf(feature, `"id":12,`, ""))),
			want: []int64{41, 12},
		},
		"places where GeoJSON features have none": {
			path: written(t, "a.geojson", collection(fmt.Sprintf(feature, "", ""), fmt.Sprintf(feature, "", ""))),
			want: []int64{0, 1},
		},
		"places where an attribute hides them": {
			path: written(t, "a.geojson", collection(fmt.Sprintf(feature, `"id":41,`, `"Fid":"x"`), fmt.Sprintf(feature, `"id":12,`, `"Fid":"x"`))),
			want: []int64{0, 1}, counted: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, counted := ids(t, c.path)
			if !reflect.DeepEqual(got, c.want) || counted != c.counted {
				t.Errorf("ids %v, counted %v; want %v, %v", got, counted, c.want, c.counted)
			}
		})
	}
}

// 109.30 E, 24.25 N is east 632028.0759, north 2683593.9114 in EPSG:4545
// (package geo/crs); cs2cs EPSG:4326 EPSG:6933 gives 10545950.4314, 3004375.3461.
func TestDegreesAreProjectedToTheWorkingCRSOrTheOneNamed(t *testing.T) {
	path := written(t, "corner.geojson", []byte(`{"type":"Polygon","coordinates":[[[109.30,24.25],[109.31,24.25],[109.31,24.26],[109.30,24.25]]]}`))
	for _, c := range []struct {
		name string
		srid int
		want int
		at   orb.Point
	}{
		{"the CGCS2000 zone of the place", 0, 4545, orb.Point{632028.0759, 2683593.9114}},
		{"the CRS named", 4545, 4545, orb.Point{632028.0759, 2683593.9114}},
		{"an equal-area CRS", 6933, 6933, orb.Point{10545950.4314, 3004375.3461}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, grounds := mustRead(t, path, vector.ReadOptions{SRID: c.srid})
			if r.Layer.CRS.SRID != c.want || r.Layer.Declared.SRID != 4326 || !r.Layer.Projected() {
				t.Errorf("from EPSG:%d to EPSG:%d, want 4326 to %d", r.Layer.Declared.SRID, r.Layer.CRS.SRID, c.want)
			}
			got := grounds[0].Shape[0][0][0]
			if math.Hypot(got[0]-c.at[0], got[1]-c.at[1]) > 0.0002 {
				t.Errorf("the corner is at %.4f, want %.4f", got, c.at)
			}
		})
	}
}

func TestTheCRSThatOlderGeoJSONNamesIsRead(t *testing.T) {
	square := `{"type":"Polygon","coordinates":[[[632000,2683600],[632100,2683600],[632100,2683700],[632000,2683600]]]}`
	for _, name := range []string{"EPSG:4545", "urn:ogc:def:crs:EPSG::4545", "urn:ogc:def:crs:EPSG:9.8.6:4545", "http://www.opengis.net/def/crs/EPSG/0/4545"} {
		t.Run(name, func(t *testing.T) {
			path := written(t, "a.geojson", []byte(`{"type":"FeatureCollection","name":"crs","features":[{"type":"Feature","properties":{"crs":1},"geometry":`+square+`}],"crs":{"type":"name","properties":{"name":"`+name+`"}}}`))
			r, grounds := mustRead(t, path, vector.ReadOptions{})
			if r.Layer.CRS.SRID != 4545 || math.Abs(area(grounds)-5000) > 1e-6 {
				t.Errorf("EPSG:%d, %v m²", r.Layer.CRS.SRID, area(grounds))
			}
		})
	}
}

func TestPlacesAbroadGetUTM(t *testing.T) {
	path := written(t, "zurich.geojson", []byte(`{"type":"Polygon","coordinates":[[[8.5,47.3],[8.6,47.3],[8.6,47.4],[8.5,47.3]]]}`))
	r, _ := mustRead(t, path, vector.ReadOptions{})
	if r.Layer.CRS.SRID != 32632 {
		t.Errorf("EPSG:%d, want 32632", r.Layer.CRS.SRID)
	}
}

func TestFeetBecomeMetresAndItIsSaid(t *testing.T) {
	// EPSG:2263 is New York Long Island in US survey feet, 1200/3937 m each.
	path := ogrFile(t, godal.GeoPackage, "ny.gpkg", 2263, table{
		name: "lots", geometry: godal.GTPolygon, shapes: []string{"POLYGON((1000000 200000,1000100 200000,1000100 200100,1000000 200100,1000000 200000))"},
	})
	r, grounds := mustRead(t, path, vector.ReadOptions{})
	foot := 1200.0 / 3937
	if got, want := area(grounds), 10_000*foot*foot; math.Abs(got-want) > 1e-6 {
		t.Errorf("%v m², want %v", got, want)
	}
	if at := grounds[0].Shape[0][0][0]; math.Abs(at[0]-1e6*foot) > 1e-6 {
		t.Errorf("the corner is at %v m east, want %v", at[0], 1e6*foot)
	}
	if r.Layer.CRS.SRID != 2263 || math.Abs(r.Layer.CRS.MetresPerUnit-foot) > 1e-12 || !strings.Contains(r.Layer.CRS.Unit, "foot") {
		t.Errorf("CRS %+v", r.Layer.CRS)
	}
	if len(r.Notes) != 1 || r.Notes[0].Code != "unit_converted" {
		t.Errorf("notes %v, want unit_converted", r.Notes)
	}
}

func TestWebMercatorIsNotMeasuredIn(t *testing.T) {
	square := table{name: "t", geometry: godal.GTPolygon, shapes: []string{"POLYGON((12167000 2788000,12168000 2788000,12168000 2789000,12167000 2789000,12167000 2788000))"}}
	path := ogrFile(t, godal.GeoPackage, "web.gpkg", 3857, square)
	r, grounds := mustRead(t, path, vector.ReadOptions{})
	if r.Layer.CRS.SRID != 4545 || r.Notes[0].Code != "mercator_projected" {
		t.Errorf("EPSG:%d, notes %v; want 4545 and mercator_projected", r.Layer.CRS.SRID, r.Notes)
	}
	// At 24.3° N the scale of Mercator is 1/cos φ = 1.097.
	if got := area(grounds); got > 0.84e6 || got < 0.82e6 {
		t.Errorf("%v m² on the ground, want about 0.83 km²", got)
	}
	_, _, err := read(t, path, vector.ReadOptions{SRID: 3857})
	refusedAs(t, err, vector.CodeCRSNotForMeasuring, "")
}

func TestWhatIsNoPolygonIsCountedAndLeftOut(t *testing.T) {
	path := ogrFile(t, godal.GeoPackage, "mixed.gpkg", 4545, table{name: "t", geometry: godal.GTUnknown, shapes: []string{
		two[0],
		"LINESTRING(632000 2683600,632100 2683600)",
		"POINT(632000 2683600)",
		"MULTIPOINT((632000 2683600),(632001 2683600))",
		"POLYGON EMPTY",
		"",
		"GEOMETRYCOLLECTION(POINT(632000 2683600)," + two[1] + ",LINESTRING(632000 2683600,632100 2683600))",
		"TIN(((632000 2683600,632100 2683600,632100 2683700,632000 2683600)))",
		"POLYGON Z((632000 2683600 5,632100 2683600 6,632100 2683700 7,632000 2683600 5))",
		"POLYGON ZM((632000 2683600 5 1,632100 2683600 6 1,632100 2683700 7 1,632000 2683600 5 1))",
	}})
	r, grounds := mustRead(t, path, vector.ReadOptions{})
	got := [6]int{r.Polygons, r.Lines, r.Points, r.Empty, r.Others, r.Parts}
	if want := [6]int{4, 1, 2, 2, 1, 2}; got != want {
		t.Errorf("polygons, lines, points, empty, others, parts = %v, want %v", got, want)
	}
	if got, want := area(grounds), 10_000+800+5_000+5_000.0; math.Abs(got-want) > 1e-6 {
		t.Errorf("%v m², want %v", got, want)
	}
	var codes []string
	for _, n := range r.Notes {
		codes = append(codes, n.Code)
	}
	if !reflect.DeepEqual(codes, []string{"not_polygons_skipped", "parts_skipped"}) {
		t.Errorf("notes %v", codes)
	}
}

func TestArcsBecomeChordsWithinAMillimetre(t *testing.T) {
	path := ogrFile(t, godal.GeoPackage, "arcs.gpkg", 4545, table{name: "t", geometry: godal.GTUnknown, shapes: []string{
		"CURVEPOLYGON(CIRCULARSTRING(632000 2683600,632200 2683600,632000 2683600))",
		"MULTISURFACE(CURVEPOLYGON(COMPOUNDCURVE(CIRCULARSTRING(632000 2683600,632100 2683700,632200 2683600),(632200 2683600,632000 2683600))))",
	}})
	r, grounds := mustRead(t, path, vector.ReadOptions{})
	if r.Arcs != 2 || len(grounds) != 2 {
		t.Fatalf("%d arcs in %d features", r.Arcs, len(grounds))
	}
	// Chords within s of a circle lose at most 2/3 · s · circumference.
	if got, full := area(grounds[:1]), math.Pi*1e4; got > full || got < full-0.001*2*math.Pi*100 {
		t.Errorf("circle of %v m², want %v and no more", got, full)
	}
	if got, half := area(grounds[1:]), math.Pi*1e4/2; got > half || got < half-0.001*math.Pi*100 {
		t.Errorf("half circle of %v m², want %v and no more", got, half)
	}
}

/*
The bow crosses itself, which is invalid; so is the hole outside. An open ring
is not for GEOS to judge.
*/
func TestFeaturesAreJudgedAsTheFileHasThem(t *testing.T) {
	path := written(t, "a.geojson", []byte(`{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[109,24],[109.1,24],[109.1,24.1],[109,24]]]}},
{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[109,24],[109.1,24.1],[109.1,24],[109,24.1],[109,24]]]}},
{"type":"Feature","properties":{},"geometry":{"type":"MultiPolygon","coordinates":[[[[109,24],[109.1,24],[109.1,24.1],[109,24]],[[108,24],[108.1,24],[108.1,24.1],[108,24]]]]}},
{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[109,24],[109.1,24],[109.1,24.1],[109,24.1]]]}},
{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[109,24],[109.1,24],[109,24]]]}}]}`))
	judged := func(o vector.ReadOptions) (v []vector.Validity) {
		_, grounds := mustRead(t, path, o)
		for _, g := range grounds {
			v = append(v, g.Validity)
		}
		return v
	}
	if got, want := judged(vector.ReadOptions{Validity: true}), []vector.Validity{vector.Valid, vector.Invalid, vector.Invalid, vector.NotJudged, vector.NotJudged}; !reflect.DeepEqual(got, want) {
		t.Errorf("judged %v, want %v", got, want)
	}
	if got := judged(vector.ReadOptions{}); slices.ContainsFunc(got, func(v vector.Validity) bool { return v != vector.NotJudged }) {
		t.Errorf("judged %v though nobody asked", got)
	}
}

func TestOneOfSeveralLayersIsChosenByName(t *testing.T) {
	path := ogrFile(t, godal.GeoPackage, "several.gpkg", 4545,
		table{name: "林权证", geometry: godal.GTPolygon, shapes: two[:1]},
		table{name: "parcels", geometry: godal.GTUnknown, shapes: two},
		table{name: "walks", geometry: godal.GTLineString, shapes: []string{"LINESTRING(632000 2683600,632100 2683600)"}},
	)
	_, _, err := read(t, path, vector.ReadOptions{})
	refusedAs(t, err, vector.CodeLayerChoose, "林权证, parcels")
	_, _, err = read(t, path, vector.ReadOptions{Layer: "Parcels"})
	refusedAs(t, err, vector.CodeLayerUnknown, "")
	_, _, err = read(t, path, vector.ReadOptions{Layer: "walks"})
	refusedAs(t, err, vector.CodeNotPolygons, "")
	r, grounds := mustRead(t, path, vector.ReadOptions{Layer: "林权证"})
	if r.Layer.Name != "林权证" || len(grounds) != 1 {
		t.Errorf("layer %q with %d features", r.Layer.Name, len(grounds))
	}
}

func TestALocalProjectionIsReadAsItIs(t *testing.T) {
	// Albers for China on CGCS2000: no EPSG code, but its datum has one.
	ref, err := godal.NewSpatialRefFromWKT(`PROJCS["China Albers",GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000",SPHEROID["CGCS2000",6378137,298.257222101,AUTHORITY["EPSG","1024"]],AUTHORITY["EPSG","1043"]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4490"]],PROJECTION["Albers_Conic_Equal_Area"],PARAMETER["latitude_of_center",0],PARAMETER["longitude_of_center",105],PARAMETER["standard_parallel_1",25],PARAMETER["standard_parallel_2",47],PARAMETER["false_easting",0],PARAMETER["false_northing",0],UNIT["metre",1]]`)
	must(t, err)
	defer ref.Close()
	path := ogrFileIn(t, "FlatGeobuf", "albers.fgb", ref, table{name: "t", geometry: godal.GTPolygon, shapes: []string{"POLYGON((400000 2600000,401000 2600000,401000 2601000,400000 2601000,400000 2600000))"}})
	r, grounds := mustRead(t, path, vector.ReadOptions{})
	if r.Layer.CRS.SRID != 0 || r.Layer.CRS.Name != "China Albers" || math.Abs(area(grounds)-1e6) > 1e-3 {
		t.Errorf("CRS %+v, %v m²", r.Layer.CRS, area(grounds))
	}
	// Albers keeps areas, EASE-Grid does too.
	r, grounds = mustRead(t, path, vector.ReadOptions{SRID: 6933})
	if r.Layer.CRS.SRID != 6933 || math.Abs(area(grounds)-1e6) > 100 {
		t.Errorf("EPSG:%d, %v m²", r.Layer.CRS.SRID, area(grounds))
	}
}

func TestACodeThatSaysSomethingElseIsNotBelieved(t *testing.T) {
	// 4545 is the zone of 108° E; this definition has 111° E, which is 4546.
	shp := copied(t, ogrFile(t, godal.Shapefile, "a.shp", 4545, table{name: "a", geometry: godal.GTPolygon, shapes: two[:1]}), ".shp", ".shx", ".dbf")
	must(t, os.WriteFile(strings.TrimSuffix(shp, ".shp")+".prj", []byte(`PROJCS["CGCS2000 / 3-degree Gauss-Kruger CM 108E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137,298.257222101]],PRIMEM["Greenwich",0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["Latitude_Of_Origin",0],PARAMETER["Central_Meridian",111],PARAMETER["Scale_Factor",1],PARAMETER["False_Easting",500000],PARAMETER["False_Northing",0],UNIT["Meter",1],AUTHORITY["EPSG","4545"]]`), 0o600))
	r, _ := mustRead(t, shp, vector.ReadOptions{})
	if r.Layer.CRS.SRID == 4545 {
		t.Errorf("believed: %+v", r.Layer.CRS)
	}
	if !strings.Contains(r.Layer.CRS.WKT, `"central_meridian",111`) {
		t.Errorf("the definition is lost: %+v", r.Layer.CRS)
	}
}

// The names of CRSs that ESRI writes have no codes; PROJ finds them.
func TestTheProjectionsOfArcGISAreKnown(t *testing.T) {
	shp := copied(t, ogrFile(t, godal.Shapefile, "a.shp", 4545, table{name: "a", geometry: godal.GTPolygon, shapes: two[:1]}), ".shp", ".shx", ".dbf")
	must(t, os.WriteFile(strings.TrimSuffix(shp, ".shp")+".prj", []byte(`PROJCS["CGCS2000_3_Degree_GK_CM_108E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",108.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]`), 0o600))
	if r, _ := mustRead(t, shp, vector.ReadOptions{}); r.Layer.CRS.SRID != 4545 {
		t.Errorf("EPSG:%d, want 4545: %+v", r.Layer.CRS.SRID, r.Layer.CRS)
	}
}

func TestReadingStopsWhenTheCallerWantsNoMore(t *testing.T) {
	path := ogrFile(t, godal.GeoPackage, "a.gpkg", 4545, table{name: "t", geometry: godal.GTUnknown, shapes: two})
	enough := errors.New("enough")
	root := t.TempDir()
	_, err := vector.ReadPolygons(t.Context(), path, vector.ReadOptions{WorkRoot: root}, func(*vector.PolygonLayer, vector.Ground) error { return enough })
	if !errors.Is(err, enough) {
		t.Errorf("error %v, want the caller's own", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err = vector.ReadPolygons(ctx, path, vector.ReadOptions{WorkRoot: root}, func(*vector.PolygonLayer, vector.Ground) error {
		cancel()
		<-ctx.Done()
		return ctx.Err()
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
	if left, _ := os.ReadDir(root); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestFilesThatAreNotTakenSayWhy(t *testing.T) {
	polygons := table{name: "t", geometry: godal.GTPolygon, shapes: two[:1]}
	shp := ogrFile(t, godal.Shapefile, "a.shp", 4545, polygons)
	gpkg := ogrFile(t, godal.GeoPackage, "a.gpkg", 4545, polygons)
	fgb := ogrFile(t, "FlatGeobuf", "a.fgb", 4545, table{name: "t", geometry: godal.GTPolygon, shapes: []string{two[0], two[0], two[0], two[0]}})
	geojson := func(geometry, crs string) string {
		return written(t, "a.geojson", []byte(`{"type":"FeatureCollection",`+crs+`"features":[{"type":"Feature","properties":{},"geometry":`+geometry+`}]}`))
	}
	triangle := `{"type":"Polygon","coordinates":[[[109,24],[109.1,24],[109.1,24.1],[109,24]]]}`
	for name, c := range map[string]struct {
		path string
		o    vector.ReadOptions
		code string
	}{
		"nothing":                          {path: written(t, "a.gpkg", nil), code: vector.CodeEmptyFile},
		"a folder":                         {path: t.TempDir(), code: vector.CodeNotAFile},
		"text":                             {path: written(t, "a.shp", []byte("not a shapefile")), code: vector.CodeFormat},
		"a document with instructions":     {path: written(t, "a.geojson", []byte(`<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>`)), code: vector.CodeFormat},
		"KML":                              {path: written(t, "a.kml", []byte(`<?xml version="1.0"?><kml/>`)), code: vector.CodeFormat},
		"JSON that is no GeoJSON":          {path: written(t, "a.geojson", []byte(`{"a":1}`)), code: vector.CodeUnreadable},
		"GeoJSON cut off":                  {path: written(t, "a.geojson", []byte(`{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":`+triangle)), code: vector.CodeUnreadable},
		"a Shapefile without .shx":         {path: copied(t, shp, ".shp", ".dbf", ".prj"), code: vector.CodeShapefileIncomplete},
		"a Shapefile without .prj":         {path: copied(t, shp, ".shp", ".shx", ".dbf"), code: vector.CodeNoCRS},
		"a Shapefile cut off":              {path: cut(t, copied(t, shp, ".shp", ".shx", ".dbf", ".prj"), 20), code: vector.CodeTruncated},
		"a GeoPackage cut off":             {path: cut(t, gpkg, 5000), code: vector.CodeTruncated},
		"a FlatGeobuf cut off":             {path: cut(t, fgb, 300), code: vector.CodeUnreadable},
		"a GeoPackage without CRS":         {path: ogrFile(t, godal.GeoPackage, "a.gpkg", 0, polygons), code: vector.CodeNoCRS},
		"metres declared as degrees":       {path: geojson(`{"type":"Polygon","coordinates":[[[632000,2683600],[632100,2683600],[632100,2683700],[632000,2683600]]]}`, ""), code: vector.CodeNotDegrees},
		"a CRS of no name":                 {path: geojson(triangle, `"crs":{"type":"name","properties":{"name":"the old grid"}},`), code: vector.CodeCRSNotAllowed},
		"a CRS of no code":                 {path: geojson(triangle, `"crs":{"type":"name","properties":{"name":"EPSG:999999"}},`), code: vector.CodeCRSUnknown},
		"a CRS that is null":               {path: geojson(triangle, `"crs":null,`), code: vector.CodeNoCRS},
		"two CRSs":                         {path: geojson(triangle, `"crs":{"type":"name","properties":{"name":"EPSG:4326"}},"crs":{"type":"name","properties":{"name":"EPSG:4490"}},`), code: vector.CodeUnreadable},
		"a CRS behind an escape":           {path: geojson(triangle, `"\u0063rs":{"type":"name","properties":{"name":"EPSG:4490"}},`), code: vector.CodeUnreadable},
		"the other end of the world":       {path: geojson(triangle, ""), o: vector.ReadOptions{SRID: 32733}, code: vector.CodeOutsideCRS},
		"lines only":                       {path: geojson(`{"type":"LineString","coordinates":[[109,24],[109.1,24]]}`, ""), code: vector.CodeNotPolygons},
		"an unknown code":                  {path: gpkg, o: vector.ReadOptions{SRID: 999999}, code: vector.CodeCRSUnknown},
		"a code of degrees":                {path: gpkg, o: vector.ReadOptions{SRID: 4326}, code: vector.CodeCRSNotForMeasuring},
		"more bytes than allowed":          {path: gpkg, o: vector.ReadOptions{MaxBytes: 1000}, code: vector.CodeTooLarge},
		"a layer that a file has not":      {path: geojson(triangle, ""), o: vector.ReadOptions{Layer: "b"}, code: vector.CodeLayerUnknown},
		"ground on both sides of the line": {path: geojson(`{"type":"MultiPolygon","coordinates":[[[[179,10],[179.5,10],[179.5,11],[179,10]]],[[[-179,10],[-178.5,10],[-178.5,11],[-179,10]]]]}`, ""), code: vector.CodeOutsideCRS},
		"a pole":                           {path: geojson(`{"type":"Polygon","coordinates":[[[10,88],[11,88],[11,89],[10,88]]]}`, ""), code: vector.CodeOutsideCRS},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := read(t, c.path, c.o)
			refusedAs(t, err, c.code, "")
		})
	}
}

// A CRS by address makes GDAL ask for it (attack L5 of the field notes).
func TestNoAddressInAFileIsVisited(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	var visits atomic.Int32
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			visits.Add(1)
			_ = conn.Close()
		}
	}()
	for _, crs := range []string{
		`{"type":"link","properties":{"href":"http://%s/crs","type":"ogcwkt"}}`,
		`{"type":"url","properties":{"url":"http://%s/crs"}}`,
		`{"type":"name","properties":{"name":"http://%s/crs"}}`,
	} {
		path := written(t, "a.geojson", []byte(`{"type":"FeatureCollection","crs":`+fmt.Sprintf(crs, l.Addr())+`,"features":[{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[109,24],[109.1,24],[109.1,24.1],[109,24]]]}}]}`))
		_, _, err := read(t, path, vector.ReadOptions{})
		refusedAs(t, err, vector.CodeCRSNotAllowed, "")
	}
	if n := visits.Load(); n > 0 {
		t.Errorf("%d visits", n)
	}
}

func TestAGeoPackageWithAnOpenLogIsRefused(t *testing.T) {
	path := ogrFile(t, godal.GeoPackage, "a.gpkg", 4545, table{name: "t", geometry: godal.GTPolygon, shapes: two[:1]})
	must(t, os.WriteFile(path+"-wal", []byte("changes"), 0o600))
	_, _, err := read(t, path, vector.ReadOptions{})
	refusedAs(t, err, vector.CodeNotClosed, "")
}

// A database may hold a view with a function that a stranger chose, or a name
// that would end a statement.
func TestHostileNamesOfLayersAreRefused(t *testing.T) {
	path := ogrFile(t, godal.GeoPackage, "a.gpkg", 4545, table{name: `t"; SELECT 1 FROM "x`, geometry: godal.GTPolygon, shapes: two[:1]})
	_, _, err := read(t, path, vector.ReadOptions{})
	refusedAs(t, err, vector.CodeLayerName, "")
}

// copied copies the parts of a Shapefile.
func copied(t *testing.T, shp string, parts ...string) string {
	t.Helper()
	dir := t.TempDir()
	stem := strings.TrimSuffix(shp, ".shp")
	for _, part := range parts {
		b, err := os.ReadFile(stem + part)
		must(t, err)
		must(t, os.WriteFile(filepath.Join(dir, "a"+part), b, 0o600))
	}
	return filepath.Join(dir, "a.shp")
}

// cut takes the last n bytes off a copy of the file.
func cut(t *testing.T, path string, n int) string {
	t.Helper()
	b, err := os.ReadFile(path)
	must(t, err)
	if strings.HasSuffix(path, ".shp") {
		must(t, os.WriteFile(path, b[:len(b)-n], 0o600))
		return path
	}
	return written(t, filepath.Base(path), bytes.Clone(b[:len(b)-n]))
}
