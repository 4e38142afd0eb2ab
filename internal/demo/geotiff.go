package demo

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"time"
)

// geoTIFF writes a picture as a classic little-endian GeoTIFF: RGBA, 8 bits,
// unassociated alpha, strips compressed with Deflate over a horizontal
// predictor, directory last (TIFF 6.0; OGC 19-008r4 for the keys). It is for
// pictures below 4 GB whose CRS is one projected EPSG code.
type geoTIFF struct {
	width, height int
	stripRows     int
	west, north   float64 // outer corner of the first pixel, metres
	pixel         float64 // metres
	epsg          uint16
	citation      string
	software      string
	description   string
	taken         time.Time // written as it reads in its own zone: TIFF knows none
}

// write asks strip for each strip's pixels, first row first, four bytes a
// pixel, and compresses them as they come; one strip is in memory at a time.
func (g geoTIFF) write(w io.WriteSeeker, strip func(firstRow int, pixels []byte)) error {
	if _, err := w.Write([]byte("II*\x00\x00\x00\x00\x00")); err != nil {
		return err
	}
	at := uint32(8)
	var offsets, counts []uint32
	var packed bytes.Buffer
	pixels := make([]byte, g.width*g.stripRows*4)
	deflate, err := zlib.NewWriterLevel(&packed, zlib.BestSpeed)
	if err != nil {
		return err
	}
	for row := 0; row < g.height; row += g.stripRows {
		some := pixels[:g.width*4*min(g.stripRows, g.height-row)]
		clear(some)
		strip(row, some)
		differences(some, g.width)
		packed.Reset()
		deflate.Reset(&packed)
		if _, err := deflate.Write(some); err != nil {
			return err
		}
		if err := deflate.Close(); err != nil {
			return err
		}
		offsets, counts = append(offsets, at), append(counts, uint32(packed.Len()))
		if packed.Len()&1 == 1 {
			packed.WriteByte(0) // the directory must begin on an even byte
		}
		if uint64(at)+uint64(packed.Len()) > math.MaxUint32-1<<20 {
			return errors.New("demo: picture is too large for a classic TIFF")
		}
		at += uint32(packed.Len())
		if _, err := w.Write(packed.Bytes()); err != nil {
			return err
		}
	}
	if _, err := w.Write(g.directory(at, offsets, counts)); err != nil {
		return err
	}
	if _, err := w.Seek(4, io.SeekStart); err != nil {
		return err
	}
	if _, err := w.Write(binary.LittleEndian.AppendUint32(nil, at)); err != nil {
		return err
	}
	_, err = w.Seek(0, io.SeekEnd)
	return err
}

// differences replaces each sample by its difference from the pixel before it
// in the row (TIFF predictor 2).
func differences(pixels []byte, width int) {
	for row := 0; row < len(pixels); row += width * 4 {
		for i := row + width*4 - 1; i >= row+4; i-- {
			pixels[i] -= pixels[i-4]
		}
	}
}

// The field types of a directory.
const (
	tiffASCII  = 2
	tiffShort  = 3
	tiffLong   = 4
	tiffDouble = 12
)

// directory returns the one image file directory, to be written at offset at,
// with what does not fit into its entries behind it.
func (g geoTIFF) directory(at uint32, offsets, counts []uint32) []byte {
	le := binary.LittleEndian
	ascii := func(s string) []byte { return append([]byte(s), 0) }
	shorts := func(v ...uint16) (b []byte) {
		for _, x := range v {
			b = le.AppendUint16(b, x)
		}
		return b
	}
	longs := func(v ...uint32) (b []byte) {
		for _, x := range v {
			b = le.AppendUint32(b, x)
		}
		return b
	}
	doubles := func(v ...float64) (b []byte) {
		for _, x := range v {
			b = le.AppendUint64(b, math.Float64bits(x))
		}
		return b
	}
	entries := []struct { // in the order of their tags, as TIFF wants them
		tag, kind uint16
		value     []byte
	}{
		{256, tiffLong, longs(uint32(g.width))},
		{257, tiffLong, longs(uint32(g.height))},
		{258, tiffShort, shorts(8, 8, 8, 8)},
		{259, tiffShort, shorts(8)}, // Deflate
		{262, tiffShort, shorts(2)}, // RGB
		{270, tiffASCII, ascii(g.description)},
		{273, tiffLong, longs(offsets...)},
		{277, tiffShort, shorts(4)},
		{278, tiffLong, longs(uint32(g.stripRows))},
		{279, tiffLong, longs(counts...)},
		{284, tiffShort, shorts(1)}, // samples together
		{305, tiffASCII, ascii(g.software)},
		{306, tiffASCII, ascii(g.taken.Format("2006:01:02 15:04:05"))},
		{317, tiffShort, shorts(2)}, // predictor: differences
		{338, tiffShort, shorts(2)}, // alpha, unassociated
		{33550, tiffDouble, doubles(g.pixel, g.pixel, 0)},
		{33922, tiffDouble, doubles(0, 0, 0, g.west, g.north, 0)},
		{34735, tiffShort, shorts(
			1, 1, 0, 5,
			1024, 0, 1, 1, // model: projected
			1025, 0, 1, 1, // raster: a pixel is an area
			1026, 34737, uint16(len(g.citation)+1), 0,
			3072, 0, 1, g.epsg,
			3076, 0, 1, 9001, // metre
		)},
		{34737, tiffASCII, ascii(g.citation + "|")},
	}
	size := map[uint16]int{tiffASCII: 1, tiffShort: 2, tiffLong: 4, tiffDouble: 8}
	head := le.AppendUint16(nil, uint16(len(entries)))
	beyond := at + uint32(2+12*len(entries)+4)
	var tail []byte
	for _, e := range entries {
		head = le.AppendUint16(head, e.tag)
		head = le.AppendUint16(head, e.kind)
		head = le.AppendUint32(head, uint32(len(e.value)/size[e.kind]))
		if len(e.value) <= 4 {
			head = append(head, append(e.value, 0, 0, 0, 0)[:4]...)
			continue
		}
		head = le.AppendUint32(head, beyond+uint32(len(tail)))
		tail = append(tail, e.value...)
		if len(tail)&1 == 1 {
			tail = append(tail, 0)
		}
	}
	return append(le.AppendUint32(head, 0), tail...)
}
