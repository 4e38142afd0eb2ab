package overlay_test

import (
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"jieshi/geo/overlay"
	"jieshi/geo/overlay/overlaytest"
)

// far is the farthest coordinate there is.
const far = overlay.MaxCoordinate

func TestSnapRefusesWhatIsOffTheGrid(t *testing.T) {
	inf := math.Inf(1)
	most := float64(far) / overlay.GridPerMetre
	for _, p := range []orb.Point{{math.NaN(), 0}, {0, math.NaN()}, {inf, 0}, {0, -inf}, {1e300, 0}, {most + 1, 0}, {0, -most - 1}} {
		if _, err := overlay.Snap(orb.MultiPolygon{{{{0, 0}, {1, 0}, p, {0, 0}}}}); !errors.Is(err, overlay.ErrOffGrid) {
			t.Errorf("Snap(%v): %v, want ErrOffGrid", p, err)
		}
	}
	if _, err := overlay.SnapPoint(orb.Point{most, -most}); err != nil {
		t.Errorf("the farthest point there is: %v", err)
	}
}

func TestBuilderRefusesWhatIsOffTheGrid(t *testing.T) {
	var b overlay.Builder
	if err := b.Add(1, overlaytest.Square(far-5, 0, 10)); !errors.Is(err, overlay.ErrOffGrid) {
		t.Errorf("Add: %v, want ErrOffGrid", err)
	}
	if err := b.Add(1, overlaytest.Square(math.MaxInt64-10, 0, 5)); !errors.Is(err, overlay.ErrOffGrid) {
		t.Errorf("Add: %v, want ErrOffGrid", err)
	}
	for _, m := range []overlay.MultiPolygon{nil, {}, {{}}, {{{}}}, {{{{X: 1}}}}, {{{{X: 1}, {X: 2}, {X: 1}}}}} {
		if err := b.Add(1, m); !errors.Is(err, overlay.ErrNoGround) {
			t.Errorf("Add(%v): %v, want ErrNoGround", m, err)
		}
	}
	if err := errors.Join(b.Add(1, overlaytest.Square(0, 0, 5)), b.Add(1, overlaytest.Square(9, 0, 5))); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Build(); !errors.Is(err, overlay.ErrSameID) {
		t.Errorf("Build: %v, want ErrSameID", err)
	}
}

func TestNothingIsComputedOffTheGrid(t *testing.T) {
	for _, at := range []int64{far - 1, math.MaxInt64 - 5, math.MinInt64} {
		m := overlaytest.Square(at, 0, 5)
		if faults := faultsOf(m); len(faults) != 1 || faults[0].Rule != overlay.RingOffGrid {
			t.Errorf("Validate: %v, want one fault off the grid", faults)
		}
		if got := repairOf(m); got != nil {
			t.Errorf("Repair = %v, want none", got)
		}
		if got := partsOf(overlaytest.Square(0, 0, 5), m[0][0]); got != nil {
			t.Errorf("Split = %v, want none", got)
		}
	}
}

// Two squares as large as there can be, over each other by a quarter: areas of
// 2^82 cells, in a frame in which every product passes 64 bits.
func TestTheLargestClaims(t *testing.T) {
	const side = far + far/2
	l := overlaytest.Layer([]overlaytest.Claim{
		{ID: 1, Ground: overlaytest.Square(-far, -far, side)},
		{ID: 2, Ground: overlaytest.Square(far-side, far-side, side)},
		{ID: 3, Ground: overlaytest.Square(0, 0, 1)},
	})
	p, err := overlay.Faces(t.Context(), l, overlay.Options{Geometry: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Pairs) != 3 {
		t.Fatalf("%d pairs, want 3", len(p.Pairs))
	}
	cells := func(n int64) *big.Int { // n² cells in half cells of the subgrid
		b := new(big.Int).Mul(big.NewInt(n), big.NewInt(n))
		return b.Lsh(b, 2*8+1)
	}
	if got, want := p.Pairs[0].Area.Big(), cells(far); got.Cmp(want) != 0 {
		t.Errorf("the large ones share %v half cells, want %v", got, want)
	}
	if got, want := p.Pairs[1].Area.Big(), cells(1); got.Cmp(want) != 0 {
		t.Errorf("the small one shares %v half cells, want %v", got, want)
	}
	for _, f := range p.Faces {
		if f.Depth() >= 2 && f.Ground.Area() != f.Area {
			t.Errorf("face %v is drawn with %v half cells, want %v", f.Claims, f.Ground.Area().Big(), f.Area.Big())
		}
	}
}

// A frame just below and just above the limit of 64-bit predicates must say the
// same of the same claims; the wide one because a fourth claim stretches it.
func TestWidePredicatesAgreeWithNarrowOnes(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 7))
	const extent = 1<<31 - 1
	for range 300 {
		corner := func() overlay.Point {
			return overlay.Point{X: rnd.Int64N(extent), Y: rnd.Int64N(extent)}
		}
		var narrow, wide overlay.Builder
		for id := range int64(3) {
			a, b, c := corner(), corner(), corner()
			m := overlay.MultiPolygon{{{a, b, c, a}}}
			// The same ground with a speck far away, which makes it wide.
			speck := overlaytest.Square(4*extent+10*id, 4*extent, 1)
			if err := errors.Join(narrow.Add(id, m), wide.Add(id, append(speck, m...))); err != nil {
				t.Fatal(err)
			}
		}
		n, err := narrow.Build()
		if err != nil {
			t.Fatal(err)
		}
		w, err := wide.Build()
		if err != nil {
			t.Fatal(err)
		}
		want, err := overlay.Pairs(t.Context(), n, nil, overlay.Options{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := overlay.Pairs(t.Context(), w, nil, overlay.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(want) {
			t.Fatalf("%d pairs in a wide frame, %d in a narrow one", len(got), len(want))
		}
		for i := range got {
			if got[i].A != want[i].A || got[i].B != want[i].B || got[i].Area != want[i].Area {
				t.Errorf("wide %v, narrow %v", got[i], want[i])
			}
		}
	}
}
