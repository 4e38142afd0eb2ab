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

// Ten claims of 500 vertices divided by one line of 50 corners: what a page does
// for each frame while a mediator drags a line.
func BenchmarkSplit(b *testing.B) {
	claims := overlaytest.Stars{Claims: 10, MinVertices: 500, MaxVertices: 501, Radius: 40, Noise: 0.15, Spacing: 20}.Make(1)
	box := overlaytest.Layer(claims).Bounds()
	var cut []overlay.Point
	for k := range int64(50) {
		cut = append(cut, overlay.Point{
			X: box.Min.X + k*(box.Max.X-box.Min.X)/49,
			Y: box.Min.Y + (box.Max.Y-box.Min.Y)*(3+k%2)/7,
		})
	}
	parts := 0
	for b.Loop() {
		parts = 0
		for _, c := range claims {
			parts += len(partsOf(c.Ground, cut))
		}
	}
	b.ReportMetric(float64(parts), "parts")
}

func BenchmarkValidate(b *testing.B) {
	for _, vertices := range []int{16, 256, 4096} {
		b.Run(fmt.Sprintf("vertices=%d", vertices), func(b *testing.B) {
			star := overlaytest.Stars{Claims: 1, MinVertices: vertices, MaxVertices: vertices + 1, Radius: 400, Noise: 0.1}.Make(1)[0]
			for b.Loop() {
				if faults := faultsOf(star.Ground); faults != nil {
					b.Fatal(faults)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(vertices), "ns/vertex")
		})
	}
}

func BenchmarkBuild(b *testing.B) {
	stars := overlaytest.C20k
	stars.Claims = 2000
	claims := stars.Make(1)
	var l *overlay.Layer
	for b.Loop() {
		l = overlaytest.Layer(claims)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(l.Vertices()), "ns/vertex")
}
