package offline

import "math"

// A place is a box on the web mercator square, in parts of its side from the north
// west: west, north, east, south within 0 and 1.
type place [4]float64

// placeOf is where the picture is shown: its footprint, which lies within tolerance
// metres of what is valid, and its shift.
func (c *Contents) placeOf(tolerance float64) place {
	p := placeOfBounds(c.Bounds)
	// Metres of the ground are longer on the square, by 1/cos(latitude), 12 at its edges.
	lat := max(math.Abs(c.Bounds[1]), math.Abs(c.Bounds[3]))
	grow := 2 * tolerance / math.Max(math.Cos(lat*math.Pi/180), 1.0/12) / (2 * halfWorld)
	shift := c.shift()
	east, south := shift[0]/(2*halfWorld), -shift[1]/(2*halfWorld)
	return place{clamp(p[0] - grow + east), clamp(p[1] - grow + south), clamp(p[2] + grow + east), clamp(p[3] + grow + south)}
}

func clamp(v float64) float64 { return min(max(v, 0), 1) }

// placeOfBounds is where a box of degrees lies.
func placeOfBounds(b []float64) place {
	return place{clamp(0.5 + b[0]/360), southward(b[3]), clamp(0.5 + b[2]/360), southward(b[1])}
}

// southward is how far south of its north edge a latitude lies on the square.
func southward(lat float64) float64 {
	s := math.Sin(lat * math.Pi / 180)
	return clamp(0.5 - math.Log((1+s)/(1-s))/(4*math.Pi))
}

// bounds are the degrees of the box: west, south, east, north.
func (p place) bounds() []float64 {
	north := func(v float64) float64 { return math.Atan(math.Sinh(math.Pi*(1-2*v))) * 180 / math.Pi }
	// To a tenth of a millimetre: what is stored and read again is the same box.
	round := func(v float64) float64 { return math.Round(v*1e9) / 1e9 }
	return []float64{round((p[0] - 0.5) * 360), round(north(p[3])), round((p[2] - 0.5) * 360), round(north(p[1]))}
}

// A tileRange is a rectangle of tiles of one zoom, all bounds within.
type tileRange struct{ x0, y0, x1, y1 int }

// at returns the tiles of a zoom that the box touches, or comes within a margin of,
// which is in parts of a tile.
func (p place) at(z int, margin float64) tileRange {
	n := math.Exp2(float64(z))
	one := func(v, by float64) int { return int(min(max(math.Floor(v*n+by), 0), n-1)) }
	return tileRange{one(p[0], -margin), one(p[1], -margin), one(p[2], margin), one(p[3], margin)}
}

func (r tileRange) count() int64 { return int64(r.x1-r.x0+1) * int64(r.y1-r.y0+1) }

// each calls do for every tile, column by column.
func (r tileRange) each(do func(x, y int) error) error {
	for x := r.x0; x <= r.x1; x++ {
		for y := r.y0; y <= r.y1; y++ {
			if err := do(x, y); err != nil {
				return err
			}
		}
	}
	return nil
}

// deepest is as far as a box is looked at for the zoom that has it on one tile.
const deepest = 24

// wholeZoom is the finest zoom where the box lies on one tile.
func (p place) wholeZoom() int {
	z := 0
	for z < deepest && p.at(z+1, 0).count() == 1 {
		z++
	}
	return z
}
