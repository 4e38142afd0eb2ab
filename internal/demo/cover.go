package demo

import (
	"math"

	"github.com/paulmach/orb"
)

// use is what the ground is used for.
type use int

const (
	scrub use = iota
	water
	shore // between today's water and the high-water mark
	dam
	woods
	bamboo
	eucalyptus // planted in rows
	clearing   // felled lately, red soil
	terraces
	paddies
	orchard
	yards
)

// spot is what painting and planting need to know of a place.
type spot struct {
	x, y          float64
	height, light float64
	steep         float64
	across        float64 // metres east of the old stream
	ragged        float64 // metres by which borders between uses wander here
	use           use
}

func (s *scene) spotAt(x, y float64) spot {
	p := spot{x: x, y: y}
	p.height, p.light, p.steep = s.relief.at(x, y)
	p.across = x - streamAt(y)
	p.ragged = s.ragged.at(x, y)
	p.use = s.useOf(p)
	return p
}

func (s *scene) useOf(p spot) use {
	x, y, off := p.x, p.y, p.across+p.ragged
	rag := p.ragged
	up := p.height - floorSouth - float64(floorRise*y) // above the valley floor
	near := func(cx, cy, rx, ry float64) bool {
		dx, dy := (x-cx)/rx, (y-cy)/ry
		return float64(dx*dx)+float64(dy*dy) < 1+rag/45
	}
	switch {
	case damHeight(y) > p.height-0.03 && math.Abs(p.across) < 150:
		return dam
	case y > damNorth && p.height < waterLevel && math.Abs(p.across) < 200:
		return water
	case y > damNorth && p.height < waterLevel+1.5+rag/60 && math.Abs(p.across) < 200:
		return shore
	case near(222, 150, 62, 62):
		return yards
	case near(334, 512, 36, 30), near(492, 664, 14, 24), near(120, 190, 28, 22):
		return bamboo
	case near(596, 452, 54, 40):
		return clearing
	case off > 150 && y < 320+float64(2*rag) && p.height > 112:
		return eucalyptus
	case off > 60 && y > 200+rag, off > 100:
		return woods
	case off < -215 && y > 480+float64(1.6*rag), off < -250 && y < 110+rag:
		return woods
	case y < 258 && up < 5.2+rag/25:
		return paddies
	case y > 650+rag && up < 4+rag/25:
		return paddies
	case near(110, 372, 46, 66):
		return orchard
	case off < -42 && off > -255 && y > 95+rag && y < 625+float64(1.5*rag) && s.hue.at(x/80+31, y/80) < 0.5:
		return terraces
	}
	return scrub
}

// groundAt returns the colour of the ground itself, in the sun, without what
// stands on it.
func (s *scene) groundAt(x, y float64) rgb {
	if !s.footprint.covers(x, y) {
		return rgb{}
	}
	p := s.spotAt(x, y)
	mid := s.patch.layered(x, y, 5, 2)
	if p.use == water || p.use == dam && y > damNorth && p.height < waterLevel {
		return s.waterAt(p, mid)
	}
	wide := s.wide.at(x, y)
	fine := s.grain.layered(x, y, 0.9, 2)

	var c rgb
	switch p.use {
	case shore:
		c = s.shoreAt(p, mid)
	case dam:
		c = s.damAt(p, mid, fine)
	case woods, bamboo:
		c = rgb{66, 70, 47}.toward(rgb{92, 86, 60}, ramp(mid, 0.1, 1))
	case eucalyptus:
		c = rgb{124, 104, 76}.toward(rgb{96, 100, 62}, ramp(mid+wide, -0.3, 0.6))
	case clearing:
		c = s.clearingAt(p, mid)
	case terraces:
		c = s.terraceAt(p)
	case paddies:
		c = s.paddyAt(p)
	case orchard:
		c = rgb{150, 118, 86}.toward(rgb{112, 114, 70}, ramp(mid, -0.4, 0.5))
	case yards:
		c = rgb{158, 146, 124}.toward(rgb{112, 116, 74}, ramp(mid+wide, -0.1, 0.5))
	default:
		c = rgb{122, 124, 78}.toward(rgb{92, 102, 60}, ramp(mid, -0.5, 0.5)).toward(rgb{148, 138, 98}, 0.8*ramp(wide+mid/2, 0.1, 0.9))
	}
	c = s.streamAcross(c, p, mid)
	c = s.waysAcross(c, p, mid, fine)
	return c.times(1 + float64(0.07*fine) + float64(0.04*wide)).times(1 + float64(0.85*(p.light-1)))
}

// waterAt is the reservoir: silt-green where it is shallow, dark where deep.
func (s *scene) waterAt(p spot, mid float64) rgb {
	depth := waterLevel - p.height + float64(0.4*mid)
	c := rgb{140, 132, 104}.toward(rgb{104, 116, 92}, ramp(depth, 0, 0.7))
	c = c.toward(rgb{70, 93, 82}, ramp(depth, 0.5, 3))
	c = c.toward(rgb{52, 77, 74}, ramp(depth, 2.5, 8))
	// Light wind from the south: faint streaks, and a sheen to the south-east.
	wind := s.hue.layered(p.x/5, p.y/14, 6, 2)
	ripple := s.grain.at(p.x/1.3, p.y/0.7)
	sheen := ramp(p.y-float64(0.4*p.x), 420, 60)
	return c.times(1 + float64(0.035*wind) + float64(0.018*ripple) + float64(0.01*mid) + float64(0.07*sheen))
}

// shoreAt is bare bed, drawn in lines by the falling water, greening upwards.
func (s *scene) shoreAt(p spot, mid float64) rgb {
	above := p.height - waterLevel
	c := rgb{128, 114, 88}.toward(rgb{178, 156, 122}, ramp(above, 0, 0.45))
	line := float64(above*5) + float64(0.4*mid)
	c = c.times(1 + float64(0.05*(ramp(math.Abs(line-math.Round(line)), 0, 0.4)-0.5)))
	green := ramp(above+float64(0.35*mid)-p.ragged/50, 0.9, 1.7)
	return c.toward(rgb{116, 122, 72}, green)
}

// damAt is the dam: gravel on the crest, riprap to the water, turf with a
// flight of steps on the dry face.
func (s *scene) damAt(p spot, mid, fine float64) rgb {
	switch off := p.y - damNorth; {
	case off > damHalf:
		return rgb{168, 164, 154}.times(1 + float64(0.22*s.grain.at(p.x/0.8, p.y/0.8)))
	case off > -damHalf:
		return rgb{190, 182, 164}.times(1 + float64(0.03*mid))
	default:
		if along := math.Abs(p.x - 396); along < 1.1 { // steps
			tread := float64(p.y * 1.6)
			return rgb{182, 178, 170}.times(0.88 + float64(0.16*(tread-math.Floor(tread))))
		}
		berm := ramp(math.Abs(off+13), 1.4, 0.8)
		c := rgb{118, 128, 76}.toward(rgb{136, 138, 86}, ramp(mid, -0.3, 0.6)).times(1 + float64(0.05*fine))
		return c.toward(rgb{164, 154, 128}, 0.8*berm)
	}
}

// clearingAt is felled ground: red soil, dozer tracks along the slope, rests of
// branches in rows.
func (s *scene) clearingAt(p spot, mid float64) rgb {
	c := rgb{172, 118, 84}.toward(rgb{142, 98, 70}, ramp(mid, -0.3, 0.7))
	c = c.toward(rgb{124, 112, 74}, 0.7*ramp(s.hue.at(p.x/16, p.y/16), 0.15, 0.6))
	row := p.height / 1.9
	row -= math.Floor(row)
	return c.toward(rgb{104, 88, 64}, 0.55*ramp(math.Abs(row-0.5), 0.16, 0.04)*ramp(mid, -0.5, 0.1))
}

// toBrook is the distance to the stream, which winds about the thalweg.
func (s *scene) toBrook(p spot) float64 {
	return math.Abs(p.across + float64(9*s.hue.at(3, p.y/41)) + float64(2.5*s.hue.at(5, p.y/15)))
}

// streamAcross draws the stream below the dam and above the reservoir.
func (s *scene) streamAcross(c rgb, p spot, mid float64) rgb {
	if p.use == dam || p.use == shore && p.height < waterLevel+0.1 || p.y > 250 && p.y < 480 {
		return c
	}
	off := s.toBrook(p)
	if off > 9 {
		return c
	}
	c = c.toward(rgb{98, 104, 62}, 0.8*ramp(off+mid, 6, 3))
	c = c.toward(rgb{170, 158, 130}, 0.8*ramp(off+float64(0.8*mid), 2.9, 2.2))
	return c.toward(rgb{84, 98, 84}, ramp(off+float64(0.5*mid), 2.0, 1.5))
}

// waysAcross draws the ways over the ground.
func (s *scene) waysAcross(c rgb, p spot, mid, fine float64) rgb {
	if off := s.ways[footpath].at(p.x, p.y) + float64(0.35*mid); off < 1.6 {
		c = c.toward(rgb{172, 150, 118}, 0.8*ramp(off, 1.1, 0.4))
	}
	if off := s.ways[track].at(p.x, p.y) + float64(0.3*mid); off < 4 {
		c = c.toward(rgb{146, 132, 92}, 0.7*ramp(off, 3.6, 2.2))
		c = c.toward(rgb{184, 156, 120}, ramp(off, 2.3, 1.6))
		ruts := ramp(math.Abs(off-0.8), 0.45, 0.2)
		c = c.times(1+float64(0.07*ruts)).toward(rgb{138, 134, 90}, 0.35*ramp(off, 0.35, 0.1))
	}
	if off := s.ways[road].at(p.x, p.y); off < 4 {
		c = c.toward(rgb{150, 140, 112}, ramp(off+float64(0.4*mid), 3.6, 2.4))
		c = c.toward(rgb{194, 190, 180}.times(1+float64(0.02*mid)+float64(0.02*fine)), ramp(off, 2.25, 1.95))
	}
	if off := math.Hypot(p.x-kiln[0], p.y-kiln[1]); off < 13 {
		c = c.toward(rgb{176, 160, 134}, ramp(off+float64(1.5*mid), 10, 6))
		c = c.toward(rgb{126, 120, 112}.times(1+float64(0.2*fine)), ramp(off, 4.6, 4.3))
		c = c.toward(rgb{58, 52, 46}, ramp(off, 2.6, 2.3))
	}
	return c
}

// kiln is the old lime kiln that neither side claims, in the local frame.
var kiln = orb.Point{443.5, 579}
