package flight_test

import (
	"bytes"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jieshi/geo"
	"jieshi/ingest"
	"jieshi/ingest/flight"
	"jieshi/ingest/flight/flighttest"
)

func read(t *testing.T, file []byte) flight.Photo {
	t.Helper()
	p, err := flight.ReadPhoto("DJI_0001.JPG", bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var noon = time.Date(2026, 10, 15, 4, 0, 0, 0, time.UTC) // 12:00 in Guangxi

func TestAPhotoOfADroneWithRTKSaysWhereHowWellAndWhen(t *testing.T) {
	p := read(t, flighttest.Photo{
		Make: "DJI", Model: "M3E", Lon: 109.3, Lat: 24.25, Altitude: 200, Focal35: 24, Clock: noon.Add(8 * time.Hour),
		XMP: flighttest.DJI(109.300000123, 24.250000456, 100, -12.5, 50, 0.012, noon.Add(120*time.Millisecond)),
	}.JPEG())
	if !p.Placed || p.Lon != 109.300000123 || p.Lat != 24.250000456 {
		t.Errorf("place %v %v, %v: want what the XMP says, it has more digits", p.Placed, p.Lon, p.Lat)
	}
	if p.Quality != ingest.QualityFixed || p.SigmaEast != 0.012 || p.SigmaNorth != 0.012 || p.SigmaUp != 0.024 {
		t.Errorf("quality %s, sigma %v %v %v, want fixed and 0.012, 0.012, 0.024", p.Quality, p.SigmaEast, p.SigmaNorth, p.SigmaUp)
	}
	if p.AltitudeOf != ingest.HeightEllipsoidal || p.Altitude != 200 || p.AboveTakeoff == nil || *p.AboveTakeoff != 100 {
		t.Errorf("height %v %s, above take-off %v", p.Altitude, p.AltitudeOf, p.AboveTakeoff)
	}
	if want := noon.Add(120 * time.Millisecond); !p.Exposed.Equal(want) || p.ExposedFrom != flight.TimeExposure {
		t.Errorf("exposed %v (%s), want %v of the receiver", p.Exposed, p.ExposedFrom, want)
	}
	if p.Gimbal == nil || *p.Gimbal != (flight.Attitude{Yaw: -12.5, Pitch: -90}) {
		t.Errorf("gimbal %v", p.Gimbal)
	}
	if p.Camera != "DJI M3E" || p.Drone != "Mavic 3 Enterprise" || p.Focal35MM != 24 || p.Width != 40 || p.Height != 30 {
		t.Errorf("camera %q of %q, %v mm, %d × %d", p.Camera, p.Drone, p.Focal35MM, p.Width, p.Height)
	}
}

// DJI's numbers are not NMEA's (4 fixed, 5 float) nor RTKLIB's (1 fixed, 2 float).
func TestTheFlagsOfDJIAreNormalised(t *testing.T) {
	for flag, want := range map[int]ingest.Quality{
		50: ingest.QualityFixed, 34: ingest.QualityFloat, 16: ingest.QualitySingle, 0: ingest.QualityUnknown, 4: ingest.QualityUnknown,
	} {
		p := read(t, flighttest.Photo{XMP: flighttest.DJI(109.3, 24.25, 100, 0, flag, 0.5, noon)}.JPEG())
		if p.Quality != want {
			t.Errorf("RtkFlag %d is %s, want %s", flag, p.Quality, want)
		}
	}
}

func TestPropertiesMayBeElements(t *testing.T) {
	xmp := `><drone-dji:GpsLatitude>+24.25</drone-dji:GpsLatitude><drone-dji:GpsLongtitude>+109.3</drone-dji:GpsLongtitude><drone-dji:RtkFlag>34</drone-dji:RtkFlag`
	p := read(t, flighttest.Photo{XMP: xmp}.JPEG())
	if p.Lon != 109.3 || p.Lat != 24.25 || p.Quality != ingest.QualityFloat {
		t.Errorf("read %v, %v, %s", p.Lon, p.Lat, p.Quality)
	}
}

func TestTimesAreBelievedInOrder(t *testing.T) {
	clock := noon.Add(8 * time.Hour)
	for _, tc := range []struct {
		name  string
		photo flighttest.Photo
		want  time.Time
		from  flight.TimeSource
	}{
		{"a clock whose zone nobody knows is no time", flighttest.Photo{Clock: clock}, time.Time{}, ""},
		{"a clock with its zone", flighttest.Photo{Clock: clock, Offset: "+08:00"}, noon, flight.TimeZoned},
		{"XMP says the zone", flighttest.Photo{Clock: clock, XMP: `xmp:CreateDate="2026-10-15T12:00:00+08:00"`}, noon, flight.TimeZoned},
		{"the receiver knows best", flighttest.Photo{Clock: clock, Offset: "+08:00", XMP: `drone-dji:UTCAtExposure="2026:10:15 04:00:01.500000"`}, noon.Add(1500 * time.Millisecond), flight.TimeExposure},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := read(t, tc.photo.JPEG())
			if !p.Exposed.Equal(tc.want) || p.ExposedFrom != tc.from || !p.Clock.Equal(clock) {
				t.Errorf("exposed %v (%s), clock %v; want %v (%s), %v", p.Exposed, p.ExposedFrom, p.Clock, tc.want, tc.from, clock)
			}
		})
	}
}

func TestSouthAndWestAreNegative(t *testing.T) {
	p := read(t, flighttest.Photo{Lon: -70.5, Lat: -33.25}.JPEG())
	if math.Abs(p.Lon+70.5) > 1e-6 || math.Abs(p.Lat+33.25) > 1e-6 {
		t.Errorf("read %v, %v, want -70.5, -33.25", p.Lon, p.Lat)
	}
}

func TestWhatIsNoPhotoIsRefused(t *testing.T) {
	bomb := flighttest.Photo{XMP: "x"}.JPEG()
	bomb = bytes.Replace(bomb, []byte(`<x:xmpmeta`), []byte(`<!DOCTYPE x`), 1)
	for name, tc := range map[string]struct {
		file []byte
		code string
	}{
		"empty":                    {nil, flight.CodeNotPhoto},
		"text":                     {[]byte("not a photo"), flight.CodeNotPhoto},
		"a PNG":                    {[]byte("\x89PNG\r\n\x1a\n0000"), flight.CodeNotPhoto},
		"XMP with a document type": {bomb, flight.CodeXMP},
	} {
		_, err := flight.ReadPhoto("x", bytes.NewReader(tc.file))
		refusal := (*ingest.Refusal)(nil)
		if !errors.As(err, &refusal) || refusal.Code != tc.code || refusal.Reason.ZH == "" || refusal.Remedy.EN == "" {
			t.Errorf("%s: %v, want %s in words for people", name, err, tc.code)
		}
	}
}

type broken struct{ io.ReadSeeker }

func (b broken) Read(p []byte) (int, error) {
	if n, err := b.Seek(0, io.SeekCurrent); err != nil || n >= 200 {
		return 0, errors.Join(err, errors.New("card pulled out"))
	}
	return b.ReadSeeker.Read(p[:min(len(p), 100)])
}

func TestAnErrorOfTheCardIsNotThePhotosFault(t *testing.T) {
	file := flighttest.Photo{Lon: 109.3, Lat: 24.25, XMP: strings.Repeat(" ", 2000)}.JPEG()
	_, err := flight.ReadPhoto("x", broken{bytes.NewReader(file)})
	if refusal := (*ingest.Refusal)(nil); err == nil || errors.As(err, &refusal) || !strings.Contains(err.Error(), "card pulled out") {
		t.Errorf("ReadPhoto() = %v, want the error of the card", err)
	}
}

// A photo of a DJI M300 RTK with a thermal camera, Shenzhen; its README names the position.
func TestARealPhotoSaysWhatItsReadmeSays(t *testing.T) {
	dir := os.Getenv("JIESHI_REAL_DATA")
	if dir == "" {
		t.Skip("JIESHI_REAL_DATA names no folder of real survey files")
	}
	f, err := os.Open(filepath.Join(dir, "drone", "dji_h20n_rtk.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p, err := flight.ReadPhoto("dji_h20n_rtk.jpg", f)
	if err != nil {
		t.Fatal(err)
	}
	if p.Lon != 114.007268015 || p.Lat != 22.596196357 || !p.Placed {
		t.Errorf("place %v, %v", p.Lon, p.Lat)
	}
	if want := time.Date(2022, 3, 24, 9, 37, 59, 0, time.UTC); !p.Exposed.Equal(want) {
		t.Errorf("exposed %v, want %v", p.Exposed, want)
	}
	if !p.Thermal || p.Drone != "Matrice 300 RTK" || p.Camera != "DJI ZH20N" || p.Width != 640 || p.Height != 512 || p.Focal35MM != 29 {
		t.Errorf("%+v", p)
	}
	if p.AboveTakeoff == nil || *p.AboveTakeoff != geo.Metres(42.602) || p.Gimbal == nil || p.Gimbal.Pitch != -32.9 {
		t.Errorf("above take-off %v, gimbal %v", p.AboveTakeoff, p.Gimbal)
	}
	if p.Quality != ingest.QualityUnknown {
		t.Errorf("quality %s: the photo has no RTK flag", p.Quality)
	}
}

func FuzzReadPhoto(f *testing.F) {
	f.Add(flighttest.Photo{
		Make: "DJI", Model: "M3E", Lon: 109.3, Lat: 24.25, Altitude: 200, Focal35: 24, Clock: noon,
		XMP: flighttest.DJI(109.3, 24.25, 100, 0, 50, 0.01, noon),
	}.JPEG())
	f.Add([]byte("II*\x00\x08\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, file []byte) {
		p, err := flight.ReadPhoto("x", bytes.NewReader(file))
		if refusal := (*ingest.Refusal)(nil); err != nil && !errors.As(err, &refusal) {
			t.Fatalf("a fault of ours for bytes of theirs: %v", err)
		}
		if err != nil {
			return
		}
		// Whatever was read can be laid on a map.
		if _, err := flight.New([]flight.Photo{p, p}, flight.Options{}); err != nil {
			t.Fatalf("New() = %v", err)
		}
	})
}
