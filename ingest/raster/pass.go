package raster

import (
	"fmt"
	"log/slog"

	"github.com/airbusgeo/godal"
)

// measureName is the measuring COG: every band of the original, north up,
// losslessly, in its own CRS.
const measureName = "measure.tif"

// measureSheet is its finest resolution before the COG is put together.
const measureSheet = "measure.sheet"

// A pass is the one reading of all pixels of an original.
type pass struct {
	src      *source
	reader   *reader
	out      *sheet
	rowValid []int64 // by row of the north-up picture
	valid    int64
	cover    *coverage
	tally    *tally
	relief   *relief // nil for a picture
	slope    float64 // area along the slope, m²
	contours *Contours
	log      *slog.Logger
}

// measureLook is what the measuring COG has of its original.
func measureLook(s *source, threads int) look {
	l := look{
		dtype: s.dtype, bands: s.bands, hasMask: s.maskBand, palette: s.palette, alpha: -1, nearest: len(s.palette) > 0, threads: threads,
		options: []string{"COMPRESS=ZSTD", fmt.Sprintf("ZSTD_LEVEL=%d", measureLevel)}, geoPlace: s.grid.placeOn,
	}
	switch {
	case l.nearest:
	case s.dtype == godal.Float32, s.dtype == godal.Float64:
		l.options = append(l.options, "PREDICTOR=3")
	default:
		l.options = append(l.options, "PREDICTOR=2")
	}
	if s.alpha >= 0 && s.alpha == s.bands-1 {
		l.options = append(l.options, "ALPHA=YES")
	}
	if s.namedRGB() {
		l.options = append(l.options, "PHOTOMETRIC=RGB")
	} else if !l.nearest {
		l.options = append(l.options, "PHOTOMETRIC=MINISBLACK")
	}
	switch {
	case s.mask == MaskAlpha:
		l.alpha = s.alpha
	case s.mask == MaskNodata && !s.maskBand:
		l.nodata = &s.nodata
	}
	for _, b := range s.ds.Bands() {
		if st := b.Structure(); st.Scale != 1 || st.Offset != 0 {
			l.scale = nil
			for _, all := range s.ds.Bands() {
				l.scale = append(l.scale, all.Structure())
			}
			break
		}
	}
	return l
}

// measureLevel of ZSTD: above it the file shrinks by a few percent and the time
// multiplies.
const measureLevel = 3

// namedRGB reports whether the first three bands are red, green and blue.
func (s *source) namedRGB() bool {
	return len(s.show) == 3 && s.show[0] == 0 && s.show[1] == 1 && s.show[2] == 2 &&
		(s.dtype == godal.Byte || s.dtype == godal.UInt16)
}

func (g grid) placeOn(ds *godal.Dataset) error {
	if err := ds.SetGeoTransform(g.geoTransform()); err != nil {
		return err
	}
	return ds.SetSpatialRef(g.crs.ref)
}

// readAll reads every pixel once, counts what is valid, and leaves the finest
// resolution of the measuring COG.
func readAll(s *source, l look, sh *shade, log *slog.Logger, progress func(float64)) (_ *pass, err error) {
	p := &pass{
		src: s, reader: newReader(s, s.allBands(), log), rowValid: make([]int64, s.grid.height),
		cover: newCoverage(s.grid), tally: newTally(s, sh.scale), relief: sh.relief, log: log,
	}
	if p.out, err = l.create(measureSheet, s.grid.width, s.grid.height, true, log); err != nil {
		return nil, err
	}
	windows := s.windows()
	for i, w := range windows {
		if err := p.window(w); err != nil {
			_ = p.out.ds.Close()
			return nil, err
		}
		progress(float64(i+1) / float64(len(windows)))
	}
	if err := p.out.close(); err != nil {
		return nil, err
	}
	if p.valid == 0 {
		return nil, refuse(CodeNoValidPixels, "")
	}
	return p, nil
}

// window reads one window and writes it, north up.
func (p *pass) window(w window) error {
	if err := p.reader.read(w); err != nil {
		return err
	}
	p.tally.add(p.reader)
	to := w
	if p.src.grid.southUp {
		to.y = p.src.grid.height - w.y - w.h
		if p.src.dtype == godal.Byte {
			flipRows(p.reader.bytes, w.h)
		} else {
			flipRows(p.reader.floats, w.h)
		}
		flipRows(p.reader.valid, w.h)
	}
	p.count(p.reader.valid, to)
	if p.relief != nil {
		p.slope += p.relief.slopeArea(p.reader, w)
	}
	return p.out.write(to, p.reader.pixels(), p.reader.valid)
}

// flipRows turns a buffer of so many rows upside down.
func flipRows[T byte | float64](b []T, rows int) {
	width := len(b) / rows
	for top, bottom := 0, rows-1; top < bottom; top, bottom = top+1, bottom-1 {
		upper, lower := b[top*width:(top+1)*width], b[bottom*width:(bottom+1)*width]
		for i := range upper {
			upper[i], lower[i] = lower[i], upper[i]
		}
	}
}

func (p *pass) count(valid []byte, w window) {
	for y := range w.h {
		row := valid[y*w.w : (y+1)*w.w]
		n := p.cover.add(w.x, w.y+y, row)
		p.rowValid[w.y+y] += n
		p.valid += n
	}
}

// measured is the source that the finished sheet is: the same decisions, other
// blocks, north up.
func (s *source) measured(sheet *sheet) *source {
	again := *s
	again.ds, again.block = sheet.ds, [2]int{blockSide, blockSide}
	again.grid.southUp = false
	return &again
}

// writeMeasure makes the measuring COG of the finest sheet, looks at all of them
// if there is a use for that, and removes the coarser ones; the finest stays,
// since the display COG is made from it.
func writeMeasure(l look, g grid, log *slog.Logger, look func(sheets []string) error, progress func(float64)) error {
	levels := 0
	for max(g.width, g.height)>>levels > blockSide {
		levels++
	}
	names, err := l.buildPyramid(measureSheet, g.width, g.height, levels, nil, log, func(f float64) { progress(0.7 * f) })
	if err != nil {
		return err
	}
	if err := assembleCOG(measureName, names, func(f float64) { progress(0.7 + 0.3*f) }); err != nil {
		return err
	}
	if look != nil {
		if err := look(names); err != nil {
			return err
		}
	}
	return removeAll(names[1:])
}
