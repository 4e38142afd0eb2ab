package overlay_test

import (
	"context"
	"runtime"
	"testing"

	"jieshi/geo/overlay"
	"jieshi/geo/overlay/overlaytest"
)

// A layer that is made block by block, and never is in memory as a whole: rows of
// squares of which each shares a strip with the next one.
type strips struct{ perRow, rows, side, step int64 }

func (s strips) load(_ context.Context, block overlay.Block) (*overlay.Layer, error) {
	var b overlay.Builder
	box := block.Box()
	for row := max(box.Min.Y/s.side-1, 0); row <= min(box.Max.Y/s.side+1, s.rows-1); row++ {
		for col := max(box.Min.X/s.step-2, 0); col <= min(box.Max.X/s.step+2, s.perRow-1); col++ {
			if err := b.Add(row*s.perRow+col, overlaytest.Square(col*s.step, row*s.side, s.side)); err != nil {
				return nil, err
			}
		}
	}
	return b.Build()
}

// What a run keeps does not grow with the number of blocks (package comment,
// Input): ten million polygons take the memory of the largest block with its halo.
func TestStreamsTakeTheMemoryOfABlock(t *testing.T) {
	measure := func(s strips) (pairs, blocks int, most uint64) {
		bounds := overlay.Box{Max: overlay.Point{X: (s.perRow-1)*s.step + s.side, Y: s.rows * s.side}}
		err := overlay.StreamPairs(t.Context(), s.load, nil, overlay.BlocksOf(bounds, 40*s.side), overlay.Options{},
			func(_ overlay.Block, rows []overlay.Pair) error {
				pairs += len(rows)
				blocks++
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapAlloc)
				return nil
			})
		if err != nil {
			t.Fatal(err)
		}
		return pairs, blocks, most
	}
	s := strips{perRow: 80, rows: 80, side: 10_000, step: 9_000}
	_, few, small := measure(s)
	s.perRow, s.rows = 400, 400
	pairs, many, large := measure(s)
	if want := 400 * 399; pairs != want {
		t.Errorf("got %d pairs, want %d", pairs, want)
	}
	if many < 15*few || large > small+(1<<20) {
		t.Errorf("%d blocks leave %d bytes in use, %d blocks %d", few, small, many, large)
	}
}

func TestAStreamEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := strips{perRow: 40, rows: 40, side: 10_000, step: 9_000}
	blocks := overlay.BlocksOf(overlay.Box{Max: overlay.Point{X: 370_000, Y: 400_000}}, 50_000)
	done := 0
	err := overlay.StreamFaces(ctx, s.load, blocks, overlay.Options{}, func(overlay.Block, *overlay.Partition) error {
		if done++; done == 3 {
			cancel()
		}
		return nil
	})
	if err == nil || done != 3 {
		t.Errorf("it went through %d blocks of %d after the third was the last, error %v", done, len(blocks), err)
	}
}
