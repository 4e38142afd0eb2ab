package overlay

// placeComponents finds for each connected component of the graph the face in
// which it lies, and from there outside in how often each label winds round
// each face.
func (a *arrangement) placeComponents() {
	outer := a.outerCycles()
	outerOf := make([]int32, len(a.cycles)) // by group
	facing := make([]int32, len(a.cycles))  // by outer cycle: the half-edge to its west
	for _, c := range outer {
		outerOf[a.cycles[c].group] = c
		facing[c] = -1
	}
	if len(outer) > 1 {
		strips := a.newStrips()
		for _, c := range outer {
			facing[c] = strips.nearestWest(a.cycles[c].west, a.cycles[c].group)
		}
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

// wind sets faces and winding numbers for the component whose outer cycle is c,
// after those of what it lies in.
func (a *arrangement) wind(c int32, outerOf, facing []int32) {
	if a.cycles[c].known {
		return
	}
	a.cycles[c].known = true
	if h := facing[c]; h >= 0 {
		host := a.cycle[h]
		if !a.cycles[host].known {
			// The host's westmost point is farther west, so this ends.
			a.wind(outerOf[a.cycles[host].group], outerOf, facing)
		}
		a.cycles[c].face, a.cycles[c].winds = a.cycles[host].face, a.cycles[host].winds
	}
	a.stack = append(a.stack[:0], c)
	for len(a.stack) > 0 {
		c := a.stack[len(a.stack)-1]
		a.stack = a.stack[:len(a.stack)-1]
		for h := range a.round(c) {
			t := a.cycle[h^1]
			if a.cycles[t].known {
				continue
			}
			a.cycles[t].known = true
			a.cycles[t].face = t
			a.cycles[t].winds = a.across(h, a.cycles[c].winds)
			a.stack = append(a.stack, t)
		}
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
