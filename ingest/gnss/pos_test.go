package gnss_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"jieshi/ingest"
	"jieshi/ingest/gnss"
)

const posHeader = `% program   : RTKLIB ver.2.4.3
% ref pos   :  24.250000000  109.330000000   120.0000
%
% (lat/lon/height=WGS84/ellipsoidal,Q=1:fix,2:float,3:sbas,4:dgps,5:single,6:ppp,ns=# of satellites)
%  GPST                  latitude(deg) longitude(deg)  height(m)   Q  ns   sdn(m)   sde(m)   sdu(m)  sdne(m)  sdeu(m)  sdun(m) age(s)  ratio
`

// utc is a time in UTC in the form 2024-05-01T08:30:00.5Z.
func utc(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// oneWalk reads a text that must be a single walk.
func oneWalk(t *testing.T, in string) ingest.Walk {
	t.Helper()
	walks, err := gnss.Read(strings.NewReader(in), gnss.Limits{})
	if err != nil {
		t.Fatalf("Read() error = %v", err)
	}
	if len(walks) != 1 {
		t.Fatalf("Read() gave %d walks, want 1", len(walks))
	}
	return walks[0]
}

func TestPosColumnsAreReadByTheirHeader(t *testing.T) {
	t.Parallel()
	want := ingest.Fix{
		Lat: 24.250001, Lon: 109.330002, Height: 123.4567, HeightType: ingest.HeightEllipsoidal,
		Quality: ingest.QualityFixed, Satellites: 17,
		SigmaNorth: 0.011, SigmaEast: 0.012, SigmaUp: 0.025, AgeSeconds: 1.5,
	}
	const gpst = "2024-05-01T08:30:00.2Z" // 08:30:18.2 GPST: 18 s ahead since 2017
	for _, tc := range []struct {
		name, in, time string
		height         ingest.HeightType
		notes          string
	}{
		{
			name: "blanks, calendar time",
			in:   posHeader + "2024/05/01 08:30:18.200   24.250001000  109.330002000   123.4567   1  17   0.0110   0.0120   0.0250   0.0010   0.0010   0.0010   1.50   12.0\n",
			time: gpst,
		},
		{
			// 2024-05-01 is the third day of GPS week 2312: 3·86400 + 30618.2 s
			name: "blanks, week and time of week",
			in: strings.Replace(posHeader, "%  GPST                  ", "%  GPST          ", 1) +
				"2312 289818.200   24.250001000  109.330002000   123.4567   1  17   0.0110   0.0120   0.0250   0.0010   0.0010   0.0010   1.50   12.0\n",
			time: gpst,
		},
		{
			name: "commas",
			in: "%  GPST                  ,   latitude(deg),  longitude(deg), height(m),  Q, ns,  sdn(m),  sde(m),  sdu(m), sdne(m), sdeu(m), sdun(m),age(s), ratio\n" +
				"2024/05/01 08:30:18.200,  24.250001000, 109.330002000,  123.4567,  1, 17,  0.0110,  0.0120,  0.0250,  0.0010,  0.0010,  0.0010,  1.50,  12.0\n",
			time: gpst,
		},
		{
			name: "semicolons",
			in: "%  UTC;latitude(deg);longitude(deg);height(m);Q;ns;sdn(m);sde(m);sdu(m);sdne(m);sdeu(m);sdun(m);age(s);ratio\n" +
				"2024/05/01 08:30:18.200;24.250001000;109.330002000;123.4567;1;17;0.0110;0.0120;0.0250;0.0010;0.0010;0.0010;1.50;12.0\n",
			time: "2024-05-01T08:30:18.2Z",
		},
		{
			name: "tabs, UTC, CR LF and a BOM",
			in: "\xef\xbb\xbf%  UTC\tlatitude(deg)\tlongitude(deg)\theight(m)\tQ\tns\tsdn(m)\tsde(m)\tsdu(m)\tsdne(m)\tsdeu(m)\tsdun(m)\tage(s)\tratio\r\n" +
				"2024/05/01 08:30:18.200\t24.250001000\t109.330002000\t123.4567\t1\t17\t0.0110\t0.0120\t0.0250\t0.0010\t0.0010\t0.0010\t1.50\t12.0\r\n",
			time: "2024-05-01T08:30:18.2Z",
		},
		{
			name: "Japanese time before the day turns in UTC",
			in: strings.Replace(posHeader, "GPST", "JST ", 1) +
				"2024/05/01 08:30:18.200   24.250001000  109.330002000   123.4567   1  17   0.0110   0.0120   0.0250   0.0010   0.0010   0.0010   1.50   12.0\n",
			time: "2024-04-30T23:30:18.2Z",
		},
		{
			name:  "velocities behind are passed over",
			notes: "velocity_ignored",
			in: strings.Replace(posHeader, "  ratio\n", "  ratio    vn(m/s)    ve(m/s)    vu(m/s)      sdvn     sdve     sdvu    sdvne    sdveu    sdvun\n", 1) +
				"2024/05/01 08:30:18.200   24.250001000  109.330002000   123.4567   1  17   0.0110   0.0120   0.0250   0.0010   0.0010   0.0010   1.50   12.0 9 9 9 9 9 9 9 9 9\n",
			time: gpst,
		},
		{
			// 0.0036" and 0.0072" are 1e-6° and 2e-6°
			name: "degrees, minutes and seconds",
			in: `%  GPST                   latitude(d'")   longitude(d'")  height(m)   Q  ns   sdn(m)   sde(m)   sdu(m)  sdne(m)  sdeu(m)  sdun(m) age(s)  ratio` + "\n" +
				"2024/05/01 08:30:18.200   24 15 00.0036  109 19 48.0072   123.4567   1  17   0.0110   0.0120   0.0250   0.0010   0.0010   0.0010   1.50   12.0\n",
			time: gpst,
		},
		{
			name: "height above the geoid",
			in: strings.Replace(posHeader, "WGS84/ellipsoidal", "WGS84/geodetic", 1) +
				"2024/05/01 08:30:18.200   24.250001000  109.330002000   123.4567   1  17   0.0110   0.0120   0.0250   0.0010   0.0010   0.0010   1.50   12.0\n",
			time: gpst, height: ingest.HeightMSL,
		},
		{
			name: "columns in another order",
			in: "%  GPST longitude(deg) latitude(deg) height(m) ns Q sde(m) sdn(m) sdu(m) age(s)\n" +
				"2024/05/01 08:30:18.200 109.330002 24.250001 123.4567 17 1 0.012 0.011 0.025 1.5\n",
			time: gpst,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			walk := oneWalk(t, tc.in)
			if len(walk.Fixes) != 1 {
				t.Fatalf("%d fixes, want 1; notes %v", len(walk.Fixes), walk.Notes)
			}
			want := want
			want.Time = utc(t, tc.time)
			want.Line = strings.Count(tc.in, "\n")
			if tc.height != "" {
				want.HeightType = tc.height
			}
			got := walk.Fixes[0]
			if math.Abs(got.Lat-want.Lat) < 1e-12 && math.Abs(got.Lon-want.Lon) < 1e-12 {
				got.Lat, got.Lon = want.Lat, want.Lon // dms sums round in the last digit
			}
			if got != want {
				t.Errorf("fix\n got %+v\nwant %+v", got, want)
			}
			if walk.Format != "rtklib-pos" || noteCodes(walk) != tc.notes {
				t.Errorf("format %q, notes %v; want rtklib-pos and %q", walk.Format, walk.Notes, tc.notes)
			}
		})
	}
}
