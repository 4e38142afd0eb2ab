package gnss

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"jieshi/ingest"
)

// A tableReader reads the export of a receiver or a list of points, a row at a
// time.
type tableReader struct {
	*tableReading
	limits  Limits
	records recordReader
	cells   [][]byte
	notes   notes
	setters []setter
	columns struct{ lat, lon, trace, name int } // lat and lon, or north and east

	position   tablePosition
	bothSigmas bool // there are columns of sigma east and north
	layout     int  // of clockLayouts, which the time read last was in
	seenCRS    string
	words      map[string]ingest.Quality // of the column of solutions, as they come
	row        tableRow
	lines      []*tableLine
	byName     map[string]*tableLine
	fixes      int // over all lines
}

// A tableLine is the points of one line or plot.
type tableLine struct {
	name         string
	fixes        []ingest.Fix
	named, timed bool
}

// readTable reads a delimited table: the export of a receiver (Emlid, Trimble,
// CHC, South, Hi-Target, SW Maps, Bad Elf), a point list of CASS (name, code,
// east, north, height, without a header), or one with whole lines of ODK in a
// column. There is one walk for all rows, or one for each value of the column
// that says which line a point belongs to, or one for each cell of ODK.
//
// What the columns mean is certain where the header says it and the numbers
// agree; else it is a refusal with the code mapping_unconfirmed and a [Table] to
// confirm, unless the person told it. Degrees go before metres where a table
// has both. Coordinates in metres are CGCS2000 or UTM, by the zone number
// before the easting, by the table's own words or as told.
//
// A row with a place that cannot be read refuses the table: a corner that is
// missing is another claim. A row without any, or made without a fix, is passed
// over and noted. Times without a zone are left out unless the person told it.
func readTable(in input) ([]ingest.Walk, error) {
	head, err := in.br.Peek(in.br.Size())
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	form, ok := findTable(head)
	if !ok {
		return nil, refuseUnknown(head)
	}
	reading, err := readingOf(form, in.told)
	if err != nil {
		return nil, err
	}
	in.see(&reading.table)
	if len(reading.table.Questions) > 0 || reading.mapping.position() == positionNone {
		return nil, refuseUnconfirmed(reading.table)
	}
	t := &tableReader{tableReading: reading, limits: in.limits, byName: map[string]*tableLine{}, words: map[string]ingest.Quality{}}
	guard := bufio.NewReaderSize(&textGuard{r: in.br}, SniffLen)
	t.records = recordReader{lines: lineReader{br: guard}}
	t.setters = settersOf(reading.mapping)
	t.findColumns()
	t.row.table = t
	if err := t.all(); err != nil {
		return nil, err
	}
	return t.walks()
}

// findColumns looks up once what every row asks for.
func (t *tableReader) findColumns() {
	m, c := t.mapping, &t.columns
	switch t.position = m.position(); t.position {
	case positionDegrees:
		c.lat, c.lon = m.at(MeansLat), m.at(MeansLon)
	case positionPacked:
		c.lat, c.lon = m.at(MeansLatPacked), m.at(MeansLonPacked)
	default:
		c.lat, c.lon = m.at(MeansNorth), m.at(MeansEast)
	}
	c.trace, c.name = m.at(MeansTrace), m.at(MeansName)
	t.bothSigmas = m.at(MeansSigmaEast) >= 0 && m.at(MeansSigmaNorth) >= 0
}

func (t *tableReader) all() error {
	for {
		record, err := t.records.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if t.records.line <= t.form.headerLine || len(bytes.TrimSpace(record)) == 0 {
			continue
		}
		t.cells = splitRecord(record, t.form.delimiter, t.cells[:0])
		if err := t.take(); err != nil {
			return err
		}
	}
}

// cell returns a cell, empty behind the end of the row.
func (t *tableReader) cell(i int) string {
	if i < 0 || i >= len(t.cells) {
		return ""
	}
	return string(t.cells[i])
}

// take reads the row in hand.
func (t *tableReader) take() error {
	number := t.records.line
	if t.isAside() {
		t.notes.add(noteBadLine, number, "the line is not a row of the table and was passed over: %s", excerpt(bytes.Join(t.cells, []byte(" "))))
		return nil
	}
	if t.position == positionTrace {
		return t.trace(number)
	}
	t.row.begin(number)
	err := t.place()
	if errors.Is(err, errNoPlace) {
		t.notes.add(noteNoPlace, number, "the row has no position and was passed over")
		return nil
	}
	if err != nil {
		return err
	}
	for _, s := range t.setters {
		if cell := t.cell(s.column); cell != "" {
			s.set(&t.row, cell)
		}
	}
	if t.row.noFix {
		t.notes.once(noteNoFix, number, "the receiver had no fix")
		return nil
	}
	t.row.end()
	return t.add(t.row.line, t.row.fix)
}

// isAside says whether the row in hand is a remark: a comment, a count of
// points or the header once more.
func (t *tableReader) isAside() bool {
	if len(t.cells) > 0 && len(t.cells[0]) > 0 && t.cells[0][0] == '#' {
		return true
	}
	filled, same := 0, t.form.header != nil
	for i, c := range t.cells {
		if len(c) > 0 {
			filled++
		}
		same = same && i < len(t.form.header) && string(c) == t.form.header[i]
	}
	return same || (filled == 1 && len(t.mapping) > 2 && t.position != positionTrace)
}

var errNoPlace = errors.New("no place")

// place reads the position of the row in hand.
func (t *tableReader) place() error {
	fix := &t.row.fix
	switch t.position {
	case positionDegrees, positionPacked:
		packed := t.position == positionPacked
		lat, lon := t.cell(t.columns.lat), t.cell(t.columns.lon)
		if lat == "" && lon == "" {
			return errNoPlace
		}
		var err error
		if fix.Lat, err = t.angle(lat, 90, packed); err != nil {
			return t.refuseRow("lat", lat, err)
		}
		if fix.Lon, err = t.angle(lon, 180, packed); err != nil {
			return t.refuseRow("lon", lon, err)
		}
		if fix.Lat == 0 && fix.Lon == 0 {
			t.row.noFix = true
		}
	default:
		east, north := t.cell(t.columns.lon), t.cell(t.columns.lat)
		if east == "" && north == "" {
			return errNoPlace
		}
		e, err := cellNumber(east, t.form.delimiter)
		if err != nil {
			return t.refuseRow("east", east, err)
		}
		n, err := cellNumber(north, t.form.delimiter)
		if err != nil {
			return t.refuseRow("north", north, err)
		}
		var ok bool
		if fix.Lon, fix.Lat, ok = t.plane.place(e, n); !ok {
			return refuseOffGrid(e, n, t.plane, t.records.line)
		}
	}
	return nil
}

func (t *tableReader) angle(cell string, limit float64, packed bool) (float64, error) {
	if t.form.delimiter != ',' {
		if v, err := cellNumber(cell, t.form.delimiter); err == nil && !packed && v >= -limit && v <= limit {
			return v, nil
		}
	}
	return parseAngle(cell, limit, packed)
}

func (t *tableReader) refuseRow(column, cell string, err error) *ingest.Refusal {
	code, zh, en := CodeRow, "读不出来", "cannot be read"
	if errors.Is(err, errNotFinite) {
		code, zh, en = CodeNotFinite, "不是有限的数", "is not a finite number"
	}
	return refuse(code, atLine(t.records.line),
		text(fmt.Sprintf("这一行的 %s 是“%s”，%s。", column, excerpt(cell), zh), fmt.Sprintf("In this row, %s is %q, which %s.", column, excerpt(cell), en)),
		text("少一个点就是另一条边界，因此整个文件不予读取。请改正或删除这一行后再上传；若列的含义不对，请用 --mapping 指明。",
			"A missing corner is another boundary, so the file is not read. Mend or delete the row; if the column means something else, say so with --mapping."))
}

// add puts a fix at the end of its line.
func (t *tableReader) add(name string, fix ingest.Fix) error {
	l, err := t.lineOf(name, fix.Line)
	if err != nil {
		return err
	}
	if t.fixes++; t.fixes > t.limits.MaxFixes {
		return refuseTooManyFixes(t.limits.MaxFixes, fix.Line)
	}
	l.named = l.named || fix.Name != "" || fix.Description != "" || fix.Epochs > 1
	l.timed = l.timed || !fix.Time.IsZero()
	l.fixes = append(l.fixes, fix)
	return nil
}

func (t *tableReader) lineOf(name string, number int) (*tableLine, error) {
	if l := t.byName[name]; l != nil {
		return l, nil
	}
	if len(t.lines) >= maxWalks {
		return nil, refuseTooManyTracks(number)
	}
	l := &tableLine{name: name}
	t.byName[name] = l
	t.lines = append(t.lines, l)
	return l, nil
}

// walks ends the reading.
func (t *tableReader) walks() ([]ingest.Walk, error) {
	if t.fixes == 0 {
		return nil, refuseNoFixes(&t.notes, "表格中没有可用的点。", "The table has no usable point.")
	}
	if t.srid != 0 {
		t.notes.once(noteGrid, max(t.form.headerLine, 1), "the coordinates are in EPSG:%d: %s", int(t.srid), t.table.CRS.Reason.EN)
	}
	found := t.notes.list()
	out := make([]ingest.Walk, len(t.lines))
	for i, l := range t.lines {
		kind, format := ingest.KindPoints, FormatTable
		switch {
		case t.position == positionTrace:
			kind, format = kindOfTrace(l.fixes), FormatODK
		case l.timed && !l.named:
			kind = ingest.KindTrack
		}
		out[i] = ingest.Walk{Format: string(format), Name: l.name, Kind: kind, Fixes: l.fixes, Notes: append([]ingest.Note(nil), found...)}
	}
	return out, nil
}
