package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"jieshi/mediation"
)

// OrderJob orders the work on a file that has come whole, in one transaction: the
// row of its upload, taken at once, and the job; keep is called last, to give the
// file its name. An order that stands already, or that made the file what it is,
// is found and not placed again: known is then true, and nothing is written. It is
// a [*mediation.QuotaError] if there is no room for the file.
func (db *DB) OrderJob(ctx context.Context, o mediation.Order, quota mediation.Quota, keep func() error) (id uuid.UUID, known bool, err error) {
	upload := uuid.New()
	o.Upload = &upload
	err = db.write(ctx, func(tx pgx.Tx) error {
		if err := checkQuota(ctx, tx, o.Size, quota); err != nil {
			return err
		}
		if id, known, err = db.orderIntake(ctx, tx, o); err != nil || known {
			return err
		}
		_, err := tx.Exec(ctx, `
			INSERT INTO upload (id, created_by, filename, size_bytes, offset_bytes, sha256, status, completed_at, expires_at, kind, case_number, party, options, job_id)
			VALUES ($1, current_setting('app.user'), $2, $3, $3, $4, 'taken', $5, $5, $6, $7, $8, $9, $10)`,
			upload, o.Filename, o.Size, o.SHA256[:], db.now(), o.Kind, o.Case, o.Party, o.Options, id)
		if err != nil {
			return fmt.Errorf("upload: %w", err)
		}
		return keep()
	})
	return id, known, err
}

var uploadBegun = query("upload_begun")

// BegunUpload returns an upload that the acting person began of the bytes of an
// order, for this very order, and that was broken off. [mediation.ErrNotFound]:
// there is none.
func (db *DB) BegunUpload(ctx context.Context, o mediation.Order) (id uuid.UUID, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, uploadBegun, pgx.StrictNamedArgs{
			"sha256": o.SHA256[:], "size": o.Size, "kind": o.Kind, "case": o.Case, "party": o.Party, "options": o.Options,
		}).Scan(&id)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return id, mediation.ErrNotFound
	}
	return id, err
}

// TakeUpload says in one transaction that all bytes of an upload have come and are
// verified, and hands them to the job of its order; place is called last, to give
// the bytes their name. If an equal order stands already, known is true and place
// is not called: its job has the bytes.
func (db *DB) TakeUpload(ctx context.Context, p mediation.PartialUpload, place func() error) (job uuid.UUID, known bool, err error) {
	o := *p.Order
	o.SHA256, o.Size, o.Upload = *p.SHA256, p.Size, &p.ID
	err = db.write(ctx, func(tx pgx.Tx) error {
		if job, known, err = db.orderIntake(ctx, tx, o); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `
			UPDATE upload SET status = 'taken', job_id = $3, offset_bytes = size_bytes, completed_at = $4, hash_state = NULL, parts = NULL
			WHERE id = $1 AND lock_epoch = $2 AND status = 'receiving'`, p.ID, p.Epoch, job, db.now())
		switch {
		case err != nil:
			return fmt.Errorf("upload %s: %w", p.ID, err)
		case tag.RowsAffected() == 0:
			return mediation.ErrUploadLost
		case known:
			return nil
		}
		return place()
	})
	return job, known, err
}
