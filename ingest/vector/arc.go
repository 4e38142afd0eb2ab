package vector

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// arcTolerance is how far a chord may lie from its arc, in metres: well below
// what a survey resolves. lonLatTolerance is about as much in degrees.
const (
	arcTolerance    = 0.001
	lonLatTolerance = 1e-8
)

// mostChords bounds one arc. With a tolerance of 1 mm a full circle of that
// many has a radius of some 50 km.
const mostChords = 1 << 14

// appendArc appends the circle from a through m to b, without a itself, as
// chords that lie within tolerance of it. m is kept as a corner. Where a is b, it is the
// whole circle that has m opposite.
//
// Neighbours share arcs and write them in either direction, so the corners are
// the same to the bit in both.
func appendArc(out []orb.Point, a, m, b orb.Point, tolerance float64) []orb.Point {
	if less(b, a) {
		from := len(out)
		out = appendArc(out, b, m, a, tolerance) // ends with a
		inner := out[from : len(out)-1]
		slices.Reverse(inner)
		out[len(out)-1] = b
		return out
	}
	centre, ok := centreOf(a, m, b)
	if !ok {
		return append(out, m, b) // on one line
	}
	radius := math.Hypot(a[0]-centre[0], a[1]-centre[1])
	step := math.Pi / 2
	if tolerance < radius {
		step = min(step, 2*math.Acos(1-tolerance/radius))
	}
	clockwise := cross(a, m, b) < 0
	out = appendSweep(out, centre, a, m, step, clockwise)
	out = append(out, m)
	out = appendSweep(out, centre, m, b, step, clockwise)
	return append(out, b)
}

// appendSweep appends the corners strictly between from and to on the circle.
func appendSweep(out []orb.Point, centre, from, to orb.Point, step float64, clockwise bool) []orb.Point {
	start := math.Atan2(from[1]-centre[1], from[0]-centre[0])
	sweep := math.Atan2(to[1]-centre[1], to[0]-centre[0]) - start
	switch {
	case clockwise && sweep > 0:
		sweep -= 2 * math.Pi
	case !clockwise && sweep < 0:
		sweep += 2 * math.Pi
	}
	radius := math.Hypot(from[0]-centre[0], from[1]-centre[1])
	n := int(min(math.Ceil(math.Abs(sweep)/step), mostChords))
	for i := 1; i < n; i++ {
		sin, cos := math.Sincos(start + sweep*float64(i)/float64(n))
		out = append(out, orb.Point{centre[0] + radius*cos, centre[1] + radius*sin})
	}
	return out
}

// centreOf returns the centre of the circle through three points, and whether
// there is one. It is computed from a, so that large coordinates do no harm.
func centreOf(a, m, b orb.Point) (orb.Point, bool) {
	if a == b {
		return orb.Point{(a[0] + m[0]) / 2, (a[1] + m[1]) / 2}, a != m
	}
	mx, my, bx, by := m[0]-a[0], m[1]-a[1], b[0]-a[0], b[1]-a[1]
	d := 2 * (mx*by - my*bx)
	mm, bb := mx*mx+my*my, bx*bx+by*by
	c := orb.Point{a[0] + (by*mm-my*bb)/d, a[1] + (mx*bb-bx*mm)/d}
	// Flatter than this the centre is off the Earth, and the arc a line.
	return c, finite(c[0]) && finite(c[1]) && math.Hypot(c[0]-a[0], c[1]-a[1]) < 1e8
}

func cross(a, m, b orb.Point) float64 {
	return (m[0]-a[0])*(b[1]-a[1]) - (m[1]-a[1])*(b[0]-a[0])
}

func less(a, b orb.Point) bool { return a[0] < b[0] || a[0] == b[0] && a[1] < b[1] }
