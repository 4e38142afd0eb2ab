package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"jieshi/mediation"
)

var orphanedJobs = query("orphaned_jobs")

// HandOn puts jobs whose worker has died, or that for whatever reason wait in no
// queue, back in the queue. It returns how many.
func (db *DB) HandOn(ctx context.Context) (handed int, err error) {
	type orphan struct {
		ID   uuid.UUID
		Kind mediation.JobKind
	}
	err = db.write(ctx, func(tx pgx.Tx) error {
		// Two that hand on at once would hand on twice, to no use.
		var alone bool
		if err := tx.QueryRow(ctx, "SELECT pg_try_advisory_xact_lock(hashtext('jieshi hand on'), hashtext(current_schema()))").Scan(&alone); err != nil || !alone {
			return err
		}
		rows, _ := tx.Query(ctx, orphanedJobs, pgx.StrictNamedArgs{"kind": intakeJob{}.Kind()}) // CollectRows reports its error
		orphans, err := pgx.CollectRows(rows, pgx.RowToStructByPos[orphan])
		if err != nil {
			return fmt.Errorf("jobs that nobody does: %w", err)
		}
		for _, o := range orphans {
			if err := db.enqueueJob(ctx, tx, o.ID, o.Kind); err != nil {
				return err
			}
		}
		handed = len(orphans)
		return nil
	})
	return handed, err
}

// JobsWithFiles returns the jobs that were refused or dismissed and whose files
// have not been let go yet.
func (db *DB) JobsWithFiles(ctx context.Context) (ids []uuid.UUID, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		rows, _ := tx.Query(ctx, "SELECT id FROM job WHERE holds_file AND state IN ('successful', 'dismissed') ORDER BY finished_at LIMIT 1000")
		ids, err = pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
		return err
	})
	return ids, err
}

// LetFileGo lets the file of a job go that was refused or dismissed: remove is
// called if nobody else vouches for it. A job that somebody still works on keeps
// its file, and so does any other.
func (db *DB) LetFileGo(ctx context.Context, id uuid.UUID, remove func(mediation.Hash) error) error {
	return db.write(ctx, func(tx pgx.Tx) error {
		var free bool
		if err := tx.QueryRow(ctx, "SELECT pg_try_advisory_xact_lock("+jobLock+")", id).Scan(&free); err != nil || !free {
			return err
		}
		var sum []byte
		err := tx.QueryRow(ctx, `
			UPDATE job SET holds_file = false WHERE id = $1 AND holds_file AND (state = 'dismissed' OR outcome = 'refused')
			RETURNING sha256`, id).Scan(&sum)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("file of job %s: %w", id, err)
		}
		hash := mediation.Hash(sum)
		if err := lockFile(ctx, tx, hash); err != nil {
			return err
		}
		var known bool
		if err := tx.QueryRow(ctx, "SELECT file_is_known($1)", sum).Scan(&known); err != nil {
			return fmt.Errorf("file of job %s: %w", id, err)
		}
		if known {
			return nil
		}
		return remove(hash)
	})
}

// A JobCount is how many jobs of a kind are in a state.
type JobCount struct {
	Kind  mediation.JobKind
	State mediation.JobState
	Jobs  int
}

// CountJobs counts jobs that have not ended, and those that failed.
func (db *DB) CountJobs(ctx context.Context) (counts []JobCount, err error) {
	rows, _ := db.pool.Query(ctx, "SELECT kind, state, count(*) FROM job WHERE state IN ('accepted', 'running', 'failed') GROUP BY kind, state") // CollectRows reports its error
	counts, err = pgx.CollectRows(rows, pgx.RowToStructByPos[JobCount])
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	return counts, nil
}

// QueueDepths counts what waits for a worker, by queue. Empty queues are missing.
func (db *DB) QueueDepths(ctx context.Context) (map[string]int, error) {
	depths := map[string]int{}
	rows, _ := db.pool.Query(ctx, "SELECT queue, count(*) FROM river_job WHERE state IN ('available', 'retryable', 'scheduled') GROUP BY queue")
	var queue string
	var n int
	_, err := pgx.ForEachRow(rows, []any{&queue, &n}, func() error { depths[queue] = n; return nil })
	if err != nil {
		return nil, fmt.Errorf("queues: %w", err)
	}
	return depths, nil
}
