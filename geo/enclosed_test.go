package geo_test

import (
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
	"pgregory.net/rapid"

	"jieshi/geo"
)

func line(t testing.TB, s string) orb.LineString {
	t.Helper()
	l, err := wkt.UnmarshalLineString(s)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// Expected areas, numbers of polygons and of faces come from PostGIS 3.3, for g the
// line closed with ST_AddPoint(g, ST_StartPoint(g)) where it is open:
//
//	SELECT ST_Area(u), ST_NumGeometries(u), n FROM (SELECT ST_UnaryUnion(ST_Collect(geom)) u, count(*) n
//	  FROM (SELECT (ST_Dump(ST_Polygonize(ST_Node(g)))).geom) d) x;
func TestEnclosed(t *testing.T) {
	for _, tc := range []struct {
		name, line string
		want       float64
		polygons   int
		faces      int
	}{
		{"a square that stops short of its start is closed", "LINESTRING(0 0,10 0,10 10,0 10)", 100, 1, 1},
		{
			/*
			   \  /|
			    \/ |   walked one way and the other: both halves count
			    /\ |
			   /  \|
			*/
			"figure 8", "LINESTRING(0 0,10 10,10 0,0 10,0 0)", 50, 2, 2,
		},
		{"figure 8 with a way out and back", "LINESTRING(0 0,10 10,10 0,0 10,0 0,-5 0,0 0)", 50, 2, 2},
		{"pentagram, its middle wound twice", "LINESTRING(0 9.5,5.9 -8.1,-9.5 3.1,9.5 3.1,-5.9 -8.1,0 9.5)", 110.1506251887647, 1, 6},
		{"the same square walked twice", "LINESTRING(0 0,10 0,10 10,0 10,0 0,10 0,10 10,0 10,0 0)", 100, 1, 1},
		{"spike outward", "LINESTRING(0 0,10 0,10 5,20 5,10 5,10 10,0 10,0 0)", 100, 1, 1},
		{"spike inward", "LINESTRING(0 0,10 0,10 5,5 5,10 5,10 10,0 10,0 0)", 100, 1, 1},
		{"two fields and the path between them", "LINESTRING(0 0,10 0,10 10,0 10,0 0,-10 0,-20 0,-20 -10,-10 -10,-10 0,0 0)", 200, 2, 2},
		{
			/*
			   +-----------+
			   +-------+   |
			       |///|   |   the pocket is wound the other way but is enclosed
			   +---+---+   |
			   +-----------+
			*/
			"pocket closed off by the line itself", "LINESTRING(0 0,30 0,30 30,0 30,0 20,20 20,20 10,0 10,0 25,0 0)", 900, 1, 2,
		},
		{"out and back", "LINESTRING(0 0,10 3,20 5,10 3,0 0)", 0, 0, 0},
		{"a slot open to the outside is not enclosed", "LINESTRING(0 0,100 0,100 100,50 100,50 40,60 40,60 50,40 50,40 100,0 100,0 0)", 9500, 1, 2},
		{"two fields that share a stretch of fence", "LINESTRING(0 0,10 0,10 10,5 10,5 0,15 0,15 -10,0 -10,0 0)", 200, 1, 2},
		{"two points", "LINESTRING(0 0,10 0)", 0, 0, 0},
		{"one point many times", "LINESTRING(7 7,7 7,7 7,7 7)", 0, 0, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := geo.Enclosed(line(t, tc.line))
			if err != nil {
				t.Fatal(err)
			}
			if a := float64(geo.PlaneArea(got)); math.Abs(a-tc.want) > 0.01 || len(got) != tc.polygons {
				t.Errorf("Enclosed() = %v m² in %d polygons, PostGIS %v m² in %d", a, len(got), tc.want, tc.polygons)
			}
			checkGround(t, got)
			if faces, err := geo.CountFaces(line(t, tc.line)); err != nil || faces != tc.faces {
				t.Errorf("CountFaces() = %d, %v; PostGIS %d", faces, err, tc.faces)
			}
		})
	}
}

type failer interface {
	Helper()
	Errorf(string, ...any)
}

// checkGround checks what Enclosed promises of its polygons.
func checkGround(t failer, ground orb.MultiPolygon) {
	t.Helper()
	last := math.Inf(1)
	for _, p := range ground {
		if len(p) != 1 {
			t.Errorf("polygon has %d rings, want no holes", len(p))
		}
		if err := geo.CheckRing(p[0]); err != nil {
			t.Errorf("ring %v: %v", p[0], err)
		}
		a := float64(geo.SignedArea(p[0]))
		if a <= 0 || a > last {
			t.Errorf("signed area %v after %v: want counterclockwise rings, largest first", a, last)
		}
		last = a
	}
}

// scribble is a line without randomness that crosses itself everywhere.
func scribble(n, seed int) orb.LineString {
	l := make(orb.LineString, n)
	x, y := seed, 7*seed+1
	for i := range l {
		x, y = (x*7919+104729)%100003, (y*6101+15485863)%99991
		l[i] = orb.Point{450000 + float64(x)/100, 2683000 + float64(y)/100}
	}
	return l
}

// Expected areas from PostGIS 3.3 with the query of TestEnclosed over the
// closed scribbles. They differ by the crossings that are rounded to the grid.
func TestEnclosedAgreesWithPostGISOnScribbles(t *testing.T) {
	for _, tc := range []struct {
		n, seed int
		want    float64
	}{
		{5, 1, 34800.38309996232},
		{12, 2, 210828.18658117938},
		{30, 5, 381279.2567929939},
		{80, 9, 535318.4380283637},
		{200, 4, 720492.6189035166},
		{400, 11, 854189.3784120347},
	} {
		got, err := geo.Enclosed(scribble(tc.n, tc.seed))
		if err != nil {
			t.Fatal(err)
		}
		if a := float64(geo.PlaneArea(got)); math.Abs(a-tc.want) > 0.05 { // perimeter some 4 km, nodes within 0.071 mm
			t.Errorf("scribble(%d, %d): Enclosed() = %.4f m², PostGIS %.4f", tc.n, tc.seed, a, tc.want)
		}
		checkGround(t, got)
	}
}

// The oracle: on a chess board a line that runs along the sides of the squares
// encloses just the squares that a flood from outside cannot reach.
func TestEnclosedIsWhatAFloodCannotReach(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const size = 8
		at := [2]int{rapid.IntRange(0, size).Draw(t, "x"), rapid.IntRange(0, size).Draw(t, "y")}
		walls := map[[3]int]bool{} // square's lower left corner and 0 for its lower, 1 for its left side
		walk := orb.LineString{{float64(at[0]), float64(at[1])}}
		move := func(axis, to int) {
			for at[axis] != to {
				step := 1
				if to < at[axis] {
					step = -1
				}
				low := at
				low[axis] = min(at[axis], at[axis]+step)
				walls[[3]int{low[0], low[1], axis}] = true
				at[axis] += step
			}
			walk = append(walk, orb.Point{float64(at[0]), float64(at[1])})
		}
		start := at
		for range rapid.IntRange(1, 14).Draw(t, "legs") {
			move(rapid.IntRange(0, 1).Draw(t, "axis"), rapid.IntRange(0, size).Draw(t, "to"))
		}
		move(0, start[0])
		move(1, start[1])

		// Flood the board and a margin of one square around it.
		wet := map[[2]int]bool{{-1, -1}: true}
		for todo := [][2]int{{-1, -1}}; len(todo) > 0; {
			c := todo[0]
			todo = todo[1:]
			for _, n := range []struct {
				to   [2]int
				wall [3]int
			}{
				{[2]int{c[0] + 1, c[1]}, [3]int{c[0] + 1, c[1], 1}},
				{[2]int{c[0] - 1, c[1]}, [3]int{c[0], c[1], 1}},
				{[2]int{c[0], c[1] + 1}, [3]int{c[0], c[1] + 1, 0}},
				{[2]int{c[0], c[1] - 1}, [3]int{c[0], c[1], 0}},
			} {
				inBoard := min(n.to[0], n.to[1]) >= -1 && max(n.to[0], n.to[1]) <= size
				if inBoard && !walls[n.wall] && !wet[n.to] {
					wet[n.to] = true
					todo = append(todo, n.to)
				}
			}
		}
		want := (size+2)*(size+2) - len(wet)

		got, err := geo.Enclosed(walk)
		if err != nil {
			t.Fatal(err)
		}
		if a := float64(geo.PlaneArea(got)); a != float64(want) {
			t.Fatalf("%v encloses %v, the flood leaves %d dry", walk, a, want)
		}
		checkGround(t, got)
	})
}

// The ground must not depend on where the walk began or which way it went.
func TestEnclosedIsTheSameWhereverTheWalkBegan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(3, 25).Draw(t, "n")
		walk := make(orb.LineString, n)
		// A small board, so that points and crossings fall together, or a long one, on
		// which a crossing that is rounded makes the next.
		long, high := 40, 40
		if rapid.Bool().Draw(t, "long") {
			long, high = 1000<<rapid.IntRange(0, 6).Draw(t, "doublings"), 12
		}
		for i := range walk {
			walk[i] = orb.Point{
				float64(rapid.IntRange(0, long).Draw(t, "x")) * 1e-4,
				float64(rapid.IntRange(0, high).Draw(t, "y")) * 1e-4,
			}
		}
		want, err := geo.Enclosed(walk)
		if err != nil {
			t.Fatal(err)
		}
		checkGround(t, want)
		k := rapid.IntRange(0, n-1).Draw(t, "k")
		turned := append(slices.Clone(walk[k:]), walk[:k]...)
		if rapid.Bool().Draw(t, "back") {
			slices.Reverse(turned)
		}
		got, err := geo.Enclosed(turned)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.EqualFunc(got, want, func(p, q orb.Polygon) bool { return slices.Equal(p[0], q[0]) }) {
			t.Fatalf("from %v: %v\nfrom %v: %v", walk, want, turned, got)
		}
	})
}

// Thirteen points on a strip of 6 m by 1 mm: cut at their crossings and searched
// again, until there is none, they would take 12 s, and twice as long a strip
// eight times that.
func TestALineOverItselfComesToAnEnd(t *testing.T) {
	strip := []orb.Point{
		{5.9123, 0.0007},
		{4.6125, 0.0002},
		{0.2129, 0.001},
		{0.0472, 0.0003},
		{4.2542, 0.0004},
		{4.2329, 0.0003},
		{6.2537, 0.0003},
		{2.9156, 0.0005},
		{6.2376, 0.0007},
		{2.4514, 0.0004},
		{3.7593, 0},
		{5.6468, 0.0009},
		{2.1712, 0.0007},
	}
	begun := time.Now()
	got, err := geo.Enclosed(strip)
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); took > time.Second {
		t.Errorf("it took %s", took)
	}
	checkGround(t, got)
	if area := float64(geo.PlaneArea(got)); area < 0.001 || area > 0.006 {
		t.Errorf("it encloses %v m², want a good part of 0.006", area)
	}
}

func TestEnclosedRefusesWhatIsNoPosition(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1), 1e300} {
		_, err := geo.Enclosed([]orb.Point{{0, 0}, {10, bad}, {10, 10}})
		fault := (*geo.RingFault)(nil)
		if !errors.As(err, &fault) || fault.Rule != geo.RingUnusable || fault.Vertex != 1 {
			t.Errorf("Enclosed with %v: error %v, want a fault at vertex 1", bad, err)
		}
	}
}

// A receiver that wrote 200 m of noise for hours, or a file made to be slow.
func TestATangleIsGivenUp(t *testing.T) {
	comb := make(orb.LineString, 0, 60_002)
	for i := range 60_000 {
		tooth := orb.Point{float64(i) / 1000, float64(i%2) * 1000}
		if i%2 == 1 {
			tooth[0] += 1000
		}
		comb = append(comb, tooth)
	}
	comb = append(comb, orb.Point{500, -1}, orb.Point{0, 500})
	if _, err := geo.Enclosed(scribble(4000, 3)); !errors.Is(err, geo.ErrTangled) {
		t.Errorf("Enclosed(millions of crossings): error %v, want ErrTangled", err)
	}
	if _, err := geo.SelfCrossings(comb); err != nil && !errors.Is(err, geo.ErrTangled) {
		t.Errorf("SelfCrossings(comb): error %v", err)
	}
}

func BenchmarkEnclosed(b *testing.B) {
	for _, tc := range []struct {
		name string
		line orb.LineString
	}{
		{"walk vertices=1000", wander(1000)},
		{"walk vertices=100000", wander(100_000)},
		{"scribble vertices=300", scribble(300, 1)},
	} {
		b.Run(tc.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := geo.Enclosed(tc.line); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(tc.line))*float64(b.N)/b.Elapsed().Seconds(), "vertices/s")
		})
	}
}

// wander is a walk of n fixes round a hill of wavy outline, with the noise of a
// receiver that makes the line cross itself now and then.
func wander(n int) orb.LineString {
	l := make(orb.LineString, n)
	for i := range l {
		a := 2 * math.Pi * float64(i) / float64(n)
		r := float64(n) / 6 * (1 + 0.2*math.Sin(9*a))
		noise := float64(i*7919%1009)/1009 - 0.5
		l[i] = orb.Point{632000 + (r+noise)*math.Cos(a), 2683000 + (r+noise)*math.Sin(a) + 0.6*float64(i*104729%997)/997}
	}
	return l
}
