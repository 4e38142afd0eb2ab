package sheet_test

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jieshi/ingest"
	"jieshi/internal/sheet"
)

// font returns the font that the product prints with; the sheet cannot be
// tested without it.
func font(t testing.TB) *sheet.Font {
	t.Helper()
	f, err := sheet.LoadFont("")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFontHasEverythingThatTheSheetSays(t *testing.T) {
	f := font(t)
	for _, r := range "争议地范围示意不作为确权依据甲乙丙丁戊己庚辛壬癸亩度带主张线踏界正射影像0123456789ABCxyz±σ²°′·–—…×≈（）：；，。□/|" {
		if !f.Has(r) {
			t.Errorf("the font has no glyph for %q", r)
		}
	}
}

func TestCleanShowsWhatTheFontCannot(t *testing.T) {
	f := font(t)
	for _, tc := range []struct {
		name, in, want string
		lost           int
	}{
		{"plain text stays", "南屯村 A-1", "南屯村 A-1", 0},
		{"a rune beyond 16 bits is a box", "村𠮷👍", "村□□", 2},
		{"a private character is a box", "\ue123", "□", 1},
		{"line breaks and tabs are spaces", "a\r\nb\tc\u00a0d\u3000e", "a  b c d e", 0},
		{"text direction cannot be turned", "a\u202eb\u200b", "ab", 0},
		{"bytes that are no text are boxes", "a\xffb", "a□b", 1},
		{"a letter and its accent are one", "e\u0301", "é", 0},
		{"nothing stays nothing", "", "", 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got, lost := f.Clean(tc.in); got != tc.want || lost != tc.lost {
				t.Errorf("Clean(%q) = %q, %d; want %q, %d", tc.in, got, lost, tc.want, tc.lost)
			}
		})
	}
}

func TestMissingFontNamesThePackage(t *testing.T) {
	_, err := sheet.LoadFont(filepath.Join(t.TempDir(), "none.ttc"))
	var refusal *ingest.Refusal
	if !errors.As(err, &refusal) || refusal.Code != "font_missing" || !strings.Contains(refusal.Remedy.EN, "fonts-wqy-microhei") {
		t.Errorf("LoadFont() error = %v, want font_missing with the package", err)
	}
}

func TestCollectionIsSplitIntoAValidFont(t *testing.T) {
	data, err := os.ReadFile(sheet.DefaultFontFile)
	if err != nil {
		t.Fatal(err)
	}
	single, err := sheet.FirstFont(data)
	if err != nil {
		t.Fatal(err)
	}
	// OpenType: the checksum of a whole font file is 0xB1B0AFBA.
	var sum uint32
	for i := 0; i < len(single); i += 4 {
		sum += binary.BigEndian.Uint32(single[i:])
	}
	if sum != 0xB1B0AFBA {
		t.Errorf("checksum of the font = %#x, want 0xb1b0afba", sum)
	}
	for i := range int(binary.BigEndian.Uint16(single[4:])) {
		record := single[12+16*i:]
		if offset := binary.BigEndian.Uint32(record[8:]); offset%4 != 0 {
			t.Errorf("table %q starts at %d, not at a multiple of 4", record[:4], offset)
		}
	}
	again, err := sheet.FirstFont(single)
	if err != nil || string(again) != string(single) {
		t.Errorf("splitting a single font changed it (error %v)", err)
	}
}

func FuzzNewFont(f *testing.F) {
	data, err := os.ReadFile(sheet.DefaultFontFile)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data[:4096])
	f.Add([]byte("ttcf\x00\x01\x00\x00\x00\x00\x00\x01\x00\x00\x00\x10OTTO"))
	f.Add([]byte("\x00\x01\x00\x00\xff\xff"))
	f.Fuzz(func(t *testing.T, in []byte) {
		if font, err := sheet.NewFont(in); err == nil && !font.Has('0') {
			t.Error("NewFont() took a font without digits")
		}
	})
}
