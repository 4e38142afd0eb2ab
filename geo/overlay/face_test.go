package overlay_test

import (
	"fmt"
	"strings"
	"testing"

	"jieshi/geo/overlay"
	"jieshi/geo/overlay/overlaytest"
)

// summary writes a partition as {claims}=m² in order.
func summary(p *overlay.Partition) string {
	var parts []string
	for _, f := range p.Faces {
		parts = append(parts, fmt.Sprintf("%v=%.6g", f.Claims, float64(f.Area.SquareMetres())))
	}
	return strings.Join(parts, " ")
}

func TestFaces(t *testing.T) {
	for _, tc := range []struct {
		name   string
		claims []string
		want   string
	}{
		{
			name:   "one claim alone",
			claims: []string{"POLYGON((0 0,10 0,10 10,0 10,0 0))"},
			want:   "[1]=100",
		},
		{
			/*
			   0 +--+--+--+
			     | 1|12| 2|
			     +--+--+--+
			*/
			name:   "two claims and the strip between",
			claims: []string{"POLYGON((0 0,10 0,10 4,0 4,0 0))", "POLYGON((6 0,16 0,16 4,6 4,6 0))"},
			want:   "[1]=24 [1 2]=16 [2]=24",
		},
		{
			name: "the same parcel claimed three times",
			claims: []string{
				"POLYGON((0 0,10 0,10 4,0 4,0 0))", "POLYGON((10 0,10 4,0 4,0 0,10 0))", "POLYGON((0 4,0 0,10 0,10 4,0 4))",
			},
			want: "[1 2 3]=40",
		},
		{
			name: "three bars through one point",
			claims: []string{
				"POLYGON((0 0,6 0,6 2,0 2,0 0))", "POLYGON((2 -2,4 -2,4 4,2 4,2 -2))", "POLYGON((2 0,4 0,4 2,2 2,2 0))",
			},
			want: "[1]=8 [1 2 3]=4 [2]=8",
		},
		{
			name: "claim in the hole of another",
			claims: []string{
				"POLYGON((0 0,10 0,10 10,0 10,0 0),(2 2,8 2,8 8,2 8,2 2))", "POLYGON((3 3,6 3,6 6,3 6,3 3))", "POLYGON((4 4,9 4,9 5,4 5,4 4))",
			},
			want: "[1]=63 [1 3]=1 [2]=7 [2 3]=2 [3]=2",
		},
		{
			/*
			   10 +-------------------+
			      | 9 +-----3-------+ |    rings in rings: 1 is a frame, 2 a frame in its hole,
			      |   |  +---------+| |    and 3 a square whose side runs in the wood of 1
			      |   |  | +--2--+ || |
			      |   |  | |     | || |
			      +-------------------+
			*/
			name: "nested frames",
			claims: []string{
				"POLYGON((0 0,10 0,10 10,0 10,0 0),(2 2,8 2,8 8,2 8,2 2))", "POLYGON((3 3,7 3,7 7,3 7,3 3),(4 4,6 4,6 6,4 6,4 4))",
				"POLYGON((1 1,9 1,9 9,1 9,1 1))",
			},
			want: "[1]=36 [1 3]=28 [2 3]=12 [3]=24",
		},
		{
			/*
			         +------+------+
			   -5 <==|==1===|===2==|== 25    a needle of a tenth of a millimetre, as wide as the grid
			         +------+------+         at its end, through two parcels

			   It is 1/6, 3/6 and 5/6 of a unit wide where it passes the sides; on the subgrid
			   43, 128 and 213 of 256, so that 1 and 2 share (43 + 128) and (128 + 213) / 512 of a unit × 10 m with it.
			*/
			name: "needle through two parcels",
			claims: []string{
				"POLYGON((0 0,10 0,10 10,0 10,0 0))", "POLYGON((10 0,20 0,20 10,10 10,10 0))", "POLYGON((-5 5,25 5,25 5.0001,-5 5))",
			},
			want: "[1]=99.9997 [1 3]=0.000333984 [2]=99.9993 [2 3]=0.000666016 [3]=0.0005",
		},
		{
			name: "three lines through one lattice point",
			claims: []string{
				"POLYGON((-6 -6,6 6,-6 6,-6 -6))", "POLYGON((-6 0,6 0,6 6,-6 6,-6 0))", "POLYGON((0 -6,6 -6,6 6,0 6,0 -6))",
			},
			want: "[1]=18 [1 2]=36 [1 2 3]=18 [2 3]=18 [3]=36",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := overlay.Faces(t.Context(), layer(t, tc.claims...), overlay.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if s := summary(got); s != tc.want {
				t.Errorf("Faces() = %s, want %s", s, tc.want)
			}
			var sum overlay.Area
			for _, f := range got.Faces {
				sum = sum.Add(f.Area)
			}
			if sum != got.Union {
				t.Errorf("faces add up to %v, the union is %v", sum, got.Union)
			}
		})
	}
}

func TestFacesWithGeometryAreAsLargeAsTheirAreas(t *testing.T) {
	stars := overlaytest.C20k
	stars.Claims = 500
	p, err := overlay.Faces(t.Context(), overlaytest.Layer(stars.Make(5)), overlay.Options{Geometry: true})
	if err != nil {
		t.Fatal(err)
	}
	contested := 0
	for _, f := range p.Faces {
		if f.Depth() >= 2 {
			contested++
			checkGround(t, f.Claims, f.Ground, f.Area)
		} else if f.Ground != nil {
			t.Errorf("%v: ground of a face of depth one", f.Claims)
		}
	}
	if contested < 1000 {
		t.Errorf("%d contested faces, want more than 1000", contested)
	}
}
