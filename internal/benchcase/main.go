package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"jieshi/geo/crs"
	"jieshi/internal/pgserver"
	"jieshi/internal/postgres"
	"jieshi/mediation"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "benchcase:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out, log io.Writer) (err error) {
	flags := flag.NewFlagSet("benchcase", flag.ContinueOnError)
	quick := flags.Bool("quick", false, "a hundredth of the rows, to try the program")
	data := flags.String("data", "", "keep the cluster in this directory, and use it again (default: a temporary one)")
	saves := flags.Int("saves", 200, "how many walks, and how many drawn claims, are saved and counted")
	warm := flags.Int("warm", 15, "how many of either are saved before, and not counted")
	if err := flags.Parse(args); err != nil {
		return err
	}
	s := stock{land: 800, forest: 600, cases: 50_000}
	if *quick {
		s = stock{land: 80, forest: 60, cases: 500}
	}
	dir := *data
	if dir == "" {
		if dir, err = os.MkdirTemp("", "jieshi-benchcase-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, pgserver.Remove(context.WithoutCancel(ctx), dir), os.RemoveAll(dir)) }()
	}
	// The server has a user of its own under root, who must get through.
	if err := errors.Join(os.MkdirAll(dir, 0o711), os.Chmod(dir, 0o711)); err != nil { //nolint:gosec // a directory that others may pass
		return err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	srv, err := pgserver.Open(ctx, pgserver.Options{DataDir: dir, Exclusive: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, srv.Close()) }()

	say := func(format string, args ...any) { fmt.Fprintf(log, format+"\n", args...) }
	ctx = mediation.WithActor(ctx, mediation.Actor{Name: "benchcase"})
	if err := fill(ctx, srv.URL(), s, say); err != nil {
		return err
	}
	before := load()
	savings, err := measure(ctx, srv.URL(), s, *warm, *saves, log)
	if err != nil {
		return err
	}
	write(out, s, savings, before, load())
	return nil
}

// fill migrates the database, and seeds it unless it is seeded.
func fill(ctx context.Context, url string, s stock, say func(string, ...any)) error {
	if _, err := postgres.Migrate(ctx, url); err != nil {
		return err
	}
	db, err := postgres.Open(ctx, url, "benchcase")
	if err != nil {
		return err
	}
	defer db.Close()
	layers, err := db.Layers(ctx)
	if err != nil {
		return err
	}
	if len(layers) > 0 {
		say("the cluster is seeded")
		return nil
	}
	return seed(ctx, db, url, s, say)
}

func measure(ctx context.Context, url string, s stock, warm, saves int, log io.Writer) ([]saving, error) {
	trace := &tracer{}
	db, err := postgres.Open(ctx, url+"&pool_max_conns=1", "benchcase", postgres.Traced(trace))
	if err != nil {
		return nil, err
	}
	defer db.Close()
	projection, err := crs.ProjectionOf(srid)
	if err != nil {
		return nil, err
	}
	seed := uint64(time.Now().UnixNano())                                                                              //nolint:gosec // a cluster that is used again must not meet the same walks
	surveyor := surveyor{db: db, trace: trace, projection: projection, stock: s, dice: rand.New(rand.NewPCG(seed, 2))} //nolint:gosec // no secret
	savings := make([]saving, 0, 2*saves)
	for i := range 2 * (warm + saves) {
		// Every third walk is a party's second one, the others add a third and a fourth
		// party. Every other one is drawn instead.
		k, last, drawn := surveyor.dice.IntN(s.cases), i/2%3, i%2 == 1
		for party := range last + 1 {
			r, err := surveyor.save(ctx, k, party+1, drawn)
			if err != nil {
				return nil, fmt.Errorf("walk %d: %w", i, err)
			}
			if party == last && i >= 2*warm {
				savings = append(savings, r)
			}
		}
	}
	fmt.Fprintf(log, "%d claims saved and counted\n", len(savings))
	return savings, nil
}
