package overlay_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"jieshi/geo/overlay"
	"jieshi/geo/overlay/overlaytest"
)

// cross is (q − p) × (r − p).
func cross(p, q, r overlay.Point) int64 { return (q.X-p.X)*(r.Y-p.Y) - (q.Y-p.Y)*(r.X-p.X) }

// between says whether r lies on p–q, but at no end.
func between(p, q, r overlay.Point) bool {
	return r != p && r != q && cross(p, q, r) == 0 &&
		min(p.X, q.X) <= r.X && r.X <= max(p.X, q.X) && min(p.Y, q.Y) <= r.Y && r.Y <= max(p.Y, q.Y)
}

// conflict says whether two segments have more in common than ends: they cross,
// or an end of one lies within the other.
func conflict(s, t [2]overlay.Point) bool {
	for _, ends := range [][2][2]overlay.Point{{s, t}, {t, s}} {
		if between(ends[0][0], ends[0][1], ends[1][0]) || between(ends[0][0], ends[0][1], ends[1][1]) {
			return true
		}
	}
	opposite := func(a, b int64) bool { return a < 0 && b > 0 || a > 0 && b < 0 }
	return opposite(cross(s[0], s[1], t[0]), cross(s[0], s[1], t[1])) && opposite(cross(t[0], t[1], s[0]), cross(t[0], t[1], s[1]))
}

// strays says whether r is farther than half a unit from the line of s in both
// coordinates, or beyond its ends.
func strays(s [2]overlay.Point, r overlay.Point) bool {
	// |cross| is the distance times the length; half a unit in x and in y is at
	// most (|dx| + |dy|) / 2 of it.
	dx, dy := s[1].X-s[0].X, s[1].Y-s[0].Y
	off := cross(s[0], s[1], r)
	most := max(dx, -dx) + max(dy, -dy)
	return 2*off > most || 2*off < -most ||
		r.X < min(s[0].X, s[1].X) || r.X > max(s[0].X, s[1].X) || r.Y < min(s[0].Y, s[1].Y) || r.Y > max(s[0].Y, s[1].Y)
}

// Hobby's theorem, on segments as long and as close as they come.
func TestSnapRoundedSegmentsMeetInEndsOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Int64Range(0, rapid.SampledFrom([]int64{8, 60, 3000, 1 << 20}).Draw(t, "width"))
		y := rapid.Int64Range(0, rapid.SampledFrom([]int64{2, 6, 40}).Draw(t, "height"))
		point := rapid.Custom(func(t *rapid.T) overlay.Point { return overlay.Point{X: x.Draw(t, "x"), Y: y.Draw(t, "y")} })
		var segments [][2]overlay.Point
		for range rapid.IntRange(2, 12).Draw(t, "segments") {
			s := [2]overlay.Point{point.Draw(t, "from"), point.Draw(t, "to")}
			if rapid.Bool().Draw(t, "steep") {
				s = [2]overlay.Point{{X: s[0].Y, Y: s[0].X}, {X: s[1].Y, Y: s[1].X}}
			}
			if s[0] != s[1] {
				segments = append(segments, s)
			}
		}
		parts := overlay.SnapRounded(segments)
		for i, s := range parts {
			for _, other := range parts[:i] {
				if conflict(s, other) {
					t.Fatalf("%v: %v and %v have more in common than ends", segments, s, other)
				}
			}
		}
		// Parts come segment by segment, each a way from one end to the other.
		for _, s := range segments {
			for at := s[0]; at != s[1]; {
				if len(parts) == 0 || parts[0][0] != at || strays(s, parts[0][1]) {
					t.Fatalf("%v is not led from end to end: %v", s, parts)
				}
				at, parts = parts[0][1], parts[1:]
			}
		}
		if len(parts) > 0 {
			t.Fatalf("parts of nothing: %v", parts)
		}
	})
}

/*
Four claims that run along each other for 2 to 4 m within half a millimetre; heights
are drawn a thousand times too large. A crossing that is rounded turns what is
left of its side by a hair, so that it crosses the next side one grid unit
farther on, and so forth: cut and compared again, that goes on for 40,000 rounds.

	11        .2,3.
	          / `::::-.._
	 7     1 *--------__.`:-.___
	 5       |           `-*-...__`::*-.___ 4
	 3  *----+-------------------------------`-------__
	 2  43072                                          * 86977
*/
func TestFacesOfSliversAlongEachOtherComeToAnEnd(t *testing.T) {
	var claims []overlaytest.Claim
	for i, ring := range []overlay.Ring{
		{{X: 43072, Y: 3}, {X: 86977, Y: 2}, {X: 76631, Y: 5}, {X: 48640, Y: 7}},
		{{X: 47436, Y: 11}, {X: 48640, Y: 7}, {X: 86977, Y: 2}},
		{{X: 47436, Y: 11}, {X: 48640, Y: 7}, {X: 72500, Y: 5}},
		{{X: 72500, Y: 5}, {X: 86977, Y: 2}, {X: 76631, Y: 5}},
	} {
		claims = append(claims, overlaytest.Claim{ID: int64(i + 1), Ground: overlay.MultiPolygon{{append(ring, ring[0])}}})
	}
	begun := time.Now()
	p, err := overlay.Faces(t.Context(), overlaytest.Layer(claims), overlay.Options{Geometry: true})
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); took > 2*time.Second {
		t.Errorf("it took %s", took)
	}
	drawn := 0
	for _, f := range p.Faces {
		for _, fault := range faultsOf(f.Ground) {
			t.Errorf("face %v: %v", f.Claims, fault)
		}
		n := corners(f.Ground)
		if drawn += n; n > 40 {
			t.Errorf("face %v has %d corners", f.Claims, n)
		}
	}
	if drawn == 0 {
		t.Error("nothing is drawn")
	}
}

// A ring of 6 m that crosses itself all along, no wider than two grid units.
func TestRepairOfANeedleThatCrossesItselfComesToAnEnd(t *testing.T) {
	ring := overlay.Ring{{X: 56175, Y: 0}, {X: 44787, Y: 2}, {X: 5413, Y: 0}, {X: 59243, Y: 1}, {X: 1244, Y: 0}, {X: 56175, Y: 0}}
	begun := time.Now()
	ground := repairOf(overlay.MultiPolygon{{ring}})
	if took := time.Since(begun); took > 2*time.Second {
		t.Errorf("it took %s", took)
	}
	for _, fault := range faultsOf(ground) {
		t.Errorf("%v", fault)
	}
	if n := corners(ground); n < 4 || n > 40 {
		t.Errorf("%d corners: %v", n, ground)
	}
}

func corners(m overlay.MultiPolygon) (n int) {
	for _, polygon := range m {
		for _, ring := range polygon {
			n += len(ring)
		}
	}
	return n
}
