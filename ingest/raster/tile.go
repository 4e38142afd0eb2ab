package raster

import (
	"fmt"
	"image"
	"math"

	"github.com/airbusgeo/godal"
)

// A tile is a square of the XYZ pyramid.
type tile struct{ z, x, y, size int }

// A cut is where a tile lies on one level of a display COG: its upper left
// corner and the side of its pixels, in pixels of the level.
type cut struct {
	level  level
	x, y   float64
	step   float64 // a power of two: 1 unless the COG has no such level
	pixels int     // of the tile, a side
}

// cutOf finds the level whose pixels are the tile's. A tile beyond the finest
// or the coarsest level is cut from that one. The picture is shown shifted by
// so many metres of EPSG:3857 to the east and to the north.
func (r *tileReader) cutOf(t tile, shift [2]float64) cut {
	zoom := t.z + t.size/webTile - 1 // of pixels: 512 are one zoom finer than 256
	k := min(max(r.grid.zoom-zoom, 0), r.grid.levels)
	res := webResolution(r.grid.zoom - k)
	c := cut{level: r.levels[k], step: math.Exp2(float64(r.grid.zoom - k - zoom)), pixels: t.size}
	c.x = float64(t.x*t.size)*c.step - float64(r.grid.left>>k) - shift[0]/res
	c.y = float64(t.y*t.size)*c.step - float64(r.grid.top>>k) + shift[1]/res
	// Thousandths of a pixel are the rounding of numbers as large as the world.
	if math.Abs(c.x-math.Round(c.x)) < 1e-3 && math.Abs(c.y-math.Round(c.y)) < 1e-3 || c.step > 1 {
		c.x, c.y = math.Round(c.x), math.Round(c.y)
	}
	return c
}

// window is the part of the level that the tile needs, with a pixel around it
// where it is interpolated.
func (c cut) window() (window, bool) {
	margin := 1.0
	if c.whole() || c.step > 1 {
		margin = 0
	}
	clamp := func(v float64, most int) int { return int(min(max(v, 0), float64(most))) }
	side := float64(c.pixels) * c.step
	x0, y0 := clamp(math.Floor(c.x-margin), c.level.width), clamp(math.Floor(c.y-margin), c.level.height)
	x1, y1 := clamp(math.Ceil(c.x+side+margin), c.level.width), clamp(math.Ceil(c.y+side+margin), c.level.height)
	return window{x0, y0, x1 - x0, y1 - y0}, x1 > x0 && y1 > y0
}

// whole reports whether pixels of the tile are pixels of the level.
func (c cut) whole() bool { return c.step == 1 && c.x == math.Trunc(c.x) && c.y == math.Trunc(c.y) }

// maxWindowPixels bounds what one tile reads: the coarsest level has at most
// 1024 pixels a side that hold something.
const maxWindowPixels = 16 << 20

// render draws a tile.
func (r *tileReader) render(t tile, shift [2]float64) (*image.NRGBA, error) {
	c := r.cutOf(t, shift)
	w, ok := c.window()
	if !ok {
		return nil, ErrEmpty
	}
	if w.w*w.h > maxWindowPixels {
		return nil, fmt.Errorf("raster: tile %d/%d/%d reads %d x %d pixels", t.z, t.x, t.y, w.w, w.h)
	}
	img := image.NewNRGBA(image.Rect(0, 0, t.size, t.size))
	var visible bool
	var err error
	if c.whole() {
		visible, err = r.copyOut(c, w, img)
	} else {
		visible, err = r.resample(c, w, img)
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("raster: tile %d/%d/%d: %w", t.z, t.x, t.y, err)
	case !visible:
		return nil, ErrEmpty
	}
	return img, nil
}

// copyOut reads the window straight into the tile.
func (r *tileReader) copyOut(c cut, w window, img *image.NRGBA) (visible bool, err error) {
	x, y := w.x-int(c.x), w.y-int(c.y)
	if err := r.load(c.level, w, img.Pix[img.PixOffset(x, y):], img.Stride); err != nil {
		return false, err
	}
	for row := y; row < y+w.h; row++ {
		line := img.Pix[img.PixOffset(x, row):][:4*w.w]
		for i := 3; i < len(line); i += 4 {
			if line[i] == 0 {
				line[i-3], line[i-2], line[i-1] = 0, 0, 0
			} else {
				visible = true
			}
		}
	}
	return visible, nil
}

// resample averages the window, or interpolates in it.
func (r *tileReader) resample(c cut, w window, img *image.NRGBA) (visible bool, err error) {
	part := image.NewNRGBA(image.Rect(0, 0, w.w, w.h))
	if err := r.load(c.level, w, part.Pix, part.Stride); err != nil {
		return false, err
	}
	one := c.between
	if c.step > 1 {
		one = c.mean
	}
	for y := range c.pixels {
		for x := range c.pixels {
			if one(part, w, x, y, img.Pix[img.PixOffset(x, y):][:4]) {
				visible = true
			}
		}
	}
	return visible, nil
}

// mean averages the valid pixels under one of the tile; alpha is their share.
func (c cut) mean(part *image.NRGBA, w window, x, y int, to []byte) bool {
	n := int(c.step)
	x0, y0 := int(c.x)+x*n-w.x, int(c.y)+y*n-w.y
	var sum [3]uint64
	valid := uint64(0)
	for py := max(y0, 0); py < min(y0+n, w.h); py++ {
		for px := max(x0, 0); px < min(x0+n, w.w); px++ {
			if p := part.Pix[part.PixOffset(px, py):][:4]; p[3] != 0 {
				sum[0], sum[1], sum[2] = sum[0]+uint64(p[0]), sum[1]+uint64(p[1]), sum[2]+uint64(p[2])
				valid++
			}
		}
	}
	if valid == 0 {
		return false
	}
	for k := range sum {
		to[k] = byte((sum[k] + valid/2) / valid)
	}
	to[3] = byte((valid*255 + uint64(n*n)/2) / uint64(n*n))
	return to[3] > 0
}

// between interpolates linearly between the four valid pixels around.
func (c cut) between(part *image.NRGBA, w window, x, y int, to []byte) bool {
	fx := c.x + (float64(x)+0.5)*c.step - 0.5 - float64(w.x)
	fy := c.y + (float64(y)+0.5)*c.step - 0.5 - float64(w.y)
	x0, y0 := int(math.Floor(fx)), int(math.Floor(fy))
	fx, fy = fx-float64(x0), fy-float64(y0)
	var sum [3]float64
	weight := 0.0
	for k := range 4 {
		px, py, f := x0+k&1, y0+k>>1, (1-fx)*(1-fy)
		switch k {
		case 1:
			f = fx * (1 - fy)
		case 2:
			f = (1 - fx) * fy
		case 3:
			f = fx * fy
		}
		if px < 0 || py < 0 || px >= w.w || py >= w.h {
			continue
		}
		if p := part.Pix[part.PixOffset(px, py):][:4]; p[3] != 0 {
			for b := range sum {
				sum[b] += f * float64(p[b])
			}
			weight += f
		}
	}
	if weight < 1e-9 {
		return false
	}
	for b := range sum {
		to[b] = byte(sum[b]/weight + 0.5)
	}
	to[3] = byte(weight*255 + 0.5)
	return to[3] > 0
}

// load reads a window into pixels of four bytes: colours, and 255 where they
// are valid.
func (r *tileReader) load(l level, w window, pix []byte, stride int) error {
	spread := []godal.BandIOOption{godal.PixelSpacing(4), godal.LineSpacing(stride), godal.ErrLogger(r.log)}
	for i, b := range l.bands {
		if err := b.Read(w.x, w.y, pix[i:], w.w, w.h, spread...); err != nil {
			return err
		}
	}
	if err := l.mask.Read(w.x, w.y, pix[3:], w.w, w.h, spread...); err != nil {
		return err
	}
	if len(l.bands) == 1 {
		for y := range w.h {
			line := pix[y*stride:][:4*w.w]
			for i := 0; i < len(line); i += 4 {
				line[i+1], line[i+2] = line[i], line[i]
			}
		}
	}
	return nil
}
