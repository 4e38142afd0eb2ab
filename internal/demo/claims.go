package demo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"jieshi/geo"
)

// The ground of the dispute is drawn in a local frame: metres east and north of
// the frame's south-west corner, which in EPSG:4545 lies at (frameEast,
// frameNorth). All corners are whole millimetres, so areas are exact.
const (
	frameEast  = 631600.0
	frameNorth = 2683200.0
	frameSide  = 800.0 // metres, of the square that the orthophoto fills
)

// Boundary stones that both sides accept, from north to south. Between them
// each side points out a line of its own:
//
//	A's line   B's line       between the stones both claim or neither does
//	       \   /
//	742     (T)               hedge: both point it out, 5 cm apart
//	602     (kiln)            old lime kiln: neither claims it
//	556  A ( north ) B        reservoir: both claim it
//	281     (south)           dry face of the dam: neither claims it
//	258  A ( field ) B        paddies below the dam: both claim them
//	150     (ford)
var (
	stoneTop   = orb.Point{466, 742}
	stoneKiln  = orb.Point{445, 602}
	stoneNorth = orb.Point{442, 556}
	stoneSouth = orb.Point{392, 281}
	stoneField = orb.Point{390, 258}
	stoneFord  = orb.Point{378, 150}
)

// The lines between the stones, north to south, without the stones. A lies to
// the east and reaches west, B the other way round.
var (
	hedgeA     = []orb.Point{{465.825, 741}, {445.125, 603}}
	hedgeB     = []orb.Point{{465.875, 741}, {445.175, 603}}
	kilnA      = []orb.Point{{450, 580}}
	kilnB      = []orb.Point{{437, 578}}
	reservoirA = []orb.Point{{360, 536}, {330, 484}, {326, 410}, {322, 340}, {326, 281}}
	reservoirB = []orb.Point{{470, 530}, {494, 468}, {484, 392}, {470, 330}, {462, 281}}
	damA       = []orb.Point{{402, 269}}
	damB       = []orb.Point{{380, 269}}
	paddyA     = []orb.Point{{348, 232}, {344, 176}}
	paddyB     = []orb.Point{{418, 240}, {424, 182}}
	outerA     = []orb.Point{
		{430, 104},
		{520, 96},
		{612, 140},
		{676, 226},
		{704, 330},
		{712, 440},
		{688, 560},
		{640, 660},
		{560, 724},
		{496, 752},
	}
	outerB = []orb.Point{
		{330, 110},
		{240, 100},
		{160, 140},
		{104, 222},
		{88, 330},
		{96, 440},
		{124, 560},
		{190, 652},
		{280, 716},
		{370, 744},
	}
	// The forest farm's claim lies in A's and enters B's at two corners of
	// B's own line, between which it reaches down to the water.
	shoreC  = []orb.Point{{452, 506}, {462, 430}}
	forestC = []orb.Point{{560, 372}, {604, 430}, {596, 520}, {530, 556}}
)

// A Piece is ground that the same parties claim. Its Ground is one polygon in
// EPSG:4545, x east, y north, outer ring counter-clockwise and closed.
type Piece struct {
	Name    string // what a person would call the place
	Parties string // the sides that claim it, in order: "AB", "AC", "ABC"
	Ground  orb.Polygon
	Area    geo.SquareMetres // plane, exact
}

// Truth is what is so, whatever the walks say. All polygons are in EPSG:4545;
// all areas are plane, computed exactly from corners of whole millimetres, and
// can be checked by hand with the shoelace formula.
type Truth struct {
	ClaimA, ClaimB, ClaimC orb.Polygon
	AreaA, AreaB, AreaC    geo.SquareMetres

	// Contested is the ground claimed by A and B, north to south: the hedge
	// (a sliver 5 cm wide), the reservoir, the paddies.
	Contested     []Piece
	ContestedArea geo.SquareMetres

	// ContestedWithC is the ground claimed by two or more once the forest farm
	// joins the case: the reservoir falls into two pieces and a third piece is
	// claimed by A and C. Each piece of ground is counted once.
	ContestedWithC     []Piece
	ContestedWithCArea geo.SquareMetres
}

// newTruth draws the claims and what follows from them.
func newTruth() Truth {
	cornerIn, cornerOut := reservoirB[0], reservoirB[2] // where C's line meets B's
	var t Truth
	t.ClaimA, t.AreaA = ground(lineOf(hedgeA, kilnA, reservoirA, damA, paddyA), outerA)
	t.ClaimB, t.AreaB = ground(lineOf(hedgeB, kilnB, reservoirB, damB, paddyB), outerB)
	t.ClaimC, t.AreaC = ground([]orb.Point{cornerIn}, shoreC, []orb.Point{cornerOut}, forestC)

	t.Contested = []Piece{
		piece("hedge", "AB", between(stoneTop, hedgeA, stoneKiln, hedgeB)),
		piece("reservoir", "AB", between(stoneNorth, reservoirA, stoneSouth, reservoirB)),
		piece("paddies", "AB", between(stoneField, paddyA, stoneFord, paddyB)),
	}
	t.ContestedArea = sumOf(t.Contested)

	withoutC := []orb.Point{cornerIn, shoreC[0], shoreC[1], cornerOut, reservoirB[3], reservoirB[4]}
	t.ContestedWithC = []Piece{
		t.Contested[0],
		piece("reservoir", "AB", between(stoneNorth, reservoirA, stoneSouth, withoutC)),
		piece("east shore", "ABC", []orb.Point{cornerIn, shoreC[0], shoreC[1], cornerOut, reservoirB[1]}),
		piece("forest", "AC", append([]orb.Point{cornerIn, reservoirB[1], cornerOut}, forestC...)),
		t.Contested[2],
	}
	t.ContestedWithCArea = sumOf(t.ContestedWithC)
	return t
}

// lineOf strings the five stretches of one side's line between the stones.
func lineOf(hedge, kiln, reservoir, dam, paddy []orb.Point) []orb.Point {
	line := []orb.Point{stoneTop}
	for _, leg := range []struct {
		points []orb.Point
		stone  orb.Point
	}{{hedge, stoneKiln}, {kiln, stoneNorth}, {reservoir, stoneSouth}, {dam, stoneField}, {paddy, stoneFord}} {
		line = append(append(line, leg.points...), leg.stone)
	}
	return line
}

// between returns the corners of the ground between two lines that both run
// from one stone to another.
func between(from orb.Point, a []orb.Point, to orb.Point, b []orb.Point) []orb.Point {
	corners := append([]orb.Point{from}, a...)
	corners = append(corners, to)
	return append(corners, reversed(b)...)
}

func reversed(points []orb.Point) []orb.Point {
	points = slices.Clone(points)
	slices.Reverse(points)
	return points
}

func millimetres(m float64) int64 { return int64(math.Round(m * 1000)) }

func piece(name, parties string, corners []orb.Point) Piece {
	polygon, area := ground(corners)
	return Piece{Name: name, Parties: parties, Ground: polygon, Area: area}
}

func sumOf(pieces []Piece) (sum geo.SquareMetres) {
	for _, p := range pieces {
		sum += p.Area
	}
	return sum
}

// ground moves corners of the local frame to EPSG:4545 and returns the closed
// polygon, counter-clockwise, with its area.
func ground(stretches ...[]orb.Point) (orb.Polygon, geo.SquareMetres) {
	var ring orb.Ring
	for _, s := range stretches {
		for _, p := range s {
			ring = append(ring, orb.Point{frameEast + p[0], frameNorth + p[1]})
		}
	}
	ring = append(ring, ring[0])
	twice := twiceArea(ring)
	if twice < 0 {
		ring.Reverse()
		twice = -twice
	}
	return orb.Polygon{ring}, geo.SquareMetres(float64(twice) / 2e6)
}

// twiceArea is twice the signed area of a closed ring in mm², by the shoelace
// formula in integers. The ring lies within 10 km of its first corner.
func twiceArea(ring orb.Ring) (twice int64) {
	mm := func(p orb.Point) (x, y int64) {
		return millimetres(p[0] - ring[0][0]), millimetres(p[1] - ring[0][1])
	}
	for i := range len(ring) - 1 {
		x0, y0 := mm(ring[i])
		x1, y1 := mm(ring[i+1])
		twice += x0*y1 - x1*y0
	}
	return twice
}
