package raster

import (
	"fmt"
	"image"
	"math"

	"github.com/airbusgeo/godal"
)

// A tile is a square of the XYZ pyramid.
type tile struct{ z, x, y, size int }

// resolution is metres of EPSG:3857 a pixel.
func (t tile) resolution() float64 {
	return 2 * halfWorld / float64(t.size) / math.Exp2(float64(t.z))
}

// origin is the upper left corner in EPSG:3857.
func (t tile) origin() (x, y float64) {
	side := 2 * halfWorld / math.Exp2(float64(t.z))
	return -halfWorld + float64(t.x)*side, halfWorld - float64(t.y)*side
}

// part returns the pixels of the tile that the extent reaches.
func (t tile) part(extent [4]float64) image.Rectangle {
	x0, y0 := t.origin()
	res := t.resolution()
	clamp := func(v float64) int { return int(min(max(v, 0), float64(t.size))) }
	return image.Rect(
		clamp(math.Floor((extent[0]-x0)/res)), clamp(math.Floor((y0-extent[3])/res)),
		clamp(math.Ceil((extent[2]-x0)/res)), clamp(math.Ceil((y0-extent[1])/res)))
}

// The mesh starts with startCells a side and is halved until the straight lines
// between its nodes are within meshError of a tile pixel, or the cells are pixels.
const (
	startCells = 4
	meshError  = 1.0 / 16
)

// A mesh places tile pixels in the picture: exactly at its nodes, by linear
// interpolation between them.
type mesh struct {
	part   image.Rectangle
	cells  int       // a side
	col    []float64 // of the nodes, in pixels of the full picture
	row    []float64
	perPix float64 // pixels of the picture per pixel of the tile
}

// newMesh returns nil if a node has no place in the CRS of the picture and the
// mesh is as fine as it gets: then nothing is there to be drawn.
func (r *tileReader) newMesh(t tile, part image.Rectangle) *mesh {
	most := max(part.Dx(), part.Dy())
	for cells := startCells; ; cells *= 2 {
		m := &mesh{part: part, cells: cells}
		ok := r.place(t, m)
		fine := cells*2 > most
		if ok && (m.coarse() <= meshError || fine) {
			return m
		}
		if fine {
			return nil
		}
	}
}

// place transforms the nodes.
func (r *tileReader) place(t tile, m *mesh) bool {
	n := m.cells + 1
	m.col, m.row = make([]float64, n*n), make([]float64, n*n)
	x0, y0 := t.origin()
	res := t.resolution()
	for j := range n {
		for i := range n {
			m.col[j*n+i] = x0 + res*(float64(m.part.Min.X)+float64(m.part.Dx()*i)/float64(m.cells))
			m.row[j*n+i] = y0 - res*(float64(m.part.Min.Y)+float64(m.part.Dy()*j)/float64(m.cells))
		}
	}
	if err := r.toCRS.TransformEx(m.col, m.row, nil, nil); err != nil {
		return false
	}
	for i := range m.col {
		m.col[i], m.row[i] = (m.col[i]-r.gt[0])/r.gt[1], (m.row[i]-r.gt[3])/r.gt[5]
		if math.IsNaN(m.col[i]+m.row[i]) || math.IsInf(m.col[i]+m.row[i], 0) {
			return false
		}
	}
	m.perPix = m.scale()
	return true
}

// scale is the side of a tile pixel in pixels of the picture, from the area of
// the mesh's outer corners.
func (m *mesh) scale() float64 {
	n := m.cells + 1
	a, b, c := 0, m.cells, m.cells*n
	ux, uy := m.col[b]-m.col[a], m.row[b]-m.row[a]
	vx, vy := m.col[c]-m.col[a], m.row[c]-m.row[a]
	return math.Sqrt(math.Abs(ux*vy-uy*vx) / float64(m.part.Dx()*m.part.Dy()))
}

// coarse estimates the largest error of linear interpolation, in tile pixels:
// how far the nodes with odd numbers lie from the middle of their neighbours,
// which is four times the error of the cells as they are.
func (m *mesh) coarse() float64 {
	n, worst := m.cells+1, 0.0
	off := func(a, b, mid int) {
		d := math.Hypot((m.col[a]+m.col[b])/2-m.col[mid], (m.row[a]+m.row[b])/2-m.row[mid])
		worst = max(worst, d)
	}
	for j := range n {
		for i := 1; i < n; i += 2 {
			off(j*n+i-1, j*n+i+1, j*n+i)
			off((i-1)*n+j, (i+1)*n+j, i*n+j)
		}
	}
	return worst / 4 / m.perPix
}

// bounds is the part of the picture under the mesh: the values between the
// nodes lie between theirs.
func (m *mesh) bounds() (minCol, minRow, maxCol, maxRow float64) {
	minCol, maxCol, minRow, maxRow = m.col[0], m.col[0], m.row[0], m.row[0]
	for i := range m.col {
		minCol, maxCol = min(minCol, m.col[i]), max(maxCol, m.col[i])
		minRow, maxRow = min(minRow, m.row[i]), max(maxRow, m.row[i])
	}
	return minCol, minRow, maxCol, maxRow
}

// mostSamples a side of one tile pixel; beyond that the picture is a speck.
const mostSamples = 8

// maxWindowPixels bounds what one tile reads; 512 pixels a side at two samples
// each, turned by 45°, take 2 million.
const maxWindowPixels = 16 << 20

// render draws a tile.
func (r *tileReader) render(t tile) (*image.NRGBA, error) {
	part := t.part(r.extent)
	if part.Empty() {
		return nil, ErrEmpty
	}
	m := r.newMesh(t, part)
	if m == nil || m.perPix == 0 {
		return nil, ErrEmpty
	}
	l := r.levelFor(m.perPix)
	samples := int(min(max(math.Ceil(m.perPix/min(l.fx, l.fy)-0.25), 1), mostSamples))
	w, ok := l.window(m)
	if !ok {
		return nil, ErrEmpty
	}
	if w.w*w.h > maxWindowPixels {
		return nil, fmt.Errorf("raster: tile %d/%d/%d reads %d x %d pixels", t.z, t.x, t.y, w.w, w.h)
	}
	if err := r.load(l, w); err != nil {
		return nil, fmt.Errorf("raster: tile %d/%d/%d: %w", t.z, t.x, t.y, err)
	}
	img := image.NewNRGBA(image.Rect(0, 0, t.size, t.size))
	d := drawing{mesh: m, level: l, window: w, samples: samples, pix: r.buffers, img: img}
	if !d.draw() {
		return nil, ErrEmpty
	}
	return img, nil
}

// levelFor picks the coarsest level that is not coarser than the tile.
func (r *tileReader) levelFor(perPix float64) level {
	best := r.levels[0]
	for _, l := range r.levels[1:] {
		if max(l.fx, l.fy) <= perPix*1.01 && l.fx > best.fx {
			best = l
		}
	}
	return best
}

// window is the part of the level that the mesh needs, with a pixel around it
// for the interpolation.
func (l level) window(m *mesh) (window, bool) {
	minCol, minRow, maxCol, maxRow := m.bounds()
	clamp := func(v, f float64, most int) int { return int(min(max(v/f, 0), float64(most))) }
	x0, y0 := clamp(minCol-l.fx, l.fx, l.width), clamp(minRow-l.fy, l.fy, l.height)
	x1, y1 := clamp(maxCol+2*l.fx, l.fx, l.width), clamp(maxRow+2*l.fy, l.fy, l.height)
	return window{x0, y0, x1 - x0, y1 - y0}, x1 > x0 && y1 > y0
}

// load reads a window into the buffers: the colours, three of them in any case,
// and the mask, empty if everything is valid.
func (r *tileReader) load(l level, w window) error {
	for i, b := range l.bands {
		r.buffers[i] = grown(r.buffers[i], w.w*w.h)
		if err := b.Read(w.x, w.y, r.buffers[i], w.w, w.h, godal.ErrLogger(r.log)); err != nil {
			return err
		}
	}
	if len(l.bands) == 1 {
		r.buffers[1], r.buffers[2] = r.buffers[0], r.buffers[0]
	}
	if l.mask == nil {
		r.buffers[3] = r.buffers[3][:0]
		return nil
	}
	r.buffers[3] = grown(r.buffers[3], w.w*w.h)
	return l.mask.Read(w.x, w.y, r.buffers[3], w.w, w.h, godal.ErrLogger(r.log))
}
