package raster

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"log/slog"
	"strconv"

	"github.com/airbusgeo/godal"
	"github.com/paulmach/orb"
)

// underlayQuality is that of a photo in print: a map is looked at closely.
const underlayQuality = 90

// Underlay draws what a display COG that [Convert] made shows of bounds, a box
// in EPSG:srid (projected, metres, x east), as a JPEG of width × height pixels
// with its edges along the axes of that CRS, moved by shift as on the screen.
// What is not valid is white. It returns [ErrEmpty] where the picture has nothing.
func Underlay(ctx context.Context, path string, srid int, shift Shift, bounds orb.Bound, width, height int) ([]byte, error) {
	if err := Start(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	log := godal.ErrLogger(gdalLog(slog.Default()))
	cog, err := godal.Open(path, godal.Drivers("GTiff"), godal.RasterOnly(), log)
	if err != nil {
		return nil, fmt.Errorf("raster: underlay from %s: %w", path, err)
	}
	defer func() { _ = cog.Close() }() // opened for reading: nothing can be lost
	if shift != (Shift{}) {
		if bounds, err = before(shift, srid, bounds); err != nil {
			return nil, fmt.Errorf("raster: underlay from %s: %w", path, err)
		}
	}
	ground, err := cog.Warp("", []string{
		"-of", "MEM", "-t_srs", "EPSG:" + strconv.Itoa(srid), "-te",
		number(bounds.Min[0]), number(bounds.Min[1]), number(bounds.Max[0]), number(bounds.Max[1]),
		"-ts", strconv.Itoa(width), strconv.Itoa(height), "-r", "average", "-dstalpha",
	}, log)
	if err != nil {
		return nil, fmt.Errorf("raster: underlay from %s: %w", path, err)
	}
	defer func() { _ = ground.Close() }() // in memory
	img, err := transparent(ground, width, height)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, onWhite(img), &jpeg.Options{Quality: underlayQuality}); err != nil {
		return nil, fmt.Errorf("raster: underlay: %w", err)
	}
	return out.Bytes(), nil
}

// before is the box that a shift moves onto bounds: the shift as it is on the
// ground at the middle of them. Over a kilometre a shift of metres changes by
// less than a millimetre.
func before(shift Shift, srid int, bounds orb.Bound) (orb.Bound, error) {
	ground, err := godal.NewSpatialRefFromEPSG(srid)
	if err != nil {
		return bounds, err
	}
	defer ground.Close()
	web, err := godal.NewSpatialRefFromEPSG(3857)
	if err != nil {
		return bounds, err
	}
	defer web.Close()
	there, err := godal.NewTransform(ground, web)
	if err != nil {
		return bounds, err
	}
	defer there.Close()
	back, err := godal.NewTransform(web, ground)
	if err != nil {
		return bounds, err
	}
	defer back.Close()
	middle := bounds.Center()
	xs, ys := []float64{middle[0]}, []float64{middle[1]}
	if err := there.TransformEx(xs, ys, nil, nil); err != nil {
		return bounds, err
	}
	xs[0], ys[0] = xs[0]-shift[0], ys[0]-shift[1]
	if err := back.TransformEx(xs, ys, nil, nil); err != nil {
		return bounds, err
	}
	move := orb.Point{xs[0] - middle[0], ys[0] - middle[1]}
	return orb.Bound{Min: orb.Point{bounds.Min[0] + move[0], bounds.Min[1] + move[1]}, Max: orb.Point{bounds.Max[0] + move[0], bounds.Max[1] + move[1]}}, nil
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', 4, 64) }

// transparent reads grey or colour with alpha as the last band.
func transparent(ds *godal.Dataset, width, height int) (*image.NRGBA, error) {
	bands := ds.Bands()
	planes := make([][]byte, len(bands))
	for i, b := range bands {
		planes[i] = make([]byte, width*height)
		if err := b.Read(0, 0, planes[i], width, height); err != nil {
			return nil, fmt.Errorf("raster: underlay: %w", err)
		}
	}
	red, green, blue, alpha := planes[0], planes[0], planes[0], planes[len(planes)-1]
	if len(planes) >= 4 {
		green, blue = planes[1], planes[2]
	}
	img, seen := image.NewNRGBA(image.Rect(0, 0, width, height)), false
	for i, a := range alpha {
		seen = seen || a != 0
		img.SetNRGBA(i%width, i/width, color.NRGBA{red[i], green[i], blue[i], a})
	}
	if !seen {
		return nil, ErrEmpty
	}
	return img, nil
}
