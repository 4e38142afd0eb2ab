package postgres_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"jieshi/internal/postgres"
	"jieshi/mediation"
)

/*
The three claims of threeClaims. Without C, which takes nothing with it that A and
B contest, A∩B = 20 × 90 = 1800 m² is left, in one piece; without B, too, nothing
is contested; without any, the case has a run of no claims.
*/
func TestAWithdrawnClaimLeavesTheCaseButNotTheRecord(t *testing.T) {
	db, url, ctx := open(t)
	number := threeClaims(t, ctx, db)
	before, err := db.CurrentRun(ctx, number)
	if err != nil {
		t.Fatal(err)
	}
	claims, err := db.Claims(ctx, number)
	if err != nil || len(claims) != 3 {
		t.Fatal(len(claims), err)
	}
	revision := caseRevision(t, ctx, db, number)
	for i, step := range []struct {
		claim  mediation.Claim
		pieces int
		m2     float64
	}{{claims[2], 1, 1800}, {claims[1], 0, 0}, {claims[0], 0, 0}} {
		n := mediation.NewWithdrawal{Claim: step.claim.ID, Kind: mediation.WithdrawnByParty, Reason: "现场核对后不再主张"}
		w, err := db.WithdrawClaim(ctx, n)
		if err != nil {
			t.Fatal(err)
		}
		if w.Party != step.claim.Party || w.Version != 1 || w.Reason != n.Reason || w.By != mediation.ActorOf(ctx).Name || w.Case != number || w.At.IsZero() {
			t.Errorf("withdrawn: %+v", w)
		}
		run, err := db.CurrentRun(ctx, number)
		if err != nil || run.ID != w.Run || len(run.Pieces) != step.pieces || len(run.Inputs) != 2-i || !near(float64(run.Contested.Nominal.Plane.SquareMetres), step.m2, 1e-6) {
			t.Errorf("without %s: run %d of %d claims with %d pieces, %v m² (%v); want %d claims, %d pieces, %v m²", step.claim.Party.Name,
				run.Number, len(run.Inputs), len(run.Pieces), run.Contested.Nominal.Plane.SquareMetres, err, 2-i, step.pieces, step.m2)
		}
		if live, err := db.Claims(ctx, number); err != nil || len(live) != 2-i {
			t.Errorf("%d live claims (%v), want %d", len(live), err, 2-i)
		}
		if of, err := db.RunClaims(ctx, run.ID); err != nil || len(of) != 2-i {
			t.Errorf("%d claims of the run (%v), want %d", len(of), err, 2-i)
		}
		if _, err := db.WithdrawClaim(ctx, n); !errors.Is(err, mediation.ErrClaimNotLive) {
			t.Errorf("withdrawn again: %v, want ErrClaimNotLive", err)
		}
		if again, err := db.Contest(ctx, number); err != nil || again.ID != run.ID {
			t.Errorf("contested again: run %d (%v), want the run of the withdrawal", again.Number, err)
		}
	}
	if got := caseRevision(t, ctx, db, number); got != revision+3 {
		t.Errorf("revision %d, want %d", got, revision+3)
	}
	// What was shown is as it was.
	if then, err := db.RunClaims(ctx, before.ID); err != nil || len(then) != 3 {
		t.Errorf("the first run has %d claims (%v), want 3", len(then), err)
	}
	items, fault, err := db.Evidence(ctx, number)
	if err != nil || fault != nil || len(items) != 3 {
		t.Fatalf("%d items of evidence, fault %v, %v", len(items), fault, err)
	}
	if e := items[0]; e.Kind != mediation.EvidenceWithdrawal || !strings.Contains(string(e.Content), `"format":"jieshi-withdrawal/1"`) ||
		!strings.Contains(string(e.Content), claims[2].ID.String()) || e.FiledBy != mediation.ActorOf(ctx).Name {
		t.Errorf("filed: %+v %s", e, e.Content)
	}
	told, err := db.Withdrawals(ctx, number)
	if err != nil || len(told) != 3 || told[0].Claim != claims[0].ID || !near(float64(told[2].Area.Plane.SquareMetres), 50*100, 1e-6) {
		t.Errorf("withdrawals: %+v, %v", told, err)
	}
	// Who claims again makes a new claim.
	claim(t, ctx, db, number, claims[0].Party.Name, 0.05, 4545, "MULTIPOLYGON(((632000 2683000,632100 2683000,632100 2683100,632000 2683000)))")
	if live, err := db.Claims(ctx, number); err != nil || len(live) != 1 || live[0].ID == claims[0].ID || live[0].Version != 1 || live[0].Party.Side != claims[0].Party.Side {
		t.Errorf("claimed again: %+v, %v", live, err)
	}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	for _, change := range []string{"UPDATE claim_withdrawal SET reason = 'x'", "DELETE FROM claim_withdrawal", "TRUNCATE claim_withdrawal"} {
		if _, err := conn.Exec(ctx, change); err == nil {
			t.Errorf("%s: done", change)
		}
	}
}

func TestOnlyALiveClaimOfAnOpenCaseIsWithdrawn(t *testing.T) {
	db, _, ctx := open(t)
	number := threeClaims(t, ctx, db)
	claims, err := db.Claims(ctx, number)
	if err != nil {
		t.Fatal(err)
	}
	n := mediation.NewWithdrawal{Claim: uuid.New(), Kind: mediation.WithdrawnForError, Reason: "坐标有误"}
	if _, err := db.WithdrawClaim(ctx, n); !errors.Is(err, mediation.ErrNotFound) {
		t.Errorf("no such claim: %v, want ErrNotFound", err)
	}
	n.Claim, n.Walk = claims[0].ID, &claims[1].ID
	if _, err := db.WithdrawClaim(ctx, n); !errors.Is(err, mediation.ErrNotFound) {
		t.Errorf("shown by a walk of nobody: %v, want ErrNotFound", err)
	}
	if live, err := db.Claims(ctx, number); err != nil || len(live) != 3 {
		t.Errorf("refused, %d claims are live (%v), want 3", len(live), err)
	}
	if err := db.MoveCase(ctx, number, 0, mediation.Withdrawn, "", claims[0].FiledAt); err != nil {
		t.Fatal(err)
	}
	n.Walk = nil
	if _, err := db.WithdrawClaim(ctx, n); !errors.Is(err, mediation.ErrEnded) {
		t.Errorf("on a closed case: %v, want ErrEnded", err)
	}
}

func caseRevision(t *testing.T, ctx context.Context, db *postgres.DB, number string) int { //nolint:revive // t first, as in testing
	t.Helper()
	c, err := db.Case(ctx, number)
	if err != nil {
		t.Fatal(err)
	}
	return c.Revision
}
