package gnss_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"jieshi/geo"
	"jieshi/geo/crs"
	"jieshi/ingest"
	"jieshi/ingest/gnss"
)

const emlidHeader = "Name,Code,Code description,Easting,Northing,Elevation,Description,Longitude,Latitude,Ellipsoidal height,Origin,Tilt angle," +
	"Easting RMS,Northing RMS,Elevation RMS,Lateral RMS,Antenna height,Antenna height units,Solution status,Correction type," +
	"Averaging start,Averaging end,Samples,PDOP,GDOP,Base easting,Base northing,Base elevation,Base longitude,Base latitude,CS name\n"

const emlidRow = `J1,,,533501.5,2683214.2,131.2,"大樟树, 树下 ""老界石""",109.33000200,24.25000100,123.457,Global,1.7,0.012,0.011,0.025,0.016,1.8,m,FIX,RTK,` +
	"2024-05-01 16:30:15.2 UTC+08:00,2024-05-01 16:30:45.2 UTC+08:00,30,1.4,1.9,1,2,3,109,24,CGCS2000 / 3-degree Gauss-Kruger CM 108E\n"

func TestATableCarriesAllThatTheReceiverSays(t *testing.T) {
	t.Parallel()
	start := time.Date(2024, 5, 1, 8, 30, 15, 200_000_000, time.UTC)
	rms := geo.Metres(0.02) // of the point, σ√2
	rms /= math.Sqrt2
	emlid := ingest.Fix{
		Lon: 109.330002, Lat: 24.250001, Height: 123.457, HeightType: ingest.HeightEllipsoidal, Time: start, Until: start.Add(30 * time.Second),
		Quality: ingest.QualityFixed, SigmaEast: 0.012, SigmaNorth: 0.011, SigmaUp: 0.025, PDOP: 1.4, Epochs: 30, AntennaHeight: 1.8,
		Name: "J1", Description: `大樟树, 树下 "老界石"`,
	}
	chinese := emlid
	chinese.SigmaEast, chinese.SigmaNorth, chinese.Satellites, chinese.HDOP, chinese.AgeSeconds = rms, rms, 17, 0.8, 1.5
	badElf := ingest.Fix{
		Lon: 109.330002, Lat: 24.250001, Height: 123.457, HeightType: ingest.HeightEllipsoidal, Time: start, Quality: ingest.QualityFixed,
		SigmaEast: rms, SigmaNorth: rms, SigmaUp: 0.03, PDOP: 1.4, HDOP: 0.8, Satellites: 17, AgeSeconds: 1.5,
	}
	trimble := ingest.Fix{
		Lon: 109.330002, Lat: 24.250001, Height: 123.457, HeightType: ingest.HeightUnknown, Quality: ingest.QualityUnknown,
		SigmaEast: rms, SigmaNorth: rms, SigmaUp: 0.03, Name: "J1", Description: "BOUND",
	}
	east, north := inZone(t, 4524, 109.330002, 24.250001)
	for _, tc := range []struct {
		name, in string
		want     ingest.Fix
		kind     ingest.Kind
		notes    string
	}{
		{"Emlid", emlidHeader + emlidRow, emlid, ingest.KindPoints, ""},
		{
			"a Chinese controller, GBK, zone number in front", encoded(t, simplifiedchinese.GBK,
				"点名,编码,北坐标(m),东坐标(m),大地高(m),解状态,卫星数,HDOP,PDOP,HRMS,VRMS,差分龄期,天线高,历元数,开始时间,结束时间\r\n"+
					fmt.Sprintf(`J1,"大樟树, 树下 ""老界石""",%.4f,%.4f,123.457,固定解,17,0.8,1.4,0.020,0.025,1.5,1.800,30,2024-05-01 16:30:15.2 UTC+08:00,2024-05-01 16:30:45.2 UTC+08:00`+"\r\n", north, east)),
			chinese, ingest.KindPoints, "projected encoding_converted",
		},
		{"Bad Elf", "LINE,DATE_TIME_UTC,LATITUDE,LONGITUDE,ELEVATION_MSL,RECEIVER_GEOID_M,ELLIPSOIDAL_M,SPEED_KPH,TRACK,HDOP,VDOP,PDOP,FIXTYPE,QUALITY,NST,NSV,H_RMS,V_RMS,CORR_AGE_SEC\n" +
			"1,2024-05-01T08:30:15.2Z,24.250001,109.330002,143.4,-20,123.457,3.1,181,0.8,1.1,1.4,3,4,17,22,0.02,0.03,1.5\n", badElf, ingest.KindTrack, ""},
		{"Trimble, by tabs, with a title above", "Job: 龙塘\tUnits: m\nPoint ID\tNorth\tEast\tElev\tFeature Code\tH. Prec\tV. Prec\n" +
			fmt.Sprintf("J1\t%.4f\t%.4f\t123.457\tBOUND\t0.020\t0.030\n", north, east), trimble, ingest.KindPoints, "projected"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			walk := oneWalk(t, tc.in)
			if len(walk.Fixes) != 1 {
				t.Fatalf("%d fixes, want 1; notes %v", len(walk.Fixes), walk.Notes)
			}
			got := walk.Fixes[0]
			if !near(got.Lon, tc.want.Lon, 1e-9) || !near(got.Lat, tc.want.Lat, 1e-9) || got.Line == 0 {
				t.Errorf("placed at %.9f %.9f, line %d", got.Lon, got.Lat, got.Line)
			}
			got.Lon, got.Lat, got.Line = tc.want.Lon, tc.want.Lat, 0
			if got != tc.want {
				t.Errorf("fix\n got %+v\nwant %+v", got, tc.want)
			}
			if walk.Kind != tc.kind || walk.Format != "table" || noteCodes(walk) != tc.notes {
				t.Errorf("%s %s with notes %v, want %s with %q", walk.Format, walk.Kind, walk.Notes, tc.kind, tc.notes)
			}
		})
	}
}

// inZone projects a position into a grid.
func inZone(t *testing.T, srid crs.SRID, lon, lat float64) (east, north float64) {
	t.Helper()
	p, err := crs.ProjectionOf(srid)
	if err != nil {
		t.Fatal(err)
	}
	return p.Forward(lon, lat)
}

func preview(t *testing.T, in string) (*gnss.Table, *ingest.Refusal) {
	t.Helper()
	_, err := gnss.Read(strings.NewReader(in), gnss.Limits{})
	var r *ingest.Refusal
	if !errors.As(err, &r) || r.Code != "mapping_unconfirmed" {
		t.Fatalf("error = %v, want mapping_unconfirmed", err)
	}
	table, ok := r.Facts.Preview.(*gnss.Table)
	if !ok || len(table.Questions) == 0 {
		t.Fatalf("the refusal carries no preview with questions: %+v", r.Facts)
	}
	return table, r
}

func mapping(t *testing.T, s string) gnss.Mapping {
	t.Helper()
	m, err := gnss.ParseMapping(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// What is open is asked once, with a proposal; the proposal confirmed is read.
func TestWhatATableLeavesOpenIsAskedAndConfirmed(t *testing.T) {
	t.Parallel()
	east36, north := inZone(t, 4524, 109.33, 24.25) // 36533501…
	east := east36 - 36e6
	row := func(format string, v ...any) string { return strings.Repeat(fmt.Sprintf(format, v...), 3) }
	for _, tc := range []struct {
		name, in  string
		questions int
		mapping   string
		order     crs.AxisOrder
		srid      crs.SRID
		confirm   gnss.Told
	}{
		{
			"CASS: name, code, east, north, height", row("J1,界桩,%.3f,%.3f,123.4\n", east36, north), 1,
			"name,code,east,north,height", crs.EastNorth, 4524,
			gnss.Told{Mapping: mapping(t, "name,code,east,north,height")},
		},
		{
			"CASS without a zone number: two questions", row("J1,,%.3f,%.3f,123.4\n", east, north), 2,
			"name,code,east,north,height", crs.EastNorth, 0,
			gnss.Told{Mapping: mapping(t, "name,code,east,north,height"), SRID: 4545},
		},
		{
			"name, X, Y, H: north first", row("J1,%.3f,%.3f,123.4\n", north, east36), 1,
			"name,north,east,height", crs.NorthEast, 4524,
			gnss.Told{Mapping: mapping(t, "name,north,east,height")},
		},
		{
			"a header of X and Y, by blanks", "点号 X Y H\n" + row("J1 %.3f %.3f 123.4\n", north, east36), 1,
			"name,north,east,height", crs.NorthEast, 4524,
			gnss.Told{Axes: crs.NorthEast},
		},
		{
			"a header of x and y the other way round", "id;x;y\n" + row("1;%.3f;%.3f\n", east36, north), 1,
			"name,east,north", crs.EastNorth, 4524,
			gnss.Told{Axes: crs.EastNorth},
		},
		{
			"a grid that nobody names", "Name,Northing,Easting\n" + row("J1,%.3f,%.3f\n", north, east), 1,
			"name,north,east", crs.NorthEast, 0,
			gnss.Told{SRID: 4545},
		},
		{
			"a header that has east and north mixed up", "点名,东坐标,北坐标\n" + row("J1,%.3f,%.3f\n", north, east36), 1,
			"name,north,east", crs.NorthEast, 4524,
			gnss.Told{Mapping: mapping(t, "name,north,east")},
		},
		{
			"degrees without a header", row("24.25,109.33,J1\n"), 1,
			"lat,lon,code", crs.NorthEast, 4326,
			gnss.Told{Mapping: mapping(t, "lat,lon,name")},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			table, r := preview(t, tc.in)
			if len(table.Questions) != tc.questions || table.Mapping != tc.mapping || table.Axes.Order != tc.order || table.CRS.SRID != tc.srid {
				t.Errorf("%d questions %v, mapping %q, axes %q, EPSG:%d; want %d, %q, %q, %d", len(table.Questions), table.Questions,
					table.Mapping, table.Axes.Order, table.CRS.SRID, tc.questions, tc.mapping, tc.order, tc.srid)
			}
			if !strings.Contains(r.Remedy.EN, "--mapping "+tc.mapping) || len(table.Rows) != 3 {
				t.Errorf("remedy %q, %d rows", r.Remedy.EN, len(table.Rows))
			}
			walks, err := gnss.ReadTold(strings.NewReader(tc.in), gnss.Limits{}, tc.confirm)
			if err != nil {
				t.Fatalf("confirmed: %v", err)
			}
			f := walks[0].Fixes[2]
			if len(walks[0].Fixes) != 3 || !near(f.Lon, 109.33, 1e-8) || !near(f.Lat, 24.25, 1e-8) || walks[0].Kind != ingest.KindPoints {
				t.Errorf("%s of %d, the last at %.9f %.9f", walks[0].Kind, len(walks[0].Fixes), f.Lon, f.Lat)
			}
		})
	}
}

// Nobody is asked where the file says it, in whatever words.
func TestCoordinateSystemsAreReadFromTheFile(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, in string
		srid     crs.SRID // that the row is written in
		cs       string   // what the row says of it
	}{
		{"a zone number before the easting, 3 degrees", "name,easting,northing\n", 4524, ""},
		{"a zone number before the easting, 6 degrees", "name,easting,northing\n", 4497, ""}, // zone 19
		{"the central meridian above the table", "坐标系:CGCS2000 中央子午线:108\nname,easting,northing\n", 4545, ""},
		{"the central meridian of 6 degrees above the table", "坐标系统：CGCS2000 6度带 中央子午线 111°\nname,easting,northing\n", 4508, ""},
		{"an EPSG code above the table", "# CRS: EPSG:4545\nname,easting,northing\n", 4545, ""},
		{"UTM above the table", "Coordinate system: WGS 84 / UTM zone 49N\nname,easting,northing\n", 32649, ""},
		{"the central meridian, with a zone number in the numbers", "坐标系: CGCS2000, 中央子午线 108\nname,easting,northing\n", 4524, ""},
		{"a column of coordinate systems, Emlid's words", "Name,Easting,Northing,CS name\n", 4545, "CGCS2000 / 3-degree Gauss-Kruger CM 108E"},
		{"a column of coordinate systems, UTM", "Name,Easting,Northing,CS name\n", 32649, "WGS 84 / UTM zone 49N"},
		{"a column of coordinate systems, zone", "Name,Easting,Northing,CS name\n", 4524, "CGCS2000 / 3-degree Gauss-Kruger zone 36"},
	} {
		east, north := inZone(t, tc.srid, 109.33, 24.25)
		walk := oneWalk(t, tc.in+fmt.Sprintf("J1,%.4f,%.4f,%s\n", east, north, tc.cs))
		if f := walk.Fixes[0]; !near(f.Lon, 109.33, 1e-8) || !near(f.Lat, 24.25, 1e-8) || noteCodes(walk) != "projected" {
			t.Errorf("%s: %.9f %.9f, notes %v", tc.name, f.Lon, f.Lat, walk.Notes)
		}
	}
}

func TestAnglesAreReadAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ lat, lon, header string }{
		{"24.251", "109.331", ""},
		{"N24.251", "E109.331", ""},
		{"24.251N", "109.331 E", ""},
		{"24°15'03.6\"", "109°19'51.6\"", ""},
		{"24度15分3.6秒", "109度19分51.6秒", ""},
		{"北纬24°15′03.6″", "东经109°19′51.6″", ""},
		{"24:15:03.6", "109:19:51.6", ""},
		{"24-15-03.6N", "109-19-51.6E", ""},
		{"24 15 3.6 N", "109 19 51.6 E", ""},
		{"24 15.06", "109 19.86", ""},
		{"2415.06", "10919.86", ""},
		{"24.15036", "109.19516", "点名,纬度(DDMMSS),经度(DDDMMSS)"},
		{"24.1503600000", "109.1951600000", "点名,纬度(dd.mmss),经度(度分秒)"},
	} {
		header := tc.header
		if header == "" {
			header = "点名,纬度,经度"
		}
		if strings.Contains(header, "dd.mmss") { // not a hint that is known: the person says so
			walks, err := gnss.ReadTold(strings.NewReader(header+"\nJ1,"+tc.lat+","+tc.lon+"\n"), gnss.Limits{}, gnss.Told{Mapping: mapping(t, "name,lat_ddmmss,lon_ddmmss")})
			if err != nil || !near(walks[0].Fixes[0].Lat, 24.251, 1e-12) {
				t.Errorf("%s: %v, %+v", tc.lat, err, walks)
			}
			continue
		}
		quoted := func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
		f := oneWalk(t, header+"\nJ1,"+quoted(tc.lat)+","+quoted(tc.lon)+"\n").Fixes[0]
		if !near(f.Lat, 24.251, 1e-12) || !near(f.Lon, 109.331, 1e-12) {
			t.Errorf("%s %s: %.12f %.12f, want 24.251 109.331", tc.lat, tc.lon, f.Lat, f.Lon)
		}
	}
	south := oneWalk(t, "name,lat,lon\nA,0 30 0 S,-0 15 0\n").Fixes[0]
	if south.Lat != -0.5 || south.Lon != -0.25 {
		t.Errorf("south and west: %v %v, want -0.5 -0.25", south.Lat, south.Lon)
	}
}

func TestTimesOfTablesNeedAZone(t *testing.T) {
	t.Parallel()
	beijing := 8 * 3600
	at := time.Date(2024, 5, 1, 8, 30, 15, 0, time.UTC)
	for _, tc := range []struct {
		header, cell string
		told         *int
		want         time.Time
		notes        string
	}{
		{"time", "2024-05-01 16:30:15 UTC+08:00", nil, at, ""},
		{"time", "2024-05-01T16:30:15+08:00", nil, at, ""},
		{"time", "2024-05-01T08:30:15Z", nil, at, ""},
		{"UTC时间", "2024/5/1 8:30:15", nil, at, ""},
		{"北京时间", "2024年5月1日 16:30:15", nil, at, ""},
		{"采集时间", "2024-05-01 16:30:15", nil, time.Time{}, "time_zone_missing"},
		{"采集时间", "2024-05-01 16:30:15", &beijing, at, ""},
		{"采集时间", "20240501163015", &beijing, at, ""},
		{"日期,时间", "2024-05-01,16:30:15", &beijing, at, ""},
		{"采集时间", "01/05/2024 16:30:15", &beijing, time.Time{}, "time_unreadable"},
	} {
		walks, err := gnss.ReadTold(strings.NewReader("点名,纬度,经度,"+tc.header+"\nJ1,24,109,"+tc.cell+"\n"), gnss.Limits{}, gnss.Told{UTCOffset: tc.told})
		if err != nil {
			t.Errorf("%s %s: %v", tc.header, tc.cell, err)
			continue
		}
		if f := walks[0].Fixes[0]; !f.Time.Equal(tc.want) || noteCodes(walks[0]) != tc.notes {
			t.Errorf("%s %s: %v with notes %v, want %v with %q", tc.header, tc.cell, f.Time, walks[0].Notes, tc.want, tc.notes)
		}
	}
}

// A bare number of a column called Q may be NMEA's or RTKLIB's.
func TestQualityOfTables(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		header, cell string
		told         string
		want         ingest.Quality
		notes        string
	}{
		{"解状态", "固定解", "", ingest.QualityFixed, ""},
		{"解类型", "浮点", "", ingest.QualityFloat, ""},
		{"Solution status", "FLOAT", "", ingest.QualityFloat, ""},
		{"状态", "单点解(1)", "", ingest.QualitySingle, ""},
		{"状态", "码差分", "", ingest.QualityDGPS, ""},
		{"Fix ID", "4", "", ingest.QualityFixed, ""},
		{"Q", "1", "", ingest.QualityUnknown, "quality_unknown"},
		{"Q", "1", "name,lat,lon,quality_rtklib", ingest.QualityFixed, ""},
		{"Q", "1", "name,lat,lon,quality_nmea", ingest.QualitySingle, ""},
	} {
		told := gnss.Told{}
		if tc.told != "" {
			told.Mapping = mapping(t, tc.told)
		}
		walks, err := gnss.ReadTold(strings.NewReader("name,lat,lon,"+tc.header+"\nJ1,24,109,"+tc.cell+"\n"), gnss.Limits{}, told)
		if err != nil {
			t.Fatal(err)
		}
		if f := walks[0].Fixes[0]; f.Quality != tc.want || noteCodes(walks[0]) != tc.notes {
			t.Errorf("%s %s: %s with notes %v, want %s with %q", tc.header, tc.cell, f.Quality, walks[0].Notes, tc.want, tc.notes)
		}
	}
}

func TestRowsThatAreNoPointsArePassedOverAndNoted(t *testing.T) {
	t.Parallel()
	for in, code := range map[string]string{
		"J2,,,固定解\n":          "row_without_place",
		"J2,0,0,单点解\n":        "no_fix",
		"J2,24.1,109.1,未定位\n": "no_fix",
		"# 复测\n":              "line_skipped",
		"以下为第二测段\n":           "line_skipped",
		"点名,纬度,经度,解状态\n":      "line_skipped",
		"J2,24.1,109.1,\n":    "",
		"J2,24.1,109.1\n\n\n": "",
	} {
		walk := oneWalk(t, "点名,纬度,经度,解状态\nJ1,24,109,固定解\n"+in+"J3,25,109,固定解\n")
		if n := len(walk.Fixes); noteCodes(walk) != code || (code == "") != (n == 3) || walk.Fixes[n-1].Name != "J3" {
			t.Errorf("%q: %d fixes, notes %v, want %q", in, n, walk.Notes, code)
		}
	}
}

func TestPointsOfSeveralPlotsAreSeveralWalks(t *testing.T) {
	t.Parallel()
	walks := read(t, "宗地号,点名,纬度,经度\n甲,J1,24,109\n甲,J2,24.1,109\n乙,K1,25,109\n甲,J3,24.1,109.1\n")
	if len(walks) != 2 || walks[0].Name != "甲" || len(walks[0].Fixes) != 3 || walks[1].Name != "乙" || len(walks[1].Fixes) != 1 {
		t.Errorf("walks %+v, want 甲 of three and 乙 of one", walks)
	}
}

func TestADecimalCommaIsAPointWhereCommasPartNothing(t *testing.T) {
	t.Parallel()
	f := oneWalk(t, "name;lat;lon;height\nJ1;24,25;109,33;123,4\n").Fixes[0]
	if f.Lat != 24.25 || f.Lon != 109.33 || f.Height != 123.4 {
		t.Errorf("%+v", f)
	}
}

func TestODKTracesAreReadAloneAndInTables(t *testing.T) {
	t.Parallel()
	const shape = "24.25 109.33 120.5 3;24.26 109.33 121 3;24.26 109.34 0 0;24.25 109.33 120.5 3"
	const path = "24.25 109.33 0 0; 24.26 109.33 0 0"
	for _, tc := range []struct{ name, in, kinds, names string }{
		{"alone", shape + "\n" + path + ";\n", "ring track", ","},
		{"in quotes", `"` + shape + `"`, "ring", ""},
		{"ODK Central", "SubmissionDate,data-boundary,data-name,KEY\n2024-05-01T08:30:15.000Z," + shape + ",李家,uuid:1\n2024-05-02T08:30:15.000Z,,空,uuid:3\n2024-05-01T08:30:15.000Z," + path + ",王家,uuid:2\n", "ring track", "李家,王家"},
		{"KoboToolbox", "start;area;name\n2024;\"" + shape + "\";\"a\nb\"\n", "ring", "a b"},
	} {
		walks := read(t, tc.in)
		var names []string
		for _, w := range walks {
			names = append(names, w.Name)
		}
		if kinds(walks) != tc.kinds || strings.Join(names, ",") != tc.names || walks[0].Format != "odk-trace" {
			t.Errorf("%s: %s %q called %q, want %q %q", tc.name, walks[0].Format, kinds(walks), names, tc.kinds, tc.names)
		}
		f := walks[0].Fixes[0]
		if len(walks[0].Fixes) != 4 || f.Lat != 24.25 || f.Lon != 109.33 || f.Height != 120.5 || !near(float64(f.SigmaEast), 3/1.5096, 1e-6) || f.Line == 0 {
			t.Errorf("%s: %d fixes, the first %+v", tc.name, len(walks[0].Fixes), f)
		}
	}
}
