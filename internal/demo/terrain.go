package demo

import "math"

// terrain is the lie of the land in the local frame: a valley that runs south,
// its stream dammed to a reservoir, hills on both sides.
type terrain struct {
	hills, folds, bumps field
}

func newTerrain(seed uint64) terrain {
	return terrain{hills: newField(seed, 101), folds: newField(seed, 102), bumps: newField(seed, 103)}
}

// Levels in metres above sea, and the dam across the valley (its crest runs
// east-west at damNorth, between the abutments damWest and damEast).
const (
	floorSouth = 104.0 // valley floor at the south edge
	floorRise  = 0.030 // rise of the floor to the north
	waterLevel = 119.9
	shoreReach = 57.0  // the water reaches no farther from the thalweg,
	shoreNorth = 533.0 // and no farther up the valley
	damCrest   = 122.3
	damNorth   = 281.0
	damHalf    = 2.6 // half the width of the crest
	damBatter  = 2.4 // horizontal per vertical
)

// thalweg lists the easting of the old stream at every 80 m of northing: the
// valley's deepest line, which the county boundary follows.
var thalweg = []float64{371, 366, 380, 394, 388, 400, 408, 410, 424, 440, 452}

// streamAt returns the easting of the thalweg.
func streamAt(y float64) float64 {
	const spacing = 80.0
	t := min(max(y/spacing, 0), float64(len(thalweg)-1)-1e-9)
	i := int(t)
	at := func(k int) float64 { return thalweg[min(max(k, 0), len(thalweg)-1)] }
	u := t - float64(i)
	// Catmull-Rom through the listed points.
	p0, p1, p2, p3 := at(i-1), at(i), at(i+1), at(i+2)
	a := p2 - p0
	b := float64(2*p0) - float64(5*p1) + float64(4*p2) - p3
	c := float64(3*(p1-p2)) + p3 - p0
	return p1 + float64(u*(a+float64(u*(b+float64(u*c)))))/2
}

// natural returns the height of the ground before the dam was built.
func (t terrain) natural(x, y float64) float64 {
	d := x - streamAt(y)
	floor := floorSouth + float64(floorRise*y)
	steep, side := 0.23, 0.0
	if d > 0 {
		steep, side = 0.29, 40 // the wooded side
	}
	// The valley widens and narrows, and gullies come down from the hills.
	half := 50 + float64(22*t.folds.at(side, y/70))
	off := math.Sqrt(float64(d*d)+float64(half*half)) - half
	winding := y + float64(0.35*d) + float64(22*t.folds.at(side+x/60, y/60))
	gully := t.hills.at(side+9, winding/46)
	off = float64(off * (1 - float64(0.5*ramp(gully, 0.15, 0.75)*ramp(math.Abs(d), 210, 70))))
	fold := t.hills.layered(x, y, 210, 2) + float64(0.35*t.folds.layered(x, y, 70, 2))
	rough := ramp(off, 0, 70)
	h := floor + float64(steep*off) + float64(fold*(1.2+float64(13*rough))) +
		float64(t.bumps.layered(x, y, 18, 2)*(0.15+float64(0.5*rough)))
	if y > damNorth { // whatever the seed, the lines that people walked stay dry
		reach := shoreReach - float64(0.4*max(y-480, 0))
		beside, above := float64(0.2*(math.Abs(d)-reach)), float64(0.08*(y-shoreNorth+float64(0.008*float64(d*d))))
		h = max(h, waterLevel+min(beside, 2), waterLevel+min(above, 1))
	}
	return h
}

// height returns the height of the ground, dam included, in metres above sea.
// Under the reservoir it is the bed.
func (t terrain) height(x, y float64) float64 {
	return max(t.natural(x, y), damHeight(y))
}

// damHeight is the height of the dam's body at a northing, however far it lies
// inside the hills.
func damHeight(y float64) float64 {
	return damCrest - max(math.Abs(y-damNorth)-damHalf, 0)/damBatter
}
