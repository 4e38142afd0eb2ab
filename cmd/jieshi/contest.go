package main

import (
	"context"
	"encoding/hex"
	"io"
	"math"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"jieshi/geo"
	"jieshi/mediation"
)

func (p *program) contestCommand() *cobra.Command {
	var number string
	var unfiled bool
	cmd := &cobra.Command{
		Use:   "contest --case NUMBER",
		Short: "show the contested areas of a case and file the run as evidence",
		Args:  arguments(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := required(map[string]string{"case": number}); err != nil {
				return err
			}
			return p.with(cmd.Context(), func(ctx context.Context, a *app) error {
				run, err := a.db.Contest(ctx, number)
				if err != nil {
					return err
				}
				if !unfiled {
					if _, err := a.db.FileRun(ctx, number, run.ID); err != nil {
						return err
					}
				}
				p.answer(runOf(run), func(w io.Writer) { tellRun(w, run) })
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&number, "case", "", "case number")
	cmd.Flags().BoolVar(&unfiled, "no-file", false, "only show it")
	return cmd
}

// measureJSON is a ground at the border of the command line: the ellipsoidal
// area, with the plane area beside it.
type measureJSON struct {
	M2      geo.SquareMetres `json:"m2"`
	Mu      float64          `json:"mu"` // derived from the unrounded m², to 1e-4, and ha to 1e-6, as [geo.Area] has them
	Ha      float64          `json:"ha"`
	Method  geo.Method       `json:"method"`
	SigmaM2 geo.SquareMetres `json:"sigma_m2"`
	PlaneM2 geo.SquareMetres `json:"plane_m2"`
}

func measureOf(m mediation.Measure) measureJSON {
	a := m.Ellipsoidal
	return measureJSON{
		M2: a.SquareMetres, Mu: math.Round(a.SquareMetres.Mu()*1e4) / 1e4, Ha: math.Round(a.SquareMetres.Hectares()*1e6) / 1e6,
		Method: a.Method, SigmaM2: a.Sigma, PlaneM2: m.Plane.SquareMetres,
	}
}

type runJSON struct {
	Run     uuid.UUID            `json:"run"`
	Number  int                  `json:"number"`
	Case    string               `json:"case"`
	SRID    int                  `json:"srid"`
	GridM   float64              `json:"grid_m"`
	K       float64              `json:"k"`
	Engine  map[string]string    `json:"engine"`
	Inputs  []mediation.RunInput `json:"inputs"`
	SHA256  string               `json:"sha256"`
	Pieces  []pieceJSON          `json:"pieces"`
	Nominal measureJSON          `json:"nominal"`
	Core    measureJSON          `json:"core"`
	Outer   measureJSON          `json:"outer"`
	Pairs   []pairJSON           `json:"pairs"`
}

type pieceJSON struct {
	N          int               `json:"n"`
	Parties    []string          `json:"parties"`
	Nominal    measureJSON       `json:"nominal"`
	Core       measureJSON       `json:"core"`
	Verdict    mediation.Verdict `json:"verdict"`
	WidthM     float64           `json:"width_m"`
	ToleranceM float64           `json:"tolerance_m"`
	Sliver     bool              `json:"sliver"`
}

type pairJSON struct {
	Parties []string    `json:"parties"`
	Nominal measureJSON `json:"nominal"`
	Core    measureJSON `json:"core"`
	Outer   measureJSON `json:"outer"`
}

func runOf(r mediation.Run) runJSON {
	out := runJSON{
		Run: r.ID, Number: r.Number, Case: r.Case, SRID: r.SRID, GridM: r.GridM, K: r.K, Engine: r.Engine, Inputs: r.Inputs,
		SHA256: hex.EncodeToString(r.SHA256[:]), Pieces: []pieceJSON{}, Pairs: []pairJSON{},
		Nominal: measureOf(r.Contested.Nominal), Core: measureOf(r.Contested.Core), Outer: measureOf(r.Contested.Outer),
	}
	for _, p := range r.Pieces {
		out.Pieces = append(out.Pieces, pieceJSON{p.N, p.Parties, measureOf(p.Nominal), measureOf(p.Core), p.Verdict, p.WidthM, p.ToleranceM, p.Sliver})
	}
	for _, p := range r.Pairs {
		out.Pairs = append(out.Pairs, pairJSON{p.Parties[:], measureOf(p.Nominal), measureOf(p.Core), measureOf(p.Outer)})
	}
	return out
}
