package main

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// What is refused leaves nothing: no row, no file, nothing in the temporary
// folder.
func TestARefusalLeavesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) { //nolint:thelper // it is the test
		number := b.openCase(t)
		write := func(name string, content []byte) string {
			path := filepath.Join(b.root, name)
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			return path
		}
		const png = "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"
		whole, err := os.ReadFile(writePicture(t, filepath.Join(b.root, "whole.tif"), 400))
		if err != nil {
			t.Fatal(err)
		}
		entity := `<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a SYSTEM "file://` + filepath.Join(b.root, "secret") + `">]><gpx version="1.1" creator="x"><name>&a;</name></gpx>`
		write("secret", []byte("not to be read"))
		vrt := `<VRTDataset rasterXSize="1" rasterYSize="1"><VRTRasterBand dataType="Byte" band="1"><SimpleSource><SourceFilename>` +
			filepath.Join(b.root, "whole.tif") + `</SourceFilename><SourceBand>1</SourceBand></SimpleSource></VRTRasterBand></VRTDataset>`
		flat := writeWalk(t, filepath.Join(b.root, "flat.pos"), [][2]float64{{0, 0}, {100, 0}}...)
		vague, err := os.ReadFile(writeWalk(t, filepath.Join(b.root, "vague.pos"), rectangle(0, 0, 2000, 2000)...))
		if err != nil {
			t.Fatal(err)
		}

		for _, tc := range []struct {
			name, kind, path string
			status           int
			code             string
		}{
			{"an empty walk", "walk", write("empty.pos", nil), exitRefused, ""},
			{"an empty picture", "ortho", write("empty.tif", nil), exitRefused, ""},
			{"a walk without fixes", "walk", write("none.pos", []byte(posHead)), exitRefused, "no_fixes"},
			{"a walk there and back", "walk", flat, exitRefused, "walk_encloses_nothing"},
			{"a walk 60 m good", "walk", write("vague.pos", []byte(strings.ReplaceAll(string(vague), "0.0100   0.0100", "60.000   60.000"))), exitRefused, "sigma_too_large"},
			{"a picture as a walk", "walk", write("walk.png", []byte(png)), exitRefused, ""},
			{"a GeoTIFF as a walk", "walk", filepath.Join(b.root, "whole.tif"), exitRefused, ""},
			{"a walk as a picture", "ortho", flat, exitRefused, "not_a_tiff"},
			{"a PNG as a picture", "ortho", filepath.Join(b.root, "walk.png"), exitRefused, "not_a_tiff"},
			{"a VRT called .tif", "ortho", write("vrt.tif", []byte(vrt)), exitRefused, "not_a_tiff"},
			{"half a TIFF", "ortho", write("half.tif", whole[:len(whole)/2]), exitRefused, ""},
			{"a TIFF without its end", "ortho", write("end.tif", whole[:len(whole)-100]), exitRefused, ""},
			{"an entity of another file", "walk", write("entity.gpx", []byte(entity)), exitRefused, ""},
			{"a folder as a walk", "walk", b.root, exitUsage, "usage"},
			{"a folder as a picture", "ortho", b.root, exitUsage, "usage"},
			{"no such walk", "walk", filepath.Join(b.root, "missing.pos"), exitUsage, "usage"},
			{"no such picture", "ortho", filepath.Join(b.root, "missing.tif"), exitUsage, "usage"},
			{"mars", "ortho", "drone/mars.tif", exitRefused, ""},
			{"a photo of a drone", "ortho", "drone/dji_h20n_rtk.jpg", exitRefused, "not_a_tiff"},
			{"an XML bomb", "walk", "hostile/xmlbomb.xml", exitRefused, ""},
			{"an XML bomb that grows by squares", "walk", "hostile/quadratic.xml", exitRefused, ""},
			{"an entity outside", "walk", "hostile/external_file.xml", exitRefused, ""},
			{"a bomb as a picture", "ortho", "hostile/xmlbomb.xml", exitRefused, "not_a_tiff"},
		} {
			t.Run(tc.name, func(t *testing.T) {
				if !filepath.IsAbs(tc.path) {
					tc.path = realData(t, tc.path)
				}
				args := []string{"ingest", tc.kind, tc.path, "--case", number}
				if tc.kind == "walk" {
					args = append(args, "--party", "甲", "--repair", "enclose")
				}
				got := b.run(t.Context(), append(args, "--json")...).want(t, tc.status).document(t)
				if code := got.text("code"); tc.code != "" && code != tc.code || code == "" {
					t.Errorf("code = %q, want %q", code, tc.code)
				}
				for _, path := range map[int][]string{
					exitUsage:   {"reason.zh", "reason.en"},
					exitRefused: {"reason.zh", "reason.en", "remedy.zh", "remedy.en"},
				}[tc.status] {
					if got.text(path) == "" {
						t.Errorf("%s is empty", path)
					}
				}
				if strings.Contains(got.text("reason.en")+got.text("reason.zh"), "not to be read") {
					t.Error("another file was read")
				}
				if left := b.onTheWay(t); len(left) > 0 {
					t.Errorf("left on the way in: %v", left)
				}
			})
		}
		if left := files(t, filepath.Join(b.data, "files")); len(left) > 0 {
			t.Errorf("files are left: %v", left)
		}
		b.query(t, func(ctx context.Context, conn *pgx.Conn) {
			want := map[string]int{}
			for _, table := range broughtIn {
				want[table] = 0
			}
			if got := rows(t, ctx, conn, broughtIn...); !maps.Equal(got, want) {
				t.Errorf("rows = %v, want none", got)
			}
		})
		if left := b.onTheWay(t); len(left) > 0 {
			t.Errorf("left when the database has ended: %v", left)
		}
	})
}

// The first ground of a case settles its CRS; ground elsewhere is refused, and
// the party that brought it has not joined.
func TestGroundOutsideTheCRSOfTheCase(t *testing.T) {
	b := newServedBench(t)
	ctx := t.Context()
	walk := writeWalk(t, filepath.Join(b.root, "walk.pos"), rectangle(0, 0, 100, 100)...)
	for _, srid := range []string{"27700", "2193", "4534"} { // Britain; New Zealand; 75° E
		number := b.openCase(t, "--srid", srid)
		got := b.run(ctx, "ingest", "walk", walk, "--case", number, "--party", "甲", "--json").want(t, exitRefused).document(t)
		if code := got.text("code"); code != "ground_outside_crs" && code != "position_outside_crs" {
			t.Errorf("EPSG:%s: code = %q, want that the ground is outside", srid, code)
		}
	}
	b.query(t, func(ctx context.Context, conn *pgx.Conn) {
		if got := rows(t, ctx, conn, "party", "walk", "claim", "asset"); got["party"]+got["walk"]+got["claim"]+got["asset"] != 0 {
			t.Errorf("rows = %v, want none", got)
		}
	})
	if left := files(t, filepath.Join(b.data, "files")); len(left) > 0 {
		t.Errorf("files are left: %v", left)
	}
}
