package raster

import (
	"fmt"
	"log/slog"

	"github.com/airbusgeo/godal"
)

// A sheet is one resolution of a derivative, in a file of its own in the
// private folder until [assembleCOG] binds them: tiles of 512 pixels, bands
// side by side, with a mask or not.
type sheet struct {
	look
	path          string
	width, height int
	ds            *godal.Dataset
	mask          *godal.Band // nil: none
	log           *slog.Logger
}

// A look is what all resolutions of a derivative have in common.
type look struct {
	dtype    godal.DataType
	bands    int
	hasMask  bool
	options  []string // of GTiff
	nodata   *float64
	palette  [][4]int16
	scale    []godal.BandStructure // factor and offset of the values, by band; empty: 1 and 0
	alpha    int                   // band, or -1
	nearest  bool                  // values that have no mean: a palette
	threads  int
	geoPlace func(*godal.Dataset) error // places the finest resolution
}

func (l look) isByte() bool { return l.dtype == godal.Byte }

// sampleBytes is what a sample takes in our buffers.
func (l look) sampleBytes() int {
	if l.isByte() {
		return 1
	}
	return 8 // float64 holds all the others exactly
}

// create makes an empty sheet. Tiles that are never written take no room.
func (l look) create(path string, width, height int, place bool, log *slog.Logger) (*sheet, error) {
	s := &sheet{look: l, path: path, width: width, height: height, log: log}
	handler := godal.ErrLogger(gdalLog(log))
	options := append([]string{
		"TILED=YES", fmt.Sprintf("BLOCKXSIZE=%d", blockSide), fmt.Sprintf("BLOCKYSIZE=%d", blockSide), "INTERLEAVE=PIXEL",
		"BIGTIFF=IF_SAFER", "ENDIANNESS=LITTLE", "SPARSE_OK=TRUE", fmt.Sprintf("NUM_THREADS=%d", l.threads),
	}, l.options...)
	var err error
	if s.ds, err = godal.Create(godal.GTiff, path, l.bands, l.dtype, width, height, godal.CreationOption(options...), handler); err != nil {
		return nil, fmt.Errorf("raster: %s: %w", path, err)
	}
	if err := s.describe(place, handler); err != nil {
		_ = s.ds.Close()
		return nil, fmt.Errorf("raster: %s: %w", path, err)
	}
	return s, nil
}

// handlerOption is what takes an error handler in all the calls of describe.
type handlerOption interface {
	godal.SetNoDataOption
	godal.SetColorTableOption
	godal.DatasetCreateMaskOption
	godal.SetScaleOffsetOption
}

func (s *sheet) describe(place bool, handler handlerOption) error {
	if place && s.geoPlace != nil {
		if err := s.geoPlace(s.ds); err != nil {
			return err
		}
	}
	if s.nodata != nil {
		if err := s.ds.SetNoData(*s.nodata, handler); err != nil {
			return err
		}
	}
	if len(s.palette) > 0 {
		table := godal.ColorTable{PaletteInterp: godal.RGBPalette, Entries: s.palette}
		if err := s.ds.Bands()[0].SetColorTable(table, handler); err != nil {
			return err
		}
	}
	for i, b := range s.scale {
		if err := s.ds.Bands()[i].SetScaleOffset(b.Scale, b.Offset, handler); err != nil {
			return err
		}
	}
	if s.hasMask {
		mask, err := s.ds.CreateMaskBand(maskPerDataset, handler)
		if err != nil {
			return err
		}
		s.mask = &mask
	}
	return nil
}

// openSheet opens a finished sheet for reading.
func (l look) openSheet(path string, width, height int, log *slog.Logger) (*sheet, error) {
	s := &sheet{look: l, path: path, width: width, height: height, log: log}
	var err error
	s.ds, err = godal.Open(path, godal.Drivers("GTiff"), godal.RasterOnly(),
		godal.DriverOpenOption(fmt.Sprintf("NUM_THREADS=%d", l.threads)), godal.ErrLogger(gdalLog(log)))
	if err != nil {
		return nil, fmt.Errorf("raster: %s: %w", path, err)
	}
	if l.hasMask {
		mask := s.ds.Bands()[0].MaskBand()
		s.mask = &mask
	}
	return s, nil
}

// write writes pixels ([]byte or []float64) and, if the sheet has a mask, that.
func (s *sheet) write(w window, pix any, mask []byte) error {
	handler := godal.ErrLogger(gdalLog(s.log))
	if err := s.ds.Write(w.x, w.y, pix, w.w, w.h, handler); err != nil {
		return fmt.Errorf("raster: %s: %w", s.path, err)
	}
	if s.mask == nil {
		return nil
	}
	if err := s.mask.Write(w.x, w.y, mask, w.w, w.h, handler); err != nil {
		return fmt.Errorf("raster: mask of %s: %w", s.path, err)
	}
	return nil
}

func (s *sheet) read(w window, pix any, mask []byte) error {
	handler := godal.ErrLogger(gdalLog(s.log))
	if err := s.ds.Read(w.x, w.y, pix, w.w, w.h, handler); err != nil {
		return fmt.Errorf("raster: %s: %w", s.path, err)
	}
	if s.mask == nil {
		return nil
	}
	if err := s.mask.Read(w.x, w.y, mask, w.w, w.h, handler); err != nil {
		return fmt.Errorf("raster: mask of %s: %w", s.path, err)
	}
	return nil
}

func (s *sheet) close() error {
	if err := s.ds.Close(godal.ErrLogger(gdalLog(s.log))); err != nil {
		return fmt.Errorf("raster: %s: %w", s.path, err)
	}
	return nil
}
