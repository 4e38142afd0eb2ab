package geo

import (
	"math"
	"math/big"
	"math/bits"

	"github.com/paulmach/orb"
)

// GridStep is the spacing of the grid that boundaries are kept on.
const GridStep Metres = 0.0001

const (
	stepsPerMetre = 1e4

	// maxCoordinate bounds what counts as a coordinate of this planet: eastings
	// with a zone prefix reach 6.1e7 m. 1e8 m is 2^40 grid steps, so that the
	// difference of two coordinates fits 2^41 and a product of two 2^82.
	maxCoordinate = 1e8
)

// Snap returns the point of the 0.1 mm grid nearest to p. Snapping twice changes
// nothing. A coordinate that is not finite stays as it is.
func Snap(p orb.Point) orb.Point {
	return orb.Point{roundTo(p[0], stepsPerMetre), roundTo(p[1], stepsPerMetre)}
}

// SnapLine returns the points of line on the 0.1 mm grid, one for one; points
// that fall together are kept. The line itself is left as it is.
func SnapLine(line orb.LineString) orb.LineString {
	out := make(orb.LineString, len(line))
	for i, p := range line {
		out[i] = Snap(p)
	}
	return out
}

// A node is a point of the grid, counted in steps from the origin of the CRS.
type node struct{ x, y int64 }

func nodeOf(p orb.Point) node {
	return node{int64(math.Round(p[0] * stepsPerMetre)), int64(math.Round(p[1] * stepsPerMetre))}
}

func (n node) point() orb.Point {
	return orb.Point{float64(n.x) / stepsPerMetre, float64(n.y) / stepsPerMetre}
}

func (n node) before(m node) bool { return n.x < m.x || n.x == m.x && n.y < m.y }

// usable says whether p can be put on the grid.
func usable(p orb.Point) bool {
	return math.Abs(p[0]) <= maxCoordinate && math.Abs(p[1]) <= maxCoordinate // false for NaN
}

// side returns +1 if c lies left of the line from a to b, -1 if right, 0 if on
// it. Exact for all usable points.
func side(a, b, c node) int {
	return compareProducts(b.x-a.x, c.y-a.y, b.y-a.y, c.x-a.x)
}

// turn returns the sign of the cross product of the steps a→b and c→d.
func turn(a, b, c, d node) int {
	return compareProducts(b.x-a.x, d.y-c.y, b.y-a.y, d.x-c.x)
}

// ahead returns the sign of the dot product of the steps a→b and c→d.
func ahead(a, b, c, d node) int {
	return compareProducts(b.x-a.x, d.x-c.x, -(b.y - a.y), d.y-c.y)
}

// small bounds the factors whose products, and the differences of those, fit
// an int64: 2^31 steps are 214 km.
const small = 1 << 31

func isSmall(v int64) bool { return -small < v && v < small }

// compareProducts returns the sign of p·q − r·s without overflow.
func compareProducts(p, q, r, s int64) int {
	if isSmall(p) && isSmall(q) && isSmall(r) && isSmall(s) {
		pq, rs := p*q, r*s
		switch {
		case pq > rs:
			return 1
		case pq < rs:
			return -1
		}
		return 0
	}
	pqHi, pqLo := multiply(p, q)
	rsHi, rsLo := multiply(r, s)
	switch {
	case pqHi > rsHi || pqHi == rsHi && pqLo > rsLo:
		return 1
	case pqHi < rsHi || pqLo < rsLo:
		return -1
	}
	return 0
}

// multiply returns a·b as a 128-bit two's complement number.
func multiply(a, b int64) (hi int64, lo uint64) {
	h, l := bits.Mul64(uint64(a), uint64(b))
	// Mul64 took a negative factor v for v + 2^64; take the excess off again.
	h -= uint64(a>>63)&uint64(b) + uint64(b>>63)&uint64(a)
	return int64(h), l
}

// crossing returns the grid point nearest to where the segments ab and cd
// cross. They must cross properly. Halves round up, in x and in y, so that the
// answer depends on the place only and rounding keeps the order of crossings
// along an edge; nodeEdges relies on both.
func crossing(a, b, c, d node) node {
	dx, dy := b.x-a.x, b.y-a.y
	ex, ey := d.x-c.x, d.y-c.y
	fx, fy := c.x-a.x, c.y-a.y
	if isSmall(dx) && isSmall(dy) && isSmall(ex) && isSmall(ey) && isSmall(fx) && isSmall(fy) {
		num, den := fx*ey-fy*ex, dx*ey-dy*ex
		return node{a.x + scale(dx, num, den), a.y + scale(dy, num, den)}
	}
	num, den := bigCross(fx, fy, ex, ey), bigCross(dx, dy, ex, ey)
	return node{a.x + bigScale(dx, num, den), a.y + bigScale(dy, num, den)}
}

// scale returns v·num/den rounded to the nearest integer, halves up, for
// 0 ≤ num/den ≤ 1.
func scale(v, num, den int64) int64 {
	n, d := magnitude(num), magnitude(den)
	hi, lo := bits.Mul64(magnitude(v), n)
	q, r := bits.Div64(hi, lo, d) // hi < d because n ≤ d and |v| < 2^64
	if v < 0 {
		if r > d-r {
			q++
		}
		return -int64(q)
	}
	if r >= d-r {
		q++
	}
	return int64(q)
}

func magnitude(v int64) uint64 {
	if v < 0 {
		return uint64(-v)
	}
	return uint64(v)
}

func bigCross(ax, ay, bx, by int64) *big.Int {
	p := new(big.Int).Mul(big.NewInt(ax), big.NewInt(by))
	return p.Sub(p, new(big.Int).Mul(big.NewInt(ay), big.NewInt(bx)))
}

// bigScale is scale for lines longer than 214 km.
func bigScale(v int64, num, den *big.Int) int64 {
	n, d := new(big.Int).Abs(num), new(big.Int).Abs(den)
	n.Mul(n, new(big.Int).SetUint64(magnitude(v)))
	q, r := n.QuoRem(n, d, new(big.Int))
	over := r.Lsh(r, 1).Cmp(d)
	if over > 0 || over == 0 && v > 0 {
		q.Add(q, big.NewInt(1))
	}
	if v < 0 {
		q.Neg(q)
	}
	return q.Int64()
}
