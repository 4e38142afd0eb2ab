package nodeodm

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"
)

// A Photo is one of those that the engine works on.
type Photo struct {
	Name string // of its own within the task
	Size int64
	Open func(ctx context.Context) (io.ReadCloser, error)
}

// A State is how far a run has come. Whoever keeps it can go on after a restart,
// without sending again what the node has.
type State struct {
	Task      string   `json:"task,omitempty"` // UUID; empty: not begun
	Sent      []string `json:"sent,omitempty"` // names of photos that the node has
	Committed bool     `json:"committed,omitempty"`
	Tries     int      `json:"tries,omitempty"` // tasks that the node lost before this one
}

// A Stage is what a run is doing.
type Stage string

// The stages, in order.
const (
	Sending     Stage = "sending"
	Waiting     Stage = "waiting" // in the node's queue
	Computing   Stage = "computing"
	Downloading Stage = "downloading"
)

// A Job is one orthophoto to be made.
type Job struct {
	Name    string
	Photos  []Photo
	Options []Option
	Outputs []string
	Into    string // path of the archive; bytes that are there from before are gone on from
	Limit   int64  // bytes that the archive may have; 0: 64 GiB

	State State // zero: from the beginning
	// Keep is called after each step with the state that a later run may go on
	// from, by one goroutine at a time; its error ends the run. Nil keeps nothing.
	Keep func(State) error
	// Progress is told the stage and how much of it is done, 0 to 1. May be nil.
	Progress func(Stage, float64)

	Parallel int           // photos at a time; 0: 3
	Patience int           // tries of one step that break; 0: 8
	Pause    time.Duration // before the second try, doubled each time up to a minute; 0: 1 s
	Poll     time.Duration // between questions after the task; 0: 3 s
}

// A TaskFailed says that the engine could not make an orthophoto of the photos.
type TaskFailed struct {
	Message string
	Output  []string // the last lines that the engine printed
}

func (e *TaskFailed) Error() string { return "nodeodm: the task failed: " + e.Message }

// ErrCanceled says that somebody stopped the task at the node.
var ErrCanceled = errors.New("nodeodm: the task was canceled at the node")

// maxLost is how many tasks a node may lose before a run gives up.
const maxLost = 3

// errLost says that the node does not know the task any more: its disk was
// cleared, or it is another node.
var errLost = errors.New("nodeodm: the node lost the task")

type run struct {
	*Client
	Job
	mu sync.Mutex // guards State and calls of Keep and Progress
}

// Run has the orthophoto made and leaves the archive at j.Into. Steps that break
// are tried again; photos that the node has are not sent twice; a task that the
// node lost is begun anew. When ctx ends, the task is left as it is: [Run] with
// the state goes on, [Client.Cancel] stops it. Errors: [*TaskFailed],
// [ErrCanceled], [*Error] of the node, and whatever kept breaking, wrapped.
func Run(ctx context.Context, c *Client, j Job) (State, error) {
	r := &run{Client: c, Job: j}
	r.Parallel, r.Patience = orDefault(r.Parallel, 3), orDefault(r.Patience, 8)
	r.Pause, r.Poll, r.Limit = orDefault(r.Pause, time.Second), orDefault(r.Poll, 3*time.Second), orDefault(r.Limit, 64<<30)
	for {
		err := r.once(ctx)
		if !errors.Is(err, errLost) || r.State.Tries+1 >= maxLost {
			return r.State, err
		}
		// What was downloaded of the lost task is not the beginning of another one's.
		if err := os.Remove(r.Into); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return r.State, fmt.Errorf("nodeodm: download: %w", err)
		}
		if err := r.keep(func(s *State) { *s = State{Tries: s.Tries + 1} }); err != nil {
			return r.State, err
		}
	}
}

func orDefault[T int | int64 | time.Duration](v, standard T) T {
	if v > 0 {
		return v
	}
	return standard
}

func (r *run) once(ctx context.Context) error {
	if !r.State.Committed {
		for _, step := range []func(context.Context) error{r.begin, r.sendAll, r.commit} {
			if err := step(ctx); err != nil {
				return err
			}
		}
	}
	if err := r.watch(ctx); err != nil {
		return err
	}
	return r.fetch(ctx)
}

func (r *run) keep(change func(*State)) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&r.State)
	if r.Keep == nil {
		return nil
	}
	state := r.State
	state.Sent = slices.Clone(state.Sent)
	return r.Keep(state)
}

func (r *run) tell(stage Stage, done float64) {
	if r.Progress != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.Progress(stage, done)
	}
}

// patiently tries a step until it succeeds, the node itself says no, or patience ends.
func (r *run) patiently(ctx context.Context, step func(context.Context) error) error {
	pause := r.Pause
	for try := 1; ; try++ {
		err := step(ctx)
		if err == nil || !Passing(err) || try >= r.Patience || ctx.Err() != nil {
			return err
		}
		if err := sleep(ctx, pause); err != nil {
			return err
		}
		pause = min(2*pause, time.Minute)
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// begin names the task before the node hears of it, so that a lost answer, or a
// death of ours, begins no second one.
func (r *run) begin(ctx context.Context) error {
	if r.State.Task == "" {
		if err := r.keep(func(s *State) { s.Task = uuid.NewString() }); err != nil {
			return err
		}
	} else if len(r.State.Sent) > 0 {
		return nil
	}
	err := r.patiently(ctx, func(ctx context.Context) error {
		return r.Init(ctx, NewTask{UUID: r.State.Task, Name: r.Name, Options: r.Options, Outputs: r.Outputs})
	})
	// A second init of one name: the folder exists (begun), or the task does (committed).
	if said := (*Error)(nil); errors.As(err, &said) && (strings.Contains(said.Message, "exists") || strings.Contains(said.Message, "set-uuid")) {
		return nil
	}
	return err
}

func (r *run) sendAll(ctx context.Context) error {
	var left []Photo
	var total, sent int64
	for _, p := range r.Photos {
		total += p.Size
		if slices.Contains(r.State.Sent, p.Name) {
			sent += p.Size
		} else {
			left = append(left, p)
		}
	}
	r.tell(Sending, share(sent, total))
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(r.Parallel)
	for _, p := range left {
		work.Go(func() error {
			if err := r.patiently(ctx, func(ctx context.Context) error { return r.send(ctx, p) }); err != nil {
				return err
			}
			err := r.keep(func(s *State) { s.Sent = append(s.Sent, p.Name); sent += p.Size })
			r.tell(Sending, share(sent, total))
			return err
		})
	}
	return work.Wait()
}

func share(part, whole int64) float64 {
	if whole <= 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

func (r *run) send(ctx context.Context, p Photo) (err error) {
	photo, err := p.Open(ctx)
	if err != nil {
		return fmt.Errorf("nodeodm: photo %s: %w", p.Name, err)
	}
	defer func() { err = errors.Join(err, photo.Close()) }()
	err = r.Upload(ctx, r.State.Task, p.Name, photo)
	if unknown(err) {
		return r.lostOrCommitted(ctx)
	}
	return err
}

// unknown reports whether the node does not know the task.
func unknown(err error) bool {
	said := (*Error)(nil)
	return errors.As(err, &said) && (strings.Contains(said.Message, "not found") || strings.Contains(said.Message, "Invalid uuid"))
}

// lostOrCommitted tells a task that is gone from one that works already.
func (r *run) lostOrCommitted(ctx context.Context) error {
	err := r.patiently(ctx, func(ctx context.Context) error { _, err := r.Task(ctx, r.State.Task); return err })
	if unknown(err) {
		return errLost
	}
	return err
}

func (r *run) commit(ctx context.Context) error {
	err := r.patiently(ctx, func(ctx context.Context) error { return r.Commit(ctx, r.State.Task) })
	if unknown(err) { // the answer to an earlier commit was lost, or the task is
		err = r.lostOrCommitted(ctx)
	}
	if err != nil {
		return err
	}
	return r.keep(func(s *State) { s.Committed = true })
}

// watch waits until the task ends.
func (r *run) watch(ctx context.Context) error {
	for {
		var t Task
		err := r.patiently(ctx, func(ctx context.Context) (err error) { t, err = r.Task(ctx, r.State.Task); return err })
		switch {
		case unknown(err):
			return errLost
		case err != nil:
			return err
		}
		switch t.Status.Code {
		case Completed:
			r.tell(Computing, 1)
			return nil
		case Failed:
			return r.failure(ctx, t)
		case Canceled:
			return ErrCanceled
		case Queued:
			r.tell(Waiting, 0)
		case Running:
			r.tell(Computing, min(max(t.Progress/100, 0), 1))
		}
		if err := sleep(ctx, r.Poll); err != nil {
			return err
		}
	}
}

// lastLines is how much of the engine's output a person is shown.
const lastLines = 20

func (r *run) failure(ctx context.Context, t Task) error {
	failed := &TaskFailed{Message: t.Status.Message}
	if lines, err := r.Output(ctx, r.State.Task, 0); err == nil {
		failed.Output = lines[max(0, len(lines)-lastLines):]
	}
	if failed.Message == "" && len(failed.Output) > 0 {
		failed.Message = failed.Output[len(failed.Output)-1]
	}
	return failed
}

func (r *run) fetch(ctx context.Context) (err error) {
	f, err := os.OpenFile(r.Into, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("nodeodm: download: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	r.tell(Downloading, 0)
	err = r.patiently(ctx, func(ctx context.Context) error {
		_, err := r.Download(ctx, r.State.Task, Archive, f, r.Limit)
		return err
	})
	if err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("nodeodm: download: %w", err)
	}
	r.tell(Downloading, 1)
	return nil
}
