package api_test

import (
	"bytes"
	"regexp"
	"testing"

	"jieshi/api"
	"jieshi/mediation"
)

// A session is opened; then a third party claims ground over the county line, a
// walk comes in and the case is settled. Who has the link sees none of it.
func TestASessionShowsWhatWasFrozen(t *testing.T) {
	s := open(t)
	s.saveAreas()
	number := s.twoClaims()
	photo := s.orthophoto(number)
	if err := s.db.MoveCase(s.ctx, number, 0, mediation.Mediating, "", time0); err != nil {
		t.Fatal(err)
	}
	opened := s.post("/api/v1/cases/"+number+"/sessions", `{"title":"第一次调解会","held_on":"2026-11-20","layers":["claims","nominal"]}`, "Idempotency-Key", "s").want(201)
	var session api.Session
	opened.as(&session)
	if !regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`).MatchString(session.Token) || session.Url != "https://map.example/sessions/"+session.Token {
		t.Errorf("token %q, url %q", session.Token, session.Url)
	}
	path := opened.header.Get("Location")
	before := s.get(path).want(200)

	s.claim(number, "国有林场", 60, -50, 3000, 50)
	s.upload("/api/v1/cases/"+number+"/walks?party=B&sigma_m=0.05", gpxWalk(109.300, 109.302)).want(201)
	if err := s.db.MoveCase(s.ctx, number, 0, mediation.Settled, "", time0); err != nil {
		t.Fatal(err)
	}
	after := s.get(path).want(200)
	if !bytes.Equal(before.body, after.body) {
		t.Errorf("the session changed\nfrom %.1500s\n  to %.1500s", before.body, after.body)
	}
	var c api.Case
	s.get("/api/v1/cases/" + number).want(200).as(&c)
	if len(c.Areas) != 2 || len(c.Parties) != 4 || !c.Resolved {
		t.Errorf("the case itself has %d areas, %d parties, resolved %v: nothing to hide", len(c.Areas), len(c.Parties), c.Resolved)
	}

	var view api.SessionView
	after.as(&view)
	if view.Case.Status != api.Mediating || view.Case.Resolved || len(view.Case.Parties) != 2 || len(view.Claims.Features) != 2 ||
		len(view.Case.Areas) != 1 || view.Case.ThreeCross.Any || view.Orthophoto == nil || view.Orthophoto.Id != photo.Id {
		t.Errorf("view = %+v", view.Case)
	}
	if len(view.Pieces.Features) != 2 || len(view.Outer.Features) != 2 || len(view.Session.Layers) != 2 {
		t.Errorf("%d pieces, %d outer, layers %v", len(view.Pieces.Features), len(view.Outer.Features), view.Session.Layers)
	}
	var again api.Session
	s.post("/api/v1/cases/"+number+"/sessions", `{"title":"第一次调解会","held_on":"2026-11-20","layers":["claims","nominal"]}`, "Idempotency-Key", "s").want(201).as(&again)
	if again.Token != session.Token {
		t.Error("one key opened two sessions")
	}
	for _, line := range s.log.lines(session.Token) {
		t.Errorf("the token is in the log: %s", line)
	}
}

func TestASessionShowsNothingOfAnotherCase(t *testing.T) {
	s := open(t)
	mine, other := s.twoClaims(), s.twoClaims()
	var run api.Run
	s.get("/api/v1/cases/" + other + "/run").want(200).as(&run)
	photo := s.orthophoto(other)
	s.post("/api/v1/cases/"+mine+"/sessions", `{"title":"x","run":"`+run.Id.String()+`"}`).want(404)
	s.post("/api/v1/cases/"+mine+"/sessions", `{"title":"x","orthophoto":"`+photo.Id.String()+`"}`).want(404)
	s.post("/api/v1/cases/"+s.openCase()+"/sessions", `{"title":"x"}`).want(404)
	s.get("/api/v1/sessions/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").want(404)
}
