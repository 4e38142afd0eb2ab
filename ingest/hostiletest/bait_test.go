package hostiletest_test

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jieshi/ingest/hostiletest"
)

// alarm takes the place of a test, to see what it would have been told.
type alarm struct {
	testing.TB
	said []string
}

func (a *alarm) Errorf(format string, _ ...any) { a.said = append(a.said, format) }
func (a *alarm) Error(args ...any)              { a.said = append(a.said, args[0].(string)) }
func (a *alarm) Helper()                        {}

func TestWhoTakesTheBaitIsFound(t *testing.T) {
	words := hostiletest.Words
	for name, take := range map[string]func(b *hostiletest.Bait) any{
		"visits the listener": func(b *hostiletest.Bait) any {
			conn, err := net.Dial("tcp", b.Address)
			if err != nil {
				t.Fatal(err)
			}
			_ = conn.Close()
			for range 200 {
				if b.Visits() > 0 {
					break
				}
				time.Sleep(5 * time.Millisecond)
			}
			return "something else"
		},
		"says the words in an error": func(*hostiletest.Bait) any { return errors.New("cannot parse " + words) },
		"says them in a result":      func(*hostiletest.Bait) any { return struct{ Name string }{words} },
		"writes them to a file": func(*hostiletest.Bait) any {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "out"), []byte("x"+words), 0o600); err != nil {
				t.Fatal(err)
			}
			return hostiletest.Folder(dir)
		},
	} {
		a := &alarm{TB: t}
		b := hostiletest.Lay(t)
		b.Untouched(a, take(b))
		if len(a.said) != 1 {
			t.Errorf("who %s is told %q", name, a.said)
		}
	}
	a, b := &alarm{TB: t}, hostiletest.Lay(t)
	b.Untouched(a, "another text", nil, errors.New("another error"))
	if len(a.said) != 0 {
		t.Errorf("who does nothing is told %q", a.said)
	}
	if _, err := os.ReadFile(b.File); err != nil {
		t.Fatal(err)
	}
	b.Untouched(a)
	if len(a.said) == 0 {
		t.Skip("this file system does not keep when a file was read")
	}
	if !strings.Contains(a.said[0], "was read") {
		t.Errorf("who reads the file is told %q", a.said)
	}
}
