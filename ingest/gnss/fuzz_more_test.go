package gnss_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"jieshi/ingest"
	"jieshi/ingest/gnss"
)

func FuzzTable(f *testing.F) {
	f.Add(emlidHeader+emlidRow, "", "", "")
	f.Add("点名,编码,北坐标,东坐标,大地高,解状态,卫星数,HRMS\nJ1,,2683214.2,36533501.5,123,固定解,17,0.02\n", "", "", "+08:00")
	f.Add("J1,界桩,36533501.5,2683214.2,123.4\nJ2,,36533502.5,2683214.2,123.4\n", "name,code,east,north,height", "EPSG:4524", "")
	f.Add("id;x;y;time\n1;533501,5;2683214,2;2024-05-01 08:30:15\n", "", "4545", "Z")
	f.Add("name\tlat\tlon\nA\t24°15'03.6\"N\t109 19 51.6\n\"B\nC\"\t2415.06\t10919.86\n", "", "", "")
	f.Add("a,b\n1,\"24.25 109.33 120 3;24.26 109.33 0 0;24.25 109.33 120 3\"\n", "", "", "")
	f.Add("\xb5\xe3\xc3\xfb,\xce\xb3\xb6\xc8,\xbe\xad\xb6\xc8\nJ1,24,109\n", "name,lat,lon", "", "")
	f.Fuzz(func(t *testing.T, in, mapping, srid, offset string) {
		told, err := gnss.ParseTold(mapping, srid, "", offset)
		if err != nil {
			told = gnss.Told{}
		} else if told.Mapping != nil {
			again, err := gnss.ParseMapping(told.Mapping.String())
			if err != nil || !reflect.DeepEqual(again, told.Mapping) {
				t.Fatalf("the mapping %q is read back as %v, %v", told.Mapping, again, err)
			}
		}
		if gnss.Sniff([]byte(in)) != gnss.FormatTable {
			in = "name,lat,lon,time,fix,hrms,epochs\n" + in
		}
		checkTold(t, in, told)
	})
}

func FuzzODKTrace(f *testing.F) {
	f.Add("24.25 109.33 120.5 3;24.26 109.33 121 3;24.25 109.33 120.5 3")
	f.Add("24.25 109.33; 24.26 109.33;\n1 2 3 4;5 6 7 8;")
	f.Fuzz(func(t *testing.T, in string) {
		checkReader(t, "0 0;0 1\n"+strings.ReplaceAll(in, ",", " "))
	})
}

// What is converted must be as safe as what came in UTF-8.
func FuzzEncoding(f *testing.F) {
	f.Add("\xff\xfe" + "<\x00g\x00p\x00x\x00>\x00")
	f.Add("\xfe\xff\x00n\x00a\x00m\x00e\xd8\x3d\x00,")
	f.Add("<gpx><trk><name>\xc1\xf8\xbd\xad\xc7\xf8\x84\x31\xa4\x37</name></trk></gpx>")
	f.Add("\xef\xbb\xbf<gpx>\xe5\xb1</gpx>")
	f.Fuzz(func(t *testing.T, in string) {
		checkReader(t, in)
		checkReader(t, gpxOf("<trk><name>"+in+`</name><trkseg><trkpt lat="24" lon="109"/></trkseg></trk>`))
	})
}

func FuzzKML(f *testing.F) {
	f.Add(`<Placemark><name>a</name><Polygon><outerBoundaryIs><LinearRing><coordinates>109,24 110,24,1 110,25 109,24</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>`, false)
	f.Add(`<Placemark><gx:MultiTrack><gx:Track><when>2024-05-01T08:30:15Z</when><gx:coord>109 24 1</gx:coord><ExtendedData><SchemaData><gx:SimpleArrayData name="hrms"><gx:value>1</gx:value></gx:SimpleArrayData></SchemaData></ExtendedData></gx:Track></gx:MultiTrack></Placemark>`, true)
	f.Add(`<Folder><Placemark><Point><coordinates>1<!-- -->09,24</coordinates></Point></Placemark></Folder>`, false)
	f.Fuzz(func(t *testing.T, in string, zipped bool) {
		in = kmlOf(in)
		if zipped {
			in = zipOf(t, [2]string{"doc.kml", in})
		}
		checkReader(t, in)
	})
}

func FuzzZip(f *testing.F) {
	f.Add(zipOf(f, [2]string{"doc.kml", kmlOf("<Placemark><Point><coordinates>109,24</coordinates></Point></Placemark>")}))
	f.Fuzz(func(t *testing.T, in string) {
		_, _ = gnss.Read(strings.NewReader(in), fuzzLimits) // its lines are those of what is in it
		_, err := gnss.Read(strings.NewReader("PK\x03\x04"+in), fuzzLimits)
		if r := (*ingest.Refusal)(nil); err != nil && !errors.As(err, &r) {
			t.Fatalf("error %v is no refusal", err)
		}
	})
}

func FuzzPlots(f *testing.F) {
	f.Add("4,0.1,1,甲,面,,,,@\nJ1,1,2683214,36533501\nJ2,1,2683214,36533601\nJ3,1,2683314,36533601\nJ1,1,2683214,36533501\n", 0)
	f.Add("2,,,,线,@\n1,1,2683214,533501\n2,2,2683214,533501\n[x]\n带号=36\n", 4545)
	f.Fuzz(func(t *testing.T, in string, srid int) {
		told, err := gnss.ParseTold("", fmt.Sprint(srid), "", "")
		if err != nil {
			told = gnss.Told{}
		}
		checkTold(t, "[属性描述]\n坐标系=2000国家大地坐标系\n[地块坐标]\n"+in, told)
	})
}

func FuzzDXF(f *testing.F) {
	f.Add(dxfEntity("LWPOLYLINE", "a", 70, 1, 10, 36533501, 20, 2683214, 42, 0.5, 10, 36533601, 20, 2683214), 0)
	f.Add(dxfEntity("POLYLINE", "a", 70, 1)+dxfEntity("VERTEX", "a", 10, 109, 20, 24)+dxfEntity("VERTEX", "a", 10, 110, 20, 24, 42, -1e9)+dxfEntity("SEQEND", "a"), 4326)
	f.Add(dxfEntity("LINE", "a", 10, 109, 20, 24, 11, 110, 21, 24)+dxfEntity("LINE", "a", 10, 109, 20, 24, 11, 109, 21, 25)+dxfEntity("POINT", "b", 10, 109, 20, 24), 0)
	f.Fuzz(func(t *testing.T, in string, srid int) {
		told, err := gnss.ParseTold("", fmt.Sprint(srid), "", "")
		if err != nil {
			told = gnss.Told{}
		}
		checkTold(t, dxfOf(in), told)
	})
}
