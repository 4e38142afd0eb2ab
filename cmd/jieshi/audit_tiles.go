package main

import (
	"context"

	"jieshi/ingest/raster"
	"jieshi/internal/offline"
	"jieshi/internal/postgres"
)

// exportTiles writes the vector tiles of an audit, those that the server answers
// with, as MBTiles.
func (p *program) exportTiles(ctx context.Context, db *postgres.DB, audit postgres.Audit, out string, maxZoom int, result *exportJSON) error {
	box, err := db.AuditBox(ctx, audit.ID)
	if err != nil {
		return err
	}
	contents, err := offline.OfAudit(audit, box, maxZoom)
	if err != nil {
		return err
	}
	show := p.progress()
	defer show.end()
	tiles, err := offline.WriteAudit(ctx, db, contents, out, func(done, total int64) {
		show.stage(raster.Progress{Stage: "tiles", Done: float64(done) / float64(total)})
	})
	result.Tiles, result.Overlaps = int(tiles), int(audit.Pairs)
	return err
}
