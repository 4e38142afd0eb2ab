package bundle_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"jieshi/ingest"
	"jieshi/internal/bundle"
	"jieshi/internal/bundle/bundletest"
)

func zipped(t testing.TB) []byte {
	t.Helper()
	d := bundletest.New()
	var out bytes.Buffer
	if err := bundle.WriteZip(context.Background(), &out, d.Bundle, options(d)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func saved(t testing.TB, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bag.zip")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// repacked copies a zip, with what change makes of each entry, and then what
// more adds.
func repacked(t testing.TB, whole []byte, change func(*zip.FileHeader, []byte) []byte, more func(*zip.Writer)) string {
	t.Helper()
	from, err := zip.NewReader(bytes.NewReader(whole), int64(len(whole)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	to := zip.NewWriter(&out)
	for _, f := range from.File {
		content, err := fs.ReadFile(from, f.Name)
		if err != nil {
			t.Fatal(err)
		}
		header := &zip.FileHeader{Name: f.Name, Method: f.Method}
		if content = change(header, content); content == nil {
			continue
		}
		w, err := to.CreateHeader(header)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if more != nil {
		more(to)
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	return saved(t, out.Bytes())
}

func same(_ *zip.FileHeader, content []byte) []byte { return content }

func TestHostileZipsAreRefused(t *testing.T) {
	whole := zipped(t)
	const base = "GX-2026-0042-evidence/"
	add := func(name string, mode fs.FileMode, content []byte) func(*zip.Writer) {
		return func(z *zip.Writer) {
			h := &zip.FileHeader{Name: name, Method: zip.Deflate}
			if mode != 0 {
				h.SetMode(mode)
			}
			w, err := z.CreateHeader(h)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write(content); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, tc := range []struct {
		name   string
		change func(*zip.FileHeader, []byte) []byte
		more   func(*zip.Writer)
		want   string
	}{
		{"repacked as it is", same, nil, ""},
		{"repacked without its folder", func(h *zip.FileHeader, b []byte) []byte {
			h.Name = strings.TrimPrefix(h.Name, base)
			return b
		}, nil, ""},
		{"with entries for its folders", same, add(base+"data/evidence/", fs.ModeDir|0o755, nil), ""},
		{"a name that climbs out", same, add(base+"../../etc/cron.d/x", 0, []byte("x")), "zip_unsafe"},
		{"an absolute name", same, add("/etc/passwd", 0, []byte("x")), "zip_unsafe"},
		{"a name with backslashes", same, add(base+`data\..\..\x`, 0, []byte("x")), "zip_unsafe"},
		{"a name with a drive letter", same, add(base+"data/C:x", 0, []byte("x")), "zip_unsafe"},
		{"a name that is not UTF-8", same, add(base+"data/\xff", 0, []byte("x")), "zip_unsafe"},
		{"a link", same, add(base+"data/link", fs.ModeSymlink|0o777, []byte("/etc/passwd")), "not_a_file"},
		{"one file twice", same, add(base+"data/map.pdf", 0, []byte("x")), "file_twice"},
		{"one file twice but for capitals", same, add(base+"data/MAP.pdf", 0, []byte("x")), "file_twice"},
		{"a file beside the bag", same, add("other/x", 0, []byte("x")), "file_extra"},
		{"a file too many", same, add(base+"data/x", 0, []byte("x")), "file_extra"},
		{"a folder too many", same, add(base+"data/x/", fs.ModeDir|0o755, nil), "file_extra"},
		{"a file too few", func(h *zip.FileHeader, b []byte) []byte {
			if strings.HasSuffix(h.Name, "map.pdf") {
				return nil
			}
			return b
		}, nil, "file_missing"},
		{"a bomb for the map", func(h *zip.FileHeader, b []byte) []byte {
			if strings.HasSuffix(h.Name, "map.pdf") {
				return make([]byte, 64<<20)
			}
			return b
		}, nil, "size_exceeded"},
		{"a bomb for a tag file", func(h *zip.FileHeader, b []byte) []byte {
			if strings.HasSuffix(h.Name, "bag-info.txt") {
				return make([]byte, 7<<20)
			}
			return b
		}, nil, "file_unreadable"},
		{"an original that has grown", func(h *zip.FileHeader, b []byte) []byte {
			if strings.HasSuffix(h.Name, ".tif") {
				return bytes.Repeat(b, 400)
			}
			return b
		}, nil, "size_exceeded"},
		{"no bag at all", func(*zip.FileHeader, []byte) []byte { return nil }, add("hello.txt", 0, []byte("x")), "not_a_bundle"},
		{"nothing at all", func(*zip.FileHeader, []byte) []byte { return nil }, nil, "not_a_bundle"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := verify(t, repacked(t, whole, tc.change, tc.more))
			got := ""
			if r != nil {
				got = r.Code
			}
			if got != tc.want {
				t.Errorf("refused with %q (%v), want %q", got, r, tc.want)
			}
		})
	}
	for name, path := range map[string]string{
		"a file that is no zip":   saved(t, []byte("PK? no.")),
		"an empty file":           saved(t, nil),
		"a zip cut off":           saved(t, whole[:len(whole)/2]),
		"a folder that is no bag": t.TempDir(),
	} {
		if got := code(t, verifyErr(path)); got != "not_a_bundle" {
			t.Errorf("%s: refused with %q, want not_a_bundle", name, got)
		}
	}
	if got := code(t, verifyErr(filepath.Join(t.TempDir(), "none"))); got != "bundle_not_found" {
		t.Errorf("nothing there: refused with %q, want bundle_not_found", got)
	}
}

func verifyErr(path string) error {
	_, err := bundle.Verify(context.Background(), path)
	return err
}

// A byte of the zip file itself: either it is found, or it lay where no content
// does (a date, say) and everything in the bag is still what it was.
func TestChangedByteOfTheZipIsFoundOrDoesNotMatter(t *testing.T) {
	whole := zipped(t)
	path := saved(t, whole)
	contents := func(b []byte) map[string]string {
		out := map[string]string{}
		z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
			return out
		}
		for _, f := range z.File {
			content, err := fs.ReadFile(z, f.Name)
			if err == nil {
				out[f.Name] = string(content)
			}
		}
		return out
	}
	want := contents(whole)
	rapid.Check(t, func(rt *rapid.T) {
		changed := bytes.Clone(whole)
		at := rapid.OneOf(rapid.IntRange(0, len(whole)-1), rapid.IntRange(len(whole)-3000, len(whole)-1)).Draw(rt, "at")
		changed[at] ^= 1 << rapid.IntRange(0, 7).Draw(rt, "bit")
		if err := os.WriteFile(path, changed, 0o600); err != nil {
			rt.Fatal(err)
		}
		if verify(rt, path) != nil {
			return
		}
		got := contents(changed)
		if len(got) != len(want) {
			rt.Fatalf("verified with %d files, %d were there", len(got), len(want))
		}
		for name, content := range want {
			short := strings.TrimPrefix(name, "GX-2026-0042-evidence/")
			found := false
			for other, c := range got { // the name of the outer folder is not of the bag
				found = found || strings.HasSuffix(other, "/"+short) && c == content
			}
			if !found {
				rt.Fatalf("verified though %s is not what it was", name)
			}
		}
	})
}

func FuzzVerify(f *testing.F) {
	var small bytes.Buffer
	z := zip.NewWriter(&small)
	for name, content := range map[string]string{
		"bagit.txt":              "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
		"bag-info.txt":           "Payload-Oxum: 1.1\n",
		"manifest-sha256.txt":    "\n",
		"tagmanifest-sha256.txt": strings.Repeat("0", 64) + "  bagit.txt\n",
	} {
		w, err := z.Create(name)
		if err != nil {
			f.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			f.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		f.Fatal(err)
	}
	f.Add(small.Bytes())
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, in []byte) {
		path := saved(t, in)
		_, err := bundle.Verify(t.Context(), path)
		var r *ingest.Refusal
		if !errors.As(err, &r) {
			t.Errorf("Verify() error = %v, want a refusal", err)
		}
	})
}

func TestNamesSuitEveryFileSystem(t *testing.T) {
	for in, want := range map[string]string{
		"南屯村 踏界.pos":                      "南屯村 踏界.pos",
		`C:\walks\..\a.gpx`:               `C__walks_.._a.gpx`,
		"../../etc/passwd":                "_.._etc_passwd",
		"a\nb%20?.tif":                    "a_b_20_.tif",
		"con.txt":                         "_con.txt",
		"NUL":                             "_NUL",
		"":                                "file",
		" . ":                             "file",
		"a\u202egpj.exe":                  "agpj.exe",
		"e\u0301.pos":                     "é.pos",
		"x\xff.pos":                       "x_.pos",
		strings.Repeat("测", 200):          strings.Repeat("测", 33),
		strings.Repeat("x", 200) + ".tif": strings.Repeat("x", 96) + ".tif",
	} {
		if got := bundle.SafeName(in); got != want {
			t.Errorf("safeName(%q) = %q, want %q", in, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		got := bundle.SafeName(rapid.String().Draw(t, "name"))
		if got == "" || len(got) > 110 || !utf8.ValidString(got) || !norm.NFC.IsNormalString(got) ||
			strings.ContainsAny(got, "<>:\"/\\|?*%\x00\n\r") || strings.Trim(got, " .") != got || bundle.SafeName(got) != got {
			t.Fatalf("%q is not a safe name", got)
		}
	})
}
