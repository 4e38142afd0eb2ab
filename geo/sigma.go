package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// GroundSigma returns 1σ of the area of ground whose vertices err independently:
// sigmas[i] is 1σ of a coordinate of vertex i, in the order of polygons, rings and
// vertices, the repeated last vertex of a ring not counted. See [AreaSigma] for
// the formula and what it leaves out. Vertices beyond the end of sigmas count as
// exact.
func GroundSigma(ground orb.MultiPolygon, sigmas []Metres) SquareMetres {
	var variance sum
	for _, poly := range ground {
		for _, ring := range poly {
			n := min(openLength(ring), len(sigmas))
			s := float64(AreaSigmas(ring, sigmas[:n]))
			variance.add(s * s)
			sigmas = sigmas[n:]
		}
	}
	return SquareMetres(math.Sqrt(variance.value()))
}

// CountVertices returns the number of vertices of ground, the repeated last
// vertices of rings not counted.
func CountVertices(ground orb.MultiPolygon) (n int) {
	for _, poly := range ground {
		for _, ring := range poly {
			n += openLength(ring)
		}
	}
	return n
}

// openLength returns the number of vertices of ring without a repeated last one.
func openLength(ring orb.Ring) int {
	n := len(ring)
	if n > 1 && ring[0] == ring[n-1] {
		n--
	}
	return n
}

// VertexSigmas returns 1σ for each vertex of ground, in the order of
// [GroundSigma], from the line that ground was made of: sigmas[i] belongs to
// line[i]. Both are in one CRS, on the grid.
//
// A vertex that the line goes through has its sigma, the largest where it does so
// more than once. One that it does not go through, because edges cross there or
// a receding decimal put it a grid step aside, has what the line has in the
// nearest place, linear between its points. A line of no points gives 0 everywhere.
func VertexSigmas(ground orb.MultiPolygon, line orb.LineString, sigmas []Metres) []Metres {
	known := make(map[node]Metres, len(line))
	for i, p := range line {
		n := nodeOf(p)
		known[n] = max(known[n], sigmas[i])
	}
	var nearby *Accuracy
	out := make([]Metres, 0, CountVertices(ground))
	for _, poly := range ground {
		for _, ring := range poly {
			for _, p := range ring[:openLength(ring)] {
				s, ok := known[nodeOf(p)]
				if !ok {
					if nearby == nil {
						nearby = newAccuracy(appendEdges(nil, line, sigmas))
					}
					_, s = nearby.At(p)
				}
				out = append(out, s)
			}
		}
	}
	return out
}

// An Accuracy knows how well the boundary of some ground is known wherever it
// runs. Make one with [NewAccuracy].
type Accuracy struct {
	edges  []sigmaEdge
	levels [][]orb.Bound // boxes of accuracyRun edges, of accuracyRun such boxes, …
}

// accuracyRun is the number of neighbours that share a box.
const accuracyRun = 8

type sigmaEdge struct {
	a, b   orb.Point
	sa, sb float64
}

// NewAccuracy returns the accuracy of ground whose vertices have the sigmas, in the
// order of [GroundSigma]; along edges sigma is linear.
func NewAccuracy(ground orb.MultiPolygon, sigmas []Metres) *Accuracy {
	var edges []sigmaEdge
	for _, poly := range ground {
		for _, ring := range poly {
			n := min(openLength(ring), len(sigmas))
			if n == 0 {
				continue
			}
			closed := append(orb.LineString(ring[:n:n]), ring[0])
			edges = appendEdges(edges, closed, append(sigmas[:n:n], sigmas[0]))
			sigmas = sigmas[n:]
		}
	}
	return newAccuracy(edges)
}

func appendEdges(edges []sigmaEdge, line orb.LineString, sigmas []Metres) []sigmaEdge {
	for i := 1; i < len(line); i++ {
		edges = append(edges, sigmaEdge{line[i-1], line[i], float64(sigmas[i-1]), float64(sigmas[i])})
	}
	return edges
}

func newAccuracy(edges []sigmaEdge) *Accuracy {
	a := &Accuracy{edges: edges}
	boxes := make([]orb.Bound, len(edges))
	for i, e := range edges {
		boxes[i] = orb.MultiPoint{e.a, e.b}.Bound()
	}
	for len(boxes) > 1 {
		above := make([]orb.Bound, 0, len(boxes)/accuracyRun+1)
		for i := 0; i < len(boxes); i += accuracyRun {
			box := boxes[i]
			for _, b := range boxes[i+1 : min(i+accuracyRun, len(boxes))] {
				box = box.Union(b)
			}
			above = append(above, box)
		}
		a.levels = append(a.levels, above)
		boxes = above
	}
	return a
}

// At returns how far p is from the boundary, and 1σ of a coordinate of the
// boundary in the place nearest to p: the largest, where several are as near.
// Without any edge the distance is infinite and sigma 0.
func (a *Accuracy) At(p orb.Point) (distance, sigma Metres) {
	s := nearestSigma{p: p, distance: math.Inf(1)}
	if len(a.levels) == 0 {
		s.take(a.edges)
	} else {
		a.descend(&s, len(a.levels)-1, 0, len(a.levels[len(a.levels)-1]))
	}
	return Metres(s.distance), Metres(s.sigma)
}

// descend searches boxes from to to of a level, the nearest first.
func (a *Accuracy) descend(s *nearestSigma, level, from, to int) {
	var far [accuracyRun]float64
	for i := from; i < to; i++ {
		far[i-from] = outside(a.levels[level][i], s.p)
	}
	for range to - from {
		k := 0
		for i := range far[:to-from] {
			if far[i] < far[k] {
				k = i
			}
		}
		if far[k] > s.distance+sameDistance {
			return
		}
		far[k] = math.Inf(1)
		first := (from + k) * accuracyRun
		if level == 0 {
			s.take(a.edges[first:min(first+accuracyRun, len(a.edges))])
			continue
		}
		a.descend(s, level-1, first, min(first+accuracyRun, len(a.levels[level-1])))
	}
}

// outside returns the distance of p from a box, 0 within.
func outside(b orb.Bound, p orb.Point) float64 {
	dx := max(b.Min[0]-p[0], 0, p[0]-b.Max[0])
	dy := max(b.Min[1]-p[1], 0, p[1]-b.Max[1])
	return length(dx, dy)
}

// length is [math.Hypot] for metres on a grid, which do not overflow: it is asked
// for every vertex of a run, and takes a tenth of the time. The conversions keep
// processors from fusing, which would give other last bits.
func length(dx, dy float64) float64 { return math.Sqrt(float64(dx*dx) + float64(dy*dy)) }

// sameDistance is below what the grid can tell.
const sameDistance = 1e-7

// nearestSigma is a search under way.
type nearestSigma struct {
	p               orb.Point
	distance, sigma float64
}

func (s *nearestSigma) take(edges []sigmaEdge) {
	for _, e := range edges {
		dx, dy := e.b[0]-e.a[0], e.b[1]-e.a[1]
		t := 0.0
		if square := dx*dx + dy*dy; square > 0 {
			t = min(max(((s.p[0]-e.a[0])*dx+(s.p[1]-e.a[1])*dy)/square, 0), 1)
		}
		d := length(s.p[0]-e.a[0]-t*dx, s.p[1]-e.a[1]-t*dy)
		sigma := e.sa + t*(e.sb-e.sa)
		switch {
		case d < s.distance-sameDistance:
			s.distance, s.sigma = d, sigma
		case d <= s.distance+sameDistance:
			s.distance, s.sigma = min(s.distance, d), max(s.sigma, sigma)
		}
	}
}
