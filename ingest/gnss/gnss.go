package gnss

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"jieshi/ingest"
)

// Limits bound what one file may ask of the machine. The zero value of a field
// stands for its default.
type Limits struct {
	MaxBytes int64 // bytes read from the file; default [DefaultMaxBytes]
	MaxFixes int   // fixes over all walks of the file; default [DefaultMaxFixes]
}

// The defaults: a day at 20 Hz is 1.7 million fixes. Reading that many takes up
// to 1.6 GB while the list of fixes grows; everything else a reader keeps stays
// under 64 MB, whatever the file holds. Where less is to be had, lower MaxFixes.
const (
	DefaultMaxBytes int64 = 256 << 20
	DefaultMaxFixes int   = 2_000_000
)

// maxWalks bounds the tracks or shapes of one file: an empty track costs more
// memory here than the six bytes it takes in the file.
const maxWalks = 10_000

func (l Limits) orDefault() Limits {
	if l.MaxBytes <= 0 {
		l.MaxBytes = DefaultMaxBytes
	}
	if l.MaxFixes <= 0 {
		l.MaxFixes = DefaultMaxFixes
	}
	return l
}

// Read is [ReadTold] of a file of which nobody told anything.
func Read(r io.Reader, limits Limits) ([]ingest.Walk, error) {
	return ReadTold(r, limits, Told{})
}

// ReadTold returns the walks in r: one for a receiver log, one a track or route
// of a GPX file, one a line or ring of a drawing, in the order of the file, so
// that the second track is the second walk. A track that is empty in the file is
// a walk without fixes; at least one walk has fixes.
//
// What a person told about the file is used where the file leaves it open;
// formats that leave nothing open do not look at it.
//
// Bad input is an [*ingest.Refusal]. An error of r itself is returned wrapped.
func ReadTold(r io.Reader, limits Limits, told Told) ([]ingest.Walk, error) {
	return readTold(r, limits, told, func(*Table) {})
}

// readTold calls see with the table that it was made from, if it was one.
func readTold(r io.Reader, limits Limits, told Told, see func(*Table)) ([]ingest.Walk, error) {
	limits = limits.orDefault()
	br := bufio.NewReaderSize(&cappedReader{r: r, left: limits.MaxBytes, limit: limits.MaxBytes}, SniffLen)
	head, err := br.Peek(SniffLen)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, faultOf(err)
	}
	format := Sniff(head)
	read, ok := readers[format]
	if !ok {
		return nil, refuseFormat(format, head)
	}
	text, err := newTextReader(br)
	if err != nil {
		return nil, faultOf(err)
	}
	if !read.text && text.out == nil {
		text.out = br // binary between the lines is not text in another encoding
	}
	in := input{bufio.NewReaderSize(text, SniffLen), limits, told, func(t *Table) {
		t.Encoding = text.encoding // of what was seen for the preview
		see(t)
	}}
	walks, err := read.read(in)
	if err != nil {
		return nil, faultOf(err)
	}
	text.note(walks)
	giveWords(walks)
	return walks, nil
}

// An input is a file on its way into a reader.
type input struct {
	br     *bufio.Reader
	limits Limits
	told   Told
	see    func(*Table) // takes a table as it is understood
}

// readers holds the one reader of each format that can be a walk. A reader of
// text is given UTF-8, whatever the file is in; another takes the bytes as they
// come, unless they are UTF-16.
var readers = map[Format]struct {
	read func(input) ([]ingest.Walk, error)
	text bool
}{
	FormatPos:     {certain(readPos), false},
	FormatGPX:     {certain(readGPX), true},
	FormatNMEA:    {certain(readNMEA), false},
	FormatGeoJSON: {certain(readGeoJSON), true},
	FormatTable:   {readTable, true},
	FormatODK:     {certain(readODK), true},
	FormatKML:     {certain(readKML), true},
	FormatDXF:     {readDXF, true},
	FormatPlots:   {readPlots, true},
	FormatZip:     {readZip, false},
}

// certain is a reader of a format that leaves nothing for a person to tell.
func certain(read func(*bufio.Reader, Limits) ([]ingest.Walk, error)) func(input) ([]ingest.Walk, error) {
	return func(in input) ([]ingest.Walk, error) { return read(in.br, in.limits) }
}

// faultOf keeps a refusal as it is and wraps anything else, which is then an
// error of the source of the bytes and not of the bytes.
func faultOf(err error) error {
	if refusal := (*ingest.Refusal)(nil); errors.As(err, &refusal) {
		return refusal
	}
	return fmt.Errorf("gnss: read: %w", err)
}

// A cappedReader refuses a file that is longer than the limit, where
// [io.LimitReader] would pass it off as a shorter one.
type cappedReader struct {
	r           io.Reader
	left, limit int64
}

func (c *cappedReader) Read(p []byte) (int, error) {
	if c.left < 0 {
		return 0, refuseTooLarge(c.limit)
	}
	if int64(len(p)) > c.left+1 {
		p = p[:c.left+1]
	}
	n, err := c.r.Read(p)
	c.left -= int64(n)
	if c.left < 0 {
		return n - 1, refuseTooLarge(c.limit)
	}
	return n, err
}
