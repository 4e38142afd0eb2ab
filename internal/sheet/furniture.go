package sheet

import (
	"math"

	"codeberg.org/go-pdf/fpdf"
	"github.com/paulmach/orb"
)

// gridStep returns the distance in metres between grid lines: a round number
// that puts them 30 to 75 mm apart.
func (w window) gridStep() float64 {
	for power := 1.0; ; power *= 10 {
		for _, m := range []float64{1, 2, 5} {
			if step := m * power; step*w.perMetre() >= 30 {
				return step
			}
		}
	}
}

// gridLines calls x for each grid easting and y for each grid northing on the
// map, with the place on the page.
func (w window) gridLines(x, y func(at, value float64)) {
	b, step := w.bounds(), w.gridStep()
	for v := math.Ceil(b.Min[0]/step) * step; v <= b.Max[0]; v += step {
		x(w.page(orb.Point{v, 0})[0], v)
	}
	for v := math.Ceil(b.Min[1]/step) * step; v <= b.Max[1]; v += step {
		y(w.page(orb.Point{0, v})[1], v)
	}
}

// grid draws small crosses where grid lines meet, and ticks along the edge.
func (d *drawing) grid() {
	var xs, ys []float64
	d.window.gridLines(func(at, _ float64) { xs = append(xs, at) }, func(at, _ float64) { ys = append(ys, at) })
	ink := pale
	if d.Picture != nil {
		ink = white
	}
	for _, x := range xs {
		for _, y := range ys {
			d.line(x-2, y, x+2, y, ink, fine)
			d.line(x, y-2, x, y+2, ink, fine)
		}
	}
}

// gridValues writes northings (X) beside the map and eastings (Y) above and
// below it, outside the neat line.
func (d *drawing) gridValues() {
	st := style{size: 5.2, ink: grey, align: center}
	free := func(at, low, high float64) bool { return at > low && at < high }
	const end, axisName = 9.0, 17.4 // kept free at the ends, and where the axis is named
	d.window.gridLines(func(x, v float64) {
		for _, edge := range [][2]float64{{mapBox.y0, -1}, {mapBox.y1, 1}} {
			d.line(x, edge[0], x, edge[0]+edge[1]*1.3, black, fine)
		}
		if free(x, mapBox.x0+end, mapBox.x1-end) {
			d.text(x, mapBox.y0-1.8, grouped(v, 0), st)
		}
		if free(x, mapBox.x0+end, mapBox.x1-axisName) {
			d.text(x, mapBox.y1+3.4, grouped(v, 0), st)
		}
	}, func(y, v float64) {
		for _, edge := range [][2]float64{{mapBox.x0, -1}, {mapBox.x1, 1}} {
			d.line(edge[0], y, edge[0]+edge[1]*1.3, y, black, fine)
		}
		if free(y, mapBox.y0+axisName, mapBox.y1-end) {
			d.upright(mapBox.x0-1.8, y, grouped(v, 0), st)
		}
		if free(y, mapBox.y0+end, mapBox.y1-end) {
			d.upright(mapBox.x1+3.2, y, grouped(v, 0), st)
		}
	})
	axis := style{size: 5.2, ink: black, align: center}
	d.text(mapBox.x1-6.5, mapBox.y1+3.4, "Y 东 E →", axis)
	d.upright(mapBox.x0-1.8, mapBox.y0+6.5, "X 北 N →", axis)
}

// upright writes s from bottom to top, centred on y.
func (d *drawing) upright(x, y float64, s string, st style) {
	d.pdf.TransformBegin()
	d.pdf.TransformRotate(90, x, y)
	d.text(x, y, s, st)
	d.pdf.TransformEnd()
}

// Furniture stands on the map in the corners with least ground under it.
const (
	arrowWidth, arrowHeight = 11.0, 19.0
	barHeight               = 11.0

	overviewWidth, overviewHeight = 38.0, 30.0
)

// furnish chooses where north arrow and scale bar stand, so that labels keep
// away from them.
func (d *drawing) furnish() {
	for _, c := range d.Claims {
		for _, p := range c.Ground {
			for _, ring := range d.window.polygon(p) {
				d.labels.avoid(ring)
			}
		}
	}
	d.arrowBox = d.corner(arrowWidth, arrowHeight, mapBox)
	d.labels.take(d.arrowBox)
	_, width := d.window.bar()
	d.barBox = d.corner(width+14, barHeight, mapBox)
	d.labels.take(d.barBox)
	if width, height := d.noteArea(); width > 0 {
		d.noteBox = d.corner(width, height, mapBox)
		d.labels.take(d.noteBox)
	}
	if d.window.near {
		d.overviewBox = d.corner(overviewWidth, overviewHeight, mapBox)
		d.labels.take(d.overviewBox)
	}
	d.labels.lines = nil // claims are entered again as they are drawn
}

// corner returns the best corner of area for a box: free of other boxes, with
// the least lines in it.
func (d *drawing) corner(width, height float64, area rect) rect {
	a := area.inset(2)
	best, found := math.Inf(1), rect{}
	for _, box := range []rect{
		{a.x1 - width, a.y0, a.x1, a.y0 + height},
		{a.x0, a.y1 - height, a.x0 + width, a.y1},
		{a.x1 - width, a.y1 - height, a.x1, a.y1},
		{a.x0, a.y0, a.x0 + width, a.y0 + height},
	} {
		if cost := d.labels.cost(box, box.center(), false); cost < best {
			best, found = cost, box
		}
	}
	return found
}

func (d *drawing) drawFurniture() {
	d.northArrow(d.arrowBox)
	d.scaleBar(d.barBox)
	d.photoPlate()
	if d.window.near {
		d.overview(d.overviewBox)
	}
}

// overview shows all claims and where the map lies in them.
func (d *drawing) overview(box rect) {
	d.fillRect(box, white)
	d.strokeRect(box, black, fine)
	all, _ := d.claimed()
	inner := rect{box.x0 + 1.5, box.y0 + 4, box.x1 - 1.5, box.y1 - 1.5}
	shrink := min(inner.width()/(all.Max[0]-all.Min[0]), inner.height()/(all.Max[1]-all.Min[1]))
	place := func(p orb.Point) orb.Point {
		c, m := inner.center(), all.Center()
		return orb.Point{c[0] + (p[0]-m[0])*shrink, c[1] - (p[1]-m[1])*shrink}
	}
	for _, c := range d.Claims {
		d.ink(sideOf(c.Party.Side).ink, medium)
		for _, polygon := range c.Ground {
			small := make(orb.Polygon, len(polygon))
			for i, ring := range polygon {
				for _, v := range ring {
					small[i] = append(small[i], place(v))
				}
			}
			d.shape(small, "D")
		}
	}
	b := d.window.bounds()
	from, to := place(orb.Point{b.Min[0], b.Max[1]}), place(orb.Point{b.Max[0], b.Min[1]})
	d.strokeRect(rect{from[0], from[1], to[0], to[1]}, black, claimLine)
	d.text(box.x0+1.5, box.y0+2.7, "全部主张 All claims", style{size: 5.2, ink: black})
}

// northArrow points to grid north, which is what the map is drawn to.
func (d *drawing) northArrow(box rect) {
	d.backing(box)
	x, top, bottom := box.center()[0], box.y0+4.6, box.y1-5.2
	tip, foot := fpdf.PointType{X: x, Y: top}, fpdf.PointType{X: x, Y: bottom - 2.2}
	d.ink(black, fine)
	d.pdf.SetFillColor(black.r, black.g, black.b)
	d.pdf.Polygon([]fpdf.PointType{tip, {X: x - 2.3, Y: bottom}, foot}, "FD")
	d.pdf.SetFillColor(white.r, white.g, white.b)
	d.pdf.Polygon([]fpdf.PointType{tip, {X: x + 2.3, Y: bottom}, foot}, "FD")
	d.text(x, box.y0+3.8, "北 N", style{size: 7.5, ink: black, align: center, bold: true})
	d.text(x, box.y1-2.9, "坐标北", style{size: 4.8, ink: grey, align: center})
	d.text(x, box.y1-0.9, "grid north", style{size: 4.4, ink: grey, align: center})
}

// bar returns the length of the scale bar in metres, a round number, and in
// millimetres on paper, at most 50.
func (w window) bar() (metres, mm float64) {
	for power := 1e7; ; power /= 10 {
		for _, m := range []float64{4, 2, 1} { // four or two equal parts are round too
			if mm := m * power * w.perMetre(); mm <= 50 {
				return m * power, mm
			}
		}
	}
}

func (d *drawing) scaleBar(box rect) {
	d.backing(box)
	metres, width := d.window.bar()
	x, y := box.x0+5, box.y0+6.4
	const parts = 4
	for i := range parts {
		part := rect{x + width*float64(i)/parts, y, x + width*float64(i+1)/parts, y + 1.3}
		d.fillRect(part, []rgb{black, white}[i%2])
	}
	d.strokeRect(rect{x, y, x + width, y + 1.3}, black, fine)
	st := style{size: 5.4, ink: black, align: center}
	for i := range parts/2 + 1 {
		v := metres * float64(i) / 2
		label := grouped(v, decimalsOf(v))
		if i == parts/2 {
			label += " m"
		}
		d.text(x+width*float64(i)/2, y+3.4, label, st)
	}
	d.text(box.center()[0], box.y0+4.2, "1:"+grouped(float64(d.window.scale), 0), style{size: 9, ink: black, align: center, bold: true})
}

func decimalsOf(v float64) int {
	if v == math.Trunc(v) {
		return 0
	}
	return 1
}

// backing lightens what lies under furniture.
func (d *drawing) backing(box rect) {
	d.faded(0.86, func() { d.fillRect(box, white) })
}
