package archive_test

import (
	"archive/zip"
	"bytes"
	"context"
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
