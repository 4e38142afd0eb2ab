package raster

import (
	"fmt"
	"log/slog"

	"github.com/airbusgeo/godal"
)

// scratchName is the file between the original and the COG: display pixels and
// mask, losslessly, in the private folder.
const scratchName = "scratch.tif"

// stripeBytes is when a row of 512-pixel tiles no longer fits GDAL's cache
// while strips of the original fill it.
const stripeBytes = 128 << 20

// A pass is the one reading of all pixels of an original.
type pass struct {
	src      *source
	shade    *shade
	reader   *reader
	out      *godal.Dataset
	mask     *godal.Band
	rowValid []int64 // by row of the north-up picture
	valid    int64
	cover    *coverage
	log      *slog.Logger
}

// readAll reads every pixel once and leaves the scratch file closed.
func readAll(s *source, threads int, log *slog.Logger, progress func(float64)) (_ *pass, err error) {
	p := &pass{src: s, reader: newReader(s, log), rowValid: make([]int64, s.grid.height), cover: newCoverage(s.grid), log: log}
	if p.shade, err = newShade(s, log); err != nil {
		return nil, err
	}
	if err := p.createScratch(threads); err != nil {
		return nil, err
	}
	windows := s.windows()
	var out []byte
	for i, w := range windows {
		out = grown(out, w.w*w.h*p.shade.planes)
		if err := p.window(w, out); err != nil {
			_ = p.out.Close()
			return nil, err
		}
		progress(float64(i+1) / float64(len(windows)))
	}
	if err := p.out.Close(); err != nil {
		return nil, fmt.Errorf("raster: scratch: %w", err)
	}
	if p.valid == 0 {
		return nil, refuse(CodeNoValidPixels, "")
	}
	return p, nil
}

func (p *pass) createScratch(threads int) error {
	g := p.src.grid
	options := []string{"COMPRESS=ZSTD", "ZSTD_LEVEL=1", "BIGTIFF=YES", "INTERLEAVE=PIXEL", fmt.Sprintf("NUM_THREADS=%d", threads)}
	if p.src.block[0] >= g.width && g.width*512*(p.shade.planes+1) > stripeBytes {
		options = append(options, "TILED=NO", "BLOCKYSIZE=16")
	} else {
		options = append(options, "TILED=YES", "BLOCKXSIZE=512", "BLOCKYSIZE=512")
	}
	handler := godal.ErrLogger(gdalLog(p.log))
	out, err := godal.Create(godal.GTiff, scratchName, p.shade.planes, godal.Byte, g.width, g.height, godal.CreationOption(options...), handler)
	if err != nil {
		return fmt.Errorf("raster: scratch: %w", err)
	}
	p.out = out
	if err := out.SetGeoTransform(g.geoTransform(), handler); err != nil {
		return fmt.Errorf("raster: scratch: %w", err)
	}
	if err := out.SetSpatialRef(g.crs.ref, handler); err != nil {
		return fmt.Errorf("raster: scratch: %w", err)
	}
	if p.shade.needsMask() {
		mask, err := out.CreateMaskBand(maskPerDataset, handler)
		if err != nil {
			return fmt.Errorf("raster: scratch mask: %w", err)
		}
		p.mask = &mask
	}
	return nil
}

// window reads one window and writes it, north up.
func (p *pass) window(w window, out []byte) error {
	if err := p.reader.read(w); err != nil {
		return err
	}
	p.shade.paint(p.reader, w, out)
	valid, y := p.reader.valid, w.y
	if p.src.grid.southUp {
		y = p.src.grid.height - w.y - w.h
		flipRows(out, w.h)
		flipRows(valid, w.h)
	}
	p.count(valid, window{w.x, y, w.w, w.h})
	handler := godal.ErrLogger(gdalLog(p.log))
	if err := p.out.Write(w.x, y, out, w.w, w.h, handler); err != nil {
		return fmt.Errorf("raster: scratch: %w", err)
	}
	if p.mask == nil {
		return nil
	}
	if err := p.mask.Write(w.x, y, valid, w.w, w.h, handler); err != nil {
		return fmt.Errorf("raster: scratch mask: %w", err)
	}
	return nil
}

// flipRows turns a buffer of so many rows upside down.
func flipRows(b []byte, rows int) {
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
