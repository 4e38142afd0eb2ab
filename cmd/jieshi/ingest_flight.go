package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"jieshi/geo"
	"jieshi/internal/intake"
)

func (p *program) ingestFlightCommand() *cobra.Command {
	var q intake.FlightRequest
	var above float64
	var ortho bool
	cmd := &cobra.Command{
		Use:   "flight FOLDER|FILE.zip --case NUMBER",
		Short: "take in the photos of a drone flight, and have an engine make their orthophoto (--ortho)",
		Args:  arguments(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := required(map[string]string{"case": q.Case}); err != nil {
				return err
			}
			if cmd.Flags().Changed("above-ground") && !(above >= 1 && above <= 5000) {
				return usageError{fmt.Errorf("--above-ground %v is not between 1 and 5000 metres", above)}
			}
			q.Above = geo.Metres(above)
			p.jsonIfPiped(cmd.Flags().Changed("json"))
			photos, err := p.openBrought(args[0], true)
			if err != nil {
				return err
			}
			q.Filename = photos.name()
			return p.with(cmd.Context(), func(ctx context.Context, a *app) error {
				if ortho && a.intake.Engine == nil {
					return usageError{errors.New("--ortho needs an engine: set nodeodm_url (docs/flights.md)")}
				}
				order, err := intake.FlightOrder(q)
				if err != nil {
					return err
				}
				result, err := bring[intake.FlightResult](ctx, a, photos, order)
				if err != nil {
					return err
				}
				show := photos.show
				if !ortho {
					p.answer(result, func(w io.Writer) { tellFlight(w, result) })
					return nil
				}
				ordered, err := a.intake.OrderMosaic(ctx, result.Flight)
				if err != nil {
					return err
				}
				picture, err := intake.Finish[intake.OrthophotoResult](ctx, a.intake, ordered, show.job)
				show.end()
				if err != nil {
					return err
				}
				both := struct {
					Flight     intake.FlightResult     `json:"flight"`
					Orthophoto intake.OrthophotoResult `json:"orthophoto"`
				}{result, picture}
				p.answer(both, func(w io.Writer) {
					tellFlight(w, result)
					tellOrthophoto(w, picture)
				})
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&q.Case, "case", "", "case number")
	cmd.Flags().Float64Var(&above, "above-ground", 0, "how high the camera flew above the ground, in metres (default: above take-off, as the photos say)")
	cmd.Flags().BoolVar(&ortho, "ortho", false, "have the engine at nodeodm_url make the orthophoto, and take it in")
	return cmd
}

// tellFlight says what a flight is worth, for a person at a terminal.
func tellFlight(w io.Writer, r intake.FlightResult) {
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) }
	say("航飞 flight ready: %d 张照片 photos, %d 张有位置 placed, %d 条航线 strips, %.0f m", r.Photos, r.Placed, r.Strips, float64(r.Length))
	say("  定位 fixes     固定 fixed %d, 浮点 float %d, 单点 single %d, 未知 unknown %d", r.Fixes.Fixed, r.Fixes.Float, r.Fixes.Single, r.Fixes.Unknown)
	if r.Above != nil && r.GSD != nil {
		say("  航高 height    %.0f m, GSD %.1f cm", r.Above.Median, 100*r.GSD.Median)
	}
	if r.Forward != nil {
		say("  航向重叠 forward overlap  %.0f %% (一成低于 a tenth below %.0f %%)", 100*r.Forward.Median, 100*r.Forward.Tenth)
	}
	if r.Side != nil {
		say("  旁向重叠 side overlap     %.0f %% (一成低于 a tenth below %.0f %%)", 100*r.Side.Median, 100*r.Side.Tenth)
	}
	if c := r.Coverage; c != nil {
		say("  覆盖 ground    %.2f ha, 五张以上 on five photos or more %.0f %%", c.Ground.Hectares(), 100*c.ByFive)
	}
	for _, warning := range r.Warnings {
		say("  注意 mind      %s\n                 %s", warning.Text.ZH, warning.Text.EN)
	}
	if r.Known {
		say("  以前导入过 brought before; nothing was stored again")
	}
}
