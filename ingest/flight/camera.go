package flight

import "math"

// diagonal35 is the diagonal of the 36 mm × 24 mm frame that equivalent focal
// lengths refer to, in millimetres (CIPA DCG-001: by the diagonal).
var diagonal35 = math.Hypot(36, 24)

// A view is half of what a camera sees, as tangents of the angle from its axis.
type view struct{ right, up float64 }

// view returns what the camera of p sees; ok is false where the photo does not
// say how long its lens is. Distortion is left out: it moves corners by a percent.
func (p *Photo) view() (v view, ok bool) {
	if !(p.Focal35MM >= 5 && p.Focal35MM <= 2000) || p.Width <= 0 || p.Height <= 0 {
		return v, false
	}
	w, h := float64(p.Width), float64(p.Height)
	half := diagonal35 / 2 / p.Focal35MM / math.Hypot(w, h)
	return view{right: w * half, up: h * half}, true
}

// A vector is east, north, up.
type vector [3]float64

// axes returns where the camera's right, its top and its axis point.
func (a Attitude) axes() (right, top, ahead vector) {
	sy, cy := math.Sincos(a.Yaw * math.Pi / 180)
	sp, cp := math.Sincos(a.Pitch * math.Pi / 180)
	sr, cr := math.Sincos(a.Roll * math.Pi / 180)
	ahead = vector{cp * sy, cp * cy, sp}
	level := vector{cy, -sy, 0}             // right, without roll
	above := vector{-sp * sy, -sp * cy, cp} // top, without roll
	for i := range right {
		right[i] = cr*level[i] - sr*above[i]
		top[i] = sr*level[i] + cr*above[i]
	}
	return right, top, ahead
}
