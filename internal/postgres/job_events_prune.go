package postgres

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

var jobEventsPrune = query("job_events_prune")

// prunedAtOnce bounds a transaction that prunes.
const prunedAtOnce = 20_000

// PruneJobEvents takes away what happened more than a week ago to jobs that have
// ended. What such a job came to stays with the job.
func (db *DB) PruneJobEvents(ctx context.Context) error {
	for {
		cases := int64(0)
		err := db.write(ctx, func(tx pgx.Tx) error {
			tag, err := tx.Exec(ctx, jobEventsPrune, pgx.StrictNamedArgs{"most": prunedAtOnce})
			cases = tag.RowsAffected()
			return err
		})
		if err != nil {
			return fmt.Errorf("events of jobs: %w", err)
		}
		if cases == 0 {
			return nil
		}
	}
}

// MissedJobEvents reports whether something that happened in a case after the event
// with number after has been pruned; or, without the number of a case, to a job that
// belongs to none.
func (db *DB) MissedJobEvents(ctx context.Context, number string, job uuid.UUID, after int64) (missed bool, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		id, err := eventStream(ctx, tx, number, job)
		if err != nil {
			return err
		}
		return tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM job_event_pruned WHERE case_id = $1 AND seq > $2)", id, after).Scan(&missed)
	})
	return missed, err
}
