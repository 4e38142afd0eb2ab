package vector

import (
	"errors"
	"fmt"
	"os"

	"github.com/airbusgeo/godal"

	"jieshi/ingest/gdal"
)

// settings keep GDAL and PROJ from opening anything that they were not told to.
// Both read them from the environment, which the child gets from its parent.
var settings = map[string]string{
	"GDAL_HTTP_PROXY":                "127.0.0.1:1",
	"GDAL_HTTPS_PROXY":               "127.0.0.1:1",
	"CPL_VSIL_CURL_ALLOWED_FILENAME": "/none",
	"PROJ_NETWORK":                   "OFF",
	"GDAL_DRIVER_PATH":               "disable", // no plug-ins
	"GDAL_PAM_ENABLED":               "NO",
	"CPL_TMPDIR":                     ".",
	"CPL_MAX_ERROR_REPORTS":          "0", // report all: a failure after a thousand warnings is one
	"SHAPE_RESTORE_SHX":              "NO",
	// SQLite by itself opens by the absolute path, which the child may not walk.
	"SQLITE_USE_OGR_VFS": "YES",
	// Views and triggers of a stranger's database may call nothing that matters.
	"OGR_SQLITE_PRAGMA": "trusted_schema=0,cell_size_check=1",
}

// openOptions of each driver that a file may be opened with.
var openOptions = map[string][]string{
	"ESRI Shapefile": nil,
	"GPKG":           {"LIST_ALL_TABLES=NO"},
	"GeoJSON":        {"FLATTEN_NESTED_ATTRIBUTES=NO"},
	"FlatGeobuf":     {"VERIFY_BUFFERS=YES"},
}

// register makes GDAL know one driver, for the life of the child, and checks that
// it knows no other: some read a document that is really instructions.
func register(driver string) error {
	if _, known := openOptions[driver]; !known {
		return fmt.Errorf("vector: driver %q is not one of ours", driver)
	}
	if err := godal.RegisterVector(godal.DriverName(driver)); err != nil {
		return fmt.Errorf("vector: GDAL driver %s: %w", driver, err)
	}
	if err := gdal.Allow(driver); err != nil {
		return fmt.Errorf("vector: %w", err)
	}
	return nil
}

// strict makes errors of GDAL's failures; warnings go to our log. godal alone
// would take every warning for an error.
var strict = godal.ErrLogger(func(ec godal.ErrorCategory, code int, msg string) error {
	if ec <= godal.CE_Warning {
		fmt.Fprintf(os.Stderr, "gdal warning %d: %s\n", code, msg)
		return nil
	}
	return errors.New(msg)
})

// EngineName names the library that reads, with its version.
func EngineName() string {
	v := godal.Version()
	return fmt.Sprintf("GDAL %d.%d.%d", v.Major(), v.Minor(), v.Revision())
}
