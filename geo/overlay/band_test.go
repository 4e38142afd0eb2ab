package overlay_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"jieshi/geo/overlay"
	"jieshi/geo/overlay/overlaytest"
)

// vertices returns the number of vertices of m without closing ones.
func vertices(m overlay.MultiPolygon) (n int) {
	for _, poly := range m {
		for _, ring := range poly {
			n += len(ring) - 1
		}
	}
	return n
}

func uniform(m overlay.MultiPolygon, reach int64) []int64 {
	out := make([]int64, vertices(m))
	for i := range out {
		out[i] = reach
	}
	return out
}

// A square of 100 m whose left side was walked with ± 10 m and whose right side
// with ± 1 m:
//
//	╭───────────────╮
//	│ ┌───────────┐ │        the band narrows from left to right
//	│ │           │ │
//	│ └───────────┘ │
//	╰───────────────╯
func TestABandIsAsWideAsTheReachAtEachEnd(t *testing.T) {
	ground := overlaytest.Square(0, 0, 1_000_000)
	reach := make([]int64, 4)
	for i, p := range ground[0][0][:4] {
		reach[i] = 10_000
		if p.X == 0 {
			reach[i] = 100_000
		}
	}
	inward, outward, err := overlay.Band(ground, reach)
	if err != nil {
		t.Fatal(err)
	}
	box := outward.Bounds()
	for name, c := range map[string]struct{ got, least int64 }{
		"west":  {-box.Min.X, 100_000},
		"east":  {box.Max.X - 1_000_000, 10_000},
		"south": {-box.Min.Y, 100_000},
		"north": {box.Max.Y - 1_000_000, 100_000},
	} {
		if most := c.least + c.least/200 + 10; c.got < c.least || c.got > most {
			t.Errorf("the band reaches %d units to the %s, want %d to %d", c.got, name, c.least, most)
		}
	}
	// Half way along the bottom the half-width is the mean of 10 m and 1 m,
	// over the cosine of the taper: the inward edge runs there.
	at := heightAt(inward, 500_000)
	if want := 55_000 / math.Cos(math.Asin(0.09)); math.Abs(float64(at)-want) > 0.01*want {
		t.Errorf("the inward ground begins %d units above the middle of the bottom, want %.0f", at, want)
	}
}

// heightAt returns the lowest height at which the shell of m passes x.
func heightAt(m overlay.MultiPolygon, x int64) int64 {
	lowest := int64(math.MaxInt64)
	shell := m[0][0]
	for i := 1; i < len(shell); i++ {
		p, q := shell[i-1], shell[i]
		if p.X <= x && x < q.X {
			lowest = min(lowest, p.Y+(q.Y-p.Y)*(x-p.X)/(q.X-p.X))
		}
	}
	return lowest
}

func TestGroundNarrowerThanItsBandsIsNotCertainAnywhere(t *testing.T) {
	ground := overlay.MultiPolygon{{{{X: 0, Y: 0}, {X: 1_000_000, Y: 0}, {X: 1_000_000, Y: 900}, {X: 0, Y: 900}, {X: 0, Y: 0}}}}
	inward, outward, err := overlay.Band(ground, uniform(ground, 600))
	if err != nil || inward != nil || outward == nil {
		t.Errorf("Band = %v, %v, %v; want nothing inward and something outward", inward, outward, err)
	}
}

// The hole of a frame closes when the line round it is worse than it is wide.
func TestABandClosesHoles(t *testing.T) {
	frame := overlay.MultiPolygon{{overlaytest.Square(0, 0, 100_000)[0][0], overlaytest.Square(40_000, 40_000, 20_000)[0][0]}}
	reach := append(uniform(overlaytest.Square(0, 0, 1), 100), uniform(overlaytest.Square(0, 0, 1), 10_001)...)
	inward, outward, err := overlay.Band(frame, reach)
	if err != nil {
		t.Fatal(err)
	}
	if len(outward) != 1 || len(outward[0]) != 1 {
		t.Errorf("outward has the hole still: %v", outward)
	}
	if len(inward) != 1 || len(inward[0]) != 2 {
		t.Errorf("inward is no frame: %v", inward)
	}
}

func TestBandRefusesReachesThatDoNotFit(t *testing.T) {
	ground := overlaytest.Square(0, 0, 100)
	for name, reach := range map[string][]int64{
		"too few": {1, 2, 3}, "closing vertex counted": {1, 1, 1, 1, 1}, "negative": {1, -1, 1, 1}, "too long": {1, 1, 1, overlay.MaxBandReach + 1},
	} {
		if _, _, err := overlay.Band(ground, reach); !errors.Is(err, overlay.ErrBandReach) {
			t.Errorf("%s: %v, want ErrBandReach", name, err)
		}
	}
	far := overlaytest.Square(overlay.MaxCoordinate-200, 0, 100)
	if _, _, err := overlay.Band(far, uniform(far, 1000)); !errors.Is(err, overlay.ErrOffGrid) {
		t.Errorf("at the end of the grid: %v, want ErrOffGrid", err)
	}
	if in, out, err := overlay.Band(nil, nil); in != nil || out != nil || err != nil {
		t.Errorf("no ground: %v, %v, %v", in, out, err)
	}
}

func TestBandReachRoundsUpToTheGrid(t *testing.T) {
	for _, c := range []struct {
		sigma float64
		want  int64
	}{{0.03, 600}, {0.00001, 1}, {0, 0}, {-1, 0}, {math.NaN(), 0}, {math.Inf(1), overlay.MaxBandReach}} {
		if got := overlay.BandReach(2, c.sigma); got != c.want {
			t.Errorf("BandReach(2, %v) = %d, want %d", c.sigma, got, c.want)
		}
	}
}

// beyond returns how much of a lies outside of b, in m².
func beyond(t *rapid.T, a, b overlay.MultiPolygon) float64 {
	if a == nil {
		return 0
	}
	claims := []overlaytest.Claim{{ID: 1, Ground: a}}
	if b != nil {
		claims = append(claims, overlaytest.Claim{ID: 2, Ground: b})
	}
	p, err := overlay.Faces(t.Context(), overlaytest.Layer(claims), overlay.Options{})
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, f := range p.Faces {
		if len(f.Claims) == 1 && f.Claims[0] == 1 {
			sum += m2(f.Area)
		}
	}
	return sum
}

// Drawn over every kind of claim: inward ⊂ ground ⊂ outward, a larger reach
// anywhere makes inward smaller and outward larger, all within what rounding to
// the grid can do; the results are valid and the same again.
func TestBandsGrowWithTheirReach(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		claims := drawClaims(t)
		ground := claims[rapid.IntRange(0, len(claims)-1).Draw(t, "claim")].Ground
		rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "reaches"), 1))
		scale := rapid.SampledFrom([]int64{3, 1000, 100_000}).Draw(t, "scale")
		less, more := make([]int64, vertices(ground)), make([]int64, vertices(ground))
		for i := range less {
			less[i] = rnd.Int64N(scale)
			more[i] = less[i] + rnd.Int64N(scale)
		}
		in, out, err := overlay.Band(ground, less)
		if err != nil {
			t.Fatal(err)
		}
		in2, out2, err := overlay.Band(ground, more)
		if err != nil {
			t.Fatal(err)
		}
		if again, _, _ := overlay.Band(ground, less); !reflect.DeepEqual(again, in) {
			t.Error("another run gives another inward ground")
		}
		for name, m := range map[string]overlay.MultiPolygon{"inward": in, "outward": out, "inward of more": in2, "outward of more": out2} {
			for _, f := range faultsOf(m) {
				t.Errorf("%s is not valid: %v", name, f)
			}
		}
		for _, c := range []struct {
			what string
			a, b overlay.MultiPolygon
		}{
			{"inward lies beyond the ground", in, ground},
			{"the ground lies beyond outward", ground, out},
			{"inward of more lies beyond inward", in2, in},
			{"outward lies beyond outward of more", out, out2},
		} {
			// Edges are bent by half a unit each time that they are rounded: at
			// most once for each halving.
			bound := 6 * (perimeter(c.a) + perimeter(c.b) + 0.01) / overlay.GridPerMetre
			if d := beyond(t, c.a, c.b); d > bound {
				t.Errorf("%s by %v m², more than %v", c.what, d, bound)
			}
		}
	})
}

// FuzzBand gives bands to whatever rings there are.
func FuzzBand(f *testing.F) {
	f.Add([]byte{0, 0, 9, 0, 9, 9, 0, 9}, uint64(7), uint16(3))
	f.Add([]byte{0x80, 0x80, 9, 9, 9, 0, 0, 9, 0x83, 3, 5, 3, 5, 5, 0x84, 0x84, 20, 4, 20, 20}, uint64(1), uint16(40))
	f.Fuzz(func(t *testing.T, data []byte, seed uint64, scale uint16) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		for _, m := range claimsOf(data) {
			n := 0
			for _, poly := range m {
				for _, ring := range poly {
					n += len(ring)
					if len(ring) > 1 && ring[0] == ring[len(ring)-1] {
						n--
					}
				}
			}
			reach := make([]int64, n)
			for i := range reach {
				reach[i] = rnd.Int64N(int64(scale) + 1)
			}
			in, out, err := overlay.Band(m, reach)
			if err != nil {
				t.Fatal(err)
			}
			for _, fault := range append(faultsOf(in), faultsOf(out)...) {
				t.Fatalf("Band(%v, %v): %v", m, reach, fault)
			}
			if in.Area().Sub(out.Area()).Sign() > 0 {
				t.Fatalf("Band(%v, %v) is larger inward than outward", m, reach)
			}
		}
	})
}
