package main

import (
	"errors"

	"github.com/spf13/cobra"

	"jieshi/ingest/raster"
)

// convertCommand is the child process that opens a stranger's picture, see
// package raster. Nobody calls it by hand, so it is not listed.
func (p *program) convertCommand() *cobra.Command {
	return &cobra.Command{
		Use: "convert", Hidden: true, Args: arguments(cobra.NoArgs),
		// The child reads no configuration: it may not see any file but its own.
		PersistentPreRunE: func(*cobra.Command, []string) error { return nil },
		RunE: func(*cobra.Command, []string) error {
			if status := raster.ConvertMain(p.stdin, p.stdout); status != 0 {
				return errors.New("conversion failed")
			}
			return nil
		},
	}
}
