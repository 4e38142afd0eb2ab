package bundle_test

import (
	"archive/zip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jieshi/internal/bundle"
)

// Bags are kept for years, and formats never change: a new rule makes a new
// number. Each bag here was written by the release of Jieshi that knew no newer
// number, and must verify for ever.
func TestBagsOfOlderFormatsVerify(t *testing.T) {
	for name, want := range map[string]struct {
		formats                         []string
		items, originals, pieces, files int
		head, run                       string
	}{
		"run-1-orthophoto-1.zip": {
			formats: []string{"jieshi-run/1", "jieshi-orthophoto/1", "jieshi-walk/1"},
			items:   4, originals: 3, pieces: 3, files: 16,
			head: "743de28f187795df9b57c6c6a5ba1247ac93082eecedc0ca493fc1e2c2241d75",
			run:  "dcbbac96c14a5a3bf96072ccfc7c78431012aed47847d49b92d92f56c64d18e3",
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join("testdata", name)
			written := contents(t, path)
			for _, format := range want.formats {
				if !strings.Contains(written, `"format":"`+format+`"`) {
					t.Errorf("the bag has no document of %s", format)
				}
			}
			r, err := bundle.Verify(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			if r.Items != want.items || r.Originals != want.originals || r.Files != want.files || r.Pieces != want.pieces {
				t.Errorf("%d items, %d originals, %d files, %d pieces; want %+v", r.Items, r.Originals, r.Files, r.Pieces, want)
			}
			if r.Head.String() != want.head || r.RunSHA256.String() != want.run {
				t.Errorf("head %s, run %s; want those of the day it was written", r.Head, r.RunSHA256)
			}
			// One byte of the old run, and it is found.
			whole, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			tampered := repacked(t, whole, func(h *zip.FileHeader, content []byte) []byte {
				if strings.HasSuffix(h.Name, "run/run-3.json") {
					return []byte(strings.Replace(string(content), `"k":2`, `"k":3`, 1))
				}
				return content
			}, func(*zip.Writer) {})
			if _, err := bundle.Verify(t.Context(), tampered); err == nil {
				t.Error("a changed run of the older format is taken")
			}
		})
	}
}

// contents is the text of all JSON in a zip.
func contents(t *testing.T, path string) string {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var all strings.Builder
	for _, f := range z.File {
		if filepath.Ext(f.Name) != ".json" {
			continue
		}
		r, err := f.Open()
		if err == nil {
			_, err = io.Copy(&all, r)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}
