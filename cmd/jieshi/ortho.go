package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"jieshi/ingest/checkpoint"
	"jieshi/internal/intake"
	"jieshi/mediation"
)

func (p *program) orthoCommand() *cobra.Command {
	return group("ortho", "check the accuracy of an orthophoto, shift it for the eye, package it for offline maps, or take slopes from a model of heights", p.orthoCheckCommand(), p.orthoSlopeCommand(), p.orthoShiftCommand(), p.orthoUnshiftCommand(), p.orthoPackageCommand())
}

// photoFlags say which picture is meant.
type photoFlags struct{ number, photo string }

func (f *photoFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.number, "case", "", "case number")
	cmd.Flags().StringVar(&f.photo, "photo", "", "id of the orthophoto (default: the only one of the case)")
}

// find returns the picture that is meant.
func (f *photoFlags) find(ctx context.Context, a *app) (mediation.Orthophoto, error) {
	photos, err := a.db.Orthophotos(ctx, f.number)
	if err != nil {
		return mediation.Orthophoto{}, err
	}
	if f.photo == "" && len(photos) == 1 {
		return photos[0], nil
	}
	var ids []string
	for _, one := range photos {
		if one.ID.String() == f.photo {
			return one, nil
		}
		ids = append(ids, one.ID.String()+" "+one.Filename)
	}
	if f.photo != "" && uuid.Validate(f.photo) != nil || len(photos) > 1 {
		return mediation.Orthophoto{}, usageError{fmt.Errorf("--photo names one of: %s", strings.Join(ids, ", "))}
	}
	return mediation.Orthophoto{}, mediation.ErrNotFound
}

func (p *program) orthoCheckCommand() *cobra.Command {
	var f photoFlags
	var q intake.CheckRequest
	var terrain, axes string
	cmd := &cobra.Command{
		Use:   "check FILE --case NUMBER --scale 500 [--independent]",
		Short: "judge an orthophoto at check points (CSV: id, measured north and east, picture north and east)",
		Args:  arguments(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := required(map[string]string{"case": f.number}); err != nil {
				return err
			}
			if q.Scale <= 0 {
				return usageError{errors.New("--scale is missing: 500, 1000 or 2000")}
			}
			if q.Axes = checkpoint.Axes(axes); axes != "" && q.Axes != checkpoint.XNorth && q.Axes != checkpoint.XEast {
				return usageError{fmt.Errorf("--axes %q is neither x-north nor x-east", axes)}
			}
			q.Terrain, q.Filename = mediation.Terrain(terrain), filepath.Base(args[0])
			return p.withFile(cmd.Context(), args[0], func(ctx context.Context, a *app, file io.Reader) error {
				photo, err := f.find(ctx, a)
				if err != nil {
					return err
				}
				q.Orthophoto = photo.ID
				if photo, err = a.intake.CheckOrthophoto(ctx, file, q); err != nil {
					return err
				}
				p.answer(checkJSON(photo), func(w io.Writer) { tellCheck(w, photo) })
				return nil
			})
		},
	}
	f.add(cmd)
	cmd.Flags().IntVar(&q.Scale, "scale", 0, "scale of the map to be made, 500 for 1:500")
	cmd.Flags().StringVar(&terrain, "terrain", "flat", "flat (flat land and hills) or mountain")
	cmd.Flags().BoolVar(&q.Independent, "independent", false, "none of the points controlled the adjustment")
	cmd.Flags().StringVar(&axes, "axes", "", "what x means if columns are only called x and y: x-north or x-east")
	return cmd
}

// checkedJSON is a check at the border of the command line.
type checkedJSON struct {
	Orthophoto    uuid.UUID `json:"orthophoto"`
	ReferenceOnly bool      `json:"reference_only"`
	Passed        bool      `json:"passed"`
	Points        int       `json:"points"`
	Independent   bool      `json:"independent"`
	RMSEEastM     float64   `json:"rmse_east_m"`
	RMSENorthM    float64   `json:"rmse_north_m"`
	RMSEM         float64   `json:"rmse_m"`
	RMSEUpM       *float64  `json:"rmse_up_m,omitempty"`
	LimitM        float64   `json:"limit_m"`
	GSDM          float64   `json:"gsd_m"`
	GSDLimitM     float64   `json:"gsd_limit_m"`
	Basis         string    `json:"basis"`
	SHA256        string    `json:"sha256,omitempty"` // of the table
}

func checkJSON(o mediation.Orthophoto) checkedJSON {
	c := o.Check
	out := checkedJSON{o.ID, o.ReferenceOnly(), c.Passed, c.Points, c.Independent, c.RMSEEastM, c.RMSENorthM, c.RMSEM, c.RMSEUpM, c.LimitM, o.GSDM, c.GSDLimitM, c.Basis, ""}
	if c.SHA256 != nil {
		out.SHA256 = c.SHA256.String()
	}
	return out
}

func tellCheck(w io.Writer, o mediation.Orthophoto) {
	c := o.Check
	verdict := "合格 passed"
	if !c.Passed {
		verdict = "仅供参考 for reference only"
	}
	_, _ = fmt.Fprintf(w, "正射影像 orthophoto %s: %s\n", o.Filename, verdict)
	_, _ = fmt.Fprintf(w, "  检查点 points  %d\n  中误差 RMSE    东 east %.3f m, 北 north %.3f m, 平面 plane %.3f m (限差 limit %.2f m, 1:%d)\n",
		c.Points, c.RMSEEastM, c.RMSENorthM, c.RMSEM, c.LimitM, c.Scale)
	_, _ = fmt.Fprintf(w, "  GSD            %.3f m (限值 limit %.2f m)\n  依据 basis     %s\n", o.GSDM, c.GSDLimitM, c.Basis)
	if c.RMSEUpM != nil {
		_, _ = fmt.Fprintf(w, "  高程 heights   %.3f m (无限差 no limit)\n", *c.RMSEUpM)
	}
	if !c.Independent {
		_, _ = fmt.Fprintln(w, "  检查点未声明独立 the points were not stated to be independent (--independent)")
	}
}

func (p *program) orthoShiftCommand() *cobra.Command {
	var f photoFlags
	var east, north float64
	var reason string
	cmd := &cobra.Command{
		Use:   "shift --case NUMBER --east METRES --north METRES --reason TEXT",
		Short: "show an orthophoto moved; nothing is measured with it, and it can be withdrawn",
		Args:  arguments(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := required(map[string]string{"case": f.number, "reason": reason}); err != nil {
				return err
			}
			if err := intake.CheckShift(east, north, strings.TrimSpace(reason)); err != nil {
				return err
			}
			return p.with(cmd.Context(), func(ctx context.Context, a *app) error {
				photo, err := f.find(ctx, a)
				if err != nil {
					return err
				}
				if photo, err = a.db.ShiftOrthophoto(ctx, photo.ID, east, north, strings.TrimSpace(reason)); err != nil {
					return err
				}
				p.tellShift(photo)
				return nil
			})
		},
	}
	f.add(cmd)
	cmd.Flags().Float64Var(&east, "east", 0, "metres to the east, on the ground")
	cmd.Flags().Float64Var(&north, "north", 0, "metres to the north, on the ground")
	cmd.Flags().StringVar(&reason, "reason", "", "on what grounds")
	return cmd
}

func (p *program) orthoUnshiftCommand() *cobra.Command {
	var f photoFlags
	cmd := &cobra.Command{
		Use:   "unshift --case NUMBER",
		Short: "show an orthophoto where it is; the shift stays on record as withdrawn",
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
				if photo, err = a.db.WithdrawShift(ctx, photo.ID); err != nil {
					return err
				}
				p.tellShift(photo)
				return nil
			})
		},
	}
	f.add(cmd)
	return cmd
}

func (p *program) tellShift(o mediation.Orthophoto) {
	var answer struct {
		Orthophoto uuid.UUID `json:"orthophoto"`
		EastM      float64   `json:"east_m"`
		NorthM     float64   `json:"north_m"`
		Reason     string    `json:"reason,omitempty"`
	}
	answer.Orthophoto = o.ID
	if o.Shift != nil {
		answer.EastM, answer.NorthM, answer.Reason = o.Shift.EastM, o.Shift.NorthM, o.Shift.Reason
	}
	p.answer(answer, func(w io.Writer) {
		if o.Shift == nil {
			_, _ = fmt.Fprintf(w, "正射影像 orthophoto %s: 按原位显示 shown where it is\n", o.Filename)
			return
		}
		_, _ = fmt.Fprintf(w, "正射影像 orthophoto %s: 显示时平移 shown moved, 东 east %.2f m, 北 north %.2f m\n", o.Filename, o.Shift.EastM, o.Shift.NorthM)
	})
}
