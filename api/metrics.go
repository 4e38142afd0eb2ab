package api

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

type metrics struct {
	requests *prometheus.HistogramVec
	open     prometheus.Gauge
}

// newMetrics registers the metrics of this handler, and those of the Go runtime
// unless somebody did before.
func newMetrics(r *prometheus.Registry) (*metrics, error) {
	m := &metrics{
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "jieshi_http_request_duration_seconds",
			Help:    "How long requests took, by operation of the contract and status.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 120, 600},
		}, []string{"operation", "status"}),
		open: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "jieshi_http_requests_open",
			Help: "Requests being answered just now.",
		}),
	}
	if err := errors.Join(r.Register(m.requests), r.Register(m.open)); err != nil {
		return nil, fmt.Errorf("api: metrics: %w", err)
	}
	for _, c := range []prometheus.Collector{
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	} {
		known := prometheus.AlreadyRegisteredError{}
		if err := r.Register(c); err != nil && !errors.As(err, &known) {
			return nil, fmt.Errorf("api: metrics: %w", err)
		}
	}
	return m, nil
}

func metricsHandler(r *prometheus.Registry) http.Handler {
	return promhttp.HandlerFor(r, promhttp.HandlerOpts{})
}

const operationKey = "operation"

// operationOf names what was asked for: an operation of the contract, or what
// else the address means. It has few values, as a label must.
func operationOf(c echo.Context) string {
	if operation, ok := c.Get(operationKey).(string); ok {
		return operation
	}
	switch path := c.Path(); path {
	case "/healthz", "/readyz", "/metrics":
		return path[1:]
	case basePath + "/openapi.json":
		return "openapi"
	case "/", "/*":
		return "page"
	default:
		return "none"
	}
}
