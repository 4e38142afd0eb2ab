package main

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"jieshi/internal/postgres"
)

// maxWorkers is more than one machine has use for; each takes a connection.
const maxWorkers = 256

func checkWorkers(n, least int) error {
	if n < least || n > maxWorkers {
		return usageError{fmt.Errorf("--workers %d is not between %d and %d", n, least, maxWorkers)}
	}
	return nil
}

func (p *program) workCommand() *cobra.Command {
	var workers int
	var queues []string
	cmd := &cobra.Command{
		Use:   "work [--workers N] [--queues NAME,...]",
		Short: "work on files that came in and on audits until stopped; any number of such processes share the work",
		Args:  arguments(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkWorkers(workers, 1); err != nil {
				return err
			}
			pools := postgres.Pools{}
			for _, name := range queues {
				if !slices.Contains(postgres.Queues, name) {
					return usageError{fmt.Errorf("--queues: there is no %q; there are %s", name, strings.Join(postgres.Queues, ", "))}
				}
				pools[name] = workers
			}
			if pools[postgres.QueueTiles] > 0 {
				pools[postgres.QueueTiles] = p.config.TilesWorkers
			}
			p.logFrom(slog.LevelInfo)
			if p.config.NodeODMURL == "" && pools[postgres.QueueMosaic] > 0 {
				if cmd.Flags().Changed("queues") {
					return usageError{fmt.Errorf("--queues: %s needs an engine: set nodeodm_url (docs/flights.md)", postgres.QueueMosaic)}
				}
				delete(pools, postgres.QueueMosaic)
				queues = slices.DeleteFunc(slices.Clone(queues), func(name string) bool { return name == postgres.QueueMosaic })
			}
			return p.with(cmd.Context(), func(ctx context.Context, a *app) error {
				if err := p.checkCage(ctx); err != nil {
					return err
				}
				if !p.json {
					_, _ = fmt.Fprintf(p.stdout, "等待任务 waiting for work (%s), %d 并行 at a time; 按 Ctrl-C 停止 stops it\n", strings.Join(queues, ", "), workers)
				}
				return a.work(ctx, pools)
			})
		},
	}
	cmd.Flags().IntVar(&workers, "workers", runtime.GOMAXPROCS(0), "jobs of each queue at a time; tiles has tiles_workers instead")
	cmd.Flags().StringSliceVar(&queues, "queues", postgres.Queues, "which queues to work on")
	return cmd
}

// work works on what the queues hold until ctx ends, and hands on what workers
// that died have left.
func (a *app) work(ctx context.Context, pools postgres.Pools) error {
	if len(pools) == 0 {
		return nil
	}
	var group errgroup.Group
	group.Go(func() error { return a.db.Work(ctx, pools, a.intake.Do) })
	group.Go(func() error { a.intake.KeepTending(ctx); return nil })
	return group.Wait()
}
