package raster

import (
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"github.com/airbusgeo/godal"

	"jieshi/ingest"
)

// The second wall: if the header check let such a file through, the child
// would still not follow it. Here the first wall is left out.
func TestTheChildFollowsNoDomainThatTheHeaderCheckMissed(t *testing.T) {
	if err := Start(); err != nil {
		t.Fatal(err)
	}
	tenant := tiny(t, "", "")
	for name, c := range map[string]struct{ domain, item, code string }{
		"overviews":   {"OVERVIEWS", "OVERVIEW_FILE", CodeOverviewsDomain},
		"geolocation": {"GEOLOCATION", "X_DATASET", CodeMetadataDomain},
	} {
		file := tiny(t, c.domain, c.item+"="+tenant)
		ds, err := godal.Open(file, godal.Drivers("GTiff"), godal.RasterOnly(), godal.DriverOpenOption("OVERVIEW_LEVEL=NONE"))
		if err != nil {
			t.Fatal(err)
		}
		if n := len(ds.Bands()[0].Overviews()); n != 0 {
			t.Errorf("%s: %d overviews in spite of OVERVIEW_LEVEL=NONE", name, n)
		}
		_ = ds.Close()
		_, err = openOriginal(file, 2, slog.New(slog.DiscardHandler))
		var refusal *ingest.Refusal
		if !errors.As(err, &refusal) || refusal.Code != c.code {
			t.Errorf("%s: got %v, want %s", name, err, c.code)
		}
	}
}

// tiny is a picture with one metadata item, key=value.
func tiny(t *testing.T, domain, item string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tiny.tif")
	ds, err := godal.Create(godal.GTiff, path, 1, godal.Byte, 64, 64)
	if err != nil {
		t.Fatal(err)
	}
	if domain != "" {
		key, value, _ := strings.Cut(item, "=")
		if err := ds.SetMetadata(key, value, godal.Domain(domain)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(ds.SetGeoTransform([6]float64{326000, 1, 0, 2683000, 0, -1}), ds.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}
