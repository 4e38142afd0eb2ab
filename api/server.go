package api

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"github.com/prometheus/client_golang/prometheus"

	"jieshi/mediation"
)

// basePath is where the contract lies.
const basePath = "/api/v1"

// Store is the part of the database that the API needs, noun by noun.
type Store interface {
	caseStore
	claimReader
	claimWithdrawer
	auditReader
	overlapStore
	bandReader
	walkReader
	orthophotoReader
	uploadReader
	flightReader
	jobStore
	packageStore
	runReader
	evidenceStore
	sessionStore
	proposalStore
	areaReader
	statistician
	crsReader
	engineReader
}

// Intake takes in what a surveyor brings.
type Intake interface {
	walkTaker
	mosaicTaker
	orthophotoTaker
	jobTaker
	packageMaker
}

// Config is everything that the API is made of.
type Config struct {
	// Store is the database. Required.
	Store Store
	// Intake takes in walks and orthophotos. Required.
	Intake Intake
	// Uploads takes files over lines that break. Required.
	Uploads Uploads
	// Events wakes the streams of events of jobs. Required.
	Events eventWaker
	// Tiles draws tiles from display COGs. Required.
	Tiles tileDrawer
	// Files opens stored files by their hash. Required.
	Files fileOpener
	// Bundle writes the evidence bundle of a case as a zip. It writes nothing
	// before it knows that there is a bundle to write. Required.
	Bundle func(ctx context.Context, caseNumber string, w io.Writer) error
	// Record writes the field record of a walk as a PDF. Required.
	Record func(ctx context.Context, walk uuid.UUID, w io.Writer) error
	// Page answers every address outside /api. Nil answers 404 there.
	Page http.Handler
	// Actor is who every request acts as. Required: the store writes for nobody else.
	Actor mediation.Actor
	// PublicURL is what links to the map begin with, without a slash at the
	// end. Empty makes them begin with a slash.
	PublicURL string
	// Version is the version of this program.
	Version string
	// Engines are versions of what works beside the database ("gdal").
	Engines map[string]string
	// Log gets one line a request and one for each fault of ours. Defaults to
	// slog.Default().
	Log *slog.Logger
	// Registry gets the metrics. Defaults to one of its own.
	Registry *prometheus.Registry
	// MetricsSeparate leaves /metrics out: the caller serves Registry elsewhere.
	MetricsSeparate bool
	// Ready reports whether everything behind the API answers. Nil is ready.
	Ready func(ctx context.Context) error
	// Timeout is how long a request may take that neither uploads nor downloads
	// files. Defaults to 60 s.
	Timeout time.Duration
	// Idle is how long an upload or download may stand still. Defaults to 60 s.
	Idle time.Duration
	// EventPatience is how long a client may take to read the events that were sent.
	// One that takes longer is dropped, and can go on where it was. Defaults to 20 s.
	EventPatience time.Duration
}

func (c *Config) check() error {
	switch {
	case c.Store == nil, c.Intake == nil, c.Uploads == nil, c.Events == nil, c.Tiles == nil, c.Files == nil, c.Bundle == nil, c.Record == nil:
		return errors.New("api: Store, Intake, Uploads, Events, Tiles, Files, Bundle and Record are required")
	case c.Actor.Name == "":
		return errors.New("api: an Actor with a name is required")
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Registry == nil {
		c.Registry = prometheus.NewRegistry()
	}
	if c.Timeout <= 0 {
		c.Timeout = time.Minute
	}
	if c.Idle <= 0 {
		c.Idle = time.Minute
	}
	if c.EventPatience <= 0 {
		c.EventPatience = 20 * time.Second
	}
	return nil
}

// server implements the operations of the contract; each noun has a file.
type server struct {
	Config
}

// New returns the handler of the whole address space: the contract below
// /api/v1, /healthz, /readyz, /metrics, and the page everywhere else. An error
// is a mistake in c or in the contract.
func New(c Config) (http.Handler, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	rules, err := newContract()
	if err != nil {
		return nil, err
	}
	metrics, err := newMetrics(c.Registry)
	if err != nil {
		return nil, err
	}
	s := &server{Config: c}
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.IPExtractor = echo.ExtractIPFromXFFHeader() // believes proxies in private networks only
	e.HTTPErrorHandler = s.answerProblem
	e.Use(
		identify,
		s.observe(metrics),
		s.survive,
		s.hurry,
		secure,
		middleware.GzipWithConfig(middleware.GzipConfig{Skipper: packedAlready, MinLength: 1 << 10}),
	)
	if err := s.routeOperations(e, rules); err != nil {
		return nil, err
	}
	s.routeOperator(e)
	return headAsGet(e), nil
}

func (s *server) routeOperations(e *echo.Echo, rules *contract) error {
	g := e.Group(basePath, s.act, rules.hold, s.pace)
	// The strict handlers stand directly behind the routes of the contract.
	RegisterHandlers(g, NewStrictHandler(s, nil))
	spec := rules.document
	e.GET(basePath+"/openapi.json", func(c echo.Context) error {
		return c.Blob(http.StatusOK, "application/vnd.oai.openapi+json;version=3.0", spec)
	})
	e.Any("/api", rules.missing)
	e.Any("/api/*", rules.missing)
	return s.routeUploads(g)
}

func (s *server) routeOperator(e *echo.Echo) {
	e.GET("/healthz", func(c echo.Context) error { return c.String(http.StatusOK, "ok\n") })
	e.GET("/readyz", func(c echo.Context) error {
		if s.Ready == nil {
			return c.String(http.StatusOK, "ready\n")
		}
		ctx, cancel := context.WithTimeout(c.Request().Context(), 5*time.Second)
		defer cancel()
		if err := s.Ready(ctx); err != nil {
			s.Log.WarnContext(ctx, "not ready", "error", err)
			return c.String(http.StatusServiceUnavailable, "not ready\n")
		}
		return c.String(http.StatusOK, "ready\n")
	})
	if !s.MetricsSeparate {
		e.GET("/metrics", echo.WrapHandler(metricsHandler(s.Registry)))
	}
	if s.Page != nil {
		page := echo.WrapHandler(s.Page)
		e.Any("/", page)
		e.Any("/*", page)
	}
}

// headAsGet answers HEAD like GET: net/http leaves the body out by itself. An
// upload has an answer of its own.
func headAsGet(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead && !strings.HasPrefix(r.URL.Path, uploadsPath+"/") {
			r = r.WithContext(r.Context())
			r.Method = http.MethodGet
		}
		next.ServeHTTP(w, r)
	})
}
