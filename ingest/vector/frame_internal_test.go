package vector

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"reflect"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

func drawGround(t *rapid.T) Ground {
	ring := rapid.Custom(func(t *rapid.T) orb.Ring {
		return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) orb.Point {
			axis := rapid.Float64Range(-1e9, 1e9)
			return orb.Point{axis.Draw(t, "x"), axis.Draw(t, "y")}
		}), 0, 6).Draw(t, "ring")
	})
	polygon := rapid.Custom(func(t *rapid.T) orb.Polygon { return rapid.SliceOfN(ring, 0, 3).Draw(t, "polygon") })
	return Ground{ID: rapid.Int64().Draw(t, "id"), Validity: Validity(rapid.ByteRange(0, 2).Draw(t, "validity")), Shape: rapid.SliceOfN(polygon, 0, 3).Draw(t, "shape")}
}

func TestGroundComesThroughThePipeAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		grounds := rapid.SliceOfN(rapid.Custom(drawGround), 0, 5).Draw(t, "grounds")
		var pipe bytes.Buffer
		w := newFrameWriter(&pipe)
		for _, g := range grounds {
			if err := w.ground(g); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.w.Flush(); err != nil {
			t.Fatal(err)
		}
		r := newFrameReader(&pipe)
		for _, want := range grounds {
			kind, payload, err := r.next()
			if err != nil || kind != frameGround {
				t.Fatalf("frame %q, error %v", kind, err)
			}
			got, err := decodeGround(payload)
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("got %v, %v; want %v", got, err, want)
			}
		}
		if _, _, err := r.next(); !errors.Is(err, io.EOF) {
			t.Fatalf("after the last frame: %v", err)
		}
	})
}

func TestAnAnswerThatMakesNoSenseIsAnError(t *testing.T) {
	count := func(n uint32) []byte { return binary.LittleEndian.AppendUint32(nil, n) }
	id := make([]byte, 9) // with the validity
	nan := binary.LittleEndian.AppendUint64(nil, math.Float64bits(math.NaN()))
	for name, b := range map[string][]byte{
		"nothing":                      nil,
		"half an id":                   id[:4],
		"a validity that is none":      join(id[:8], []byte{3}, count(0)),
		"an id alone":                  id,
		"4 billion polygons":           join(id, count(math.MaxUint32)),
		"4 billion rings":              join(id, count(1), count(math.MaxUint32)),
		"4 billion points":             join(id, count(1), count(1), count(math.MaxUint32)),
		"one point more than there is": join(id, count(1), count(1), count(2), make([]byte, 16)),
		"bytes after the end":          join(id, count(0), []byte{0}),
		"a coordinate that is none":    join(id, count(1), count(1), count(1), nan, nan),
	} {
		t.Run(name, func(t *testing.T) {
			if g, err := decodeGround(b); !errors.Is(err, errFrame) {
				t.Errorf("got %v, %v; want an error of the frame", g, err)
			}
		})
	}
}

func TestAFrameTakesNoMoreMemoryThanItSends(t *testing.T) {
	announced := append([]byte{frameGround}, binary.LittleEndian.AppendUint32(nil, longestGround)...)
	r := newFrameReader(bytes.NewReader(append(announced, make([]byte, 100)...)))
	if _, _, err := r.next(); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("error %v, want an unexpected end", err)
	}
	if cap(r.buf) > 4<<20 {
		t.Errorf("%d bytes were made for 100", cap(r.buf))
	}
	for _, head := range [][]byte{{frameGround, 1, 0, 0, 16}, {frameLayer, 1, 0, 16, 0}, {0, 255, 255, 255, 255}} {
		if _, _, err := newFrameReader(bytes.NewReader(head)).next(); !errors.Is(err, errFrame) {
			t.Errorf("frame % x: %v, want an error", head, err)
		}
	}
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// FuzzAnswer feeds the parent what a child that was taken over might say.
func FuzzAnswer(f *testing.F) {
	var pipe bytes.Buffer
	w := newFrameWriter(&pipe)
	for _, err := range []error{
		w.json(frameIsolation, map[string]int{"uid": 65534}),
		w.json(frameLayer, told{Name: "parcels", Plane: CRS{SRID: 4545, MetresPerUnit: 1}}),
		w.ground(Ground{ID: 7, Shape: orb.MultiPolygon{{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}}}),
		w.json(frameEnd, tally{Polygons: 1}),
		w.w.Flush(),
	} {
		if err != nil {
			f.Fatal(err)
		}
	}
	f.Add(pipe.Bytes())
	f.Add([]byte("R\x10\x00\x00\x00{\"Code\":\"empty\"}"))
	f.Fuzz(func(t *testing.T, answer []byte) {
		came := 0
		r := reader{reading: &Reading{}, each: func(l *PolygonLayer, g Ground) error {
			came++
			for _, polygon := range g.Shape {
				for _, ring := range polygon {
					for _, p := range ring {
						if !finite(p[0]) || !finite(p[1]) {
							t.Fatalf("a coordinate is %v", p)
						}
					}
				}
			}
			if !(l.CRS.MetresPerUnit > 0) {
				t.Fatalf("a unit of %v m", l.CRS.MetresPerUnit)
			}
			return nil
		}}
		if err := r.take(bytes.NewReader(answer)); err != nil {
			return // refusing is fine; a panic or a hang is not
		}
		if r.ended && came != r.reading.Polygons {
			t.Fatalf("%d features came, %d are said to have", came, r.reading.Polygons)
		}
	})
}
