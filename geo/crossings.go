package geo

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"
)

// A Meeting says how a line meets itself.
type Meeting string

// The meetings.
const (
	Crosses  Meeting = "crosses"  // two edges cut each other between their ends
	Touches  Meeting = "touches"  // a vertex lies on another part of the line, whether or not the line passes through there
	Overlaps Meeting = "overlaps" // two edges share a stretch
	Spike    Meeting = "spike"    // the line turns at a vertex and runs back over the edge it came by
)

// A Crossing is a place where a line meets itself.
type Crossing struct {
	Meeting Meeting
	At      orb.Point // on the 0.1 mm grid; of an overlap the end met first, of a spike its tip
	To      orb.Point // other end of the stretch of an overlap or spike; else At
	First   int       // index of the vertex that begins the earlier edge
	Second  int       // index of the vertex that begins the later edge; First < Second
}

// SelfCrossings returns every place where line meets itself, in the order in
// which somebody walking the line comes to it for the first time.
//
// The line is snapped to the 0.1 mm grid first; repeated points count once, and
// a line that ends where it began is closed: its last edge and its first are
// neighbours, as are any two edges with one vertex between them. What neighbours
// share is a meeting only when the line runs back (a spike). Each pair of
// passages over a place is reported once: when the line comes through a vertex
// twice that is one touch, not the four pairs of edges that end there, and a
// stretch walked twice is one overlap for each pair of edges, without the touches
// at its ends. Three passages through one point are three pairs.
//
// The predicates are exact. The order depends on nothing but the line. Time is
// O((n + k)·log n) for n points and k meetings on lines that wander over ground;
// after 10^6 meetings or about a second of work the error is [ErrTangled]. A point
// that is no position gives a [*RingFault]. A line of fewer than three different
// points cannot meet itself.
func SelfCrossings(line orb.LineString) ([]Crossing, error) {
	edges, fault := edgesOf(line)
	if fault != nil {
		return nil, fault
	}
	return crossingsOf(edges)
}

// edgesOf returns the edges of line on the grid without those of no length. The
// fault is a point that is no position.
func edgesOf(line orb.LineString) ([]edge, *RingFault) {
	edges := make([]edge, 0, len(line))
	for i, p := range line {
		if !usable(p) {
			return nil, &RingFault{Rule: RingUnusable, At: p, Vertex: i}
		}
		if i == 0 {
			continue
		}
		if a, b := nodeOf(line[i-1]), nodeOf(p); a != b {
			edges = append(edges, edge{a, b, i - 1})
		}
	}
	return edges, nil
}

// A meet is a crossing while it is still on the grid.
type meet struct {
	meeting Meeting
	at, to  node
	e, f    int // the edges, the earlier first
}

// A position is a place on the line: the vertex where edge begins, or a point
// inside the edge.
type position struct {
	edge   int
	vertex bool
}

func crossingsOf(edges []edge) ([]Crossing, error) {
	var meets []meet
	n := len(edges)
	closed := n > 1 && edges[n-1].b == edges[0].a
	err := eachPair(edges, func(i, j int) error {
		var m meet
		var ok bool
		switch {
		case j == i+1:
			m, ok = spike(edges[i], edges[j], i, j)
		case closed && i == 0 && j == n-1:
			m, ok = spike(edges[j], edges[i], i, j)
		default:
			m, ok = meetOf(edges[i], edges[j], i, j)
		}
		if !ok {
			return nil
		}
		if meets = append(meets, m); len(meets) > 2*maxMeetings {
			return ErrTangled
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(meets, func(p, q meet) int { return alongLine(edges, p, q) })
	meets = once(edges, closed, meets)
	if len(meets) > maxMeetings {
		return nil, ErrTangled
	}
	out := make([]Crossing, len(meets))
	for i, m := range meets {
		out[i] = Crossing{m.meeting, m.at.point(), m.to.point(), edges[m.e].from, edges[m.f].from}
	}
	return out, nil
}

// spike returns how edge p, which ends where q begins, is run back over by q.
func spike(p, q edge, i, j int) (meet, bool) {
	if side(p.a, p.b, q.b) != 0 || ahead(p.a, p.b, q.a, q.b) > 0 {
		return meet{}, false
	}
	to := q.b
	if nearer(p.b, p.a, q.b) {
		to = p.a
	}
	return meet{Spike, p.b, to, i, j}, true
}

// nearer says whether p is nearer to o than q, all three being on one line.
func nearer(o, p, q node) bool {
	return abs(p.x-o.x)+abs(p.y-o.y) < abs(q.x-o.x)+abs(q.y-o.y)
}

func abs(v int64) int64 { return max(v, -v) }

// meetOf returns how two edges that are not neighbours meet.
func meetOf(p, q edge, i, j int) (meet, bool) {
	m := meet{e: i, f: j}
	a, b := side(p.a, p.b, q.a), side(p.a, p.b, q.b)
	if a*b > 0 {
		return m, false
	}
	c, d := side(q.a, q.b, p.a), side(q.a, q.b, p.b)
	if c*d > 0 {
		return m, false
	}
	if a == 0 && b == 0 {
		return m.collinear(p, q)
	}
	switch {
	case a*b < 0 && c*d < 0:
		m.meeting, m.at = Crosses, crossing(p.a, p.b, q.a, q.b)
	case a == 0:
		m.meeting, m.at = Touches, q.a
	case b == 0:
		m.meeting, m.at = Touches, q.b
	case c == 0:
		m.meeting, m.at = Touches, p.a
	default:
		m.meeting, m.at = Touches, p.b
	}
	m.to = m.at
	return m, true
}

// collinear finishes m for two edges on one line.
func (m meet) collinear(p, q edge) (meet, bool) {
	lo, hi := q.a, q.b // in the direction of p
	if ahead(p.a, p.b, q.a, q.b) < 0 {
		lo, hi = hi, lo
	}
	start, end := p.a, p.b
	if ahead(p.a, p.b, start, lo) > 0 {
		start = lo
	}
	if ahead(p.a, p.b, end, hi) < 0 {
		end = hi
	}
	switch {
	case start == end:
		m.meeting = Touches
	case ahead(p.a, p.b, start, end) > 0:
		m.meeting = Overlaps
	default:
		return m, false
	}
	m.at, m.to = start, end
	return m, true
}

// positionOf names the place at on edge e so that the end of one edge and the
// beginning of the next have one name.
func positionOf(edges []edge, closed bool, e int, at node) position {
	switch {
	case at == edges[e].a:
		return position{e, true}
	case at != edges[e].b:
		return position{e, false}
	case e+1 < len(edges):
		return position{e + 1, true}
	case closed:
		return position{0, true}
	}
	return position{e + 1, true} // the end of an open line
}

// A passages value names two passages of the line over one place, the earlier first.
type passages struct {
	at       node
	one, two position
}

func passagesOf(edges []edge, closed bool, at node, e, f int) passages {
	p, q := positionOf(edges, closed, e, at), positionOf(edges, closed, f, at)
	if cmp.Or(cmp.Compare(p.edge, q.edge), compareBool(q.vertex, p.vertex)) > 0 {
		p, q = q, p
	}
	return passages{at, p, q}
}

// once drops meetings that name the same two passages over the same place. A
// touch at the end of an overlap or a spike is part of that.
func once(edges []edge, closed bool, meets []meet) []meet {
	named := make(map[passages]bool, len(meets))
	for _, m := range meets {
		if m.meeting == Overlaps || m.meeting == Spike {
			named[passagesOf(edges, closed, m.at, m.e, m.f)] = true
			named[passagesOf(edges, closed, m.to, m.e, m.f)] = true
		}
	}
	return slices.DeleteFunc(meets, func(m meet) bool {
		if m.meeting != Touches && m.meeting != Crosses {
			return false
		}
		key := passagesOf(edges, closed, m.at, m.e, m.f)
		again := named[key]
		named[key] = true
		return again
	})
}

func compareNodes(p, q node) int {
	return cmp.Or(cmp.Compare(p.x, q.x), cmp.Compare(p.y, q.y))
}

func compareBool(p, q bool) int {
	switch {
	case p == q:
		return 0
	case q:
		return -1
	}
	return 1
}

// alongLine orders meetings by where the line first comes to them.
func alongLine(edges []edge, p, q meet) int {
	if p.e != q.e {
		return cmp.Compare(p.e, q.e)
	}
	o := edges[p.e].a
	along := cmp.Compare(abs(p.at.x-o.x)+abs(p.at.y-o.y), abs(q.at.x-o.x)+abs(q.at.y-o.y))
	return cmp.Or(along, cmp.Compare(p.f, q.f), cmp.Compare(p.meeting, q.meeting), compareNodes(p.to, q.to))
}
