package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

var (
	auditTile          = query("audit_tile")
	auditTileAddresses = query("audit_tile_addresses")
)

// maxTileFeatures bounds a tile: the largest overlaps stay.
const maxTileFeatures = 20_000

// AuditTile returns a Web Mercator vector tile of an audit, empty where nothing
// lies, and a version that changes with the rows of the audit. An audit that is
// being computed shows what is there so far.
func (db *DB) AuditTile(ctx context.Context, audit, z, x, y int) (tile []byte, version string, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		tile, version, err = readAuditTile(ctx, tx, audit, z, x, y)
		return err
	})
	return tile, version, err
}

func readAuditTile(ctx context.Context, tx pgx.Tx, audit, z, x, y int) (tile []byte, version string, err error) {
	var srid int
	rows, _ := tx.Query(ctx, auditTile, pgx.StrictNamedArgs{"audit_id": audit, "z": z, "x": x, "y": y, "most": maxTileFeatures})
	n := 0
	_, err = pgx.ForEachRow(rows, []any{&srid, &version, &tile}, func() error { n++; return nil })
	if err == nil && n == 0 {
		err = unknownAudit(audit)
	}
	if err != nil {
		return nil, "", fmt.Errorf("tile of audit %d: %w", audit, err)
	}
	return tile, version, nil
}

// AuditTiles hands every tile of an audit with something on it to each, up to
// maxZoom, in the order of z, x and y, and how far it is: done of total addresses,
// on some of which nothing lies. They are the tiles of [DB.AuditTile], all of the
// one version that it returns. While each is at one tile, the next are read.
func (db *DB) AuditTiles(ctx context.Context, audit, maxZoom int, each func(z, x, y int, tile []byte, done, total int) error) (version string, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		rows, _ := tx.Query(ctx, auditTileAddresses, pgx.StrictNamedArgs{"audit_id": audit, "max_zoom": maxZoom})
		addresses, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct{ Z, X, Y int32 }])
		if err != nil {
			return fmt.Errorf("tiles of audit %d: %w", audit, err)
		}
		if _, version, err = readAuditTile(ctx, tx, audit, 0, 0, 0); err != nil { // an empty audit has a version, too
			return err
		}
		return readAhead(ctx, func(ctx context.Context, found chan<- addressedTile) error {
			for i, at := range addresses {
				tile, _, err := readAuditTile(ctx, tx, audit, int(at.Z), int(at.X), int(at.Y))
				if err != nil {
					return err
				}
				if len(tile) == 0 {
					continue
				}
				select {
				case found <- addressedTile{int(at.Z), int(at.X), int(at.Y), tile, i + 1}:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			return nil
		}, func(t addressedTile) error { return each(t.z, t.x, t.y, t.tile, t.done, len(addresses)) })
	})
	return version, err
}

type addressedTile struct {
	z, x, y int
	tile    []byte
	done    int
}

// readAhead calls each, in this goroutine, for what read finds in another one, which
// is over when readAhead returns.
func readAhead[T any](ctx context.Context, read func(ctx context.Context, found chan<- T) error, each func(T) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	found, ended := make(chan T, 64), make(chan error, 1)
	go func() {
		err := read(ctx, found)
		close(found)
		ended <- err
	}()
	var fault error
	for t := range found {
		if fault == nil {
			if fault = each(t); fault != nil {
				stop()
			}
		}
	}
	if err := <-ended; fault == nil {
		fault = err
	}
	return fault
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
