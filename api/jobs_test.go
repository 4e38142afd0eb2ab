package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"jieshi/api"
	"jieshi/mediation"
)

func TestAJobFromOrderToResult(t *testing.T) {
	s := open(t)
	number := s.openCase()
	ordered := s.do(http.MethodPost, "/api/v1/cases/"+number+"/walks?party=A&sigma_m=0.05", strings.NewReader(string(gpxWalk(109.3, 109.302))),
		"Content-Type", "application/octet-stream", "Prefer", "respond-async").want(202)
	var j api.Job
	ordered.as(&j)
	if j.State != api.Accepted || j.Case != number || j.Progress != 0 || j.Outcome != nil || *j.Party != "A" {
		t.Errorf("job = %+v, want it accepted", j)
	}
	// Ordered twice, it is one job.
	var again api.Job
	s.do(http.MethodPost, "/api/v1/cases/"+number+"/walks?party=A&sigma_m=0.05", strings.NewReader(string(gpxWalk(109.3, 109.302))),
		"Content-Type", "application/octet-stream", "Prefer", "respond-async").want(202).as(&again)
	if again.Id != j.Id {
		t.Errorf("the same order is jobs %s and %s", j.Id, again.Id)
	}
	j = s.end(ordered)
	o := j.Outcome
	if j.State != api.Successful || o == nil || o.Status != api.Ready || o.Walk == nil || o.Evidence == nil || *o.Verdict != "adopted" || j.Progress != 100 || j.FinishedAt == nil {
		t.Errorf("job = %+v, want it ready", j)
	}
	s.get("/api/v1/walks/" + o.Walk.String() + "/fixes").want(200)

	var p api.Problem
	s.do(http.MethodDelete, "/api/v1/jobs/"+j.Id.String(), nil).want(409).as(&p)
	if p.Code != "job_not_open" {
		t.Errorf("dismissal of what is done = %+v", p)
	}
	s.do(http.MethodPost, "/api/v1/jobs/"+j.Id.String()+"/retry", nil).want(409)
	s.get("/api/v1/jobs/" + uuid.NewString()).want(404)
	s.do(http.MethodDelete, "/api/v1/jobs/"+uuid.NewString(), nil).want(404)
}

func TestJobsAreListedByPagesAndStates(t *testing.T) {
	s := open(t)
	number, other := s.openCase(), s.openCase()
	var want []uuid.UUID
	for i := range 5 {
		var j api.Job
		s.upload(fmt.Sprintf("/api/v1/cases/%s/orthophotos", number), fmt.Appendf(nil, "picture %d", i)).want(202).as(&j)
		want = append(want, j.Id)
	}
	s.upload("/api/v1/cases/"+other+"/orthophotos", []byte("another")).want(202)
	s.do(http.MethodDelete, "/api/v1/jobs/"+want[0].String(), nil).want(200)
	slices.Reverse(want)
	var got []uuid.UUID
	path := "/api/v1/jobs?limit=2&case=" + number
	for next := path; next != ""; {
		var page api.JobPage
		s.get(next).want(200).as(&page)
		for _, j := range page.Items {
			got = append(got, j.Id)
		}
		if next = ""; page.Next != nil {
			next = path + "&cursor=" + *page.Next
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("pages hold %v, want %v", got, want)
	}
	var page api.JobPage
	s.get("/api/v1/jobs?state=dismissed,failed").want(200).as(&page)
	if len(page.Items) != 1 || page.Items[0].Id != want[4] || page.Items[0].FinishedAt == nil {
		t.Errorf("dismissed = %+v, want the first", page.Items)
	}
	s.get("/api/v1/jobs?case=JS-1999-0001").want(404)
	s.get("/api/v1/jobs?cursor=x").want(400)
	if n := s.filesKept(); n != 5 {
		t.Errorf("%d files, want those of the five jobs that wait: a dismissed one lets its file go", n)
	}
}

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
