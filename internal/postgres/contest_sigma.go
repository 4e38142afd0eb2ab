package postgres

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"jieshi/geo"
	"jieshi/mediation"
)

// A contestSigma knows how well the lines of a case are known wherever they run.
type contestSigma struct {
	k     float64
	sides []int
	lines map[int]*geo.Accuracy // by side
	near  map[vertexOf]nearest  // what lines were found to say: pieces, pairs and the whole share vertices
}

// vertexOf asks the line of a side about a vertex.
type vertexOf struct {
	side int
	p    orb.Point
}

// nearest is the answer of [geo.Accuracy.At].
type nearest struct{ distance, sigma geo.Metres }

// know takes in the line of a live claim, in place of what was known of its side.
func (c *contestSigma) know(side int, l line) {
	if _, known := c.lines[side]; !known {
		c.sides = append(c.sides, side)
		slices.Sort(c.sides)
	}
	c.lines[side] = geo.NewAccuracy(l.ground, l.sigmas())
	clear(c.near)
}

// ask returns how far p is from the line of a side, and how well that is known there.
func (c contestSigma) ask(side int, p orb.Point) nearest {
	about := vertexOf{side, p}
	at, known := c.near[about]
	if !known {
		at.distance, at.sigma = c.lines[side].At(p)
		c.near[about] = at
	}
	return at
}

// sameLine is how far from each other, in metres, two lines still count as one:
// a few steps of the grid, for vertices where lines cross.
const sameLine = 0.0005

// at returns 1σ of a coordinate of the vertex p of ground that was cut from the
// claims of some sides with their lines moved by k sigma, once for the core or the
// outer ground and not at all for the nominal: that of the line which, so moved,
// runs nearest to p; the largest, where several do.
func (c contestSigma) at(p orb.Point, sides []int, moved bool) geo.Metres {
	least, sigma := math.Inf(1), geo.Metres(0)
	for _, side := range sides {
		at := c.ask(side, p)
		off, s := float64(at.distance), at.sigma
		if moved {
			off = math.Abs(off - c.k*float64(s))
		}
		switch {
		case off < least-sameLine:
			least, sigma = off, s
		case off <= least+sameLine:
			least, sigma = min(least, off), max(sigma, s)
		}
	}
	return sigma
}

// area returns 1σ of the area of ground, from 1σ of each of its vertices.
func (c contestSigma) area(ground orb.MultiPolygon, sides []int, level mediation.Level) geo.SquareMetres {
	sigmas := make([]geo.Metres, 0, geo.CountVertices(ground))
	for _, poly := range ground {
		for _, ring := range poly {
			for _, p := range ring[:len(ring)-1] {
				sigmas = append(sigmas, c.at(p, sides, level != mediation.Nominal))
			}
		}
	}
	return geo.GroundSigma(ground, sigmas)
}

// tolerance returns the width below which a piece may be no more than the error of
// its lines: k times the root of the two least variances among its parties. A
// party's variance is the mean of those of its line in the places nearest to the
// vertices of the piece.
func (c contestSigma) tolerance(piece orb.Polygon, sides []int) float64 {
	variances := make([]float64, 0, len(sides))
	for _, side := range sides {
		sum, n := 0.0, 0
		for _, ring := range piece {
			for _, p := range ring[:len(ring)-1] {
				s := float64(c.ask(side, p).sigma)
				sum, n = sum+s*s, n+1
			}
		}
		variances = append(variances, sum/float64(n))
	}
	slices.Sort(variances)
	sum := 0.0
	for _, v := range variances[:min(2, len(variances))] {
		sum += v
	}
	return c.k * math.Sqrt(sum)
}

// judge fills in what sigmas decide of a piece.
func (c contestSigma) judge(p *mediation.Piece) error {
	err := decode(p.GroundEWKB, func(g orb.Geometry) { p.Ground, _ = g.(orb.Polygon) })
	if err == nil {
		err = decode(p.CoreEWKB, func(g orb.Geometry) { p.CoreGround, _ = g.(orb.MultiPolygon) })
	}
	if err != nil {
		return err
	}
	nominal := c.area(orb.MultiPolygon{p.Ground}, p.Sides, mediation.Nominal)
	core := c.area(p.CoreGround, p.Sides, mediation.Core)
	p.Nominal.Ellipsoidal.Sigma, p.Nominal.Plane.Sigma = nominal, nominal
	p.Core.Ellipsoidal.Sigma, p.Core.Plane.Sigma = core, core
	p.ToleranceM = c.tolerance(p.Ground, p.Sides)
	p.Sliver = p.WidthM < p.ToleranceM
	p.Verdict = mediation.Certain
	if p.CoreEWKB == nil {
		p.Verdict = mediation.WithinTolerance
	}
	return nil
}

// measure fills in the sigma of an extent.
func (c contestSigma) measure(e *mediation.Extent) error {
	var ground orb.MultiPolygon
	if err := decode(e.EWKB, func(g orb.Geometry) { ground, _ = g.(orb.MultiPolygon) }); err != nil {
		return err
	}
	sides := e.Sides
	if len(sides) == 0 {
		sides = c.sides
	}
	sigma := c.area(ground, sides, e.Level)
	e.Area.Ellipsoidal.Sigma, e.Area.Plane.Sigma = sigma, sigma
	return nil
}
