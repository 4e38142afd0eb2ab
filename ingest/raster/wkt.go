package raster

import "strings"

// wktNode returns the first node of a WKT 1 text that has one of the names,
// brackets and all, or an empty text. Names inside quotes do not count.
func wktNode(wkt string, names ...string) string {
	start, end := findNode(wkt, names)
	if start < 0 {
		return ""
	}
	return wkt[start:end]
}

// wktWithout returns wkt without the nodes of those names.
func wktWithout(wkt string, names ...string) string {
	for {
		start, end := findNode(wkt, names)
		if start < 0 {
			return wkt
		}
		before := strings.TrimRight(wkt[:start], " \n\t")
		if !strings.HasSuffix(before, ",") {
			return wkt // the root itself
		}
		wkt = strings.TrimSuffix(before, ",") + wkt[end:]
	}
}

// findNode returns the first node's bounds, or -1. Quotes are doubled inside
// quoted text, which the flip-flop below gets right by itself.
func findNode(wkt string, names []string) (start, end int) {
	quoted := false
	for i := range len(wkt) {
		if wkt[i] == '"' {
			quoted = !quoted
		}
		if quoted || (i > 0 && isWord(wkt[i-1])) {
			continue
		}
		for _, name := range names {
			if !strings.HasPrefix(wkt[i:], name+"[") {
				continue
			}
			if end := closing(wkt, i+len(name)); end > 0 {
				return i, end
			}
		}
	}
	return -1, -1
}

func isWord(b byte) bool {
	return b == '_' || (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9')
}

// closing returns the end of the bracket that opens at i, or 0 if it never ends.
func closing(wkt string, i int) int {
	depth, quoted := 0, false
	for ; i < len(wkt); i++ {
		switch {
		case wkt[i] == '"':
			quoted = !quoted
		case quoted:
		case wkt[i] == '[':
			depth++
		case wkt[i] == ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}
