package flight_test

import (
	"bytes"
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"jieshi/geo"
	"jieshi/geo/crs"
	"jieshi/ingest/flight"
	"jieshi/ingest/flight/flighttest"
)

/*
A 4:3 camera with a 35 mm equivalent lens of 21.6333 mm, half of the diagonal of
36 × 24 mm, sees 45° from its axis to its corners. From 50 m, straight down, a
photo then shows 80 m × 60 m:

	+-------- 80 m --------+
	|                      |
	|          + 50 m      | 60 m
	|                      |
	+----------------------+

24 mm is the nearest whole number a test needs: from h metres it shows
2·h·0.9014·0.8 m × 2·h·0.9014·0.6 m.
*/
const half35 = 21.633307652783937 / 24

func mission() flighttest.Mission {
	return flighttest.Mission{
		Lon: 109.3, Lat: 24.25, Above: 100, Focal35: 24, Strips: 4, PerStrip: 10,
		// Shows 144.2 m east-west, 108.2 m north-south: 80 % forward, 70 % side.
		Along: 0.2 * 200 * half35 * 0.6, Over: 0.3 * 200 * half35 * 0.8, Begin: noon,
	}
}

func fly(t *testing.T, m flighttest.Mission, o flight.Options) *flight.Flight {
	t.Helper()
	names, files := m.Files()
	photos := make([]flight.Photo, len(files))
	for i, file := range files {
		var err error
		if photos[i], err = flight.ReadPhoto(names[i], bytes.NewReader(file)); err != nil {
			t.Fatal(err)
		}
	}
	slices.Reverse(photos) // as a folder may list them
	f, err := flight.New(photos, o)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func codes(f *flight.Flight) (list []string) {
	for _, w := range f.Report.Warnings {
		list = append(list, w.Code)
	}
	return list
}

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if math.Abs(got-want) > within {
		t.Errorf("%s is %v, want %v ± %v", what, got, want, within)
	}
}

func TestAFlightWithGoodOverlapSaysSo(t *testing.T) {
	f := fly(t, mission(), flight.Options{})
	r := f.Report
	if r.Photos != 40 || r.Placed != 40 || r.Footprint != 40 || r.Strips != 4 || r.SRID != 4545 {
		t.Errorf("%d photos, %d placed, %d with ground, %d strips, EPSG:%d", r.Photos, r.Placed, r.Footprint, r.Strips, r.SRID)
	}
	if r.Fixes.Fixed != 40 || r.RTKShare != 1 {
		t.Errorf("fixes %+v, share %v", r.Fixes, r.RTKShare)
	}
	near(t, "forward overlap", r.Forward.Median, 0.80, 0.003)
	near(t, "side overlap", r.Side.Median, 0.70, 0.003)
	if r.Forward.N != 36 || r.Side.N != 40 {
		t.Errorf("forward of %d pairs, side of %d photos, want 36 and 40", r.Forward.N, r.Side.N)
	}
	near(t, "height", r.Above.Median, 100, 1e-6)
	near(t, "GSD", r.GSD.Median, 200*half35*0.8/40, 1e-6)
	// 3 × 43.3 + 144.2 m by 9 × 21.6 + 108.2 m.
	near(t, "ground shown", float64(r.Coverage.Ground), (0.3*3+1)*200*half35*0.8*(0.2*9+1)*200*half35*0.6, 300)
	near(t, "line", float64(r.Length), 4*9*0.2*200*half35*0.6+3*0.3*200*half35*0.8, 5) // the mission is laid on a sphere
	if !r.From.Equal(noon) || r.To.Sub(r.From).Seconds() != 78 {
		t.Errorf("from %v to %v", r.From, r.To)
	}
	if f.Shots[0].Name != "DJI_0001.JPG" || f.Shots[39].Name != "DJI_0040.JPG" {
		t.Errorf("order from %s to %s", f.Shots[0].Name, f.Shots[39].Name)
	}
	// The frame of photos at the edges is on fewer than five photos.
	if got := codes(f); len(got) > 1 || (len(got) == 1 && got[0] != "few_photos") {
		t.Errorf("warnings %v", got)
	}
}

// The corners of a footprint lie where trigonometry puts them, seen in the plane.
func TestAFootprintLiesUnderItsPhoto(t *testing.T) {
	f := fly(t, mission(), flight.Options{})
	proj, err := crs.ProjectionOf(4545)
	if err != nil {
		t.Fatal(err)
	}
	s := f.Shots[0]
	cx, cy := proj.Forward(s.Lon, s.Lat)
	east, north := 100*half35*0.8, 100*half35*0.6
	want := []orb.Point{{-east, -north}, {east, -north}, {east, north}, {-east, north}}
	for i, w := range want {
		x, y := proj.Forward(s.Footprint[i][0], s.Footprint[i][1])
		if math.Hypot(x-cx-w[0], y-cy-w[1]) > 0.85 { // true north is 0.534° off grid north here: 0.84 m at a corner
			t.Errorf("corner %d lies %.2f, %.2f from the photo, want %.2f, %.2f", i, x-cx, y-cy, w[0], w[1])
		}
	}
	if s.Footprint.Orientation() != orb.CCW || !s.Footprint.Closed() {
		t.Error("a footprint is closed and counter-clockwise")
	}
}

func TestAStatedHeightBeatsTheOneAboveTakeoff(t *testing.T) {
	f := fly(t, mission(), flight.Options{Above: 50})
	near(t, "height", f.Report.Above.Median, 50, 0)
	near(t, "forward overlap from half the height", f.Report.Forward.Median, 0.6, 0.005)
	if !f.Report.Stated {
		t.Error("the report does not say that the height was stated")
	}
}

func TestAFlightWithHolesIsWarnedOf(t *testing.T) {
	m := mission()
	m.Along, m.Over = 2*m.Along+22, 4*m.Over // 40 % forward at most, strips apart
	m.Flag = func(n int) int { return []int{50, 34, 16, 0}[n%4] }
	f := fly(t, m, flight.Options{})
	for _, want := range []string{"forward_overlap", "side_overlap", "few_photos", "rtk_share"} {
		if !slices.Contains(codes(f), want) {
			t.Errorf("warnings %v, want %s", codes(f), want)
		}
	}
	if r := f.Report.Fixes; r.Fixed != 10 || r.Float != 10 || r.Single != 10 || r.Unknown != 10 {
		t.Errorf("fixes %+v", r)
	}
}

func TestPhotosWithoutAPlaceAreKeptAndNamed(t *testing.T) {
	f, err := flight.New([]flight.Photo{{Name: "b.jpg"}, {Name: "a.jpg"}}, flight.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Shots) != 2 || f.Shots[0].Name != "a.jpg" || f.Report.Placed != 0 || f.Line() != nil {
		t.Errorf("%d shots, the first %s, %d placed", len(f.Shots), f.Shots[0].Name, f.Report.Placed)
	}
	for _, want := range []string{"not_placed", "time_unknown"} {
		if !slices.Contains(codes(f), want) {
			t.Errorf("warnings %v, want %s", codes(f), want)
		}
	}
}

func TestACameraThatLooksToTheHorizonShowsNoGround(t *testing.T) {
	above := geo.Metres(100)
	p := flight.Photo{
		Name: "x", Placed: true, Lon: 109.3, Lat: 24.25, Width: 400, Height: 300, Focal35MM: 24, AboveTakeoff: &above,
		Gimbal: &flight.Attitude{Pitch: -20},
	}
	f, err := flight.New([]flight.Photo{p}, flight.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if f.Shots[0].Footprint != nil || !slices.Contains(codes(f), "no_footprint") || !slices.Contains(codes(f), "oblique") {
		t.Errorf("footprint %v, warnings %v", f.Shots[0].Footprint, codes(f))
	}
}

// Two continents in one folder: the far ones are said, and the plane still holds.
func TestAPhotoFromElsewhereIsLeftOffTheMap(t *testing.T) {
	f, err := flight.New([]flight.Photo{
		{Name: "a", Placed: true, Lon: 109.3, Lat: 24.25}, {Name: "b", Placed: true, Lon: 9.3, Lat: 47},
	}, flight.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if f.Report.Placed != 1 || !slices.Contains(codes(f), "far_away") {
		t.Errorf("%d placed, warnings %v", f.Report.Placed, codes(f))
	}
}
