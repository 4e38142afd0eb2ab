package overlay

// holds says whether claim b of the pair covers vertex v of claim a once a is
// nudged. It casts a ray to the east and counts the edges of b that it meets;
// a run of edges wholly to the east counts by its two ends.
func (p *pairing) holds(v int32) bool {
	at := p.la.at(p.a, v)
	return covers(p.lb, p.b, p.d, at, p.n, p.wide)
}

// held is holds with the roles of a and b exchanged.
func (p *pairing) held(v int32) bool {
	at := p.lb.at(p.b, v)
	at = Point{at.X + p.d.X, at.Y + p.d.Y}
	return covers(p.la, p.a, Point{}, at, -p.n, p.wide)
}

// covers says whether shape s, whose corner lies at d in the frame, covers the
// place at of the frame nudged by n.
func covers(l *Layer, s *shape, d, at Point, n nudge, wide bool) bool {
	frame := Box{
		Point{d.X, d.Y},
		Point{d.X + s.box.Max.X - s.box.Min.X, d.Y + s.box.Max.Y - s.box.Min.Y},
	}
	if !frame.Contains(at) {
		return false
	}
	inside := false
	runs := l.runsOf(s)
	for k := 0; k < len(runs); k++ {
		if s.nGroup > 0 && k%groupLength == 0 {
			b := l.groups[s.group+k/groupLength].in(s, d)
			if b.Min.Y > at.Y || b.Max.Y < at.Y || b.Max.X < at.X {
				k += groupLength - 1 // the loop adds the last one
				continue
			}
		}
		r := &runs[k]
		b := r.box.in(s, d)
		switch {
		case b.Min.Y > at.Y || b.Max.Y < at.Y || b.Max.X < at.X:
		case b.Min.X > at.X:
			if above(l.at(s, r.first), d, at, n) != above(l.at(s, r.last), d, at, n) {
				inside = !inside
			}
		default:
			if oddEast(l, s, r, d, at, n, wide) {
				inside = !inside
			}
		}
	}
	return inside
}

// above says whether vertex v of a shape with corner d lies above the nudged
// place; a nudge of +1 lifts the place over vertices of its own height.
func above(v, d, at Point, n nudge) bool {
	if y := v.Y + d.Y; y != at.Y {
		return y > at.Y
	}
	return n < 0
}

// oddEast says whether an odd number of edges of r pass east of the place.
func oddEast(l *Layer, s *shape, r *run, d, at Point, n nudge, wide bool) bool {
	odd := false
	p := l.at(s, r.first)
	up := above(p, d, at, n)
	for v := r.first + 1; v <= r.last; v++ {
		q := l.at(s, v)
		if next := above(q, d, at, n); next != up {
			fx, fy := q.X-p.X, q.Y-p.Y
			side := turn(wide, fx, fy, at.X-d.X-p.X, at.Y-d.Y-p.Y)
			if side == 0 {
				side = n.off(fx, fy)
			}
			if (side > 0) == next { // left of an upward edge, right of a downward one
				odd = !odd
			}
			up = next
		}
		p = q
	}
	return odd
}
