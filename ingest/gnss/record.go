package gnss

import (
	"bytes"
	"errors"
	"io"
	"strings"
)

// maxColumns is more than any export has; what stands beyond is not looked at.
const maxColumns = 256

// maxRecord is the longest row of a table: a whole line of ODK is one cell there.
const maxRecord = 8 << 20

// A recordReader cuts a table into records: lines, but for quoted cells that
// hold line ends. A record is at most [maxRecord] long.
type recordReader struct {
	lines lineReader
	line  int // where the record returned last begins
	buf   []byte
}

// next returns the next record, without its line end, or io.EOF. The bytes are
// valid until the next call.
func (r *recordReader) next() ([]byte, error) {
	r.buf = r.buf[:0]
	open := false
	for {
		chunk, err := r.lines.next()
		if errors.Is(err, io.EOF) && len(r.buf) > 0 {
			return r.buf, nil // a quote that nobody closed
		}
		if err != nil {
			return nil, err
		}
		if len(r.buf) == 0 {
			r.line = r.lines.number
		}
		open = open != (bytes.Count(chunk, []byte(`"`))%2 == 1)
		if len(r.buf) == 0 && !open && !r.lines.more {
			return chunk, nil
		}
		if len(r.buf)+len(chunk) > maxRecord {
			return nil, refuseTextTooLong(r.line)
		}
		r.buf = append(r.buf, chunk...)
		switch {
		case r.lines.more:
		case !open:
			return r.buf, nil
		default:
			r.buf = append(r.buf, '\n')
		}
	}
}

// splitRecord appends the cells of a record to dst, trimmed and without their
// quotes. The delimiter ' ' stands for any run of blanks. Cells share the bytes
// of the record unless they held doubled quotes.
func splitRecord(record []byte, delimiter byte, dst [][]byte) [][]byte {
	if delimiter == ' ' {
		return append(dst, bytes.Fields(record)...)
	}
	for len(dst) < maxColumns {
		cell, rest, more := cutCell(record, delimiter)
		dst = append(dst, cell)
		if !more {
			break
		}
		record = rest
	}
	return dst
}

func cutCell(record []byte, delimiter byte) (cell, rest []byte, more bool) {
	start := bytes.TrimLeft(record, " ")
	if len(start) == 0 || start[0] != '"' {
		cell, rest, more = bytes.Cut(record, []byte{delimiter})
		return bytes.TrimSpace(cell), rest, more
	}
	body := start[1:]
	for i := 0; ; {
		end := bytes.IndexByte(body[i:], '"')
		if end < 0 { // never closed
			return bytes.TrimSpace(body), nil, false
		}
		i += end + 1
		if i < len(body) && body[i] == '"' {
			i++
			continue
		}
		cell = body[:i-1]
		_, rest, more = bytes.Cut(body[i:], []byte{delimiter})
		if bytes.Contains(cell, []byte(`""`)) {
			cell = bytes.ReplaceAll(cell, []byte(`""`), []byte(`"`))
		}
		return bytes.TrimSpace(cell), rest, more
	}
}

// delimiters are the marks between cells, and what a person calls them.
var delimiters = []struct {
	mark byte
	name string
}{{',', "comma"}, {'\t', "tab"}, {';', "semicolon"}, {'|', "bar"}, {' ', "blank"}}

// cellNumber reads a number of a table: where the cells are not parted by commas,
// a comma may be the decimal point.
func cellNumber(cell string, delimiter byte) (float64, error) {
	if delimiter != ',' && strings.Count(cell, ",") == 1 && !strings.Contains(cell, ".") {
		cell = strings.Replace(cell, ",", ".", 1)
	}
	return number(cell)
}
