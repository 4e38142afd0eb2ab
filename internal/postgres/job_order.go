package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"jieshi/mediation"
)

// orderIntake orders the work on a file within tx: the row of the job, and the
// job in the queue. The file must lie in the store under its hash before tx is
// committed; naming it is best the last step of tx. From here to the end of tx
// nobody removes a stored file of these bytes.
//
// It is [mediation.ErrNotFound] if there is no such case, and
// [mediation.ErrEnded] if the case takes nothing more.
func (db *DB) orderIntake(ctx context.Context, tx pgx.Tx, o mediation.Order) (id uuid.UUID, known bool, err error) {
	var caseID uuid.UUID
	var ended bool
	err = tx.QueryRow(ctx, "SELECT id, ends FROM dispute_case JOIN case_status USING (status) WHERE number = $1", o.Case).Scan(&caseID, &ended)
	if err != nil {
		return id, false, fmt.Errorf("case %q: %w", o.Case, domainError(err))
	}
	if err := lockFile(ctx, tx, o.SHA256); err != nil {
		return id, false, err
	}
	// An order that conflicts may end, and so conflict no more, before it is read.
	for range 3 {
		if id, err = findOrder(ctx, tx, caseID, o); !errors.Is(err, pgx.ErrNoRows) {
			return id, true, err
		}
		if ended {
			return id, false, mediation.ErrEnded
		}
		if id, err = insertOrder(ctx, tx, caseID, o); !errors.Is(err, pgx.ErrNoRows) {
			break
		}
	}
	if err != nil {
		return id, false, fmt.Errorf("order: %w", err)
	}
	return id, false, db.enqueueJob(ctx, tx, id, o.Kind)
}

// findOrder returns the job of an equal order, or pgx.ErrNoRows.
func findOrder(ctx context.Context, tx pgx.Tx, caseID uuid.UUID, o mediation.Order) (id uuid.UUID, err error) {
	err = tx.QueryRow(ctx, `
		SELECT id FROM job
		WHERE upload_id = $6
			OR case_id = $1 AND kind = $2 AND sha256 = $3 AND party = $4 AND options = $5
				AND (state IN ('accepted', 'running') OR outcome = 'ready')
		ORDER BY upload_id IS NOT DISTINCT FROM $6 DESC LIMIT 1`,
		caseID, o.Kind, o.SHA256[:], o.Party, o.Options, o.Upload).Scan(&id)
	if err != nil {
		return id, fmt.Errorf("earlier order: %w", err)
	}
	return id, nil
}

// insertOrder returns the id of the new job, or pgx.ErrNoRows if an equal one came first.
func insertOrder(ctx context.Context, tx pgx.Tx, caseID uuid.UUID, o mediation.Order) (id uuid.UUID, err error) {
	err = tx.QueryRow(ctx, `
		INSERT INTO job (kind, case_id, upload_id, ordered_by, filename, sha256, size_bytes, party, options)
		VALUES ($1, $2, $3, current_setting('app.user'), $4, $5, $6, $7, $8)
		ON CONFLICT DO NOTHING
		RETURNING id`,
		o.Kind, caseID, o.Upload, o.Filename, o.SHA256[:], o.Size, o.Party, o.Options).Scan(&id)
	return id, err
}

const fileLock = "SELECT pg_advisory_xact_lock(hashtext('jieshi file'), hashtext(encode($1::bytea, 'hex')))"

// lockFile holds the bytes of a hash until the transaction ends: whoever vouches
// for a stored file and whoever removes one that nobody vouches for go one after
// the other.
func lockFile(ctx context.Context, tx pgx.Tx, h mediation.Hash) error {
	if _, err := tx.Exec(ctx, fileLock, h[:]); err != nil {
		return fmt.Errorf("lock of file %s: %w", h, err)
	}
	return nil
}
