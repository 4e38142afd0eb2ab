package api_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"jieshi/api"
	"jieshi/ingest/flight/flighttest"
	"jieshi/internal/nodeodm"
	"jieshi/internal/nodeodm/nodeodmtest"
	"jieshi/mediation"
)

// flight brings the photos of a small flight and returns it.
func (s *site) flight(number string) (f api.Flight) {
	s.t.Helper()
	names, files := flighttest.Mission{
		Lon: 109.3, Lat: 24.25, Above: 100, Focal35: 24, Strips: 2, PerStrip: 4, Along: 20, Over: 40, Begin: time.Date(2026, 10, 15, 4, 0, 0, 0, time.UTC),
	}.Files()
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	for i, name := range names {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(files[i])
		}
		if err != nil {
			s.t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		s.t.Fatal(err)
	}
	var u api.Upload
	s.do(http.MethodPut, "/api/v1/uploads/flight.zip?kind=flight&case="+number, &packed).want(201).as(&u)
	if j, err := s.intake.Await(s.ctx, *u.Job); err != nil || j.Outcome != mediation.JobReady {
		s.t.Fatalf("flight: %+v, %v", j, err)
	}
	list := s.flights(number)
	return list.Items[0]
}

type flightList struct {
	Items  []api.Flight
	Engine bool
}

func (s *site) flights(number string) (list flightList) {
	s.t.Helper()
	s.get("/api/v1/cases/" + number + "/flights").want(200).as(&list)
	return list
}

// with sets up an engine that is asked often and waited for shortly.
func (s *site) with(engine *nodeodmtest.Server) {
	s.intake.Engine = &nodeodm.Client{URL: engine.URL, Token: engine.Token}
	s.intake.Run = nodeodm.Job{Pause: time.Millisecond, Poll: 5 * time.Millisecond, Patience: 3}
	s.intake.Backoff = func(int) time.Duration { return 10 * time.Millisecond }
}

// Uploads that are dropped and answers that are lost are sent again; the picture is
// an orthophoto of the case like any other, and the engine is cleared.
func TestAFlightBecomesAnOrthophotoByJob(t *testing.T) {
	s := open(t)
	number := s.openCase()
	f := s.flight(number)
	path := "/api/v1/flights/" + f.Id.String() + "/orthophoto"
	if a := s.post(path, "").want(422); a.code() != "engine_missing" || !strings.Contains(string(a.body), "nodeodm_url") || s.flights(number).Engine {
		t.Errorf("without an engine: %s", a.body)
	}
	engine := (&nodeodmtest.Server{
		Orthophoto: geoTIFF(128, 632000, 2683064), Token: "secret", Steps: 2,
		DropUpload: func(n int) bool { return n%3 == 1 }, CutUpload: func(n int) bool { return n%5 == 2 },
		LoseAnswer: func(op string, n int) bool { return op == "commit" && n == 1 }, CutDownload: func(n int) bool { return n == 1 },
	}).Start(t)
	s.with(engine)
	s.get("/api/v1/cases/JS-1999-0001/flights").want(404)
	s.post("/api/v1/flights/"+number+"/orthophoto", "").want(400)
	ordered := s.post(path, "").want(202)
	var j, again api.Job
	s.post(path, "").want(202).as(&again)
	ordered.as(&j)
	if j.Id != again.Id || j.Kind != api.JobKindMosaic {
		t.Errorf("ordered twice: %+v and %+v", j, again)
	}
	if j = s.end(ordered); j.Outcome == nil || j.Outcome.Status != api.Ready || j.Outcome.Orthophoto == nil || j.Outcome.Evidence == nil {
		t.Fatalf("job = %+v, want an orthophoto", j)
	}
	var photos struct{ Items []api.Orthophoto }
	s.get("/api/v1/cases/" + number + "/orthophotos").want(200).as(&photos)
	if len(photos.Items) != 1 || photos.Items[0].Id != *j.Outcome.Orthophoto {
		t.Errorf("orthophotos = %+v", photos.Items)
	}
	s.get("/api/v1/flights/" + f.Id.String() + "/photos").want(200)
	if list := s.flights(number); !list.Engine || list.Items[0].Mosaic == nil || *list.Items[0].Mosaic != j.Id {
		t.Errorf("flights = %+v, want the job of the orthophoto", list)
	}
	if sent := engine.Images(); engine.Calls("init") != 1 || engine.Calls("remove") != 1 || len(sent) != 0 {
		t.Errorf("%d tasks begun, %d cleared, %d photos left at the engine", engine.Calls("init"), engine.Calls("remove"), len(sent))
	}
	s.post(path, "").want(202).as(&again)
	if again.Id != j.Id {
		t.Errorf("ordered again when it is made: %+v", again)
	}
}

// What the engine says of a failed task reaches the person; a new order begins anew.
func TestATaskThatFailsAtTheEngineIsRefusedInItsWords(t *testing.T) {
	s := open(t)
	number := s.openCase()
	f := s.flight(number)
	engine := (&nodeodmtest.Server{Orthophoto: geoTIFF(96, 632010, 2683048), FailTask: func(n int) bool { return n == 1 }}).Start(t)
	s.with(engine)
	path := "/api/v1/flights/" + f.Id.String() + "/orthophoto"
	j := s.end(s.post(path, "").want(202))
	if o := j.Outcome; o == nil || o.Refusal == nil || o.Refusal.Code != "mosaic_failed" || !strings.Contains(*o.Refusal.Where, "Not enough overlap") {
		t.Errorf("job = %+v", j)
	}
	next := s.end(s.post(path, "").want(202))
	if next.Id == j.Id || next.Outcome == nil || next.Outcome.Orthophoto == nil || engine.Calls("init") != 2 {
		t.Errorf("the next one = %+v, %d tasks", next, engine.Calls("init"))
	}
}

// Dismissed while the engine computes: the task is stopped and cleared there, the
// work here ends, and nothing of it stays. A new order is a task of its own.
func TestADismissedMosaicIsStoppedAtTheEngine(t *testing.T) {
	s := open(t)
	number := s.openCase()
	f := s.flight(number)
	kept := s.filesKept()
	engine := (&nodeodmtest.Server{Orthophoto: geoTIFF(128, 632000, 2683064), Steps: 1 << 30}).Start(t)
	s.with(engine)
	var j api.Job
	s.post("/api/v1/flights/"+f.Id.String()+"/orthophoto", "").want(202).as(&j)
	working := make(chan error, 1)
	go func() {
		_, err := s.intake.Do(s.ctx, j.Id)
		working <- err
	}()
	for until := time.Now().Add(30 * time.Second); engine.Calls("info") < 5 && time.Now().Before(until); {
		time.Sleep(5 * time.Millisecond)
	}
	s.do(http.MethodDelete, "/api/v1/jobs/"+j.Id.String(), nil).want(200)
	select {
	case err := <-working:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the work goes on after it was dismissed")
	}
	if engine.Calls("cancel") == 0 || engine.Calls("remove") == 0 || len(engine.Images()) != 0 {
		t.Errorf("the engine was told to stop %d times, to clear %d times, and has %d photos", engine.Calls("cancel"), engine.Calls("remove"), len(engine.Images()))
	}
	if n := s.filesKept(); n != kept {
		t.Errorf("%d files, want the %d from before", n, kept)
	}
	var next api.Job
	s.post("/api/v1/flights/"+f.Id.String()+"/orthophoto", "").want(202).as(&next)
	if next.Id == j.Id {
		t.Error("a dismissed job is ordered again as itself")
	}
}

// An engine that does not answer is tried again, each time later; then the job has
// failed, and whoever orders or retries it goes on with it.
func TestAnEngineThatIsAwayIsTriedAgainLater(t *testing.T) {
	s := open(t)
	number := s.openCase()
	f := s.flight(number)
	engine := (&nodeodmtest.Server{Orthophoto: geoTIFF(128, 632000, 2683064)}).Start(t)
	s.with(engine)
	var away atomic.Bool
	away.Store(true)
	s.intake.Engine.HTTP = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		if away.Load() {
			return nil, errors.New("no route to the engine")
		}
		return http.DefaultTransport.RoundTrip(r)
	})}
	var waits []int
	s.intake.Backoff = func(faults int) time.Duration { waits = append(waits, faults); return time.Millisecond }
	path := "/api/v1/flights/" + f.Id.String() + "/orthophoto"
	failed := s.end(s.post(path, "").want(202))
	if failed.State != api.Failed || failed.Fault == nil || len(waits) != 4 || waits[3] != 4 {
		t.Fatalf("job = %+v after waits %v, want it failed after five attempts", failed, waits)
	}
	away.Store(false)
	if j := s.end(s.post(path, "").want(202)); j.Id != failed.Id || j.Outcome == nil || j.Outcome.Orthophoto == nil {
		t.Errorf("when the engine is back: %+v, want the same job ready", j)
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
