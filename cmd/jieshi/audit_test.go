package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/xuri/excelize/v2"

	"jieshi/ingest/vector"
)

// parcelFile writes rectangles {west, south, east, north}, metres from (500000,
// 2600000) in EPSG:4545, as a GeoPackage whose feature ids count from 1.
func parcelFile(t *testing.T, name string, rectangles ...[4]float64) string {
	t.Helper()
	l := vector.Layer{Name: "parcels", Geometry: vector.Polygon}
	for _, r := range rectangles {
		b := orb.Bound{Min: orb.Point{500000 + r[0], 2600000 + r[1]}, Max: orb.Point{500000 + r[2], 2600000 + r[3]}}
		l.Features = append(l.Features, vector.Feature{Geometry: b.ToPolygon()})
	}
	path := filepath.Join(t.TempDir(), name+".gpkg")
	if err := vector.WriteGeoPackage(path, 4545, time.Unix(1e9, 0), []vector.Layer{l}); err != nil {
		t.Fatal(err)
	}
	return path
}

/*
100 +-------+   +-------+

	   |   1 +-|---|-+  3  |       1∩2 = 20 × 50 = 1000
	50 |     |/| 2 |/|     |       2∩3 = 30 × 50 = 1500
	 0 +-----+-+---+-+-----+
	   0    80 100 150 180 250
*/
func TestARegisterIsAudited(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		t.Helper()
		ctx := t.Context()
		file := parcelFile(t, "land", [4]float64{0, 0, 100, 100}, [4]float64{80, 0, 180, 50}, [4]float64{150, 0, 250, 100})
		got := b.run(ctx, "layer", "import", file, "--layer", "land", "--kind", "land", "--sigma", "0.1", "--json").want(t, exitDone).document(t)
		if got.number("layer.parcels") != 3 || got.number("layer.srid") != 4545 || got.number("repaired") != 0 {
			t.Errorf("import: %v", got.v)
		}
		if list := b.run(ctx, "layer", "list", "--json").want(t, exitDone).document(t).list("layers"); len(list) != 1 || list[0].text("name") != "land" {
			t.Errorf("layers: %v", list)
		}
		audit := b.run(ctx, "audit", "run", "land", "--json").want(t, exitDone).document(t)
		overlaps := audit.list("overlaps")
		if audit.number("pairs") != 2 || audit.number("sum_m2") != 2500 || audit.number("distinct_m2") != 2500 || len(overlaps) != 2 ||
			overlaps[0].text("id") != "1:2:3" || overlaps[0].number("m2") != 1500 {
			t.Errorf("audit: %v", audit.v)
		}
		finding := b.run(ctx, "audit", "case", "--overlap", "1:2:3", "--party-a", "龙塘村", "--json").want(t, exitDone).document(t)
		if finding.number("kernel_m2") != 1500 || finding.text("status") != "filed" {
			t.Errorf("case: %v", finding.v)
		}
		contested := b.run(ctx, "contest", "--case", finding.text("case"), "--json").want(t, exitDone).document(t)
		if m2 := contested.number("nominal.plane_m2"); m2 < 1499.999 || m2 > 1500.001 {
			t.Errorf("contested ground of the case: %v m²", m2)
		}

		// Parcel 1 gives its strip up: 10 m are left of it.
		moved := parcelFile(t, "moved", [4]float64{0, 0, 90, 100})
		b.run(ctx, "layer", "update", moved, "--layer", "land").want(t, exitDone)
		if show := b.run(ctx, "audit", "show", "1", "--json").want(t, exitDone).document(t); show.text("status") != "unfinished" {
			t.Errorf("after the change: %v", show.v)
		}
		b.run(ctx, "audit", "export", "1", "--out", filepath.Join(b.root, "early.gpkg")).want(t, exitRefused)
		if audit := b.run(ctx, "audit", "run", "land", "--json").want(t, exitDone).document(t); audit.number("sum_m2") != 2000 {
			t.Errorf("after the change: %v", audit.v)
		}
		b.run(ctx, "layer", "update", "--layer", "land", "--drop", "3").want(t, exitDone)
		if audit := b.run(ctx, "audit", "run", "land", "--json").want(t, exitDone).document(t); audit.number("sum_m2") != 500 || audit.number("pairs") != 1 {
			t.Errorf("after the end of parcel 3: %v", audit.v)
		}
	})
}

func TestAnAuditIsExported(t *testing.T) {
	b := newServedBench(t)
	ctx := t.Context()
	land := parcelFile(t, "land", [4]float64{0, 0, 100, 100}, [4]float64{200, 0, 300, 100})
	forest := parcelFile(t, "forest", [4]float64{60, 0, 160, 100}, [4]float64{290, 0, 400, 100})
	b.run(ctx, "layer", "import", land, "--layer", "land").want(t, exitDone)
	b.run(ctx, "layer", "import", forest, "--layer", "forest").want(t, exitDone)
	b.run(ctx, "audit", "run", "land", "--against", "forest").want(t, exitDone)
	out := func(name string) string { return filepath.Join(b.root, name) }
	for _, name := range []string{"o.gpkg", "o.geojson", "o.xlsx"} {
		if got := b.run(ctx, "audit", "export", "1", "--out", out(name), "--json").want(t, exitDone).document(t); got.number("overlaps") != 2 {
			t.Errorf("%s: %v", name, got.v)
		}
		b.run(ctx, "audit", "export", "1", "--out", out(name)).want(t, exitUsage) // never over another file
	}
	got := b.run(ctx, "overlap", "pairs", out("o.gpkg"), "--json").want(t, exitDone).document(t)
	if got.number("n") != 2 || got.number("pairs") != 0 {
		t.Errorf("the GeoPackage holds %v", got.v)
	}
	if geojson, err := os.ReadFile(out("o.geojson")); err != nil || bytes.Count(geojson, []byte(`"area_m2":4000`)) != 1 || bytes.Count(geojson, []byte(`"area_m2":1000`)) != 1 {
		t.Errorf("the GeoJSON holds %s (%v)", geojson, err)
	}
	book, err := excelize.OpenFile(out("o.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.Close() }()
	rows, err := book.GetRows("重叠 overlaps")
	if err != nil || len(rows) != 3 || rows[1][0] != "1:1:1" || rows[1][3] != "4000" || rows[2][3] != "1000" {
		t.Errorf("the table holds %v (%v)", rows, err)
	}
}

// Work ends by itself when it is told to, as an orchestrator tells it.
func TestWorkStopsOnSIGTERM(t *testing.T) {
	b := newServedBench(t)
	cmd := b.process("work", "--workers", "1")
	var stdout bytes.Buffer
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = w, &stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
	line := make([]byte, 200)
	n, _ := r.Read(line) // it says that it is ready
	if !strings.Contains(string(line[:n]), "waiting for work") {
		t.Fatalf("work said %q %s", line[:n], stdout.String())
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("work ended with %v: %s", err, stdout.String())
		}
	case <-time.After(20 * time.Second):
		_ = cmd.Process.Kill()
		t.Error("work goes on after SIGTERM")
	}
}

func TestAuditCallsThatMakeNoSenseSaySo(t *testing.T) {
	for _, args := range [][]string{
		{"layer", "import", "x.gpkg"},
		{"layer", "import", "x.gpkg", "--layer", "a", "--kind", "castle"},
		{"layer", "import", "x.gpkg", "--layer", "a", "--sigma", "-1"},
		{"layer", "update", "--layer", "a"},
		{"audit", "show", "first"},
		{"audit", "run", "a", "--workers", "-1"},
		{"audit", "case", "--overlap", "1:2"},
		{"audit", "export", "1", "--out", "x.docx"},
		{"work", "--workers", "0"},
	} {
		var stdout, stderr bytes.Buffer
		environ := []string{"JIESHI_DATA_DIR=" + t.TempDir()}
		if status := run(t.Context(), args, environ, strings.NewReader(""), &stdout, &stderr); status != exitUsage || stderr.Len() == 0 {
			t.Errorf("jieshi %q ended with %d: %s", args, status, &stderr)
		}
	}
}
