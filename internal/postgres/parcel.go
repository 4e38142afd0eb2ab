package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"jieshi/geo/overlay"
	"jieshi/ingest"
)

// Rules of ours beside those of package overlay: such a parcel is refused.
const (
	ruleNoGround overlay.Rule = "no_ground"
	ruleOffGrid  overlay.Rule = "off_grid"
	ruleTooWide  overlay.Rule = "too_wide"
)

// Reason says the fault to a person.
func (f ParcelFault) Reason() ingest.Text {
	switch f.Rule {
	case ruleNoGround:
		return ingest.Text{ZH: "没有面积", EN: "covers no ground"}
	case ruleOffGrid:
		return ingest.Text{ZH: "坐标过大或不是数", EN: "has a coordinate that is no number, or that no projection of the Earth has"}
	case ruleTooWide:
		return ingest.Text{ZH: "范围超过 430 km", EN: "is wider than 430 km"}
	default:
		return ingest.Text{ZH: f.Rule.ZH(), EN: f.Rule.EN()}
	}
}

const (
	// maxBlocks bounds the blocks that one parcel may touch: a box of 430 km.
	maxBlocks = 1 << 16
	// maxFaults bounds what is written down about one parcel.
	maxFaults = 20
)

// prepared is a parcel on the grid, valid, with what was wrong with it. Without
// ground it is refused.
type prepared struct {
	feature int64
	ground  overlay.MultiPolygon
	box     overlay.Box
	blocks  []blockID // its own first
	faults  []ParcelFault
}

// prepare snaps a parcel to the grid and repairs it if it breaks a rule.
func prepare(ctx context.Context, feature int64, shape orb.MultiPolygon) (prepared, error) {
	p := prepared{feature: feature}
	ground, err := overlay.Snap(shape)
	if errors.Is(err, overlay.ErrOffGrid) {
		return p.refuse(ruleOffGrid), nil
	}
	if err != nil {
		return p, fmt.Errorf("parcel %d: %w", feature, err)
	}
	if len(ground) == 0 {
		return p.refuse(ruleNoGround), nil
	}
	breaks := false
	faults, err := overlay.Validate(ctx, ground)
	if err != nil {
		return p, fmt.Errorf("parcel %d: %w", feature, err)
	}
	for _, f := range faults {
		breaks = breaks || f.Rule.Breaks()
		if len(p.faults) < maxFaults {
			at := f.At.Metres()
			p.faults = append(p.faults, ParcelFault{Feature: feature, Rule: f.Rule, At: (*[2]float64)(&at), Outcome: FaultHarmless})
		}
	}
	if breaks {
		if ground, err = overlay.Repair(ctx, ground); err != nil {
			return p, fmt.Errorf("parcel %d: %w", feature, err)
		}
		for i := range p.faults {
			p.faults[i].Outcome = FaultRepaired
		}
	}
	if ground.Area().Sign() <= 0 {
		return p.refuse(ruleNoGround), nil
	}
	p.box = ground.Bounds()
	wide := (p.box.Max.X>>blockBits - p.box.Min.X>>blockBits + 1) * (p.box.Max.Y>>blockBits - p.box.Min.Y>>blockBits + 1)
	if wide > maxBlocks || p.box.Max.X == overlay.MaxCoordinate || p.box.Max.Y == overlay.MaxCoordinate {
		return p.refuse(ruleTooWide), nil
	}
	p.ground, p.blocks = ground, blocksOf(p.box)
	return p, nil
}

// refuse leaves the parcel out, for a reason.
func (p prepared) refuse(rule overlay.Rule) prepared {
	for i := range p.faults {
		p.faults[i].Outcome = FaultRefused
	}
	p.ground = nil
	p.faults = append(p.faults, ParcelFault{Feature: p.feature, Rule: rule, Outcome: FaultRefused})
	return p
}

// parcelBatch is parcels on their way into the tables.
type parcelBatch struct {
	layer, srid int
	parcels     []prepared
	ewkb        []byte // of the row under way
	vertices    int
}

func (b *parcelBatch) add(p prepared) {
	b.parcels = append(b.parcels, p)
	for _, polygon := range p.ground {
		for _, ring := range polygon {
			b.vertices += len(ring)
		}
	}
}

func (b *parcelBatch) reset() { b.parcels, b.vertices = b.parcels[:0], 0 }

// copy writes the batch, and returns how many parcels have ground.
func (b *parcelBatch) copy(ctx context.Context, tx pgx.Tx) (n int, err error) {
	if err := registerGeometry(ctx, tx); err != nil {
		return 0, err
	}
	var parcels, faults []*prepared
	var rows [][2]int // a parcel, and one of its blocks
	for i := range b.parcels {
		p := &b.parcels[i]
		if len(p.faults) > 0 {
			faults = append(faults, p)
		}
		if p.ground == nil {
			continue
		}
		parcels = append(parcels, p)
		for k := range p.blocks {
			rows = append(rows, [2]int{i, k})
		}
	}
	_, err = tx.CopyFrom(ctx, pgx.Identifier{"parcel"}, []string{"shard", "layer_id", "feature", "ground"},
		pgx.CopyFromSlice(len(parcels), func(i int) ([]any, error) {
			p := parcels[i]
			b.ewkb = appendEWKB(b.ewkb[:0], b.srid, p.ground)
			return []any{p.blocks[0].shard(), b.layer, p.feature, b.ewkb}, nil
		}))
	if err != nil {
		return 0, fmt.Errorf("parcels: %w", err)
	}
	columns := []string{"shard", "layer_id", "block", "feature", "home_shard", "home_block", "west", "south", "east", "north"}
	_, err = tx.CopyFrom(ctx, pgx.Identifier{"parcel_block"}, columns, pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) {
		p := &b.parcels[rows[i][0]]
		block, home := p.blocks[rows[i][1]], p.blocks[0]
		return []any{
			block.shard(), b.layer, int64(block), p.feature, home.shard(), int64(home),
			p.box.Min.X, p.box.Min.Y, p.box.Max.X, p.box.Max.Y,
		}, nil
	}))
	if err != nil {
		return 0, fmt.Errorf("blocks of parcels: %w", err)
	}
	return len(parcels), b.copyFaults(ctx, tx, faults)
}

func (b *parcelBatch) copyFaults(ctx context.Context, tx pgx.Tx, parcels []*prepared) error {
	var rows [][]any
	for _, p := range parcels {
		for n, f := range p.faults {
			var x, y *float64
			if f.At != nil {
				x, y = &f.At[0], &f.At[1]
			}
			rows = append(rows, []any{b.layer, p.feature, n + 1, string(f.Rule), x, y, string(f.Outcome)})
		}
	}
	columns := []string{"layer_id", "feature", "n", "rule", "x", "y", "outcome"}
	if _, err := tx.CopyFrom(ctx, pgx.Identifier{"parcel_fault"}, columns, pgx.CopyFromRows(rows)); err != nil {
		return fmt.Errorf("faults of parcels: %w", err)
	}
	return nil
}
