package ingest

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"jieshi/geo"
	"jieshi/geo/crs"
)

// Stops says what becomes of the fixes of a standstill.
type Stops string

// What may be done with standstills.
const (
	StopsAverage Stops = "average" // a stop becomes one boundary point, the mean of its epochs
	StopsKeep    Stops = "keep"    // every fix stays a vertex of the line
)

// What makes a stop, and a point of it (CH/T 2009-2010 and a county's rules for
// RTK measured boundary points, domain notes 4.6).
const (
	stopEpochs  = 10               // fixes, at least
	stopSeconds = 9                // from the first to the last where there are times: ten epochs of 1 s
	stopReach   = geo.Metres(0.30) // from the mean so far, at most: 2σ, but no less than stopTremor
	stopTremor  = geo.Metres(0.05)
	stopFixed   = 10 // fixed epochs from which on the others are left out of the mean

	pointSpread     = geo.Metres(0.03) // 1σ of a point's epochs in the plane, at most
	pointSatellites = 6                // at least, where the receiver tells
	pointPDOP       = 4.0              // at most, where it tells
	pointAge        = 10.0             // seconds since the correction, at most, where it tells

	againReach  = geo.Metres(0.50) // stops nearer than this are occupations of one point
	againClass1 = geo.Metres(0.05) // how far two occupations may differ for class 1
	againClass3 = geo.Metres(0.07) // and for the others
)

// A Class is the accuracy class of a boundary point or line (domain notes 4.3).
type Class string

// The classes, best first.
const (
	Class1         Class = "1"         // point error ≤ 5.0 cm, occupied twice
	Class2         Class = "2"         // ≤ 7.5 cm, occupied twice
	Class3         Class = "3"         // ≤ 10.0 cm
	ClassGraphic   Class = "graphic"   // fixed, but walked or not measured as a point must be
	ClassReference Class = "reference" // float, stand-alone or unknown; not a measured boundary
)

var classOrder = []Class{Class1, Class2, Class3, ClassGraphic, ClassReference}

// worse returns the worse of two classes.
func worse(a, b Class) Class {
	return classOrder[max(slices.Index(classOrder, a), slices.Index(classOrder, b))]
}

// A BoundaryPoint is a place where somebody stood and pointed: the mean of the
// epochs of a stop, or a point that the receiver averaged. It is a pointed point
// (指界点), never a boundary mark (界址点), which only a determination makes.
type BoundaryPoint struct {
	N           int        `json:"n"` // from 1, along the walk
	Name        string     `json:"name,omitempty"`
	At          Place      `json:"at"`
	Vertex      int        `json:"vertex"`             // first fix of the stop
	Last        int        `json:"last"`               // last fix
	Epochs      int        `json:"epochs"`             // averaged
	LeftOut     int        `json:"left_out,omitempty"` // epochs of the stop that are not fixed and were not averaged
	Quality     Quality    `json:"quality"`
	Spread      geo.Metres `json:"spread_m"` // 1σ of the epochs in the plane; 0 if the receiver averaged
	Sigma       geo.Metres `json:"sigma_m"`  // 1σ of a coordinate: of the epochs or as the receiver said, the larger
	Class       Class      `json:"class"`
	Missed      []Missed   `json:"missed"`                 // what kept it from class 1
	Occupations int        `json:"occupations"`            // times that it was stood on
	Difference  geo.Metres `json:"difference_m,omitempty"` // between the first and the one that differs most from it
}

// Missed names a rule for measured points that a point does not meet.
type Missed string

// The rules of the gate.
const (
	MissedFixed      Missed = "not_fixed"
	MissedEpochs     Missed = "epochs"
	MissedSpread     Missed = "spread"
	MissedSatellites Missed = "satellites"
	MissedPDOP       Missed = "pdop"
	MissedAge        Missed = "correction_age"
	MissedError      Missed = "point_error"
	MissedAgain      Missed = "second_occupation" // not occupied twice
	MissedAgreement  Missed = "occupations_differ"
)

// A stop is a standstill: the fixes from first to last of the line used.
type stop struct {
	first, last int
	mean        orb.Point
	averaged    []int // indexes in the line
	spread      geo.Metres
}

// findStops returns the standstills of the line, in its order.
func (r *Report) findStops(fixes []Fix) []stop {
	var stops []stop
	for k := 0; k+stopEpochs <= len(r.Line); {
		last := r.standsUntil(k)
		if last-k+1 < stopEpochs || !lastsLongEnough(fixes[r.Used[k]], fixes[r.Used[last]]) {
			k++
			continue
		}
		stops = append(stops, r.average(fixes, k, last))
		k = last + 1
	}
	return stops
}

// standsUntil returns the last fix of a run from k on that stays near its own mean.
func (r *Report) standsUntil(k int) int {
	sum, n := orb.Point{}, 0.0
	for i := k; i < len(r.Line); i++ {
		p := orb.Point{r.Line[i][0] - r.Line[k][0], r.Line[i][1] - r.Line[k][1]}
		reach := min(max(2*r.Sigmas[i], stopTremor), stopReach)
		if n > 0 && geo.Metres(math.Hypot(p[0]-sum[0]/n, p[1]-sum[1]/n)) > reach {
			return i - 1
		}
		sum, n = orb.Point{sum[0] + p[0], sum[1] + p[1]}, n+1
	}
	return len(r.Line) - 1
}

func lastsLongEnough(first, last Fix) bool {
	return first.Time.IsZero() || last.Time.IsZero() || last.Time.Sub(first.Time).Seconds() >= stopSeconds
}

// average takes the fixed epochs of a standstill where there are enough, else all.
func (r *Report) average(fixes []Fix, first, last int) stop {
	s := stop{first: first, last: last}
	for k := first; k <= last; k++ {
		if fixes[r.Used[k]].Quality == QualityFixed {
			s.averaged = append(s.averaged, k)
		}
	}
	if len(s.averaged) < stopFixed {
		s.averaged = s.averaged[:0]
		for k := first; k <= last; k++ {
			s.averaged = append(s.averaged, k)
		}
	}
	o, n := r.Line[first], float64(len(s.averaged))
	var x, y, square float64
	for _, k := range s.averaged {
		x, y = x+(r.Line[k][0]-o[0])/n, y+(r.Line[k][1]-o[1])/n
	}
	for _, k := range s.averaged {
		dx, dy := r.Line[k][0]-o[0]-x, r.Line[k][1]-o[1]-y
		square += dx*dx + dy*dy
	}
	s.mean = geo.Snap(orb.Point{o[0] + x, o[1] + y})
	s.spread = geo.Metres(math.Sqrt(square / max(n-1, 1)))
	return s
}

// takePoints finds the boundary points, and puts them in the place of their fixes
// in the line, unless stops are kept. A stop that ends where the first began is
// its second occupation, and the line ends with it.
func (r *Report) takePoints(w Walk, opts Options, proj crs.Projection) {
	r.Points = []BoundaryPoint{}
	stops := []stop{}
	switch {
	case w.Kind == KindPoints:
		for k := range r.Line {
			stops = append(stops, stop{first: k, last: k, mean: r.Line[k], averaged: []int{k}})
		}
	case w.Kind != KindLine && w.Kind != KindRing && w.Kind != KindRoute:
		stops = r.findStops(w.Fixes)
	}
	for i, s := range stops {
		r.Points = append(r.Points, r.pointOf(w.Fixes, s, i+1, proj))
	}
	r.compareOccupations(stops)
	for i := range r.Points {
		r.Points[i].classify()
	}
	if w.Kind == KindPoints && len(r.Points) > 0 { // a line of points alone is as good as its worst
		r.Class = Class1
		for _, p := range r.Points {
			r.Class = worse(r.Class, p.Class)
		}
	}
	if opts.Stops == StopsKeep || w.Kind == KindPoints {
		return
	}
	r.collapse(stops)
}

func (r *Report) pointOf(fixes []Fix, s stop, n int, proj crs.Projection) BoundaryPoint {
	p := BoundaryPoint{
		N: n, Name: fixes[r.Used[s.first]].Name, At: placeOf(s.mean, proj), Vertex: r.Used[s.first], Last: r.Used[s.last], Epochs: len(s.averaged),
		LeftOut: s.last - s.first + 1 - len(s.averaged), Spread: s.spread, Quality: QualityFixed, Occupations: 1, Missed: []Missed{},
	}
	square, worst := 0.0, Fix{Satellites: math.MaxInt}
	for _, k := range s.averaged {
		f := fixes[r.Used[k]]
		square += float64(r.Sigmas[k]) * float64(r.Sigmas[k])
		if f.Quality != QualityFixed {
			p.Quality = f.Quality
		}
		if f.Satellites > 0 {
			worst.Satellites = min(worst.Satellites, f.Satellites)
		}
		worst.PDOP, worst.AgeSeconds = max(worst.PDOP, f.PDOP), max(worst.AgeSeconds, f.AgeSeconds)
		if s.first == s.last && f.Epochs > 0 {
			p.Epochs = f.Epochs
		}
	}
	p.Sigma = geo.Metres(max(math.Sqrt(square/float64(len(s.averaged))), float64(s.spread)/math.Sqrt2))
	for _, c := range []struct {
		missed bool
		rule   Missed
	}{
		{p.Quality != QualityFixed, MissedFixed},
		{p.Epochs < stopEpochs, MissedEpochs},
		{p.Spread > pointSpread, MissedSpread},
		{worst.Satellites < pointSatellites, MissedSatellites},
		{worst.PDOP > pointPDOP, MissedPDOP},
		{worst.AgeSeconds > pointAge, MissedAge},
	} {
		if c.missed {
			p.Missed = append(p.Missed, c.rule)
		}
	}
	return p
}

// compareOccupations counts stops that lie near each other as occupations of one
// point, and notes how much they differ.
func (r *Report) compareOccupations(stops []stop) {
	for i := range stops {
		for j := range stops {
			if i == j {
				continue
			}
			if d := geo.Metres(apart(stops[i].mean, stops[j].mean)); d <= againReach {
				r.Points[i].Occupations++
				r.Points[i].Difference = max(r.Points[i].Difference, d)
			}
		}
	}
}

// classify decides the class of a point: the gate first, then its error (of the
// point, √2 of a coordinate's), then whether it was stood on again.
func (p *BoundaryPoint) classify() {
	gate := len(p.Missed) == 0
	again := p.Occupations > 1
	size := p.Sigma * math.Sqrt2
	switch {
	case !again:
		p.Missed = append(p.Missed, MissedAgain)
	case p.Difference > againClass3:
		p.Missed = append(p.Missed, MissedAgreement)
	}
	if size > 0.05 {
		p.Missed = append(p.Missed, MissedError)
	}
	switch {
	case p.Quality != QualityFixed:
		p.Class = ClassReference
	case !gate || size > 0.10 || again && p.Difference > againClass3:
		p.Class = ClassGraphic
	case again && size <= 0.05 && p.Difference <= againClass1:
		p.Class = Class1
	case again && size <= 0.075:
		p.Class = Class2
	default:
		p.Class = Class3
	}
}

// collapse puts the mean of each stop in the place of its fixes.
func (r *Report) collapse(stops []stop) {
	if len(stops) == 0 {
		return
	}
	if n := len(stops); n > 1 && stops[n-1].last == len(r.Line)-1 && stops[0].first == 0 &&
		geo.Metres(apart(stops[0].mean, stops[n-1].mean)) <= againReach {
		// Back on the first stone: one point, by the weight of the epochs.
		a, b := float64(len(stops[0].averaged)), float64(len(stops[n-1].averaged))
		for c := range stops[0].mean {
			stops[0].mean[c] = (a*stops[0].mean[c] + b*stops[n-1].mean[c]) / (a + b)
		}
		stops[0].mean = geo.Snap(stops[0].mean)
		stops[n-1].mean = stops[0].mean
	}
	line, used, sigmas := orb.LineString{}, []int{}, []geo.Metres{}
	for k := 0; k < len(r.Line); k++ {
		if len(stops) > 0 && stops[0].first == k {
			i := len(r.Points) - len(stops)
			line, used, sigmas = append(line, stops[0].mean), append(used, r.Used[k]), append(sigmas, r.Points[i].Sigma)
			k, stops = stops[0].last, stops[1:]
			continue
		}
		line, used, sigmas = append(line, r.Line[k]), append(used, r.Used[k]), append(sigmas, r.Sigmas[k])
	}
	r.Line, r.Used, r.Sigmas = line, used, sigmas
}

// takeClass gives the line of the fixes used its class: a walked line is graphic at
// best, and reference where any of it is not fixed.
func (r *Report) takeClass(w Walk) {
	r.Class = ClassGraphic
	for _, i := range r.Used {
		if w.Fixes[i].Quality != QualityFixed {
			r.Class = ClassReference
			return
		}
	}
}
