package intake

import (
	"context"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"jieshi/ingest/raster"
	"jieshi/mediation"
)

// slopes is the part of the database that areas along the slope need.
type slopes interface {
	SlopeGrounds(ctx context.Context, id uuid.UUID) (mediation.SlopeGrounds, error)
}

// A SlopeReport says how large the contested pieces of a run are along the
// slope (坡面面积), as one model of heights has it. It is an attribute beside the
// areas of the run, which are those of the ellipsoid and of the plane; nothing
// is divided by it, and no total is made of it.
type SlopeReport struct {
	Orthophoto uuid.UUID                `json:"orthophoto"`
	Kind       mediation.OrthophotoKind `json:"kind"`
	Run        uuid.UUID                `json:"run"`
	RunNumber  int                      `json:"run_number"`
	Cell       float64                  `json:"cell_m"` // side of the cells that slopes are taken on: coarser ones find less
	Pieces     []SlopePiece             `json:"pieces"`
}

// A SlopePiece is one piece of the run.
type SlopePiece struct {
	N       int     `json:"n"`
	Area    float64 `json:"ellipsoidal_m2"` // of the whole piece, as the run has it
	Slope   float64 `json:"slope_area_m2"`  // of its covered part: Area × Covered × Factor
	Factor  float64 `json:"factor"`         // area along the slope over the plane one; 0 if nothing is covered
	Covered float64 `json:"covered"`        // part of the piece for which the model has heights, 0 to 1
}

// SlopeAreas looks the contested pieces of the newest run up in a model of
// heights. No run: no pieces. A picture is an [*ingest.Refusal].
func (in *Intake) SlopeAreas(ctx context.Context, id uuid.UUID) (report SlopeReport, err error) {
	found, err := in.Store.SlopeGrounds(ctx, id)
	if err != nil {
		return report, err
	}
	report = SlopeReport{Orthophoto: id, Kind: found.Kind, Run: found.Run, RunNumber: found.RunNumber, Pieces: []SlopePiece{}}
	grounds := make([]orb.MultiPolygon, len(found.Pieces))
	for i, p := range found.Pieces {
		grounds[i] = p.Ground
	}
	path, release, err := in.Files.Local(ctx, found.Measure)
	if err != nil {
		return report, err
	}
	defer release()
	steep, cell, err := raster.Slopes(ctx, path, float64(found.Unit), grounds)
	if err != nil {
		return report, err
	}
	report.Cell = cell
	for i, p := range found.Pieces {
		s := steep[i]
		report.Pieces = append(report.Pieces, SlopePiece{N: p.N, Area: p.M2, Slope: p.M2 * s.Covered * s.Factor, Factor: s.Factor, Covered: s.Covered})
	}
	return report, nil
}
