package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"jieshi/api"
	"jieshi/mediation"
)

// A reader of a stream of events.
type listener struct {
	t    *testing.T
	body *bufio.Scanner
	stop context.CancelFunc
}

func (s *site) listen(path, last string) *listener {
	s.t.Helper()
	ctx, stop := context.WithTimeout(s.ctx, 30*time.Second)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.server.URL+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", "gzip")
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	response, err := s.server.Client().Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = response.Body.Close() })
	s.t.Cleanup(stop)
	if h := response.Header; response.StatusCode != 200 || h.Get("Content-Type") != "text/event-stream" || h.Get("X-Accel-Buffering") != "no" || h.Get("Content-Encoding") != "" {
		s.t.Fatalf("stream = %d %v", response.StatusCode, h)
	}
	return &listener{s.t, bufio.NewScanner(response.Body), stop}
}

// next returns the next event, and false when the stream has ended.
func (l *listener) next() (id string, e api.JobEvent, ok bool) {
	for l.body.Scan() {
		name, value, _ := strings.Cut(l.body.Text(), ": ")
		switch name {
		case "id":
			id = value
		case "data":
			if err := json.Unmarshal([]byte(value), &e); err != nil {
				l.t.Errorf("event %s: %v", value, err)
			}
		case "":
			if id != "" {
				return id, e, true
			}
		}
	}
	return "", e, false
}

func TestTheStreamOfAJobEndsWithIt(t *testing.T) {
	s := open(t)
	number := s.openCase()
	ordered := s.upload("/api/v1/cases/"+number+"/orthophotos", []byte("no picture")).want(202)
	var j api.Job
	ordered.as(&j)
	path := "/api/v1/jobs/" + j.Id.String() + "/events"
	l := s.listen(path, "")
	_, first, _ := l.next()
	if first.State != api.Accepted || first.Job != j.Id {
		t.Fatalf("first event %+v, want that it is accepted", first)
	}
	s.end(ordered)
	var states []api.JobState
	var last string
	for {
		id, e, ok := l.next()
		if !ok {
			break
		}
		last, states = id, append(states, e.State)
	}
	if !slices.Equal(states, []api.JobState{api.Running, api.Successful}) {
		t.Errorf("then %v, want running, successful, and the end", states)
	}
	// A client that comes back has heard everything, and need not come back again.
	s.do(http.MethodGet, path, nil, "Last-Event-ID", last).want(204)
	if _, e, _ := s.listen(path+fmt.Sprintf("?after=%d", first.Seq), "").next(); e.State != api.Running {
		t.Errorf("behind the first event comes %+v, want running", e)
	}
	s.get("/api/v1/events?case=JS-1999-0001").want(404)
	s.get("/api/v1/events").want(400)
}

// Events are made by many at once while the client is cut off again and again: it
// gets each one once, in order.
func TestAReconnectLosesAndRepeatsNoEvent(t *testing.T) {
	s := open(t)
	number := s.openCase()
	const jobs, steps = 6, 12
	var group errgroup.Group
	begin := make(chan struct{})
	for n := range jobs {
		var j api.Job
		s.upload("/api/v1/cases/"+number+"/orthophotos", fmt.Appendf(nil, "picture %d", n)).want(202).as(&j)
		group.Go(func() error {
			<-begin
			_, _, letGo, err := s.db.BeginJob(s.ctx, j.Id)
			if err != nil {
				return err
			}
			defer letGo()
			for i := range steps {
				if err := s.db.TellProgress(s.ctx, mediation.Attempt{Job: j.Id, Number: 1}, "read", float64(i+1), time.Time{}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	path := "/api/v1/events?case=" + number
	l := s.listen(path, "")
	var last string
	for range jobs { // how each stands
		last, _, _ = l.next()
	}
	close(begin)
	heard := map[uuid.UUID][]float64{}
	cuts := 0
	for total := range jobs * (steps + 1) {
		id, e, ok := l.next()
		if !ok {
			t.Fatalf("the stream ended after %d events", total)
		}
		if len(id) < len(last) || len(id) == len(last) && id <= last {
			t.Fatalf("event %s after event %s", id, last)
		}
		last = id
		if e.State == api.Running && e.Progress > 0 {
			heard[e.Job] = append(heard[e.Job], e.Progress)
		}
		if total%7 == 3 {
			cuts++
			l.stop()
			l = s.listen(path, last)
		}
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	for job, progress := range heard {
		if len(progress) != steps || !slices.IsSorted(progress) {
			t.Errorf("of job %s came %v, want 1 to %d", job, progress, steps)
		}
	}
	if len(heard) != jobs || cuts < 10 {
		t.Errorf("%d jobs heard of and %d cuts, want %d and 10", len(heard), cuts, jobs)
	}
}

// Who was away for longer than events are kept is told so, once, and goes on from
// now; nobody can take away what is younger, or of a job that has not ended.
func TestWhoComesBackTooLateIsToldToReadTheListAnew(t *testing.T) {
	s := open(t)
	number := s.openCase()
	old := s.end(s.upload("/api/v1/cases/"+number+"/orthophotos", []byte("no picture")).want(202))
	var live api.Job
	s.upload("/api/v1/cases/"+number+"/orthophotos", []byte("another")).want(202).as(&live)
	_, first, _ := s.listen("/api/v1/jobs/"+old.Id.String()+"/events", "").next()
	if err := s.db.PruneJobEvents(s.ctx); err != nil {
		t.Fatal(err)
	}
	if _, e, _ := s.listen("/api/v1/jobs/"+old.Id.String()+"/events", fmt.Sprint(first.Seq)).next(); e.State != api.Running {
		t.Errorf("what is young was pruned: behind the first event comes %+v", e)
	}
	s.sql("ALTER TABLE job_event DISABLE TRIGGER job_event_kept", "UPDATE job_event SET at = at - interval '8 days'", "ALTER TABLE job_event ENABLE TRIGGER job_event_kept")
	if err := s.db.PruneJobEvents(s.ctx); err != nil {
		t.Fatal(err)
	}
	id, e := s.listen("/api/v1/events?case="+number, fmt.Sprint(first.Seq)).nextNamed("reload")
	if id == "" || e.Code != api.EventsGoneCodeEventsGone || e.Reason.Zh == "" || e.Remedy.En == "" {
		t.Errorf("event %s %+v, want that events are gone", id, e)
	}
	// The job that has not ended has kept what happened to it.
	l := s.listen("/api/v1/events?case="+number, fmt.Sprint(first.Seq))
	if _, e, ok := l.next(); !ok || e.Job != live.Id && e.Job != uuid.Nil {
		t.Errorf("then comes %+v, want how the live job stands", e)
	}
	if _, e, _ := s.listen("/api/v1/jobs/"+live.Id.String()+"/events", "").next(); e.State != api.Accepted {
		t.Errorf("of the live job comes %+v, want its beginning", e)
	}
	// Of the one that has ended a client hears once that it is late, and then nothing.
	path := "/api/v1/jobs/" + old.Id.String() + "/events"
	if id, _ := s.listen(path, fmt.Sprint(first.Seq)).nextNamed("reload"); id == "" {
		t.Error("the stream of an old job does not say what is gone")
	} else {
		s.do(http.MethodGet, path, nil, "Last-Event-ID", id).want(204)
	}
	s.get(path).want(204)
}

// nextNamed returns the next event, if it has that name.
func (l *listener) nextNamed(name string) (id string, e api.EventsGone) {
	for l.body.Scan() {
		field, value, _ := strings.Cut(l.body.Text(), ": ")
		switch field {
		case "id":
			id = value
		case "event":
			if value != name {
				l.t.Errorf("event %s, want %s", value, name)
			}
		case "data":
			if err := json.Unmarshal([]byte(value), &e); err != nil {
				l.t.Errorf("event %s: %v", value, err)
			}
			return id, e
		}
	}
	return "", e
}

// Clients that stop reading hold up nobody else, cost no memory while events go by,
// and are dropped.
func TestAClientThatDoesNotReadHoldsUpNobody(t *testing.T) {
	s := open(t, func(_ *site, c *api.Config) { c.EventPatience = 2 * time.Second })
	number := s.openCase()
	var j api.Job
	s.upload("/api/v1/cases/"+number+"/orthophotos", []byte("picture")).want(202).as(&j)
	const blocked, events = 4, 10_000
	for range blocked {
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.server.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_ = conn.(*net.TCPConn).SetReadBuffer(4096)
		if _, err := fmt.Fprintf(conn, "GET /api/v1/events?case=%s&after=0 HTTP/1.1\r\nHost: x\r\n\r\n", number); err != nil {
			t.Fatal(err)
		}
	}
	good := s.listen("/api/v1/events?case="+number, "")
	if _, e, _ := good.next(); e.State != api.Accepted {
		t.Fatalf("first comes %+v", e)
	}
	before := heapInUse()
	s.sql(fmt.Sprintf(`INSERT INTO job_event (job_id, case_id, state, stage, progress)
		SELECT job.id, case_id, 'running', repeat('x', 700), n %% 100 FROM job, generate_series(1, %d) AS n WHERE job.id = '%s' ORDER BY n`, events, j.Id))
	_, _, letGo, err := s.db.BeginJob(s.ctx, j.Id) // tells that something has happened
	if err != nil {
		t.Fatal(err)
	}
	defer letGo()
	began, most := time.Now(), uint64(0)
	for n := range events {
		if _, e, ok := good.next(); !ok || e.State != api.Running {
			t.Fatalf("event %d: %+v, %v", n, e, ok)
		}
		if n%2000 == 0 {
			most = max(most, heapInUse())
		}
	}
	t.Logf("%d events in %v beside %d clients that do not read; the heap grew by %.1f MiB", events, time.Since(began).Round(time.Millisecond), blocked, float64(int64(most)-int64(before))/(1<<20))
	if int64(most)-int64(before) > 16<<20 { // kept for each of them it would be 36 MiB
		t.Errorf("the heap grew from %d to %d bytes", before, most)
	}
	dropped := 0
	for until := time.Now().Add(20 * time.Second); dropped < blocked && time.Now().Before(until); time.Sleep(50 * time.Millisecond) {
		dropped = len(s.log.lines("event stream dropped"))
	}
	if dropped != blocked {
		t.Errorf("%d clients were dropped, want the %d that do not read", dropped, blocked)
	}
}

func heapInUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
