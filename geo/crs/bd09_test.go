package crs_test

import (
	"math"
	"testing"

	"jieshi/geo/crs"
)

// 116.404, 39.915 in GCJ-02 (Tiananmen) is 116.41036949371029, 39.92133699351021 in
// BD-09, the vector that the public reconstructions share.
func TestBD09(t *testing.T) {
	lon, lat := crs.FromGCJ02(116.404, 39.915)
	bdLon, bdLat := crs.ToBD09(lon, lat)
	if math.Abs(bdLon-116.41036949371029) > 1e-9 || math.Abs(bdLat-39.92133699351021) > 1e-9 {
		t.Errorf("ToBD09 = %.14f, %.14f", bdLon, bdLat)
	}
	for _, p := range [][2]float64{{109.33, 24.25}, {105.1, 21.2}, {120.3, 30.9}, {87.6, 43.8}, {0, 0}} {
		lon, lat := crs.FromBD09(crs.ToBD09(p[0], p[1]))
		if math.Abs(lon-p[0]) > 1e-10 || math.Abs(lat-p[1]) > 1e-10 {
			t.Errorf("there and back %v becomes %v, %v", p, lon, lat)
		}
	}
	if lon, lat := crs.FromBD09(math.NaN(), 24); !math.IsNaN(lon) && !math.IsNaN(lat) {
		t.Errorf("FromBD09(NaN, 24) = %v, %v", lon, lat)
	}
}
