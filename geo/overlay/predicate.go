package overlay

import (
	"math/big"
	"math/bits"
)

// A segment is a directed edge in the frame of a pair: coordinates relative
// to one nearby grid point.
type segment struct{ p, q Point }

// turn is positive when v points to the left of u, negative to the right and
// zero along it. Only the sign means anything. A narrow frame (extent below
// [narrowExtent]) needs 64 bits, a wide one takes 128.
func turn(wide bool, ux, uy, vx, vy int64) int64 {
	if wide {
		return turnWide(ux, uy, vx, vy)
	}
	return ux*vy - uy*vx
}

//go:noinline
func turnWide(ux, uy, vx, vy int64) int64 {
	return int64(cross128(ux, uy, vx, vy).Sign())
}

// A nudge says in which direction claim a is shifted against claim b, by an
// infinitesimal amount, so that no vertex of one lies on a line of the other:
// +1 along w = (1, ε), −1 against it. It is the sign of rank(a) − rank(b).
type nudge int64

// off returns the sign of f × (nudge · w): on which side of the directed line
// f a point of a comes to lie that was exactly on it.
func (n nudge) off(fx, fy int64) int64 {
	if fy == 0 {
		return int64(n) * fx // f × (1, ε) = ε·fx
	}
	return -int64(n) * fy
}

// crosses says whether edge e of a crosses edge f of b once a is nudged. It sets
// tied when only the nudge decided; without it, edges that do not cross have no
// point in common.
func crosses(wide bool, e, f segment, n nudge, tied *bool) bool {
	ex, ey := e.q.X-e.p.X, e.q.Y-e.p.Y
	fx, fy := f.q.X-f.p.X, f.q.Y-f.p.Y
	d1 := turn(wide, fx, fy, e.p.X-f.p.X, e.p.Y-f.p.Y)
	if d1 == 0 {
		d1, *tied = n.off(fx, fy), true
	}
	d2 := turn(wide, fx, fy, e.q.X-f.p.X, e.q.Y-f.p.Y)
	if d2 == 0 {
		d2, *tied = n.off(fx, fy), true
	}
	if d1^d2 >= 0 {
		return false
	}
	d3 := turn(wide, ex, ey, f.p.X-e.p.X, f.p.Y-e.p.Y)
	if d3 == 0 {
		d3, *tied = (-n).off(ex, ey), true
	}
	d4 := turn(wide, ex, ey, f.q.X-e.p.X, f.q.Y-e.p.Y)
	if d4 == 0 {
		d4, *tied = (-n).off(ex, ey), true
	}
	return d3^d4 < 0
}

// meet returns the point where the lines of e and f meet, in units of
// 1/scale of the frame's, each coordinate rounded to the nearest (halves up).
//
// The lines are not parallel and the point lies on both closed edges. The
// result depends on the exact rational point alone: not on which edge comes
// first, on directions, or on the frame, as long as frames differ by whole
// grid units.
func meet(wide bool, e, f segment, scale int64) Point {
	if wide {
		return meetWide(e, f, scale)
	}
	ex, ey := e.q.X-e.p.X, e.q.Y-e.p.Y
	fx, fy := f.q.X-f.p.X, f.q.Y-f.p.Y
	den := ex*fy - ey*fx
	num := (f.p.X-e.p.X)*fy - (f.p.Y-e.p.Y)*fx // t = num/den in [0, 1]
	if den < 0 {
		den, num = -den, -num
	}
	return Point{
		e.p.X*scale + divideRound(ex*scale, num, den),
		e.p.Y*scale + divideRound(ey*scale, num, den),
	}
}

// divideRound returns a·num/den rounded to the nearest, halves up, for
// 0 ≤ num ≤ den < 2^63 and |a| < 2^62: ⌊(2·a·num + den) / (2·den)⌋.
func divideRound(a, num, den int64) int64 {
	if a < 0 {
		// For n > 0: ⌊(−2n + den)/(2den)⌋ = −⌊(2n + den − 1)/(2den)⌋.
		return -int64(divideHalf(uint64(-a), uint64(num), uint64(den), uint64(den)-1))
	}
	return int64(divideHalf(uint64(a), uint64(num), uint64(den), uint64(den)))
}

// divideHalf returns ⌊(2·a·num + half) / (2·den)⌋.
func divideHalf(a, num, den, half uint64) uint64 {
	hi, lo := bits.Mul64(2*a, num)
	lo, carry := bits.Add64(lo, half, 0)
	q, _ := bits.Div64(hi+carry, lo, 2*den)
	return q
}

// meetWide is [meet] for frames in which num·scale·ex passes 128 bits.
func meetWide(e, f segment, scale int64) Point {
	ex, ey := e.q.X-e.p.X, e.q.Y-e.p.Y
	fx, fy := f.q.X-f.p.X, f.q.Y-f.p.Y
	den := cross128(ex, ey, fx, fy).Big()
	num := cross128(f.p.X-e.p.X, f.p.Y-e.p.Y, fx, fy).Big()
	if den.Sign() < 0 {
		den.Neg(den)
		num.Neg(num)
	}
	along := func(d int64) int64 {
		n := new(big.Int).Mul(num, big.NewInt(2*d*scale))
		n.Add(n, den)
		// Div is Euclidean, which for a positive divisor is the floor.
		return n.Div(n, new(big.Int).Lsh(den, 1)).Int64()
	}
	return Point{e.p.X*scale + along(ex), e.p.Y*scale + along(ey)}
}
