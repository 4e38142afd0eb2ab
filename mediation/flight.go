package mediation

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"jieshi/ingest/flight"
)

// A Flight is the stored photos of one drone flight (航飞), kept as one archive,
// with the report that was made when they came.
type Flight struct {
	ID          uuid.UUID
	Case        string
	Filename    string
	SHA256      Hash // of the archive
	Photos      int
	Report      json.RawMessage
	Line        json.RawMessage // GeoJSON LineString, EPSG:4490; nil: fewer than two photos have a place
	BBox        *[4]float64     // lon, lat of photos and footprints; nil: nothing is placed
	ExposedFrom time.Time       // zero: not known
	ExposedTo   time.Time
	ReceivedAt  time.Time
	ReceivedBy  string
	Mosaic      *uuid.UUID // the newest job that has its orthophoto made; nil: nobody has ordered one
}

// A FlightPhoto is one stored photo of a flight, for a map.
type FlightPhoto struct {
	N         int
	Filename  string
	SHA256    Hash
	ExposedAt *time.Time
	LonLat    *[2]float64 // nil: the photo has no place
	Quality   string
	SigmaM    *float64 // the larger of east and north
	AboveM    *float64
	Yaw       *float64
	Pitch     *float64
	Strip     *int
	GSDM      *float64
	Footprint json.RawMessage // GeoJSON Polygon, EPSG:4490; nil: not known
}

// A NewFlight is a flight that has been read and judged, on its way into the store.
type NewFlight struct {
	Case     string
	Filename string
	Archive  Asset
	Options  json.RawMessage // what a person stated
	Flight   *flight.Flight
	Hashes   map[string]Hash // of each photo, by its name in the flight
	Report   json.RawMessage
	Attempt  Attempt // at the job that it was brought by
}

// A Mosaic is how far the orthophoto is that an engine makes of a flight.
type Mosaic struct {
	Engine     string          // name and version; empty: the node has not said yet
	State      json.RawMessage // nil: not begun; package nodeodm knows what is in it
	Orthophoto *uuid.UUID      // nil: not made yet
}
