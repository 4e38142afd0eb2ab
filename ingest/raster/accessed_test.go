package raster_test

import (
	"testing"

	"golang.org/x/sys/unix"
)

// accessed is when a file was last read, in nanoseconds. With relatime, which
// is the default of Linux, the first reading after a change is kept.
func accessed(t *testing.T, path string) int64 {
	t.Helper()
	var st unix.Stat_t
	must(t, unix.Stat(path, &st))
	return st.Atim.Nano()
}
