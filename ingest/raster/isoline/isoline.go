// Package isoline traces lines of equal height through a grid of heights with
// GDAL's contour generator, which godal does not bind. It knows no files.
package isoline

// #cgo pkg-config: gdal
// #include "isoline.h"
import "C"

import (
	"errors"
	"math"
	"runtime/cgo"
	"unsafe"

	"github.com/paulmach/orb"
)

// ErrTooMany says that the lines have more points than were asked for at most.
var ErrTooMany = errors.New("isoline: too many points")

// A Line is one line of equal height, in cells: the middle of the first cell is
// at (0.5, 0.5), y grows with the rows. A closed line ends where it begins.
type Line struct {
	Level  float64
	Points orb.LineString
}

// nothing marks cells without a height for GDAL.
const nothing = -math.MaxFloat64

// Trace returns the lines at all multiples of interval, which is positive. The
// grid has rows of width heights; NaN is a cell without one, around which lines
// end. Lines of more than most points together are [ErrTooMany]. The range of
// heights must be a sane number of intervals: each of them is gone through in
// each cell that it crosses.
func Trace(heights []float64, width int, interval float64, most int) ([]Line, error) {
	rows := len(heights) / width
	t := &tracer{most: most}
	handle := cgo.NewHandle(t)
	defer handle.Delete()
	generator := C.jieshi_tracer(C.int(width), C.int(rows), nothing, C.double(interval), C.uintptr_t(handle))
	if generator == nil {
		return nil, errors.New("isoline: GDAL makes no contour generator")
	}
	row := make([]float64, width)
	for y := 0; y < rows && t.most >= 0; y++ {
		for x, h := range heights[y*width : (y+1)*width] {
			row[x] = h
			if math.IsNaN(h) || math.IsInf(h, 0) {
				row[x] = nothing
			}
		}
		if C.GDAL_CG_FeedLine(generator, (*C.double)(unsafe.Pointer(&row[0]))) != C.CE_None {
			C.GDAL_CG_Destroy(generator)
			return nil, errors.New("isoline: GDAL refuses a row of heights")
		}
	}
	C.GDAL_CG_Destroy(generator) // hands on the lines that are still open
	if t.most < 0 {
		return nil, ErrTooMany
	}
	return t.lines, nil
}

// A tracer collects the lines of one grid.
type tracer struct {
	lines []Line
	most  int // points that may still come; negative: too many came
}

//export jieshiTakeLine
func jieshiTakeLine(handle C.uintptr_t, level C.double, n C.int, xs, ys *C.double) {
	t := cgo.Handle(handle).Value().(*tracer)
	if t.most -= int(n); t.most < 0 {
		return
	}
	x, y := unsafe.Slice(xs, n), unsafe.Slice(ys, n)
	line := Line{Level: float64(level), Points: make(orb.LineString, n)}
	for i := range line.Points {
		line.Points[i] = orb.Point{float64(x[i]), float64(y[i])}
	}
	t.lines = append(t.lines, line)
}
