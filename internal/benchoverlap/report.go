package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// A report writes Markdown.
type report struct{ strings.Builder }

func (p *report) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

func (p *report) row(cells ...string) { p.line("| %s |", strings.Join(cells, " | ")) }

func (p *report) head(cells ...string) {
	p.row(cells...)
	p.row(slices.Repeat([]string{"---"}, len(cells))...)
}

// layer writes what was measured on one layer.
func (p *report) layer(r *result) {
	one := r.one()
	p.line("### %s\n", r.name)
	p.line("%s. %s claims, %s edges, mean %.0f.%s\n", capital(r.about), thousands(one.Claims), thousands(one.Vertices),
		float64(one.Vertices)/float64(one.Claims), density(r))
	p.table(r, pairRivals, []kind{pairAreas, pairGrounds})
	p.table(r, faceRivals, []kind{faceAreas, faceGrounds})
	p.agreement(r)
	p.readWrite(r)
}

// table sets ours beside those rivals who took part.
func (p *report) table(r *result, rivals []rival, kinds []kind) {
	rivals = slices.DeleteFunc(slices.Clone(rivals), func(v rival) bool { f, ok := r.rivals[v]; return !ok || f.fault == "left out" })
	kinds = slices.DeleteFunc(slices.Clone(kinds), func(k kind) bool { _, ok := r.ours[k]; return !ok })
	if len(kinds) == 0 {
		return
	}
	edges := r.one().Vertices
	head := []string{"who", "threads", "s", "CPU s", "ns an edge", "peak MB"}
	for _, v := range rivals {
		head = append(head, "× "+string(v))
	}
	p.head(head...)
	for _, v := range rivals {
		f := r.rivals[v]
		if f.fault != "" {
			p.row(append([]string{string(v) + ": failed: " + f.fault, "", "", "", "", ""}, slices.Repeat([]string{""}, len(rivals))...)...)
			continue
		}
		p.row(r.cells(rivals, string(v), f.threads(v), f.Seconds, f.CPU, edges, f.PeakBytes)...)
	}
	for _, k := range kinds {
		for _, n := range threads {
			done := r.ours[k]
			p.row(r.cells(rivals, "**ours: "+string(k)+"**", fmt.Sprint(n), done.Compute[n], done.CPU[n], edges, done.PeakBytes)...)
		}
	}
	p.line("")
}

func (r *result) cells(rivals []rival, who, threads string, s, cpu float64, edges int, peak int64) []string {
	cells := []string{who, threads, seconds(s), orUnknown(cpu), fmt.Sprintf("%.0f", s*1e9/float64(edges)), megabytes(peak)}
	for _, v := range rivals {
		cells = append(cells, ratio(r.rivals[v].Seconds, s))
	}
	return cells
}

// threads says how many processes or threads a rival used.
func (f finding) threads(v rival) string {
	if v == postgisParallel || v == postgisRecipe {
		return f.note
	}
	return "1"
}

// density says how much there is to find.
func density(r *result) string {
	for _, k := range []kind{pairAreas, pairGrounds, faceAreas, faceGrounds} {
		if done, ok := r.ours[k]; ok {
			return fmt.Sprintf(" %s pairs with common ground: %.2f to a claim.", thousands(done.Pairs), float64(done.Pairs)/float64(done.Claims))
		}
	}
	return ""
}

// agreement compares what was found.
func (p *report) agreement(r *result) {
	if done, ok := r.ours[pairAreas]; ok {
		p.line("- Ours finds %s pairs above 10⁻⁶ m², %.6f m² in all (a triple overlap counts three times); checksum `%s`, with geometry `%s`.",
			thousands(done.PairsAbove), done.PairsM2, done.Checksum, orNone(r.ours[pairGrounds].Checksum))
		for _, v := range pairRivals {
			p.agrees(r, v, done.PairsAbove, done.PairsM2, "pairs")
		}
	}
	if done, ok := r.ours[faceAreas]; ok {
		p.line("- Ours finds %s claimant sets above 10⁻⁶ m² (deepest: %d), union %.6f m², of it contested %.6f m²; checksum `%s`, with geometry `%s`.",
			thousands(done.SetsAbove), done.Depth, done.UnionM2, done.ContestedM2, done.Checksum, orNone(r.ours[faceGrounds].Checksum))
		for _, v := range faceRivals {
			p.agrees(r, v, done.SetsAbove, done.UnionM2, "sets")
		}
	}
}

func (p *report) agrees(r *result, v rival, count int, m2 float64, things string) {
	f, ok := r.rivals[v]
	if !ok || f.fault != "" {
		return
	}
	said := "the same number of " + things
	if f.Count != count {
		said = fmt.Sprintf("**%+d %s**", f.Count-count, things)
	}
	difference := "no ground on either side"
	if m2 != 0 || f.M2 != 0 {
		difference = fmt.Sprintf("sum %.6f m², relative difference %.1e", f.M2, math.Abs(f.M2-m2)/math.Max(math.Abs(m2), math.Abs(f.M2)))
	}
	by := string(v)
	if v == pandasPairs || v == geosPairs {
		by = f.note // says the version
	}
	p.line("  - %s: %s, %s.", by, said, difference)
}

// readWrite tells what the way from and to the database costs.
func (p *report) readWrite(r *result) {
	read := r.read()
	p.line("- From PostGIS (COPY BINARY over two connections into a layer with its index): %s s, %.0f ns an edge.", seconds(read), read*1e9/float64(r.one().Vertices))
	if done, ok := r.ours[pairAreas]; ok {
		p.line("- Into PostGIS (COPY BINARY of %s rows): %s s. Read, pairs with 2 threads, write: %s s.",
			thousands(done.Pairs), seconds(done.Write), seconds(r.endToEnd()))
	}
	p.line("")
}

// read is the median over the processes that read the layer.
func (r *result) read() float64 {
	var reads []float64
	for _, done := range r.ours {
		reads = append(reads, done.Read)
	}
	return median(reads)
}

// endToEnd is what an audit takes from the database back into it.
func (r *result) endToEnd() float64 {
	done := r.ours[pairAreas]
	return r.read() + done.Compute[2] + done.Write
}

// growth writes the curve from 10^4 claims on.
func (p *report) growth(results []result) {
	if !slices.ContainsFunc(results, func(r result) bool { return slices.Contains(growthOf, r.name) }) {
		return
	}
	p.line("### Growth\n")
	p.line("Claims as in c20k, 2 threads. n log n means that ns an edge grow as log n, the last column.\n")
	p.head("claims", "edges", "read s", "pairs s", "ns an edge", "faces s", "ns an edge", "write s", "read + pairs + write s", "peak MB", "log n")
	first := 0.0
	for _, name := range growthOf {
		i := slices.IndexFunc(results, func(r result) bool { return r.name == name })
		if i < 0 {
			continue
		}
		r := &results[i]
		pairs, faces := r.ours[pairAreas], r.ours[faceAreas]
		edges := float64(pairs.Vertices)
		logN := math.Log(edges)
		if first == 0 {
			first = logN
		}
		p.row(thousands(pairs.Claims), thousands(pairs.Vertices), seconds(r.read()),
			seconds(pairs.Compute[2]), fmt.Sprintf("%.0f", pairs.Compute[2]*1e9/edges),
			seconds(faces.Compute[2]), fmt.Sprintf("%.0f", faces.Compute[2]*1e9/edges),
			seconds(pairs.Write), seconds(r.endToEnd()), megabytes(max(pairs.PeakBytes, faces.PeakBytes)), fmt.Sprintf("%.2f", logN/first))
	}
	p.line("")
}
