package raster

import (
	"log/slog"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"jieshi/ingest/hostiletest"
)

// A child that was taken over by a picture may leave anything in its folder in
// place of its results. Nothing of it is moved out, and nothing that it points to.
func TestResultsOfAChildThatWasTakenOverAreNotBelieved(t *testing.T) {
	b := hostiletest.Lay(t)
	vrt := `<VRTDataset><VRTRasterBand><SourceFilename>` + b.File + `</SourceFilename></VRTRasterBand></VRTDataset>`
	for name, leave := range map[string]func(path string) error{
		"a link to another file":      func(path string) error { return os.Symlink(b.File, path) },
		"a second name of it":         func(path string) error { return os.Link(b.File, path) },
		"a pipe that nobody writes":   func(path string) error { return unix.Mkfifo(path, 0o600) },
		"a folder":                    func(path string) error { return os.Mkdir(path, 0o700) },
		"a VRT":                       func(path string) error { return os.WriteFile(path, []byte(vrt), 0o600) },
		"a TIFF of nothing":           func(path string) error { return os.WriteFile(path, []byte("II*\x00\x08\x00\x00\x00\x00\x00"), 0o600) },
		"nothing":                     func(string) error { return nil },
		"a VRT with the mark of TIFF": func(path string) error { return os.WriteFile(path, []byte("MM\x00*"+vrt), 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			dir, err := newWorkDir(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = dir.remove() }()
			if err := leave(dir.file(displayName)); err != nil {
				t.Fatal(err)
			}
			out := t.TempDir()
			c := conversion{Job: Job{OutDir: out, Config: Config{Log: slog.Default()}, OnStage: func(Progress) {}}, dir: dir}
			err = c.collect()
			if err == nil || !strings.Contains(err.Error(), displayName) {
				t.Errorf("got %v, want a fault that names the result", err)
			}
			if left, _ := os.ReadDir(out); len(left) > 0 {
				t.Errorf("moved out: %v", left)
			}
			if !strings.Contains(name, "second name") { // its links were counted: the file itself was opened, and not read
				b.Untouched(t, err, hostiletest.Folder(out))
			}
		})
	}
}
