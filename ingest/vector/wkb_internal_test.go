package vector

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	"pgregory.net/rapid"
)

// nested is a geometry of n collections, one in the other.
func collections(n int) []byte {
	var b []byte
	for range n {
		b = append(b, 1, wkbCollection, 0, 0, 0, 1, 0, 0, 0)
	}
	return append(b, 1, wkbPoint, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
}

func TestBinaryGeometriesThatMakeNoSenseAreErrors(t *testing.T) {
	good, err := wkb.Marshal(orb.Polygon{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}, binary.LittleEndian)
	if err != nil {
		t.Fatal(err)
	}
	endless := bytes.Clone(good)
	binary.LittleEndian.PutUint32(endless[9:], math.MaxUint32)
	infinite := bytes.Clone(good)
	binary.LittleEndian.PutUint64(infinite[13:], math.Float64bits(math.Inf(1)))
	for name, c := range map[string]struct {
		b    []byte
		want error
	}{
		"nothing":                    {nil, errWKB},
		"big endian":                 {[]byte{0, 0, 0, 0, 3, 0, 0, 0, 0}, errWKB},
		"an unknown dimension":       {[]byte{1, 0xa3, 0x0f, 0, 0, 0, 0, 0, 0}, errWKB},
		"cut off":                    {good[:len(good)-1], errWKB},
		"bytes after the end":        {append(bytes.Clone(good), 0), errWKB},
		"4 billion points":           {endless, errWKB},
		"an infinite coordinate":     {infinite, errInfinite},
		"a hundred collections deep": {collections(100), errWKB},
	} {
		t.Run(name, func(t *testing.T) {
			r := wkbReader{b: c.b, tolerance: arcTolerance}
			if what, err := r.polygons(); !errors.Is(err, c.want) {
				t.Errorf("got %v, %v; want %v", what, err, c.want)
			}
		})
	}
}

func FuzzWKB(f *testing.F) {
	for _, g := range []orb.Geometry{
		orb.Point{1, 2},
		orb.LineString{{0, 0}, {1, 1}},
		orb.Polygon{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}},
		orb.MultiPolygon{{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}},
		orb.Collection{orb.Point{1, 2}, orb.MultiPoint{{1, 2}}},
	} {
		b, err := wkb.Marshal(g, binary.LittleEndian)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	arc := []byte{1, wkbCurvePolygon, 0, 0, 0, 1, 0, 0, 0, 1, wkbCircularString, 0, 0, 0, 3, 0, 0, 0}
	for _, v := range []float64{0, 0, 2, 0, 0, 0} {
		arc = binary.LittleEndian.AppendUint64(arc, math.Float64bits(v))
	}
	f.Add(arc)
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<12 {
			t.Skip("the length of one feature has its own limit")
		}
		r := wkbReader{b: b, tolerance: arcTolerance}
		what, err := r.polygons()
		if err != nil || what != isPolygon {
			return
		}
		if len(r.shape) == 0 {
			t.Fatal("a polygon without polygons")
		}
		for _, polygon := range r.shape {
			for _, ring := range polygon {
				for _, p := range ring {
					if !finite(p[0]) || !finite(p[1]) {
						t.Fatalf("a coordinate is %v", p)
					}
				}
			}
		}
	})
}

/*
Two parcels share the arc over the chord from a to b; one runs along it from a
to b, the other from b to a. Their corners must be the same to the bit, or the
ground between would be contested.

	     m
	  .-----.
	a         b
*/
func TestAnArcHasTheSameCornersInBothDirections(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		axis := rapid.Float64Range(-1000, 1000)
		draw := func(name string) orb.Point {
			return orb.Point{632_000 + axis.Draw(t, name+" x"), 2_683_600 + axis.Draw(t, name+" y")}
		}
		a, m, b := draw("a"), draw("m"), draw("b")
		forth := appendArc([]orb.Point{a}, a, m, b, arcTolerance)
		back := appendArc([]orb.Point{b}, b, m, a, arcTolerance)
		if a == b {
			return // a whole circle has one direction
		}
		slices.Reverse(back)
		if !slices.Equal(forth, back) {
			t.Fatalf("%v there, %v back", forth, back)
		}
		if forth[0] != a || forth[len(forth)-1] != b || !slices.Contains(forth, m) {
			t.Fatalf("%v does not lead from %v through %v to %v", forth, a, m, b)
		}
	})
}

// The middle of each chord of a circle is where it is farthest from it.
func TestChordsLieWithinTheToleranceOfTheirArc(t *testing.T) {
	for _, c := range []struct {
		name    string
		a, m, b orb.Point
		centre  orb.Point
		radius  float64
		length  float64 // of the arc
	}{
		{"a half circle", orb.Point{0, 0}, orb.Point{100, 100}, orb.Point{200, 0}, orb.Point{100, 0}, 100, math.Pi * 100},
		{"most of a circle, the other way", orb.Point{0, 100}, orb.Point{200, 100}, orb.Point{100, 0}, orb.Point{100, 100}, 100, 1.5 * math.Pi * 100},
		{"a whole circle", orb.Point{0, 0}, orb.Point{20, 0}, orb.Point{0, 0}, orb.Point{10, 0}, 10, math.Pi * 20},
		{"a circle smaller than the tolerance", orb.Point{0, 0}, orb.Point{0.0005, 0}, orb.Point{0, 0}, orb.Point{0.00025, 0}, 0.00025, math.Pi * 0.0005},
	} {
		t.Run(c.name, func(t *testing.T) {
			line := appendArc([]orb.Point{c.a}, c.a, c.m, c.b, arcTolerance)
			length := 0.0
			for i := 1; i < len(line); i++ {
				p, q := line[i-1], line[i]
				length += math.Hypot(q[0]-p[0], q[1]-p[1])
				away := c.radius - math.Hypot((p[0]+q[0])/2-c.centre[0], (p[1]+q[1])/2-c.centre[1])
				if away < -1e-9 || away > arcTolerance+1e-9 {
					t.Fatalf("chord %d lies %v m from the arc", i, away)
				}
			}
			if length > c.length || length < 0.9*c.length {
				t.Errorf("%v m long, the arc %v", length, c.length)
			}
		})
	}
}

func TestThreePointsOnOneLineAreALine(t *testing.T) {
	got := appendArc(nil, orb.Point{0, 0}, orb.Point{5, 0}, orb.Point{10, 0}, arcTolerance)
	if !slices.Equal(got, []orb.Point{{5, 0}, {10, 0}}) {
		t.Errorf("%v, want the two points", got)
	}
}
