package raster

import (
	"fmt"
	"log/slog"

	"github.com/airbusgeo/godal"
)

// A tileReader is one open display COG. It belongs to one goroutine at a time.
type tileReader struct {
	ds     *godal.Dataset
	grid   webGrid
	levels []level // the full picture first
	log    godal.ErrorHandler
}

// level is the full picture or one overview.
type level struct {
	bands         []godal.Band
	mask          godal.Band
	width, height int
}

func openTileReader(path string, log *slog.Logger) (_ *tileReader, err error) {
	r := &tileReader{log: gdalLog(log)}
	defer func() {
		if err != nil {
			r.close()
			err = fmt.Errorf("raster: tiles of %s: %w", path, err)
		}
	}()
	if r.ds, err = godal.Open(path, godal.Drivers("GTiff"), godal.RasterOnly(), godal.ErrLogger(r.log)); err != nil {
		return r, err
	}
	for _, domain := range r.ds.MetadataDomains() {
		if isForeign(domain) {
			return r, fmt.Errorf("metadata domain %s in a file of ours", domain)
		}
	}
	if err := r.openLevels(); err != nil {
		return r, err
	}
	gt, err := r.ds.GeoTransform()
	if err != nil {
		return r, err
	}
	r.grid, err = webGridOf(gt, r.levels[0].width, r.levels[0].height, len(r.levels)-1)
	return r, err
}

func (r *tileReader) close() {
	if r.ds != nil {
		_ = r.ds.Close() // opened for reading: nothing can be lost
	}
}

func (r *tileReader) openLevels() error {
	bands := r.ds.Bands()
	if n := len(bands); n != 1 && n != 3 {
		return fmt.Errorf("%d bands, a display COG has 1 or 3", n)
	}
	st := r.ds.Structure()
	if st.DataType != godal.Byte {
		return fmt.Errorf("values of type %s", st.DataType)
	}
	overviews := make([][]godal.Band, len(bands))
	for i, b := range bands {
		overviews[i] = b.Overviews()
		if len(overviews[i]) != len(overviews[0]) {
			return fmt.Errorf("bands with different overviews")
		}
	}
	for k := range len(overviews[0]) + 1 {
		at := bands
		if k > 0 {
			at = make([]godal.Band, len(bands))
			for i := range bands {
				at[i] = overviews[i][k-1]
			}
		}
		l := level{bands: at, mask: at[0].MaskBand(), width: at[0].Structure().SizeX, height: at[0].Structure().SizeY}
		if l.width != st.SizeX>>k || l.height != st.SizeY>>k || at[0].MaskFlags()&maskPerDataset == 0 {
			return fmt.Errorf("level %d of %d x %d is none of a display COG", k, l.width, l.height)
		}
		r.levels = append(r.levels, l)
	}
	return nil
}
