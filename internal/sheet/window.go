package sheet

import (
	"math"

	"github.com/paulmach/orb"

	"jieshi/ingest"
)

// The boxes of the page, in millimetres from its upper left corner.
var (
	page      = rect{0, 0, 297, 210}
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
}

// window fits all claims on the paper at a round scale.
func (s Sheet) window() (window, error) {
	bound := orb.MultiPoint{}.Bound()
	empty := true
	extend := func(b orb.Bound) {
		if empty {
			bound, empty = b, false
			return
		}
		bound = bound.Union(b)
	}
	for _, c := range s.Claims {
		if len(c.Ground) > 0 {
			extend(c.Ground.Bound())
		}
	}
	for _, p := range s.Run.Pieces {
		if len(p.Ground) > 0 {
			extend(p.Ground.Bound())
		}
	}
	width, height := bound.Max[0]-bound.Min[0], bound.Max[1]-bound.Min[1]
	if empty || !(width+height > 0) || math.IsInf(width+height, 0) {
		return window{}, &ingest.Refusal{
			Code:   "nothing_to_draw",
			Reason: ingest.Text{ZH: "案件还没有任何主张范围，无图可画。", EN: "Nobody has claimed any ground yet, so there is nothing to draw."},
			Remedy: ingest.Text{ZH: "请先录入踏界。", EN: "Add a boundary walk first."},
		}
	}
	need := max(width/(mapBox.width()-2*mapMargin), height/(mapBox.height()-2*mapMargin)) * 1000
	return window{center: bound.Center(), scale: roundScale(need)}, nil
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
