package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/airbusgeo/godal"
)

// tilesIn reads an MBTiles file by SQL, addressed as on the web.
func tilesIn(t *testing.T, path string) map[string]string {
	t.Helper()
	if err := godal.RegisterVector("SQLite"); err != nil {
		t.Fatal(err)
	}
	ds, err := godal.Open(path, godal.VectorOnly(), godal.Drivers("SQLite"))
	if err != nil {
		t.Fatal(err)
	}
	defer ds.Close()
	rows, err := ds.ExecuteSQL("SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	tiles := map[string]string{}
	for f := rows.NextFeature(); f != nil; f = rows.NextFeature() {
		fields := f.Fields()
		z := fields["zoom_level"].Int()
		unpack, err := gzip.NewReader(bytes.NewReader(fields["tile_data"].Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		tile, err := io.ReadAll(unpack)
		if err != nil {
			t.Fatal(err)
		}
		tiles[fmt.Sprintf("%d/%d/%d", z, fields["tile_column"].Int(), 1<<z-1-fields["tile_row"].Int())] = string(tile)
		f.Close()
	}
	return tiles
}

// The file has the tiles that the server answers with, to the byte, and each that
// has something on it: those round a tile of the file are on it or empty.
func TestExportedTilesAreThoseOfTheServer(t *testing.T) {
	b := newServedBench(t)
	ctx := t.Context()
	// Two overlaps 3 km apart, one of them a strip of 1 m that is 900 m long.
	file := parcelFile(t, "land", [4]float64{0, 0, 100, 100}, [4]float64{80, 0, 180, 50}, [4]float64{3000, 0, 3100, 900}, [4]float64{3099, 0, 3200, 900})
	b.run(ctx, "layer", "import", file, "--layer", "land").want(t, exitDone)
	b.run(ctx, "audit", "run", "land").want(t, exitDone)
	out := filepath.Join(b.root, "o.mbtiles")
	got := b.run(ctx, "audit", "export", "1", "--out", out, "--max-zoom", "17", "--json").want(t, exitDone).document(t)
	b.run(ctx, "audit", "export", "1", "--out", out).want(t, exitUsage) // never over another file
	b.run(ctx, "audit", "export", "1", "--out", filepath.Join(b.root, "deep.mbtiles"), "--max-zoom", "19").want(t, exitUsage)
	tiles := tilesIn(t, out)
	if len(tiles) < 30 || got.number("tiles") != float64(len(tiles)) || got.number("overlaps") != 2 {
		t.Fatalf("%d tiles in the file, said: %v", len(tiles), got.v)
	}
	s := b.serve(t, "--workers", "0")
	levels := map[int]int{}
	asked := map[string]bool{}
	for address := range tiles {
		var z, x, y int
		if _, err := fmt.Sscanf(address, "%d/%d/%d", &z, &x, &y); err != nil {
			t.Fatal(err)
		}
		levels[z]++
		for _, at := range [][2]int{{x, y}, {x - 1, y}, {x + 1, y}, {x, y - 1}, {x, y + 1}} {
			name := fmt.Sprintf("%d/%d/%d", z, at[0], at[1])
			if asked[name] || min(at[0], at[1]) < 0 || max(at[0], at[1]) >= 1<<z {
				continue
			}
			asked[name] = true
			status, body := s.get(t, "/api/v1/audits/1/tiles/"+name+".mvt")
			if written, ok := tiles[name]; body != written || ok != (status == http.StatusOK) {
				t.Errorf("tile %s: %d and %d bytes from the server, %d bytes in the file", name, status, len(body), len(written))
			}
		}
	}
	for z := range 18 {
		if levels[z] == 0 {
			t.Errorf("no tile of zoom %d", z)
		}
	}
	s.stop(t)
}
