package raster_test

import (
	"encoding/binary"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// A rawTag is one entry of a TIFF directory, values little endian.
type rawTag struct {
	number, kind uint16
	count        int
	values       []byte
}

func shorts(number uint16, vs ...uint16) rawTag {
	t := rawTag{number: number, kind: 3, count: len(vs)}
	for _, v := range vs {
		t.values = binary.LittleEndian.AppendUint16(t.values, v)
	}
	return t
}

func ascii(number uint16, text string) rawTag {
	return rawTag{number, 2, len(text) + 1, append([]byte(text), 0)}
}

// rewritten is a copy of a classic little-endian TIFF whose first directory has
// been written anew at its end, with tags changed or added; a tag of count 0 is
// left out. It is how files are made that GDAL would not write.
func rewritten(t testing.TB, path string, changes ...rawTag) string {
	t.Helper()
	b, err := os.ReadFile(path)
	must(t, err)
	if string(b[:4]) != "II*\x00" {
		t.Fatal("no classic little-endian TIFF")
	}
	sizes := map[uint16]int{1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 12: 8}
	at := int(binary.LittleEndian.Uint32(b[4:]))
	n := int(binary.LittleEndian.Uint16(b[at:]))
	tags := map[uint16]rawTag{}
	for i := range n {
		e := b[at+2+12*i:][:12]
		tag := rawTag{number: binary.LittleEndian.Uint16(e), kind: binary.LittleEndian.Uint16(e[2:]), count: int(binary.LittleEndian.Uint32(e[4:]))}
		size, from := sizes[tag.kind]*tag.count, e[8:]
		if size > 4 {
			from = b[binary.LittleEndian.Uint32(e[8:]):]
		}
		tag.values = slices.Clone(from[:size])
		tags[tag.number] = tag
	}
	next := b[at+2+12*n:][:4]
	for _, c := range changes {
		if tags[c.number] = c; c.count == 0 {
			delete(tags, c.number)
		}
	}
	out := append(slices.Clone(b), make([]byte, len(b)%2)...)
	start := len(out)
	binary.LittleEndian.PutUint32(out[4:], uint32(start))
	out = binary.LittleEndian.AppendUint16(out, uint16(len(tags)))
	values := []byte{}
	extra := start + 2 + 12*len(tags) + 4
	for _, number := range slices.Sorted(maps.Keys(tags)) {
		tag := tags[number]
		out = binary.LittleEndian.AppendUint16(out, tag.number)
		out = binary.LittleEndian.AppendUint16(out, tag.kind)
		out = binary.LittleEndian.AppendUint32(out, uint32(tag.count))
		if len(tag.values) <= 4 {
			out = append(append(out, tag.values...), make([]byte, 4-len(tag.values))...)
			continue
		}
		out = binary.LittleEndian.AppendUint32(out, uint32(extra+len(values)))
		values = append(append(values, tag.values...), make([]byte, len(tag.values)%2)...)
	}
	out = append(append(out, next...), values...)
	to := filepath.Join(t.TempDir(), "rewritten.tif")
	must(t, os.WriteFile(to, out, 0o644))
	return to
}

// citedOnly is a picture whose CRS is nothing but a name: a user-defined
// projection without parameters (GeoTIFF 1.1, 7.4.3).
func citedOnly(t testing.TB, p picture, name string) string {
	t.Helper()
	p.epsg = -1
	return rewritten(t, p.write(t),
		shorts(34735, 1, 1, 0, 4, 1024, 0, 1, 1, 1025, 0, 1, 1, 1026, 34737, uint16(len(name)+1), 0, 3072, 0, 1, 32767),
		ascii(34737, name+"|"))
}
