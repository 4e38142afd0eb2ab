package postgres

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"jieshi/geo/overlay"
	"jieshi/mediation"
)

var (
	auditTotals = query("audit_totals")
	auditFaces  = query("audit_faces")
)

// keptTotals are the figures of a finished audit as its row keeps them. Areas are
// exact, in half cells of the subgrid; the other fields are those of [Audit].
type keptTotals struct {
	Checksum   mediation.Hash `json:"checksum"` // of the rows that were summed
	Blocks     int            `json:"blocks"`
	Pairs      int64          `json:"pairs"`
	Thresholds [5]int64       `json:"thresholds"`
	Sum        string         `json:"sum"`
	Union      string         `json:"union"`
	Depths     []string       `json:"depths"` // null between two layers
	Faces      []int64        `json:"faces"`
}

func totalsOf(a *Audit, checksum mediation.Hash) keptTotals {
	k := keptTotals{
		Checksum: checksum, Blocks: a.Blocks, Pairs: a.Pairs, Thresholds: a.Thresholds,
		Sum: a.Sum.Big().String(), Union: a.Union.Big().String(), Faces: a.Faces,
	}
	for _, d := range a.Depths {
		k.Depths = append(k.Depths, d.Big().String())
	}
	return k
}

// tell gives a finished audit its figures.
func (k *keptTotals) tell(a *Audit) (err error) {
	a.Blocks, a.Done, a.Pairs, a.Thresholds, a.Faces = k.Blocks, k.Blocks, k.Pairs, k.Thresholds, k.Faces
	if a.Sum, err = areaOf(k.Sum); err != nil {
		return err
	}
	if a.Union, err = areaOf(k.Union); err != nil {
		return err
	}
	for _, d := range k.Depths {
		area, err := areaOf(d)
		if err != nil {
			return err
		}
		a.Depths = append(a.Depths, area)
	}
	return nil
}

// readTotals gives an audit the figures that are kept, or sums its rows.
func readTotals(ctx context.Context, tx pgx.Tx, a *Audit, kept []byte) error {
	if kept != nil && !a.FinishedAt.IsZero() {
		var k keptTotals
		if err := json.Unmarshal(kept, &k); err != nil {
			return fmt.Errorf("kept totals of audit %d: %w", a.ID, err)
		}
		if k.Checksum == a.Checksum {
			return k.tell(a)
		}
	}
	return sumAudit(ctx, tx, a)
}

// sumAudit sums what is there so far.
func sumAudit(ctx context.Context, tx pgx.Tx, a *Audit) error {
	var sum, union string
	var thresholds []int64
	err := tx.QueryRow(ctx, auditTotals, pgx.StrictNamedArgs{"audit_id": a.ID}).Scan(&a.Blocks, &a.Done, &a.Pairs, &sum, &union, &thresholds)
	if err != nil {
		return fmt.Errorf("totals of audit %d: %w", a.ID, err)
	}
	copy(a.Thresholds[:], thresholds)
	if a.Sum, err = areaOf(sum); err != nil {
		return err
	}
	if a.Union, err = areaOf(union); err != nil || a.Against != "" {
		return err
	}
	return eachFace(ctx, tx, a.ID, func(claimants []int64, units string) error {
		area, err := areaOf(units)
		for len(a.Depths) <= len(claimants) {
			a.Depths, a.Faces = append(a.Depths, overlay.Area{}), append(a.Faces, 0)
		}
		a.Depths[len(claimants)] = a.Depths[len(claimants)].Add(area)
		a.Faces[len(claimants)]++
		return err
	})
}

func eachFace(ctx context.Context, tx pgx.Tx, audit int, fn func(claimants []int64, units string) error) error {
	rows, _ := tx.Query(ctx, auditFaces, pgx.StrictNamedArgs{"audit_id": audit}) // ForEachRow reports its error
	var claimants []int64
	var units string
	_, err := pgx.ForEachRow(rows, []any{&claimants, &units}, func() error { return fn(claimants, units) })
	if err != nil {
		return fmt.Errorf("faces of audit %d: %w", audit, err)
	}
	return nil
}
