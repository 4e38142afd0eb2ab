package overlay

import (
	"cmp"
	"errors"
	"slices"
)

var (
	// ErrNoGround says that a claim has no ring of three different places.
	ErrNoGround = errors.New("overlay: claim covers no ground")

	// ErrSameID says that two claims of a layer have the same ID; a claim of
	// several parts is one multipolygon.
	ErrSameID = errors.New("overlay: two claims have the same ID")
)

// A Layer is a set of claims on one grid, indexed and ready to be overlaid.
// It is immutable and safe for concurrent use. [Builder] makes one.
//
// Vertices lie in flat arrays in Hilbert order of the claims' boxes, relative
// to the corner of their claim, 8 bytes each, so that neighbours on the ground
// are neighbours in memory and the collector has nothing to follow. A claim
// wider than 214 km takes 16 bytes a vertex and 128-bit predicates.
type Layer struct {
	shapes []shape
	byRank []int32 // shape of each rank
	rings  []ringSpan
	near   []vertex32
	far    []Point
	runs   []run
	sums   []Area // beside runs: doubled area swept before the run, grid units
	groups []runBox32
	tree   boxTree
}

// vertex32 is a vertex relative to the corner of its claim.
type vertex32 struct{ x, y int32 }

// shape is a claim in a layer: spans of the layer's arrays.
type shape struct {
	id      int64
	box     Box // box.Min is the corner to which vertices are relative
	vertex  int // first vertex in near, or in far when the claim is wide
	ring    int // first ring
	run     int // first run
	group   int // first group of runs
	rank    int32
	nVertex int32
	nRing   int32
	nRun    int32
	nGroup  int32
	shift   uint8 // run boxes are in units of 2^shift; 0 unless wide
	wide    bool
}

// ringSpan is a ring of a shape: vertices first … last, of which the last
// repeats the first; edge k runs from vertex k to k+1. All are counted from
// the start of the shape.
type ringSpan struct{ first, last, run int32 }

// Len returns the number of claims.
func (l *Layer) Len() int { return len(l.shapes) }

// Vertices returns the number of vertices, not counting the repeated ones.
func (l *Layer) Vertices() int { return len(l.near) + len(l.far) - len(l.rings) }

// Bounds returns the smallest box that holds every claim.
func (l *Layer) Bounds() Box {
	b := emptyBox()
	for i := range l.shapes {
		b = b.Union(l.shapes[i].box)
	}
	return b
}

// IDs returns the IDs of all claims in ascending order.
func (l *Layer) IDs() []int64 {
	ids := make([]int64, len(l.byRank))
	for rank, s := range l.byRank {
		ids[rank] = l.shapes[s].id
	}
	return ids
}

// Area returns the exact area of the claim, and whether the layer has it.
func (l *Layer) Area(id int64) (Area, bool) {
	s, ok := l.find(id)
	if !ok {
		return Area{}, false
	}
	return l.area(s), true
}

// Rings returns the claim as the layer holds it: shells counter-clockwise,
// holes clockwise, each ring a polygon of its own, since the layer does not
// keep which hole is in which shell. It is nil when the layer has no such claim.
func (l *Layer) Rings(id int64) []Ring {
	s, ok := l.find(id)
	if !ok {
		return nil
	}
	var rings []Ring
	for _, span := range l.ringsOf(s) {
		ring := make(Ring, 0, span.last-span.first+1)
		for v := span.first; v <= span.last; v++ {
			p := l.at(s, v)
			ring = append(ring, Point{p.X + s.box.Min.X, p.Y + s.box.Min.Y})
		}
		rings = append(rings, ring)
	}
	return rings
}

func (l *Layer) find(id int64) (*shape, bool) {
	rank, ok := l.rank(id)
	if !ok {
		return nil, false
	}
	return &l.shapes[l.byRank[rank]], true
}

// rank returns the place of the ID among those of the layer.
func (l *Layer) rank(id int64) (int, bool) {
	return slices.BinarySearchFunc(l.byRank, id, func(s int32, id int64) int {
		return cmp.Compare(l.shapes[s].id, id)
	})
}

func (l *Layer) ringsOf(s *shape) []ringSpan { return l.rings[s.ring : s.ring+int(s.nRing)] }

// at returns vertex v of s relative to the corner of s.
func (l *Layer) at(s *shape, v int32) Point {
	if s.wide {
		return l.far[s.vertex+int(v)]
	}
	p := l.near[s.vertex+int(v)]
	return Point{int64(p.x), int64(p.y)}
}
