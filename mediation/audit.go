package mediation

import (
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
