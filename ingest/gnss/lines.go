package gnss

import (
	"bufio"
	"errors"
	"io"
)

// A lineReader cuts a stream into lines of at most the buffer's length. Lines
// end with LF or CR LF; a file whose first line ends with a lone CR (classic
// Mac, some loggers) is cut there instead.
type lineReader struct {
	br      *bufio.Reader
	rest    []byte // what follows a lone CR in the chunk read last
	ended   bool   // the chunk read last ended with LF
	ends    lineEnd
	number  int  // of the line returned last, from 1
	more    bool // the line returned last goes on in the next chunk
	started bool
}

type lineEnd int

const (
	endUnknown lineEnd = iota
	endLF
	endCR
)

// next returns the next line without its end, or io.EOF. The bytes are valid
// until the next call. A line longer than the buffer comes in chunks with the
// same number, all but the last with more set.
func (l *lineReader) next() ([]byte, error) {
	if !l.started || !l.more {
		l.number++
	}
	l.started = true
	if len(l.rest) == 0 {
		if err := l.fill(); err != nil {
			return nil, err
		}
	}
	chunk := l.rest
	if l.ends == endCR {
		for i, c := range chunk {
			if c == '\r' {
				l.rest, l.more = chunk[i+1:], false
				return chunk[:i], nil
			}
		}
	}
	l.rest, l.more = nil, !l.ended
	return trimEnd(chunk), nil
}

// each calls read with each line, or chunk of one, until the end of the stream
// or the first error.
func (l *lineReader) each(read func(line []byte) error) error {
	for {
		line, err := l.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := read(line); err != nil {
			return err
		}
	}
}

// fill reads the next chunk into rest.
func (l *lineReader) fill() error {
	chunk, err := l.br.ReadSlice('\n')
	switch {
	case err == nil:
		l.ended = true
	case errors.Is(err, bufio.ErrBufferFull):
		l.ended = false
	case errors.Is(err, io.EOF) && len(chunk) > 0:
		l.ended = true
	default:
		return err
	}
	if l.ends == endUnknown {
		l.ends = firstEnd(chunk)
	}
	l.rest = chunk
	return nil
}

// firstEnd says how the first line of chunk ends.
func firstEnd(chunk []byte) lineEnd {
	for i, c := range chunk {
		switch {
		case c == '\n':
			return endLF
		case c == '\r' && i+1 < len(chunk) && chunk[i+1] != '\n':
			return endCR
		}
	}
	return endUnknown
}

func trimEnd(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\n' {
		line = line[:n-1]
	}
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line
}
