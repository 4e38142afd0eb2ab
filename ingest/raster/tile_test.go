package raster_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg" // decoders of what tiles are made of
	_ "image/png"
	"math"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"

	"github.com/airbusgeo/godal"
	_ "golang.org/x/image/webp"

	"jieshi/ingest/raster"
)

// displayed is the COG of a picture, made by the real child.
func displayed(t testing.TB, source string) raster.Result {
	t.Helper()
	r, err := converted(t, source, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func newSource(t testing.TB, o raster.TileOptions) *raster.TileSource {
	t.Helper()
	s, err := raster.NewTileSource(o)
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return s
}

// tileOver is the tile of a zoom with a place in it.
func tileOver(lon, lat float64, z int) (x, y int) {
	n := math.Exp2(float64(z))
	rad := lat * math.Pi / 180
	return int((lon + 180) / 360 * n), int((1 - math.Asinh(math.Tan(rad))/math.Pi) / 2 * n)
}

func centre(r raster.Result) (lon, lat float64) {
	b := r.BoundsWGS84
	return (b[0] + b[2]) / 2, (b[1] + b[3]) / 2
}

// zoomOf is the zoom whose 256-pixel tiles are about as fine as the picture.
func zoomOf(r raster.Result) int {
	_, lat := centre(r)
	return int(math.Round(math.Log2(156543.034 * math.Cos(lat*math.Pi/180) / r.GSD)))
}

// waves is smooth enough for JPEG and different in each place and band.
func waves(x, y, band int) float64 {
	return 128 + 100*math.Sin(float64(x)/(17+float64(band)*6))*math.Cos(float64(y)/(23-float64(band)*5))
}

// The twin warps the whole picture with GDAL's own warper and no approximation.
func warped(t testing.TB, cog string, z, x, y, size int, resampling string) *godal.Dataset {
	t.Helper()
	ds := opened(t, cog)
	world := 2 * math.Pi * 6378137
	side := world / math.Exp2(float64(z))
	west, north := -world/2+float64(x)*side, world/2-float64(y)*side
	f := func(v float64) string { return fmt.Sprintf("%.9f", v) }
	out, err := ds.Warp("", []string{
		"-of", "MEM", "-t_srs", "EPSG:3857", "-r", resampling, "-et", "0", "-dstalpha",
		"-te", f(west), f(north - side), f(west + side), f(north), "-ts", fmt.Sprint(size), fmt.Sprint(size),
	})
	must(t, err)
	return out
}

func TestTilesAgreeWithTheWarperOfGDAL(t *testing.T) {
	pictures := map[string]picture{
		"UTM":                            {width: 1400, height: 1100, value: waves, alpha: true, valid: butLeft},
		"a CGCS2000 zone":                {width: 1400, height: 1100, epsg: 4545, transform: &[6]float64{632028, 0.5, 0, 2683600, 0, -0.5}, value: waves},
		"degrees":                        {width: 1400, height: 1100, epsg: 4490, transform: &[6]float64{109.3, 5e-6, 0, 24.25, 0, -5e-6}, value: waves},
		"a tenth of a country, in UTM":   {width: 1400, height: 1100, transform: &[6]float64{100000, 400, 0, 2900000, 0, -400}, value: waves},
		"a continent, in degrees, grey":  {width: 1400, height: 1100, bands: 1, epsg: 4326, transform: &[6]float64{70, 0.04, 0, 60, 0, -0.04}, value: waves},
		"far south, in UTM, in metres":   {width: 1400, height: 1100, epsg: 32750, transform: &[6]float64{297463, 0.35, 0, 9050677, 0, -0.35}, value: waves},
		"web mercator itself, 30 metres": {width: 1400, height: 1100, epsg: 3857, transform: &[6]float64{12167000, 30, 0, 2787000, 0, -30}, value: waves},
	}
	for name, p := range pictures {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := displayed(t, p.write(t))
			tiles := newSource(t, raster.TileOptions{})
			lon, lat := centre(r)
			for _, zoom := range []int{zoomOf(r) - 2, zoomOf(r) - 1, zoomOf(r), zoomOf(r) + 2} {
				x, y := tileOver(lon, lat, zoom)
				for _, at := range [][2]int{{x, y}, {x - 1, y}} {
					compareWithTwin(t, tiles, r, zoom, at[0], at[1])
				}
			}
		})
	}
}

// compareWithTwin holds the mean difference of a tile to the twin under two
// grey values of 255. The two filter differently (area average there, overview
// and bilinear here), so single pixels differ more.
func compareWithTwin(t *testing.T, tiles *raster.TileSource, r raster.Result, z, x, y int) {
	t.Helper()
	const size = 256
	resampling := "bilinear" // widens to an average when shrinking
	twin := warped(t, r.Display, z, x, y, size, resampling)
	defer twin.Close()
	bands := twin.Structure().NBands
	want := make([]byte, size*size*bands)
	must(t, twin.Read(0, 0, want, size, size))
	visible := 0
	for i := range size * size {
		if want[i*bands+bands-1] == 255 {
			visible++
		}
	}
	b, _, err := tiles.Tile(t.Context(), r.Display, raster.Shift{}, z, x, y, raster.PNG, size)
	if errors.Is(err, raster.ErrEmpty) {
		if visible > 0 {
			t.Errorf("%d/%d/%d is empty, the twin shows %d pixels", z, x, y, visible)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	img, _, err := image.Decode(bytes.NewReader(b))
	must(t, err)
	sum, n, seen := 0.0, 0, 0
	for i := range size * size {
		c := color.NRGBAModel.Convert(img.At(i%size, i/size)).(color.NRGBA)
		if c.A > 127 {
			seen++
		}
		if c.A < 255 || want[i*bands+bands-1] < 255 {
			continue
		}
		for k, v := range []byte{c.R, c.G, c.B}[:bands-1] {
			sum += math.Abs(float64(v) - float64(want[i*bands+k]))
			n++
		}
	}
	if n > 0 && sum/float64(n) > 2 {
		t.Errorf("%d/%d/%d: mean difference %.2f grey values", z, x, y, sum/float64(n))
	}
	if d := math.Abs(float64(seen - visible)); d > 2+0.02*size*size {
		t.Errorf("%d/%d/%d: %d pixels visible, the twin shows %d", z, x, y, seen, visible)
	}
}

// A cross of one dark row and one dark column through the middle of the
// picture must lie where PROJ puts it, at every zoom that resolves it.
func TestAMarkLiesWhereItIsOnTheGround(t *testing.T) {
	p := picture{width: 1200, height: 1200, options: []string{"TILED=YES"}, value: func(x, y, _ int) float64 {
		if x/8 == 75 || y/8 == 75 { // pixels 600 to 607
			return 20
		}
		return 220
	}}
	r := displayed(t, p.write(t))
	tiles := newSource(t, raster.TileOptions{})
	// The middle of the cross, pixel (604, 604): E 326302, N 2682698.
	// echo 326302 2682698 | gdaltransform -s_srs EPSG:32649 -t_srs EPSG:4326
	const lon, lat = 109.289121930672, 24.2475367998285
	for _, z := range []int{zoomOf(r), zoomOf(r) + 2} {
		x, y := tileOver(lon, lat, z)
		b, _, err := tiles.Tile(t.Context(), r.Display, raster.Shift{}, z, x, y, raster.PNG, 512)
		must(t, err)
		img, _, err := image.Decode(bytes.NewReader(b))
		must(t, err)
		n := math.Exp2(float64(z)) * 512
		px := (lon+180)/360*n - float64(x)*512
		py := (1-math.Asinh(math.Tan(lat*math.Pi/180))/math.Pi)/2*n - float64(y)*512
		if c := color.NRGBAModel.Convert(img.At(int(px), int(py))).(color.NRGBA); c.R > 60 {
			t.Errorf("zoom %d: pixel %.1f, %.1f of the tile is %v, want the dark cross", z, px, py, c)
		}
	}
}

func TestEveryFormatDecodesAndSaysItsType(t *testing.T) {
	r := displayed(t, picture{width: 900, height: 900, value: waves, alpha: true, valid: butLeft}.write(t))
	tiles := newSource(t, raster.TileOptions{})
	lon, lat := centre(r)
	z := zoomOf(r)
	x, y := tileOver(r.BoundsWGS84[0]+1e-5, lat, z) // with the hidden part in it
	_ = lon
	for format, want := range map[raster.Format]string{raster.PNG: "image/png", raster.JPEG: "image/jpeg", raster.WebP: "image/webp"} {
		for _, size := range []int{256, 512} {
			b, kind, err := tiles.Tile(t.Context(), r.Display, raster.Shift{}, z, x, y, format, size)
			if errors.Is(err, raster.ErrEmpty) {
				x++
				b, kind, err = tiles.Tile(t.Context(), r.Display, raster.Shift{}, z, x, y, format, size)
			}
			must(t, err)
			img, name, err := image.Decode(bytes.NewReader(b))
			must(t, err)
			if kind != want || "image/"+name != want || img.Bounds().Dx() != size || img.Bounds().Dy() != size {
				t.Errorf("%s of %d: type %s, content %s, %v", format, size, kind, name, img.Bounds())
			}
		}
	}
}

func TestATileOutsideIsEmptyAndAnImpossibleOneIsRefused(t *testing.T) {
	r := displayed(t, picture{alpha: true, valid: func(x, _ int) bool { return x >= 300 }}.write(t))
	tiles := newSource(t, raster.TileOptions{})
	x, y := tileOver(-70, 40, 16)
	_, _, err := tiles.Tile(t.Context(), r.Display, raster.Shift{}, 16, x, y, raster.PNG, 256)
	if !errors.Is(err, raster.ErrEmpty) {
		t.Errorf("elsewhere: got %v, want ErrEmpty", err)
	}
	_, lat := centre(r)
	x, y = tileOver(r.BoundsWGS84[0]+3e-4, lat, 21) // some 30 m into the 150 m that are masked
	if _, _, err = tiles.Tile(t.Context(), r.Display, raster.Shift{}, 21, x, y, raster.PNG, 256); !errors.Is(err, raster.ErrEmpty) {
		t.Errorf("on the masked part: got %v, want ErrEmpty", err)
	}
	for _, c := range []struct {
		z, x, y int
		format  raster.Format
		size    int
	}{{-1, 0, 0, raster.PNG, 256}, {3, 8, 0, raster.PNG, 256}, {3, 0, -1, raster.PNG, 256}, {60, 0, 0, raster.PNG, 256}, {3, 0, 0, "gif", 256}, {3, 0, 0, raster.PNG, 300}} {
		if _, _, err := tiles.Tile(t.Context(), r.Display, raster.Shift{}, c.z, c.x, c.y, c.format, c.size); !errors.Is(err, raster.ErrTile) {
			t.Errorf("%+v: got %v, want ErrTile", c, err)
		}
	}
	for _, path := range []string{"display.tif", "/vsicurl/http://127.0.0.1/x.tif", "/vsimem/x", "/tmp/../etc/passwd", "/etc/passwd", filepath.Join(t.TempDir(), "none.tif")} {
		if b, _, err := tiles.Tile(t.Context(), path, raster.Shift{}, 0, 0, 0, raster.PNG, 256); err == nil {
			t.Errorf("%s gave a tile of %d bytes", path, len(b))
		}
	}
}

// More goroutines than readers, more files than are kept open: every tile must
// have the bytes that it has alone.
func TestTilesHaveTheSameBytesWhateverElseGoesOn(t *testing.T) {
	var files []raster.Result
	for i := range 3 {
		files = append(files, displayed(t, picture{width: 800, height: 800, value: func(x, y, b int) float64 { return waves(x+i*50, y, b) }}.write(t)))
	}
	alone := map[string][]byte{}
	key := func(path string, z, x, y int, f raster.Format) string { return fmt.Sprint(path, z, x, y, f) }
	type ask struct {
		path    string
		z, x, y int
		format  raster.Format
	}
	var asks []ask
	for _, r := range files {
		lon, lat := centre(r)
		for z := zoomOf(r) - 2; z <= zoomOf(r); z++ {
			x, y := tileOver(lon, lat, z)
			for _, f := range []raster.Format{raster.PNG, raster.JPEG, raster.WebP} {
				a := ask{r.Display, z, x, y, f}
				single := newSource(t, raster.TileOptions{})
				b, _, err := single.Tile(t.Context(), a.path, raster.Shift{}, z, x, y, f, 256)
				must(t, err)
				alone[key(a.path, z, x, y, f)] = b
				asks = append(asks, a, a, a)
			}
		}
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(asks), func(i, j int) { asks[i], asks[j] = asks[j], asks[i] })
	tiles := newSource(t, raster.TileOptions{Files: 2, Handles: 2})
	var wait sync.WaitGroup
	for _, a := range asks {
		wait.Go(func() {
			b, _, err := tiles.Tile(t.Context(), a.path, raster.Shift{}, a.z, a.x, a.y, a.format, 256)
			if err != nil {
				t.Error(err)
			} else if !bytes.Equal(b, alone[key(a.path, a.z, a.x, a.y, a.format)]) {
				t.Errorf("%+v has other bytes than alone", a)
			}
		})
	}
	wait.Wait()
}

func TestWaitingForAReaderEndsWithTheContext(t *testing.T) {
	r := displayed(t, picture{}.write(t))
	tiles := newSource(t, raster.TileOptions{Handles: 1})
	lon, lat := centre(r)
	x, y := tileOver(lon, lat, 18)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var wait sync.WaitGroup
	for range 50 {
		wait.Go(func() {
			_, _, err := tiles.Tile(ctx, r.Display, raster.Shift{}, 18, x, y, raster.PNG, 256)
			if err != nil && !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
		})
	}
	wait.Wait()
	if _, _, err := tiles.Tile(t.Context(), r.Display, raster.Shift{}, 18, x, y, raster.PNG, 256); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}
