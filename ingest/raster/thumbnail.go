package raster

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"log/slog"
	"os"

	"github.com/airbusgeo/godal"
)

// thumbnailName is the third result, beside the two COGs.
const thumbnailName = "thumbnail.jpg"

const (
	thumbnailSide    = 512
	thumbnailQuality = 80
)

// writeThumbnail shrinks part of the display COG onto white.
func writeThumbnail(part window, log *slog.Logger) error {
	cog, err := godal.Open(displayName, godal.Drivers("GTiff"), godal.RasterOnly(), godal.ErrLogger(gdalLog(log)))
	if err != nil {
		return fmt.Errorf("raster: thumbnail: %w", err)
	}
	defer func() { _ = cog.Close() }() // only read
	img, err := shrink(cog, part, thumbnailSide, godal.ErrLogger(gdalLog(log)))
	if err != nil {
		return fmt.Errorf("raster: thumbnail: %w", err)
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: thumbnailQuality}); err != nil {
		return fmt.Errorf("raster: thumbnail: %w", err)
	}
	return os.WriteFile(thumbnailName, out.Bytes(), 0o644)
}

// shrink averages a part to at most side pixels on its longer side. What is not
// valid becomes white.
func shrink(cog *godal.Dataset, part window, side int, log ioOption) (image.Image, error) {
	w, h := part.w, part.h
	if longer := max(w, h); longer > side {
		w, h = max(1, w*side/longer), max(1, h*side/longer)
	}
	bands := len(cog.Bands())
	pix, mask := make([]byte, w*h*bands), make([]byte, w*h)
	whole := godal.Window(part.w, part.h)
	if err := cog.Read(part.x, part.y, pix, w, h, whole, godal.Resampling(godal.Average), log); err != nil {
		return nil, err
	}
	if err := cog.Bands()[0].MaskBand().Read(part.x, part.y, mask, w, h, whole, godal.Resampling(godal.Average), log); err != nil {
		return nil, err
	}
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range mask {
		c := color.RGBA{255, 255, 255, 255}
		if px := pix[i*bands : (i+1)*bands]; mask[i] > 127 {
			c = color.RGBA{px[0], px[0], px[0], 255}
			if bands == 3 {
				c = color.RGBA{px[0], px[1], px[2], 255}
			}
		}
		img.SetRGBA(i%w, i/w, c)
	}
	return img, nil
}

// ioOption is what reading from a dataset and from a band both take.
type ioOption interface {
	godal.DatasetIOOption
	godal.BandIOOption
}
