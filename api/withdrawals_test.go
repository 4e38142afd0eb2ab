package api_test

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"jieshi/api"
	"jieshi/internal/bundle"
)

// Two walks share a third of their ground. The file of the first is read again and
// declared to be GCJ-02: its claim stands, in doubt, until somebody withdraws it;
// then the case has nothing contested, and its bundle still verifies. With the last
// claim gone the case has a run of no claims, which is filed and verifies, too.
func TestAClaimOfAWalkThatTurnsOutDisplacedIsDoubtedAndWithdrawn(t *testing.T) {
	s := open(t)
	number := s.openCase()
	base := "/api/v1/cases/" + number
	walks := base + "/walks?filename=walk.gpx&sigma_m=0.05&party="
	var a, b api.Walk
	s.upload(walks+url.QueryEscape("甲"), gpxWalk(109.300, 109.302)).want(201).as(&a)
	s.upload(walks+url.QueryEscape("乙"), gpxWalk(109.301, 109.303)).want(201).as(&b)
	claims := func() (c api.ClaimCollection) {
		s.get(base + "/claims").want(200).as(&c)
		return c
	}
	// A GPX says nothing of its fixes: reference, however small the sigma that somebody states.
	if c := claims(); len(c.Features) != 2 || c.Features[0].Properties.Class != api.AccuracyClassReference || c.Features[0].Properties.Doubt != nil || c.Features[1].Properties.Doubt != nil {
		t.Fatalf("claims before: %+v", c)
	}
	reading := s.end(s.post("/api/v1/walks/"+a.Id.String()+"/readings", `{"datum":"gcj02","sigma_m":0.05}`))
	if reading.Outcome == nil || reading.Outcome.Walk == nil {
		t.Fatalf("the reading ended as %+v", reading.Outcome)
	}
	shown := *reading.Outcome.Walk
	doubted := claims()
	if len(doubted.Features) != 2 || doubted.Features[1].Properties.Doubt != nil {
		t.Fatalf("claims after the reading: %+v", doubted)
	}
	if d := doubted.Features[0].Properties.Doubt; d == nil || d.Walk != shown || d.Datum != "gcj02" {
		t.Fatalf("doubt: %+v, want the reading %s", d, shown)
	}

	path := "/api/v1/claims/" + doubted.Features[0].Id + "/withdrawal"
	for _, body := range []string{`{}`, `{"kind":"party"}`, `{"kind":"whim","reason":"x"}`, `{"kind":"party","reason":"  "}`} {
		s.post(path, body).want(400)
	}
	s.post(path, `{"kind":"error","reason":"x","walk":"`+b.Id.String()+`"}`).want(404) // of the other party
	var w api.ClaimWithdrawal
	s.post(path, `{"kind":"error","reason":"坐标为 GCJ-02，需用接收机重走","walk":"`+shown.String()+`"}`).want(201).as(&w)
	if w.Party != "甲" || w.Version != 1 || w.Case != number || w.Walk == nil || *w.Walk != shown || w.WithdrawnBy == "" || w.Kind != "error" {
		t.Errorf("withdrawn: %+v", w)
	}
	var problem api.Problem
	s.post(path, `{"kind":"error","reason":"again"}`).want(409).as(&problem)
	if problem.Code != "claim_not_live" {
		t.Errorf("withdrawn again: %s", problem.Code)
	}
	var run api.Run
	s.get(base + "/run").want(200).as(&run)
	if run.Id != w.Run || len(run.Inputs) != 1 || len(run.Pieces) != 0 || len(claims().Features) != 1 {
		t.Errorf("the case is contested by run %s of %d claims, %d pieces", run.Id, len(run.Inputs), len(run.Pieces))
	}
	s.get("/api/v1/walks/" + a.Id.String()).want(200) // kept

	s.post("/api/v1/claims/"+doubted.Features[1].Id+"/withdrawal", `{"kind":"party","reason":"不再主张"}`).want(201)
	var told struct{ Items []api.ClaimWithdrawal }
	s.get(base + "/withdrawals").want(200).as(&told)
	if len(told.Items) != 2 || told.Items[0].Party != "乙" || told.Items[1].Id != w.Id {
		t.Errorf("withdrawals: %+v", told.Items)
	}
	s.get(base + "/run").want(200).as(&run)
	if len(run.Inputs) != 0 || len(run.Pieces) != 0 {
		t.Errorf("without claims, the run has %d", len(run.Inputs))
	}
	s.get("/api/v1/runs/" + run.Id.String() + "/claims").want(200)
	s.get(base).want(200)
	s.get("/api/v1/cases").want(200)
	s.post(base+"/evidence", `{}`).want(201)
	var evidence api.EvidenceList
	s.get(base + "/evidence").want(200).as(&evidence)
	kinds := map[string]int{}
	for _, e := range evidence.Items {
		kinds[string(e.Kind)]++
	}
	if text, _ := json.Marshal(kinds); !evidence.Chain.Verified || string(text) != `{"run":1,"walk":3,"withdrawal":2}` {
		t.Errorf("chain %+v of %s", evidence.Chain, text)
	}
	file := filepath.Join(t.TempDir(), "evidence.zip")
	if err := os.WriteFile(file, s.get(base+"/evidence.zip").want(200).body, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := bundle.Verify(t.Context(), file); err != nil {
		t.Errorf("the bundle: %v", err)
	}
}
