package gnss_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io/fs"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"

	"jieshi/ingest"
	"jieshi/ingest/gnss"
	"jieshi/ingest/hostiletest"
)

// Texts that name the bait: whether they are taken or refused, nobody goes there.
// These readers run in our own process, and know no file and no network.
// docs/isolation.md lists them.
func TestWhatAWalkNamesIsNeverFollowed(t *testing.T) {
	b := hostiletest.Lay(t)
	doctype := `<!DOCTYPE gpx [<!ENTITY x SYSTEM "file://` + b.File + `"><!ENTITY % y SYSTEM "` + b.URL() + `"> %y;]>`
	trk := `<trk><name>%s</name><trkseg><trkpt lat="24" lon="109"/><trkpt lat="24.001" lon="109"/><trkpt lat="24" lon="109.001"/></trkseg></trk>`
	gpx := func(head, attributes, name string) string {
		return `<?xml version="1.0"?>` + head + `<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"` + attributes + `>` + strings.Replace(trk, "%s", name, 1) + `</gpx>`
	}
	kml := func(body string) string {
		return `<kml xmlns="http://www.opengis.net/kml/2.2"><Document>` + body + `<Placemark><name>a</name><LineString><coordinates>109,24 109.001,24 109,24.001</coordinates></LineString></Placemark></Document></kml>`
	}
	utf16 := func(s string, order unicode.Endianness) string {
		out, err := unicode.UTF16(order, unicode.UseBOM).NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for name, c := range map[string]struct{ in, code string }{
		"GPX with external entities":              {gpx(doctype, "", "&x;"), gnss.CodeDoctype},
		"the same in UTF-16, little endian":       {utf16(gpx(doctype, "", "&x;"), unicode.LittleEndian), gnss.CodeDoctype},
		"the same in UTF-16, big endian":          {utf16(gpx(doctype, "", "&x;"), unicode.BigEndian), gnss.CodeDoctype},
		"KML with external entities":              {doctype + kml("&x;"), gnss.CodeDoctype},
		"KML with them, in UTF-16":                {utf16(doctype+kml("&x;"), unicode.LittleEndian), gnss.CodeDoctype},
		"an entity that nobody declared":          {gpx("", "", "&x;"), gnss.CodeXML},
		"GPX with XInclude":                       {gpx("", ` xmlns:xi="http://www.w3.org/2001/XInclude"`, `<xi:include href="`+b.File+`" parse="text"/><xi:include href="`+b.URL()+`"/>`), ""},
		"GPX with a schema and a style elsewhere": {gpx(`<?xml-stylesheet type="text/xsl" href="`+b.URL()+`"?>`, ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.topografix.com/GPX/1/1 `+b.URL()+`"`, "a"), ""},
		"GPX with links":                          {gpx("", "", `a</name><link href="`+b.URL()+`"/><name>b`), ""},
		"GPX that says another encoding":          {strings.Replace(gpx("", "", "a"), `"1.0"`, `"1.0" encoding="`+b.File+`"`, 1), gnss.CodeEncoding},
		"KML with network links":                  {kml(`<NetworkLink><Link><href>` + b.URL() + `</href></Link></NetworkLink><NetworkLink><Link><href>file://` + b.File + `</href></Link></NetworkLink>`), ""},
		"KML with overlays, models and styles":    {kml(`<styleUrl>` + b.URL() + `#a</styleUrl><GroundOverlay><Icon><href>` + b.URL() + `</href></Icon></GroundOverlay><description><![CDATA[<img src="` + b.URL() + `">]]></description>`), ""},
		"GeoJSON with a linked CRS":               {`{"type":"FeatureCollection","crs":{"type":"link","properties":{"href":"` + b.URL() + `"}},"features":[{"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[109,24],[109.1,24],[109,24.1]]}}]}`, gnss.CodeCRS},
		"DXF with a reference to another drawing": {"0\nSECTION\n2\nBLOCKS\n0\nBLOCK\n2\nx\n70\n4\n1\n" + b.File + "\n0\nENDBLK\n0\nENDSEC\n0\nSECTION\n2\nENTITIES\n0\nIMAGE\n1\n" + b.URL() + "\n0\nENDSEC\n0\nEOF\n", gnss.CodeNoLine},
		"a table of formulas":                     {"Name,Longitude,Latitude\n=WEBSERVICE(\"" + b.URL() + "\"),109,24\n\"=cmd|' /C cat " + b.File + "'!A0\",109.001,24\n+a,109,24.001\n", ""},
		"RTKLIB with file names in its head":      {"% program   : RTKLIB\n% inp file  : " + b.File + "\n% inp file  : " + b.URL() + "\n%  GPST latitude(deg) longitude(deg) height(m) Q ns\n2024/05/01 02:00:00.000 24.0 109.0 100 1 9\n2024/05/01 02:00:01.000 24.001 109.0 100 1 9\n2024/05/01 02:00:02.000 24.0 109.001 100 1 9\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			walks, err := gnss.Read(strings.NewReader(c.in), gnss.Limits{})
			var refusal *ingest.Refusal
			if err != nil && !errors.As(err, &refusal) {
				t.Errorf("got the fault %v", err)
			}
			if c.code != "" && (refusal == nil || refusal.Code != c.code) {
				t.Errorf("got %v, want the refusal %s", err, c.code)
			}
			if c.code == "" && err != nil {
				t.Errorf("got %v, want its walk: what it names does not matter", err)
			}
			b.Untouched(t, walks, err)
		})
	}
}

// A KMZ is an archive of a stranger.
func TestAnArchiveOfKMLIsNeverFollowed(t *testing.T) {
	b := hostiletest.Lay(t)
	doc := `<kml><Placemark><LineString><coordinates>109,24 109.001,24 109,24.001</coordinates></LineString></Placemark></kml>`
	type file struct {
		name, content string
		mode          fs.FileMode
	}
	for name, c := range map[string]struct {
		files []file
		code  string
	}{
		"a link as the document":     {[]file{{"doc.kml", b.File, fs.ModeSymlink | 0o777}}, "archive_unsafe"},
		"a link beside it":           {[]file{{"doc.kml", doc, 0}, {"a.png", b.File, fs.ModeSymlink | 0o777}}, "archive_unsafe"},
		"a path upwards":             {[]file{{"doc.kml", doc, 0}, {"../../" + b.File, "x", 0}}, "archive_unsafe"},
		"an archive as the document": {[]file{{"doc.kml", "PK\x03\x04", 0}}, ""},
		"external entities":          {[]file{{"doc.kml", `<!DOCTYPE kml [<!ENTITY x SYSTEM "` + b.File + `">]>` + strings.Replace(doc, "<Placemark>", "<Placemark><name>&x;</name>", 1), 0}}, gnss.CodeDoctype},
		"a bomb of zeros":            {[]file{{"doc.kml", doc + strings.Repeat(" ", 20<<20), 0}}, gnss.CodeTextTooLong},
	} {
		t.Run(name, func(t *testing.T) {
			var packed bytes.Buffer
			z := zip.NewWriter(&packed)
			for _, f := range c.files {
				h := &zip.FileHeader{Name: f.name, Method: zip.Deflate}
				if f.mode != 0 {
					h.SetMode(f.mode)
				}
				w, err := z.CreateHeader(h)
				if err == nil {
					_, err = w.Write([]byte(f.content))
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if err := z.Close(); err != nil {
				t.Fatal(err)
			}
			walks, err := gnss.Read(&packed, gnss.Limits{})
			var refusal *ingest.Refusal
			if !errors.As(err, &refusal) || c.code != "" && refusal.Code != c.code {
				t.Errorf("got %v, want the refusal %s", err, c.code)
			}
			b.Untouched(t, walks, err)
		})
	}
}

// Names are composed (NFC), as people compare them; NUL refuses the file, since
// neither PostgreSQL nor a person can hold it.
func TestTextsAreComposedAndHaveNoNUL(t *testing.T) {
	decomposed := "Cafe\u0301 가" // é and a Korean syllable in parts
	in := func(name string) string {
		return `<gpx version="1.1"><trk><name>` + name + `</name><trkseg><trkpt lat="24" lon="109"/><trkpt lat="24.001" lon="109"/></trkseg></trk></gpx>`
	}
	walks, err := gnss.Read(strings.NewReader(in(decomposed)), gnss.Limits{})
	if err != nil || walks[0].Name != "Café 가" {
		t.Errorf("got %q, %v; want composed characters", walks[0].Name, err)
	}
	for _, nul := range []string{in("a\x00b"), in("a&#0;b")} {
		if _, err := gnss.Read(strings.NewReader(nul), gnss.Limits{}); err == nil {
			t.Error("a name with NUL was taken")
		}
	}
}
