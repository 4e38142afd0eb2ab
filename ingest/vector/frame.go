package vector

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// The child answers in frames: a byte that says what it is, the length of the
// payload in four bytes (little endian, as all numbers here), the payload.
const (
	frameIsolation = 'I' // JSON, the first
	frameLayer     = 'L' // JSON of a told; before any ground
	frameGround    = 'G' // see appendGround
	frameShapes    = 'S' // JSON of a shapeLayer; before any row of it
	frameRow       = 'W' // JSON of a shapeRow
	frameRefusal   = 'R' // JSON of an ingest.Refusal, of which code and place are taken
	frameFault     = 'X' // text for our log
	frameEnd       = 'E' // JSON of a tally; without it the answer is cut off
)

// Payloads are no longer than this. 256 MiB are 16 million vertices in one
// feature, sixteen times what the overlay is made for.
const (
	longestText   = 1 << 20
	longestGround = 256 << 20
)

var errFrame = errors.New("vector: the child's answer makes no sense")

// A frameWriter is the child's end.
type frameWriter struct {
	w   *bufio.Writer
	buf []byte
}

func newFrameWriter(w io.Writer) *frameWriter {
	return &frameWriter{w: bufio.NewWriterSize(w, 256<<10)}
}

func (f *frameWriter) frame(kind byte, payload []byte) error {
	head := [5]byte{kind}
	binary.LittleEndian.PutUint32(head[1:], uint32(len(payload))) //nolint:gosec // bounded by the callers
	if _, err := f.w.Write(head[:]); err != nil {
		return err
	}
	_, err := f.w.Write(payload)
	return err
}

func (f *frameWriter) json(kind byte, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if len(b) > longest(kind) {
		return fmt.Errorf("vector: frame %c has %d bytes", kind, len(b))
	}
	return f.frame(kind, b)
}

func (f *frameWriter) ground(g Ground) error {
	f.buf = appendGround(f.buf[:0], g)
	return f.frame(frameGround, f.buf)
}

// A frameReader is the parent's end. The child has opened a stranger's file, so
// nothing that it says is believed before it is checked.
type frameReader struct {
	r   *bufio.Reader
	buf []byte
}

func newFrameReader(r io.Reader) *frameReader {
	return &frameReader{r: bufio.NewReaderSize(r, 256<<10)}
}

// next returns the next frame, whose payload is good until the call after. At
// the end of the answer the error is io.EOF, within a frame it is
// io.ErrUnexpectedEOF. Memory grows with what really comes, not with what a
// frame announces.
func (f *frameReader) next() (kind byte, payload []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(f.r, head[:]); err != nil {
		return 0, nil, err
	}
	kind = head[0]
	left := int(binary.LittleEndian.Uint32(head[1:]))
	if left > longest(kind) {
		return 0, nil, fmt.Errorf("%w: %d bytes in a frame %q", errFrame, left, kind)
	}
	f.buf = f.buf[:0]
	for left > 0 {
		have, step := len(f.buf), min(left, 1<<20)
		f.buf = slices.Grow(f.buf, step)[:have+step]
		if _, err := io.ReadFull(f.r, f.buf[have:]); err != nil {
			return 0, nil, io.ErrUnexpectedEOF
		}
		left -= step
	}
	return kind, f.buf, nil
}

func longest(kind byte) int {
	if kind == frameGround || kind == frameRow {
		return longestGround
	}
	return longestText
}

// appendGround writes: ID, validity, number of polygons; for each its number of rings;
// for each its number of points; for each x and y. IDs have eight bytes,
// validity one, numbers four, coordinates are float64.
func appendGround(b []byte, g Ground) []byte {
	le := binary.LittleEndian
	b = le.AppendUint64(b, uint64(g.ID)) //nolint:gosec // two's complement on both ends
	b = append(b, byte(g.Validity))
	b = appendCount(b, len(g.Shape))
	for _, polygon := range g.Shape {
		b = appendCount(b, len(polygon))
		for _, ring := range polygon {
			b = appendCount(b, len(ring))
			for _, p := range ring {
				b = le.AppendUint64(b, math.Float64bits(p[0]))
				b = le.AppendUint64(b, math.Float64bits(p[1]))
			}
		}
	}
	return b
}

func appendCount(b []byte, n int) []byte {
	return binary.LittleEndian.AppendUint32(b, uint32(n)) //nolint:gosec // a frame of 2^32 points is refused by its length
}

// decodeGround undoes appendGround. Counts are checked against what is left
// before anything is made for them, and coordinates are finite.
func decodeGround(b []byte) (Ground, error) {
	if len(b) < 9 || b[8] > byte(Invalid) {
		return Ground{}, fmt.Errorf("%w: %d bytes of ground", errFrame, len(b))
	}
	g := Ground{ID: int64(binary.LittleEndian.Uint64(b)), Validity: Validity(b[8])} //nolint:gosec // two's complement on both ends
	d := groundDecoder{b: b[9:]}
	g.Shape = make(orb.MultiPolygon, d.count(4))
	for i := range g.Shape {
		g.Shape[i] = make(orb.Polygon, d.count(4))
		for j := range g.Shape[i] {
			g.Shape[i][j] = d.ring()
		}
	}
	if d.err == nil && len(d.b) > 0 {
		d.err = fmt.Errorf("%w: %d bytes after the ground", errFrame, len(d.b))
	}
	return g, d.err
}

type groundDecoder struct {
	b   []byte
	err error
}

// count reads a number of things that take at least size bytes each; after an
// error it is 0.
func (d *groundDecoder) count(size int) int {
	if d.err != nil || len(d.b) < 4 {
		d.err = errors.Join(d.err, errFrame)
		return 0
	}
	n := int(binary.LittleEndian.Uint32(d.b))
	d.b = d.b[4:]
	if n > len(d.b)/size {
		d.err = fmt.Errorf("%w: %d things announced in %d bytes", errFrame, n, len(d.b))
		return 0
	}
	return n
}

func (d *groundDecoder) ring() orb.Ring {
	ring := make(orb.Ring, d.count(16))
	for i := range ring {
		for axis := range 2 {
			v := math.Float64frombits(binary.LittleEndian.Uint64(d.b[8*axis:]))
			if !finite(v) {
				d.err = fmt.Errorf("%w: a coordinate is %v", errFrame, v)
			}
			ring[i][axis] = v
		}
		d.b = d.b[16:]
	}
	return ring
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
