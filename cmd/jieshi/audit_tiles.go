package main

import (
	"context"
	"fmt"

	"jieshi/ingest"
	"jieshi/ingest/raster"
	"jieshi/ingest/vector"
	"jieshi/internal/postgres"
	"jieshi/mediation"
)

// usualMaxZoom is how far tiles are written when nobody says: a step of their grid
// is 15 cm there, and each level more has up to four times the tiles.
const usualMaxZoom = 16

// exportTiles writes the vector tiles of an audit, those that the server answers
// with, as MBTiles.
func (p *program) exportTiles(ctx context.Context, db *postgres.DB, audit postgres.Audit, out string, maxZoom int, result *exportJSON) error {
	box, err := db.AuditBox(ctx, audit.ID)
	if err != nil {
		return err
	}
	title := audit.Layer
	if audit.Against != "" {
		title += " × " + audit.Against
	}
	about := vector.TileSet{
		Name:        fmt.Sprintf("jieshi audit %d: %s", audit.ID, title),
		Description: fmt.Sprintf("%s, sha256 %s", audit.Engine, audit.Checksum),
		Bounds:      box, MaxZoom: maxZoom,
	}
	for _, l := range mediation.AuditTileLayers() {
		if l.MinZoom <= maxZoom {
			about.Layers = append(about.Layers, vector.TileSetLayer{ID: l.ID, Fields: l.Fields, MinZoom: l.MinZoom, MaxZoom: min(l.MaxZoom, maxZoom)})
		}
	}
	show := p.progress()
	defer show.end()
	return vector.WriteMBTiles(out, about, func(add func(z, x, y int, tile []byte) error) error {
		version, err := db.AuditTiles(ctx, audit.ID, maxZoom, func(z, x, y int, tile []byte, done, total int) error {
			result.Tiles++
			show.stage(raster.Progress{Stage: "tiles", Done: float64(done) / float64(total)})
			return add(z, x, y, tile)
		})
		if err == nil && version != audit.Checksum.String() {
			err = unfinishedAudit(audit) // a parcel has changed since it was looked up
		}
		result.Overlaps = int(audit.Pairs)
		return err
	})
}

func unfinishedAudit(audit postgres.Audit) *ingest.Refusal {
	return &ingest.Refusal{
		Code: "audit_unfinished", Where: fmt.Sprint(audit.ID),
		Reason: ingest.Text{ZH: "核查尚未完成，结果不完整。", EN: "The audit is not finished, so its result is not complete."},
		Remedy: ingest.Text{ZH: "请先运行 jieshi audit run " + audit.Layer + "。", EN: "Run jieshi audit run " + audit.Layer + " first."},
	}
}
