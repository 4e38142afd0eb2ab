package demo

import (
	"math"

	"github.com/paulmach/orb"
)

// The kinds of ways.
const (
	road     = iota // concrete
	track           // dirt, two ruts
	footpath        // trodden
	wayKinds
)

// wayLines are the ways in the local frame.
var wayLines = [wayKinds][]orb.LineString{
	road: {
		{{262, -10}, {258, 40}, {246, 86}, {236, 128}, {238, 176}, {256, 226}, {282, 262}, {306, 281}, {505, 281}},
		{{236, 128}, {196, 120}, {168, 126}, {150, 138}},
		{{238, 176}, {204, 184}, {178, 196}},
	},
	track: {
		{{306, 281}, {284, 330}, {268, 392}, {272, 452}, {290, 512}, {322, 566}, {372, 604}, {398, 640}, {410, 700}, {414, 760}, {420, 810}},
		{{505, 281}, {548, 292}, {590, 330}, {612, 384}, {604, 440}, {618, 500}, {598, 566}, {560, 628}, {540, 700}, {548, 810}},
		{{178, 196}, {150, 246}, {148, 316}, {170, 380}, {158, 452}, {182, 532}, {214, 600}, {236, 690}, {226, 810}},
		{{604, 440}, {652, 452}, {700, 440}, {760, 462}, {810, 458}},
	},
	footpath: {
		{{246, 86}, {300, 96}, {352, 118}, {384, 138}, {430, 128}, {500, 120}, {560, 146}},
		{{372, 604}, {408, 598}, {443, 579}, {456, 606}, {484, 640}, {510, 690}},
		{{170, 380}, {214, 396}, {268, 392}},
		{{560, 146}, {610, 210}, {640, 280}, {612, 330}},
	},
}

// distances is the distance to the nearest of some lines, in metres, no farther
// than farAway.
type distances sheet

const farAway = 12

func newWays() (ways [wayKinds]distances) {
	for kind, lines := range wayLines {
		ways[kind] = make(distances, reliefSide*reliefSide)
		for i := range ways[kind] {
			ways[kind][i] = farAway
		}
		for _, line := range lines {
			smooth := rounded(rounded(line))
			for i := range len(smooth) - 1 {
				ways[kind].stamp(smooth[i], smooth[i+1])
			}
		}
	}
	return ways
}

// rounded cuts the corners of a line (Chaikin).
func rounded(line orb.LineString) orb.LineString {
	out := orb.LineString{line[0]}
	for i := range len(line) - 1 {
		a, b := line[i], line[i+1]
		out = append(out,
			orb.Point{mixed(a[0], b[0], 0.25), mixed(a[1], b[1], 0.25)},
			orb.Point{mixed(a[0], b[0], 0.75), mixed(a[1], b[1], 0.75)})
	}
	return append(out, line[len(line)-1])
}

// stamp records how far the lattice points round a segment lie from it.
func (d distances) stamp(a, b orb.Point) {
	lo := func(p, q float64) int { return max(int(min(p, q))-farAway+reliefMargin, 0) }
	hi := func(p, q float64) int { return min(int(max(p, q))+farAway+reliefMargin, reliefSide-1) }
	for j := lo(a[1], b[1]); j <= hi(a[1], b[1]); j++ {
		for i := lo(a[0], b[0]); i <= hi(a[0], b[0]); i++ {
			off := toSegment(float64(i-reliefMargin), float64(j-reliefMargin), a, b)
			d[j*reliefSide+i] = min(d[j*reliefSide+i], float32(off))
		}
	}
}

// toSegment is the distance from (x, y) to the segment from a to b.
func toSegment(x, y float64, a, b orb.Point) float64 {
	dx, dy := b[0]-a[0], b[1]-a[1]
	px, py := x-a[0], y-a[1]
	along := float64(dx*dx) + float64(dy*dy)
	t := 0.0
	if along > 0 {
		t = min(max((float64(px*dx)+float64(py*dy))/along, 0), 1)
	}
	ox, oy := px-float64(t*dx), py-float64(t*dy)
	return math.Sqrt(float64(ox*ox) + float64(oy*oy))
}

// at returns the distance at (x, y).
func (d distances) at(x, y float64) float64 { return sheet(d).at(x, y) }
