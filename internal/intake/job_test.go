package intake_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"jieshi/internal/intake"
	"jieshi/internal/postgres"
	"jieshi/mediation"
)

// faulty is the real store, with a fault of its own while a walk is saved, when
// all but the commit is done.
type faulty struct {
	*postgres.DB
	fault func(mediation.NewWalk) error
}

func (f faulty) SaveWalk(ctx context.Context, w mediation.NewWalk, tell func(mediation.SavedWalk) (json.RawMessage, error)) (mediation.SavedWalk, error) {
	return f.DB.SaveWalk(ctx, w, func(saved mediation.SavedWalk) (json.RawMessage, error) {
		report, err := tell(saved)
		return report, errors.Join(err, f.fault(w))
	})
}

// work is an intake on the same desk whose saving goes wrong as fault says.
func (d desk) work(fault func(mediation.NewWalk) error) *intake.Intake {
	return &intake.Intake{Store: faulty{d.db, fault}, Files: d.Files, Log: d.Log, Backoff: func(int) time.Duration { return 20 * time.Millisecond }}
}

// order places the nth square as a walk.
func (d desk) order(t *testing.T, ctx context.Context, n int) uuid.UUID { //nolint:revive // t first, as in testing
	t.Helper()
	placed, err := d.PlaceWalk(ctx, strings.NewReader(square(n)), d.request("甲"))
	if err != nil {
		t.Fatal(err)
	}
	return placed.Job
}

func (d desk) job(t *testing.T, ctx context.Context, id uuid.UUID) mediation.Job { //nolint:revive // t first, as in testing
	t.Helper()
	j, err := d.db.Job(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// exec changes the database behind the program's back.
func (d desk) exec(t *testing.T, ctx context.Context, sql string, args ...any) { //nolint:revive // t first, as in testing
	t.Helper()
	conn, err := pgx.Connect(ctx, d.url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, sql, args...); err != nil {
		t.Fatal(err)
	}
}

// dieWorking works on a job and is killed when all but the commit is done.
func dieWorking(dir string) {
	ctx := mediation.WithActor(context.Background(), mediation.Actor{Name: "工作进程 worker"})
	db, in, err := open(ctx, os.Getenv("DATABASE_URL"), dir)
	if err == nil {
		in.Store = faulty{db, func(mediation.NewWalk) error { return syscall.Kill(os.Getpid(), syscall.SIGKILL) }}
		_, err = in.Do(ctx, uuid.MustParse(os.Getenv("JOB")))
	}
	_, _ = os.Stderr.WriteString("still alive: " + err.Error())
	os.Exit(1)
}

// The job of a worker that dies is found at once, though River believes that it runs.
func TestTheJobOfADeadWorkerIsHandedOn(t *testing.T) {
	d, ctx := newDesk(t)
	id := d.order(t, ctx, 1)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), dying+"="+d.dir, "DATABASE_URL="+d.url, "JOB="+id.String())
	if out, err := cmd.CombinedOutput(); err == nil || cmd.ProcessState.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("the worker ended with %v, want that it was killed: %s", err, out)
	}
	d.exec(t, ctx, "UPDATE river_job SET state = 'running', attempt = 1, attempted_at = now()")
	if j := d.job(t, ctx, id); j.State != mediation.JobRunning || d.count(t, ctx, "walk") != 0 {
		t.Fatalf("job = %+v, want it left running", j)
	}
	handed := 0
	// The server may need a moment to see that its client is gone.
	for until := time.Now().Add(10 * time.Second); handed == 0 && time.Now().Before(until); time.Sleep(20 * time.Millisecond) {
		n, err := d.Tend(ctx)
		if err != nil {
			t.Fatal(err)
		}
		handed += n
	}
	if again, err := d.Tend(ctx); handed != 1 || again != 0 || err != nil {
		t.Fatalf("handed on %d jobs, then %d, %v; want 1 and 0", handed, again, err)
	}
	if _, err := d.Do(ctx, id); err != nil {
		t.Fatal(err)
	}
	if j := d.job(t, ctx, id); j.Outcome != mediation.JobReady || j.Attempts != 2 || d.count(t, ctx, "walk") != 1 || d.count(t, ctx, "evidence") != 1 {
		t.Errorf("job = %+v, want it ready at the second attempt, and one walk", j)
	}
}

// However a job came to wait in no queue, it is found; one that somebody works on,
// or that is not due, is left alone.
func TestNothingIsStuck(t *testing.T) {
	d, ctx := newDesk(t)
	stuck, held, later, done := d.order(t, ctx, 1), d.order(t, ctx, 2), d.order(t, ctx, 3), d.order(t, ctx, 4)
	if _, err := d.Do(ctx, done); err != nil {
		t.Fatal(err)
	}
	_, _, letGo, err := d.db.BeginJob(ctx, held)
	if err != nil {
		t.Fatal(err)
	}
	defer letGo()
	d.exec(t, ctx, "UPDATE job SET due_at = now() + interval '1 hour' WHERE id = $1", later)
	d.exec(t, ctx, "DELETE FROM river_job")
	if handed, err := d.Tend(ctx); handed != 1 || err != nil {
		t.Fatalf("handed on %d, %v; want the one that is stuck", handed, err)
	}
	working, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() {
		ended <- d.db.Work(working, postgres.Pools{postgres.QueueAnalysis: 2, postgres.QueueConvert: 1}, d.Do)
	}()
	for until := time.Now().Add(20 * time.Second); !d.job(t, ctx, stuck).State.Ended() && time.Now().Before(until); {
		time.Sleep(50 * time.Millisecond)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if j := d.job(t, ctx, stuck); j.Outcome != mediation.JobReady {
		t.Errorf("job = %+v, want it ready", j)
	}
}

// Whatever state a job is in when everybody dies: one sweep hands on what is to be
// done, lets go the files of what is over, and leaves the rest alone.
func TestASweepKnowsWhatToDoWithEveryState(t *testing.T) {
	d, ctx := newDesk(t)
	type end struct {
		state mediation.JobState
		what  string
		leave func(id uuid.UUID) // as a program that died leaves it
		again bool               // it is handed on
		file  bool               // its file stays
	}
	set := func(columns string) func(uuid.UUID) {
		return func(id uuid.UUID) { d.exec(t, ctx, "UPDATE job SET "+columns+" WHERE id = $1", id) }
	}
	ends := []end{
		{mediation.JobAccepted, "in no queue", set("due_at = now()"), true, true},
		{mediation.JobAccepted, "waiting after a fault", set("due_at = now() + interval '1 hour', faults = 1"), false, true},
		{mediation.JobRunning, "of a dead worker", set("state = 'running', attempts = 1, started_at = now()"), true, true},
		{mediation.JobSuccessful, "refused, its file not let go", set(`state = 'successful', outcome = 'refused', refusal = '{"code":"not_a_walk"}', finished_at = now()`), false, false},
		{mediation.JobSuccessful, "ready", func(id uuid.UUID) {
			if _, err := d.Do(ctx, id); err != nil {
				t.Fatal(err)
			}
		}, false, true},
		{mediation.JobFailed, "that a person may retry", set("state = 'failed', fault = 'ABCDEFGH', finished_at = now()"), false, true},
		{mediation.JobDismissed, "its file not let go", func(id uuid.UUID) {
			if err := d.db.DismissJob(ctx, id); err != nil {
				t.Fatal(err)
			}
		}, false, false},
	}
	ids, seen := make([]uuid.UUID, len(ends)), map[mediation.JobState]bool{}
	for i, e := range ends {
		ids[i], seen[e.state] = d.order(t, ctx, i+1), true
		e.leave(ids[i])
	}
	for _, state := range mediation.JobStates {
		if !seen[state] {
			t.Errorf("no job is %s here", state)
		}
	}
	d.exec(t, ctx, "DELETE FROM river_job")
	if handed, err := d.Tend(ctx); handed != 2 || err != nil {
		t.Errorf("handed on %d, %v; want the two that are to be done", handed, err)
	}
	if handed, err := d.Tend(ctx); handed != 0 || err != nil {
		t.Errorf("a second sweep hands on %d, %v", handed, err)
	}
	for i, e := range ends {
		j := d.job(t, ctx, ids[i])
		if j.State != e.state {
			t.Errorf("%s, %s: it is %s now", e.state, e.what, j.State)
		}
		if _, err := d.Files.Size(ctx, j.SHA256); (err == nil) != e.file {
			t.Errorf("%s, %s: file: %v, want it there: %v", e.state, e.what, err, e.file)
		}
		if queued := d.queued(t, ctx, ids[i]); queued != e.again {
			t.Errorf("%s, %s: in a queue: %v, want %v", e.state, e.what, queued, e.again)
		}
	}
}

// queued reports whether a job waits in a queue.
func (d desk) queued(t *testing.T, ctx context.Context, id uuid.UUID) (queued bool) { //nolint:revive // t first, as in testing
	t.Helper()
	conn, err := pgx.Connect(ctx, d.url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM river_job WHERE args->>'job' = $1)", id.String()).Scan(&queued); err != nil {
		t.Fatal(err)
	}
	return queued
}

// Two workers at once: one works, the other goes away, and nothing is done twice.
func TestTwoWorkersDoOneJobOnce(t *testing.T) {
	d, ctx := newDesk(t)
	id := d.order(t, ctx, 1)
	var both sync.WaitGroup
	both.Add(2)
	var saves atomic.Int32
	slow := d.work(func(mediation.NewWalk) error {
		saves.Add(1)
		time.Sleep(300 * time.Millisecond)
		return nil
	})
	var group errgroup.Group
	for range 2 {
		group.Go(func() error {
			both.Done()
			both.Wait()
			_, err := slow.Do(ctx, id)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	if j := d.job(t, ctx, id); j.Outcome != mediation.JobReady || j.Attempts != 1 || saves.Load() != 1 || d.count(t, ctx, "walk") != 1 {
		t.Errorf("job = %+v after %d saves, want one attempt", j, saves.Load())
	}
}

// A worker whose connection broke is given up for dead; when it is not, what it
// brings is not taken.
func TestAWorkerThatLostItsJobSavesNothing(t *testing.T) {
	d, ctx := newDesk(t)
	id := d.order(t, ctx, 1)
	first := true
	slow := d.work(func(mediation.NewWalk) error {
		if !first {
			return nil
		}
		first = false
		d.exec(t, ctx, "UPDATE job SET attempts = attempts + 1 WHERE id = $1", id) // as somebody else who began would
		return nil
	})
	if again, err := slow.Do(ctx, id); again == 0 || err != nil {
		t.Errorf("Do() = %v, %v; want to come back", again, err)
	}
	if n := d.count(t, ctx, "walk") + d.count(t, ctx, "asset") + d.count(t, ctx, "evidence"); n != 0 {
		t.Errorf("%d rows of a worker that lost its job", n)
	}
	if _, err := slow.Do(ctx, id); err != nil {
		t.Fatal(err)
	}
	if j := d.job(t, ctx, id); j.Outcome != mediation.JobReady {
		t.Errorf("job = %+v, want it ready", j)
	}
}

// A fault of ours is tried again after a while, each time a longer one; then the
// job has failed, with what to quote, and a person may try it again.
func TestFaultsAreTriedAgainAndThenTold(t *testing.T) {
	d, ctx := newDesk(t)
	broken := errors.New("disk full")
	var log bytes.Buffer
	in := d.work(func(mediation.NewWalk) error { return broken })
	in.Log = jsonLog(&log)
	var asked []int
	in.Backoff = func(n int) time.Duration {
		asked = append(asked, n)
		return time.Duration(n) * 30 * time.Millisecond
	}
	began := time.Now()
	_, err := in.Walk(ctx, strings.NewReader(square(1)), d.request("甲"))
	failure := (*mediation.JobFailure)(nil)
	if !errors.As(err, &failure) || !errors.Is(err, broken) {
		t.Fatalf("Walk() = %v, want a failure", err)
	}
	if took := time.Since(began); !slices.Equal(asked, []int{1, 2, 3, 4}) || took < 300*time.Millisecond {
		t.Errorf("waited after faults %v, %v in all; want 1 to 4 and 300 ms", asked, took)
	}
	if failure.Fault == "" || !strings.Contains(log.String(), failure.Fault) {
		t.Errorf("fault %q is not in the log", failure.Fault)
	}
	j := d.job(t, ctx, failure.Job)
	if j.State != mediation.JobFailed || j.Attempts != 5 || len(d.stored(t)) != 1 {
		t.Errorf("job = %+v with files %v, want it failed and its file kept", j, d.stored(t))
	}
	// An equal order takes its place as long as it stands.
	other := d.order(t, ctx, 1)
	if err := d.db.RetryJob(ctx, j.ID); other == j.ID || !errors.Is(err, mediation.ErrJobEnded) {
		t.Errorf("RetryJob() beside an equal order = %v, want ErrJobEnded", err)
	}
	if err := d.Dismiss(ctx, other); err != nil {
		t.Fatal(err)
	}
	if err := d.db.RetryJob(ctx, j.ID); err != nil {
		t.Fatal(err)
	}
	if j, err = d.Await(ctx, j.ID); err != nil || j.Outcome != mediation.JobReady {
		t.Errorf("tried again: %+v, %v; want it ready", j, err)
	}
}

// A file that kills whoever works on it does not kill for ever.
func TestAJobThatKillsItsWorkersFails(t *testing.T) {
	d, ctx := newDesk(t)
	id := d.order(t, ctx, 1)
	d.exec(t, ctx, "UPDATE job SET state = 'running', attempts = 12, started_at = now() WHERE id = $1", id)
	if again, err := d.Do(ctx, id); again != 0 || err != nil {
		t.Fatalf("Do() = %v, %v", again, err)
	}
	if j := d.job(t, ctx, id); j.State != mediation.JobFailed || j.Fault == "" {
		t.Errorf("job = %+v, want it failed", j)
	}
	if err := d.Dismiss(ctx, id); err != nil {
		t.Fatal(err)
	}
	if stored := d.stored(t); len(stored) != 0 {
		t.Errorf("dismissed, it leaves %v", stored)
	}
}

// Bytes that two jobs need stay as long as one of them needs them.
func TestAFileStaysForWhoElseNeedsIt(t *testing.T) {
	d, ctx := newDesk(t)
	first := d.order(t, ctx, 1)
	q := d.request("乙")
	placed, err := d.PlaceWalk(ctx, strings.NewReader(square(1)), q)
	if err != nil || placed.Known {
		t.Fatalf("PlaceWalk() = %+v, %v; want another job", placed, err)
	}
	if err := d.Dismiss(ctx, first); err != nil {
		t.Fatal(err)
	}
	if j, err := d.Await(ctx, placed.Job); err != nil || j.Outcome != mediation.JobReady || len(d.stored(t)) != 1 {
		t.Errorf("job = %+v, %v, files %v; want it ready", j, err, d.stored(t))
	}
	if err := d.Dismiss(ctx, placed.Job); !errors.Is(err, mediation.ErrJobEnded) {
		t.Errorf("Dismiss() of what is done = %v, want ErrJobEnded", err)
	}
}
