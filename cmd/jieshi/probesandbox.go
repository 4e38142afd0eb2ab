package main

import (
	"errors"

	"github.com/spf13/cobra"

	"jieshi/ingest/sandbox"
)

// probeSandboxCommand is the child process that tries to get out of the sandbox,
// for doctor and for the start of a server. Nobody calls it by hand, so it is not listed.
func (p *program) probeSandboxCommand() *cobra.Command {
	return &cobra.Command{
		Use: sandbox.ProbeVerb, Hidden: true, Args: arguments(cobra.NoArgs),
		// The child reads no configuration: it may not see any file but its own.
		PersistentPreRunE: func(*cobra.Command, []string) error { return nil },
		RunE: func(*cobra.Command, []string) error {
			if status := sandbox.ProbeMain(p.stdin, p.stdout); status != 0 {
				return errors.New("probing failed")
			}
			return nil
		},
	}
}
