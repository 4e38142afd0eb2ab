package crs_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"jieshi/geo/crs"
)

func TestKnownCornersGiveTheSameAreaToTheBit(t *testing.T) {
	t.Parallel()
	p := projection(t, 4545)
	rnd := rand.New(rand.NewPCG(1, 2))
	var ring orb.Ring
	for k := range 200 {
		at, r := 2*math.Pi*float64(k)/200, 3000+900*rnd.Float64()
		ring = append(ring, orb.Point{632_000 + r*math.Cos(at), 2_683_000 + r*math.Sin(at)})
	}
	ring = append(ring, ring[0])
	back := ring.Clone()
	back.Reverse()
	half := append(ring[:100].Clone(), orb.Point{631_999.5, 2_683_000.25}, ring[0])
	far := orb.Ring{{600_000, 2_600_000}, {609_000, 2_600_000}, {609_000, 2_605_000}, {600_000, 2_600_000}}

	corners := crs.NewCorners(p, orb.Polygon{ring})
	together, err := crs.EllipsoidalAreas([]orb.MultiPolygon{{{ring}}, {{back}}, {{half}}, {{ring, half}}, nil, {{ring}}}, p)
	if err != nil {
		t.Fatal(err)
	}
	for i, ground := range []orb.MultiPolygon{{{ring}}, {{back}}, {{half}}, {{ring, half}}, nil, {{ring}}} {
		if want, err := crs.EllipsoidalArea(ground, p); err != nil || together[i] != want {
			t.Errorf("ground %d among others: %v m², want %v m² (%v)", i, together[i], want, err)
		}
	}
	for name, ground := range map[string]orb.MultiPolygon{
		"as remembered": {{ring}}, "the other way": {{back}}, "half of it": {{half}}, "elsewhere": {{far}}, "with a hole": {{ring, half}}, "nothing": nil,
	} {
		want, err := crs.EllipsoidalArea(ground, p)
		if err != nil {
			t.Fatal(err)
		}
		got, err := corners.EllipsoidalArea(ground)
		if err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("%s: %v m², want %v m²", name, got, want)
		}
	}
}

func TestCornersOutsideOfTheGridAreRefused(t *testing.T) {
	t.Parallel()
	corners := crs.NewCorners(projection(t, 4545), orb.Polygon{{{0, 0}, {math.NaN(), 0}, {1, 1}, {0, 0}}})
	if _, err := corners.EllipsoidalArea(orb.MultiPolygon{{{{0, 0}, {math.NaN(), 0}, {1, 1}, {0, 0}}}}); err == nil {
		t.Error("an area of a ring without a place")
	}
}
