package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"jieshi/mediation"
)

func (p *program) caseCommand() *cobra.Command {
	return group("case", "open, list and move cases", p.caseCreateCommand(), p.caseListCommand(), p.caseMoveCommand())
}

// caseJSON is a case at the border of the command line.
type caseJSON struct {
	ID     string           `json:"id"`
	Number string           `json:"number"`
	SRID   *int             `json:"srid"` // null: the first ground chooses
	Kind   mediation.Kind   `json:"kind"`
	Title  string           `json:"title"`
	Status mediation.Status `json:"status"`
}

func caseOf(c mediation.Case) caseJSON {
	out := caseJSON{ID: c.ID.String(), Number: c.Number, Kind: c.Kind, Title: c.Title, Status: c.Status}
	if c.SRID != 0 {
		out.SRID = &c.SRID
	}
	return out
}

func (p *program) caseCreateCommand() *cobra.Command {
	var kind, title, accepted string
	var srid int
	cmd := &cobra.Command{
		Use:   "create --kind land|forest|water|mixed --title TITLE [--srid N]",
		Short: "open a case",
		Args:  arguments(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := required(map[string]string{"kind": kind, "title": title}); err != nil {
				return err
			}
			if !mediation.Kind(kind).Valid() {
				return usageError{fmt.Errorf("--kind %q is none of land, forest, water, mixed", kind)}
			}
			n := mediation.NewCase{Kind: mediation.Kind(kind), SRID: srid}
			if n.Title = strings.TrimSpace(title); n.Title == "" || utf8.RuneCountInString(n.Title) > maxTitle {
				return usageError{fmt.Errorf("--title has 1 to %d characters, not %d", maxTitle, utf8.RuneCountInString(n.Title))}
			}
			if accepted != "" {
				day, err := time.Parse(time.DateOnly, accepted)
				if err != nil {
					return usageError{fmt.Errorf("--accepted %q is no day like 2026-11-22", accepted)}
				}
				// A day ahead of UTC it may be already.
				if day.Year() < 1949 || day.After(time.Now().Add(24*time.Hour)) {
					return usageError{fmt.Errorf("--accepted %s is not between 1949 and today", accepted)}
				}
				n.AcceptedOn = day
			}
			return p.with(cmd.Context(), func(ctx context.Context, a *app) error {
				number, err := a.db.CreateCase(ctx, n, "")
				if err != nil {
					return err
				}
				return p.showCase(ctx, a, number)
			})
		},
	}
	cmd.Flags().StringVar(&kind, "kind", "", "land, forest, water or mixed")
	cmd.Flags().StringVar(&title, "title", "", "what the dispute is called")
	cmd.Flags().IntVar(&srid, "srid", 0, "EPSG code of the working CRS, projected, metres (default: the first ground chooses)")
	cmd.Flags().StringVar(&accepted, "accepted", "", "day of acceptance (default: today)")
	return cmd
}

// maxTitle is how many characters the title of a case may have, as the store
// has it.
const maxTitle = 300

func (p *program) showCase(ctx context.Context, a *app, number string) error {
	c, err := a.db.Case(ctx, number)
	if err != nil {
		return err
	}
	p.answer(caseOf(c), func(w io.Writer) {
		_, _ = fmt.Fprintf(w, "%s  %s  %s  %s\n", c.Number, c.Kind, c.Status, c.Title)
	})
	return nil
}

func (p *program) caseListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "list cases, newest first",
		Args:  arguments(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(ctx context.Context, a *app) error {
				list, after := []caseJSON{}, ""
				for {
					page, err := a.db.Cases(ctx, mediation.CaseFilter{After: after})
					if err != nil {
						return err
					}
					for _, c := range page.Items {
						list = append(list, caseOf(c))
					}
					if after = page.Next; after == "" {
						break
					}
				}
				p.answer(map[string]any{"cases": list}, func(w io.Writer) {
					for _, c := range list {
						_, _ = fmt.Fprintf(w, "%s  %-6s  %-9s  %s\n", c.Number, c.Kind, c.Status, c.Title)
					}
				})
				return nil
			})
		},
	}
}

func (p *program) caseMoveCommand() *cobra.Command {
	var note string
	cmd := &cobra.Command{
		Use:   "move NUMBER STATUS [--note TEXT]",
		Short: "move a case along its states",
		Args:  arguments(cobra.ExactArgs(2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd.Context(), func(ctx context.Context, a *app) error {
				if err := a.db.MoveCase(ctx, args[0], 0, mediation.Status(args[1]), note, time.Time{}); err != nil {
					return err
				}
				return p.showCase(ctx, a, args[0])
			})
		},
	}
	cmd.Flags().StringVar(&note, "note", "", "why")
	return cmd
}
