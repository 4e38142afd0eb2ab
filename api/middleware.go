package api

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"jieshi/mediation"
)

// saneID is what may be taken over as the id of a request from a proxy.
var saneID = regexp.MustCompile(`^[A-Za-z0-9._-]{8,64}$`)

// identify gives every request an id, which stands in the answer, in the log
// and in every problem, so that a person can tell us which one went wrong.
func identify(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		id := c.Request().Header.Get(echo.HeaderXRequestID)
		if !saneID.MatchString(id) {
			id = rand.Text()
		}
		c.Response().Header().Set(echo.HeaderXRequestID, id)
		return next(c)
	}
}

func requestID(c echo.Context) string { return c.Response().Header().Get(echo.HeaderXRequestID) }

// observe writes the access log and the metrics. The log names the route, not
// the address: an address may hold the token of a session, a query may hold names.
func (s *server) observe(m *metrics) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			began := time.Now()
			m.open.Inc()
			defer func() {
				m.open.Dec()
				status, took := c.Response().Status, time.Since(began)
				m.requests.WithLabelValues(operationOf(c), fmt.Sprint(status)).Observe(took.Seconds())
				s.Log.InfoContext(c.Request().Context(), "request",
					"request_id", requestID(c), "method", c.Request().Method, "route", c.Path(), "operation", operationOf(c),
					"status", status, "bytes", c.Response().Size, "ms", float64(took.Microseconds())/1000, "remote", c.RealIP())
			}()
			if err := next(c); err != nil {
				c.Error(err) // writes the problem, so that its status is known here
			}
			return nil
		}
	}
}

// survive turns a panic into a problem; only the one that net/http knows for
// an answer that broke off goes on.
func (s *server) survive(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			switch r := recover(); r {
			case nil:
			case http.ErrAbortHandler:
				panic(r)
			default:
				err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
			}
		}()
		return next(c)
	}
}

// secure sets what every answer of ours carries. The page sets its own policy
// over this one.
func secure(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if path := c.Request().URL.Path; path == "/api" || strings.HasPrefix(path, "/api/") {
			h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
			h.Set("Cache-Control", "private, no-cache")
			h.Add("Vary", "Accept-Language")
		}
		return next(c)
	}
}

// packedAlready leaves streams, which a packer would hold back, pictures, workbooks, packages and archives as they are, and vector
// tiles too: their strong ETag names these very bytes.
func packedAlready(c echo.Context) bool {
	path := c.Request().URL.Path
	return strings.HasSuffix(path, "/events") || strings.Contains(path, "/tiles/") || strings.HasSuffix(path, "/thumbnail") ||
		strings.HasSuffix(path, ".zip") || strings.HasSuffix(path, ".xlsx") || strings.HasSuffix(path, "/mbtiles") || !strings.HasPrefix(path, "/api/")
}

// act lets every request act as the configured person. Who logs in will take
// this place.
func (s *server) act(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		c.SetRequest(r.WithContext(mediation.WithActor(r.Context(), s.Actor)))
		return next(c)
	}
}

// transfers are the operations that move whole files: they may take hours, but
// not stand still.
var transfers = map[string]bool{
	"uploadWalk": true, "uploadOrthophoto": true, "exportEvidence": true, "putUpload": true, "downloadPackage": true,
}

// own are the operations that look after their deadlines themselves.
var own = map[string]bool{
	"createUpload": true, "appendUpload": true, "uploadOffset": true, "removeUpload": true, "jobEvents": true, "caseEvents": true,
}

// pace bounds how long a request takes, or for transfers how long it stands still.
func (s *server) pace(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if own[operationOf(c)] {
			return next(c)
		}
		if transfers[operationOf(c)] {
			r.Body = &patientBody{ReadCloser: r.Body, response: http.NewResponseController(c.Response()), idle: s.Idle}
			return next(c)
		}
		ctx, cancel := context.WithTimeout(r.Context(), s.Timeout)
		defer cancel()
		c.SetRequest(r.WithContext(ctx))
		return next(c)
	}
}

// hurry bounds how long the answer of every request may be under way; transfers
// push their end ahead as they move. It is set anew with each request, since a
// connection keeps the one of the request before.
func (s *server) hurry(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := setDeadline(http.NewResponseController(c.Response()).SetWriteDeadline, s.Timeout+s.Idle); err != nil {
			return err
		}
		return next(c)
	}
}

// setDeadline sets a deadline of the connection from now, or none for 0. Not
// every ResponseWriter has one.
func setDeadline(set func(time.Time) error, after time.Duration) error {
	var at time.Time
	if after > 0 {
		at = time.Now().Add(after)
	}
	if err := set(at); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return fmt.Errorf("api: deadline: %w", err)
	}
	return nil
}

// patientBody gives the sender of a long file another while with every read.
type patientBody struct {
	io.ReadCloser
	response *http.ResponseController
	idle     time.Duration
}

func (b *patientBody) Read(p []byte) (int, error) {
	if err := setDeadline(b.response.SetReadDeadline, b.idle); err != nil {
		return 0, err
	}
	n, err := b.ReadCloser.Read(p)
	switch {
	case errors.Is(err, io.EOF):
		// The sender has done its part. What follows is ours to compute, and
		// takes as long as it takes.
		if err := errors.Join(setDeadline(b.response.SetReadDeadline, 0), setDeadline(b.response.SetWriteDeadline, 0)); err != nil {
			return n, err
		}
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, io.ErrUnexpectedEOF):
		return n, &brokenUpload{err}
	}
	return n, err
}

// brokenUpload says that the sender went away or stood still.
type brokenUpload struct{ err error }

func (b *brokenUpload) Error() string { return "api: the upload broke off: " + b.err.Error() }
func (b *brokenUpload) Unwrap() error { return b.err }

// patientWriter gives the reader of a long answer another while with every write.
type patientWriter struct {
	w    http.ResponseWriter
	idle time.Duration
}

func (p patientWriter) Write(b []byte) (int, error) {
	if err := setDeadline(http.NewResponseController(p.w).SetWriteDeadline, p.idle); err != nil {
		return 0, err
	}
	return p.w.Write(b)
}
