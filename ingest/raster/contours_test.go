package raster_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/airbusgeo/godal"
	"github.com/paulmach/orb"

	"jieshi/ingest/raster"
)

// contourFile is what the derivative says.
type contourFile struct {
	Features []struct {
		Properties struct {
			Height float64 `json:"height_m"`
			Index  bool    `json:"index"`
		} `json:"properties"`
		Geometry struct {
			Coordinates orb.MultiLineString `json:"coordinates"`
		} `json:"geometry"`
	} `json:"features"`
}

func contoursOf(t *testing.T, r raster.Result) (f contourFile) {
	t.Helper()
	if r.Contours == nil {
		t.Fatal("a model of heights without contours")
	}
	b, err := os.ReadFile(r.Contours.Path)
	must(t, err)
	must(t, json.Unmarshal(b, &f))
	return f
}

// utmFrom turns degrees into the metres of the synthetic pictures.
func utmFrom(t *testing.T, line orb.LineString) (xs, ys []float64) {
	t.Helper()
	wgs, err := godal.NewSpatialRefFromEPSG(4326)
	must(t, err)
	defer wgs.Close()
	ref, err := godal.NewSpatialRefFromEPSG(32649)
	must(t, err)
	defer ref.Close()
	trn, err := godal.NewTransform(wgs, ref)
	must(t, err)
	defer trn.Close()
	for _, p := range line {
		xs, ys = append(xs, p[0]), append(ys, p[1])
	}
	must(t, trn.TransformEx(xs, ys, nil, nil))
	return xs, ys
}

// Heights of [slope] are a plane, so each contour is a straight line on it: 500 m
// at the north-west corner, 0.3 m lower a metre east, 0.4 m lower a metre south.
func TestContoursLieAtTheirHeights(t *testing.T) {
	p := picture{bands: 1, dtype: godal.Float32, nodata: number(-9999), value: slope, valid: butLeft}
	r, err := converted(t, p.write(t), func(j *raster.Job) { j.Told.Kind = raster.KindDTM })
	must(t, err)
	f := contoursOf(t, r)
	// From 485 m at the left edge of what is valid to 380 m; 99 % of it within 100 m, so every 2 m.
	c := r.Contours
	if c.Interval != 2 || c.Cell != 0.5 || c.Strays != 0 || len(f.Features) != c.Lines || *c.Low != 382 || *c.High != 484 {
		t.Errorf("contours %+v with %d heights; want every 2 m from 382 to 484", c, len(f.Features))
	}
	for _, one := range f.Features {
		level := one.Properties.Height
		if one.Properties.Index != (math.Mod(level, 10) == 0) {
			t.Errorf("%g m: index line %v", level, one.Properties.Index)
		}
		for _, line := range one.Geometry.Coordinates {
			xs, ys := utmFrom(t, line)
			for i := range xs {
				// Heights stand in the middle of pixels.
				east, south := xs[i]-utm[0]-0.25, utm[3]-ys[i]-0.25
				if h := 500 - 0.3*east - 0.4*south; math.Abs(h-level) > 0.25 {
					t.Fatalf("the contour of %g m passes where the ground is %.2f m high", level, h)
				}
			}
		}
	}
}

// Three pixels say 1e30: no line may be drawn for each of the heights between.
func TestStrayHeightsMakeNoContours(t *testing.T) {
	p := picture{bands: 1, dtype: godal.Float32, value: func(x, y, b int) float64 {
		if y == 100 && x >= 200 && x < 203 {
			return 1e30
		}
		return slope(x, y, b)
	}}
	r, err := converted(t, p.write(t), func(j *raster.Job) { j.Told.Kind = raster.KindDSM })
	must(t, err)
	contoursOf(t, r)
	if c := r.Contours; c.Strays != 3 || c.Interval != 5 || *c.High > 500 {
		t.Errorf("contours %+v, want three strays and no line above the plane", c)
	}
}

func TestFlatGroundHasNoContours(t *testing.T) {
	p := picture{bands: 1, dtype: godal.Float32, value: func(x, _, _ int) float64 { return 100.2 + float64(x)/4000 }}
	r, err := converted(t, p.write(t), func(j *raster.Job) { j.Told.Kind = raster.KindDTM })
	must(t, err)
	if f := contoursOf(t, r); len(f.Features) != 0 || r.Contours.Lines != 0 || r.Contours.Low != nil {
		t.Errorf("%d contours of flat ground: %+v", len(f.Features), r.Contours)
	}
}

// A picture of colours has none.
func TestPicturesHaveNoContours(t *testing.T) {
	r, err := converted(t, picture{}.write(t), nil)
	must(t, err)
	if r.Contours != nil {
		t.Errorf("contours %+v of a picture", r.Contours)
	}
}
