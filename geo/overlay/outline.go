package overlay

import (
	"context"
	"slices"
)

// An outliner draws faces whose pieces are all clear: it follows them from
// crossing to crossing. At a crossing a face has one corner at most, since of the
// four sets round it no two are the same; so the piece that goes on from there is
// the only one of the face that does, whatever is drawn elsewhere. A face
// that it cannot draw is left to the general way, with the same outcome to the bit
// wherever both can and that need not snap round.
type outliner struct {
	d      *drawing
	sides  []faceSide
	points []Point
	rings  []outlineRing
	arena  groundArena
}

// A faceSide is a piece as seen from a face on one side of it: in its direction
// with the face on the left, or backward.
type faceSide struct {
	piece    int32
	backward bool
}

// outlineRing is a ring of points first … last−1, and its least corner.
type outlineRing struct {
	first, last, least int32
	hole               bool
}

// drawClear draws all faces that are clear, and keeps the pieces of the others.
func (d *drawing) drawClear(ctx context.Context, o *Options) error {
	d.unclear = make([]bool, len(d.faces))
	sides := make([]owned[faceSide], 0, 2*len(d.pieces))
	for i := range d.pieces {
		p := &d.pieces[i]
		if p.left >= 0 {
			sides = append(sides, owned[faceSide]{p.left, faceSide{int32(i), false}})
			d.unclear[p.left] = d.unclear[p.left] || !p.clear
		}
		if p.right >= 0 {
			sides = append(sides, owned[faceSide]{p.right, faceSide{int32(i), true}})
			d.unclear[p.right] = d.unclear[p.right] || !p.clear
		}
	}
	byFace := groupByOwner([][]owned[faceSide]{sides}, len(d.faces))
	outliners := make([]outliner, o.workers())
	err := spread(ctx, len(d.faces), o.at(stageOutline, d.l.Len()), func(w, face int) {
		if sides := byFace.of(int32(face)); len(sides) > 0 && !d.unclear[face] {
			t := &outliners[w]
			t.d, t.sides = d, sides
			ground, ok := t.outline()
			d.faces[face].Ground = ground
			d.unclear[face] = !ok
		}
	})
	if err != nil {
		return err
	}
	for i := range d.pieces {
		p := &d.pieces[i]
		p.left, p.right = d.ifUnclear(p.left), d.ifUnclear(p.right)
	}
	d.pieces = slices.DeleteFunc(d.pieces, func(p piece) bool { return p.left == p.right })
	return nil
}

// ifUnclear returns the face if it is left to the general way, else nobody.
func (d *drawing) ifUnclear(face int32) int32 {
	if face >= 0 && d.unclear[face] {
		return face
	}
	return nobody
}

// outline returns the ground of the face whose sides were taken, if it can tell.
func (t *outliner) outline() (MultiPolygon, bool) {
	t.points, t.rings = t.points[:0], t.rings[:0]
	for len(t.sides) > 0 {
		if !t.follow() {
			return nil, false
		}
	}
	shells := 0
	for k := range t.rings {
		if !t.rings[k].hole {
			shells++
		}
	}
	if shells != 1 && shells < len(t.rings) {
		return nil, false // which hole is in which shell?
	}
	slices.SortFunc(t.rings, func(x, y outlineRing) int {
		if x.hole != y.hole {
			if y.hole {
				return -1
			}
			return 1
		}
		return comparePoints(t.points[x.least], t.points[y.least])
	})
	m := t.arena.polygons(shells)
	for k := range m {
		n := 1
		if shells == 1 {
			n = len(t.rings)
		}
		m[k] = t.arena.polygon(n)
		for i := range m[k] {
			r := &t.rings[k+i]
			ring := t.arena.ring(int(r.last-r.first) + 1)
			n := copy(ring, t.points[r.least:r.last])
			copy(ring[n:], t.points[r.first:r.least+1])
			m[k][i] = ring
		}
	}
	return m, true
}

func (t *outliner) ends(s faceSide) (from, to Point) {
	p := &t.d.pieces[s.piece]
	if s.backward {
		return p.to.at, p.from.at
	}
	return p.from.at, p.to.at
}

// follow takes one ring, of the sides that are left.
func (t *outliner) follow() bool {
	first := int32(len(t.points))
	begin, end := t.ends(t.sides[0])
	next := 0
	for {
		t.take(t.sides[next])
		last := len(t.sides) - 1
		t.sides[next] = t.sides[last]
		t.sides = t.sides[:last]
		if end == begin {
			break
		}
		next = -1
		var until Point
		for i := range t.sides {
			if from, to := t.ends(t.sides[i]); from == end {
				next, until = i, to
				break
			}
		}
		if next < 0 {
			return false // a claim crosses itself
		}
		end = until
	}
	last := int32(len(t.points))
	r := outlineRing{first: first, last: last, least: first}
	least := t.points[first]
	for i, p := range t.points[first:last] {
		if p.X < least.X || p.X == least.X && p.Y < least.Y {
			least, r.least = p, first+int32(i)
		}
	}
	before, after := r.least-1, r.least+1
	if before < first {
		before = last - 1
	}
	if after == last {
		after = first
	}
	r.hole = !leftAt(t.points[before], least, t.points[after])
	t.rings = append(t.rings, r)
	return true
}

// take appends the points of a side but the last, the corners of claims as they
// are and crossings rounded to the grid.
func (t *outliner) take(side faceSide) {
	p := &t.d.pieces[side.piece]
	l, s := t.d.l, p.s
	corner := s.box.Min
	from, to := roundToGrid(p.from.at), roundToGrid(p.to.at)
	// Corners that lie between: a piece that begins or ends at a corner has it as
	// its end, where the ring of the claim begins.
	v, end := p.from.edge+1, p.to.edge+1
	if end > v && l.onSubgrid(s, p.to.edge) == p.to.at {
		end--
	}
	n := len(t.points)
	t.points = slices.Grow(t.points, int(end-v)+1)[:n+max(int(end-v), 0)+1]
	out := t.points[n:]
	if side.backward {
		out[0] = to
		for i, k := 1, end-1; k >= v; i, k = i+1, k-1 {
			q := l.near[s.vertex+int(k)]
			out[i] = Point{corner.X + int64(q.x), corner.Y + int64(q.y)}
		}
		return
	}
	out[0] = from
	for i, q := range l.near[s.vertex+int(v) : s.vertex+int(end)] {
		out[i+1] = Point{corner.X + int64(q.x), corner.Y + int64(q.y)}
	}
}
