package vector

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// shapePart is one point, line or ring.
type shapePart struct {
	Kind  byte         `json:"kind"` // partPoint, partLine, partRing or partHole
	Holes int          `json:"holes,omitempty"`
	Z     bool         `json:"z,omitempty"` // the third numbers are heights
	At    [][3]float64 `json:"at"`
}

const (
	partPoint byte = iota + 1
	partLine
	partRing
	partHole
)

// mostVertices is as many as a walk may have (gnss.DefaultMaxFixes).
const mostVertices = 2_000_000

var errCurve = errors.New("vector: a geometry is curved, or a surface")

// A partReader takes one geometry apart as GDAL writes it. Heights are kept,
// measures are not.
type partReader struct {
	wkbReader
	found    []shapePart
	vertices int // over all geometries, rings counted with them
}

func (r *partReader) read(b []byte) ([]shapePart, error) {
	r.b, r.found = b, nil
	err := r.geometry(0)
	if err == nil && len(r.b) > 0 {
		err = fmt.Errorf("%w: %d bytes too many", errWKB, len(r.b))
	}
	return r.found, err
}

func (r *partReader) geometry(depth int) error {
	if depth > deepest {
		return fmt.Errorf("%w: nested %d deep", errWKB, depth)
	}
	if len(r.b) < 5 {
		return errWKB
	}
	family := binary.LittleEndian.Uint32(r.b[1:]) / 1000
	z := family == 1 || family == 3
	base, dims, err := r.header()
	if err != nil {
		return err
	}
	switch base {
	case wkbPoint:
		return r.point(dims, z)
	case wkbLineString:
		at, err := r.positions(dims, z)
		if len(at) > 0 {
			r.found = append(r.found, shapePart{Kind: partLine, Z: z, At: at})
		}
		return err
	case wkbPolygon:
		return r.rings(dims, z)
	case wkbMultiPoint, wkbMultiLineString, wkbMultiPolygon, wkbCollection:
		n, err := r.count(5)
		for range n {
			if err != nil {
				break
			}
			err = r.geometry(depth + 1)
		}
		return err
	}
	return errCurve
}

// point passes over an empty one, which is written as NaN.
func (r *partReader) point(dims int, z bool) error {
	if len(r.b) >= 16 && math.IsNaN(r.number(0)) && math.IsNaN(r.number(1)) {
		return r.skip(8 * dims)
	}
	p, err := r.position(dims, z)
	if err == nil {
		r.found = append(r.found, shapePart{Kind: partPoint, Z: z, At: [][3]float64{p}})
	}
	return err
}

func (r *partReader) rings(dims int, z bool) error {
	n, err := r.count(4)
	for i := range n {
		if err != nil {
			break
		}
		if r.vertices++; r.vertices > mostVertices {
			return errTooManyVertices
		}
		var at [][3]float64
		at, err = r.positions(dims, z)
		part := shapePart{Kind: partRing, Holes: n - 1, Z: z, At: at}
		if i > 0 {
			part.Kind, part.Holes = partHole, 0
		}
		r.found = append(r.found, part)
	}
	return err
}

func (r *partReader) positions(dims int, z bool) ([][3]float64, error) {
	n, err := r.count(8 * dims)
	if err != nil {
		return nil, err
	}
	at := make([][3]float64, n)
	for i := range at {
		if at[i], err = r.position(dims, z); err != nil {
			return nil, err
		}
	}
	return at, nil
}

func (r *partReader) position(dims int, z bool) (p [3]float64, err error) {
	if len(r.b) < 8*dims {
		return p, errWKB
	}
	if r.vertices++; r.vertices > mostVertices {
		return p, errTooManyVertices
	}
	for axis := range 3 {
		if axis == 2 && !z {
			break
		}
		if p[axis] = r.number(axis); !finite(p[axis]) {
			return p, errInfinite
		}
	}
	return p, r.skip(8 * dims)
}

func (r *partReader) number(i int) float64 {
	return math.Float64frombits(binary.LittleEndian.Uint64(r.b[8*i:]))
}
