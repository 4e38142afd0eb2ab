package vector

import "strings"

// wktNode returns the first node of a WKT 1 text that has one of the names,
// brackets and all, or an empty text. Names inside quotes do not count.
func wktNode(wkt string, names ...string) string {
	start, end := findNode(wkt, names)
	return wkt[start:end]
}

// wktWithout returns wkt without the nodes of those names.
func wktWithout(wkt string, names ...string) string {
	for {
		start, end := findNode(wkt, names)
		before, inner := strings.CutSuffix(strings.TrimRight(wkt[:start], " \n\t"), ",")
		if end == 0 || !inner { // there is none, or it is the root itself
			return wkt
		}
		wkt = before + wkt[end:]
	}
}

// findNode returns the bounds of the first node that has one of the names, or
// zeros. A quote inside of quoted text is doubled, which needs no care here.
func findNode(wkt string, names []string) (start, end int) {
	quoted := false
	for i := range len(wkt) {
		if wkt[i] == '"' {
			quoted = !quoted
		}
		if quoted || i > 0 && strings.IndexByte("[,( \n\t", wkt[i-1]) < 0 {
			continue
		}
		for _, name := range names {
			if strings.HasPrefix(wkt[i:], name+"[") {
				if n := nodeLength(wkt[i:]); n > 0 {
					return i, i + n
				}
			}
		}
	}
	return 0, 0
}

// nodeLength is where the first bracket of a node closes, or 0.
func nodeLength(node string) int {
	depth, quoted := 0, false
	for i := range len(node) {
		switch {
		case node[i] == '"':
			quoted = !quoted
		case quoted:
		case node[i] == '[':
			depth++
		case node[i] == ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}
