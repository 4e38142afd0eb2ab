package raster

import (
	"fmt"
	"log/slog"
	"slices"

	"jieshi/ingest"
)

// Sharpness says how much fine detail a picture has for its contrast.
//
// The measure: in windows of 64 pixels on a lattice of at most 16 by 16 over
// the full resolution, the variance of the Laplacian (4 times a pixel less its
// four neighbours) of the mean shown value, divided by the variance of that
// value. Windows with an invalid pixel or a standard deviation under
// minContrast grey values say nothing. Ratio is the median of the others. White
// noise has 20, photographs at their native resolution some tenths, one blurred
// by a Gaussian of two pixels under a hundredth.
type Sharpness struct {
	Ratio   float64 `json:"ratio"`
	Limit   float64 `json:"limit"`   // below it the picture is called blurred
	Windows int     `json:"windows"` // that had enough contrast
}

const (
	blurLimit   = 0.02
	minContrast = 3.0 // grey values
)

// sharpness measures the finest sheet; nil if no window has enough contrast.
func sharpness(src *source, sh *shade, log *slog.Logger) (*Sharpness, error) {
	r := newReader(src, src.neededBands(), log)
	var ratios []float64
	planes := make([][]byte, sh.planes)
	for _, y := range lattice(src.grid.height) {
		for _, x := range lattice(src.grid.width) {
			w := window{x, y, min(sampleSide, src.grid.width-x), min(sampleSide, src.grid.height-y)}
			if err := r.read(w); err != nil {
				return nil, err
			}
			if w.w < 3 || w.h < 3 || slices.Contains(r.valid, 0) {
				continue
			}
			for k := range planes {
				planes[k] = grown(planes[k], w.w*w.h)
			}
			sh.paint(r, w, planes)
			if ratio, ok := detail(planes, w); ok {
				ratios = append(ratios, ratio)
			}
		}
	}
	if len(ratios) == 0 {
		return nil, nil
	}
	slices.Sort(ratios)
	return &Sharpness{Ratio: percentile(ratios, 50), Limit: blurLimit, Windows: len(ratios)}, nil
}

// detail is the variance of the Laplacian over that of the values.
func detail(planes [][]byte, w window) (ratio float64, ok bool) {
	grey := make([]float64, w.w*w.h)
	for _, p := range planes {
		for i := range grey {
			grey[i] += float64(p[i]) / float64(len(planes))
		}
	}
	var laplacian []float64
	for y := 1; y < w.h-1; y++ {
		for x := 1; x < w.w-1; x++ {
			i := y*w.w + x
			laplacian = append(laplacian, 4*grey[i]-grey[i-1]-grey[i+1]-grey[i-w.w]-grey[i+w.w])
		}
	}
	contrast := variance(grey)
	return variance(laplacian) / contrast, contrast >= minContrast*minContrast
}

func variance(vs []float64) float64 {
	sum, squares := 0.0, 0.0
	for _, v := range vs {
		sum += v
	}
	mean := sum / float64(len(vs))
	for _, v := range vs {
		squares += (v - mean) * (v - mean)
	}
	return squares / float64(len(vs))
}

// mostlyEmpty is the share of valid pixels under which a picture is called so.
const mostlyEmpty = 0.1

// warn notes what a person should look at before trusting the picture.
func (r *Result) warn() {
	if s := r.Sharpness; s != nil && s.Ratio < s.Limit {
		r.Notes = append(r.Notes, ingest.Note{Code: "blurred", Text: fmt.Sprintf(
			"The picture has little fine detail for its resolution (%.4f, limit %.2f): out of focus, or enlarged. 影像细节与分辨率不符（%.4f，限值 %.2f），可能失焦或由较粗影像放大。", s.Ratio, s.Limit, s.Ratio, s.Limit)})
	}
	if r.ValidFraction < mostlyEmpty {
		r.Notes = append(r.Notes, ingest.Note{Code: "mostly_empty", Text: fmt.Sprintf(
			"Only %.1f %% of the pixels are valid. 有效像素仅占 %.1f %%。", 100*r.ValidFraction, 100*r.ValidFraction)})
	}
	flat := len(r.Histograms) > 0
	for _, h := range r.Histograms {
		flat = flat && h.StdDev != nil && *h.StdDev*256 < 2*(h.High-h.Low)
	}
	if flat {
		r.Notes = append(r.Notes, ingest.Note{Code: "flat", Text: "The picture is nearly of one colour. 影像几乎为单一颜色。"})
	}
}
