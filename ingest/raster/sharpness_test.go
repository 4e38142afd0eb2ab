package raster_test

import (
	"math"
	"slices"
	"testing"

	"github.com/airbusgeo/godal"

	"jieshi/ingest/raster"
)

// grain is a grey value of its own, -30 to 30, for every so many pixels by as many.
func grain(x, y, side int) float64 {
	h := uint32(x/side)*374761393 + uint32(y/side)*668265263 + uint32(side)*2246822519
	h = (h ^ h>>13) * 1274126177
	return float64((h^h>>16)%61) - 30
}

// texture is ground as a drone sees it: detail of all sizes, as much contrast in
// grass as in bushes and in fields.
func texture(x, y, _ int) float64 { return 128 + grain(x, y, 2) + grain(x, y, 8) + grain(x, y, 32) }

// blurred is the same out of focus: a mean of the pixels around each that is
// weighted like a tent, near a Gaussian of three pixels.
func blurred(x, y, _ int) float64 {
	sum, weights := 0.0, 0.0
	for dy := -6; dy <= 6; dy++ {
		for dx := -6; dx <= 6; dx++ {
			w := float64((7 - max(dx, -dx)) * (7 - max(dy, -dy)))
			sum, weights = sum+w*texture(x+dx+6, y+dy+6, 0), weights+w
		}
	}
	return sum / weights
}

func codes(r raster.Result) (cs []string) {
	for _, n := range r.Notes {
		cs = append(cs, n.Code)
	}
	return cs
}

func TestAPictureSaysHowSharpItIs(t *testing.T) {
	sparse := func(x, y int) bool { return x < 100 && y < 100 } // 10000 of 120000
	for name, c := range map[string]struct {
		picture picture
		note    string // the one that is expected; empty: none of the three
		told    bool   // sharpness can be told
	}{
		"grass in focus":                        {picture{value: texture}, "", true},
		"grass out of focus":                    {picture{value: blurred}, "blurred", true},
		"nine tenths of it empty, in focus":     {picture{value: texture, alpha: true, valid: sparse}, "mostly_empty", true},
		"one colour":                            {picture{value: func(int, int, int) float64 { return 128 }}, "flat", false},
		"16 bits in focus, of another range":    {picture{dtype: godal.UInt16, value: func(x, y, b int) float64 { return 900 + 40*texture(x, y, b) }}, "", true},
		"16 bits out of focus":                  {picture{dtype: godal.UInt16, value: func(x, y, b int) float64 { return 900 + 40*blurred(x, y, b) }}, "blurred", true},
		"one grey band in focus, south up":      {picture{bands: 1, value: texture, transform: &[6]float64{326000, 0.5, 0, 2682850, 0, 0.5}}, "", true},
		"in focus, saved as JPEG by the camera": {picture{value: texture, options: []string{"TILED=YES", "COMPRESS=JPEG", "PHOTOMETRIC=YCBCR", "JPEG_QUALITY=80"}}, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := converted(t, c.picture.write(t), nil)
			must(t, err)
			for _, code := range []string{"blurred", "mostly_empty", "flat"} {
				if got := slices.Contains(codes(r), code); got != (code == c.note) {
					t.Errorf("noted %v (%+v), want %q", codes(r), r.Sharpness, c.note)
				}
			}
			if (r.Sharpness != nil) != c.told {
				t.Errorf("sharpness %+v, want told %v", r.Sharpness, c.told)
			}
		})
	}
}

// The left quarter is 10, the next 100, the right half 200; the lowest third is
// masked. So of the valid pixels a quarter is in class 2 (8 to 11), a quarter in
// class 25 (100 to 103) and half in class 50 (200 to 203).
func TestTheHistogramCountsTheValidPixels(t *testing.T) {
	p := picture{bands: 1, mask: true, valid: func(_, y int) bool { return y < 200 }, value: func(x, _, _ int) float64 {
		switch {
		case x < 100:
			return 10
		case x < 200:
			return 100
		}
		return 200
	}}
	r, err := converted(t, p.write(t), nil)
	must(t, err)
	if len(r.Histograms) != 1 {
		t.Fatalf("%d histograms, want one", len(r.Histograms))
	}
	h := r.Histograms[0]
	want := make([]int64, len(h.Counts))
	want[2], want[25], want[50] = 20000, 20000, 40000
	if !slices.Equal(h.Counts, want) || h.Low != 0 || h.High != 256 || *h.Min != 10 || *h.Max != 200 {
		t.Errorf("histogram %+v", h)
	}
	near(t, "mean", *h.Mean, 127.5, 1e-9)
	near(t, "deviation", *h.StdDev, math.Sqrt((117.5*117.5+27.5*27.5+2*72.5*72.5)/4), 1e-9)
}
