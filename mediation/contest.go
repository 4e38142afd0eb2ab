package mediation

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"jieshi/geo"
	"jieshi/ingest"
)

// The numbers that every contest run is made with. They are written on the run,
// so changing one here changes new runs only.
const (
	// GridMetres is the grid of all claimed ground: 0.1 mm, a hundred times
	// finer than the best receiver, so that snapping is never seen.
	GridMetres = 0.0001
	// BandSigmas is k: how many standard deviations a line is moved inward and
	// outward for core and outer. 2σ holds 95 % of the errors of one line.
	BandSigmas = 2.0
	// ContestRules names the rules that turn claims into pieces. It changes
	// with any of them.
	//
	// contest/2: the bands are those of package overlay, as wide along a line as each
	// of its vertices is uncertain, where contest/1 had one width a claim; sigmas of
	// areas and the tolerance of slivers come from the vertices near by.
	//
	// contest/3: lines are noded in floating point, snapped to the grid and checked,
	// and on the grid where that does not hold; the core of a piece is cut out of the
	// common inward ground; areas on the ellipsoid are those of package crs; the point
	// of a label is geo.InnerPoint.
	ContestRules = "contest/3"
)

// A Claim is the ground that one party says is theirs, in one version.
type Claim struct {
	ID      uuid.UUID
	Version int
	Party   Party
	Source  string // "walk", "drawing", "certificate" or "generated"
	Walk    *uuid.UUID
	SigmaM  geo.Metres // 1σ per coordinate of the line
	// VertexSigmas has 1σ of each vertex of Ground in the order of polygons, rings
	// and vertices, closing ones not counted; nil: SigmaM everywhere.
	VertexSigmas []geo.Metres
	Class        ingest.Class // of the line: that of its walk, else reference. No run depends on it
	SRID         int
	Ground       orb.MultiPolygon // in SRID, x east, on the grid
	Area         Measure
	SHA256       [sha256.Size]byte // of the EWKB of Ground
	FiledAt      time.Time
	FiledBy      string
	LonLat       json.RawMessage // GeoJSON geometry, EPSG:4490
	Endpoint     *[2]float64     // lon, lat of the first vertex, where the party's sign stands
}

// A Band is the ground within k sigma of the line of a claim, for a map: as wide
// along the line as each of its vertices is uncertain.
type Band struct {
	Claim    uuid.UUID
	Version  int
	Side     int
	SigmaM   geo.Metres // of the line
	Least    geo.Metres // sigma of a vertex
	Greatest geo.Metres
	LonLat   json.RawMessage // GeoJSON MultiPolygon, EPSG:4490
}

// A Measure is one ground measured both ways. Rural land is spoken of by its
// ellipsoidal area; the plane area is the one that adds up exactly.
type Measure struct {
	Ellipsoidal geo.Area `json:"ellipsoidal"`
	Plane       geo.Area `json:"plane"`
}

// NewMeasure returns the measure of one ground from its two areas in m² and
// the standard deviation that both share.
func NewMeasure(ellipsoidalM2, planeM2, sigmaM2 float64) Measure {
	return Measure{
		Ellipsoidal: geo.Area{SquareMetres: geo.SquareMetres(ellipsoidalM2), Method: geo.Ellipsoidal, Sigma: geo.SquareMetres(sigmaM2)},
		Plane:       geo.Area{SquareMetres: geo.SquareMetres(planeM2), Method: geo.Plane, Sigma: geo.SquareMetres(sigmaM2)},
	}
}

// A Level says with which lines a ground was computed.
type Level string

// Core is contested whatever the error of the lines, outer the most that may
// be contested, nominal what the lines say as they stand.
const (
	Nominal Level = "nominal"
	Core    Level = "core"
	Outer   Level = "outer"
)

// A Verdict says whether a piece is contested beyond the error of the lines.
type Verdict string

// The verdicts.
const (
	Certain         Verdict = "certain"
	WithinTolerance Verdict = "within_tolerance"
)

// A Piece is connected ground that the same two or more parties claim.
type Piece struct {
	N          int
	Sides      []int
	Parties    []string
	Verdict    Verdict
	Nominal    Measure
	Core       Measure
	WidthM     float64 // 2 · area / perimeter
	ToleranceM float64 // k · combined sigma
	Sliver     bool    // narrower than its tolerance; listed, never dropped
	Ground     orb.Polygon
	CoreGround orb.MultiPolygon // empty: nothing is certain
	Label      orb.Point        // well inside, for the number on the map
	GroundEWKB []byte           // as PostGIS wrote it: what is stored and hashed
	CoreEWKB   []byte
	LabelEWKB  []byte
}

// An Extent is the ground at one level, of the whole case (no sides) or of a pair.
type Extent struct {
	Level Level
	Sides []int
	Area  Measure
	EWKB  []byte // nil: none
}

// A Pair is the common ground of two parties. Pairs of a case may add up to
// more than the case, where three parties claim one ground.
type Pair struct {
	Parties              [2]string
	Sides                [2]int
	Nominal, Core, Outer Measure
}

// Contested is the contested ground of a whole case, counted once however many
// claim it. Its bounds are core and outer.
type Contested struct {
	Nominal, Core, Outer Measure
}

// A Run is an overlap computed once from named claim versions. It never changes.
type Run struct {
	ID        uuid.UUID
	Number    int
	Case      string // its number
	CreatedAt time.Time
	SRID      int
	GridM     float64
	K         float64
	Engine    map[string]string
	Inputs    []RunInput
	SHA256    [sha256.Size]byte // of the document
	Pieces    []Piece
	Contested Contested
	Pairs     []Pair
	Extents   []Extent
}

// A RunInput names one claim version that a run was computed from.
type RunInput struct {
	Claim   uuid.UUID `json:"claim"`
	Version int       `json:"version"`
	Party   string    `json:"party"`
	Side    int       `json:"side"`
	SigmaM  float64   `json:"sigma_m"`
	SHA256  string    `json:"sha256"`
	// SigmaSHA256 is the [SigmaHash] of the claim's vertex sigmas; empty where
	// SigmaM holds everywhere.
	SigmaSHA256 string `json:"sigma_sha256,omitempty"`
}

// SigmaHash names the sigmas of the vertices of a claim: the SHA-256, in hex, of
// their IEEE 754 doubles, least byte first. No sigmas have no name.
func SigmaHash(vertex []geo.Metres) string {
	if len(vertex) == 0 {
		return ""
	}
	b := make([]byte, 0, 8*len(vertex))
	for _, s := range vertex {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(float64(s)))
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Assemble fills in what follows from the extents and inputs: the contested
// ground of the case, the pairs, and the names of the parties of each piece.
func (r *Run) Assemble() error {
	names := make(map[int]string, len(r.Inputs))
	for _, in := range r.Inputs {
		names[in.Side] = in.Party
	}
	pairs := map[[2]int]*Pair{}
	r.Pairs = nil
	for _, e := range r.Extents {
		switch len(e.Sides) {
		case 0:
			*pick(&r.Contested.Nominal, &r.Contested.Core, &r.Contested.Outer, e.Level) = e.Area
		case 2:
			sides := [2]int{e.Sides[0], e.Sides[1]}
			if pairs[sides] == nil {
				pairs[sides] = &Pair{Sides: sides, Parties: [2]string{names[sides[0]], names[sides[1]]}}
			}
			p := pairs[sides]
			*pick(&p.Nominal, &p.Core, &p.Outer, e.Level) = e.Area
		default:
			return fmt.Errorf("mediation: extent of %d sides in run %s", len(e.Sides), r.ID)
		}
	}
	for _, e := range r.Extents { // in the order of the extents, not of the map
		if e.Level == Nominal && len(e.Sides) == 2 {
			r.Pairs = append(r.Pairs, *pairs[[2]int{e.Sides[0], e.Sides[1]}])
		}
	}
	for i := range r.Pieces {
		p := &r.Pieces[i]
		p.Parties = make([]string, len(p.Sides))
		for j, side := range p.Sides {
			p.Parties[j] = names[side]
		}
	}
	return nil
}

func pick(nominal, core, outer *Measure, level Level) *Measure {
	switch level {
	case Core:
		return core
	case Outer:
		return outer
	case Nominal:
	}
	return nominal
}

// document is what a run is hashed over: inputs, rules and results, geometry
// as EWKB in hex. The order of its fields is part of the format.
type document struct {
	Format  string            `json:"format"`
	Rules   string            `json:"rules"`
	Case    string            `json:"case"`
	Number  int               `json:"number"`
	SRID    int               `json:"srid"`
	GridM   float64           `json:"grid_m"`
	K       float64           `json:"k"`
	Engine  map[string]string `json:"engine"` // encoding/json sorts the keys
	Inputs  []RunInput        `json:"inputs"`
	Pieces  []documentPiece   `json:"pieces"`
	Extents []documentExtent  `json:"extents"`
}

type documentPiece struct {
	N          int     `json:"n"`
	Sides      []int   `json:"sides"`
	Verdict    Verdict `json:"verdict"`
	Nominal    Measure `json:"nominal"`
	Core       Measure `json:"core"`
	WidthM     float64 `json:"width_m"`
	ToleranceM float64 `json:"tolerance_m"`
	Sliver     bool    `json:"sliver"`
	Ground     string  `json:"ground_ewkb"`
	CoreGround string  `json:"core_ewkb,omitempty"`
}

type documentExtent struct {
	Level  Level   `json:"level"`
	Sides  []int   `json:"sides"`
	Area   Measure `json:"area"`
	Ground string  `json:"ground_ewkb,omitempty"`
}

// Document returns the canonical JSON of the run, of which SHA256 is the hash.
// Equal claims, rules and engines give equal bytes. Format jieshi-run/2 differs
// from /1 in that its inputs name the sigmas of their vertices.
func (r *Run) Document() ([]byte, error) {
	d := document{
		Format: "jieshi-run/2", Rules: ContestRules, Case: r.Case, Number: r.Number, SRID: r.SRID,
		GridM: r.GridM, K: r.K, Engine: r.Engine, Inputs: append([]RunInput{}, r.Inputs...), // none is [], not null
		Pieces: make([]documentPiece, 0, len(r.Pieces)), Extents: make([]documentExtent, 0, len(r.Extents)),
	}
	for _, p := range r.Pieces {
		d.Pieces = append(d.Pieces, documentPiece{
			N: p.N, Sides: p.Sides, Verdict: p.Verdict, Nominal: p.Nominal, Core: p.Core,
			WidthM: p.WidthM, ToleranceM: p.ToleranceM, Sliver: p.Sliver,
			Ground: hex.EncodeToString(p.GroundEWKB), CoreGround: hex.EncodeToString(p.CoreEWKB),
		})
	}
	for _, e := range r.Extents {
		sides := e.Sides
		if sides == nil {
			sides = []int{}
		}
		d.Extents = append(d.Extents, documentExtent{Level: e.Level, Sides: sides, Area: e.Area, Ground: hex.EncodeToString(e.EWKB)})
	}
	b, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("document of run %d of case %s: %w", r.Number, r.Case, err)
	}
	return b, nil
}

// A PieceShape is one contested ground for a map: GeoJSON in lon and lat.
type PieceShape struct {
	N      int // 0 for an outer extent
	Sides  []int
	LonLat json.RawMessage
	Label  *[2]float64 // lon, lat of a point well inside; nil for an outer extent
}
