package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"jieshi/geo"
	"jieshi/ingest"
	"jieshi/internal/intake"
	"jieshi/mediation"
)

func (p *program) claimCommand() *cobra.Command {
	return group("claim", "list and withdraw claims", p.claimListCommand(), p.claimWithdrawCommand())
}

// claimJSON is a live claim at the border of the command line.
type claimJSON struct {
	Claim   uuid.UUID    `json:"claim"`
	Version int          `json:"version"`
	Party   string       `json:"party"`
	Side    int          `json:"side"`
	SigmaM  geo.Metres   `json:"sigma_m"`
	Class   ingest.Class `json:"class"`
	Area    geo.Area     `json:"area"`
	Walk    *uuid.UUID   `json:"walk"`
	FiledAt time.Time    `json:"filed_at"`
	Doubt   *doubtJSON   `json:"doubt,omitempty"`
}

// doubtJSON says which reading of its file puts a claim in doubt, and what it says.
type doubtJSON struct {
	Claim uuid.UUID    `json:"claim"`
	Walk  uuid.UUID    `json:"walk"`
	Datum ingest.Datum `json:"datum"`
}

// withdrawalJSON is a withdrawal at the border of the command line.
type withdrawalJSON struct {
	ID      uuid.UUID                `json:"id"`
	Case    string                   `json:"case"`
	Claim   uuid.UUID                `json:"claim"`
	Version int                      `json:"version"`
	Party   string                   `json:"party"`
	Side    int                      `json:"side"`
	Kind    mediation.WithdrawalKind `json:"kind"`
	Reason  string                   `json:"reason"`
	Walk    *uuid.UUID               `json:"walk,omitempty"`
	Run     uuid.UUID                `json:"run"`
	At      time.Time                `json:"withdrawn_at"`
	By      string                   `json:"withdrawn_by"`
}

func withdrawalOf(w mediation.Withdrawal) withdrawalJSON {
	return withdrawalJSON{w.ID, w.Case, w.Claim, w.Version, w.Party.Name, w.Party.Side, w.Kind, w.Reason, w.Walk, w.Run, w.At, w.By}
}

func (p *program) claimListCommand() *cobra.Command {
	var number string
	cmd := &cobra.Command{
		Use:   "list --case NUMBER",
		Short: "list the live claims of a case, and those that were withdrawn",
		Args:  arguments(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := required(map[string]string{"case": number}); err != nil {
				return err
			}
			return p.with(cmd.Context(), func(ctx context.Context, a *app) error {
				claims, err := a.db.Claims(ctx, number)
				if err != nil {
					return err
				}
				doubts, err := a.db.ClaimDoubts(ctx, number)
				if err != nil {
					return err
				}
				gone, err := a.db.Withdrawals(ctx, number)
				if err != nil {
					return err
				}
				live, withdrawn := []claimJSON{}, []withdrawalJSON{}
				for _, c := range claims {
					out := claimJSON{c.ID, c.Version, c.Party.Name, c.Party.Side, c.SigmaM, c.Class, c.Area.Ellipsoidal, c.Walk, c.FiledAt, nil}
					for _, d := range doubts {
						if d.Claim == c.ID {
							out.Doubt = &doubtJSON{d.Claim, d.Walk, d.Datum}
						}
					}
					live = append(live, out)
				}
				for _, w := range gone {
					withdrawn = append(withdrawn, withdrawalOf(w))
				}
				p.answer(map[string]any{"claims": live, "withdrawn": withdrawn}, func(w io.Writer) {
					for _, c := range live {
						_, _ = fmt.Fprintf(w, "%s  第 %d 版 version %d  %s  %s  %s\n", c.Claim, c.Version, c.Version, describe(c.Area), classNames[c.Class], c.Party)
						tellDoubt(w, c.Doubt)
					}
					for _, gone := range withdrawn {
						tellWithdrawal(w, gone)
					}
				})
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&number, "case", "", "case number")
	return cmd
}

// tellDoubt says what a person has to decide about a claim in doubt.
func tellDoubt(w io.Writer, d *doubtJSON) {
	if d == nil {
		return
	}
	_, _ = fmt.Fprintf(w, "  存疑 in doubt   原文件后来判读为偏移坐标 %s；主张仍有效，请核实后撤回。 Its file was since read as displaced (%s); the claim stands until it is withdrawn:\n"+
		"                  jieshi claim withdraw %s --kind error --walk %s --reason …\n", d.Datum, d.Datum, d.Claim, d.Walk)
}

func tellWithdrawal(w io.Writer, gone withdrawalJSON) {
	kind := map[mediation.WithdrawalKind]string{mediation.WithdrawnByParty: "当事人撤回 by the party", mediation.WithdrawnForError: "数据有误 for an error"}
	_, _ = fmt.Fprintf(w, "%s  第 %d 版 version %d  已撤回 withdrawn %s  %s  %s: %s  %s\n", gone.Claim, gone.Version, gone.Version,
		gone.At.UTC().Format(time.RFC3339), gone.By, kind[gone.Kind], gone.Reason, gone.Party)
}

func (p *program) claimWithdrawCommand() *cobra.Command {
	var kind, reason, walk string
	cmd := &cobra.Command{
		Use:   "withdraw CLAIM --kind party|error --reason TEXT [--walk ID]",
		Short: "withdraw a live claim; it is kept, and the case is contested anew without it",
		Args:  arguments(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := required(map[string]string{"kind": kind, "reason": reason}); err != nil {
				return err
			}
			n := mediation.NewWithdrawal{Kind: mediation.WithdrawalKind(kind), Reason: strings.TrimSpace(reason)}
			if n.Kind != mediation.WithdrawnByParty && n.Kind != mediation.WithdrawnForError {
				return usageError{fmt.Errorf("--kind %q is neither party nor error", kind)}
			}
			if length := utf8.RuneCountInString(n.Reason); length < 1 || length > maxReason {
				return usageError{fmt.Errorf("--reason has 1 to %d characters, not %d", maxReason, length)}
			}
			var err error
			if n.Claim, err = uuid.Parse(args[0]); err != nil {
				return usageError{fmt.Errorf("%q is no id of a claim: %w", args[0], err)}
			}
			if walk != "" {
				id, err := uuid.Parse(walk)
				if err != nil {
					return usageError{fmt.Errorf("--walk %q is no id of a walk: %w", walk, err)}
				}
				n.Walk = &id
			}
			return p.with(cmd.Context(), func(ctx context.Context, a *app) error {
				w, err := a.db.WithdrawClaim(ctx, n)
				if err != nil {
					return err
				}
				gone := withdrawalOf(w)
				p.answer(gone, func(out io.Writer) { tellWithdrawal(out, gone) })
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&kind, "kind", "", "party: they no longer claim the ground; error: what the claim was made of is wrong, they may claim again")
	cmd.Flags().StringVar(&reason, "reason", "", "why, in a sentence")
	cmd.Flags().StringVar(&walk, "walk", "", "id of the reading of a walk that shows it")
	return cmd
}

// maxReason is how many characters a reason may have, as the store has it.
const maxReason = 1000

// walkAnswer is a walk with the claim that it puts in doubt.
type walkAnswer struct {
	intake.WalkResult
	Doubt *doubtJSON `json:"claim_in_doubt,omitempty"`
}

// answerWalk looks whether what was read puts a live claim in doubt: it stands, but
// never without a word.
func answerWalk(ctx context.Context, a *app, r intake.WalkResult) (walkAnswer, error) {
	out := walkAnswer{WalkResult: r}
	doubts, err := a.db.ClaimDoubts(ctx, r.Case)
	for _, d := range doubts {
		if d.Walk == r.Walk {
			out.Doubt = &doubtJSON{d.Claim, d.Walk, d.Datum}
		}
	}
	return out, err
}
