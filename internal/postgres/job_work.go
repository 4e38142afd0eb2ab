package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"jieshi/mediation"
)

// jobLock is the advisory lock that whoever works on job $1 holds, on a connection
// of its own. The database lets it go when the worker dies.
const jobLock = "hashtextextended(current_schema() || ' job ' || $1::uuid::text, 0)"

// lookAfter is how often a worker looks whether its job is still its own: how long
// it goes on after the job was dismissed.
const lookAfter = 300 * time.Millisecond

// BeginJob begins an attempt at a job: nobody else can until letGo is called or
// this program dies. The context that it returns ends, with [mediation.ErrJobLost],
// when the job is dismissed or the lock is lost.
//
// A job that is not to be done is [mediation.ErrJobEnded]; one that somebody else
// works on, or that waits after a fault, is a [*mediation.JobBusy].
func (db *DB) BeginJob(ctx context.Context, id uuid.UUID) (j mediation.Job, working context.Context, letGo func(), err error) {
	conn, err := db.lockJob(ctx, id)
	if err != nil {
		return j, nil, nil, err
	}
	defer func() {
		if err != nil {
			closeConn(ctx, conn)
		}
	}()
	if err := beginAttempt(ctx, conn, id); err != nil {
		return j, nil, nil, err
	}
	if j, err = db.Job(ctx, id); err != nil {
		return j, nil, nil, err
	}
	working, lose := context.WithCancelCause(ctx)
	var watching sync.WaitGroup
	watching.Go(func() { watchJob(working, conn, mediation.Attempt{Job: id, Number: j.Attempts}, lose) })
	return j, working, sync.OnceFunc(func() {
		lose(context.Canceled)
		watching.Wait()
		closeConn(ctx, conn)
	}), nil
}

func (db *DB) lockJob(ctx context.Context, id uuid.UUID) (*pgx.Conn, error) {
	conn, err := pgx.ConnectConfig(ctx, db.pool.Config().ConnConfig)
	if err != nil {
		return nil, fmt.Errorf("connection to the database: %w", err)
	}
	// A machine that loses its power says no goodbye: the server asks after 10 s.
	var locked bool
	err = conn.QueryRow(ctx, `
		SELECT pg_try_advisory_lock(`+jobLock+`),
			set_config('tcp_keepalives_idle', '10', false), set_config('tcp_keepalives_interval', '5', false), set_config('tcp_keepalives_count', '3', false)`,
		id).Scan(&locked, nil, nil, nil)
	if err != nil {
		closeConn(ctx, conn)
		return nil, fmt.Errorf("lock of job %s: %w", id, err)
	}
	if !locked {
		closeConn(ctx, conn)
		return nil, &mediation.JobBusy{Again: time.Second}
	}
	return conn, nil
}

// closeConn gives back everything that a connection holds. The server lets locks
// go some time after a connection was closed: it is told, so that they are free
// when closeConn returns.
func closeConn(ctx context.Context, conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_, _ = conn.Exec(ctx, "SELECT pg_advisory_unlock_all()") // if it fails, closing does it
	_ = conn.Close(ctx)                                      // it is closed, whatever the server says
}

// beginAttempt moves the job to running; conn holds its lock.
func beginAttempt(ctx context.Context, conn *pgx.Conn, id uuid.UUID) error {
	tag, err := conn.Exec(ctx, `
		UPDATE job SET state = 'running', stage = '', progress = 0, eta = NULL, attempts = attempts + 1, started_at = coalesce(started_at, now())
		WHERE id = $1 AND state IN ('accepted', 'running') AND due_at <= now()`, id)
	if err != nil {
		return fmt.Errorf("attempt at job %s: %w", id, err)
	}
	if tag.RowsAffected() == 1 {
		return nil
	}
	var wait float64
	var live bool
	err = conn.QueryRow(ctx, "SELECT extract(epoch FROM due_at - now()), state IN ('accepted', 'running') FROM job WHERE id = $1", id).Scan(&wait, &live)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return mediation.ErrNotFound
	case err != nil:
		return fmt.Errorf("job %s: %w", id, err)
	case !live:
		return mediation.ErrJobEnded
	}
	return &mediation.JobBusy{Again: max(10*time.Millisecond, time.Duration(wait*float64(time.Second)))}
}

// watchJob calls lose when the attempt is no longer the one that counts, or when
// the connection that holds the lock of the job has broken.
func watchJob(ctx context.Context, conn *pgx.Conn, a mediation.Attempt, lose context.CancelCauseFunc) {
	ticker := time.NewTicker(lookAfter)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		var ours bool
		err := conn.QueryRow(ctx, "SELECT state = 'running' AND attempts = $2 FROM job WHERE id = $1", a.Job, a.Number).Scan(&ours)
		if ctx.Err() != nil {
			return
		}
		if err != nil || !ours {
			lose(errors.Join(mediation.ErrJobLost, err))
			return
		}
	}
}

// TellProgress says how far an attempt is.
func (db *DB) TellProgress(ctx context.Context, a mediation.Attempt, stage string, progress float64, eta time.Time) error {
	return db.endAttempt(ctx, a, "UPDATE job SET stage = $3, progress = $4, eta = $5 WHERE id = $1 AND attempts = $2 AND state = 'running'",
		stage, float32(progress), dateOrNull(eta))
}

// RefuseJob ends a job whose file is refused.
func (db *DB) RefuseJob(ctx context.Context, a mediation.Attempt, e mediation.Explanation) error {
	b, err := json.Marshal(refusalJSON{e.Code, e.Reason, e.Remedy, e.Where, e.Facts})
	if err != nil {
		return fmt.Errorf("refusal: %w", err)
	}
	return db.endAttempt(ctx, a, `
		UPDATE job SET state = 'successful', outcome = 'refused', refusal = $3, stage = '', progress = 100, eta = NULL, finished_at = now()
		WHERE id = $1 AND attempts = $2 AND state = 'running'`, b)
}

// FaultJob ends an attempt that a fault of ours broke off: the job waits for that
// long before the next one, or has failed for good if again is 0.
func (db *DB) FaultJob(ctx context.Context, a mediation.Attempt, fault string, again time.Duration) error {
	if again > 0 {
		return db.endAttempt(ctx, a, `
			UPDATE job SET state = 'accepted', faults = faults + 1, stage = '', eta = NULL, due_at = now() + make_interval(secs => $3)
			WHERE id = $1 AND attempts = $2 AND state = 'running'`, again.Seconds())
	}
	return db.endAttempt(ctx, a, `
		UPDATE job SET state = 'failed', fault = $3, faults = faults + 1, stage = '', eta = NULL, finished_at = now()
		WHERE id = $1 AND attempts = $2 AND state = 'running'`, fault)
}

// GiveBackJob ends an attempt that was told to stop, as if it had never begun.
func (db *DB) GiveBackJob(ctx context.Context, a mediation.Attempt) error {
	return db.endAttempt(ctx, a, `
		UPDATE job SET state = 'accepted', attempts = attempts - 1, stage = '', eta = NULL
		WHERE id = $1 AND attempts = $2 AND state = 'running'`)
}

// endAttempt runs an update that only the attempt that counts can make.
func (db *DB) endAttempt(ctx context.Context, a mediation.Attempt, update string, args ...any) error {
	return db.write(ctx, func(tx pgx.Tx) error { return endAttemptTx(ctx, tx, a, update, args...) })
}

func endAttemptTx(ctx context.Context, tx pgx.Tx, a mediation.Attempt, update string, args ...any) error {
	tag, err := tx.Exec(ctx, update, append([]any{a.Job, a.Number}, args...)...)
	if err != nil {
		return fmt.Errorf("job %s: %w", a.Job, err)
	}
	if tag.RowsAffected() == 0 {
		return mediation.ErrJobLost
	}
	return nil
}

// endReady ends the job of a file that became subject, in the transaction that
// saves it. There is no job for the zero Attempt.
func endReady(ctx context.Context, tx pgx.Tx, a mediation.Attempt, kind mediation.EvidenceKind, subject uuid.UUID, report json.RawMessage) error {
	if a == (mediation.Attempt{}) {
		return nil
	}
	return endAttemptTx(ctx, tx, a, `
		UPDATE job SET state = 'successful', outcome = 'ready', subject_id = $3, report = $5, holds_file = false,
			evidence_id = (SELECT evidence.id FROM evidence WHERE evidence.case_id = job.case_id AND kind = $4 AND evidence.subject_id = $3),
			stage = '', progress = 100, eta = NULL, finished_at = now()
		WHERE id = $1 AND attempts = $2 AND state = 'running'`, subject, kind, report)
}
