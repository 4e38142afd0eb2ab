package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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

/*
A phone writes GCJ-02 and calls it WGS 84. Two known places tell, the walk is no claim,
and what is printed for signatures says so, too:

	true .----.                the walk lies some 550 m south-east,
	     |    |   known places  as far as the local displacement
	     .----.  ........> .----.
*/
func TestADisplacedWalkIsToldFromFileToRecord(t *testing.T) {
	b := newServedBench(t)
	grid, err := crs.ProjectionOf(4524)
	must(t, err)
	x, y := grid.Forward(109.33, 24.25)
	var gpx strings.Builder
	gpx.WriteString(`<gpx version="1.1" creator="phone" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>`)
	var known []string
	for i, corner := range [][2]float64{{0, 0}, {100, 0}, {100, 100}, {0, 100}, {0, 1}} {
		lon, lat := grid.Inverse(x+corner[0], y+corner[1])
		offLon, offLat := crs.ToGCJ02(lon, lat)
		fmt.Fprintf(&gpx, `<trkpt lat="%.9f" lon="%.9f"/>`, offLat, offLon)
		if i == 0 || i == 2 {
			known = append(known, "--landmark", fmt.Sprintf("%.9f,%.9f=%.9f,%.9f", offLon, offLat, lon, lat))
		}
	}
	gpx.WriteString(`</trkseg></trk></gpx>`)
	path, pdf := filepath.Join(t.TempDir(), "phone.gpx"), filepath.Join(t.TempDir(), "record.pdf")
	must(t, os.WriteFile(path, []byte(gpx.String()), 0o600))

	args := append([]string{"ingest", "walk", path, "--case", b.openCase(t), "--party", "甲方", "--datum", "wgs84", "--convert", "gcj02", "--record", pdf, "--json"}, known...)
	told := b.run(t.Context(), args...).want(t, exitQuestioned).document(t)
	if told.text("datum.declared") != "wgs84" || told.text("datum.detected") != "gcj02" || told.text("datum.confidence") != "sure" || told.text("class") != "reference" {
		t.Errorf("declared %q, detected %q (%s), class %q", told.text("datum.declared"), told.text("datum.detected"), told.text("datum.confidence"), told.text("class"))
	}
	if advice := told.text("advice.en"); !strings.HasPrefix(advice, "No claim line: the coordinates are GCJ-02") {
		t.Errorf("advice %q", advice)
	}
	if n := len(told.list("datum.converted.lonlat")); n != 5 {
		t.Errorf("%d restored places, want 5", n)
	}
	record, err := os.ReadFile(pdf)
	if err != nil || !strings.HasPrefix(string(record), "%PDF-") {
		t.Errorf("the record: %d bytes, %v", len(record), err)
	}
	b.query(t, func(ctx context.Context, conn *pgx.Conn) {
		var claims, walks int
		if err := conn.QueryRow(ctx, `SELECT (SELECT count(*) FROM claim), (SELECT count(*) FROM walk WHERE status = 'questioned')`).Scan(&claims, &walks); err != nil || claims != 0 || walks != 1 {
			t.Errorf("%d claims, %d questioned walks, %v; want 0 and 1", claims, walks, err)
		}
	})
	b.run(t.Context(), args...).want(t, exitUsage) // a record is never written over another

	// Brought before anybody knew, it is a claim; what tells better puts it in doubt,
	// and it stands until somebody withdraws it.
	number := b.openCase(t)
	brought := []string{"ingest", "walk", path, "--case", number, "--party", "甲方"}
	claim := b.run(t.Context(), append(brought, "--json")...).want(t, exitDone).document(t).text("claim")
	told = b.run(t.Context(), slices.Concat(brought, known, []string{"--json"})...).want(t, exitQuestioned).document(t)
	if told.text("claim_in_doubt.claim") != claim || told.text("claim_in_doubt.datum") != "gcj02" {
		t.Errorf("read as displaced, it puts in doubt %v, want claim %s", told.at("claim_in_doubt"), claim)
	}
	listed := b.run(t.Context(), "claim", "list", "--case", number, "--json").want(t, exitDone).document(t).list("claims")
	if len(listed) != 1 || listed[0].text("class") != "reference" || listed[0].text("doubt.walk") != told.text("walk") {
		t.Errorf("claims: %v", listed)
	}
	withdraw := []string{"claim", "withdraw", claim, "--reason", "坐标为 GCJ-02", "--walk", told.text("walk")}
	b.run(t.Context(), withdraw...).want(t, exitUsage)
	b.run(t.Context(), append(withdraw, "--kind", "error")...).want(t, exitDone)
	b.run(t.Context(), append(withdraw, "--kind", "error")...).want(t, exitRefused)
	left := b.run(t.Context(), "claim", "list", "--case", number, "--json").want(t, exitDone).document(t)
	if gone := left.list("withdrawn"); len(left.list("claims")) != 0 || len(gone) != 1 || gone[0].text("claim") != claim || gone[0].text("kind") != "error" || gone[0].text("withdrawn_by") == "" {
		t.Errorf("after the withdrawal: %v", left.v)
	}
	b.run(t.Context(), "ingest", "walk", path, "--case", "x", "--party", "y", "--consent", "韦某某").want(t, exitUsage)
}
