package sheet

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"jieshi/mediation"
)

// Spacing of hatches in millimetres. The lines of the core lie between those
// of the whole piece, so that certain ground reads as denser.
const (
	nominalSpacing = 2.4
	coreSpacing    = 1.2
	dotSpacing     = 1.5
)

// ground draws the map proper, from the ground up: outer extent, pieces, claim
// lines, corner points, grid, and the labels where they hide least.
func (d *drawing) ground() {
	d.labels = placer{within: mapBox.inset(1)}
	d.furnish()
	d.clipped(mapBox, func() {
		d.grid()
		for _, p := range d.Run.Pieces {
			d.piece(p)
		}
		d.outer()
		for _, c := range d.Claims {
			d.claim(c)
		}
		d.cornerMarks()
		for _, p := range d.Run.Pieces {
			d.pieceLabel(p)
		}
		for _, c := range d.Claims {
			d.claimLabel(c)
		}
	})
	d.gridValues()
	d.drawFurniture()
	d.strokeRect(mapBox, black, claimLine)
}

// piece fills contested ground: what is certain hatched densely over a tint,
// the rest hatched thinly, and ground within tolerance with grey dots only.
func (d *drawing) piece(p mediation.Piece) {
	nominal := d.window.polygon(p.Ground)
	if p.WidthM*d.window.perMetre() < narrowest {
		d.mark(nominal, p.Verdict)
	}
	if p.Verdict == mediation.WithinTolerance {
		d.swatchTolerance(nominal)
		return
	}
	if d.Picture != nil { // the hatch needs a light ground
		d.faded(0.45, func() {
			d.pdf.SetFillColor(white.r, white.g, white.b)
			d.shape(nominal, "F")
		})
	}
	d.tint(nominal, 0.10)
	for _, core := range p.CoreGround {
		d.tint(d.window.polygon(core), 0.20)
	}
	d.strokes(hatch(nominal, nominalSpacing), purple, hairline)
	for _, core := range p.CoreGround {
		d.strokes(hatch(d.window.polygon(core), coreSpacing), purple, fine)
	}
	d.ink(purple, fine)
	d.shape(nominal, "D")
}

// narrowest is how wide a piece must be on paper, in millimetres, to be seen
// between two claim lines.
const narrowest = 0.9

// mark lays a pale band under a piece that is too narrow to be seen.
func (d *drawing) mark(nominal orb.Polygon, v mediation.Verdict) {
	ink := purple
	if v == mediation.WithinTolerance {
		ink = dim
	}
	alpha := 0.4
	if d.Picture != nil {
		ink, alpha = rgb{0xE8, 0xE3, 0xEE}, 0.8
	}
	d.faded(alpha, func() {
		d.ink(ink, 2.2)
		d.shape(nominal, "D")
	})
}

func (d *drawing) swatchTolerance(nominal orb.Polygon) {
	d.dashed([]float64{0, 0.8}, func() { d.strokes(hatch(nominal, dotSpacing), dim, 0.28) })
	d.ink(dim, fine)
	d.shape(nominal, "D")
}

func (d *drawing) tint(polygon orb.Polygon, alpha float64) {
	d.faded(alpha, func() {
		d.pdf.SetFillColor(purple.r, purple.g, purple.b)
		d.shape(polygon, "F")
	})
}

func (d *drawing) strokes(strokes []stroke, c rgb, width float64) {
	d.ink(c, width)
	for _, s := range strokes {
		d.pdf.Line(s[0][0], s[0][1], s[1][0], s[1][1])
	}
}

// outer draws the most that may be contested as a dashed outline.
func (d *drawing) outer() {
	for _, e := range d.Run.Extents {
		if e.Level != mediation.Outer || len(e.Sides) != 0 {
			continue
		}
		ground, err := groundOf(e.EWKB)
		if err != nil {
			continue // an extent without a drawable outline still has its areas in the table
		}
		d.dashed([]float64{1.2, 0.8}, func() {
			d.ink(purple, fine)
			for _, polygon := range ground {
				d.shape(d.window.polygon(polygon), "D")
			}
		})
	}
}

// claim draws the line of one party: 0.3 mm, its colour, and its sign along the
// line so that the sides can be told apart in black and white.
func (d *drawing) claim(c mediation.Claim) {
	ink := sideOf(c.Party.Side).ink
	for _, polygon := range c.Ground {
		drawn := d.window.polygon(polygon)
		if d.Picture != nil {
			d.ink(white, claimLine+0.5)
			d.shape(drawn, "D")
		}
		d.ink(ink, claimLine)
		d.shape(drawn, "D")
		for _, ring := range drawn {
			d.labels.avoid(ring)
		}
		if len(drawn) > 0 {
			d.signs(drawn[0], c.Party.Side)
		}
	}
}

// signSpacing is how many millimetres of line lie between two signs of a party.
const signSpacing = 62

// signs sets the party's sign at the start of the line and every signSpacing
// millimetres after, each party starting elsewhere so that common lines show
// both.
func (d *drawing) signs(ring orb.Ring, side int) {
	step := float64(signSpacing)
	if whole := length(ring); whole < 2*step {
		step = max(whole/2, 8)
	}
	next, walked := step*float64((side-1)%4)/4, 0.0
	for i := 0; i+1 < len(ring); i++ {
		a, b := ring[i], ring[i+1]
		l := math.Hypot(b[0]-a[0], b[1]-a[1])
		for next <= walked+l && l > 0 {
			t := (next - walked) / l
			at := orb.Point{a[0] + t*(b[0]-a[0]), a[1] + t*(b[1]-a[1])}
			if mapBox.contains(around(at, 3, 3)) {
				d.sign(at, side, 1.15)
				d.labels.take(around(at, 2.6, 2.6))
			}
			next += step
		}
		walked += l
	}
}

func length(ring orb.Ring) float64 {
	var sum float64
	for i := 0; i+1 < len(ring); i++ {
		sum += math.Hypot(ring[i+1][0]-ring[i][0], ring[i+1][1]-ring[i][1])
	}
	return sum
}

// cornerMarks draws and numbers the points that the table lists.
func (d *drawing) cornerMarks() {
	marks := d.cornersOnPage()
	for _, c := range marks { // no name may cover a mark that comes later
		d.labels.take(around(c.at, 1, 1))
	}
	for _, c := range marks {
		d.pdf.SetFillColor(white.r, white.g, white.b)
		d.ink(black, fine)
		d.pdf.Circle(c.at[0], c.at[1], 0.42, "FD")
		name := fmt.Sprint(c.no)
		box := d.labels.place(c.at, d.width(name, 5.4)+0.5, 2, 0.9, 7, false)
		d.text(box.center()[0], box.y1-0.3, name, style{size: 5.4, ink: black, align: center, halo: true})
	}
}

// A cornerMark is where a corner stands on the page.
type cornerMark struct {
	no int
	at orb.Point // millimetres on the page
}

// cornersOnPage returns the corners within the map, each once.
func (d *drawing) cornersOnPage() []cornerMark {
	var marks []cornerMark
	marked := map[int]bool{}
	for _, piece := range d.corners.pieces {
		for _, c := range piece.points {
			at := d.window.page(c.at)
			if marked[c.no] || !mapBox.contains(around(at, 1, 1)) {
				continue
			}
			marked[c.no] = true
			marks = append(marks, cornerMark{c.no, at})
		}
	}
	return marks
}

// pieceLabel writes number and mu, in the piece if it is wide enough, and
// beside it with a leader if not.
func (d *drawing) pieceLabel(p mediation.Piece) {
	at := d.window.page(p.Label)
	number, mu := fmt.Sprint(p.N), mu(p.Nominal)
	const size, height = 7.5, 4.6
	disc := max(3.6, d.width(number, size)+1.8)
	width := disc + 0.8 + d.width(mu, size) + 1.6
	box := around(at, width, height)
	if !fits(d.window.polygon(p.Ground), box) || d.labels.taken(box) {
		box = d.labels.place(at, width, height, 4.5, 60, true)
		end := nearest(box, at)
		d.line(at[0], at[1], end[0], end[1], black, fine)
		d.pdf.SetFillColor(black.r, black.g, black.b)
		d.pdf.Circle(at[0], at[1], 0.35, "F")
	} else {
		d.labels.take(box)
	}
	ink := purple
	if p.Verdict == mediation.WithinTolerance {
		ink = grey
	}
	d.pdf.SetFillColor(white.r, white.g, white.b)
	d.ink(ink, fine)
	d.pdf.RoundedRect(box.x0, box.y0, width, height, height/2, "1234", "FD")
	d.pdf.SetFillColor(ink.r, ink.g, ink.b)
	d.pdf.RoundedRect(box.x0+0.5, box.y0+0.5, disc, height-1, (height-1)/2, "1234", "F")
	base := box.y1 - 1.3
	d.text(box.x0+0.5+disc/2, base, number, style{size: size, ink: white, align: center, bold: true})
	d.text(box.x0+0.5+disc+0.8, base, mu, style{size: size, ink: black, bold: true})
}

// claimLabel names the party on ground that it alone claims: in full if there
// is room, else by its letter, which the legend explains. A name is never cut:
// its end, the village group, is what tells the sides apart.
func (d *drawing) claimLabel(c mediation.Claim) {
	s := sideOf(c.Party.Side)
	const size, height = 9.0, 4.4
	st := style{size: size, ink: s.dark(), align: center, bold: true, halo: true}
	for _, name := range []string{s.zh + " " + c.Party.Name, s.zh} {
		width := d.width(name, size) + 1
		if at, ok := d.ownGround(c, width, height); ok {
			d.labels.take(around(at, width, height))
			d.text(at[0], at[1]+1.2, name, st)
			return
		}
	}
	if len(c.Ground) == 0 || len(c.Ground[0]) == 0 || len(c.Ground[0][0]) == 0 {
		return
	}
	at := d.labels.place(d.window.page(c.Ground[0][0][0]), d.width(s.zh, size)+1, height, 2.5, 60, false).center()
	d.text(at[0], at[1]+1.2, s.zh, st)
}

// ownGround looks for the place farthest from all lines on ground that only
// this party claims.
func (d *drawing) ownGround(c mediation.Claim, width, height float64) (orb.Point, bool) {
	own, others := d.polygons(c.Ground), []orb.Polygon{}
	for _, o := range d.Claims {
		if o.Party.Side != c.Party.Side {
			others = append(others, d.polygons(o.Ground)...)
		}
	}
	best, at := -1.0, orb.Point{}
	const step = 4.0
	for y := mapBox.y0 + step; y < mapBox.y1; y += step {
		for x := mapBox.x0 + step; x < mapBox.x1; x += step {
			p := orb.Point{x, y}
			if !inAny(own, p) || inAny(others, p) {
				continue
			}
			box := around(p, width, height)
			if !d.labels.within.contains(box) || d.labels.taken(box) || d.labels.crossed(box) {
				continue
			}
			if room := d.labels.room(p); room > best {
				best, at = room, p
			}
		}
	}
	return at, best > 0
}

func (d *drawing) polygons(ground orb.MultiPolygon) []orb.Polygon {
	out := make([]orb.Polygon, len(ground))
	for i, p := range ground {
		out[i] = d.window.polygon(p)
	}
	return out
}

func inAny(polygons []orb.Polygon, p orb.Point) bool {
	for _, polygon := range polygons {
		if contains(polygon, p) {
			return true
		}
	}
	return false
}

// fits reports whether box lies in polygon with some air around it.
func fits(polygon orb.Polygon, box rect) bool {
	air := box.inset(-1.2)
	const n = 6
	for i := range n + 1 {
		t := float64(i) / n
		x, y := air.x0+t*air.width(), air.y0+t*air.height()
		for _, p := range []orb.Point{{x, air.y0}, {x, air.y1}, {air.x0, y}, {air.x1, y}} {
			if !contains(polygon, p) {
				return false
			}
		}
	}
	return true
}

func nearest(box rect, p orb.Point) orb.Point {
	return orb.Point{min(max(p[0], box.x0), box.x1), min(max(p[1], box.y0), box.y1)}
}
