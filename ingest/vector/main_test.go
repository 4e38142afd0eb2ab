package vector_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/airbusgeo/godal"
	"github.com/paulmach/orb"

	"jieshi/ingest"
	"jieshi/ingest/vector"
)

// The test binary is its own reader: what ReadPolygons starts is this program
// again, as the real one does with its hidden verb.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "read-vector" {
		os.Exit(vector.ReadMain(os.Stdin, os.Stdout))
	}
	// Fixtures are written with GDAL in this process.
	if err := godal.RegisterVector(godal.Shapefile, godal.GeoPackage, godal.GeoJSON, "FlatGeobuf"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

type testLog struct{ t testing.TB }

func (l testLog) Write(b []byte) (int, error) {
	l.t.Log(string(b))
	return len(b), nil
}

// read runs the real child. It fails the test if anything is left in the folder
// of private folders.
func read(t testing.TB, path string, o vector.ReadOptions) (*vector.Reading, []vector.Ground, error) {
	t.Helper()
	return readFor(t.Context(), t, path, o)
}

func readFor(ctx context.Context, t testing.TB, path string, o vector.ReadOptions) (*vector.Reading, []vector.Ground, error) {
	t.Helper()
	o.WorkRoot = t.TempDir()
	o.Log = slog.New(slog.NewTextHandler(testLog{t}, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var grounds []vector.Ground
	r, err := vector.ReadPolygons(ctx, path, o, func(_ *vector.PolygonLayer, g vector.Ground) error {
		grounds = append(grounds, g)
		return nil
	})
	if left, _ := os.ReadDir(o.WorkRoot); len(left) > 0 {
		t.Errorf("left behind in the work folder: %v", left)
	}
	return r, grounds, err
}

// mustRead fails the test if the file is not taken.
func mustRead(t testing.TB, path string, o vector.ReadOptions) (*vector.Reading, []vector.Ground) {
	t.Helper()
	r, grounds, err := read(t, path, o)
	if err != nil {
		t.Fatal(err)
	}
	return r, grounds
}

// refusedAs fails the test unless err is the refusal of that code, in both
// languages, that names the place.
func refusedAs(t testing.TB, err error, code, where string) {
	t.Helper()
	var refusal *ingest.Refusal
	if !errors.As(err, &refusal) {
		t.Fatalf("error = %v, want the refusal %s", err, code)
	}
	if refusal.Code != code {
		t.Errorf("refused as %v, want %s", err, code)
	}
	if refusal.Reason.ZH == "" || refusal.Reason.EN == "" || refusal.Remedy.ZH == "" || refusal.Remedy.EN == "" {
		t.Errorf("refusal %s leaves something unsaid: %+v", code, refusal)
	}
	if !strings.Contains(refusal.Where, where) {
		t.Errorf("refusal %s is about %q, want %q in it", code, refusal.Where, where)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func written(t testing.TB, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	must(t, os.WriteFile(path, content, 0o600))
	return path
}

// table is a layer to be written by GDAL.
type table struct {
	name     string
	geometry godal.GeometryType
	shapes   []string // WKT; empty for a feature without geometry
	ids      []int64  // nil leaves them to GDAL
	column   string   // name of a text attribute; empty for "owner"
}

// ogrFile writes tables with GDAL, in EPSG:srid, or without CRS if that is 0.
func ogrFile(t testing.TB, driver godal.DriverName, name string, srid int, tables ...table) string {
	t.Helper()
	var ref *godal.SpatialRef
	if srid != 0 {
		var err error
		ref, err = godal.NewSpatialRefFromEPSG(srid)
		must(t, err)
		defer ref.Close()
	}
	return ogrFileIn(t, driver, name, ref, tables...)
}

func ogrFileIn(t testing.TB, driver godal.DriverName, name string, ref *godal.SpatialRef, tables ...table) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	ds, err := godal.CreateVector(driver, path)
	must(t, err)
	for _, tab := range tables {
		column := tab.column
		if column == "" {
			column = "owner"
		}
		layer, err := ds.CreateLayer(tab.name, ref, tab.geometry, godal.NewFieldDefinition(column, godal.FTString), lax)
		must(t, err)
		for i, shape := range tab.shapes {
			f, err := layer.NewFeature(nil)
			must(t, err)
			if shape != "" {
				g, err := godal.NewGeometryFromWKT(shape, nil)
				must(t, err)
				must(t, f.SetGeometry(g))
				g.Close()
			}
			if tab.ids != nil {
				f.SetFID(tab.ids[i])
			}
			must(t, f.SetFieldValue(f.Fields()[column], "south"))
			must(t, layer.CreateFeature(f, lax))
			f.Close()
		}
	}
	must(t, ds.Close())
	return path
}

// lax passes over GDAL's warnings: fixtures are strange on purpose.
var lax = godal.ErrLogger(func(ec godal.ErrorCategory, _ int, msg string) error {
	if ec <= godal.CE_Warning {
		return nil
	}
	return errors.New(msg)
})

// area is the sum of the plane areas of polygons whose shells run either way
// and whose holes do not matter.
func area(grounds []vector.Ground) float64 {
	var sum float64
	for _, g := range grounds {
		for _, polygon := range g.Shape {
			sum += ringArea(polygon[0])
		}
	}
	return sum
}

func ringArea(r orb.Ring) float64 {
	var twice float64
	for i := 1; i < len(r); i++ {
		twice += (r[i-1][0]-r[0][0])*(r[i][1]-r[0][1]) - (r[i-1][1]-r[0][1])*(r[i][0]-r[0][0])
	}
	return max(twice, -twice) / 2
}
