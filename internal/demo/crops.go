package demo

import "math"

// crop is what stands on a plot in October, and how it looks from above.
type crop struct {
	light, dark rgb
	rows        float64 // metres between rows; 0 for none
	contrast    float64
}

var (
	sugarcane = crop{rgb{132, 142, 86}, rgb{104, 120, 66}, 1.2, 0.10}
	maize     = crop{rgb{158, 148, 96}, rgb{128, 126, 74}, 0.9, 0.10}
	peanuts   = crop{rgb{124, 132, 74}, rgb{144, 118, 84}, 1.0, 0.12}
	greens    = crop{rgb{96, 118, 62}, rgb{122, 110, 78}, 1.5, 0.14}
	fallow    = crop{rgb{164, 130, 98}, rgb{146, 124, 90}, 0.8, 0.05}
	weeds     = crop{rgb{132, 132, 84}, rgb{108, 116, 68}, 0, 0}
	ripeRice  = crop{rgb{166, 152, 96}, rgb{148, 140, 86}, 0, 0}
	greenRice = crop{rgb{140, 146, 76}, rgb{122, 134, 68}, 0, 0}
	stubble   = crop{rgb{166, 148, 110}, rgb{148, 134, 98}, 0.6, 0.06}
	flooded   = crop{rgb{112, 116, 98}, rgb{98, 106, 92}, 0, 0}

	hillCrops   = []crop{sugarcane, sugarcane, sugarcane, maize, maize, peanuts, greens, fallow, fallow, weeds, weeds}
	valleyCrops = []crop{ripeRice, ripeRice, ripeRice, ripeRice, greenRice, greenRice, stubble, stubble, greens, flooded, sugarcane}
)

// at is the colour of the crop: across is metres across its rows.
func (k crop) at(s *scene, x, y, across float64) rgb {
	c := k.light.toward(k.dark, ramp(s.patch.layered(x+400, y, 7, 3), -0.7, 0.9))
	if k.rows > 0 {
		phase := across / k.rows
		phase -= math.Floor(phase)
		c = c.times(1 + float64(k.contrast*(ramp(math.Abs(phase-0.5), 0.1, 0.4)-0.5)))
	}
	return c
}

// terraceAt is a hillside in steps that follow the contours; each step falls
// into plots along the slope.
func (s *scene) terraceAt(p spot) rgb {
	const step = 1.9 // metres of height from terrace to terrace
	// The contour is smoothed away from the small bumps by reading it as it is:
	// farmers built round them.
	raw := p.height / step
	level := math.Floor(raw)
	slope := max(p.steep, 0.05)
	fromEdge := float64((raw-level)*step) / slope  // metres up from the lower edge
	toRiser := float64((level+1-raw)*step) / slope // metres to the foot of the next riser
	n := int32(level)

	along := p.y/38 + float64(3*s.plots.spread(n, 7))
	plot := int32(math.Floor(along))
	edge := along - math.Floor(along)
	edge = float64(min(edge, 1-edge) * 38)

	c := one3(s, hillCrops, n, plot).at(s, p.x, p.y, fromEdge)
	c = c.times(1 + float64(0.08*s.plots.corner(n, plot+50)))
	c = c.toward(rgb{128, 122, 82}, 0.75*ramp(edge, 0.7, 0.3))
	// The riser: grass and stone, bright at its lip, dark at its foot.
	lip := ramp(fromEdge, 0.9, 0.4)
	foot := ramp(toRiser, 1.2, 0.5)
	c = c.toward(rgb{92, 98, 58}, 0.9*foot)
	return c.toward(rgb{150, 146, 100}, 0.5*lip)
}

// paddyAt is the valley floor: fields between low bunds, in strips across the
// valley.
func (s *scene) paddyAt(p spot) rgb {
	wx := p.x + float64(9*s.hue.at(p.x/44, p.y/44+9)) + float64(2*s.patch.at(p.x/14, p.y/14))
	wy := p.y + float64(9*s.hue.at(p.x/44+9, p.y/44)) + float64(2*s.patch.at(p.x/14+9, p.y/14))
	u := wy - float64(0.12*wx)
	v := wx + float64(0.12*wy)
	const long, wide = 17.0, 29.0
	strip := math.Floor(u / long)
	n := int32(strip)
	shift := v/wide + s.plots.spread(n, 3)
	m := int32(math.Floor(shift))
	du := u/long - strip
	dv := shift - math.Floor(shift)
	bund := min(float64(min(du, 1-du)*long), float64(min(dv, 1-dv)*wide))

	c := one3(s, valleyCrops, n, m+1000).at(s, p.x, p.y, u)
	c = c.times(1 + float64(0.07*s.plots.corner(n, m+2000)))
	return c.toward(rgb{112, 114, 72}, 0.9*ramp(bund, 0.75, 0.35))
}

// one3 picks the crop of a plot.
func one3(s *scene, crops []crop, n, m int32) crop {
	return crops[int(s.plots.spread(n, m)*float64(len(crops)))]
}
