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
// with its edges along the axes of that CRS. What is not valid is white. It
// returns [ErrEmpty] where the picture has nothing.
func Underlay(ctx context.Context, path string, srid int, bounds orb.Bound, width, height int) ([]byte, error) {
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
