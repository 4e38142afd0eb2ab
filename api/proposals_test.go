package api_test

import (
	"fmt"
	"net/http"

	"jieshi/api"
)

// keepsProposals saves a line across the first piece, lists it and withdraws it.
func (s *site) keepsProposals(base string, run api.Run) {
	s.t.Helper()
	var pieces api.PieceCollection
	s.get("/api/v1/runs/" + run.Id.String() + "/pieces?level=nominal").want(200).as(&pieces)
	rings := pieces.Features[0].Properties.Rings
	if rings == nil || len((*rings)[0]) < 4 {
		s.t.Fatalf("rings = %v, want the stored ground", rings)
	}
	west, south, east, north := (*rings)[0][0][0], (*rings)[0][0][1], (*rings)[0][0][0], (*rings)[0][0][1]
	for _, p := range (*rings)[0] {
		west, south, east, north = min(west, p[0]), min(south, p[1]), max(east, p[0]), max(north, p[1])
	}
	line := fmt.Sprintf(`[[%.3f,%.3f],[%.3f,%.3f]]`, west-10, (south+north)/2, east+10, (south+north)/2+5)
	body := `{"run":"` + run.Id.String() + `","title":"沿水沟划分","note":"不作证据","line":` + line
	var saved api.Proposal
	s.post(base+"/proposals", body+`}`, "Idempotency-Key", "p1").want(201).as(&saved)
	p := saved.Pieces[0]
	if !saved.Agrees || !p.Divided || p.Left.Side == nil || *p.Left.Side == *p.Right.Side || p.Whole.Side != nil || p.Left.Kernel.PlaneM2 <= 0 {
		s.t.Errorf("proposal = %+v, want a divided first piece on which both engines agree", saved)
	}
	var version api.Proposal
	s.post(base+"/proposals", body+`,"replaces":"`+saved.Id.String()+`"}`).want(201).as(&version)
	if version.Id != saved.Id || version.Version != 2 {
		s.t.Errorf("new version: %s version %d", version.Id, version.Version)
	}
	s.post(base+"/proposals", `{"run":"`+run.Id.String()+`","title":"x","line":[[1,2]]}`).want(400)
	s.post(base+"/proposals", `{"title":"x","line":`+line+`}`).want(400)
	s.post(base+"/proposals", body+`,"seats":[{"n":1,"left":9,"right":1}]}`).want(422)
	var list struct{ Items []api.Proposal }
	s.get(base + "/proposals").want(200).as(&list)
	if len(list.Items) != 1 || list.Items[0].Version != 2 || list.Items[0].Note == nil {
		s.t.Errorf("%d proposals, want the newest version of one", len(list.Items))
	}
	s.do(http.MethodDelete, base+"/proposals/"+saved.Id.String(), nil).want(204)
	s.do(http.MethodDelete, base+"/proposals/"+saved.Id.String(), nil).want(404)
	s.get(base + "/proposals").want(200).as(&list)
	if len(list.Items) != 0 {
		s.t.Errorf("%d proposals after withdrawing", len(list.Items))
	}
}
