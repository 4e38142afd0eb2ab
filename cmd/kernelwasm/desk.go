//go:build js && wasm

package main

import (
	"context"
	"encoding/binary"
	"errors"
	"math"

	"github.com/paulmach/orb"

	"jieshi/geo/crs"
	"jieshi/geo/divide"
	"jieshi/geo/overlay"
)

// Columns is how many figures divide gives for a piece: whether it is divided (1
// or 0), then plane and ellipsoidal m² on the left, on the right and on neither side.
const Columns = 7

var errCut = errors.New("kernel: the numbers end in the middle of a piece")

// A desk holds the one table of a page, and the last line's parts.
type desk struct {
	table *divide.Table
	cuts  []divide.Cut
	drawn map[overlay.Point][2]float64 // corners of the pieces in EPSG:3857
}

func (d *desk) lay(srid int, numbers []float64) error {
	pieces, err := piecesOf(numbers)
	if err != nil {
		return err
	}
	table, err := divide.NewTable(crs.SRID(srid), pieces)
	if err != nil {
		return err
	}
	*d = desk{table: table, drawn: map[overlay.Point][2]float64{}}
	for _, piece := range pieces {
		for _, ring := range piece {
			for _, p := range ring {
				if at, err := overlay.SnapPoint(p); err == nil {
					d.drawn[at] = d.mercator(at)
				}
			}
		}
	}
	return nil
}

func (d *desk) divide(numbers []float64) ([]float64, error) {
	if d.table == nil {
		return nil, errors.New("kernel: nothing lies on the table")
	}
	line := make(orb.LineString, len(numbers)/2)
	for i := range line {
		line[i] = orb.Point{numbers[2*i], numbers[2*i+1]}
	}
	cuts, err := d.table.Divide(context.Background(), line) // a frame is not taken back
	if err != nil {
		return nil, err
	}
	d.cuts = cuts
	figures := make([]float64, 0, Columns*len(cuts))
	for _, c := range cuts {
		divided := 0.0
		if c.Divided {
			divided = 1
		}
		figures = append(figures, divided)
		for _, m := range []divide.Measure{c.Left, c.Right, c.Whole} {
			figures = append(figures, float64(m.Plane), float64(m.Ellipsoidal))
		}
	}
	return figures, nil
}

// parts lists the parts of the pieces that the last line divided.
func (d *desk) parts() []float64 {
	var out []float64
	for i, c := range d.cuts {
		if !c.Divided {
			continue
		}
		for _, part := range c.Parts {
			out = append(out, float64(i), float64(part.Side), float64(len(part.Ground)))
			for _, ring := range part.Ground {
				out = append(out, float64(len(ring)))
				for _, p := range ring {
					at, known := d.drawn[p]
					if !known {
						at = d.mercator(p)
					}
					out = append(out, at[0], at[1])
				}
			}
		}
	}
	return out
}

// mercator projects a point of the grid to EPSG:3857, for drawing only.
func (d *desk) mercator(p overlay.Point) [2]float64 {
	const radius, degree = 6378137, math.Pi / 180
	at := p.Metres()
	lon, lat := d.table.Projection().Inverse(at[0], at[1])
	return [2]float64{radius * lon * degree, radius * math.Asinh(math.Tan(lat*degree))}
}

// piecesOf reads polygons as [desk.lay] is given them.
func piecesOf(numbers []float64) ([]orb.Polygon, error) {
	var pieces []orb.Polygon
	next := func() (int, bool) {
		if len(numbers) == 0 || !(numbers[0] >= 0 && numbers[0] <= math.MaxInt32) {
			return 0, false
		}
		n := int(numbers[0])
		numbers = numbers[1:]
		return n, true
	}
	for len(numbers) > 0 {
		rings, ok := next()
		if !ok {
			return nil, errCut
		}
		var piece orb.Polygon
		for range rings {
			n, ok := next()
			if !ok || 2*n > len(numbers) {
				return nil, errCut
			}
			ring := make(orb.Ring, n)
			for i := range ring {
				ring[i] = orb.Point{numbers[2*i], numbers[2*i+1]}
			}
			numbers = numbers[2*n:]
			piece = append(piece, ring)
		}
		pieces = append(pieces, piece)
	}
	return pieces, nil
}

func numbersOf(content []byte) []float64 {
	numbers := make([]float64, len(content)/8)
	for i := range numbers {
		numbers[i] = math.Float64frombits(binary.LittleEndian.Uint64(content[8*i:]))
	}
	return numbers
}

func bytesOf(numbers []float64) []byte {
	content := make([]byte, 0, 8*len(numbers))
	for _, v := range numbers {
		content = binary.LittleEndian.AppendUint64(content, math.Float64bits(v))
	}
	return content
}
