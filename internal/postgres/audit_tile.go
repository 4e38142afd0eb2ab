package postgres

import (
	"context"
	"errors"
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
	err = db.readOften(ctx, func(tx pgx.Tx) error {
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
// one version that it returns; if rows of the audit change meanwhile, it ends early
// and returns the version that they have then. While each is at one tile, the next
// are read.
func (db *DB) AuditTiles(ctx context.Context, audit, maxZoom int, each func(z, x, y int, tile []byte, done, total int) error) (version string, err error) {
	var addresses []tileAddress
	err = db.read(ctx, func(tx pgx.Tx) error {
		rows, _ := tx.Query(ctx, auditTileAddresses, pgx.StrictNamedArgs{"audit_id": audit, "max_zoom": maxZoom})
		if addresses, err = pgx.CollectRows(rows, pgx.RowToStructByPos[tileAddress]); err != nil {
			return fmt.Errorf("tiles of audit %d: %w", audit, err)
		}
		_, version, err = readAuditTile(ctx, tx, audit, 0, 0, 0) // an empty audit has a version, too
		return err
	})
	if err != nil {
		return "", err
	}
	reading, stop := context.WithCancel(ctx)
	work, ended := make(chan pendingTile, tilesAhead), make(chan error, tileReaders)
	for range tileReaders {
		go func() { ended <- db.readTiles(reading, audit, version, work) }()
	}
	fault := inOrder(addresses, work, func(i int, tile []byte) error {
		at := addresses[i]
		return each(int(at.Z), int(at.X), int(at.Y), tile, i+1, len(addresses))
	})
	if fault != nil {
		stop()
	}
	close(work)
	for range tileReaders {
		if end := <-ended; end != nil && errors.Is(fault, errNotRead) {
			fault = end
		}
	}
	stop()
	if changed := (*auditChangedError)(nil); errors.As(fault, &changed) {
		return changed.version, nil
	}
	return version, fault
}

const (
	// tileReaders is how many connections tiles are read over at once: the server
	// draws them, at some 70 µs a feature.
	tileReaders = 2
	// tilesAhead bounds the tiles that are read and not handed out yet.
	tilesAhead = 64
)

type tileAddress struct{ Z, X, Y int32 }

// A pendingTile is an address and the channel for its tile, which is closed without
// one if the reader has failed.
type pendingTile struct {
	at    tileAddress
	found chan []byte
}

// errNotRead stands in for the error of the reader that failed.
var errNotRead = errors.New("postgres: a tile was not read")

// auditChangedError says which version an audit has now.
type auditChangedError struct{ version string }

func (e *auditChangedError) Error() string {
	return "postgres: the audit has version " + e.version + " now"
}

// readTiles reads the tiles that come, in one transaction, until there are no more.
// Where it fails, nobody waits for the others.
func (db *DB) readTiles(ctx context.Context, audit int, version string, work <-chan pendingTile) error {
	err := db.readOften(ctx, func(tx pgx.Tx) error {
		for p := range work {
			tile, now, err := readAuditTile(ctx, tx, audit, int(p.at.Z), int(p.at.X), int(p.at.Y))
			if err == nil && now != version {
				err = &auditChangedError{now}
			}
			if err != nil {
				close(p.found)
				return err
			}
			p.found <- tile
		}
		return nil
	})
	if err != nil {
		for p := range work {
			close(p.found)
		}
	}
	return err
}

// inOrder gives the addresses to the readers and calls each for those on which
// something lies, in their order.
func inOrder(addresses []tileAddress, work chan<- pendingTile, each func(i int, tile []byte) error) error {
	var ahead []pendingTile
	for given, done := 0, 0; done < len(addresses); done++ {
		for ; given < len(addresses) && len(ahead) < tilesAhead; given++ {
			p := pendingTile{addresses[given], make(chan []byte, 1)}
			work <- p // has room for all that are ahead
			ahead = append(ahead, p)
		}
		tile, ok := <-ahead[0].found
		if !ok {
			return errNotRead
		}
		if ahead = ahead[1:]; len(tile) > 0 {
			if err := each(done, tile); err != nil {
				return err
			}
		}
	}
	return nil
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
