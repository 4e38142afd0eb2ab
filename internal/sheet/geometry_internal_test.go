package sheet

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"jieshi/mediation"
)

func TestHatchFillsTheGroundAndLeavesHolesOpen(t *testing.T) {
	/*
	   10 +---------+
	      |  +---+  |   a line every 0.5 mm at 45°: their total length is
	      |  |   |  |   the area divided by the spacing
	      |  +---+  |
	    0 +---------+
	*/
	square := orb.Polygon{
		{{0, 0}, {10, 0}, {10, 10}, {0, 10}, {0, 0}},
		{{3, 3}, {7, 3}, {7, 7}, {3, 7}, {3, 3}},
	}
	var total float64
	for _, s := range hatch(square, 0.5) {
		total += math.Hypot(s[1][0]-s[0][0], s[1][1]-s[0][1])
		if math.Abs(math.Abs(s[1][0]-s[0][0])-math.Abs(s[1][1]-s[0][1])) > 1e-9 {
			t.Fatalf("stroke %v is not at 45°", s)
		}
		middle := orb.Point{(s[0][0] + s[1][0]) / 2, (s[0][1] + s[1][1]) / 2}
		if middle[0] > 3.01 && middle[0] < 6.99 && middle[1] > 3.01 && middle[1] < 6.99 {
			t.Fatalf("stroke %v lies in the hole", s)
		}
	}
	if want := (100.0 - 16) / 0.5; math.Abs(total-want) > want*0.03 {
		t.Errorf("hatch is %.1f mm long, want about %.1f", total, want)
	}
	if got := hatch(orb.Polygon{{}}, 1); got != nil {
		t.Errorf("nothing was hatched with %v", got)
	}
}

func TestHatchStaysInside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(3, 12).Draw(t, "n")
		ring := make(orb.Ring, n)
		for i := range ring { // a star about the origin
			a, r := 2*math.Pi*float64(i)/float64(n), rapid.Float64Range(0.5, 20).Draw(t, "r")
			ring[i] = orb.Point{r * math.Cos(a), r * math.Sin(a)}
		}
		for _, s := range hatch(orb.Polygon{ring}, 1.2) {
			middle := orb.Point{(s[0][0] + s[1][0]) / 2, (s[0][1] + s[1][1]) / 2}
			if math.Hypot(s[1][0]-s[0][0], s[1][1]-s[0][1]) > 1e-6 && !contains(orb.Polygon{ring}, middle) {
				t.Fatalf("stroke %v of %v is outside", s, ring)
			}
		}
	})
}

func TestCornersAreFewAndNearTheLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var pieces []mediation.Piece
		for i := range rapid.IntRange(1, 9).Draw(t, "pieces") {
			n := rapid.IntRange(3, 300).Draw(t, "vertices")
			ring := make(orb.Ring, n+1)
			for j := range n {
				a, r := 2*math.Pi*float64(j)/float64(n), 50+rapid.Float64Range(0, 9).Draw(t, "r")
				ring[j] = orb.Point{632000 + 200*float64(i) + r*math.Cos(a), 2683600 + r*math.Sin(a)}
			}
			ring[n] = ring[0]
			pieces = append(pieces, mediation.Piece{N: i + 1, Ground: orb.Polygon{ring}})
		}
		const rows = 28
		c := cornerPoints(pieces, rows)
		used := 0
		for _, p := range c.pieces {
			used += len(p.points) + 1
			ring := pieces[p.n-1].Ground[0]
			for i, point := range p.points {
				if !onRing(point.at, ring) {
					t.Fatalf("corner %v is no vertex of piece %d", point.at, p.n)
				}
				next := p.points[(i+1)%len(p.points)].at
				if d := math.Hypot(next[0]-point.at[0], next[1]-point.at[1]); math.Abs(d-point.side) > 1e-9 {
					t.Fatalf("side %v, want %v", point.side, d)
				}
			}
			if len(p.points) < min(fewestCorners, len(ring)-1) {
				t.Fatalf("piece %d of %d vertices has %d corners", p.n, len(ring)-1, len(p.points))
			}
			for _, v := range ring {
				if d := off(v, p.points); d > c.tolerance+1e-9 {
					t.Fatalf("a vertex of piece %d is %v m from its listed line, tolerance %v", p.n, d, c.tolerance)
				}
			}
		}
		if used > rows {
			t.Fatalf("%d rows for %d", used, rows)
		}
		if len(c.pieces)+c.left != len(pieces) {
			t.Fatalf("%d pieces listed, %d left out, of %d", len(c.pieces), c.left, len(pieces))
		}
	})
}

func onRing(p orb.Point, ring orb.Ring) bool {
	for _, v := range ring {
		if v == p {
			return true
		}
	}
	return false
}

func off(v orb.Point, points []corner) float64 {
	best := math.Inf(1)
	for i := range points {
		best = min(best, distance(v, points[i].at, points[(i+1)%len(points)].at))
	}
	return best
}

func TestScaleBarIsRoundAndFits(t *testing.T) {
	for scale := 500; scale < 40_000_000; scale = scale * 13 / 10 {
		w := window{scale: scale}
		metres, mm := w.bar()
		if mm > 50 || mm < 18 || math.Abs(metres*1000/float64(scale)-mm) > 1e-9 {
			t.Errorf("1:%d has a bar of %v m, %v mm", scale, metres, mm)
		}
		if step := w.gridStep() * w.perMetre(); step < 30 || step > 76 {
			t.Errorf("1:%d has a grid every %v mm", scale, step)
		}
	}
}

func TestNumbersAreGrouped(t *testing.T) {
	for want, v := range map[string]struct {
		v        float64
		decimals int
	}{
		"0.0": {0, 1}, "999": {999, 0}, "1 000": {1000, 0}, "8 226.7": {8226.71, 1}, "13 306 742.2": {13306742.2, 1}, "-1 234": {-1234, 0},
	} {
		if got := grouped(v.v, v.decimals); got != want {
			t.Errorf("grouped(%v) = %q, want %q", v.v, got, want)
		}
	}
}

func TestPartiesDoNotLookAlike(t *testing.T) {
	type look struct {
		ink  rgb
		sign int
		zh   string
	}
	seen := map[look]int{}
	for n := 1; n <= mediation.MaxParties; n++ {
		s := sideOf(n)
		l := look{s.ink, s.sign, ""}
		if other := seen[l]; other > 0 {
			t.Errorf("parties %d and %d look alike", other, n)
		}
		seen[l] = n
		// WCAG: 4.5:1 for text on white.
		if c := s.dark(); contrast(c) < 4.5 {
			t.Errorf("the name of party %d has contrast %.1f, want 4.5", n, contrast(c))
		}
	}
}
