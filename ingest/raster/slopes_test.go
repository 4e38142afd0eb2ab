package raster_test

import (
	"math"
	"testing"

	"github.com/airbusgeo/godal"
	"github.com/paulmach/orb"

	"jieshi/ingest/raster"
)

// box is a rectangle in metres east and south of the corner of the synthetic
// pictures, which are 200 m by 150 m.
func box(east, south, width, height float64) orb.MultiPolygon {
	x0, y1 := utm[0]+east, utm[3]-south
	return orb.MultiPolygon{{{{x0, y1 - height}, {x0 + width, y1 - height}, {x0 + width, y1}, {x0, y1}, {x0, y1 - height}}}}
}

/*
The west half of the model is level, the east half rises by 1 m a metre; the 50
metres in the south have no heights:

	 level   45°
	+------+------+ 0
	| a  +-|-+  b |
	+----|-c-|----+ 100
	     | d |  nothing
	+----+---+----+ 150
	0   100  200
*/
func TestSlopeOfAGroundIsThatOfItsCells(t *testing.T) {
	p := picture{
		bands: 1, dtype: godal.Float32, nodata: number(-9999), value: func(x, _, _ int) float64 { return 100 + max(0, float64(x-200)*0.5) },
		valid: func(_, y int) bool { return y < 200 },
	}
	r, err := converted(t, p.write(t), func(j *raster.Job) { j.Told.Kind = raster.KindDTM })
	must(t, err)
	hole := box(20, 20, 40, 40)
	hole[0] = append(hole[0], box(30, 30, 10, 10)[0][0])
	grounds := []orb.MultiPolygon{box(10, 10, 50, 50), box(120, 10, 50, 50), box(75, 20, 50, 50), box(110, 75, 50, 50), box(-50, 10, 100, 20), hole, box(500, 500, 10, 10)}
	slopes, cell, err := raster.Slopes(t.Context(), r.Measure, 1, grounds)
	must(t, err)
	if cell != 0.5 {
		t.Errorf("cells of %g m, want 0.5", cell)
	}
	steep := math.Sqrt2
	for i, want := range []raster.GroundSlope{
		{Factor: 1, Covered: 1, Cells: 10000},
		{Factor: steep, Covered: 1, Cells: 10000},
		{Factor: (1 + steep) / 2, Covered: 1, Cells: 10000}, // half of it is steep
		{Factor: steep, Covered: 0.5, Cells: 10000},         // half of it has no heights
		{Factor: 1, Covered: 0.5, Cells: 8000},              // half of it is beside the model
		{Factor: 1, Covered: 1, Cells: 6000},
		{Cells: 400},
	} {
		got := slopes[i]
		if math.Abs(got.Factor-want.Factor) > 0.005 || math.Abs(got.Covered-want.Covered) > 1e-9 || got.Cells != want.Cells {
			t.Errorf("ground %d: %+v, want %+v", i, got, want)
		}
	}
}

// A ground of more cells than are looked at uses an overview, and says so.
func TestALargeGroundIsLookedUpInCoarserCells(t *testing.T) {
	p := picture{width: 2600, height: 2000, bands: 1, dtype: godal.Float32, value: slope, options: []string{"TILED=YES", "COMPRESS=ZSTD"}}
	r, err := converted(t, p.write(t), func(j *raster.Job) { j.Told.Kind = raster.KindDTM })
	must(t, err)
	slopes, cell, err := raster.Slopes(t.Context(), r.Measure, 1, []orb.MultiPolygon{box(10, 10, 1280, 980)})
	must(t, err)
	if cell != 1 || math.Abs(slopes[0].Factor-math.Sqrt(1.25)) > 1e-4 || slopes[0].Covered != 1 {
		t.Errorf("%+v in cells of %g m, want %.5f in cells of 1 m", slopes[0], cell, math.Sqrt(1.25))
	}
}
