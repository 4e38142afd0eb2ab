package sheet

import (
	"math"

	"github.com/paulmach/orb"

	"jieshi/ingest"
)

// The boxes of the page, in millimetres from its upper left corner.
var (
	frame     = rect{8, 8, 289, 202}
	headerBox = rect{8, 8, 289, 23}
	mapBox    = rect{12.5, 27.5, 195.5, 153.5} // the neat line; grid values stand outside it
	columnBox = rect{200, 23, 289, 194}
	stripBox  = rect{8, 158, 200, 194}
	footBox   = rect{8, 194, 289, 202}
)

// mapMargin is kept free between the ground and the neat line, for labels.
const mapMargin = 9.0

// scales are the denominators that a ruler with a scale edge knows, within
// each power of ten.
var scales = []float64{1, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5, 8}

const largestScale = 500 // 1:500, beyond which walks are not accurate enough to show

// A Window is the ground that the map shows.
type Window struct {
	Bounds orb.Bound // in the working CRS
	Scale  int       // denominator
	Width  float64   // of the map on paper, millimetres
	Height float64
}

// Window returns the ground within the neat line, so that a picture of just
// that can be made.
func (s Sheet) Window() (Window, error) {
	w, err := s.window()
	if err != nil {
		return Window{}, err
	}
	return Window{Bounds: w.bounds(), Scale: w.scale, Width: mapBox.width(), Height: mapBox.height()}, nil
}

// A window turns ground into paper.
type window struct {
	center orb.Point // of the ground, at the centre of mapBox
	scale  int
	near   bool // shows the contested ground only; the claims go on outside
}

// nearer is how many times larger the contested ground must come out for the
// map to leave part of the claims to the overview.
const nearer = 2.5

// window fits all claims on the paper at a round scale, or, where that would
// make the contested ground too small to see, the contested ground.
func (s Sheet) window() (window, error) {
	all, some := s.claimed()
	contested, disputed := s.contested()
	if disputed {
		all, some = all.Union(contested), true
	}
	if !some {
		all = orb.Bound{}
	}
	if size := all.Max[0] - all.Min[0] + all.Max[1] - all.Min[1]; !(size > 0) || !s.finite() {
		return window{}, &ingest.Refusal{
			Code:   "nothing_to_draw",
			Reason: ingest.Text{ZH: "案件还没有任何主张范围，无图可画。", EN: "Nobody has claimed any ground yet, so there is nothing to draw."},
			Remedy: ingest.Text{ZH: "请先录入踏界。", EN: "Add a boundary walk first."},
		}
	}
	w := fitted(all, mapBox.inset(mapMargin))
	if !disputed {
		return w, nil
	}
	// A third of the map around the contested ground is left for its surroundings.
	if near := fitted(contested, mapBox.inset(mapBox.height()/6)); float64(w.scale) >= nearer*float64(near.scale) {
		near.near = true
		return near, nil
	}
	return w, nil
}

// finite reports whether every vertex is a place; a bound hides those that are
// not numbers.
func (s Sheet) finite() bool {
	ok := true
	check := func(p orb.Polygon) {
		for _, ring := range p {
			for _, v := range ring {
				ok = ok && !math.IsNaN(v[0]-v[0]+v[1]-v[1]) // also for an infinity
			}
		}
	}
	for _, c := range s.Claims {
		for _, p := range c.Ground {
			check(p)
		}
	}
	for _, p := range s.Run.Pieces {
		check(p.Ground)
		for _, core := range p.CoreGround {
			check(core)
		}
	}
	return ok
}

func fitted(ground orb.Bound, paper rect) window {
	width, height := ground.Max[0]-ground.Min[0], ground.Max[1]-ground.Min[1]
	need := max(width/paper.width(), height/paper.height()) * 1000
	return window{center: ground.Center(), scale: roundScale(need)}
}

func (s Sheet) claimed() (orb.Bound, bool) {
	var all orb.MultiPolygon
	for _, c := range s.Claims {
		all = append(all, c.Ground...)
	}
	return all.Bound(), len(all) > 0
}

func (s Sheet) contested() (orb.Bound, bool) {
	var all orb.MultiPolygon
	for _, p := range s.Run.Pieces {
		all = append(all, p.Ground)
	}
	return all.Bound(), len(all) > 0
}

// roundScale returns the smallest round denominator that is at least need.
func roundScale(need float64) int {
	for power := 100.0; ; power *= 10 {
		for _, s := range scales {
			if d := s * power; d >= need && d >= largestScale {
				return int(math.Round(d))
			}
		}
	}
}

// perMetre returns how many millimetres of paper a metre of ground takes.
func (w window) perMetre() float64 { return 1000 / float64(w.scale) }

func (w window) page(p orb.Point) orb.Point {
	c := mapBox.center()
	return orb.Point{c[0] + (p[0]-w.center[0])*w.perMetre(), c[1] - (p[1]-w.center[1])*w.perMetre()}
}

func (w window) ground(p orb.Point) orb.Point {
	c := mapBox.center()
	return orb.Point{w.center[0] + (p[0]-c[0])/w.perMetre(), w.center[1] - (p[1]-c[1])/w.perMetre()}
}

func (w window) bounds() orb.Bound {
	return orb.Bound{
		Min: w.ground(orb.Point{mapBox.x0, mapBox.y1}),
		Max: w.ground(orb.Point{mapBox.x1, mapBox.y0}),
	}
}

func (w window) polygon(p orb.Polygon) orb.Polygon {
	out := make(orb.Polygon, len(p))
	for i, ring := range p {
		out[i] = make(orb.Ring, len(ring))
		for j, v := range ring {
			out[i][j] = w.page(v)
		}
	}
	return out
}

// A rect is a box on the page: left, top, right, bottom.
type rect struct{ x0, y0, x1, y1 float64 }

func (r rect) width() float64    { return r.x1 - r.x0 }
func (r rect) height() float64   { return r.y1 - r.y0 }
func (r rect) center() orb.Point { return orb.Point{(r.x0 + r.x1) / 2, (r.y0 + r.y1) / 2} }
func (r rect) inset(d float64) rect {
	return rect{r.x0 + d, r.y0 + d, r.x1 - d, r.y1 - d}
}

func (r rect) contains(o rect) bool {
	return o.x0 >= r.x0 && o.y0 >= r.y0 && o.x1 <= r.x1 && o.y1 <= r.y1
}

func (r rect) overlaps(o rect) bool {
	return r.x0 < o.x1 && o.x0 < r.x1 && r.y0 < o.y1 && o.y0 < r.y1
}

func around(c orb.Point, width, height float64) rect {
	return rect{c[0] - width/2, c[1] - height/2, c[0] + width/2, c[1] + height/2}
}
