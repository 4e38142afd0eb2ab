package raster

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"

	"github.com/airbusgeo/godal"

	"jieshi/ingest/gdal"
)

// settings keep GDAL and PROJ from opening anything that it was not told to.
// Both read them from the environment, the child gets them from its parent.
//
// The dead proxy stops every HTTP handler; the allowed file name only /vsicurl.
// The child has the kernel's word besides (package sandbox).
var settings = map[string]string{
	"GDAL_HTTP_PROXY":                "127.0.0.1:1",
	"GDAL_HTTPS_PROXY":               "127.0.0.1:1",
	"CPL_VSIL_CURL_ALLOWED_FILENAME": "/none",
	"PROJ_NETWORK":                   "OFF",
	"GDAL_DISABLE_READDIR_ON_OPEN":   "EMPTY_DIR", // no side-car files
	"GDAL_PAM_ENABLED":               "NO",        // no .aux.xml
	"GDAL_GEOREF_SOURCES":            "INTERNAL",  // no world files
	"GDAL_DRIVER_PATH":               "disable",   // no plug-ins
	"GDAL_TIFF_INTERNAL_MASK":        "YES",
	cacheVariable:                    "256", // MB a process
	"CPL_TMPDIR":                     ".",
}

// cacheVariable sizes GDAL's cache of blocks. A server may have more.
const cacheVariable = "GDAL_CACHEMAX"

// drivers are all that GDAL gets. WEBP writes tiles; Memory holds an outline
// while it is traced.
var drivers = []struct {
	register func() error
	name     godal.DriverName
}{
	{func() error { return godal.RegisterRaster(godal.GTiff) }, godal.GTiff},
	{func() error { return godal.RegisterRaster(godal.Memory) }, godal.Memory},
	{func() error { return godal.RegisterRaster("COG") }, "COG"},
	{func() error { return godal.RegisterRaster("WEBP") }, "WEBP"},
	{func() error { return godal.RegisterVector(godal.Memory) }, godal.Memory},
}

// allowed is what GDAL calls those drivers, and the two with which a server writes
// what goes out (package vector), which are never asked to open a picture.
var allowed = []string{"GTiff", "MEM", "COG", "WEBP", "Memory", "GPKG", "SQLite"}

// Start registers the GDAL drivers of this process, once, and checks that there
// are no others: VRT, MRF, HTTP and their kind open other files or the network.
// Everything here calls it; a server calls it first, so that a fault shows when
// it starts.
var Start = sync.OnceValue(func() error {
	for name, value := range settings {
		if name == cacheVariable && os.Getenv(name) != "" {
			continue // ours to tune, not a matter of safety
		}
		if err := os.Setenv(name, value); err != nil {
			return fmt.Errorf("raster: setting %s: %w", name, err)
		}
	}
	for _, d := range drivers {
		if err := d.register(); err != nil {
			return fmt.Errorf("raster: GDAL driver %s: %w", d.name, err)
		}
	}
	return checkDrivers()
})

func checkDrivers() error {
	for _, d := range drivers {
		if _, ok := godal.RasterDriver(d.name); !ok {
			return fmt.Errorf("raster: GDAL has no driver %s", d.name)
		}
	}
	if err := gdal.Allow(allowed...); err != nil {
		return fmt.Errorf("raster: %w", err)
	}
	return nil
}

// EngineName names the library behind this package, with its version.
func EngineName() string { return engine() }

// engine names the library for the record of a result.
func engine() string {
	v := godal.Version()
	return fmt.Sprintf("GDAL %d.%d.%d", v.Major(), v.Minor(), v.Revision())
}

// gdalLog sends GDAL's warnings to the log and makes errors of the rest. godal
// alone would take every warning for an error.
func gdalLog(log *slog.Logger) godal.ErrorHandler {
	return func(ec godal.ErrorCategory, code int, msg string) error {
		if ec <= godal.CE_Warning {
			log.Debug("gdal", "code", code, "message", msg)
			return nil
		}
		return errors.New(msg)
	}
}
