package overlay

import (
	"context"
	"slices"
)

// A Face is all the ground that one set of claimants, and no other, claims. It
// may lie in many pieces.
type Face struct {
	Claims []int64 // IDs, ascending
	Area   Area    // exact for the claims' polygons with crossings on the subgrid

	// Ground is the face on the grid, when asked for and two or more claim it.
	// The faces of one result do not overlap each other.
	Ground MultiPolygon
}

// Depth is the number of claimants.
func (f *Face) Depth() int { return len(f.Claims) }

// A Partition is the plane divided by who claims it.
type Partition struct {
	// Faces have an area other than zero, in the order of their claimants'
	// IDs. The areas add up exactly to Union. Within a [Block] they are what its
	// boundaries add, and may be negative until merged.
	Faces []Face

	// Pairs is what [Pairs] returns for the layer, without polygons; it comes at
	// no cost.
	Pairs []Pair

	// Union is the ground claimed by anyone, summed on its own account along
	// the outline of all claims together.
	Union Area
}

// Depths returns the ground by the number of claimants: Depths()[2] is claimed
// by exactly two; index 0 is zero.
func (p *Partition) Depths() []Area {
	depths := []Area{{}}
	for i := range p.Faces {
		for len(depths) <= p.Faces[i].Depth() {
			depths = append(depths, Area{})
		}
		d := &depths[p.Faces[i].Depth()]
		*d = d.Add(p.Faces[i].Area)
	}
	return depths
}

// Contested returns the ground claimed by two or more, counted once.
func (p *Partition) Contested() Area {
	var sum Area
	for i := range p.Faces {
		if p.Faces[i].Depth() >= 2 {
			sum = sum.Add(p.Faces[i].Area)
		}
	}
	return sum
}

// Faces returns the partition of the ground by the claims of the layer.
//
// The set to the left of a boundary changes only where another boundary
// crosses it. So each boundary is walked once from crossing to crossing, and
// every piece adds the area that it sweeps to the set on its left and takes it
// from the set on its right. No graph is built; sums are integers and come out
// the same in any order.
//
// The error is that of the context.
func Faces(ctx context.Context, l *Layer, o Options) (*Partition, error) {
	meetings, err := meetAll(ctx, l, l, o.at(stageCompare, l.Len()), true)
	if err != nil {
		return nil, err
	}
	walkers := make([]walker, o.workers())
	for w := range walkers {
		walkers[w] = walker{l: l, m: meetings, sets: newClaimSets(), draw: o.drawsFaces(), outline: o.outlines()}
	}
	err = spread(ctx, l.Len(), o.at(stageWalk, l.Len()), func(w, i int) {
		if o.Owns.owns(l.shapes[i].box.Min) {
			walkers[w].walk(int32(i))
		}
	})
	if err != nil {
		return nil, err
	}
	sets := walkers[0].sets
	numbers := make([][]int32, len(walkers)) // of each walker's sets in the first one's
	for w := range walkers[1:] {
		numbers[w+1] = sets.add(walkers[w+1].sets)
	}
	p := &Partition{Pairs: meetings.pairs, Union: sets.sets[0].area.Neg()}
	order, err := sets.ordered(ctx, l.Len(), &o)
	if err != nil {
		return nil, err
	}
	p.Faces = l.facesOf(sets, order)
	if o.drawsFaces() {
		if err := p.draw(ctx, l, &o, walkers, numbers, order); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// facesOf returns the faces of the sets named. Their IDs share one array.
func (l *Layer) facesOf(sets *claimSets, order []int32) []Face {
	total := 0
	for _, i := range order {
		total += len(sets.of(i))
	}
	ids, faces := make([]int64, 0, total), make([]Face, len(order))
	for face, i := range order {
		first := len(ids)
		for _, rank := range sets.of(i) {
			ids = append(ids, l.shapes[l.byRank[rank]].id)
		}
		faces[face] = Face{Claims: slices.Clip(ids[first:]), Area: sets.sets[i].area}
	}
	return faces
}

// A walker walks the boundaries of claims and keeps the areas of the sets.
type walker struct {
	l    *Layer
	m    *meetings
	sets *claimSets
	side standing

	draw   bool // keep the pieces of which faces are drawn
	pieces chunks[piece]
	wary   bool // of the shape walked

	outline bool   // note which pieces are clear
	clear   []bool // by toggle of the ring walked: the crossing there is
}

// walk goes round every ring of a shape.
func (w *walker) walk(i int32) {
	s := &w.l.shapes[i]
	toggles := w.m.toggles.of(i)
	begins := w.m.begins.of(i)
	slices.SortFunc(begins, func(x, y begin) int { return int(x.ring - y.ring) })
	slices.SortFunc(toggles, func(x, y toggle) int {
		return compareAlong(w.l, s, x.edge, x.at, y.edge, y.at)
	})
	w.side.begin(s.rank)
	w.wary = w.m.wary[i]
	for k, r := range w.l.ringsOf(s) {
		w.side.reset()
		for ; len(begins) > 0 && begins[0].ring == int32(k); begins = begins[1:] {
			w.side.toggle(begins[0].other)
		}
		n := 0
		for n < len(toggles) && toggles[n].edge < r.last {
			n++
		}
		w.walkRing(s, r, toggles[:n])
		toggles = toggles[n:]
	}
}

func (w *walker) walkRing(s *shape, r ringSpan, toggles []toggle) {
	from := w.l.start(s, r)
	w.lookRound(s, r, toggles)
	free := true
	for i := range toggles {
		to := place{toggles[i].at, toggles[i].edge}
		w.piece(s, r, from, to, free && w.clear[i])
		w.side.toggle(toggles[i].other)
		from, free = to, w.clear[i]
	}
	w.piece(s, r, from, w.l.end(s, r), free)
}

// lookRound finds out which crossings of the ring are clear of all else.
func (w *walker) lookRound(s *shape, r ringSpan, toggles []toggle) {
	w.clear = filled(w.clear, len(toggles), false)
	if !w.outline || w.wary {
		return
	}
	corner, end := s.box.Min, len(toggles)
	local := func(at Point) Point {
		at = roundToGrid(at)
		return Point{at.X - corner.X, at.Y - corner.Y}
	}
	for i := 0; i < end; {
		edge, first := toggles[i].edge, i
		for i < end && toggles[i].edge == edge {
			i++
		}
		if !w.l.clearOfItself(s, r, edge) {
			continue
		}
		for k := first; k < i; k++ {
			e := segment{w.l.at(s, edge), w.l.at(s, edge+1)}
			if k > first {
				e.p = local(toggles[k-1].at)
			}
			if k+1 < i {
				e.q = local(toggles[k+1].at)
			}
			w.clear[k] = e.crossesClearly(w.acrossOf(&toggles[k], corner))
		}
	}
}

// acrossOf returns the edge of the other claim at a crossing, relative to corner.
func (w *walker) acrossOf(t *toggle, corner Point) segment {
	other := &w.l.shapes[w.l.byRank[t.other]]
	p, q := w.l.at(other, t.otherEdge), w.l.at(other, t.otherEdge+1)
	x, y := other.box.Min.X-corner.X, other.box.Min.Y-corner.Y
	return segment{Point{p.X + x, p.Y + y}, Point{q.X + x, q.Y + y}}
}

// piece books what a piece of boundary sweeps. A piece of no length sweeps
// nothing, and the set beside it, which may not exist, is not entered.
func (w *walker) piece(s *shape, r ringSpan, from, to place, free bool) {
	swept := w.l.chain(s, r, from, to)
	if swept == (Area{}) && from.at == to.at {
		return
	}
	with := w.sets.number(w.side.hash^w.side.ownerHash, w.side.with)
	without := w.sets.number(w.side.hash, w.side.without)
	w.sets.sets[with].area = w.sets.sets[with].area.Add(swept)
	w.sets.sets[without].area = w.sets.sets[without].area.Sub(swept)
	if w.draw && without != 0 {
		free = free && w.outline && !w.wary && !w.m.close.any(s, from.edge, min(to.edge, r.last-1))
		w.pieces.add(piece{s, from, to, with, without, w.wary, free})
	}
}
