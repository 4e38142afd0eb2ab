package overlay

import (
	"cmp"
	"context"
	"slices"
)

// Validate returns everything that is wrong with the boundary of m, in the order
// of polygons, rings and vertices; nil says that it is valid.
//
// It is exact: the claim is compared with itself, edge by edge, as claims are
// compared with each other, but without nudging, so that touching and running
// along are told from crossing. A point where one ring merely touches another is
// no fault. A point off the grid is the only fault told. Which ring lies in which is judged only where their boundaries do
// not cross, since otherwise the crossing is the fault.
//
// The error is that of the context.
func Validate(ctx context.Context, m MultiPolygon) ([]Fault, error) {
	if f, found := offGrid(m); found {
		return []Fault{f}, ctx.Err()
	}
	v := validator{wide: m.Bounds().wide(), stop: stopOf(ctx)}
	for i, poly := range m {
		for k, ring := range poly {
			v.addRing(ringRef{i, k}, ring)
		}
	}
	v.compareEdges()
	v.judgeContacts()
	v.judgeRings()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	slices.SortFunc(v.faults, func(x, y Fault) int {
		return cmp.Or(
			cmp.Compare(x.Polygon, y.Polygon), cmp.Compare(x.Ring, y.Ring), cmp.Compare(x.Vertex, y.Vertex),
			cmp.Compare(x.Rule, y.Rule), comparePoints(x.At, y.At))
	})
	return slices.Compact(v.faults), nil
}

// offGrid finds a point with which nothing can be computed.
func offGrid(m MultiPolygon) (Fault, bool) {
	for i, poly := range m {
		for k, ring := range poly {
			for j, p := range ring {
				if (Box{p, p}).offGrid() {
					return Fault{RingOffGrid, p, i, k, j}, true
				}
			}
		}
	}
	return Fault{}, false
}

// ringRef names a ring of a multipolygon.
type ringRef struct{ polygon, ring int }

// ringEdge is an edge that has a length: from vertex of the ring as given.
type ringEdge struct {
	segment
	ring   int32 // in validator.rings
	vertex int32
	prev   int32 // the edges before and after it round the ring
	next   int32
}

// validRing is a ring that has an area to speak of.
type validRing struct {
	ref     ringRef
	box     Box
	crossed bool // so that its place among the others cannot be judged
	edges   span // in validator.edges
}

// A validator gathers the faults of one multipolygon.
type validator struct {
	stop     stop // ends it with faults untold
	wide     bool
	rings    []validRing
	edges    []ringEdge
	contacts []contact
	faults   []Fault
}

// A contact is an edge, or its beginning, at a place where another edge touches
// it.
type contact struct {
	at     Point
	edge   int32
	vertex bool // at the beginning of the edge, else inside it
}

func (v *validator) fault(rule Rule, at Point, e *ringEdge) {
	ref := v.rings[e.ring].ref
	v.faults = append(v.faults, Fault{rule, at, ref.polygon, ref.ring, int(e.vertex)})
}

// addRing takes the edges of a ring and judges the ring by itself.
func (v *validator) addRing(ref ringRef, ring Ring) {
	fault := func(rule Rule, at Point, vertex int) {
		v.faults = append(v.faults, Fault{rule, at, ref.polygon, ref.ring, vertex})
	}
	if len(ring) == 0 {
		fault(RingTooFew, Point{}, 0)
		return
	}
	first := len(v.edges)
	number := int32(len(v.rings))
	for i, p := range ring {
		q := ring[0]
		if i+1 < len(ring) {
			q = ring[i+1]
		} else if p == q {
			break // closed already
		}
		if p == q {
			fault(RingRepeats, p, i+1)
			continue
		}
		v.edges = append(v.edges, ringEdge{segment{p, q}, number, int32(i), int32(len(v.edges)) - 1, int32(len(v.edges)) + 1})
	}
	last := len(v.edges) - 1
	switch {
	case last-first < 2:
		fault(RingTooFew, ring[0], 0)
		v.edges = v.edges[:first]
		return
	case ring.Area().Sign() == 0:
		fault(RingZeroArea, ring[0], 0)
	}
	v.edges[first].prev, v.edges[last].next = int32(last), int32(first)
	v.rings = append(v.rings, validRing{ref: ref, box: ring.box(), edges: span{int32(first), int32(last) + 1}})
}

// compareEdges finds crossings and overlaps, and notes contacts. As between
// claims, edges are compared by runs.
func (v *validator) compareEdges() {
	var boxes []Box
	for run := range slices.Chunk(v.edges, runLength) {
		box := emptyBox()
		for i := range run {
			box = box.Grow(run[i].p).Grow(run[i].q)
		}
		boxes = append(boxes, box)
	}
	tree := newBoxTree(boxes)
	var near []int32
	for i := range boxes {
		if i%16 == 0 && v.stop.asked() {
			return
		}
		near = tree.meeting(near[:0], boxes[i], i)
		for _, j := range near {
			v.compareRuns(int32(i), j, boxes[i].Intersect(boxes[j]))
		}
	}
}

// compareRuns compares the edges of runs i ≤ j, as far as they come near what
// their boxes have in common.
func (v *validator) compareRuns(i, j int32, both Box) {
	n := int32(len(v.edges))
	for k := i * runLength; k < min((i+1)*runLength, n); k++ {
		e := &v.edges[k]
		if !touches(e.p, e.q, both) {
			continue
		}
		box := Box{e.p, e.p}.Grow(e.q)
		for m := max(j*runLength, k+1); m < min((j+1)*runLength, n); m++ {
			if touches(v.edges[m].p, v.edges[m].q, box) {
				v.compare(k, m)
			}
		}
	}
}

func (v *validator) compare(i, j int32) {
	e, f := &v.edges[i], &v.edges[j]
	switch {
	case e.next == j && f.next == i: // a ring of two edges has been refused
		return
	case e.next == j:
		v.compareNext(e, f)
	case f.next == i:
		v.compareNext(f, e)
	case properlyCross(v.wide, e.segment, f.segment):
		v.cross(e, f, meet(v.wide, e.segment, f.segment, 1))
	default:
		v.touch(i, j)
	}
}

// compareNext judges an edge and the one that follows it: they share a point,
// and nothing else unless the second runs back over the first.
func (v *validator) compareNext(e, f *ringEdge) {
	ux, uy := e.q.X-e.p.X, e.q.Y-e.p.Y
	wx, wy := f.q.X-f.p.X, f.q.Y-f.p.Y
	if turn(v.wide, ux, uy, wx, wy) == 0 && (opposite(ux, wx) || opposite(uy, wy)) {
		v.fault(RingSpike, f.p, f)
	}
}

func (v *validator) cross(e, f *ringEdge, at Point) {
	rule := RingCrosses
	if e.ring != f.ring {
		rule = RingsCross
		v.rings[e.ring].crossed, v.rings[f.ring].crossed = true, true
	}
	v.fault(rule, at, e)
}

// touch notes where edges that do not cross and are not neighbours touch.
func (v *validator) touch(i, j int32) {
	e, f := &v.edges[i], &v.edges[j]
	n := len(v.contacts)
	v.touchEnd(e.p, j, contact{e.p, i, true})
	v.touchEnd(e.q, j, contact{e.q, e.next, true})
	v.touchEnd(f.p, i, contact{f.p, j, true})
	v.touchEnd(f.q, i, contact{f.q, f.next, true})
	fresh := v.contacts[n:]
	if len(fresh) == 0 {
		return
	}
	byPlace := func(x, y contact) int { return comparePoints(x.at, y.at) }
	least, greatest := slices.MinFunc(fresh, byPlace), slices.MaxFunc(fresh, byPlace)
	if least.at != greatest.at {
		v.overlap(e, f, least.at)
		v.contacts = v.contacts[:n]
	}
}

// touchEnd notes a contact of the end p of an edge with edge j.
func (v *validator) touchEnd(p Point, j int32, end contact) {
	f := &v.edges[j]
	here := contact{p, j, false}
	switch p {
	case f.p:
		here.vertex = true
	case f.q:
		here.edge, here.vertex = f.next, true
	default:
		s := strand{p: f.p, q: f.q}
		if !s.passes(p, v.wide) {
			return
		}
	}
	v.contacts = append(v.contacts, end, here)
}

func (v *validator) overlap(e, f *ringEdge, at Point) {
	rule := RingOverlaps
	if e.ring != f.ring {
		rule = RingsOverlap
		v.rings[e.ring].crossed, v.rings[f.ring].crossed = true, true
	}
	v.fault(rule, at, e)
}
