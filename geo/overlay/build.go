package overlay

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// A Builder gathers the claims of a [Layer]. The zero Builder is ready.
//
// Several may gather at once, each in a goroutine of its own, and be joined
// before Build.
type Builder struct {
	shapes []shape
	block  []int32 // of each shape: the block that holds its vertices
	rings  []ringSpan
	near   [][]vertex32
	far    [][]Point
}

// blockLength is the number of vertices in a block: what is added is not moved
// as more comes. The first block is small, for small layers.
const (
	firstBlock  = 1 << 8
	blockLength = 1 << 16
)

// room returns the blocks with room for n more items in the last one.
func room[T any](blocks [][]T, n int) [][]T {
	last := len(blocks) - 1
	if last >= 0 && cap(blocks[last])-len(blocks[last]) >= n {
		return blocks
	}
	length := firstBlock
	if last >= 0 {
		length = min(4*cap(blocks[last]), blockLength)
	}
	return append(blocks, make([]T, 0, max(length, n)))
}

// Add puts the claim id with the ground m into the layer to be built.
//
// Rings may be open or closed and run either way; the first of each polygon is
// its shell. A vertex equal to the one before it is dropped; so are rings of
// fewer than three places. Add does not look for crossings: a claim with a
// fault that [Fault.Breaks] is counted by the winding of its rings, so
// [Validate] and [Repair] come first where input may be broken.
//
// The errors are [ErrNoGround] and [ErrOffGrid]; the layer is then as before.
// m is not kept.
func (b *Builder) Add(id int64, m MultiPolygon) error {
	s := shape{id: id, box: m.Bounds(), ring: len(b.rings)}
	if s.box.Empty() {
		return fmt.Errorf("%w: claim %d", ErrNoGround, id)
	}
	if s.box.offGrid() {
		return fmt.Errorf("%w: claim %d", ErrOffGrid, id)
	}
	s.wide = s.box.wide()
	n := 0
	for _, poly := range m {
		for _, ring := range poly {
			n += len(ring) + 1
		}
	}
	if s.wide {
		b.far = room(b.far, n)
		last := len(b.far) - 1
		s.vertex, b.block = len(b.far[last]), append(b.block, int32(last))
		b.far[last] = addRings(b, &s, m, b.far[last], func(x, y int64) Point { return Point{x, y} })
	} else {
		b.near = room(b.near, n)
		last := len(b.near) - 1
		s.vertex, b.block = len(b.near[last]), append(b.block, int32(last))
		b.near[last] = addRings(b, &s, m, b.near[last], func(x, y int64) vertex32 { return vertex32{int32(x), int32(y)} })
	}
	if s.nRing == 0 {
		b.block = b.block[:len(b.block)-1]
		return fmt.Errorf("%w: claim %d", ErrNoGround, id)
	}
	b.shapes = append(b.shapes, s)
	return nil
}

// addRings appends the vertices of m to block, relative to the corner of s.
func addRings[T comparable](b *Builder, s *shape, m MultiPolygon, block []T, vertex func(x, y int64) T) []T {
	for _, poly := range m {
		for k, ring := range poly {
			first := len(block)
			block = appendRing(block, ring, s.box.Min, backward(s, ring, k == 0), vertex)
			n := int32(len(block) - first)
			if n < 4 {
				block = block[:first]
				if k == 0 {
					break // holes of a shell that is not there
				}
				continue
			}
			b.rings = append(b.rings, ringSpan{first: s.nVertex, last: s.nVertex + n - 1})
			s.nVertex += n
			s.nRing++
		}
	}
	return block
}

// backward says whether the ring is to be turned round: shells run
// counter-clockwise and holes clockwise.
func backward(s *shape, ring Ring, shell bool) bool {
	var sign int
	if s.wide {
		sign = ring.Area().Sign()
	} else if len(ring) > 0 {
		var sum Area
		o := s.box.Min
		p := ring[len(ring)-1]
		for _, q := range ring {
			// Both lie in [0, 2^31)², so the product difference fits.
			sum = sum.Add(widen((p.X-o.X)*(q.Y-o.Y) - (p.Y-o.Y)*(q.X-o.X)))
			p = q
		}
		sign = sum.Sign()
	}
	return shell && sign < 0 || !shell && sign > 0
}

// appendRing appends the ring, closed and without repeated places.
func appendRing[T comparable](block []T, ring Ring, corner Point, backward bool, vertex func(x, y int64) T) []T {
	if len(ring) == 0 {
		return block
	}
	first := len(block)
	for i, p := range ring {
		if backward {
			p = ring[len(ring)-1-i]
		}
		if v := vertex(p.X-corner.X, p.Y-corner.Y); i == 0 || v != block[len(block)-1] {
			block = append(block, v)
		}
	}
	if block[len(block)-1] != block[first] {
		block = append(block, block[first])
	}
	return block
}

// Join takes over all claims of o, which is then empty.
func (b *Builder) Join(o *Builder) {
	near, far, ring := int32(len(b.near)), int32(len(b.far)), len(b.rings)
	for i, s := range o.shapes {
		s.ring += ring
		block := o.block[i] + near
		if s.wide {
			block = o.block[i] + far
		}
		b.shapes, b.block = append(b.shapes, s), append(b.block, block)
	}
	b.rings = append(b.rings, o.rings...)
	b.near, b.far = append(b.near, o.near...), append(b.far, o.far...)
	*o = Builder{}
}

// Build returns the layer of all claims added and leaves the builder empty.
// The layer does not depend on the order in which they were added. The error
// is [ErrSameID].
func (b *Builder) Build() (*Layer, error) {
	l := b.layout(hilbertOrder(b.shapes))
	err := spread(context.Background(), len(l.shapes), &Options{}, func(_, i int) { l.index(&l.shapes[i]) })
	if err != nil {
		return nil, err
	}
	l.byRank = make([]int32, len(l.shapes))
	for i := range l.byRank {
		l.byRank[i] = int32(i)
	}
	slices.SortFunc(l.byRank, func(i, j int32) int { return cmp.Compare(l.shapes[i].id, l.shapes[j].id) })
	for rank, i := range l.byRank {
		l.shapes[i].rank = int32(rank)
		if rank > 0 && l.shapes[l.byRank[rank-1]].id == l.shapes[i].id {
			return nil, fmt.Errorf("%w: %d", ErrSameID, l.shapes[i].id)
		}
	}
	boxes := make([]Box, len(l.shapes))
	for i := range boxes {
		boxes[i] = l.shapes[i].box
	}
	l.tree = newBoxTree(boxes)
	*b = Builder{}
	return l, nil
}

// layout returns a layer with the shapes in the given order, their rings and
// vertices, and room for their runs.
func (b *Builder) layout(order []int32) *Layer {
	l := &Layer{shapes: make([]shape, len(order)), rings: make([]ringSpan, 0, len(b.rings))}
	near, far, nRun, nGroup := 0, 0, 0, 0
	from := make([]int, len(order)) // where the vertices are in their block
	for k, i := range order {
		s := b.shapes[i]
		from[k] = s.vertex
		rings := b.rings[s.ring : s.ring+int(s.nRing)]
		s.ring = len(l.rings)
		l.rings = append(l.rings, rings...)
		s.run, s.group = nRun, nGroup
		for _, r := range rings {
			s.nRun += (r.last - r.first + runLength - 1) / runLength
		}
		if s.nRun > 2*groupLength {
			s.nGroup = (s.nRun + groupLength - 1) / groupLength
		}
		nRun, nGroup = nRun+int(s.nRun), nGroup+int(s.nGroup)
		if s.wide {
			s.vertex, far = far, far+int(s.nVertex)
		} else {
			s.vertex, near = near, near+int(s.nVertex)
		}
		l.shapes[k] = s
	}
	l.near, l.far = make([]vertex32, near), make([]Point, far)
	l.runs, l.sums, l.groups = make([]run, nRun), make([]Area, nRun), make([]runBox32, nGroup)
	_ = spread(context.Background(), len(order), &Options{}, func(_, k int) { // has nothing to fail
		s, block := &l.shapes[k], b.block[order[k]]
		if s.wide {
			copy(l.far[s.vertex:s.vertex+int(s.nVertex)], b.far[block][from[k]:])
		} else {
			copy(l.near[s.vertex:s.vertex+int(s.nVertex)], b.near[block][from[k]:])
		}
	})
	return l
}
