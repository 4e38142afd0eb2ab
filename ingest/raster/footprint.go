package raster

import (
	"fmt"
	"log/slog"
	"math"

	"github.com/airbusgeo/godal"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/paulmach/orb/planar"
)

// The footprint is traced on cells of coverageSide by coverageSide at most. A
// cell counts as covered when at least half of its pixels are valid, so that
// the outline keeps the area; then the outline is simplified by up to one
// cell. Islands and holes under specks cells are left out of the outline, never
// out of the figures.
const (
	coverageSide = 2048
	specks       = 16
)

// coverage counts the valid pixels of each cell.
type coverage struct {
	grid          grid
	factor        int // pixels a side of a cell, a power of two
	width, height int // cells
	counts        []uint32
}

func newCoverage(g grid) *coverage {
	c := &coverage{grid: g, factor: 1}
	for max(g.width, g.height) > coverageSide*c.factor {
		c.factor *= 2
	}
	c.width, c.height = (g.width+c.factor-1)/c.factor, (g.height+c.factor-1)/c.factor
	c.counts = make([]uint32, c.width*c.height)
	return c
}

// add counts part of a row of the north-up picture and returns how many pixels
// of it are valid.
func (c *coverage) add(x, y int, valid []byte) int64 {
	row := c.counts[y/c.factor*c.width:]
	var n int64
	for i := 0; i < len(valid); {
		cell := (x + i) / c.factor
		end := min(len(valid), (cell+1)*c.factor-x)
		some := uint32(0)
		for _, v := range valid[i:end] {
			some += uint32(v >> 7) // 255 or 0
		}
		row[cell] += some
		n += int64(some)
		i = end
	}
	return n
}

// cells returns 1 for the covered cells and 0 for the others.
func (c *coverage) cells() []byte {
	cells, found := make([]byte, len(c.counts)), false
	for i, n := range c.counts {
		w := min(c.factor, c.grid.width-i%c.width*c.factor)
		h := min(c.factor, c.grid.height-i/c.width*c.factor)
		if int(n)*2 >= w*h {
			cells[i], found = 1, true
		}
	}
	if found {
		return cells
	}
	for i, n := range c.counts { // a thin scatter: rather too much than nothing
		if n > 0 {
			cells[i] = 1
		}
	}
	return cells
}

// footprint traces the outline in the CRS of the picture.
func (c *coverage) footprint(log *slog.Logger) (orb.MultiPolygon, error) {
	traced, err := c.trace(log)
	if err != nil {
		return nil, fmt.Errorf("raster: footprint: %w", err)
	}
	traced = withoutSpecks(traced) // still in cells
	raw, err := wkb.Marshal(traced)
	if err != nil {
		return nil, fmt.Errorf("raster: footprint: %w", err)
	}
	g, err := godal.NewGeometryFromWKB(raw, nil)
	if err != nil {
		return nil, fmt.Errorf("raster: footprint: %w", err)
	}
	defer g.Close()
	simple, err := c.simplify(g)
	if err != nil {
		return nil, fmt.Errorf("raster: footprint: %w", err)
	}
	return c.place(simple), nil
}

// trace turns cells into polygons, in cell coordinates, rows downward.
func (c *coverage) trace(log *slog.Logger) (orb.MultiPolygon, error) {
	handler := godal.ErrLogger(gdalLog(log))
	cells, err := godal.Create(godal.Memory, "", 1, godal.Byte, c.width, c.height, handler)
	if err != nil {
		return nil, err
	}
	defer func() { _ = cells.Close() }() // lives in memory only
	if err := cells.Write(0, 0, c.cells(), c.width, c.height, handler); err != nil {
		return nil, err
	}
	if err := cells.Bands()[0].SetNoData(0); err != nil { // not to be traced
		return nil, err
	}
	outlines, err := godal.CreateVector(godal.Memory, "", handler)
	if err != nil {
		return nil, err
	}
	defer func() { _ = outlines.Close() }() // lives in memory only
	layer, err := outlines.CreateLayer("outline", nil, godal.GTPolygon, handler)
	if err != nil {
		return nil, err
	}
	if err := cells.Bands()[0].Polygonize(layer, handler); err != nil {
		return nil, err
	}
	var all orb.MultiPolygon
	for f := layer.NextFeature(); f != nil; f = layer.NextFeature() {
		p, err := polygonOf(f)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

func polygonOf(f *godal.Feature) (orb.Polygon, error) {
	defer f.Close()
	g := f.Geometry()
	defer g.Close()
	shape, err := shapeOf(g)
	if err != nil {
		return nil, err
	}
	p, ok := shape.(orb.Polygon)
	if !ok {
		return nil, fmt.Errorf("outline is a %s", shape.GeoJSONType())
	}
	return p, nil
}

// shapeOf carries a geometry over from GDAL.
func shapeOf(g *godal.Geometry) (orb.Geometry, error) {
	raw, err := g.WKB()
	if err != nil {
		return nil, err
	}
	return wkb.Unmarshal(raw)
}

// withoutSpecks drops small islands and holes, but never the largest island.
func withoutSpecks(all orb.MultiPolygon) orb.MultiPolygon {
	var kept orb.MultiPolygon
	largest, size := -1, 0.0
	for i, p := range all {
		if a := math.Abs(planar.Area(p[0])); a > size {
			largest, size = i, a
		}
	}
	for i, p := range all {
		if i != largest && math.Abs(planar.Area(p[0])) < specks {
			continue
		}
		rings := orb.Polygon{p[0]}
		for _, hole := range p[1:] {
			if math.Abs(planar.Area(hole)) >= specks {
				rings = append(rings, hole)
			}
		}
		kept = append(kept, rings)
	}
	return kept
}

// simplify leaves out vertices within one cell of the line and mends what that
// made invalid. A picture of one or two cells is left as it is.
func (c *coverage) simplify(g *godal.Geometry) (orb.MultiPolygon, error) {
	simple, err := g.Simplify(1)
	if err != nil {
		return nil, err
	}
	defer func() { simple.Close() }()
	if !simple.Valid() || simple.Empty() || simple.Area() < g.Area()/2 {
		mended, err := simple.Buffer(0, 8)
		if err != nil {
			return nil, err
		}
		simple.Close()
		simple = mended
		if simple.Empty() || simple.Area() < g.Area()/2 {
			if mended, err = g.Buffer(0, 8); err != nil {
				return nil, err
			}
			simple.Close()
			simple = mended
		}
	}
	shape, err := shapeOf(simple)
	if err != nil {
		return nil, err
	}
	switch s := shape.(type) {
	case orb.Polygon:
		return orb.MultiPolygon{s}, nil
	case orb.MultiPolygon:
		return s, nil
	}
	return nil, fmt.Errorf("outline is a %s", shape.GeoJSONType())
}

// place turns cell coordinates into those of the CRS. Cells at the right and
// lower edge may reach past the picture; the outline does not.
func (c *coverage) place(cells orb.MultiPolygon) orb.MultiPolygon {
	placed := cells.Clone()
	for _, p := range placed {
		for i, ring := range p {
			for k, v := range ring {
				col := min(v[0]*float64(c.factor), float64(c.grid.width))
				row := min(v[1]*float64(c.factor), float64(c.grid.height))
				ring[k][0], ring[k][1] = c.grid.at(col, row)
			}
			want := orb.CCW
			if i > 0 {
				want = orb.CW
			}
			if ring.Orientation() != want {
				ring.Reverse()
			}
		}
	}
	return placed
}

// lonLatFootprint transforms an outline into degrees. Edges are cut so that
// none is longer than 1/64 of the picture: the straight edge on the globe then
// stays far within the tolerance of the outline.
func lonLatFootprint(outline orb.MultiPolygon, g grid, t *lonLatTransform) (orb.MultiPolygon, error) {
	longest := max(float64(g.width)*g.dx, float64(g.height)*g.dy) / 64
	moved := make(orb.MultiPolygon, len(outline))
	for i, p := range outline {
		for _, ring := range p {
			dense := densified(ring, longest)
			xs, ys := make([]float64, len(dense)), make([]float64, len(dense))
			for k, v := range dense {
				xs[k], ys[k] = v[0], v[1]
				if g.crs.geographic {
					xs[k], ys[k] = min(max(v[0], -180), 180), min(max(v[1], -90), 90)
				}
			}
			if err := t.apply(xs, ys); err != nil {
				return nil, err
			}
			for k := range dense {
				dense[k] = orb.Point{xs[k], ys[k]}
			}
			dense[len(dense)-1] = dense[0]
			moved[i] = append(moved[i], dense)
		}
	}
	return moved, nil
}

func densified(ring orb.Ring, longest float64) orb.Ring {
	var dense orb.Ring
	for i := range len(ring) - 1 {
		a, b := ring[i], ring[i+1]
		n := max(1, int(math.Ceil(planar.Distance(a, b)/longest)))
		for k := range n {
			f := float64(k) / float64(n)
			dense = append(dense, orb.Point{a[0] + f*(b[0]-a[0]), a[1] + f*(b[1]-a[1])})
		}
	}
	return append(dense, ring[0])
}
