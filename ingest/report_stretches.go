package ingest

import (
	"math"

	"jieshi/geo"
	"jieshi/geo/crs"
)

// A Stretch is a part of the line whose fixes are of one quality.
type Stretch struct {
	Quality Quality    `json:"quality"`
	Vertex  int        `json:"vertex"` // its first fix
	Last    int        `json:"last"`   // its last fix
	Fixes   int        `json:"fixes"`
	Metres  geo.Metres `json:"length_m"` // to the first fix of the next stretch
	Share   float64    `json:"share"`    // of the length of the line
	From    Place      `json:"from"`
	To      Place      `json:"to"`
}

// findStretches cuts the line where the quality of its fixes changes: at most
// [MaxFaults] of them, in the order of the walk.
func (r *Report) findStretches(fixes []Fix, proj crs.Projection) {
	r.Stretches = []Stretch{}
	for k := 0; k < len(r.Line); {
		s := Stretch{Quality: fixes[r.Used[k]].Quality, Vertex: r.Used[k], From: placeOf(r.Line[k], proj)}
		last := k
		for ; k < len(r.Line) && fixes[r.Used[k]].Quality == s.Quality; k++ {
			last = k
			s.Fixes++
			if k+1 < len(r.Line) {
				s.Metres += geo.Metres(apart(r.Line[k], r.Line[k+1]))
			}
		}
		s.Last, s.To = r.Used[last], placeOf(r.Line[last], proj)
		if r.Length > 0 {
			s.Share = math.Round(float64(s.Metres/r.Length)*1e4) / 1e4
		}
		if r.StretchCount++; r.StretchCount <= MaxFaults {
			r.Stretches = append(r.Stretches, s)
		}
	}
}
