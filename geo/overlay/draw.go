package overlay

import (
	"context"
	"slices"
)

// A piece is a stretch of boundary between two crossings, with the labels of the
// ground on its left and right: numbers of sets while walking, numbers of faces
// while drawing. Only pieces with contested ground on a side are kept.
type piece struct {
	s           *shape
	from, to    place
	left, right int32
	wary        bool
	clear       bool // nothing comes near it but what it meets at its ends
}

// A drawing makes the polygons of the faces of a partition, so that they do not
// overlap. Faces that have no boundary in common and are nowhere close to each
// other are drawn apart, which is faster and can be shared among workers.
type drawing struct {
	l      *Layer
	faces  []Face
	pieces []piece
	group  []int32 // of each face: union–find

	unclear []bool // by face: left to the general way
}

// draw draws all faces of depth two and more. order names the set of each face,
// numbers the sets of each walker.
func (p *Partition) draw(ctx context.Context, l *Layer, o *Options, walkers []walker, numbers [][]int32, order []int32) error {
	faceOf := slices.Repeat([]int32{nobody}, len(walkers[0].sets.sets))
	for face, set := range order {
		if p.Faces[face].Depth() >= 2 {
			faceOf[set] = int32(face)
		}
	}
	n := 0
	for w := range walkers {
		n += walkers[w].pieces.len()
	}
	d := &drawing{l: l, faces: p.Faces, group: make([]int32, len(p.Faces)), pieces: make([]piece, 0, n)}
	for w := range walkers {
		for _, pieces := range walkers[w].pieces.lists {
			d.take(pieces, numbers[w], faceOf)
		}
		walkers[w].pieces.lists = nil
	}
	if err := d.drawClear(ctx, o); err != nil {
		return err
	}
	if err := d.joinNeighbours(ctx, o); err != nil {
		return err
	}
	return d.drawGroups(ctx, o)
}

// take keeps the pieces that bound a face to be drawn; numbers translates the
// sets of their walker, if not nil.
func (d *drawing) take(pieces []piece, numbers, faceOf []int32) {
	for _, p := range pieces {
		if numbers != nil {
			p.left, p.right = numbers[p.left], numbers[p.right]
		}
		if p.left, p.right = faceOf[p.left], faceOf[p.right]; p.left != p.right {
			d.pieces = append(d.pieces, p)
		}
	}
}

func (d *drawing) find(face int32) int32 {
	for d.group[face] != face {
		d.group[face] = d.group[d.group[face]]
		face = d.group[face]
	}
	return face
}

func (d *drawing) join(a, b int32) {
	a, b = d.find(a), d.find(b)
	d.group[max(a, b)] = min(a, b)
}

// face returns a face that the piece bounds.
func (p *piece) face() int32 { return max(p.left, p.right) }

// nearLength is the number of edges of a piece that share a box when pieces are
// looked at for being near each other.
const nearLength = 8

// joinNeighbours puts faces in one group that share boundary or come near each
// other.
func (d *drawing) joinNeighbours(ctx context.Context, o *Options) error {
	for f := range d.group {
		d.group[f] = int32(f)
	}
	boxes, pieceOf := make([]Box, 0, 2*len(d.pieces)), make([]int32, 0, 2*len(d.pieces))
	for i := range d.pieces {
		p := &d.pieces[i]
		if p.left >= 0 && p.right >= 0 {
			d.join(p.left, p.right)
		}
		boxes = d.appendBoxes(boxes, p)
		for len(pieceOf) < len(boxes) {
			pieceOf = append(pieceOf, int32(i))
		}
	}
	roots := make([]int32, len(boxes))
	for i := range roots {
		roots[i] = d.find(d.pieces[pieceOf[i]].face())
	}
	tree := newGroupTree(boxes, roots)
	joins := make([][][2]int32, o.workers())
	err := spread(ctx, len(boxes), o.at(stageGroup, d.l.Len()), func(w, i int) {
		joins[w] = tree.strangers(joins[w], i)
	})
	for _, list := range joins {
		for _, j := range list {
			d.join(j[0], j[1])
		}
	}
	return err
}

// appendBoxes appends boxes of the edges of a piece, rounded to the grid, and a
// grid unit around: what stays out of a box is not touched by rounding.
func (d *drawing) appendBoxes(boxes []Box, p *piece) []Box {
	var g groundMaker
	g.corner = p.s.box.Min
	at := g.toFrame(p.from.at)
	box := Box{at, at}
	flush := func() {
		c := g.corner
		boxes = append(boxes, Box{
			Point{box.Min.X + c.X - 1, box.Min.Y + c.Y - 1},
			Point{box.Max.X + c.X + 1, box.Max.Y + c.Y + 1},
		})
	}
	n := 0
	for v := p.from.edge + 1; v <= p.to.edge; v++ {
		at = d.l.at(p.s, v)
		box = box.Grow(at)
		if n++; n == nearLength {
			flush()
			box, n = Box{at, at}, 0
		}
	}
	box = box.Grow(g.toFrame(p.to.at))
	flush()
	return boxes
}

// drawGroups draws group by group.
func (d *drawing) drawGroups(ctx context.Context, o *Options) error {
	byRoot := make([]owned[piece], len(d.pieces))
	for i, p := range d.pieces {
		byRoot[i] = owned[piece]{d.find(p.face()), p}
	}
	groups := groupByOwner([][]owned[piece]{byRoot}, len(d.faces))
	makers := make([]groundMaker, o.workers())
	for w := range makers {
		makers[w].stop = stopOf(ctx)
	}
	return spread(ctx, len(d.faces), o.at(stageDraw, d.l.Len()), func(w, i int) {
		if group := groups.of(int32(i)); len(group) > 0 {
			d.drawGroup(&makers[w], group)
		}
	})
}

func (d *drawing) drawGroup(g *groundMaker, pieces []piece) {
	box := emptyBox()
	for i := range pieces {
		box = box.Union(pieces[i].s.box)
	}
	g.begin(box)
	for i := range pieces {
		p := &pieces[i]
		g.wary = p.wary
		g.add(d.l, p.s, p.from, p.to, p.left, p.right)
	}
	for _, r := range g.regions(least) {
		face := &d.faces[r.label]
		face.Ground = append(face.Ground, r.ground.moved(g.corner))
	}
}
