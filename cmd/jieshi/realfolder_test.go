package main

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"jieshi/ingest/flight"
)

// Every file of the folder of real data ends as its README says, through the
// program itself: accepted with the README's figures, questioned, or refused with
// a reason. A file that is not in this table, or a row without its file, fails.
// Overlaps of whole layers have tests of their own (overlap_real_test.go).
func TestEveryRealFileEndsAsItsREADMESays(t *testing.T) {
	root := filepath.Dir(realData(t, "README.md"))
	b := newServedBench(t)
	number := b.openCase(t)
	run := func(t *testing.T, status int, args ...string) document {
		t.Helper()
		return b.run(t.Context(), append(args, "--json")...).want(t, status).document(t)
	}
	picture := func(srid, valid float64) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			t.Helper()
			got := run(t, exitDone, "ingest", "ortho", path, "--case", number)
			got.near("srid", srid, 0)
			got.near("valid_fraction", valid, 0.000005)
			if !strings.HasPrefix(got.text("status"), "ready") && got.text("status") != "accepted" {
				t.Errorf("status %q", got.text("status"))
			}
		}
	}
	refused := func(kind string, codes ...string) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			t.Helper()
			args := []string{"ingest", kind, path, "--case", number}
			if kind == "walk" {
				args = append(args, "--party", "甲方")
			}
			before := time.Now()
			got := run(t, exitRefused, args...)
			if !slices.Contains(codes, got.text("code")) || got.text("reason.zh") == "" || got.text("remedy.en") == "" {
				t.Errorf("refused with %q and %q, want one of %v with its reason and remedy", got.text("code"), got.text("reason.zh"), codes)
			}
			if took := time.Since(before); took > 10*time.Second { // on a busy machine, with the database
				t.Errorf("refused after %v", took)
			}
		}
	}
	walk := func(fixes float64, qualities map[string]float64, more ...string) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			t.Helper()
			own := b.openCase(t) // another part of the world: another working CRS
			got := b.run(t.Context(), append([]string{"ingest", "walk", path, "--case", own, "--party", "甲方", "--json"}, more...)...).document(t)
			if s := got.text("status"); s != "questioned" && s != "adopted" {
				t.Fatalf("it ends %q: %v", s, got.v)
			}
			got.near("fixes.total", fixes, 0)
			for quality, n := range qualities {
				got.near("fixes."+quality, n, 0)
			}
		}
	}
	// What is no loop encloses nothing: it is read in full, and refused as a claim.
	looked := func(points float64) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			t.Helper()
			seen := run(t, exitDone, "ingest", "walk", path, "--preview").list("tracks")
			if len(seen) != 1 {
				t.Fatalf("it holds %v", seen)
			}
			seen[0].near("points", points, 0)
			refused("walk", "walk_encloses_nothing")(t, path)
		}
	}
	layer := func(status int, n, invalid int) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			t.Helper()
			got, r := overlapped(t, "overlap", "validate", path)
			if got != status || r.N != n || r.Invalid != invalid {
				t.Errorf("status %d, %d features, %d invalid; want %d, %d, %d", got, r.N, r.Invalid, status, n, invalid)
			}
		}
	}
	trap := func(t *testing.T, path string) { // TestOverlapOfTheTrapsFinishes has their area
		t.Helper()
		if text, err := os.ReadFile(path); err != nil || len(text) < 600 {
			t.Errorf("%d bytes, %v", len(text), err)
		}
	}
	endings := map[string]func(t *testing.T, path string){
		"README.md":                                 func(*testing.T, string) {},
		"drone/pix4d_alpha_nodata.tif":              picture(32750, 0.875650),
		"drone/aerial_015m_mask.tif":                picture(26913, 0.96917),
		"drone/aerial_015m_nodata.tif":              picture(26913, 0.97340),
		"drone/south_up.tif":                        nil, // below: handled, or refused with the reason
		"drone/mars.tif":                            refused("ortho", "crs_not_earth"),
		"drone/dji_h20n_rtk.jpg":                    photograph,
		"gnss/rover_1Hz_rtk.pos":                    walk(531, map[string]float64{"fixed": 142, "float": 389}),
		"gnss/reference_1Hz.pos":                    walk(1231, nil),
		"gnss/nmea-rtk.log":                         looked(122), // a receiver that drives along a road
		"gnss/korita-zbevnica.gpx":                  walk(358, nil, "--track", "2"),
		"gnss/gxtrack.kml":                          looked(7),
		"claims/albuquerque.geojson":                layer(exitQuestioned, 231, 1),
		"claims/zurich.geojson":                     layer(exitDone, 171, 0),
		"claims/guangxi_liuzhou_counties.geojson":   layer(exitQuestioned, 10, 9),
		"claims/municipalities_2010.zip":            layer(exitDone, 2600, 0),
		"claims/municipalities_2026.zip":            layer(exitDone, 2113, 0),
		"overlay-traps/pair1_a_2010_fid748.wkb.hex": trap,
		"overlay-traps/pair1_b_2018_fid676.wkb.hex": trap,
		"overlay-traps/pair2_a_2010_fid748.wkb.hex": trap,
		"overlay-traps/pair2_b_2022_fid659.wkb.hex": trap,
		"hostile/xmlbomb.xml":                       refused("walk", "xml_doctype"),
		"hostile/quadratic.xml":                     refused("walk", "xml_doctype"),
		"hostile/external_file.xml":                 refused("walk", "xml_doctype"),
	}
	endings["drone/south_up.tif"] = func(t *testing.T, path string) {
		t.Helper()
		got := b.run(t.Context(), "ingest", "ortho", path, "--case", number, "--json").document(t)
		t.Logf("south up ends %q %q", got.text("status"), got.text("code"))
		if got.text("status") == "refused" && (got.text("reason.zh") == "" || got.text("remedy.zh") == "") {
			t.Error("it is refused without a reason")
		}
	}
	var found []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			name, _ := filepath.Rel(root, path)
			found = append(found, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	if want := slices.Sorted(maps.Keys(endings)); !slices.Equal(found, want) {
		t.Errorf("the folder has %v, the table %v", found, want)
	}
	for _, name := range found {
		if end := endings[name]; end != nil {
			t.Run(name, func(t *testing.T) { end(t, filepath.Join(root, name)) })
		}
	}
}

// photograph is what the README says of the photo of a drone.
func photograph(t *testing.T, path string) {
	t.Helper()
	f, err := os.Open(path)
	must(t, err)
	defer f.Close()
	p, err := flight.ReadPhoto(filepath.Base(path), f)
	must(t, err)
	if p.Lat != 22.596196357 || p.Lon != 114.007268015 {
		t.Errorf("taken at %v, %v", p.Lat, p.Lon)
	}
}
