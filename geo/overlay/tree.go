package overlay

import (
	"cmp"
	"slices"
)

// treeFan is the number of boxes under one box of a [boxTree].
const (
	treeBits = 3
	treeFan  = 1 << treeBits
)

// boxTree is a packed R-tree over boxes that are in a good order already (shapes
// along a Hilbert curve, edges along their boundaries): box k of a level bounds
// boxes 8k … 8k+7 of the level below, and level 0 are the boxes themselves.
type boxTree struct{ levels [][]Box }

func newBoxTree(level []Box) boxTree {
	t := boxTree{[][]Box{level}}
	for len(level) > 1 {
		var up []Box
		for below := range slices.Chunk(level, treeFan) {
			b := below[0]
			for _, o := range below[1:] {
				b = b.Union(o)
			}
			up = append(up, b)
		}
		t.levels = append(t.levels, up)
		level = up
	}
	return t
}

// meeting appends to out, in ascending order, the numbers from `from` on of the
// boxes that meet box.
func (t boxTree) meeting(out []int32, box Box, from int) []int32 {
	top := len(t.levels) - 1
	if len(t.levels[0]) == 0 {
		return out
	}
	return t.descend(out, box, from, top, 0, len(t.levels[top]))
}

func (t boxTree) descend(out []int32, box Box, from, level, first, end int) []int32 {
	boxes := t.levels[level]
	// Below box k the last one is treeFan^level·(k+1) − 1.
	first = max(first, from>>(treeBits*level))
	for k := first; k < end; k++ {
		if !boxes[k].Meets(box) {
			continue
		}
		if level == 0 {
			out = append(out, int32(k))
			continue
		}
		below := k * treeFan
		out = t.descend(out, box, from, level-1, below, min(below+treeFan, len(t.levels[level-1])))
	}
	return out
}

// hilbertOrder returns the indexes of shapes along a Hilbert curve through the
// centres of their boxes, ties by ID.
func hilbertOrder(shapes []shape) []int32 {
	all := emptyBox()
	for i := range shapes {
		all = all.Union(shapes[i].box)
	}
	side := max(all.Max.X-all.Min.X, all.Max.Y-all.Min.Y, 1)
	cell := func(a, b, origin int64) uint32 {
		// A cell number in [0, 2^16); coordinates have 41 bits at most.
		return uint32(((a-origin)/2 + (b-origin)/2) * 0xffff / side)
	}
	type keyed struct {
		key   uint32
		index int32
	}
	keys := make([]keyed, len(shapes))
	for i := range shapes {
		b := shapes[i].box
		keys[i] = keyed{hilbert(cell(b.Min.X, b.Max.X, all.Min.X), cell(b.Min.Y, b.Max.Y, all.Min.Y)), int32(i)}
	}
	slices.SortFunc(keys, func(a, b keyed) int {
		if c := cmp.Compare(a.key, b.key); c != 0 {
			return c
		}
		return cmp.Compare(shapes[a.index].id, shapes[b.index].id)
	})
	order := make([]int32, len(keys))
	for i, k := range keys {
		order[i] = k.index
	}
	return order
}

// hilbert returns the place of cell (x, y), each below 2^16, along a Hilbert
// curve of order 16 (Hamilton and Rau-Chaplin 2008, the two-dimensional case).
func hilbert(x, y uint32) uint32 {
	var d uint32
	for s := uint32(1 << 15); s > 0; s >>= 1 {
		var rx, ry uint32
		if x&s != 0 {
			rx = 1
		}
		if y&s != 0 {
			ry = 1
		}
		d += s * s * ((3 * rx) ^ ry)
		if ry == 0 {
			if rx == 1 {
				x, y = 0xffff-x, 0xffff-y
			}
			x, y = y, x
		}
	}
	return d
}
