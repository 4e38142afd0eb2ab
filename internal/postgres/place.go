package postgres

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"jieshi/mediation"
)

var runPlace = query("run_place")

// RunPlace returns where the claims of a run lie: the lowest areas known, the
// administrative lines that they cross, and the middle of their box in lon and
// lat. Claims that came later do not change it.
func (db *DB) RunPlace(ctx context.Context, run uuid.UUID) (p mediation.Place, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		var center []float64
		err := tx.QueryRow(ctx, runPlace, pgx.StrictNamedArgs{"run_id": run}).
			Scan(&p.Areas, &p.Crosses.Province, &p.Crosses.City, &p.Crosses.County, &center)
		if err != nil {
			return fmt.Errorf("place of run %s: %w", run, err)
		}
		if len(center) == 2 {
			p.Center = (*[2]float64)(center)
		}
		return nil
	})
	return p, err
}
