package raster_test

import (
	"bytes"
	"image/jpeg"
	"testing"

	"github.com/paulmach/orb"

	"jieshi/ingest/raster"
)

// A picture that is black in its west half and white in its east half is drawn
// 20 m farther to the east when it is shown shifted by that: the edge moves
// from the middle of a map of 100 m to 70 % of its width.
func TestAShiftMovesThePictureUnderThePaperMapToo(t *testing.T) {
	p := picture{value: func(x, _, _ int) float64 {
		if x < 200 {
			return 10
		}
		return 250
	}}
	r, err := converted(t, p.write(t), nil)
	must(t, err)
	bounds := orb.Bound{Min: orb.Point{utm[0] + 50, utm[3] - 120}, Max: orb.Point{utm[0] + 150, utm[3] - 20}}
	// echo 326100 2682930, 326120 2682930 | gdaltransform -s_srs EPSG:32649 -t_srs EPSG:3857
	for name, c := range map[string]struct {
		shift raster.Shift
		edge  int
	}{"where it is": {raster.Shift{}, 100}, "20 m to the east": {raster.Shift{21.9220, 0.2707}, 140}} {
		b, err := raster.Underlay(t.Context(), r.Display, 32649, c.shift, bounds, 200, 200)
		must(t, err)
		img, err := jpeg.Decode(bytes.NewReader(b))
		must(t, err)
		edge := 0
		for x := range 200 {
			if red, _, _, _ := img.At(x, 100).RGBA(); red>>8 < 128 {
				edge = x + 1
			}
		}
		if edge < c.edge-2 || edge > c.edge+2 {
			t.Errorf("%s: the edge is at pixel %d of 200, want %d", name, edge, c.edge)
		}
	}
}
