package raster_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"testing"

	"jieshi/ingest"
	"jieshi/ingest/raster"
)

// A tag of a TIFF that the tests build by hand; values are 32-bit.
type tag struct {
	number uint16
	values []uint32
}

// tags of a picture of 32 x 32 grey pixels in one strip, to which changes apply.
func tags(changes ...tag) []tag {
	all := []tag{
		{256, []uint32{32}},
		{257, []uint32{32}},
		{258, []uint32{8}},
		{259, []uint32{1}},
		{262, []uint32{1}},
		{273, []uint32{8}},
		{277, []uint32{1}},
		{278, []uint32{32}},
		{279, []uint32{1024}},
	}
	for _, c := range changes {
		found := false
		for i := range all {
			if all[i].number == c.number {
				all[i], found = c, true
			}
		}
		if !found {
			all = append(all, c)
		}
	}
	return all
}

// build writes a little-endian TIFF: header, 1024 bytes of pixels at offset 8,
// the directories, and the values that do not fit into them.
func build(directories ...[]tag) []byte {
	out := binary.LittleEndian.AppendUint32([]byte("II*\x00"), 8+1024)
	out = append(out, make([]byte, 1024)...)
	for i, dir := range directories {
		start := len(out)
		extra := start + 2 + 12*len(dir) + 4
		var values []byte
		out = binary.LittleEndian.AppendUint16(out, uint16(len(dir)))
		for _, t := range dir {
			out = binary.LittleEndian.AppendUint16(out, t.number)
			out = binary.LittleEndian.AppendUint16(out, 4) // LONG
			out = binary.LittleEndian.AppendUint32(out, uint32(len(t.values)))
			if len(t.values) == 1 {
				out = binary.LittleEndian.AppendUint32(out, t.values[0])
				continue
			}
			out = binary.LittleEndian.AppendUint32(out, uint32(extra+len(values)))
			for _, v := range t.values {
				values = binary.LittleEndian.AppendUint32(values, v)
			}
		}
		next := uint32(0)
		if i+1 < len(directories) {
			next = uint32(extra + len(values))
		}
		out = binary.LittleEndian.AppendUint32(out, next)
		out = append(out, values...)
	}
	return out
}

func check(b []byte) (raster.Header, error) {
	return raster.CheckHeader(bytes.NewReader(b), int64(len(b)), 40e9)
}

func TestAHeaderIsReadOrRefused(t *testing.T) {
	overview := tags(tag{254, []uint32{1}}, tag{256, []uint32{16}}, tag{257, []uint32{16}}, tag{278, []uint32{16}}, tag{279, []uint32{256}})
	loop := build(tags())
	binary.LittleEndian.PutUint32(loop[len(loop)-4:], 8+1024)
	huge := uint32(1 << 30)
	for name, c := range map[string]struct {
		file []byte
		code string // empty: fine
	}{
		"a small grey picture":                     {build(tags()), ""},
		"with an overview":                         {build(tags(), overview), ""},
		"a strip of length 0, which is a hole":     {build(tags(tag{279, []uint32{0}}, tag{273, []uint32{0}})), ""},
		"tiles":                                    {build(tags(tag{322, []uint32{16}}, tag{323, []uint32{16}}, tag{324, []uint32{8, 264, 520, 776}}, tag{325, []uint32{256, 256, 256, 256}})), ""},
		"no directory":                             {[]byte("II*\x00\x00\x00\x00\x00"), raster.CodeMalformed},
		"a directory past the end":                 {[]byte("II*\x00\xff\xff\xff\x7f"), raster.CodeTruncated},
		"a directory that is its own next":         {loop, raster.CodeMalformed},
		"a second full picture":                    {build(tags(), tags()), raster.CodeSubdatasets},
		"an overview larger than the picture":      {build(tags(), tags(tag{254, []uint32{1}}, tag{256, []uint32{64}}, tag{257, []uint32{16}}, tag{278, []uint32{16}})), raster.CodeMalformed},
		"no width":                                 {build(tags(tag{256, []uint32{0}})), raster.CodeMalformed},
		"a billion pixels squared":                 {build(tags(tag{256, []uint32{huge}}, tag{257, []uint32{huge}}, tag{278, []uint32{huge}})), raster.CodeTooManyPixels},
		"65529 samples a pixel":                    {build(tags(tag{277, []uint32{65529}})), raster.CodeTooManyBands},
		"12 bits":                                  {build(tags(tag{258, []uint32{12}})), raster.CodeSampleType},
		"bands of different depth":                 {build(tags(tag{258, []uint32{8, 16}}, tag{277, []uint32{2}})), raster.CodeSampleType},
		"complex integers":                         {build(tags(tag{339, []uint32{5}})), raster.CodeSampleType},
		"CCITT fax":                                {build(tags(tag{259, []uint32{4}})), raster.CodeCompression},
		"old JPEG":                                 {build(tags(tag{259, []uint32{6}})), raster.CodeCompression},
		"LERC":                                     {build(tags(tag{259, []uint32{34887}})), raster.CodeCompression},
		"JPEG XL":                                  {build(tags(tag{259, []uint32{50002}})), raster.CodeCompression},
		"a strip that ends past the file":          {build(tags(tag{279, []uint32{1 << 20}})), raster.CodeTruncated},
		"a strip whose end wraps round":            {build(tags(tag{273, []uint32{0xffffffff}}, tag{279, []uint32{2}})), raster.CodeTruncated},
		"more strips than the picture has":         {build(tags(tag{273, []uint32{8, 9}}, tag{279, []uint32{1, 1}})), raster.CodeMalformed},
		"tiles of a billion pixels a side":         {build(tags(tag{322, []uint32{huge}}, tag{323, []uint32{huge}}, tag{324, []uint32{8}}, tag{325, []uint32{8}})), raster.CodeBlockTooLarge},
		"tiles without a size":                     {build(tags(tag{324, []uint32{8}}, tag{325, []uint32{8}})), raster.CodeMalformed},
		"60000 x 60000 pixels in a kilobyte":       {build(tags(tag{256, []uint32{60000}}, tag{257, []uint32{60000}}, tag{259, []uint32{5}}, tag{278, []uint32{4000}}, tag{273, make([]uint32, 15)}, tag{279, make([]uint32, 15)})), raster.CodeImplausibleSize},
		"one strip of 20000 x 20000, compressed":   {append(build(tags(tag{256, []uint32{20000}}, tag{257, []uint32{20000}}, tag{259, []uint32{5}}, tag{278, []uint32{20000}})), make([]byte, 1<<20)...), raster.CodeBlockTooLarge},
		"the same tag twice":                       {build(append(tags(), tag{256, []uint32{64}})), raster.CodeMalformed},
		"a tag with more values than the file has": {build(tags(tag{273, make([]uint32, 2)}))[:1040], raster.CodeTruncated},
		"BigTIFF with offsets of 4 bytes":          {[]byte("II+\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"), raster.CodeMalformed},
		"BigTIFF cut off in its header":            {[]byte("MM\x00+\x00\x08\x00\x00"), raster.CodeTruncated},
		"version 44":                               {[]byte("II,\x00\x08\x00\x00\x00"), raster.CodeNotATIFF},
	} {
		t.Run(name, func(t *testing.T) {
			h, err := check(c.file)
			if c.code == "" {
				if err != nil || h.Width != 32 || h.Height != 32 || h.Bands != 1 || h.Bits != 8 {
					t.Errorf("got %+v, %v", h, err)
				}
				return
			}
			var refusal *ingest.Refusal
			if !errors.As(err, &refusal) || refusal.Code != c.code {
				t.Errorf("got %v, want %s", err, c.code)
			}
		})
	}
}

// Wherever a file is cut, something that its directory promises is missing.
func TestACutFileIsRefusedWhereverItIsCut(t *testing.T) {
	for name, p := range map[string]picture{
		"tiles":   {mask: true, valid: butLeft},
		"strips":  {options: []string{"COMPRESS=DEFLATE"}},
		"BigTIFF": {options: []string{"BIGTIFF=YES", "TILED=YES"}},
	} {
		t.Run(name, func(t *testing.T) {
			whole, err := os.ReadFile(p.write(t))
			must(t, err)
			if _, err := check(whole); err != nil {
				t.Fatal(err)
			}
			random := rand.New(rand.NewPCG(4, 2))
			for range 2000 {
				n := random.IntN(len(whole))
				var refusal *ingest.Refusal
				if _, err := check(whole[:n]); !errors.As(err, &refusal) {
					t.Fatalf("cut at %d of %d: got %v, want a refusal", n, len(whole), err)
				}
			}
		})
	}
}

// countingReader says how much was read.
type countingReader struct {
	r    io.ReaderAt
	read int64
}

func (c *countingReader) ReadAt(p []byte, off int64) (int, error) {
	n, err := c.r.ReadAt(p, off)
	c.read += int64(n)
	return n, err
}

func FuzzCheckHeader(f *testing.F) {
	f.Add(build(tags()))
	f.Add(build(tags(), tags(tag{254, []uint32{1}})))
	f.Add(build(tags(tag{322, []uint32{16}}, tag{323, []uint32{16}}, tag{324, []uint32{8, 264, 520, 776}}, tag{325, []uint32{256, 256, 256, 256}})))
	for _, p := range []picture{
		{width: 20, height: 20},
		{width: 20, height: 20, options: []string{"BIGTIFF=YES", "ENDIANNESS=BIG"}},
		{width: 20, height: 20, domains: map[string]map[string]string{"A": {"k": "v"}}},
	} {
		b, err := os.ReadFile(p.write(f))
		must(f, err)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		in := &countingReader{r: bytes.NewReader(b)}
		h, err := raster.CheckHeader(in, int64(len(b)), 40e9)
		var refusal *ingest.Refusal
		if err != nil && !errors.As(err, &refusal) {
			t.Errorf("a fault instead of a refusal: %v", err)
		}
		if err == nil && (h.Width <= 0 || h.Height <= 0 || h.Pixels() > 40e9 || h.Bands <= 0 || h.Bands > 32 || h.BlockWidth <= 0 || h.BlockHeight <= 0) {
			t.Errorf("let through %+v", h)
		}
		// Each of 64 directories may point at the same values, no more.
		if limit := int64(len(b))*3*64 + 1024; in.read > limit {
			t.Errorf("read %d bytes of a file of %d", in.read, len(b))
		}
	})
}
