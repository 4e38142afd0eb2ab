package overlay

// runLength is the number of edges that share a box. Eight edges of a claim
// are a short arc: the boxes of two claims' runs meet almost only where the
// claims themselves do, and the vertices of a run fill one cache line. Six to
// eight were measured fastest for claims of 100 vertices; groups serve larger.
const runLength = 8

// groupLength is the number of runs that share a box in claims of many runs:
// more than twice as many, else boxes cost more than they save.
const groupLength = 16

// runBox32 is a box relative to the corner of its claim, in units of
// 2^shape.shift, rounded outward.
type runBox32 struct{ x0, y0, x1, y1 int32 }

// run is up to [runLength] consecutive edges of one ring: vertices
// first … last, counted from the start of the claim.
type run struct {
	box         runBox32
	first, last int32
}

// index makes the runs, sums and groups of s, whose rings and vertices are in
// the layer already, and for which there is room.
func (l *Layer) index(s *shape) {
	for side := max(s.box.Max.X-s.box.Min.X, s.box.Max.Y-s.box.Min.Y); side>>s.shift >= narrowExtent-1; {
		s.shift++
	}
	var swept Area
	rings, runs, sums, n := l.ringsOf(s), l.runsOf(s), l.sums[s.run:], int32(0)
	for r := range rings {
		rings[r].run = n
		for first := rings[r].first; first < rings[r].last; first += runLength {
			last := min(first+runLength, rings[r].last)
			runs[n], sums[n] = run{l.runBoxOf(s, first, last), first, last}, swept
			swept = swept.Add(l.sweep(s, first, last))
			n++
		}
	}
	l.indexGroups(s)
}

// indexGroups boxes the runs of s by sixteens, if there are many.
func (l *Layer) indexGroups(s *shape) {
	runs := l.runsOf(s)
	for g := range s.nGroup {
		n := min(groupLength, len(runs))
		box := runs[0].box
		for _, r := range runs[1:n] {
			box.x0, box.y0 = min(box.x0, r.box.x0), min(box.y0, r.box.y0)
			box.x1, box.y1 = max(box.x1, r.box.x1), max(box.y1, r.box.y1)
		}
		l.groups[s.group+int(g)] = box
		runs = runs[n:]
	}
}

func (l *Layer) runsOf(s *shape) []run { return l.runs[s.run : s.run+int(s.nRun)] }

func (l *Layer) runBoxOf(s *shape, first, last int32) runBox32 {
	if !s.wide {
		vertices := l.near[s.vertex+int(first) : s.vertex+int(last)+1]
		v := vertices[0]
		b := runBox32{v.x, v.y, v.x, v.y}
		for _, v := range vertices[1:] {
			b = runBox32{min(b.x0, v.x), min(b.y0, v.y), max(b.x1, v.x), max(b.y1, v.y)}
		}
		return b
	}
	b := emptyBox()
	for v := first; v <= last; v++ {
		b = b.Grow(l.at(s, v))
	}
	up := int64(1)<<s.shift - 1 // rounds the upper corner outward
	return runBox32{
		int32(b.Min.X >> s.shift), int32(b.Min.Y >> s.shift),
		int32((b.Max.X + up) >> s.shift), int32((b.Max.Y + up) >> s.shift),
	}
}

// in returns b, a box of shape s, in the frame whose origin lies at d
// from the corner of s.
func (b runBox32) in(s *shape, d Point) Box {
	return Box{
		Point{int64(b.x0)<<s.shift + d.X, int64(b.y0)<<s.shift + d.Y},
		Point{int64(b.x1)<<s.shift + d.X, int64(b.y1)<<s.shift + d.Y},
	}
}

// A boxedRun is a run with its box in the frame of a pair.
type boxedRun struct {
	box Box
	run *run
}

// runsMeeting appends to out the runs of s that meet box. Both box and result
// are in the frame in which the corner of s lies at d.
func (l *Layer) runsMeeting(out []boxedRun, s *shape, d Point, box Box) []boxedRun {
	runs := l.runsOf(s)
	if s.nGroup == 0 {
		return appendMeeting(out, runs, s, d, box)
	}
	for g, groupBox := range l.groups[s.group : s.group+int(s.nGroup)] {
		if groupBox.in(s, d).Meets(box) {
			first := g * groupLength
			out = appendMeeting(out, runs[first:min(first+groupLength, len(runs))], s, d, box)
		}
	}
	return out
}

func appendMeeting(out []boxedRun, runs []run, s *shape, d Point, box Box) []boxedRun {
	if s.wide {
		for i := range runs {
			if b := runs[i].box.in(s, d); b.Meets(box) {
				out = append(out, boxedRun{b, &runs[i]})
			}
		}
		return out
	}
	// box is part of that of the claim, but for a margin, so it fits where the
	// claim does.
	const most = narrowExtent - 1
	x0, y0 := int32(box.Min.X-d.X), int32(box.Min.Y-d.Y)
	x1, y1 := int32(min(box.Max.X-d.X, most)), int32(min(box.Max.Y-d.Y, most))
	for i := range runs {
		r := &runs[i]
		if r.box.x0 <= x1 && r.box.x1 >= x0 && r.box.y0 <= y1 && r.box.y1 >= y0 {
			out = append(out, boxedRun{r.box.in(s, d), r})
		}
	}
	return out
}

// sweep returns twice the area in grid cells that the edges between vertices
// first and last sweep about the corner of s.
func (l *Layer) sweep(s *shape, first, last int32) Area {
	if first >= last {
		return Area{}
	}
	var sum Area
	if s.wide {
		vertices := l.far[s.vertex+int(first) : s.vertex+int(last)+1]
		for i, q := range vertices[1:] {
			sum = sum.Add(cross128(vertices[i].X, vertices[i].Y, q.X, q.Y))
		}
		return sum
	}
	vertices := l.near[s.vertex+int(first) : s.vertex+int(last)+1]
	px, py := int64(vertices[0].x), int64(vertices[0].y)
	for _, v := range vertices[1:] {
		qx, qy := int64(v.x), int64(v.y)
		sum = sum.Add(widen(px*qy - py*qx)) // both lie in [0, 2^31)², so it fits
		px, py = qx, qy
	}
	return sum
}

// swept returns [Layer.sweep] from the first vertex of s to vertex v of the
// given ring, over real edges only.
func (l *Layer) swept(s *shape, ring ringSpan, v int32) Area {
	k := (v - ring.first) / runLength
	if v == ring.last {
		k = (v - 1 - ring.first) / runLength
	}
	i := s.run + int(ring.run+k)
	return l.sums[i].Add(l.sweep(s, l.runs[i].first, v))
}

// area returns the exact area of s.
func (l *Layer) area(s *shape) Area {
	last := s.run + int(s.nRun) - 1
	return l.sums[last].Add(l.sweep(s, l.runs[last].first, l.runs[last].last)).shift(2 * subBits)
}
