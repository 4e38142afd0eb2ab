package api_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"
)

// isRFC7946 holds GeoJSON to the standard: no crs member (section 4), outer
// rings counterclockwise and holes clockwise (3.1.6), closed, lon before lat,
// at most 8 decimals (our millimetre).
func isRFC7946(t *testing.T, body []byte) {
	t.Helper()
	if strings.Contains(string(body), `"crs":{`) {
		t.Errorf("GeoJSON with a crs member: %.300s", body)
	}
	var fc struct {
		Type     string
		Features []struct {
			Type, ID any
			Geometry struct {
				Type        string
				Coordinates json.RawMessage
			}
			Properties map[string]any
		}
	}
	if err := json.Unmarshal(body, &fc); err != nil || fc.Type != "FeatureCollection" {
		t.Errorf("no GeoJSON: %v: %.300s", err, body)
		return
	}
	for _, f := range fc.Features {
		var point orb.Point
		var polygon orb.Polygon
		var polygons orb.MultiPolygon
		var lines orb.MultiLineString
		into := map[string]any{"MultiLineString": &lines, "Point": &point, "Polygon": &polygon, "MultiPolygon": &polygons}[f.Geometry.Type]
		if into == nil || json.Unmarshal(f.Geometry.Coordinates, into) != nil || f.Type != "Feature" {
			t.Errorf("feature %v is a %s of %.100s", f.ID, f.Geometry.Type, f.Geometry.Coordinates)
			continue
		}
		if polygon != nil {
			polygons = orb.MultiPolygon{polygon}
		}
		for _, p := range polygons {
			for i, ring := range p {
				want := orb.CCW
				if i > 0 {
					want = orb.CW
				}
				if !ring.Closed() || ring.Orientation() != want {
					t.Errorf("ring %d of feature %v is open or wound the wrong way", i, f.ID)
				}
			}
		}
		if f.Geometry.Type == "Point" {
			polygons = orb.MultiPolygon{point.Bound().ToPolygon()}
		}
		for _, line := range lines {
			polygons = append(polygons, line.Bound().ToPolygon())
		}
		if b := polygons.Bound(); b.Min[0] < 73 || b.Max[0] > 135 || b.Min[1] < 3 || b.Max[1] > 54 {
			t.Errorf("feature %v is not in lon and lat of China: %v", f.ID, b)
		}
	}
	var raw any
	if err := json.Unmarshal(body, &raw); err != nil {
		t.Error(err)
	}
	fewDecimals(t, raw, false)
}

func fewDecimals(t *testing.T, v any, coordinates bool) {
	t.Helper()
	switch v := v.(type) {
	case map[string]any:
		for k, each := range v {
			fewDecimals(t, each, k == "coordinates")
		}
	case []any:
		for _, each := range v {
			fewDecimals(t, each, coordinates)
		}
	case float64:
		if scaled := v * 1e8; coordinates && math.Abs(scaled-math.Round(scaled)) > 1e-4 {
			t.Errorf("coordinate %v has more than 8 decimals", v)
		}
	}
}
