package postgres

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"jieshi/geo/overlay"
)

var auditReach = query("audit_reach")

// auditHead is what a worker has to know of an audit.
type auditHead struct {
	id, layer int
	against   *int // nil: the layer against itself
	srid      int
	engine    string
	again     bool // the block has been computed before, and may have rows
}

// computeBlock computes one block of an audit and replaces its rows, in the
// transaction tx. The row of the block is locked first: whoever comes second
// finds it done, and a change of a parcel waits or is seen. It reports false if
// there was nothing to do.
func computeBlock(ctx context.Context, tx pgx.Tx, audit int, block blockID) (computed bool, err error) {
	a := auditHead{id: audit}
	err = tx.QueryRow(ctx, `
		SELECT layer_id, against_id, srid, engine, audit_block.parcels > 0
		FROM audit_block JOIN audit ON audit.id = audit_id JOIN layer ON layer.id = layer_id
		WHERE audit_id = $1 AND block = $2 AND done_at IS NULL
		FOR UPDATE OF audit_block`, audit, block).Scan(&a.layer, &a.against, &a.srid, &a.engine, &a.again)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("block %d of audit %d: %w", block, audit, err)
	}
	if a.engine != overlay.Version {
		return false, fmt.Errorf("audit %d is of %s; this program has %s", audit, a.engine, overlay.Version)
	}
	if err := registerGeometry(ctx, tx); err != nil {
		return false, err
	}
	found, err := a.overlay(ctx, tx, block)
	if err != nil {
		return false, fmt.Errorf("block %d of audit %d: %w", block, audit, err)
	}
	return true, a.replace(ctx, tx, block, found)
}

// blockFinding is what a block owns.
type blockFinding struct {
	parcels int
	pairs   []overlay.Pair
	faces   []overlay.Face
	union   overlay.Area
}

func (a auditHead) overlay(ctx context.Context, tx pgx.Tx, block blockID) (f blockFinding, err error) {
	cell := block.cell()
	// Workers are processes and jobs; one of them takes one processor.
	options := overlay.Options{Workers: 1, Owns: &cell, Geometry: true}
	if a.against != nil {
		return a.pairs(ctx, tx, block, options)
	}
	args := pgx.StrictNamedArgs{
		"shard": block.shard(), "layer_id": a.layer, "block": block, "srid": a.srid,
		"west": cell.West, "south": cell.South, "east": cell.East, "north": cell.North,
	}
	layer, err := readParcels(ctx, tx, auditReach, args)
	if err != nil {
		return f, err
	}
	f.parcels = layer.Len()
	if f.pairs, err = overlay.Pairs(ctx, layer, nil, options); err != nil {
		return f, err
	}
	options.Geometry = false
	partition, err := overlay.Faces(ctx, layer, options)
	if err != nil {
		return f, err
	}
	f.faces, f.union = partition.Faces, partition.Union
	return f, nil
}

// readParcels reads features and grounds in binary, straight onto the grid.
func readParcels(ctx context.Context, tx pgx.Tx, sql string, args pgx.StrictNamedArgs) (*overlay.Layer, error) {
	rows, err := tx.Query(ctx, sql, args)
	if err != nil {
		return nil, fmt.Errorf("parcels: %w", err)
	}
	defer rows.Close()
	var build overlay.Builder
	var decoder groundDecoder
	for rows.Next() {
		raw := rows.RawValues()
		feature, err := int8Of(raw[0])
		if err != nil {
			return nil, err
		}
		ground, err := decoder.decode(raw[1])
		if err != nil {
			return nil, fmt.Errorf("parcel %d: %w", feature, err)
		}
		if err := build.Add(feature, ground); err != nil {
			return nil, fmt.Errorf("parcel %d: %w", feature, err)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("parcels: %w", err)
	}
	return build.Build()
}

// int8Of reads a bigint in PostgreSQL's binary format.
func int8Of(b []byte) (int64, error) {
	if len(b) != 8 {
		return 0, fmt.Errorf("postgres: a bigint of %d bytes", len(b))
	}
	return int64(binary.BigEndian.Uint64(b)), nil //nolint:gosec // two's complement
}

// replace puts what was found in the place of what was there. Nothing is looked for
// at the first time: the tables of a new audit grow faster than the statistics by
// which a plan is chosen, and one that goes through all that is there takes longer
// than the rest of the work.
func (a auditHead) replace(ctx context.Context, tx pgx.Tx, block blockID, f blockFinding) error {
	for _, table := range []string{"overlap", "face"} {
		if !a.again {
			break
		}
		if _, err := tx.Exec(ctx, "DELETE FROM "+table+" WHERE shard = $1 AND audit_id = $2 AND block = $3", block.shard(), a.id, block); err != nil {
			return fmt.Errorf("earlier rows of %s: %w", table, err)
		}
	}
	var ewkb []byte
	columns := []string{"shard", "audit_id", "block", "a", "b", "units", "plane_m2", "ground"}
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"overlap"}, columns, pgx.CopyFromSlice(len(f.pairs), func(i int) ([]any, error) {
		p := &f.pairs[i]
		var ground any
		if p.Ground != nil {
			ewkb = appendEWKB(ewkb[:0], a.srid, p.Ground)
			ground = ewkb
		}
		return []any{block.shard(), a.id, int64(block), p.A, p.B, numericOf(p.Area), float64(p.Area.SquareMetres()), ground}, nil
	}))
	if err != nil {
		return fmt.Errorf("overlaps: %w", err)
	}
	faces := make([][]any, 0, len(f.faces))
	for _, face := range f.faces {
		if face.Depth() >= 2 {
			faces = append(faces, []any{block.shard(), a.id, int64(block), face.Claims, numericOf(face.Area)})
		}
	}
	_, err = tx.CopyFrom(ctx, pgx.Identifier{"face"}, []string{"shard", "audit_id", "block", "claimants", "units"}, pgx.CopyFromRows(faces))
	if err != nil {
		return fmt.Errorf("faces: %w", err)
	}
	drawn, m2, reach := 0, 0.0, overlay.Box{}
	for i := range f.pairs {
		ground := f.pairs[i].Ground
		if ground == nil {
			continue
		}
		if drawn == 0 {
			reach = ground.Bounds()
		}
		drawn, m2, reach = drawn+1, m2+float64(f.pairs[i].Area.SquareMetres()), reach.Union(ground.Bounds())
	}
	cell := block.cell()
	middle := overlay.Point{X: (cell.West + cell.East) / 2, Y: (cell.South + cell.North) / 2}.Metres()
	from, to := reach.Min.Metres(), reach.Max.Metres()
	_, err = tx.Exec(ctx, `
		UPDATE audit_block SET done_at = now(), parcels = $3, union_units = $4, found = $5, found_m2 = $6,
			place = CASE WHEN $5 > 0 THEN ST_Transform(ST_SetSRID(ST_MakePoint($7, $8), $9), 3857) END,
			reach = CASE WHEN $5 > 0 THEN ST_MakeEnvelope($10, $11, $12, $13, $9) END
		WHERE audit_id = $1 AND block = $2`,
		a.id, block, f.parcels, numericOf(f.union), drawn, m2, middle[0], middle[1], a.srid, from[0], from[1], to[0], to[1])
	if err != nil {
		return fmt.Errorf("end of block %d: %w", block, err)
	}
	return nil
}

func numericOf(a overlay.Area) pgtype.Numeric { return pgtype.Numeric{Int: a.Big(), Valid: true} }

// areaOf reads the exact area that a query gave as text.
func areaOf(units string) (overlay.Area, error) {
	n, ok := new(big.Int).SetString(units, 10)
	if !ok || n.BitLen() > 127 {
		return overlay.Area{}, fmt.Errorf("postgres: %q is no area", units)
	}
	low := new(big.Int).And(n, new(big.Int).SetUint64(1<<64-1)) // two's complement, also of a negative one
	return overlay.AreaOf(new(big.Int).Rsh(n, 64).Int64(), low.Uint64()), nil
}
