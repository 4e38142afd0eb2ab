package gnss_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"jieshi/ingest/gnss"
)

// BenchmarkRead reads an hour at 10 Hz in each format. The walk is generated
// from a seed, so that every run reads the same bytes.
func BenchmarkRead(b *testing.B) {
	const fixes = 36_000
	for _, format := range []struct {
		name  string
		write func(*strings.Builder, []float64)
		in    func(body string) string
	}{
		{"pos", benchPos, func(body string) string { return posHeader + body }},
		{"nmea", benchNMEA, func(body string) string { return body }},
		{"gpx", benchGPX, func(body string) string { return gpxOf("<trk><trkseg>" + body + "</trkseg></trk>") }},
		{"geojson", benchGeoJSON, func(body string) string {
			return `{"type":"LineString","coordinates":[` + strings.TrimSuffix(body, ",\n") + `]}`
		}},
		{"kml", benchKML, func(body string) string {
			return kmlOf("<Placemark><LineString><coordinates>" + body + "</coordinates></LineString></Placemark>")
		}},
		{"kml-track", benchKMLTrack, func(body string) string { return kmlOf("<Placemark><gx:Track>" + body + "</gx:Track></Placemark>") }},
		{"emlid-csv", benchEmlid, func(body string) string { return emlidHeader + body }},
		{"chinese-csv-gbk", benchChinese, func(body string) string {
			return encoded(b, simplifiedchinese.GBK, "点名,北坐标,东坐标,大地高,解状态,HRMS,VRMS,采集时间\n"+body)
		}},
		{"dxf", benchDXF, func(body string) string { return dxfOf(dxfEntity("LWPOLYLINE", "界址线", 70, 0) + body) }},
		{"odk", benchODK, func(body string) string { return "KEY,boundary\nuuid:1," + strings.TrimSuffix(body, ";") + "\n" }},
	} {
		b.Run(format.name, func(b *testing.B) {
			rng := rand.New(rand.NewPCG(1, 2))
			var body strings.Builder
			lon, lat := 109.33, 24.25
			for i := range fixes {
				lon, lat = lon+rng.NormFloat64()*1e-6, lat+rng.NormFloat64()*1e-6
				format.write(&body, []float64{float64(i), lon, lat, 120 + rng.Float64()})
			}
			in := format.in(body.String())
			b.ReportAllocs()
			for b.Loop() {
				walks, err := gnss.Read(strings.NewReader(in), gnss.Limits{})
				if err != nil || len(walks[0].Fixes) != fixes {
					b.Fatal(err)
				}
			}
			seconds := b.Elapsed().Seconds()
			b.ReportMetric(float64(len(in))*float64(b.N)/1e6/seconds, "MB/s")
			b.ReportMetric(fixes*float64(b.N)/seconds, "fixes/s")
		})
	}
}

// clock splits tenths of a second after half past eight.
func clock(tenths float64) (h, m int, s float64) {
	t := int(tenths) + 8*36_000 + 30*600
	return t / 36_000, t / 600 % 60, float64(t%600) / 10
}

func benchPos(out *strings.Builder, v []float64) {
	h, m, s := clock(v[0])
	fmt.Fprintf(out, "2024/05/01 %02d:%02d:%06.3f %14.9f %14.9f %10.4f   1  17   0.0110   0.0120   0.0250   0.0010   0.0010   0.0010   1.50   12.0\n", h, m, s, v[2], v[1], v[3])
}

func benchNMEA(out *strings.Builder, v []float64) {
	h, m, s := clock(v[0])
	at := fmt.Sprintf("%02d%02d%05.2f", h, m, s)
	angle := func(a float64) string { return fmt.Sprintf("%d%011.8f", int(a), (a-float64(int(a)))*60) }
	out.WriteString(nmeaLine(fmt.Sprintf("GNGGA,%s,%s,N,%s,E,4,17,0.8,%.3f,M,-20.000,M,1.5,0001", at, angle(v[2]), angle(v[1]), v[3])))
	out.WriteString(nmeaLine("GNRMC," + at + ",A,2415.0,N,10919.8,E,0.1,90.0,010524,,,A"))
	out.WriteString(nmeaLine("GNGST," + at + ",0.9,,,,0.011,0.012,0.025"))
}

func benchGPX(out *strings.Builder, v []float64) {
	h, m, s := clock(v[0])
	fmt.Fprintf(out, "<trkpt lat=\"%.9f\" lon=\"%.9f\"><ele>%.3f</ele><time>2024-05-01T%02d:%02d:%04.1fZ</time><fix>3d</fix><sat>17</sat><hdop>0.8</hdop></trkpt>\n", v[2], v[1], v[3], h, m, s)
}

func benchKML(out *strings.Builder, v []float64) {
	fmt.Fprintf(out, "%.9f,%.9f,%.3f\n", v[1], v[2], v[3])
}

func benchKMLTrack(out *strings.Builder, v []float64) {
	h, m, s := clock(v[0])
	fmt.Fprintf(out, "<when>2024-05-01T%02d:%02d:%04.1fZ</when><gx:coord>%.9f %.9f %.3f</gx:coord>\n", h, m, s, v[1], v[2], v[3])
}

func benchEmlid(out *strings.Builder, v []float64) {
	h, m, s := clock(v[0])
	fmt.Fprintf(out, "J%.0f,,,533501.5,2683214.2,131.2,,%.9f,%.9f,%.3f,Global,1.7,0.012,0.011,0.025,0.016,1.8,m,FIX,RTK,"+
		"2024-05-01 %02d:%02d:%04.1f UTC+00:00,2024-05-01 %02d:%02d:%04.1f UTC+00:00,30,1.4,1.9,1,2,3,109,24,CGCS2000\n", v[0], v[1], v[2], v[3], h, m, s, h, m, s)
}

func benchChinese(out *strings.Builder, v []float64) {
	fmt.Fprintf(out, "界%.0f,%.4f,%.4f,%.3f,固定解,0.012,0.020,2024-05-01 08:30:15 UTC+08:00\n", v[0], 2_683_214+(v[2]-24.25)*1e5, 36_533_501+(v[1]-109.33)*1e5, v[3])
}

func benchDXF(out *strings.Builder, v []float64) {
	fmt.Fprintf(out, " 10\n%.4f\n 20\n%.4f\n", 36_533_501+(v[1]-109.33)*1e5, 2_683_214+(v[2]-24.25)*1e5)
}

func benchODK(out *strings.Builder, v []float64) {
	fmt.Fprintf(out, "%.7f %.7f %.1f 3.0;", v[2], v[1], v[3])
}

func benchGeoJSON(out *strings.Builder, v []float64) {
	fmt.Fprintf(out, "[%.9f, %.9f, %.3f],\n", v[1], v[2], v[3])
}
