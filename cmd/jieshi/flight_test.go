package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jieshi/ingest/flight/flighttest"
	"jieshi/internal/nodeodm/nodeodmtest"
)

// writeFlight writes the photos of two strips into a folder, as a drone's card has them.
func writeFlight(t *testing.T, dir string) string {
	t.Helper()
	names, files := flighttest.Mission{
		Lon: 109.3, Lat: 24.25, Above: 100, Focal35: 24, Strips: 2, PerStrip: 6, Along: 20, Over: 40, Begin: time.Date(2026, 10, 15, 4, 0, 0, 0, time.UTC),
	}.Files()
	media := filepath.Join(dir, "DCIM", "100MEDIA")
	if err := os.MkdirAll(media, 0o755); err != nil {
		t.Fatal(err)
	}
	for i, name := range names {
		if err := os.WriteFile(filepath.Join(media, name), files[i], 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestAFolderOfPhotosBecomesAFlightAndAnOrthophoto(t *testing.T) {
	b := newServedBench(t)
	number := b.openCase(t)
	folder := writeFlight(t, filepath.Join(b.root, "龙塘航飞"))

	d := b.run(t.Context(), "ingest", "flight", folder, "--case", number, "--json").want(t, exitDone).document(t)
	if d.number("photos") != 12 || d.number("placed") != 12 || d.number("rtk_share") != 1 || d.number("strips") != 2 || d.number("forward_overlap.median") < 0.8 {
		t.Errorf("%v", d.v)
	}
	again := b.run(t.Context(), "ingest", "flight", folder, "--case", number, "--json").want(t, exitDone).document(t)
	if again.text("flight") != d.text("flight") || !value[bool](again, "known") {
		t.Errorf("the same folder again: %v", again.v)
	}
	told := b.run(t.Context(), "ingest", "flight", folder, "--case", number, "--above-ground", "80", "--json=false").want(t, exitDone)
	for _, want := range []string{"12 张照片", "固定 fixed 12", "航高 height    80 m", "forward overlap"} {
		if !strings.Contains(told.stdout, want) {
			t.Errorf("it does not say %q:\n%s", want, told.stdout)
		}
	}

	b.run(t.Context(), "ingest", "flight", folder, "--case", number, "--ortho", "--json").want(t, exitUsage)
	picture, err := os.ReadFile(writePicture(t, filepath.Join(b.root, "made.tif"), 300))
	if err != nil {
		t.Fatal(err)
	}
	engine := (&nodeodmtest.Server{Orthophoto: picture, Token: "secret", Steps: 1, KeepRemoved: true, CutDownload: func(n int) bool { return n == 1 }}).Start(t)
	b.environ = append(b.environ, "JIESHI_NODEODM_URL="+engine.URL, "JIESHI_NODEODM_TOKEN=secret")
	both := b.run(t.Context(), "ingest", "flight", folder, "--case", number, "--ortho", "--json").want(t, exitDone).document(t)
	if both.text("flight.flight") != d.text("flight") || both.number("orthophoto.width") != 300 {
		t.Errorf("%v", both.v)
	}
	if sent := engine.Images(); len(sent) != 12 || len(sent["00001-DJI_0001.JPG"]) == 0 {
		t.Errorf("the engine got %d photos", len(sent))
	}
	if options, _ := engine.Options(); !strings.Contains(options, `"orthophoto-resolution"`) {
		t.Errorf("options %s", options)
	}
}

func TestAFlightThatIsNoneIsRefused(t *testing.T) {
	b := newServedBench(t)
	number := b.openCase(t)
	empty := filepath.Join(b.root, "empty")
	if err := os.MkdirAll(empty, 0o755); err != nil {
		t.Fatal(err)
	}
	if code := b.run(t.Context(), "ingest", "flight", empty, "--case", number, "--json").want(t, exitRefused).document(t).text("code"); code != "no_photos" {
		t.Errorf("an empty folder is refused as %s", code)
	}
	text := filepath.Join(b.root, "text.zip")
	if err := os.WriteFile(text, []byte("not a zip"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code := b.run(t.Context(), "ingest", "flight", text, "--case", number, "--json").want(t, exitRefused).document(t).text("code"); code != "truncated" {
		t.Errorf("a text is refused as %s", code)
	}
	b.run(t.Context(), "ingest", "flight", filepath.Join(b.root, "nowhere"), "--case", number).want(t, exitUsage)
	b.run(t.Context(), "ingest", "flight", empty, "--case", number, "--above-ground", "0").want(t, exitUsage)
}

// What the engine says when it fails reaches the person, and the next try begins anew.
func TestAnEngineThatFailsSaysWhy(t *testing.T) {
	b := newServedBench(t)
	number := b.openCase(t)
	folder := writeFlight(t, filepath.Join(b.root, "flight"))
	picture, err := os.ReadFile(writePicture(t, filepath.Join(b.root, "made.tif"), 300))
	if err != nil {
		t.Fatal(err)
	}
	engine := (&nodeodmtest.Server{Orthophoto: picture, FailTask: func(n int) bool { return n == 1 }}).Start(t)
	b.environ = append(b.environ, "JIESHI_NODEODM_URL="+engine.URL)
	args := []string{"ingest", "flight", folder, "--case", number, "--ortho", "--json"}
	refused := b.run(t.Context(), args...).want(t, exitRefused).document(t)
	if refused.text("code") != "mosaic_failed" || !strings.Contains(refused.text("where"), "Not enough overlap") {
		t.Errorf("%v", refused.v)
	}
	b.run(t.Context(), args...).want(t, exitDone)
	if engine.Calls("init") != 2 {
		t.Errorf("%d tasks begun, want two", engine.Calls("init"))
	}
}
