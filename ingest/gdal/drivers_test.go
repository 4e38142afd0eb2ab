package gdal_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/airbusgeo/godal"

	"jieshi/ingest/gdal"
)

func TestADriverThatNobodyMeantToHaveIsFound(t *testing.T) {
	if got := gdal.Drivers(); len(got) != 0 {
		t.Fatalf("before anything is registered there are %v", got)
	}
	if err := godal.RegisterRaster(godal.GTiff); err != nil {
		t.Fatal(err)
	}
	if err := gdal.Allow("GTiff", "COG"); err != nil || !slices.Contains(gdal.Drivers(), "GTiff") {
		t.Errorf("with %v: %v", gdal.Drivers(), err)
	}
	if err := godal.RegisterRaster(godal.VRT); err != nil {
		t.Fatal(err)
	}
	if err := gdal.Allow("GTiff", "COG"); err == nil || !strings.Contains(err.Error(), "VRT") {
		t.Errorf("with %v: %v, want VRT to be named", gdal.Drivers(), err)
	}
}
