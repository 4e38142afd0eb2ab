package geo

import (
	"container/heap"
	"math"

	"github.com/paulmach/orb"
)

// InnerPoint returns a point well inside of p, where a number may stand: the
// centre of a circle inside of p that is smaller than the largest one by at most
// a hundredth of the longer side of p's box. Of equal circles it is the first one
// found, so that equal polygons have equal points.
//
// Squares that cover p are halved, the most promising first, until none can hold
// a centre that is better by more than that (V. Agafonkin, polylabel, 2016). A
// square cannot hold a better centre than its middle's distance to the boundary
// and half its diagonal together. Time is linear in the vertices, some 100
// distances to the boundary.
//
// A polygon without area has its first vertex, an empty one the zero point.
func InnerPoint(p orb.Polygon) orb.Point {
	if len(p) == 0 || len(p[0]) == 0 {
		return orb.Point{}
	}
	box := p.Bound()
	width, height := box.Max[0]-box.Min[0], box.Max[1]-box.Min[1]
	size := math.Min(width, height)
	if size == 0 {
		return p[0][0]
	}
	best := inner{at: p[0][0]}
	consider := func(c inner) {
		if c.room > best.room {
			best = c
		}
	}
	consider(newInner(p, centroid(p[0]), 0))
	var queue inners
	for x := box.Min[0]; x < box.Max[0]; x += size {
		for y := box.Min[1]; y < box.Max[1] && len(queue) < maxSquares; y += size {
			queue = append(queue, newInner(p, orb.Point{x + size/2, y + size/2}, size/2))
			consider(queue[len(queue)-1])
		}
	}
	heap.Init(&queue)
	precision := math.Max(width, height) / 100
	for tried := 0; len(queue) > 0 && tried < maxSquares; tried++ {
		c := heap.Pop(&queue).(inner)
		if c.most()-best.room <= precision {
			break
		}
		for _, d := range [4]orb.Point{{-1, -1}, {1, -1}, {-1, 1}, {1, 1}} {
			part := newInner(p, orb.Point{c.at[0] + d[0]*c.half/2, c.at[1] + d[1]*c.half/2}, c.half/2)
			consider(part)
			heap.Push(&queue, part)
		}
	}
	return best.at
}

// maxSquares bounds the search in a polygon that is a needle.
const maxSquares = 4000

// inner is a square, with the room round its middle.
type inner struct {
	at   orb.Point
	half float64 // of its side
	room float64 // distance to the boundary; negative outside of the polygon
}

func newInner(p orb.Polygon, at orb.Point, half float64) inner {
	return inner{at, half, room(p, at)}
}

// most is the most room that a point of the square may have.
func (c inner) most() float64 { return c.room + c.half*math.Sqrt2 }

// inners is a heap, the most promising first.
type inners []inner

func (q inners) Len() int           { return len(q) }
func (q inners) Less(i, j int) bool { return q[i].most() > q[j].most() }
func (q inners) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *inners) Push(x any)        { *q = append(*q, x.(inner)) }
func (q *inners) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

// room is the distance of at to the boundary of p, negative outside of p.
func room(p orb.Polygon, at orb.Point) float64 {
	inside, least := false, math.Inf(1)
	for _, ring := range p {
		for i := range len(ring) - 1 {
			a, b := ring[i], ring[i+1]
			if (a[1] > at[1]) != (b[1] > at[1]) && at[0] < (b[0]-a[0])*(at[1]-a[1])/(b[1]-a[1])+a[0] {
				inside = !inside
			}
			least = math.Min(least, squaredDistance(at, a, b))
		}
	}
	if !inside {
		return -math.Sqrt(least)
	}
	return math.Sqrt(least)
}

// squaredDistance is that of p to the segment from a to b.
func squaredDistance(p, a, b orb.Point) float64 {
	dx, dy := b[0]-a[0], b[1]-a[1]
	x, y := p[0]-a[0], p[1]-a[1]
	if length := dx*dx + dy*dy; length > 0 {
		t := math.Max(0, math.Min(1, (x*dx+y*dy)/length))
		x, y = x-t*dx, y-t*dy
	}
	return x*x + y*y
}

// centroid is that of the ground inside a ring.
func centroid(ring orb.Ring) orb.Point {
	origin := ring[0] // keeps products small
	var twice, x, y float64
	for i := range len(ring) - 1 {
		a := orb.Point{ring[i][0] - origin[0], ring[i][1] - origin[1]}
		b := orb.Point{ring[i+1][0] - origin[0], ring[i+1][1] - origin[1]}
		w := a[0]*b[1] - b[0]*a[1]
		twice, x, y = twice+w, x+w*(a[0]+b[0]), y+w*(a[1]+b[1])
	}
	if twice == 0 {
		return origin
	}
	return orb.Point{origin[0] + x/(3*twice), origin[1] + y/(3*twice)}
}
