package gnss_test

import (
	"errors"
	"math"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"jieshi/ingest"
	"jieshi/ingest/gnss"
)

// The limits of the fuzz tests are small, so that they are reached too.
var fuzzLimits = gnss.Limits{MaxBytes: 1 << 16, MaxFixes: 500}

// checkReader holds the promises of the package against one input.
func checkReader(t *testing.T, in string) {
	t.Helper()
	checkTold(t, in, gnss.Told{})
}

// checkTold does so of a file that a person told something of.
func checkTold(t *testing.T, in string, told gnss.Told) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	walks, err := gnss.ReadTold(strings.NewReader(in), fuzzLimits, told)
	runtime.ReadMemStats(&after)
	// 64 kB of input and some 400 bytes of bookkeeping a byte at the very most.
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 48<<20 {
		t.Fatalf("%d bytes of input took %d bytes of memory", len(in), grown)
	}
	again, errAgain := gnss.ReadTold(strings.NewReader(in), fuzzLimits, told)
	if !reflect.DeepEqual(walks, again) || !reflect.DeepEqual(err, errAgain) {
		t.Fatalf("two readings differ:\n%+v %v\n%+v %v", walks, err, again, errAgain)
	}
	if err != nil {
		r := (*ingest.Refusal)(nil)
		if !errors.As(err, &r) || walks != nil {
			t.Fatalf("error %v is not a refusal, or comes with %d walks", err, len(walks))
		}
		if r.Code == "" || r.Reason.ZH == "" || r.Reason.EN == "" || r.Remedy.ZH == "" || r.Remedy.EN == "" {
			t.Fatalf("refusal %+v is incomplete", r)
		}
		return
	}
	fixes := 0
	lines := strings.Count(in, "\n") + strings.Count(in, "\r") + 1
	for _, mark := range []string{"\xff\xfe", "\xfe\xff", "PK"} {
		if strings.HasPrefix(in, mark) {
			lines = 1 << 16 // a line end is not a byte of the file there
		}
	}
	for _, w := range walks {
		fixes += len(w.Fixes)
		for _, f := range w.Fixes {
			checkFix(t, f, lines)
		}
		if len(w.Notes) > 1000 {
			t.Fatalf("%d notes", len(w.Notes))
		}
		for _, n := range w.Notes {
			if _, ok := gnss.Explain(n.Code); !ok || n.Line < 0 || n.Line > lines {
				t.Fatalf("note %+v is unexplained or beyond line %d", n, lines)
			}
		}
	}
	if fixes == 0 || fixes > fuzzLimits.MaxFixes {
		t.Fatalf("%d fixes, want 1 to %d", fixes, fuzzLimits.MaxFixes)
	}
}

func checkFix(t *testing.T, f ingest.Fix, lines int) {
	t.Helper()
	for _, v := range []float64{f.Lon, f.Lat, f.Height, float64(f.SigmaEast), float64(f.SigmaNorth), float64(f.SigmaUp), float64(f.AntennaHeight), f.HDOP, f.PDOP, f.AgeSeconds} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			t.Fatalf("%+v is not finite", f)
		}
	}
	if math.Abs(f.Lon) > 180 || math.Abs(f.Lat) > 90 {
		t.Fatalf("%+v is not on the globe", f)
	}
	if f.SigmaEast < 0 || f.SigmaNorth < 0 || f.SigmaUp < 0 || f.HDOP < 0 || f.PDOP < 0 || f.AgeSeconds < 0 || f.Satellites < 0 || f.Epochs < 0 || f.AntennaHeight < 0 || f.AntennaHeight > 100 {
		t.Fatalf("%+v has a negative measure", f)
	}
	if f.Time.Location() != time.UTC || (!f.Time.IsZero() && (f.Time.Year() < 1979 || f.Time.Year() > 10000)) {
		t.Fatalf("time %v is not UTC of the days of GPS", f.Time)
	}
	if !f.Until.IsZero() && (f.Until.Before(f.Time) || f.Until.Location() != time.UTC) {
		t.Fatalf("averaging ended at %v, began at %v", f.Until, f.Time)
	}
	if f.Quality == "" || f.HeightType == "" {
		t.Fatalf("%+v does not say its quality or height type", f)
	}
	if f.Line < 1 || f.Line > lines {
		t.Fatalf("line %d of %d", f.Line, lines)
	}
}

func FuzzPos(f *testing.F) {
	f.Add(posHeader + posLine(0) + posLine(1))
	f.Add("2312 289818.200,24.25,109.33,123.4,1,17\n")
	f.Add("% ref pos   :  24 15 00.0  109 19 48.0   120.0\n%  JST  e-baseline(m)\tn-baseline(m)\tu-baseline(m)\tQ\tns\tsde(m)\tsdn(m)\tsdu(m)\n2024/05/01 08:30:18.0 1.0 2.0 3.0 1 12 0.1 0.2 0.3\n")
	f.Add("%  UTC  x-ecef(m) y-ecef(m) z-ecef(m) Q ns sdx(m) sdy(m) sdz(m) sdxy(m) sdyz(m) sdzx(m)\n2024/05/01 08:30:18.0 -1926052.18 5490723.66 2603604.13 5 12 1 1 1 -1 1 -1\n")
	f.Add(`% GPST latitude(d'") longitude(d'") height(m) Q ns` + "\r2024/05/01 08:30:18.0 -0 15 00.0 109 19 48.0 nan 1 9\r")
	f.Fuzz(func(t *testing.T, in string) {
		if gnss.Sniff([]byte(in)) != gnss.FormatPos {
			in = "%  GPST latitude(deg) longitude(deg) height(m) Q ns sdn(m) sde(m) sdu(m)\n" + in
		}
		checkReader(t, in)
	})
}

func FuzzNMEA(f *testing.F) {
	f.Add(rmc("083014", "010524")+gga("083015", "4")+nmeaLine("GNGST,083015,0.9,,,,0.011,0.012,0.025")+nmeaLine("GNGSA,A,3,01,,,,,,,,,,,,1.4,0.8,1.1"), false)
	f.Add("GPGGA,235960.5,2415.0,S,10919.8,W,5,12,0.8,150.0,M,,,,", true)
	f.Add("GPZDA,000000,29,02,2024,,\nGPGGA,000000,0000.0,N,18000.0,E,1,,,,,,,,", true)
	f.Add("# x\n$GPGGA,,,,,,,\x00\xff$$$*\\s:a*00\\$GPRMC", false)
	f.Fuzz(func(t *testing.T, in string, framed bool) {
		if framed { // no mutation finds a checksum
			var out strings.Builder
			for line := range strings.Lines(in) {
				out.WriteString(nmeaLine(strings.TrimRight(line, "\r\n")))
			}
			in = out.String()
		}
		if gnss.Sniff([]byte(in)) != gnss.FormatNMEA {
			in = nmeaLine("GPRMC,083014,A,2415.0,N,10919.8,E,0.1,90.0,010524,,,A") + in
		}
		checkReader(t, in)
	})
}

func FuzzGPX(f *testing.F) {
	f.Add(`<trk><name>a</name><trkseg><trkpt lat="24" lon="109"><ele>1</ele><time>2024-05-01T08:30:15Z</time><fix>dgps</fix></trkpt></trkseg></trk>`)
	f.Add(`<rte><rtept lat="-24" lon="-109"><sat>3</sat><hdop>1e3</hdop><geoidheight>-3</geoidheight></rtept></rte><wpt lat="1" lon="1"/>`)
	f.Add(`<!-- <!DOCTYPE> --><![CDATA[<!DOCTYPE]]><?p ?><trk/>`)
	f.Add(`<trk><trkseg><trkpt lat="NaN" lon="1e999"/></trkseg></trk></gpx><gpx>`)
	f.Fuzz(func(t *testing.T, in string) {
		checkReader(t, in)
		checkReader(t, gpxOf(in))
	})
}

func FuzzGeoJSON(f *testing.F) {
	f.Add(feature("a", "Polygon", "["+square+","+inner+"]"))
	f.Add(`{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:4490"}},"features":[{"type":"Feature","id":1,"geometry":null}]}`)
	f.Add(`{"type":"GeometryCollection","geometries":[{"type":"MultiPoint","coordinates":[[1,2,3,4]]},{"type":"LineString","coordinates":[[1,2],[3,4]]}]}`)
	f.Add(`{"coordinates":[[[[1e2,2e1],[1,1],[2,2],[100,20]]],[]],"type":"MultiPolygon"}`)
	f.Fuzz(func(t *testing.T, in string) {
		if !strings.HasPrefix(in, "{") {
			in = "{" + in
		}
		checkReader(t, in)
	})
}
