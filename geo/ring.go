package geo

import (
	"fmt"

	"github.com/paulmach/orb"
)

// A RingFault says which rule a boundary breaks and where, so that a surveyor
// can walk back to the spot.
type RingFault struct {
	Rule   RingRule
	At     orb.Point // in the CRS of the boundary
	Vertex int       // index of the vertex at or before the place
}

func (f *RingFault) Error() string {
	return fmt.Sprintf("geo: %s near (%.3f, %.3f), vertex %d", f.Rule.EN(), f.At[0], f.At[1], f.Vertex) // millimetres
}

// A RingRule is a rule that a boundary breaks (OGC 06-103r4 §6.1.11, and plain
// sense). Its value is a stable code for JSON; EN and ZH say it to a person.
type RingRule string

// The rules, in the order in which [RingFaults] looks for a breach.
const (
	RingUnusable   RingRule = "not_a_position" // not finite, or not on this planet
	RingTooFew     RingRule = "too_few_points" // fewer than three different points
	RingOpen       RingRule = "open"           // does not end where it began
	RingOutAndBack RingRule = "out_and_back"   // encloses nothing: it comes back the way it went
	RingSpike      RingRule = "spike"          // runs back over the edge it came by
	RingCrosses    RingRule = "crosses"        // cuts itself
	RingTouches    RingRule = "touches"        // comes back to a place on itself
	RingOverlaps   RingRule = "overlaps"       // runs along itself
	RingZeroArea   RingRule = "zero_area"      // windings cancel, as in a figure 8
)

var ringWords = map[RingRule]struct{ en, zh string }{
	RingUnusable:   {"the line has a point that is not a position", "边界线含有无效坐标"},
	RingTooFew:     {"the line has fewer than three different points", "边界线不同的点少于三个"},
	RingOpen:       {"the line does not end where it began", "边界线未闭合"},
	RingOutAndBack: {"the line comes back the way it went and encloses nothing", "边界线原路折返，未围成地块"},
	RingSpike:      {"the line runs back over itself", "边界线有折返的尖刺"},
	RingCrosses:    {"the line crosses itself", "边界线自相交"},
	RingTouches:    {"the line touches itself", "边界线自相接触"},
	RingOverlaps:   {"the line runs along itself", "边界线与自身重叠"},
	RingZeroArea:   {"the windings of the line cancel to no area", "边界线正反绕行，面积相抵为零"},
}

// EN says the breach in English; a code of no rule is returned as it is.
func (r RingRule) EN() string {
	if w, ok := ringWords[r]; ok {
		return w.en
	}
	return string(r)
}

// ZH says the breach in Chinese; a code of no rule is returned as it is.
func (r RingRule) ZH() string {
	if w, ok := ringWords[r]; ok {
		return w.zh
	}
	return string(r)
}

// rule returns the rule that a meeting breaks in a ring.
func (m Meeting) rule() RingRule {
	switch m {
	case Crosses:
		return RingCrosses
	case Touches:
		return RingTouches
	case Overlaps:
		return RingOverlaps
	case Spike:
		return RingSpike
	}
	return RingRule(m)
}

// Fault returns the crossing as the breach of a rule by a ring.
func (c Crossing) Fault() RingFault {
	return RingFault{Rule: c.Meeting.rule(), At: c.At, Vertex: c.First}
}

// CheckRing returns the first fault of [RingFaults] as an error, or nil if ring
// is the simple closed boundary of one piece of ground. The direction in which
// it runs does not matter.
func CheckRing(ring orb.Ring) error {
	faults, err := RingFaults(ring)
	if err != nil {
		return err
	}
	if len(faults) > 0 {
		return &faults[0]
	}
	return nil
}

// RingFaults returns all that is wrong with ring as a boundary, judged on the
// 0.1 mm grid: repeated points are no fault. Faults are in the order of the
// rules, meetings of the ring with itself in the order along it. A ring with a
// point that is no position, or with too few points, has that one fault. A ring
// that encloses nothing at all has the fault out-and-back (and open, if it is)
// and the turning point as its place.
//
// The only error is [ErrTangled].
func RingFaults(ring orb.Ring) ([]RingFault, error) {
	edges, fault := edgesOf(orb.LineString(ring))
	if fault == nil {
		fault = tooFew(ring, edges)
	}
	if fault != nil {
		return []RingFault{*fault}, nil //nolint:nilerr // a fault is the answer here
	}
	var faults []RingFault
	if last := edges[len(edges)-1]; last.b != edges[0].a {
		faults = append(faults, RingFault{RingOpen, last.b.point(), len(ring) - 1})
		edges = append(edges, edge{last.b, edges[0].a, len(ring) - 1})
	}
	crossings, err := crossingsOf(edges)
	if err != nil {
		return nil, err
	}
	if len(crossings) > 0 {
		ground, err := enclosedBy(edges)
		if err != nil {
			return nil, err
		}
		if len(ground) == 0 {
			tip := farthest(edges)
			return append(faults, RingFault{RingOutAndBack, tip.b.point(), tip.from + 1}), nil
		}
	}
	for _, c := range crossings {
		faults = append(faults, c.Fault())
	}
	if areaSign(edges) == 0 {
		faults = append(faults, RingFault{RingZeroArea, edges[0].a.point(), edges[0].from})
	}
	return faults, nil
}

// tooFew returns a fault if the edges have fewer than three different ends.
func tooFew(ring orb.Ring, edges []edge) *RingFault {
	if len(ring) == 0 {
		return &RingFault{Rule: RingTooFew}
	}
	for _, e := range edges {
		if e.b != edges[0].a && e.b != edges[0].b {
			return nil
		}
	}
	return &RingFault{Rule: RingTooFew, At: Snap(ring[0])}
}

// farthest returns the edge that ends farthest from the start of the line.
func farthest(edges []edge) edge {
	o, best, most := edges[0].a, edges[0], -1.0
	for _, e := range edges {
		if d := distance(o.point(), e.b.point()); d > most {
			best, most = e, d
		}
	}
	return best
}
