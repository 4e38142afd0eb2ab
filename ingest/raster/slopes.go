package raster

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"slices"

	"github.com/airbusgeo/godal"
	"github.com/paulmach/orb"
)

// A GroundSlope says how steep a model of heights finds a ground.
type GroundSlope struct {
	// Factor is the mean over the covered cells of the area along the slope over
	// the plane one: 1 is level, √2 a slope of 45°. 0 if nothing is covered.
	Factor  float64
	Covered float64 // part of the cells in the ground that have a height, 0 to 1
	Cells   int     // in the ground
}

// slopeCells bounds the cells of the box around one ground.
const slopeCells = 4 << 20

// Slopes looks up grounds in the measuring COG of a model of heights that
// [Convert] made: polygons in the CRS of the model, even-odd. It uses one
// resolution for all of them, the finest in which no ground takes more than
// some four million cells, and returns the side of its cells in metres: the
// coarser the cells, the smaller the slopes. A cell belongs to a ground if its
// middle does; its slope is that of the central differences of its neighbours.
func Slopes(ctx context.Context, path string, metres float64, grounds []orb.MultiPolygon) (slopes []GroundSlope, cell float64, err error) {
	if err := Start(); err != nil {
		return nil, 0, err
	}
	if err := checkOwnFile(path); err != nil {
		return nil, 0, err
	}
	ds, err := godal.Open(path, godal.Drivers("GTiff"), godal.RasterOnly(), godal.ErrLogger(gdalLog(slog.Default())))
	if err != nil {
		return nil, 0, fmt.Errorf("raster: slopes of %s: %w", path, err)
	}
	defer func() { _ = ds.Close() }() // only read
	gt, err := ds.GeoTransform()
	if err != nil {
		return nil, 0, fmt.Errorf("raster: slopes of %s: %w", path, err)
	}
	m := heightModel{band: ds.Bands()[0], gt: gt, metres: metres}
	m.levels = append([]godal.Band{m.band}, m.band.Overviews()...)
	l := m.level(grounds)
	for _, g := range grounds {
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
		s, err := l.slope(g)
		if err != nil {
			return nil, 0, fmt.Errorf("raster: slopes of %s: %w", path, err)
		}
		slopes = append(slopes, s)
	}
	return slopes, (l.relief.dx + l.relief.dy) / 2, nil
}

// A heightModel is a measuring COG of one band of heights.
type heightModel struct {
	band   godal.Band
	levels []godal.Band // finest first
	gt     [6]float64
	metres float64 // a unit of the CRS
}

// A heightLevel is one resolution of it.
type heightLevel struct {
	band          godal.Band
	west, north   float64
	dx, dy        float64 // in the unit of the CRS
	width, height int
	relief        relief
}

func (m heightModel) at(k int) heightLevel {
	whole, st := m.band.Structure(), m.levels[k].Structure()
	l := heightLevel{
		band: m.levels[k], west: m.gt[0], north: m.gt[3], width: st.SizeX, height: st.SizeY,
		dx: m.gt[1] * math.Exp2(float64(k)), dy: -m.gt[5] * math.Exp2(float64(k)),
	}
	l.relief = relief{dx: l.dx * m.metres, dy: l.dy * m.metres, scale: whole.Scale, offset: whole.Offset}
	if l.relief.scale == 0 {
		l.relief.scale = 1
	}
	return l
}

// level is the finest that is not too fine for any ground.
func (m heightModel) level(grounds []orb.MultiPolygon) heightLevel {
	for k := range m.levels {
		l, fits := m.at(k), true
		for _, g := range grounds {
			w, ok := l.window(g.Bound())
			fits = fits && (!ok || w.w*w.h <= slopeCells)
		}
		if fits {
			return l
		}
	}
	return m.at(len(m.levels) - 1)
}

// window is the part of the level under a box, with a cell around it for the
// differences; not ok if they do not meet.
func (l heightLevel) window(b orb.Bound) (window, bool) {
	clamp := func(v float64, most int) int { return int(min(max(v, 0), float64(most))) }
	x0, x1 := clamp(math.Floor((b.Min[0]-l.west)/l.dx)-1, l.width), clamp(math.Ceil((b.Max[0]-l.west)/l.dx)+1, l.width)
	y0, y1 := clamp(math.Floor((l.north-b.Max[1])/l.dy)-1, l.height), clamp(math.Ceil((l.north-b.Min[1])/l.dy)+1, l.height)
	return window{x0, y0, x1 - x0, y1 - y0}, x1 > x0 && y1 > y0
}

func (l heightLevel) slope(ground orb.MultiPolygon) (s GroundSlope, err error) {
	b := ground.Bound()
	w, meets := l.window(b)
	rd := &reader{bands: []int{0}, show: []int{0}}
	if meets {
		rd.floats, rd.valid = make([]float64, w.w*w.h), make([]byte, w.w*w.h)
		if err := l.band.Read(w.x, w.y, rd.floats, w.w, w.h); err != nil {
			return s, err
		}
		if err := l.band.MaskBand().Read(w.x, w.y, rd.valid, w.w, w.h); err != nil {
			return s, err
		}
		for i, v := range rd.floats {
			if math.IsNaN(v) {
				rd.valid[i] = 0
			}
		}
	}
	// All rows of cells that the ground touches, also beside the model.
	first, last := int(math.Floor((l.north-b.Max[1])/l.dy)), int(math.Ceil((l.north-b.Min[1])/l.dy))
	edges := edgesOf(ground)
	sum, covered := 0.0, 0
	for row := first; row <= last; row++ {
		y := l.north - (float64(row)+0.5)*l.dy
		crossings := edges.at(y)
		for i := 0; i+1 < len(crossings); i += 2 {
			from, to := int(math.Ceil((crossings[i]-l.west)/l.dx-0.5)), int(math.Ceil((crossings[i+1]-l.west)/l.dx-0.5))
			s.Cells += to - from
			if row < w.y || row >= w.y+w.h {
				continue
			}
			for col := max(from, w.x); col < min(to, w.x+w.w); col++ {
				if rd.valid[(row-w.y)*w.w+col-w.x] == 0 {
					continue
				}
				east, north := l.relief.gradient(rd, w, col-w.x, row-w.y)
				sum += math.Sqrt(1 + east*east + north*north)
				covered++
			}
		}
	}
	if covered > 0 {
		s.Factor, s.Covered = sum/float64(covered), float64(covered)/float64(s.Cells)
	}
	return s, nil
}

// edges are the sides of all rings of a ground.
type edges [][2]orb.Point

func edgesOf(ground orb.MultiPolygon) (e edges) {
	for _, p := range ground {
		for _, ring := range p {
			for i := 1; i < len(ring); i++ {
				e = append(e, [2]orb.Point{ring[i-1], ring[i]})
			}
		}
	}
	return e
}

// at returns where a parallel to the x axis goes in and out, in order.
func (e edges) at(y float64) (xs []float64) {
	for _, s := range e {
		a, b := s[0], s[1]
		if (a[1] <= y) != (b[1] <= y) {
			xs = append(xs, a[0]+(y-a[1])/(b[1]-a[1])*(b[0]-a[0]))
		}
	}
	slices.Sort(xs)
	return xs
}
