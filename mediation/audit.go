package mediation

import (
	"encoding/json"
	"fmt"
	"time"

	"jieshi/geo/overlay"
)

// An Audit is a layer laid over itself, or over another one, and what was found.
// It follows its layers: when a parcel changes, the blocks round it are computed
// anew. What is to last is made a case of, see postgres.DB.FileOverlap.
type Audit struct {
	ID         int
	Layer      string
	Against    string // empty: the layer against itself
	SRID       int
	Engine     string // overlay.Version
	BegunAt    time.Time
	FinishedAt time.Time // zero while blocks are to be computed
	Checksum   Hash      // of all rows, see postgres.DB.FinishAudit; zero while unfinished
	Blocks     int
	Done       int
	Pairs      int64
	Thresholds [5]int64       // pairs of more than 0, 0.01, 1, 100 and 10,000 m²
	Sum        overlay.Area   // over pairs: ground that three claim counts three times
	Union      overlay.Area   // ground that anyone claims; zero between two layers
	Depths     []overlay.Area // ground by number of claimants, from index 2; nil between two layers
	Faces      []int64        // sets of claimants by their number, likewise
}

// Contested returns the ground that two or more claim, counted once.
func (a *Audit) Contested() (sum overlay.Area) {
	for _, d := range a.Depths {
		sum = sum.Add(d)
	}
	return sum
}

// An OverlapRef names two parcels that an audit has found on common ground.
type OverlapRef struct {
	Audit int
	A, B  int64 // features: of the layer, and of the layer or the one against it
}

func (r OverlapRef) String() string { return fmt.Sprintf("%d:%d:%d", r.Audit, r.A, r.B) }

// An Overlap is one finding of an audit.
type Overlap struct {
	OverlapRef
	PlaneM2 float64
	Ground  []byte // EWKB MultiPolygon in the CRS of the layer; nil: thinner than the grid
}

// An OverlapDetail is a finding with its two parcels, for a map: shapes are GeoJSON
// geometries in degrees, EPSG:4490.
type OverlapDetail struct {
	Overlap
	SRID    int
	LonLat  json.RawMessage // of the common ground; nil: thinner than the grid
	M2      float64         // of it on the ellipsoid; zero with LonLat nil
	Parcels [2]OverlappingParcel
	Case    string // number of the case that was made of it; empty: none
}

// An OverlappingParcel is one of the two parcels of a finding, as the register has it.
type OverlappingParcel struct {
	Layer   string // by which people call the register
	Kind    string // of it: land, forest, water or other
	Feature int64
	SigmaM  float64 // 1σ of its boundary lines, metres; zero: nobody has said
	Area    Measure
	LonLat  json.RawMessage
}

// An OverlapFilter asks for a page of the findings of an audit, largest first.
type OverlapFilter struct {
	Limit  int     // at least 1
	OverM2 float64 // those of more than this plane area
	After  string  // cursor of the page before; empty: the first page
}

// An OverlapPage is a page of findings, without their ground.
type OverlapPage struct {
	Items []Overlap
	Next  string // cursor; empty: this is the last page
}

// A NewFinding says how an overlap becomes a case.
type NewFinding struct {
	Overlap OverlapRef
	Title   string    // empty: the two parcels
	Parties [2]string // who holds the parcels; empty: the layer and the feature id
	SigmaM  float64   // 1σ of boundary lines, metres, for layers that have none; 0: none is known
}

// A Finding is an overlap that has become a case.
type Finding struct {
	Case        string // its number
	Known       bool   // an earlier call made the case
	KernelM2    float64
	PostGISM2   float64
	ToleranceM2 float64 // what the grid leaves open between the two
	Agree       bool
	Evidence    Evidence // holds both figures
}
