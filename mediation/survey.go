package mediation

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"jieshi/geo"
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
	Size       int64           // of the file, bytes
	Track      int             // which of the file, from 1
	Options    json.RawMessage // how it was told
	Report     json.RawMessage // as it was made when the walk came
	ReceivedAt time.Time
	ReceivedBy string
}

// An Orthophoto is a stored picture: original, both COGs and thumbnail by hash.
type Orthophoto struct {
	ID            uuid.UUID
	Case          string
	Filename      string
	SHA256        Hash // of the original
	Display       Hash // 8 bit, on the grid of web maps
	DisplayZoom   int
	Measure       Hash // every band, lossless, in the CRS of the picture
	Thumbnail     Hash
	Kind          OrthophotoKind
	Contours      *Hash // GeoJSON, of a model of heights; nil: none
	SRID          int
	CRSName       string
	CRSDeclaredBy string // empty: the file says its CRS itself
	GSDM          float64
	Width, Height int
	ValidFraction float64
	ValidAreaM2   float64
	ToleranceM    float64          // of the footprint
	Report        json.RawMessage  // what was found out when it came, without outlines
	Coverage      Coverage         // as of now
	Check         *OrthophotoCheck // the newest; nil: none
	Shift         *OrthophotoShift // that it is shown with; nil: none
	BBox          [4]float64       // lon, lat: west, south, east, north
	Footprint     json.RawMessage  // GeoJSON MultiPolygon, EPSG:4490
	CapturedFrom  time.Time        // zero: not known
	CapturedTo    time.Time
	ReceivedAt    time.Time
	ReceivedBy    string
}

// OrthophotoKind says what the values of a picture are.
type OrthophotoKind string

// The kinds: 正射影像, 数字表面模型, 数字地形模型.
const (
	Picture      OrthophotoKind = "picture"
	SurfaceModel OrthophotoKind = "dsm"
	TerrainModel OrthophotoKind = "dtm"
)

// ReferenceOnly reports whether a picture may be looked at, but not be the
// ground of a printed area: no independent check points, or too far off at them.
func (o Orthophoto) ReferenceOnly() bool { return o.Check == nil || !o.Check.Passed }

// Coverage is how much of the ground of a case a picture shows, in percent; nil
// where there is no such ground.
type Coverage struct {
	Contested *float64 // of the contested ground of the newest run
	Claimed   *float64 // of all ground that live claims cover
}

// An OrthophotoCheck is what check points said of a picture.
type OrthophotoCheck struct {
	ID          uuid.UUID
	Filename    string
	SHA256      *Hash // of the table of points; nil: checked before tables were kept
	Scale       int   // 500 is 1:500
	Terrain     Terrain
	Independent bool    // no point controlled the adjustment, as the person stated
	LimitM      float64 // of RMSE, and GSDLimitM of the GSD, with their basis
	GSDLimitM   float64
	Basis       string
	Points      int
	RMSEEastM   float64
	RMSENorthM  float64
	RMSEM       float64         // in the plane
	RMSEUpM     *float64        // of heights; nil: the table has none. There is no limit for it
	Passed      bool            // independent, RMSE and GSD within the limits
	Report      json.RawMessage // every point with its residuals
	At          time.Time
	By          string
}

// A NewOrthophotoCheck is a judgement on its way into the store, which holds it
// against the limits of scale and terrain.
type NewOrthophotoCheck struct {
	Filename    string
	File        Asset // the table of points
	Scale       int
	Terrain     Terrain
	Independent bool
	Points      int
	RMSEEastM   float64
	RMSENorthM  float64
	RMSEM       float64
	RMSEUpM     *float64
	Report      json.RawMessage
}

// SlopeGrounds are the contested pieces of the newest run of a case, for a
// model of heights to say how steep they are.
type SlopeGrounds struct {
	Run       uuid.UUID
	RunNumber int
	Measure   Hash // of the model
	Kind      OrthophotoKind
	Unit      geo.Metres // a unit of the CRS of the model
	Pieces    []SlopeGround
}

// A SlopeGround is one piece.
type SlopeGround struct {
	N      int
	M2     float64          // ellipsoidal, nominal
	Ground orb.MultiPolygon // in the CRS of the model
}

// Terrain is what limits of accuracy distinguish.
type Terrain string

// The terrains: 平地、丘陵; 山地、高山地.
const (
	Flat     Terrain = "flat"
	Mountain Terrain = "mountain"
)

// An OrthophotoShift moves a picture on the map, for the eye only: nothing is
// measured with it, and the original stays as it is.
type OrthophotoShift struct {
	EastM, NorthM float64    // on the ground, in the CRS of the picture
	Web           [2]float64 // the same in EPSG:3857
	Reason        string
	At            time.Time
	By            string
}

// An OrthophotoView is what a map tile needs of a picture.
type OrthophotoView struct {
	Display Hash
	Shift   [2]float64 // metres of EPSG:3857 east and north
}

// An Asset is bytes in the store of files, named by their hash.
type Asset struct {
	SHA256      Hash
	Size        int64
	MediaType   string
	DerivedFrom *Hash  // nil: an original
	DerivedBy   string // engine and version, for a derivative
}

// A NewWalk is a boundary walk that has been read and reported on, on its way
// into the store.
type NewWalk struct {
	Case     string // number
	Party    string // name; joins the case if it is new
	Asset    Asset
	Filename string
	Track    int             // which track of the file, from 1
	Options  json.RawMessage // how it was told: repair, fixed_only, sigma
	Walk     ingest.Walk
	Jumps    map[int]bool // indexes of fixes that are suspected multipath
	Report   json.RawMessage
	SRID     int              // for a case that has no working CRS yet
	Adopt    []orb.LineString // lon, lat; closed lines whose inside is claimed; empty while questioned
	Source   string           // "walk" or "drawing"
	Sigma    geo.Metres       // of the adopted line
	Sigmas   []geo.Metres     // of each point of Adopt, one line after the other; empty: Sigma everywhere
	Attempt  Attempt          // at the job that this ends; zero: there is none
}

// A SavedWalk says what became of a walk.
type SavedWalk struct {
	Walk  uuid.UUID
	Claim *Claim     // nil while the walk is questioned
	Run   *uuid.UUID // the run that the claim made
	SRID  int
	Known bool // the same file had been told in the same way before
}

// A NewOrthophoto is a converted picture on its way into the store.
type NewOrthophoto struct {
	Case          string
	Filename      string
	Original      Asset
	Display       Asset
	DisplayZoom   int
	Measure       Asset
	Kind          OrthophotoKind
	Thumbnail     Asset
	Contours      *Asset // of a model of heights
	SRID          int
	CRSName       string
	CRSDeclared   bool // by the acting person, not by the file
	GSDM          float64
	Width, Height int
	ValidFraction float64
	ValidAreaM2   float64
	Footprint     json.RawMessage // GeoJSON MultiPolygon, lon, lat
	ToleranceM    float64         // of the footprint
	Report        json.RawMessage
	CapturedFrom  time.Time // zero: not known
	CapturedTo    time.Time
	Attempt       Attempt // at the job that this ends; zero: there is none
}

// A Fix is one stored fix of a walk, for a map.
type Fix struct {
	N          int
	LonLat     [2]float64
	Time       *time.Time
	Quality    ingest.Quality
	SigmaM     *float64 // the larger of east and north
	HeightM    *float64
	HeightType ingest.HeightType
	Satellites *int
	Jump       bool

	// Of a point that was occupied for a while; nil where the file does not say.
	Name, Description *string
	Epochs            *int
	Until             *time.Time
	AntennaHeightM    *float64

	// CountedSigmaM is 1σ per coordinate that the fix counts with, and SigmaFrom where
	// it comes from; nil for walks from before they were kept.
	CountedSigmaM *float64
	SigmaFrom     *ingest.SigmaFrom
}
