package pgserver

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// A lock is a file with a flock(2) on it. Go opens files close-on-exec, so no
// child keeps a lock of ours.
type lock struct{ f *os.File }

func openLock(path string) (*lock, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	return &lock{f}, nil
}

// try takes the lock without waiting; how is unix.LOCK_EX or unix.LOCK_SH.
func (l *lock) try(how int) (bool, error) {
	for {
		err := unix.Flock(int(l.f.Fd()), how|unix.LOCK_NB)
		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, unix.EWOULDBLOCK):
			return false, nil
		case !errors.Is(err, unix.EINTR):
			return false, fmt.Errorf("lock %s: %w", l.f.Name(), err)
		}
	}
}

// Close drops the lock. It does so in words, since a child that another
// goroutine is just starting has the descriptor too until it execs. The file
// stays: to remove it would let two programs hold locks on two files of one
// name.
func (l *lock) Close() error {
	return errors.Join(unix.Flock(int(l.f.Fd()), unix.LOCK_UN), l.f.Close())
}

// The states of a note. An empty file has the zero state.
const (
	starting = "starting"
	ready    = "ready"
	stopping = "stopping"
)

// A note is what the owner says about itself in the file that it has locked.
type note struct {
	PID       int       `json:"pid"`
	Program   string    `json:"program"`
	Exclusive bool      `json:"exclusive"`
	State     string    `json:"state"`
	URL       string    `json:"url,omitempty"`
	Since     time.Time `json:"since"`
}

// same reports whether both notes are of one owner in one state.
func (n note) same(m note) bool {
	return n.PID == m.PID && n.State == m.State && n.URL == m.URL && n.Since.Equal(m.Since)
}

// write replaces the note. Readers may meet it half written, which then is not
// JSON, and read again.
func (l *lock) write(n note) error {
	text, err := json.MarshalIndent(n, "", "  ")
	if err != nil {
		return err
	}
	if err := l.f.Truncate(0); err != nil {
		return err
	}
	_, err = l.f.WriteAt(append(text, '\n'), 0)
	return err
}

func (l *lock) clear() error { return l.f.Truncate(0) }

// read returns the note, or the zero note if there is none to be read.
func (l *lock) read() note {
	var n note
	text, err := io.ReadAll(io.NewSectionReader(l.f, 0, 1<<16))
	if err != nil || json.Unmarshal(text, &n) != nil {
		return note{}
	}
	return n
}

// program names this program for the note: its name and its verb.
func program() string {
	words := os.Args[:min(len(os.Args), 2)]
	return strings.Join(words, " ")
}
