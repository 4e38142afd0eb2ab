package demo

import "math"

// house is a building from above.
type house struct {
	x, y          float64 // middle
	length, width float64
	cos, sin      float64 // of the angle of its length to east
	height        float64
	roof          roofing
}

// roofing is how a roof looks.
type roofing struct {
	colour rgb
	gable  bool    // two slopes with a ridge along the length
	seams  float64 // metres between sheets or rows of tiles; 0 for none
}

var (
	flat  = roofing{colour: rgb{176, 172, 164}}
	tiled = roofing{rgb{112, 104, 96}, true, 0.6}
	red   = roofing{rgb{152, 98, 76}, true, 0.6}
	steel = roofing{rgb{104, 132, 160}, true, 1.0}
	rusty = roofing{rgb{150, 124, 104}, true, 1.0}
	plast = roofing{rgb{206, 208, 202}, true, 2.0} // greenhouse
)

// village lists the houses by hand: two rows along the road, farms at its
// branches, a pump house at the dam, a hut in the clearing.
func village() (all []house) {
	add := func(x, y, length, width, turn, height float64, roof roofing) {
		t := turn * math.Pi / 180
		// Rounded, so that no machine's sine can move a pixel.
		cos, sin := math.Round(math.Cos(t)*1e6)/1e6, math.Round(math.Sin(t)*1e6)/1e6
		all = append(all, house{x, y, length, width, cos, sin, height, roof})
	}
	add(229, 70, 13, 9, 100, 6.5, flat)
	add(267, 84, 12, 10, 102, 7.2, flat)
	add(228, 96, 14, 8, 104, 6, tiled)
	add(261, 104, 11, 9, 102, 6.5, red)
	add(254, 119, 10, 8, 96, 6, tiled)
	add(222, 110, 9, 7, 100, 5, tiled)
	add(255, 137, 13, 10, 92, 8, flat)
	add(273, 128, 9, 6, 95, 4, rusty)
	add(222, 143, 12, 9, 90, 6.5, flat)
	add(254, 155, 12, 8, 88, 6, tiled)
	add(221, 160, 12, 10, 88, 6.5, red)
	add(253, 172, 11, 9, 84, 7.2, flat)
	add(206, 150, 10, 7, 92, 5, tiled)
	add(268, 166, 16, 9, 84, 5, steel)
	add(223, 196, 11, 9, 66, 6.5, flat)
	add(262, 196, 10, 8, 62, 6, tiled)
	add(204, 109, 12, 9, 10, 6.5, flat)
	add(188, 134, 11, 8, 4, 6, tiled)
	add(174, 112, 13, 9, -8, 6.5, red)
	add(158, 158, 12, 9, -36, 6.5, flat)
	add(150, 172, 10, 7, -40, 5, tiled)
	add(190, 174, 12, 8, 20, 6, tiled)
	add(176, 206, 12, 9, 24, 6.5, flat)
	add(164, 190, 9, 6, 30, 4, rusty)
	add(196, 204, 9, 7, 22, 5, tiled)
	for i := range 5 {
		add(292+float64(float64(i)*8.6), 66+float64(float64(i)*1.2), 30, 6.4, 98, 2.6, plast)
	}
	add(512, 290, 6, 5, 0, 4, flat)
	add(634, 418, 8, 5, 30, 3, steel)
	return all
}

// inside returns where (x, y) lies along and across the house, from its middle.
func (h house) inside(x, y float64) (along, across float64) {
	dx, dy := x-h.x, y-h.y
	return float64(dx*h.cos) + float64(dy*h.sin), float64(dy*h.cos) - float64(dx*h.sin)
}

// castHouse lays the shadow of a house: its plan, swept along the light.
func (c *canvas) castHouse(h house) {
	r := h.length/2 + h.width/2 + h.height
	if !c.meets(h.y, r) {
		return
	}
	c.within(h.x-r, h.y-r, h.x+r, h.y+r, func(i int, x, y float64) {
		for up := 0.0; up <= h.height; up += 0.4 {
			along, across := h.inside(x-float64(shadeEast*up), y-float64(shadeNorth*up))
			if math.Abs(along) < h.length/2 && math.Abs(across) < h.width/2 {
				c.shadow[i] = 1
				return
			}
		}
	})
}

// roof paints a house.
func (c *canvas) roof(h house, grain field) {
	r := h.length/2 + h.width/2
	if !c.meets(h.y, r) {
		return
	}
	sunAcross := float64(sunNorth*h.cos) - float64(sunEast*h.sin)
	c.within(h.x-r, h.y-r, h.x+r, h.y+r, func(i int, x, y float64) {
		along, across := h.inside(x, y)
		rim := min(h.length/2-math.Abs(along), h.width/2-math.Abs(across))
		if rim < 0 {
			return
		}
		colour := h.roof.colour.times(1 + float64(0.05*grain.at(x/2, y/2)) + float64(0.04*grain.at(x*2, y*2)))
		switch {
		case h.roof.gable:
			slope := 0.42 * sunAcross
			if across < 0 {
				slope = -slope
			}
			colour = colour.times(1 + slope)
			seam := along / h.roof.seams
			seam -= math.Floor(seam)
			colour = colour.times(1 - float64(0.08*ramp(math.Abs(seam-0.5), 0.3, 0.5)))
			colour = colour.times(1 - float64(0.15*ramp(math.Abs(across), 0.3, 0.1)))
		case rim < 0.35: // parapet
			colour = colour.times(1.14)
		case rim < 0.9 && (along < 0) == (h.sin > 0.5): // its shade on the roof
			colour = colour.times(0.8)
		case math.Abs(along-h.length/4) < 1.2 && math.Abs(across) < 1: // water tank
			colour = rgb{96, 110, 128}
		}
		c.colour[i] = colour
	})
}
