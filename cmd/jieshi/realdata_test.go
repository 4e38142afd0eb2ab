package main

import (
	"context"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Reference areas of the two loops, all fixes, plane, EPSG:32653, were computed
// with GEOS; see the README of the real files.
func TestTwoRealWalksAreContestedFiledAndVerified(t *testing.T) {
	rover, reference := realData(t, "gnss/rover_1Hz_rtk.pos"), realData(t, "gnss/reference_1Hz.pos")
	onBoth(t, func(t *testing.T, b *bench) { //nolint:thelper // it is the test
		ctx, number := t.Context(), b.openCase(t)
		var areas []float64
		for _, walk := range []struct {
			path, party string
			m2, gap     float64
		}{
			{rover, "甲方", 662_417.9, 13.00},
			{reference, "乙方", 656_827.7, 12.97},
		} {
			got := b.run(ctx, "ingest", "walk", walk.path, "--case", number, "--party", walk.party, "--repair", "enclose", "--json").want(t, exitDone).document(t)
			got.near("srid", 32653, 0)
			got.near("plane_m2", walk.m2, walk.m2/1000)
			got.near("area.m2", walk.m2, walk.m2/500) // the zone's scale is 0.9999 here
			got.near("closing_gap_m", walk.gap, 0.01)
			if len(got.list("faults")) == 0 {
				t.Errorf("%s: no faults: a repair is shown", walk.party)
			}
			areas = append(areas, got.number("plane_m2"))
		}
		run := b.run(ctx, "contest", "--case", number, "--json").want(t, exitDone).document(t)
		nominal, core, outer := run.number("nominal.plane_m2"), run.number("core.plane_m2"), run.number("outer.plane_m2")
		if !(0 < core && core < nominal && nominal < outer && nominal < min(areas[0], areas[1])) {
			t.Errorf("contested: core %v, nominal %v, outer %v of %v m²", core, nominal, outer, areas)
		}
		var sum float64
		for _, piece := range run.list("pieces") {
			sum += piece.number("nominal.plane_m2")
		}
		if math.Abs(sum-nominal) > 0.01 {
			t.Errorf("the pieces have %v m² together, the case %v", sum, nominal)
		}
		bundle := filepath.Join(b.root, "bundle.zip")
		b.run(ctx, "evidence", "export", "--case", number, "--out", bundle, "--json").want(t, exitDone)
		verified := b.run(ctx, "evidence", "verify", bundle, "--json").want(t, exitDone).document(t)
		verified.near("items", 3, 0)
		verified.near("originals", 2, 0)
		if got, want := verified.text("run_sha256"), run.text("sha256"); got != want {
			t.Errorf("the bundle shows run %s, want %s", got, want)
		}
	})
}

// The fixed fixes alone enclose less.
func TestFixedOnlyLeavesTheFloatFixesOut(t *testing.T) {
	b := newServedBench(t)
	rover, number := realData(t, "gnss/rover_1Hz_rtk.pos"), b.openCase(t)
	got := b.run(t.Context(), "ingest", "walk", rover, "--case", number, "--party", "甲方", "--repair", "enclose", "--fixed-only", "--json").document(t)
	got.near("fixes.fixed", 142, 0)
	got.near("fixes.float", 389, 0)
	got.near("fixes.used", 142, 0)
	got.near("plane_m2", 626_752.7, 626.7)
}

func TestARealOrthophotoLiesWhereItWasFlown(t *testing.T) {
	picture := realData(t, "drone/pix4d_alpha_nodata.tif")
	onBoth(t, func(t *testing.T, b *bench) { //nolint:thelper // it is the test
		number := b.openCase(t)
		got := b.run(t.Context(), "ingest", "ortho", picture, "--case", number, "--captured-from", "2024-05-01T02:00:00Z", "--json").want(t, exitDone).document(t)
		got.near("srid", 32750, 0)
		got.near("gsd_m", 0.35272, 0.0001)
		got.near("valid_fraction", 0.87565, 0.00005)
		got.near("valid_area_m2", 56_647.6, 56_647.6*0.005)
		b.query(t, func(ctx context.Context, conn *pgx.Conn) {
			var box [4]float64
			var m2 float64
			var captured string
			err := conn.QueryRow(ctx, `
				SELECT ST_XMin(footprint), ST_YMin(footprint), ST_XMax(footprint), ST_YMax(footprint),
					ST_Area(footprint::geography), to_char(captured_from AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') FROM orthophoto`,
			).Scan(&box[0], &box[1], &box[2], &box[3], &m2, &captured)
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range []float64{115.1597, -8.5862, 115.1619, -8.5838} {
				if math.Abs(box[i]-want) > 0.0001 { // 11 m: the corners of the picture are not valid
					t.Errorf("footprint = %v, want 115.1597 to 115.1619 E, 8.5862 to 8.5838 S", box)
					break
				}
			}
			if math.Abs(m2-56_647.6) > 0.01*56_647.6 {
				t.Errorf("the footprint has %v m², want 56,647.6 within 1 %%", m2)
			}
			if captured != "2024-05-01 02:00" {
				t.Errorf("captured at %s", captured)
			}
		})
	})
}

func TestARealTrackIsQuestionedNotRepaired(t *testing.T) {
	b := newServedBench(t)
	track, number := realData(t, "gnss/korita-zbevnica.gpx"), b.openCase(t)
	args := []string{"ingest", "walk", track, "--case", number, "--party", "甲方", "--json"}
	several := b.run(t.Context(), args...).want(t, exitRefused).document(t)
	if code := several.text("code"); code != "several_tracks" || !strings.Contains(several.text("remedy.en"), "--track") {
		t.Errorf("refused with %q and %q, want several_tracks and how to choose one", code, several.text("remedy.en"))
	}
	got := b.run(t.Context(), append(args, "--track", "2")...).want(t, exitQuestioned).document(t)
	if got.at("claim") != nil {
		t.Error("a questioned walk claims ground")
	}
	got.near("closing_gap_m", 9.16, 0.01)
	got.near("plane_m2", 1_382_001, 1382)
	got.near("fixes.total", 358, 0)
}
