package api_test

import (
	"bytes"
	"testing"

	"jieshi/api"
)

// What the file is for may be said at the start, or when all of it is there; and
// anew, without sending it again.
func TestACompleteUploadIsOrdered(t *testing.T) {
	s := open(t)
	number, b := s.openCase(), gpxWalk(109.300, 109.302)
	path := s.create(b, "kind", "walk", "case", number, "party", "龙塘村第三村民小组", "sigma_m", "0.05", "filetype", "application/gpx+xml")
	job := s.patch(path, 0, bytes.NewReader(b)).want(204).header.Get("Upload-Job")
	u := s.uploadAt(path)
	if u.Job == nil || u.Job.String() != job || *u.Kind != "walk" || *u.Case != number || *u.Party != "龙塘村第三村民小组" {
		t.Errorf("Upload-Job %q of %+v", job, u)
	}
	var list struct{ Items []api.Upload }
	s.get("/api/v1/uploads").want(200).as(&list)
	if len(list.Items) != 0 {
		t.Errorf("what is ordered is still to be gone on with: %+v", list)
	}

	later := s.create(b)
	if a := s.post(later+"/order", `{"kind":"walk","case":"`+number+`","party":"甲"}`).want(409); a.code() != "upload_incomplete" {
		t.Errorf("an order of half a file: %s", a.body)
	}
	s.patch(later, 0, bytes.NewReader(b)).want(204)
	for name, tc := range map[string]struct {
		body   string
		status int
		code   string
	}{
		"nobody's":           {`{"kind":"walk","case":"` + number + `"}`, 422, "party_name"},
		"of no kind":         {`{"kind":"picture","case":"` + number + `"}`, 400, "bad_request"},
		"of another century": {`{"kind":"orthophoto","case":"JS-1999-0001"}`, 404, "not_found"},
		"with a misspelling": {`{"kind":"walk","case":"` + number + `","party":"甲","trakc":"2"}`, 422, "bad_metadata"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := s.post(later+"/order", tc.body).want(tc.status).code(); got != tc.code {
				t.Errorf("code = %s, want %s", got, tc.code)
			}
		})
	}
	ordered := s.post(later+"/order", `{"kind":"walk","case":"`+number+`","party":"甲","track":"1"}`).want(202)
	ordered.as(&u)
	if u.Job == nil || ordered.header.Get("Location") != "/api/v1/jobs/"+u.Job.String() || u.Job.String() == job {
		t.Errorf("ordered: %s at %s", ordered.body, ordered.header.Get("Location"))
	}
	again := s.post(later+"/order", `{"kind":"walk","case":"`+number+`","party":"甲","track":"2"}`).want(202)
	if again.header.Get("Location") == ordered.header.Get("Location") {
		t.Error("another track is the same order")
	}
}
