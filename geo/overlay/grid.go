package overlay

import (
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// Version names the rules by which results are computed: grid, subgrid,
// rounding, fill semantics and perturbation. It changes with any of them, is
// stored beside every result, and results of two versions are never mixed.
const Version = "jieshi-overlay/2"

const (
	// GridPerMetre is the number of grid lines in a metre: coordinates are
	// whole multiples of 0.1 mm, a tenth of what the best survey resolves.
	GridPerMetre = 10_000

	// subBits is the fineness of the subgrid on which crossings are kept: one
	// grid unit is 2^8 subgrid units, so a subgrid unit is 0.39 µm (finer than
	// 2^-10 mm).
	subBits = 8
	sub     = 1 << subBits

	// MaxCoordinate bounds |x| and |y| in grid units: 2^40 × 0.1 mm is about
	// 110,000 km, beyond any projection of the Earth. With it a difference has
	// 41 bits, a difference on the subgrid 49, a cross product 99: every sum
	// that this package forms fits in 128 bits.
	MaxCoordinate = 1 << 40

	// narrowExtent is the extent in grid units (214 km) below which a cross
	// product of two differences fits in an int64:
	// 2·(2^31−1)² = 2^63 − 2^33 + 2 < 2^63. Wider frames use 128 bits.
	narrowExtent = 1 << 31
)

// ErrOffGrid says that a coordinate is not a number, is infinite, or lies
// farther than [MaxCoordinate] from the origin of its CRS.
var ErrOffGrid = errors.New("overlay: coordinate is off the grid")

// A Point is a place on the 0.1 mm grid of a projected CRS, in grid units.
type Point struct{ X, Y int64 }

// A Ring is a closed line: the first point is repeated at the end.
type Ring []Point

// A Polygon is a shell followed by its holes. Directions carry no meaning on
// input; on output shells run counter-clockwise and holes clockwise.
type Polygon []Ring

// A MultiPolygon is the ground of one claim; nil is no ground at all.
type MultiPolygon []Polygon

// SnapPoint returns the grid point nearest to p (metres), halves away from
// zero, or [ErrOffGrid].
func SnapPoint(p orb.Point) (Point, error) {
	x, y := math.Round(p[0]*GridPerMetre), math.Round(p[1]*GridPerMetre)
	// The comparison is written so that NaN fails it.
	if !(math.Abs(x) <= MaxCoordinate && math.Abs(y) <= MaxCoordinate) {
		return Point{}, fmt.Errorf("%w: (%v, %v)", ErrOffGrid, p[0], p[1])
	}
	return Point{int64(x), int64(y)}, nil
}

// Snap returns m (metres, one projected CRS) on the grid, vertex by vertex, with
// every ring closed.
//
// It repairs nothing: vertices may have become one, and rings may have shrunk to
// a line, which [Validate] tells and [Builder] passes over. The error is
// [ErrOffGrid]; the input is not kept.
func Snap(m orb.MultiPolygon) (MultiPolygon, error) {
	out := make(MultiPolygon, 0, len(m))
	for _, poly := range m {
		snapped := make(Polygon, 0, len(poly))
		for _, ring := range poly {
			r, err := snapRing(ring)
			if err != nil {
				return nil, err
			}
			snapped = append(snapped, r)
		}
		out = append(out, snapped)
	}
	return out, nil
}

func snapRing(ring orb.Ring) (Ring, error) {
	out := make(Ring, 0, len(ring)+1)
	for _, p := range ring {
		q, err := SnapPoint(p)
		if err != nil {
			return nil, err
		}
		out = append(out, q)
	}
	return out.closed(), nil
}

// closed returns r with its first point repeated at the end.
func (r Ring) closed() Ring {
	if len(r) > 0 && r[0] != r[len(r)-1] {
		r = append(r, r[0])
	}
	return r
}

// Metres returns p in metres. Grid points come back within one unit in the
// last place of the decimal number that they stand for.
func (p Point) Metres() orb.Point {
	return orb.Point{float64(p.X) / GridPerMetre, float64(p.Y) / GridPerMetre}
}

// Metres returns m in metres, for output.
func (m MultiPolygon) Metres() orb.MultiPolygon {
	if m == nil {
		return nil
	}
	out := make(orb.MultiPolygon, len(m))
	for i, poly := range m {
		out[i] = make(orb.Polygon, len(poly))
		for k, ring := range poly {
			out[i][k] = make(orb.Ring, len(ring))
			for j, p := range ring {
				out[i][k][j] = p.Metres()
			}
		}
	}
	return out
}

// Area returns the exact area enclosed by the ring, positive when it runs
// counter-clockwise. It may be open or closed.
func (r Ring) Area() Area {
	var sum Area
	for i, p := range r {
		q := r[0]
		if i+1 < len(r) {
			q = r[i+1]
		}
		sum = sum.Add(cross128(p.X-r[0].X, p.Y-r[0].Y, q.X-r[0].X, q.Y-r[0].Y))
	}
	return sum.shift(2 * subBits)
}

// Area returns the exact area of a valid multipolygon: shells less holes,
// whichever way the rings run.
func (m MultiPolygon) Area() Area {
	var sum Area
	for _, poly := range m {
		for k, ring := range poly {
			if a := ring.Area().abs(); k == 0 {
				sum = sum.Add(a)
			} else {
				sum = sum.Sub(a)
			}
		}
	}
	return sum
}
