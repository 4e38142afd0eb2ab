package gnss_test

import (
	"strings"
	"testing"

	"jieshi/ingest"
	"jieshi/ingest/gnss"
)

// square is a ring of about a kilometre; inner lies within it.
const (
	square = `[[109.33,24.25],[109.34,24.25],[109.34,24.26],[109.33,24.26],[109.33,24.25]]`
	inner  = `[[109.333,24.253],[109.333,24.256],[109.336,24.256],[109.336,24.253],[109.333,24.253]]`
)

func feature(name, kind, coordinates string) string {
	return `{"type":"Feature","properties":{"id":7,"name":"` + name + `","tags":{"a":[1,{}]}},"geometry":{"type":"` + kind + `","coordinates":` + coordinates + `}}`
}

func TestGeoJSONShapesBecomeWalks(t *testing.T) {
	t.Parallel()
	type want struct {
		name  string
		fixes int
		note  string
	}
	for _, tc := range []struct {
		name, in string
		want     []want
	}{
		{"a polygon", `{"type":"Polygon","coordinates":[` + square + `]}`, []want{{"", 5, ""}}},
		{"a line", `{"type":"LineString","coordinates":[[109,24],[109,25]]}`, []want{{"", 2, ""}}},
		{"two lines", `{"type":"MultiLineString","coordinates":[[[109,24],[109,25]],[[110,24],[110,25],[110,26]]]}`, []want{{"", 2, ""}, {"", 3, ""}}},
		{"a feature", feature("李家", "Polygon", "["+square+"]"), []want{{"李家", 5, ""}}},
		{"a feature in two parts", feature("李家", "MultiPolygon", "[["+square+"],["+inner+"]]"), []want{{"李家 #1", 5, ""}, {"李家 #2", 5, ""}}},
		{"a polygon with a hole", feature("李家", "Polygon", "["+square+","+inner+"]"), []want{{"李家 #1", 5, "polygon_hole"}, {"李家 #2", 5, "polygon_hole"}}},
		{
			"a collection of features",
			`{"type":"FeatureCollection","name":"claims","features":[` + feature("甲", "Polygon", "["+square+"]") + `,` + feature("乙", "LineString", square) + `]}`,
			[]want{{"甲", 5, ""}, {"乙", 5, ""}},
		},
		{
			"points beside a line are a walk of their own, behind it",
			`{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[109,24]},{"type":"MultiPoint","coordinates":[[109,24]]},{"type":"LineString","coordinates":[[109,24],[109,25]]}]}`,
			[]want{{"", 2, ""}, {"", 2, ""}},
		},
		{
			"corners that are features", `{"type":"FeatureCollection","features":[` + feature("J1", "Point", "[109,24]") + "," + feature("J2", "Point", "[109,25]") + "," + feature("J3", "Point", "[110,25]") + `]}`,
			[]want{{"", 3, ""}},
		},
		{"members in the other order", `{"geometry":{"coordinates":[` + square + `],"type":"Polygon"},"properties":null,"id":"p7","type":"Feature"}`, []want{{"p7", 5, ""}}},
		{"an open ring", `{"type":"Polygon","coordinates":[[[109,24],[109,25],[110,25],[110,24]]]}`, []want{{"", 4, "ring_not_closed"}}},
		{"four numbers", `{"type":"LineString","coordinates":[[109,24,1,2],[109,25,1,2]]}`, []want{{"", 2, "extra_ordinates"}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			walks, err := gnss.Read(strings.NewReader(tc.in), gnss.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if len(walks) != len(tc.want) {
				t.Fatalf("%d walks, want %d", len(walks), len(tc.want))
			}
			for i, w := range tc.want {
				got := walks[i]
				if got.Format != "geojson" || got.Name != w.name || len(got.Fixes) != w.fixes {
					t.Errorf("walk %d: %s %q of %d fixes, want %q of %d", i, got.Format, got.Name, len(got.Fixes), w.name, w.fixes)
				}
				switch {
				case w.note == "" && len(got.Notes) > 0, w.note != "" && (len(got.Notes) == 0 || got.Notes[0].Code != w.note):
					t.Errorf("walk %d: notes %v, want %q", i, got.Notes, w.note)
				}
			}
		})
	}
}

func TestGeoJSONPositionsKeepOrderHeightAndLine(t *testing.T) {
	t.Parallel()
	walk := oneWalk(t, "\xef\xbb\xbf{\n \"type\": \"LineString\",\r\n \"coordinates\": [\n  [109.33, 24.25, 120.5],\n\n  [\n109.34,\n24.26\n]\n ]\n}\n")
	want := []ingest.Fix{
		{Lon: 109.33, Lat: 24.25, Height: 120.5, HeightType: ingest.HeightEllipsoidal, Quality: ingest.QualityUnknown, Line: 4},
		{Lon: 109.34, Lat: 24.26, HeightType: ingest.HeightUnknown, Quality: ingest.QualityUnknown, Line: 9},
	}
	for i, w := range want {
		if walk.Fixes[i] != w {
			t.Errorf("fix %d\n got %+v\nwant %+v", i, walk.Fixes[i], w)
		}
	}
}

func TestGeoJSONTakesTheNamesOfItsCoordinateSystem(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
		"EPSG:4326", "epsg:4490", "urn:ogc:def:crs:EPSG::4490", "urn:ogc:def:crs:EPSG::4326", "http://www.opengis.net/def/crs/EPSG/0/4490",
	} {
		walk := oneWalk(t, `{"crs":{"properties":{"name":"`+name+`"},"type":"name"},"type":"LineString","coordinates":[[109,24],[109,25]]}`)
		if walk.Fixes[0].Lon != 109 {
			t.Errorf("%s: first longitude %v, want 109", name, walk.Fixes[0].Lon)
		}
	}
	for _, name := range []string{"urn:ogc:def:crs:EPSG::4545", "EPSG:3857", "urn:ogc:def:crs:EPSG::44326", "MyEPSG:4326x", ""} {
		r := refusal(t, `{"crs":{"properties":{"name":"`+name+`"},"type":"name"},"type":"LineString","coordinates":[[109,24],[109,25]]}`, gnss.Limits{})
		if r.Code != "crs_unsupported" {
			t.Errorf("%s: code %q, want crs_unsupported", name, r.Code)
		}
	}
}

// The declaration may stand behind the coordinates; it counts all the same.
func TestGeoJSONCoordinateSystemBehindTheFeatures(t *testing.T) {
	t.Parallel()
	r := refusal(t, `{"type":"FeatureCollection","features":[`+feature("甲", "Polygon", "["+square+"]")+`],"crs":{"type":"name","properties":{"name":"EPSG:4214"}}}`, gnss.Limits{})
	if r.Code != "crs_unsupported" || !strings.Contains(r.Reason.ZH, "4214") {
		t.Errorf("refusal %v", r)
	}
}
