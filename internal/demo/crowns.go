package demo

import (
	"cmp"
	"math"
	"slices"
)

// crown is a tree or bush from above.
type crown struct {
	x, y, radius float64
	height       float64 // of the top, above the ground
	colour       rgb
	lumps        int32   // which of the many forms
	ragged       float64 // how far its edge leaves the circle, 0 to 1
}

var (
	broadleaf = []rgb{{88, 104, 66}, {80, 98, 64}, {100, 112, 70}, {74, 92, 62}, {110, 116, 74}, {94, 102, 70}}
	autumn    = []rgb{{130, 116, 76}, {122, 124, 78}, {134, 112, 80}}
	bamboos   = []rgb{{126, 134, 84}, {118, 130, 80}, {136, 138, 92}}
	gums      = []rgb{{112, 124, 94}, {104, 118, 88}, {120, 128, 94}}
	shrubs    = []rgb{{98, 110, 72}, {90, 104, 68}, {110, 116, 78}}
	oranges   = []rgb{{78, 98, 60}, {84, 102, 62}}
)

// plant returns all crowns, lowest first.
func (s *scene) plant() []crown {
	d := newDice(s.seed, 130)
	var all []crown
	const spacing = 3.1
	for j := 0.0; j < frameSide; j += spacing {
		for i := 0.0; i < frameSide; i += spacing {
			x, y := i+d.between(0, spacing), j+d.between(0, spacing)
			if k, ok := s.wild(d, x, y); ok {
				all = append(all, k)
			}
		}
	}
	all = append(all, s.inRows(d, eucalyptus, 3.4, 2.3)...)
	all = append(all, s.inRows(d, orchard, 4.6, 4.0)...)
	all = append(all, hedge(d)...)
	slices.SortStableFunc(all, func(a, b crown) int { return cmp.Compare(a.height, b.height) })
	return all
}

// free says whether nothing else stands or runs at (x, y).
func (s *scene) free(x, y, radius float64) bool {
	if s.ways[road].at(x, y) < 2.2+float64(radius*0.7) || s.ways[track].at(x, y) < 1.4+float64(radius*0.6) || s.ways[footpath].at(x, y) < 0.3+radius/2 {
		return false
	}
	if math.Hypot(x-kiln[0], y-kiln[1]) < 6+radius {
		return false
	}
	for _, h := range s.houses {
		if along, across := h.inside(x, y); math.Abs(along) < h.length/2+radius && math.Abs(across) < h.width/2+radius {
			return false
		}
	}
	return true
}

// wild is what grows by itself at (x, y), if anything.
func (s *scene) wild(d *dice, x, y float64) (crown, bool) {
	p := s.spotAt(x, y)
	chance, radius := 0.0, 0.0
	palette := broadleaf
	brook := math.Abs(s.toBrook(p)-5.5) < 3 && (y < 248 || y > 600) && p.use != shore
	dense := s.patch.layered(x, y, 30, 2)
	switch draw := d.unit(); {
	case p.use == water || p.use == dam || p.use == shore && draw > 0.01:
		return crown{}, false
	case p.use == woods:
		chance, radius = 0.97, mixed(1.5, 3.6, float64(draw*draw))+ramp(dense, 0.2, 0.8)/2
		if dense < -0.62 {
			chance = 0.35
		}
		if d.unit() < 0.035 {
			palette = autumn
		}
	case p.use == bamboo:
		chance, radius, palette = 0.95, mixed(1.3, 2.4, draw), bamboos
	case p.use == scrub:
		chance, radius, palette = 0.10+ramp(dense, 0.15, 0.7)/2, mixed(0.6, 1.7, draw), shrubs
		if d.unit() < 0.06 {
			radius, palette = mixed(1.6, 3.2, draw), broadleaf
		}
	case p.use == yards:
		chance, radius = 0.16, mixed(1.2, 3.2, draw)
	case p.use == clearing:
		chance, radius, palette = 0.03, mixed(0.4, 0.9, draw), shrubs
	case p.use == terraces:
		chance, radius = 0.012, mixed(1.2, 2.8, draw)
	case p.use == paddies:
		chance, radius = 0.004, mixed(1.0, 2.0, draw)
	case p.use == eucalyptus:
		chance, radius, palette = 0.05, mixed(0.5, 1.0, draw), shrubs
	}
	if brook && p.use != woods {
		chance, radius, palette = 0.45, mixed(0.8, 2.0, d.unit()), bamboos
		if d.unit() < 0.5 {
			palette = shrubs
		}
	}
	if d.unit() > chance || radius == 0 || !s.free(x, y, radius) {
		return crown{}, false
	}
	k := grown(d, x, y, radius, float64(radius*d.between(1.5, 2.3))+0.4, palette, 0.34)
	k.colour = k.colour.times(1 + float64(0.9*(p.light-1))).times(1 + float64(0.16*s.hue.layered(x, y, 120, 3)))
	return k, true
}

// grown returns a crown with a colour of its own.
func grown(d *dice, x, y, radius, height float64, palette []rgb, ragged float64) crown {
	return crown{
		x: x, y: y, radius: radius, height: height, ragged: ragged,
		colour: one(d, palette).times(d.between(0.88, 1.14)), lumps: int32(d.below(1 << 20)),
	}
}

// inRows plants the ground of one use in straight rows, turned against north.
func (s *scene) inRows(d *dice, where use, between, along float64) (all []crown) {
	const cos, sin = 0.93969, 0.34202 // 20°
	for v := -400.0; v < frameSide+400; v += between {
		for u := -400.0; u < frameSide+400; u += along {
			x := float64(u*cos) - float64(v*sin) + d.between(-0.3, 0.3)
			y := float64(u*sin) + float64(v*cos) + d.between(-0.3, 0.3)
			missing, size := d.unit() < 0.05, d.unit()
			if x < 0 || y < 0 || x >= frameSide || y >= frameSide || missing {
				continue
			}
			p := s.spotAt(x, y)
			if p.use != where || !s.free(x, y, 1.2) {
				continue
			}
			if where == eucalyptus {
				// Stands are felled and planted again block by block.
				block := s.plots.spread(int32(math.Floor(u/70)), int32(math.Floor(v/58))+300)
				k := grown(d, x, y, mixed(0.7, 1.3, size)+block/2, mixed(3, 5, size)+block, gums, 0.3)
				k.colour = k.colour.times(1 + float64(0.9*(p.light-1))).times(0.92 + float64(0.18*block))
				all = append(all, k)
			} else {
				all = append(all, grown(d, x, y, mixed(1.2, 1.6, size), mixed(1.8, 2.4, size), oranges, 0.15))
			}
		}
	}
	return all
}

// hedge is the row of bushes that both sides point to, from the top stone to
// the kiln.
func hedge(d *dice) (all []crown) {
	const length = 141.6
	for at := 1.0; at < length-1; at += d.between(0.9, 1.5) {
		t := at / length
		x := mixed(stoneTop[0], stoneKiln[0], t) + d.between(-0.35, 0.35)
		y := mixed(stoneTop[1], stoneKiln[1], t)
		r := d.between(0.6, 1.15)
		all = append(all, grown(d, x, y, r, 1.4*r, shrubs, 0.35))
	}
	return all
}

// castCrown lays the shadow of a crown.
func (c *canvas) castCrown(k crown) {
	reach := 0.62 * k.height
	cx, cy := k.x+float64(shadeEast*reach), k.y+float64(shadeNorth*reach)
	r := float64(k.radius * 1.05)
	if !c.meets(cy, r) {
		return
	}
	c.within(cx-r, cy-r, cx+r, cy+r, func(i int, x, y float64) {
		dx, dy := (x-cx)/r, (y-cy)/r
		if off := float64(dx*dx) + float64(dy*dy); off < 1 {
			c.shadow[i] = max(c.shadow[i], float32(ramp(off, 1, 0.6)))
		}
	})
}

// meets says whether something of a radius round a northing lies in the strip.
func (c *canvas) meets(y, radius float64) bool {
	return y+radius > northOf(c.firstRow+c.rows) && y-radius < northOf(c.firstRow-1)
}

// leaf paints a crown as a lumpy dome in the sun.
func (c *canvas) leaf(k crown, grain field) {
	r := float64(k.radius * (1 + k.ragged/2))
	if !c.meets(k.y, r) {
		return
	}
	form := grain + field(k.lumps)
	c.within(k.x-r, k.y-r, k.x+r, k.y+r, func(i int, x, y float64) {
		dx, dy := (x-k.x)/k.radius, (y-k.y)/k.radius
		off := float64(dx*dx) + float64(dy*dy)
		lump := form.at(x/1.1, y/1.1)
		off += float64(k.ragged * lump)
		if off >= 1 {
			return
		}
		leaves := form.at(x*2.6, y*2.6)
		up := math.Sqrt(1 - max(off, 0))
		sun := float64(sunEast*dx) + float64(sunNorth*dy) + float64(sunUp*up)
		shine := 0.52 + float64(0.62*max(sun, 0)) + float64(0.16*leaves) + float64(0.10*lump)
		cover := ramp(off, 1, 0.8)
		c.colour[i] = c.colour[i].toward(k.colour.times(shine), cover)
	})
}
