package raster_test

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"jieshi/ingest/raster"
)

// The test binary is its own converter: what Convert starts is this program
// again, as the real one does with its hidden verb.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "convert" {
		os.Exit(raster.ConvertMain(os.Stdin, os.Stdout))
	}
	if err := raster.Start(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// converted runs the real child on a file and returns what Convert returns. It
// fails the test if anything is left in the folder of private folders.
func converted(t testing.TB, source string, change func(*raster.Job)) (raster.Result, error) {
	t.Helper()
	job := raster.Job{Source: source, OutDir: t.TempDir()}
	job.Config.WorkRoot = t.TempDir()
	job.Config.Log = slog.New(slog.NewTextHandler(testLog{t}, &slog.HandlerOptions{Level: slog.LevelDebug}))
	if change != nil {
		change(&job)
	}
	r, err := raster.Convert(t.Context(), job)
	if left, _ := os.ReadDir(job.Config.WorkRoot); len(left) > 0 {
		t.Errorf("left behind in the work folder: %v", left)
	}
	results, _ := filepath.Glob(filepath.Join(job.OutDir, "*"))
	want := map[bool]int{true: 3, false: 0}[err == nil]
	if r.Contours != nil {
		want++
	}
	if len(results) != want {
		t.Errorf("%d files in the result folder, want %d: %v", len(results), want, results)
	}
	return r, err
}

type testLog struct{ t testing.TB }

func (l testLog) Write(b []byte) (int, error) {
	l.t.Log(string(b))
	return len(b), nil
}
