package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jieshi/api"
	"jieshi/mediation"
)

// golden compares got with testdata/name.golden.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; if the new answer is right, run go test ./api -update\n got: %s\nwant: %s", file, got, want)
	}
}

// What a person reads when something is wrong, in both languages.
func TestProblemsSayWhatIsWrongAndWhatToDo(t *testing.T) {
	s := open(t, func(_ *site, c *api.Config) {
		inner := c.Bundle
		c.Bundle = func(ctx context.Context, number string, w io.Writer) error {
			if strings.HasSuffix(number, "0003") {
				return errors.New("disk on fire at /var/lib/secret")
			}
			return inner(ctx, number, w)
		}
	})
	empty, ended, contested := s.openCase(), s.openCase(), s.twoClaims() // JS-2026-0001, …
	for _, to := range []mediation.Status{mediation.Mediating, mediation.Settled} {
		if err := s.db.MoveCase(s.ctx, ended, 0, to, "", time0); err != nil {
			t.Fatal(err)
		}
	}
	run, err := s.db.CurrentRun(s.ctx, contested)
	if err != nil {
		t.Fatal(err)
	}
	year := strings.Split(empty, "-")[1]
	party := "?party=" + url.QueryEscape("甲方")
	for _, tc := range []struct {
		name, method, path, body string
		headers                  []string
		status                   int
	}{
		{"not_found", "GET", "/api/v1/cases/JS-1999-0001", "", nil, 404},
		{"no_run", "GET", "/api/v1/cases/" + empty + "/run", "", nil, 404},
		{"no_such_address", "GET", "/api/v1/nothing", "", nil, 404},
		{"method_not_allowed", "DELETE", "/api/v1/cases/" + empty, "", nil, 405},
		{"bad_request_query", "GET", "/api/v1/cases?kind=sea&accepted_from=2026-02-30&limit=0&colour=red", "", nil, 400},
		{"bad_request_values", "GET", "/api/v1/cases?kind=sea&accepted_from=2026-02-30&limit=0&area=45", "", nil, 400},
		{"bad_request_body", "POST", "/api/v1/cases", `{"kind":"sea","accepted_on":"yesterday","colour":"red"}`, nil, 400},
		{"bad_request_path", "GET", "/api/v1/runs/7", "", nil, 400},
		{"bad_request_nul", "POST", "/api/v1/cases", `{"kind":"land","title":"a\u0000b"}`, nil, 400},
		{"bad_request_twice", "POST", "/api/v1/cases", `{"kind":"land","kind":"water","title":"a"}`, nil, 400},
		{"bad_request_json", "POST", "/api/v1/cases", `{"kind":"land","title":"a"} and more`, nil, 400},
		{"bad_request_if_match", "POST", "/api/v1/cases/" + empty + "/moves", `{"to":"surveyed"}`, nil, 400},
		{"bad_cursor", "GET", "/api/v1/cases?cursor=xx", "", nil, 400},
		{"bad_tile", "GET", "/api/v1/runs/" + run.ID.String() + "/tiles/3/8/1.mvt", "", nil, 400},
		{"srid_not_working", "POST", "/api/v1/cases", `{"kind":"land","title":"a","srid":4490}`, nil, 422},
		{"stale", "POST", "/api/v1/cases/" + empty + "/moves", `{"to":"surveyed"}`, []string{"If-Match", `"7"`}, 412},
		{"move_not_allowed", "POST", "/api/v1/cases/" + empty + "/moves", `{"to":"settled"}`, []string{"If-Match", `"1"`}, 409},
		{"refused_file", "POST", "/api/v1/cases/" + empty + "/walks" + party, "this is no walk\n", []string{"Content-Type", "application/octet-stream"}, 422},
		{
			"refused_fix", "POST", "/api/v1/cases/" + empty + "/walks" + party,
			string(gpxWalk(109.3, 109.302)[:3000]),
			[]string{"Content-Type", "application/gpx+xml"},
			422,
		},
		{"case_ended", "POST", "/api/v1/cases/" + ended + "/walks" + party, string(gpxWalk(109.3, 109.302)), nil, 409},
		{"multipart", "POST", "/api/v1/cases/" + empty + "/walks" + party, "--x\r\n", []string{"Content-Type", "multipart/form-data; boundary=x"}, 415},
		{"body_too_large", "POST", "/api/v1/cases", `{"kind":"land","title":"` + strings.Repeat("a", 1<<20) + `"}`, nil, 413},
		{"fault", "GET", "/api/v1/cases/JS-" + year + "-0003/evidence.zip", "", nil, 500},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for _, language := range []string{"zh", "en"} {
				headers := append([]string{"Content-Type", "application/json", "X-Request-Id", "golden-request"}, tc.headers...)
				if language == "en" {
					headers = append(headers, "Accept-Language", "en-GB, zh;q=0.5")
				}
				a := s.do(tc.method, tc.path, strings.NewReader(tc.body), headers...).want(tc.status)
				if a.header.Get("Content-Type") != "application/problem+json" || a.header.Get("X-Request-Id") != "golden-request" {
					t.Errorf("Content-Type %q, X-Request-Id %q", a.header.Get("Content-Type"), a.header.Get("X-Request-Id"))
				}
				text := strings.ReplaceAll(string(a.body), "JS-"+year, "JS-YEAR")
				var pretty bytes.Buffer
				if err := json.Indent(&pretty, []byte(text), "", "  "); err != nil {
					t.Fatal(err)
				}
				golden(t, "problem_"+tc.name+"_"+language, pretty.Bytes())
			}
		})
	}
	if faults := s.log.lines(`"msg":"fault"`); len(faults) != 2 || !strings.Contains(faults[0], "disk on fire") {
		t.Errorf("two faults of ours were logged %d times: %v", len(faults), faults)
	}
}

func TestNothingThatIsNoTextGetsIn(t *testing.T) {
	s := open(t)
	number := s.openCase()
	for name, path := range map[string]string{
		"NUL in a query":              "/api/v1/cases?q=a%00b",
		"broken UTF-8 in a query":     "/api/v1/cases?q=%ff%fe",
		"a query that cannot be read": "/api/v1/cases?q=%zz",
		"broken UTF-8 in a path":      "/api/v1/cases/%ff",
		"NUL in a path":               "/api/v1/cases/a%00b",
		"a parameter twice":           "/api/v1/cases?kind=land&kind=water",
		"a misspelt parameter":        "/api/v1/statistics?knid=land",
		"a number that is none":       "/api/v1/cases?limit=ten",
		"a number beyond all bounds":  "/api/v1/cases?limit=99999999999999999999",
		"a uuid that is none":         "/api/v1/walks/7/fixes",
		"a zoom beyond all":           "/api/v1/orthophotos/6f9619ff-8b86-4d01-b42d-00cf4fc964ff/tiles/25/0/0.png",
		"a tile with another ending":  "/api/v1/orthophotos/6f9619ff-8b86-4d01-b42d-00cf4fc964ff/tiles/2/0/0.svg",
		"a column beyond all bounds":  "/api/v1/orthophotos/6f9619ff-8b86-4d01-b42d-00cf4fc964ff/tiles/2/99999999999999999999/0.png",
	} {
		if a := s.get(path); a.status != 400 {
			t.Errorf("%s: %d, want 400: %s", name, a.status, a.body)
		}
	}
	for name, body := range map[string]string{
		"a lone surrogate":      `{"kind":"land","title":"a\ud800b"}`,
		"broken UTF-8":          "{\"kind\":\"land\",\"title\":\"a\xffb\"}",
		"nothing":               ``,
		"half a document":       `{"kind":"land"`,
		"a list":                `[]`,
		"depth":                 strings.Repeat("[", 10_000),
		"null":                  `null`,
		"a number for a string": `{"kind":"land","title":7}`,
		"a member too many":     `{"kind":"land","title":"a","revision":9}`,
	} {
		if a := s.post("/api/v1/cases", body); a.status != 400 {
			t.Errorf("%s: %d, want 400: %s", name, a.status, a.body)
		}
	}
	if a := s.do(http.MethodPost, "/api/v1/cases", strings.NewReader(`kind=land`), "Content-Type", "text/plain"); a.status != 400 {
		t.Errorf("a form: %d, want 400: %s", a.status, a.body)
	}
	if a := s.get("/api/v1/cases?limit=100000"); a.status != 200 {
		t.Errorf("a limit above the most is clamped; got %d", a.status)
	}
	if a := s.get("/api/v1/cases/" + number); a.status != 200 {
		t.Errorf("the case is gone: %d", a.status)
	}
	var page api.CasePage
	s.get("/api/v1/cases").want(200).as(&page)
	if page.Total != 1 {
		t.Errorf("%d cases after all that was refused, want the one", page.Total)
	}
}

func TestLanguageFollowsThePerson(t *testing.T) {
	s := open(t)
	for accept, want := range map[string]string{
		"":                           "没有找到",
		"zh-CN,zh;q=0.9,en;q=0.8":    "没有找到",
		"en":                         "Not found",
		"en-US,en;q=0.9,zh;q=0.1":    "Not found",
		"de, en;q=0.5":               "Not found",
		"de":                         "没有找到",
		"*":                          "没有找到",
		"zh-TW":                      "没有找到",
		"\x80 nonsense;;q=a":         "没有找到",
		strings.Repeat("en,", 2_000): "Not found",
	} {
		var p api.Problem
		s.get("/api/v1/cases/JS-1999-0001", "Accept-Language", accept).want(404).as(&p)
		if p.Title != want {
			t.Errorf("Accept-Language %.30q: %q, want %q", accept, p.Title, want)
		}
	}
}

func TestAPointerLeadsToThePlace(t *testing.T) {
	s := open(t)
	var p api.Problem
	s.post("/api/v1/cases", `{"kind":"sea","title":""}`).want(400).as(&p)
	got := ""
	for _, e := range *p.Errors {
		got += fmt.Sprintf("%s ", e.Pointer)
	}
	if got != "/body/kind /body/title " {
		t.Errorf("pointers %q", got)
	}
}
