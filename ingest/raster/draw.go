package raster

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"sync"
	"sync/atomic"

	"github.com/airbusgeo/godal"
)

// A drawing resamples a window of a level onto a tile.
type drawing struct {
	mesh    *mesh
	level   level
	window  window
	samples int // a side of each tile pixel
	pix     [4][]byte
	img     *image.NRGBA
}

// draw fills the tile and reports whether anything became visible.
func (d *drawing) draw() bool {
	visible, part := false, d.mesh.part
	step := 1 / float64(d.samples)
	cols, rows := make([]float64, part.Dx()*d.samples), make([]float64, part.Dx()*d.samples)
	sums := make([]sum, part.Dx())
	for y := range part.Dy() {
		clear(sums)
		for k := range d.samples {
			d.line(float64(y)+(float64(k)+0.5)*step, step, cols, rows)
			d.collect(sums, cols, rows)
		}
		out := d.img.Pix[d.img.PixOffset(part.Min.X, part.Min.Y+y):]
		for x := range sums {
			visible = sums[x].put(out[x*4:x*4+4], d.samples) || visible
		}
	}
	return visible
}

// line places the samples of one line of the part, y from its top, in pixels
// of the level relative to the window, centres at whole numbers.
func (d *drawing) line(y, step float64, cols, rows []float64) {
	m, n := d.mesh, d.mesh.cells+1
	v := y / float64(m.part.Dy()) * float64(m.cells)
	j := min(int(v), m.cells-1)
	v -= float64(j)
	perCell := float64(m.part.Dx()) / float64(m.cells)
	offX, offY := 0.5+float64(d.window.x), 0.5+float64(d.window.y)
	for i := range m.cells {
		a := j*n + i
		left := lerp(m.col[a], m.col[a+n], v)/d.level.fx - offX
		right := lerp(m.col[a+1], m.col[a+n+1], v)/d.level.fx - offX
		top := lerp(m.row[a], m.row[a+n], v)/d.level.fy - offY
		bottom := lerp(m.row[a+1], m.row[a+n+1], v)/d.level.fy - offY
		// Samples with their centre in this cell.
		first := int(math.Ceil(float64(i)*perCell/step - 0.5))
		last := min(int(math.Ceil(float64(i+1)*perCell/step-0.5)), len(cols))
		for s := first; s < last; s++ {
			u := ((float64(s)+0.5)*step - float64(i)*perCell) / perCell
			cols[s], rows[s] = left+u*(right-left), top+u*(bottom-top)
		}
	}
}

func lerp(a, b, t float64) float64 { return a + t*(b-a) }

// A sum collects weighted samples of one tile pixel. A sample weighs 1 << 16, 8
// bits for each direction; 64 samples of 255 stay below 1 << 31.
type sum struct{ r, g, b, weight uint32 }

// collect adds the bilinear values at places of the window, samples of them to
// a sum. Neighbours that are outside the picture or masked do not count.
func (d *drawing) collect(sums []sum, cols, rows []float64) {
	w, h := d.window.w, d.window.h
	red, green, blue, mask := d.pix[0], d.pix[1], d.pix[2], d.pix[3]
	for i, col := range cols {
		// In 1/256 pixels, moved by one so that the edge's half pixel is positive.
		fx, fy := int((col+1)*256), int((rows[i]+1)*256)
		if fx < 128 || fy < 128 || fx >= w*256+128 || fy >= h*256+128 {
			continue // outside the window means outside the picture
		}
		x0, y0, tx, ty := fx>>8-1, fy>>8-1, uint32(fx&255), uint32(fy&255)
		x1, y1 := min(x0+1, w-1), min(y0+1, h-1)
		x0, y0 = max(x0, 0), max(y0, 0)
		i00, i01, i10, i11 := y0*w+x0, y0*w+x1, y1*w+x0, y1*w+x1
		w00, w01, w10, w11 := (256-tx)*(256-ty), tx*(256-ty), (256-tx)*ty, tx*ty
		if len(mask) > 0 && mask[i00]&mask[i01]&mask[i10]&mask[i11] < 128 {
			w00, w01 = unlessMasked(w00, mask[i00]), unlessMasked(w01, mask[i01])
			w10, w11 = unlessMasked(w10, mask[i10]), unlessMasked(w11, mask[i11])
		}
		s := &sums[i/d.samples]
		s.r += w00*uint32(red[i00]) + w01*uint32(red[i01]) + w10*uint32(red[i10]) + w11*uint32(red[i11])
		s.g += w00*uint32(green[i00]) + w01*uint32(green[i01]) + w10*uint32(green[i10]) + w11*uint32(green[i11])
		s.b += w00*uint32(blue[i00]) + w01*uint32(blue[i01]) + w10*uint32(blue[i10]) + w11*uint32(blue[i11])
		s.weight += w00 + w01 + w10 + w11
	}
}

// unlessMasked is the weight of a neighbour. GDAL gives 0 or 255 for a mask.
func unlessMasked(weight uint32, mask byte) uint32 {
	if mask < 128 {
		return 0
	}
	return weight
}

// put writes the mean colour and, as alpha, the share of the pixel that is
// valid. It reports whether the pixel is visible.
func (s *sum) put(px []byte, samples int) bool {
	if s.weight == 0 {
		return false
	}
	half := s.weight / 2
	px[0], px[1], px[2] = byte((s.r+half)/s.weight), byte((s.g+half)/s.weight), byte((s.b+half)/s.weight)
	full := uint64(samples*samples) << 16
	px[3] = byte((uint64(s.weight)*255 + full/2) / full)
	return px[3] > 0
}

// Qualities of lossy tiles: the COG itself has 85, so more buys nothing.
const (
	tileJPEGQuality = 85
	tileWebPQuality = 80
)

// encode writes a tile in one of the formats.
func encode(img *image.NRGBA, format Format) ([]byte, error) {
	switch format {
	case PNG:
		return encodePNG(img)
	case JPEG:
		var out bytes.Buffer
		err := jpeg.Encode(&out, onWhite(img), &jpeg.Options{Quality: tileJPEGQuality})
		return out.Bytes(), err
	case WebP:
		return encodeWebP(img)
	}
	return nil, fmt.Errorf("%w: %q", ErrTile, format)
}

// pngBuffers keeps the encoder's tables, which are larger than a tile.
type pngBuffers struct{ pool sync.Pool }

func (p *pngBuffers) Get() *png.EncoderBuffer {
	b, _ := p.pool.Get().(*png.EncoderBuffer)
	return b
}

func (p *pngBuffers) Put(b *png.EncoderBuffer) { p.pool.Put(b) }

var pngEncoder = png.Encoder{CompressionLevel: png.BestSpeed, BufferPool: &pngBuffers{}}

func encodePNG(img *image.NRGBA) ([]byte, error) {
	var out bytes.Buffer
	err := pngEncoder.Encode(&out, img)
	return out.Bytes(), err
}

// onWhite lays a tile on white paper, for a format without transparency.
func onWhite(img *image.NRGBA) *image.RGBA {
	flat := image.NewRGBA(img.Rect)
	for i := 0; i < len(img.Pix); i += 4 {
		a := uint32(img.Pix[i+3])
		for k := range 3 {
			flat.Pix[i+k] = byte((uint32(img.Pix[i+k])*a + 255*(255-a) + 127) / 255)
		}
		flat.Pix[i+3] = 255
	}
	return flat
}

// webpNumber keeps the in-memory files of concurrent tiles apart.
var webpNumber atomic.Uint64

// encodeWebP goes through GDAL, since Go has no WebP encoder.
func encodeWebP(img *image.NRGBA) (_ []byte, err error) {
	w, h, bands := img.Rect.Dx(), img.Rect.Dy(), 4
	pix := img.Pix
	if img.Opaque() {
		bands, pix = 3, make([]byte, 0, w*h*3)
		for i := 0; i < len(img.Pix); i += 4 {
			pix = append(pix, img.Pix[i:i+3]...)
		}
	}
	mem, err := godal.Create(godal.Memory, "", bands, godal.Byte, w, h)
	if err != nil {
		return nil, err
	}
	defer func() { _ = mem.Close() }() // lives in memory only
	if err := mem.Write(0, 0, pix, w, h); err != nil {
		return nil, err
	}
	name := fmt.Sprintf("/vsimem/tile-%d.webp", webpNumber.Add(1))
	out, err := mem.Translate(name, []string{"-of", "WEBP"}, godal.CreationOption(fmt.Sprintf("QUALITY=%d", tileWebPQuality)), godal.SkipWarnings)
	if err != nil {
		return nil, err
	}
	defer func() { _ = godal.VSIUnlink(name) }()
	if err := out.Close(); err != nil {
		return nil, err
	}
	file, err := godal.VSIOpen(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // only read
	return io.ReadAll(file)
}
