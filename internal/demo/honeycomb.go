package demo

import (
	"cmp"
	"container/heap"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

// honeycomb is the ground of the region in hexagonal cells. Three cells meet at
// every corner, so that the outline of any set of cells is a simple ring: it
// never touches itself.
//
// Cells are laid out in degrees, with longitude shrunk by squeeze so that they
// are about as wide as high. A corner is named by a place on a half-cell
// lattice, so that neighbours find the same one without comparing coordinates.
type honeycomb struct {
	jitter field
	cells  []cell
	index  map[lattice]int // of the cell at a lattice place
}

// lattice is a place in units of half a cell's width (x) and half an edge (y).
type lattice struct{ x, y int32 }

type cell struct {
	lattice
	centre orb.Point // squeezed
}

const (
	edge    = 0.036  // degrees, the length of a cell's side: about 4 km
	squeeze = 0.9135 // cos 24°
)

// site is the middle of the disputed ground; a cell's east side runs through it.
var site = lonLatAt(streamAt(frameSide/2), frameSide/2)

// region is the outline of the cells, drawn by eye: only its general form and
// place are those of Guangxi.
var region = orb.Ring{
	{104.45, 24.65},
	{104.9, 24.2},
	{105.3, 24.05},
	{105.7, 23.85},
	{105.75, 23.5},
	{105.55, 23.2},
	{105.9, 22.98},
	{106.3, 22.88},
	{106.75, 22.72},
	{106.6, 22.4},
	{106.7, 22.05},
	{107.05, 21.85},
	{107.5, 21.62},
	{108.0, 21.55},
	{108.35, 21.5},
	{108.7, 21.62},
	{109.1, 21.38},
	{109.6, 21.48},
	{109.9, 21.68},
	{110.35, 21.9},
	{110.7, 22.2},
	{110.85, 22.55},
	{111.25, 22.8},
	{111.4, 23.1},
	{111.55, 23.5},
	{111.8, 23.8},
	{111.95, 24.1},
	{112.05, 24.5},
	{111.85, 24.8},
	{111.45, 24.8},
	{111.15, 25.05},
	{111.35, 25.4},
	{111.3, 25.9},
	{111.2, 26.28},
	{110.7, 26.32},
	{110.3, 26.05},
	{109.9, 26.15},
	{109.5, 26.0},
	{109.05, 25.78},
	{108.7, 25.45},
	{108.3, 25.52},
	{107.8, 25.25},
	{107.2, 25.55},
	{106.7, 25.18},
	{106.2, 24.98},
	{105.8, 24.78},
	{105.2, 24.98},
	{104.75, 24.85},
	{104.45, 24.65},
}

func newHoneycomb(seed uint64) *honeycomb {
	h := &honeycomb{jitter: newField(seed, 201), index: map[lattice]int{}}
	for y := int32(-201); y <= 201; y += 3 {
		for x := int32(-320); x <= 320; x++ {
			if (x+y)&1 == 0 { // rows are three half-edges apart, shifted by half a cell
				continue
			}
			at := lattice{x, y}
			c := at.plain()
			if planar.RingContains(region, orb.Point{c[0] / squeeze, c[1]}) {
				h.index[at] = len(h.cells)
				h.cells = append(h.cells, cell{at, c})
			}
		}
	}
	return h
}

// plain returns the squeezed position of a lattice place. Place (0, 0) is the
// middle of the east side of cell (-1, 0).
func (l lattice) plain() orb.Point {
	const half = 0.8660254037844386 * edge
	return orb.Point{site[0]*squeeze + float64(float64(l.x)*half), site[1] + float64(float64(l.y)*(edge/2))}
}

// neighbours lists the cells round a cell, of those that are in the region.
func (h *honeycomb) neighbours(c int) (around []int) {
	for _, step := range across {
		if n, ok := h.index[lattice{h.cells[c].x + step.x, h.cells[c].y + step.y}]; ok {
			around = append(around, n)
		}
	}
	return around
}

// seat is where a county starts to grow. A slow one stays small, as urban
// districts do.
type seat struct {
	county int
	at     orb.Point // squeezed
	slow   float64
}

// seats lists where the counties grow from. Two of them are pulled together so
// that they meet at the disputed ground, on either side of its stream.
func seats() (all []seat) {
	add := func(county int, lon, lat, slow float64) {
		all = append(all, seat{county, orb.Point{lon * squeeze, lat}, slow})
	}
	for i, p := range counties {
		switch slow := 1.0; p.code {
		case "450206":
			add(i, site[0]+0.16, site[1]-0.02, slow)
		case "451321":
			add(i, site[0]-0.16, site[1]+0.02, slow)
			add(i, p.lon, p.lat, slow)
		default:
			if crowded(i) {
				slow = 2.2
			}
			add(i, p.lon, p.lat, slow)
		}
	}
	return all
}

// crowded says whether another seat lies within some 12 km.
func crowded(i int) bool {
	for j, q := range counties {
		if i != j && math.Hypot((counties[i].lon-q.lon)*squeeze, counties[i].lat-q.lat) < 0.11 {
			return true
		}
	}
	return false
}

// grow gives every cell to a county: cells join the cheapest seat that already
// holds a neighbour, so that what grows from one seat hangs together.
func (h *honeycomb) grow() []int {
	owner := make([]int, len(h.cells))
	for i := range owner {
		owner[i] = -1
	}
	all := seats()
	var frontier queue
	take := func(c, s int) {
		owner[c] = all[s].county
		for _, n := range h.neighbours(c) {
			if owner[n] < 0 {
				heap.Push(&frontier, offer{all[s].slow * apart(h.cells[n].centre, all[s].at), n, s})
			}
		}
	}
	for s := range all {
		if from := h.siteCell(counties[all[s].county].code, all[s]); owner[from] < 0 {
			take(from, s)
		} else {
			take(h.nearestFree(all[s].at, owner), s)
		}
	}
	for len(frontier) > 0 {
		if o := heap.Pop(&frontier).(offer); owner[o.cell] < 0 {
			take(o.cell, o.seat)
		}
	}
	return owner
}

// siteCell returns the cell in which a seat starts: beside the disputed ground
// for the two that meet there, else the one nearest to it.
func (h *honeycomb) siteCell(code string, s seat) int {
	near := apart(s.at, orb.Point{site[0] * squeeze, site[1]}) < 0.2
	switch {
	case code == "451321" && near:
		return h.index[lattice{-1, 0}]
	case code == "450206":
		return h.index[lattice{1, 0}]
	}
	return h.nearestFree(s.at, nil)
}

// nearestFree returns the cell nearest to a place that has no owner yet.
func (h *honeycomb) nearestFree(at orb.Point, owner []int) int {
	best := -1
	for c := range h.cells {
		if owner != nil && owner[c] >= 0 {
			continue
		}
		if best < 0 || apart(h.cells[c].centre, at) < apart(h.cells[best].centre, at) {
			best = c
		}
	}
	return best
}

// divide gives the cells of the two counties of the dispute to townships; -1
// elsewhere. Their seats are spread as far apart as the county allows, the
// first at the disputed ground.
func (h *honeycomb) divide(county []int) []int {
	town := make([]int, len(h.cells))
	for i := range town {
		town[i] = -1
	}
	first := map[string]int{"450206": h.index[lattice{1, 0}], "451321": h.index[lattice{-1, 0}]}
	for _, code := range []string{"450206", "451321"} {
		var mine, names, chosen []int
		for c := range h.cells {
			if counties[county[c]].code == code {
				mine = append(mine, c)
			}
		}
		for i, t := range townships {
			if t.code[:6] == code {
				names = append(names, i)
			}
		}
		nearest := func(c int) float64 {
			d := math.Inf(1)
			for _, s := range chosen {
				d = min(d, apart(h.cells[c].centre, h.cells[s].centre))
			}
			return d
		}
		for range names {
			next := first[code]
			if len(chosen) > 0 {
				next = slices.MaxFunc(mine, func(a, b int) int { return cmp.Compare(nearest(a), nearest(b)) })
			}
			chosen = append(chosen, next)
		}
		h.spread(town, mine, names, chosen)
	}
	return town
}

// spread grows townships from the chosen cells over the given ones, ring by
// ring.
func (h *honeycomb) spread(town, mine, names, chosen []int) {
	var frontier queue
	for i, c := range chosen {
		heap.Push(&frontier, offer{0, c, i})
	}
	inside := make(map[int]bool, len(mine))
	for _, c := range mine {
		inside[c] = true
	}
	for len(frontier) > 0 {
		o := heap.Pop(&frontier).(offer)
		if town[o.cell] >= 0 {
			continue
		}
		town[o.cell] = names[o.seat]
		for _, n := range h.neighbours(o.cell) {
			if inside[n] && town[n] < 0 {
				heap.Push(&frontier, offer{apart(h.cells[n].centre, h.cells[chosen[o.seat]].centre), n, o.seat})
			}
		}
	}
}

func apart(a, b orb.Point) float64 { return math.Hypot(a[0]-b[0], a[1]-b[1]) }

// offer is a cell that a seat could take, at a cost.
type offer struct {
	cost       float64
	cell, seat int
}

// queue is a heap of offers, cheapest first; ties go by number, so that the
// order of offers never matters.
type queue []offer

func (q queue) Len() int      { return len(q) }
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(offer)) }
func (q queue) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(q[i].cost, q[j].cost), cmp.Compare(q[i].cell, q[j].cell), cmp.Compare(q[i].seat, q[j].seat)) < 0
}

func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}
