package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"jieshi/mediation"
)

func (p *program) serveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve [--listen ADDR]",
		Short: "serve the map and the API",
		Args:  arguments(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			ctx := mediation.WithActor(cmd.Context(), mediation.Actor{Name: p.config.Actor})
			a, err := p.open(ctx, true)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, a.close()) }()
			if err := a.intake.Sweep(ctx); err != nil {
				return err
			}
			return p.serve(ctx, a, "/")
		},
	}
	cmd.Flags().String("listen", "", "address to serve on (default 127.0.0.1:8080)")
	cmd.Flags().String("public-url", "", "address that links begin with, behind a proxy")
	return cmd
}

// drain is how long open requests may take after a stop: an orchestrator kills
// soon after.
const drain = 10 * time.Second

// serve answers requests until ctx ends, then lets open ones finish. It prints
// the address of the page that the person will want first.
func (p *program) serve(ctx context.Context, a *app, first string) error {
	handler, closeHandler, err := p.handler(a)
	if err != nil {
		return err
	}
	defer closeHandler()
	listener, err := net.Listen("tcp", p.config.Listen)
	if err != nil {
		return fmt.Errorf("%s cannot be served on (--listen chooses another address): %w", p.config.Listen, err)
	}
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	address := "http://" + listener.Addr().String()
	p.announce(address, first)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	p.log.Info("draining", "for", drain)
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	if err := server.Shutdown(ending); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

func (p *program) announce(address, first string) {
	if p.json {
		p.print(map[string]string{"address": address, "page": address + first})
		return
	}
	_, _ = fmt.Fprintf(p.stdout, "\n地图 map: %s%s\n统计 statistics: %s/statistics\n按 Ctrl-C 停止 stops it\n", address, strings.TrimSuffix(first, "/"), address)
}
