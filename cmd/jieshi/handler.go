package main

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"jieshi/api"
	"jieshi/ingest/raster"
	"jieshi/internal/bundle"
	"jieshi/mediation"
	"jieshi/web"
)

// handler introduces the store, the files and the page to the API. The caller
// calls closeTiles when the last request is answered.
func (p *program) handler(a *app) (handler http.Handler, closeTiles func(), err error) {
	tiles, err := raster.NewTileSource(raster.TileOptions{Log: p.log})
	if err != nil {
		return nil, nil, err
	}
	handler, err = api.New(api.Config{
		Store: a.db, Intake: a.intake, Tiles: tiles, Files: a.files,
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
		Log: p.log, Ready: a.db.Ping,
	})
	closeTiles = func() {
		if err := tiles.Close(); err != nil {
			p.log.Warn("tiles", "error", err)
		}
	}
	if err != nil {
		closeTiles()
		return nil, nil, fmt.Errorf("server: %w", err)
	}
	return handler, closeTiles, nil
}
