package raster

import "math"

// A drawing resamples a window of the picture onto a part of the display COG.
type drawing struct {
	mesh    *mesh
	window  window // of the picture
	samples int    // a side of each pixel
	planes  [][]byte
	mask    []byte // of the window; empty if all of it is valid
	threads int
	out     []byte // pixels of the part, bands side by side
	valid   []byte // 255 where the part shows something
}

// mostSamples a side of one pixel; beyond that the picture is a speck.
const mostSamples = 8

// draw fills out and valid, and reports whether anything is visible. A pixel is
// valid if half of it is.
func (d *drawing) draw() bool {
	visible := make([]bool, d.mesh.part.h)
	inRows(d.threads, d.threads, func(part int) {
		l := newLine(d)
		h := d.mesh.part.h
		for y := h * part / d.threads; y < h*(part+1)/d.threads; y++ {
			visible[y] = l.draw(y)
		}
	})
	for _, v := range visible {
		if v {
			d.fill(visible)
			return true
		}
	}
	return false
}

// A line is the scratch of one row.
type line struct {
	*drawing
	cols, rows []float64
	sums       []sum
}

func newLine(d *drawing) *line {
	n := d.mesh.part.w
	return &line{d, make([]float64, n*d.samples), make([]float64, n*d.samples), make([]sum, n)}
}

func (l *line) draw(y int) bool {
	clear(l.sums)
	step := 1 / float64(l.samples)
	for k := range l.samples {
		l.place(float64(y)+(float64(k)+0.5)*step, step)
		l.collect()
	}
	visible, bands, w := false, len(l.planes), l.mesh.part.w
	for x := range l.sums {
		i := y*w + x
		ok := l.sums[x].put(l.out[i*bands:(i+1)*bands], l.samples)
		l.valid[i] = 0
		if ok {
			l.valid[i], visible = 255, true
		}
	}
	if visible {
		extend(l.out[y*w*bands:(y+1)*w*bands], l.valid[y*w:(y+1)*w], bands)
	}
	return visible
}

// place places the samples of one line of the part, y from its top, in pixels
// relative to the window, centres at whole numbers.
func (l *line) place(y, step float64) {
	m, n := l.mesh, l.mesh.cells+1
	v := y / float64(m.part.h) * float64(m.cells)
	j := min(int(v), m.cells-1)
	v -= float64(j)
	perCell := float64(m.part.w) / float64(m.cells)
	offX, offY := 0.5+float64(l.window.x), 0.5+float64(l.window.y)
	for i := range m.cells {
		a := j*n + i
		left, right := lerp(m.col[a], m.col[a+n], v)-offX, lerp(m.col[a+1], m.col[a+n+1], v)-offX
		top, bottom := lerp(m.row[a], m.row[a+n], v)-offY, lerp(m.row[a+1], m.row[a+n+1], v)-offY
		// Samples with their centre in this cell.
		first := int(math.Ceil(float64(i)*perCell/step - 0.5))
		last := min(int(math.Ceil(float64(i+1)*perCell/step-0.5)), len(l.cols))
		for s := first; s < last; s++ {
			u := ((float64(s)+0.5)*step - float64(i)*perCell) / perCell
			l.cols[s], l.rows[s] = left+u*(right-left), top+u*(bottom-top)
		}
	}
}

func lerp(a, b, t float64) float64 { return a + t*(b-a) }

// A sum collects weighted samples of one pixel. A sample weighs 1 << 16, 8 bits
// for each direction; 64 samples of 255 stay below 1 << 31.
type sum struct {
	colour [3]uint32
	weight uint32
}

// collect adds the bilinear values at places of the window, samples of them to
// a sum. Neighbours that are outside the picture or masked do not count.
func (l *line) collect() {
	w, h, mask := l.window.w, l.window.h, l.mask
	for i, col := range l.cols {
		// In 1/256 pixels, moved by one so that the edge's half pixel is positive.
		fx, fy := int((col+1)*256), int((l.rows[i]+1)*256)
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
		s := &l.sums[i/l.samples]
		for k, p := range l.planes {
			s.colour[k] += w00*uint32(p[i00]) + w01*uint32(p[i01]) + w10*uint32(p[i10]) + w11*uint32(p[i11])
		}
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

// put writes the mean colour, and reports whether half of the pixel is valid.
func (s *sum) put(px []byte, samples int) bool {
	if uint64(s.weight)*2 < uint64(samples*samples)<<16 {
		return false
	}
	half := s.weight / 2
	for k := range px {
		px[k] = byte((s.colour[k] + half) / s.weight)
	}
	return true
}

// extend gives invalid pixels of a row the colour of the valid one to the left,
// or of the first valid one: black ones would ring into the picture when JPEG
// packs 8 x 8 of them.
func extend(row, valid []byte, bands int) {
	first := 0
	for valid[first] == 0 {
		first++
	}
	last := row[first*bands : (first+1)*bands]
	for x, v := range valid {
		px := row[x*bands : (x+1)*bands]
		if v != 0 {
			last = px
			continue
		}
		copy(px, last)
	}
}

// fill gives rows without a valid pixel the colours of the row above that has
// one, or of the first below.
func (d *drawing) fill(visible []bool) {
	stride := d.mesh.part.w * len(d.planes)
	last := 0
	for !visible[last] {
		last++
	}
	for y, v := range visible {
		if v {
			last = y
			continue
		}
		copy(d.out[y*stride:(y+1)*stride], d.out[last*stride:(last+1)*stride])
	}
}
