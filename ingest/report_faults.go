package ingest

import (
	"fmt"

	"github.com/paulmach/orb"

	"jieshi/geo"
	"jieshi/geo/crs"
)

// MaxFaults is how many faults a report lists; FaultCount counts on.
const MaxFaults = 1000

// RuleKnot is a breach that only walks know: the line crosses itself while the
// receiver stood still, by the noise of its fixes. The other rules are those of
// [geo.RingRule].
const RuleKnot geo.RingRule = "knot"

// A Fault is a place where the line of a walk breaks a rule for boundaries.
type Fault struct {
	Rule   geo.RingRule `json:"rule"`
	At     Place        `json:"at"`
	Vertex int          `json:"vertex"`         // fix at or before the place
	Again  int          `json:"again"`          // fix before the second passage over the place; Vertex if there is none
	Line   int          `json:"line,omitempty"` // source line of Vertex
	Count  int          `json:"count"`          // meetings that this fault stands for: 1 but for knots
	Text   Text         `json:"text"`
}

// findFaults lists where the closed line meets itself, and the gap if it is too
// wide, in the order of the walk.
//
// Meetings within one standstill are one fault, a knot at the first of
// them: a receiver that stands on a corner stone for a minute writes hundreds. A
// standstill is a run of fixes that stay within 2σ, and at least 5 cm, of the
// fix it began with; a walk that ends in such reach of its start is back there.
func (r *Report) findFaults(fixes []Fix, proj crs.Projection) error {
	closed := r.Line
	if last := len(closed) - 1; closed[last] != closed[0] {
		closed = append(closed[:last+1:last+1], closed[0])
	}
	crossings, err := geo.SelfCrossings(closed)
	if err != nil {
		return refuseTangle(err)
	}
	still := newStandstills(r.Line, r.Sigmas)
	knots := map[int]int{} // first fix of a standstill to the index of its fault
	for _, c := range crossings {
		s, knot := still.holding(c)
		if k, ok := knots[s]; knot && ok {
			if k < len(r.Faults) {
				r.Faults[k].Count++
			}
			continue
		}
		f := r.faultOf(c.Fault().Rule, c.At, fixes, c.First, c.Second, proj)
		if knot {
			f.Rule, knots[s] = RuleKnot, r.FaultCount
		}
		if r.FaultCount++; r.FaultCount <= MaxFaults {
			r.Faults = append(r.Faults, f)
		}
	}
	if r.ClosingGap > r.MaxClosingGap {
		last := len(r.Line) - 1
		r.FaultCount++
		r.Faults = append(r.Faults, r.faultOf(geo.RingOpen, r.Line[last], fixes, last, 0, proj))
	}
	for i := range r.Faults {
		r.Faults[i].Text = r.say(r.Faults[i])
	}
	return nil
}

func (r *Report) faultOf(rule geo.RingRule, at orb.Point, fixes []Fix, first, second int, proj crs.Projection) Fault {
	return Fault{
		Rule: rule, At: placeOf(at, proj), Vertex: r.Used[first], Again: r.Used[second],
		Line: fixes[r.Used[first]].Line, Count: 1,
	}
}

// standstills knows where the walker stood still.
type standstills struct {
	line  orb.LineString
	first []int        // for each fix, the fix with which its standstill began
	reach []geo.Metres // for the first fix of a standstill, how far it reaches
	size  []int        // for the first fix of a standstill, how many fixes it has
}

func newStandstills(line orb.LineString, sigmas []geo.Metres) standstills {
	n := len(line)
	s := standstills{line: line, first: make([]int, n), reach: make([]geo.Metres, n), size: make([]int, n)}
	for k := range line {
		s.reach[k] = max(2*sigmas[k], 0.05)
		if k == 0 {
			continue
		}
		s.first[k] = s.first[k-1]
		if !s.reaches(s.first[k], line[k]) {
			s.first[k] = k
		}
	}
	for k := n - 1; k > 0 && s.reaches(0, line[k]); k-- {
		s.first[k] = 0
	}
	for _, from := range s.first {
		s.size[from]++
	}
	return s
}

func (s standstills) reaches(from int, p orb.Point) bool {
	return geo.Metres(apart(s.line[from], p)) <= s.reach[from]
}

// holding returns the standstill that c belongs to, if there is one: c lies
// within its reach, both edges begin or end in it, and one of them lies wholly
// in it. The ways in and out may also cross each other, where the walker stood
// for three fixes or more; but a way out that runs back over the way in is a
// spike, however long he stood at its tip.
func (s standstills) holding(c geo.Crossing) (first int, ok bool) {
	a, b := s.first[c.First], s.after(c.First)
	d, e := s.first[c.Second], s.after(c.Second)
	for _, from := range []int{a, b} {
		if from != d && from != e || !s.reaches(from, c.At) {
			continue
		}
		passing := c.Meeting == geo.Crosses || c.Meeting == geo.Touches
		if a == b || d == e || passing && s.size[from] >= 3 {
			return from, true
		}
	}
	return 0, false
}

// after returns the standstill in which the edge from fix k ends.
func (s standstills) after(k int) int { return s.first[(k+1)%len(s.line)] }

// say puts a fault into a sentence with what to do.
func (r *Report) say(f Fault) Text {
	switch f.Rule {
	case RuleKnot:
		times := "once"
		if f.Count > 1 {
			times = fmt.Sprintf("%d times", f.Count)
		}
		return Text{
			fmt.Sprintf("停留时定位漂移，边界线打结（自相交 %d 处）。", f.Count),
			"The receiver stood still here and its noise tied the line into a knot, meeting itself " + times + ".",
		}
	case RuleNotABoundary:
		return Text{
			fmt.Sprintf("去程与回程基本重合（%.0f%%），不是边界；此处离起点最远。请沿边界走完整一圈。", 100*r.Back),
			fmt.Sprintf("The walker came back the way he went (%.0f %% of it): this is not a boundary. Here he was farthest from the start. Walk round the ground.", 100*r.Back),
		}
	case geo.RingOpen:
		return Text{
			fmt.Sprintf("终点距起点 %.2f 米，超过允许的 %.2f 米。请补测，或声明允许的闭合差。", r.ClosingGap, r.MaxClosingGap),
			fmt.Sprintf("The line ends %.2f m from its start; %.2f m are allowed. Walk the rest, or state a wider gap.", r.ClosingGap, r.MaxClosingGap),
		}
	default:
		return Text{f.Rule.ZH() + "。", upperFirst(f.Rule.EN()) + "."}
	}
}

func upperFirst(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return string(s[0]-'a'+'A') + s[1:]
}
