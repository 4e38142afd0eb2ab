package raster_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/airbusgeo/godal"
)

// A picture is a synthetic GeoTIFF. What is not said is 8-bit RGB in UTM 49N
// near Liuzhou, 400 x 300 pixels of 0.5 m, tiled.
type picture struct {
	width, height int
	bands         int
	dtype         godal.DataType
	epsg          int    // 0: EPSG:32649, -1: none
	wkt           string // instead of epsg
	transform     *[6]float64
	placeless     bool // neither transform nor GCPs
	gcps          []godal.GCP
	options       []string
	value         func(x, y, band int) float64
	valid         func(x, y int) bool // for mask, alpha and nodata; nil: everywhere
	mask          bool
	alpha         bool
	nodata        *float64
	palette       [][4]int16
	metadata      map[string]string            // of the default domain
	domains       map[string]map[string]string // of others
}

var utm = [6]float64{326000, 0.5, 0, 2683000, 0, -0.5}

func number(v float64) *float64 { return &v }

// plain is a colour for each place that differs from its neighbours, without
// being noise, which JPEG would not keep.
func plain(x, y, band int) float64 { return float64(40 + (x/2+y*band/3)%180) }

func (p picture) withDefaults() picture {
	if p.width == 0 {
		p.width, p.height = 400, 300
	}
	if p.bands == 0 {
		p.bands = 3
	}
	if p.dtype == 0 {
		p.dtype = godal.Byte
	}
	if p.epsg == 0 {
		p.epsg = 32649
	}
	if p.transform == nil {
		p.transform = &utm
	}
	if p.options == nil {
		p.options = []string{"TILED=YES", "COMPRESS=LZW"}
	}
	if p.value == nil {
		p.value = plain
	}
	if p.valid == nil {
		p.valid = func(int, int) bool { return true }
	}
	return p
}

// write makes the file with GDAL.
func (p picture) write(t testing.TB) string {
	t.Helper()
	p = p.withDefaults()
	path := filepath.Join(t.TempDir(), "picture.tif")
	bands := p.bands
	if p.alpha {
		bands++
		p.options = append(p.options, "ALPHA=YES")
	}
	if bands >= 3 {
		p.options = append(p.options, "PHOTOMETRIC=RGB")
	}
	ds, err := godal.Create(godal.GTiff, path, bands, p.dtype, p.width, p.height, godal.CreationOption(p.options...))
	must(t, err)
	p.place(t, ds)
	if p.palette != nil {
		must(t, ds.Bands()[0].SetColorTable(godal.ColorTable{PaletteInterp: godal.RGBPalette, Entries: p.palette}))
	}
	if p.nodata != nil {
		must(t, ds.SetNoData(*p.nodata))
	}
	for k, v := range p.metadata {
		must(t, ds.SetMetadata(k, v))
	}
	for domain, items := range p.domains {
		for k, v := range items {
			must(t, ds.SetMetadata(k, v, godal.Domain(domain)))
		}
	}
	p.paint(t, ds)
	must(t, ds.Close())
	return path
}

func (p picture) place(t testing.TB, ds *godal.Dataset) {
	t.Helper()
	if p.wkt != "" || p.epsg > 0 {
		var ref *godal.SpatialRef
		var err error
		if p.wkt != "" {
			ref, err = godal.NewSpatialRefFromWKT(p.wkt)
		} else {
			ref, err = godal.NewSpatialRefFromEPSG(p.epsg)
		}
		must(t, err)
		defer ref.Close()
		if p.gcps != nil {
			must(t, ds.SetGCPs(p.gcps, godal.GCPSpatialRef(ref)))
			return
		}
		must(t, ds.SetSpatialRef(ref))
	}
	if !p.placeless {
		must(t, ds.SetGeoTransform(*p.transform))
	}
}

// paintRows is how many rows are painted at once, so that a large picture does
// not take much memory.
const paintRows = 256

func (p picture) paint(t testing.TB, ds *godal.Dataset) {
	t.Helper()
	bands := ds.Structure().NBands
	var m godal.Band
	if p.mask {
		var err error
		m, err = ds.CreateMaskBand(2)
		must(t, err)
	}
	for top := 0; top < p.height; top += paintRows {
		rows := min(paintRows, p.height-top)
		buf := make([]float64, p.width*rows*bands)
		mask := make([]byte, p.width*rows)
		for i := range mask {
			x, y := i%p.width, top+i/p.width
			if p.valid(x, y) {
				mask[i] = 255
			}
			p.pixel(buf[i*bands:(i+1)*bands], x, y)
		}
		if p.mask {
			must(t, m.Write(0, top, mask, p.width, rows))
		}
		must(t, ds.Write(0, top, buf, p.width, rows))
	}
}

func (p picture) pixel(px []float64, x, y int) {
	ok := p.valid(x, y)
	for b := range p.bands {
		if px[b] = p.value(x, y, b); !ok && p.nodata != nil && !p.alpha && !p.mask {
			px[b] = *p.nodata
		}
	}
	if p.alpha && ok {
		px[p.bands] = 255
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// written is a file with those bytes.
func written(t testing.TB, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	must(t, os.WriteFile(path, content, 0o644))
	return path
}

// colourAt reads one pixel of a dataset.
func colourAt(t testing.TB, ds *godal.Dataset, x, y int) []byte {
	t.Helper()
	px := make([]byte, ds.Structure().NBands)
	must(t, ds.Read(x, y, px, 1, 1))
	return px
}

func opened(t testing.TB, path string) *godal.Dataset {
	t.Helper()
	ds, err := godal.Open(path, godal.Drivers("GTiff"), godal.RasterOnly())
	must(t, err)
	t.Cleanup(func() { _ = ds.Close() })
	return ds
}

func maskedAt(t testing.TB, ds *godal.Dataset, x, y int) bool {
	t.Helper()
	px := []byte{0}
	must(t, ds.Bands()[0].MaskBand().Read(x, y, px, 1, 1))
	return px[0] == 0
}

func closeTo(a, b []byte, within int) bool {
	for i := range a {
		if d := int(a[i]) - int(b[i]); d > within || d < -within {
			return false
		}
	}
	return len(a) == len(b)
}

func pixels(b []byte) string { return fmt.Sprintf("%v", b) }
