package raster

import (
	"log/slog"
	"math"
	"slices"

	"github.com/airbusgeo/godal"
)

// shade turns samples into the 8-bit values that are shown.
type shade struct {
	src     *source
	lut     [256]byte     // for 8-bit grey and colours
	rgb     [256][3]byte  // for palettes
	scale   *DisplayScale // for everything else
	planes  int           // 1 or 3
	threads int
	relief  *relief // shows heights as a hillshade; nil for a picture
}

func newShade(s *source, threads int, log *slog.Logger) (*shade, error) {
	sh := &shade{src: s, planes: len(s.show), threads: threads}
	for v := range sh.lut {
		sh.lut[v] = byte(v)
		if s.bits < 8 { // a 1-bit scan would be black on nearly black
			sh.lut[v] = byte(min(v*255/(1<<s.bits-1), 255))
		}
	}
	switch {
	case len(s.palette) > 0 && s.dtype == godal.Byte:
		sh.planes = 3
		for i, e := range s.palette[:min(256, len(s.palette))] {
			sh.rgb[i] = [3]byte{byte(e[0]), byte(e[1]), byte(e[2])}
		}
	case s.dtype != godal.Byte:
		scale, err := sampleScale(s, log)
		if err != nil {
			return nil, err
		}
		sh.scale = &scale
	}
	return sh, nil
}

// paint fills one plane a colour with the 8-bit values of what r has read.
func (sh *shade) paint(r *reader, w window, planes [][]byte) {
	if sh.relief != nil {
		sh.relief.paint(r, w, planes[0], sh.threads)
		return
	}
	stride := len(r.bands)
	n := len(r.valid)
	inRows(sh.threads, sh.threads, func(part int) {
		for i := n * part / sh.threads; i < n*(part+1)/sh.threads; i++ {
			at := i * stride
			switch {
			case sh.scale != nil:
				for k := range sh.planes {
					planes[k][i] = sh.scale.apply(r.floats[at+r.show[k]])
				}
			case sh.planes > len(sh.src.show): // a palette
				c := &sh.rgb[r.bytes[at]] // TIFF palettes have no transparent colours
				planes[0][i], planes[1][i], planes[2][i] = c[0], c[1], c[2]
			default:
				for k := range sh.planes {
					planes[k][i] = sh.lut[r.bytes[at+r.show[k]]]
				}
			}
		}
	})
}

func (d DisplayScale) apply(v float64) byte {
	f := (v - d.Low) / (d.High - d.Low) * 255
	if !(f > 0) { // NaN too
		return 0
	}
	return byte(math.Round(min(f, 255)))
}

// The sample for the scale: windows of sampleSide pixels on an even lattice.
const (
	sampleSide    = 64
	sampleLattice = 16
)

// sampleScale finds the scale that [DisplayScale] describes.
func sampleScale(s *source, log *slog.Logger) (DisplayScale, error) {
	r := newReader(s, s.neededBands(), log)
	var values []float64
	for _, y := range lattice(s.grid.height) {
		for _, x := range lattice(s.grid.width) {
			w := window{x, y, min(sampleSide, s.grid.width-x), min(sampleSide, s.grid.height-y)}
			if err := r.read(w); err != nil {
				return DisplayScale{}, err
			}
			for i, ok := range r.valid {
				if ok == 0 {
					continue
				}
				for _, b := range r.show {
					if v := r.floats[i*len(r.bands)+b]; !math.IsInf(v, 0) {
						values = append(values, v)
					}
				}
			}
		}
	}
	if len(values) == 0 {
		return DisplayScale{Low: 0, High: 1}, nil
	}
	slices.Sort(values)
	d := DisplayScale{Low: percentile(values, 2), High: percentile(values, 98)}
	if d.High <= d.Low {
		d.High = d.Low + 1
	}
	return d, nil
}

// percentile takes the nearest rank of sorted values.
func percentile(sorted []float64, p int) float64 { return sorted[(len(sorted)-1)*p/100] }

// lattice spreads windows evenly over n pixels.
func lattice(n int) []int {
	count := min(sampleLattice, (n+sampleSide-1)/sampleSide)
	starts := make([]int, count)
	for i := range starts {
		if count > 1 {
			starts[i] = i * max(0, n-sampleSide) / (count - 1)
		}
	}
	return starts
}
