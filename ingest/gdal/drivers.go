// Package gdal asks of GDAL the one thing that godal does not show: which
// drivers this process has. What is not there cannot be reached, whatever a
// file says; so each process that opens files of strangers checks that it has
// just the drivers that it means to have.
package gdal

/*
#cgo pkg-config: gdal
#include <gdal.h>
*/
import "C"

import (
	"fmt"
	"slices"
)

// Drivers names all drivers that are registered in this process, in their order.
func Drivers() []string {
	n := int(C.GDALGetDriverCount())
	names := make([]string, n)
	for i := range n {
		names[i] = C.GoString(C.GDALGetDriverShortName(C.GDALGetDriver(C.int(i))))
	}
	return names
}

// Allow returns an error that names the first driver which is none of allowed.
func Allow(allowed ...string) error {
	for _, name := range Drivers() {
		if !slices.Contains(allowed, name) {
			return fmt.Errorf("gdal: driver %s is registered, which must never be", name)
		}
	}
	return nil
}
