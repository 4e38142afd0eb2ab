package overlay

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// ErrBandReach says that there is not one reach for each vertex of the ground, or
// that a reach is negative or longer than [MaxBandReach].
var ErrBandReach = errors.New("overlay: a band needs one reach a vertex")

// MaxBandReach is the longest reach, in grid units: 100 km, with which no product
// here leaves 64 bits.
const MaxBandReach = 1_000_000_000

// bandCorners is the number of corners of the polygon that stands for a disc.
// It is drawn about the disc, so it reaches 1/cos(π/32) − 1 = 0.48 % of the
// radius too far at its corners and, but for the grid, nowhere too little. A standard deviation is
// never known so well: that of ten epochs is itself known to 24 %.
const bandCorners = 32

// bandLeaf is how many edges' bands are united at once before the results are
// united two by two: few enough that dense lines do not pay for what lies deep
// inside, many enough that sparse ones need few steps.
const bandLeaf = 4

// BandReach returns k standard deviations (metres) as a reach for [Band], rounded
// up to the grid; one that is no length is 0, one too long [MaxBandReach].
func BandReach(k, sigma float64) int64 {
	r := math.Ceil(k * sigma * GridPerMetre)
	if !(r > 0) {
		return 0
	}
	return int64(min(r, MaxBandReach))
}

// Band returns the ground m as it is at least, inward, and at most, outward, when
// every vertex of its boundary may lie anywhere within its reach (grid units).
// There is one reach for each vertex in the order of polygons, rings and vertices,
// the repeated last vertex of a ring not counted.
//
// The band of an edge is the convex hull of the two discs at its ends: as wide as
// the reach at either end, linear between. Outward is m with all bands, inward
// m without them, so that where all reaches are equal this is what ST_Buffer makes
// of m with ± that reach. Discs are taken as 32-gons drawn about them, so bands are
// at most 0.48 % of the largest reach near by too wide, and nowhere too narrow, but
// for the rounding of their corners and crossings to the grid. Where reach is 0 the
// boundary stays.
//
// The results are valid polygons on the grid, as [Repair] makes them; inward is
// nil where nothing is left. m is taken as Repair takes it, too. Both depend on m
// as it is written, its order and the start of its rings included, in the last
// unit of the grid; the same m gives the same bytes on every machine. Time is
// O(n log n) for lines that do not lie on themselves.
//
// The errors are [ErrOffGrid] and [ErrBandReach].
func Band(m MultiPolygon, reach []int64) (inward, outward MultiPolygon, err error) {
	if err := checkReach(m, reach); err != nil {
		return nil, nil, err
	}
	box := m.Bounds()
	if box.Empty() {
		return nil, nil, nil
	}
	if box = box.widened(2*slices.Max(reach) + 2); box.offGrid() {
		return nil, nil, fmt.Errorf("%w: a band of %d units reaches beyond it", ErrOffGrid, slices.Max(reach))
	}
	b := bander{wide: box.wide()}
	var bands []MultiPolygon
	for _, poly := range m {
		for _, ring := range poly {
			open := ring.open()
			bands = append(bands, b.bandsOf(open, reach[:len(open)])...)
			reach = reach[len(open):]
		}
	}
	inward, outward = b.apply(m, b.unite(bands), box)
	return inward, outward, nil
}

func checkReach(m MultiPolygon, reach []int64) error {
	vertices := 0
	for _, poly := range m {
		for _, ring := range poly {
			vertices += len(ring.open())
		}
	}
	if len(reach) != vertices {
		return fmt.Errorf("%w: %d for %d vertices", ErrBandReach, len(reach), vertices)
	}
	for i, r := range reach {
		if r < 0 || r > MaxBandReach {
			return fmt.Errorf("%w: %d at vertex %d is not between 0 and %d", ErrBandReach, r, i, MaxBandReach)
		}
	}
	return nil
}

// open returns the ring without its repeated last point.
func (r Ring) open() Ring {
	if n := len(r); n > 1 && r[0] == r[n-1] {
		return r[:n-1]
	}
	return r
}

func (b Box) widened(by int64) Box {
	return Box{Point{b.Min.X - by, b.Min.Y - by}, Point{b.Max.X + by, b.Max.Y + by}}
}

// A bander makes bands; it keeps memory between them.
type bander struct {
	wide   bool
	maker  groundMaker
	points []Point
	discs  []disc
	necks  []neck
}

// A disc is what a vertex may reach: the corners of its 32-gon counter-clockwise,
// corner i of every disc in the same direction.
type disc [bandCorners]Point

// A neck is what the hull of two discs has beside the discs: the quadrilateral of
// the two sides that touch both, counter-clockwise; nil where the hull is taken as
// one.
type neck Ring

// bandsOf returns pieces whose union is the bands of the edges of a ring: for each
// vertex its neck with the next, and of its disc what the necks on either side do
// not hold already, which on a straight stretch is nothing.
func (b *bander) bandsOf(open Ring, reach []int64) []MultiPolygon {
	n := len(open)
	b.discs, b.necks = slices.Grow(b.discs[:0], n)[:n], slices.Grow(b.necks[:0], n)[:n]
	for i, p := range open {
		b.discs[i] = discOf(p, reach[i])
	}
	bands := make([]MultiPolygon, 0, n)
	for i, p := range open {
		j := (i + 1) % n
		// Where discs overlap more than half, a hull is less to unite than its parts.
		if b.necks[i] = nil; abs(open[j].X-p.X)+abs(open[j].Y-p.Y) > max(reach[i], reach[j]) {
			b.necks[i] = b.neckOf(i, j)
		}
	}
	for i := range open {
		j := (i + 1) % n
		if reach[i] == 0 && reach[j] == 0 {
			continue
		}
		if b.necks[i] == nil {
			bands = append(bands, MultiPolygon{{b.hullOf(i, j)}})
			continue
		}
		m := MultiPolygon{{Ring(b.necks[i])}}
		if before := (i + n - 1) % n; reach[i] > 0 && b.necks[before] != nil { // else the hull before has the disc
			if joint := b.jointOf(i, before); len(joint) >= 3 {
				m = append(m, Polygon{joint})
			}
		}
		bands = append(bands, m)
	}
	return bands
}

// neckOf returns the neck of discs i and j: discs being of one shape, each of its
// sides runs between corners of one number.
func (b *bander) neckOf(i, j int) neck {
	c, d := &b.discs[i], &b.discs[j]
	right, left := -1, -1
	for k := range bandCorners {
		before, after := (k+bandCorners-1)%bandCorners, (k+1)%bandCorners
		ux, uy := d[k].X-c[k].X, d[k].Y-c[k].Y
		if ux == 0 && uy == 0 {
			return nil
		}
		side := func(p, q Point) int64 { return turn(b.wide, ux, uy, q.X-p.X, q.Y-p.Y) }
		w, x, y, z := side(c[k], c[before]), side(c[k], c[after]), side(d[k], d[before]), side(d[k], d[after])
		switch {
		case right < 0 && w >= 0 && x >= 0 && y >= 0 && z >= 0:
			right = k
		case left < 0 && w <= 0 && x <= 0 && y <= 0 && z <= 0:
			left = k
		}
	}
	if right < 0 || left < 0 {
		return nil
	}
	q := Ring{c[right], d[right], d[left], c[left]}
	for k, p := range q {
		o, r := q[(k+3)%4], q[(k+1)%4]
		if turn(b.wide, p.X-o.X, p.Y-o.Y, r.X-p.X, r.Y-p.Y) < 0 {
			return nil
		}
	}
	return neck(q)
}

// holds says whether p lies in the neck or on its side.
func (q neck) holds(p Point, wide bool) bool {
	for k, o := range q {
		r := q[(k+1)%4]
		if turn(wide, r.X-o.X, r.Y-o.Y, p.X-o.X, p.Y-o.Y) < 0 {
			return false
		}
	}
	return q != nil
}

// jointOf returns of disc i what is neither in the neck before it nor in the one
// after: an open ring, empty if nothing is left.
func (b *bander) jointOf(i, before int) Ring {
	joint := append(make(Ring, 0, bandCorners+1), b.discs[i][:]...)
	for _, q := range [2]neck{b.necks[before], b.necks[i]} {
		joint = q.leftOf(joint, b.wide)
	}
	return joint
}

// leftOf returns convex corners without those that lie in the neck together with
// both their neighbours: what is cut off lies between corners that the neck holds,
// hence in the neck.
func (q neck) leftOf(corners Ring, wide bool) Ring {
	var in [bandCorners]bool
	for c, p := range corners {
		in[c] = q.holds(p, wide)
	}
	n, kept := len(corners), 0
	for c, p := range corners {
		if !in[c] || !in[(c+n-1)%n] || !in[(c+1)%n] {
			corners[kept] = p
			kept++
		}
	}
	return corners[:kept]
}

// hullOf returns the hull of two discs.
func (b *bander) hullOf(i, j int) Ring {
	b.points = append(append(b.points[:0], b.discs[i][:]...), b.discs[j][:]...)
	return convexHull(b.points, b.wide)
}

// unite returns the union of ground that overlaps ground near it in the list:
// neighbours first, so that what lies inside is gone before it meets the rest.
func (b *bander) unite(parts []MultiPolygon) MultiPolygon {
	if len(parts) <= bandLeaf {
		return b.uniteAll(parts)
	}
	half := len(parts) / 2
	return b.uniteAll([]MultiPolygon{b.unite(parts[:half]), b.unite(parts[half:])})
}

// uniteAll unites ground whose shells run counter-clockwise and holes clockwise:
// ground is where the winding numbers of all together are positive.
func (b *bander) uniteAll(parts []MultiPolygon) MultiPolygon {
	if len(parts) == 1 {
		return parts[0]
	}
	box := emptyBox()
	for _, m := range parts {
		box = box.Union(m.Bounds())
	}
	if box.Empty() {
		return nil
	}
	b.maker.begin(box)
	for _, m := range parts {
		for _, poly := range m {
			for _, ring := range poly {
				b.maker.addRing(ring, 0)
			}
		}
	}
	return b.maker.ground()
}

// apply takes band away from m, and adds it, in one arrangement of both: so the
// two fit each other to the bit.
func (b *bander) apply(m, band MultiPolygon, box Box) (inward, outward MultiPolygon) {
	g := &b.maker
	g.begin(box)
	ground := g.addGround(m)
	rings := int32(0)
	for _, poly := range m {
		rings += int32(len(poly))
	}
	for _, poly := range band {
		for _, ring := range poly {
			g.addRing(ring, rings)
		}
	}
	inBand := func(winds []jump) bool {
		n := len(winds)
		return n > 0 && winds[n-1].label == rings && winds[n-1].n > 0
	}
	inGround := func(winds []jump) bool {
		if n := len(winds); n > 0 && winds[n-1].label == rings {
			winds = winds[:n-1]
		}
		return ground(winds) >= 0
	}
	outward = groundOf(g.regions(func(winds []jump) int32 {
		if inBand(winds) || inGround(winds) {
			return 0
		}
		return nobody
	}), g.corner)
	inward = groundOf(g.arrangement.regions(func(winds []jump) int32 {
		if inGround(winds) && !inBand(winds) {
			return 0
		}
		return nobody
	}), g.corner)
	return inward, outward
}

// bandUnit has the corners of the first quarter of a 32-gon drawn about the unit
// circle, in units of 2^-30: (cos, sin) of (2i+1)·π/32 over cos(π/32). They are
// written out since no two machines need agree on the last digit of a cosine.
var bandUnit = [bandCorners / 4]Point{
	{1073741824, 105754339},
	{1032478528, 313198937},
	{951537661, 508607476},
	{834029735, 684470515},
	{684470515, 834029735},
	{508607476, 951537661},
	{313198937, 1032478528},
	{105754339, 1073741824},
}

// discOf returns the disc of radius r. A disc of no radius is its centre.
func discOf(at Point, r int64) (d disc) {
	for i, u := range bandUnit {
		x, y := scaled(u.X, r), scaled(u.Y, r)
		d[i] = Point{at.X + x, at.Y + y}
		d[i+bandCorners/4] = Point{at.X - y, at.Y + x}
		d[i+bandCorners/2] = Point{at.X - x, at.Y - y}
		d[i+bandCorners*3/4] = Point{at.X + y, at.Y - x}
	}
	return d
}

// scaled returns r·u/2^30 rounded to the nearest: u ≤ 2^30 and r ≤ 2^30 or so.
func scaled(u, r int64) int64 { return (u*r + 1<<29) >> 30 }

// convexHull returns the hull of points, which it sorts: an open ring, counter-
// clockwise, without corners on sides (Andrew's monotone chain).
func convexHull(points []Point, wide bool) Ring {
	slices.SortFunc(points, comparePoints)
	points = slices.Compact(points)
	hull := make(Ring, 0, len(points)+1)
	extend := func(p Point, least int) {
		for len(hull) > least {
			o, q := hull[len(hull)-2], hull[len(hull)-1]
			if turn(wide, q.X-o.X, q.Y-o.Y, p.X-q.X, p.Y-q.Y) > 0 {
				break
			}
			hull = hull[:len(hull)-1]
		}
		hull = append(hull, p)
	}
	for _, p := range points {
		extend(p, 1)
	}
	lower := len(hull)
	for i := len(points) - 2; i >= 0; i-- {
		extend(points[i], lower)
	}
	return hull[:max(len(hull)-1, 0)]
}
