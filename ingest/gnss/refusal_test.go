package gnss_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"jieshi/ingest"
	"jieshi/ingest/gnss"
)

// refusal reads what must be refused.
func refusal(t *testing.T, in string, limits gnss.Limits) *ingest.Refusal {
	t.Helper()
	walks, err := gnss.Read(strings.NewReader(in), limits)
	var r *ingest.Refusal
	if !errors.As(err, &r) {
		t.Fatalf("Read() = %d walks, error %v; want a refusal", len(walks), err)
	}
	if walks != nil {
		t.Errorf("Read() gave walks beside the refusal")
	}
	for _, s := range []string{r.Reason.ZH, r.Reason.EN, r.Remedy.ZH, r.Remedy.EN} {
		if s == "" {
			t.Errorf("refusal %+v lacks a sentence in one language", r)
		}
	}
	return r
}

func gpxOf(body string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<gpx version="1.1" creator="test" xmlns="http://www.topografix.com/GPX/1/1">` + "\n" + body + "\n</gpx>\n"
}

func TestBadFilesAreRefusedWithCodePlaceAndRemedy(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, in    string
		code, where string
		says        string // in the English reason
	}{
		{name: "an empty file", in: "", code: "empty_file"},
		{name: "blanks and a BOM only", in: "\xef\xbb\xbf \r\n\t\n", code: "empty_file"},
		{name: "a sentence of prose", in: "Dear colleagues,\nplease find…", code: "format_unknown", where: "line 1", says: "Dear colleagues"},
		{name: "a table without places", in: "Name,Age\n1,109.3\n", code: "format_unknown", where: "line 1", says: "Name,Age"},
		{name: "a table with a header only", in: "Name,Lon,Lat\n", code: "no_fixes"},
		{name: "a table with a place that is none", in: "Name,Lon,Lat\nA,109,24\nB,109,x\n", code: "row_unreadable", where: "line 3", says: "lat is \"x\""},
		{name: "a table with half a place", in: "Name,Lon,Lat\nA,109,24\nB,109,\n", code: "row_unreadable", where: "line 3"},
		{name: "a table with latitude and longitude mixed up", in: "Name,Lat,Lon\nA,109.3,24.2\n", code: "row_unreadable", where: "line 2", says: "109.3"},
		{name: "a table of NaN", in: "Name,Lon,Lat\nA,109,24\nB,nan,24\n", code: "number_not_finite", where: "line 3"},
		{name: "a table on Xian 1980", in: "坐标系:西安80\n点名,北坐标,东坐标\nA,2683214,36533501\n", code: "datum_unsupported", where: "line 1", says: "西安80"},
		{name: "a table whose rows are on NAD 83", in: "Name,Lon,Lat,CS name\nA,109,24,NAD83(2011) / Illinois West ftUS\n", code: "datum_unsupported", where: "line 2", says: "NAD83"},
		{name: "a table with a corner in another zone", in: "点名,北坐标,东坐标\nA,2683214,36533501\nB,2683214,36533502\nC,2683214,533503\n", code: "mapping_unconfirmed"},
		{name: "a table with NUL bytes", in: "Name,Lon,Lat\nA,109,24\nB\x00,109,24\n", code: "nul_bytes", where: "line 3"},
		{name: "a table with a cell of 8 mebibytes", in: "Name,Lon,Lat\n\"" + strings.Repeat(strings.Repeat("x", 1023)+"\n", 8<<10) + "\",109,24\n", code: "text_too_long", where: "line 2"},
		{name: "a trace cut by the export", in: "24.25 109.33 0 0;24.26 109.33 0 0;24.26 10", code: "trace_invalid", where: "line 1", says: "Position 3"},
		{name: "a trace of NaN", in: "24.25 109.33 0 0;24.26 109.33 0 0;24.26 nan", code: "number_not_finite"},
		{name: "a virtual raster", in: `<VRTDataset rasterXSize="1"/>`, code: "format_unsupported", says: "VRT"},
		{name: "a vector VRT behind a comment", in: "<!-- x --><OGRVRTDataSource/>", code: "format_unsupported", says: "VRT"},
		{name: "a KML without a shape", in: `<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"/>`, code: "no_fixes"},
		{name: "a KML of an empty track", in: kmlOf("<Placemark><gx:Track/></Placemark>"), code: "no_fixes"},
		{name: "a KML with latitude first", in: kmlOf("<Placemark><LineString><coordinates>\n24.25,109.33 24.26,109.33</coordinates></LineString></Placemark>"), code: "kml_invalid", where: "line 4", says: "24.25,109.33"},
		{name: "a KML of NaN", in: kmlOf("<Placemark><Point><coordinates>nan,24</coordinates></Point></Placemark>"), code: "kml_invalid", says: "nan"},
		{name: "a KML with a number of a mebibyte", in: kmlOf("<Placemark><Point><coordinates>" + strings.Repeat("1", 1<<20) + ",24</coordinates></Point></Placemark>"), code: "kml_invalid"},
		{name: "a KML with a document type", in: "<!DOCTYPE kml><kml/>", code: "xml_doctype"},
		{name: "a KML nested without end", in: kmlOf(strings.Repeat("<Folder>", 100)), code: "nested_too_deep"},
		{name: "other XML", in: "<osm/>", code: "format_unsupported", says: "not GPX"},
		{name: "a table whose header names half a position", in: "X n\n", code: "mapping_unconfirmed", where: "line 1", says: "position"},
		{name: "a TIFF", in: "II*\x00\x08\x00\x00\x00", code: "format_unsupported", says: "TIFF"},
		{name: "a zip that is cut off", in: "PK\x03\x04\x14\x00", code: "truncated"},
		{name: "a RINEX file", in: "     3.04           OBSERVATION DATA    M                   RINEX VERSION / TYPE\n", code: "format_unsupported", says: "RINEX"},
		{name: "JSON that is a list", in: "[1,2]", code: "format_unsupported", says: "JSON"},
		{name: "TopoJSON", in: `{"type":"Topology","objects":{}}`, code: "format_unsupported", says: "JSON"},
		{name: "UTF-16 cut within a character", in: "\xff\xfe<\x00g\x00p\x00x\x00>\x00\x3d", code: "encoding_unsupported", where: "line 1", says: "utf-16le"},
		{name: "UTF-16 with half a pair", in: "\xfe\xff\x00<\x00g\x00p\x00x\x00>\x00\n\xd8\x3d\x00<", code: "encoding_unsupported", where: "line 2", says: "damaged"},
		{name: "UTF-16 without a mark", in: "<\x00g\x00p\x00x\x00>\x00", code: "encoding_unsupported", says: "UTF-16"},

		{name: "a solution with a header only", in: posHeader, code: "no_fixes"},
		{name: "a solution without a solution", in: posHeader + "2024/05/01 08:30:18.200 24.25 109.33 123.4 0 0 0 0 0 0 0 0 0 0\n", code: "no_fixes", where: "line 6", says: "no solution"},
		{name: "a solution of NaN", in: posHeader + "2024/05/01 08:30:18.200 nan -nan inf 5 7 0 0 0 0 0 0 0 0\n", code: "no_fixes", where: "line 6", says: "NaN"},
		{name: "a solution with NUL bytes", in: posHeader + posLine(0) + "\x00\x00\x00\n", code: "nul_bytes", where: "line 7"},
		{name: "a solution on the Tokyo datum", in: strings.Replace(posHeader, "WGS84", "Tokyo", 1) + posLine(0), code: "datum_unsupported", where: "line 4", says: "Tokyo"},
		{name: "baselines without a base", in: "%  GPST  e-baseline(m)  n-baseline(m)  u-baseline(m)   Q  ns\n2024/05/01 08:30:18.200 1.0 2.0 3.0 1 12\n", code: "reference_position_missing", where: "line 2"},

		{name: "an NMEA log without a fix", in: nmeaLine("GPGGA,083015.00,,,,,0,00,99.9,,,,,,"), code: "no_fixes", where: "line 1", says: "no fix"},
		{name: "an NMEA log with wrong checksums", in: "$GPGGA,083015.00,2415.0,N,10919.8,E,4,12,0.8,150.0,M,-20.0,M,1.0,0001*00\n", code: "no_fixes", says: "checksum"},
		{name: "an NMEA log without checksums", in: "$GPGGA,083015.00,2415.0,N,10919.8,E,4,12,0.8,150.0,M,-20.0,M,1.0,0001\n", code: "no_fixes", says: "without a checksum"},
		{name: "an NMEA log without GGA", in: nmeaLine("GPRMC,083015.00,A,2415.0,N,10919.8,E,0.1,90.0,010524,,,A"), code: "no_fixes", says: "switch GGA on"},
		{name: "a simulated NMEA log", in: nmeaLine("GPGGA,083015.00,2415.0,N,10919.8,E,8,12,0.8,150.0,M,-20.0,M,,"), code: "no_fixes", says: "simulated"},

		{name: "a GPX without tracks", in: gpxOf(""), code: "no_fixes"},
		{name: "a GPX of waypoints without places", in: gpxOf(`<wpt/><wpt lat="24" lon="190"/>`), code: "no_fixes", where: "line 3", says: "2 times"},
		{name: "a GPX cut in the middle", in: gpxOf(`<trk><trkseg><trkpt lat="24" lon="109"/></trkseg></trk>`)[:150], code: "file_truncated", where: "line 3"},
		{name: "a GPX with a document type", in: "<!DOCTYPE gpx><gpx/>", code: "xml_doctype", where: "line 1"},
		{name: "a GPX with a document type behind 100 kB of comment", in: "<!--" + strings.Repeat("\n", 100<<10) + "--><!DOCTYPE gpx [<!ENTITY a \"b\">]><gpx/>", code: "xml_doctype", where: "line 102401"},
		{name: "other XML behind 100 kB of comment", in: "<!--" + strings.Repeat("\n", 100<<10) + "--><osm/>", code: "xml_invalid", where: "line 102401"},
		{name: "a GPX with a document type behind its root", in: gpxOf("<trk/>") + "<!DOCTYPE gpx [<!ENTITY a \"b\">]>", code: "xml_doctype", where: "line 5"},
		{name: "a GPX with an entity of its own", in: gpxOf("<trk><name>&secret;</name></trk>"), code: "xml_invalid", where: "line 3"},
		{name: "a GPX in Big5", in: `<?xml version="1.0" encoding="big5"?><gpx/>`, code: "encoding_unsupported", says: "big5"},
		{name: "a GPX with a broken character", in: gpxOf("<trk><name>柳江\xe5\xb1区</name></trk>"), code: "encoding_unsupported", where: "line 3", says: "not UTF-8"},
		{name: "a GPX with NUL bytes", in: gpxOf("<trk/>\n\x00\x00"), code: "nul_bytes", where: "line 4"},
		{name: "a GPX with crossed tags", in: gpxOf("<trk><trkseg></trk></trkseg>"), code: "xml_invalid", where: "line 3"},
		{name: "a GPX with two roots", in: gpxOf("<trk/>") + "<gpx/>", code: "xml_invalid", where: "line 5"},
		{name: "a GPX of NaN", in: gpxOf(`<trk><trkseg><trkpt lat="NaN" lon="109"/></trkseg></trk>`), code: "no_fixes", where: "line 3", says: "NaN"},
		{name: "a GPX nested without end", in: gpxOf(strings.Repeat("<a>", 1000)), code: "nested_too_deep", where: "line 3"},
		{name: "a GPX with a name of a mebibyte", in: gpxOf("<trk><name>" + strings.Repeat("x", 1<<20) + "</name></trk>"), code: "text_too_long", where: "line 3"},

		{name: "a DXF cut in the middle", in: dxfOf(dxfEntity("POINT", "a", 10, 109, 20, 24))[:150], code: "file_truncated"},
		{name: "a DXF without an end", in: strings.TrimSuffix(dxfOf(), "0\nEOF\n"), code: "file_truncated"},
		{name: "a DXF without a line", in: dxfOf(dxfEntity("TEXT", "a", 1, "x")), code: "no_line_or_polygon"},
		{name: "a DXF with a number that is none", in: dxfOf(dxfEntity("POINT", "a", 10, "x", 20, 24)), code: "dxf_invalid", where: "line 42", says: "group 10"},
		{name: "a DXF of NaN", in: dxfOf(dxfEntity("POINT", "a", 10, "nan", 20, 24)), code: "dxf_invalid", says: "nan"},
		{name: "a DXF with a group that is none", in: dxfOf("POINT\nx\n"), code: "dxf_invalid", says: "group code"},
		{name: "a DXF off its grid", in: dxfOf(dxfEntity("LINE", "a", 10, 36533501, 20, 2683214, 11, 36533501, 21, 5999999)), code: "coordinates_out_of_range"},
		{name: "a DXF in two zones", in: dxfOf(dxfEntity("LINE", "a", 10, 36533501, 20, 2683214, 11, 37533501, 21, 2683214)), code: "mapping_unconfirmed", says: "not known"},
		{name: "a binary DXF", in: "AutoCAD Binary DXF\r\n\x1a\x00", code: "format_unsupported", says: "binary DXF"},
		{name: "a DWG", in: "AC1018\x00\x00", code: "format_unsupported", says: "DWG"},
		{name: "an object without type", in: `{"a":1}`, code: "geojson_invalid", says: "no type"},
		{name: "a type that GeoJSON does not have", in: `{"type":"Circle"}`, code: "geojson_invalid", says: "Circle"},
		{name: "a GeoJSON of no points", in: `{"type":"MultiPoint","coordinates":[]}`, code: "no_line_or_polygon"},
		{name: "a feature without geometry", in: `{"type":"Feature","geometry":null,"properties":null}`, code: "no_line_or_polygon"},
		{name: "a GeoJSON cut in the middle", in: "{\"type\":\"LineString\",\n\"coordinates\":[[109,24],[1", code: "file_truncated", where: "line 2"},
		{name: "a GeoJSON with a comma too many", in: "{\"type\":\"LineString\",\n\"coordinates\":[[109,24],,]}", code: "json_invalid", where: "line 2"},
		{name: "something behind a GeoJSON", in: `{"type":"LineString","coordinates":[[109,24],[109,25]]}{}`, code: "json_invalid"},
		{name: "a projected GeoJSON", in: `{"type":"LineString","coordinates":[[36533501.5,2683214.2],[36533501.5,2683215.2]]}`, code: "coordinates_out_of_range", says: "projected"},
		{name: "latitude before longitude", in: `{"type":"LineString","coordinates":[[24.25,109.33],[24.26,109.33]]}`, code: "coordinates_out_of_range", says: "before longitude"},
		{name: "a number beyond all numbers", in: `{"type":"LineString","coordinates":[[1e999,24],[109,25]]}`, code: "number_not_finite"},
		{name: "a line of one point", in: `{"type":"LineString","coordinates":[[109,24]]}`, code: "geojson_invalid", says: "1 positions"},
		{name: "a ring of two points", in: `{"type":"Polygon","coordinates":[[[109,24],[109,25]]]}`, code: "geojson_invalid", says: "needs 4"},
		{name: "a polygon nested like a line", in: `{"type":"Polygon","coordinates":[[109,24],[109,25]]}`, code: "geojson_invalid"},
		{name: "a line nested like a polygon", in: `{"type":"LineString","coordinates":[[[109,24],[109,25]]]}`, code: "geojson_invalid"},
		{name: "uneven nesting", in: `{"type":"Polygon","coordinates":[[[109,24],[[109,25]]]]}`, code: "geojson_invalid"},
		{name: "text among the numbers", in: `{"type":"LineString","coordinates":[[109,"24"],[109,25]]}`, code: "geojson_invalid"},
		{name: "a position of one number", in: `{"type":"LineString","coordinates":[[109],[109,25]]}`, code: "geojson_invalid", says: "fewer than two"},
		{name: "coordinates given twice", in: `{"type":"LineString","coordinates":[[109,24],[109,25]],"coordinates":[]}`, code: "geojson_invalid", says: "twice"},
		{name: "coordinates in a feature", in: `{"type":"Feature","geometry":null,"coordinates":[[109,24],[109,25]]}`, code: "geojson_invalid", says: "cannot have"},
		{name: "a GeoJSON on LV95", in: `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::2056"}},"features":[]}`, code: "crs_unsupported", says: "2056"},
		{name: "a GeoJSON on a CRS that ends like one we take", in: `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:14326"}},"features":[]}`, code: "crs_unsupported"},
		{name: "a GeoJSON with a CRS somewhere else", in: `{"crs":{"type":"link","properties":{"href":"http://example.com/crs"}},"type":"FeatureCollection","features":[]}`, code: "crs_unsupported"},
		{name: "a GeoJSON without a CRS on purpose", in: `{"type":"FeatureCollection","crs":null,"features":[]}`, code: "crs_unsupported"},
		{name: "a GeoJSON of stray bytes", in: "{\"type\":\"Feature\",\n\"properties\":{\"name\":\"\xff\xbd\xad\"}}", code: "encoding_unsupported", where: "line 2"},
		{name: "a GeoJSON nested without end", in: `{"a":` + strings.Repeat("[", 1000), code: "nested_too_deep"},
		{name: "a GeoJSON with a name of a mebibyte", in: `{"name":"` + strings.Repeat("x", 1<<20+1) + `"}`, code: "text_too_long"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := refusal(t, tc.in, gnss.Limits{})
			if r.Code != tc.code {
				t.Errorf("code %q, want %q (%v)", r.Code, tc.code, r)
			}
			if tc.where != "" && r.Where != tc.where {
				t.Errorf("where %q, want %q", r.Where, tc.where)
			}
			if !strings.Contains(r.Reason.EN, tc.says) {
				t.Errorf("reason %q does not say %q", r.Reason.EN, tc.says)
			}
		})
	}
}

func TestLimitsRefuseAndNeverCut(t *testing.T) {
	t.Parallel()
	pos := posHeader + posLine(0) + posLine(1) + posLine(2)
	gpx := gpxOf(`<trk><trkseg>` + strings.Repeat(`<trkpt lat="24" lon="109"/>`, 3) + `</trkseg></trk>`)
	log := strings.Repeat(nmeaLine("GPGGA,083015.00,2415.0,N,10919.8,E,4,12,0.8,150.0,M,-20.0,M,1.0,0001"), 3)
	drawn := `{"type":"LineString","coordinates":[[109,24],[109,25],[108,25]]}`
	for name, in := range map[string]string{"pos": pos, "gpx": gpx, "nmea": log, "geojson": drawn} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := gnss.Read(strings.NewReader(in), gnss.Limits{MaxBytes: int64(len(in)), MaxFixes: 3}); err != nil {
				t.Errorf("a file that just fits: error = %v", err)
			}
			if r := refusal(t, in, gnss.Limits{MaxBytes: int64(len(in)) - 1}); r.Code != "file_too_large" {
				t.Errorf("one byte too long: code %q", r.Code)
			}
			if r := refusal(t, in, gnss.Limits{MaxFixes: 2}); r.Code != "too_many_fixes" {
				t.Errorf("one fix too many: code %q", r.Code)
			}
		})
	}
}

func TestTracksAreCounted(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]string{
		"gpx":     gpxOf(strings.Repeat("<trk/>", 10_001)),
		"geojson": `{"type":"MultiLineString","coordinates":[` + strings.Repeat("[],", 50_000) + `[]]}`,
	} {
		if r := refusal(t, in, gnss.Limits{}); r.Code != "too_many_tracks" {
			t.Errorf("%s: code %q, want too_many_tracks", name, r.Code)
		}
	}
}

func TestAFaultOfTheSourceIsNotARefusal(t *testing.T) {
	t.Parallel()
	broken := errors.New("the disk went away")
	for name, in := range map[string]string{
		"nothing read": "",
		"pos":          posHeader + posLine(0),
		"gpx":          gpxOf("<trk>")[:120] + strings.Repeat(" ", 100<<10),
		"geojson":      `{"type":"LineString","coordinates":[` + strings.Repeat("[109,24],", 20<<10),
		"nmea":         strings.Repeat(nmeaLine("GPGGA,083015.00,,,,,0,00,99.9,,,,,,"), 4<<10),
	} {
		_, err := gnss.Read(io.MultiReader(strings.NewReader(in), iotest.ErrReader(broken)), gnss.Limits{})
		var r *ingest.Refusal
		if !errors.Is(err, broken) || errors.As(err, &r) {
			t.Errorf("%s: error = %v, want the fault of the source, not a refusal", name, err)
		}
	}
}

// A bomb must cost nothing, neither time nor memory: it is refused before any
// of it is expanded.
func TestEntityBombsAreRefusedAtOnce(t *testing.T) {
	t.Parallel()
	bomb := "<?xml version=\"1.0\"?>\n<!DOCTYPE gpx [\n<!ENTITY a \"lol\">\n"
	for c := 'b'; c <= 'j'; c++ {
		bomb += fmt.Sprintf("<!ENTITY %c %q>\n", c, strings.Repeat(fmt.Sprintf("&%c;", c-1), 10))
	}
	bomb += "]>\n<gpx><trk><name>&j;</name></trk></gpx>"
	before := time.Now()
	if r := refusal(t, bomb, gnss.Limits{}); r.Code != "xml_doctype" {
		t.Errorf("code %q, want xml_doctype", r.Code)
	}
	if took := time.Since(before); took > 500*time.Millisecond {
		t.Errorf("refused after %v", took)
	}
}

func TestSniffGoesByContent(t *testing.T) {
	t.Parallel()
	var archive bytes.Buffer
	if err := zip.NewWriter(&archive).Close(); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name, head string
		want       gnss.Format
	}{
		{"a solution by its header", posHeader, gnss.FormatPos},
		{"a solution by its first line", posLine(0), gnss.FormatPos},
		{"a solution in week and time of week", "2312 289818.200 24.25 109.33 123.4 1 17\n", gnss.FormatPos},
		{"a GPX behind a comment and a prefix", "<?xml version='1.0'?><!-- a > b --><g:gpx xmlns:g='x'>", gnss.FormatGPX},
		{"an NMEA log behind binary chatter", "\xb5\x62\x01\x07\x5c\x00$\x00\x13\n" + nmeaLine("GNGGA,083015.00,,,,,0,00,99.9,,,,,,"), gnss.FormatNMEA},
		{"an NMEA log behind comments", "# logged by a test\r\n$GBGSV,1,1,00*7C\r\n", gnss.FormatNMEA},
		{"GeoJSON whose type comes late", `{"features":[`, gnss.FormatGeoJSON},
		{"u-blox binary alone", "\xb5\x62\x01\x07\x5c\x00", gnss.FormatUBX},
		{"an empty zip", archive.String(), gnss.FormatZip},
		{"a PDF begins with a per cent sign too", "%PDF-1.7\n", gnss.FormatPDF},
		{"so does TeX", "% a comment\n\\documentclass{article}\n", ""},
		{"a page", "<!DOCTYPE html><html>", gnss.FormatHTML},
	} {
		if got := gnss.Sniff([]byte(tc.head)); got != tc.want {
			t.Errorf("%s: Sniff() = %q, want %q", tc.name, got, tc.want)
		}
	}
}
