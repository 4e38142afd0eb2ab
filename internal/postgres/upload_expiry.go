package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"jieshi/mediation"
)

// ExpiredUploads returns uploads whose time is over, oldest first.
func (db *DB) ExpiredUploads(ctx context.Context) (ids []uuid.UUID, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, "SELECT id FROM upload WHERE status NOT IN ('taken', 'expired') AND expires_at < $1 ORDER BY expires_at LIMIT 1000", db.now())
		if err != nil {
			return err
		}
		ids, err = pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
		return err
	})
	return ids, err
}

// UploadIsLive reports whether bytes of an upload that is not complete may be
// needed.
func (db *DB) UploadIsLive(ctx context.Context, id uuid.UUID) (live bool, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM upload WHERE id = $1 AND status = 'receiving')", id).Scan(&live)
	})
	return live, err
}

// EndUpload ends an upload: one whose time is over or, with by, one that this
// person removes. forget is called last, with what is left of it to be removed;
// unvouched says that nobody vouches for equal bytes in the store, which then
// go, too. One that somebody writes to just now is left alone.
func (db *DB) EndUpload(ctx context.Context, id uuid.UUID, by string, forget func(p mediation.PartialUpload, unvouched bool) error) error {
	return db.write(ctx, func(tx pgx.Tx) error {
		p, err := lockEnding(ctx, tx, id, by)
		if err != nil {
			return err
		}
		unvouched := false
		if p.SHA256 != nil {
			if err := lockFile(ctx, tx, *p.SHA256); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, `
			UPDATE upload SET status = 'expired', hash_state = NULL, parts = NULL, lock_holder = NULL, lock_epoch = lock_epoch + 1
			WHERE id = $1`, id); err != nil {
			return fmt.Errorf("upload %s: %w", id, err)
		}
		if p.SHA256 != nil {
			if err := tx.QueryRow(ctx, "SELECT NOT file_is_known($1)", p.SHA256[:]).Scan(&unvouched); err != nil {
				return fmt.Errorf("upload %s: %w", id, err)
			}
		}
		return forget(p, unvouched)
	})
}

// lockEnding locks the row of an upload that may end now.
func lockEnding(ctx context.Context, tx pgx.Tx, id uuid.UUID, by string) (p mediation.PartialUpload, err error) {
	var held bool
	var parts *string
	p.Upload, err = scanUpload(tx.QueryRow(ctx, "SELECT "+uploadColumns+`, parts,
			lock_holder IS NOT NULL AND NOT pg_try_advisory_xact_lock_shared(hashtext('jieshi upload holder ' || current_schema()), lock_holder)
		FROM upload WHERE id = $1 AND ($2 = '' OR created_by = $2) FOR UPDATE`, id, by), &parts, &held)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return p, mediation.ErrNotFound
	case err != nil:
		return p, fmt.Errorf("upload %s: %w", id, err)
	case p.Status == mediation.UploadExpired, p.Status == mediation.UploadTaken:
		return p, mediation.ErrUploadGone
	case by == "" && held:
		return p, mediation.ErrUploadHeld // the sweep comes again
	}
	if parts != nil {
		p.Parts = []byte(*parts)
	}
	return p, nil
}
