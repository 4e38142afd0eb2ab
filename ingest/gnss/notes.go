package gnss

import (
	"fmt"

	"jieshi/ingest"
)

// notesPerCode is how many notes of one kind are kept one by one; a log with a
// million bad lines needs a count, not a million sentences.
const notesPerCode = 20

// notes collects what a reader passed over or assumed. The zero value is ready.
type notes struct {
	kept   []ingest.Note
	tally  map[string]*noteTally
	orders []string // codes in order of discovery
}

type noteTally struct{ found, kept int }

// add keeps a note about a line (0: the whole file), or only counts it when
// there are enough of its kind.
func (n *notes) add(code string, line int, format string, args ...any) {
	n.upTo(notesPerCode, code, line, format, args...)
}

// once keeps the first note of its kind and counts the others.
func (n *notes) once(code string, line int, format string, args ...any) {
	n.upTo(1, code, line, format, args...)
}

func (n *notes) upTo(limit int, code string, line int, format string, args ...any) {
	t := n.tally[code]
	if t == nil {
		if n.tally == nil {
			n.tally = map[string]*noteTally{}
		}
		t = &noteTally{}
		n.tally[code] = t
		n.orders = append(n.orders, code)
	}
	t.found++
	if t.kept < limit {
		t.kept++
		n.kept = append(n.kept, ingest.Note{Code: code, Line: line, Text: fmt.Sprintf(format, args...)})
	}
}

func (n *notes) found(code string) int {
	if t := n.tally[code]; t != nil {
		return t.found
	}
	return 0
}

// list returns the notes in order of discovery, then one summary for each kind
// of which more were found than kept.
func (n *notes) list() []ingest.Note {
	out := n.kept
	for _, code := range n.orders {
		if t := n.tally[code]; t.found > t.kept {
			out = append(out, ingest.Note{Code: code, Text: fmt.Sprintf("and %d more like this (%d in all)", t.found-t.kept, t.found)})
		}
	}
	return out
}
