package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"jieshi/geo/overlay"
	"jieshi/ingest"
	"jieshi/ingest/vector"
)

// overlapOutput says what was written.
type overlapOutput struct {
	File     string `json:"file"`
	Features int    `json:"features"`
	// WithoutPolygon counts ground that is thinner than the grid of 0.1 mm: it
	// has an area, is counted, and cannot be drawn.
	WithoutPolygon int `json:"without_polygon"`
}

// checkOut refuses a name that could not be written, before anything is read.
func checkOut(path string) error {
	if path == "" {
		return nil
	}
	switch strings.ToLower(filepath.Ext(path)) {
	case ".gpkg", ".geojson", ".json":
	default:
		return usageError{fmt.Errorf("--out %q is neither .gpkg nor .geojson", path)}
	}
	if _, err := os.Lstat(path); err == nil {
		return usageError{fmt.Errorf("--out %s is there already; name a new file", path)}
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return usageError{fmt.Errorf("--out %s: there is no such folder", path)}
	}
	return nil
}

// write writes what the verb found: pairs, contested faces, or faults with the
// repaired polygons.
func (r *register) write(q overlapRequest, found overlapFound, result *overlapResult) (*overlapOutput, error) {
	o := &overlapOutput{File: q.out}
	var layers []vector.Layer
	switch q.verb {
	case "pairs":
		layers = []vector.Layer{r.pairLayer(found.drawn, o)}
	case "faces":
		layers = []vector.Layer{r.faceLayer(found.faces, overlay.AreaOfSquareMetres(q.least), o)}
	default:
		layers = []vector.Layer{r.faultLayer(append(slices.Clone(result.Features), result.Narrows...)), r.repairedLayer(o)}
	}
	for i := range layers {
		o.Features += len(layers[i].Features)
	}
	if strings.EqualFold(filepath.Ext(q.out), ".gpkg") {
		return o, vector.WriteGeoPackage(q.out, r.layer.CRS.SRID, time.Now(), layers)
	}
	// A FeatureCollection is one layer; of a validation it is the faults.
	o.Features = len(layers[0].Features)
	return o, writeGeoJSON(q.out, r.layer.CRS.SRID, layers[0])
}

func writeGeoJSON(path string, srid int, l vector.Layer) (err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644) //nolint:gosec // a result for others to read
	if err != nil {
		return err
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
			err = errors.Join(err, os.Remove(path))
		}
	}()
	return vector.WriteGeoJSON(f, l.InLonLat(srid))
}

func (r *register) pairLayer(pairs []overlay.Pair, o *overlapOutput) vector.Layer {
	l := vector.Layer{Name: "pairs", Geometry: vector.MultiPolygon, Fields: []vector.Field{
		{Name: "a", Type: vector.Long}, {Name: "b", Type: vector.Long}, {Name: "area_m2", Type: vector.Real}, {Name: "area_mu", Type: vector.Real},
	}}
	for _, p := range pairs {
		if len(p.Ground) == 0 {
			o.WithoutPolygon++
			continue
		}
		area := p.Area.SquareMetres()
		l.Features = append(l.Features, vector.Feature{
			Geometry: r.outline(p.Ground),
			Values:   []any{r.ids[p.A], r.ids[p.B], float64(area), area.Mu()},
		})
	}
	return l
}

func (r *register) faceLayer(faces []overlay.Face, least overlay.Area, o *overlapOutput) vector.Layer {
	l := vector.Layer{Name: "faces", Geometry: vector.MultiPolygon, Fields: []vector.Field{
		{Name: "claims", Type: vector.Text}, {Name: "depth", Type: vector.Integer}, {Name: "area_m2", Type: vector.Real}, {Name: "area_mu", Type: vector.Real},
	}}
	for i := range faces {
		f := &faces[i]
		if !r.contested(f) || f.Area.Cmp(least) <= 0 {
			continue
		}
		if len(f.Ground) == 0 {
			o.WithoutPolygon++
			continue
		}
		area := f.Area.SquareMetres()
		l.Features = append(l.Features, vector.Feature{
			Geometry: r.outline(f.Ground),
			Values:   []any{r.names(f.Claims), f.Depth(), float64(area), area.Mu()},
		})
	}
	return l
}

// names lists feature ids; with two files 1:7 is feature 7 of the first.
func (r *register) names(numbers []int64) string {
	names := make([]string, len(numbers))
	for i, n := range numbers {
		names[i] = strconv.FormatInt(r.ids[n], 10)
		if len(r.q.files) == 2 {
			file := "1:"
			if int(n) >= r.first {
				file = "2:"
			}
			names[i] = file + names[i]
		}
	}
	return strings.Join(names, " ")
}

func (r *register) faultLayer(features []invalidFeature) vector.Layer {
	l := vector.Layer{Name: "faults", Geometry: vector.Point, Fields: []vector.Field{
		{Name: "file", Type: vector.Text},
		{Name: "feature", Type: vector.Long},
		{Name: "rule", Type: vector.Text},
		{Name: "reason_zh", Type: vector.Text},
		{Name: "reason_en", Type: vector.Text},
	}}
	for _, feature := range features {
		for _, f := range feature.Faults {
			l.Features = append(l.Features, vector.Feature{
				Geometry: orb.Point{f.X, f.Y},
				Values:   []any{filepath.Base(feature.File), feature.Feature, string(f.Rule), f.Reason.ZH, f.Reason.EN},
			})
		}
	}
	return l
}

func (r *register) repairedLayer(o *overlapOutput) vector.Layer {
	l := vector.Layer{Name: "repaired", Geometry: vector.MultiPolygon, Fields: []vector.Field{
		{Name: "file", Type: vector.Text}, {Name: "feature", Type: vector.Long}, {Name: "area_m2", Type: vector.Real},
	}}
	for _, feature := range r.invalid {
		if feature.Ground == "kept" {
			continue
		}
		if len(feature.shape) == 0 {
			o.WithoutPolygon++
			continue
		}
		l.Features = append(l.Features, vector.Feature{
			Geometry: r.outline(feature.shape),
			Values:   []any{filepath.Base(feature.File), feature.Feature, float64(feature.shape.Area().SquareMetres())},
		})
	}
	return l
}

// outline is ground in the unit of the CRS.
func (r *register) outline(m overlay.MultiPolygon) orb.MultiPolygon {
	out := m.Metres()
	if r.layer.CRS.MetresPerUnit == 1 {
		return out
	}
	for _, polygon := range out {
		for _, ring := range polygon {
			for i := range ring {
				ring[i] = inUnit(r.layer.CRS, ring[i])
			}
		}
	}
	return out
}

// overlapRefusals are what the command itself refuses.
var overlapRefusals = map[string]struct{ reason, remedy ingest.Text }{
	"crs_differ": {
		ingest.Text{ZH: "两个文件的坐标系不同。", EN: "The two files are in different CRSs."},
		ingest.Text{ZH: "请用 --crs EPSG:N 指定一个共同的投影坐标系。", EN: "Name one projected CRS for both by --crs EPSG:N."},
	},
	"crs_without_epsg": {
		ingest.Text{ZH: "图层的投影没有 EPSG 代码，结果无法写成文件。", EN: "The projection of the layer has no EPSG code, so the result cannot be written."},
		ingest.Text{ZH: "请用 --crs EPSG:N 指定坐标系，或不写文件（去掉 --out）。", EN: "Name a CRS by --crs EPSG:N, or leave out --out."},
	},
	"invalid_polygons": {
		ingest.Text{ZH: "有无效的面要素，按要求不予修复。", EN: "There are polygons that are not valid, and they were not to be repaired."},
		ingest.Text{ZH: "用 jieshi overlap validate 列出全部问题，在 GIS 软件中修正；或用 --invalid repair 按规则修复。", EN: "List them all by jieshi overlap validate and mend them in a GIS, or repair them by rule with --invalid repair."},
	},
	"off_grid": {
		ingest.Text{ZH: "有要素的坐标过大，超出任何地球投影的范围。", EN: "A coordinate is larger than any projection of the Earth has."},
		ingest.Text{ZH: "请检查该要素和坐标系后重新导出。", EN: "Check that feature and the CRS, and export it again."},
	},
}

func refuseOverlap(code, where string) *ingest.Refusal {
	w := overlapRefusals[code]
	return &ingest.Refusal{Code: code, Reason: w.reason, Remedy: w.remedy, Where: where}
}
