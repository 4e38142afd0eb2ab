package raster

import (
	"log/slog"
	"slices"
	"strings"

	"github.com/airbusgeo/godal"
)

// A window is a rectangle of pixels of the original.
type window struct{ x, y, w, h int }

// Sizes of the windows that the original is read in.
const (
	windowSide  = 2048
	windowBytes = 32 << 20
)

// windows cuts the picture so that blocks are read whole where they are small,
// and a large block is used up before the next one is touched.
func (s *source) windows() []window {
	g, perPixel := s.grid, s.bands*s.sampleBytes()
	stepW, stepH := wholeBlocks(s.block[0]), wholeBlocks(s.block[1])
	if s.block[0] >= g.width { // strips: as many whole ones as fit
		stepW = g.width
		rows := max(1, windowBytes/max(1, g.width*perPixel))
		stepH = max(s.block[1], rows/s.block[1]*s.block[1])
	}
	var ws []window
	for y := 0; y < g.height; y += stepH {
		for x := 0; x < g.width; x += stepW {
			outer := window{x, y, min(stepW, g.width-x), min(stepH, g.height-y)}
			ws = append(ws, outer.pieces(perPixel)...)
		}
	}
	return ws
}

// wholeBlocks is the largest multiple of a block within windowSide, or one block.
func wholeBlocks(block int) int { return max(block, windowSide/block*block) }

// pieces cuts a window that is too large for a buffer.
func (w window) pieces(perPixel int) []window {
	wide := min(w.w, max(1, windowBytes/perPixel))
	high := min(w.h, max(1, windowBytes/perPixel/wide))
	var ws []window
	for y := 0; y < w.h; y += high {
		for x := 0; x < w.w; x += wide {
			ws = append(ws, window{w.x + x, w.y + y, min(wide, w.w-x), min(high, w.h-y)})
		}
	}
	return ws
}

func (s *source) sampleBytes() int {
	if s.dtype == godal.Byte {
		return 1
	}
	return 8 // everything else is read as float64, which holds all of them exactly
}

// neededBands are the bands that showing the picture needs: the shown ones, the
// other colours if their values decide about nodata, alpha last.
func (s *source) neededBands() []int {
	bands := append([]int{}, s.show...)
	if s.mask == MaskNodata && !s.maskBand {
		for _, c := range s.colours {
			if !slices.Contains(s.show, c) {
				bands = append(bands, c)
			}
		}
	}
	if s.mask == MaskAlpha {
		bands = append(bands, s.alpha)
	}
	return bands
}

// allBands are the bands in the order of the file.
func (s *source) allBands() []int {
	bands := make([]int, s.bands)
	for i := range bands {
		bands[i] = i
	}
	return bands
}

// A reader reads windows into buffers that it uses again.
type reader struct {
	src    *source
	bands  []int
	show   []int // where the shown bands are among those read
	alpha  int   // where alpha is, or -1
	log    *slog.Logger
	bytes  []byte
	floats []float64
	mask   []byte
	valid  []byte // 255 where valid, for the window read last
}

func newReader(s *source, bands []int, log *slog.Logger) *reader {
	r := &reader{src: s, bands: bands, alpha: slices.Index(bands, s.alpha), log: log}
	for _, b := range s.show {
		r.show = append(r.show, slices.Index(bands, b))
	}
	return r
}

// pixels is what was read last, as GDAL takes it.
func (r *reader) pixels() any {
	if r.src.dtype == godal.Byte {
		return r.bytes
	}
	return r.floats
}

// read fills the buffers, pixel by pixel, and tells the valid pixels.
func (r *reader) read(w window) error {
	n := w.w * w.h
	var buf any
	if r.src.dtype == godal.Byte {
		r.bytes = grown(r.bytes, n*len(r.bands))
		buf = r.bytes
	} else {
		r.floats = grown(r.floats, n*len(r.bands))
		buf = r.floats
	}
	err := r.src.ds.Read(w.x, w.y, buf, w.w, w.h, godal.Bands(r.bands...), godal.ErrLogger(gdalLog(r.log)))
	if err == nil && r.src.maskBand {
		r.mask = grown(r.mask, n)
		err = r.src.ds.Bands()[r.src.show[0]].MaskBand().Read(w.x, w.y, r.mask, w.w, w.h, godal.ErrLogger(gdalLog(r.log)))
	}
	if err != nil {
		return pixelError(err, r.log)
	}
	r.valid = grown(r.valid, n)
	if r.src.dtype == godal.Byte {
		tellValid(r, r.bytes, byte(r.src.nodata))
	} else {
		nodata := r.src.nodata
		if r.src.dtype == godal.Float32 {
			nodata = float64(float32(nodata)) // as the file can hold it
		}
		tellValid(r, r.floats, nodata)
	}
	return nil
}

// pixelError tells a damaged file from one that needs too much memory.
func pixelError(err error, log *slog.Logger) error {
	log.Info("pixels cannot be read", "error", err)
	if text := strings.ToLower(err.Error()); strings.Contains(text, "out of memory") || strings.Contains(text, "annot allocate") {
		return refuse(CodeMemoryLimit, "")
	}
	return refuse(CodeUnreadablePixels, "")
}

func grown[T any](b []T, n int) []T {
	if cap(b) < n {
		return make([]T, n)
	}
	return b[:n]
}

// tellValid sets r.valid for the samples of a window.
func tellValid[T byte | float64](r *reader, samples []T, nodata T) {
	s, stride := r.src, len(r.bands)
	if s.dtype == godal.Byte && s.mask == MaskNothing && !s.maskBand {
		for i := range r.valid {
			r.valid[i] = 255
		}
		return
	}
	for i := range r.valid {
		px := samples[i*stride : (i+1)*stride]
		ok := true
		switch {
		case s.maskBand:
			ok = r.mask[i] != 0
		case s.mask == MaskAlpha:
			ok = px[r.alpha] > 0
		case s.mask == MaskNodata:
			ok = false
			for _, v := range px {
				ok = ok || v != nodata
			}
		}
		for _, b := range r.show {
			ok = ok && px[b] == px[b] //nolint:gocritic // NaN is not itself
		}
		r.valid[i] = 0
		if ok {
			r.valid[i] = 255
		}
	}
}
