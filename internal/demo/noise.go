package demo

import "math"

// field is smooth random ground: value noise on a square lattice with unit
// spacing. It uses no transcendental function, so that it is the same to the
// bit on every machine; products are rounded before they are added (the float64
// conversions), so that no compiler fuses the two into another result.
type field uint64

// newField returns the field with the given number of a seed.
func newField(seed, stream uint64) field { return field(mix(seed ^ mix(stream+0x632be59bd9b4e019))) }

// corner is the value at a lattice point, in [-1, 1).
func (f field) corner(i, j int32) float64 {
	h := uint64(f) ^ uint64(uint32(i))*0x9e3779b97f4a7c15 ^ uint64(uint32(j))*0xc2b2ae3d27d4eb4f
	h = (h ^ h>>31) * 0xbf58476d1ce4e5b9
	return float64(int32(h>>32)) / (1 << 31)
}

// at returns the value at (x, y), in [-1, 1); its slope is continuous.
func (f field) at(x, y float64) float64 {
	fx, fy := math.Floor(x), math.Floor(y)
	i, j := int32(fx), int32(fy)
	u, v := ease(x-fx), ease(y-fy)
	low := mixed(f.corner(i, j), f.corner(i+1, j), u)
	high := mixed(f.corner(i, j+1), f.corner(i+1, j+1), u)
	return mixed(low, high, v)
}

// layered sums octaves of the field, each half as wide and half as high as the
// one before; width is the width of the first, in the unit of x and y.
func (f field) layered(x, y, width float64, octaves int) (sum float64) {
	high := 1.0
	for o := range octaves {
		sum += float64(high * (f+field(o)).at(x/width, y/width))
		width /= 2
		high /= 2
	}
	return sum
}

// spread returns a number in [0, 1) that belongs to the pair (i, j).
func (f field) spread(i, j int32) float64 { return (f.corner(i, j) + 1) / 2 }

// ease is Hermite's 3t²-2t³: 0 at 0, 1 at 1, level at both.
func ease(t float64) float64 { return float64(float64(t*t) * (3 - float64(2*t))) }

// mixed runs from a at t = 0 to b at t = 1.
func mixed(a, b, t float64) float64 { return a + float64((b-a)*t) }

// ramp rises smoothly from 0 where v ≤ lo to 1 where v ≥ hi; it falls if
// hi < lo.
func ramp(v, lo, hi float64) float64 {
	return ease(min(max((v-lo)/(hi-lo), 0), 1))
}
