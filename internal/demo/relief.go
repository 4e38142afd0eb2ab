package demo

import "math"

// A sheet is a quantity that changes slowly over the ground, on a 1 m lattice
// that reaches a little beyond the frame.
type sheet []float32

const (
	reliefSide   = frameSide + 9 // lattice points a side
	reliefMargin = 4             // metres beyond the frame
)

// sampled returns the sheet of a quantity given in the local frame.
func sampled(of func(x, y float64) float64) sheet {
	s := make(sheet, reliefSide*reliefSide)
	for j := range int(reliefSide) {
		for i := range int(reliefSide) {
			s[j*reliefSide+i] = float32(of(float64(i-reliefMargin), float64(j-reliefMargin)))
		}
	}
	return s
}

// corners returns the values at the four lattice points round (x, y), from
// south-west to north-east, and where between them it lies.
func (s sheet) corners(x, y float64) (a, b, c, d, u, v float64) {
	fx, fy := x+reliefMargin, y+reliefMargin
	i, j := int(fx), int(fy)
	k := j*reliefSide + i
	return float64(s[k]), float64(s[k+1]), float64(s[k+reliefSide]), float64(s[k+reliefSide+1]), fx - float64(i), fy - float64(j)
}

// at returns the quantity at (x, y), bilinear between the lattice points.
func (s sheet) at(x, y float64) float64 {
	a, b, c, d, u, v := s.corners(x, y)
	return mixed(mixed(a, b, u), mixed(c, d, u), v)
}

// relief is the height of the ground, and how brightly the sun shines on it, 1
// on level ground.
type relief struct{ height, light sheet }

func newRelief(land terrain) relief {
	r := relief{height: sampled(land.height), light: make(sheet, reliefSide*reliefSide)}
	for j := 1; j < reliefSide-1; j++ {
		for i := 1; i < reliefSide-1; i++ {
			k := j*reliefSide + i
			dx := float64(r.height[k+1]-r.height[k-1]) / 2
			dy := float64(r.height[k+reliefSide]-r.height[k-reliefSide]) / 2
			sun := (sunUp - float64(sunEast*dx) - float64(sunNorth*dy)) / math.Sqrt(1+float64(dx*dx)+float64(dy*dy))
			r.light[k] = float32(max(sun/sunUp, 0.15))
		}
	}
	return r
}

// at returns height, light and steepness (rise over run) at (x, y).
func (r relief) at(x, y float64) (height, light, steep float64) {
	a, b, c, d, u, v := r.height.corners(x, y)
	height = mixed(mixed(a, b, u), mixed(c, d, u), v)
	dx, dy := mixed(b-a, d-c, v), mixed(c-a, d-b, u)
	return height, r.light.at(x, y), math.Sqrt(float64(dx*dx) + float64(dy*dy))
}
