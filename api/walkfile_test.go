package api_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// gpxWalk walks round a box from west to east, 24.250 to 24.252 N, a fix a second, and back to its
// first corner. Each number in turns is a corner; 0 1 2 3 goes round it.
func gpxWalk(west, east float64, turns ...int) []byte {
	const south, north = 24.250, 24.252
	corners := [4][2]float64{{west, south}, {east, south}, {east, north}, {west, north}}
	if len(turns) == 0 {
		turns = []int{0, 1, 2, 3}
	}
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="test" xmlns="http://www.topografix.com/GPX/1/1"><trk><name>walk</name><trkseg>
`)
	at := time.Date(2026, 10, 20, 2, 0, 0, 0, time.UTC)
	for i, turn := range turns {
		from, to := corners[turn], corners[turns[(i+1)%len(turns)]]
		for step := range 100 {
			f := float64(step) / 100
			fmt.Fprintf(&b, "<trkpt lat=\"%.8f\" lon=\"%.8f\"><time>%s</time></trkpt>\n",
				from[1]+f*(to[1]-from[1]), from[0]+f*(to[0]-from[0]), at.Format(time.RFC3339))
			at = at.Add(time.Second)
		}
	}
	first := corners[turns[0]]
	fmt.Fprintf(&b, "<trkpt lat=\"%.8f\" lon=\"%.8f\"><time>%s</time></trkpt>\n", first[1], first[0], at.Format(time.RFC3339))
	b.WriteString("</trkseg></trk></gpx>\n")
	return []byte(b.String())
}

// geoTIFF draws a square RGB picture with half-metre pixels whose north-west
// corner is at x, y in EPSG:4545: one strip, no compression, little endian.
// Keys follow OGC 19-008r4: projected, pixel is area, 4545.
func geoTIFF(pixels int, x, y float64) []byte {
	return rawTIFF(pixels, x, y, 3, 8, func(row, column int) []byte { return []byte{byte(40 + row%160), byte(90 + column%120), 60} })
}

// heightTIFF is a model of heights in whole metres: 100 m at its western edge,
// 1 m higher with each pixel, so a slope of 2.
func heightTIFF(pixels int, x, y float64) []byte {
	return rawTIFF(pixels, x, y, 1, 16, func(_, column int) []byte { return binary.LittleEndian.AppendUint16(nil, uint16(100+column)) })
}

// rawTIFF is not compressed, on pixels of half a metre.
func rawTIFF(pixels int, x, y float64, samples int, bits uint16, pixel func(row, column int) []byte) []byte {
	var b bytes.Buffer
	data := pixels * pixels * samples * int(bits) / 8
	b.WriteString("II*\x00")
	_ = binary.Write(&b, binary.LittleEndian, uint32(8+data+data%2))
	for row := range pixels {
		for column := range pixels {
			b.Write(pixel(row, column))
		}
	}
	b.Write(make([]byte, data%2))
	const shorts, longs, doubles = 3, 4, 12
	type entry struct {
		tag, kind uint16
		values    any
		count     uint32
	}
	entries := []entry{
		{256, longs, []uint32{uint32(pixels)}, 1},
		{257, longs, []uint32{uint32(pixels)}, 1},
		{258, shorts, slices.Repeat([]uint16{bits}, samples), uint32(samples)},
		{259, shorts, []uint16{1}, 1},
		{262, shorts, []uint16{map[int]uint16{1: 1, 3: 2}[samples]}, 1},
		{273, longs, []uint32{8}, 1},
		{277, shorts, []uint16{uint16(samples)}, 1},
		{278, longs, []uint32{uint32(pixels)}, 1},
		{279, longs, []uint32{uint32(data)}, 1},
		{284, shorts, []uint16{1}, 1},
		{33550, doubles, []float64{0.5, 0.5, 0}, 3},
		{33922, doubles, []float64{0, 0, 0, x, y, 0}, 6},
		{34735, shorts, []uint16{1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, 4545}, 16},
	}
	var directory, beyond bytes.Buffer
	after := uint32(b.Len() + 2 + 12*len(entries) + 4)
	_ = binary.Write(&directory, binary.LittleEndian, uint16(len(entries)))
	for _, e := range entries {
		var value bytes.Buffer
		_ = binary.Write(&value, binary.LittleEndian, e.values)
		_ = binary.Write(&directory, binary.LittleEndian, []uint16{e.tag, e.kind})
		_ = binary.Write(&directory, binary.LittleEndian, e.count)
		if value.Len() <= 4 {
			directory.Write(append(value.Bytes(), make([]byte, 4-value.Len())...))
			continue
		}
		_ = binary.Write(&directory, binary.LittleEndian, after+uint32(beyond.Len()))
		beyond.Write(value.Bytes())
	}
	_ = binary.Write(&directory, binary.LittleEndian, uint32(0))
	b.Write(directory.Bytes())
	b.Write(beyond.Bytes())
	return b.Bytes()
}

// tileOf returns the XYZ tile at zoom z that holds lon, lat (Web Mercator).
func tileOf(z int, lon, lat float64) (x, y int) {
	n := math.Exp2(float64(z))
	phi := lat * math.Pi / 180
	return int(n * (lon + 180) / 360), int(n * (1 - math.Asinh(math.Tan(phi))/math.Pi) / 2)
}
