package demo

import (
	"math"

	"github.com/paulmach/orb"
)

// sizes are typical grounds of a claim by kind, in mu: the median, and how far
// the middle half of the cases strays from it (a factor).
var sizes = map[string][2]float64{
	"forest": {160, 2.2}, "land": {28, 2}, "water": {12, 1.8}, "mixed": {95, 2},
}

// claims draws the claims round a place. Each is the ground of a common hill
// seen from its party's side, pushed some way across the others', so that they
// overlap in part.
func (h *chronicle) claims(at orb.Point, parties []party, kind string) []HistoricClaim {
	size := sizes[kind]
	mu := size[0] * math.Pow(size[1], h.normal())
	radius := math.Sqrt(mu * 2000 / 3 / math.Pi)
	toward := h.between(0, 2*math.Pi)
	shares := make([]int, len(sources))
	for i, s := range sources {
		shares[i] = s.share
	}

	var all []HistoricClaim
	for i, p := range parties {
		angle := toward + 2*math.Pi*float64(i)/float64(len(parties))
		away := radius * h.between(0.55, 0.85)
		middle := orb.Point{at[0] + away*math.Cos(angle), at[1] + away*math.Sin(angle)}
		source := sources[h.weighted(shares)]
		all = append(all, HistoricClaim{
			Party: p.name, Area: p.area,
			Ground: h.blob(middle, radius*h.between(0.85, 1.15), 0.35+0.5*radius/(radius+60)),
			Sigma:  source.sigma, Source: source.name,
		})
	}
	return all
}

// blob draws simple ground: its corners follow each other by angle round the
// middle, so no two sides cross.
func (h *chronicle) blob(middle orb.Point, radius, rough float64) orb.Polygon {
	corners := 14 + h.below(40)
	var wave [4][2]float64 // height and phase of the second to fifth harmonic
	for i := range wave {
		wave[i] = [2]float64{rough * 0.5 / float64(i+2) * h.normal() / 2, h.between(0, 2*math.Pi)}
	}
	ring := make(orb.Ring, 0, corners+1)
	for k := range corners {
		angle := 2 * math.Pi * (float64(k) + h.between(-0.35, 0.35)) / float64(corners)
		r := 1 + 0.04*h.normal()
		for i, w := range wave {
			r += w[0] * math.Sin(float64(i+2)*angle+w[1])
		}
		r = radius * max(r, 0.35)
		ring = append(ring, orb.Point{
			math.Round((middle[0]+r*math.Cos(angle))*1000) / 1000,
			math.Round((middle[1]+r*math.Sin(angle))*1000) / 1000,
		})
	}
	return orb.Polygon{append(ring, ring[0])}
}
