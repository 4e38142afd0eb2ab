package ingest

import (
	"time"

	"jieshi/geo"
)

// A Walk is a boundary walk (踏界) as the receiver recorded it: every fix, in
// order, untouched. What is adopted as a boundary is derived from it and kept
// beside it, never instead of it.
type Walk struct {
	Format string // the reader that understood the bytes: "rtklib-pos", "gpx", "nmea", "geojson", …
	Name   string // track or layer name in the file, may be empty
	Kind   Kind   // what the file says this is
	Fixes  []Fix
	Notes  []Note // what the reader passed over or had to assume, with source lines
}

// A Kind is what a file says a list of positions is. It tells a recording from
// a drawing, and a list of corners from a line that was walked.
type Kind string

// The kinds.
const (
	KindTrack  Kind = "track"  // recorded as somebody walked
	KindRoute  Kind = "route"  // planned, to be walked
	KindPoints Kind = "points" // corners, each measured or drawn by itself, in order
	KindLine   Kind = "line"   // drawn, open
	KindRing   Kind = "ring"   // drawn, closed: the last position repeats the first
)

// A Note is something a reader wants a person to know about the file.
type Note struct {
	Code string `json:"code"` // stable, e.g. "bad_checksum", "date_missing"
	Line int    `json:"line"` // 1-based source line, 0 if it concerns the whole file
	Text string `json:"text"` // the particulars, in English

	// Words say what the code means, where the reader has words for it.
	Words *Text `json:"words,omitempty"`
}

// A Fix is one position of a receiver. Lon and Lat are degrees on the CRS that
// the case declares for its walks (WGS 84 / CGCS2000, equal for this purpose).
type Fix struct {
	Lon, Lat   float64
	Height     float64    // metres; meaningful only if HeightType is not HeightUnknown
	HeightType HeightType // ellipsoidal or above mean sea level
	Time       time.Time  // UTC; zero if the file has none
	Quality    Quality
	SigmaEast  geo.Metres // 1σ; 0 if the receiver did not say
	SigmaNorth geo.Metres
	SigmaUp    geo.Metres
	Satellites int     // 0 if unknown
	HDOP       float64 // 0 if unknown
	PDOP       float64 // 0 if unknown
	AgeSeconds float64 // age of corrections, 0 if unknown
	Line       int     // 1-based line (or element) of the source that gave it

	// What an averaged or named point has; zero where the file does not say.
	// Time is then when averaging began.
	Name          string     // of the point (点名), composed (NFC), at most 200 characters
	Description   string     // code or remark (编码), likewise
	Epochs        int        // how many epochs were averaged into it
	Until         time.Time  // UTC, when averaging ended
	AntennaHeight geo.Metres // of the antenna above the mark, as entered in the field
}

// Quality is the kind of position solution, normalised over all formats. Files
// number them in clashing ways (NMEA 4 is fixed, RTKLIB 4 is DGPS), so the raw
// number is never kept.
type Quality string

// The qualities, best first.
const (
	QualityFixed   Quality = "fixed"   // RTK, integer ambiguities resolved
	QualityFloat   Quality = "float"   // RTK, ambiguities not resolved
	QualityPPP     Quality = "ppp"     // precise point positioning
	QualityDGPS    Quality = "dgps"    // differential, SBAS included
	QualitySingle  Quality = "single"  // stand-alone
	QualityUnknown Quality = "unknown" // the file does not say (GPX, GeoJSON)
)

// HeightType says what Height is above.
type HeightType string

// The height types.
const (
	HeightUnknown     HeightType = "unknown"
	HeightEllipsoidal HeightType = "ellipsoidal"
	HeightMSL         HeightType = "msl"
)
