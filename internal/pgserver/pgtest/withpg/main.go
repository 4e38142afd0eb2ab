// Command withpg runs a command beside a fresh PostGIS that it names in
// JIESHI_TEST_DATABASE, so that all packages of one test run share one server:
//
//	go run ./internal/pgserver/pgtest/withpg go test ./...
//
// If the variable is set already, it only runs the command. Its exit status is
// the command's.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"jieshi/internal/pgserver/pgtest"
)

func main() {
	code, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "withpg:", err)
	}
	os.Exit(code)
}

func run(args []string) (code int, err error) {
	if len(args) == 0 {
		return 2, errors.New("usage: withpg command [argument…]")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	if os.Getenv(pgtest.Variable) == "" {
		srv, err := pgtest.Start(ctx)
		if err != nil {
			return 1, err
		}
		defer func() {
			if e := srv.Close(); e != nil {
				code, err = max(code, 1), errors.Join(err, e)
			}
		}()
		if err := os.Setenv(pgtest.Variable, srv.URL()); err != nil {
			return 1, err
		}
	}

	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	err = cmd.Run()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return max(exit.ExitCode(), 1), nil
	}
	if err != nil {
		return 1, err
	}
	return 0, nil
}
