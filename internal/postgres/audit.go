package postgres

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"github.com/jackc/pgx/v5"

	"jieshi/geo/overlay"
	"jieshi/ingest"
	"jieshi/mediation"
)

var auditBlockList = query("audit_block_list")

// An Audit is that of package mediation.
type Audit = mediation.Audit

// BeginAudit begins to lay a layer over another one (empty: over itself), or goes
// on where an earlier run was cut short; parcels that have changed are caught up
// with. again computes everything anew. Every block that is to be computed has a
// job in the queue when it returns, see [DB.Work].
func (db *DB) BeginAudit(ctx context.Context, layer, against string, again bool) (a Audit, err error) {
	queue := db.inserter
	err = db.write(ctx, func(tx pgx.Tx) error {
		id, err := openAudit(ctx, tx, layer, against)
		if err != nil {
			return err
		}
		if again {
			if err := touchBlocks(ctx, tx, id, nil); err != nil {
				return err
			}
		}
		if err := enqueueUndone(ctx, tx, queue, id); err != nil {
			return err
		}
		a, err = readAudit(ctx, tx, id)
		return err
	})
	return a, err
}

// openAudit finds or makes the audit of two layers, and lists its blocks.
func openAudit(ctx context.Context, tx pgx.Tx, layer, against string) (id int, err error) {
	one, err := importedLayer(ctx, tx, layer)
	if err != nil {
		return 0, err
	}
	var otherID *int
	if against != "" && against != layer {
		other, err := importedLayer(ctx, tx, against)
		if err != nil {
			return 0, err
		}
		if other.SRID != one.SRID {
			return 0, &ingest.Refusal{
				Code: "layers_in_two_crs", Where: layer + ", " + against,
				Reason: ingest.Text{
					ZH: fmt.Sprintf("两个图层的坐标系不同（EPSG:%d 与 EPSG:%d）。", one.SRID, other.SRID),
					EN: fmt.Sprintf("The layers are in two CRSs, EPSG:%d and EPSG:%d.", one.SRID, other.SRID),
				},
				Remedy: ingest.Text{
					ZH: fmt.Sprintf("请用 --crs EPSG:%d 重新导入其中一个图层。", one.SRID),
					EN: fmt.Sprintf("Import one of them again with --crs EPSG:%d.", one.SRID),
				},
			}
		}
		otherID = &other.ID
	}
	// Nobody changes a parcel between the listing of blocks and the commit.
	if _, err := tx.Exec(ctx, "SELECT FROM layer WHERE id = $1 OR id = $2 ORDER BY id FOR NO KEY UPDATE", one.ID, otherID); err != nil {
		return 0, fmt.Errorf("lock on the layers: %w", err)
	}
	err = tx.QueryRow(ctx, "SELECT id FROM audit WHERE layer_id = $1 AND against_id IS NOT DISTINCT FROM $2 AND engine = $3",
		one.ID, otherID, overlay.Version).Scan(&id)
	if !errors.Is(err, pgx.ErrNoRows) {
		return id, err
	}
	err = tx.QueryRow(ctx, `
		INSERT INTO audit (layer_id, against_id, engine, begun_by) VALUES ($1, $2, $3, current_setting('app.user')) RETURNING id`,
		one.ID, otherID, overlay.Version).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("audit of layer %q: %w", layer, err)
	}
	_, err = tx.Exec(ctx, auditBlockList, pgx.StrictNamedArgs{"audit_id": id, "layer_id": one.ID, "against_id": otherID})
	if err != nil {
		return 0, fmt.Errorf("blocks of audit %d: %w", id, err)
	}
	return id, nil
}

// touchBlocks says that blocks of an audit are to be computed (anew); nil means
// all that it has.
func touchBlocks(ctx context.Context, tx pgx.Tx, audit int, blocks []blockID) error {
	if _, err := tx.Exec(ctx, "UPDATE audit SET finished_at = NULL, checksum = NULL, totals = NULL WHERE id = $1", audit); err != nil {
		return fmt.Errorf("audit %d: %w", audit, err)
	}
	if blocks == nil {
		_, err := tx.Exec(ctx, "UPDATE audit_block SET done_at = NULL WHERE audit_id = $1", audit)
		return err
	}
	for _, b := range blocks { // in order: two changes never wait for each other crosswise
		_, err := tx.Exec(ctx, `
			INSERT INTO audit_block (audit_id, shard, block) VALUES ($1, $2, $3)
			ON CONFLICT (audit_id, block) DO UPDATE SET done_at = NULL`, audit, b.shard(), b)
		if err != nil {
			return fmt.Errorf("block %d of audit %d: %w", b, audit, err)
		}
	}
	return nil
}

// Audit returns an audit by its number.
func (db *DB) Audit(ctx context.Context, id int) (a Audit, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		a, err = readAudit(ctx, tx, id)
		return err
	})
	return a, err
}

// Audits returns every audit, newest first.
func (db *DB) Audits(ctx context.Context) (audits []Audit, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		rows, _ := tx.Query(ctx, "SELECT id FROM audit ORDER BY id DESC")
		ids, err := pgx.CollectRows(rows, pgx.RowTo[int])
		if err != nil {
			return err
		}
		for _, id := range ids {
			a, err := readAudit(ctx, tx, id)
			if err != nil {
				return err
			}
			audits = append(audits, a)
		}
		return nil
	})
	return audits, err
}

func readAudit(ctx context.Context, tx pgx.Tx, id int) (a Audit, err error) {
	var finished *time.Time
	var checksum, totals []byte
	err = tx.QueryRow(ctx, `
		SELECT audit.id, layer.name, coalesce(other.name, ''), layer.srid, engine, audit.begun_at, finished_at, checksum, totals
		FROM audit JOIN layer ON layer.id = layer_id LEFT JOIN layer AS other ON other.id = against_id
		WHERE audit.id = $1`, id).Scan(&a.ID, &a.Layer, &a.Against, &a.SRID, &a.Engine, &a.BegunAt, &finished, &checksum, &totals)
	if errors.Is(err, pgx.ErrNoRows) {
		return a, unknownAudit(id)
	}
	if err != nil {
		return a, fmt.Errorf("audit %d: %w", id, err)
	}
	copy(a.Checksum[:], checksum)
	a.BegunAt = a.BegunAt.UTC()
	if finished != nil {
		a.FinishedAt = finished.UTC()
	}
	err = readTotals(ctx, tx, &a, totals)
	return a, err
}

func unknownAudit(id int) error {
	return refuseLayer("audit_unknown", fmt.Sprint(id), "没有编号为 %s 的核查。", "There is no audit %s.",
		"用 jieshi audit show 查看已有核查。", "jieshi audit show lists them.")
}

// errBlocksLeft says that an audit cannot be finished yet.
var errBlocksLeft = errors.New("postgres: blocks of the audit are to be computed")

// FinishAudit makes the checksum of an audit all of whose blocks are done: a
// SHA-256 of every row in the order of features, and of nothing that depends on
// who computed it, when, or in which order.
func (db *DB) FinishAudit(ctx context.Context, id int) (a Audit, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		var left bool
		// Whoever touches a block changes this row first, so none is touched from
		// here on; what was before is seen by the next statement only.
		if err := tx.QueryRow(ctx, "SELECT false FROM audit WHERE id = $1 FOR NO KEY UPDATE", id).Scan(&left); err != nil {
			return fmt.Errorf("audit %d: %w", id, domainError(err))
		}
		err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM audit_block WHERE audit_id = $1 AND done_at IS NULL)", id).Scan(&left)
		if err != nil {
			return fmt.Errorf("blocks of audit %d: %w", id, err)
		}
		if left {
			return errBlocksLeft
		}
		sum, err := checksum(ctx, tx, id)
		if err != nil {
			return err
		}
		if a, err = readAudit(ctx, tx, id); err != nil {
			return err
		}
		totals := totalsOf(&a, mediation.Hash(sum.Sum(nil)))
		_, err = tx.Exec(ctx, "UPDATE audit SET finished_at = now(), checksum = $2, totals = $3 WHERE id = $1", id, totals.Checksum[:], totals)
		if err != nil {
			return fmt.Errorf("end of audit %d: %w", id, err)
		}
		a, err = readAudit(ctx, tx, id)
		return err
	})
	if err != nil {
		return a, err
	}
	// Plans of tiles and pages hang on the statistics; the owner may gather them.
	if _, err := db.pool.Exec(ctx, "ANALYZE overlap, face, audit_block"); err != nil {
		return a, fmt.Errorf("statistics of audit %d: %w", id, err)
	}
	return a, nil
}

func checksum(ctx context.Context, tx pgx.Tx, id int) (hash.Hash, error) {
	sum := sha256.New()
	_, _ = io.WriteString(sum, overlay.Version+"\n") // a hash never fails
	var a, b int64
	var units string
	var ground []byte
	rows, _ := tx.Query(ctx, `
		SELECT a, b, units::text, ST_AsEWKB(ground, 'NDR') FROM overlap WHERE audit_id = $1 ORDER BY a, b`, id) // ForEachRow reports its error
	_, err := pgx.ForEachRow(rows, []any{&a, &b, &units, &ground}, func() error {
		_, _ = fmt.Fprintf(sum, "overlap %d %d %s %x\n", a, b, units, sha256.Sum256(ground))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("overlaps of audit %d: %w", id, err)
	}
	return sum, eachFace(ctx, tx, id, func(claimants []int64, units string) error {
		_, _ = fmt.Fprintf(sum, "face %d %s\n", claimants, units)
		return nil
	})
}
