package archive_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"jieshi/ingest"
	"jieshi/ingest/archive"
)

type file struct {
	name    string
	content []byte
	mode    fs.FileMode
}

func zipped(t testing.TB, files ...file) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		h := &zip.FileHeader{Name: f.name, Method: zip.Deflate}
		if f.mode != 0 {
			h.SetMode(f.mode)
		}
		w, err := z.CreateHeader(h)
		if err == nil {
			_, err = w.Write(f.content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func open(b []byte, l archive.Limits) (*archive.Archive, error) {
	return archive.Open(bytes.NewReader(b), int64(len(b)), l)
}

func code(err error) string {
	if refusal := (*ingest.Refusal)(nil); errors.As(err, &refusal) {
		return refusal.Code
	}
	return ""
}

func TestNamesOfChineseWindowsAreRead(t *testing.T) {
	gbk, err := simplifiedchinese.GBK.NewEncoder().String("航飞/照片1.JPG")
	if err != nil {
		t.Fatal(err)
	}
	a, err := open(zipped(t, file{name: gbk, content: []byte("x")}, file{name: "__MACOSX/._a.jpg"}, file{name: "照片2.jpg"}), archive.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Entries) != 3 || a.Entries[0].Name != "航飞/照片1.JPG" || a.Entries[0].Ext() != ".jpg" || a.Entries[0].Base() != "照片1.JPG" {
		t.Errorf("entries %+v", a.Entries[0])
	}
	if a.Entries[0].Hidden || !a.Entries[1].Hidden || a.Entries[2].Hidden {
		t.Error("only what the Finder adds is hidden")
	}
}

// ingest/vector tests the same rules with Shapefiles; here is one of each kind.
func TestAnEntryThatBreaksARuleRefusesTheArchive(t *testing.T) {
	for name, f := range map[string]file{
		"parent folder": {name: "a/../../b"}, "absolute path": {name: "/etc/passwd"}, "backslash": {name: `a\b`}, "drive letter": {name: "C:a"},
		"link": {name: "a", mode: fs.ModeSymlink | 0o777}, "repeated name": {name: "GOOD.txt"}, "archive in the archive": {name: "a.kmz"}, "not readable": {name: "a\x00b"},
	} {
		_, err := open(zipped(t, file{name: "good.txt"}, f), archive.Limits{})
		if code(err) != archive.CodeUnsafe || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A directory may say any size: what counts is what comes out, over all entries.
func TestWhatReallyComesOutIsCounted(t *testing.T) {
	b := zipped(t, file{name: "a", content: make([]byte, 600)}, file{name: "b", content: make([]byte, 600)})
	a, err := open(b, archive.Limits{Free: 1000, Ratio: 1})
	if err != nil {
		t.Fatal(err)
	}
	read := func(e *archive.Entry) (int, error) {
		r, err := a.Reader(t.Context(), e)
		if err != nil {
			return 0, err
		}
		defer r.Close()
		got, err := io.ReadAll(r)
		return len(got), err
	}
	if n, err := read(a.Entries[0]); n != 600 || err != nil {
		t.Errorf("the first gave %d bytes, %v", n, err)
	}
	if _, err := read(a.Entries[1]); code(err) != archive.CodeTooLarge {
		t.Errorf("the second went over the limit of both: %v", err)
	}
}

// directoryAt finds where the record of an entry stands in the directory.
func directoryAt(t *testing.T, b []byte, name string) int {
	t.Helper()
	at := bytes.Index(b, []byte("PK\x01\x02"))
	for at >= 0 {
		if string(b[at+46:][:binary.LittleEndian.Uint16(b[at+28:])]) == name {
			return at
		}
		next := bytes.Index(b[at+4:], []byte("PK\x01\x02"))
		if next < 0 {
			break
		}
		at += 4 + next
	}
	t.Fatalf("no entry %s", name)
	return 0
}

// The bombs of David Fifield pack one heap of zeros once and call it many files.
func TestEntriesThatShareBytesRefuseTheArchive(t *testing.T) {
	b := zipped(t, file{name: "a", content: make([]byte, 1000)}, file{name: "b", content: make([]byte, 1000)})
	a, second := directoryAt(t, b, "a"), directoryAt(t, b, "b")
	copy(b[second+42:second+46], b[a+42:a+46]) // the place of its header
	if _, err := open(b, archive.Limits{}); code(err) != archive.CodeUnsafe || !strings.Contains(err.Error(), "overlapping") {
		t.Errorf("two names of one heap: %v", err)
	}
	b = zipped(t, file{name: "a", content: make([]byte, 1000)}, file{name: "b", content: make([]byte, 1000)})
	binary.LittleEndian.PutUint32(b[directoryAt(t, b, "a")+20:], 100) // longer than it is: into b
	if _, err := open(b, archive.Limits{}); code(err) != archive.CodeUnsafe {
		t.Errorf("one that reaches into the next: %v", err)
	}
}

// ZIP64 says sizes and places in 64 bits, which may be any lie: nothing is made
// of that size, and what is not there is not found elsewhere.
func TestWhatZIP64SaysIsNotBelieved(t *testing.T) {
	for name, lie := range map[string][3]uint64{
		"2^63 bytes unpacked":          {1 << 63, 10, 0},
		"2^64-1 bytes packed":          {100, 1<<64 - 1, 0},
		"a place behind the end":       {100, 10, 1 << 40},
		"a place before the beginning": {100, 10, 1<<64 - 40},
		"4 GiB of what are 1000 bytes": {4 << 30, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			z := zip.NewWriter(&b)
			extra := []byte{1, 0, 24, 0}
			for _, n := range lie {
				extra = binary.LittleEndian.AppendUint64(extra, n)
			}
			w, err := z.CreateHeader(&zip.FileHeader{Name: "a", Method: zip.Deflate, Extra: extra})
			if err == nil {
				_, err = w.Write(make([]byte, 1000))
			}
			if err := errors.Join(err, z.Close()); err != nil {
				t.Fatal(err)
			}
			lying := b.Bytes()
			at := directoryAt(t, lying, "a")
			for _, field := range []int{20, 24, 42} { // packed, unpacked, place: look into the extra field
				if field != 42 || lie[2] != 0 {
					copy(lying[at+field:], "\xff\xff\xff\xff")
				}
			}
			a, err := open(lying, archive.Limits{Free: 1 << 20})
			if err == nil {
				var r io.ReadCloser
				if r, err = a.Reader(t.Context(), a.Entries[0]); err == nil {
					var got []byte
					got, err = io.ReadAll(r)
					if len(got) > 1000 {
						t.Errorf("%d bytes came out of 1000", len(got))
					}
				}
			}
			if code(err) == "" {
				t.Errorf("got %v, want a refusal", err)
			}
		})
	}
}

func TestAnArchiveThatIsCutOffOrDamagedSaysSo(t *testing.T) {
	b := zipped(t, file{name: "a", content: bytes.Repeat([]byte("jieshi "), 1000)})
	if _, err := open(b[:len(b)-10], archive.Limits{}); code(err) != archive.CodeTruncated {
		t.Errorf("cut off: %v", err)
	}
	damaged := bytes.Clone(b)
	damaged[45] ^= 0xff
	a, err := open(damaged, archive.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := a.Reader(t.Context(), a.Entries[0])
	if err == nil {
		_, err = io.ReadAll(r)
	}
	if c := code(err); c != archive.CodeUnreadable && c != archive.CodeTruncated {
		t.Errorf("damaged: %v", err)
	}
}

func TestReadingEndsWithItsContext(t *testing.T) {
	a, err := open(zipped(t, file{name: "a", content: make([]byte, 10)}), archive.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r, err := a.Reader(ctx, a.Entries[0])
	if err == nil {
		_, err = io.ReadAll(r)
	}
	if !errors.Is(err, context.Canceled) {
		t.Errorf("read after the end: %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(zipped(f, file{name: "a/b.shp", content: []byte("x")}, file{name: "照片.jpg", content: make([]byte, 100)}))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := open(b, archive.Limits{Free: 1 << 16})
		if err != nil {
			if code(err) == "" {
				t.Fatalf("a fault of ours for bytes of theirs: %v", err)
			}
			return
		}
		total := 0
		for _, e := range a.Entries {
			if strings.Contains("/"+e.Name+"/", "/../") || strings.HasPrefix(e.Name, "/") || strings.ContainsAny(e.Name, "\\\x00\n") {
				t.Fatalf("the name %q came through", e.Name)
			}
			r, err := a.Reader(t.Context(), e)
			if err == nil {
				var n int64
				n, err = io.Copy(io.Discard, r)
				total += int(n)
				_ = r.Close()
			}
			if err != nil && code(err) == "" {
				t.Fatalf("a fault of ours for bytes of theirs: %v", err)
			}
		}
		if total > max(1<<16, 100*len(b)) {
			t.Fatalf("%d bytes came out of %d", total, len(b))
		}
	})
}
