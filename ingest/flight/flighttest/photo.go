// Package flighttest makes drone photos for tests: real JPEG files with the EXIF
// and XMP that a drone writes, a few hundred bytes each, and whole missions of
// them. Its metadata are written here, so that tests can break them as well.
package flighttest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/jpeg"
	"math"
	"time"
)

// A Photo is what goes into the metadata. Zero values are left out.
type Photo struct {
	Make, Model string
	Lon, Lat    float64
	Altitude    float64   // metres
	Clock       time.Time // what the camera's clock shows
	Offset      string    // zone of the clock, e.g. "+08:00"
	Focal35     uint16
	XMP         string // properties of an rdf:Description, e.g. DJI(…)
	Width       int    // pixels; 40 × 30 if zero
	Height      int
}

// JPEG returns the photo as a file.
func (p Photo) JPEG() []byte {
	w, h := p.Width, p.Height
	if w == 0 {
		w, h = 40, 30
	}
	var picture bytes.Buffer
	if err := jpeg.Encode(&picture, image.NewGray(image.Rect(0, 0, w, h)), nil); err != nil {
		panic(err) // a picture in memory
	}
	var out bytes.Buffer
	out.Write(picture.Bytes()[:2]) // start of image
	segment(&out, append([]byte("Exif\x00\x00"), p.exif()...))
	if p.XMP != "" {
		segment(&out, []byte("http://ns.adobe.com/xap/1.0/\x00"+Packet(p.XMP)))
	}
	out.Write(picture.Bytes()[2:])
	return out.Bytes()
}

// Packet wraps properties as XMP does.
func Packet(properties string) string {
	return `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
		`<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:drone-dji="http://www.dji.com/drone-dji/1.0/" ` +
		properties + `></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`
}

func segment(out *bytes.Buffer, body []byte) {
	out.Write([]byte{0xff, 0xe1})
	_ = binary.Write(out, binary.BigEndian, uint16(len(body)+2)) //nolint:gosec // metadata of a test
	out.Write(body)
}

// An entry is one tag of a TIFF folder, with its value as bytes.
type entry struct {
	tag, kind uint16
	count     uint32
	value     []byte
}

const (
	kindByte, kindText, kindShort, kindLong, kindRational = 1, 2, 3, 4, 5
)

func text(tag uint16, s string) entry {
	return entry{tag, kindText, uint32(len(s) + 1), append([]byte(s), 0)} //nolint:gosec // short
}

func short(tag, v uint16) entry {
	return entry{tag, kindShort, 1, binary.LittleEndian.AppendUint16(nil, v)}
}

func rationals(tag uint16, values ...float64) entry {
	e := entry{tag: tag, kind: kindRational, count: uint32(len(values))} //nolint:gosec // three
	for _, v := range values {
		e.value = binary.LittleEndian.AppendUint32(e.value, uint32(math.Round(v*1e6)))
		e.value = binary.LittleEndian.AppendUint32(e.value, 1e6)
	}
	return e
}

// exif is a little-endian TIFF of three folders: IFD0, Exif and GPS.
func (p Photo) exif() []byte {
	var main, exif, gps []entry
	if p.Make != "" {
		main = append(main, text(0x010f, p.Make), text(0x0110, p.Model))
	}
	if !p.Clock.IsZero() {
		exif = append(exif, text(0x9003, p.Clock.Format("2006:01:02 15:04:05")))
		if p.Offset != "" {
			exif = append(exif, text(0x9011, p.Offset))
		}
	}
	if p.Focal35 > 0 {
		exif = append(exif, short(0xa405, p.Focal35))
	}
	if p.Lon != 0 || p.Lat != 0 {
		gps = append(gps, text(1, ref(p.Lat, "N", "S")), sexagesimal(2, p.Lat), text(3, ref(p.Lon, "E", "W")), sexagesimal(4, p.Lon))
		if p.Altitude != 0 {
			gps = append(gps, entry{5, kindByte, 1, []byte{0}}, rationals(6, p.Altitude))
		}
	}
	const head = 8
	mainSize := folderSize(append(main, entry{}, entry{}))
	exifAt := head + mainSize
	gpsAt := exifAt + folderSize(exif)
	main = append(main, entry{0x8769, kindLong, 1, binary.LittleEndian.AppendUint32(nil, uint32(exifAt))}, //nolint:gosec // small
		entry{0x8825, kindLong, 1, binary.LittleEndian.AppendUint32(nil, uint32(gpsAt))}) //nolint:gosec // small
	out := append([]byte("II*\x00"), 8, 0, 0, 0)
	out = folder(out, main, head)
	out = folder(out, exif, exifAt)
	return folder(out, gps, gpsAt)
}

func ref(v float64, positive, negative string) string {
	if v < 0 {
		return negative
	}
	return positive
}

func sexagesimal(tag uint16, v float64) entry {
	v = math.Abs(v)
	d := math.Floor(v)
	m := math.Floor((v - d) * 60)
	return rationals(tag, d, m, (v-d-m/60)*3600)
}

func folderSize(list []entry) int {
	n := 2 + 12*len(list) + 4
	for _, e := range list {
		if len(e.value) > 4 {
			n += len(e.value)
		}
	}
	return n
}

func folder(out []byte, list []entry, at int) []byte {
	out = binary.LittleEndian.AppendUint16(out, uint16(len(list))) //nolint:gosec // a handful
	data := at + 2 + 12*len(list) + 4
	var long []byte
	for _, e := range list {
		out = binary.LittleEndian.AppendUint16(out, e.tag)
		out = binary.LittleEndian.AppendUint16(out, e.kind)
		out = binary.LittleEndian.AppendUint32(out, e.count)
		if len(e.value) > 4 {
			out = binary.LittleEndian.AppendUint32(out, uint32(data+len(long))) //nolint:gosec // small
			long = append(long, e.value...)
			continue
		}
		out = append(out, append(append([]byte{}, e.value...), 0, 0, 0, 0)[:4]...)
	}
	out = append(out, 0, 0, 0, 0)
	return append(out, long...)
}

// DJI are the properties of a photo taken straight down with RTK, as an M3E writes them.
func DJI(lon, lat, above, yaw float64, flag int, sigma float64, at time.Time) string {
	return fmt.Sprintf(`drone-dji:GpsLatitude="%+.9f" drone-dji:GpsLongitude="%+.9f" drone-dji:AbsoluteAltitude="%+.3f" drone-dji:RelativeAltitude="%+.3f" `+
		`drone-dji:AltitudeType="RtkAlt" drone-dji:GimbalYawDegree="%+.2f" drone-dji:GimbalPitchDegree="-90.00" drone-dji:GimbalRollDegree="+0.00" `+
		`drone-dji:RtkFlag="%d" drone-dji:RtkStdLon="%.5f" drone-dji:RtkStdLat="%.5f" drone-dji:RtkStdHgt="%.5f" `+
		`drone-dji:UTCAtExposure="%s" drone-dji:DroneModel="Mavic 3 Enterprise"`,
		lat, lon, above+100, above, yaw, flag, sigma, sigma, 2*sigma, at.UTC().Format("2006:01:02 15:04:05.000000"))
}

// A Mission is photos flown north and south in strips, each looking straight down
// with its top to the north.
type Mission struct {
	Lon, Lat    float64 // of the first photo, south-west
	Above       float64 // metres
	Focal35     uint16
	Strips      int
	PerStrip    int
	Along, Over float64 // metres from photo to photo, and from strip to strip
	Begin       time.Time
	Flag        func(n int) int // RTK flag of photo n; nil: 50
}

// Files returns the photos in the order in which they were taken.
func (m Mission) Files() (names []string, files [][]byte) {
	const metresPerDegree = 6378137 * math.Pi / 180
	east := 1 / (metresPerDegree * math.Cos(m.Lat*math.Pi/180))
	n := 0
	for s := range m.Strips {
		for k := range m.PerStrip {
			at := k
			if s%2 == 1 {
				at = m.PerStrip - 1 - k
			}
			lon, lat := m.Lon+float64(s)*m.Over*east, m.Lat+float64(at)*m.Along/metresPerDegree
			flag, when := 50, m.Begin.Add(time.Duration(n)*2*time.Second)
			if m.Flag != nil {
				flag = m.Flag(n)
			}
			n++
			names = append(names, fmt.Sprintf("DJI_%04d.JPG", n))
			files = append(files, Photo{
				Make: "DJI", Model: "M3E", Lon: lon, Lat: lat, Altitude: m.Above + 100, Focal35: m.Focal35,
				Clock: when.Add(8 * time.Hour), XMP: DJI(lon, lat, m.Above, 0, flag, 0.012, when),
			}.JPEG())
		}
	}
	return names, files
}
