package gnss_test

import (
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"testing"

	"jieshi/geo/crs"
	"jieshi/ingest"
	"jieshi/ingest/gnss"
)

// Features come from a child that has opened a stranger's file: its columns,
// cells and numbers may be anything. Whatever becomes a walk is in order.
func FuzzFeatures(f *testing.F) {
	at := func(numbers ...float64) (b []byte) {
		for _, n := range numbers {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(n))
		}
		return b
	}
	f.Add("name,time,fix", "甲,2024-05-01T08:30:15Z,4", 4326, 0, false, at(109, 24, 1, 110, 24, 2, 110, 25, 3))
	f.Add("宗地号,点号,hrms", "A,1,0.02", 4545, 1, true, at(500000, 2600000, 1, 500100, 2600000, 1))
	f.Add("accuracy,elevation", "nan,1e400", 32649, 2, true, at(math.NaN(), math.Inf(1), math.Copysign(0, -1), 1e308, -1e308, 1))
	f.Fuzz(func(t *testing.T, columns, cells string, srid, kind int, z bool, numbers []byte) {
		kinds := []ingest.Kind{ingest.KindPoints, ingest.KindLine, ingest.KindRing}
		shape := gnss.FeatureShape{Kind: kinds[uint(kind)%3], Z: z}
		for ; len(numbers) >= 24; numbers = numbers[24:] {
			var p [3]float64
			for i := range p {
				p[i] = math.Float64frombits(binary.LittleEndian.Uint64(numbers[8*i:]))
			}
			shape.Points = append(shape.Points, p)
			if shape.Kind == ingest.KindPoints {
				break
			}
		}
		layer := gnss.FeatureLayer{Name: columns, SRID: crs.SRID(srid), CRSName: cells, Columns: strings.Split(columns, ",")}
		row := strings.Split(cells, ",")
		row = append(row, make([]string, len(layer.Columns))...)[:len(layer.Columns)]
		features := gnss.NewFeatures(gnss.FormatGeoPackage, fuzzLimits, gnss.Told{})
		err := features.Layer(layer)
		for n := 1; n <= 3 && err == nil; n++ {
			err = features.Add(gnss.Feature{N: n, Cells: row, Shapes: []gnss.FeatureShape{shape}})
		}
		var walks []ingest.Walk
		if err == nil {
			walks, err = features.Walks()
		}
		if r := (*ingest.Refusal)(nil); err != nil {
			if !errors.As(err, &r) || r.Code == "" || r.Reason.ZH == "" {
				t.Fatalf("error %v is no refusal", err)
			}
			return
		}
		for _, w := range walks {
			for _, fix := range w.Fixes {
				checkFix(t, fix, 3)
			}
		}
	})
}
