package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// nmea frames sentences with their checksums.
func nmea(sentences ...string) string {
	var out bytes.Buffer
	for _, s := range sentences {
		sum := byte(0)
		for i := range len(s) {
			sum ^= s[i]
		}
		fmt.Fprintf(&out, "$%s*%02X\r\n", s, sum)
	}
	return out.String()
}

// A name proves nothing: a file of each format is read as what it is, under the
// name of every other kind of file. A preview needs neither case nor store.
func TestAWalkIsKnownByItsContentUnderAnyName(t *testing.T) {
	kml := `<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><LineString><coordinates>109.33,24.25 109.331,24.25 109.33,24.251</coordinates></LineString></Placemark></kml>`
	var kmz bytes.Buffer
	z := zip.NewWriter(&kmz)
	w, err := z.Create("doc.kml")
	must(t, err)
	_, err = w.Write([]byte(kml))
	must(t, err)
	must(t, z.Close())
	gpkg, err := os.ReadFile(registerFile(t, 4545, box(0, 0, 100, 100)))
	must(t, err)
	pos, err := os.ReadFile(writeWalk(t, filepath.Join(t.TempDir(), "a.pos"), rectangle(0, 0, 100, 100)...))
	must(t, err)
	for format, content := range map[string][]byte{
		"rtklib-pos":    pos,
		"nmea":          []byte(nmea("GPRMC,083014,A,2415.0,N,10919.8,E,0,0,010524,,", "GPGGA,083015,2415.0,N,10919.8,E,4,12,0.8,150.0,M,-20.0,M,,", "GPGGA,083016,2415.1,N,10919.8,E,4,12,0.8,150.0,M,-20.0,M,,")),
		"gpx":           []byte(`<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg><trkpt lat="24.25" lon="109.33"/><trkpt lat="24.251" lon="109.33"/></trkseg></trk></gpx>`),
		"kml":           []byte(kml),
		"geojson":       []byte(`{"type":"LineString","coordinates":[[109.33,24.25],[109.331,24.25],[109.33,24.251]]}`),
		"table":         []byte("Name,Longitude,Latitude\nA,109.33,24.25\nB,109.331,24.25\nC,109.33,24.251\n"),
		"odk-trace":     []byte("KEY,boundary\nuuid:1,24.25 109.33 0 1;24.251 109.33 0 1;24.25 109.331 0 1\n"),
		"dxf":           []byte("  0\nSECTION\n  2\nENTITIES\n  0\nLWPOLYLINE\n  8\n界址线\n 70\n1\n 10\n36533501.0\n 20\n2683214.0\n 10\n36533601.0\n 20\n2683214.0\n 10\n36533601.0\n 20\n2683314.0\n  0\nENDSEC\n  0\nEOF\n"),
		"plot-exchange": []byte("[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=3\n投影类型=高斯克吕格\n计量单位=米\n带号=36\n[地块坐标]\n3,0.1,1,甲,面,,,,@\nJ1,1,2683214,36533501\nJ2,1,2683214,36533601\nJ3,1,2683314,36533601\n"),
		"geopackage":    gpkg,
		"kmz":           kmz.Bytes(),
	} {
		t.Run(format, func(t *testing.T) {
			want := strings.Replace(format, "kmz", "kml", 1) // of an archive, what is in it
			b := &bench{root: t.TempDir()}
			b.data = filepath.Join(b.root, "data")
			for _, name := range []string{"walk", "walk.tif", "walk.gpx", "walk.kmz", "walk.zip", "walk.dat", "walk.xml", "walk.NMEA"} {
				path := filepath.Join(b.root, name)
				must(t, os.WriteFile(path, content, 0o600))
				got := b.run(t.Context(), "ingest", "walk", path, "--preview", "--json").want(t, exitDone).document(t)
				if is := got.text("format"); is != want {
					t.Errorf("%s is read as %q, want %q", name, is, want)
				}
				if len(got.list("tracks")) != 1 {
					t.Errorf("%s holds %v", name, got.v)
				}
			}
		})
	}
}
