package raster_test

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"jieshi/ingest"
	"jieshi/ingest/raster"
)

// realFile is a file of the folder of real data, which is not part of the
// product and need not be there.
func realFile(t testing.TB, name string) string {
	t.Helper()
	root := os.Getenv("JIESHI_REAL_DATA")
	if root == "" {
		t.Skip("JIESHI_REAL_DATA does not name the folder of real files")
	}
	return filepath.Join(root, "drone", name)
}

func TestRealOrthophotosAreMeasured(t *testing.T) {
	// Bounds of the aerial tile: its corners through
	// gdaltransform -s_srs EPSG:26913 -t_srs EPSG:4326; areas: fraction x 383 x 232 x 0.149816 x 0.149998.
	for name, c := range map[string]struct {
		srid     int
		gsd      float64
		fraction float64
		mask     raster.MaskSource
		area     float64
		bounds   [4]float64
	}{
		"pix4d_alpha_nodata.tif": {32750, 0.35272, 0.87565, raster.MaskAlpha, 56647.6, [4]float64{115.159665, -8.586215, 115.161874, -8.583787}},
		"aerial_015m_mask.tif":   {26913, 0.1499, 0.96917, raster.MaskBand, 1935.0, [4]float64{-104.775328, 38.953449, -104.774665, 38.953764}},
		"aerial_015m_nodata.tif": {26913, 0.1499, 0.97340, raster.MaskNodata, 1943.4, [4]float64{-104.775328, 38.953449, -104.774665, 38.953764}},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := converted(t, realFile(t, name), nil)
			if err != nil {
				t.Fatal(err)
			}
			if r.SRID != c.srid || r.MaskFrom != c.mask {
				t.Errorf("got EPSG:%d, mask from %s; want EPSG:%d, %s", r.SRID, r.MaskFrom, c.srid, c.mask)
			}
			near(t, "valid fraction", r.ValidFraction, c.fraction, 1e-5)
			near(t, "valid area", r.ValidArea, c.area, c.area*0.005)
			near(t, "GSD", r.GSD, c.gsd, 1e-3)
			for i, side := range []string{"west", "south", "east", "north"} {
				near(t, side, r.BoundsWGS84[i], c.bounds[i], 2e-6)
			}
		})
	}
}

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > within {
		t.Errorf("%s: got %.9g, want %.9g ± %g", what, got, want, within)
	}
}

func TestAPictureOfMarsIsRefused(t *testing.T) {
	r, err := converted(t, realFile(t, "mars.tif"), nil)
	wantRefusal(t, r, err, raster.CodeCRSNotEarth)
}

// The file is south up, and every value of it is its nodata value -9999; that
// south-up pictures are turned is shown by a synthetic one.
func TestARealPictureWithoutValidPixelsIsRefused(t *testing.T) {
	r, err := converted(t, realFile(t, "south_up.tif"), nil)
	wantRefusal(t, r, err, raster.CodeNoValidPixels)
}

func wantRefusal(t testing.TB, r raster.Result, err error, code string) {
	t.Helper()
	refusal := (*ingest.Refusal)(nil)
	if !errors.As(err, &refusal) {
		t.Fatalf("got error %v, want a refusal", err)
	}
	if refusal.Code != code || r.Code != code || r.Status != raster.Refused {
		t.Errorf("refused with %q (result: %s, %q), want %q: %v", refusal.Code, r.Status, r.Code, code, err)
	}
	for _, text := range []ingest.Text{refusal.Reason, refusal.Remedy} {
		if text.ZH == "" || text.EN == "" {
			t.Errorf("%s says nothing in one of the languages", code)
		}
	}
}
