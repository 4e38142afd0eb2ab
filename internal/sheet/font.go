package sheet

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/norm"

	"jieshi/ingest"
)

// DefaultFontFile is where Debian's package fonts-wqy-microhei puts a font with
// Chinese and Latin letters that a PDF can carry.
const DefaultFontFile = "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"

// missingGlyph stands where the font has no glyph: the reader sees that
// something is not shown.
const missingGlyph = '□'

// A Font is a TrueType font for the sheet. It may be used from several
// goroutines.
type Font struct {
	bytes []byte
	face  *sfnt.Font
}

// LoadFont reads the TrueType font or collection at path; "" means
// [DefaultFontFile]. A font that is missing or cannot be used is an
// [*ingest.Refusal] that names the package to install.
func LoadFont(path string) (*Font, error) {
	if path == "" {
		path = DefaultFontFile
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fontRefusal("font_missing", path, "没有中文字体，地图无法排版。", "There is no Chinese font to set the map in.")
	}
	if err != nil {
		return nil, fmt.Errorf("sheet: font: %w", err)
	}
	font, err := NewFont(data)
	if err != nil {
		return nil, fontRefusal("font_unusable", path, "该字体不能用于 PDF（需要 TrueType 字形）。",
			"The font cannot go into a PDF: "+err.Error()+".")
	}
	return font, nil
}

func fontRefusal(code, path, zh, en string) *ingest.Refusal {
	return &ingest.Refusal{
		Code: code, Where: path,
		Reason: ingest.Text{ZH: zh, EN: en},
		Remedy: ingest.Text{ZH: "请安装软件包 fonts-wqy-microhei。", EN: "Install the package fonts-wqy-microhei."},
	}
}

// NewFont takes the first font of a TrueType font or collection.
func NewFont(data []byte) (*Font, error) {
	single, err := firstFont(data)
	if err != nil {
		return nil, err
	}
	face, err := sfnt.Parse(single)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errFont, err)
	}
	f := &Font{bytes: single, face: face}
	if !f.Has(missingGlyph) || !f.Has('0') || !f.Has('界') {
		return nil, fmt.Errorf("%w: it lacks digits or Chinese characters", errFont)
	}
	return f, nil
}

// Has reports whether the font has a glyph for r that a PDF page can show.
func (f *Font) Has(r rune) bool {
	if r > 0xFFFF { // the PDF writer indexes glyphs by 16 bits
		return false
	}
	var buffer sfnt.Buffer
	glyph, err := f.face.GlyphIndex(&buffer, r)
	return err == nil && glyph != 0
}

// Clean returns s as the sheet can show it, in NFC: white space of any kind is
// a space, marks that only steer the direction of text are dropped, and what
// the font has no glyph for is □. lost counts those.
func (f *Font) Clean(s string) (clean string, lost int) {
	var b strings.Builder
	for _, r := range norm.NFC.String(s) {
		switch {
		case unicode.IsSpace(r), unicode.IsControl(r):
			b.WriteByte(' ')
		case unicode.In(r, unicode.Cf, unicode.Variation_Selector):
		case r != utf8.RuneError && f.Has(r):
			b.WriteRune(r)
		default:
			lost++
			b.WriteRune(missingGlyph)
		}
	}
	return b.String(), lost
}
