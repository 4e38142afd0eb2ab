package main

import (
	"context"
	"io"
	"math"
	"strings"
	"testing"

	"jieshi/geo/overlay"
)

// Blocks with their halo must find what the whole layer has: here 240 × 240 claims
// lie on nine blocks, most of whose seams run through claims.
func TestABlockOfTheLatticeHasAllThatItNeeds(t *testing.T) {
	l, err := newLattice(240 * 240)
	if err != nil {
		t.Fatal(err)
	}
	const everywhere = math.MaxInt64 / 4
	whole, err := l.load(t.Context(), overlay.Block{West: -everywhere, South: -everywhere, East: everywhere, North: everywhere})
	if err != nil || whole.Len() != 240*240 {
		t.Fatalf("%d claims (%v)", whole.Len(), err)
	}
	want, err := overlay.Faces(t.Context(), whole, overlay.Options{})
	if err != nil {
		t.Fatal(err)
	}
	blocks := l.blocks()
	parts := make([]*overlay.Partition, 0, len(blocks))
	l.largest = 0
	err = overlay.StreamFaces(t.Context(), l.load, blocks, overlay.Options{}, func(_ overlay.Block, p *overlay.Partition) error {
		parts = append(parts, p)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	got := overlay.Merge(parts...)
	a, b := newChecksum(), newChecksum()
	a.pairs(got.Pairs)
	a.faces(got.Faces)
	b.pairs(want.Pairs)
	b.faces(want.Faces)
	if len(blocks) < 9 || l.largest > 12_000 || a.text() != b.text() || got.Union != want.Union || len(want.Pairs) < 240*240 {
		t.Errorf("%d blocks, the largest of %d claims: %d pairs, union %v; want %d, %v", len(blocks), l.largest, len(got.Pairs), got.Union, len(want.Pairs), want.Union)
	}
}

func TestAStreamOfAnImpossibleSizeIsRefused(t *testing.T) {
	for _, claims := range []int{-5, math.MaxInt32 * 1024} {
		if err := streamLayer(context.Background(), claims, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), "-stream") {
			t.Errorf("%d claims: %v, want a refusal", claims, err)
		}
	}
}
