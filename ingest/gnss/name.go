package gnss

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxName is how many characters of a track's name are kept.
const maxName = 200

// cleanName makes a name fit to be shown and compared: composed (NFC), on one
// line, without control and formatting characters, at most maxName long.
func cleanName(raw string) string {
	raw = norm.NFC.String(raw[:min(len(raw), 8*maxName)])
	var out strings.Builder
	n := 0
	for _, word := range strings.FieldsFunc(raw, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		if n > 0 {
			out.WriteByte(' ')
			n++
		}
		for _, r := range word {
			if n >= maxName {
				return strings.TrimSpace(out.String())
			}
			if r == unicode.ReplacementChar || !unicode.IsGraphic(r) {
				continue
			}
			out.WriteRune(r)
			n++
		}
	}
	return strings.TrimSpace(out.String())
}
