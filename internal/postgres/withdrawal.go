package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"jieshi/ingest"
	"jieshi/mediation"
)

var (
	claimWithdraw    = query("claim_withdraw")
	claimWithdrawals = query("claim_withdrawals")
	claimDoubts      = query("claim_doubts")
)

// WithdrawClaim ends the live version of a claim: in one transaction the case is
// contested anew without it, and who withdrew it, when and why is kept and filed as
// evidence. The claim stays, with its evidence and the runs that it was part of.
//
// [mediation.ErrNotFound] says that there is no such claim, or that the reading
// that shows it is none of its party on its case; [mediation.ErrClaimNotLive] that
// it was withdrawn or replaced; [mediation.ErrEnded] that the case is closed.
func (db *DB) WithdrawClaim(ctx context.Context, n mediation.NewWithdrawal) (w mediation.Withdrawal, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		c, err := lockCaseOf(ctx, tx, n.Claim)
		if err != nil {
			return err
		}
		if c.ended {
			return mediation.ErrEnded
		}
		w, err = db.withdrawClaim(ctx, tx, c, n)
		return err
	})
	return w, err
}

// lockCaseOf locks the case that a claim is made on.
func lockCaseOf(ctx context.Context, tx pgx.Tx, claim uuid.UUID) (c lockedCase, err error) {
	var number string
	err = tx.QueryRow(ctx, "SELECT number FROM claim JOIN dispute_case ON dispute_case.id = case_id WHERE claim.id = $1 LIMIT 1", claim).Scan(&number)
	if err != nil {
		return c, fmt.Errorf("claim %s: %w", claim, domainError(err))
	}
	return lockCase(ctx, tx, number)
}

func (db *DB) withdrawClaim(ctx context.Context, tx pgx.Tx, c lockedCase, n mediation.NewWithdrawal) (w mediation.Withdrawal, err error) {
	var version int
	var party mediation.Party
	var madeOf *uuid.UUID
	var sum []byte
	err = tx.QueryRow(ctx, claimWithdraw, pgx.StrictNamedArgs{"claim_id": n.Claim}).Scan(&version, &madeOf, &sum, &party.ID, &party.Name, &party.Side)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return w, mediation.ErrClaimNotLive
	case err != nil:
		return w, fmt.Errorf("claim %s: %w", n.Claim, err)
	}
	if n.Walk != nil {
		var theirs bool
		err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM walk WHERE id = $1 AND case_id = $2 AND party_id = $3)", n.Walk, c.id, party.ID).Scan(&theirs)
		if err != nil || !theirs {
			return w, fmt.Errorf("walk %s of %s: %w", n.Walk, party.Name, errors.Join(err, mediation.ErrNotFound))
		}
	}
	run, err := contest(ctx, tx, c)
	if err != nil {
		return w, err
	}
	id := uuid.New()
	_, err = tx.Exec(ctx, "INSERT INTO claim_withdrawal (id, claim_id, claim_version, kind, reason, walk_id, run_id) VALUES ($1, $2, $3, $4, $5, $6, $7)",
		id, n.Claim, version, n.Kind, n.Reason, n.Walk, run)
	if err != nil {
		return w, fmt.Errorf("withdrawal of claim %s: %w", n.Claim, domainError(err))
	}
	all, err := queryWithdrawals(ctx, tx, c.id, &id)
	if err != nil {
		return w, err
	}
	w = all[0]
	if err := db.fileWithdrawal(ctx, tx, c, w, madeOf, mediation.Hash(sum)); err != nil {
		return w, err
	}
	if _, err := tx.Exec(ctx, "UPDATE dispute_case SET revision = revision + 1 WHERE id = $1", c.id); err != nil {
		return w, fmt.Errorf("case %s: %w", c.number, err)
	}
	return w, nil
}

// fileWithdrawal puts a withdrawal before the mediator.
func (db *DB) fileWithdrawal(ctx context.Context, tx pgx.Tx, c lockedCase, w mediation.Withdrawal, madeOf *uuid.UUID, claim mediation.Hash) error {
	content := struct {
		Format      string                   `json:"format"`
		Withdrawal  uuid.UUID                `json:"withdrawal"`
		Claim       uuid.UUID                `json:"claim"`
		Version     int                      `json:"version"`
		ClaimSHA256 mediation.Hash           `json:"claim_sha256"`
		Party       string                   `json:"party"`
		Side        int                      `json:"side"`
		MadeOf      *uuid.UUID               `json:"made_of_walk,omitempty"`
		Kind        mediation.WithdrawalKind `json:"kind"`
		Reason      string                   `json:"reason"`
		Shown       *uuid.UUID               `json:"shown_by_walk,omitempty"`
		Run         uuid.UUID                `json:"run"`
	}{"jieshi-withdrawal/1", w.ID, w.Claim, w.Version, claim, w.Party.Name, w.Party.Side, madeOf, w.Kind, w.Reason, w.Walk, w.Run}
	_, err := db.file(ctx, tx, c, mediation.Evidence{
		Kind: mediation.EvidenceWithdrawal, Subject: w.ID,
		Title:  fmt.Sprintf("撤回主张 claim withdrawn: %s, version %d", w.Party.Name, w.Version),
		Source: w.Reason,
	}, content)
	return err
}

// Withdrawals returns the withdrawn claims of a case, the newest withdrawal first.
func (db *DB) Withdrawals(ctx context.Context, number string) (all []mediation.Withdrawal, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		id, err := caseID(ctx, tx, number)
		if err != nil {
			return err
		}
		all, err = queryWithdrawals(ctx, tx, id, nil)
		return err
	})
	return all, err
}

func queryWithdrawals(ctx context.Context, tx pgx.Tx, caseID uuid.UUID, one *uuid.UUID) ([]mediation.Withdrawal, error) {
	rows, _ := tx.Query(ctx, claimWithdrawals, pgx.StrictNamedArgs{"case_id": caseID, "id": one})
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (w mediation.Withdrawal, err error) {
		var m measureColumns
		err = row.Scan(&w.ID, &w.Case, &w.Claim, &w.Version, &w.Party.ID, &w.Party.Name, &w.Party.Side, &w.Kind, &w.Reason, &w.Walk, &w.Run,
			&m.plane, &m.ellipsoidal, &w.FiledAt, &w.At, &w.By)
		w.Area, w.FiledAt, w.At = m.measure(), w.FiledAt.UTC(), w.At.UTC()
		return w, err
	})
	if err != nil {
		return nil, fmt.Errorf("withdrawals: %w", err)
	}
	return all, nil
}

// ClaimDoubts returns the live claims of a case whose file was since read as
// displaced, by side. Nothing is withdrawn by it: a person does that.
func (db *DB) ClaimDoubts(ctx context.Context, number string) (doubts []mediation.ClaimDoubt, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		id, err := caseID(ctx, tx, number)
		if err != nil {
			return err
		}
		rows, _ := tx.Query(ctx, claimDoubts, pgx.StrictNamedArgs{"case_id": id})
		doubts, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (d mediation.ClaimDoubt, err error) {
			var datum string
			err = row.Scan(&d.Claim, &d.Party.ID, &d.Party.Name, &d.Party.Side, &d.Walk, &datum)
			d.Datum = ingest.Datum(datum)
			return d, err
		})
		if err != nil {
			return fmt.Errorf("claims in doubt: %w", err)
		}
		return nil
	})
	return doubts, err
}
