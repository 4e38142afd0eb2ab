package postgres

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"jieshi/geo/overlay"
	"jieshi/geo/overlay/overlaytest"
)

func TestEveryPointLiesInItsBlock(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		coordinate := rapid.Int64Range(-overlay.MaxCoordinate, overlay.MaxCoordinate-1)
		p := overlay.Point{X: coordinate.Draw(t, "x"), Y: coordinate.Draw(t, "y")}
		b := blockAt(p)
		if c := b.cell(); p.X < c.West || p.X >= c.East || p.Y < c.South || p.Y >= c.North {
			t.Fatalf("%v is not in %+v, its block %d", p, c, b)
		}
		if b < 0 || b >= 1<<(2*curveBits) || b.shard() < 0 {
			t.Fatalf("block %d, shard %d", b, b.shard())
		}
	})
}

// Neighbours in number are neighbours on the ground: that makes it Hilbert's.
func TestTheCurveMakesNoJump(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := blockID(rapid.Int64Range(0, 1<<(2*curveBits)-2).Draw(t, "block"))
		x1, y1 := b.place()
		x2, y2 := (b + 1).place()
		if d := math.Abs(float64(x1)-float64(x2)) + math.Abs(float64(y1)-float64(y2)); d != 1 {
			t.Fatalf("blocks %d and %d are %v apart", b, b+1, d)
		}
	})
}

func TestGroundComesBackFromEWKB(t *testing.T) {
	var d groundDecoder
	for _, c := range append(overlaytest.Frames(1, 50, 9, 12_345), overlaytest.C20k.Make(1)[:50]...) {
		got, err := d.decode(appendEWKB(nil, 4545, c.Ground))
		if err != nil {
			t.Fatal(err)
		}
		same := len(got) == len(c.Ground)
		for i := range got {
			same = same && slices.EqualFunc(got[i], c.Ground[i], slices.Equal[overlay.Ring])
		}
		if !same {
			t.Fatalf("claim %d came back as %v", c.ID, got)
		}
	}
}

func FuzzGroundDecoder(f *testing.F) {
	f.Add(appendEWKB(nil, 4545, overlaytest.Square(0, 0, 10)))
	f.Add([]byte{1, 6, 0, 0, 0, 255, 255, 255, 255})
	f.Fuzz(func(t *testing.T, b []byte) {
		var d groundDecoder
		ground, err := d.decode(b)
		if err != nil {
			return
		}
		var again groundDecoder
		if back, err := again.decode(appendEWKB(nil, 4545, ground)); err != nil || len(back) != len(ground) {
			t.Fatalf("cannot read back: %v", err)
		}
	})
}

func TestAreasComeBackFromNumbers(t *testing.T) {
	for _, units := range []string{"0", "1", "-1", "18446744073709551616", "-18446744073709551617", "170141183460469231731687303715884105727"} {
		a, err := areaOf(units)
		if err != nil || a.Big().String() != units {
			t.Errorf("areaOf(%s) = %v, %v", units, a.Big(), err)
		}
	}
	if _, err := areaOf("170141183460469231731687303715884105728"); err == nil {
		t.Error("2^127 was taken")
	}
}
