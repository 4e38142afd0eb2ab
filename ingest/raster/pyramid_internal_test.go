package raster

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/airbusgeo/godal"
)

// Plain bytes are halved four at a time; pixel by pixel gives the same, also at
// an odd edge.
func TestHalvingPlainBytesAtOnceIsThatOfEachPixel(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	for _, bands := range []int{1, 3, 4} {
		for _, size := range [][2]int{{64, 64}, {63, 41}, {1, 5}, {2, 1}} {
			h := halver[byte]{look: look{dtype: godal.Byte, bands: bands, alpha: -1, threads: 2}, mean: byteMean}
			src, w := window{w: size[0], h: size[1]}, window{w: (size[0] + 1) / 2, h: (size[1] + 1) / 2}
			fine := make([]byte, src.w*src.h*bands)
			for i := range fine {
				fine[i] = byte(random.IntN(256))
			}
			got, want := make([]byte, w.w*w.h*bands), make([]byte, w.w*w.h*bands)
			h.halve(fine, nil, src, got, nil, w)
			for i := range w.w * w.h {
				h.pixel(fine, nil, src, 2*(i%w.w), 2*(i/w.w), want[i*bands:][:bands], nil, i)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%d bands of %v: halved to %v, want %v", bands, size, got, want)
			}
		}
	}
}
