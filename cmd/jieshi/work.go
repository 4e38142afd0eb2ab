package main

import (
	"context"
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

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
	cmd := &cobra.Command{
		Use:   "work [--workers N]",
		Short: "compute blocks of audits until stopped; any number of such processes share the work",
		Args:  arguments(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkWorkers(workers, 1); err != nil {
				return err
			}
			return p.with(cmd.Context(), func(ctx context.Context, a *app) error {
				if !p.json {
					_, _ = fmt.Fprintf(p.stdout, "等待任务 waiting for work, %d 并行 at a time; 按 Ctrl-C 停止 stops it\n", workers)
				}
				return a.db.Work(ctx, postgres.Pools{postgres.QueueAudit: workers}, nil)
			})
		},
	}
	cmd.Flags().IntVar(&workers, "workers", runtime.GOMAXPROCS(0), "blocks at a time")
	return cmd
}
