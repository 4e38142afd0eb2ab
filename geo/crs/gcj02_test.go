package crs_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"jieshi/geo/crs"
)

func TestToGCJ02(t *testing.T) {
	lon, lat := crs.ToGCJ02(109.33, 24.25)
	if math.Abs(lon-109.3344758) > 5e-8 || math.Abs(lat-24.2472520) > 5e-8 {
		t.Errorf("ToGCJ02(109.33, 24.25) = %.7f, %.7f; want 109.3344758, 24.2472520", lon, lat)
	}
}

// Computed once with another implementation: N −304.4 m, E +454.5 m, 547.0 m.
func TestGCJ02OffsetInLiujiang(t *testing.T) {
	east, north := crs.GCJ02Offset(109.33, 24.25)
	if math.Abs(east-454.5) > 0.5 || math.Abs(north+304.4) > 0.5 || math.Abs(math.Hypot(east, north)-547.0) > 0.5 {
		t.Errorf("GCJ02Offset = %.1f east, %.1f north; want 454.5, -304.4", east, north)
	}
}

func TestFromGCJ02UndoesToGCJ02(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lon := rapid.Float64Range(73, 135).Draw(t, "lon")
		lat := rapid.Float64Range(3, 54).Draw(t, "lat")
		gotLon, gotLat := crs.FromGCJ02(crs.ToGCJ02(lon, lat))
		if math.Abs(gotLon-lon) > 1e-11 || math.Abs(gotLat-lat) > 1e-11 {
			t.Fatalf("%v, %v came back as %v, %v", lon, lat, gotLon, gotLat)
		}
	})
}
