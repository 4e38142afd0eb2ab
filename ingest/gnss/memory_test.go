package gnss_test

import (
	"io"
	"runtime"
	"strings"
	"testing"

	"jieshi/ingest/gnss"
)

// endless is a file that is made while it is read: head, then filler again and
// again up to size, then tail. Now and then it looks how much memory is alive.
type endless struct {
	head, filler, tail string
	size, given, next  int
	base, peak         uint64
	rest               string
}

// lookEvery is how many bytes are read between two looks, which cost a collection each.
const lookEvery = 8 << 20

func (e *endless) Read(p []byte) (int, error) {
	if e.given >= e.next {
		e.look()
		e.next += lookEvery
	}
	if e.rest == "" {
		switch {
		case e.given == 0:
			e.rest = e.head
		case e.given < e.size:
			e.rest = e.filler
		case e.tail != "":
			e.rest, e.tail = e.tail, ""
		default:
			return 0, io.EOF
		}
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	e.given += n
	return n, nil
}

func (e *endless) look() {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	if e.base == 0 {
		e.base = m.HeapAlloc
	}
	e.peak = max(e.peak, m.HeapAlloc)
}

// What a reader keeps is the fixes, not the file: of 200 MB of a log with few
// fixes, and of 16 MB of every other format, less than 4 MiB are ever alive.
func TestReadersStream(t *testing.T) { // alone: it measures the heap
	chatter := strings.Repeat(nmeaLine("GPGSV,4,1,14,02,17,078,38,05,34,308,42,06,05,043,31,12,60,259,47"), 1000)
	point := `<trkpt lat="24" lon="109"/><trkpt lat="24.001" lon="109"/>`
	placed := `<Placemark><LineString><coordinates>109,24 109.001,24</coordinates></LineString></Placemark>`
	for _, c := range []struct {
		name               string
		head, filler, tail string
		size               int
	}{
		{"NMEA", rmc("083014", "010524") + gga("083015", "4"), chatter, gga("083016", "4"), 200 << 20},
		{"pos", posHeader + posLine(0), strings.Repeat("% a comment of the solution, of which there may be any number\n", 100), posLine(1), 16 << 20},
		{"GPX", `<gpx version="1.1"><trk><trkseg>` + point, "<!-- " + strings.Repeat("f", 400) + " --><extensions><a><b>" + strings.Repeat("e", 400) + "</b></a></extensions>", `</trkseg></trk></gpx>`, 16 << 20},
		{"KML", `<kml><Document>` + placed, `<Folder><description>` + strings.Repeat("h", 800) + `</description></Folder>` + "\n", `</Document></kml>`, 16 << 20},
		{
			"GeoJSON", `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[109,24],[109.001,24]]}}`,
			`,{"type":"Feature","properties":{"note":"` + strings.Repeat("i", 800) + `"},"geometry":null}`, `]}`, 16 << 20,
		},
		{"DXF", dxfHeadOf(), strings.Repeat("  0\nTEXT\n  8\n注记\n 10\n36500000.0\n 20\n2600000.0\n  1\n"+strings.Repeat("j", 100)+"\n", 8), "  0\nENDSEC\n  0\nEOF\n", 16 << 20},
		{"table", "Name,Longitude,Latitude\nA,109,24\nB,109.001,24\n", strings.Repeat("# a comment between the rows of a table\n", 100), "C,109,24.001\n", 16 << 20},
		{"ODK", "KEY,boundary\nuuid:1,24 109 0 1;24.001 109 0 1;24 109.001 0 1\n", strings.Repeat("uuid:2,\n", 100), "", 16 << 20},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := &endless{head: c.head, filler: c.filler, tail: c.tail, size: c.size}
			walks, err := gnss.Read(file, gnss.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if file.given < c.size || len(walks) == 0 || len(walks[0].Fixes) < 2 {
				t.Errorf("%d bytes were read of %d, %d walks", file.given, c.size, len(walks))
			}
			if alive := int64(file.peak) - int64(file.base); alive > 4<<20 {
				t.Errorf("%d KiB were alive at once", alive>>10)
			}
			runtime.KeepAlive(walks)
		})
	}
}

func dxfHeadOf() string {
	return "  0\nSECTION\n  2\nENTITIES\n  0\nLWPOLYLINE\n  8\n界址线\n 70\n0\n 10\n36500000.0\n 20\n2600000.0\n 10\n36500100.0\n 20\n2600000.0\n 10\n36500100.0\n 20\n2600100.0\n"
}
