package overlay

import "math/big"

// placeComponents finds for each connected component of the graph the face in
// which it lies, and from there outside in how often each label winds round
// each face.
func (a *arrangement) placeComponents() {
	outer := a.outerCycles()
	if len(outer) == 0 {
		return
	}
	strips := a.newStrips()
	outerOf := make([]int32, len(a.cycles)) // by group
	facing := make([]int32, len(a.cycles))  // by outer cycle: the half-edge to its west
	for _, c := range outer {
		outerOf[a.cycles[c].group] = c
		facing[c] = strips.nearestWest(a.westmost(c), a.cycles[c].group)
	}
	for _, c := range outer {
		a.wind(c, outerOf, facing)
	}
}

// outerCycles returns for each component the cycle that goes round its outside.
// There is one each: every other cycle encloses a bounded face.
func (a *arrangement) outerCycles() []int32 {
	var outer []int32
	for c := range a.cycles {
		if a.cycles[c].area.Sign() <= 0 {
			outer = append(outer, int32(c))
		}
	}
	return outer
}

func (a *arrangement) westmost(c int32) Point {
	best := a.from(a.cycles[c].first)
	a.round(c, func(h int32) {
		if p := a.from(h); comparePoints(p, best) < 0 {
			best = p
		}
	})
	return best
}

func (a *arrangement) upward(e int32) (lo, hi Point) {
	lo, hi = a.edges[e].p, a.edges[e].q
	if lo.Y > hi.Y {
		lo, hi = hi, lo
	}
	return lo, hi
}

// eastOf says whether edge e is east of edge f a little above height y, where
// both are.
func (a *arrangement) eastOf(e, f int32, y int64) bool {
	at := func(lo, hi Point) (num, den *big.Int) { // x = num/den at height y
		den = big.NewInt(hi.Y - lo.Y)
		num = new(big.Int).Mul(big.NewInt(lo.X), den)
		return num.Add(num, new(big.Int).Mul(big.NewInt(y-lo.Y), big.NewInt(hi.X-lo.X))), den
	}
	eLo, eHi := a.upward(e)
	fLo, fHi := a.upward(f)
	n1, d1 := at(eLo, eHi)
	n2, d2 := at(fLo, fHi)
	if c := n1.Mul(n1, d2).Cmp(n2.Mul(n2, d1)); c != 0 {
		return c > 0
	}
	return turn(a.wide, fHi.X-fLo.X, fHi.Y-fLo.Y, eHi.X-eLo.X, eHi.Y-eLo.Y) < 0
}

// wind sets faces and winding numbers for the component whose outer cycle is c,
// after those of what it lies in.
func (a *arrangement) wind(c int32, outerOf, facing []int32) {
	if a.cycles[c].known {
		return
	}
	if h := facing[c]; h >= 0 {
		host := a.cycle[h]
		if !a.cycles[host].known {
			// The host's westmost point is farther west, so this ends.
			a.wind(outerOf[a.cycles[host].group], outerOf, facing)
		}
		a.cycles[c].face, a.cycles[c].winds = a.cycles[host].face, a.cycles[host].winds
	}
	a.cycles[c].known = true
	for stack := []int32{c}; len(stack) > 0; {
		c := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		a.round(c, func(h int32) {
			t := a.cycle[h^1]
			if a.cycles[t].known {
				return
			}
			a.cycles[t].known = true
			a.cycles[t].face = t
			a.cycles[t].winds = a.across(h, a.cycles[c].winds)
			stack = append(stack, t)
		})
	}
}

// across returns the winding numbers to the right of h, given those to its left.
func (a *arrangement) across(h int32, left []jump) []jump {
	sign := int32(-1)
	if h&1 == 1 {
		sign = +1
	}
	right := append([]jump(nil), left...)
	e := &a.edges[h>>1]
	for _, j := range a.jumps[e.jumps.first:e.jumps.last] {
		right = addJump(right, 0, jump{j.label, sign * j.n})
	}
	return right
}
