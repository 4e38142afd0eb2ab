package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"

	"jieshi/geo"
	"jieshi/mediation"
)

var contestGroundsQuery = query("contest_grounds")

// contestGrounds are the pieces and extents of a run as PostGIS overlaid them.
type contestGrounds struct {
	pieces    []mediation.Piece
	extents   []mediation.Extent
	measuring measuring // of pieces and their cores, then of extents
}

// queue has PostGIS overlay the live claims of a case; engine is what computes.
func (g *contestGrounds) queue(batch *pgx.Batch, caseID uuid.UUID, engine map[string]string) {
	batch.Queue(contestGroundsQuery, pgx.StrictNamedArgs{
		"case_id": caseID, "grid_m": mediation.GridMetres, "engine": engine,
	}).Query(func(rows pgx.Rows) error {
		var level string
		var ground, core []byte
		var plane, corePlane float64
		var width *float64
		var sides []int
		_, err := pgx.ForEachRow(rows, []any{&level, &sides, &ground, &plane, &core, &corePlane, &width}, func() error {
			if level != "piece" {
				// The scan reuses neither bytes nor slices.
				g.extents = append(g.extents, mediation.Extent{Level: mediation.Level(level), Sides: sides, EWKB: ground})
				return g.measuring.add(ground, plane)
			}
			g.pieces = append(g.pieces, mediation.Piece{N: len(g.pieces) + 1, Sides: sides, WidthM: *width, GroundEWKB: ground, CoreEWKB: core})
			return errors.Join(g.measuring.add(ground, plane), g.measuring.add(core, corePlane))
		})
		return err
	})
}

// measure fills in the pieces and extents of a run, measured on the ellipsoid and
// for their sigma.
func (g *contestGrounds) measure(ctx context.Context, tx pgx.Tx, run *mediation.Run, sigma contestSigma) error {
	measures, err := g.measuring.measures(ctx, tx, run.SRID)
	if err != nil {
		return fmt.Errorf("contested grounds of case %s: %w", run.Case, err)
	}
	run.Pieces, run.Extents = g.pieces, g.extents
	for i := range run.Pieces {
		p := &run.Pieces[i]
		p.Nominal, p.Core = measures[2*i], measures[2*i+1]
		if err := sigma.judge(p); err != nil {
			return err
		}
		p.Label = geo.InnerPoint(p.Ground)
		p.LabelEWKB = ewkb.MustMarshal(p.Label, run.SRID)
	}
	for i := range run.Extents {
		e := &run.Extents[i]
		e.Area = measures[2*len(run.Pieces)+i]
		if err := sigma.measure(e); err != nil {
			return err
		}
	}
	return nil
}

// measuring is grounds on their way to being measured.
type measuring struct {
	grounds []orb.MultiPolygon
	ewkb    [][]byte
	plane   []float64 // m²
}

// add takes a Polygon, a MultiPolygon, or nil for no ground.
func (m *measuring) add(b []byte, planeM2 float64) error {
	var ground orb.MultiPolygon
	err := decode(b, func(g orb.Geometry) {
		switch g := g.(type) {
		case orb.Polygon:
			ground = orb.MultiPolygon{g}
		case orb.MultiPolygon:
			ground = g
		}
	})
	m.grounds, m.ewkb, m.plane = append(m.grounds, ground), append(m.ewkb, b), append(m.plane, planeM2)
	return err
}

// measures returns both areas of each ground, without sigma.
func (m *measuring) measures(ctx context.Context, tx querier, srid int) ([]mediation.Measure, error) {
	areas, err := ellipsoidal(ctx, tx, srid, m.grounds, m.ewkb)
	if err != nil {
		return nil, err
	}
	measures := make([]mediation.Measure, len(areas))
	for i, area := range areas {
		measures[i] = mediation.NewMeasure(area, m.plane[i], 0)
	}
	return measures, nil
}
