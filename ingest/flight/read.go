package flight

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/bep/imagemeta"

	"jieshi/geo"
	"jieshi/ingest"
)

// Limits of the metadata of one photo. Drones write some 80 tags, and an XMP
// packet of 8 KB; makers' notes are long, and skipped.
const (
	maxTags     = 2_000
	maxTagBytes = 4 << 10
	maxXMPBytes = 1 << 20
)

// ReadPhoto reads the metadata of one JPEG or TIFF photo; name is only shown. A
// file that is no photo, or whose metadata are broken, is an [*ingest.Refusal];
// a photo without metadata is a Photo that is not placed. An error of r itself is
// returned wrapped.
func ReadPhoto(name string, r io.ReadSeeker) (Photo, error) {
	p := Photo{Name: name, Quality: ingest.QualityUnknown, AltitudeOf: ingest.HeightUnknown}
	format, err := formatOf(r)
	if err != nil {
		return p, err
	}
	if format == imagemeta.ImageFormatAuto {
		return p, refuseNotPhoto(name)
	}
	t := tags{}
	var x xmp
	watched := &watchedReader{ReadSeeker: r}
	result, err := imagemeta.Decode(imagemeta.Options{
		R: watched, ImageFormat: format,
		Sources:         imagemeta.EXIF | imagemeta.XMP | imagemeta.CONFIG,
		ShouldHandleTag: wanted,
		HandleTag:       t.take,
		HandleXMP:       x.read,
		LimitNumTags:    maxTags, LimitTagSize: maxTagBytes,
	})
	switch {
	case watched.err != nil:
		return p, fmt.Errorf("flight: photo: %w", watched.err)
	case errors.Is(err, errXMP):
		return p, refuseXMP(name)
	case err != nil:
		return p, refuseUnreadable(name)
	}
	p.Width, p.Height = result.ImageConfig.Width, result.ImageConfig.Height
	t.fill(&p)
	x.fill(&p)
	p.settleTime(t, x)
	return p, nil
}

// formatOf knows a photo by its first bytes, and goes back to the first.
func formatOf(r io.ReadSeeker) (imagemeta.ImageFormat, error) {
	head := make([]byte, 4)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return 0, fmt.Errorf("flight: photo: %w", err)
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return 0, fmt.Errorf("flight: photo: %w", err)
	}
	switch head = head[:n]; {
	case bytes.HasPrefix(head, []byte{0xff, 0xd8, 0xff}):
		return imagemeta.JPEG, nil
	case bytes.Equal(head, []byte("II*\x00")), bytes.Equal(head, []byte("MM\x00*")):
		return imagemeta.TIFF, nil
	}
	return imagemeta.ImageFormatAuto, nil
}

// IsPhoto reports whether a file with these first bytes is a photo.
func IsPhoto(head []byte) bool {
	format, err := formatOf(bytes.NewReader(head))
	return err == nil && format != imagemeta.ImageFormatAuto
}

// A watchedReader tells an error of the source from one of the bytes.
type watchedReader struct {
	io.ReadSeeker
	err error
}

func (w *watchedReader) Read(p []byte) (int, error) {
	n, err := w.ReadSeeker.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		w.err = err
	}
	return n, err
}

// settleTime decides when the photo was taken; sources are believed in the order of [TimeSource].
func (p *Photo) settleTime(t tags, x xmp) {
	clock, clockZone := t.clock()
	p.Clock = clock
	if at, ok := x.utcAtExposure(); ok {
		p.Exposed, p.ExposedFrom = at, TimeExposure
	} else if at, ok := t.gpsTime(); ok {
		p.Exposed, p.ExposedFrom = at, TimeGPS
	} else if !clock.IsZero() && clockZone != nil {
		p.Exposed, p.ExposedFrom = inZone(clock, clockZone), TimeZoned
	} else if at, ok := x.created(); ok {
		p.Exposed, p.ExposedFrom = at.UTC(), TimeZoned
	}
}

// inZone reads what a clock showed as time of a zone.
func inZone(clock time.Time, zone *time.Location) time.Time {
	y, m, d := clock.Date()
	return time.Date(y, m, d, clock.Hour(), clock.Minute(), clock.Second(), clock.Nanosecond(), zone).UTC()
}

// place takes a position if it is one: null island is what a drone without a fix writes.
func (p *Photo) place(lon, lat float64) {
	if math.Abs(lon) <= 180 && math.Abs(lat) <= 90 && (lon != 0 || lat != 0) {
		p.Lon, p.Lat, p.Placed = lon, lat, true
	}
}

func sigma(v float64, ok bool) geo.Metres {
	if !ok || !(v > 0 && v < 1000) {
		return 0
	}
	return geo.Metres(v)
}

// plainWords makes what a camera wrote fit to be shown: one line, at most 80 characters.
func plainWords(s string) string {
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, ""), func(r rune) bool { return r <= ' ' || r == 0x7f }), " ")
	if r := []rune(s); len(r) > 80 {
		s = string(r[:80])
	}
	return s
}
