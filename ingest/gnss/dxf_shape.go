package gnss

import (
	"fmt"
	"math"
	"strings"

	"jieshi/ingest"
)

// curveTolerance is how far a chord may be from the arc that it stands for, in
// metres: a tenth of what the best boundary points are good for.
const curveTolerance = 0.005

// polyline makes a shape of one, with its arcs as chords.
func (d *dxfReader) polyline(e dxfEntity) error {
	s := dxfShape{name: e.layer, closed: e.flags&dxfClosed != 0}
	if len(e.words) > 1 { // the first is CASS's code of the thing
		s.name = cleanName(strings.Join(append([]string{e.layer}, e.words[1:]...), " "))
	}
	if len(e.vertices) < 2 {
		d.leave(e)
		return nil
	}
	for i, v := range e.vertices {
		if v.z == 0 {
			v.z = e.height
		}
		s.fixes = append(s.fixes, v.fix())
		next := i + 1
		if next == len(e.vertices) {
			if !s.closed {
				break
			}
			next = 0
		}
		if v.bulge != 0 {
			arc, err := d.arc(v, e.vertices[next])
			if err != nil {
				return err
			}
			s.fixes = append(s.fixes, arc...)
		}
	}
	first, last := s.fixes[0], s.fixes[len(s.fixes)-1]
	same := first.Lon == last.Lon && first.Lat == last.Lat
	if s.closed && !same {
		s.fixes = append(s.fixes, first)
	}
	s.closed = s.closed || same && len(s.fixes) > 3
	if len(d.shapes) >= maxWalks {
		return refuseTooManyTracks(e.line)
	}
	d.shapes = append(d.shapes, s)
	return nil
}

// fix is the vertex with its plane coordinates where degrees will be.
func (v dxfVertex) fix() ingest.Fix {
	return ingest.Fix{Lon: v.x, Lat: v.y, Height: v.z, Quality: ingest.QualityUnknown, HeightType: ingest.HeightUnknown, Line: v.line}
}

// arc returns the points between two vertices whose edge bulges: the bulge is
// the tangent of a quarter of the angle, positive where the arc runs
// counterclockwise.
func (d *dxfReader) arc(a, b dxfVertex) ([]ingest.Fix, error) {
	chord := math.Hypot(b.x-a.x, b.y-a.y)
	angle := 4 * math.Atan(a.bulge)
	if chord == 0 || math.Abs(angle) < 1e-9 {
		return nil, nil
	}
	d.curves++
	tolerance := curveTolerance
	if math.Abs(a.x) <= 180 && math.Abs(a.y) <= 90 { // degrees
		tolerance /= 111_000
	}
	radius := chord / 2 / math.Abs(math.Sin(angle/2))
	step := 2 * math.Acos(max(-1, 1-tolerance/radius))
	n := int(min(math.Ceil(math.Abs(angle)/step), 1e6))
	if d.fixes += n - 1; d.fixes > d.limits.MaxFixes {
		return nil, refuseTooManyFixes(d.limits.MaxFixes, a.line)
	}
	// The centre lies on the bisector of the chord, to the left of it for a
	// counterclockwise arc of less than half a circle.
	toCentre := chord / 2 / math.Tan(angle/2)
	cx := (a.x+b.x)/2 - toCentre*(b.y-a.y)/chord
	cy := (a.y+b.y)/2 + toCentre*(b.x-a.x)/chord
	from := math.Atan2(a.y-cy, a.x-cx)
	var out []ingest.Fix
	for k := 1; k < n; k++ {
		t := float64(k) / float64(n)
		sin, cos := math.Sincos(from + angle*t)
		v := dxfVertex{x: cx + radius*cos, y: cy + radius*sin, z: a.z + (b.z-a.z)*t, line: a.line}
		if math.IsNaN(v.x) || math.IsInf(v.x, 0) || math.IsNaN(v.y) || math.IsInf(v.y, 0) || math.IsNaN(v.z) || math.IsInf(v.z, 0) {
			return nil, d.refuse("有无法计算的圆弧", "an arc cannot be computed")
		}
		out = append(out, v.fix())
	}
	return out, nil
}

// walks puts together polylines, chains of lines, and points, in this order,
// and numbers those of one name.
func (d *dxfReader) walks() []ingest.Walk {
	shapes := d.shapes
	for _, layer := range d.loose {
		shapes = append(shapes, chains(layer)...)
	}
	var walks []ingest.Walk
	count := map[string]int{}
	for _, s := range shapes {
		count[s.name]++
	}
	seen := map[string]int{}
	for _, s := range shapes {
		w := ingest.Walk{Format: string(FormatDXF), Name: s.name, Kind: ingest.KindLine, Fixes: s.fixes}
		if s.closed {
			w.Kind = ingest.KindRing
		}
		if seen[s.name]++; count[s.name] > 1 {
			w.Name = strings.TrimSpace(fmt.Sprintf("%s #%d", s.name, seen[s.name]))
		}
		walks = append(walks, w)
	}
	for _, layer := range d.loose {
		if len(layer.points) == 0 {
			continue
		}
		w := ingest.Walk{Format: string(FormatDXF), Name: layer.name, Kind: ingest.KindPoints}
		for _, p := range layer.points {
			w.Fixes = append(w.Fixes, p.fix())
		}
		walks = append(walks, w)
	}
	return walks
}

// chains joins the LINEs of a layer that share an end with exactly one other
// there, to the digit; where three meet, a person drew a junction, and each line
// stays on its own.
func chains(layer *dxfLayer) []dxfShape {
	type place struct{ x, y float64 }
	ends := map[place][]int{}
	for i, l := range layer.lines {
		for _, v := range l {
			ends[place{v.x, v.y}] = append(ends[place{v.x, v.y}], i)
		}
	}
	used := make([]bool, len(layer.lines))
	// follow walks from an end as long as there is exactly one way on.
	follow := func(at dxfVertex) (out []dxfVertex) {
		for {
			next := -1
			if at := ends[place{at.x, at.y}]; len(at) == 2 {
				for _, i := range at {
					if !used[i] {
						next = i
					}
				}
			}
			if next < 0 {
				return out
			}
			used[next] = true
			l := layer.lines[next]
			if l[0].x != at.x || l[0].y != at.y {
				l[0], l[1] = l[1], l[0]
			}
			at = l[1]
			out = append(out, at)
		}
	}
	var shapes []dxfShape
	for i, l := range layer.lines {
		if used[i] {
			continue
		}
		used[i] = true
		ahead := follow(l[1])
		back := follow(l[0])
		s := dxfShape{name: layer.name}
		for k := len(back) - 1; k >= 0; k-- {
			s.fixes = append(s.fixes, back[k].fix())
		}
		s.fixes = append(s.fixes, l[0].fix(), l[1].fix())
		for _, v := range ahead {
			s.fixes = append(s.fixes, v.fix())
		}
		first, last := s.fixes[0], s.fixes[len(s.fixes)-1]
		s.closed = len(s.fixes) > 3 && first.Lon == last.Lon && first.Lat == last.Lat
		shapes = append(shapes, s)
	}
	return shapes
}
