package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"jieshi/geo/crs"
)

// The drawn walks lie at (632000, 2683000) in EPSG:4545, near Liujiang.
const (
	east, north = 632000.0, 2683000.0
	workingSRID = 4545
)

// posHead is what RTKLIB writes before the first position.
const posHead = "% (lat/lon/height=WGS84/ellipsoidal,Q=1:fix,2:float,3:sbas,4:dgps,5:single,6:ppp,ns=# of satellites)\n" +
	"%  UTC                   latitude(deg) longitude(deg)  height(m)   Q  ns   sdn(m)   sde(m)   sdu(m)  sdne(m)  sdeu(m)  sdun(m) age(s)  ratio\n"

// writeWalk writes a walk along a ring of corners, metres from (632000, 2683000),
// as RTKLIB does: a fixed position every two metres, 1 cm good. It ends where it
// began.
func writeWalk(t *testing.T, path string, corners ...[2]float64) string {
	t.Helper()
	grid, err := crs.ProjectionOf(workingSRID)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	b.WriteString(posHead)
	at := time.Date(2026, 10, 15, 1, 0, 0, 0, time.UTC)
	fix := func(x, y float64) {
		lon, lat := grid.Inverse(east+x, north+y)
		fmt.Fprintf(&b, "%s %14.10f %15.10f   120.0000   1  18   0.0100   0.0100   0.0200   0.0000   0.0000   0.0000   0.00   10.0\n",
			at.Format("2006/01/02 15:04:05.000"), lat, lon)
		at = at.Add(time.Second)
	}
	for i, from := range corners {
		to := corners[(i+1)%len(corners)]
		steps := int(math.Ceil(math.Hypot(to[0]-from[0], to[1]-from[1]) / 2))
		for k := range steps {
			f := float64(k) / float64(steps)
			fix(from[0]+f*(to[0]-from[0]), from[1]+f*(to[1]-from[1]))
		}
	}
	fix(corners[0][0], corners[0][1])
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// rectangle returns the corners of a rectangle.
func rectangle(x1, y1, x2, y2 float64) [][2]float64 {
	return [][2]float64{{x1, y1}, {x2, y1}, {x2, y2}, {x1, y2}}
}

// writePicture writes a GeoTIFF (TIFF 6.0; OGC 19-008r4) of side × side pixels
// of 0.5 m in EPSG:4545 whose upper left corner is 632000 E, 2683200 N: RGB, and
// an alpha that is 0 in the western quarter.
func writePicture(t *testing.T, path string, side int) string {
	t.Helper()
	var b bytes.Buffer
	put := func(v ...any) {
		for _, one := range v {
			if err := binary.Write(&b, binary.LittleEndian, one); err != nil {
				t.Fatal(err)
			}
		}
	}
	type tag struct {
		id, kind uint16
		count    uint32
		value    uint32 // or where it lies
	}
	const short, long, double = 3, 4, 12
	keys := []uint16{1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, workingSRID}
	pixels := uint32(4 * side * side)
	const tags = 15
	after := 8 + pixels              // the directory lies after the pixels,
	extra := after + 2 + 12*tags + 4 // and what does not fit into it behind it
	scale, tie, geo := extra+8, extra+8+24, extra+8+24+48
	put([]byte("II"), uint16(42), after)
	for y := range side {
		for x := range side {
			alpha := byte(255)
			if x < side/4 {
				alpha = 0
			}
			// Something that JPEG has to work on.
			put([]byte{byte(x * 7), byte(y*5 + x*y>>3), byte(x ^ y), alpha})
		}
	}
	put(uint16(tags))
	for _, one := range []tag{
		{256, long, 1, uint32(side)},
		{257, long, 1, uint32(side)},
		{258, short, 4, extra},
		{259, short, 1, 1},
		{262, short, 1, 2},
		{273, long, 1, 8},
		{277, short, 1, 4},
		{278, long, 1, uint32(side)},
		{279, long, 1, pixels},
		{284, short, 1, 1},
		{338, short, 1, 2},
		{339, short, 1, 1},
		{33550, double, 3, scale},
		{33922, double, 6, tie},
		{34735, short, uint32(len(keys)), geo},
	} {
		put(one)
	}
	put(uint32(0), [4]uint16{8, 8, 8, 8}, [3]float64{0.5, 0.5, 0}, [6]float64{0, 0, 0, east, north + 200, 0}, keys)
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// realData returns a file of the folder that JIESHI_REAL_DATA names.
func realData(t *testing.T, name string) string {
	t.Helper()
	dir := os.Getenv("JIESHI_REAL_DATA")
	if dir == "" {
		t.Skip("JIESHI_REAL_DATA does not name the folder of real files")
	}
	path, err := filepath.Abs(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	return path
}
