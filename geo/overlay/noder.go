package overlay

import (
	"cmp"
	"slices"
)

// A noder splits strands where they cross or touch, until they have nothing in
// common but ends, and marks the ends that they have in common as nodes.
//
// Crossings are rounded to the grid, which moves the strands they are on by up
// to half a unit and may make new crossings; so it goes on until there are none.
// Two or three rounds do, nearly always. Where long strands run within a unit of
// each other, though, each round may make the next crossing, one unit farther on,
// for as many rounds as they have units; so after [mostRounds] the strands are
// noded another way, at once ([noder.snapRound]).
//
// The outcome depends on the set of strands alone, not on their order.
type noder struct {
	stop    stop // ends it with work undone
	wide    bool
	strands []strand
	spare   []strand
	cuts    []cutPoint

	given     []strand   // the strands before the first cut
	givenCuts []cutPoint // and where the first round cut them

	runs  []strandRun
	boxes []Box
	near  []int32
	other []int32
}

// A cutPoint is a place where a strand is to be split.
type cutPoint struct {
	strand int32
	at     Point
}

// A strandRun is a few strands in a row, as runs are of edges.
type strandRun struct {
	box         Box
	first, last int32
	fresh       bool // one of them is
}

// strandRunLength is the number of strands in a run.
const strandRunLength = 8

// mostRounds is how often strands are cut and compared again. Real registers
// take three rounds; needles a grid unit wide, drawn at random, may take ten.
const mostRounds = 8

func (n *noder) node() {
	for round := 1; !n.stop.asked(); round++ {
		n.cuts = n.cuts[:0]
		n.compareAll()
		for i := range n.strands {
			n.strands[i].fresh = false
		}
		switch {
		case len(n.cuts) == 0:
			return
		case round > mostRounds:
			n.snapRound()
			return
		}
		n.applyCuts()
		if round == 1 { // spare has what was cut: it is kept, and its place taken
			n.given, n.spare = n.spare, n.given
			n.givenCuts, n.cuts = n.cuts, n.givenCuts
		}
	}
}

// compareAll compares every pair of strands of which at least one is fresh.
func (n *noder) compareAll() {
	n.makeRuns()
	if len(n.runs) <= 32 {
		for i := range n.runs {
			for j := i; j < len(n.runs); j++ {
				n.compareRuns(&n.runs[i], &n.runs[j])
			}
		}
		return
	}
	tree := newBoxTree(n.boxes)
	for i := range n.runs {
		if i%16 == 0 && n.stop.asked() {
			return
		}
		n.near = tree.meeting(n.near[:0], n.boxes[i], i)
		for _, j := range n.near {
			n.compareRuns(&n.runs[i], &n.runs[j])
		}
	}
}

func (n *noder) makeRuns() {
	n.runs, n.boxes = n.runs[:0], n.boxes[:0]
	for first := 0; first < len(n.strands); first += strandRunLength {
		last := min(first+strandRunLength, len(n.strands))
		r := strandRun{box: n.strands[first].box(), first: int32(first), last: int32(last)}
		for i := first; i < last; i++ {
			r.box = r.box.Grow(n.strands[i].p).Grow(n.strands[i].q)
			r.fresh = r.fresh || n.strands[i].fresh
		}
		n.runs = append(n.runs, r)
		n.boxes = append(n.boxes, r.box)
	}
}

func (n *noder) compareRuns(a, b *strandRun) {
	if !a.fresh && !b.fresh || !a.box.Meets(b.box) {
		return
	}
	n.other = n.other[:0]
	for j := b.first; j < b.last; j++ {
		if t := &n.strands[j]; (a.fresh || t.fresh) && touches(t.p, t.q, a.box) {
			n.other = append(n.other, j)
		}
	}
	if len(n.other) == 0 {
		return
	}
	for i := a.first; i < a.last; i++ {
		s := &n.strands[i]
		if !b.fresh && !s.fresh || !touches(s.p, s.q, b.box) {
			continue
		}
		box := s.box()
		for _, j := range n.other {
			if t := &n.strands[j]; j != i && (a != b || j > i) && (s.fresh || t.fresh) && touches(t.p, t.q, box) {
				n.comparePair(i, j)
			}
		}
	}
}

// comparePair notes where strands i < j split each other, and marks the ends in
// which they meet.
func (n *noder) comparePair(i, j int32) {
	s, t := &n.strands[i], &n.strands[j]
	before := len(n.cuts)
	shared := n.meetEnds(i, j)
	n.cutAtEnd(i, t.p, j)
	n.cutAtEnd(i, t.q, j+1)
	n.cutAtEnd(j, s.p, i)
	n.cutAtEnd(j, s.q, i+1)
	if shared || len(n.cuts) > before {
		return
	}
	e, f := segment{s.p, s.q}, segment{t.p, t.q}
	if !properlyCross(n.wide, e, f) {
		return
	}
	at := meet(n.wide, e, f, 1)
	if at != s.p && at != s.q {
		n.cuts = append(n.cuts, cutPoint{i, at})
	}
	if at != t.p && at != t.q {
		n.cuts = append(n.cuts, cutPoint{j, at})
	}
}

// meetEnds says whether i < j have an end in common, and marks it as a node
// unless it is where j follows i and does not run back over it.
func (n *noder) meetEnds(i, j int32) bool {
	s, t := &n.strands[i], &n.strands[j]
	shared := false
	if s.p == t.p {
		n.mark(i, j)
		shared = true
	}
	if s.q == t.q {
		n.mark(i+1, j+1)
		shared = true
	}
	if s.p == t.q {
		n.mark(i, j+1)
		shared = true
	}
	if s.q == t.p {
		if j != i+1 || t.begins || s.p == t.q {
			n.mark(i+1, j)
		}
		shared = true
	}
	return shared
}

// mark makes nodes of the beginnings of two strands; beyond the last there is
// none, and where the next one begins a chain it makes no difference.
func (n *noder) mark(i, j int32) {
	for _, k := range [2]int32{i, j} {
		if int(k) < len(n.strands) {
			n.strands[k].node = true
		}
	}
}

// cutAtEnd splits strand i at r, the beginning of strand `beginning`, if it
// passes there.
func (n *noder) cutAtEnd(i int32, r Point, beginning int32) {
	if n.strands[i].passes(r, n.wide) {
		n.cuts = append(n.cuts, cutPoint{i, r})
		n.mark(beginning, beginning)
	}
}

// applyCuts replaces every strand that has cuts by its parts, which are fresh.
func (n *noder) applyCuts() {
	slices.SortFunc(n.cuts, func(a, b cutPoint) int {
		if c := cmp.Compare(a.strand, b.strand); c != 0 {
			return c
		}
		return compareFrom(n.strands[a.strand].p, a.at, b.at)
	})
	n.cuts = slices.Compact(n.cuts)
	cuts, out := n.cuts, n.spare[:0]
	for i := range n.strands {
		s := n.strands[i]
		s.fresh = len(cuts) > 0 && cuts[0].strand == int32(i)
		for len(cuts) > 0 && cuts[0].strand == int32(i) {
			part := s
			part.q = cuts[0].at
			out = append(out, part)
			s.p, s.begins, s.node = part.q, false, true
			cuts = cuts[1:]
		}
		out = append(out, s)
	}
	n.strands, n.spare = out, n.strands
}

// compareFrom compares two places by how far they are from p along the axes,
// which is their order along a strand that begins at p. Cuts of one strand lie
// within half a unit of it, so this order differs from that of their exact
// places by less than the grid.
func compareFrom(p, a, b Point) int {
	da, db := abs(a.X-p.X)+abs(a.Y-p.Y), abs(b.X-p.X)+abs(b.Y-p.Y)
	if c := cmp.Compare(da, db); c != 0 {
		return c
	}
	return comparePoints(a, b)
}
