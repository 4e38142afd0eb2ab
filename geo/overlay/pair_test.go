package overlay_test

import (
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"jieshi/geo/overlay"
)

// ground reads WKT in metres onto the grid.
func ground(t testing.TB, text string) overlay.MultiPolygon {
	t.Helper()
	g, err := wkt.Unmarshal(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	var m orb.MultiPolygon
	switch g := g.(type) {
	case orb.Polygon:
		m = orb.MultiPolygon{g}
	case orb.MultiPolygon:
		m = g
	}
	s, err := overlay.Snap(m)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return s
}

// layer builds a layer of claims 1, 2, … from WKT in metres.
func layer(t testing.TB, texts ...string) *overlay.Layer {
	t.Helper()
	var b overlay.Builder
	for i, text := range texts {
		if err := b.Add(int64(i+1), ground(t, text)); err != nil {
			t.Fatal(err)
		}
	}
	l, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// Expected areas are by hand; PostGIS 3.3 agrees:
//
//	SELECT ST_Area(ST_Intersection('<a>'::geometry, '<b>'::geometry));
func TestPairs(t *testing.T) {
	for _, tc := range []struct {
		name, a, b string
		want       float64
	}{
		{
			/*
			   a    b
			   +----+---+-----+  4
			   |    |///|     |
			   +----+---+-----+  0
			   0    6  10    16
			*/
			name: "hedge strip with collinear long sides",
			a:    "POLYGON((0 0,10 0,10 4,0 4,0 0))",
			b:    "POLYGON((6 0,16 0,16 4,6 4,6 0))",
			want: 16,
		},
		{name: "the same claim twice", a: "POLYGON((0 0,10 0,10 4,0 4,0 0))", b: "POLYGON((10 4,0 4,0 0,10 0,10 4))", want: 40},
		{
			/*
			   +---+---+
			   | a | b |   only a fence in common
			   +---+---+
			*/
			name: "shared edge",
			a:    "POLYGON((0 0,10 0,10 4,0 4,0 0))", b: "POLYGON((10 0,20 0,20 4,10 4,10 0))", want: 0,
		},
		{name: "touching corners", a: "POLYGON((0 0,10 0,10 4,0 4,0 0))", b: "POLYGON((10 4,20 4,20 8,10 8,10 4))", want: 0},
		{name: "b in the hole of a", a: "POLYGON((0 0,10 0,10 10,0 10,0 0),(2 2,8 2,8 8,2 8,2 2))", b: "POLYGON((3 3,6 3,6 6,3 6,3 3))", want: 0},
		{name: "b fills the hole of a", a: "POLYGON((0 0,10 0,10 10,0 10,0 0),(2 2,8 2,8 8,2 8,2 2))", b: "POLYGON((2 2,8 2,8 8,2 8,2 2))", want: 0},
		{name: "b over the hole of a and round it", a: "POLYGON((0 0,10 0,10 10,0 10,0 0),(2 2,8 2,8 8,2 8,2 2))", b: "POLYGON((1 1,9 1,9 9,1 9,1 1))", want: 64 - 36},
		{name: "b within a", a: "POLYGON((0 0,10 0,10 10,0 10,0 0))", b: "POLYGON((1 1,9 1,9 9,1 9,1 1))", want: 64},
		{
			/*
			        /\ b
			   +---/--\--+
			   |  /    \ |   the foot of b stands on the side of a
			   +-+------++
			*/
			name: "tent on a shared base",
			a:    "POLYGON((0 0,10 0,10 4,0 4,0 0))", b: "POLYGON((1 0,9 0,5 8,1 0))", want: 24,
		},
		{name: "T-junction of a corner on a side from inside", a: "POLYGON((0 0,10 0,10 10,0 10,0 0))", b: "POLYGON((0 5,5 2,5 8,0 5))", want: 15},
		{name: "T-junction of a corner on a side from outside", a: "POLYGON((0 0,10 0,10 10,0 10,0 0))", b: "POLYGON((0 5,-5 2,-5 8,0 5))", want: 0},
		{name: "needle of one grid unit", a: "POLYGON((0 0,10 0,10 10,0 10,0 0))", b: "POLYGON((-5 5,15 5,15 5.0001,-5 5))", want: 0.0005 * 1},
		{name: "star of David", a: "POLYGON((0 0,6 0,3 6,0 0))", b: "POLYGON((0 4,3 -2,6 4,0 4))", want: 12},
		{name: "cross through common diagonals", a: "POLYGON((0 0,4 0,4 4,0 4,0 0))", b: "POLYGON((2 -2,6 2,2 6,-2 2,2 -2))", want: 16},
		{name: "two parts against one", a: "MULTIPOLYGON(((0 0,2 0,2 2,0 2,0 0)),((4 0,6 0,6 2,4 2,4 0)))", b: "POLYGON((1 0,5 0,5 2,1 2,1 0))", want: 4},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for _, texts := range [][]string{{tc.a, tc.b}, {tc.b, tc.a}} {
				got, err := overlay.Pairs(t.Context(), layer(t, texts...), nil, overlay.Options{})
				if err != nil {
					t.Fatal(err)
				}
				var sum float64
				for _, p := range got {
					sum += float64(p.Area.SquareMetres())
				}
				if d := sum - tc.want; d > 1e-9 || d < -1e-9 || (len(got) > 0) != (tc.want > 0) {
					t.Errorf("Pairs() = %v, %.10f m², want %v m²", got, sum, tc.want)
				}
			}
		})
	}
}
