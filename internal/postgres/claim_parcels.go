package postgres

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"

	"jieshi/geo"
	"jieshi/mediation"
)

var claimParcels = query("claim_parcels")

// ClaimParcels returns the registered parcels, of every layer that is complete,
// that have ground in common with the newest version of a claim: by layer,
// largest first, with their shapes if asked for. Parcels that only touch it are
// not listed. An unknown claim is [mediation.ErrNotFound].
func (db *DB) ClaimParcels(ctx context.Context, claim uuid.UUID, shapes bool) (overlaps []mediation.RegisteredOverlap, err error) {
	options := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly, BeginQuery: planOnce}
	err = db.run(ctx, options, mediation.ActorOf(ctx), func(tx pgx.Tx) error {
		overlaps, err = registeredUnder(ctx, tx, claim, shapes)
		if err != nil || len(overlaps) > 0 {
			return err
		}
		var known bool
		if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM claim WHERE id = $1)", claim).Scan(&known); err != nil {
			return err
		}
		if !known {
			return mediation.ErrNotFound
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("registered parcels under claim %s: %w", claim, err)
	}
	return overlaps, nil
}

func registeredUnder(ctx context.Context, tx pgx.Tx, claim uuid.UUID, shapes bool) ([]mediation.RegisteredOverlap, error) {
	var grounds []orb.MultiPolygon
	var raw [][]byte
	var plane, sigmas []float64
	srid := 0
	rows, _ := tx.Query(ctx, claimParcels, pgx.StrictNamedArgs{"claim_id": claim, "grid_m": mediation.GridMetres, "shapes": shapes})
	overlaps, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (o mediation.RegisteredOverlap, err error) {
		var b []byte
		var planeM2, sigma float64
		if err = row.Scan(&o.Layer, &o.Kind, &o.Feature, &b, &planeM2, &sigma, &o.LonLat); err != nil {
			return o, err
		}
		g, in, err := ewkb.Unmarshal(b)
		ground, ok := g.(orb.MultiPolygon)
		if err == nil && !ok {
			err = fmt.Errorf("common ground with %s %d is a %T", o.Layer, o.Feature, g)
		}
		grounds, raw, plane, sigmas, srid = append(grounds, ground), append(raw, b), append(plane, planeM2), append(sigmas, sigma), in
		return o, err
	})
	if err != nil {
		return nil, err
	}
	areas, err := ellipsoidal(ctx, tx, srid, grounds, raw)
	if err != nil {
		return nil, err
	}
	for i := range overlaps {
		overlaps[i].Area = mediation.NewMeasure(areas[i], plane[i], float64(groundSigma(grounds[i], geo.Metres(sigmas[i]))))
	}
	return overlaps, nil
}
