package sheet

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"jieshi/mediation"
)

// corners are the rows of the table of points.
type corners struct {
	pieces    []cornerPiece
	all       int     // vertices of all pieces, outer rings and holes
	listed    int     // rows of points
	tolerance float64 // metres by which lines were simplified; 0: every vertex is listed
	left      int     // pieces for which there was no room
}

// A cornerPiece is the outer line of one piece as it is listed.
type cornerPiece struct {
	n      int
	points []corner
}

// A corner is a numbered point. Points that two pieces share have one number.
type corner struct {
	no   int
	at   orb.Point // in the working CRS
	side float64   // metres to the next point of the piece
}

// fewestCorners is what the outline of a piece is never simplified below.
const fewestCorners = 4

// cornerPoints lists the outer lines of the pieces in at most rows rows, of
// which each piece takes one for its heading. If there are more vertices, lines
// are simplified (Douglas and Peucker) with the smallest tolerance that makes
// them fit; if even that is too much, the smallest pieces are left out.
func cornerPoints(pieces []mediation.Piece, rows int) corners {
	var c corners
	rings := map[int]orb.Ring{}
	var order []int
	for _, p := range pieces {
		for i, ring := range p.Ground {
			open := opened(ring)
			c.all += len(open)
			if i == 0 && len(open) >= 3 {
				rings[p.N] = open
				order = append(order, p.N)
			}
		}
	}
	area := func(n int) float64 { return math.Abs(twiceArea(rings[n])) }
	bySize := slices.Clone(order)
	slices.SortStableFunc(bySize, func(a, b int) int { return cmp.Compare(area(b), area(a)) })
	if most := rows / (fewestCorners + 1); len(bySize) > most {
		c.left = len(bySize) - most
		bySize = bySize[:most]
	}
	simple := map[int]orb.Ring{}
	for c.tolerance = 0; ; c.tolerance = max(0.01, c.tolerance*1.08) {
		total := 0
		for _, n := range bySize {
			simple[n] = simplified(rings[n], c.tolerance)
			total += len(simple[n]) + 1
		}
		if total <= rows {
			break
		}
	}
	c.number(order, simple)
	return c
}

func (c *corners) number(order []int, simple map[int]orb.Ring) {
	numbers := map[orb.Point]int{}
	for _, n := range order {
		ring, ok := simple[n]
		if !ok {
			continue
		}
		piece := cornerPiece{n: n}
		for i, at := range ring {
			if numbers[at] == 0 {
				numbers[at] = len(numbers) + 1
			}
			next := ring[(i+1)%len(ring)]
			piece.points = append(piece.points, corner{no: numbers[at], at: at, side: math.Hypot(next[0]-at[0], next[1]-at[1])})
		}
		c.listed += len(piece.points)
		c.pieces = append(c.pieces, piece)
	}
}

// opened returns ring without its closing vertex.
func opened(ring orb.Ring) orb.Ring {
	if len(ring) > 1 && ring[0] == ring[len(ring)-1] {
		return ring[:len(ring)-1]
	}
	return ring
}

func twiceArea(ring orb.Ring) float64 {
	var sum float64
	for i := range ring {
		a, b, o := ring[i], ring[(i+1)%len(ring)], ring[0]
		sum += (a[0]-o[0])*(b[1]-o[1]) - (a[1]-o[1])*(b[0]-o[0])
	}
	return sum
}

// simplified returns an open ring with the vertices that are needed to stay
// within tolerance, starting from the northernmost, as a surveyor numbers them
// (clockwise from the north-west corner). It keeps at least fewestCorners
// vertices if ring has as many.
func simplified(ring orb.Ring, tolerance float64) orb.Ring {
	start := 0
	for i, p := range ring {
		if p[1]-p[0] > ring[start][1]-ring[start][0] {
			start = i
		}
	}
	turned := append(slices.Clone(ring[start:]), ring[:start]...)
	if twiceArea(turned) > 0 {
		slices.Reverse(turned[1:])
	}
	if tolerance == 0 || len(turned) <= fewestCorners {
		return turned
	}
	far := farthest(turned[0], turned)
	closed := append(slices.Clone(turned), turned[0])
	keep := make([]bool, len(closed))
	keep[0], keep[far] = true, true
	// The two vertices that are farthest from the long axis stay, whatever the
	// tolerance, so that no piece shrinks to a line.
	for _, half := range [][2]int{{0, far}, {far, len(closed) - 1}} {
		if i, _ := offLine(closed, half[0], half[1]); i > 0 {
			keep[i] = true
			peucker(closed, half[0], i, tolerance, keep)
			peucker(closed, i, half[1], tolerance, keep)
		}
	}
	out := orb.Ring{}
	for i, k := range keep[:len(turned)] {
		if k {
			out = append(out, turned[i])
		}
	}
	return out
}

func farthest(from orb.Point, ring orb.Ring) int {
	best, at := -1.0, 0
	for i, p := range ring {
		if d := math.Hypot(p[0]-from[0], p[1]-from[1]); d > best {
			best, at = d, i
		}
	}
	return at
}

func peucker(line orb.Ring, a, b int, tolerance float64, keep []bool) {
	i, d := offLine(line, a, b)
	if i < 0 || d <= tolerance {
		return
	}
	keep[i] = true
	peucker(line, a, i, tolerance, keep)
	peucker(line, i, b, tolerance, keep)
}

// offLine returns the vertex between a and b that is farthest from the line
// through them, and how far that is; -1 if there is none between.
func offLine(line orb.Ring, a, b int) (int, float64) {
	at, best := -1, -1.0
	for i := a + 1; i < b; i++ {
		if d := distance(line[i], line[a], line[b]); d > best {
			at, best = i, d
		}
	}
	return at, best
}

// distance returns how far p is from the segment from a to b.
func distance(p, a, b orb.Point) float64 {
	dx, dy := b[0]-a[0], b[1]-a[1]
	t := 0.0
	if l := dx*dx + dy*dy; l > 0 {
		t = min(1, max(0, ((p[0]-a[0])*dx+(p[1]-a[1])*dy)/l))
	}
	return math.Hypot(p[0]-a[0]-t*dx, p[1]-a[1]-t*dy)
}
