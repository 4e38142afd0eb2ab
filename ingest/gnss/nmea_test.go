package gnss_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"jieshi/ingest"
)

// Parts of an epoch of a receiver at 24.25 N 109.33 E.
func gga(at, quality string) string {
	return nmeaLine("GNGGA," + at + ",2415.00000000,N,10919.80000000,E," + quality + ",12,0.8,150.000,M,-20.000,M,1.5,0001")
}

func rmc(at, date string) string {
	return nmeaLine("GNRMC," + at + ",A,2415.0,N,10919.8,E,0.1,90.0," + date + ",,,A")
}

func TestNMEAFixCarriesAllThatTheEpochSays(t *testing.T) {
	t.Parallel()
	want := ingest.Fix{
		Lat: 24.25, Lon: 109.33, Height: 130, HeightType: ingest.HeightEllipsoidal,
		Quality: ingest.QualityFixed, Satellites: 12, HDOP: 0.8, PDOP: 1.4, AgeSeconds: 1.5,
		SigmaNorth: 0.011, SigmaEast: 0.012, SigmaUp: 0.025,
		Time: time.Date(2024, 5, 1, 8, 30, 15, 200_000_000, time.UTC),
	}
	var (
		position = gga("083015.20", "4")
		date     = rmc("083015.20", "010524")
		zda      = nmeaLine("GPZDA,083015.20,01,05,2024,00,00")
		sigmas   = nmeaLine("GNGST,083015.20,0.9,,,,0.011,0.012,0.025")
		dops     = nmeaLine("GNGSA,A,3,01,02,03,04,,,,,,,,,1.4,0.8,1.1,1") + nmeaLine("GNGSA,A,3,65,66,,,,,,,,,,,1.4,0.8,1.1,2")
	)
	for name, in := range map[string]string{
		"GGA first":         position + date + sigmas + dops,
		"GGA last":          date + sigmas + dops + position,
		"GGA in between":    sigmas + position + dops + date,
		"ZDA for the date":  zda + position + sigmas + dops,
		"lower case digits": strings.Replace(position, position[len(position)-4:], strings.ToLower(position[len(position)-4:]), 1) + date + sigmas + dops,
		"bare line feeds":   strings.ReplaceAll(date+sigmas+dops+position, "\r\n", "\n"),
		"one long line":     strings.ReplaceAll(date+sigmas+dops+position, "\r\n", ""),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			walk := oneWalk(t, in)
			if len(walk.Fixes) != 1 {
				t.Fatalf("%d fixes, want 1", len(walk.Fixes))
			}
			got := walk.Fixes[0]
			got.Line = 0
			if got != want {
				t.Errorf("fix\n got %+v\nwant %+v", got, want)
			}
			if len(walk.Notes) != 0 {
				t.Errorf("notes %v, want none", walk.Notes)
			}
		})
	}
}

func TestNMEASigmasAndDOPsStayWithTheirEpoch(t *testing.T) {
	t.Parallel()
	gst := func(at, north string) string { return nmeaLine("GNGST," + at + ",0.9,,,," + north + ",0.012,0.025") }
	gsa := func(pdop string) string { return nmeaLine("GNGSA,A,3,01,02,03,04,,,,,,,,," + pdop + ",0.8,1.1") }
	fixes := oneWalk(t, rmc("083014", "010524")+
		gga("083015", "4")+gsa("1.1")+gst("083015", "0.011")+
		gga("083016", "4")+gsa("1.2")+ // no GST here
		gst("083017", "0.013")+gsa("1.3")+gga("083017", "4")+
		gst("083018", "0.014")+gsa("1.4")+ // and no GGA here
		gga("083019", "4")).Fixes
	want := []struct{ north, pdop float64 }{{0.011, 1.1}, {0, 1.2}, {0.013, 1.3}, {0, 0}}
	for i, w := range want {
		if f := fixes[i]; float64(f.SigmaNorth) != w.north || f.PDOP != w.pdop {
			t.Errorf("fix %d: north %v PDOP %v, want %v %v", i, f.SigmaNorth, f.PDOP, w.north, w.pdop)
		}
	}
}

func TestNMEAQualitiesAreThoseOfGGA(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]ingest.Quality{
		"1": ingest.QualitySingle, "2": ingest.QualityDGPS, "3": ingest.QualitySingle,
		"4": ingest.QualityFixed, "5": ingest.QualityFloat, "6": ingest.QualityUnknown, "9": ingest.QualityUnknown,
	} {
		walk := oneWalk(t, rmc("083014", "010524")+gga("083015", code))
		if got := walk.Fixes[0].Quality; got != want {
			t.Errorf("quality %s is %q, want %q", code, got, want)
		}
	}
	for _, code := range []string{"0", "", "7", "8"} {
		walk := oneWalk(t, rmc("083014", "010524")+gga("083015", "4")+gga("083016", code))
		if len(walk.Fixes) != 1 || len(walk.Notes) != 1 {
			t.Errorf("quality %q: %d fixes and notes %v; want it passed over with a note", code, len(walk.Fixes), walk.Notes)
		}
	}
}

func TestNMEADatesAreCarriedOverMidnight(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, in, last string }{
		{"a date, then midnight", rmc("235959.00", "311223") + gga("235959.50", "4") + gga("000000.50", "4"), "2024-01-01T00:00:00.5Z"},
		{"the GGA of the new day before its RMC", rmc("235959.00", "280224") + gga("000000.00", "4") + rmc("000000.00", "290224"), "2024-02-29T00:00:00Z"},
		{"a late GGA of the day before", rmc("000000.00", "010324") + gga("235959.90", "4"), "2024-02-29T23:59:59.9Z"},
		{"two midnights", rmc("120000.00", "010524") + gga("230000.00", "4") + gga("010000.00", "4") + gga("230000.00", "4") + gga("010000.00", "4"), "2024-05-03T01:00:00Z"},
		{"midnight passes while there is no fix", rmc("235958.00", "010524") + gga("235959.00", "4") + gga("000000.00", "0") + gga("000001.00", "4"), "2024-05-02T00:00:01Z"},
		{"the log goes on days later", rmc("080000.00", "010524") + gga("080001.00", "4") + gga("090000.00", "4") + rmc("090000.00", "070524"), "2024-05-07T09:00:00Z"},
		{"a leap second", rmc("235959.00", "311216") + gga("235960.00", "4"), "2017-01-01T00:00:00Z"},
		{"a week that rolled over", rmc("120000.00", "150904") + gga("120001.00", "4"), "2024-05-01T12:00:01Z"},
		{"a week that rolled over twice", nmeaLine("GPZDA,120000.00,30,01,1985,00,00") + gga("120001.00", "4"), "2024-05-01T12:00:01Z"},
		{"the oldest date that is believed", rmc("120000.00", "010107") + gga("120001.00", "4"), "2007-01-01T12:00:01Z"},
	} {
		fixes := oneWalk(t, tc.in).Fixes
		if got := fixes[len(fixes)-1].Time; !got.Equal(utc(t, tc.last)) || got.Location() != time.UTC {
			t.Errorf("%s: last fix at %v, want %s", tc.name, got, tc.last)
		}
	}
}

// Receivers of several systems may send GNS instead of GGA, or both.
func TestNMEAGNSIsAFixWhereThereIsNoGGA(t *testing.T) {
	t.Parallel()
	gns := func(at, modes string) string {
		return nmeaLine("GNGNS," + at + ",2415.00000000,N,10919.80000000,E," + modes + ",17,0.7,150.000,-20.000,1.5,0001,S")
	}
	for modes, want := range map[string]ingest.Quality{
		"RRNN": ingest.QualityFixed, "RA": ingest.QualityFixed, "FFAN": ingest.QualityFloat, "DA": ingest.QualityDGPS, "ANNN": ingest.QualitySingle, "EN": ingest.QualityUnknown,
	} {
		walk := oneWalk(t, rmc("083014", "010524")+gns("083015", modes))
		f := walk.Fixes[0]
		if f.Quality != want || f.Satellites != 17 || f.HDOP != 0.7 || f.Height != 130 || f.AgeSeconds != 1.5 || !f.Time.Equal(utc(t, "2024-05-01T08:30:15Z")) {
			t.Errorf("modes %s: %+v, want %s with all its details", modes, f, want)
		}
	}
	for _, modes := range []string{"NNNN", "", "MN", "SS"} {
		walk := oneWalk(t, gga("083015", "4")+gns("083016", modes))
		if len(walk.Fixes) != 1 || noteCodes(walk) == "" {
			t.Errorf("modes %q: %d fixes, notes %v; want it passed over with a note", modes, len(walk.Fixes), walk.Notes)
		}
	}
	sigmas := nmeaLine("GNGST,083015,0.9,,,,0.011,0.012,0.025")
	for name, in := range map[string]string{
		"GGA first": gga("083015", "4") + gns("083015", "RR") + sigmas,
		"GNS first": gns("083015", "RR") + sigmas + gga("083015", "4"),
	} {
		walk := oneWalk(t, rmc("083014", "010524")+in)
		if f := walk.Fixes[0]; len(walk.Fixes) != 1 || f.Satellites != 12 || f.SigmaNorth != 0.011 {
			t.Errorf("%s: %+v, want one fix, of the GGA", name, walk.Fixes)
		}
	}
}

func TestNMEAFixesBeforeTheFirstDateHaveNoTime(t *testing.T) {
	t.Parallel()
	walk := oneWalk(t, gga("083015.00", "4")+gga("083016.00", "4")+rmc("083017.00", "010524")+gga("083017.00", "4"))
	if !walk.Fixes[0].Time.IsZero() || !walk.Fixes[1].Time.IsZero() || walk.Fixes[2].Time.IsZero() {
		t.Errorf("times %v %v %v, want only the last", walk.Fixes[0].Time, walk.Fixes[1].Time, walk.Fixes[2].Time)
	}
	if len(walk.Notes) != 2 || walk.Notes[0].Code != "date_missing" || walk.Notes[0].Line != 1 || !strings.Contains(walk.Notes[1].Text, "2 in all") {
		t.Errorf("notes %v, want date_missing on line 1 and a count of 2", walk.Notes)
	}
}

// A receiver that says V has no fix and may have the date of its factory.
func TestNMEADatesOfAnInvalidRMCAreNotTaken(t *testing.T) {
	t.Parallel()
	walk := oneWalk(t, strings.Replace(nmeaLine("GNRMC,083015.00,V,,,,,,,220899,,,N"), "\r", "", 1)+gga("083015.00", "4"))
	if !walk.Fixes[0].Time.IsZero() {
		t.Errorf("time %v, want none", walk.Fixes[0].Time)
	}
}

func TestNMEAHeightsSayWhatTheyAreAbove(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, fields string
		height       float64
		above        ingest.HeightType
	}{
		{"altitude and separation", "150.000,M,-20.000,M", 130, ingest.HeightEllipsoidal},
		{"a separation of zero is one", "150.000,M,0.0,M", 150, ingest.HeightEllipsoidal},
		{"no separation", "150.000,M,,", 150, ingest.HeightMSL},
		{"no altitude", ",M,-20.0,M", 0, ingest.HeightUnknown},
	} {
		f := oneWalk(t, nmeaLine("GPGGA,083015.00,2415.0,S,10919.8,W,4,12,0.8,"+tc.fields+",,")).Fixes[0]
		if f.Height != tc.height || f.HeightType != tc.above {
			t.Errorf("%s: %v %s, want %v %s", tc.name, f.Height, f.HeightType, tc.height, tc.above)
		}
		if f.Lat != -24.25 || f.Lon != -109.33 {
			t.Errorf("%s: position %v %v, want -24.25 -109.33", tc.name, f.Lat, f.Lon)
		}
	}
}

// talkers is an epoch of each.
func talkers(names ...string) string {
	var out strings.Builder
	for i, name := range names {
		out.WriteString(nmeaLine(fmt.Sprintf("%sGGA,0831%02d,2415.0,N,10919.8,E,4,12,0.8,150.0,M,-20.0,M,,", name, i)))
	}
	return out.String()
}

func TestNMEASurvivesWhatLoggersDo(t *testing.T) {
	t.Parallel()
	good := rmc("083014", "010524") + gga("083015", "4")
	broken := gga("083016", "4")
	for _, tc := range []struct{ name, in, code string }{
		{"comments", "# receiver 7\r\n" + good, ""},
		{"other sentences", nmeaLine("GPGSV,1,1,00") + nmeaLine("PTNL,GGK,1,2") + nmeaLine("GNTXT,01,01,02,hello") + good, ""},
		{"every talker", good + talkers("GP", "GN", "GA", "GL", "GB", "BD", "QZ", "GQ", "GI", "PQ"), ""},
		{"a date that rolled over", rmc("083014", "140904") + gga("083015", "4"), "week_rollover"},
		{"RTCM between the sentences", good + "\xd3\x00\x13\x3e\xd0$GP\x0a\x0d\xff" + gga("083016", "4") + "\xd3\x00\x01\x24\xaa\x0a", "junk_skipped"},
		{"a tag block", "\\s:r1,c:1714552214*1A\\" + good, ""},
		{"binary messages with line feeds and NUL bytes", "\xb5\x62\x01\x07\n\x00\x00$\x80\xff\r\n" + good, "junk_skipped"},
		{"a kilobyte of dollars", strings.Repeat("$", 1024) + good, "junk_skipped"},
		{"binary without a line feed, longer than any buffer", good + strings.Repeat("\xd3\x00", 100<<10) + "\n", "junk_skipped"},
		{"a wrong checksum", good + strings.Replace(broken, "2415", "2416", 1), "bad_checksum"},
		{"a sentence cut by the next one", good + broken[:30] + gga("083017", "4"), "checksum_missing"},
		{"a sentence cut by the end of the file", good + broken[:30], "checksum_missing"},
		{"a checksum cut in half", good + broken[:len(broken)-3], "checksum_missing"},
		{"minutes beyond sixty", good + nmeaLine("GPGGA,083016,2465.0,N,10919.8,E,4,12,0.8,150.0,M,-20.0,M,,"), "line_skipped"},
		{"a hemisphere that is none", good + nmeaLine("GPGGA,083016,2415.0,Q,10919.8,E,4,12,0.8,150.0,M,-20.0,M,,"), "line_skipped"},
		{"a latitude beyond the pole", good + nmeaLine("GPGGA,083016,9115.0,N,10919.8,E,4,12,0.8,150.0,M,-20.0,M,,"), "line_skipped"},
		{"a fix without a position", good + nmeaLine("GPGGA,083016,,,,,1,12,0.8,150.0,M,-20.0,M,,"), "line_skipped"},
		{"a latitude of NaN", good + nmeaLine("GPGGA,083016,nan,N,10919.8,E,4,12,0.8,150.0,M,-20.0,M,,"), "not_finite"},
		{"a height of NaN", good + nmeaLine("GPGGA,083015,2415.0,N,10919.8,E,4,12,0.8,nan,M,-20.0,M,,"), "value_ignored"},
		{"an hour of 25", good + nmeaLine("GPGGA,253015,2415.0,N,10919.8,E,4,12,0.8,150.0,M,-20.0,M,,"), "time_unreadable"},
		{"the 31st of April", good + rmc("083016", "310424"), "time_unreadable"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			walk := oneWalk(t, tc.in)
			f := walk.Fixes[0]
			if f.Lat != 24.25 || f.Time.IsZero() || f.Quality != ingest.QualityFixed {
				t.Errorf("the good fix is %+v", f)
			}
			switch {
			case tc.code == "" && len(walk.Notes) > 0:
				t.Errorf("notes %v, want none", walk.Notes)
			case tc.code != "" && (len(walk.Notes) == 0 || walk.Notes[0].Code != tc.code):
				t.Errorf("notes %v, want %s", walk.Notes, tc.code)
			}
			for _, f := range walk.Fixes {
				if f.Lat != 24.25 {
					t.Errorf("a broken sentence became the fix %+v", f)
				}
			}
		})
	}
}
