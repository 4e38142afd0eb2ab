package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"jieshi/mediation"
)

// eventWaker wakes streams when something may have happened to a job of a case, or to
// one that belongs to none; the channel is closed when the program stops.
type eventWaker interface {
	Wait(stream uuid.UUID) (wake <-chan struct{}, stop func())
}

const (
	// heartbeat is how often a silent stream says that it lives: proxies close
	// what is silent for a minute.
	heartbeat = 15 * time.Second
	// eventPage is how many events are read at once.
	eventPage = 200
)

// JobEvents answers GET /jobs/{id}/events.
func (s *server) JobEvents(ctx context.Context, r JobEventsRequestObject) (JobEventsResponseObject, error) {
	j, err := s.Store.Job(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	stream, err := s.openStream(ctx, j.Case, j.ID, cursorOfEvents(r.Params.LastEventID, r.Params.After))
	if err != nil {
		return nil, err
	}
	stream.ended = j.State.Ended()
	if len(stream.first) == 0 && j.State.Ended() && !stream.missed {
		stream.stop()
		return JobEvents204Response{}, nil
	}
	return stream, nil
}

// CaseEvents answers GET /events.
func (s *server) CaseEvents(ctx context.Context, r CaseEventsRequestObject) (CaseEventsResponseObject, error) {
	return s.openStream(ctx, r.Params.Case, uuid.Nil, cursorOfEvents(r.Params.LastEventID, r.Params.After))
}

// cursorOfEvents is the number behind which a stream goes on; -1: from its beginning.
func cursorOfEvents(last *string, after *int64) int64 {
	if n, err := strconv.ParseInt(orZero(last), 10, 64); err == nil && n >= 0 {
		return n
	}
	if after != nil {
		return *after
	}
	return -1
}

// An eventStream is an open answer of server-sent events. Events are read from the
// database when the stream is woken, from its cursor on: none is lost, none comes
// twice, and a slow client costs no memory.
type eventStream struct {
	server *server
	ctx    context.Context //nolint:containedctx // of the request, which the generated code does not hand on
	number string          // of the case; empty: the job belongs to none
	job    uuid.UUID       // uuid.Nil: every job of the case
	cursor int64
	first  []mediation.JobEvent
	ended  bool // the job had ended when the stream began
	missed bool // some of what happened behind the cursor that was asked for is gone
	wake   <-chan struct{}
	stop   func()
}

// openStream reads what is to be sent first, so that what cannot be seen is a
// problem and no stream.
func (s *server) openStream(ctx context.Context, number string, job uuid.UUID, cursor int64) (_ *eventStream, err error) {
	stream := job
	if number != "" {
		c, err := s.Store.Case(ctx, number)
		if err != nil {
			return nil, err
		}
		stream = c.ID.UUID
	}
	e := &eventStream{server: s, ctx: ctx, number: number, job: job, cursor: max(0, cursor)}
	e.wake, e.stop = s.Events.Wait(stream) // before the first look, so that nothing falls between
	if err := e.begin(ctx, cursor); err != nil {
		e.stop()
		return nil, err
	}
	return e, nil
}

// begin reads what is to be sent first. A client whose number is older than what is
// kept is told so, and goes on with what is new.
func (e *eventStream) begin(ctx context.Context, cursor int64) (err error) {
	if cursor > 0 {
		if e.missed, err = e.server.Store.MissedJobEvents(ctx, e.number, e.job, cursor); err != nil {
			return err
		}
	}
	if e.missed || e.job == uuid.Nil && cursor < 0 {
		e.first, e.cursor, err = e.server.Store.LiveJobEvents(ctx, e.number, e.job)
		if e.job != uuid.Nil {
			e.first = slices.DeleteFunc(e.first, func(event mediation.JobEvent) bool { return event.Job != e.job })
		}
		return err
	}
	e.first, err = e.next()
	return err
}

func (e *eventStream) next() ([]mediation.JobEvent, error) {
	ctx, cancel := context.WithTimeout(e.ctx, e.server.Timeout)
	defer cancel()
	return e.server.Store.JobEvents(ctx, e.number, e.job, e.cursor, eventPage)
}

// VisitJobEventsResponse sends the stream.
func (e *eventStream) VisitJobEventsResponse(w http.ResponseWriter) error { return e.send(w) }

// VisitCaseEventsResponse sends the stream.
func (e *eventStream) VisitCaseEventsResponse(w http.ResponseWriter) error { return e.send(w) }

// send sends until the stream has ended. That a client went away or was too slow
// is nobody's fault.
func (e *eventStream) send(w http.ResponseWriter) error {
	defer e.stop()
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-cache, no-transform")
	h.Set("X-Accel-Buffering", "no") // nginx
	w.WriteHeader(http.StatusOK)
	// Echo's own response swallows the error of a flush.
	inner := w
	if wrapped, ok := w.(interface{ Unwrap() http.ResponseWriter }); ok {
		inner = wrapped.Unwrap()
	}
	err := e.follow(eventWriter{w: w, flusher: http.NewResponseController(inner), patience: e.server.EventPatience})
	// A write that fails ends the context of its request, too.
	if err != nil && (e.ctx.Err() == nil || errors.Is(err, os.ErrDeadlineExceeded)) {
		e.server.Log.InfoContext(e.ctx, "event stream dropped", "case", e.number, "cursor", e.cursor, "error", err)
	}
	return nil
}

func (e *eventStream) follow(out eventWriter) error {
	if err := out.write("retry: 2000\n\n"); err != nil {
		return err
	}
	if e.missed {
		if err := e.tellMissed(out); err != nil || e.ended {
			return err // it comes back with the newest number, and finds nothing left to tell
		}
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for events := e.first; ; {
		ended, err := e.tell(out, events)
		if err != nil || ended {
			return err
		}
		if len(events) < eventPage {
			select {
			case <-e.ctx.Done():
				return nil
			case _, open := <-e.wake:
				if !open {
					return nil // the program stops; the client comes back to another
				}
			case <-beat.C:
				if err := out.write(": \n\n"); err != nil {
					return err
				}
			}
		}
		if events, err = e.next(); err != nil {
			return err
		}
	}
}

// eventsGone says that what happened is kept no longer.
var eventsGone = EventsGone{
	Code: EventsGoneCodeEventsGone,
	Reason: Text{
		Zh: "断开时间过长，期间的任务进度已不再保留（保留 7 天）。", En: "You were away for so long that what happened meanwhile is kept no longer (7 days).",
	},
	Remedy: Text{Zh: "请重新读取任务列表，再从新的位置继续。", En: "Read the list of jobs anew; this stream goes on from now."},
}

func (e *eventStream) tellMissed(out eventWriter) error {
	data, err := json.Marshal(eventsGone)
	if err != nil {
		return err
	}
	return out.write(fmt.Sprintf("id: %d\nevent: reload\ndata: %s\n\n", e.cursor, data))
}

// tell sends events and reports whether the job of the stream has ended with them.
func (e *eventStream) tell(out eventWriter, events []mediation.JobEvent) (ended bool, err error) {
	for _, event := range events {
		data, err := json.Marshal(jobEventOf(event))
		if err != nil {
			return false, err
		}
		if err := out.write(fmt.Sprintf("id: %d\nevent: job\ndata: %s\n\n", event.Seq, data)); err != nil {
			return false, err
		}
		e.cursor = max(e.cursor, event.Seq)
		ended = event.State.Ended()
	}
	// A job that failed may have been tried again since.
	return ended && e.job != uuid.Nil && len(events) < eventPage, nil
}

type eventWriter struct {
	w       http.ResponseWriter
	flusher *http.ResponseController
	// patience is how long the client may take to read what was sent.
	patience time.Duration
}

func (o eventWriter) write(text string) error {
	if err := setDeadline(o.flusher.SetWriteDeadline, o.patience); err != nil {
		return err
	}
	if _, err := o.w.Write([]byte(text)); err != nil {
		return err
	}
	return o.flusher.Flush()
}

func jobEventOf(e mediation.JobEvent) JobEvent {
	out := JobEvent{Seq: e.Seq, Job: e.Job, At: e.At.UTC(), State: JobState(e.State), Stage: e.Stage, Progress: e.Progress, Eta: timeUnlessZero(e.ETA)}
	if e.Outcome != "" {
		out.Outcome = ref(JobOutcomeStatus(e.Outcome))
	}
	return out
}
