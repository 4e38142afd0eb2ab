package api_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"jieshi/api"
)

func TestAnswersCarryTheirGuards(t *testing.T) {
	s := open(t)
	number := s.twoClaims()
	h := s.get("/api/v1/cases/" + number).want(200).header
	for name, want := range map[string]string{
		"X-Content-Type-Options":  "nosniff",
		"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
		"Cache-Control":           "private, no-cache",
		"Content-Type":            "application/json",
	} {
		if h.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, h.Get(name), want)
		}
	}
	if page := s.get("/cases/x").want(200).header; page.Get("Content-Security-Policy") != "" {
		t.Error("the page has its own policy, not that of the API")
	}
	r, _ := http.NewRequestWithContext(s.ctx, http.MethodGet, s.server.URL+"/api/v1/openapi.json", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	response, err := s.server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.Header.Get("Content-Encoding") != "gzip" || !strings.Contains(strings.Join(response.Header.Values("Vary"), ","), "Accept-Encoding") {
		t.Errorf("the contract comes as %v", response.Header)
	}
	id := s.get("/api/v1/about", "X-Request-Id", "spaces are not taken over").header.Get("X-Request-Id")
	if !regexp.MustCompile(`^[A-Z2-7]{26}$`).MatchString(id) {
		t.Errorf("request id %q", id)
	}
	allowed := s.do(http.MethodPut, "/api/v1/cases/"+number, nil).want(405)
	if allowed.header.Get("Allow") != "GET, HEAD" {
		t.Errorf("Allow: %q", allowed.header.Get("Allow"))
	}
}

func TestTheLogKnowsTheRouteAndNoSecret(t *testing.T) {
	s := open(t)
	s.get("/api/v1/cases?q=SECRET-NAME", "X-Request-Id", "request-0001").want(200)
	s.get("/api/v1/sessions/SECRET-NAMEAAAAAAAAAAAAAAAAAAAAAA").want(404)
	s.get("/sessions/SECRET-NAMEAAAAAAAAAAAAAAAAAAAAAA").want(200)
	if lines := s.log.lines("SECRET-NAME"); len(lines) > 0 {
		t.Errorf("the log holds what was asked for: %v", lines)
	}
	lines := s.log.lines(`"operation":"listCases"`)
	if len(lines) != 1 || !strings.Contains(lines[0], `"status":200`) || !strings.Contains(lines[0], `"request_id":"request-0001"`) || !strings.Contains(lines[0], `"route":"/api/v1/cases"`) {
		t.Errorf("log of the list: %v", lines)
	}
}

func TestMetricsCountByOperation(t *testing.T) {
	s := open(t)
	s.get("/api/v1/cases").want(200)
	s.get("/api/v1/cases/JS-1999-0001").want(404)
	s.get("/api/v1/runs/x/claims").want(400)
	s.get("/api/v1/whatever").want(404)
	text := string(s.get("/metrics").want(200).body)
	for _, want := range []string{
		`jieshi_http_request_duration_seconds_count{operation="listCases",status="200"} 1`,
		`jieshi_http_request_duration_seconds_count{operation="readCase",status="404"} 1`,
		`jieshi_http_request_duration_seconds_count{operation="listRunClaims",status="400"} 1`,
		`jieshi_http_request_duration_seconds_count{operation="none",status="404"} 1`,
		"jieshi_http_requests_open 1",
		"go_goroutines ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("metrics have no %s", want)
		}
	}
	apart := open(t, func(_ *site, c *api.Config) { c.MetricsSeparate = true })
	if page := apart.get("/metrics"); string(page.body) != "the page" {
		t.Errorf("metrics are served here, too: %.100s", page.body)
	}
}

func TestWhatIsBehindMustAnswer(t *testing.T) {
	s := open(t, func(_ *site, c *api.Config) {
		c.Ready = func(context.Context) error { return errors.New("password=secret refused") }
	})
	s.get("/healthz").want(200)
	if a := s.get("/readyz").want(503); strings.Contains(string(a.body), "secret") {
		t.Errorf("readyz says too much: %s", a.body)
	}
}

// An archive that breaks off must not look whole.
func TestABrokenDownloadIsSeenToBeBroken(t *testing.T) {
	s := open(t, func(_ *site, c *api.Config) {
		c.Bundle = func(_ context.Context, _ string, w io.Writer) error {
			if _, err := w.Write(make([]byte, 1<<20)); err != nil {
				return err
			}
			return errors.New("disk full")
		}
	})
	r, _ := http.NewRequestWithContext(s.ctx, http.MethodGet, s.server.URL+"/api/v1/cases/"+s.openCase()+"/evidence.zip", nil)
	response, err := s.server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if n, err := io.Copy(io.Discard, response.Body); err == nil {
		t.Errorf("%d bytes came, and no error", n)
	}
	if faults := s.log.lines("disk full"); len(faults) != 1 {
		t.Errorf("the fault was logged %d times", len(faults))
	}
}

func TestAPanicIsAFaultAndNoEnd(t *testing.T) {
	s := open(t, func(_ *site, c *api.Config) {
		c.Bundle = func(context.Context, string, io.Writer) error { panic("a mistake of ours") }
	})
	var p api.Problem
	s.get("/api/v1/cases/" + s.openCase() + "/evidence.zip").want(500).as(&p)
	if p.Code != "fault" || strings.Contains(*p.Detail, "mistake") {
		t.Errorf("problem %+v", p)
	}
	if faults := s.log.lines("a mistake of ours"); len(faults) != 1 {
		t.Errorf("the fault was logged %d times", len(faults))
	}
	s.get("/api/v1/cases").want(200)
}

func TestAnAnswerThatTakesTooLongIsStopped(t *testing.T) {
	s := open(t, func(_ *site, c *api.Config) { c.Timeout = time.Nanosecond })
	var p api.Problem
	a := s.get("/api/v1/cases").want(503)
	a.as(&p)
	if p.Code != "timeout" || a.header.Get("Retry-After") == "" {
		t.Errorf("problem %+v", p)
	}
}

func TestAServerIsNotMadeOfNothing(t *testing.T) {
	if _, err := api.New(api.Config{}); err == nil {
		t.Error("New() of nothing returns no error")
	}
}
