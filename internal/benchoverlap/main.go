package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"jieshi/geo/overlay"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	if len(os.Args) == 3 && os.Args[1] == workerVerb {
		err = serveOrder(ctx, os.Args[2], os.Stdout)
	} else {
		err = run(ctx, os.Args[1:])
	}
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "benchoverlap:", err)
		stop()
		os.Exit(1) //nolint:gocritic // stop was called
	}
}

func run(ctx context.Context, args []string) (err error) {
	e := extent{realData: realData()}
	flags := flag.NewFlagSet("benchoverlap", flag.ContinueOnError)
	flags.BoolVar(&e.quick, "quick", false, "tiny layers, to try the program; writes no page unless -page is given")
	flags.BoolVar(&e.full, "full", false, "100,000 claims also against PostGIS serially, geopandas and the recipe (half an hour more)")
	runs := flags.Int("runs", 5, "how often ours is measured; the median counts")
	flags.DurationVar(&e.budget, "budget", 0, "after this time no further layer is begun; what is left out is said")
	flags.StringVar(&e.only, "only", "", "names of layers, with commas; writes no page unless -page is given")
	stream := flags.Int("stream", 0, "lay so many generated polygons over each other block by block, without a database, and nothing else")
	page := flags.String("page", "", "the page whose section is written (default "+pagePath+"; \"-\": none)")
	if err := flags.Parse(args); err != nil {
		return err
	}
	switch {
	case flags.NArg() > 0:
		return fmt.Errorf("%q is too much; see -help", flags.Arg(0))
	case *stream != 0:
		return streamLayer(ctx, *stream, os.Stdout, os.Stderr)
	case *runs < 1:
		return errors.New("-runs must be at least 1")
	case len(e.chosen()) == 0:
		return fmt.Errorf("-only %s names no layer", e.only)
	case *page == "" && (e.quick || e.only != ""):
		*page = "-"
	case *page == "":
		*page = pagePath
	}
	section, err := compare(ctx, e, *runs, os.Stderr)
	if err != nil {
		return err
	}
	fmt.Print(section)
	if *page == "-" {
		return nil
	}
	return writePage(*page, section)
}

// compare measures everything and returns the section.
func compare(ctx context.Context, e extent, runs int, log io.Writer) (section string, err error) {
	begun, m := time.Now().UTC(), thisMachine(ctx)
	dir, err := os.MkdirTemp("", "benchoverlap-")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	pg, err := openPostGIS(ctx)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, pg.Close()) }()

	b := &bench{pg: pg, dir: dir, geos: geosPeer(ctx, dir), pandas: pandasPeer(ctx, dir), runs: runs, log: log}
	var results []result
	var late []string
	for _, l := range e.chosen() {
		if e.budget > 0 && time.Since(begun) > e.budget {
			late = append(late, l.name)
			continue
		}
		r, err := b.measure(ctx, l)
		if err != nil {
			return "", err
		}
		results = append(results, r)
	}
	var p report
	p.preface(b, e, m, begun)
	if late != nil {
		p.line("Left out because the time allowed (-budget %s) was over: %s.\n", e.budget, strings.Join(late, ", "))
	}
	p.targets(results)
	for i := range results {
		if r := &results[i]; r.name == "c100k" || !slices.Contains(growthOf, r.name) {
			p.layer(r)
		}
	}
	p.growth(results)
	return p.String(), nil
}

// preface says what was measured, when and where.
func (p *report) preface(b *bench, e extent, m machine, begun time.Time) {
	p.line("## Overlay: ours against PostGIS, GEOS and geopandas\n")
	p.line("%s, commit %s, kernel %s, %s. %s. The run took %s.\n", begun.Format("2006-01-02 15:04 UTC"), m.commit, overlay.Version, m, b.pg.versions,
		time.Since(begun).Round(time.Second))
	p.line("Made by `make bench-overlap%s`. Load averages before the run: %s; after it: %s.", e.flags(), m.loadBefore, load())
	if m.busy() {
		p.line("**The machine was busy with other work**: seconds are longer than they need be, and the figures of rivals, measured one after the other, may have suffered more or less than ours.")
	}
	p.line("Machines are noisy, shared ones above all: read factors, not digits.\n")
	p.line("- Seeded claims (seed %d), written to one table; everybody has the same coordinates. Ours: median of %d runs in a process that has read the layer from PostGIS; others: median of 3 if they take less than %d s, else one run.", seed, b.runs, cheapSeconds)
	p.line("- PostGIS: self-join with ST_Intersects, count and sum(ST_Area(ST_Intersection)), warm cache, no writing. The parallel plan has parallel_setup_cost, parallel_tuple_cost and min_parallel_table_scan_size at 0 and may take 2 workers beside the leader; the column \"threads\" says how many were seen running, and a run in which none was ends the program. CPU s has theirs too.")
	p.line("- GEOS: a C program in one thread: tree, prepared intersects, intersection, area. geopandas: overlay(a, a, 'intersection'), which does each pair twice and each claim with itself.")
	p.line("- Recipe: node all boundaries, polygonize, label each cell by a point inside it; it finds the claimant sets and has their polygons. In PostGIS it works on one geometry of all boundaries.")
	p.line("- \"× rival\" is the rival's time over the time of the row. CPU s is processor time of all threads and processes. Peak memory of ours is that of the process that reads, computes with 1 and with 2 threads, and writes.")
	for _, peer := range []peer{b.geos, b.pandas} {
		if peer.absent != "" {
			p.line("- %s", peer.absent)
		}
	}
	if e.realData == "" {
		p.line("- Real layers were left out: JIESHI_REAL_DATA names no folder.")
	}
	if e.quick {
		p.line("- **-quick: layers of a fortieth of the size. These figures say nothing.**")
	}
	p.line("")
}
