package demo

import (
	"io"
	"time"
)

// The orthophoto: a square of frameSide, and its ground sampling distance.
const (
	photoPixels = 4000
	photoGSD    = frameSide / photoPixels // 0.2 m
	photoStrip  = 125                     // rows painted and compressed at a time
)

// WriteOrthophoto writes the drone orthophoto of the dispute as a GeoTIFF:
// 4000 × 4000 px of 0.2 m in EPSG:4545, RGBA, transparent outside the ragged
// edge of what was flown. It paints and writes strip by strip and keeps some
// 40 MB; it takes a few seconds. Equal seeds give equal pixels on every
// machine, and equal files for one version of Go's Deflate.
//
// The only errors are those of w.
func (d Dispute) WriteOrthophoto(w io.WriteSeeker) error {
	picture := geoTIFF{
		width: photoPixels, height: photoPixels, stripRows: photoStrip,
		west: frameEast, north: frameNorth + frameSide, pixel: photoGSD,
		epsg: uint16(srid), citation: "CGCS2000 / 3-degree Gauss-Kruger CM 108E",
		software:    "jieshi demo",
		description: "Synthetic orthophoto, made for a demonstration; no such place exists.",
		taken:       d.SurveyedAt.In(time.FixedZone("CST", 8*3600)),
	}
	s := newScene(d.Seed)
	return picture.write(w, func(firstRow int, pixels []byte) { s.paint(firstRow, pixels) })
}

// scene is all that the picture shows.
type scene struct {
	seed      uint64
	land      terrain
	relief    relief
	ragged    sheet // metres by which borders between uses wander
	wide      sheet // slow changes of colour
	ways      [wayKinds]distances
	crowns    []crown // lowest first: a higher one hides a lower one
	houses    []house
	hue       field // wide, slow changes of colour
	patch     field // patches of a few metres
	grain     field // leaves, stones, clods
	plots     field // which crop grows where
	footprint footprint
}

func newScene(seed uint64) *scene {
	s := &scene{
		seed: seed, land: newTerrain(seed), footprint: footprint{newField(seed, 120)},
		hue: newField(seed, 110), patch: newField(seed, 111), grain: newField(seed, 112), plots: newField(seed, 113),
	}
	s.relief = newRelief(s.land)
	s.ragged = sampled(func(x, y float64) float64 {
		return float64(24*s.hue.at(x/75, y/75)) + float64(11*s.patch.at(x/24, y/24)) + float64(4*s.patch.at(x/8, y/8))
	})
	s.wide = sampled(func(x, y float64) float64 { return s.hue.at(x/38, y/38) })
	s.ways = newWays()
	s.houses = village()
	s.crowns = s.plant()
	return s
}

// paint fills rows of RGBA pixels from the given row of the picture on.
func (s *scene) paint(firstRow int, pixels []byte) {
	rows := len(pixels) / 4 / photoPixels
	c := &canvas{firstRow: firstRow, rows: rows, colour: make([]rgb, rows*photoPixels), shadow: make([]float32, rows*photoPixels)}
	c.each(func(i int, x, y float64) { c.colour[i] = s.groundAt(x, y) })
	for _, k := range s.crowns {
		c.castCrown(k)
	}
	for _, h := range s.houses {
		c.castHouse(h)
	}
	c.darken()
	for _, h := range s.houses {
		c.roof(h, s.grain)
	}
	for _, k := range s.crowns {
		c.leaf(k, s.grain)
	}
	c.each(func(i int, x, y float64) {
		if !s.footprint.covers(x, y) {
			return
		}
		// What a small sensor does: a little noise, slow changes of exposure.
		noise := float64(2.2*s.grain.corner(int32(x*5), int32(y*5))) + float64(3*s.hue.at(x/260, y/200))
		p := hazy(c.colour[i])
		pixels[4*i] = level(p.r + noise)
		pixels[4*i+1] = level(p.g + noise)
		pixels[4*i+2] = level(p.b + noise)
		pixels[4*i+3] = 255
	})
}

// hazy is a colour as it arrives through 300 m of humid air: paler, lighter in
// the shadows.
func hazy(c rgb) rgb {
	grey := float64(0.30*c.r) + float64(0.59*c.g) + float64(0.11*c.b)
	c = c.toward(rgb{grey, grey, grey}, 0.16)
	return rgb{17 + float64(0.94*c.r), 18 + float64(0.935*c.g), 17 + float64(0.92*c.b)}
}

// level turns a brightness into a byte.
func level(v float64) byte { return byte(min(max(v, 0), 255)) }

// rgb is a colour, 0 to 255 each, as a screen shows it (sRGB).
type rgb struct{ r, g, b float64 }

// times makes a colour lighter or darker.
func (c rgb) times(f float64) rgb {
	return rgb{float64(c.r * f), float64(c.g * f), float64(c.b * f)}
}

// toward mixes a colour with another, t = 1 giving the other.
func (c rgb) toward(o rgb, t float64) rgb {
	return rgb{mixed(c.r, o.r, t), mixed(c.g, o.g, t), mixed(c.b, o.b, t)}
}

// canvas is a strip of the picture while it is painted.
type canvas struct {
	firstRow, rows int
	colour         []rgb
	shadow         []float32 // 0 in the sun, 1 in full shade
}

// each visits every pixel with its index and the place of its centre.
func (c *canvas) each(visit func(i int, x, y float64)) {
	for row := range c.rows {
		y := northOf(c.firstRow + row)
		for col := range photoPixels {
			visit(row*photoPixels+col, eastOf(col), y)
		}
	}
}

func eastOf(col int) float64  { return (float64(col) + 0.5) * photoGSD }
func northOf(row int) float64 { return frameSide - float64((float64(row)+0.5)*photoGSD) }

// within visits the pixels of the strip whose centres lie in a box.
func (c *canvas) within(west, south, east, north float64, visit func(i int, x, y float64)) {
	row0 := max(int((frameSide-north)/photoGSD), c.firstRow)
	row1 := min(int((frameSide-south)/photoGSD)+1, c.firstRow+c.rows)
	col0 := max(int(west/photoGSD), 0)
	col1 := min(int(east/photoGSD)+1, photoPixels)
	for row := row0; row < row1; row++ {
		y := northOf(row)
		for col := col0; col < col1; col++ {
			visit((row-c.firstRow)*photoPixels+col, eastOf(col), y)
		}
	}
}

// darken lays the shadows on the ground; skylight keeps them from being black
// and makes them a little blue.
func (c *canvas) darken() {
	for i, s := range c.shadow {
		if s > 0 {
			t := float64(s)
			p := c.colour[i]
			c.colour[i] = rgb{p.r * (1 - float64(0.58*t)), p.g * (1 - float64(0.54*t)), p.b * (1 - float64(0.46*t))}
		}
	}
}

// The sun at half past ten in October: in the south-east, 48° high.
const (
	sunEast, sunNorth, sunUp = 0.430, -0.513, 0.743 // unit vector to the sun
	shadeEast, shadeNorth    = -0.579, 0.690        // shadow of a metre of height
)
