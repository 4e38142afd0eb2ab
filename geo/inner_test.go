package geo_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"jieshi/geo"
)

func TestInnerPoint(t *testing.T) {
	for _, tc := range []struct {
		name    string
		polygon orb.Polygon
		room    float64 // radius of the largest circle inside
	}{
		{"a square", orb.Polygon{{{0, 0}, {10, 0}, {10, 10}, {0, 10}, {0, 0}}}, 5},
		/*
		   10 +--+
		      |  |
		    4 |  +-----+
		      |        |      the circle fits best where the legs meet
		    0 +--------+
		      0  4    12
		*/
		{"an L, whose middle is outside of it", orb.Polygon{{{0, 0}, {12, 0}, {12, 4}, {4, 4}, {4, 10}, {0, 10}, {0, 0}}}, 8 - 4*math.Sqrt2},
		{"a frame: its middle is a hole", orb.Polygon{
			{{0, 0}, {10, 0}, {10, 10}, {0, 10}, {0, 0}}, {{2, 2}, {2, 8}, {8, 8}, {8, 2}, {2, 2}},
		}, 4 - 2*math.Sqrt2},
		{"a needle of a kilometre", orb.Polygon{{{0, 0}, {1000, 0}, {1000, 0.2}, {0, 0}}}, 0.1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := geo.InnerPoint(tc.polygon)
			if !planar.PolygonContains(tc.polygon, p) {
				t.Fatalf("%v is outside", p)
			}
			box := tc.polygon.Bound()
			allowed := math.Max(box.Max[0]-box.Min[0], box.Max[1]-box.Min[1]) / 100
			if got := planar.DistanceFrom(orb.MultiLineString(linesOf(tc.polygon)), p); got < tc.room-allowed || got > tc.room+1e-9 {
				t.Errorf("%v has %v m of room, want %v within %v", p, got, tc.room, allowed)
			}
			if again := geo.InnerPoint(tc.polygon.Clone()); again != p {
				t.Errorf("%v, then %v", p, again)
			}
		})
	}
	if p := geo.InnerPoint(orb.Polygon{{{3, 4}, {3, 4}, {3, 4}}}); p != (orb.Point{3, 4}) {
		t.Errorf("a polygon without area: %v, want its first vertex", p)
	}
	if p := geo.InnerPoint(nil); p != (orb.Point{}) {
		t.Errorf("no polygon: %v", p)
	}
}

// Whatever a star looks like, the point lies inside.
func TestInnerPointIsInside(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		n := 3 + dice.IntN(60)
		ring := make(orb.Ring, 0, n+1)
		for i := range n {
			angle, r := 2*math.Pi*float64(i)/float64(n), 1+99*dice.Float64()
			ring = append(ring, orb.Point{6e5 + r*math.Cos(angle), 2.6e6 + r*math.Sin(angle)})
		}
		polygon := orb.Polygon{append(ring, ring[0])}
		if p := geo.InnerPoint(polygon); !planar.PolygonContains(polygon, p) {
			t.Fatalf("%v is outside of %v", p, polygon)
		}
	}
}

func BenchmarkInnerPoint(b *testing.B) {
	ring := make(orb.Ring, 0, 101)
	for i := range 100 {
		angle := 2 * math.Pi * float64(i) / 100
		ring = append(ring, orb.Point{6e5 + 50*math.Cos(angle), 2.6e6 + 20*math.Sin(angle)})
	}
	polygon := orb.Polygon{append(ring, ring[0])}
	for b.Loop() {
		geo.InnerPoint(polygon)
	}
}

func linesOf(p orb.Polygon) []orb.LineString {
	lines := make([]orb.LineString, len(p))
	for i, ring := range p {
		lines[i] = orb.LineString(ring)
	}
	return lines
}
