package flight

import (
	"math"

	"github.com/paulmach/orb"

	"jieshi/geo"
)

// steepest is how far from straight down a corner of a photo may look and still
// count as ground that it shows, as a tangent: beyond 72° the ground is seen
// along itself, and a footprint would reach to the horizon.
const steepest = 3

// footprint returns the ground that a photo shows, as a closed ring of offsets
// from the point below the camera, in metres east and north, counter-clockwise;
// nil where it is not known: no height, no lens, no attitude, or a look too far up.
// The ground is level, above metres below the camera.
func (p *Photo) footprint(above float64) orb.Ring {
	v, ok := p.view()
	if !ok || p.Gimbal == nil || !(above > 0) {
		return nil
	}
	right, top, ahead := p.Gimbal.axes()
	ring := make(orb.Ring, 0, 5)
	for _, corner := range [4][2]float64{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}} {
		var ray vector
		for i := range ray {
			ray[i] = ahead[i] + corner[0]*v.right*right[i] + corner[1]*v.up*top[i]
		}
		if ray[2] >= 0 || math.Hypot(ray[0], ray[1]) > -steepest*ray[2] {
			return nil
		}
		ring = append(ring, orb.Point{-ray[0] / ray[2] * above, -ray[1] / ray[2] * above})
	}
	ring = append(ring, ring[0])
	if ring.Orientation() == orb.CW {
		ring.Reverse()
	}
	return ring
}

// gsd is the size of a pixel on the ground where the camera looks, metres; 0 if unknown.
func (p *Photo) gsd(above float64) geo.Metres {
	v, ok := p.view()
	if !ok || p.Gimbal == nil || !(above > 0) || p.Gimbal.Pitch > -60 {
		return 0
	}
	down := math.Sin(-p.Gimbal.Pitch * math.Pi / 180)
	return geo.Metres(2 * v.right * above / down / float64(p.Width))
}

// nadir reports whether the camera looked down, as a map wants it.
func (p *Photo) nadir() bool { return p.Gimbal != nil && p.Gimbal.Pitch <= -75 }

// degreesOf returns how many degrees of longitude and latitude one metre is at a
// latitude, on the ellipsoid of CGCS2000 (GB 22021-2008: radii of curvature).
func degreesOf(lat float64) (lon, latitude float64) {
	const a, e2 = 6378137.0, 0.00669438002290
	s, c := math.Sincos(lat * math.Pi / 180)
	w := math.Sqrt(1 - e2*s*s)
	meridian, prime := a*(1-e2)/(w*w*w), a/w
	return 180 / math.Pi / (prime * c), 180 / math.Pi / meridian
}
