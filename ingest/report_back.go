package ingest

import (
	"math"

	"github.com/paulmach/orb"

	"jieshi/geo"
	"jieshi/geo/crs"
)

// RuleNotABoundary is a breach that only walks know: the walker went out and came
// back the same way, so that the line goes round nothing.
const RuleNotABoundary geo.RingRule = "not_a_boundary"

// The test for out and back. Somebody walks back within a path's width, or 3σ of
// the line, of where he came by, in the other direction, over most of the way; and
// what the line goes round is thin: 4π·area/length² is 1 for a disc, 0.79 for a
// square, 0.1 for a strip thirty times as long as wide.
const (
	backReach = geo.Metres(1.5)
	backShare = 0.6
	backThin  = 0.1
)

// findBack says whether the line goes out and back, and if so lists that as a fault
// at the place farthest from its start.
func (r *Report) findBack(fixes []Fix, plane geo.SquareMetres, proj crs.Projection) {
	around := float64(r.Length + r.ClosingGap)
	if around == 0 || 4*math.Pi*float64(plane)/(around*around) > backThin {
		return
	}
	reach := float64(max(backReach, 3*r.Sigma.Metres))
	if r.Back = backShareOf(r.Line, reach); r.Back < backShare {
		return
	}
	tip, most := 0, -1.0
	for k, p := range r.Line {
		if d := apart(r.Line[0], p); d > most {
			tip, most = k, d
		}
	}
	f := r.faultOf(RuleNotABoundary, r.Line[tip], fixes, tip, tip, proj)
	f.Text = r.say(f)
	r.NotABoundary = true
	r.FaultCount++
	r.Faults = append(r.Faults, f)
}

// backShareOf returns the share of the length of line that has another part of it,
// walked the other way, within reach beside it.
func backShareOf(line orb.LineString, reach float64) float64 {
	type cell struct{ x, y int }
	cellOf := func(p orb.Point) cell {
		return cell{int(math.Floor((p[0] - line[0][0]) / reach)), int(math.Floor((p[1] - line[0][1]) / reach))}
	}
	// Steps are cut to the reach, so that long straight legs are seen too.
	var at []orb.Point
	var way []orb.Point // direction, of unit length
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		d := apart(a, b)
		n := min(max(math.Ceil(d/reach), 1), 10_000)
		if d == 0 {
			continue
		}
		for k := range int(n) {
			t := (float64(k) + 0.5) / n
			at = append(at, orb.Point{a[0] + t*(b[0]-a[0]), a[1] + t*(b[1]-a[1])})
			way = append(way, orb.Point{(b[0] - a[0]) / d * d / n, (b[1] - a[1]) / d * d / n})
		}
	}
	cells := map[cell][]int{}
	for i, p := range at {
		if c := cellOf(p); len(cells[c]) < 64 { // a tangle says no more by being thicker
			cells[c] = append(cells[c], i)
		}
	}
	total, back := 0.0, 0.0
	for i, p := range at {
		length := math.Hypot(way[i][0], way[i][1])
		total += length
		c := cellOf(p)
		if func() bool {
			for dx := -1; dx <= 1; dx++ {
				for dy := -1; dy <= 1; dy++ {
					for _, j := range cells[cell{c.x + dx, c.y + dy}] {
						if apart(p, at[j]) <= reach && way[i][0]*way[j][0]+way[i][1]*way[j][1] < -0.5*length*math.Hypot(way[j][0], way[j][1]) {
							return true
						}
					}
				}
			}
			return false
		}() {
			back += length
		}
	}
	if total == 0 {
		return 0
	}
	return math.Round(back/total*1e4) / 1e4
}
