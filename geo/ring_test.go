package geo_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"jieshi/geo"
)

func TestRingFaults(t *testing.T) {
	type fault struct {
		rule   geo.RingRule
		x, y   float64
		vertex int
	}
	for _, tc := range []struct {
		name, ring string
		want       []fault
	}{
		{"a square, counterclockwise", "LINESTRING(0 0,10 0,10 10,0 10,0 0)", nil},
		{"a square, clockwise, points repeated", "LINESTRING(0 0,0 10,0 10,10 10,10 0,0 0,0 0)", nil},
		{"no points", "LINESTRING EMPTY", []fault{{geo.RingTooFew, 0, 0, 0}}},
		{"one point many times", "LINESTRING(3 4,3 4,3 4)", []fault{{geo.RingTooFew, 3, 4, 0}}},
		{"two points there and back", "LINESTRING(0 0,10 0,0 0,10 0)", []fault{{geo.RingTooFew, 0, 0, 0}}},
		{"open", "LINESTRING(0 0,10 0,10 10,0 10)", []fault{{geo.RingOpen, 0, 10, 3}}},
		{"out and back the same way", "LINESTRING(0 0,10 5,20 20,10 5,0 0)", []fault{{geo.RingOutAndBack, 20, 20, 2}}},
		{"three points on one line", "LINESTRING(0 0,10 0,20 0,0 0)", []fault{{geo.RingOutAndBack, 20, 0, 2}}},
		{"spike", "LINESTRING(0 0,10 0,10 20,10 10,0 10,0 0)", []fault{{geo.RingSpike, 10, 20, 1}}},
		{"figure 8 of equal halves", "LINESTRING(0 0,10 10,10 0,0 10,0 0)", []fault{{geo.RingCrosses, 5, 5, 0}, {geo.RingZeroArea, 0, 0, 0}}},
		{"figure 8 of unequal halves", "LINESTRING(0 0,30 30,30 0,0 10,0 0)", []fault{{geo.RingCrosses, 7.5, 7.5, 0}}},
		{"a hole pinched to the ring", "LINESTRING(0 0,10 0,10 10,5 0,0 10,0 0)", []fault{{geo.RingTouches, 5, 0, 0}}},
		{"open, and its closing edge crosses", "LINESTRING(0 0,10 0,10 10,5 -4)", []fault{{geo.RingOpen, 5, -4, 3}, {geo.RingCrosses, 6.4286, 0, 0}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			faults, err := geo.RingFaults(orb.Ring(line(t, tc.ring)))
			if err != nil {
				t.Fatal(err)
			}
			var got []fault
			for _, f := range faults {
				got = append(got, fault{f.Rule, f.At[0], f.At[1], f.Vertex})
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("RingFaults() = %v, want %v", got, tc.want)
			}
			err = geo.CheckRing(orb.Ring(line(t, tc.ring)))
			if (err == nil) != (len(tc.want) == 0) {
				t.Errorf("CheckRing() = %v with %d faults expected", err, len(tc.want))
			}
		})
	}
}

func TestRingFaultSaysWhatAndWhere(t *testing.T) {
	err := geo.CheckRing(orb.Ring{{500000, 2600000}, {500100.12345, 2600000}, {500100, math.Inf(1)}, {500000, 2600000}})
	fault := (*geo.RingFault)(nil)
	if !errors.As(err, &fault) || fault.Rule != geo.RingUnusable || fault.Vertex != 2 {
		t.Fatalf("CheckRing() = %v, want a fault at vertex 2", err)
	}
	bow := geo.CheckRing(orb.Ring{{500000, 2600000}, {500010, 2600010}, {500010, 2600000}, {500000, 2600020}, {500000, 2600000}})
	if want := "geo: the line crosses itself near (500006.667, 2600006.667), vertex 0"; bow == nil || bow.Error() != want {
		t.Errorf("CheckRing() = %v, want %s", bow, want)
	}
	for _, r := range []geo.RingRule{
		geo.RingUnusable, geo.RingTooFew, geo.RingOpen, geo.RingOutAndBack, geo.RingSpike,
		geo.RingCrosses, geo.RingTouches, geo.RingOverlaps, geo.RingZeroArea,
	} {
		if r.EN() == string(r) || r.ZH() == string(r) || !strings.Contains(r.EN(), "line") {
			t.Errorf("rule %q has no words: %q, %q", string(r), r.EN(), r.ZH())
		}
	}
}
