package raster

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"sync"
	"sync/atomic"

	"github.com/airbusgeo/godal"
)

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
