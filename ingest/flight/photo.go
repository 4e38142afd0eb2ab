package flight

import (
	"time"

	"jieshi/geo"
	"jieshi/ingest"
)

// MaxPhotos bounds one flight: a battery gives some 500 photos, a day some 5,000.
const MaxPhotos = 20_000

// A Photo is what a drone wrote into one of its photos. What it did not write is
// zero and not placed.
type Photo struct {
	Name    string `json:"name"`
	Problem string `json:"problem,omitempty"` // code of the refusal of a photo that could not be read
	Width   int    `json:"width"`             // pixels, 0 if unknown
	Height  int    `json:"height"`

	Camera  string `json:"camera,omitempty"` // make and model
	Serial  string `json:"camera_serial,omitempty"`
	Drone   string `json:"drone,omitempty"`
	Thermal bool   `json:"thermal,omitempty"` // an infrared sensor: no orthophoto for a map

	// Exposed is in UTC, zero if the photo does not say in which zone its clock
	// ran; Clock is what the clock showed then, for the order of photos.
	Exposed     time.Time  `json:"exposed,omitzero"`
	ExposedFrom TimeSource `json:"exposed_from,omitempty"`
	Clock       time.Time  `json:"-"`

	Placed     bool              `json:"placed"` // Lon and Lat are known
	Lon        float64           `json:"lon,omitempty"`
	Lat        float64           `json:"lat,omitempty"`
	Altitude   float64           `json:"altitude_m,omitempty"` // meaningful only if AltitudeOf is not unknown
	AltitudeOf ingest.HeightType `json:"altitude_of"`
	// AboveTakeoff is the height above the place of take-off; nil if unknown.
	AboveTakeoff *geo.Metres `json:"above_takeoff_m,omitempty"`

	// Quality is that of the position at the moment of exposure.
	Quality    ingest.Quality `json:"quality"`
	SigmaEast  geo.Metres     `json:"sigma_east_m,omitempty"` // 1σ; 0 if the drone did not say
	SigmaNorth geo.Metres     `json:"sigma_north_m,omitempty"`
	SigmaUp    geo.Metres     `json:"sigma_up_m,omitempty"`

	// Gimbal is where the camera looked; nil if unknown.
	Gimbal *Attitude `json:"gimbal,omitempty"`

	FocalMM   float64 `json:"focal_mm,omitempty"`
	Focal35MM float64 `json:"focal_35mm,omitempty"` // equivalent on 36 × 24 mm
}

// An Attitude is the direction of a camera, in degrees: yaw clockwise from true
// north, pitch −90 straight down and 0 level, roll clockwise as the camera sees.
type Attitude struct {
	Yaw   float64 `json:"yaw"`
	Pitch float64 `json:"pitch"`
	Roll  float64 `json:"roll"`
}

// A TimeSource says where the time of a photo was read.
type TimeSource string

// The sources, in the order in which they are believed.
const (
	TimeExposure TimeSource = "utc_at_exposure" // drone-dji:UTCAtExposure, of the GNSS receiver
	TimeGPS      TimeSource = "gps"             // GPSDateStamp and GPSTimeStamp
	TimeZoned    TimeSource = "zoned_clock"     // the camera's clock with its zone (OffsetTimeOriginal, xmp:CreateDate)
)

// order is what photos are put in order by: the camera's clock runs on where
// receivers fail, and is the same clock all flight long.
func (p *Photo) order() time.Time {
	if !p.Clock.IsZero() {
		return p.Clock
	}
	return p.Exposed
}
