package postgres

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"jieshi/mediation"
)

var claimParcels = query("claim_parcels")

// A RegisteredOverlap is ground of a claim that a register has on a parcel.
type RegisteredOverlap struct {
	Layer   string
	Feature int64
	Area    mediation.Measure // of the common ground, in the working CRS of the case
}

// ClaimParcels returns the registered parcels, of every layer that is complete,
// that have ground in common with the newest version of a claim: by layer,
// largest first. Parcels that only touch it are not listed.
func (db *DB) ClaimParcels(ctx context.Context, claim uuid.UUID) (overlaps []RegisteredOverlap, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		var version int
		err := tx.QueryRow(ctx, "SELECT version FROM claim WHERE id = $1 ORDER BY version DESC LIMIT 1", claim).Scan(&version)
		if err != nil {
			return fmt.Errorf("claim %s: %w", claim, domainError(err))
		}
		rows, _ := tx.Query(ctx, claimParcels, pgx.StrictNamedArgs{"claim_id": claim, "version": version, "grid_m": mediation.GridMetres})
		overlaps, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (o RegisteredOverlap, err error) {
			var m measureColumns
			err = row.Scan(&o.Layer, &o.Feature, &m.plane, &m.ellipsoidal, &m.sigma)
			o.Area = m.measure()
			return o, err
		})
		if err != nil {
			return fmt.Errorf("registered parcels under claim %s: %w", claim, err)
		}
		return nil
	})
	return overlaps, err
}
