package main

import (
	"math"
	"math/rand/v2"

	"github.com/paulmach/orb"
)

// The plane of everything: CGCS2000, 3-degree zone of 108°E.
const srid = 4545

// The south-west corner of the county, a square.
const west, south = 610_000.0, 2_660_000.0

// A fabric is parcels that share their sides, as a cadastre has them: n × n
// cells, each side of four edges that lean to and fro by a tenth.
type fabric struct {
	n    int
	cell float64 // metres
	seed uint64
}

const edges = 4

// parcel returns cell i, j; its ring has 4 · edges + 1 points, on the millimetre.
func (f fabric) parcel(i, j int) orb.MultiPolygon {
	ring := make(orb.Ring, 0, 4*edges+1)
	for k := range edges {
		ring = append(ring, f.point(edges*i+k, edges*j))
	}
	for k := range edges {
		ring = append(ring, f.point(edges*(i+1), edges*j+k))
	}
	for k := range edges {
		ring = append(ring, f.point(edges*(i+1)-k, edges*(j+1)))
	}
	for k := range edges {
		ring = append(ring, f.point(edges*i, edges*(j+1)-k))
	}
	return orb.MultiPolygon{{append(ring, ring[0])}}
}

// point is a point of the lattice of edges, moved by its own dice.
func (f fabric) point(i, j int) orb.Point {
	dice := rand.New(rand.NewPCG(f.seed, uint64(i)<<32|uint64(j))) //nolint:gosec // no secret
	step := f.cell / edges
	at := func(k int) float64 { return float64(k)*step + (dice.Float64()-0.5)*0.4*step }
	return orb.Point{millimetre(west + at(i)), millimetre(south + at(j))}
}

func millimetre(v float64) float64 { return math.Round(v*1000) / 1000 }

// site is where case k is: the middle of what its parties quarrel about.
func (s stock) site(k int) orb.Point {
	row := int(math.Ceil(math.Sqrt(float64(s.cases))))
	step := s.side() / float64(row)
	return orb.Point{west + (float64(k%row)+0.5)*step, south + (float64(k/row)+0.5)*step}
}

// walked returns a line that a party walks round its ground at a site: 50 to 200
// points, mean radius 60 to 90 m, the middle 30 m towards the party's side.
func (s stock) walked(k, party int, dice *rand.Rand) orb.LineString {
	n := 50 + dice.IntN(151)
	turn := 2 * math.Pi * (float64(party)/4 + dice.Float64()/16)
	middle := s.site(k)
	middle[0] += 30 * math.Cos(turn)
	middle[1] += 30 * math.Sin(turn)
	radius := 60 + 30*dice.Float64()
	swing, phase := 0.1+0.15*dice.Float64(), 2*math.Pi*dice.Float64()
	line := make(orb.LineString, n)
	for i := range line {
		angle := 2 * math.Pi * float64(i) / float64(n)
		r := radius*(1+swing*math.Sin(3*angle+phase)) + 0.3*dice.NormFloat64()
		line[i] = orb.Point{millimetre(middle[0] + r*math.Cos(angle)), millimetre(middle[1] + r*math.Sin(angle))}
	}
	return line
}
