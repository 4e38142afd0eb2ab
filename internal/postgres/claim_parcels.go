package postgres

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
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

var claimParcels = query("claim_parcels")

// ClaimParcels returns the registered parcels, of every layer that is complete,
// that have ground in common with the newest version of a claim: by layer,
// largest first, with their shapes if asked for. Parcels that only touch it, or
// share less with it than the grid can show, are not listed. Areas are exact on
// the grid, those that an audit finds; of a layer in another CRS, after its
// parcels were transformed. An unknown claim is [mediation.ErrNotFound].
func (db *DB) ClaimParcels(ctx context.Context, claim uuid.UUID, shapes bool) (overlaps []mediation.RegisteredOverlap, err error) {
	options := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly, BeginQuery: planOnce}
	err = db.run(ctx, options, mediation.ActorOf(ctx), func(tx pgx.Tx) error {
		near, err := readRegistered(ctx, tx, claim)
		if err != nil {
			return err
		}
		if overlaps, err = near.overlaps(ctx, tx); err != nil || !shapes {
			return err
		}
		return drawRegistered(ctx, tx, overlaps, near.common)
	})
	if err != nil {
		return nil, fmt.Errorf("registered parcels under claim %s: %w", claim, err)
	}
	return overlaps, nil
}

// registered is a claim and the parcels that may lie under it.
type registered struct {
	srid    int
	claim   *overlay.Layer // of the one
	parcels *overlay.Layer // whose IDs are places in rows
	rows    []registeredRow
	common  [][]byte // EWKB of the grounds of overlaps
}

type registeredRow struct {
	overlap mediation.RegisteredOverlap
	sigma   geo.Metres // of the worse line
}

// readRegistered reads them in one way to the server and back.
func readRegistered(ctx context.Context, tx pgx.Tx, claim uuid.UUID) (near registered, err error) {
	var one, all overlay.Builder
	var decoder groundDecoder
	var raw []byte
	batch := &pgx.Batch{}
	batch.Queue("SELECT ST_SRID(ground), ST_AsEWKB(ground, 'NDR') FROM claim WHERE id = $1 ORDER BY version DESC LIMIT 1", claim).
		QueryRow(func(row pgx.Row) error {
			if err := row.Scan(&near.srid, &raw); err != nil {
				return domainError(err)
			}
			ground, err := decoder.decode(raw)
			return errors.Join(err, one.Add(0, ground))
		})
	batch.Queue(claimParcels, pgx.StrictNamedArgs{"claim_id": claim}).Query(func(rows pgx.Rows) error {
		var r registeredRow
		var transformed bool
		_, err := pgx.ForEachRow(rows, []any{&r.overlap.Layer, &r.overlap.Kind, &r.overlap.Feature, &r.sigma, &transformed, &raw}, func() error {
			ground, err := decoder.decode(raw)
			if err != nil {
				return err
			}
			if transformed {
				// A valid parcel can cross itself by a hair out of its own CRS.
				if ground, err = overlay.Repair(ctx, ground); err != nil || ground == nil {
					return err
				}
			}
			near.rows = append(near.rows, r)
			return all.Add(int64(len(near.rows)-1), ground)
		})
		return err
	})
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return near, err
	}
	if near.claim, err = one.Build(); err != nil {
		return near, err
	}
	near.parcels, err = all.Build()
	return near, err
}

// overlaps lays the claim over the parcels.
func (near *registered) overlaps(ctx context.Context, tx pgx.Tx) ([]mediation.RegisteredOverlap, error) {
	pairs, err := overlay.Pairs(ctx, near.claim, near.parcels, overlay.Options{Geometry: true})
	if err != nil {
		return nil, err
	}
	pairs = slices.DeleteFunc(pairs, func(p overlay.Pair) bool { return p.Ground == nil })
	slices.SortFunc(pairs, func(p, q overlay.Pair) int {
		a, b := near.rows[p.B].overlap, near.rows[q.B].overlap
		return cmp.Or(cmp.Compare(a.Layer, b.Layer), q.Area.Cmp(p.Area), cmp.Compare(a.Feature, b.Feature))
	})
	grounds := make([]orb.MultiPolygon, len(pairs))
	near.common = make([][]byte, len(pairs))
	for i, p := range pairs {
		grounds[i] = p.Ground.Metres()
		near.common[i] = ewkb.MustMarshal(grounds[i], near.srid)
	}
	areas, err := ellipsoidal(ctx, tx, near.srid, grounds, near.common)
	if err != nil {
		return nil, err
	}
	overlaps := make([]mediation.RegisteredOverlap, len(pairs))
	for i, p := range pairs {
		row := near.rows[p.B]
		overlaps[i] = row.overlap
		overlaps[i].Area = mediation.NewMeasure(areas[i], float64(p.Area.SquareMetres()), float64(groundSigma(grounds[i], row.sigma)))
	}
	return overlaps, nil
}

// drawRegistered gives overlaps their shapes on the map.
func drawRegistered(ctx context.Context, tx pgx.Tx, overlaps []mediation.RegisteredOverlap, common [][]byte) error {
	rows, _ := tx.Query(ctx, `
		SELECT ST_AsGeoJSON(lonlat(ST_GeomFromEWKB(ground)), 8, 0)::json
		FROM unnest($1::bytea[]) WITH ORDINALITY AS each (ground, n) ORDER BY n`, common)
	shapes, err := pgx.CollectRows(rows, pgx.RowTo[json.RawMessage])
	if err != nil {
		return fmt.Errorf("shapes: %w", err)
	}
	for i := range overlaps {
		overlaps[i].LonLat = shapes[i]
	}
	return nil
}
