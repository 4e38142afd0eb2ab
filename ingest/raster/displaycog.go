package raster

import (
	"fmt"
	"log/slog"
	"math"

	"github.com/airbusgeo/godal"
)

// displayName is the display COG: 8 bit, on the grid of web maps.
const displayName = "display.tif"

// displaySheet is its finest resolution before the COG is put together.
const displaySheet = "display.sheet"

// displayQuality: JPEG 85 in YCbCr is a third of the time of WebP for 1.4 times
// the bytes; the original stays the evidence.
const displayQuality = 85

// displayLook is what the display COG is like.
func displayLook(planes, threads int, place func(*godal.Dataset) error) look {
	l := look{dtype: godal.Byte, bands: planes, hasMask: true, alpha: -1, threads: threads, geoPlace: place}
	l.options = []string{"COMPRESS=JPEG", fmt.Sprintf("JPEG_QUALITY=%d", displayQuality)}
	if planes == 3 {
		l.options = append(l.options, "PHOTOMETRIC=YCBCR")
	}
	return l
}

// A display is the display COG in the making.
type display struct {
	src     *source // the finished finest sheet of the measuring COG
	shade   *shade
	place   *webPlace
	grid    webGrid
	reader  *reader
	out     *sheet
	look    look
	written blockSet
	log     *slog.Logger
	pix     [3][]byte // planes of a window
	to      []byte
	valid   []byte
}

// writeDisplay warps the picture onto the grid of web maps, block by block, and
// makes the display COG and the thumbnail.
func writeDisplay(src *source, sh *shade, place *webPlace, log *slog.Logger, progress func(float64)) (webGrid, error) {
	w := place.grid(int64(src.grid.width) * int64(src.grid.height))
	d := &display{src: src, shade: sh, place: place, grid: w, reader: newReader(src, src.neededBands(), log), written: blockSet{}, log: log}
	d.look = displayLook(sh.planes, sh.threads, func(ds *godal.Dataset) error {
		if err := ds.SetGeoTransform(w.geoTransform()); err != nil {
			return err
		}
		return ds.SetSpatialRef(place.web)
	})
	if err := d.warp(func(f float64) { progress(0.75 * f) }); err != nil {
		return w, err
	}
	names, err := d.look.buildPyramid(displaySheet, w.width, w.height, w.levels, d.written, log, func(f float64) { progress(0.75 + 0.15*f) })
	if err != nil {
		return w, err
	}
	if err := assembleCOG(displayName, names, func(f float64) { progress(0.9 + 0.1*f) }); err != nil {
		return w, err
	}
	return w, removeAll(names)
}

// displayBytes bounds the samples of the picture that one part is drawn from.
const displayBytes = 64 << 20

// partSide is how many pixels a side are drawn at once.
func (d *display) partSide() int {
	res := webResolution(d.grid.zoom) / d.place.resolution // pixels of the picture a pixel
	side := 2048
	for side > blockSide && float64(side*side)*res*res*float64(len(d.reader.bands)*d.src.sampleBytes()) > displayBytes {
		side /= 2
	}
	return side
}

func (d *display) warp(progress func(float64)) (err error) {
	if d.out, err = d.look.create(displaySheet, d.grid.width, d.grid.height, true, d.log); err != nil {
		return err
	}
	side := d.partSide()
	for y := 0; y < d.grid.height; y += side {
		for x := 0; x < d.grid.width; x += side {
			if err := d.part(window{x, y, min(side, d.grid.width-x), min(side, d.grid.height-y)}); err != nil {
				_ = d.out.ds.Close()
				return err
			}
		}
		progress(float64(min(y+side, d.grid.height)) / float64(d.grid.height))
	}
	return d.out.close()
}

// part draws and writes one part, if the picture reaches it.
func (d *display) part(part window) error {
	gt := d.grid.geoTransform()
	west, north := gt[0]+gt[1]*float64(part.x), gt[3]+gt[5]*float64(part.y)
	east, south := west+gt[1]*float64(part.w), north+gt[5]*float64(part.h)
	if e := d.place.extent; west >= e[2] || east <= e[0] || south >= e[3] || north <= e[1] {
		return nil
	}
	m := d.place.newMesh(d.grid, d.src.grid, part)
	if m == nil { // a corner may have no place in the projection
		return d.quarters(part)
	}
	margin := 1.0
	if d.shade.relief != nil {
		margin = 2 // a slope needs the neighbours of the neighbours
	}
	w, ok := d.src.grid.under(m, margin)
	if !ok {
		return nil
	}
	if int64(w.w)*int64(w.h)*int64(len(d.reader.bands)*d.src.sampleBytes()) > 4*displayBytes {
		if max(part.w, part.h) == blockSide {
			return refuse(CodeBadGeoreference, "web mercator")
		}
		return d.quarters(part) // a projection that is drawn out here
	}
	if err := d.reader.read(w); err != nil {
		return err
	}
	for k := range d.shade.planes {
		d.pix[k] = grown(d.pix[k], w.w*w.h)
	}
	d.shade.paint(d.reader, w, d.pix[:d.shade.planes])
	d.to, d.valid = grown(d.to, part.w*part.h*d.shade.planes), grown(d.valid, part.w*part.h)
	samples := int(min(max(math.Ceil(m.perPix-0.25), 1), mostSamples))
	draw := drawing{
		mesh: m, window: w, samples: samples, planes: d.pix[:d.shade.planes], mask: d.reader.valid,
		threads: d.shade.threads, out: d.to, valid: d.valid,
	}
	if !draw.draw() {
		return nil
	}
	return d.write(part)
}

// quarters draws a part in four, down to one block, which has nothing then.
func (d *display) quarters(part window) error {
	side := max(part.w, part.h) / 2 / blockSide * blockSide
	if side < blockSide {
		return nil
	}
	for y := 0; y < part.h; y += side {
		for x := 0; x < part.w; x += side {
			if err := d.part(window{part.x + x, part.y + y, min(side, part.w-x), min(side, part.h-y)}); err != nil {
				return err
			}
		}
	}
	return nil
}

// write writes the blocks of a part that show something.
func (d *display) write(part window) error {
	bands := d.shade.planes
	block, mask := make([]byte, 0, blockSide*blockSide*bands), make([]byte, 0, blockSide*blockSide)
	for y := 0; y < part.h; y += blockSide {
		for x := 0; x < part.w; x += blockSide {
			w, h := min(blockSide, part.w-x), min(blockSide, part.h-y)
			block, mask = block[:0], mask[:0]
			some := false
			for row := y; row < y+h; row++ {
				i := row*part.w + x
				block, mask = append(block, d.to[i*bands:(i+w)*bands]...), append(mask, d.valid[i:i+w]...)
			}
			for _, v := range mask {
				if some = v != 0; some {
					break
				}
			}
			if !some {
				continue
			}
			d.written[[2]int{(part.x + x) / blockSide, (part.y + y) / blockSide}] = true
			if err := d.out.write(window{part.x + x, part.y + y, w, h}, block, mask); err != nil {
				return err
			}
		}
	}
	return nil
}

// under is the part of the picture that the mesh needs, with a pixel around it
// for the interpolation.
func (g grid) under(m *mesh, margin float64) (window, bool) {
	minCol, minRow, maxCol, maxRow := m.bounds()
	clamp := func(v float64, most int) int { return int(min(max(v, 0), float64(most))) }
	x0, y0 := clamp(minCol-margin, g.width), clamp(minRow-margin, g.height)
	x1, y1 := clamp(maxCol+1+margin, g.width), clamp(maxRow+1+margin, g.height)
	return window{x0, y0, x1 - x0, y1 - y0}, x1 > x0 && y1 > y0
}
