package overlay_test

import (
	"fmt"
	"testing"

	"jieshi/geo/overlay"
	"jieshi/geo/overlay/overlaytest"
)

func BenchmarkPairs(b *testing.B) {
	for _, data := range []struct {
		name string
		make func() []overlaytest.Claim
	}{
		{"c20k", func() []overlaytest.Claim { return overlaytest.C20k.Make(1) }},
		{"c100k", func() []overlaytest.Claim { return overlaytest.C100k.Make(1) }},
		{"big2k", func() []overlaytest.Claim { return overlaytest.Big2k.Make(1) }},
		{"coverage", func() []overlaytest.Claim { return overlaytest.Coverage(60, 1_000_000) }},
	} {
		var l *overlay.Layer
		for _, workers := range []int{1, 2} {
			for _, geometry := range []bool{false, true} {
				b.Run(fmt.Sprintf("%s/geometry=%v/workers=%d", data.name, geometry, workers), func(b *testing.B) {
					if l == nil {
						l = overlaytest.Layer(data.make())
					}
					var n int
					for b.Loop() {
						pairs, err := overlay.Pairs(b.Context(), l, nil, overlay.Options{Workers: workers, Geometry: geometry})
						if err != nil {
							b.Fatal(err)
						}
						n = len(pairs)
					}
					b.ReportMetric(float64(n), "pairs")
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(l.Vertices()), "ns/edge")
				})
			}
		}
	}
}

func BenchmarkFaces(b *testing.B) {
	var l *overlay.Layer
	for _, geometry := range []bool{false, true} {
		for _, workers := range []int{1, 2} {
			b.Run(fmt.Sprintf("c20k/geometry=%v/workers=%d", geometry, workers), func(b *testing.B) {
				if l == nil {
					l = overlaytest.Layer(overlaytest.C20k.Make(1))
				}
				var n int
				for b.Loop() {
					p, err := overlay.Faces(b.Context(), l, overlay.Options{Workers: workers, Geometry: geometry})
					if err != nil {
						b.Fatal(err)
					}
					n = len(p.Faces)
				}
				b.ReportMetric(float64(n), "sets")
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(l.Vertices()), "ns/edge")
			})
		}
	}
}
