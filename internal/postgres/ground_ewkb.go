package postgres

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"jieshi/geo/overlay"
)

// EWKB as PostGIS sends and takes it: little endian, SRID on the outermost
// geometry only.
const (
	ewkbLittle       = 1
	ewkbPolygon      = 3
	ewkbMultiPolygon = 6
	ewkbSRID         = 0x20000000
)

// appendEWKB appends ground as an EWKB MultiPolygon in EPSG:srid.
func appendEWKB(b []byte, srid int, ground overlay.MultiPolygon) []byte {
	le := binary.LittleEndian
	b = le.AppendUint32(append(b, ewkbLittle), ewkbMultiPolygon|ewkbSRID)
	b = le.AppendUint32(b, uint32(srid))        //nolint:gosec // 1024 to 998999
	b = le.AppendUint32(b, uint32(len(ground))) //nolint:gosec // bounded by memory long before
	for _, polygon := range ground {
		b = le.AppendUint32(append(b, ewkbLittle), ewkbPolygon)
		b = le.AppendUint32(b, uint32(len(polygon))) //nolint:gosec // as above
		for _, ring := range polygon {
			b = le.AppendUint32(b, uint32(len(ring))) //nolint:gosec // as above
			for _, p := range ring {
				at := p.Metres()
				b = le.AppendUint64(b, math.Float64bits(at[0]))
				b = le.AppendUint64(b, math.Float64bits(at[1]))
			}
		}
	}
	return b
}

// A groundDecoder reads EWKB MultiPolygons that PostGIS wrote onto the grid. It
// reuses its memory: a ground is good until the next one.
type groundDecoder struct {
	ground overlay.MultiPolygon
	points []overlay.Point
	rest   []byte
}

var errEWKB = errors.New("postgres: a ground in the database is no EWKB MultiPolygon")

// decode returns the ground in b.
func (d *groundDecoder) decode(b []byte) (overlay.MultiPolygon, error) {
	d.rest, d.ground, d.points = b, d.ground[:0], d.points[:0]
	// Rings are cut from one array, which must not move while they are.
	if need := len(b) / 16; cap(d.points) < need {
		d.points = make([]overlay.Point, 0, 2*need)
	}
	kind, err := d.head()
	if err != nil || kind&^uint32(ewkbSRID) != ewkbMultiPolygon {
		return nil, errEWKB
	}
	if kind&ewkbSRID != 0 {
		if _, err := d.count(0); err != nil {
			return nil, err
		}
	}
	polygons, err := d.count(9)
	if err != nil {
		return nil, err
	}
	for range polygons {
		polygon, err := d.polygon()
		if err != nil {
			return nil, err
		}
		d.ground = append(d.ground, polygon)
	}
	return d.ground, nil
}

func (d *groundDecoder) polygon() (overlay.Polygon, error) {
	kind, err := d.head()
	if err != nil || kind != ewkbPolygon {
		return nil, errEWKB
	}
	rings, err := d.count(4)
	if err != nil {
		return nil, err
	}
	polygon := d.spare(rings)
	for range rings {
		n, err := d.count(16)
		if err != nil {
			return nil, err
		}
		from := len(d.points)
		for i := range n {
			p, err := gridPoint(d.rest[16*i:])
			if err != nil {
				return nil, err
			}
			d.points = append(d.points, p)
		}
		d.rest = d.rest[16*n:]
		polygon = append(polygon, d.points[from:len(d.points):len(d.points)])
	}
	return polygon, nil
}

// spare returns an empty polygon, that of an earlier ground if there is one.
func (d *groundDecoder) spare(rings int) overlay.Polygon {
	if n := len(d.ground); n < cap(d.ground) {
		return d.ground[:n+1][n][:0]
	}
	return make(overlay.Polygon, 0, rings)
}

func (d *groundDecoder) head() (kind uint32, err error) {
	if len(d.rest) < 5 || d.rest[0] != ewkbLittle {
		return 0, errEWKB
	}
	kind = binary.LittleEndian.Uint32(d.rest[1:])
	d.rest = d.rest[5:]
	return kind, nil
}

// count reads a number of things that take at least each bytes.
func (d *groundDecoder) count(each int) (int, error) {
	if len(d.rest) < 4 {
		return 0, errEWKB
	}
	n := int(binary.LittleEndian.Uint32(d.rest))
	d.rest = d.rest[4:]
	if n*each > len(d.rest) {
		return 0, errEWKB
	}
	return n, nil
}

// gridPoint reads a point that was stored on the grid. Metres as float64 carry
// grid points exactly up to 2^40, so rounding only takes back what the division
// left.
func gridPoint(b []byte) (overlay.Point, error) {
	x := math.Round(math.Float64frombits(binary.LittleEndian.Uint64(b)) * overlay.GridPerMetre)
	y := math.Round(math.Float64frombits(binary.LittleEndian.Uint64(b[8:])) * overlay.GridPerMetre)
	if !(math.Abs(x) <= overlay.MaxCoordinate && math.Abs(y) <= overlay.MaxCoordinate) {
		return overlay.Point{}, fmt.Errorf("ground in the database: %w", overlay.ErrOffGrid)
	}
	return overlay.Point{X: int64(x), Y: int64(y)}, nil
}
