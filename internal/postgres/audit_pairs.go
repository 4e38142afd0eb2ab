package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"jieshi/geo/overlay"
)

var (
	auditBoxes   = query("audit_boxes")
	auditParcels = query("audit_parcels")
)

// parcelBox is a parcel that touches a block, before its ground is read.
type parcelBox struct {
	shard   int32
	feature int64
	box     overlay.Box
	wanted  bool
}

func readBoxes(ctx context.Context, tx pgx.Tx, layer int, block blockID) ([]parcelBox, error) {
	rows, _ := tx.Query(ctx, auditBoxes, pgx.StrictNamedArgs{"shard": block.shard(), "layer_id": layer, "block": block})
	boxes, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (b parcelBox, err error) {
		return b, row.Scan(&b.shard, &b.feature, &b.box.Min.X, &b.box.Min.Y, &b.box.Max.X, &b.box.Max.Y)
	})
	if err != nil {
		return nil, fmt.Errorf("boxes of parcels: %w", err)
	}
	return boxes, nil
}

// want marks the parcels of pairs that the cell owns. A large parcel touches many
// blocks and is in few pairs of each: its ground is not read in vain.
func want(one, other []parcelBox, cell overlay.Block) {
	for i := range one {
		for j := range other {
			a, b := &one[i], &other[j]
			common := a.box.Intersect(b.box)
			if !common.Empty() && cell.Box().Contains(common.Min) {
				a.wanted, b.wanted = true, true
			}
		}
	}
}

// readWanted reads the grounds of the parcels that are marked.
func readWanted(ctx context.Context, tx pgx.Tx, layer int, boxes []parcelBox) (*overlay.Layer, error) {
	var shards []int32
	var features []int64
	for _, b := range boxes {
		if b.wanted {
			shards, features = append(shards, b.shard), append(features, b.feature)
		}
	}
	return readParcels(ctx, tx, auditParcels, pgx.StrictNamedArgs{"layer_id": layer, "shards": shards, "features": features})
}

// pairs lays what a block owns of two layers over each other.
func (a auditHead) pairs(ctx context.Context, tx pgx.Tx, block blockID, options overlay.Options) (f blockFinding, err error) {
	one, err := readBoxes(ctx, tx, a.layer, block)
	if err != nil {
		return f, err
	}
	other, err := readBoxes(ctx, tx, *a.against, block)
	if err != nil {
		return f, err
	}
	f.parcels = len(one) + len(other)
	want(one, other, *options.Owns)
	layer, err := readWanted(ctx, tx, a.layer, one)
	if err != nil || layer.Len() == 0 {
		return f, err
	}
	against, err := readWanted(ctx, tx, *a.against, other)
	if err != nil {
		return f, err
	}
	f.pairs, err = overlay.Pairs(ctx, layer, against, options)
	return f, err
}
