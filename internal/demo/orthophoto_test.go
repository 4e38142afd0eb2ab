package demo_test

import (
	"bytes"
	"encoding/binary"
	"image"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"
	"golang.org/x/image/tiff"

	"jieshi/internal/demo"
)

func TestOrthophotoIsAGeoTIFF(t *testing.T) {
	if testing.Short() {
		t.Skip("painting the whole orthophoto takes some seconds")
	}
	d := demo.NewDispute(1)
	file, err := os.Create(filepath.Join(t.TempDir(), "ortho.tif"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := d.WriteOrthophoto(file); err != nil {
		t.Fatal(err)
	}
	if at, err := file.Seek(0, io.SeekCurrent); err != nil || at < 1<<20 {
		t.Errorf("the writer is left at %d, %v, want it at the end of the file", at, err)
	}
	raw, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}

	tags := directory(t, raw)
	if got := floats(tags[33550]); len(got) != 3 || got[0] != 0.2 || got[1] != 0.2 {
		t.Errorf("pixel scale %v, want 0.2 m", got)
	}
	if got := floats(tags[33922]); len(got) != 6 || got[3] != 631600 || got[4] != 2684000 {
		t.Errorf("tie point %v, want the corner (631600, 2684000)", got)
	}
	if !bytes.Contains(tags[34735], []byte{0, 12, 0, 0, 1, 0, 4545 & 255, 4545 >> 8}) {
		t.Errorf("GeoKeys % x, want ProjectedCRS 4545", tags[34735])
	}
	if got := string(tags[306]); got != "2026:10:19 10:24:06\x00" {
		t.Errorf("taken %q, want the local time of the flight", got)
	}

	picture, err := tiff.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	checkPicture(t, d, picture.(*image.NRGBA))
}

func checkPicture(t *testing.T, d demo.Dispute, picture *image.NRGBA) {
	t.Helper()
	if got := picture.Bounds(); got != image.Rect(0, 0, 4000, 4000) {
		t.Fatalf("picture of %v, want 4000 × 4000", got)
	}
	valid := 0
	for i := 3; i < len(picture.Pix); i += 4 {
		if picture.Pix[i] != 0 {
			valid++
		}
	}
	if share := float64(valid) / 16e6; share < 0.75 || share > 0.9 {
		t.Errorf("%.1f %% of the pixels are valid, want a ragged footprint of 75 to 90 %%", 100*share)
	}
	for _, corner := range []image.Point{{0, 0}, {3999, 0}, {0, 3999}, {3999, 3999}} {
		if got := picture.NRGBAAt(corner.X, corner.Y); got.A != 0 || got.R != 0 {
			t.Errorf("corner %v is %v, want it not flown", corner, got)
		}
	}
	pixel := func(p orb.Point) image.Point {
		return image.Pt(int((p[0]-631600)/0.2), int((2684000-p[1])/0.2))
	}
	for _, ring := range []orb.Ring{d.Truth.ClaimA[0], d.Truth.ClaimB[0], d.Truth.ClaimC[0]} {
		for _, p := range ring {
			if at := pixel(p); picture.NRGBAAt(at.X, at.Y).A != 255 {
				t.Errorf("corner %v of a claim lies outside the footprint", p)
			}
		}
	}
	// The middle of the reservoir is water: darker than dry land, green and blue
	// before red. The middle of the felled ground is red soil.
	at := pixel(orb.Point{632000, 2683570})
	if c := picture.NRGBAAt(at.X, at.Y); c.R >= c.G || c.R >= c.B || c.R > 110 {
		t.Errorf("the reservoir is %v", c)
	}
	soil := 0
	for dx := range 100 {
		at := pixel(orb.Point{632180 + float64(dx)/4, 2683650})
		if c := picture.NRGBAAt(at.X, at.Y); c.R > c.G+20 && c.G > c.B {
			soil++
		}
	}
	if soil < 60 {
		t.Errorf("%d of 100 pixels of the felled ground are red soil", soil)
	}
}

// directory returns the raw values of the first directory of a little-endian
// TIFF by tag.
func directory(t *testing.T, raw []byte) map[uint16][]byte {
	t.Helper()
	le := binary.LittleEndian
	if string(raw[:4]) != "II*\x00" {
		t.Fatalf("% x is no little-endian TIFF", raw[:4])
	}
	at := le.Uint32(raw[4:])
	size := map[uint16]uint32{2: 1, 3: 2, 4: 4, 12: 8}
	tags := map[uint16][]byte{}
	last := uint16(0)
	for i := range uint32(le.Uint16(raw[at:])) {
		entry := raw[at+2+12*i:]
		tag, n := le.Uint16(entry), le.Uint32(entry[4:])*size[le.Uint16(entry[2:])]
		if tag <= last {
			t.Errorf("tag %d follows tag %d", tag, last)
		}
		last = tag
		if n <= 4 {
			tags[tag] = entry[8 : 8+n]
			continue
		}
		from := le.Uint32(entry[8:])
		tags[tag] = raw[from : from+n]
	}
	return tags
}

func floats(b []byte) (v []float64) {
	for ; len(b) >= 8; b = b[8:] {
		v = append(v, math.Float64frombits(binary.LittleEndian.Uint64(b)))
	}
	return v
}
