package postgres

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"jieshi/mediation"
)

// Bundle reads what the evidence bundle of a case is written from, in one
// snapshot. [mediation.ErrRunNotFiled] means that no run was filed as evidence yet.
func (db *DB) Bundle(ctx context.Context, number string) (b mediation.Bundle, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		if b.Case, err = readCase(ctx, tx, number); err != nil {
			return err
		}
		id := b.Case.ID.UUID
		if b.Evidence, err = queryEvidence(ctx, tx, id); err != nil {
			return err
		}
		if b.Run, err = filedRun(ctx, tx, b.Evidence); err != nil {
			return err
		}
		if b.Claims, err = queryClaims(ctx, tx, "run", b.Run.ID); err != nil {
			return err
		}
		if b.Walks, err = walksWithFixes(ctx, tx, id); err != nil {
			return err
		}
		b.Orthophotos, err = queryOrthophotos(ctx, tx, id)
		return err
	})
	if err != nil {
		return b, fmt.Errorf("bundle of case %s: %w", number, err)
	}
	return b, nil
}

// filedRun returns the newest run in a chain of evidence.
func filedRun(ctx context.Context, tx pgx.Tx, items []mediation.Evidence) (run mediation.Run, err error) {
	newest := uuid.Nil
	for _, e := range items {
		if e.Kind == mediation.EvidenceRun {
			newest = e.Subject
		}
	}
	if newest == uuid.Nil {
		return run, mediation.ErrRunNotFiled
	}
	return readRun(ctx, tx, newest)
}

func walksWithFixes(ctx context.Context, tx pgx.Tx, caseID uuid.UUID) ([]mediation.BundleWalk, error) {
	walks, err := queryWalks(ctx, tx, caseID)
	if err != nil {
		return nil, err
	}
	list := make([]mediation.BundleWalk, len(walks))
	for i, w := range walks {
		list[i].Walk = w
		if list[i].Fixes, err = queryFixes(ctx, tx, w.ID); err != nil {
			return nil, err
		}
	}
	return list, nil
}
