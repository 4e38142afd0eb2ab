package overlay

import "fmt"

// A Fault says which rule the boundary of a claim breaks, and where, so that a
// surveyor can find the spot.
type Fault struct {
	Rule    Rule
	At      Point // on the grid; a crossing is rounded to it
	Polygon int   // which polygon of the multipolygon, from 0
	Ring    int   // which ring of it: 0 is the shell
	Vertex  int   // the vertex at or before the place
}

func (f Fault) Error() string {
	at := f.At.Metres()
	return fmt.Sprintf("overlay: %s near (%.4f, %.4f), polygon %d, ring %d, vertex %d",
		f.Rule.EN(), at[0], at[1], f.Polygon, f.Ring, f.Vertex)
}

// A Rule is a rule for boundaries (OGC 06-103r4 §6.1.11). Its value is a stable
// code for JSON, the same as in package geo where that has the rule too; EN and
// ZH say the breach to a person.
type Rule string

// The rules.
const (
	RingOffGrid     Rule = "not_a_position" // beyond [MaxCoordinate]
	RingTooFew      Rule = "too_few_points"
	RingZeroArea    Rule = "zero_area"
	RingRepeats     Rule = "repeated_point"
	RingSpike       Rule = "spike"
	RingCrosses     Rule = "crosses"
	RingTouches     Rule = "touches"
	RingOverlaps    Rule = "overlaps"
	RingsCross      Rule = "rings_cross"
	RingsOverlap    Rule = "rings_overlap"
	HoleOutside     Rule = "hole_outside"
	HoleInHole      Rule = "hole_in_hole"
	PartInPart      Rule = "part_in_part"
	InteriorDivided Rule = "interior_divided"
)

var ruleWords = map[Rule]struct{ en, zh string }{
	RingOffGrid:     {"a point is farther away than any place on Earth", "坐标超出有效范围"},
	RingTooFew:      {"a ring has fewer than three different points", "环的不同点少于三个"},
	RingZeroArea:    {"a ring encloses no area", "环的面积为零"},
	RingRepeats:     {"a point is repeated", "存在重复点"},
	RingSpike:       {"a ring runs back over itself", "边界有折返的尖刺"},
	RingCrosses:     {"a ring crosses itself", "边界自相交"},
	RingTouches:     {"a ring touches itself", "边界自相接触"},
	RingOverlaps:    {"a ring runs along itself", "边界与自身重叠"},
	RingsCross:      {"two rings of one claim cross", "同一图斑的两个环相交"},
	RingsOverlap:    {"two rings of one claim run along each other", "同一图斑的两个环部分重叠"},
	HoleOutside:     {"a hole lies outside of its shell", "内环位于外环之外"},
	HoleInHole:      {"a hole lies in another hole", "内环位于另一内环之内"},
	PartInPart:      {"a part lies within another part", "一个部分位于另一部分之内"},
	InteriorDivided: {"holes that touch divide the inside", "内环相接将内部隔断"},
}

// EN says the breach in English; a code of no rule is returned as it is.
func (r Rule) EN() string {
	if w, ok := ruleWords[r]; ok {
		return w.en
	}
	return string(r)
}

// ZH says the breach in Chinese; a code of no rule is returned as it is.
func (r Rule) ZH() string {
	if w, ok := ruleWords[r]; ok {
		return w.zh
	}
	return string(r)
}

// Breaks says whether the polygon is not valid. A repeated point is no breach:
// it is dropped without changing the ground.
func (r Rule) Breaks() bool { return r != RingRepeats }
