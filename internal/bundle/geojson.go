package bundle

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"jieshi/ingest"
)

// collection is the GeoJSON of layers whose features are multipolygons.
type collection struct {
	Type     string `json:"type"`
	Name     string `json:"name"`
	Features []struct {
		Type     string `json:"type"`
		Geometry struct {
			Type        string           `json:"type"`
			Coordinates orb.MultiPolygon `json:"coordinates"`
		} `json:"geometry"`
		Properties map[string]any `json:"properties"`
	} `json:"features"`
}

// placeTolerance in degrees is what two versions of PROJ may differ by, after
// rounding to eight decimals: about two millimetres.
const placeTolerance = 2.1e-8

// compareGeoJSON returns the first difference, or nil. Values must be equal;
// coordinates may differ by placeTolerance, since the bag may have been made
// with another version of PROJ.
func compareGeoJSON(want, got []byte) *ingest.Text {
	var w, g collection
	if readCollection(want, &w) != nil || readCollection(got, &g) != nil {
		return &ingest.Text{ZH: "不是规定格式的 GeoJSON", EN: "it is not GeoJSON of the expected form"}
	}
	if w.Type != g.Type || w.Name != g.Name || len(w.Features) != len(g.Features) {
		return &ingest.Text{
			ZH: fmt.Sprintf("应有 %d 个要素，实有 %d 个", len(w.Features), len(g.Features)),
			EN: fmt.Sprintf("it should have %d features and has %d", len(w.Features), len(g.Features)),
		}
	}
	for i := range w.Features {
		a, b := w.Features[i], g.Features[i]
		for _, name := range slices.Sorted(maps.Keys(a.Properties)) {
			if v, ok := b.Properties[name]; !ok || v != a.Properties[name] {
				return &ingest.Text{
					ZH: fmt.Sprintf("第 %d 个要素的 %s 应为 %v，实为 %v", i+1, name, a.Properties[name], v),
					EN: fmt.Sprintf("%s of feature %d should be %v and is %v", name, i+1, a.Properties[name], v),
				}
			}
		}
		if len(a.Properties) != len(b.Properties) || a.Type != b.Type || a.Geometry.Type != b.Geometry.Type || !samePlace(a.Geometry.Coordinates, b.Geometry.Coordinates) {
			return &ingest.Text{ZH: fmt.Sprintf("第 %d 个要素的范围不同", i+1), EN: fmt.Sprintf("feature %d lies elsewhere", i+1)}
		}
	}
	return nil
}

func readCollection(b []byte, c *collection) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(c); err != nil {
		return err
	}
	if d.More() {
		return errForm
	}
	return nil
}

func samePlace(a, b orb.MultiPolygon) bool {
	return slices.EqualFunc(a, b, func(p, q orb.Polygon) bool {
		return slices.EqualFunc(p, q, func(r, s orb.Ring) bool {
			return slices.EqualFunc(r, s, func(u, v orb.Point) bool {
				return math.Abs(u[0]-v[0]) <= placeTolerance && math.Abs(u[1]-v[1]) <= placeTolerance
			})
		})
	})
}
