// Package hostiletest lays out what attacks go for: a file of another tenant and
// a port that somebody listens on. A test hands a hostile file to a reader and
// then asks whether the bait is untouched: nobody came to the port, nobody read
// the file, and none of its words stand in anything that came out.
package hostiletest

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf16"

	"golang.org/x/sys/unix"
)

// Words stand in the file of another tenant, and nowhere else.
const Words = "邻户机密 the neighbour's own words 5eab1e"

// A Bait is what one test lays out.
type Bait struct {
	File    string // absolute path of a text file full of Words
	Address string // host:port of the listener

	before int64 // when File was last read
	visits atomic.Int32
}

// Lay makes the file and listens, until the test ends.
func Lay(t testing.TB) *Bait {
	t.Helper()
	b := &Bait{File: filepath.Join(t.TempDir(), "tenant.txt")}
	if err := os.WriteFile(b.File, []byte(strings.Repeat(Words+"\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	// Set back, since file systems note the first reading after a change only.
	long := time.Now().Add(-100 * time.Hour)
	if err := os.Chtimes(b.File, long, long); err != nil {
		t.Fatal(err)
	}
	b.before = accessed(t, b.File)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	b.Address = l.Addr().String()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			b.visits.Add(1)
			_ = conn.Close()
		}
	}()
	return b
}

// URL is an address on the listener.
func (b *Bait) URL() string { return "http://" + b.Address + "/bait" }

// Curl is the same as GDAL's file system calls it.
func (b *Bait) Curl() string { return "/vsicurl/" + b.URL() }

// Visits says how often somebody came to the listener.
func (b *Bait) Visits() int { return int(b.visits.Load()) }

// Untouched fails the test if anybody took the bait. Outputs are all that came out:
// texts, bytes, errors, and anything that becomes JSON; names of folders, whose
// files are read.
func (b *Bait) Untouched(t testing.TB, outputs ...any) {
	t.Helper()
	if n := b.Visits(); n > 0 {
		t.Errorf("%d visits to the listener", n)
	}
	if now := accessed(t, b.File); now != b.before {
		t.Error("the tenant's file was read")
	}
	for _, output := range outputs {
		for what, content := range written(t, output) {
			if form := quoted(content); form != "" {
				t.Errorf("the tenant's words stand in %s (%s)", what, form)
			}
		}
	}
}

// A Folder is an output whose files are looked into.
type Folder string

func written(t testing.TB, output any) map[string][]byte {
	t.Helper()
	switch v := output.(type) {
	case nil:
		return nil
	case string:
		return map[string][]byte{"a text": []byte(v)}
	case []byte:
		return map[string][]byte{"bytes": v}
	case error:
		all := map[string][]byte{"an error": []byte(v.Error())}
		if b, err := json.Marshal(v); err == nil {
			all["an error as JSON"] = b
		}
		return all
	case Folder:
		all := map[string][]byte{}
		files, _ := filepath.Glob(filepath.Join(string(v), "*"))
		for _, name := range files {
			if b, err := os.ReadFile(name); err == nil {
				all[filepath.Base(name)] = b
			}
		}
		return all
	}
	b, err := json.Marshal(output)
	if err != nil {
		t.Fatalf("an output of type %T: %v", output, err)
	}
	return map[string][]byte{"JSON": b}
}

// quoted says in which form the words stand in content, or nothing.
func quoted(content []byte) string {
	latin := []byte(Words[len("邻户机密 "):])
	var wide []byte
	for _, unit := range utf16.Encode([]rune(string(latin))) {
		wide = append(wide, byte(unit), byte(unit>>8))
	}
	for form, words := range map[string][]byte{
		"as they are": latin, "in UTF-16": wide,
		"in base 64": []byte(base64.StdEncoding.EncodeToString(latin)[:32]), "in hex": []byte(hex.EncodeToString(latin)),
	} {
		if bytes.Contains(content, words) {
			return form
		}
	}
	return ""
}

func accessed(t testing.TB, path string) int64 {
	t.Helper()
	var st unix.Stat_t
	if err := unix.Stat(path, &st); err != nil {
		t.Fatal(err)
	}
	return st.Atim.Nano()
}
