package overlay_test

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"jieshi/geo/overlay"
	"jieshi/geo/overlay/overlaytest"
)

// drawTiny draws valid claims of a few grid units, or long ones a few units high,
// where rounding a crossing moves it onto corners, over edges and past other
// crossings.
func drawTiny(t *rapid.T) []overlaytest.Claim {
	rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
	width, height := rapid.Int64Range(4, 90).Draw(t, "width"), rapid.Int64Range(4, 30).Draw(t, "height")
	if rapid.Bool().Draw(t, "long") {
		width *= 1000
	}
	if rapid.Bool().Draw(t, "high") { // fewer corners fall on edges
		height *= 10
	}
	var claims []overlaytest.Claim
	for n := rapid.IntRange(2, 8).Draw(t, "claims"); len(claims) < n; {
		var ring overlay.Ring
		for range 3 + rnd.IntN(7) {
			ring = append(ring, overlay.Point{X: rnd.Int64N(width), Y: rnd.Int64N(height)})
		}
		for _, polygon := range repairOf(overlay.MultiPolygon{{ring}}) {
			claims = append(claims, overlaytest.Claim{ID: int64(len(claims) + 1), Ground: overlay.MultiPolygon{polygon}})
		}
	}
	return claims
}

func TestStitchedGroundIsTheGroundDrawn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		claims := drawClaims(t)
		if rapid.Bool().Draw(t, "tiny") {
			claims = drawTiny(t)
		}
		l := overlaytest.Layer(claims)
		options := overlay.Options{Workers: 1, Geometry: true}
		got, err := overlay.Pairs(t.Context(), l, nil, options)
		if err != nil {
			t.Fatal(err)
		}
		want, err := overlay.Pairs(t.Context(), l, nil, options.DrawAll())
		if err != nil {
			t.Fatal(err)
		}
		for i := range want {
			if !reflect.DeepEqual(got[i], want[i]) {
				t.Fatalf("pair %d, %d: stitched\n%v, drawn\n%v", want[i].A, want[i].B, got[i].Ground, want[i].Ground)
			}
		}
	})
}

func TestOutlinedFacesAreTheFacesDrawn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		claims := drawClaims(t)
		if rapid.Bool().Draw(t, "tiny") {
			claims = drawTiny(t)
		}
		got := faces(t, claims, overlay.Options{Workers: 1, Geometry: true})
		want := faces(t, claims, overlay.Options{Workers: 1, Geometry: true}.DrawAll())
		for i := range want.Faces {
			if !reflect.DeepEqual(got.Faces[i], want.Faces[i]) {
				t.Fatalf("face %v: outlined\n%v, drawn\n%v", want.Faces[i].Claims, got.Faces[i].Ground, want.Faces[i].Ground)
			}
		}
	})
}

// nearCopies returns up to four valid claims of few corners, most of which lie
// within a millimetre of those of one of them: sides cross at angles of nothing,
// and three or four cross in places that rounding brings out of order.
func nearCopies(rnd *rand.Rand, width, height int64) []overlaytest.Claim {
	anywhere := func() overlay.Point { return overlay.Point{X: rnd.Int64N(width), Y: rnd.Int64N(height)} }
	base := make(overlay.Ring, 3+rnd.IntN(5))
	for i := range base {
		base[i] = anywhere()
	}
	off := 1 + rnd.Int64N(12)
	var claims []overlaytest.Claim
	for n := 2 + rnd.IntN(3); len(claims) < n; {
		ring := make(overlay.Ring, len(base))
		for i := range ring {
			ring[i] = overlay.Point{X: base[i].X + rnd.Int64N(2*off+1) - off, Y: base[i].Y + rnd.Int64N(2*off+1) - off}
			if rnd.IntN(3) > 0 {
				ring[i] = anywhere()
			}
		}
		for _, polygon := range repairOf(overlay.MultiPolygon{{ring}}) {
			claims = append(claims, overlaytest.Claim{ID: int64(len(claims) + 1), Ground: overlay.MultiPolygon{polygon}})
		}
	}
	return claims
}

// Without the look at the places around crossings ([segment.crossesClearly]) a
// dozen of these faces come out wrong.
func TestOutlinedFacesOfNearCopiesAreTheFacesDrawn(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 2))
	options := overlay.Options{Workers: 1, Geometry: true}
	for range 1200 {
		for _, size := range [][2]int64{{200, 100}, {1000, 1000}, {3000, 300}} {
			l := overlaytest.Layer(nearCopies(rnd, size[0], size[1]))
			got, err := overlay.Faces(t.Context(), l, options)
			if err != nil {
				t.Fatal(err)
			}
			want, err := overlay.Faces(t.Context(), l, options.DrawAll())
			if err != nil {
				t.Fatal(err)
			}
			for i := range want.Faces {
				if !reflect.DeepEqual(got.Faces[i], want.Faces[i]) {
					t.Fatalf("face %v: outlined\n%v, drawn\n%v", want.Faces[i].Claims, got.Faces[i].Ground, want.Faces[i].Ground)
				}
			}
		}
	}
}

// Most claims of a register must take the short way, or it is none.
func TestMostGroundIsStitched(t *testing.T) {
	stars := overlaytest.C20k
	stars.Claims = 300
	l := overlaytest.Layer(stars.Make(1))
	options := overlay.Options{Workers: 1, Geometry: true}
	count := func(o overlay.Options) float64 {
		return testing.AllocsPerRun(1, func() {
			if _, err := overlay.Pairs(t.Context(), l, nil, o); err != nil {
				t.Fatal(err)
			}
		})
	}
	if stitched, drawn := count(options), count(options.DrawAll()); stitched > drawn/4 {
		t.Errorf("%v allocations, drawn in the general way %v", stitched, drawn)
	}
}
