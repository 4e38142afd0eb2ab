package vector

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// Geometry types of ISO 13249-3 (SQL/MM), 5.1.68. With heights they are 1000
// more, with measures 2000, with both 3000.
const (
	wkbPoint = 1 + iota
	wkbLineString
	wkbPolygon
	wkbMultiPoint
	wkbMultiLineString
	wkbMultiPolygon
	wkbCollection
	wkbCircularString
	wkbCompoundCurve
	wkbCurvePolygon
	wkbMultiCurve
	wkbMultiSurface
)

var (
	errWKB      = errors.New("vector: well-known binary makes no sense")
	errInfinite = errors.New("vector: a coordinate is not a finite number")
)

// deepest nesting of collections; real ones have one or two.
const deepest = 16

// A wkbReader takes the polygons out of one geometry as GDAL writes it, little
// endian. Heights and measures are dropped, arcs become chords.
type wkbReader struct {
	b         []byte
	tolerance float64 // of chords, in units of the CRS
	shape     orb.MultiPolygon
	parts     int // members of collections that are no polygons
	arcs      int
}

// kind is what a geometry is as a whole.
type kind int

const (
	isPolygon kind = iota
	isLine
	isPoint
	isEmpty
	isOther
)

// polygons reads one geometry from r.b and says what it is. A collection with
// at least one polygon is one.
func (r *wkbReader) polygons() (kind, error) {
	r.shape, r.parts = nil, 0
	what, err := r.geometry(0)
	if err == nil && len(r.b) > 0 {
		err = fmt.Errorf("%w: %d bytes too many", errWKB, len(r.b))
	}
	if err == nil && what == isPolygon && len(r.shape) == 0 {
		what = isEmpty
	}
	return what, err
}

func (r *wkbReader) header() (base, dims int, err error) {
	if len(r.b) < 5 || r.b[0] != 1 {
		return 0, 0, errWKB
	}
	code := binary.LittleEndian.Uint32(r.b[1:])
	r.b = r.b[5:]
	if code >= 4000 {
		return 0, 0, fmt.Errorf("%w: type %d", errWKB, code)
	}
	dims = map[uint32]int{0: 2, 1: 3, 2: 3, 3: 4}[code/1000]
	return int(code % 1000), dims, nil
}

func (r *wkbReader) count(size int) (int, error) {
	if len(r.b) < 4 {
		return 0, errWKB
	}
	n := int(binary.LittleEndian.Uint32(r.b))
	r.b = r.b[4:]
	if n > len(r.b)/size {
		return 0, fmt.Errorf("%w: %d things announced in %d bytes", errWKB, n, len(r.b))
	}
	return n, nil
}

func (r *wkbReader) geometry(depth int) (kind, error) {
	if depth > deepest {
		return isOther, fmt.Errorf("%w: nested %d deep", errWKB, depth)
	}
	base, dims, err := r.header()
	if err != nil {
		return isOther, err
	}
	switch base {
	case wkbPolygon:
		return r.polygon(dims)
	case wkbCurvePolygon:
		return r.curvePolygon()
	case wkbMultiPolygon, wkbMultiSurface, wkbCollection:
		return r.members(depth)
	case wkbPoint:
		return isPoint, r.skip(8 * dims) // an empty one is written as NaN
	case wkbMultiPoint:
		return isPoint, r.skipMembers(depth)
	case wkbLineString, wkbCircularString:
		_, err := r.line(dims)
		return isLine, err
	case wkbMultiLineString, wkbCompoundCurve, wkbMultiCurve:
		return isLine, r.skipMembers(depth)
	}
	// Meshes, triangles and whatever comes after: nothing behind them is read.
	r.b = nil
	return isOther, nil
}

// members reads a collection. One without polygons is what its first member is.
func (r *wkbReader) members(depth int) (kind, error) {
	n, err := r.count(5)
	if err != nil {
		return isOther, err
	}
	found, first := false, isEmpty
	for i := range n {
		what, err := r.geometry(depth + 1)
		if err != nil {
			return isOther, err
		}
		switch {
		case what == isPolygon:
			found = true
		case what == isOther:
			return isOther, nil
		case what != isEmpty:
			r.parts++
		}
		if i == 0 {
			first = what
		}
	}
	if found {
		return isPolygon, nil
	}
	if r.parts > 0 {
		r.parts = 0 // then the feature itself is counted as left out
	}
	return first, nil
}

func (r *wkbReader) skipMembers(depth int) error {
	n, err := r.count(5)
	for range n {
		if err != nil {
			break
		}
		_, err = r.geometry(depth + 1)
	}
	return err
}

func (r *wkbReader) polygon(dims int) (kind, error) {
	n, err := r.count(4)
	if err != nil || n == 0 {
		return isEmpty, err
	}
	polygon := make(orb.Polygon, 0, n)
	for range n {
		ring, err := r.line(dims)
		if err != nil {
			return isPolygon, err
		}
		polygon = append(polygon, orb.Ring(ring))
	}
	return r.add(polygon), nil
}

// curvePolygon has rings that are geometries themselves.
func (r *wkbReader) curvePolygon() (kind, error) {
	n, err := r.count(5)
	if err != nil || n == 0 {
		return isEmpty, err
	}
	polygon := make(orb.Polygon, 0, n)
	for range n {
		ring, err := r.curve(0)
		if err != nil {
			return isPolygon, err
		}
		polygon = append(polygon, orb.Ring(ring))
	}
	return r.add(polygon), nil
}

func (r *wkbReader) add(polygon orb.Polygon) kind {
	if len(polygon[0]) == 0 {
		return isEmpty
	}
	r.shape = append(r.shape, polygon)
	return isPolygon
}

// curve reads a line, a string of arcs, or a chain of both.
func (r *wkbReader) curve(depth int) ([]orb.Point, error) {
	base, dims, err := r.header()
	if err != nil {
		return nil, err
	}
	switch base {
	case wkbLineString:
		return r.line(dims)
	case wkbCircularString:
		points, err := r.line(dims)
		if err != nil {
			return nil, err
		}
		return r.chords(points)
	case wkbCompoundCurve:
		if depth > 0 {
			return nil, fmt.Errorf("%w: a chain in a chain", errWKB)
		}
		return r.chain()
	}
	return nil, fmt.Errorf("%w: a ring of type %d", errWKB, base)
}

func (r *wkbReader) chain() ([]orb.Point, error) {
	n, err := r.count(5)
	if err != nil {
		return nil, err
	}
	var all []orb.Point
	for range n {
		points, err := r.curve(1)
		if err != nil {
			return nil, err
		}
		// Each begins where the one before ended.
		if len(all) > 0 && len(points) > 0 && points[0] == all[len(all)-1] {
			points = points[1:]
		}
		all = append(all, points...)
	}
	return all, nil
}

// chords replaces a string of arcs, each through three points of which the last
// is the first of the next.
func (r *wkbReader) chords(points []orb.Point) ([]orb.Point, error) {
	if len(points) == 0 {
		return nil, nil
	}
	if len(points)%2 == 0 {
		return nil, fmt.Errorf("%w: %d points in a string of arcs", errWKB, len(points))
	}
	out := points[:1:1]
	for i := 0; i+2 < len(points); i += 2 {
		r.arcs++
		out = appendArc(out, points[i], points[i+1], points[i+2], r.tolerance)
		if len(out) > longestGround/16 {
			return nil, errTooManyVertices
		}
	}
	return out, nil
}

var errTooManyVertices = errors.New("vector: a feature has too many vertices")

func (r *wkbReader) line(dims int) ([]orb.Point, error) {
	n, err := r.count(8 * dims)
	if err != nil {
		return nil, err
	}
	points := make([]orb.Point, n)
	for i := range points {
		for axis := range 2 {
			v := math.Float64frombits(binary.LittleEndian.Uint64(r.b[8*axis:]))
			if !finite(v) {
				return nil, errInfinite
			}
			points[i][axis] = v
		}
		r.b = r.b[8*dims:]
	}
	return points, nil
}

func (r *wkbReader) skip(n int) error {
	if len(r.b) < n {
		return errWKB
	}
	r.b = r.b[n:]
	return nil
}
