package overlay_test

import (
	"fmt"
	"strings"
	"testing"

	"jieshi/geo/overlay"
)

// told writes faults as rule@x,y in metres.
func told(faults []overlay.Fault) string {
	var parts []string
	for _, f := range faults {
		at := f.At.Metres()
		parts = append(parts, fmt.Sprintf("%s@%g,%g", f.Rule, at[0], at[1]))
	}
	return strings.Join(parts, " ")
}

// Repaired areas are by hand; for rings that do not wind twice round anything
// PostGIS 3.3 agrees: SELECT ST_Area(ST_MakeValid('<ground>'::geometry)).
func TestValidateAndRepair(t *testing.T) {
	for _, tc := range []struct {
		name, ground string
		faults       string
		repaired     float64 // m²
	}{
		{name: "square", ground: "POLYGON((0 0,4 0,4 4,0 4,0 0))", repaired: 16},
		{name: "square the other way round", ground: "POLYGON((0 0,0 4,4 4,4 0,0 0))", repaired: 16},
		{
			/*
			   4 *   *
			     |\ /|
			     | x |      figure eight, crossing at (2, 2)
			     |/ \|
			   0 *   *
			*/
			name: "figure eight", ground: "POLYGON((0 0,4 4,4 0,0 4,0 0))",
			faults: "crosses@2,2 zero_area@0,0", repaired: 8,
		},
		{
			name:   "figure eight through a common corner",
			ground: "POLYGON((0 0,2 2,4 0,4 4,2 2,0 4,0 0))", faults: "touches@2,2", repaired: 8,
		},
		{
			name:   "crossing in a common corner",
			ground: "POLYGON((0 0,2 2,4 4,4 0,2 2,0 4,0 0))", faults: "crosses@2,2 zero_area@0,0", repaired: 8,
		},
		{name: "repeated point", ground: "POLYGON((0 0,4 0,4 0,4 4,0 4,0 0))", faults: "repeated_point@4,0", repaired: 16},
		{
			name:   "points that the grid makes one",
			ground: "POLYGON((0 0,4 0,4.00004 0.00004,4 4,0 4,0 0))", faults: "repeated_point@4,0", repaired: 16,
		},
		{
			name:   "hole that the grid makes a line",
			ground: "POLYGON((0 0,4 0,4 4,0 4,0 0),(1 1,2 1,1.5 1.00004,1 1))", faults: "zero_area@1,1 spike@1,1 spike@2,1", repaired: 16,
		},
		{
			name:   "spike outward",
			ground: "POLYGON((0 0,4 0,4 4,2 4,2 8,2 4,0 4,0 0))", faults: "spike@2,8 touches@2,4", repaired: 16,
		},
		{
			/*  the walker goes round the pond twice  */
			name:   "walked round twice",
			ground: "POLYGON((0 0,4 0,4 4,0 4,0 1,5 1,5 5,-1 5,-1 0,0 0))", faults: "crosses@4,1", repaired: 29,
		},
		{
			name:   "hole outside",
			ground: "POLYGON((0 0,4 0,4 4,0 4,0 0),(5 5,6 5,6 6,5 6,5 5))", faults: "hole_outside@5,5", repaired: 16,
		},
		{
			name:   "hole across the shell",
			ground: "POLYGON((0 0,4 0,4 4,0 4,0 0),(3 1,6 1,6 2,3 2,3 1))", faults: "rings_cross@4,1 rings_cross@4,2", repaired: 15,
		},
		{
			name:   "hole in a hole",
			ground: "POLYGON((0 0,9 0,9 9,0 9,0 0),(1 1,8 1,8 8,1 8,1 1),(2 2,3 2,3 3,2 3,2 2))", faults: "hole_in_hole@2,2", repaired: 32,
		},
		{
			name:   "hole that touches the shell in a point",
			ground: "POLYGON((0 0,4 0,4 4,0 4,0 0),(0 2,2 1,2 3,0 2))", repaired: 14,
		},
		{
			name:   "hole that touches the shell in two points",
			ground: "POLYGON((0 0,4 0,4 4,0 4,0 0),(0 2,2 1,4 2,2 3,0 2))", faults: "interior_divided@4,2", repaired: 12,
		},
		{
			name:   "hole along the shell",
			ground: "POLYGON((0 0,4 0,4 4,0 4,0 0),(0 1,2 1,2 3,0 3,0 1))", faults: "rings_overlap@0,1", repaired: 12,
		},
		{
			name:   "parts that overlap",
			ground: "MULTIPOLYGON(((0 0,4 0,4 4,0 4,0 0)),((2 2,6 2,6 6,2 6,2 2)))", faults: "rings_cross@4,2 rings_cross@2,4", repaired: 28,
		},
		{
			name:   "parts that touch in a corner",
			ground: "MULTIPOLYGON(((0 0,4 0,4 4,0 4,0 0)),((4 4,6 4,6 6,4 6,4 4)))", repaired: 20,
		},
		{
			name:   "part within a part",
			ground: "MULTIPOLYGON(((0 0,4 0,4 4,0 4,0 0)),((1 1,2 1,2 2,1 2,1 1)))", faults: "part_in_part@1,1", repaired: 16,
		},
		{
			name:   "part in the hole of a part",
			ground: "MULTIPOLYGON(((0 0,9 0,9 9,0 9,0 0),(1 1,8 1,8 8,1 8,1 1)),((2 2,3 2,3 3,2 3,2 2)))", repaired: 33,
		},
		{
			name:   "parts along each other",
			ground: "MULTIPOLYGON(((0 0,4 0,4 4,0 4,0 0)),((4 1,6 1,6 3,4 3,4 1)))", faults: "rings_overlap@4,1", repaired: 20,
		},
		{
			name:   "corner of a hole on a corner of the shell, passing through",
			ground: "POLYGON((0 0,4 0,4 4,0 4,0 0),(4 4,5 3,3 3,3 5,4 4))", faults: "rings_cross@4,3 rings_cross@3,4", repaired: 15,
		},
		{name: "out and back", ground: "POLYGON((0 0,4 0,8 0,4 0,0 0))", faults: "zero_area@0,0 overlaps@0,0", repaired: 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m := ground(t, tc.ground)
			faults := faultsOf(m)
			if tc.name == "out and back" { // every place of it is at fault
				if len(faults) == 0 {
					t.Error("Validate() found nothing")
				}
			} else if got := told(faults); !sameWords(got, tc.faults) {
				t.Errorf("Validate() = %s, want %s", got, tc.faults)
			}
			repaired := repairOf(m)
			if got := float64(repaired.Area().SquareMetres()); got != tc.repaired {
				t.Errorf("Repair() covers %v m², want %v", got, tc.repaired)
			}
			for _, f := range faultsOf(repaired) {
				t.Errorf("repaired ground %v is at fault: %v", repaired, f)
			}
		})
	}
}

func sameWords(a, b string) bool {
	count := map[string]int{}
	for _, w := range strings.Fields(a) {
		count[w]++
	}
	for _, w := range strings.Fields(b) {
		count[w]--
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}
