package vector

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
)

// A failureWatch sees the failures of GDAL that no call of godal returns: those
// met between one feature and the next, after which the layer simply seems to
// end. GDAL's log is a pipe, whose other end this reads.
//
// What comes through it is in order, and marks of ours lie between what GDAL
// says before and after.
type failureWatch struct {
	pipe    *os.File
	settled chan string // the first failure so far, or nothing
}

const (
	markQuiet  = "\x00quiet"
	markLoud   = "\x00loud"
	markSettle = "\x00settle"
)

// mostLogged is how much of what GDAL says goes on to our log. It may quote the file.
const mostLogged = 16 << 10

// watchFailures must come before the first call of GDAL, which looks for its
// log once.
func watchFailures() (*failureWatch, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("vector: log of GDAL: %w", err)
	}
	if err := os.Setenv("CPL_LOG", fmt.Sprintf("/proc/self/fd/%d", w.Fd())); err != nil {
		return nil, fmt.Errorf("vector: log of GDAL: %w", err)
	}
	f := &failureWatch{pipe: w, settled: make(chan string)}
	go f.listen(r)
	return f, nil
}

func (f *failureWatch) listen(r io.Reader) {
	lines := bufio.NewReader(r)
	first, quiet, logged := "", false, 0
	for {
		// A line longer than the buffer comes in pieces, which is as good.
		b, _, err := lines.ReadLine()
		if err != nil {
			return // the end of the process
		}
		switch line := string(b); {
		case line == markQuiet, line == markLoud:
			quiet = line == markQuiet
		case line == markSettle:
			f.settled <- first
		case quiet:
		default:
			if first == "" && strings.HasPrefix(line, "ERROR") {
				first = line
			}
			if logged += len(line); logged <= mostLogged {
				fmt.Fprintln(os.Stderr, line)
			}
		}
	}
}

// first returns the first failure of GDAL so far, or nothing.
func (f *failureWatch) first() (string, error) {
	if _, err := fmt.Fprintln(f.pipe, markSettle); err != nil {
		return "", fmt.Errorf("vector: log of GDAL: %w", err)
	}
	return <-f.settled, nil
}

// without calls do, of which no failure counts.
func (f *failureWatch) without(do func()) error {
	if _, err := fmt.Fprintln(f.pipe, markQuiet); err != nil {
		return fmt.Errorf("vector: log of GDAL: %w", err)
	}
	do()
	if _, err := fmt.Fprintln(f.pipe, markLoud); err != nil {
		return fmt.Errorf("vector: log of GDAL: %w", err)
	}
	return nil
}
