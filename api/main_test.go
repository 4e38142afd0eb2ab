package api_test

import (
	"flag"
	"os"
	"testing"

	"jieshi/ingest/raster"
	"jieshi/internal/pgserver/pgtest"
)

var update = flag.Bool("update", false, "rewrite testdata/*.golden from this run")

// The test binary is its own converter, as the real program is with its hidden
// verb.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "convert" {
		os.Exit(raster.ConvertMain(os.Stdin, os.Stdout))
	}
	os.Exit(pgtest.Run(m))
}
