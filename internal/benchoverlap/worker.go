package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"jieshi/geo/overlay"
)

// workerVerb is the argument by which this program calls itself.
const workerVerb = "worker"

// An order is what a worker process is to do.
type order struct {
	URL   string
	Table string
	Kind  kind
	Runs  int
}

// An outcome is what a worker process did. Seconds are medians.
type outcome struct {
	Claims, Vertices int
	Read             float64         // COPY BINARY out of PostGIS over two connections, decode, build the layer
	Write            float64         // COPY BINARY of the pairs into PostGIS
	Compute          map[int]float64 // by number of threads
	CPU              map[int]float64 // processor time of all threads, likewise
	PeakBytes        int64           // of the process: reading, computing and writing

	Pairs, PairsAbove int // all, and those above agreeM2
	PairsM2           float64
	Sets, SetsAbove   int // claimant sets, likewise
	UnionM2           float64
	ContestedM2       float64
	Depth             int // of the deepest set
	Checksum          string
}

// agreeM2 is the area above which a pair or set counts in comparisons: below it
// lies the noise of floating point.
const agreeM2 = 1e-6

// threads that every kind of work is measured with.
var threads = []int{1, 2}

// hire has the order done by a process of its own.
func hire(ctx context.Context, o order) (done outcome, err error) {
	self, err := os.Executable()
	if err != nil {
		return done, err
	}
	text, err := json.Marshal(o)
	if err != nil {
		return done, err
	}
	cmd := exec.CommandContext(ctx, self, workerVerb, string(text)) //nolint:gosec // this program
	cmd.Stderr = os.Stderr
	answer, err := cmd.Output()
	if err != nil {
		return done, fmt.Errorf("%s of %s: %w", o.Kind, o.Table, err)
	}
	if err := json.Unmarshal(answer, &done); err != nil {
		return done, fmt.Errorf("%s of %s: %w", o.Kind, o.Table, err)
	}
	return done, nil
}

// serveOrder is the worker process.
func serveOrder(ctx context.Context, text string, answer io.Writer) error {
	var o order
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return err
	}
	done, err := o.work(ctx)
	if err != nil {
		return err
	}
	if done.PeakBytes, err = peakMemory(); err != nil {
		return err
	}
	return json.NewEncoder(answer).Encode(done)
}

func (o order) work(ctx context.Context) (done outcome, err error) {
	conn, err := pgx.Connect(ctx, o.URL)
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	l, err := o.read(ctx, conn, &done)
	if err != nil {
		return done, err
	}

	var found *overlay.Partition
	done.Compute, done.CPU = map[int]float64{}, map[int]float64{}
	for _, n := range threads {
		runtime.GOMAXPROCS(n) // the collector too
		var times, cpus []float64
		for range o.Runs {
			found = nil //nolint:wastedassign // for the collector, not for us
			runtime.GC()
			cpu, err := cpuSeconds()
			if err != nil {
				return done, err
			}
			begun := time.Now()
			if found, err = o.compute(ctx, l, n); err != nil {
				return done, err
			}
			times = append(times, time.Since(begun).Seconds())
			until, err := cpuSeconds()
			if err != nil {
				return done, err
			}
			cpus = append(cpus, until-cpu)
			if err := done.sign(found); err != nil {
				return done, err
			}
		}
		done.Compute[n], done.CPU[n] = median(times), median(cpus)
	}
	done.sum(found)
	if o.Kind == pairAreas {
		done.Write, err = o.write(ctx, conn, found.Pairs)
	}
	return done, err
}

// read reads the layer as often as is asked for, over two connections that have
// loaded PostGIS already, as the rival's has.
func (o order) read(ctx context.Context, conn *pgx.Conn, done *outcome) (l *overlay.Layer, err error) {
	second, err := pgx.Connect(ctx, o.URL)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, second.Close(ctx)) }()
	for _, c := range []*pgx.Conn{conn, second} {
		if _, err := c.Exec(ctx, "SELECT ST_AsBinary(g) FROM "+o.Table+" LIMIT 1"); err != nil {
			return nil, err
		}
	}
	var times []float64
	for range o.Runs {
		l = nil //nolint:wastedassign // for the collector, not for us
		runtime.GC()
		begun := time.Now()
		if l, err = readLayer(ctx, o.Table, conn.PgConn(), second.PgConn()); err != nil {
			return nil, err
		}
		times = append(times, time.Since(begun).Seconds())
	}
	done.Read = median(times)
	done.Claims, done.Vertices = l.Len(), l.Vertices()
	return l, nil
}

func (o order) compute(ctx context.Context, l *overlay.Layer, n int) (*overlay.Partition, error) {
	options := overlay.Options{Workers: n, Geometry: o.Kind.geometry()}
	if o.Kind.faces() {
		return overlay.Faces(ctx, l, options)
	}
	pairs, err := overlay.Pairs(ctx, l, nil, options)
	return &overlay.Partition{Pairs: pairs}, err
}

// sign takes the checksum and compares it with that of earlier runs.
func (d *outcome) sign(p *overlay.Partition) error {
	sum := newChecksum()
	sum.pairs(p.Pairs)
	sum.faces(p.Faces)
	switch text := sum.text(); d.Checksum {
	case "", text:
		d.Checksum = text
		return nil
	default:
		return fmt.Errorf("two runs differ: checksums %s and %s", d.Checksum, text)
	}
}

func (d *outcome) sum(p *overlay.Partition) {
	least := overlay.AreaOfSquareMetres(agreeM2)
	var total overlay.Area
	for i := range p.Pairs {
		total = total.Add(p.Pairs[i].Area)
		if p.Pairs[i].Area.Cmp(least) > 0 {
			d.PairsAbove++
		}
	}
	for i := range p.Faces {
		d.Depth = max(d.Depth, p.Faces[i].Depth())
		if p.Faces[i].Area.Cmp(least) > 0 {
			d.SetsAbove++
		}
	}
	d.Pairs, d.Sets = len(p.Pairs), len(p.Faces)
	d.PairsM2, d.UnionM2 = float64(total.SquareMetres()), float64(p.Union.SquareMetres())
	d.ContestedM2 = float64(p.Contested().SquareMetres())
}

func (o order) write(ctx context.Context, conn *pgx.Conn, pairs []overlay.Pair) (float64, error) {
	table := o.Table + "_pair"
	if _, err := conn.Exec(ctx, "CREATE UNLOGGED TABLE "+table+" (a bigint, b bigint, m2 float8)"); err != nil {
		return 0, err
	}
	var times []float64
	for range o.Runs {
		if _, err := conn.Exec(ctx, "TRUNCATE "+table); err != nil {
			return 0, err
		}
		begun := time.Now()
		if err := writePairs(ctx, conn.PgConn(), table, pairs); err != nil {
			return 0, err
		}
		times = append(times, time.Since(begun).Seconds())
	}
	return median(times), nil
}

// median of at least one number; of two middle ones the larger.
func median(x []float64) float64 {
	x = slices.Sorted(slices.Values(x))
	return x[len(x)/2]
}
