package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

var auditTile = query("audit_tile")

// maxTileFeatures bounds a tile: the largest overlaps stay.
const maxTileFeatures = 20_000

// AuditTile returns a Web Mercator vector tile of an audit, empty where nothing
// lies, and a version that changes with the rows of the audit. An audit that is
// being computed shows what is there so far.
func (db *DB) AuditTile(ctx context.Context, audit, z, x, y int) (tile []byte, version string, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		var srid int
		rows, _ := tx.Query(ctx, auditTile, pgx.StrictNamedArgs{"audit_id": audit, "z": z, "x": x, "y": y, "most": maxTileFeatures})
		n := 0
		_, err := pgx.ForEachRow(rows, []any{&srid, &version, &tile}, func() error { n++; return nil })
		if err == nil && n == 0 {
			err = unknownAudit(audit)
		}
		return err
	})
	if err != nil {
		return nil, "", fmt.Errorf("tile of audit %d: %w", audit, err)
	}
	return tile, version, nil
}

// AuditBox returns the box of the layer of an audit, west, south, east, north in
// degrees; nil: it has no parcels.
func (db *DB) AuditBox(ctx context.Context, audit int) (box []float64, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		rows, _ := tx.Query(ctx, `
			SELECT CASE WHEN extent_4490 IS NOT NULL
				THEN ARRAY[ST_XMin(extent_4490), ST_YMin(extent_4490), ST_XMax(extent_4490), ST_YMax(extent_4490)] END
			FROM audit JOIN layer ON layer.id = layer_id WHERE audit.id = $1`, audit)
		boxes, err := pgx.CollectRows(rows, pgx.RowTo[[]float64])
		if err == nil && len(boxes) == 0 {
			err = unknownAudit(audit)
		}
		if len(boxes) > 0 {
			box = boxes[0]
		}
		return err
	})
	return box, err
}
