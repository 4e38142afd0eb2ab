package raster

import (
	"math"

	"github.com/airbusgeo/godal"
)

// Kind says what the values of a file are, as a person declares it.
type Kind string

// The kinds: a picture; a surface with what stands on it (数字表面模型); bare
// ground (数字地形模型).
const (
	KindPicture Kind = ""
	KindDSM     Kind = "dsm"
	KindDTM     Kind = "dtm"
)

// A relief shows heights as a hillshade and measures the ground along its slope.
type relief struct {
	dx, dy        float64 // metres a pixel
	scale, offset float64 // metres = value × scale + offset
}

// Light comes from the north-west, 45° high, as on maps; the north is up.
var light = func() [3]float64 {
	const azimuth, altitude = 315 * math.Pi / 180, 45 * math.Pi / 180
	return [3]float64{math.Sin(azimuth) * math.Cos(altitude), math.Cos(azimuth) * math.Cos(altitude), math.Sin(altitude)}
}()

// reliefOf refuses what cannot be heights: several bands, 8 bits, degrees.
func reliefOf(s *source, kind Kind) (*relief, error) {
	if kind == KindPicture {
		return nil, nil
	}
	if len(s.colours) != 1 || s.dtype == godal.Byte || s.grid.crs.metres == 0 {
		return nil, refuse(CodeNotHeights, s.dtype.String())
	}
	st := s.ds.Bands()[s.show[0]].Structure()
	r := &relief{dx: s.grid.dx * s.grid.crs.metres, dy: s.grid.dy * s.grid.crs.metres, scale: st.Scale, offset: st.Offset}
	if r.scale == 0 {
		r.scale = 1
	}
	return r, nil
}

// gradient is the rise per metre to the east and to the north at a pixel of the
// window that rd has read, by central differences; towards the edge or an
// invalid neighbour by the difference to the other side, or none.
func (f *relief) gradient(rd *reader, w window, x, y int) (east, north float64) {
	east = f.rise(rd, w, x-1, y, x, y, x+1, y, f.dx)
	north = f.rise(rd, w, x, y+1, x, y, x, y-1, f.dy)
	return east, north
}

func (f *relief) rise(rd *reader, w window, ax, ay, x, y, bx, by int, step float64) float64 {
	a, okA := f.height(rd, w, ax, ay)
	b, okB := f.height(rd, w, bx, by)
	switch {
	case okA && okB:
		return (b - a) / (2 * step)
	case okA:
		h, _ := f.height(rd, w, x, y)
		return (h - a) / step
	case okB:
		h, _ := f.height(rd, w, x, y)
		return (b - h) / step
	}
	return 0
}

func (f *relief) height(rd *reader, w window, x, y int) (float64, bool) {
	if x < 0 || y < 0 || x >= w.w || y >= w.h {
		return 0, false
	}
	i := y*w.w + x
	v := rd.floats[i*len(rd.bands)+rd.show[0]]
	return v*f.scale + f.offset, rd.valid[i] != 0 && !math.IsInf(v, 0)
}

// paint fills the plane with how much light falls on each pixel.
func (f *relief) paint(rd *reader, w window, plane []byte, threads int) {
	inRows(w.h, threads, func(y int) {
		for x := range w.w {
			i := y*w.w + x
			if rd.valid[i] == 0 {
				plane[i] = 0
				continue
			}
			east, north := f.gradient(rd, w, x, y)
			falls := (-east*light[0] - north*light[1] + light[2]) / math.Sqrt(1+east*east+north*north)
			plane[i] = byte(1 + 254*max(0, falls))
		}
	})
}

// slopeArea is the area along the slope of the valid pixels of a window, north
// up, in square metres. It is an attribute beside the area of the valid pixels,
// never in place of it: land is measured on the ellipsoid.
func (f *relief) slopeArea(rd *reader, w window) float64 {
	sum := 0.0
	for y := range w.h {
		for x := range w.w {
			if rd.valid[y*w.w+x] == 0 {
				continue
			}
			east, north := f.gradient(rd, w, x, y)
			sum += math.Sqrt(1 + east*east + north*north)
		}
	}
	return sum * f.dx * f.dy
}
