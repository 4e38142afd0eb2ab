package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"jieshi/mediation"
)

// The queues. Each has workers of its own, so that a province that is audited, or
// a flight of an hour, never keeps a walk waiting.
const (
	QueueAudit    = "audit"    // blocks of audits
	QueueAnalysis = "analysis" // walks
	QueueConvert  = "convert"  // orthophotos, and flights with their gigabytes of photos
	QueueMosaic   = "mosaic"   // flights that an engine makes orthophotos of: hours of waiting, and little work here
	QueueTiles    = "tiles"    // packages for offline maps: minutes of drawing what nobody looks at just now
)

// Queues lists every queue.
var Queues = []string{QueueConvert, QueueAnalysis, QueueTiles, QueueMosaic, QueueAudit}

func queueOf(kind mediation.JobKind) string {
	switch kind {
	case mediation.JobOrthophoto, mediation.JobFlight:
		return QueueConvert
	case mediation.JobMosaic:
		return QueueMosaic
	case mediation.JobPackage:
		return QueueTiles
	case mediation.JobWalk:
	}
	return QueueAnalysis
}

// intakeJob asks for a row of job to be worked on. As with blocks of audits, River
// only spreads the work: the row says whether it is to be done and its lock by
// whom, so one that comes twice, or too late, does nothing.
type intakeJob struct {
	Job uuid.UUID `json:"job"`
}

// Kind names the job in River's tables.
func (intakeJob) Kind() string { return "intake" }

// InsertOpts is how such jobs go into a queue. How often a file is tried is
// counted in its row, not by River.
func (intakeJob) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 1000} }

// enqueueJob puts a job in its queue.
func (db *DB) enqueueJob(ctx context.Context, tx pgx.Tx, id uuid.UUID, kind mediation.JobKind) error {
	if _, err := db.inserter.InsertTx(ctx, tx, intakeJob{id}, &river.InsertOpts{Queue: queueOf(kind)}); err != nil {
		return fmt.Errorf("job %s: queue: %w", id, err)
	}
	return nil
}

// Pools says how many workers each queue has in this process. A queue that is
// missing has none.
type Pools map[string]int

func (p Pools) total() (n int) {
	for _, workers := range p {
		n += workers
	}
	return n
}

// Do works on a job and returns when to come back to it; zero means that nothing
// is left to do. An error is a fault of ours, to be tried again.
type Do func(ctx context.Context, job uuid.UUID) (again time.Duration, err error)

type intakeWorker struct {
	river.WorkerDefaults[intakeJob]
	do Do
}

// Work does the job and comes back to it as it says.
func (w *intakeWorker) Work(ctx context.Context, job *river.Job[intakeJob]) error {
	again, err := w.do(ctx, job.Args.Job)
	switch {
	case ctx.Err() != nil:
		return river.JobSnooze(0) // told to stop: somebody else goes on
	case err != nil:
		return err
	case again > 0:
		return river.JobSnooze(again)
	}
	return nil
}

// Timeout is none: the sandbox bounds what a file may cost, and the lock of a job
// says whether its worker lives.
func (w *intakeWorker) Timeout(*river.Job[intakeJob]) time.Duration { return -1 }

// queue returns River's client: for putting jobs in queues, or, with pools, for
// working on them.
func (db *DB) queue(ctx context.Context, pools Pools, do Do) (*river.Client[pgx.Tx], error) {
	var schema string
	if err := db.pool.QueryRow(ctx, "SELECT current_schema()").Scan(&schema); err != nil {
		return nil, fmt.Errorf("schema of the database: %w", err)
	}
	config := &river.Config{Schema: schema, Logger: slog.New(slog.DiscardHandler)}
	if pools.total() > 0 {
		config.Queues = map[string]river.QueueConfig{}
		for name, workers := range pools {
			if workers > 0 {
				config.Queues[name] = river.QueueConfig{MaxWorkers: workers}
			}
		}
		config.Workers = river.NewWorkers()
		river.AddWorker(config.Workers, &blockWorker{db: db})
		if do != nil {
			river.AddWorker(config.Workers, &intakeWorker{do: do})
		}
		// A block takes tens of milliseconds: the queue must not wait between them.
		config.FetchCooldown, config.FetchPollInterval = time.Millisecond, 250*time.Millisecond
		config.JobTimeout, config.RescueStuckJobsAfter = 20*time.Minute, 25*time.Minute
		config.SoftStopTimeout = 5 * time.Second
	}
	client, err := river.NewClient(riverpgxv5.New(db.pool), config)
	if err != nil {
		return nil, fmt.Errorf("job queue: %w", err)
	}
	return client, nil
}

// Work works on what the queues of pools hold, files by way of do, until ctx ends;
// then it lets what is under way finish, for a few seconds. Any number of
// processes may do so at once, on any machine; none of them changes a result. A
// process that dies leaves nothing behind but jobs that [DB.HandOn], [DB.Nudge]
// or River itself hand to others.
func (db *DB) Work(ctx context.Context, pools Pools, do Do) (err error) {
	// Each worker holds a connection, the queue some more.
	config := db.pool.Config()
	config.MaxConns = max(config.MaxConns, int32(pools.total())+4) //nolint:gosec // a handful
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return fmt.Errorf("connection to the database: %w", err)
	}
	defer pool.Close()
	own := &DB{pool: pool, software: db.software, now: db.now, inserter: db.inserter}
	client, err := own.queue(ctx, pools, do)
	if ctx.Err() != nil { // told to stop before it began
		return nil // as when it is told later
	}
	if err != nil {
		return err
	}
	// River's own context ends hard; Stop drains.
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("job queue: %w", err)
	}
	<-ctx.Done()
	if err := client.Stop(context.WithoutCancel(ctx)); err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("job queue: %w", err)
	}
	return nil
}
