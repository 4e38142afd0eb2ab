package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"jieshi/geo/crs"
	"jieshi/ingest/vector"
)

// cassSquare is what a survey office sends: the corners of 100 m by 100 m near
// Liujiang as CASS writes them (name, code, east with zone number, north, height).
func cassSquare(t *testing.T) string {
	t.Helper()
	grid, err := crs.ProjectionOf(4524)
	if err != nil {
		t.Fatal(err)
	}
	x, y := grid.Forward(109.33, 24.25)
	var out strings.Builder
	for i, corner := range [][2]float64{{0, 0}, {100, 0}, {100, 100}, {0, 100}} {
		fmt.Fprintf(&out, "J%d,JZD,%.3f,%.3f,123.4\r\n", i+1, x+corner[0], y+corner[1])
	}
	path := filepath.Join(t.TempDir(), "points.dat")
	if err := os.WriteFile(path, []byte(out.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// The way of a point list: looked at, asked about, confirmed, a claim.
func TestAPointListIsPreviewedConfirmedAndClaimed(t *testing.T) {
	b := newServedBench(t)
	file, number := cassSquare(t), b.openCase(t)
	shown := b.run(t.Context(), "ingest", "walk", file, "--preview", "--json").want(t, exitQuestioned).document(t)
	mapping := shown.text("table.mapping")
	if mapping != "name,code,east,north,height" || len(shown.list("table.questions")) != 1 {
		t.Fatalf("proposed %q with %d questions", mapping, len(shown.list("table.questions")))
	}
	shown.near("table.crs.srid", 4524, 0)

	args := []string{"ingest", "walk", file, "--case", number, "--party", "甲方", "--json"}
	refused := b.run(t.Context(), args...).want(t, exitRefused).document(t)
	if code := refused.text("code"); code != "mapping_unconfirmed" || refused.text("facts.preview.mapping") != mapping {
		t.Errorf("refused with %q and the mapping %q", code, refused.text("facts.preview.mapping"))
	}
	args = append(args, "--mapping", mapping)
	claimed := b.run(t.Context(), append(args, "--sigma", "0.05")...).want(t, exitDone).document(t)
	claimed.near("plane_m2", 10_000, 0.5)
	claimed.near("fixes.total", 4, 0)
	b.query(t, func(ctx context.Context, conn *pgx.Conn) {
		var names, codes, mapping string
		err := conn.QueryRow(ctx, `
			SELECT string_agg(name, ' ' ORDER BY n), string_agg(DISTINCT description, ' '), min(options->'mapping'->>2)
			FROM walk_fix JOIN walk ON walk.id = walk_id`).Scan(&names, &codes, &mapping)
		if err != nil || names != "J1 J2 J3 J4" || codes != "JZD" || mapping != "east" {
			t.Errorf("stored: points %q, codes %q, third column %q, %v", names, codes, mapping, err)
		}
	})

	confirmed := b.run(t.Context(), "ingest", "walk", file, "--preview", "--mapping", mapping).want(t, exitDone).stdout
	if !strings.Contains(confirmed, "points") || !strings.Contains(confirmed, "EPSG:4524") {
		t.Errorf("the preview says\n%s", confirmed)
	}
	b.run(t.Context(), "ingest", "walk", file, "--preview", "--mapping", "east,east").want(t, exitUsage)
}

// The way of a GeoPackage with two plots: looked at, asked which, a claim that is a drawing.
func TestAPlotOfAGeoPackageIsChosenAndClaimed(t *testing.T) {
	b := newServedBench(t)
	square := func(east float64) orb.Polygon {
		return orb.Polygon{{{east, 2_600_000}, {east + 100, 2_600_000}, {east + 100, 2_600_100}, {east, 2_600_100}, {east, 2_600_000}}}
	}
	path := filepath.Join(t.TempDir(), "plots.gpkg")
	must(t, vector.WriteGeoPackage(path, 4545, time.Unix(1e9, 0), []vector.Layer{{
		Name: "plots", Geometry: vector.Polygon, Fields: []vector.Field{{Name: "name", Type: vector.Text}},
		Features: []vector.Feature{{Geometry: square(500_000), Values: []any{"北山"}}, {Geometry: square(500_300), Values: []any{"南山"}}},
	}}))
	shown := b.run(t.Context(), "ingest", "walk", path, "--preview").want(t, exitDone).stdout
	if !strings.Contains(shown, "geopackage") || !strings.Contains(shown, "南山") {
		t.Errorf("the preview says\n%s", shown)
	}
	args := []string{"ingest", "walk", path, "--case", b.openCase(t), "--party", "甲方", "--json"}
	refused := b.run(t.Context(), args...).want(t, exitRefused).document(t)
	if code := refused.text("code"); code != "several_tracks" || len(refused.list("facts.tracks")) != 2 {
		t.Errorf("refused with %q and %d tracks", code, len(refused.list("facts.tracks")))
	}
	claimed := b.run(t.Context(), append(args, "--track", "2")...).want(t, exitDone).document(t)
	claimed.near("plane_m2", 10_000, 0.5)
	b.query(t, func(ctx context.Context, conn *pgx.Conn) {
		var source string
		if err := conn.QueryRow(ctx, `SELECT source FROM claim`).Scan(&source); err != nil || source != "drawing" {
			t.Errorf("stored as %q, %v", source, err)
		}
	})
}
