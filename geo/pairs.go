package geo

import (
	"errors"
	"math"
)

// ErrTangled says that a line crosses itself too often, or lies so densely over
// itself, that the search was given up. No boundary does that; a receiver that
// stood still for hours, or a file made to be slow, does.
var ErrTangled = errors.New("geo: the line is a tangle: it lies over itself too often to be examined")

const (
	// maxMeetings bounds the answer, and so the memory: about 100 bytes each.
	maxMeetings = 1_000_000

	// maxBoxTests bounds the work to about a second.
	maxBoxTests = 100_000_000
)

// An edge is a straight piece of a line between two different grid points.
type edge struct {
	a, b node
	from int // vertex of the original line at which it begins
}

type box struct{ minX, minY, maxX, maxY int64 }

func (e edge) box() box {
	return box{min(e.a.x, e.b.x), min(e.a.y, e.b.y), max(e.a.x, e.b.x), max(e.a.y, e.b.y)}
}

func (b box) meets(c box) bool {
	return b.minX <= c.maxX && c.minX <= b.maxX && b.minY <= c.maxY && c.minY <= b.maxY
}

func (b box) with(c box) box {
	return box{min(b.minX, c.minX), min(b.minY, c.minY), max(b.maxX, c.maxX), max(b.maxY, c.maxY)}
}

var noBox = box{math.MaxInt64, math.MaxInt64, math.MinInt64, math.MinInt64}

// A pairSearch reports the pairs of edges whose boxes meet. Edges follow one
// another along a line, so runs of them lie close together and a binary tree
// over their order (leaves of leafEdges, boxes upward) is a good spatial index
// that costs one pass to build. Comparing the tree with itself takes
// O((n + k)·log n) for k pairs of boxes that meet, on lines that wander over
// the ground; the budget stops input made to defeat it.
type pairSearch struct {
	edges []edge
	boxes []box // one an edge
	tree  []box // implicit: children of i are 2i+1 and 2i+2
	found func(i, j int) error
	tests int
}

const leafEdges = 8

// eachPair calls found(i, j), i < j, for all pairs of edges whose boxes meet.
func eachPair(edges []edge, found func(i, j int) error) error {
	if len(edges) < 2 {
		return nil
	}
	s := &pairSearch{edges: edges, found: found, boxes: make([]box, len(edges))}
	for i, e := range edges {
		s.boxes[i] = e.box()
	}
	leaves := 1
	for leaves*leafEdges < len(edges) {
		leaves *= 2
	}
	s.tree = make([]box, 2*leaves-1)
	for l := range leaves {
		b := noBox
		lo, hi := s.leaf(l)
		for _, c := range s.boxes[lo:hi] {
			b = b.with(c)
		}
		s.tree[leaves-1+l] = b
	}
	for i := leaves - 2; i >= 0; i-- {
		s.tree[i] = s.tree[2*i+1].with(s.tree[2*i+2])
	}
	return s.within(0)
}

// leaf returns the range of edges of leaf l.
func (s *pairSearch) leaf(l int) (lo, hi int) {
	return min(l*leafEdges, len(s.edges)), min((l+1)*leafEdges, len(s.edges))
}

func (s *pairSearch) firstLeaf() int { return len(s.tree) / 2 }

// within compares the edges below i with each other.
func (s *pairSearch) within(i int) error {
	if i < s.firstLeaf() {
		if err := s.within(2*i + 1); err != nil {
			return err
		}
		if err := s.within(2*i + 2); err != nil {
			return err
		}
		return s.between(2*i+1, 2*i+2)
	}
	lo, hi := s.leaf(i - s.firstLeaf())
	for a := lo; a < hi; a++ {
		if err := s.against(a, a+1, hi); err != nil {
			return err
		}
	}
	return nil
}

// between compares the edges below i with those below j; i and j are on one
// level, i before j.
func (s *pairSearch) between(i, j int) error {
	if s.tests++; s.tests > maxBoxTests {
		return ErrTangled
	}
	if !s.tree[i].meets(s.tree[j]) {
		return nil
	}
	if i < s.firstLeaf() {
		for _, p := range [4][2]int{{1, 1}, {1, 2}, {2, 1}, {2, 2}} {
			if err := s.between(2*i+p[0], 2*j+p[1]); err != nil {
				return err
			}
		}
		return nil
	}
	lo, hi := s.leaf(j - s.firstLeaf())
	first, last := s.leaf(i - s.firstLeaf())
	for a := first; a < last; a++ {
		if !s.boxes[a].meets(s.tree[j]) {
			continue
		}
		if err := s.against(a, lo, hi); err != nil {
			return err
		}
	}
	return nil
}

// against compares edge a with the edges lo..hi-1.
func (s *pairSearch) against(a, lo, hi int) error {
	if s.tests += hi - lo; s.tests > maxBoxTests {
		return ErrTangled
	}
	for b := lo; b < hi; b++ {
		if s.boxes[a].meets(s.boxes[b]) {
			if err := s.found(a, b); err != nil {
				return err
			}
		}
	}
	return nil
}
