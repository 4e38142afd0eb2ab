package raster

import (
	"fmt"
	"math"

	"github.com/airbusgeo/godal"
)

// A grid places the pixels of a north-up picture in its CRS.
type grid struct {
	crs           earthCRS
	width, height int
	west, north   float64 // of the outer corner, in the unit of the CRS
	dx, dy        float64 // size of a pixel, both positive
	southUp       bool    // the first row of the file is the southernmost
}

// newGrid judges the georeference of an opened original, with what was told of
// it. Citations are the names of CRSs in the file.
func newGrid(ds *godal.Dataset, told Told, citations []string) (grid, error) {
	st := ds.Structure()
	gt, notes, err := told.placeOf(ds)
	if err != nil {
		return grid{}, err
	}
	for _, v := range gt {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return grid{}, refuse(CodeBadGeoreference, fmt.Sprint(gt))
		}
	}
	// A shear that moves no corner by a hundredth of a pixel is rounding.
	if math.Abs(gt[2])*float64(st.SizeY) > 0.01*math.Abs(gt[1]) || math.Abs(gt[4])*float64(st.SizeX) > 0.01*math.Abs(gt[5]) {
		angle := math.Atan2(gt[4], gt[1]) * 180 / math.Pi
		return grid{}, refuse(CodeRotated, fmt.Sprintf("%.2f°", angle))
	}
	switch {
	case gt[1] == 0 || gt[5] == 0:
		return grid{}, refuse(CodeBadGeoreference, fmt.Sprint(gt))
	case gt[1] < 0:
		return grid{}, refuse(CodeMirrored, "")
	}
	g := grid{width: st.SizeX, height: st.SizeY, west: gt[0], north: gt[3], dx: gt[1], dy: math.Abs(gt[5]), southUp: gt[5] > 0}
	if g.southUp {
		g.north += float64(g.height) * g.dy
	}
	g.crs, err = told.crsOf(ds, citations, g.west)
	if err != nil {
		return grid{}, err
	}
	g.crs.notes = append(notes, g.crs.notes...)
	if err := g.checkSize(); err != nil {
		g.crs.ref.Close()
		return grid{}, err
	}
	return g, nil
}

// checkSize refuses pixels below a tenth of a millimetre and above a degree,
// and degrees outside the globe.
func (g grid) checkSize() error {
	unit := g.crs.metres
	if g.crs.geographic {
		unit = 111e3 // metres a degree, near enough for this
		west, south, east, north := g.west, g.north-float64(g.height)*g.dy, g.west+float64(g.width)*g.dx, g.north
		// Half a pixel of grace for files that place pixel centres on the edge.
		if west < -180-g.dx || east > 360+g.dx || south < -90-g.dy || north > 90+g.dy || east-west > 360+g.dx {
			return refuse(CodeOutsideWorld, fmt.Sprintf("%g, %g, %g, %g", west, south, east, north))
		}
		if east > 180+g.dx {
			return refuse(CodeAntimeridian, fmt.Sprintf("%g to %g", west, east))
		}
	}
	for _, size := range []float64{g.dx * unit, g.dy * unit} {
		if size < 1e-4 || size > 111e3 {
			return refuse(CodeBadGeoreference, fmt.Sprintf("pixels of %g m", size))
		}
	}
	return nil
}

func (g grid) geoTransform() [6]float64 { return [6]float64{g.west, g.dx, 0, g.north, 0, -g.dy} }

func (g grid) bounds() [4]float64 {
	return [4]float64{g.west, g.north - float64(g.height)*g.dy, g.west + float64(g.width)*g.dx, g.north}
}

// at returns the place of a corner of the pixel grid, in the CRS.
func (g grid) at(col, row float64) (x, y float64) { return g.west + col*g.dx, g.north - row*g.dy }

// A lonLatTransform turns coordinates of a CRS into degrees on WGS 84.
type lonLatTransform struct {
	wgs *godal.SpatialRef
	trn *godal.Transform
}

func (g grid) lonLat() (*lonLatTransform, error) {
	wgs, err := godal.NewSpatialRefFromEPSG(4326)
	if err != nil {
		return nil, fmt.Errorf("raster: EPSG:4326: %w", err)
	}
	trn, err := godal.NewTransform(g.crs.ref, wgs)
	if err != nil {
		wgs.Close()
		return nil, refuse(CodeCRSNotAllowed, g.crs.name)
	}
	return &lonLatTransform{wgs, trn}, nil
}

func (t *lonLatTransform) close() {
	t.trn.Close()
	t.wgs.Close()
}

// apply changes xs and ys in place. A point that has no place on the globe
// means that the picture lies outside of where its projection holds.
func (t *lonLatTransform) apply(xs, ys []float64) error {
	ok := make([]bool, len(xs))
	err := t.trn.TransformEx(xs, ys, nil, ok)
	for i := range xs {
		if err != nil || !ok[i] || math.Abs(xs[i]) > 180+1e-6 || math.Abs(ys[i]) > 90+1e-6 || math.IsNaN(xs[i]+ys[i]) {
			return refuse(CodeOutsideWorld, "")
		}
	}
	return nil
}

// edgePoints is how many points an edge is cut into before it is transformed,
// since a straight edge of a projection is none on the globe.
const edgePoints = 32

// boundsWGS84 returns west, south, east, north in degrees.
func (g grid) boundsWGS84(t *lonLatTransform) ([4]float64, error) {
	var xs, ys []float64
	for i := range edgePoints + 1 {
		f := float64(i) / edgePoints
		col, row := f*float64(g.width), f*float64(g.height)
		for _, p := range [][2]float64{{col, 0}, {col, float64(g.height)}, {0, row}, {float64(g.width), row}} {
			x, y := g.at(p[0], p[1])
			xs, ys = append(xs, x), append(ys, y)
		}
	}
	if g.crs.geographic {
		// Half a pixel outside the globe is rounding; PROJ would wrap it round.
		for i := range xs {
			xs[i], ys[i] = min(max(xs[i], -180), 180), min(max(ys[i], -90), 90)
		}
	}
	if err := t.apply(xs, ys); err != nil {
		return [4]float64{}, err
	}
	b := [4]float64{xs[0], ys[0], xs[0], ys[0]}
	for i := range xs {
		b = [4]float64{min(b[0], xs[i]), min(b[1], ys[i]), max(b[2], xs[i]), max(b[3], ys[i])}
	}
	if !g.crs.geographic && b[2]-b[0] > 180 {
		return b, refuse(CodeAntimeridian, "")
	}
	return b, nil
}

// gsd is the mean size of a pixel at the centre, in metres on the ground.
func (g grid) gsd(t *lonLatTransform) (float64, error) {
	if !g.crs.geographic && !g.crs.mercator {
		return (g.dx + g.dy) / 2 * g.crs.metres, nil
	}
	x, y := g.at(float64(g.width)/2, float64(g.height)/2)
	xs, ys := []float64{x, x + g.dx/2, x}, []float64{y, y, y - g.dy/2}
	if err := t.apply(xs, ys); err != nil {
		return 0, err
	}
	east := 2 * math.Abs(xs[1]-xs[0]) * degree * primeVertical(ys[0]*degree) * math.Cos(ys[0]*degree)
	north := 2 * math.Abs(ys[2]-ys[0]) * degree * meridional(ys[0]*degree)
	return (east + north) / 2, nil
}
