package mediation

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"jieshi/ingest"
)

// A Walk is a stored boundary walk with the report that was made when it came.
type Walk struct {
	ID         uuid.UUID
	Case       string
	Claim      *uuid.UUID // the claim adopted from it; nil while it is questioned
	Party      Party
	Filename   string
	Format     string
	SHA256     Hash
	Report     ingest.Report
	ReceivedAt time.Time
	ReceivedBy string
}

// An Orthophoto is a stored picture: original, display COG and thumbnail by hash.
type Orthophoto struct {
	ID            uuid.UUID
	Case          string
	Filename      string
	SHA256        Hash // of the original
	Display       Hash
	Thumbnail     Hash
	SRID          int
	CRSName       string
	GSDM          float64
	Width, Height int
	ValidFraction float64
	ValidAreaM2   float64
	BBox          [4]float64      // lon, lat: west, south, east, north
	Footprint     json.RawMessage // GeoJSON MultiPolygon, EPSG:4490
	CapturedFrom  time.Time       // zero: not known
	CapturedTo    time.Time
	ReceivedAt    time.Time
	ReceivedBy    string
}

// An Asset is bytes in the store of files, named by their hash.
type Asset struct {
	SHA256      Hash
	Size        int64
	MediaType   string
	DerivedFrom *Hash  // nil: an original
	DerivedBy   string // engine and version, for a derivative
}
