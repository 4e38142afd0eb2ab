package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"jieshi/geo/overlay"
	"jieshi/ingest"
	"jieshi/mediation"
)

// A NewLayer is a register on its way in. Name, SRID, Source and SHA256 are
// required; Kind defaults to other.
type NewLayer struct {
	Name   string         // by which people call it, once in a database
	Kind   string         // land, forest, water or other
	SRID   int            // projected CRS in metres
	SigmaM float64        // 1σ of its boundary lines, metres; 0: nobody has said
	Source string         // name of the file
	SHA256 mediation.Hash // of the file: an import goes on only with the same one
}

// A Layer is a register in the database.
type Layer struct {
	ID         int
	Name       string
	Kind       string
	SRID       int
	SigmaM     float64 // metres; 0: nobody has said
	Source     string
	SHA256     mediation.Hash
	Parcels    int64
	ImportedAt time.Time // zero while an import is under way or was cut short
	ImportedBy string
}

// A ParcelFault is something that was wrong with a parcel as it came.
type ParcelFault struct {
	Feature int64
	Rule    overlay.Rule
	At      *[2]float64 // x east, y north, metres in the CRS of the layer; nil: of the whole parcel
	Outcome FaultOutcome
}

// A FaultOutcome is what became of a parcel with a fault.
type FaultOutcome string

// The outcomes.
const (
	FaultRepaired FaultOutcome = "repaired" // by the rule of overlay.Repair
	FaultRefused  FaultOutcome = "refused"  // the parcel is not in the layer
	FaultHarmless FaultOutcome = "harmless" // a repeated point, dropped without changing the ground
)

const layerColumns = `
	SELECT id, name, kind, srid, coalesce(sigma_m, 0), source, source_sha256, parcels,
		coalesce(imported_at, '0001-01-01 00:00:00Z'), imported_by
	FROM layer `

func scanLayer(row pgx.CollectableRow) (l Layer, err error) {
	var sum []byte
	err = row.Scan(&l.ID, &l.Name, &l.Kind, &l.SRID, &l.SigmaM, &l.Source, &sum, &l.Parcels, &l.ImportedAt, &l.ImportedBy)
	copy(l.SHA256[:], sum)
	l.ImportedAt = l.ImportedAt.UTC()
	return l, err
}

// Layers returns every register, by name.
func (db *DB) Layers(ctx context.Context) (layers []Layer, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		rows, _ := tx.Query(ctx, layerColumns+"ORDER BY name")
		layers, err = pgx.CollectRows(rows, scanLayer)
		return err
	})
	return layers, err
}

// Layer returns a register by name.
func (db *DB) Layer(ctx context.Context, name string) (l Layer, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		l, err = findLayer(ctx, tx, name)
		return err
	})
	return l, err
}

// LayerFaults returns what was wrong with the parcels of a layer as they came,
// by feature, at most limit of them (0: all).
func (db *DB) LayerFaults(ctx context.Context, name string, limit int) (faults []ParcelFault, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		if _, err := findLayer(ctx, tx, name); err != nil {
			return err
		}
		rows, _ := tx.Query(ctx, `
			SELECT feature, rule, x, y, outcome FROM parcel_fault JOIN layer ON layer.id = layer_id
			WHERE name = $1 ORDER BY feature, n LIMIT nullif($2, 0)`, name, limit)
		faults, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (f ParcelFault, err error) {
			var x, y *float64
			err = row.Scan(&f.Feature, &f.Rule, &x, &y, &f.Outcome)
			if x != nil && y != nil {
				f.At = &[2]float64{*x, *y}
			}
			return f, err
		})
		return err
	})
	return faults, err
}

// findLayer returns a layer by name.
func findLayer(ctx context.Context, tx pgx.Tx, name string) (Layer, error) {
	rows, _ := tx.Query(ctx, layerColumns+"WHERE name = $1", name)
	l, err := pgx.CollectExactlyOneRow(rows, scanLayer)
	if domainError(err) == mediation.ErrNotFound { //nolint:errorlint // domainError returns the sentinel itself
		return l, refuseLayer("layer_unknown", name,
			"没有名为“%s”的图层。", "There is no layer %q.",
			"用 jieshi layer list 查看已有图层。", "jieshi layer list shows which there are.")
	}
	if err != nil {
		return l, fmt.Errorf("layer %q: %w", name, err)
	}
	return l, nil
}

// importedLayer returns a layer whose import is complete.
func importedLayer(ctx context.Context, tx pgx.Tx, name string) (Layer, error) {
	l, err := findLayer(ctx, tx, name)
	if err == nil && l.ImportedAt.Year() == 1 {
		err = refuseLayer("layer_unfinished", name,
			"图层“%s”的导入尚未完成。", "The import of layer %q is not complete.",
			"用同一文件再次运行 jieshi layer import，会从中断处继续。", "Run jieshi layer import again with the same file; it goes on where it was cut short.")
	}
	return l, err
}

// refuseLayer refuses something about the layer name, which zh and en have a
// verb for.
func refuseLayer(code, name, zh, en, remedyZH, remedyEN string) *ingest.Refusal {
	return &ingest.Refusal{
		Code: code, Where: name,
		Reason: ingest.Text{ZH: fmt.Sprintf(zh, name), EN: fmt.Sprintf(en, name)},
		Remedy: ingest.Text{ZH: remedyZH, EN: remedyEN},
	}
}
