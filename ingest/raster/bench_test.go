package raster_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/airbusgeo/godal"
	"golang.org/x/sys/unix"

	"jieshi/ingest/raster"
)

// benchTile draws tiles around the middle of a 4000 x 4000 picture with GSD
// 0.1 m, as a browser would, over and over.
func benchTiles(b *testing.B, one func(r raster.Result, z, x, y int) error) {
	b.Helper()
	r := displayed(b, picture{width: 4000, height: 4000, transform: &[6]float64{326000, 0.1, 0, 2683000, 0, -0.1}, value: waves, alpha: true, valid: butLeft}.write(b))
	lon, lat := centre(r)
	for _, out := range []int{0, 2} {
		z := zoomOf(r) - out
		x, y := tileOver(lon, lat, z)
		spread := 8 >> out
		b.Run(fmt.Sprintf("zoom=native-%d", out), func(b *testing.B) {
			b.ReportAllocs()
			i, before := 0, cpuSeconds(b)
			for b.Loop() {
				if err := one(r, z, x+i%spread-spread/2, y+i/spread%spread-spread/2); err != nil {
					b.Fatal(err)
				}
				i++
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tiles/s")
			b.ReportMetric(1000*(cpuSeconds(b)-before)/float64(b.N), "cpu-ms/tile")
		})
	}
}

// cpuSeconds is what this process has used: the figure that other work on the
// machine does not change.
func cpuSeconds(b *testing.B) float64 {
	b.Helper()
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

func BenchmarkTile(b *testing.B) {
	for _, format := range []raster.Format{raster.PNG, raster.JPEG, raster.WebP} {
		b.Run("format="+string(format), func(b *testing.B) {
			tiles := newSource(b, raster.TileOptions{})
			benchTiles(b, func(r raster.Result, z, x, y int) error {
				_, _, err := tiles.Tile(b.Context(), r.Display, raster.Shift{}, z, x, y, format, 256)
				return err
			})
		})
	}
}

// The naive twin opens the COG for each tile and lets GDAL's warper make it,
// with its default approximation; it encodes nothing.
func BenchmarkTileByGDALWarp(b *testing.B) {
	benchTiles(b, func(r raster.Result, z, x, y int) error {
		out := warped(b, r.Display, z, x, y, 256, "bilinear")
		px := make([]byte, 256*256*4)
		defer out.Close()
		return out.Read(0, 0, px, 256, 256)
	})
}

// BenchmarkConvert measures the whole way from an upload to a COG.
func BenchmarkConvert(b *testing.B) {
	for _, side := range []int{1000, 8000} {
		for name, p := range map[string]picture{
			"alpha":   {alpha: true, valid: butLeft, value: waves},
			"strips":  {value: waves, options: []string{"COMPRESS=LZW"}},
			"16 bits": {value: waves, dtype: godal.UInt16},
		} {
			b.Run(fmt.Sprintf("%s/side=%d", name, side), func(b *testing.B) {
				p.width, p.height = side, side
				path := p.write(b)
				for b.Loop() {
					if _, err := raster.Convert(b.Context(), raster.Job{Source: path, OutDir: b.TempDir(), Config: raster.Config{WorkRoot: b.TempDir()}}); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(side*side)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mpx/s")
			})
		}
	}
}
