package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"jieshi/internal/postgres"
	"jieshi/mediation"
)

func (p *program) serveCommand() *cobra.Command {
	var workers int
	cmd := &cobra.Command{
		Use:   "serve [--listen ADDR]",
		Short: "serve the map and the API",
		Args:  arguments(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if err := checkWorkers(workers, 0); err != nil {
				return err
			}
			p.logFrom(slog.LevelInfo)
			ctx := mediation.WithActor(cmd.Context(), mediation.Actor{Name: p.config.Actor})
			a, err := p.open(ctx, true)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, a.close()) }()
			if err := errors.Join(a.intake.Sweep(ctx), p.checkCage(ctx)); err != nil {
				return err
			}
			return p.serve(ctx, a, "/", workers)
		},
	}
	cmd.Flags().String("listen", "", "address to serve on (default 127.0.0.1:8080)")
	cmd.Flags().IntVar(&workers, "workers", defaultWorkers(), "walks, and pictures, to work on at a time; 0 leaves them, and packages of tiles, to jieshi work")
	cmd.Flags().String("public-url", "", "address that links begin with, behind a proxy")
	return cmd
}

// drain is how long open requests may take after a stop: an orchestrator kills
// soon after.
const drain = 10 * time.Second

// defaultWorkers leaves half of the processors to those who look at maps.
func defaultWorkers() int { return max(1, min(4, runtime.GOMAXPROCS(0)/2)) }

// mosaicsAtOnce is how many flights are with the engine at a time: it works on them
// one after the other, and the next one's photos are sent meanwhile.
const mosaicsAtOnce = 2

// pools are the queues that serve works on: walks and pictures with so many workers,
// packages of tiles with those that are set for them.
func (a *app) pools(workers, tiles int) postgres.Pools {
	pools := postgres.Pools{postgres.QueueConvert: workers, postgres.QueueAnalysis: workers, postgres.QueueTiles: tiles}
	if a.intake.HasEngine() {
		pools[postgres.QueueMosaic] = mosaicsAtOnce
	}
	return pools
}

// serve answers requests, and works on files that come in, until ctx ends; then it
// lets open requests finish, and hands unfinished work on. It prints the address
// of the page that the person will want first.
func (p *program) serve(ctx context.Context, a *app, first string, workers int) error {
	handlers, err := p.handlers(a)
	if err != nil {
		return err
	}
	defer handlers.close()
	stopSweeping, err := p.sweepUploads(ctx, a)
	if err != nil {
		return err
	}
	defer stopSweeping()
	failed := make(chan error, 3)
	working, stop := context.WithCancel(ctx)
	var work sync.WaitGroup
	if workers > 0 {
		work.Go(func() {
			if err := a.work(working, a.pools(workers, p.config.TilesWorkers)); err != nil {
				failed <- err
			}
		})
	}
	defer work.Wait()
	defer stop()
	listener, err := listen(p.config.Listen)
	if err != nil {
		return err
	}
	servers := []*http.Server{newServer(ctx, handlers.site)}
	if p.config.MetricsListen != "" {
		metrics, err := listen(p.config.MetricsListen)
		if err != nil {
			return errors.Join(err, listener.Close())
		}
		servers = append(servers, newServer(ctx, handlers.metrics))
		go func() { failed <- servers[1].Serve(metrics) }()
	}
	go func() { failed <- servers[0].Serve(listener) }()
	p.announce("http://"+listener.Addr().String(), first)
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	p.log.Info("draining", "for", drain)
	handlers.drain()
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	for _, s := range servers {
		if err := s.Shutdown(ending); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
	}
	return nil
}

func listen(address string) (net.Listener, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be served on (--listen chooses another address): %w", address, err)
	}
	return listener, nil
}

// newServer leaves the deadlines of bodies to the handler, which knows an
// upload over a bad line from a stalled one.
func newServer(ctx context.Context, handler http.Handler) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
}

func (p *program) announce(address, first string) {
	if p.json {
		p.print(map[string]string{"address": address, "page": address + first})
		return
	}
	_, _ = fmt.Fprintf(p.stdout, "\n地图 map: %s%s\n统计 statistics: %s/statistics\n按 Ctrl-C 停止 stops it\n", address, strings.TrimSuffix(first, "/"), address)
}
