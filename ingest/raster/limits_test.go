package raster_test

import (
	"bytes"
	"errors"
	"testing"

	"jieshi/ingest"
	"jieshi/ingest/raster"
)

// Each limit that is looked at before pixels are, from both sides: the largest
// that passes it, and the next larger, which has its code. What passes one limit
// may well meet another.
func TestEveryLimitIsWhereItIsSaid(t *testing.T) {
	compressed := tag{259, []uint32{5}}
	size := func(w, h uint32) []tag { return []tag{{256, []uint32{w}}, {257, []uint32{h}}} }
	tiled := func(side uint32, more ...tag) []byte {
		// One tile, shorter than its pixels, as compressed ones are.
		return build(tags(append([]tag{{256, []uint32{side}}, {257, []uint32{side}}, {322, []uint32{side}}, {323, []uint32{side}}, {324, []uint32{8}}, {325, []uint32{1000}}}, more...)...))
	}
	strips := make([]uint32, 15)
	vast := build(tags(append(size(60000, 60000), compressed, tag{278, []uint32{4000}}, tag{273, strips}, tag{279, strips})...))
	of := func(n int) []byte { return make([]byte, n) }
	for name, c := range map[string]struct {
		code          string
		within, above []byte
		pixels        int64 // budget; 0: 40e9
	}{
		"the budget of pixels": {raster.CodeTooManyPixels, build(tags()), build(tags(size(32, 33)...)), 1024},
		"bands":                {raster.CodeTooManyBands, build(tags(tag{277, []uint32{32}}, tag{279, []uint32{0}}, tag{273, []uint32{0}})), build(tags(tag{277, []uint32{33}})), 0},
		"bits a sample":        {raster.CodeSampleType, build(tags(tag{258, []uint32{64}}, tag{339, []uint32{3}}, tag{279, []uint32{0}}, tag{273, []uint32{0}})), build(tags(tag{258, []uint32{65}})), 0},
		"pixels of one block":  {raster.CodeBlockTooLarge, append(tiled(4096, compressed), of(1<<20)...), append(tiled(1<<15, compressed), of(1<<20)...), 0},
		"pixels for the bytes": {raster.CodeImplausibleSize, append(bytes.Clone(vast), of(2<<20)...), vast, 0}, // 3.6e9 pixels: 2000 a byte is 1.8 MB
	} {
		t.Run(name, func(t *testing.T) {
			budget := c.pixels
			if budget == 0 {
				budget = 40e9
			}
			var refusal *ingest.Refusal
			if _, err := raster.CheckHeader(bytes.NewReader(c.within), int64(len(c.within)), budget); errors.As(err, &refusal) && refusal.Code == c.code {
				t.Errorf("what is within the limit is refused: %v at %s", refusal, refusal.Where)
			}
			if _, err := raster.CheckHeader(bytes.NewReader(c.above), int64(len(c.above)), budget); !errors.As(err, &refusal) || refusal.Code != c.code {
				t.Errorf("above the limit: %v, want %s", err, c.code)
			}
		})
	}
}
