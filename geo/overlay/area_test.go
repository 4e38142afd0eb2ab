package overlay_test

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"jieshi/geo/overlay"
)

// Areas must add, subtract, compare and convert like the big integers that they
// stand for.
func TestAreaIsA128BitInteger(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) overlay.Area {
			// A quarter of the range, so that sums fit.
			return overlay.AreaOf(rapid.Int64Range(-1<<61, 1<<61).Draw(t, name+" high"), rapid.Uint64().Draw(t, name+" low"))
		}
		a, b := draw("a"), draw("b")
		if got, want := a.Add(b).Big(), new(big.Int).Add(a.Big(), b.Big()); got.Cmp(want) != 0 {
			t.Errorf("%v + %v = %v", a.Big(), b.Big(), got)
		}
		if got, want := a.Sub(b).Big(), new(big.Int).Sub(a.Big(), b.Big()); got.Cmp(want) != 0 {
			t.Errorf("%v − %v = %v", a.Big(), b.Big(), got)
		}
		if got, want := a.Sign(), a.Big().Sign(); got != want {
			t.Errorf("sign of %v = %d", a.Big(), got)
		}
		if half := overlay.AreaOf(0, rapid.Uint64().Draw(t, "small")); half.Sub(half.Neg()).Sign() != half.Big().Sign() {
			t.Errorf("sign of twice %v is wrong", half.Big())
		}
		f, _ := new(big.Float).SetInt(a.Big()).Float64()
		const halfCell = 1e-8 / (1 << 17)
		if got := float64(a.SquareMetres()); got < f*halfCell-1e-15*abs(f*halfCell) || got > f*halfCell+1e-15*abs(f*halfCell) {
			t.Errorf("%v half cells = %v m², want %v", a.Big(), got, f*halfCell)
		}
	})
}

func abs(v float64) float64 { return max(v, -v) }

func TestAreaOfSquareMetres(t *testing.T) {
	for _, v := range []float64{0, 1e-6, 0.01, 1, 100, 39_962_943_803, 1e20} {
		got := float64(squareMetres(v).SquareMetres())
		if got > v || got < v*(1-1e-15)-1e-13 {
			t.Errorf("the area of %v m² is %v m²", v, got)
		}
	}
}
