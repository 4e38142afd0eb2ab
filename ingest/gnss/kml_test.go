package gnss_test

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"
	"time"

	"jieshi/ingest"
	"jieshi/ingest/gnss"
)

func kmlOf(body string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
		`<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Document>` + "\n" + body + "\n</Document></kml>\n"
}

func TestKMLShapesAreWalksInTheOrderOfTheFile(t *testing.T) {
	t.Parallel()
	walks := read(t, kmlOf(`<name>龙塘</name><Style id="a"><LineStyle><color>ff0000ff</color></LineStyle></Style>
<NetworkLink><Link><href>http://127.0.0.1:1/x.kml</href></Link></NetworkLink>
<Folder><Placemark><name>界桩一</name><description><![CDATA[<script>alert(1)</script>]]></description><Point><coordinates>109.33,24.25,120</coordinates></Point></Placemark>
<Placemark><LineString><altitudeMode>absolute</altitudeMode><coordinates>
109.33,24.25,120
109.34,24.25,121</coordinates></LineString><name>山脊</name></Placemark></Folder>
<Placemark><name>李家</name><MultiGeometry><Polygon><outerBoundaryIs><LinearRing><coordinates>109,24 110,24 110,25 109,24</coordinates></LinearRing></outerBoundaryIs>
<innerBoundaryIs><LinearRing><coordinates>109.5,24.1 109.6,24.1 109.6,24.2 109.5,24.1</coordinates></LinearRing></innerBoundaryIs></Polygon>
<Point><coordinates>109.5,24.5</coordinates></Point><LineString><coordinates>109,24</coordinates></LineString></MultiGeometry></Placemark>`))
	if got := kinds(walks); got != "line ring ring points" {
		t.Fatalf("kinds %q", got)
	}
	line := walks[0]
	if f := line.Fixes[1]; line.Name != "山脊" || f.Line != 8 || f.Height != 121 || f.HeightType != ingest.HeightMSL {
		t.Errorf("line %q, its second fix %+v", line.Name, f)
	}
	if walks[1].Name != "李家 #1" || len(walks[1].Fixes) != 4 || walks[2].Name != "李家 #2" || !strings.HasPrefix(noteCodes(walks[2]), "polygon_hole") {
		t.Errorf("polygon %q of %d and hole %q with %v", walks[1].Name, len(walks[1].Fixes), walks[2].Name, walks[2].Notes)
	}
	points := walks[3].Fixes
	if len(points) != 2 || points[0].Name != "界桩一" || points[1].Name != "李家" || points[0].HeightType != ingest.HeightUnknown {
		t.Errorf("points %+v", points)
	}
	if noteCodes(walks[0]) != "link_ignored shapes_ignored" {
		t.Errorf("notes %v", walks[0].Notes)
	}
}

func TestKMLTracksKeepTimesAndAccuracy(t *testing.T) {
	t.Parallel()
	const track = `<gx:Track><altitudeMode>absolute</altitudeMode>
<when>2024-05-01T08:30:15Z</when><when>2024-05-01T16:30:16+08:00</when><when>2024-05-01T08:30:17Z</when>
<gx:coord>109.33 24.25 120</gx:coord><gx:coord></gx:coord><gx:coord>109.34 24.25 121</gx:coord>
<ExtendedData><SchemaData schemaUrl="#s"><gx:SimpleArrayData name="accuracy"><gx:value>3</gx:value><gx:value>4</gx:value><gx:value>6</gx:value></gx:SimpleArrayData>
<gx:SimpleArrayData name="speed"><gx:value>1</gx:value></gx:SimpleArrayData></SchemaData></ExtendedData></gx:Track>`
	walk := oneWalk(t, kmlOf("<Placemark><name>a</name>"+track+"</Placemark>"))
	if len(walk.Fixes) != 2 || walk.Kind != ingest.KindTrack || noteCodes(walk) != "no_fix" {
		t.Fatalf("%s of %d fixes, notes %v", walk.Kind, len(walk.Fixes), walk.Notes)
	}
	f := walk.Fixes[1]
	if !f.Time.Equal(time.Date(2024, 5, 1, 8, 30, 17, 0, time.UTC)) || f.Height != 121 || f.HeightType != ingest.HeightMSL || !near(float64(f.SigmaEast), 6/1.5096, 1e-3) {
		t.Errorf("the last fix is %+v", f)
	}
	multi := oneWalk(t, kmlOf("<Placemark><gx:MultiTrack><gx:interpolate>1</gx:interpolate>"+track+track+"</gx:MultiTrack></Placemark>"))
	if len(multi.Fixes) != 4 || noteCodes(multi) != "no_fix segments_joined and" && !strings.Contains(noteCodes(multi), "segments_joined") {
		t.Errorf("%d fixes, notes %v", len(multi.Fixes), multi.Notes)
	}
	differ := oneWalk(t, kmlOf("<Placemark>"+strings.Replace(track, "<when>2024-05-01T08:30:17Z</when>", "", 1)+"</Placemark>"))
	if !differ.Fixes[0].Time.IsZero() || !strings.Contains(noteCodes(differ), "times_differ") {
		t.Errorf("%+v, notes %v; want no times", differ.Fixes[0], differ.Notes)
	}
}

// A comment or a section may cut a position; the line of a long text is one token.
func TestKMLCoordinatesAreReadHoweverTheyAreCut(t *testing.T) {
	t.Parallel()
	cut := oneWalk(t, kmlOf("<Placemark><LineString><coordinates>109.3<!-- x -->3,24.25 <![CDATA[109.34,24]]>.25\n109.35,24.25</coordinates></LineString></Placemark>"))
	if f := cut.Fixes; len(f) != 3 || f[0].Lon != 109.33 || f[1].Lat != 24.25 || f[2].Line != 4 {
		t.Errorf("fixes %+v", f)
	}
	long := oneWalk(t, kmlOf("<Placemark><LineString><coordinates>"+strings.Repeat("109.33,24.25,120\n", 100_000)+"</coordinates></LineString></Placemark>"))
	if len(long.Fixes) != 100_000 || long.Fixes[99_999].Line != 100_002 {
		t.Errorf("%d fixes, the last on line %d", len(long.Fixes), long.Fixes[len(long.Fixes)-1].Line)
	}
}

func zipOf(t testing.TB, entries ...[2]string) string {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, e := range entries {
		f, err := w.Create(e[0])
		if err == nil {
			_, err = f.Write([]byte(e[1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestAKMZIsTheKMLInIt(t *testing.T) {
	t.Parallel()
	doc := kmlOf("<Placemark><name>山脊</name><LineString><coordinates>109,24 110,24</coordinates></LineString></Placemark>")
	walk := oneWalk(t, zipOf(t, [2]string{"images/a.png", "\x89PNG"}, [2]string{"__MACOSX/._doc.kml", "x"}, [2]string{"doc.kml", doc}, [2]string{"other.kml", "<kml/>"}))
	if walk.Name != "山脊" || len(walk.Fixes) != 2 || walk.Format != "kml" {
		t.Errorf("%s %q of %d", walk.Format, walk.Name, len(walk.Fixes))
	}
	for _, tc := range []struct{ name, in, code, says string }{
		{"no KML", zipOf(t, [2]string{"a.txt", "x"}), "format_unsupported", "zip"},
		{"a Shapefile", zipOf(t, [2]string{"a.shp", "x"}), "format_unsupported", "Shapefile"},
		{"a workbook", zipOf(t, [2]string{"xl/workbook.xml", "x"}), "format_unsupported", "xlsx"},
		{"a parent folder", zipOf(t, [2]string{"../doc.kml", doc}), "archive_unsafe", ""},
		{"an archive in the archive", zipOf(t, [2]string{"doc.kml", doc}, [2]string{"a.zip", "x"}), "archive_unsafe", ""},
		{"cut off", zipOf(t, [2]string{"doc.kml", doc})[:120], "truncated", ""},
		{"a document type inside", zipOf(t, [2]string{"doc.kml", "<!DOCTYPE kml [<!ENTITY a \"b\">]><kml>&a;</kml>"}), "xml_doctype", ""},
		{"a bomb", zipOf(t, [2]string{"doc.kml", kmlOf(strings.Repeat("<a/>", 600_000))}), "archive_too_large", ""},
	} {
		r := refusal(t, tc.in, gnss.Limits{MaxBytes: 2 << 20})
		if r.Code != tc.code || !strings.Contains(r.Reason.EN, tc.says) {
			t.Errorf("%s: %v, want %s", tc.name, r, tc.code)
		}
	}
}

func TestAnArchiveIsKnownByWhatIsInIt(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]gnss.Format{
		"doc.kml": gnss.FormatKML, "a/地块.shp": gnss.FormatShapefileZip, "xl/workbook.xml": gnss.FormatXLSX, "readme.txt": gnss.FormatZip,
	} {
		in := zipOf(t, [2]string{name, "x"})
		if got, err := gnss.SniffZip(strings.NewReader(in), int64(len(in))); got != want || err != nil {
			t.Errorf("%s: %q, %v; want %q", name, got, err, want)
		}
	}
	if got, err := gnss.SniffZip(strings.NewReader("PK"), 2); got != "" || err == nil {
		t.Errorf("no archive: %q, %v", got, err)
	}
}
