package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// migrateCommand brings the schema up to date, as every verb does when it
// opens the store; on a server of one's own it is a step to take before a new
// release goes live.
func (p *program) migrateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "bring the database schema up to date",
		Args:  arguments(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(ctx context.Context, a *app) error {
				versions, err := a.db.Versions(ctx)
				if err != nil {
					return err
				}
				p.answer(map[string]any{"status": "current", "engine": versions}, func(w io.Writer) {
					_, _ = fmt.Fprintf(w, "schema is current; PostgreSQL %s, PostGIS %s, GEOS %s, PROJ %s\n",
						versions["postgresql"], versions["postgis"], versions["geos"], versions["proj"])
				})
				return nil
			})
		},
	}
}
