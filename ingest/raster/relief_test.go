package raster_test

import (
	"math"
	"testing"

	"github.com/airbusgeo/godal"

	"jieshi/ingest/raster"
)

// slope is a plane that falls to the south-east: 0.3 m a metre to the east and
// 0.4 m to the south, on pixels of 0.5 m. So the slope is 0.5 and its area is
// √1.25 of the flat one.
func slope(x, y, _ int) float64 { return 500 - 0.15*float64(x) - 0.2*float64(y) }

func TestHeightsBecomeAHillshadeAndASlopeArea(t *testing.T) {
	p := picture{bands: 1, dtype: godal.Float32, nodata: number(-9999), value: slope, valid: butLeft, options: []string{"TILED=YES", "COMPRESS=DEFLATE"}}
	path := p.write(t)
	r, err := converted(t, path, func(j *raster.Job) { j.Told.Kind = raster.KindDTM })
	must(t, err)
	if r.Kind != raster.KindDTM || r.SlopeArea == nil {
		t.Fatalf("kind %q, slope area %v", r.Kind, r.SlopeArea)
	}
	near(t, "area", r.ValidArea, 90000*0.25, 1e-6)
	near(t, "slope area", *r.SlopeArea, 90000*0.25*math.Sqrt(1.25), 0.5)
	// The normal is (0.3, -0.4, 1)/√1.25, light (-0.5, 0.5, 0.7071): 0.3195 of it falls here.
	want := byte(1 + 254*(-0.3*0.5-0.4*0.5+math.Sqrt2/2)/math.Sqrt(1.25))
	checkDisplay(t, r, 1, [2]int{250, 150}, []byte{want})
	if !hidden(t, r, 50, 150) {
		t.Error("ground without heights is shown")
	}
	checkMeasure(t, r, path)
	if s := opened(t, r.Measure).Metadatas(godal.Domain("IMAGE_STRUCTURE")); s["COMPRESSION"] != "ZSTD" || s["PREDICTOR"] != "3" {
		t.Errorf("the measuring COG is %v, want ZSTD with predictor 3", s)
	}
	r, err = converted(t, picture{}.write(t), func(j *raster.Job) { j.Told.Kind = raster.KindDSM })
	wantRefusal(t, r, err, raster.CodeNotHeights)
}
