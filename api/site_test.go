package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/google/uuid"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"

	"jieshi/api"
	"jieshi/ingest/raster"
	"jieshi/internal/blob"
	"jieshi/internal/bundle"
	"jieshi/internal/intake"
	"jieshi/internal/pgserver/pgtest"
	"jieshi/internal/postgres"
	"jieshi/internal/upload"
	"jieshi/mediation"
)

// The database of the program is all that the API asks for.
var _ api.Store = (*postgres.DB)(nil)

// A site is a whole server over a database and a folder of its own.
type site struct {
	t      *testing.T
	ctx    context.Context // of the test, with a surveyor acting
	db     *postgres.DB
	dsn    string
	files  *blob.Store
	intake *intake.Intake
	stored string // the folder of files
	log    *logBook
	server *httptest.Server
	routes routers.Router
}

// open starts a site; change may alter how it is put together.
func open(t *testing.T, change ...func(*site, *api.Config)) *site {
	t.Helper()
	s := &site{t: t, dsn: pgtest.Schema(t), log: &logBook{}}
	s.ctx = mediation.WithActor(t.Context(), mediation.Actor{Name: "测绘员 surveyor"})
	if _, err := postgres.Migrate(s.ctx, s.dsn); err != nil {
		t.Fatal(err)
	}
	s.stored = t.TempDir()
	s.reopen()
	log := slog.New(slog.NewJSONHandler(s.log, nil))
	tiles, err := raster.NewTileSource(raster.TileOptions{Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tiles.Close() })
	events := s.db.OpenEvents(log)
	t.Cleanup(events.Close)
	s.intake = &intake.Intake{Store: s.db, Files: s.files, Log: log, Raster: raster.Config{WorkRoot: t.TempDir(), Log: log}}
	c := api.Config{
		Store: s.db, Tiles: tiles, Files: s.files, Events: events,
		Uploads: &upload.Desk{Store: s.db, Files: s.files, Log: log, Idle: 5 * time.Second},
		Intake:  s.intake,
		Record: func(_ context.Context, walk uuid.UUID, w io.Writer) error {
			_, err := io.WriteString(w, "%PDF- "+walk.String())
			return err
		},
		Bundle: func(ctx context.Context, number string, w io.Writer) error {
			b, err := s.db.Bundle(ctx, number)
			if err != nil {
				return err
			}
			return bundle.WriteZip(ctx, w, b, bundle.Options{Open: s.files.Open, Software: "jieshi test"})
		},
		Page:  http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "the page") }),
		Actor: mediation.Actor{Name: "测绘员 surveyor"}, PublicURL: "https://map.example", Version: "test",
		Engines: map[string]string{"gdal": raster.EngineName()}, Log: log, Ready: s.db.Ping,
	}
	for _, f := range change {
		f(s, &c)
	}
	handler, err := api.New(c)
	if err != nil {
		t.Fatal(err)
	}
	s.server = httptest.NewServer(handler)
	t.Cleanup(s.server.Close)
	spec, err := api.Contract()
	if err != nil {
		t.Fatal(err)
	}
	if s.routes, err = gorillamux.NewRouter(spec); err != nil {
		t.Fatal(err)
	}
	return s
}

// reopen opens database and files.
func (s *site) reopen() {
	s.t.Helper()
	var err error
	if s.db, err = postgres.Open(s.ctx, s.dsn, "jieshi test"); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(s.db.Close)
	if s.files, err = blob.Open(s.stored); err != nil {
		s.t.Fatal(err)
	}
}

// An answer is what came back, read whole.
type answer struct {
	t      *testing.T
	status int
	header http.Header
	body   []byte
}

// as reads the body into v.
func (a answer) as(v any) {
	a.t.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		a.t.Fatalf("%v in %s", err, a.body)
	}
}

// want ends the test unless the status is this one.
func (a answer) want(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	return a
}

func (s *site) get(path string, headers ...string) answer {
	s.t.Helper()
	return s.do(http.MethodGet, path, nil, headers...)
}

func (s *site) post(path, body string, headers ...string) answer {
	s.t.Helper()
	return s.do(http.MethodPost, path, strings.NewReader(body), append([]string{"Content-Type", "application/json"}, headers...)...)
}

func (s *site) upload(path string, body []byte) answer {
	s.t.Helper()
	return s.do(http.MethodPost, path, bytes.NewReader(body), "Content-Type", "application/octet-stream")
}

// do asks, and holds every answer of the API against the contract.
func (s *site) do(method, path string, body io.Reader, headers ...string) answer {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.ctx, method, s.server.URL+path, body)
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := s.server.Client().Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	a := answer{t: s.t, status: response.StatusCode, header: response.Header, body: content}
	s.keepsContract(r, a)
	return a
}

func init() {
	for _, mediaType := range []string{
		"image/png", "image/jpeg", "image/webp", "application/zip", "application/vnd.mapbox-vector-tile",
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "text/csv",
	} {
		openapi3filter.RegisterBodyDecoder(mediaType, openapi3filter.FileBodyDecoder)
	}
}

func (s *site) keepsContract(r *http.Request, a answer) {
	s.t.Helper()
	route, path, err := s.routes.FindRoute(r)
	if err != nil {
		return // no operation of the contract
	}
	if strings.HasSuffix(a.header.Get("Content-Type"), "json") && bytes.Contains(a.body, []byte(":null")) {
		s.t.Errorf("%s %s answers with a null: %s", r.Method, r.URL.Path, a.body)
	}
	if bytes.Contains(a.body, []byte(`"crs":{"type":"name"`)) {
		s.t.Errorf("%s %s answers with GeoJSON that has a crs member (RFC 7946 section 4)", r.Method, r.URL.Path)
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, Route: route, PathParams: path},
		Status:                 a.status, Header: a.header,
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	}
	input.SetBodyBytes(a.body)
	if a.status == http.StatusNoContent || a.status == http.StatusNotModified {
		if len(a.body) > 0 {
			s.t.Errorf("%s %s answers %d with a body", r.Method, r.URL.Path, a.status)
		}
		return
	}
	if err := openapi3filter.ValidateResponse(s.ctx, input); err != nil {
		s.t.Errorf("%s %s answers %d against the contract: %v\n%.2000s", r.Method, r.URL.Path, a.status, err, a.body)
	}
	if strings.Contains(a.header.Get("Content-Type"), "geo+json") {
		isRFC7946(s.t, a.body)
	}
}

// openCase opens a land case that works in EPSG:4545.
func (s *site) openCase() string {
	s.t.Helper()
	number, err := s.db.CreateCase(s.ctx, mediation.NewCase{Kind: mediation.Land, Title: "榄冲岭", SRID: 4545}, "")
	if err != nil {
		s.t.Fatal(err)
	}
	return number
}

// claim saves a box that a party drew, metres from (632000, 2683000) in EPSG:4545.
func (s *site) claim(number, party string, x1, y1, x2, y2 float64) {
	s.t.Helper()
	box := orb.MultiPolygon{orb.Bound{Min: orb.Point{632000 + x1, 2683000 + y1}, Max: orb.Point{632000 + x2, 2683000 + y2}}.ToPolygon()}
	if _, _, err := s.db.SaveClaim(s.ctx, number, party, "drawing", 0.05, ewkb.MustMarshal(box, 4545)); err != nil {
		s.t.Fatal(err)
	}
}

// twoClaims opens a case in which two parties claim 2,000 m² of one ground.
//
//	100 +--------------+
//	    |  A       +---|---------+
//	    |          |///|         |
//	  0 +----------+---+  B      |
//	               +-------------+ -0
//	    0         80  100       200
func (s *site) twoClaims() string {
	s.t.Helper()
	number := s.openCase()
	s.claim(number, "龙塘村第三村民小组", 0, 0, 100, 100)
	s.claim(number, "古蓬村第一村民小组", 80, 0, 200, 100)
	return number
}

// A logBook keeps what was logged, line by line.
type logBook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logBook) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logBook) lines(with string) (found []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.Lines(l.text.String()) {
		if strings.Contains(line, with) {
			found = append(found, line)
		}
	}
	return found
}
