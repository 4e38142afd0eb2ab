package bundle

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// longestName in bytes of UTF-8 leaves room for a hash in front and a long path
// before it, within the 260 characters that Windows programs take.
const longestName = 100

// reserved are the names of devices on Windows, with any extension.
var reserved = []string{
	"CON", "PRN", "AUX", "NUL", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9",
	"LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9",
}

// safeName returns name so that every file system takes it: NFC, without
// folders, without what Windows forbids or what steers the direction of text,
// not too long, its extension kept. An empty name becomes "file".
func safeName(name string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError, unicode.IsControl(r), strings.ContainsRune(`<>:"/\|?*%`, r):
			return '_'
		case unicode.In(r, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp):
			return -1
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, norm.NFC.String(strings.ToValidUTF8(name, "_")))
	clean = norm.NFC.String(clean) // dropping a mark can bring letters together
	stem, extension := clean, ""
	if i := strings.LastIndexByte(clean, '.'); i > 0 && len(clean)-i <= 12 {
		stem, extension = clean[:i], clean[i:]
	}
	for len(stem)+len(extension) > longestName {
		_, size := utf8.DecodeLastRuneInString(stem)
		stem = stem[:len(stem)-size]
	}
	clean = strings.Trim(stem+extension, " .")
	for _, device := range reserved {
		if head, _, _ := strings.Cut(clean, "."); strings.EqualFold(strings.TrimSpace(head), device) {
			clean = "_" + clean
		}
	}
	if clean == "" {
		return "file"
	}
	return clean
}
