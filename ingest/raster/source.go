package raster

import (
	"fmt"
	"log/slog"
	"math"
	"slices"

	"github.com/airbusgeo/godal"
)

// openOriginal opens the one file of the private folder: GTiff and nothing
// else, without overviews (an OVERVIEWS domain may name any file or URL), and
// refuses every metadata domain through which GDAL would look elsewhere.
func openOriginal(name string, threads int, log *slog.Logger) (*godal.Dataset, error) {
	ds, err := godal.Open(name, godal.Drivers("GTiff"), godal.RasterOnly(),
		godal.DriverOpenOption("OVERVIEW_LEVEL=NONE", fmt.Sprintf("NUM_THREADS=%d", threads)), godal.ErrLogger(gdalLog(log)))
	if err != nil {
		log.Info("original cannot be opened", "error", err)
		return nil, refuse(CodeUnreadable, "")
	}
	if err := checkOpened(ds); err != nil {
		_ = ds.Close()
		return nil, err
	}
	return ds, nil
}

func checkOpened(ds *godal.Dataset) error {
	domains := ds.MetadataDomains()
	for _, b := range ds.Bands() {
		domains = append(domains, b.MetadataDomains()...)
		if n := len(b.Overviews()); n > 0 {
			return fmt.Errorf("raster: %d overviews in spite of OVERVIEW_LEVEL=NONE", n)
		}
	}
	// A dataset opened without its overviews does not list its domains, but has them.
	domains = append(domains, foreignDomains...)
	domains = append(domains, "xml:VRT")
	for _, d := range domains {
		if isForeign(d) && len(ds.Metadatas(godal.Domain(d))) > 0 {
			return refuseDomain(d)
		}
	}
	return nil
}

// A source is an original with the decisions on how to show it and where it is
// valid.
type source struct {
	ds       *godal.Dataset
	grid     grid
	dtype    godal.DataType
	bits     int
	bands    int
	block    [2]int
	show     []int // bands shown, from 0: one grey or palette, or red, green, blue
	alpha    int   // band, or -1
	colours  []int // bands that are no alpha
	mask     MaskSource
	maskBand bool    // read GDAL's mask rather than comparing values
	nodata   float64 // if mask is MaskNodata and not maskBand
	palette  [][4]int16
}

// newSource decides; it reads no pixels.
func newSource(ds *godal.Dataset, g grid, bits int) (*source, error) {
	st, bands := ds.Structure(), ds.Bands()
	s := &source{
		ds: ds, grid: g, dtype: st.DataType, bits: bits, bands: len(bands), alpha: -1,
		block: [2]int{bands[0].Structure().BlockSizeX, bands[0].Structure().BlockSizeY},
	}
	for _, b := range bands {
		switch t := b.Structure().DataType; t {
		case godal.Byte, godal.UInt16, godal.Int16, godal.UInt32, godal.Int32, godal.Float32, godal.Float64:
			if t != s.dtype {
				return nil, refuse(CodeSampleType, "samples differ between bands")
			}
		default:
			return nil, refuse(CodeSampleType, t.String())
		}
	}
	for i, b := range bands {
		if b.ColorInterp() == godal.CIAlpha {
			s.alpha = i
		} else {
			s.colours = append(s.colours, i)
		}
	}
	if len(s.colours) == 0 {
		return nil, refuse(CodeSampleType, "alpha only")
	}
	s.show = shownBands(bands, s.colours)
	if len(s.show) == 1 {
		s.palette = bands[s.show[0]].ColorTable().Entries
	}
	s.chooseMask(bands)
	return s, nil
}

// shownBands picks red, green and blue where the file names them, else the
// first three colour bands, else the first.
func shownBands(bands []godal.Band, colours []int) []int {
	rgb := []int{-1, -1, -1}
	for _, i := range colours {
		k := slices.Index([]godal.ColorInterp{godal.CIRed, godal.CIGreen, godal.CIBlue}, bands[i].ColorInterp())
		if k >= 0 && rgb[k] < 0 {
			rgb[k] = i
		}
	}
	if !slices.Contains(rgb, -1) {
		return rgb
	}
	if len(colours) >= 3 {
		return colours[:3]
	}
	return colours[:1]
}

// Bits of GDALGetMaskFlags (gdal.h).
const (
	maskPerDataset = 0x02
	maskAlpha      = 0x04
	maskNodata     = 0x08
)

// chooseMask believes, in this order, a mask inside the file, alpha, and a
// nodata value that the type can hold. Mapping software writes -10000 into
// 8-bit files; such a value marks nothing.
func (s *source) chooseMask(bands []godal.Band) {
	first := bands[s.show[0]]
	flags := first.MaskFlags()
	nodata, has := first.NoData()
	switch {
	case flags&maskPerDataset != 0 && flags&(maskAlpha|maskNodata) == 0:
		s.mask, s.maskBand = MaskBand, true
	case s.alpha >= 0:
		s.mask = MaskAlpha
	case flags&maskPerDataset != 0 && flags&maskNodata != 0: // NODATA_VALUES, one a band
		s.mask, s.maskBand = MaskNodata, true
	case has && canHold(s.dtype, nodata):
		s.mask, s.nodata = MaskNodata, nodata
	default:
		s.mask = MaskNothing
	}
}

// canHold reports whether a pixel of that type can have the value v.
func canHold(t godal.DataType, v float64) bool {
	switch t {
	case godal.Float32:
		return math.IsNaN(v) || math.IsInf(v, 0) || !math.IsInf(float64(float32(v)), 0)
	case godal.Float64:
		return true
	default:
		return canHoldWhole(t, v)
	}
}

// canHoldWhole is canHold for the types of whole numbers.
func canHoldWhole(t godal.DataType, v float64) bool {
	ranges := map[godal.DataType][2]float64{
		godal.Byte: {0, 255}, godal.UInt16: {0, 65535}, godal.Int16: {-32768, 32767},
		godal.UInt32: {0, math.MaxUint32}, godal.Int32: {math.MinInt32, math.MaxInt32},
	}
	r := ranges[t]
	return v == math.Trunc(v) && v >= r[0] && v <= r[1]
}
