package raster

import (
	"encoding/binary"
	"fmt"
	"io"
	"strings"
)

// tiffFile reads the structure of a TIFF or BigTIFF with every access bounded
// by the size of the file.
type tiffFile struct {
	r     io.ReaderAt
	size  uint64
	order binary.ByteOrder
	big   bool
}

// bytes returns n bytes from offset at. A read past the end is a refusal: the
// directory promised bytes that are not there.
func (f tiffFile) bytes(at, n uint64, where string) ([]byte, error) {
	if n > f.size || at > f.size-n {
		return nil, refuse(CodeTruncated, where)
	}
	b := make([]byte, n)
	if _, err := f.r.ReadAt(b, int64(at)); err != nil {
		return nil, fmt.Errorf("raster: header: %w", err) // within the size, so a fault of ours
	}
	return b, nil
}

// readStart reads the file header and returns the offset of the first directory.
func (f *tiffFile) readStart() (uint64, error) {
	head := make([]byte, min(16, f.size))
	if _, err := f.r.ReadAt(head, 0); err != nil {
		return 0, fmt.Errorf("raster: header: %w", err)
	}
	if len(head) < 4 || byteOrders[string(head[:2])] == nil {
		return 0, refuse(CodeNotATIFF, describeStart(head))
	}
	f.order = byteOrders[string(head[:2])]
	switch f.order.Uint16(head[2:]) {
	case 42:
		if len(head) < 8 {
			return 0, refuse(CodeTruncated, "file header")
		}
		return uint64(f.order.Uint32(head[4:])), nil
	case 43:
		if len(head) < 16 {
			return 0, refuse(CodeTruncated, "file header")
		}
		if f.order.Uint16(head[4:]) != 8 || f.order.Uint16(head[6:]) != 0 {
			return 0, refuse(CodeMalformed, "file header")
		}
		f.big = true
		return f.order.Uint64(head[8:]), nil
	}
	return 0, refuse(CodeNotATIFF, describeStart(head))
}

// describeStart names what a file that is no TIFF seems to be.
func describeStart(head []byte) string {
	for start, kind := range map[string]string{
		"<": "XML", "\xef\xbb\xbf<": "XML", "PK\x03\x04": "ZIP", "\xff\xd8\xff": "JPEG", "\x89PNG": "PNG", "%PDF": "PDF", "{": "JSON",
		"\x1f\x8b": "gzip", "Rar!": "RAR", "7z\xbc\xaf": "7-Zip", "RIFF": "RIFF (WebP, AVI)",
	} {
		if strings.HasPrefix(string(head), start) {
			return kind
		}
	}
	return fmt.Sprintf("first bytes % x", head[:min(4, len(head))])
}

// An entry is one tag of a directory; its values are read when asked for.
type entry struct {
	kind  uint16
	count uint64
	at    uint64 // offset of the values, wherever they are
}

// A directory is one IFD.
type directory struct {
	file    tiffFile
	where   string
	entries map[uint16]entry
}

// typeSizes are the bytes of the TIFF value types (TIFF 6.0, BigTIFF).
var typeSizes = map[uint16]uint64{
	1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8,
}

// readDirectory reads the directory at offset at and the offset of the next.
func (f tiffFile) readDirectory(at uint64, where string) (directory, uint64, error) {
	countSize, entrySize, offsetSize := uint64(2), uint64(12), uint64(4)
	if f.big {
		countSize, entrySize, offsetSize = 8, 20, 8
	}
	dir := directory{file: f, where: where, entries: map[uint16]entry{}}
	b, err := f.bytes(at, countSize, where)
	if err != nil {
		return dir, 0, err
	}
	n := f.uint(b)
	if n == 0 || n > directoryEntryMax {
		return dir, 0, refuse(CodeMalformed, fmt.Sprintf("%s (%d entries)", where, n))
	}
	at += countSize
	b, err = f.bytes(at, n*entrySize+offsetSize, where)
	if err != nil {
		return dir, 0, err
	}
	for i := range n {
		tag, e, err := f.entry(b[i*entrySize:(i+1)*entrySize], at+i*entrySize, where)
		if err != nil {
			return dir, 0, err
		}
		if _, twice := dir.entries[tag]; twice {
			// Readers differ in which of the two they believe.
			return dir, 0, refuse(CodeMalformed, fmt.Sprintf("%s (tag %d twice)", where, tag))
		}
		dir.entries[tag] = e
	}
	return dir, f.uint(b[n*entrySize:]), nil
}

func (f tiffFile) entry(b []byte, at uint64, where string) (uint16, entry, error) {
	tag := f.order.Uint16(b)
	e := entry{kind: f.order.Uint16(b[2:])}
	inline := uint64(4)
	if f.big {
		inline = 8
	}
	e.count = f.uint(b[4 : 4+inline])
	value := b[4+inline:]
	size, known := typeSizes[e.kind]
	if !known {
		return tag, entry{}, nil // TIFF 6.0: readers skip types that they do not know
	}
	if e.count > f.size { // also keeps the product below from wrapping
		return tag, e, refuse(CodeTruncated, fmt.Sprintf("%s, tag %d", where, tag))
	}
	if size*e.count <= inline {
		e.at = at + 4 + inline
		return tag, e, nil
	}
	e.at = f.uint(value)
	if size*e.count > f.size || e.at > f.size-size*e.count {
		return tag, e, refuse(CodeTruncated, fmt.Sprintf("%s, tag %d", where, tag))
	}
	return tag, e, nil
}

// uint reads all of b as one number.
func (f tiffFile) uint(b []byte) uint64 {
	switch len(b) {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(f.order.Uint16(b))
	case 4:
		return uint64(f.order.Uint32(b))
	}
	return f.order.Uint64(b)
}

// valuesAtOnce bounds what values returns, so that an array of millions of
// blocks is never in memory whole.
const valuesAtOnce = 8192

// values returns up to valuesAtOnce values of e from the given one on.
func (f tiffFile) values(e entry, from uint64, where string) ([]uint64, error) {
	size := typeSizes[e.kind]
	switch e.kind {
	case 1, 3, 4, 13, 16, 18: // unsigned integers
	default:
		return nil, refuse(CodeMalformed, where+" (value type)")
	}
	n := min(e.count-from, valuesAtOnce)
	b, err := f.bytes(e.at+from*size, n*size, where)
	if err != nil {
		return nil, err
	}
	vs := make([]uint64, n)
	for i := range vs {
		vs[i] = f.uint(b[uint64(i)*size : uint64(i+1)*size])
	}
	return vs, nil
}

func (d directory) has(tag uint16) bool { return d.entries[tag].count > 0 }

// uint returns the first value of a tag, or fallback if it is absent.
func (d directory) uint(tag uint16, fallback uint64) (uint64, error) {
	e := d.entries[tag]
	if e.count == 0 {
		return fallback, nil
	}
	vs, err := d.file.values(entry{kind: e.kind, count: 1, at: e.at}, 0, fmt.Sprintf("%s, tag %d", d.where, tag))
	if err != nil {
		return 0, err
	}
	return vs[0], nil
}

// wanted is a tag to read into a variable.
type wanted struct {
	tag      uint16
	fallback uint64
	to       *uint64
}

func (d directory) uints(ws []wanted) error {
	for _, w := range ws {
		v, err := d.uint(w.tag, w.fallback)
		if err != nil {
			return err
		}
		*w.to = v
	}
	return nil
}

// same returns the value that a tag has for every sample.
func (d directory) same(tag uint16, fallback uint64) (uint64, error) {
	e := d.entries[tag]
	if e.count == 0 {
		return fallback, nil
	}
	if e.count > maxBands {
		return 0, refuse(CodeTooManyBands, fmt.Sprintf("%s, tag %d", d.where, tag))
	}
	vs, err := d.file.values(e, 0, fmt.Sprintf("%s, tag %d", d.where, tag))
	if err != nil {
		return 0, err
	}
	for _, v := range vs {
		if v != vs[0] {
			return 0, refuse(CodeSampleType, "samples differ between bands")
		}
	}
	return vs[0], nil
}

// text returns the value of a text tag, empty if it is absent.
func (d directory) text(tag uint16, longest uint64) (string, error) {
	e := d.entries[tag]
	if e.count == 0 {
		return "", nil
	}
	where := fmt.Sprintf("%s, tag %d", d.where, tag)
	if (e.kind != 1 && e.kind != 2 && e.kind != 7) || e.count > longest {
		return "", refuse(CodeMalformed, where)
	}
	b, err := d.file.bytes(e.at, e.count, where)
	return strings.TrimRight(string(b), "\x00"), err
}
