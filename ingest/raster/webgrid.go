package raster

import (
	"fmt"
	"math"

	"github.com/airbusgeo/godal"
)

// halfWorld is half the side of the web mercator square, in metres (EPSG:3857).
const halfWorld = math.Pi * semiMajor

// webTile is the side in pixels of the tiles by which zooms are counted.
const webTile = 256

// webResolution is metres of EPSG:3857 a pixel of a 256-pixel tile of a zoom.
func webResolution(zoom int) float64 { return 2 * halfWorld / webTile / math.Exp2(float64(zoom)) }

// A webGrid is where the pixels of a display COG lie: on the pixels of one zoom
// of the web mercator pyramid (EPSG:3857), so that a map tile is a window of
// the COG or of one of its overviews, and nothing is warped to serve it.
type webGrid struct {
	zoom          int   // of the 256-pixel tiles whose pixels these are
	left, top     int64 // pixels of that zoom west and north of the first pixel
	width, height int
	levels        int // overviews, each half of the one before
}

// Blocks of the COG and of its first alignedLevels overviews are whole map
// tiles of 512 pixels. Aligning more of them would pad the picture further, and
// the coarser overviews have a handful of blocks anyway.
const (
	blockSide     = 512
	alignedLevels = 5
)

// newWebGrid chooses the zoom whose resolution is nearest, by ratio, to that of
// the picture (as the COG driver of GDAL does), and the smallest aligned grid
// that holds extent (EPSG:3857: west, south, east, north). The measuring COG
// keeps what a coarser zoom loses.
func newWebGrid(extent [4]float64, resolution float64) webGrid {
	zoom := int(math.Round(math.Log2(webResolution(0) / resolution)))
	return webGridAt(extent, min(max(zoom, 0), maxZoom))
}

func webGridAt(extent [4]float64, zoom int) webGrid {
	res := webResolution(zoom)
	world := int64(webTile) << zoom
	clamp := func(v float64) int64 { return int64(min(max(v, 0), float64(world))) }
	// A pixel that the picture reaches by less than a thousandth is left out.
	west, east := clamp(math.Floor((extent[0]+halfWorld)/res+1e-3)), clamp(math.Ceil((extent[2]+halfWorld)/res-1e-3))
	north, south := clamp(math.Floor((halfWorld-extent[3])/res+1e-3)), clamp(math.Ceil((halfWorld-extent[1])/res-1e-3))
	east, south = max(east, west+1), max(south, north+1)
	g := webGrid{zoom: zoom}
	for max(east-west, south-north)>>g.levels > blockSide {
		g.levels++
	}
	align := int64(blockSide) << min(g.levels, alignedLevels)
	align = max(align, 1<<g.levels)
	g.left, g.top = west/align*align, north/align*align
	whole := max(int64(blockSide), 1<<g.levels)
	g.width = int((east - g.left + whole - 1) / whole * whole)
	g.height = int((south - g.top + whole - 1) / whole * whole)
	return g
}

func (w webGrid) geoTransform() [6]float64 {
	res := webResolution(w.zoom)
	return [6]float64{float64(w.left)*res - halfWorld, res, 0, halfWorld - float64(w.top)*res, 0, -res}
}

// webGridOf reads the grid of a file that [Convert] made, from its geotransform.
func webGridOf(gt [6]float64, width, height, levels int) (webGrid, error) {
	zoom := int(math.Round(math.Log2(webResolution(0) / gt[1])))
	if gt[1] <= 0 || zoom < 0 || zoom > maxZoom {
		return webGrid{}, fmt.Errorf("pixels of %g m are of no zoom", gt[1])
	}
	res := webResolution(zoom)
	w := webGrid{zoom: zoom, width: width, height: height, levels: levels}
	w.left, w.top = int64(math.Round((gt[0]+halfWorld)/res)), int64(math.Round((halfWorld-gt[3])/res))
	for i, v := range w.geoTransform() {
		if math.Abs(v-gt[i]) > res/1000 {
			return webGrid{}, fmt.Errorf("not on the grid of zoom %d", zoom)
		}
	}
	return w, nil
}

// maxDisplayGrowth bounds the pixels of the display COG by those of the
// picture: one that is stretched far in the north would grow without end.
const maxDisplayGrowth = 4

// webPlace is the way between a picture and the web grid.
type webPlace struct {
	web        *godal.SpatialRef
	toCRS      *godal.Transform // EPSG:3857 to the CRS of the picture
	extent     [4]float64       // of the picture in EPSG:3857
	resolution float64          // metres of EPSG:3857 a pixel, at the centre
}

func (p *webPlace) close() {
	if p.toCRS != nil {
		p.toCRS.Close()
	}
	if p.web != nil {
		p.web.Close()
	}
}

// webPlace finds where the picture lies on web maps. A picture that lies on
// none, near the poles, is refused.
func (g grid) webPlace() (_ *webPlace, err error) {
	p := &webPlace{}
	defer func() {
		if err != nil {
			p.close()
		}
	}()
	if p.web, err = godal.NewSpatialRefFromEPSG(3857); err != nil {
		return nil, fmt.Errorf("raster: EPSG:3857: %w", err)
	}
	if p.toCRS, err = godal.NewTransform(p.web, g.crs.ref); err != nil {
		return nil, refuse(CodeCRSNotAllowed, g.crs.name)
	}
	fromCRS, err := godal.NewTransform(g.crs.ref, p.web)
	if err != nil {
		return nil, refuse(CodeCRSNotAllowed, g.crs.name)
	}
	defer fromCRS.Close()
	if err := p.findExtent(g, fromCRS); err != nil {
		return nil, err
	}
	return p, p.findResolution(g, fromCRS)
}

// mercatorEdge is just past the latitude where the web mercator square ends.
const mercatorEdge = 85.06

func (p *webPlace) findExtent(g grid, fromCRS *godal.Transform) error {
	var xs, ys []float64
	for i := range edgePoints + 1 {
		f := float64(i) / edgePoints
		col, row := f*float64(g.width), f*float64(g.height)
		for _, c := range [][2]float64{{col, 0}, {col, float64(g.height)}, {0, row}, {float64(g.width), row}} {
			x, y := g.at(c[0], c[1])
			if g.crs.geographic {
				x, y = min(max(x, -180), 180), min(max(y, -mercatorEdge), mercatorEdge)
			}
			xs, ys = append(xs, x), append(ys, y)
		}
	}
	ok := make([]bool, len(xs))
	if err := fromCRS.TransformEx(xs, ys, nil, ok); err != nil {
		return refuse(CodeOutsideWorld, "web mercator")
	}
	e := [4]float64{xs[0], ys[0], xs[0], ys[0]}
	for i := range xs {
		if !ok[i] || math.IsNaN(xs[i]+ys[i]) || math.IsInf(xs[i]+ys[i], 0) {
			return refuse(CodeOutsideWorld, "web mercator")
		}
		e = [4]float64{min(e[0], xs[i]), min(e[1], ys[i]), max(e[2], xs[i]), max(e[3], ys[i])}
	}
	if e[3] <= -halfWorld || e[1] >= halfWorld {
		return refuse(CodeOutsideWorld, "web mercator")
	}
	// Between the points an edge bulges by up to (1/edgePoints)² / 8 of its arc.
	grow := max(e[2]-e[0], e[3]-e[1]) / (edgePoints * edgePoints) / 8
	if g.crs.geographic || g.crs.mercator {
		grow = 0 // straight there, too
	}
	p.extent = [4]float64{e[0] - grow, e[1] - grow, e[2] + grow, e[3] + grow}
	return nil
}

func (p *webPlace) findResolution(g grid, fromCRS *godal.Transform) error {
	col, row := float64(g.width)/2, float64(g.height)/2
	x, y := g.at(col, row)
	if g.crs.geographic { // a picture of the world's middle is its equator, that of a pole's cap is not on the square
		y = min(max(y, -mercatorEdge+1), mercatorEdge-1)
	}
	xs, ys := []float64{x, x + g.dx, x}, []float64{y, y, y - g.dy}
	ok := make([]bool, 3)
	if err := fromCRS.TransformEx(xs, ys, nil, ok); err != nil || !ok[0] || !ok[1] || !ok[2] {
		return refuse(CodeOutsideWorld, "web mercator")
	}
	ux, uy, vx, vy := xs[1]-xs[0], ys[1]-ys[0], xs[2]-xs[0], ys[2]-ys[0]
	p.resolution = math.Sqrt(math.Abs(ux*vy - uy*vx))
	if !(p.resolution > 0) {
		return refuse(CodeBadGeoreference, "")
	}
	return nil
}

// grid chooses the web grid, coarser where the picture would grow too much.
func (p *webPlace) grid(pixels int64) webGrid {
	w := newWebGrid(p.extent, p.resolution)
	for w.zoom > 0 {
		res := webResolution(w.zoom)
		need := (p.extent[2] - p.extent[0]) / res * ((p.extent[3] - p.extent[1]) / res)
		if need <= maxDisplayGrowth*float64(pixels)+1<<22 {
			break
		}
		w = webGridAt(p.extent, w.zoom-1)
	}
	return w
}

// pixelsOf is the window of the grid that an extent in EPSG:3857 reaches.
func (w webGrid) pixelsOf(extent [4]float64) window {
	gt := w.geoTransform()
	clamp := func(v float64, most int) int { return int(min(max(v, 0), float64(most))) }
	x0, y0 := clamp(math.Floor((extent[0]-gt[0])/gt[1]+1e-3), w.width-1), clamp(math.Floor((extent[3]-gt[3])/gt[5]+1e-3), w.height-1)
	x1, y1 := clamp(math.Ceil((extent[2]-gt[0])/gt[1]-1e-3), w.width), clamp(math.Ceil((extent[1]-gt[3])/gt[5]-1e-3), w.height)
	return window{x0, y0, max(1, x1-x0), max(1, y1-y0)}
}
