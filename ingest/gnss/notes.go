package gnss

import (
	"fmt"

	"jieshi/ingest"
)

// notesPerCode is how many notes of one kind are kept one by one; a log with a
// million bad lines needs a count, not a million sentences.
const notesPerCode = 20

// notes collects what a reader passed over or assumed.
type notes struct {
	kept   []ingest.Note
	counts map[string]int
	order  []string
}

// add keeps a note about a line (0: the whole file), or only counts it when
// there are enough of its kind.
func (n *notes) add(code string, line int, format string, args ...any) {
	if n.count(code) > notesPerCode {
		return
	}
	n.kept = append(n.kept, ingest.Note{Code: code, Line: line, Text: fmt.Sprintf(format, args...)})
}

// once keeps a note the first time only.
func (n *notes) once(code string, line int, format string, args ...any) {
	if n.counts[code] == 0 {
		n.add(code, line, format, args...)
	}
}

func (n *notes) count(code string) int {
	if n.counts == nil {
		n.counts = map[string]int{}
	}
	if n.counts[code] == 0 {
		n.order = append(n.order, code)
	}
	n.counts[code]++
	return n.counts[code]
}

// list returns the notes in order of discovery, then one summary for each kind
// of which more were found than kept.
func (n *notes) list() []ingest.Note {
	out := n.kept
	for _, code := range n.order {
		if over := n.counts[code] - notesPerCode; over > 0 {
			out = append(out, ingest.Note{Code: code, Text: fmt.Sprintf("and %d more like this (%d in all)", over, n.counts[code])})
		}
	}
	return out
}
