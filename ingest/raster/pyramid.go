package raster

import (
	"fmt"
	"log/slog"
	"math"
	"sync"

	"github.com/airbusgeo/godal"
)

// chunkBytes bounds the pixels that are read at once for one coarser sheet.
const chunkBytes = 48 << 20

// buildPyramid makes the coarser resolutions of a finished sheet, each from the
// one before, and returns the names of all, the finest first. written tells
// which blocks of the finest hold something; nil means all.
//
// A pixel is the mean of the valid ones among the four under it, and valid if
// one of them is; a palette takes the first valid one.
func (l look) buildPyramid(finest string, width, height, levels int, written blockSet, log *slog.Logger, progress func(float64)) ([]string, error) {
	names := []string{finest}
	total, done := 0.0, 0.0
	for k := 1; k <= levels; k++ {
		total += math.Exp2(-2 * float64(k))
	}
	for k := 1; k <= levels; k++ {
		name := fmt.Sprintf("%s.%d", finest, k)
		share := math.Exp2(-2*float64(k)) / total
		next, err := l.halveSheet(names[k-1], name, width, height, written, log, func(f float64) { progress(done + share*f) })
		if err != nil {
			return nil, err
		}
		written, done = next, done+share
		width, height = (width+1)/2, (height+1)/2
		names = append(names, name)
	}
	return names, nil
}

// A blockSet is which blocks of a sheet hold something, by column and row.
type blockSet map[[2]int]bool

// halved is the set of the next coarser sheet.
func (s blockSet) halved() blockSet {
	if s == nil {
		return nil
	}
	h := blockSet{}
	for b := range s {
		h[[2]int{b[0] / 2, b[1] / 2}] = true
	}
	return h
}

func (s blockSet) touches(w window) bool {
	if s == nil {
		return true
	}
	for y := w.y / blockSide; y <= (w.y+w.h-1)/blockSide; y++ {
		for x := w.x / blockSide; x <= (w.x+w.w-1)/blockSide; x++ {
			if s[[2]int{x, y}] {
				return true
			}
		}
	}
	return false
}

func (l look) halveSheet(from, to string, width, height int, written blockSet, log *slog.Logger, progress func(float64)) (blockSet, error) {
	in, err := l.openSheet(from, width, height, log)
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.ds.Close() }() // only read
	out, err := l.create(to, (width+1)/2, (height+1)/2, false, log)
	if err != nil {
		return nil, err
	}
	if l.isByte() {
		err = halveAll(in, out, written, byteMean, progress)
	} else {
		err = halveAll(in, out, written, l.mean(), progress)
	}
	if err != nil {
		_ = out.ds.Close()
		return nil, err
	}
	return written.halved(), out.close()
}

// chunkSide is how many pixels a side of the coarser sheet are made at once.
func (l look) chunkSide() int {
	side := 2048
	for side > blockSide && 4*side*side*(l.bands*l.sampleBytes()+1) > chunkBytes {
		side /= 2
	}
	return side
}

func halveAll[T byte | float64](in, out *sheet, written blockSet, mean func(sum float64, n int) T, progress func(float64)) error {
	side := in.chunkSide()
	h := halver[T]{look: in.look, mean: mean}
	if in.nodata != nil && canHold(in.dtype, *in.nodata) {
		h.nodata, h.hasNodata = T(*in.nodata), true
	}
	var fine, coarse []T
	var fineMask, coarseMask []byte
	for y := 0; y < out.height; y += side {
		for x := 0; x < out.width; x += side {
			w := window{x, y, min(side, out.width-x), min(side, out.height-y)}
			src := window{2 * x, 2 * y, min(2*w.w, in.width-2*x), min(2*w.h, in.height-2*y)}
			if !written.touches(src) {
				continue
			}
			fine, coarse = grown(fine, src.w*src.h*in.bands), grown(coarse, w.w*w.h*in.bands)
			if in.hasMask {
				fineMask, coarseMask = grown(fineMask, src.w*src.h), grown(coarseMask, w.w*w.h)
			}
			if err := in.read(src, fine, fineMask); err != nil {
				return err
			}
			h.halve(fine, fineMask, src, coarse, coarseMask, w)
			if err := out.write(w, coarse, coarseMask); err != nil {
				return err
			}
		}
		progress(float64(min(y+side, out.height)) / float64(out.height))
	}
	return nil
}

func byteMean(sum float64, n int) byte { return byte(sum/float64(n) + 0.5) }

// mean rounds for whole numbers.
func (l look) mean() func(sum float64, n int) float64 {
	if l.dtype == godal.Float32 || l.dtype == godal.Float64 {
		return func(sum float64, n int) float64 { return sum / float64(n) }
	}
	return func(sum float64, n int) float64 { return math.Floor(sum/float64(n) + 0.5) }
}

// A halver makes one pixel of four.
type halver[T byte | float64] struct {
	look
	nodata    T
	hasNodata bool
	mean      func(sum float64, n int) T
}

// halve works on rows side by side.
func (h halver[T]) halve(fine []T, fineMask []byte, src window, coarse []T, coarseMask []byte, w window) {
	whole := h.wholeWidth(src)
	inRows(w.h, h.threads, func(y int) {
		from := 0
		if f, ok := any(fine).([]byte); ok && whole > 0 && 2*y+1 < src.h {
			from = whole
			meanOfFour(any(coarse).([]byte)[y*w.w*h.bands:][:whole*h.bands], f[2*y*src.w*h.bands:], f[(2*y+1)*src.w*h.bands:], h.bands)
		}
		for x := from; x < w.w; x++ {
			h.pixel(fine, fineMask, src, 2*x, 2*y, coarse[(y*w.w+x)*h.bands:][:h.bands], coarseMask, y*w.w+x)
		}
	})
}

// wholeWidth is how many coarse pixels of a row are plain means of four, all
// being valid whatever they say; 0 if samples have to be looked at.
func (h halver[T]) wholeWidth(src window) int {
	if h.hasMask || h.hasNodata || h.alpha >= 0 || h.nearest {
		return 0
	}
	return src.w / 2
}

// meanOfFour is [byteMean] of two pixels of each of two rows.
func meanOfFour(to, upper, lower []byte, bands int) {
	at := 0 // in the finer rows
	for i := 0; i < len(to); i += bands {
		for b := range bands {
			to[i+b] = byte((uint32(upper[at+b]) + uint32(upper[at+bands+b]) + uint32(lower[at+b]) + uint32(lower[at+bands+b]) + 2) >> 2)
		}
		at += 2 * bands
	}
}

// inRows calls one for each of n rows, in as many goroutines as there are threads.
func inRows(n, threads int, one func(y int)) {
	var wait sync.WaitGroup
	for k := range threads {
		wait.Go(func() {
			for y := n * k / threads; y < n*(k+1)/threads; y++ {
				one(y)
			}
		})
	}
	wait.Wait()
}

func (h halver[T]) pixel(fine []T, fineMask []byte, src window, x, y int, to []T, toMask []byte, at int) {
	var four [4]int // samples of the valid ones
	n, there := 0, 0
	for k := range 4 {
		px, py := x+k&1, y+k>>1
		if px >= src.w || py >= src.h {
			continue
		}
		there++
		i := py*src.w + px
		if h.valid(fine, fineMask, i) {
			four[n] = i * h.bands
			n++
		}
	}
	if h.hasMask {
		toMask[at] = 0
		if n > 0 {
			toMask[at] = 255
		}
	}
	if n == 0 || h.nearest {
		if n == 0 {
			four[0] = (y*src.w + x) * h.bands
		}
		copy(to, fine[four[0]:four[0]+h.bands])
		return
	}
	for b := range to {
		sum, m := 0.0, 0
		for _, i := range four[:n] {
			if v := fine[i+b]; v == v { //nolint:gocritic // NaN is not itself
				sum += float64(v)
				m++
			}
		}
		switch {
		case m == 0:
			to[b] = fine[four[0]+b]
		case b == h.alpha:
			to[b] = h.mean(sum, there)
		default:
			to[b] = h.mean(sum, m)
		}
	}
	if h.hasNodata && h.allNodata(to) {
		copy(to, fine[four[0]:four[0]+h.bands]) // a mean that would read as nothing
	}
}

func (h halver[T]) valid(fine []T, mask []byte, i int) bool {
	px := fine[i*h.bands : (i+1)*h.bands]
	switch {
	case h.hasMask:
		return mask[i] != 0
	case h.alpha >= 0:
		return px[h.alpha] > 0
	case h.hasNodata:
		return !h.allNodata(px)
	}
	return px[0] == px[0] //nolint:gocritic // NaN is not itself
}

// allNodata reports whether every band has the nodata value, or is NaN.
func (h halver[T]) allNodata(px []T) bool {
	for _, v := range px {
		if v == v && v != h.nodata { //nolint:gocritic // NaN is not itself
			return false
		}
	}
	return true
}
