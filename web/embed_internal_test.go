package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func packed(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestHandlerServesThePageAndItsFiles(t *testing.T) {
	t.Parallel()
	const script = "console.log('boundary stone')"
	site := handlerOf(fstest.MapFS{
		"index.html":               {Data: []byte("<title>page</title>")},
		"favicon.svg":              {Data: []byte("<svg/>")},
		"assets/main-abc123.js":    {Data: []byte(script)},
		"assets/main-abc123.js.gz": {Data: packed(t, script)},
	})
	for _, tc := range []struct {
		name, method, path string
		status             int
		body, cache        string
	}{
		{"the root is the page", "GET", "/", 200, "<title>page</title>", "no-cache"},
		{"a view's address is the page", "GET", "/cases/%E6%A1%88-1?piece=2", 200, "<title>page</title>", "no-cache"},
		{"a hashed file is kept for ever", "GET", "/assets/main-abc123.js", 200, script, "public, max-age=31536000, immutable"},
		{"another file is asked for again", "GET", "/favicon.svg", 200, "<svg/>", "no-cache"},
		{"a file of another build is not the page", "GET", "/assets/main-old.js", 404, "404 page not found\n", ""},
		{"an unknown API address is not the page", "GET", "/api/v1/nothing", 404, "404 page not found\n", ""},
		{"dots lead nowhere", "GET", "/assets/../../embed.go", 200, "<title>page</title>", "no-cache"},
		{"the page takes nothing in", "POST", "/cases", 405, "The page can only be read.\n", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			answer := httptest.NewRecorder()
			site.ServeHTTP(answer, httptest.NewRequest(tc.method, tc.path, nil))
			if answer.Code != tc.status || answer.Body.String() != tc.body {
				t.Errorf("got %d %q, want %d %q", answer.Code, answer.Body, tc.status, tc.body)
			}
			if got := answer.Header().Get("Cache-Control"); got != tc.cache {
				t.Errorf("got Cache-Control %q, want %q", got, tc.cache)
			}
		})
	}
}

func TestHandlerSendsThePackedFileToWhoTakesIt(t *testing.T) {
	t.Parallel()
	site := handlerOf(fstest.MapFS{
		"index.html":       {Data: []byte("page")},
		"assets/a-1.js":    {Data: []byte("plain")},
		"assets/a-1.js.gz": {Data: packed(t, "plain")},
		"assets/a-1.js.br": {Data: []byte("stands for brotli")},
	})
	for accept, want := range map[string]string{
		"gzip": "gzip", "gzip, deflate, br, zstd": "br", "br;q=0, GZIP;q=0.5": "gzip", "gzip;q=0": "", "": "",
	} {
		request := httptest.NewRequest(http.MethodGet, "/assets/a-1.js", nil)
		request.Header.Set("Accept-Encoding", accept)
		answer := httptest.NewRecorder()
		site.ServeHTTP(answer, request)
		if got := answer.Header().Get("Content-Encoding"); got != want {
			t.Errorf("Accept-Encoding %q: got %q, want %q", accept, got, want)
		}
		if got := answer.Header().Get("Content-Type"); !strings.HasPrefix(got, "text/javascript") {
			t.Errorf("Accept-Encoding %q: got type %q, want text/javascript", accept, got)
		}
	}
}

func TestHandlerNamesTheTypeOfTheKernel(t *testing.T) {
	t.Parallel()
	site := handlerOf(fstest.MapFS{"index.html": {Data: []byte("page")}, "assets/kernel-1.wasm": {Data: []byte("\x00asm")}})
	answer := httptest.NewRecorder()
	site.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/assets/kernel-1.wasm", nil))
	if got := answer.Header().Get("Content-Type"); got != "application/wasm" {
		t.Errorf("got type %q; browsers compile while loading only application/wasm", got)
	}
}

func TestHandlerSaysThatThePageWasNotBuilt(t *testing.T) {
	t.Parallel()
	answer := httptest.NewRecorder()
	handlerOf(fstest.MapFS{".gitkeep": {}}).ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/", nil))
	if answer.Code != http.StatusServiceUnavailable || !strings.Contains(answer.Body.String(), "make web") {
		t.Errorf("got %d %q, want 503 and what to do", answer.Code, answer.Body)
	}
}

func TestThePageRunsNoScriptButItsOwn(t *testing.T) {
	t.Parallel()
	answer := httptest.NewRecorder()
	handlerOf(fstest.MapFS{"index.html": {Data: []byte("page")}}).ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/", nil))
	if policy := answer.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "script-src 'self' 'wasm-unsafe-eval';") {
		t.Errorf("got policy %q, want scripts and WebAssembly of its own only", policy)
	}
}
