package sandbox

import (
	"bytes"
	"io"
	"log/slog"
	"sync/atomic"
)

// boundedWriter passes on what a child answers until it has said too much.
type boundedWriter struct {
	to   io.Writer
	left int
	over func()
	cut  atomic.Bool
}

func (w *boundedWriter) Write(p []byte) (int, error) {
	if len(p) > w.left {
		if !w.cut.Swap(true) {
			w.over()
		}
		return len(p), nil // keep draining, so that the child does not block before it dies
	}
	w.left -= len(p)
	if w.to == nil {
		return len(p), nil
	}
	return w.to.Write(p)
}

// lineLog sends the stderr of a child to our log, a record a line, and keeps
// the last of it. What libraries say there may quote the file: it is for
// operators, never for users.
type lineLog struct {
	starved func() // called once the child says that it gets no threads
	keep    int
	said    int
	log     *slog.Logger
	partial []byte
	last    []byte
}

// longestLine bounds a record, since a child may write without line ends.
const longestLine = 4 << 10

func (l *lineLog) Write(p []byte) (int, error) {
	l.last = append(l.last, p...)
	if over := len(l.last) - l.keep; over > 0 {
		l.last = append(l.last[:0], l.last[over:]...)
	}
	l.partial = append(l.partial, p...)
	for {
		i := bytes.IndexByte(l.partial, '\n')
		if i < 0 && len(l.partial) < longestLine {
			return len(p), nil
		}
		if i < 0 {
			l.record(l.partial)
			l.partial = nil
			continue
		}
		l.record(l.partial[:i])
		l.partial = l.partial[i+1:]
	}
}

func (l *lineLog) record(line []byte) {
	if l.starved != nil && bytes.Contains(line, []byte(noThread)) {
		l.starved()
		l.starved = nil
	}
	l.said += len(line)
	if len(line) > 0 && l.said <= l.keep {
		l.log.Debug("sandboxed child", "stderr", string(line))
	}
}

func (l *lineLog) flush() {
	l.record(l.partial)
	l.partial = nil
}

func (l *lineLog) text() string { return string(l.last) }
