package gnss

import (
	"strings"

	"jieshi/geo/crs"
	"jieshi/ingest"
)

// A Table is what can be seen at the beginning of a table, and what it is taken
// to mean, for a person to confirm.
type Table struct {
	Export     string        `json:"export,omitempty"` // the program that wrote it, where its header is known
	Encoding   Encoding      `json:"encoding"`
	Delimiter  string        `json:"delimiter"`
	HeaderLine int           `json:"header_line"` // 0: there is none
	Columns    []Column      `json:"columns"`
	Rows       [][]string    `json:"rows"`    // the first of them, at most previewRows
	Mapping    string        `json:"mapping"` // what confirms the columns as they are proposed; empty if nothing can be
	Axes       AxesProposal  `json:"axes"`
	CRS        CRSProposal   `json:"crs"`
	Questions  []ingest.Text `json:"questions"` // what a person must say; empty: nothing
}

// Flags are the options of the command line that confirm the table as it is
// proposed, with a question mark where a person must say more.
func (t *Table) Flags() string {
	var flags []string
	if t.Mapping != "" {
		flags = append(flags, "--mapping "+t.Mapping)
	} else if t.Axes.Order != crs.NoOrder {
		flags = append(flags, "--axes "+string(t.Axes.Order))
	}
	if t.CRS.SRID == 0 {
		flags = append(flags, "--crs EPSG:?")
	}
	return strings.Join(flags, " ")
}

// A Column is one column of a table.
type Column struct {
	N       int     `json:"n"` // from 1
	Header  string  `json:"header,omitempty"`
	Meaning Meaning `json:"meaning"`
}

// An AxesProposal says which of two coordinates comes first, and why.
type AxesProposal struct {
	Order  crs.AxisOrder `json:"order"` // empty: not known, or no matter
	Reason ingest.Text   `json:"reason"`
}

// A CRSProposal says what coordinate system positions are in, and why.
type CRSProposal struct {
	SRID   crs.SRID    `json:"srid"` // 0: not known
	Name   ingest.Text `json:"name"`
	Reason ingest.Text `json:"reason"`
}

// previewRows is how many rows a person is shown, and previewCell how many
// characters of a cell.
const (
	previewRows = 5
	previewCell = 40
)
