package api_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"jieshi/api"
)

// A surveyor's day, through every operation of the contract. Each answer is
// held against openapi.yaml by site.do; here stand the figures.
func TestEveryOperationKeepsTheContract(t *testing.T) {
	s := open(t)
	s.saveAreas()

	var about api.About
	s.get("/api/v1/about").want(200).as(&about)
	if about.Version != "test" || about.Postgis == "" || about.Geos == "" || about.Proj == "" || about.Gdal == "" {
		t.Errorf("about = %+v, want every version", about)
	}

	opened := s.post("/api/v1/cases", `{"kind":"forest","title":"榄冲岭山林争议","accepted_on":"2026-10-19"}`, "Idempotency-Key", "k1").want(201)
	var c api.Case
	opened.as(&c)
	if location := opened.header.Get("Location"); location != "/api/v1/cases/"+c.Number || opened.header.Get("ETag") != `"1"` {
		t.Errorf("Location %q, ETag %q for case %s", location, opened.header.Get("ETag"), c.Number)
	}
	var again api.Case
	s.post("/api/v1/cases", `{"kind":"forest","title":"榄冲岭山林争议","accepted_on":"2026-10-19"}`, "Idempotency-Key", "k1").want(201).as(&again)
	if again.Number != c.Number {
		t.Errorf("one key opened %s and %s", c.Number, again.Number)
	}
	s.post("/api/v1/cases", `{"kind":"forest","title":"another"}`, "Idempotency-Key", "k1").want(422)
	base := "/api/v1/cases/" + c.Number
	s.get(base + "/run").want(404)

	// Two walks that share the middle 0.001° of 0.003°, and one that crosses itself.
	walks := base + "/walks?filename=" + url.QueryEscape("踏界.gpx") + "&sigma_m=0.05&party="
	var a, b, questioned api.Walk
	s.upload(walks+url.QueryEscape("龙塘村第三村民小组"), gpxWalk(109.300, 109.302)).want(201).as(&a)
	s.upload(walks+url.QueryEscape("古蓬村第一村民小组"), gpxWalk(109.301, 109.303)).want(201).as(&b)
	s.upload(walks+url.QueryEscape("国有林场"), gpxWalk(109.300, 109.302, 0, 2, 1, 3)).want(201).as(&questioned)
	if a.Claim == nil || b.Claim == nil || a.Side != 1 || b.Side != 2 || a.Filename != "踏界.gpx" || a.Format != "gpx" {
		t.Errorf("walks = %+v, %+v; want both adopted, sides 1 and 2", a, b)
	}
	if questioned.Claim != nil || !bytes.Contains(questioned.Report, []byte(`"status":"questioned"`)) {
		t.Errorf("a line that crosses itself: claim %v, report %.200s", questioned.Claim, questioned.Report)
	}
	var fixes api.FixCollection
	s.get("/api/v1/walks/" + a.Id.String() + "/fixes").want(200).as(&fixes)
	if len(fixes.Features) != 401 || string(fixes.Features[0].Geometry) != `{"type":"Point","coordinates":[109.3,24.25]}` {
		t.Errorf("%d fixes, the first at %s; want 401 from the first corner", len(fixes.Features), fixes.Features[0].Geometry)
	}

	if p := fixes.Features[0].Properties; p.HeightType != "unknown" || p.HeightM != nil {
		t.Errorf("a height of kind %q at %v; the file has none", p.HeightType, p.HeightM)
	}
	var alone api.Walk
	s.get("/api/v1/walks/" + a.Id.String()).want(200).as(&alone)
	if alone.Id != a.Id || alone.Case != c.Number || alone.ReceivedBy == "" || alone.Track != 1 || alone.Size != int64(len(gpxWalk(109.300, 109.302))) || !bytes.Contains(alone.Told, []byte(`"sigma_m":0.05`)) {
		t.Errorf("the walk alone: %s of %s by %q, track %d, %d bytes, told %s", alone.Id, alone.Case, alone.ReceivedBy, alone.Track, alone.Size, alone.Told)
	}
	raw := s.get("/api/v1/walks/" + a.Id.String() + "/file").want(200)
	if !bytes.Equal(raw.body, gpxWalk(109.300, 109.302)) || raw.header.Get("Content-Disposition") != "attachment; filename*=utf-8''%E8%B8%8F%E7%95%8C.gpx" {
		t.Errorf("the file as it came: %d bytes, %q", len(raw.body), raw.header.Get("Content-Disposition"))
	}
	if sum := sha256.Sum256(raw.body); raw.header.Get("Repr-Digest") != "sha-256=:"+base64.StdEncoding.EncodeToString(sum[:])+":" || hex.EncodeToString(sum[:]) != a.Sha256 {
		t.Errorf("Repr-Digest %q of a file with the hash %s", raw.header.Get("Repr-Digest"), a.Sha256)
	}

	// Read anew, told otherwise: a walk of its own, and the first stands.
	reading := s.end(s.post("/api/v1/walks/"+questioned.Id.String()+"/readings", `{"stops":"keep","closing_gap_m":12,"drop_flagged":true,"consent":"韦某某","landmark":["109.3,24.25=109.3,24.25"]}`))
	if reading.Outcome == nil || reading.Outcome.Walk == nil || *reading.Outcome.Walk == questioned.Id {
		t.Fatalf("the walk read anew ended as %+v", reading.Outcome)
	}
	var anew, first api.Walk
	s.get("/api/v1/walks/" + reading.Outcome.Walk.String()).want(200).as(&anew)
	if anew.Sha256 != questioned.Sha256 || anew.Party != questioned.Party || !bytes.Contains(anew.Report, []byte(`"max_closing_gap_m":12`)) || !bytes.Contains(anew.Told, []byte(`"consent":"韦某某"`)) {
		t.Errorf("read anew: of %s, told %s, report %.200s", anew.Party, anew.Told, anew.Report)
	}
	s.get("/api/v1/walks/" + questioned.Id.String()).want(200).as(&first)
	if !bytes.Equal(first.Told, questioned.Told) || !bytes.Equal(first.Report, questioned.Report) {
		t.Errorf("the first reading changed: told %s", first.Told)
	}

	s.get(base).want(200).as(&c)
	if c.Crs == nil || c.Crs.Srid != 4545 || c.Crs.Name.Zh != "CGCS2000 / 3°带 CM 108°" || c.Contested == nil || len(c.Parties) < 2 || c.Bbox == nil {
		t.Errorf("case after its walks = %+v", c)
	}
	var claims api.ClaimCollection
	s.get(base + "/claims").want(200).as(&claims)
	if len(claims.Features) != 2 || claims.Features[1].Properties.Party != "古蓬村第一村民小组" {
		t.Errorf("claims = %+v, want two", claims)
	}

	photo := s.orthophoto(c.Number)
	var photos struct{ Items []api.Orthophoto }
	s.get(base + "/orthophotos").want(200).as(&photos)
	if len(photos.Items) != 1 || photos.Items[0].Id != photo.Id || photo.Srid != 4545 || photo.GsdM != 0.5 || photo.ValidFraction != 1 {
		t.Errorf("orthophotos = %+v", photos.Items)
	}
	s.get("/api/v1/orthophotos/" + photo.Id.String() + "/thumbnail").want(200)

	var run, same api.Run
	s.get(base + "/run").want(200).as(&run)
	s.get("/api/v1/runs/" + run.Id.String()).want(200).as(&same)
	if run.Sha256 != same.Sha256 || len(run.Pieces) != 1 || len(run.Pairs) != 1 || run.Nominal.Ellipsoidal.SquareMetres < 20000 {
		t.Errorf("run = %+v, want one piece of some 22,500 m²", run)
	}
	s.get("/api/v1/runs/" + run.Id.String() + "/claims").want(200)
	for level, want := range map[string]int{"": 4, "?level=nominal": 1, "?level=core": 1, "?level=outer": 2} {
		var pieces api.PieceCollection
		s.get("/api/v1/runs/" + run.Id.String() + "/pieces" + level).want(200).as(&pieces)
		if len(pieces.Features) != want {
			t.Errorf("pieces%s: %d, want %d", level, len(pieces.Features), want)
		}
		for _, f := range pieces.Features {
			if f.Properties.Area == nil || f.Properties.Area.Ellipsoidal.SquareMetres <= 0 {
				t.Errorf("piece %s has no area", f.Id)
			}
		}
	}
	x, y := tileOf(16, 109.3015, 24.251)
	s.get(fmt.Sprintf("/api/v1/runs/%s/tiles/16/%d/%d.mvt", run.Id, x, y)).want(200)

	s.post(base+"/sessions", `{"title":"第一次调解会"}`).want(201)
	s.keepsProposals(base, run)
	filed := s.post(base+"/evidence", `{}`).want(201)
	var item, twice api.Evidence
	filed.as(&item)
	s.post(base+"/evidence", `{"run":"`+run.Id.String()+`"}`).want(201).as(&twice)
	if item.Id != twice.Id || item.Subject == nil || *item.Subject != run.Id {
		t.Errorf("a run was filed as %s and %s", item.Id, twice.Id)
	}
	var evidence api.EvidenceList
	s.get(base + "/evidence").want(200).as(&evidence)
	if !evidence.Chain.Verified || len(evidence.Items) < 4 || evidence.Items[0].Files == nil || len(*evidence.Items[0].Files) != 1 {
		t.Errorf("evidence = %+v, want a whole chain", evidence.Chain)
	}
	archive := s.get(base + "/evidence.zip").want(200)
	reader, err := zip.NewReader(bytes.NewReader(archive.body), int64(len(archive.body)))
	if err != nil || len(reader.File) < 5 {
		t.Errorf("evidence.zip: %v", err)
	}
	if got := archive.header.Get("Content-Disposition"); got != `attachment; filename="evidence-`+c.Number+`.zip"` {
		t.Errorf("Content-Disposition %q", got)
	}

	moved := s.post(base+"/moves", `{"to":"surveyed","note":"现场已勘测"}`, "If-Match", fmt.Sprintf(`"%d"`, c.Revision)).want(200)
	s.post(base+"/moves", `{"to":"mediating"}`, "If-Match", moved.header.Get("ETag")).want(200).as(&c)
	if c.Status != api.Mediating || len(c.History) != 3 || moved.header.Get("ETag") == "" {
		t.Errorf("status %s after two moves, history %+v", c.Status, c.History)
	}

	var areas api.AreaCollection
	s.get("/api/v1/areas").want(200).as(&areas)
	s.get("/api/v1/areas?parent=450000000000&level=3").want(200).as(&areas)
	if len(areas.Features) != 3 {
		t.Errorf("%d areas below the province down to counties, want 3", len(areas.Features))
	}
	var page api.CasePage
	s.get("/api/v1/cases?area=450121000000&kind=forest&status=mediating,settled&resolved=false&q=" + url.QueryEscape("榄冲岭")).want(200).as(&page)
	if page.Total != 1 || page.Items[0].Number != c.Number {
		t.Errorf("list = %+v, want the one case", page)
	}
	s.get("/api/v1/statistics?area=450000000000").want(200)
	s.get("/api/v1/statistics.csv").want(200)
	s.get("/api/v1/statistics.xlsx").want(200)

	for _, walk := range []api.Walk{a, b, questioned} {
		s.get("/api/v1/walks/" + walk.Id.String() + "/fixes").want(200)
	}
	s.get("/api/v1/openapi.json").want(200)
	if page := s.get("/cases/" + c.Number).want(200); string(page.body) != "the page" {
		t.Errorf("an address of the page answers %q", page.body)
	}
	for _, path := range []string{"/healthz", "/readyz", "/metrics"} {
		s.get(path).want(200)
	}
	head := s.do(http.MethodHead, base, nil).want(200)
	if len(head.body) > 0 || head.header.Get("ETag") == "" {
		t.Errorf("HEAD answers %d bytes, ETag %q", len(head.body), head.header.Get("ETag"))
	}
}

// orthophoto uploads a picture of 64 m square around (632000, 2683000).
func (s *site) orthophoto(number string) (photo api.Orthophoto) {
	s.t.Helper()
	path := "/api/v1/cases/" + number + "/orthophotos?filename=dom.tif&captured_from=2026-10-20T02:00:00Z&captured_to=2026-10-20T03:00:00Z"
	return s.orthophotoFrom(number, path, geoTIFF(128, 632000, 2683064))
}

func (s *site) orthophotoFrom(number, path string, file []byte) (photo api.Orthophoto) {
	s.t.Helper()
	j := s.end(s.upload(path, file).want(202))
	if j.Outcome == nil || j.Outcome.Orthophoto == nil {
		s.t.Fatalf("job = %+v, want an orthophoto", j)
	}
	var photos struct{ Items []api.Orthophoto }
	s.get("/api/v1/cases/" + number + "/orthophotos").want(200).as(&photos)
	for _, photo := range photos.Items {
		if photo.Id == *j.Outcome.Orthophoto {
			return photo
		}
	}
	s.t.Fatalf("orthophoto %s is not listed", j.Outcome.Orthophoto)
	return photo
}

// end works on the job that an answer orders until it has ended.
func (s *site) end(ordered answer) (j api.Job) {
	s.t.Helper()
	ordered.as(&j)
	if location := ordered.header.Get("Location"); location != "/api/v1/jobs/"+j.Id.String() {
		s.t.Fatalf("Location: %q, want that of job %s", location, j.Id)
	}
	if _, err := s.intake.Await(s.ctx, j.Id); err != nil {
		s.t.Fatal(err)
	}
	s.get("/api/v1/jobs/" + j.Id.String()).want(200).as(&j)
	return j
}
