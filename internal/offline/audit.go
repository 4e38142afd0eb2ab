package offline

import (
	"context"
	"fmt"

	"jieshi/ingest"
	"jieshi/ingest/vector"
	"jieshi/mediation"
)

// UsualMaxZoom is how far tiles of an audit are written when nobody says: a step of
// their grid is 15 cm there, and each level more has up to four times the tiles.
const UsualMaxZoom = 16

// OfAudit returns the contents of a package of the vector tiles of a finished audit,
// whose parcels lie in box (degrees; nil: it has none), up to maxZoom, at most
// [mediation.AuditMaxZoom]. An audit that is not finished is an [*ingest.Refusal].
func OfAudit(audit mediation.Audit, box []float64, maxZoom int) (*Contents, error) {
	if audit.FinishedAt.IsZero() {
		return nil, RefuseUnfinished(audit)
	}
	if maxZoom < 0 || maxZoom > mediation.AuditMaxZoom {
		return nil, refuseZoom(maxZoom, 0, mediation.AuditMaxZoom)
	}
	title := audit.Layer
	if audit.Against != "" {
		title += " × " + audit.Against
	}
	return &Contents{
		Format: format, Audit: audit.ID, Checksum: &audit.Checksum,
		Name:        fmt.Sprintf("登记核查 jieshi audit %d: %s", audit.ID, title),
		Description: fmt.Sprintf("登记核查结果 result of a registry audit: %s, sha256 %s", audit.Engine, audit.Checksum),
		Attribution: fmt.Sprintf("界石 Jieshi · 登记核查 registry audit %d · %s", audit.ID, audit.FinishedAt.UTC().Format(minute)),
		Bounds:      box, MaxZoom: maxZoom,
	}, nil
}

// An AuditReader is the part of the database that vector tiles come from.
type AuditReader interface {
	AuditTiles(ctx context.Context, audit, maxZoom int, each func(z, x, y int, tile []byte, done, total int) error) (version string, err error)
}

// WriteAudit writes the package of an audit to a new file at out, with the tiles that
// a server answers with, and returns how many. An audit that is no longer what the
// contents say is an [*ingest.Refusal]. An error leaves no file.
func WriteAudit(ctx context.Context, store AuditReader, c *Contents, out string, on Progress) (tiles int64, err error) {
	about := c.tileSet()
	for _, l := range mediation.AuditTileLayers() {
		if l.MinZoom <= c.MaxZoom {
			about.Layers = append(about.Layers, vector.TileSetLayer{ID: l.ID, Fields: l.Fields, MinZoom: l.MinZoom, MaxZoom: min(l.MaxZoom, c.MaxZoom)})
		}
	}
	err = vector.WriteMBTiles(out, about, func(add func(z, x, y int, tile []byte) error) error {
		version, err := store.AuditTiles(ctx, c.Audit, c.MaxZoom, func(z, x, y int, tile []byte, done, total int) error {
			tiles++
			on(int64(done), int64(total))
			return add(z, x, y, tile)
		})
		if err == nil && version != c.Checksum.String() {
			err = refuseChanged(c.Audit) // a parcel has changed since it was looked up
		}
		return err
	})
	return tiles, err
}

// RefuseUnfinished says that an audit has no result yet.
func RefuseUnfinished(audit mediation.Audit) *ingest.Refusal {
	return &ingest.Refusal{
		Code: "audit_unfinished", Where: fmt.Sprint(audit.ID),
		Reason: ingest.Text{ZH: "核查尚未完成，结果不完整。", EN: "The audit is not finished, so its result is not complete."},
		Remedy: ingest.Text{ZH: "请先运行 jieshi audit run " + audit.Layer + "。", EN: "Run jieshi audit run " + audit.Layer + " first."},
	}
}

func refuseChanged(audit int) *ingest.Refusal {
	return &ingest.Refusal{
		Code: "audit_changed", Where: fmt.Sprint(audit),
		Reason: ingest.Text{ZH: "登记数据已变更，核查结果不再是提交时的结果。", EN: "The register has changed, and with it the result of the audit, since this was ordered."},
		Remedy: ingest.Text{ZH: "请待核查完成后重新提交。", EN: "Order it again when the audit is finished."},
	}
}
