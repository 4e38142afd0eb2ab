package gnss_test

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"jieshi/ingest"
	"jieshi/ingest/gnss"
)

// realFile opens a file of the folder of real data, of which this repository
// holds no copy.
func realFile(t *testing.T, name string) *os.File {
	t.Helper()
	dir := os.Getenv("JIESHI_REAL_DATA")
	if dir == "" {
		t.Skip("JIESHI_REAL_DATA does not name the folder of real data")
	}
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func readReal(t *testing.T, name string) []ingest.Walk {
	t.Helper()
	walks, err := gnss.Read(realFile(t, name), gnss.Limits{})
	if err != nil {
		t.Fatalf("Read(%s) error = %v", name, err)
	}
	return walks
}

func qualities(w ingest.Walk) map[ingest.Quality]int {
	n := map[ingest.Quality]int{}
	for _, f := range w.Fixes {
		n[f.Quality]++
	}
	return n
}

func near(a, b, within float64) bool { return math.Abs(a-b) <= within }

func TestRealRoverSolution(t *testing.T) {
	walks := readReal(t, "gnss/rover_1Hz_rtk.pos")
	if len(walks) != 1 {
		t.Fatalf("%d walks, want 1", len(walks))
	}
	q := qualities(walks[0])
	if len(q) != 2 || q[ingest.QualityFixed] != 142 || q[ingest.QualityFloat] != 389 {
		t.Errorf("qualities %v, want 142 fixed and 389 float", q)
	}
	first := walks[0].Fixes[0]
	if want := utc(t, "2023-07-11T06:04:14Z"); !first.Time.Equal(want) { // GPST 06:04:32
		t.Errorf("first fix at %v, want %v", first.Time, want)
	}
	if noteCodes(walks[0]) != "velocity_ignored" {
		t.Errorf("notes %v, want one that velocities were left out", walks[0].Notes)
	}
}

func TestRealReferenceSolution(t *testing.T) {
	walks := readReal(t, "gnss/reference_1Hz.pos")
	if len(walks) != 1 || len(walks[0].Fixes) != 1231 {
		t.Fatalf("%d walks, first of %d fixes; want one of 1231", len(walks), len(walks[0].Fixes))
	}
}

func TestRealTrimbleLog(t *testing.T) {
	walks := readReal(t, "gnss/nmea-rtk.log")
	if len(walks) != 1 {
		t.Fatalf("%d walks, want 1", len(walks))
	}
	q := qualities(walks[0])
	if len(q) != 2 || q[ingest.QualityDGPS] != 104 || q[ingest.QualityFixed] != 18 {
		t.Errorf("qualities %v, want 104 dgps and 18 fixed", q)
	}
	f := walks[0].Fixes[0]
	if !near(f.Lat, 41.574965910, 5e-10) || !near(f.Lon, -93.750571901, 5e-10) {
		t.Errorf("first fix %.9f %.9f, want 41.574965910 -93.750571901", f.Lat, f.Lon)
	}
	// 246.719 = 278.161 above mean sea level - 31.442 of separation
	if f.HeightType != ingest.HeightEllipsoidal || !near(f.Height, 246.719, 1e-9) {
		t.Errorf("height %v %s, want 246.719 ellipsoidal", f.Height, f.HeightType)
	}
	// The RMC of the same instant follows the first GGA.
	if want := utc(t, "2020-03-18T13:28:19.6Z"); !f.Time.Equal(want) {
		t.Errorf("first fix at %v, want %v", f.Time, want)
	}
}

func TestRealWalkedLoop(t *testing.T) {
	walks := readReal(t, "gnss/korita-zbevnica.gpx")
	if kinds(walks) != "track track track track points" || len(walks[0].Fixes) != 0 || len(walks[1].Fixes) != 358 {
		t.Fatalf("walks %q; want four tracks, the first empty and the second of 358 points, and the waypoints", kinds(walks))
	}
	if walks[1].Name != "03-OCT-10 #2" {
		t.Errorf("second track is called %q", walks[1].Name)
	}
}

func TestRealTrackOfGoogleEarth(t *testing.T) {
	walks := readReal(t, "gnss/gxtrack.kml")
	if len(walks) != 1 || len(walks[0].Fixes) != 7 || walks[0].Kind != ingest.KindTrack || len(walks[0].Notes) != 0 {
		t.Fatalf("walks %+v, want a track of seven", walks)
	}
	last := walks[0].Fixes[6]
	if last.Lon != -122.203207 || last.Lat != 37.374857 || last.Height != 140.199997 || !last.Time.Equal(utc(t, "2010-05-28T02:02:56Z")) {
		t.Errorf("the last fix is %+v", last)
	}
}

func TestRealHostileXMLIsRefusedInMilliseconds(t *testing.T) {
	for _, name := range []string{"xmlbomb.xml", "quadratic.xml", "external_file.xml"} {
		f := realFile(t, "hostile/"+name)
		before := time.Now()
		_, err := gnss.Read(f, gnss.Limits{})
		took := time.Since(before)
		var r *ingest.Refusal
		if !errors.As(err, &r) || r.Code != "xml_doctype" {
			t.Errorf("%s: error = %v, want xml_doctype", name, err)
		}
		if took > 50*time.Millisecond {
			t.Errorf("%s: refused after %v", name, took)
		}
	}
}

// The rings counted beforehand: 233 polygons and a hole, 173 and a hole, 10.
func TestRealClaims(t *testing.T) {
	for name, want := range map[string]int{
		"claims/albuquerque.geojson":              234,
		"claims/zurich.geojson":                   174,
		"claims/guangxi_liuzhou_counties.geojson": 10,
	} {
		if walks := readReal(t, name); len(walks) != want {
			t.Errorf("%s: %d walks, want %d", name, len(walks), want)
		}
	}
}

func TestRealFilesThatAreNotWalks(t *testing.T) {
	for name, format := range map[string]gnss.Format{
		"drone/mars.tif":                 gnss.FormatTIFF,
		"drone/dji_h20n_rtk.jpg":         gnss.FormatJPEG,
		"claims/municipalities_2010.zip": gnss.FormatZip,
	} {
		head := make([]byte, 4096)
		n, _ := realFile(t, name).Read(head)
		if got := gnss.Sniff(head[:n]); got != format {
			t.Errorf("%s: Sniff() = %q, want %q", name, got, format)
		}
		_, err := gnss.Read(realFile(t, name), gnss.Limits{})
		if r := (*ingest.Refusal)(nil); !errors.As(err, &r) || r.Code != "format_unsupported" {
			t.Errorf("%s: error = %v, want format_unsupported", name, err)
		}
	}
}
