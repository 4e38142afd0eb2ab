package main

import (
	"encoding/binary"
	"errors"
	"math"

	"jieshi/geo/overlay"
)

// What PostGIS takes and sends: little-endian MultiPolygons; without an SRID
// EWKB is WKB, which GEOS and shapely read too.
const (
	wkbLittle       = 1
	wkbPolygon      = 3
	wkbMultiPolygon = 6
)

var errEWKB = errors.New("geometry is no MultiPolygon as we wrote it")

// appendWKB appends ground in metres.
func appendWKB(b []byte, ground overlay.MultiPolygon) []byte {
	le := binary.LittleEndian
	count := func(n int) { b = le.AppendUint32(b, uint32(n)) } //nolint:gosec // bounded by memory long before
	b = le.AppendUint32(append(b, wkbLittle), wkbMultiPolygon)
	count(len(ground))
	for _, polygon := range ground {
		b = le.AppendUint32(append(b, wkbLittle), wkbPolygon)
		count(len(polygon))
		for _, ring := range polygon {
			count(len(ring))
			for _, p := range ring {
				at := p.Metres()
				b = le.AppendUint64(b, math.Float64bits(at[0]))
				b = le.AppendUint64(b, math.Float64bits(at[1]))
			}
		}
	}
	return b
}

// A wkbReader reads what appendWKB wrote back onto the grid, into memory of its
// own that the next ground overwrites.
type wkbReader struct {
	points []overlay.Point
	rest   []byte
}

func (r *wkbReader) read(b []byte) (overlay.MultiPolygon, error) {
	r.rest = b
	// Rings are cut from one array, which must not move while they are.
	if need := len(b) / 16; cap(r.points) < need {
		r.points = make([]overlay.Point, 0, 2*need)
	}
	r.points = r.points[:0]
	polygons, err := r.head(wkbMultiPolygon)
	if err != nil {
		return nil, err
	}
	ground := make(overlay.MultiPolygon, 0, min(polygons, len(b)/9))
	for range polygons {
		rings, err := r.head(wkbPolygon)
		if err != nil {
			return nil, err
		}
		polygon := make(overlay.Polygon, 0, min(rings, len(b)/4))
		for range rings {
			ring, err := r.ring()
			if err != nil {
				return nil, err
			}
			polygon = append(polygon, ring)
		}
		ground = append(ground, polygon)
	}
	if len(r.rest) != 0 {
		return nil, errEWKB
	}
	return ground, nil
}

// head reads byte order, type and count.
func (r *wkbReader) head(kind uint32) (int, error) {
	if len(r.rest) < 9 || r.rest[0] != wkbLittle || binary.LittleEndian.Uint32(r.rest[1:]) != kind {
		return 0, errEWKB
	}
	n := binary.LittleEndian.Uint32(r.rest[5:])
	r.rest = r.rest[9:]
	return int(n), nil
}

func (r *wkbReader) ring() (overlay.Ring, error) {
	if len(r.rest) < 4 {
		return nil, errEWKB
	}
	n := int(binary.LittleEndian.Uint32(r.rest))
	r.rest = r.rest[4:]
	if n > len(r.rest)/16 {
		return nil, errEWKB
	}
	from := len(r.points)
	for range n {
		x := math.Float64frombits(binary.LittleEndian.Uint64(r.rest))
		y := math.Float64frombits(binary.LittleEndian.Uint64(r.rest[8:]))
		r.rest = r.rest[16:]
		if !(math.Abs(x) < 1e8 && math.Abs(y) < 1e8) {
			return nil, overlay.ErrOffGrid
		}
		r.points = append(r.points, overlay.Point{
			X: int64(math.Round(x * overlay.GridPerMetre)), Y: int64(math.Round(y * overlay.GridPerMetre)),
		})
	}
	return r.points[from:len(r.points):len(r.points)], nil
}
