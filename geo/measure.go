package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// A sum adds floats with a running correction (Neumaier's form of Kahan's
// summation), so that 10^5 small terms lose no more than a few of them would.
type sum struct{ total, lost float64 }

func (s *sum) add(v float64) {
	t := s.total + v
	if math.Abs(s.total) >= math.Abs(v) {
		s.lost += s.total - t + v
	} else {
		s.lost += v - t + s.total
	}
	s.total = t
}

func (s *sum) value() float64 { return s.total + s.lost }

// SignedArea returns the plane area of ring by Gauss's formula: positive if the
// ring runs counterclockwise, negative if clockwise. A ring that crosses itself
// counts its windings, so the two halves of a figure 8 cancel: measure what
// [Enclosed] returns instead. An open ring counts as closed by a straight edge.
// Coordinates are taken relative to the first vertex, so false eastings cost no
// precision. Fewer than three points have no area.
func SignedArea(ring orb.Ring) SquareMetres {
	if len(ring) < 3 {
		return 0
	}
	var twice sum
	o := ring[0]
	for i := 1; i+1 < len(ring); i++ {
		ax, ay := ring[i][0]-o[0], ring[i][1]-o[1]
		bx, by := ring[i+1][0]-o[0], ring[i+1][1]-o[1]
		twice.add(ax * by)
		twice.add(-ay * bx)
	}
	return SquareMetres(twice.value() / 2)
}

// PlaneArea returns the area of mp in the plane of its CRS, whichever way its
// rings run: outer rings count, holes are taken off. The polygons must not
// overlap, as OGC 06-103r4 §6.1.14 demands of a multipolygon.
func PlaneArea(mp orb.MultiPolygon) SquareMetres {
	var s sum
	for _, p := range mp {
		for i, r := range p {
			a := math.Abs(float64(SignedArea(r)))
			if i > 0 {
				a = -a
			}
			s.add(a)
		}
	}
	return SquareMetres(s.value())
}

// Length returns the length of line in the plane. A line of fewer than two
// points has none.
func Length(line orb.LineString) Metres {
	var s sum
	for i := 1; i < len(line); i++ {
		s.add(distance(line[i-1], line[i]))
	}
	return Metres(s.value())
}

// Perimeter returns the length of ring in the plane, its closing edge included
// whether or not the first point is repeated at the end.
func Perimeter(ring orb.Ring) Metres {
	return Length(orb.LineString(ring)) + ClosingGap(orb.LineString(ring))
}

// ClosingGap returns how far the end of line is from its start: the stretch of
// boundary that nobody walked. Fewer than two points have no gap.
func ClosingGap(line orb.LineString) Metres {
	if len(line) < 2 {
		return 0
	}
	return Metres(distance(line[0], line[len(line)-1]))
}

// SliverWidth returns 2·area/perimeter of p, holes taken off the area and added
// to the perimeter. For a long thin strip it is the strip's width, for a disc
// its radius; set against the error of the lines it tells whether the ground
// need exist at all. An empty polygon has width 0.
func SliverWidth(p orb.Polygon) Metres {
	var around Metres
	for _, r := range p {
		around += Perimeter(r)
	}
	if around == 0 {
		return 0
	}
	return Metres(2 * float64(PlaneArea(orb.MultiPolygon{p})) / float64(around))
}

// AreaSigma returns the standard deviation of the plane area of ring when each
// coordinate of each vertex is off by sigma (1σ), independently:
//
//	σ_A = (σ/2)·√Σ|P(i+1)−P(i−1)|²
//
// which is the derivative of Gauss's formula. If m is the error of a point in
// the plane, sigma is m/√2. Fixes of one walk share much of their error, so for
// a dense line this is a lower bound; moving the whole line outward by σ changes
// the area by perimeter·σ.
func AreaSigma(ring orb.Ring, sigma Metres) SquareMetres {
	var s sum
	eachDiagonal(ring, func(_ int, squared float64) { s.add(squared) })
	return SquareMetres(float64(sigma) / 2 * math.Sqrt(s.value()))
}

// AreaSigmas is [AreaSigma] for vertices that differ: sigmas[i] belongs to
// ring[i]. The sigma of a repeated closing point is not read. Vertices beyond
// the end of sigmas count as exact.
func AreaSigmas(ring orb.Ring, sigmas []Metres) SquareMetres {
	var s sum
	eachDiagonal(ring, func(i int, squared float64) {
		if i < len(sigmas) {
			s.add(squared * float64(sigmas[i]) * float64(sigmas[i]))
		}
	})
	return SquareMetres(math.Sqrt(s.value()) / 2)
}

// eachDiagonal calls f with each vertex of ring and the squared distance of its
// two neighbours.
func eachDiagonal(ring orb.Ring, f func(i int, squared float64)) {
	n := len(ring)
	if n > 1 && ring[0] == ring[n-1] {
		n--
	}
	if n < 3 {
		return
	}
	for i := range n {
		a, b := ring[(i+n-1)%n], ring[(i+1)%n]
		dx, dy := b[0]-a[0], b[1]-a[1]
		f(i, dx*dx+dy*dy)
	}
}

func distance(a, b orb.Point) float64 { return math.Hypot(b[0]-a[0], b[1]-a[1]) }
