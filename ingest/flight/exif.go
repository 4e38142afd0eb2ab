package flight

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/bep/imagemeta"

	"jieshi/ingest"
)

// tags are the EXIF values that are asked for, by name.
type tags map[string]any

// asked are the tags of EXIF 2.32 that matter, all others are skipped.
var asked = map[string]bool{
	"Make": true, "Model": true, "SerialNumber": true,
	"DateTimeOriginal": true, "SubSecTimeOriginal": true, "OffsetTimeOriginal": true, "OffsetTime": true,
	"FocalLength": true, "FocalLengthIn35mmFormat": true,
	"GPSLatitudeRef": true, "GPSLatitude": true, "GPSLongitudeRef": true, "GPSLongitude": true,
	"GPSAltitudeRef": true, "GPSAltitude": true, "GPSDateStamp": true, "GPSTimeStamp": true, "GPSHPositioningError": true,
}

// wanted leaves out thumbnails, makers' notes, and the interoperability folder,
// whose tags have the numbers of GPS tags and mean something else.
func wanted(info imagemeta.TagInfo) bool {
	if info.Source != imagemeta.EXIF || !asked[info.Tag] {
		return false
	}
	switch info.Namespace {
	case "IFD0", "IFD0/ExifIFDP":
		return !strings.HasPrefix(info.Tag, "GPS")
	case "IFD0/GPSInfoIFD":
		return true
	}
	return false
}

func (t tags) take(info imagemeta.TagInfo) error {
	t[info.Tag] = info.Value
	return nil
}

func (t tags) text(name string) string {
	s, _ := t[name].(string)
	return plainWords(s)
}

// number reads a value that may have come as integer, fraction or text.
func (t tags) number(name string) (float64, bool) {
	v, ok := numberOf(t[name])
	return v, ok && !math.IsNaN(v) && !math.IsInf(v, 0)
}

func numberOf(value any) (float64, bool) {
	switch v := value.(type) {
	case float64:
		return v, true
	case float32:
		return float64(v), true
	case uint8:
		return float64(v), true
	case uint16:
		return float64(v), true
	case uint32:
		return float64(v), true
	case int32:
		return float64(v), true
	case interface{ Float64() float64 }: // a fraction
		return v.Float64(), true
	case string:
		f, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
		return f, err == nil
	}
	return 0, false
}

// fill takes what EXIF says.
func (t tags) fill(p *Photo) {
	p.Camera = strings.TrimSpace(t.text("Make") + " " + t.text("Model"))
	p.Serial = t.text("SerialNumber")
	p.FocalMM, _ = t.number("FocalLength")
	p.Focal35MM, _ = t.number("FocalLengthIn35mmFormat")
	lon, ok1 := t.number("GPSLongitude")
	lat, ok2 := t.number("GPSLatitude")
	if ok1 && ok2 {
		p.place(signed(lon, t.text("GPSLongitudeRef"), "W"), signed(lat, t.text("GPSLatitudeRef"), "S"))
	}
	if h, ok := t.number("GPSAltitude"); ok && p.Placed && math.Abs(h) < 20_000 {
		ref, _ := t.number("GPSAltitudeRef")
		if ref == 1 || ref == 3 {
			h = -h
		}
		p.Altitude = h
		// EXIF 2.32 says above sea level (0, 1); drones with RTK write ellipsoidal
		// heights there all the same. EXIF 3.0 tells them apart (2, 3).
		if ref >= 2 {
			p.AltitudeOf = ingest.HeightEllipsoidal
		}
	}
	if e, ok := t.number("GPSHPositioningError"); ok {
		p.SigmaEast, p.SigmaNorth = sigma(e/math.Sqrt2, true), sigma(e/math.Sqrt2, true)
	}
}

// signed turns a southern or western value round; imagemeta may have done so already.
func signed(v float64, ref, negative string) float64 {
	if strings.EqualFold(ref, negative) {
		return -math.Abs(v)
	}
	return v
}

// clock returns what the camera's clock showed, and its zone, nil if nobody knows.
func (t tags) clock() (time.Time, *time.Location) {
	at, err := time.Parse("2006:01:02 15:04:05", t.text("DateTimeOriginal"))
	if err != nil || at.Year() < 2000 {
		return time.Time{}, nil
	}
	if fraction := t.text("SubSecTimeOriginal"); fraction != "" {
		if f, err := strconv.ParseFloat("0."+fraction, 64); err == nil && f < 1 {
			at = at.Add(time.Duration(f * float64(time.Second)))
		}
	}
	for _, name := range []string{"OffsetTimeOriginal", "OffsetTime"} {
		if zoned, err := time.Parse("-07:00", t.text(name)); err == nil {
			_, seconds := zoned.Zone()
			return at, time.FixedZone("", seconds)
		}
	}
	return at, nil
}

// gpsTime reads the receiver's date and time, which are UTC by EXIF.
func (t tags) gpsTime() (time.Time, bool) {
	at, err := time.Parse("2006:01:02 15:04:05.999", t.text("GPSDateStamp")+" "+t.text("GPSTimeStamp"))
	return at, err == nil && at.Year() >= 2000
}
