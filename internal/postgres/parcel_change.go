package postgres

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/riverqueue/river"

	"jieshi/geo/overlay"
	"jieshi/ingest"
)

var layerReach = query("layer_reach")

// SaveParcel puts a parcel into a layer, in the place of the one with the same
// feature id if there is one. shape is in metres in the CRS of the layer; what is
// wrong with it is repaired and told. In the same transaction, the blocks of
// every audit of the layer whose rows it may change are handed to the workers,
// and no others: afterwards the rows are those of a full run.
func (db *DB) SaveParcel(ctx context.Context, layer string, feature int64, shape orb.MultiPolygon) (faults []ParcelFault, err error) {
	p, err := prepare(ctx, feature, shape)
	if err != nil {
		return nil, err
	}
	if p.ground == nil {
		rule := p.faults[len(p.faults)-1].Rule
		return p.faults, &ingest.Refusal{
			Code: "parcel_" + string(rule), Where: fmt.Sprintf("%s %d", layer, feature),
			Reason: ingest.Text{ZH: "该宗地没有可用的范围（" + string(rule) + "）。", EN: "The parcel has no ground that can be used (" + string(rule) + ")."},
			Remedy: ingest.Text{ZH: "请检查坐标和坐标系。", EN: "Check its coordinates and their CRS."},
		}
	}
	return p.faults, db.changeParcel(ctx, layer, feature, &p)
}

// DropParcel takes a parcel out of a layer; audits follow as in [DB.SaveParcel].
// A feature id that the layer does not have is refused.
func (db *DB) DropParcel(ctx context.Context, layer string, feature int64) error {
	return db.changeParcel(ctx, layer, feature, nil)
}

// changeParcel replaces the parcel by the new one; nil takes it out.
func (db *DB) changeParcel(ctx context.Context, name string, feature int64, p *prepared) error {
	queue := db.inserter
	return db.write(ctx, func(tx pgx.Tx) error {
		l, err := importedLayer(ctx, tx, name)
		if err != nil {
			return err
		}
		// Two changes side by side would not see each other's neighbours.
		if _, err := tx.Exec(ctx, "SELECT FROM layer WHERE id = $1 FOR NO KEY UPDATE", l.ID); err != nil {
			return fmt.Errorf("lock on layer %q: %w", name, err)
		}
		var boxes []overlay.Box
		old, err := dropParcel(ctx, tx, l.ID, feature)
		switch {
		case err != nil:
			return err
		case old != nil:
			boxes = append(boxes, *old)
		case p == nil:
			return &ingest.Refusal{
				Code: "parcel_unknown", Where: fmt.Sprintf("%s %d", name, feature),
				Reason: ingest.Text{ZH: fmt.Sprintf("图层“%s”中没有编号为 %d 的宗地。", name, feature), EN: fmt.Sprintf("Layer %q has no parcel %d.", name, feature)},
				Remedy: ingest.Text{ZH: "请核对编号。", EN: "Check the feature id."},
			}
		}
		change := -1
		if p != nil {
			change = 1
			batch := parcelBatch{layer: l.ID, srid: l.SRID, parcels: []prepared{*p}}
			if _, err := batch.copy(ctx, tx); err != nil {
				return repeatedFeature(err, name)
			}
			boxes = append(boxes, p.box)
			if _, err := tx.Exec(ctx, layerReach, pgx.StrictNamedArgs{"layer_id": l.ID, "ground": appendEWKB(nil, l.SRID, p.ground)}); err != nil {
				return fmt.Errorf("extent of layer %q: %w", name, err)
			}
		}
		if old == nil || p == nil {
			if _, err := tx.Exec(ctx, "UPDATE layer SET parcels = parcels + $2 WHERE id = $1", l.ID, change); err != nil {
				return fmt.Errorf("layer %q: %w", name, err)
			}
		}
		return touchAudits(ctx, tx, queue, l.ID, boxes)
	})
}

// dropParcel deletes a parcel and returns its box; nil: there is none.
func dropParcel(ctx context.Context, tx pgx.Tx, layer int, feature int64) (*overlay.Box, error) {
	var decoder groundDecoder
	var shard int32
	var ewkb []byte
	err := tx.QueryRow(ctx, `
		DELETE FROM parcel WHERE layer_id = $1 AND feature = $2 RETURNING shard, ST_AsEWKB(ground, 'NDR')`, layer, feature).Scan(&shard, &ewkb)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil //nolint:nilnil // there is no box, and nothing is wrong
	}
	if err != nil {
		return nil, fmt.Errorf("earlier parcel %d: %w", feature, err)
	}
	ground, err := decoder.decode(ewkb)
	if err != nil {
		return nil, fmt.Errorf("earlier parcel %d: %w", feature, err)
	}
	box := ground.Bounds()
	blocks := blocksOf(box)
	_, err = tx.Exec(ctx, `
		DELETE FROM parcel_block WHERE shard = ANY ($1) AND layer_id = $2 AND block = ANY ($3) AND feature = $4`,
		shardsOf(blocks), layer, blocks, feature)
	if err != nil {
		return nil, fmt.Errorf("blocks of earlier parcel %d: %w", feature, err)
	}
	if _, err := tx.Exec(ctx, "DELETE FROM parcel_fault WHERE layer_id = $1 AND feature = $2", layer, feature); err != nil {
		return nil, fmt.Errorf("faults of earlier parcel %d: %w", feature, err)
	}
	return &box, nil
}

func shardsOf(blocks []blockID) []int32 {
	shards := make([]int32, len(blocks))
	for i, b := range blocks {
		shards[i] = b.shard()
	}
	slices.Sort(shards)
	return slices.Compact(shards)
}

// touchAudits hands the blocks of every audit of a layer that a change within
// the boxes may alter to the workers.
func touchAudits(ctx context.Context, tx pgx.Tx, queue *river.Client[pgx.Tx], layer int, boxes []overlay.Box) error {
	type head struct {
		ID   int
		Self bool
	}
	rows, _ := tx.Query(ctx, `
		SELECT id, against_id IS NULL FROM audit WHERE (layer_id = $1 OR against_id = $1) AND engine = $2 ORDER BY id`, layer, overlay.Version)
	audits, err := pgx.CollectRows(rows, pgx.RowToStructByPos[head])
	if err != nil {
		return fmt.Errorf("audits of the layer: %w", err)
	}
	for _, a := range audits {
		blocks, err := blocksToTouch(ctx, tx, layer, boxes, a.Self)
		if err != nil {
			return err
		}
		if err := touchBlocks(ctx, tx, a.ID, blocks); err != nil {
			return err
		}
		if err := enqueue(ctx, tx, queue, a.ID, blocks); err != nil {
			return err
		}
	}
	return nil
}

// blocksToTouch returns the blocks whose rows a change within the boxes may
// alter, in order. A pair is owned inside of the boxes of both parcels, so inside
// of the box. The boundary of a neighbour is owned where the neighbour is at
// home, so faces, which only a layer over itself has, may change there too.
func blocksToTouch(ctx context.Context, tx pgx.Tx, layer int, boxes []overlay.Box, faces bool) ([]blockID, error) {
	set := map[blockID]bool{}
	for _, box := range boxes {
		blocks := blocksOf(box)
		for _, b := range blocks {
			set[b] = true
		}
		if !faces {
			continue
		}
		rows, _ := tx.Query(ctx, `
			SELECT DISTINCT home_block FROM parcel_block
			WHERE shard = ANY ($1) AND layer_id = $2 AND block = ANY ($3)
				AND west <= $6 AND south <= $7 AND east >= $4 AND north >= $5`,
			shardsOf(blocks), layer, blocks, box.Min.X, box.Min.Y, box.Max.X, box.Max.Y)
		homes, err := pgx.CollectRows(rows, pgx.RowTo[blockID])
		if err != nil {
			return nil, fmt.Errorf("neighbours of the parcel: %w", err)
		}
		for _, b := range homes {
			set[b] = true
		}
	}
	return slices.Sorted(maps.Keys(set)), nil
}
