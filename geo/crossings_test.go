package geo_test

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"jieshi/geo"
)

func say(c geo.Crossing) string {
	s := fmt.Sprintf("%s (%g %g)", c.Meeting, c.At[0], c.At[1])
	if c.To != c.At {
		s += fmt.Sprintf(" to (%g %g)", c.To[0], c.To[1])
	}
	return s + fmt.Sprintf(" %d/%d", c.First, c.Second)
}

func TestSelfCrossings(t *testing.T) {
	for _, tc := range []struct {
		name, line string
		want       []string
	}{
		{"a square meets itself nowhere", "LINESTRING(0 0,10 0,10 10,0 10,0 0)", nil},
		{"an open square meets itself nowhere", "LINESTRING(0 0,10 0,10 10,0 10)", nil},
		{"figure 8", "LINESTRING(0 0,10 10,10 0,0 10,0 0)", []string{"crosses (5 5) 0/2"}},
		{
			/*
			        3
			   4----+----5      5 is reached through the edge 0-1, and left through it
			        |
			*/
			"places come in the order of the walk", "LINESTRING(0 0,0 30,10 30,10 20,-10 20,-10 10,10 10)",
			[]string{"crosses (0 10) 0/5", "crosses (0 20) 0/3"},
		},
		{"a vertex on an edge is one touch, not two", "LINESTRING(0 0,10 0,10 10,5 0,0 10)", []string{"touches (5 0) 0/2"}},
		{"a vertex walked through twice is one touch, not four", "LINESTRING(0 0,5 5,10 0,10 10,5 5,0 10)", []string{"touches (5 5) 0/3"}},
		{
			"three passages through one point are three pairs", "LINESTRING(0 0,10 10,10 5,0 5,0 10,10 0)",
			[]string{"crosses (5 5) 0/2", "crosses (5 5) 0/4", "crosses (5 5) 2/4"},
		},
		{"a spike has its place at the tip", "LINESTRING(0 0,10 0,10 20,10 10,0 10,0 0)", []string{"spike (10 20) to (10 10) 1/2"}},
		{"a spike over the start of a closed line", "LINESTRING(0 0,10 0,10 10,0 10,0 5,5 0,0 0)", []string{"spike (0 0) to (5 0) 0/5"}},
		{"straight on is no spike", "LINESTRING(0 0,5 0,10 0,10 10,0 0)", nil},
		{
			"a stretch walked twice", "LINESTRING(0 0,10 0,10 5,4 5,4 0,8 0,8 -5)",
			[]string{"overlaps (4 0) to (8 0) 0/4"},
		},
		{"standing still is no crossing", "LINESTRING(0 0,0 0,10 0,10 0,10 0,10 10,0 0)", nil},
		{"less than half a step of noise is standing still", "LINESTRING(0 0,0.00004 0,10 0,10 10,0 0)", nil},
		{"the end of an open line on its start's edge", "LINESTRING(0 0,10 0,10 10,5 0)", []string{"touches (5 0) 0/2"}},
		{"nothing", "LINESTRING EMPTY", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			crossings, err := geo.SelfCrossings(line(t, tc.line))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range crossings {
				got = append(got, say(c))
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("SelfCrossings() =\n\t%q, want\n\t%q", got, tc.want)
			}
		})
	}
}

// The oracle compares all pairs of edges with arbitrary precision: each pair
// that is not neighbouring and meets must be near a reported place, and each
// place must lie on both of its edges.
func TestSelfCrossingsFindsEveryPairThatMeets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		span := rapid.SampledFrom([]int{6, 50, 100_000, 2_000_000_000, 900_000_000_000}).Draw(t, "span")
		n := rapid.IntRange(2, 40).Draw(t, "n")
		l := make(orb.LineString, n)
		for i := range l {
			l[i] = orb.Point{
				float64(rapid.IntRange(0, span).Draw(t, "x")) / 1e4,
				float64(rapid.IntRange(0, span).Draw(t, "y")) / 1e4,
			}
		}
		crossings, err := geo.SelfCrossings(l)
		if err != nil {
			t.Fatal(err)
		}
		l = slices.Compact(l)
		closed := len(l) > 1 && l[0] == l[len(l)-1]
		places := map[orb.Point]bool{}
		for _, c := range crossings {
			places[c.At] = true
			places[c.To] = true
		}
		for i := range len(l) - 1 {
			for j := i + 2; j < len(l)-1; j++ {
				if closed && i == 0 && j == len(l)-2 {
					continue
				}
				if !meetExactly(l[i], l[i+1], l[j], l[j+1]) {
					continue
				}
				found := false
				for p := range places {
					found = found || near(p, l[i], l[i+1]) && near(p, l[j], l[j+1])
				}
				if !found {
					t.Fatalf("edges %v-%v and %v-%v meet; reported %v", l[i], l[i+1], l[j], l[j+1], crossings)
				}
			}
		}
		for _, c := range crossings {
			if c.First >= c.Second {
				t.Fatalf("%s: First is not before Second", say(c))
			}
		}
		if !slices.IsSortedFunc(crossings, func(a, b geo.Crossing) int { return a.First - b.First }) {
			t.Fatalf("not in the order of the line: %v", crossings)
		}
	})
}

// meetExactly says whether two edges have a point in common, by rational numbers.
func meetExactly(a, b, c, d orb.Point) bool {
	side := func(p, q, r orb.Point) int {
		f := func(u, v float64) *big.Int { return big.NewInt(int64(math.Round((u - v) * 1e4))) }
		x := new(big.Int).Mul(f(q[0], p[0]), f(r[1], p[1]))
		return x.Cmp(new(big.Int).Mul(f(q[1], p[1]), f(r[0], p[0])))
	}
	if max(a[0], b[0]) < min(c[0], d[0]) || max(c[0], d[0]) < min(a[0], b[0]) ||
		max(a[1], b[1]) < min(c[1], d[1]) || max(c[1], d[1]) < min(a[1], b[1]) {
		return false
	}
	return side(a, b, c)*side(a, b, d) <= 0 && side(c, d, a)*side(c, d, b) <= 0
}

// near says whether p lies within a grid step of the edge from a to b.
func near(p, a, b orb.Point) bool {
	l := math.Hypot(b[0]-a[0], b[1]-a[1])
	along := ((p[0]-a[0])*(b[0]-a[0]) + (p[1]-a[1])*(b[1]-a[1])) / l
	off := ((p[0]-a[0])*(b[1]-a[1]) - (p[1]-a[1])*(b[0]-a[0])) / l
	return math.Abs(off) < 1.5e-4 && along > -1.5e-4 && along < l+1.5e-4
}

func TestSelfCrossingsRefusesWhatIsNoPosition(t *testing.T) {
	_, err := geo.SelfCrossings(orb.LineString{{0, 0}, {1, 1}, {math.NaN(), 2}})
	fault := (*geo.RingFault)(nil)
	if !errors.As(err, &fault) || fault.Rule != geo.RingUnusable || fault.Vertex != 2 {
		t.Errorf("SelfCrossings() error = %v, want a fault at vertex 2", err)
	}
}

func BenchmarkSelfCrossings(b *testing.B) {
	for _, n := range []int{1000, 10_000, 100_000} {
		b.Run(fmt.Sprintf("vertices=%d", n), func(b *testing.B) {
			l := wander(n)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := geo.SelfCrossings(l); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "vertices/s")
		})
	}
}
