package overlay

// A groundArena hands out the memory of polygons from large pieces, so that a
// pair costs the collector next to nothing. What it hands out is the caller's: it
// does not grow into its neighbour, and a piece is freed when nothing in it is
// referred to any more.
type groundArena struct {
	points    []Point
	rings     []Ring
	multi     []Polygon
	nextPoint int // length of the piece after this one
	nextRing  int
}

// The lengths of pieces: they double from the first to the last.
const (
	firstPiece = 1 << 8
	lastPiece  = 1 << 15
)

// ring returns a ring of n points.
func (a *groundArena) ring(n int) Ring {
	if len(a.points) < n {
		a.nextPoint = min(max(2*a.nextPoint, firstPiece), lastPiece)
		a.points = make([]Point, max(a.nextPoint, n))
	}
	r := a.points[:n:n]
	a.points = a.points[n:]
	return r
}

// shell returns the polygon of one ring.
func (a *groundArena) shell(r Ring) Polygon {
	p := a.polygon(1)
	p[0] = r
	return p
}

// polygon returns a polygon of n rings.
func (a *groundArena) polygon(n int) Polygon {
	if len(a.rings) < n {
		a.nextRing = min(max(2*a.nextRing, firstPiece/16), lastPiece/16)
		a.rings = make([]Ring, max(a.nextRing, n))
	}
	p := a.rings[:n:n]
	a.rings = a.rings[n:]
	return Polygon(p)
}

// polygons returns a multipolygon of n polygons.
func (a *groundArena) polygons(n int) MultiPolygon {
	if len(a.multi) < n {
		a.multi = make([]Polygon, max(a.nextRing, firstPiece/16, n))
	}
	m := a.multi[:n:n]
	a.multi = a.multi[n:]
	return m
}
