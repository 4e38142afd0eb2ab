package gnss_test

import (
	"fmt"
	"strings"
	"testing"

	"jieshi/ingest"
	"jieshi/ingest/gnss"
)

// posLine is a good line, i seconds into the walk.
func posLine(i int) string {
	return fmt.Sprintf("2024/05/01 08:30:%02d.000   24.25%07d  109.330000000   123.4567   2  17   0.0110   0.0120   0.0250   0.0010   0.0010   0.0010   1.50   12.0\n", 18+i%40, i)
}

// RTKLIB numbers qualities from the best (1) down; NMEA does not.
func TestPosQualitiesAreThoseOfRTKLIB(t *testing.T) {
	t.Parallel()
	want := []ingest.Quality{
		ingest.QualityFixed, ingest.QualityFloat, ingest.QualityDGPS, ingest.QualityDGPS,
		ingest.QualitySingle, ingest.QualityPPP, ingest.QualityUnknown,
	}
	in := posHeader
	for q := range want {
		in += fmt.Sprintf("2024/05/01 08:30:18.000 24.25 109.33 100.0 %d 9 0 0 0 0 0 0 0 0\n", q+1)
	}
	walk := oneWalk(t, in)
	for i, f := range walk.Fixes {
		if f.Quality != want[i] {
			t.Errorf("Q=%d: quality %q, want %q", i+1, f.Quality, want[i])
		}
	}
	if len(walk.Notes) != 1 || walk.Notes[0].Code != "quality_unknown" || walk.Notes[0].Line != 12 {
		t.Errorf("notes %v, want quality_unknown on line 12", walk.Notes)
	}
}

// The offset at each end of the leap seconds of 2016 and 1981, and before any.
func TestPosGPSTimeFollowsLeapSeconds(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ gpst, utc string }{
		{"2017/01/01 00:00:18.000", "2017-01-01T00:00:00Z"},
		{"2017/01/01 00:00:17.500", "2017-01-01T00:00:00.5Z"}, // within 23:59:60, which time.Time has not
		{"2017/01/01 00:00:16.900", "2016-12-31T23:59:59.9Z"},
		{"2016/06/01 00:00:17.000", "2016-06-01T00:00:00Z"},
		{"1981/07/01 00:00:01.000", "1981-07-01T00:00:00Z"},
		{"1981/06/30 23:59:59.000", "1981-06-30T23:59:59Z"},
		{"1980/01/06 00:00:00.000", "1980-01-06T00:00:00Z"},
	} {
		walk := oneWalk(t, posHeader+tc.gpst+" 24.25 109.33 100.0 1 9 0 0 0 0 0 0 0 0\n")
		if got := walk.Fixes[0].Time; !got.Equal(utc(t, tc.utc)) {
			t.Errorf("GPST %s is %v, want %s", tc.gpst, got, tc.utc)
		}
	}
}

// Half a degree south and west of the origin: RTKLIB writes "-0", and only the
// text of the degrees has the sign.
func TestPosDegreesMinutesSecondsKeepTheSignOfZero(t *testing.T) {
	t.Parallel()
	walk := oneWalk(t, `%  UTC latitude(d'") longitude(d'") height(m) Q ns`+"\n2024/05/01 08:30:18.0 -0 30 00.0 -0 15 36.0 10.0 5 7\n")
	if f := walk.Fixes[0]; f.Lat != -0.5 || !near(f.Lon, -0.26, 1e-15) {
		t.Errorf("position %v %v, want -0.5 -0.26", f.Lat, f.Lon)
	}
}

// The position in metres is from PROJ 9.1:
//
//	echo "109.33 24.25 120" | gdaltransform -s_srs EPSG:4979 -t_srs EPSG:4978
func TestPosEarthCentredPositionsBecomeGeodetic(t *testing.T) {
	t.Parallel()
	const header = "% (x/y/z-ecef=WGS84,Q=1:fix,2:float,3:sbas,4:dgps,5:single,6:ppp,ns=# of satellites)\n" +
		"%  GPST                      x-ecef(m)      y-ecef(m)      z-ecef(m)   Q  ns   sdx(m)   sdy(m)   sdz(m)  sdxy(m)  sdyz(m)  sdzx(m) age(s)  ratio\n"
	const x, y, z = -1926052.18063908, 5490723.66114513, 2603604.13727223
	line := func(sds string) string {
		return header + fmt.Sprintf("2024/05/01 08:30:18.000 %14.4f %14.4f %14.4f 1 12 %s 0.5 9.9\n", x, y, z, sds)
	}
	t.Run("position", func(t *testing.T) {
		t.Parallel()
		f := oneWalk(t, line("0.02 0.02 0.02 0 0 0")).Fixes[0]
		if !near(f.Lat, 24.25, 2e-9) || !near(f.Lon, 109.33, 2e-9) || !near(f.Height, 120, 2e-4) || f.HeightType != ingest.HeightEllipsoidal {
			t.Errorf("position %.10f %.10f %.4f %s, want 24.25 109.33 120 ellipsoidal", f.Lat, f.Lon, f.Height, f.HeightType)
		}
	})
	t.Run("a sphere of errors stays one", func(t *testing.T) {
		t.Parallel()
		f := oneWalk(t, line("0.02 0.02 0.02 0 0 0")).Fixes[0]
		for _, s := range []float64{float64(f.SigmaEast), float64(f.SigmaNorth), float64(f.SigmaUp)} {
			if !near(s, 0.02, 1e-12) {
				t.Errorf("sigmas %v %v %v, want 0.02 each", f.SigmaEast, f.SigmaNorth, f.SigmaUp)
			}
		}
	})
	t.Run("an error along east only", func(t *testing.T) {
		t.Parallel()
		// East at 109.33 E is (-sin, cos, 0) = (-0.943628, -0.331009, 0); with
		// sigma 0.1 m along it sdx = 0.0943628, sdy = 0.0331009 and the
		// covariance +0.00312349 m², whose root is 0.0558882.
		f := oneWalk(t, line("0.0943628 0.0331009 0 0.0558882 0 0")).Fixes[0]
		if !near(float64(f.SigmaEast), 0.1, 1e-5) || float64(f.SigmaNorth) > 1e-4 || float64(f.SigmaUp) > 1e-4 {
			t.Errorf("sigmas east %v north %v up %v, want 0.1 0 0", f.SigmaEast, f.SigmaNorth, f.SigmaUp)
		}
	})
	t.Run("a position in space is passed over", func(t *testing.T) {
		t.Parallel()
		r := refusal(t, header+"2024/05/01 08:30:18.000 0 0 0 1 12 0 0 0 0 0 0 0 0\n", gnss.Limits{})
		if r.Code != "no_fixes" || !strings.Contains(r.Reason.EN, "not near the ground") {
			t.Errorf("refusal %v", r)
		}
	})
}

// One metre east at 24.25 N and 120 m is 1/((N+h) cos φ) rad of longitude with
// N = 6381741.39 m: 9.84677e-6°; 100 m up changes the height alone.
func TestPosBaselinesAreLaidOffFromTheBase(t *testing.T) {
	t.Parallel()
	const columns = "%  GPST  e-baseline(m)  n-baseline(m)  u-baseline(m)   Q  ns   sde(m)   sdn(m)   sdu(m)  sden(m)  sdnu(m)  sdue(m) age(s)  ratio\n"
	const x, y, z = -1926052.18063908, 5490723.66114513, 2603604.13727223 // PROJ, as above
	for name, ref := range map[string]string{
		"base in degrees":        "% ref pos   :  24.250000000  109.330000000   120.0000\n",
		"base in dms":            "% ref pos   :  24 15 00.00000  109 19 48.00000   120.0000\n",
		"base in earth's centre": fmt.Sprintf("%% ref pos   : %14.4f %14.4f %14.4f\n", x, y, z),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixes := oneWalk(t, ref+columns+
				"2024/05/01 08:30:18.000 1.0 0.0 0.0 1 12 0.01 0.02 0.03 0 0 0 0 9\n"+
				"2024/05/01 08:30:19.000 0.0 0.0 100.0 1 12 0.01 0.02 0.03 0 0 0 0 9\n").Fixes
			east, up := fixes[0], fixes[1]
			if !near(east.Lon, 109.33+9.84677e-6, 3e-9) || !near(east.Lat, 24.25, 3e-9) || !near(east.Height, 120, 1e-3) {
				t.Errorf("1 m east is %.9f %.9f %.4f", east.Lon, east.Lat, east.Height)
			}
			if !near(up.Lon, 109.33, 3e-9) || !near(up.Lat, 24.25, 3e-9) || !near(up.Height, 220, 1e-3) {
				t.Errorf("100 m up is %.9f %.9f %.4f", up.Lon, up.Lat, up.Height)
			}
			if east.SigmaEast != 0.01 || east.SigmaNorth != 0.02 || east.SigmaUp != 0.03 {
				t.Errorf("sigmas %v %v %v, want 0.01 0.02 0.03", east.SigmaEast, east.SigmaNorth, east.SigmaUp)
			}
		})
	}
}

func TestPosBadLinesArePassedOverAndNoted(t *testing.T) {
	t.Parallel()
	good := posLine(0)
	for _, tc := range []struct{ name, line, code string }{
		{"a line cut short", good[:40] + "\n", "line_skipped"},
		{"a line cut within the sigmas", good[:90] + "\n", "line_skipped"},
		{"an impossible day", strings.Replace(good, "2024/05/01", "2024/02/30", 1), "line_skipped"},
		{"a latitude beyond the pole", strings.Replace(good, " 24.25", " 94.25", 1), "line_skipped"},
		{"letters in a number", strings.Replace(good, "109.33", "1O9.33", 1), "line_skipped"},
		{"a hexadecimal number", strings.Replace(good, "123.4567", "0x1p-2", 1), "line_skipped"},
		{"a negative sigma", strings.Replace(good, " 0.0110", "-0.0110", 1), "line_skipped"},
		{"a NaN", strings.Replace(good, "123.4567", "nan     ", 1), "not_finite"},
		{"an infinite sigma", strings.Replace(good, "0.0110", "inf   ", 1), "not_finite"},
		{"GBK bytes", "\xc1\xf8\xbd\xad\n", "line_skipped"},
		{"an empty field between commas", "2024/05/01 08:30:18.000,24.25,,123.4,1,17,0,0,0,0,0,0,0,0\n", "line_skipped"},
		{"a line of a megabyte", strings.Repeat("9", 1<<20) + "\n", "line_skipped"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			walk := oneWalk(t, posHeader+good+tc.line+posLine(1))
			if len(walk.Fixes) != 2 || walk.Fixes[0].Line != 6 || walk.Fixes[1].Line != 8 {
				t.Errorf("%d fixes, want those of lines 6 and 8", len(walk.Fixes))
			}
			if len(walk.Notes) != 1 || walk.Notes[0].Code != tc.code || walk.Notes[0].Line != 7 {
				t.Errorf("notes %v, want %s on line 7", walk.Notes, tc.code)
			}
		})
	}
}

func TestPosWithoutAHeaderIsReadAndQuestioned(t *testing.T) {
	t.Parallel()
	walk := oneWalk(t, posLine(0)+posLine(1))
	if len(walk.Fixes) != 2 || len(walk.Notes) != 1 || walk.Notes[0].Code != "header_missing" {
		t.Errorf("%d fixes, notes %v; want 2 and header_missing", len(walk.Fixes), walk.Notes)
	}
}

func TestPosOnAnUnknownClockHasNoTimes(t *testing.T) {
	t.Parallel()
	walk := oneWalk(t, strings.Replace(posHeader, "GPST", "BDT ", 1)+posLine(0))
	if !walk.Fixes[0].Time.IsZero() || len(walk.Notes) != 1 || walk.Notes[0].Code != "time_scale_unknown" {
		t.Errorf("time %v, notes %v; want none and time_scale_unknown", walk.Fixes[0].Time, walk.Notes)
	}
}

// Windows writes folder names in GBK into the comments; nothing is taken from
// there, so nothing can be misread.
func TestPosCommentsMayBeInAnyEncoding(t *testing.T) {
	t.Parallel()
	walk := oneWalk(t, "% inp file  : D:\\\xb2\xe2\xc1\xbf\\base.obs\n"+posHeader+posLine(0))
	if len(walk.Fixes) != 1 || len(walk.Notes) != 0 {
		t.Errorf("%d fixes, notes %v; want 1 and none", len(walk.Fixes), walk.Notes)
	}
}

func TestLinesMayEndAnyWay(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]string{"LF": "\n", "CR LF": "\r\n", "CR": "\r"} {
		in := strings.ReplaceAll(posHeader+posLine(0)+posLine(1), "\n", end)
		walk := oneWalk(t, strings.TrimSuffix(in, end))
		if len(walk.Fixes) != 2 || walk.Fixes[1].Line != 7 || len(walk.Notes) != 0 {
			t.Errorf("%s: %d fixes, notes %v; want 2, the second on line 7", name, len(walk.Fixes), walk.Notes)
		}
	}
}

func TestNotesAreCountedWhenThereAreTooMany(t *testing.T) {
	t.Parallel()
	walk := oneWalk(t, posHeader+posLine(0)+strings.Repeat("broken\n", 1000))
	if len(walk.Notes) != 21 || !strings.Contains(walk.Notes[20].Text, "980 more") || walk.Notes[20].Line != 0 {
		t.Fatalf("%d notes, the last %+v; want 20 and one that says 980 more", len(walk.Notes), walk.Notes[len(walk.Notes)-1])
	}
	for _, n := range walk.Notes {
		if words, ok := gnss.Explain(n.Code); !ok || words.ZH == "" || words.EN == "" {
			t.Errorf("nothing explains %s", n.Code)
		}
	}
}
