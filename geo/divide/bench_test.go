package divide_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/paulmach/orb"

	"jieshi/geo/divide"
	"jieshi/geo/overlay"
	"jieshi/geo/overlay/overlaytest"
)

// contested returns the pieces that two or more of the claims cover, in metres.
func contested(t testing.TB, claims []overlaytest.Claim) []orb.Polygon {
	t.Helper()
	partition, err := overlay.Faces(context.Background(), overlaytest.Layer(claims), overlay.Options{Geometry: true})
	if err != nil {
		t.Fatal(err)
	}
	var pieces []orb.Polygon
	for _, f := range partition.Faces {
		if f.Depth() >= 2 {
			pieces = append(pieces, f.Ground.Metres()...)
		}
	}
	return pieces
}

// hillside is a case of ten claims of 500 vertices round one hill.
func hillside() []overlaytest.Claim {
	return overlaytest.Stars{Claims: 10, MinVertices: 500, MaxVertices: 500, Radius: 250, Noise: 0.15, Spacing: 150}.Make(3)
}

// BenchmarkDivide is the native twin of `make bench-drag`: one frame of a drag.
func BenchmarkDivide(b *testing.B) {
	pieces := contested(b, hillside())
	vertices := 0
	for _, p := range pieces {
		for _, r := range p {
			vertices += len(r)
		}
	}
	table, err := divide.NewTable(4545, pieces)
	if err != nil {
		b.Fatal(err)
	}
	b.Run(fmt.Sprintf("pieces=%d/vertices=%d", len(pieces), vertices), func(b *testing.B) {
		b.ReportAllocs()
		divided := 0
		for i := 0; b.Loop(); i++ {
			dy := float64(i % 300)
			cuts, err := table.Divide(b.Context(), orb.LineString{{499_700, 2_700_050 + dy}, {500_240, 2_700_180 + dy}, {500_800, 2_700_050 + dy}})
			if err != nil {
				b.Fatal(err)
			}
			for _, c := range cuts {
				if c.Divided {
					divided++
				}
			}
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "frames/s")
		b.ReportMetric(float64(divided)/float64(b.N), "divided/frame")
	})
}
