package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"jieshi/mediation"
)

// blockJob asks for one block of an audit. River only spreads the work: whether
// it is to be done, and by whom, is said by the row in audit_block and its lock,
// so a job that comes twice, or too late, does nothing.
type blockJob struct {
	Audit int     `json:"audit"`
	Block blockID `json:"block"`
}

// Kind names the job in River's tables.
func (blockJob) Kind() string { return "audit_block" }

// InsertOpts is how such jobs go into the queue.
func (blockJob) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: QueueAudit, MaxAttempts: 4}
}

type blockWorker struct {
	river.WorkerDefaults[blockJob]
	db *DB
}

// Work computes the block, in one transaction.
func (w *blockWorker) Work(ctx context.Context, job *river.Job[blockJob]) error {
	actor := mediation.Actor{Name: w.db.software}
	return w.db.run(ctx, pgx.TxOptions{}, actor, func(tx pgx.Tx) error {
		_, err := computeBlock(ctx, tx, job.Args.Audit, job.Args.Block)
		return err
	})
}

// enqueueUndone puts a job in the queue for every block of an audit that is to be
// computed, that nobody is computing, and that has no job waiting.
func enqueueUndone(ctx context.Context, tx pgx.Tx, queue *river.Client[pgx.Tx], audit int) error {
	rows, _ := tx.Query(ctx, undoneBlocks, pgx.StrictNamedArgs{"audit_id": audit, "kind": blockJob{}.Kind()})
	blocks, err := pgx.CollectRows(rows, pgx.RowTo[blockID])
	if err != nil {
		return fmt.Errorf("blocks of audit %d: %w", audit, err)
	}
	return enqueue(ctx, tx, queue, audit, blocks)
}

func enqueue(ctx context.Context, tx pgx.Tx, queue *river.Client[pgx.Tx], audit int, blocks []blockID) error {
	if len(blocks) == 0 {
		return nil
	}
	jobs := make([]river.InsertManyParams, len(blocks))
	for i, b := range blocks {
		jobs[i].Args = blockJob{Audit: audit, Block: b}
	}
	if _, err := queue.InsertManyFastTx(ctx, tx, jobs); err != nil {
		return fmt.Errorf("jobs of audit %d: %w", audit, err)
	}
	return nil
}

var undoneBlocks = query("audit_undone")

// An AuditFailure says that blocks of an audit failed again and again.
type AuditFailure struct {
	Audit, Blocks int
	Cause         string // what the last attempt at one of them said
}

func (f *AuditFailure) Error() string {
	return fmt.Sprintf("%d blocks of audit %d failed: %s", f.Blocks, f.Audit, f.Cause)
}

// Nudge hands the blocks of an audit that a dead worker has left to others. It
// returns an [AuditFailure] when blocks have failed for good since the time.
func (db *DB) Nudge(ctx context.Context, audit int, since time.Time) error {
	queue := db.inserter
	return db.write(ctx, func(tx pgx.Tx) error {
		failure := AuditFailure{Audit: audit}
		err := tx.QueryRow(ctx, `
			SELECT count(*), coalesce(max(errors[cardinality(errors)]->>'error'), '')
			FROM river_job JOIN audit_block ON audit_id = $1 AND block = (args->>'block')::bigint AND done_at IS NULL
			WHERE kind = $2 AND state = 'discarded' AND args @> jsonb_build_object('audit', $1::integer) AND created_at >= $3`,
			audit, blockJob{}.Kind(), since).Scan(&failure.Blocks, &failure.Cause)
		if err != nil {
			return fmt.Errorf("failures of audit %d: %w", audit, err)
		}
		if failure.Blocks > 0 {
			return &failure
		}
		return enqueueUndone(ctx, tx, queue, audit)
	})
}

// WaitAudit waits until every block of an audit is done, and finishes it.
// progress, if not nil, is called now and then. Blocks that a dead worker has
// left are handed on. Somebody must work, see [DB.Work].
func (db *DB) WaitAudit(ctx context.Context, id int, progress func(done, total int)) (Audit, error) {
	since := db.now()
	const look, nudge = 100 * time.Millisecond, 3 * time.Second
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	nudged := time.Now()
	for {
		var done, total int
		err := db.pool.QueryRow(ctx, "SELECT count(done_at), count(*) FROM audit_block WHERE audit_id = $1", id).Scan(&done, &total)
		if err != nil {
			return Audit{}, fmt.Errorf("progress of audit %d: %w", id, err)
		}
		if progress != nil {
			progress(done, total)
		}
		if done == total {
			a, err := db.FinishAudit(ctx, id)
			if !errors.Is(err, errBlocksLeft) {
				return a, err
			}
		}
		if time.Since(nudged) > nudge {
			if err := db.Nudge(ctx, id, since); err != nil {
				return Audit{}, err
			}
			nudged = time.Now()
		}
		select {
		case <-ctx.Done():
			return Audit{}, ctx.Err()
		case <-ticker.C:
		}
	}
}

// migrateQueue brings River's own tables, in the schema that url comes to first,
// to the version of this program, and lets the role of the program use them.
func migrateQueue(ctx context.Context, url string) error {
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		return fmt.Errorf("connection to the database: %w", err)
	}
	defer pool.Close()
	var schema string
	if err := pool.QueryRow(ctx, "SELECT current_schema()").Scan(&schema); err != nil {
		return fmt.Errorf("schema of the database: %w", err)
	}
	migrator, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Schema: schema, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return fmt.Errorf("job queue: %w", err)
	}
	done, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	if err != nil {
		return fmt.Errorf("job queue: %w", err)
	}
	if len(done.Versions) == 0 {
		return nil
	}
	if _, err := pool.Exec(ctx, queueGrants); err != nil {
		return fmt.Errorf("rights on the job queue: %w", err)
	}
	return nil
}

// queueGrants: jobs go into the queue in the transaction that makes the work, as
// the role of the program.
const queueGrants = `
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT relname FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relname LIKE 'river\_%' AND relkind IN ('r', 'p') LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO jieshi_app', name);
    END LOOP;
    FOR name IN SELECT relname FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relname LIKE 'river\_%' AND relkind = 'S' LOOP
        EXECUTE format('GRANT USAGE ON SEQUENCE %I TO jieshi_app', name);
    END LOOP;
END
$$`
