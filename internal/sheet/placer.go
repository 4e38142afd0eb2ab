package sheet

import (
	"math"

	"github.com/paulmach/orb"
)

// A placer finds room for labels on the map. It remembers what is taken.
type placer struct {
	within rect
	boxes  []rect
	lines  []stroke
}

func (p *placer) take(box rect) { p.boxes = append(p.boxes, box) }

func (p *placer) avoid(ring orb.Ring) {
	for i := 0; i+1 < len(ring); i++ {
		if s := (stroke{ring[i], ring[i+1]}); meets(s, p.within) {
			p.lines = append(p.lines, s)
		}
	}
}

func (p *placer) taken(box rect) bool {
	for _, b := range p.boxes {
		if b.overlaps(box) {
			return true
		}
	}
	return false
}

// crossed reports whether a claim line runs through box.
func (p *placer) crossed(box rect) bool {
	for _, l := range p.lines {
		if meets(l, box) {
			return true
		}
	}
	return false
}

// room returns how far the nearest line or label is from at.
func (p *placer) room(at orb.Point) float64 {
	best := math.Inf(1)
	for _, l := range p.lines {
		best = min(best, distance(at, l[0], l[1]))
	}
	for _, b := range p.boxes {
		n := nearest(b, at)
		best = min(best, math.Hypot(n[0]-at[0], n[1]-at[1]))
	}
	return best
}

// place takes the best box of the given size near at: close, inside the map, on
// nothing else, and if possible not across a claim line. The nearer edge of the
// box is between gap and reach millimetres from at. If everything is taken,
// the least bad place is used: a label that covers another one is better than
// ground without a number.
func (p *placer) place(at orb.Point, width, height, gap, reach float64, leader bool) rect {
	best, found := math.Inf(1), around(at, width, height)
	near := p.near(around(at, 2*(reach+width), 2*(reach+height)))
	for d := gap; d <= reach; d += max(0.6, d/5) {
		for k := range 24 {
			angle := 2 * math.Pi * float64(k) / 24
			c := orb.Point{at[0] + (d+width/2)*math.Cos(angle), at[1] + (d+height/2)*math.Sin(angle)}
			box := around(c, width, height)
			if !p.within.contains(box) {
				continue
			}
			if cost := d + near.cost(box, at, leader); cost < best {
				best, found = cost, box
			}
		}
		if best < d { // nothing farther out can be better
			break
		}
	}
	p.take(found)
	return found
}

// near is p as far as it concerns labels inside box.
func (p *placer) near(box rect) *placer {
	n := &placer{within: p.within}
	for _, b := range p.boxes {
		if b.overlaps(box) {
			n.boxes = append(n.boxes, b)
		}
	}
	for _, l := range p.lines {
		if meets(l, box) {
			n.lines = append(n.lines, l)
		}
	}
	return n
}

func (p *placer) cost(box rect, at orb.Point, leader bool) float64 {
	var cost float64
	for _, b := range p.boxes {
		if b.overlaps(box) {
			cost += 200
		}
	}
	for _, l := range p.lines {
		if meets(l, box) {
			cost += 6
		}
	}
	if leader {
		n := nearest(box, at)
		for _, b := range p.boxes {
			if meets(stroke{at, n}, b.inset(0.2)) {
				cost += 12
			}
		}
	}
	return cost
}

// meets reports whether a stroke touches a box (Liang and Barsky's clipping).
func meets(s stroke, box rect) bool {
	t0, t1 := 0.0, 1.0
	dx, dy := s[1][0]-s[0][0], s[1][1]-s[0][1]
	for _, side := range [4][2]float64{
		{-dx, s[0][0] - box.x0}, {dx, box.x1 - s[0][0]}, {-dy, s[0][1] - box.y0}, {dy, box.y1 - s[0][1]},
	} {
		switch p, q := side[0], side[1]; {
		case p == 0 && q < 0:
			return false
		case p < 0:
			t0 = max(t0, q/p)
		case p > 0:
			t1 = min(t1, q/p)
		}
	}
	return t0 <= t1
}
