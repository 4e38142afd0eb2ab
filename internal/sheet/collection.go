package sheet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

var errFont = errors.New("sheet: not a TrueType font or collection")

// kept are the tables that a PDF needs of a font (and their order in a file,
// which is alphabetical by rule); the rest is for setting vertical text,
// kerning and the font editor.
var kept = []string{"OS/2", "cmap", "cvt ", "fpgm", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "name", "post", "prep"}

// A fontTable is one table of a font: its tag, and where it lies in the file.
type fontTable struct {
	tag          string
	offset, size uint32
}

// firstFont returns the first font of a TrueType collection as a font file of
// its own, and a plain TrueType font rebuilt in the same way. Collections share
// tables between fonts, which PDF writers do not read; fonts with PostScript
// outlines (Noto's) are errFont. (OpenType specification, "Font Collections".)
func firstFont(data []byte) ([]byte, error) {
	offset := uint32(0)
	if len(data) >= 16 && string(data[:4]) == "ttcf" {
		if n := binary.BigEndian.Uint32(data[8:]); n == 0 {
			return nil, fmt.Errorf("%w: an empty collection", errFont)
		}
		offset = binary.BigEndian.Uint32(data[12:])
	}
	tables, err := fontTables(data, offset)
	if err != nil {
		return nil, err
	}
	return rebuild(data, tables), nil
}

func fontTables(data []byte, offset uint32) ([]fontTable, error) {
	directory, ok := span(data, offset, 12)
	if !ok {
		return nil, errFont
	}
	if version := binary.BigEndian.Uint32(directory); version != 0x00010000 && string(directory[:4]) != "true" {
		return nil, fmt.Errorf("%w: it starts with %q", errFont, directory[:4])
	}
	n := uint32(binary.BigEndian.Uint16(directory[4:]))
	records, ok := span(data, offset+12, 16*n)
	if !ok {
		return nil, fmt.Errorf("%w: its table directory is cut off", errFont)
	}
	var tables []fontTable
	for r := range slices.Chunk(records, 16) {
		t := fontTable{tag: string(r[:4]), offset: binary.BigEndian.Uint32(r[8:]), size: binary.BigEndian.Uint32(r[12:])}
		if _, ok := span(data, t.offset, t.size); !ok {
			return nil, fmt.Errorf("%w: table %q is cut off", errFont, t.tag)
		}
		if slices.Contains(kept, t.tag) {
			tables = append(tables, t)
		}
	}
	for _, tag := range []string{"OS/2", "cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "name", "post"} {
		if !slices.ContainsFunc(tables, func(t fontTable) bool { return t.tag == tag && t.size >= 4 }) {
			return nil, fmt.Errorf("%w: table %q is missing", errFont, tag)
		}
	}
	slices.SortFunc(tables, func(a, b fontTable) int { return slices.Index(kept, a.tag) - slices.Index(kept, b.tag) })
	return tables, nil
}

func span(data []byte, offset, size uint32) ([]byte, bool) {
	end := uint64(offset) + uint64(size)
	if end > uint64(len(data)) {
		return nil, false
	}
	return data[offset:end], true
}

// rebuild writes a font file with the tables one after the other, each at a
// multiple of four bytes.
func rebuild(data []byte, tables []fontTable) []byte {
	selector, power := uint16(0), uint16(1)
	for int(power)*2 <= len(tables) {
		power *= 2
		selector++
	}
	out := binary.BigEndian.AppendUint32(nil, 0x00010000)
	for _, v := range []uint16{uint16(len(tables)), power * 16, selector, uint16(len(tables))*16 - power*16} {
		out = binary.BigEndian.AppendUint16(out, v)
	}
	body, head := []byte{}, 0
	start := len(out) + 16*len(tables)
	for _, t := range tables {
		content := slices.Clone(data[t.offset : t.offset+t.size])
		if t.tag == "head" && len(content) >= 12 {
			head = start + len(body)
			clear(content[8:12]) // the sum of the whole file, filled in below
		}
		out = append(out, t.tag...)
		out = binary.BigEndian.AppendUint32(out, checksum(content))
		out = binary.BigEndian.AppendUint32(out, uint32(start+len(body)))
		out = binary.BigEndian.AppendUint32(out, t.size)
		body = append(body, content...)
		body = append(body, make([]byte, -len(body)&3)...)
	}
	out = append(out, body...)
	if head > 0 {
		binary.BigEndian.PutUint32(out[head+8:], 0xB1B0AFBA-checksum(out))
	}
	return out
}

// checksum is the sum of data as big-endian 32-bit numbers, padded with zeros.
func checksum(data []byte) uint32 {
	var sum uint32
	for chunk := range slices.Chunk(data, 4) {
		var word [4]byte
		copy(word[:], chunk)
		sum += binary.BigEndian.Uint32(word[:])
	}
	return sum
}
