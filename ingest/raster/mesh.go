package raster

import "math"

// The mesh starts with startCells a side and is halved until the straight lines
// between its nodes are within meshError of a pixel, or the cells are pixels.
const (
	startCells = 4
	meshError  = 1.0 / 16
	// mostBlindCells is when a node without a place is taken for good.
	mostBlindCells = 32
)

// A mesh places pixels of the display COG in the picture: exactly at its nodes,
// by linear interpolation between them.
type mesh struct {
	part   window    // of the display COG
	cells  int       // a side
	col    []float64 // of the nodes, in pixels of the full picture
	row    []float64
	perPix float64 // pixels of the picture per pixel of the COG
}

// newMesh returns nil if a node has no place in the CRS of the picture and the
// mesh is as fine as it gets: then nothing is there to be drawn.
func (p *webPlace) newMesh(w webGrid, g grid, part window) *mesh {
	most := max(part.w, part.h)
	for cells := startCells; ; cells *= 2 {
		m := &mesh{part: part, cells: cells}
		ok := p.place(w, g, m)
		fine := cells*2 > most
		if ok && m.perPix > 0 && (m.coarse() <= meshError || fine) {
			return m
		}
		if fine || (!ok && cells >= mostBlindCells) {
			return nil
		}
	}
}

// place transforms the nodes.
func (p *webPlace) place(w webGrid, g grid, m *mesh) bool {
	n := m.cells + 1
	m.col, m.row = make([]float64, n*n), make([]float64, n*n)
	gt := w.geoTransform()
	for j := range n {
		for i := range n {
			m.col[j*n+i] = gt[0] + gt[1]*(float64(m.part.x)+float64(m.part.w*i)/float64(m.cells))
			m.row[j*n+i] = gt[3] + gt[5]*(float64(m.part.y)+float64(m.part.h*j)/float64(m.cells))
		}
	}
	ok := make([]bool, n*n)
	if err := p.toCRS.TransformEx(m.col, m.row, nil, ok); err != nil {
		return false
	}
	for i := range m.col {
		m.col[i], m.row[i] = (m.col[i]-g.west)/g.dx, (g.north-m.row[i])/g.dy
		if !ok[i] || math.IsNaN(m.col[i]+m.row[i]) || math.IsInf(m.col[i]+m.row[i], 0) {
			return false
		}
	}
	m.perPix = m.scale()
	return true
}

// scale is the side of a pixel in pixels of the picture, from the area of
// the mesh's outer corners.
func (m *mesh) scale() float64 {
	n := m.cells + 1
	a, b, c := 0, m.cells, m.cells*n
	ux, uy := m.col[b]-m.col[a], m.row[b]-m.row[a]
	vx, vy := m.col[c]-m.col[a], m.row[c]-m.row[a]
	return math.Sqrt(math.Abs(ux*vy-uy*vx) / float64(m.part.w*m.part.h))
}

// coarse estimates the largest error of linear interpolation, in pixels:
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
