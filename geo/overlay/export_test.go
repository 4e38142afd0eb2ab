package overlay

// DrawAll returns the options with all ground drawn in the general way.
func (o Options) DrawAll() Options {
	o.drawAll = true
	return o
}

// SnapRounded nodes segments on the grid at once, as is done where cutting them
// again and again comes to no end.
func SnapRounded(segments [][2]Point) [][2]Point {
	n := noder{wide: true}
	for _, s := range segments {
		if s[0] != s[1] {
			n.given = append(n.given, strand{p: s[0], q: s[1], begins: true, fresh: true})
		}
	}
	n.strands = append(n.strands, n.given...)
	n.compareAll()
	n.givenCuts, n.strands = n.cuts, nil
	n.snapRound()
	var out [][2]Point
	for _, s := range n.strands {
		out = append(out, [2]Point{s.p, s.q})
	}
	return out
}
