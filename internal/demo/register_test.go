package demo_test

import (
	"reflect"
	"testing"

	"github.com/paulmach/orb/planar"

	"jieshi/geo/overlay"
	"jieshi/internal/demo"
)

func TestTheRegisterHasGroundWithTwoCertificates(t *testing.T) {
	r := demo.NewRegister(1)
	var b overlay.Builder
	for _, p := range r.Parcels {
		if planar.Area(p.Ground) <= 0 {
			t.Errorf("parcel %d has an area of %v m²", p.Feature, planar.Area(p.Ground))
		}
		ground, err := overlay.Snap(p.Ground)
		if err != nil {
			t.Fatal(err)
		}
		if faults, err := overlay.Validate(t.Context(), ground); err != nil || faults != nil {
			t.Errorf("parcel %d: %v, %v", p.Feature, faults, err)
		}
		if err := b.Add(p.Feature, ground); err != nil {
			t.Fatal(err)
		}
	}
	l, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	pairs, err := overlay.Pairs(t.Context(), l, nil, overlay.Options{})
	if err != nil {
		t.Fatal(err)
	}
	twice, slivers := 0, 0
	for _, p := range pairs {
		switch m2 := p.Area.SquareMetres(); {
		case m2 > 4000:
			twice++
		case m2 < 500:
			slivers++
		}
	}
	// One parcel issued twice, and four below the certificate of the farm.
	if twice != 5 || slivers < 10 {
		t.Errorf("%d grounds with two certificates and %d slivers, want 5 and many", twice, slivers)
	}
	if !reflect.DeepEqual(r, demo.NewRegister(1)) || reflect.DeepEqual(r, demo.NewRegister(2)) {
		t.Error("a register follows from its seed, and another seed makes another one")
	}
}
