package vector_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/airbusgeo/godal"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"

	"jieshi/ingest/vector"
)

// GDAL, and so QGIS, opens what is written, and finds the ground where it lies.
func TestGDALOpensTilesThatWereWritten(t *testing.T) {
	must(t, godal.RegisterVector("MVT"))
	must(t, godal.RegisterRaster("MBTiles"))
	at := orb.Point{109.2, 24.3}
	path := filepath.Join(t.TempDir(), "o'ne.mbtiles")
	about := vector.TileSet{
		Name: "it's 土地证", Description: "one square", Bounds: []float64{109.1, 24.2, 109.3, 24.4}, MinZoom: 0, MaxZoom: 14,
		Layers: []vector.TileSetLayer{{ID: "overlaps", Fields: map[string]string{"m2": "Number"}, MinZoom: 0, MaxZoom: 14}},
	}
	err := vector.WriteMBTiles(path, about, func(add func(z, x, y int, tile []byte) error) error {
		for zoom := maptile.Zoom(0); zoom <= 14; zoom++ {
			tile := maptile.At(at, zoom)
			f := geojson.NewFeature(orb.Bound{Min: at, Max: at}.Pad(0.002).ToPolygon())
			f.Properties["m2"] = 1500.0
			layer := mvt.NewLayer("overlaps", &geojson.FeatureCollection{Features: []*geojson.Feature{f}})
			layers := mvt.Layers{layer}
			layers.ProjectToTile(tile)
			bytes, err := mvt.Marshal(layers)
			if err != nil {
				return err
			}
			if err := add(int(tile.Z), int(tile.X), int(tile.Y), bytes); err != nil {
				return err
			}
		}
		return nil
	})
	must(t, err)
	ds, err := godal.Open(path, godal.VectorOnly(), godal.Drivers("MBTiles"))
	must(t, err)
	defer func() { must(t, ds.Close()) }()
	layers := ds.Layers()
	if len(layers) != 1 || layers[0].Name() != "overlaps" || ds.Metadata("name") != about.Name || ds.Metadata("maxzoom") != "14" {
		t.Fatalf("%d layers, name %q, maxzoom %q", len(layers), ds.Metadata("name"), ds.Metadata("maxzoom"))
	}
	f := layers[0].NextFeature()
	if f == nil {
		t.Fatal("no feature on the tiles")
	}
	defer f.Close()
	wgs, err := godal.NewSpatialRefFromEPSG(4326)
	must(t, err)
	defer wgs.Close()
	g := f.Geometry()
	must(t, g.Reproject(wgs))
	box, err := g.Bounds()
	must(t, err)
	for i, want := range []float64{at[0] - 0.002, at[1] - 0.002, at[0] + 0.002, at[1] + 0.002} {
		// GDAL leaves EPSG:4326 with latitude first, so either order of axes is looked at.
		if d, swapped := box[i]-want, box[i^1]-want; min(d*d, swapped*swapped) > 1e-10 {
			t.Errorf("bounds %v, want 0.002° round %v", box, at)
		}
	}
	if f.Fields()["m2"].Float() != 1500 {
		t.Errorf("fields %v", f.Fields())
	}
}

func TestTilesThatAreCutShortLeaveNoFile(t *testing.T) {
	broken := errors.New("broken")
	path := filepath.Join(t.TempDir(), "half.mbtiles")
	err := vector.WriteMBTiles(path, vector.TileSet{}, func(add func(z, x, y int, tile []byte) error) error {
		must(t, add(0, 0, 0, []byte("x")))
		return broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("error = %v", err)
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	there := written(t, "there.mbtiles", []byte("mine"))
	if err := vector.WriteMBTiles(there, vector.TileSet{}, nil); !errors.Is(err, os.ErrExist) {
		t.Errorf("over another file: %v", err)
	}
}
