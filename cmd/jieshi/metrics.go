package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"jieshi/internal/postgres"
	"jieshi/mediation"
)

// jobGauges counts jobs and queues when it is asked: any process tells the same,
// since the database knows.
type jobGauges struct {
	db    *postgres.DB
	log   *slog.Logger
	jobs  *prometheus.Desc
	depth *prometheus.Desc
}

// observeJobs registers the metrics of jobs, and has the durations of those that
// end here observed.
func observeJobs(r *prometheus.Registry, a *app, log *slog.Logger) error {
	took := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "jieshi_job_duration_seconds",
		Help:    "How long jobs took that ended in this process, from the order to the end, by kind and end (ready, refused, failed).",
		Buckets: []float64{.1, .5, 1, 5, 15, 60, 300, 900, 3600, 4 * 3600},
	}, []string{"kind", "end"})
	a.intake.Observe = func(kind mediation.JobKind, end string, d time.Duration) {
		took.WithLabelValues(string(kind), end).Observe(d.Seconds())
	}
	gauges := &jobGauges{
		db: a.db, log: log,
		jobs:  prometheus.NewDesc("jieshi_jobs", "Jobs that have not ended, and those that failed, by kind and state.", []string{"kind", "state"}, nil),
		depth: prometheus.NewDesc("jieshi_queue_depth", "Jobs that wait for a worker, by queue.", []string{"queue"}, nil),
	}
	if err := errors.Join(r.Register(took), r.Register(gauges)); err != nil {
		return fmt.Errorf("metrics of jobs: %w", err)
	}
	return nil
}

// Describe names the gauges.
func (g *jobGauges) Describe(to chan<- *prometheus.Desc) {
	to <- g.jobs
	to <- g.depth
}

// Collect counts. What cannot be counted is left out and logged.
func (g *jobGauges) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	counts, err1 := g.db.CountJobs(ctx)
	depths, err2 := g.db.QueueDepths(ctx)
	if err := errors.Join(err1, err2); err != nil {
		g.log.WarnContext(ctx, "jobs are not counted", "error", err)
		return
	}
	for _, c := range counts {
		to <- prometheus.MustNewConstMetric(g.jobs, prometheus.GaugeValue, float64(c.Jobs), string(c.Kind), string(c.State))
	}
	for _, queue := range postgres.Queues {
		to <- prometheus.MustNewConstMetric(g.depth, prometheus.GaugeValue, float64(depths[queue]), queue)
	}
}
