package gnss

import (
	"bufio"
	"bytes"
	"strings"
	"unicode/utf8"

	"jieshi/geo/crs"
)

// A tableForm is what the beginning of a table shows of its shape.
type tableForm struct {
	delimiter  byte
	header     []string // nil: there is none
	headerLine int
	export     string
	mapping    Mapping // x and y may still be among the meanings
	about      []line  // the lines above the header
	rows       [][]string
}

type line struct {
	number int
	text   string
}

const (
	headerWithin = 25  // records that may stand above the header
	formRows     = 100 // records that the shape is seen from
)

// findTable looks for a table at the beginning of a file, in UTF-8: a header
// that names a position, a column of lines in the form of ODK, or rows of
// numbers that can be coordinates.
func findTable(head []byte) (tableForm, bool) {
	var bare *tableForm
	for _, d := range delimiters {
		records := headRecords(head, d.mark)
		if f, ok := withHeader(records, d.mark); ok {
			return f, true
		}
		if f, ok := withTraces(records, d.mark); ok {
			return f, true
		}
		if f, ok := withoutHeader(records, d.mark); ok && bare == nil {
			bare = &f
		}
	}
	if bare == nil {
		return tableForm{}, false
	}
	return *bare, true
}

type headRecord struct {
	line  int
	cells []string
	raw   string
}

// headRecords cuts the first records; one that the end of head may have cut is
// left out, unless hardly anything is left without it: a line of ODK may be
// longer than head.
func headRecords(head []byte, delimiter byte) []headRecord {
	if len(head) >= SniffLen {
		if end := bytes.LastIndexByte(head, '\n'); bytes.Count(head[:end+1], []byte("\n")) > 2 {
			head = head[:end+1]
		}
	}
	r := recordReader{lines: lineReader{br: bufio.NewReaderSize(bytes.NewReader(head), 4096)}}
	var out []headRecord
	var cells [][]byte
	for len(out) < headerWithin+formRows {
		record, err := r.next()
		if err != nil {
			break
		}
		if len(bytes.TrimSpace(record)) == 0 || bytes.IndexByte(record, 0) >= 0 || !utf8.Valid(wholeRunes(record)) {
			continue
		}
		cells = splitRecord(record, delimiter, cells[:0])
		texts := make([]string, len(cells))
		for i, c := range cells {
			texts[i] = string(c)
		}
		out = append(out, headRecord{r.line, texts, string(record)})
	}
	return out
}

func withHeader(records []headRecord, delimiter byte) (tableForm, bool) {
	for i, r := range records[:min(len(records), headerWithin)] {
		cells := make([][]byte, len(r.cells))
		for k, c := range r.cells {
			cells[k] = []byte(strings.TrimLeft(c, "#% "))
		}
		mapping, export, positions := headerColumns(cells)
		if positions < 2 {
			continue
		}
		f := tableForm{delimiter: delimiter, header: r.cells, headerLine: r.line, export: export, mapping: mapping}
		for _, above := range records[:i] {
			f.about = append(f.about, line{above.line, above.raw})
		}
		for _, below := range records[i+1:] {
			f.rows = append(f.rows, below.cells)
		}
		return f, true
	}
	return tableForm{}, false
}

// withTraces finds a column that holds whole lines.
func withTraces(records []headRecord, delimiter byte) (tableForm, bool) {
	if len(records) < 2 || delimiter == ' ' {
		return tableForm{}, false
	}
	header := records[0]
	for _, r := range records[1:] {
		for k, cell := range r.cells {
			if k >= len(header.cells) || !isTrace(cell) || isTrace(header.cells[k]) {
				continue
			}
			f := tableForm{delimiter: delimiter, header: header.cells, headerLine: header.line}
			named := make([][]byte, len(header.cells))
			for i, c := range header.cells {
				if slash := strings.LastIndexAny(c, "/-:"); slash >= 0 { // ODK puts the group in front
					c = c[slash+1:]
				}
				named[i] = []byte(c)
			}
			f.mapping, _, _ = headerColumns(named)
			for i, means := range f.mapping {
				if means != MeansName {
					f.mapping[i] = MeansNothing
				}
			}
			f.mapping[k] = MeansTrace
			for _, below := range records[1:] {
				f.rows = append(f.rows, below.cells)
			}
			return f, true
		}
	}
	return tableForm{}, false
}

// withoutHeader finds rows that are equally wide and hold two numbers side by
// side that can be coordinates, or are in the form of CASS: name, code, and
// three numbers.
func withoutHeader(records []headRecord, delimiter byte) (tableForm, bool) {
	f := tableForm{delimiter: delimiter}
	width := commonWidth(records)
	for _, r := range records {
		if len(r.cells) == width {
			f.rows = append(f.rows, r.cells)
		}
	}
	if width < 2 || len(f.rows) < 2 || 2*len(f.rows) < len(records) {
		return tableForm{}, false
	}
	numeric := make([]bool, width)
	for k := range numeric {
		numeric[k] = true
		for _, row := range f.rows {
			if _, err := cellNumber(row[k], delimiter); err != nil {
				numeric[k] = false
				break
			}
		}
	}
	pair := -1
	for k := range width - 1 {
		if numeric[k] && numeric[k+1] && orderOf(f.rows, k, k+1, delimiter) != crs.NoOrder {
			pair = k
			break
		}
	}
	if pair < 0 && width == 5 && numeric[2] && numeric[3] && numeric[4] && delimiter == ',' {
		pair = 2
	}
	if pair < 0 {
		return tableForm{}, false
	}
	f.mapping = bareColumns(numeric, pair)
	return f, true
}

// bareColumns proposes what columns without names mean, round the two of the
// position.
func bareColumns(numeric []bool, pair int) Mapping {
	m := make(Mapping, len(numeric))
	for k := range m {
		m[k] = MeansNothing
	}
	m[pair], m[pair+1] = meansX, meansY
	if pair > 0 {
		m[0] = MeansName
	}
	if pair > 1 {
		m[1] = MeansCode
	}
	next := pair + 2
	if next < len(m) && numeric[next] {
		m[next] = MeansHeight
		next++
	}
	if next < len(m) && pair < 2 && !numeric[next] {
		m[next] = MeansCode
	}
	return m
}

func commonWidth(records []headRecord) int {
	count := map[int]int{}
	best := 0
	for _, r := range records {
		n := len(r.cells)
		if count[n]++; count[n] > count[best] {
			best = n
		}
	}
	return best
}

// orderOf tells the axis order of two columns, if all rows agree.
func orderOf(rows [][]string, first, second int, delimiter byte) crs.AxisOrder {
	return axesOf(rows, first, second, delimiter).Order
}

// axesOf is what all rows say together about two columns of numbers.
func axesOf(rows [][]string, first, second int, delimiter byte) (axes crs.Axes) {
	seen := false
	for _, row := range rows {
		if first >= len(row) || second >= len(row) {
			continue
		}
		a, errA := cellNumber(row[first], delimiter)
		b, errB := cellNumber(row[second], delimiter)
		if errA != nil || errB != nil {
			continue
		}
		found := crs.DetectAxes(a, b)
		switch {
		case !seen:
			axes, seen = found, true
		case found.Order != axes.Order || found.Degrees != axes.Degrees:
			return crs.Axes{}
		case found.Zone != axes.Zone:
			axes.Zone = 0 // more than one zone: no grid is that of all
		}
	}
	return axes
}
