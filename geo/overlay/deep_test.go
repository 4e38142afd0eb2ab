package overlay_test

import (
	"testing"

	"jieshi/geo/overlay"
	"jieshi/geo/overlay/overlaytest"
)

// The same parcel claimed over and over, and claims one in the other: what a
// register never has, but a file may, must end, and be exact.
func TestDeepPiles(t *testing.T) {
	const n = 300
	square := overlaytest.Square(0, 0, 20*n).Area()
	var same, nested []overlaytest.Claim
	for i := range int64(n) {
		same = append(same, overlaytest.Claim{ID: i, Ground: overlaytest.Square(0, 0, 20*n)})
		nested = append(nested, overlaytest.Claim{ID: i, Ground: overlaytest.Square(10*i, 10*i, 20*(n-i))})
	}
	for _, tc := range []struct {
		name   string
		claims []overlaytest.Claim
		faces  int
	}{{"the same parcel", same, 1}, {"one in the other", nested, n}} {
		t.Run(tc.name, func(t *testing.T) {
			p, err := overlay.Faces(t.Context(), overlaytest.Layer(tc.claims), overlay.Options{Geometry: true})
			if err != nil {
				t.Fatal(err)
			}
			if len(p.Faces) != tc.faces || len(p.Pairs) != n*(n-1)/2 || p.Union != square {
				t.Errorf("%d faces, %d pairs, %v m²; want %d, %d and %v m²",
					len(p.Faces), len(p.Pairs), p.Union.SquareMetres(), tc.faces, n*(n-1)/2, square.SquareMetres())
			}
			for _, f := range p.Faces {
				if f.Depth() >= 2 && f.Ground.Area() != f.Area {
					t.Errorf("depth %d is drawn with %v m², want %v", f.Depth(), f.Ground.Area().SquareMetres(), f.Area.SquareMetres())
				}
			}
		})
	}
}
