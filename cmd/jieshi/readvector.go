package main

import (
	"errors"

	"github.com/spf13/cobra"

	"jieshi/ingest/vector"
)

// readVectorCommand is the child process that opens a stranger's vector file,
// see package vector. Nobody calls it by hand, so it is not listed.
func (p *program) readVectorCommand() *cobra.Command {
	return &cobra.Command{
		Use: "read-vector", Hidden: true, Args: arguments(cobra.NoArgs),
		// The child reads no configuration: it may not see any file but its own.
		PersistentPreRunE: func(*cobra.Command, []string) error { return nil },
		RunE: func(*cobra.Command, []string) error {
			if status := vector.ReadMain(p.stdin, p.stdout); status != 0 {
				return errors.New("reading failed")
			}
			return nil
		},
	}
}
