package main

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"jieshi/api"
	"jieshi/ingest/raster"
	"jieshi/internal/bundle"
	"jieshi/mediation"
	"jieshi/web"
)

// handlers are what the program serves.
type handlers struct {
	site    http.Handler
	metrics http.Handler // for an address of its own
	drain   func()       // ends answers that have no end of their own
	close   func()       // to be called when the last request is answered
}

// handlers introduces the store, the files and the page to the API.
func (p *program) handlers(a *app) (h handlers, err error) {
	tiles, err := raster.NewTileSource(raster.TileOptions{Log: p.log})
	if err != nil {
		return h, err
	}
	events := a.db.OpenEvents(p.log)
	h.drain = events.Close
	h.close = func() {
		events.Close()
		if err := tiles.Close(); err != nil {
			p.log.Warn("tiles", "error", err)
		}
	}
	registry := prometheus.NewRegistry()
	if err := observeJobs(registry, a, p.log); err != nil {
		h.close()
		return h, err
	}
	h.metrics = promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
	h.site, err = api.New(api.Config{
		Store: a.db, Intake: a.intake, Uploads: a.uploads, Events: events, Tiles: tiles, Files: a.files,
		Record: func(ctx context.Context, walk uuid.UUID, w io.Writer) error { return p.writeRecord(ctx, a, walk, w) },
		Bundle: func(ctx context.Context, number string, w io.Writer) error {
			b, err := a.db.Bundle(ctx, number)
			if err != nil {
				return err
			}
			return bundle.WriteZip(ctx, w, b, p.bundleOptions(a))
		},
		Page:  web.Handler(),
		Actor: mediation.Actor{Name: p.config.Actor}, PublicURL: p.config.PublicURL,
		Version: version, Engines: map[string]string{"gdal": raster.EngineName()},
		Log: p.log, Ready: a.db.Ping, Registry: registry, MetricsSeparate: p.config.MetricsListen != "",
	})
	if err != nil {
		h.close()
		return h, fmt.Errorf("server: %w", err)
	}
	return h, nil
}
