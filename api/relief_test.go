package api_test

import (
	"bytes"
	"encoding/json"
	"math"
	"net/url"
	"strings"
	"testing"

	"jieshi/api"
)

/*
Metres from (632000, 2683000); the model covers 64 m by 64 m, the contested piece
reaches 36 m beyond it:

	100      80..100
	          +--+
	 64   +---|//|---+
	      |   |//|   |  higher to the east, 2 m a metre
	  0   +---+--+---+
	      70        134
*/
func TestAModelOfHeightsHasContoursAndSlopeAreas(t *testing.T) {
	s := open(t)
	number := s.twoClaims()
	photo := s.orthophotoFrom(number, "/api/v1/cases/"+number+"/orthophotos?filename=dtm.tif&kind=dtm", heightTIFF(128, 632070, 2683064))
	if c := photo.Contours; c == nil || c.IntervalM != 5 || c.Lines != 25 || *c.LowM != 105 || *c.HighM != 225 || c.CellM != 0.5 {
		t.Fatalf("contours = %+v, want one each 5 m from 105 to 225", c)
	}
	base := "/api/v1/orthophotos/" + photo.Id.String()
	file := s.get(base + "/contours").want(200)
	var lines api.ContourCollection
	file.as(&lines)
	if len(lines.Features) != 25 || lines.Features[0].Properties.HeightM != 105 || file.header.Get("Content-Type") != "application/geo+json" {
		t.Errorf("%d contours as %q", len(lines.Features), file.header.Get("Content-Type"))
	}
	s.get(base+"/contours", "If-None-Match", file.header.Get("ETag")).want(304)

	var areas api.SlopeAreas
	s.get(base + "/slope-areas").want(200).as(&areas)
	if len(areas.Pieces) != 1 || areas.Kind != api.SlopeAreasKindDtm || areas.CellM != 0.5 || areas.Run == nil || areas.RunNumber == nil {
		t.Fatalf("slope areas = %+v, want one piece", areas)
	}
	p := areas.Pieces[0]
	if math.Abs(p.Factor-math.Sqrt(5)) > 1e-6 || math.Abs(p.Covered-0.64) > 0.01 || math.Abs(p.SlopeAreaM2-p.EllipsoidalM2*p.Covered*p.Factor) > 1e-3 || math.Abs(p.EllipsoidalM2-2000) > 3 {
		t.Errorf("piece = %+v, want 64 %% of 2000 m² times √5", p)
	}
	var run api.Run
	s.get("/api/v1/cases/" + number + "/run").want(200).as(&run)
	if got := run.Pieces[0].Nominal.Ellipsoidal.SquareMetres; float64(got) != p.EllipsoidalM2 {
		t.Errorf("the area of the piece is %v, of the run %v", p.EllipsoidalM2, got)
	}

	picture := s.orthophoto(number)
	s.get("/api/v1/orthophotos/" + picture.Id.String() + "/contours").want(404)

	// A session shows the contours of a model of its case, and of nothing else.
	open := func(of string) answer {
		return s.post("/api/v1/cases/"+number+"/sessions", `{"title":"调解会","contours":"`+of+`"}`)
	}
	var view api.SessionView
	s.get(open(photo.Id.String()).want(201).header.Get("Location")).want(200).as(&view)
	if view.Session.Contours == nil || *view.Session.Contours != photo.Id || view.Model == nil || view.Model.Id != photo.Id || view.Model.Contours == nil {
		t.Errorf("the session shows the contours of %v, model %+v", view.Session.Contours, view.Model)
	}
	open(picture.Id.String()).want(404)
	other := s.twoClaims()
	s.post("/api/v1/cases/"+other+"/sessions", `{"title":"调解会","contours":"`+photo.Id.String()+`"}`).want(404)
	refused := s.get("/api/v1/orthophotos/" + picture.Id.String() + "/slope-areas").want(422)
	if !bytes.Contains(refused.body, []byte(`"no_slope"`)) {
		t.Errorf("refused with %s", refused.body)
	}
}

// The points are off by 0.03 m east, 0.04 m north and 0.12 m up.
const checkTable = "点号,实测X(北),实测Y(东),实测高程,影像X(北),影像Y(东),影像高程\n" +
	"J1,2683010,632080,120,2683010.04,632080.03,120.12\nJ2,2683050,632120,200,2683050.04,632120.03,200.12\nJ3,2683030,632100,160,2683030.04,632100.03,160.12\n"

func TestACheckIsEvidenceWithItsTable(t *testing.T) {
	s := open(t)
	number := s.openCase()
	photo := s.orthophotoFrom(number, "/api/v1/cases/"+number+"/orthophotos?filename=dtm.tif&kind=dtm", heightTIFF(128, 632070, 2683064))
	base := "/api/v1/orthophotos/" + photo.Id.String() + "/checks?scale=2000&independent=true&filename=" + url.QueryEscape("检查点.csv")
	kept := s.filesKept()
	s.upload(base, []byte("id,a,b\n1,2,3\n")).want(422)
	s.upload(strings.Replace(base, "2000", "77", 1), []byte(checkTable)).want(422)
	if now := s.filesKept(); now != kept {
		t.Errorf("%d files after refused tables, %d before", now, kept)
	}
	s.upload(base, []byte(checkTable)).want(201).as(&photo)
	c := photo.Check
	if c == nil || c.RmseUpM == nil || math.Abs(*c.RmseUpM-0.12) > 1e-6 || math.Abs(c.RmseM-0.05) > 1e-6 || c.Sha256 == nil || len(*c.Residuals) != 3 || (*c.Residuals)[0].UpM == nil {
		t.Fatalf("check = %+v, want 0.05 m in the plane and 0.12 m up", c)
	}
	if !photo.ReferenceOnly { // its pixels of 0.5 m are too coarse for 1:2000
		t.Error("a model of 0.5 m pixels passes for 1:2000")
	}

	var evidence api.EvidenceList
	s.get("/api/v1/cases/" + number + "/evidence").want(200).as(&evidence)
	last := evidence.Items[len(evidence.Items)-1]
	if !evidence.Chain.Verified || last.Kind != api.EvidenceKindOrthophotoCheck || *last.Subject != c.Id || len(*last.Files) != 1 || (*last.Files)[0].Sha256 != *c.Sha256 || (*last.Files)[0].Filename != "检查点.csv" {
		t.Fatalf("evidence = %+v", last)
	}
	if now := s.filesKept(); now != kept+1 {
		t.Errorf("%d files after the check, %d before; want one more", now, kept)
	}
	items, _, err := s.db.Evidence(s.ctx, number)
	if err != nil {
		t.Fatal(err)
	}
	var content struct {
		Format    string
		Passed    bool
		Judgement struct{ Residuals []json.RawMessage }
	}
	if err := json.Unmarshal(items[len(items)-1].Content, &content); err != nil || content.Format != "jieshi-orthophoto-check/1" || content.Passed || len(content.Judgement.Residuals) != 3 {
		t.Errorf("content = %+v, %v", content, err)
	}
	if !bytes.Contains(items[len(items)-1].Content, []byte(photo.Sha256)) {
		t.Error("the evidence does not name the original that was checked")
	}
}
