package postgres

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"

	"jieshi/geo"
	"jieshi/geo/overlay"
	"jieshi/mediation"
)

// A line is the boundary of claimed ground and how well it is known.
type line struct {
	ground orb.MultiPolygon
	sigma  geo.Metres   // of the whole
	vertex []geo.Metres // of each vertex, closing ones not counted; nil: sigma everywhere
}

// sigmas returns one sigma a vertex.
func (l line) sigmas() []geo.Metres {
	if l.vertex != nil {
		return l.vertex
	}
	return slices.Repeat([]geo.Metres{l.sigma}, geo.CountVertices(l.ground))
}

// moved returns the ground with its boundary moved inward and outward by k·sigma
// of each vertex, as EWKB; inward is nil when nothing is left.
func (l line) moved(k float64, srid int) (inward, outward []byte, err error) {
	ground, err := overlay.Snap(l.ground)
	if err != nil {
		return nil, nil, err
	}
	sigmas := l.sigmas()
	reach := make([]int64, len(sigmas))
	for i, s := range sigmas {
		reach[i] = overlay.BandReach(k, float64(s))
	}
	in, out, err := overlay.Band(ground, reach)
	if err != nil {
		return nil, nil, fmt.Errorf("band of the line: %w", err)
	}
	if in != nil {
		inward = ewkb.MustMarshal(in.Metres(), srid)
	}
	return inward, ewkb.MustMarshal(out.Metres(), srid), nil
}

// metresOf returns lengths that PostgreSQL gave; null is nil.
func metresOf(values []float64) []geo.Metres {
	if values == nil {
		return nil
	}
	out := make([]geo.Metres, len(values))
	for i, v := range values {
		out[i] = geo.Metres(v)
	}
	return out
}

// unlessUniform returns the sigmas for the database: null if all are that of the line.
func unlessUniform(sigmas []geo.Metres, sigma geo.Metres) []float64 {
	if !slices.ContainsFunc(sigmas, func(s geo.Metres) bool { return s != sigma }) {
		return nil
	}
	out := make([]float64, len(sigmas))
	for i, s := range sigmas {
		out[i] = float64(s)
	}
	return out
}

var claimBands = query("claim_bands")

// Bands returns the bands of the live claims of a case.
func (db *DB) Bands(ctx context.Context, number string) (bands []mediation.Band, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		id, err := caseID(ctx, tx, number)
		if err != nil {
			return err
		}
		bands, err = queryBands(ctx, tx, "case", id)
		return err
	})
	return bands, err
}

// RunBands returns the bands of the claim versions that a run was computed from.
func (db *DB) RunBands(ctx context.Context, run uuid.UUID) (bands []mediation.Band, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		if bands, err = queryBands(ctx, tx, "run", run); err == nil && len(bands) == 0 {
			err = unknownRun(false, run) // every run has inputs
		}
		return err
	})
	return bands, err
}

func queryBands(ctx context.Context, tx pgx.Tx, of string, id uuid.UUID) ([]mediation.Band, error) {
	rows, _ := tx.Query(ctx, claimBands, pgx.StrictNamedArgs{"of": of, "id": id})
	bands, err := pgx.CollectRows(rows, pgx.RowToStructByPos[mediation.Band])
	if err != nil {
		return nil, fmt.Errorf("bands of %s %s: %w", of, id, err)
	}
	return bands, nil
}
