package main

import (
	"fmt"
	"slices"
)

// A target is what was to be reached: a ratio within one run.
type target struct {
	what  string
	layer string
	rival rival
	ours  func(*result) float64
	cpu   func(*result) float64 // nil: not measured
	want  float64
}

func compute(k kind) func(*result) float64 {
	return func(r *result) float64 { return r.ours[k].Compute[2] }
}

func processor(k kind) func(*result) float64 {
	return func(r *result) float64 { return r.ours[k].CPU[2] }
}

// The targets, all with two threads.
var targets = []target{
	{"pairs with areas", "c20k", postgisParallel, compute(pairAreas), processor(pairAreas), 40},
	{"pairs with geometry", "c20k", postgisParallel, compute(pairGrounds), processor(pairGrounds), 20},
	{"faces with set areas", "c20k", geosRecipe, compute(faceAreas), processor(faceAreas), 30},
	{"faces with polygons", "c20k", geosRecipe, compute(faceGrounds), processor(faceGrounds), 12},
	{"faces with set areas", "c20k", postgisRecipe, compute(faceAreas), processor(faceAreas), 30},
	{"faces with polygons", "c20k", postgisRecipe, compute(faceGrounds), processor(faceGrounds), 12},
	{"faces with set areas", "c2k", postgisRecipe, compute(faceAreas), processor(faceAreas), 30},
	{"faces with polygons", "c2k", postgisRecipe, compute(faceGrounds), processor(faceGrounds), 12},
	{"large claims, pairs with areas", "big2k", postgisParallel, compute(pairAreas), processor(pairAreas), 20},
	{"from PostGIS and back: read, pairs, write", "c20k", postgisParallel, (*result).endToEnd, nil, 12},
}

// targets writes what was to be reached beside what was.
func (p *report) targets(results []result) {
	p.line("### What was to be reached\n")
	p.line("Ratios of elapsed time within this run, ours with 2 threads. The last column is the ratio of processor time, all threads and processes, which suffers less from other work on the machine." +
		" (GEOS has one thread, so two of ours have an advantage in the one and none in the other.)\n")
	p.head("what", "layer", "against", "to reach", "reached", "", "in CPU time")
	for _, t := range targets {
		i := slices.IndexFunc(results, func(r result) bool { return r.name == t.layer })
		if i < 0 {
			continue
		}
		r := &results[i]
		f, ok := r.rivals[t.rival]
		if !ok || f.Seconds == 0 {
			continue
		}
		x := f.Seconds / t.ours(r)
		p.row(t.what, t.layer, string(t.rival), fmt.Sprintf("%.0f", t.want), fmt.Sprintf("%.1f", x), verdict(x >= t.want), t.cpuRatio(r))
	}
	p.rows1m(results)
	p.line("")
}

// rows1m writes the targets that are not ratios.
func (p *report) rows1m(results []result) {
	i := slices.IndexFunc(results, func(r result) bool { return r.name == "c1m" })
	if i < 0 {
		p.row("10⁶ claims end to end", "c1m", "–", "< 60 s, < 8 GB", "not measured in this run", "", "–")
		return
	}
	r := &results[i]
	s, peak := r.endToEnd(), r.ours[pairAreas].PeakBytes
	p.row("10⁶ claims: read, pairs, write", "c1m", "–", "< 60 s, < 8 GB", fmt.Sprintf("%s s, %.1f GB", seconds(s), float64(peak)/1e9), verdict(s < 60 && peak < 8e9), "–")
}

func (t target) cpuRatio(r *result) string {
	if t.cpu == nil {
		return "–"
	}
	return ratio(r.rivals[t.rival].CPU, t.cpu(r))
}

func verdict(reached bool) string {
	if reached {
		return "reached"
	}
	return "**missed**"
}
