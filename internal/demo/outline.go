package demo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

// corners are the steps from a cell's centre to its corners, counter-clockwise
// from the south-east one.
var corners = [6]lattice{{1, -1}, {1, 1}, {0, 2}, {-1, 1}, {-1, -1}, {0, -2}}

// across are the steps from a cell's centre to the neighbour beyond the side
// that starts at the corner of the same number.
var across = [6]lattice{{2, 0}, {1, 3}, {-1, 3}, {-2, 0}, {-1, -3}, {1, -3}}

// outline returns the ground of the cells that are in, without the borders
// between them. The same side of a cell has the same corners whoever asks.
func (h *honeycomb) outline(in func(cell int) bool) orb.MultiPolygon {
	next := map[lattice]lattice{} // corner after a corner, ground to the left
	var starts []lattice
	for c, at := range h.cells {
		if !in(c) {
			continue
		}
		for k, step := range across {
			beyond, ok := h.index[lattice{at.x + step.x, at.y + step.y}]
			if ok && in(beyond) {
				continue
			}
			from := lattice{at.x + corners[k].x, at.y + corners[k].y}
			to := corners[(k+1)%6]
			next[from] = lattice{at.x + to.x, at.y + to.y}
			starts = append(starts, from)
		}
	}
	var outer, holes []orb.Ring
	for _, start := range starts {
		if _, ok := next[start]; !ok {
			continue // already walked
		}
		ring := h.walkRound(next, start)
		if planar.Area(ring) > 0 && ring.Orientation() == orb.CCW {
			outer = append(outer, ring)
		} else {
			holes = append(holes, ring)
		}
	}
	return assembled(outer, holes)
}

// walkRound takes one ring out of next.
func (h *honeycomb) walkRound(next map[lattice]lattice, start lattice) orb.Ring {
	var ring orb.Ring
	for from := start; ; {
		to, ok := next[from]
		if !ok {
			break
		}
		delete(next, from)
		ring = append(ring, h.side(from, to)...)
		from = to
	}
	return append(ring, ring[0])
}

// assembled puts each hole into the outer ring that contains it. Largest
// ground comes first.
func assembled(outer, holes []orb.Ring) orb.MultiPolygon {
	slices.SortStableFunc(outer, func(a, b orb.Ring) int {
		return int(math.Copysign(1, planar.Area(b)-planar.Area(a)))
	})
	ground := make(orb.MultiPolygon, len(outer))
	for i, ring := range outer {
		ground[i] = orb.Polygon{ring}
		for _, hole := range holes {
			if planar.RingContains(ring, hole[0]) {
				ground[i] = append(ground[i], hole)
			}
		}
	}
	return ground
}

// side returns the line from one corner to the next, the last corner left out.
// Sides are drawn in one direction and reversed for the other neighbour.
func (h *honeycomb) side(from, to lattice) []orb.Point {
	backwards := to.y < from.y || to.y == from.y && to.x < from.x
	if backwards {
		from, to = to, from
	}
	line := []orb.Point{h.corner(from)}
	if from == (lattice{0, -1}) && to == (lattice{0, 1}) {
		line = append(line, countyLine()...)
	} else {
		line = append(line, h.wind(from, to)...)
	}
	line = append(line, h.corner(to))
	if backwards {
		slices.Reverse(line)
	}
	return line[:len(line)-1]
}

// corner returns where a corner really lies: off its lattice place by up to a
// fifth of a side.
func (h *honeycomb) corner(l lattice) orb.Point {
	p := l.plain()
	if l.x != 0 || max(l.y, -l.y) > 1 { // the county line's ends stay put
		p[0] += float64(0.28 * edge * h.jitter.corner(l.x, l.y))
		p[1] += float64(0.28 * edge * (h.jitter+1).corner(l.x, l.y))
	}
	return onGrid(orb.Point{p[0] / squeeze, p[1]})
}

// wind returns three points between two corners that make the side look like a
// line in the hills rather than a ruler's.
func (h *honeycomb) wind(from, to lattice) []orb.Point {
	a, b := h.corner(from), h.corner(to)
	bend := func(p, q orb.Point, stream field, most float64) orb.Point {
		off := float64(most * (h.jitter+stream).corner(from.x+to.x, from.y+to.y))
		dx, dy := q[0]-p[0], q[1]-p[1]
		return onGrid(orb.Point{(p[0]+q[0])/2 - float64(off*dy), (p[1]+q[1])/2 + float64(off*dx)})
	}
	middle := bend(a, b, 2, 0.13)
	return []orb.Point{bend(a, middle, 3, 0.16), middle, bend(middle, b, 4, 0.16)}
}

// countyLine is the border through the disputed ground: the old stream, from
// south to north, over the length of the frame.
func countyLine() (line []orb.Point) {
	for y := 0.0; y <= frameSide; y += 40 {
		line = append(line, onGrid(lonLatAt(streamAt(y), y)))
	}
	return line
}

// onGrid rounds a position to 1e-6 degrees, about 0.1 m.
func onGrid(p orb.Point) orb.Point {
	return orb.Point{math.Round(p[0]*1e6) / 1e6, math.Round(p[1]*1e6) / 1e6}
}
