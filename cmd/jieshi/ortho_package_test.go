package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A real process draws the tiles of a picture and is killed in the middle, twice. The
// package is made all the same, is there once, and nothing else is left.
func TestAPackageOutlivesItsWorkers(t *testing.T) {
	b := newServedBench(t)
	number := b.openCase(t)
	ctx := t.Context()
	picture := writePicture(t, filepath.Join(b.root, "flight.tif"), 3000)
	photo := b.run(ctx, "ingest", "ortho", picture, "--case", number, "--json").want(t, exitDone).document(t).text("orthophoto")
	before := len(files(t, filepath.Join(b.data, "files")))
	s := b.serve(t, "--workers", "0")
	order, err := http.Post(s.address+"/api/v1/orthophotos/"+photo+"/packages", "application/json", strings.NewReader(`{"format":"png"}`))
	if err != nil || order.StatusCode != http.StatusAccepted {
		t.Fatalf("the order: %v, %v", order, err)
	}
	_ = order.Body.Close()
	_, id, _ := strings.Cut(order.Header.Get("Location"), "/jobs/")

	for i := range 2 {
		worker := b.startWorker(t, "tiles")
		s.until(t, id, time.Minute, "at work", func(j jobState) bool { return j.State == "running" && j.Attempts == i+1 })
		time.Sleep(200 * time.Millisecond) // of about a second
		if err := worker.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = worker.Wait() // it was killed
	}
	worker := b.startWorker(t, "tiles")
	j := s.until(t, id, time.Minute, "ready", isReady)
	if j.Attempts != 3 {
		t.Errorf("job %+v, want the third attempt to make it", j)
	}
	if err := worker.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := worker.Wait(); err != nil {
		t.Errorf("a worker that is told to stop ends with %v", err)
	}
	if left, after := b.onTheWay(t), len(files(t, filepath.Join(b.data, "files"))); len(left) > 0 || after != before+1 {
		t.Errorf("left on the way in: %v; %d files stored, want one more than %d", left, after, before)
	}
	s.stop(t)

	// Whoever orders the same at the command line gets the same file.
	out := filepath.Join(b.root, "o.mbtiles")
	got := b.run(ctx, "ortho", "package", "--case", number, "--out", out, "--format", "png", "--json").want(t, exitDone).document(t)
	file, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(file); got.text("sha256") != hex.EncodeToString(sum[:]) || got.text("status") != "packaged" || got.at("known") != true || got.number("tiles") < 100 {
		t.Errorf("%v, %d bytes", got.v, len(file))
	}
	if !bytes.Contains(file, []byte("仅供参考：没有独立检查点，不得据以量算面积。")) {
		t.Error("the file does not say what the picture is worth")
	}
	b.run(ctx, "ortho", "package", "--case", number, "--out", out).want(t, exitUsage) // never over another file
	other := filepath.Join(b.root, "p.mbtiles")
	b.run(ctx, "ortho", "package", "--case", number, "--out", other, "--format", "gif").want(t, exitUsage)
	b.run(ctx, "ortho", "package", "--case", number, "--out", other, "--max-zoom", "25").want(t, exitRefused)
	b.run(ctx, "ortho", "package", "--case", number, "--out", other, "--max-zoom", "15").want(t, exitDone)
}
