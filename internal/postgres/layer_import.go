package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"

	"jieshi/ingest"
	"jieshi/mediation"
)

// A batch is committed when it has so much: enough that a commit costs little
// beside it, little enough that a killed import loses a second of work.
const (
	batchParcels  = 4096
	batchVertices = 1 << 19 // 8 MiB
)

var layerExtent = query("layer_extent")

// A LayerImport brings one register in, batch by batch, each of which is
// committed: an import that is cut short goes on after the last one when the
// same file comes again. Not for concurrent use; Close it.
type LayerImport struct {
	db     *DB
	conn   *pgxpool.Conn // holds the lock on the layer
	actor  mediation.Actor
	layer  Layer
	batch  parcelBatch
	number int   // of the last batch
	skip   int64 // features that an earlier import has committed
	report ImportReport
}

// An ImportReport says what an import did.
type ImportReport struct {
	Layer    Layer
	Features int64 // of the file, those of an earlier import included
	Resumed  int64 // of them committed by an earlier import that was cut short
	Parcels  int64 // in the layer
	Repaired int64 // broke a rule and were repaired
	Refused  int64 // without ground, off the grid or too wide: not in the layer
	Harmless int64 // had a repeated point and nothing else
}

// BeginImport begins to bring a register in, or goes on with an import of the
// same file that was cut short. What is left of an import of another file under
// the name is removed. It refuses a name that a complete layer has, a CRS that
// is not projected in metres, and a layer that somebody else is bringing in.
func (db *DB) BeginImport(ctx context.Context, n NewLayer) (_ *LayerImport, err error) {
	m := &LayerImport{db: db, actor: mediation.ActorOf(ctx)}
	if m.actor.Name == "" {
		return nil, errNoActor
	}
	if m.conn, err = db.pool.Acquire(ctx); err != nil {
		return nil, fmt.Errorf("connection to the database: %w", err)
	}
	defer func() {
		if err != nil {
			m.Close()
		}
	}()
	var locked bool
	err = m.conn.QueryRow(ctx, "SELECT pg_try_advisory_lock(hashtext('jieshi layer ' || current_schema()), hashtext($1))", n.Name).Scan(&locked)
	if err != nil {
		return nil, fmt.Errorf("lock on layer %q: %w", n.Name, err)
	}
	if !locked {
		return nil, refuseLayer("layer_busy", n.Name,
			"另一进程正在导入图层“%s”。", "Somebody else is importing layer %q.",
			"请等它完成。", "Wait until they are done.")
	}
	return m, m.write(ctx, func(tx pgx.Tx) error { return m.begin(ctx, tx, n) })
}

func (m *LayerImport) write(ctx context.Context, fn func(tx pgx.Tx) error) error {
	return runAs(ctx, m.conn, pgx.TxOptions{}, m.actor, fn)
}

func (m *LayerImport) begin(ctx context.Context, tx pgx.Tx, n NewLayer) error {
	if err := checkWorkingSRID(ctx, tx, n.SRID); err != nil {
		return err
	}
	rows, _ := tx.Query(ctx, layerColumns+"WHERE name = $1", n.Name)
	earlier, err := pgx.CollectRows(rows, scanLayer)
	switch {
	case err != nil:
		return fmt.Errorf("layer %q: %w", n.Name, err)
	case len(earlier) == 0:
	case earlier[0].ImportedAt.Year() > 1:
		return refuseLayer("layer_exists", n.Name,
			"已有名为“%s”的图层。", "There is a layer %q already.",
			"请换一个名称；个别宗地有变更时用 jieshi layer update。", "Choose another name; for single parcels that have changed there is jieshi layer update.")
	case earlier[0].SHA256 == n.SHA256 && earlier[0].SRID == n.SRID:
		return m.resume(ctx, tx, earlier[0])
	default:
		if err := removeLayer(ctx, tx, earlier[0].ID); err != nil {
			return err
		}
	}
	if n.Kind == "" {
		n.Kind = "other"
	}
	rows, _ = tx.Query(ctx, `
		WITH made AS (
			INSERT INTO layer (name, kind, srid, sigma_m, source, source_sha256, imported_by)
			VALUES ($1, $2, $3, nullif($4::double precision, 0), $5, $6, current_setting('app.user')) RETURNING *)
		`+strings.Replace(layerColumns, "FROM layer", "FROM made", 1),
		n.Name, n.Kind, n.SRID, n.SigmaM, n.Source, n.SHA256[:])
	if m.layer, err = pgx.CollectExactlyOneRow(rows, scanLayer); err != nil {
		return fmt.Errorf("layer %q: %w", n.Name, err)
	}
	m.batch.layer, m.batch.srid = m.layer.ID, m.layer.SRID
	return nil
}

func (m *LayerImport) resume(ctx context.Context, tx pgx.Tx, l Layer) error {
	m.layer, m.batch.layer, m.batch.srid = l, l.ID, l.SRID
	err := tx.QueryRow(ctx, `
		SELECT coalesce(max(number), 0), coalesce(max(features), 0), coalesce(sum(parcels), 0) FROM layer_batch WHERE layer_id = $1`,
		l.ID).Scan(&m.number, &m.skip, &m.report.Parcels)
	if err != nil {
		return fmt.Errorf("batches of layer %q: %w", l.Name, err)
	}
	m.report.Resumed = m.skip
	return nil
}

func removeLayer(ctx context.Context, tx pgx.Tx, id int) error {
	for _, table := range []string{"parcel_block", "parcel"} {
		if _, err := tx.Exec(ctx, "DELETE FROM "+table+" WHERE layer_id = $1", id); err != nil {
			return fmt.Errorf("%s of an unfinished layer: %w", table, err)
		}
	}
	if _, err := tx.Exec(ctx, "DELETE FROM layer WHERE id = $1", id); err != nil {
		return fmt.Errorf("unfinished layer: %w", err)
	}
	return nil
}

// Resumed returns how many features an earlier import has committed. They are
// to be added again, from the first one on, and are only counted.
func (m *LayerImport) Resumed() int64 { return m.skip }

// Add adds the next feature of the file, with its ground in metres in the CRS of
// the layer. It may commit a batch. shape is not kept.
func (m *LayerImport) Add(ctx context.Context, feature int64, shape orb.MultiPolygon) error {
	m.report.Features++
	if m.report.Features <= m.skip {
		return nil
	}
	p, err := prepare(ctx, feature, shape)
	if err != nil {
		return err
	}
	m.batch.add(p)
	if len(m.batch.parcels) >= batchParcels || m.batch.vertices >= batchVertices {
		return m.flush(ctx)
	}
	return nil
}

func (m *LayerImport) flush(ctx context.Context) error {
	if len(m.batch.parcels) == 0 {
		return nil
	}
	n := 0
	err := m.write(ctx, func(tx pgx.Tx) (err error) {
		if n, err = m.batch.copy(ctx, tx); err != nil {
			return repeatedFeature(err, m.layer.Name)
		}
		_, err = tx.Exec(ctx, "INSERT INTO layer_batch (layer_id, number, features, parcels) VALUES ($1, $2, $3, $4)",
			m.layer.ID, m.number+1, m.report.Features, n)
		return err
	})
	if err != nil {
		return fmt.Errorf("batch %d of layer %q: %w", m.number+1, m.layer.Name, err)
	}
	m.number, m.report.Parcels = m.number+1, m.report.Parcels+int64(n)
	m.batch.reset()
	return nil
}

// repeatedFeature turns the database's word for a feature id that comes twice
// into one for people.
func repeatedFeature(err error, layer string) error {
	refusal := (*pgconn.PgError)(nil)
	if !errors.As(err, &refusal) || refusal.Code != "23505" || !strings.HasPrefix(refusal.TableName, "parcel") {
		return err
	}
	where := layer
	if _, after, ok := strings.Cut(refusal.Detail, ")=("); ok { // Key (shard, layer_id, feature)=(…)
		where += " " + strings.Split(after, ")")[0]
	}
	return refuseRepeated(where)
}

func refuseRepeated(where string) *ingest.Refusal {
	return &ingest.Refusal{
		Code: "feature_id_repeated", Where: where,
		Reason: ingest.Text{ZH: "文件中有两个要素的编号相同，无法区分宗地。", EN: "Two features of the file have the same id, so parcels cannot be told apart."},
		Remedy: ingest.Text{ZH: "请让每宗地有唯一编号（同一宗地的多个部分应合为一个多部分要素），再导入。", EN: "Give each parcel an id of its own (parts of one parcel are one multipart feature) and import again."},
	}
}

// Finish commits the rest, checks that no feature id came twice, and makes the
// layer ready for audits. Without it the import counts as cut short.
func (m *LayerImport) Finish(ctx context.Context) (ImportReport, error) {
	if m.report.Features < m.skip {
		return m.report, fmt.Errorf("layer %q: the file has %d features, the earlier import had committed %d of it", m.layer.Name, m.report.Features, m.skip)
	}
	if err := m.flush(ctx); err != nil {
		return m.report, err
	}
	err := m.write(ctx, func(tx pgx.Tx) error { return m.finish(ctx, tx) })
	if err != nil {
		return m.report, err
	}
	// Plans of audits hang on the statistics; the owner may gather them.
	if _, err := m.conn.Exec(ctx, "ANALYZE parcel, parcel_block"); err != nil {
		return m.report, fmt.Errorf("statistics of layer %q: %w", m.layer.Name, err)
	}
	return m.report, nil
}

func (m *LayerImport) finish(ctx context.Context, tx pgx.Tx) error {
	var repeated *int64
	err := tx.QueryRow(ctx, `
		SELECT min(feature) FROM (SELECT feature FROM parcel WHERE layer_id = $1 GROUP BY feature HAVING count(*) > 1) AS twice`,
		m.layer.ID).Scan(&repeated)
	if err != nil {
		return fmt.Errorf("features of layer %q: %w", m.layer.Name, err)
	}
	if repeated != nil {
		return refuseRepeated(m.layer.Name + " " + strconv.FormatInt(*repeated, 10))
	}
	if _, err := tx.Exec(ctx, layerExtent, pgx.StrictNamedArgs{"layer_id": m.layer.ID}); err != nil {
		return fmt.Errorf("extent of layer %q: %w", m.layer.Name, err)
	}
	rows, _ := tx.Query(ctx, `
		WITH made AS (UPDATE layer SET imported_at = now(), parcels = $2 WHERE id = $1 RETURNING *)
		`+strings.Replace(layerColumns, "FROM layer", "FROM made", 1), m.layer.ID, m.report.Parcels)
	if m.report.Layer, err = pgx.CollectExactlyOneRow(rows, scanLayer); err != nil {
		return fmt.Errorf("layer %q: %w", m.layer.Name, err)
	}
	err = tx.QueryRow(ctx, `
		SELECT count(*) FILTER (WHERE outcome = 'repaired'), count(*) FILTER (WHERE outcome = 'refused'), count(*) FILTER (WHERE outcome = 'harmless')
		FROM (SELECT feature, max(outcome) AS outcome FROM parcel_fault WHERE layer_id = $1 GROUP BY feature) AS worst`,
		m.layer.ID).Scan(&m.report.Repaired, &m.report.Refused, &m.report.Harmless)
	if err != nil {
		return fmt.Errorf("faults of layer %q: %w", m.layer.Name, err)
	}
	return nil
}

// Close ends the import. What was committed stays; see [DB.BeginImport].
func (m *LayerImport) Close() {
	if m.conn == nil {
		return
	}
	// A connection that goes back to the pool must not keep the lock.
	ctx := context.Background()
	if _, err := m.conn.Exec(ctx, "SELECT pg_advisory_unlock_all()"); err != nil {
		_ = m.conn.Conn().Close(ctx) // the lock goes with it
	}
	m.conn.Release()
	m.conn = nil
}
