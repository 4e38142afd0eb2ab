package vector

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/airbusgeo/godal"
)

// registerSQLite makes GDAL know SQLite, see registerGeoPackage.
var registerSQLite = sync.OnceValue(func() error { return godal.RegisterVector("SQLite") })

// A TileSet says what a file of tiles holds.
type TileSet struct {
	Name, Description string
	Attribution       string    // empty: none
	Format            string    // of pictures: "png", "jpg" or "webp"; empty: these are vector tiles
	Bounds            []float64 // west, south, east, north, degrees; nil: nothing on the tiles
	MinZoom, MaxZoom  int
	Layers            []TileSetLayer // of vector tiles
	More              [][2]string    // further rows of the metadata, name and value
}

// A TileSetLayer is a layer of the tiles, as TileJSON 3.0 tells of it.
type TileSetLayer struct {
	ID      string            `json:"id"`
	Fields  map[string]string `json:"fields"`
	MinZoom int               `json:"minzoom"`
	MaxZoom int               `json:"maxzoom"`
}

// WriteMBTiles writes tiles to a new MBTiles 1.3 file at path. tiles calls add with
// each of them, once, addressed as on the web (y from the north). Vector tiles come
// uncompressed and are compressed by gzip, as the specification asks; pictures are
// written as they are. The same tiles in the same order give the
// same bytes with the same version of SQLite. Memory does not grow with the tiles. A
// file that is already there is an error, and an error leaves no file.
func WriteMBTiles(path string, about TileSet, tiles func(add func(z, x, y int, tile []byte) error) error) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("vector: %s: %w", path, os.ErrExist)
	}
	if err := registerSQLite(); err != nil {
		return fmt.Errorf("vector: GDAL was built without SQLite: %w", err)
	}
	if err := writeTiles(path, about, tiles); err != nil {
		if gone := os.Remove(path); !errors.Is(gone, os.ErrNotExist) {
			err = errors.Join(err, gone)
		}
		return fmt.Errorf("vector: tiles to %s: %w", path, err)
	}
	return nil
}

// mbtilesSchema is that of the specification; the number is "MPBX", by which
// programs know the file.
var mbtilesSchema = []string{
	"PRAGMA application_id = 1297105496",
	"CREATE TABLE metadata (name text, value text)",
	"CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob)",
}

func writeTiles(path string, about TileSet, tiles func(add func(z, x, y int, tile []byte) error) error) (err error) {
	ds, err := godal.CreateVector("SQLite", path, godal.CreationOption("METADATA=NO"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ds.Close()) }()
	execute := func(sql string) error {
		rows, err := ds.ExecuteSQL(sql)
		if err != nil {
			return err
		}
		return rows.Close()
	}
	for _, sql := range mbtilesSchema {
		if err := execute(sql); err != nil {
			return err
		}
	}
	if err := ds.StartTransaction(); err != nil {
		return err
	}
	metadata, err := about.metadata()
	if err != nil {
		return err
	}
	for _, m := range metadata {
		if err := execute(fmt.Sprintf("INSERT INTO metadata VALUES (%s, %s)", sqlText(m[0]), sqlText(m[1]))); err != nil {
			return err
		}
	}
	pack := about.packer()
	err = tiles(func(z, x, y int, tile []byte) error {
		packed, err := pack(tile)
		if err != nil {
			return err
		}
		// Rows count from the south.
		return execute(fmt.Sprintf("INSERT INTO tiles VALUES (%d, %d, %d, x'%x')", z, x, 1<<z-1-y, packed))
	})
	if err != nil {
		return err
	}
	if err := execute("CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row)"); err != nil {
		return err
	}
	return ds.CommitTransaction()
}

// packer returns what makes a tile what the file holds. Its answer is good until it
// is called again.
func (about *TileSet) packer() func(tile []byte) ([]byte, error) {
	if about.Format != "" {
		return func(tile []byte) ([]byte, error) { return tile, nil }
	}
	var packed bytes.Buffer
	pack := gzip.NewWriter(&packed)
	return func(tile []byte) ([]byte, error) {
		packed.Reset()
		pack.Reset(&packed)
		if _, err := pack.Write(tile); err != nil {
			return nil, err
		}
		err := pack.Close() // writes the rest
		return packed.Bytes(), err
	}
}

func (about *TileSet) metadata() ([][2]string, error) {
	format := about.Format
	if format == "" {
		format = "pbf"
	}
	rows := [][2]string{
		{"name", about.Name},
		{"format", format},
		{"type", "overlay"},
		{"version", "1"},
		{"description", about.Description},
		{"minzoom", fmt.Sprint(about.MinZoom)},
		{"maxzoom", fmt.Sprint(about.MaxZoom)},
	}
	if about.Format == "" {
		layers, err := json.Marshal(map[string]any{"vector_layers": about.Layers})
		if err != nil {
			return nil, err
		}
		rows = append(rows, [2]string{"json", string(layers)})
	}
	if about.Attribution != "" {
		rows = append(rows, [2]string{"attribution", about.Attribution})
	}
	rows = append(rows, about.More...)
	if b := about.Bounds; len(b) == 4 {
		rows = append(rows, [2]string{"bounds", fmt.Sprintf("%.6f,%.6f,%.6f,%.6f", b[0], b[1], b[2], b[3])},
			[2]string{"center", fmt.Sprintf("%.6f,%.6f,%d", (b[0]+b[2])/2, (b[1]+b[3])/2, about.MinZoom)})
	}
	return rows, nil
}

func sqlText(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
