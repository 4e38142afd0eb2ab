package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"jieshi/internal/intake"
)

func (p *program) orthoSlopeCommand() *cobra.Command {
	var f photoFlags
	cmd := &cobra.Command{
		Use:   "slope --case NUMBER [--photo ID]",
		Short: "say how large the contested pieces are along the slope, by a DSM or DTM; an attribute, never their area",
		Args:  arguments(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := required(map[string]string{"case": f.number}); err != nil {
				return err
			}
			return p.with(cmd.Context(), func(ctx context.Context, a *app) error {
				photo, err := f.find(ctx, a)
				if err != nil {
					return err
				}
				report, err := a.intake.SlopeAreas(ctx, photo.ID)
				if err != nil {
					return err
				}
				p.answer(report, func(w io.Writer) { tellSlopes(w, report) })
				return nil
			})
		},
	}
	f.add(cmd)
	return cmd
}

func tellSlopes(w io.Writer, r intake.SlopeReport) {
	if len(r.Pieces) == 0 {
		_, _ = fmt.Fprintln(w, "没有争议块 no contested pieces")
		return
	}
	_, _ = fmt.Fprintf(w, "坡面面积 areas along the slope, run %d, by the %s in cells of %.2f m\n", r.RunNumber, r.Kind, r.Cell)
	_, _ = fmt.Fprintln(w, "  附属属性，不作为争议面积 an attribute beside the contested areas, never in their place")
	for _, piece := range r.Pieces {
		_, _ = fmt.Fprintf(w, "  %2d  坡面 slope %.1f m² = 椭球面积 ellipsoidal %.1f m² × 覆盖 covered %.1f %% × %.4f\n", piece.N, piece.Slope, piece.Area, 100*piece.Covered, piece.Factor)
	}
}
