package postgres

import (
	"context"
	"fmt"
	"math"

	"github.com/jackc/pgx/v5"

	"jieshi/mediation"
)

var uploadUsage = query("upload_usage")

// CheckQuota returns how many bytes the acting person may still bring. It is a
// [*mediation.QuotaError] if those are fewer than size.
func (db *DB) CheckQuota(ctx context.Context, size int64, quota mediation.Quota) (left int64, err error) {
	left = math.MaxInt64
	err = db.read(ctx, func(tx pgx.Tx) error {
		for _, bound := range boundsOf(ctx, quota) {
			used, err := usage(ctx, tx, bound.of)
			if err != nil {
				return err
			}
			if left = min(left, bound.limit-used); left < size {
				return bound.exceeded(used, size)
			}
		}
		return nil
	})
	return left, err
}

// A quotaBound is one of the bounds of a quota.
type quotaBound struct {
	of    *string // person; nil: everybody
	limit int64
}

func boundsOf(ctx context.Context, quota mediation.Quota) (bounds []quotaBound) {
	if quota.Person > 0 {
		person := mediation.ActorOf(ctx).Name
		bounds = append(bounds, quotaBound{&person, quota.Person})
	}
	if quota.Deployment > 0 {
		bounds = append(bounds, quotaBound{nil, quota.Deployment})
	}
	return bounds
}

func (b quotaBound) exceeded(used, wanted int64) error {
	return &mediation.QuotaError{Deployment: b.of == nil, Used: used, Limit: b.limit, Wanted: wanted}
}

func usage(ctx context.Context, tx pgx.Tx, person *string) (used int64, err error) {
	if err := tx.QueryRow(ctx, uploadUsage, pgx.StrictNamedArgs{"person": person}).Scan(&used); err != nil {
		return 0, fmt.Errorf("quota: %w", err)
	}
	return used, nil
}

// checkQuota holds the quota until the end of tx: two files at once are counted one
// after the other.
func checkQuota(ctx context.Context, tx pgx.Tx, size int64, quota mediation.Quota) error {
	if quota == (mediation.Quota{}) {
		return nil
	}
	if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtext('jieshi quota'), hashtext(current_schema()))"); err != nil {
		return fmt.Errorf("lock of the quota: %w", err)
	}
	for _, bound := range boundsOf(ctx, quota) {
		used, err := usage(ctx, tx, bound.of)
		switch {
		case err != nil:
			return err
		case used+size > bound.limit:
			return bound.exceeded(used, size)
		}
	}
	return nil
}
