package overlay

import (
	"context"
	"sync"
)

// splitters keeps the memory of [Split] for the next line: a page that drags one
// asks many times a second.
var splitters = sync.Pool{New: func() any { return new(groundMaker) }}

// A Side says on which side of a line ground lies, looking along the line.
type Side int8

// The sides.
const (
	RightOf Side = -1
	Beside  Side = 0 // the line does not bound it, or bounds it equally from both sides
	LeftOf  Side = +1
)

// A Part is connected ground that a dividing line has made.
type Part struct {
	Ground Polygon
	Area   Area // of Ground, exactly
	Side   Side // of the line, by the greater length of line that bounds the part
}

// Split divides ground by a line and returns the parts, ordered by the least
// corner of each. Both are on the grid of one CRS.
//
// The line may leave the ground, come back, and cross itself; where it ends
// inside, that end divides nothing. Ground of several polygons is at least as
// many parts. Where line and boundary cross between grid points both bend
// through the nearest one, so the parts fit each other and the areas add up to
// that of the ground within half a grid unit × the length of the edges bent;
// they are the areas of the parts as they are, to be written in an agreement.
//
// Ground that is not valid is taken as [Repair] takes it. No ground gives nil.
// The error is that of the context.
func Split(ctx context.Context, m MultiPolygon, line []Point) ([]Part, error) {
	box := m.Bounds()
	if box.Empty() {
		return nil, ctx.Err()
	}
	for _, p := range line {
		box = box.Grow(p)
	}
	if box.offGrid() {
		return nil, ctx.Err()
	}
	g := splitters.Get().(*groundMaker)
	defer splitters.Put(g)
	g.stop = stopOf(ctx)
	g.begin(box)
	label := g.addGround(m)
	for i := 1; i < len(line); i++ {
		g.addCut(line[i-1], line[i])
	}
	regions := g.regions(label)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var parts []Part
	for _, r := range regions {
		side := g.arrangement.sideOf(&r)
		ground := r.ground.moved(g.corner)
		parts = append(parts, Part{ground, MultiPolygon{ground}.Area(), side})
	}
	return parts, nil
}

func (g *groundMaker) addCut(p, q Point) {
	if p == q {
		return
	}
	g.strands = append(g.strands, strand{
		p:    Point{p.X - g.corner.X, p.Y - g.corner.Y},
		q:    Point{q.X - g.corner.X, q.Y - g.corner.Y},
		left: nobody, right: nobody, cut: +1, begins: true, fresh: true,
	})
}

// sideOf sums the cuts round a region with the sign of their direction.
func (a *arrangement) sideOf(r *region) Side {
	var sum int64
	for _, h := range r.bounded {
		e := &a.edges[h>>1]
		s := &a.strands[e.first] // a line is all single strands
		length := (abs(s.q.X-s.p.X) + abs(s.q.Y-s.p.Y)) * int64(e.cut)
		if h&1 == 0 {
			sum += length // the region is to the left of the edge
		} else {
			sum -= length
		}
	}
	return Side(compareInts(sum, 0))
}
