package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"jieshi/mediation"
)

// eventChannel is what the trigger of table job notifies.
const eventChannel = "jieshi_job"

const eventColumns = "seq, job_id, job_event.at, job_event.state, job_event.stage, job_event.progress, job_event.eta, job_event.outcome"

// eventStream is the stream that events of a job are told in: that of the case with
// the number, or the job's own if it belongs to no case and number is empty.
func eventStream(ctx context.Context, tx pgx.Tx, number string, job uuid.UUID) (uuid.UUID, error) {
	if number == "" {
		return job, nil
	}
	return caseID(ctx, tx, number)
}

// JobEvents returns what happened to the jobs of a case, or to one of them if job
// is not uuid.Nil, after the event with number after: at most limit events, in
// the order of their numbers. A job that belongs to no case is asked for without
// the number of one.
func (db *DB) JobEvents(ctx context.Context, number string, job uuid.UUID, after int64, limit int) (events []mediation.JobEvent, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		id, err := eventStream(ctx, tx, number, job)
		if err != nil {
			return err
		}
		events, err = queryEvents(ctx, tx, `
			SELECT `+eventColumns+` FROM job_event
			WHERE case_id = $1 AND seq > $2 AND ($3::uuid IS NULL OR job_id = $3) ORDER BY seq LIMIT $4`,
			id, after, uuidOrNull(job), limit)
		return err
	})
	return events, err
}

// LiveJobEvents returns the newest event of each job of a case that has not ended,
// and the number of the newest event of the case: what comes after it is new. Of a
// job that belongs to no case, named instead of the number, likewise.
func (db *DB) LiveJobEvents(ctx context.Context, number string, job uuid.UUID) (events []mediation.JobEvent, newest int64, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		id, err := eventStream(ctx, tx, number, job)
		if err != nil {
			return err
		}
		events, err = queryEvents(ctx, tx, `
			SELECT DISTINCT ON (job_id) `+eventColumns+` FROM job_event JOIN job ON job.id = job_id
			WHERE job_event.case_id = $1 AND (job.case_id = $1 OR job.id = $1) AND job.state IN ('accepted', 'running') ORDER BY job_id, seq DESC`, id)
		if err != nil {
			return err
		}
		slices.SortFunc(events, func(a, b mediation.JobEvent) int { return int(a.Seq - b.Seq) })
		return tx.QueryRow(ctx, "SELECT coalesce(max(seq), 0) FROM job_event WHERE case_id = $1", id).Scan(&newest)
	})
	return events, newest, err
}

func queryEvents(ctx context.Context, tx pgx.Tx, sql string, args ...any) ([]mediation.JobEvent, error) {
	rows, _ := tx.Query(ctx, sql, args...) // CollectRows reports its error
	events, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (e mediation.JobEvent, err error) {
		var progress float32
		var eta *time.Time
		var outcome *string
		err = row.Scan(&e.Seq, &e.Job, &e.At, &e.State, &e.Stage, &progress, &eta, &outcome)
		e.Progress, e.ETA = float64(progress), timeOrZero(eta)
		if outcome != nil {
			e.Outcome = mediation.JobOutcome(*outcome)
		}
		return e, err
	})
	if err != nil {
		return nil, fmt.Errorf("events of jobs: %w", err)
	}
	return events, nil
}

func uuidOrNull(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}

// An EventHub wakes those who wait for events of jobs. It listens on one
// connection of its own, however many wait. It carries no events: who is woken
// reads them from the database, and so loses and repeats none, however slow.
type EventHub struct {
	db   *DB
	log  *slog.Logger
	stop context.CancelFunc
	done chan struct{}

	mu      sync.Mutex
	closed  bool
	waiting map[*waiter]struct{}
}

type waiter struct {
	caseID uuid.UUID
	wake   chan struct{}
}

// OpenEvents returns a hub that listens until it is closed.
func (db *DB) OpenEvents(log *slog.Logger) *EventHub {
	ctx, stop := context.WithCancel(context.Background())
	h := &EventHub{db: db, log: log, stop: stop, done: make(chan struct{}), waiting: map[*waiter]struct{}{}}
	go h.listen(ctx)
	return h
}

// Close ends the hub and closes the channels of all who wait.
func (h *EventHub) Close() {
	h.stop()
	<-h.done
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return
	}
	h.closed = true
	for w := range h.waiting {
		close(w.wake)
	}
	clear(h.waiting)
}

// Wait returns a channel that gets a value when something may have happened to a
// job of a case since the last one, and is closed when the hub is. The caller
// calls stop when it waits no more.
func (h *EventHub) Wait(caseID uuid.UUID) (wake <-chan struct{}, stop func()) {
	w := &waiter{caseID, make(chan struct{}, 1)}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		close(w.wake)
		return w.wake, func() {}
	}
	h.waiting[w] = struct{}{}
	return w.wake, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.waiting, w)
	}
}

// wake wakes those who wait for a case, or everybody for uuid.Nil.
func (h *EventHub) wake(caseID uuid.UUID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for w := range h.waiting {
		if caseID == uuid.Nil || w.caseID == caseID {
			select {
			case w.wake <- struct{}{}:
			default: // it has not looked since it was woken last
			}
		}
	}
}

func (h *EventHub) listen(ctx context.Context) {
	defer close(h.done)
	for ctx.Err() == nil {
		err := h.listenOnce(ctx)
		if ctx.Err() != nil {
			return
		}
		h.log.WarnContext(ctx, "events of jobs: listening anew", "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

func (h *EventHub) listenOnce(ctx context.Context) error {
	conn, err := pgx.ConnectConfig(ctx, h.db.pool.Config().ConnConfig)
	if err != nil {
		return fmt.Errorf("connection to the database: %w", err)
	}
	defer closeConn(ctx, conn)
	var schema string
	if err := conn.QueryRow(ctx, "SELECT current_schema()").Scan(&schema); err != nil {
		return fmt.Errorf("schema of the database: %w", err)
	}
	if _, err := conn.Exec(ctx, "LISTEN "+eventChannel); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	h.wake(uuid.Nil) // for what was missed until now
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		var told struct {
			Schema string
			Case   uuid.UUID
		}
		if err := json.Unmarshal([]byte(n.Payload), &told); err != nil {
			return fmt.Errorf("notification %q: %w", n.Payload, err)
		}
		if told.Schema == schema {
			h.wake(told.Case)
		}
	}
}
