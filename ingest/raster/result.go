package raster

import (
	"time"

	"github.com/paulmach/orb"

	"jieshi/ingest"
	"jieshi/ingest/sandbox"
)

// Status says how a conversion ended. There is no third way: a fault of ours
// is an error of [Convert].
type Status string

// The two ends of a conversion.
const (
	Ready   Status = "ready"
	Refused Status = "refused"
)

// A Result is what [Convert] found out about one original.
//
// If Status is [Refused], only Code, Reason, Remedy, Where, SHA256, Bytes and,
// if the child was started, Isolation are set.
type Result struct {
	Status Status       `json:"status"`
	Code   string       `json:"code,omitempty"` // of the refusal, see the Code constants
	Reason *ingest.Text `json:"reason,omitempty"`
	Remedy *ingest.Text `json:"remedy,omitempty"`
	Where  string       `json:"where,omitempty"`

	SHA256 string `json:"sha256,omitzero"` // of the original, lower-case hex, over the very bytes that were converted
	Bytes  int64  `json:"bytes,omitzero"`  // of the original

	SRID    int    `json:"srid"`              // EPSG code of the horizontal CRS; 0 for a local projection on an EPSG datum, see CRSWKT
	CRSName string `json:"crs_name,omitzero"` // as EPSG or the file names it
	CRSWKT  string `json:"crs_wkt,omitzero"`  // WKT 1 of the CRS, x = east and y = north

	CRSFrom CRSSource `json:"crs_from,omitzero"`
	Unit    float64   `json:"unit_m"` // metres a unit of the CRS; 0 for degrees

	Width     int    `json:"width,omitzero"`  // pixels, of the original and of the measuring COG
	Height    int    `json:"height,omitzero"` // pixels
	Bands     int    `json:"bands,omitzero"`  // of the original, alpha included
	DataType  string `json:"dtype,omitzero"`  // of the original, as GDAL names it: Byte, UInt16, …
	SouthUp   bool   `json:"south_up,omitzero"`
	BlockSize [2]int `json:"block_size,omitzero"` // of the original

	GSD           float64    `json:"gsd_m,omitzero"`          // metres on the ground per pixel, mean of both directions, at the centre
	ValidPixels   int64      `json:"valid_pixels,omitzero"`   // counted in the full-resolution mask
	ValidFraction float64    `json:"valid_fraction,omitzero"` // of all pixels
	ValidArea     float64    `json:"valid_area_m2,omitzero"`  // see AreaMethod
	AreaMethod    string     `json:"area_method,omitzero"`    // "plane": pixels times pixel size; "ellipsoidal": cells on the ellipsoid
	MaskFrom      MaskSource `json:"mask_from,omitzero"`
	Kind          Kind       `json:"kind,omitzero"`           // as declared
	SlopeArea     *float64   `json:"slope_area_m2,omitempty"` // of a model of heights: along the slope, of the valid pixels
	Contours      *Contours  `json:"contours,omitempty"`      // of a model of heights

	Bounds          [4]float64 `json:"bounds,omitzero"`       // west, south, east, north of the whole picture in its CRS, in the CRS's unit
	BoundsWGS84     [4]float64 `json:"bounds_wgs84,omitzero"` // degrees; of the whole picture
	Footprint       Footprint  `json:"footprint,omitzero"`    // of the valid pixels, in the picture's CRS
	FootprintWGS84  Footprint  `json:"footprint_wgs84,omitzero"`
	FootprintCell   float64    `json:"footprint_cell_m,omitzero"`      // metres; side of the cells that the footprint was traced on
	FootprintWithin float64    `json:"footprint_tolerance_m,omitzero"` // metres; the outline was simplified by no more than this

	Histograms []Histogram `json:"histograms,omitempty"` // one a shown band, over all valid pixels
	Sharpness  *Sharpness  `json:"sharpness,omitempty"`  // nil: nowhere enough contrast to tell

	Scale   *DisplayScale `json:"scale,omitempty"` // how values became 8 bit; nil for Byte originals
	Capture *Capture      `json:"capture,omitempty"`
	Notes   []ingest.Note `json:"notes,omitempty"` // what a person should know about the file

	Display         string `json:"display,omitzero"` // path of the display COG: 8 bit, EPSG:3857 on the pixels of a zoom
	DisplaySHA256   string `json:"display_sha256,omitzero"`
	DisplayBytes    int64  `json:"display_bytes,omitzero"`
	DisplayZoom     int    `json:"display_zoom,omitzero"` // of 256-pixel tiles whose pixels are those of the COG
	Measure         string `json:"measure,omitzero"`      // path of the measuring COG: all bands, lossless, in the picture's CRS
	MeasureSHA256   string `json:"measure_sha256,omitzero"`
	MeasureBytes    int64  `json:"measure_bytes,omitzero"`
	Thumbnail       string `json:"thumbnail,omitzero"` // path of a JPEG of at most 512 px on its longer side
	ThumbnailSHA256 string `json:"thumbnail_sha256,omitzero"`

	Isolation *sandbox.Isolation `json:"isolation,omitempty"`
	Engine    string             `json:"engine,omitempty"` // "GDAL 3.6.2"
}

// MaskSource says what told the valid pixels from the others.
type MaskSource string

// The mask sources, in the order in which they are believed.
const (
	MaskBand    MaskSource = "mask"    // a mask inside the file
	MaskAlpha   MaskSource = "alpha"   // alpha over 0
	MaskNodata  MaskSource = "nodata"  // a nodata value that the data type can hold
	MaskNothing MaskSource = "nothing" // every pixel is valid
)

// DisplayScale says which values became 0 and 255.
//
// The rule: for anything but 8-bit data the 2nd and 98th percentile of the
// valid values of all shown bands together, taken on an even sample of the
// picture, become 0 and 255, linearly and clamped. One pair for all bands, so
// that the hue is kept.
type DisplayScale struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// A Capture is when the picture was taken.
type Capture struct {
	From   time.Time     `json:"from"`
	To     time.Time     `json:"to"`
	Zone   string        `json:"zone"` // "utc", or "unknown": From and To then hold the wall clock of an unknown place
	Source CaptureSource `json:"source"`
}

// CaptureSource says who said when the picture was taken.
type CaptureSource string

// The capture sources. A TIFFTAG_DATETIME is often when the mosaic was
// computed, not when the drone flew, and has no zone.
const (
	CaptureTold CaptureSource = "told"
	CaptureTIFF CaptureSource = "tiff_datetime"
)

// A Footprint is the outline of valid pixels as a GeoJSON MultiPolygon: rings
// closed, outer ring first and anticlockwise (RFC 7946). It has no polygons if
// no pixel is valid.
type Footprint struct {
	Type        string           `json:"type"` // always "MultiPolygon"
	Coordinates orb.MultiPolygon `json:"coordinates"`
}
