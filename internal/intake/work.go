package intake

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"

	"jieshi/ingest"
	"jieshi/internal/blob"
	"jieshi/mediation"
)

// jobs is the part of the database that keeps them.
type jobs interface {
	CheckQuota(ctx context.Context, size int64, quota mediation.Quota) (left int64, err error)
	OrderJob(ctx context.Context, o mediation.Order, quota mediation.Quota, keep func() error) (id uuid.UUID, known bool, err error)
	Job(ctx context.Context, id uuid.UUID) (mediation.Job, error)
	BeginJob(ctx context.Context, id uuid.UUID) (j mediation.Job, working context.Context, letGo func(), err error)
	TellProgress(ctx context.Context, a mediation.Attempt, stage string, progress float64, eta time.Time) error
	RefuseJob(ctx context.Context, a mediation.Attempt, e mediation.Explanation) error
	FaultJob(ctx context.Context, a mediation.Attempt, fault string, again time.Duration) error
	GiveBackJob(ctx context.Context, a mediation.Attempt) error
	DismissJob(ctx context.Context, id uuid.UUID) error
	HandOn(ctx context.Context) (handed int, err error)
	JobsWithFiles(ctx context.Context) ([]uuid.UUID, error)
	PruneJobEvents(ctx context.Context) error
	LetFileGo(ctx context.Context, id uuid.UUID, remove func(mediation.Hash) error) error
}

// Placed is an order that was placed.
type Placed struct {
	Job   uuid.UUID
	Known bool // it stood already, or had made the file what it is; nothing was stored again
}

// place takes the bytes of a file that is not known before it has come, and orders
// the work on them. Such a file cannot be gone on with if it breaks off; those that
// can come by package upload.
func (in *Intake) place(ctx context.Context, r io.Reader, limit int64, o mediation.Order) (p Placed, err error) {
	if _, err := in.Store.Case(ctx, o.Case); err != nil {
		return p, err // before anything is sent in vain
	}
	files, err := in.arrive(ctx)
	if err != nil {
		return p, err
	}
	defer func() { files.end(ctx, err) }()
	left, err := in.Store.CheckQuota(ctx, 1, in.Quota)
	if err != nil {
		return p, ExplainQuota(err)
	}
	file, err := files.receive(ctx, r, min(limit, left))
	switch {
	case errors.Is(err, blob.ErrTooLarge) && left < limit:
		if _, err := in.Store.CheckQuota(ctx, left+1, in.Quota); err != nil {
			return p, ExplainQuota(err)
		}
		return p, refuseTooLarge(left) // somebody made room meanwhile
	case errors.Is(err, blob.ErrTooLarge):
		return p, refuseTooLarge(limit)
	case err != nil:
		return p, err
	case file.Size == 0:
		return p, RefuseEmpty()
	}
	o.SHA256, o.Size = file.SHA256, file.Size
	p.Job, p.Known, err = in.Store.OrderJob(ctx, o, in.Quota, func() error { return file.Keep(ctx) })
	return p, ExplainQuota(err)
}

// Finish waits for the end of a job that was placed, working on it unless somebody
// else does, and returns its report: a [WalkResult], an [OrthophotoResult], a
// [FlightResult] or a [PackageResult], as the order was. on is told how far the job is, and may be nil.
// When ctx ends before the job, an order that was placed just now is taken back.
func Finish[T WalkResult | OrthophotoResult | FlightResult | PackageResult](ctx context.Context, in *Intake, p Placed, on func(mediation.Job)) (result T, err error) {
	if err := in.finish(ctx, p, on, &result); err != nil {
		return result, err
	}
	if p.Known {
		switch r := any(&result).(type) {
		case *WalkResult:
			r.Known = true
		case *OrthophotoResult:
			r.Known = true
		case *FlightResult:
			r.Known = true
		case *PackageResult:
			r.Known = true
		}
	}
	return result, nil
}

// Do works on a job, if it is to be done and nobody else does. It returns when to
// come back to the job; zero means that there is nothing left to do. An error is
// trouble with the database, which is to be tried again.
func (in *Intake) Do(ctx context.Context, id uuid.UUID) (again time.Duration, err error) {
	again, _, err = in.try(ctx, id, nil)
	return again, err
}

// try is Do, and tells what ended the attempt, if there was one.
func (in *Intake) try(ctx context.Context, id uuid.UUID, on func(mediation.Job)) (again time.Duration, cause, err error) {
	j, working, letGo, err := in.Store.BeginJob(ctx, id)
	busy := (*mediation.JobBusy)(nil)
	switch {
	case errors.As(err, &busy):
		return busy.Again, nil, nil
	case errors.Is(err, mediation.ErrJobEnded):
		return 0, nil, in.letFileGo(ctx, id)
	case errors.Is(err, mediation.ErrNotFound):
		return 0, nil, nil
	case err != nil:
		return 0, nil, err
	}
	defer letGo()
	// What is filed is filed by the person who ordered it.
	acting := mediation.Actor{Name: j.OrderedBy}
	cause = in.attempt(mediation.WithActor(working, acting), j, on)
	if lost := context.Cause(working); errors.Is(lost, mediation.ErrJobLost) && cause != nil {
		cause = lost
	}
	ending, cancel := context.WithTimeout(mediation.WithActor(context.WithoutCancel(ctx), acting), 10*time.Second)
	defer cancel()
	again, err = in.settle(ending, j, cause, ctx.Err() != nil)
	letGo()
	return again, cause, errors.Join(err, in.letFileGo(ending, id))
}

// mostAttempts is how often a job is begun before it counts as one that kills its
// workers.
const mostAttempts = 12

var errKillsWorkers = fmt.Errorf("intake: the job was begun %d times and its workers died", mostAttempts)

// attempt does the work. What it finds is stored, and the job has ended ready, if
// it returns nil.
func (in *Intake) attempt(ctx context.Context, j mediation.Job, on func(mediation.Job)) error {
	if j.Attempts > mostAttempts {
		return errKillsWorkers
	}
	show := newMeter(j, on)
	defer show.tellTo(ctx, in)()
	if j.Kind == mediation.JobPackage {
		return in.tilePackage(ctx, j, show) // of rows, or of a file that it finds itself
	}
	path, done, err := in.Files.Local(ctx, j.SHA256)
	if err != nil {
		return err
	}
	defer done()
	switch j.Kind {
	case mediation.JobOrthophoto:
		return in.orthophoto(ctx, j, path, show)
	case mediation.JobFlight:
		return in.flight(ctx, j, path, show)
	case mediation.JobWalk:
		return in.walk(ctx, j, path, show)
	case mediation.JobMosaic:
		return in.mosaic(ctx, j, path, show)
	case mediation.JobPackage:
	}
	return fmt.Errorf("intake: a job of kind %q", j.Kind)
}

func attemptAt(j mediation.Job) mediation.Attempt {
	return mediation.Attempt{Job: j.ID, Number: j.Attempts}
}

// settle says how an attempt ended, and when to come back to the job.
func (in *Intake) settle(ctx context.Context, j mediation.Job, cause error, stopped bool) (again time.Duration, err error) {
	explanation, explained := mediation.Explain(cause)
	end := ""
	switch {
	case cause == nil:
		end = string(mediation.JobReady)
	case errors.Is(cause, mediation.ErrJobLost):
		return time.Second, nil // dismissed, or our connection broke: its state will tell
	case stopped:
		err = in.Store.GiveBackJob(ctx, attemptAt(j))
	case explained:
		end = string(mediation.JobRefused)
		err = in.Store.RefuseJob(ctx, attemptAt(j), explanation)
	default:
		if again, err = in.fault(ctx, j, cause); again == 0 {
			end = string(mediation.JobFailed)
		}
	}
	if in.Observe != nil && end != "" && err == nil {
		in.Observe(j.Kind, end, time.Since(j.OrderedAt))
	}
	if errors.Is(err, mediation.ErrJobLost) {
		return time.Second, nil // a commit may have come through although its connection broke
	}
	return again, err
}

func (in *Intake) fault(ctx context.Context, j mediation.Job, cause error) (again time.Duration, err error) {
	fault := rand.Text()[:8]
	if j.Faults+1 < int(orDefault(int64(in.Faults), 5)) && !errors.Is(cause, errKillsWorkers) {
		again = in.backoff(j.Faults + 1)
	}
	in.Log.ErrorContext(ctx, "fault", "fault", fault, "job", j.ID, "kind", j.Kind, "attempt", j.Attempts, "again", again, "error", cause)
	return again, in.Store.FaultJob(ctx, attemptAt(j), fault, again)
}

func (in *Intake) backoff(faults int) time.Duration {
	if in.Backoff != nil {
		return in.Backoff(faults)
	}
	return time.Second << (2 * (faults - 1))
}

// finish waits for the end of a job, working on it unless somebody else does, and
// reads its report into result. When ctx ends before the job, an order that was
// placed just now is taken back.
func (in *Intake) finish(ctx context.Context, p Placed, on func(mediation.Job), result any) error {
	j, cause, err := in.await(ctx, p.Job, on)
	if err != nil {
		if ctx.Err() != nil && !p.Known {
			ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
			defer cancel()
			err = errors.Join(err, in.Dismiss(ending, p.Job))
		}
		return err
	}
	if err := JobError(j); err != nil {
		if _, explained := mediation.Explain(cause); explained {
			return cause // says more to the program than what is stored of it
		}
		return errors.Join(err, cause)
	}
	if err := json.Unmarshal(j.Report, result); err != nil {
		return fmt.Errorf("report of job %s: %w", j.ID, err)
	}
	return nil
}

// JobError returns why a job that has ended gave nothing: the refusal of its file,
// [mediation.ErrJobDismissed], or a [*mediation.JobFailure]. Nil: it is ready.
func JobError(j mediation.Job) error {
	switch {
	case j.Refusal != nil:
		return &ingest.Refusal{Code: j.Refusal.Code, Where: j.Refusal.Where, Reason: j.Refusal.Reason, Remedy: j.Refusal.Remedy, Facts: j.Refusal.Facts}
	case j.State == mediation.JobDismissed:
		return mediation.ErrJobDismissed
	case j.State == mediation.JobFailed:
		return &mediation.JobFailure{Job: j.ID, Fault: j.Fault}
	}
	return nil
}

// Await waits for the end of a job, working on it unless somebody else does.
func (in *Intake) Await(ctx context.Context, id uuid.UUID) (mediation.Job, error) {
	j, _, err := in.await(ctx, id, nil)
	return j, err
}

// await is Await, and tells what ended the last attempt that was made here.
func (in *Intake) await(ctx context.Context, id uuid.UUID, on func(mediation.Job)) (j mediation.Job, cause, err error) {
	const look = 150 * time.Millisecond
	var next time.Time
	for {
		if !time.Now().Before(next) {
			again, ended, err := in.tryIfFree(ctx, id, on)
			if err != nil {
				return j, ended, err
			}
			if ended != nil {
				cause = ended
			}
			next = time.Now().Add(again)
		}
		if j, err = in.Store.Job(ctx, id); err != nil || j.State.Ended() {
			return j, cause, err
		}
		if on != nil {
			on(j)
		}
		select {
		case <-ctx.Done():
			return j, cause, ctx.Err()
		case <-time.After(look):
		}
	}
}

// mostWaiters is how many of those who wait for jobs work on them themselves.
const mostWaiters = 8

func (in *Intake) tryIfFree(ctx context.Context, id uuid.UUID, on func(mediation.Job)) (again time.Duration, cause, err error) {
	defer in.working.Add(-1)
	if in.working.Add(1) > mostWaiters {
		return 100 * time.Millisecond, nil, nil
	}
	return in.try(ctx, id, on)
}

// Dismiss ends a job that nobody wants done any more. Who works on it stops
// within a second, and then its file is gone unless somebody else needs it.
func (in *Intake) Dismiss(ctx context.Context, id uuid.UUID) error {
	if err := in.Store.DismissJob(ctx, id); err != nil {
		return err
	}
	err := in.letFileGo(ctx, id)
	if errors.Is(err, errEngineAway) {
		in.Log.WarnContext(ctx, "a task is stopped when the engine answers", "job", id, "error", err)
		return nil // the job is dismissed; tending sees to the rest
	}
	return err
}

func (in *Intake) letFileGo(ctx context.Context, id uuid.UUID) error {
	if stopped, err := in.stopEngine(ctx, id); err != nil || !stopped {
		return err
	}
	return in.Store.LetFileGo(ctx, id, func(h mediation.Hash) error { return in.Files.Remove(ctx, h) })
}

// Tend hands on what dead workers left, and lets go the files that they would
// have let go. It returns how many jobs it handed on.
func (in *Intake) Tend(ctx context.Context) (handed int, err error) {
	if handed, err = in.Store.HandOn(ctx); err != nil {
		return handed, err
	}
	ended, err := in.Store.JobsWithFiles(ctx)
	if err != nil {
		return handed, err
	}
	for _, id := range ended {
		err = errors.Join(err, in.letFileGo(ctx, id))
	}
	return handed, err
}

// tendAfter is how often a working process tends: how long a job of a dead worker
// lies about.
const tendAfter = 3 * time.Second

// pruneAfter is how often a working process takes away events that are too old, and
// packages that nobody uses.
const pruneAfter = 10 * time.Minute

// KeepTending tends until ctx ends.
func (in *Intake) KeepTending(ctx context.Context) {
	ticker, pruned := time.NewTicker(tendAfter), time.Time{}
	defer ticker.Stop()
	for {
		if time.Since(pruned) > pruneAfter {
			pruned = time.Now()
			if err := in.Store.PruneJobEvents(ctx); err != nil && ctx.Err() == nil {
				in.Log.ErrorContext(ctx, "events of jobs stay until the next time", "error", err)
			}
			if err := in.RetirePackages(ctx); err != nil && ctx.Err() == nil {
				in.Log.ErrorContext(ctx, "packages that nobody uses stay until the next time", "error", err)
			}
		}
		handed, err := in.Tend(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			in.Log.ErrorContext(ctx, "jobs are not tended", "error", err)
		case handed > 0:
			in.Log.WarnContext(ctx, "handed on jobs that nobody was doing", "jobs", handed)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
