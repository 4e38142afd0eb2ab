package raster

import (
	"fmt"
	"log/slog"
	"math"

	"github.com/airbusgeo/godal"
)

// halfWorld is half the side of the web mercator square, in metres (EPSG:3857).
const halfWorld = math.Pi * semiMajor

// A tileReader is one open display COG with its transformation. It belongs to
// one goroutine at a time.
type tileReader struct {
	ds      *godal.Dataset
	ref     *godal.SpatialRef
	web     *godal.SpatialRef
	toCRS   *godal.Transform // EPSG:3857 to the CRS of the picture
	gt      [6]float64
	levels  []level
	extent  [4]float64 // of the picture in EPSG:3857: west, south, east, north
	buffers [4][]byte  // three colours and the mask of a window
	log     godal.ErrorHandler
}

// level is the full picture or one overview.
type level struct {
	bands         []godal.Band
	mask          *godal.Band // nil: all valid
	width, height int
	fx, fy        float64 // full pixels per pixel of the level
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
	if r.gt, err = r.ds.GeoTransform(); err != nil {
		return r, err
	}
	if r.ref, err = godal.NewSpatialRefFromWKT(r.ds.Projection()); err != nil {
		return r, err
	}
	if r.web, err = godal.NewSpatialRefFromEPSG(3857); err != nil {
		return r, err
	}
	if r.toCRS, err = godal.NewTransform(r.web, r.ref); err != nil {
		return r, err
	}
	if err := r.openLevels(); err != nil {
		return r, err
	}
	return r, r.findExtent()
}

func (r *tileReader) close() {
	if r.toCRS != nil {
		r.toCRS.Close()
	}
	for _, ref := range []*godal.SpatialRef{r.web, r.ref} {
		if ref != nil {
			ref.Close()
		}
	}
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
	r.levels = []level{newLevel(bands, st.SizeX, st.SizeY)}
	for k := range overviews[0] {
		at := make([]godal.Band, len(bands))
		for i := range bands {
			at[i] = overviews[i][k]
		}
		r.levels = append(r.levels, newLevel(at, st.SizeX, st.SizeY))
	}
	return nil
}

func newLevel(bands []godal.Band, fullWidth, fullHeight int) level {
	st := bands[0].Structure()
	l := level{
		bands: bands, width: st.SizeX, height: st.SizeY,
		fx: float64(fullWidth) / float64(st.SizeX), fy: float64(fullHeight) / float64(st.SizeY),
	}
	if bands[0].MaskFlags()&maskPerDataset != 0 {
		mask := bands[0].MaskBand()
		l.mask = &mask
	}
	return l
}

// findExtent transforms the edges of the picture. Where the projection has no
// web mercator (the poles), the whole world is searched, which is only slower.
func (r *tileReader) findExtent() error {
	back, err := godal.NewTransform(r.ref, r.web)
	if err != nil {
		return err
	}
	defer back.Close()
	l := r.levels[0]
	var xs, ys []float64
	for i := range edgePoints + 1 {
		f := float64(i) / edgePoints
		col, row := f*float64(l.width), f*float64(l.height)
		for _, p := range [][2]float64{{col, 0}, {col, float64(l.height)}, {0, row}, {float64(l.width), row}} {
			x, y := r.gt[0]+p[0]*r.gt[1], r.gt[3]+p[1]*r.gt[5]
			if r.ref.Geographic() {
				x, y = min(max(x, -180), 180), min(max(y, -85.06), 85.06) // just past the square
			}
			xs, ys = append(xs, x), append(ys, y)
		}
	}
	ok := make([]bool, len(xs))
	if err := back.TransformEx(xs, ys, nil, ok); err != nil {
		r.extent = [4]float64{-halfWorld, -halfWorld, halfWorld, halfWorld}
		return nil
	}
	r.extent = [4]float64{xs[0], ys[0], xs[0], ys[0]}
	for i := range xs {
		r.extent = [4]float64{min(r.extent[0], xs[i]), min(r.extent[1], ys[i]), max(r.extent[2], xs[i]), max(r.extent[3], ys[i])}
	}
	// Between the points an edge bulges by up to (1/edgePoints)² / 8 of its arc.
	grow := max(r.extent[2]-r.extent[0], r.extent[3]-r.extent[1]) / (edgePoints * edgePoints)
	r.extent[0], r.extent[1], r.extent[2], r.extent[3] = r.extent[0]-grow, r.extent[1]-grow, r.extent[2]+grow, r.extent[3]+grow
	return nil
}
