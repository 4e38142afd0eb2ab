package overlay_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"jieshi/geo/overlay"
)

func line(t *testing.T, xy ...float64) []overlay.Point {
	t.Helper()
	var out []overlay.Point
	for i := 0; i < len(xy); i += 2 {
		p, err := overlay.SnapPoint(orb.Point{xy[i], xy[i+1]})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}

func TestSplit(t *testing.T) {
	for _, tc := range []struct {
		name, ground string
		line         []float64
		want         string // m² and side of each part
	}{
		{
			/*
			        ^
			   +----|--+
			   | L  | R|
			   +----|--+
			*/
			name:   "straight across",
			ground: "POLYGON((0 0,10 0,10 4,0 4,0 0))", line: []float64{6, -1, 6, 5}, want: "24L 16R",
		},
		{name: "the other way", ground: "POLYGON((0 0,10 0,10 4,0 4,0 0))", line: []float64{6, 5, 6, -1}, want: "24R 16L"},
		{name: "from corner to corner", ground: "POLYGON((0 0,10 0,10 4,0 4,0 0))", line: []float64{0, 0, 10, 4}, want: "20R 20L"},
		{name: "ends inside", ground: "POLYGON((0 0,10 0,10 4,0 4,0 0))", line: []float64{6, -1, 6, 2}, want: "40-"},
		{name: "passes by", ground: "POLYGON((0 0,10 0,10 4,0 4,0 0))", line: []float64{12, -1, 12, 2}, want: "40-"},
		{name: "along the fence", ground: "POLYGON((0 0,10 0,10 4,0 4,0 0))", line: []float64{-1, 0, 11, 0}, want: "40L"},
		{
			name:   "across a hole",
			ground: "POLYGON((0 0,10 0,10 10,0 10,0 0),(2 2,8 2,8 8,2 8,2 2))", line: []float64{5, -1, 5, 11}, want: "32L 32R",
		},
		{
			name:   "from the shell to the hole only",
			ground: "POLYGON((0 0,10 0,10 10,0 10,0 0),(2 2,8 2,8 8,2 8,2 2))", line: []float64{5, -1, 5, 5}, want: "64-",
		},
		{
			name:   "round a stone in the middle",
			ground: "POLYGON((0 0,10 0,10 10,0 10,0 0))", line: []float64{4, 4, 6, 4, 6, 6, 4, 6, 4, 4}, want: "96R 4L",
		},
		{
			/*  a comb of three teeth, cut below the tips  */
			name:   "several parts on one side",
			ground: "POLYGON((0 0,5 0,5 4,4 4,4 1,3 1,3 4,2 4,2 1,1 1,1 4,0 4,0 0))", line: []float64{-1, 2, 6, 2},
			want: "8R 2L 2L 2L",
		},
		{name: "two parcels", ground: "MULTIPOLYGON(((0 0,2 0,2 2,0 2,0 0)),((4 0,6 0,6 2,4 2,4 0)))", line: []float64{-1, 1, 3, 1}, want: "2R 2L 4-"},
		{name: "no ground", ground: "MULTIPOLYGON EMPTY", line: []float64{0, 0, 1, 1}, want: ""},
		{name: "no line", ground: "POLYGON((0 0,2 0,2 2,0 2,0 0))", want: "4-"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var parts []string
			for _, p := range partsOf(ground(t, tc.ground), line(t, tc.line...)) {
				side := map[overlay.Side]string{overlay.LeftOf: "L", overlay.RightOf: "R", overlay.Beside: "-"}[p.Side]
				parts = append(parts, fmt.Sprintf("%g%s", float64(p.Area.SquareMetres()), side))
				for _, f := range faultsOf(overlay.MultiPolygon{p.Ground}) {
					t.Errorf("part %v: %v", p.Ground, f)
				}
			}
			if got := strings.Join(parts, " "); got != tc.want {
				t.Errorf("Split() = %s, want %s", got, tc.want)
			}
		})
	}
}
