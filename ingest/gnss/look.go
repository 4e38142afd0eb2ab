package gnss

import (
	"errors"
	"io"

	"jieshi/ingest"
)

// A Preview says what a file is before it is taken in.
type Preview struct {
	Format Format         `json:"format"`
	Tracks []ingest.Track `json:"tracks"` // what can be chosen; empty while the table has questions
	Notes  []ingest.Note  `json:"notes"`  // of the first track
	Table  *Table         `json:"table,omitempty"`
}

// Look reads a file to its end and says what is in it: its tracks, and for a
// table what its columns are taken to mean. A file that would be refused is the
// same refusal here, but for a table with open questions, which is what a
// preview is for.
func Look(r io.Reader, limits Limits, told Told) (Preview, error) {
	var seen *Table
	walks, err := readTold(r, limits, told, func(t *Table) { seen = t })
	p := Preview{Tracks: []ingest.Track{}, Notes: []ingest.Note{}, Table: seen}
	if refusal := (*ingest.Refusal)(nil); errors.As(err, &refusal) && refusal.Code == CodeMapping {
		p.Format = FormatTable
		return p, nil
	}
	if err != nil {
		return Preview{}, err
	}
	p = LookAt(walks)
	p.Table = seen
	return p, nil
}

// LookAt is the preview of walks, of which there is at least one.
func LookAt(walks []ingest.Walk) Preview {
	p := Preview{Format: Format(walks[0].Format), Tracks: ingest.Tracks(walks), Notes: []ingest.Note{}}
	for _, w := range walks {
		if len(w.Fixes) > 0 {
			p.Notes = append(p.Notes, w.Notes...)
			break
		}
	}
	return p
}
