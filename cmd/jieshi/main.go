// Command jieshi turns what a surveyor brings from a disputed hillside into
// contested areas, files them as evidence, and serves the map. Each verb is a
// file of this package; `jieshi help` lists them.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"
)

func main() {
	// A second signal ends the program at once.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}

// run is the whole program. It touches no global, so a test can start two side
// by side. It returns the exit status.
func run(ctx context.Context, args, environ []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := &program{environ: environ, stdin: stdin, stdout: stdout, stderr: stderr}
	// A flag that cannot be read ends the reading of flags, --json among them.
	p.json = slices.Contains(args, "--json")
	root := p.command()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	return p.exit(ctx, root.ExecuteContext(ctx))
}
