package raster_test

import (
	"bytes"
	"image"
	"image/draw"
	"image/png"
	"math"
	"testing"

	"github.com/airbusgeo/godal"

	"jieshi/ingest/raster"
)

// shownAt is the pixel of the display COG over the middle of a pixel of the
// north-up picture.
func shownAt(t testing.TB, r raster.Result, cog *godal.Dataset, col, row int) (x, y int) {
	t.Helper()
	from, err := godal.NewSpatialRefFromWKT(r.CRSWKT)
	must(t, err)
	defer from.Close()
	web, err := godal.NewSpatialRefFromEPSG(3857)
	must(t, err)
	defer web.Close()
	trn, err := godal.NewTransform(from, web)
	must(t, err)
	defer trn.Close()
	xs := []float64{r.Bounds[0] + (float64(col)+0.5)/float64(r.Width)*(r.Bounds[2]-r.Bounds[0])}
	ys := []float64{r.Bounds[3] - (float64(row)+0.5)/float64(r.Height)*(r.Bounds[3]-r.Bounds[1])}
	must(t, trn.TransformEx(xs, ys, nil, nil))
	gt, err := cog.GeoTransform()
	must(t, err)
	return int(math.Floor((xs[0] - gt[0]) / gt[1])), int(math.Floor((ys[0] - gt[3]) / gt[5]))
}

func checkDisplay(t *testing.T, r raster.Result, bands int, at [2]int, colour []byte) {
	t.Helper()
	cog := opened(t, r.Display)
	if n := len(cog.Bands()); n != bands {
		t.Fatalf("the display COG has %d bands, want %d", n, bands)
	}
	x, y := shownAt(t, r, cog, at[0], at[1])
	if got := colourAt(t, cog, x, y); !closeTo(got, colour, 8) {
		t.Errorf("colour at %v: got %v, want %v", at, pixels(got), pixels(colour))
	}
}

func hidden(t *testing.T, r raster.Result, col, row int) bool {
	t.Helper()
	cog := opened(t, r.Display)
	x, y := shownAt(t, r, cog, col, row)
	return maskedAt(t, cog, x, y)
}

// checkMeasure compares every sample of the measuring COG with what GDAL reads
// of the original, which is north up.
func checkMeasure(t *testing.T, r raster.Result, original string) {
	t.Helper()
	file, cog := opened(t, original), opened(t, r.Measure)
	from, to := file.Structure(), cog.Structure()
	if from.SizeX != to.SizeX || from.SizeY != to.SizeY || from.NBands != to.NBands || from.DataType != to.DataType {
		t.Fatalf("the measuring COG is %+v, the original %+v", to, from)
	}
	if got := cog.Projection(); got == "" {
		t.Error("the measuring COG has no CRS")
	}
	want, got := make([]float64, from.SizeX*from.SizeY*from.NBands), make([]float64, from.SizeX*from.SizeY*from.NBands)
	must(t, file.Read(0, 0, want, from.SizeX, from.SizeY))
	must(t, cog.Read(0, 0, got, from.SizeX, from.SizeY))
	for i := range want {
		if got[i] != want[i] && !(math.IsNaN(got[i]) && math.IsNaN(want[i])) {
			t.Fatalf("sample %d of the measuring COG is %v, of the original %v", i, got[i], want[i])
		}
	}
}

// The same picture gives the same derivatives, byte for byte, so that a hash
// names them.
func TestDerivativesAreTheSameEachTime(t *testing.T) {
	path := picture{width: 1300, height: 900, alpha: true, valid: butLeft, value: waves}.write(t)
	a, b := displayed(t, path), displayed(t, path)
	if a.DisplaySHA256 != b.DisplaySHA256 || a.MeasureSHA256 != b.MeasureSHA256 || a.ThumbnailSHA256 != b.ThumbnailSHA256 {
		t.Error("another run made other bytes")
	}
}

// A tile of the native zoom, and of each zoom of an overview, has the very
// pixels of the display COG: nothing is resampled on the way.
func TestATileIsAWindowOfTheDisplayCOG(t *testing.T) {
	r := displayed(t, picture{width: 1400, height: 1100, value: waves, alpha: true, valid: butLeft}.write(t))
	cog := opened(t, r.Display)
	tiles := newSource(t, raster.TileOptions{})
	gt, err := cog.GeoTransform()
	must(t, err)
	lon, lat := centre(r)
	for k := range 3 {
		z := r.DisplayZoom - k
		x, y := tileOver(lon, lat, z)
		b, _, err := tiles.Tile(t.Context(), r.Display, raster.Shift{}, z, x, y, raster.PNG, 256)
		must(t, err)
		res := 2 * math.Pi * 6378137 / 256 / math.Exp2(float64(z))
		left := int(math.Round((float64(x*256)*res - math.Pi*6378137 - gt[0]) / res))
		top := int(math.Round((gt[3] - math.Pi*6378137 + float64(y*256)*res) / res))
		band := cog.Bands()[1]
		if k > 0 {
			band = band.Overviews()[k-1]
		}
		want := make([]byte, 256*256)
		must(t, band.Read(left, top, want, 256, 256))
		img := decodedPNG(t, b)
		got := make([]byte, 0, 256*256)
		for i := 0; i < len(img.Pix); i += 4 {
			if img.Pix[i+3] == 0 {
				want[i/4] = 0
			}
			got = append(got, img.Pix[i+1])
		}
		if !bytes.Equal(got, want) {
			t.Errorf("zoom %d: the tile has other pixels than the COG", z)
		}
	}
}

func decodedPNG(t *testing.T, b []byte) *image.NRGBA {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(b))
	must(t, err)
	out := image.NewNRGBA(img.Bounds())
	draw.Draw(out, out.Rect, img, image.Point{}, draw.Src)
	return out
}
