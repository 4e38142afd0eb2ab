package divide

import (
	"context"
	"fmt"

	"github.com/paulmach/orb"

	"jieshi/geo"
	"jieshi/geo/crs"
	"jieshi/geo/overlay"
)

// A Measure is one ground measured in the plane and on the ellipsoid.
type Measure struct {
	Plane, Ellipsoidal geo.SquareMetres
}

func (m Measure) plus(o Measure) Measure {
	return Measure{m.Plane + o.Plane, m.Ellipsoidal + o.Ellipsoidal}
}

// A Cut is what a line makes of one piece of ground.
type Cut struct {
	// Left and Right are the ground on the two sides of the line, looking along it.
	Left, Right Measure

	// Whole is the ground that the line assigns to no side: all of a piece that
	// it does not divide, and any part that it bounds equally from both sides.
	Whole Measure

	// Divided says that the line made two parts or more.
	Divided bool

	// Parts are the parts with their sides; of a piece that is not divided, the
	// piece itself, with its side [overlay.Beside]. They are not to be changed.
	Parts []overlay.Part
}

// A Table holds pieces of ground that are divided again and again. It is not
// changed by dividing, so that any number of goroutines may.
type Table struct {
	projection crs.Projection
	corners    *crs.Corners
	pieces     []piece
}

// A piece is ground on the grid with what does not change from line to line.
type piece struct {
	ground overlay.MultiPolygon
	bounds overlay.Box
	whole  Measure
}

// NewTable lays out ground in the CRS named. Pieces are valid polygons in metres,
// each divided on its own, and known by their place in the list.
//
// The error is [crs.ErrOutsideGrid], [overlay.ErrOffGrid], or that of a CRS in
// which no case works.
func NewTable(srid crs.SRID, pieces []orb.Polygon) (*Table, error) {
	projection, err := crs.ProjectionOf(srid)
	if err != nil {
		return nil, err
	}
	t := &Table{projection: projection, pieces: make([]piece, len(pieces))}
	var corners []orb.Polygon
	for i, polygon := range pieces {
		ground, err := overlay.Snap(orb.MultiPolygon{polygon})
		if err != nil {
			return nil, fmt.Errorf("piece %d: %w", i, err)
		}
		t.pieces[i] = piece{ground: ground, bounds: ground.Bounds()}
		corners = append(corners, ground.Metres()...)
	}
	t.corners = crs.NewCorners(projection, corners...)
	for i := range t.pieces {
		p := &t.pieces[i]
		if p.whole, err = t.measure(p.ground, p.ground.Area()); err != nil {
			return nil, fmt.Errorf("piece %d: %w", i, err)
		}
	}
	return t, nil
}

// Len is the number of pieces.
func (t *Table) Len() int { return len(t.pieces) }

// Projection is that of the table's CRS.
func (t *Table) Projection() crs.Projection { return t.projection }

// Divide divides every piece by the line and returns a cut for each, in their
// order. The line is taken to the grid; it may leave a piece, come back and cross
// itself, and divides nothing where it ends inside. A line of no length leaves
// every piece whole.
//
// The error is [overlay.ErrOffGrid] or [crs.ErrOutsideGrid], for a line that is
// not on the map, or that of the context.
func (t *Table) Divide(ctx context.Context, line orb.LineString) ([]Cut, error) {
	points := make([]overlay.Point, len(line))
	for i, p := range line {
		var err error
		if points[i], err = overlay.SnapPoint(p); err != nil {
			return nil, fmt.Errorf("vertex %d: %w", i, err)
		}
	}
	cuts := make([]Cut, len(t.pieces))
	for i := range t.pieces {
		var err error
		if cuts[i], err = t.cut(ctx, &t.pieces[i], points); err != nil {
			return nil, fmt.Errorf("piece %d: %w", i, err)
		}
	}
	return cuts, nil
}

func (t *Table) cut(ctx context.Context, p *piece, line []overlay.Point) (Cut, error) {
	whole := Cut{Whole: p.whole, Parts: []overlay.Part{{Ground: p.ground[0], Area: p.ground.Area()}}}
	if !meets(p.bounds, line) {
		return whole, nil
	}
	parts, err := overlay.Split(ctx, p.ground, line)
	if err != nil {
		return Cut{}, err
	}
	if len(parts) < 2 {
		return whole, nil
	}
	cut := Cut{Divided: true, Parts: parts}
	for _, part := range parts {
		m, err := t.measure(overlay.MultiPolygon{part.Ground}, part.Area)
		if err != nil {
			return Cut{}, err
		}
		switch part.Side {
		case overlay.LeftOf:
			cut.Left = cut.Left.plus(m)
		case overlay.RightOf:
			cut.Right = cut.Right.plus(m)
		case overlay.Beside:
			cut.Whole = cut.Whole.plus(m)
		}
	}
	return cut, nil
}

// meets says whether a segment of the line comes near enough to divide anything.
func meets(bounds overlay.Box, line []overlay.Point) bool {
	for i := 1; i < len(line); i++ {
		segment := overlay.Box{Min: line[i-1], Max: line[i-1]}
		if segment.Grow(line[i]).Meets(bounds) {
			return true
		}
	}
	return false
}

func (t *Table) measure(ground overlay.MultiPolygon, plane overlay.Area) (Measure, error) {
	ellipsoidal, err := t.corners.EllipsoidalArea(ground.Metres())
	return Measure{plane.SquareMetres(), ellipsoidal}, err
}
