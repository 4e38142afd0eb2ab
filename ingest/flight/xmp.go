package flight

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"jieshi/geo"
	"jieshi/ingest"
)

// Namespaces whose properties are read.
const (
	spaceDJI    = "http://www.dji.com/drone-dji/1.0/"
	spaceXMP    = "http://ns.adobe.com/xap/1.0/"
	spaceCamera = "http://pix4d.com/camera/1.0" // Parrot, senseFly, Autel
)

// errXMP says that an XMP packet is not what it should be.
var errXMP = errors.New("flight: XMP is not proper XML")

// xmp holds the properties of a photo by namespace and name. Some models write
// them as attributes, some as elements.
type xmp struct {
	values map[[2]string]string
}

// read parses one packet; it has to be read to its end in any case.
func (x *xmp) read(r io.Reader) error {
	packet, err := io.ReadAll(io.LimitReader(r, maxXMPBytes+1))
	if err != nil {
		return err
	}
	if len(packet) > maxXMPBytes {
		return errXMP
	}
	if x.values == nil {
		x.values = map[[2]string]string{}
	}
	d := xml.NewDecoder(strings.NewReader(string(packet)))
	d.Strict = true
	d.Entity = map[string]string{}
	var open xml.Name
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return errXMP
		}
		switch token := token.(type) {
		case xml.Directive:
			return errXMP // a document type: no photo needs one
		case xml.StartElement:
			open = token.Name
			for _, a := range token.Attr {
				x.keep(a.Name, a.Value)
			}
		case xml.CharData:
			if text := strings.TrimSpace(string(token)); text != "" {
				x.keep(open, text)
			}
		case xml.EndElement:
			open = xml.Name{}
		}
	}
}

func (x *xmp) keep(name xml.Name, value string) {
	switch space := strings.TrimSuffix(name.Space, "/"); space + "/" {
	case spaceDJI, spaceXMP, spaceCamera + "/":
		x.values[[2]string{space, name.Local}] = value
	}
}

func (x *xmp) text(space, name string) string {
	return plainWords(x.values[[2]string{strings.TrimSuffix(space, "/"), name}])
}

// number reads a value such as "+90.337".
func (x *xmp) number(space, name string) (float64, bool) {
	v, err := strconv.ParseFloat(strings.TrimPrefix(x.text(space, name), "+"), 64)
	return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
}

// rtkFlags are the states of DJI's receiver (drone-dji:RtkFlag, as its SDK names
// them). They are not those of NMEA nor of RTKLIB.
var rtkFlags = map[string]ingest.Quality{
	"0": ingest.QualityUnknown, "16": ingest.QualitySingle, "34": ingest.QualityFloat, "50": ingest.QualityFixed,
}

// fill takes what the drone says over what EXIF says: it has more digits.
func (x *xmp) fill(p *Photo) {
	lon, ok1 := x.number(spaceDJI, "GpsLongitude")
	if !ok1 {
		lon, ok1 = x.number(spaceDJI, "GpsLongtitude") // the word as early models spell it
	}
	lat, ok2 := x.number(spaceDJI, "GpsLatitude")
	if ok1 && ok2 {
		p.place(lon, lat)
	}
	if h, ok := x.number(spaceDJI, "AbsoluteAltitude"); ok && p.Placed && math.Abs(h) < 20_000 {
		p.Altitude = h
		if x.text(spaceDJI, "AltitudeType") == "RtkAlt" {
			p.AltitudeOf = ingest.HeightEllipsoidal
		}
	}
	if h, ok := x.number(spaceDJI, "RelativeAltitude"); ok && math.Abs(h) < 20_000 {
		m := geo.Metres(h)
		p.AboveTakeoff = &m
	}
	if quality, ok := rtkFlags[x.text(spaceDJI, "RtkFlag")]; ok {
		p.Quality = quality
	}
	for name, to := range map[string]*geo.Metres{"RtkStdLon": &p.SigmaEast, "RtkStdLat": &p.SigmaNorth, "RtkStdHgt": &p.SigmaUp} {
		if v := sigma(x.number(spaceDJI, name)); v > 0 {
			*to = v
		}
	}
	if v := sigma(x.number(spaceCamera, "GPSXYAccuracy")); v > 0 && p.SigmaEast == 0 {
		p.SigmaEast, p.SigmaNorth = v, v
	}
	if v := sigma(x.number(spaceCamera, "GPSZAccuracy")); v > 0 && p.SigmaUp == 0 {
		p.SigmaUp = v
	}
	yaw, ok1 := x.number(spaceDJI, "GimbalYawDegree")
	pitch, ok2 := x.number(spaceDJI, "GimbalPitchDegree")
	if ok1 && ok2 {
		roll, _ := x.number(spaceDJI, "GimbalRollDegree")
		p.Gimbal = &Attitude{Yaw: yaw, Pitch: pitch, Roll: roll}
	}
	p.Drone = x.text(spaceDJI, "DroneModel")
	if s := x.text(spaceDJI, "CameraSerialNumber"); s != "" {
		p.Serial = s
	}
	p.Thermal = x.text(spaceDJI, "ImageSource") == "InfraredCamera"
}

// utcAtExposure is the receiver's time of the shutter, which models with RTK write.
func (x *xmp) utcAtExposure() (time.Time, bool) {
	s := x.text(spaceDJI, "UTCAtExposure")
	for _, layout := range []string{"2006:01:02 15:04:05.999999", "2006-01-02T15:04:05.999999", "2006-01-02 15:04:05.999999"} {
		if at, err := time.Parse(layout, s); err == nil && at.Year() >= 2000 {
			return at, true
		}
	}
	return time.Time{}, false
}

// created is the camera's clock with its zone, if it has one.
func (x *xmp) created() (time.Time, bool) {
	at, err := time.Parse(time.RFC3339, x.text(spaceXMP, "CreateDate"))
	return at, err == nil && at.Year() >= 2000
}

// String shows the properties, for a failed test.
func (x *xmp) String() string { return fmt.Sprint(x.values) }
