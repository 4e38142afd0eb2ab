package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"jieshi/mediation"
)

const uploadColumns = `id, filename, size_bytes, sha256, created_at, created_by, status, offset_bytes, expires_at, completed_at,
	coalesce(fault_code, ''), kind, case_number, party, options, job_id`

func scanUpload(row pgx.Row, more ...any) (u mediation.Upload, err error) {
	var sum []byte
	var completed *time.Time
	var kind, number *string
	var party string
	var options json.RawMessage
	err = row.Scan(append([]any{
		&u.ID, &u.Filename, &u.Size, &sum, &u.CreatedAt, &u.CreatedBy, &u.Status, &u.Offset, &u.ExpiresAt, &completed,
		&u.FaultCode, &kind, &number, &party, &options, &u.Job,
	}, more...)...)
	if err != nil {
		return u, err
	}
	if sum != nil {
		u.SHA256 = (*mediation.Hash)(sum)
	}
	if completed != nil {
		u.CompletedAt = *completed
	}
	if kind != nil {
		u.Order = &mediation.Order{Kind: mediation.JobKind(*kind), Case: *number, Party: party, Filename: u.Filename, Options: options}
	}
	return u, nil
}

// CreateUpload notes that a file will come: ID, Filename, Size, SHA256, Order
// and ExpiresAt of u. It is a [*mediation.QuotaError] if there is no room for
// it. Two at once are counted one after the other.
func (db *DB) CreateUpload(ctx context.Context, u mediation.Upload, quota mediation.Quota) error {
	return db.write(ctx, func(tx pgx.Tx) error {
		if err := checkQuota(ctx, tx, u.Size, quota); err != nil {
			return err
		}
		var kind, number *string
		var party string
		var options []byte
		if o := u.Order; o != nil {
			kind, number, party, options = (*string)(&o.Kind), &o.Case, o.Party, o.Options
		}
		var sum []byte
		if u.SHA256 != nil {
			sum = u.SHA256[:]
		}
		_, err := tx.Exec(ctx, `
			INSERT INTO upload (id, created_by, filename, size_bytes, sha256, kind, case_number, party, options, expires_at)
			VALUES ($1, current_setting('app.user'), $2, $3, $4, $5, $6, $7, $8, $9)`,
			u.ID, u.Filename, u.Size, sum, kind, number, party, options, u.ExpiresAt)
		if err != nil {
			return fmt.Errorf("upload: %w", err)
		}
		return nil
	})
}

// Upload returns an upload of the acting person.
func (db *DB) Upload(ctx context.Context, id uuid.UUID) (u mediation.Upload, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		u, err = scanUpload(tx.QueryRow(ctx, "SELECT "+uploadColumns+" FROM upload WHERE id = $1 AND created_by = current_setting('app.user')", id))
		return err
	})
	return u, err
}

// Uploads returns what the acting person can go on with, newest first: uploads
// that are not whole, and those that no job has made anything of yet.
func (db *DB) Uploads(ctx context.Context) (list []mediation.Upload, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, "SELECT "+uploadColumns+` FROM upload
			WHERE created_by = current_setting('app.user') AND status NOT IN ('taken', 'expired') AND job_id IS NULL
			ORDER BY created_at DESC, id DESC LIMIT 1000`)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (mediation.Upload, error) { return scanUpload(row) })
		return err
	})
	return list, err
}

// PendingBytes returns how many bytes are still to come by uploads, of anybody.
func (db *DB) PendingBytes(ctx context.Context) (n int64, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT coalesce(sum(size_bytes - offset_bytes), 0)::bigint FROM upload WHERE status = 'receiving'").Scan(&n)
	})
	return n, err
}

// WriteUpload returns an upload that this process holds, see [DB.HoldUpload], to
// be written to. [mediation.ErrUploadLost] says that it does not hold it, or that
// there is nothing more to write; [mediation.ErrUploadGone] that it has expired.
func (db *DB) WriteUpload(ctx context.Context, id uuid.UUID) (p mediation.PartialUpload, err error) {
	var holder *int32
	var parts *string
	err = db.read(ctx, func(tx pgx.Tx) error {
		p.Upload, err = scanUpload(tx.QueryRow(ctx, "SELECT "+uploadColumns+`, hash_state, parts, lock_epoch, lock_holder
			FROM upload WHERE id = $1 AND created_by = current_setting('app.user')`, id), &p.State, &parts, &p.Epoch, &holder)
		return err
	})
	switch {
	case err != nil:
		return p, err
	case p.Status == mediation.UploadExpired:
		return p, mediation.ErrUploadGone
	case p.Status != mediation.UploadReceiving || holder == nil || *holder != db.uploads.current():
		return p, mediation.ErrUploadLost
	}
	if parts != nil {
		p.Parts = []byte(*parts)
	}
	return p, nil
}

// CommitUpload remembers how far an upload has come. [mediation.ErrUploadLost]
// says that somebody else has taken it over since epoch.
func (db *DB) CommitUpload(ctx context.Context, p mediation.PartialUpload) error {
	return db.write(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `
			UPDATE upload SET offset_bytes = $3, hash_state = $4, parts = $5
			WHERE id = $1 AND lock_epoch = $2 AND status = 'receiving'`,
			p.ID, p.Epoch, p.Offset, p.State, textOrNull(string(p.Parts)))
		if err != nil {
			return fmt.Errorf("upload %s: %w", p.ID, err)
		}
		if tag.RowsAffected() == 0 {
			return mediation.ErrUploadLost
		}
		return nil
	})
}

// CompleteUpload says in one transaction that all bytes of an upload have come
// and are verified, and places its order; place is called last, to give the
// bytes their name. Nobody removes equal bytes meanwhile. An order that the case
// does not take any more leaves the upload without a job and with a fault code.
func (db *DB) CompleteUpload(ctx context.Context, p mediation.PartialUpload, expires time.Time, place func() error) (u mediation.Upload, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		if err := lockFile(ctx, tx, *p.SHA256); err != nil {
			return err
		}
		u, err = scanUpload(tx.QueryRow(ctx, `
			UPDATE upload SET status = 'complete', offset_bytes = size_bytes, sha256 = $3, completed_at = $4, expires_at = $5,
				hash_state = NULL, parts = NULL
			WHERE id = $1 AND lock_epoch = $2 AND status = 'receiving'
			RETURNING `+uploadColumns, p.ID, p.Epoch, p.SHA256[:], db.now(), expires))
		if errors.Is(err, pgx.ErrNoRows) {
			return mediation.ErrUploadLost
		}
		if err != nil {
			return fmt.Errorf("upload %s: %w", p.ID, err)
		}
		if u.Order != nil {
			if err := db.orderUpload(ctx, tx, &u, *u.Order); err != nil {
				return err
			}
		}
		return place()
	})
	return u, err
}

// orderUpload places an order for the bytes of a complete upload, and notes its job.
func (db *DB) orderUpload(ctx context.Context, tx pgx.Tx, u *mediation.Upload, o mediation.Order) error {
	o.SHA256, o.Size = *u.SHA256, u.Size
	if u.Job == nil {
		o.Upload = &u.ID // a second order of one upload is a job like any other
	}
	id, _, err := db.orderIntake(ctx, tx, o)
	switch {
	case errors.Is(err, mediation.ErrEnded):
		u.FaultCode = "case_ended"
	case errors.Is(err, mediation.ErrNotFound):
		u.FaultCode = "not_found"
	case err != nil:
		return err
	default:
		u.Job, u.FaultCode = &id, ""
	}
	_, err = tx.Exec(ctx, "UPDATE upload SET job_id = $2, fault_code = nullif($3, '') WHERE id = $1", u.ID, u.Job, u.FaultCode)
	if err != nil {
		return fmt.Errorf("order of upload %s: %w", u.ID, err)
	}
	return nil
}

// OrderUpload places an order for a complete upload of the acting person: the
// first one, or another after a refusal. [mediation.ErrUploadLost] says that it
// is not complete, [mediation.ErrUploadGone] that it has expired.
func (db *DB) OrderUpload(ctx context.Context, id uuid.UUID, o mediation.Order) (job uuid.UUID, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		u, err := scanUpload(tx.QueryRow(ctx, "SELECT "+uploadColumns+" FROM upload WHERE id = $1 AND created_by = current_setting('app.user') FOR UPDATE", id))
		switch {
		case err != nil:
			return err
		case u.Status == mediation.UploadExpired, u.Status == mediation.UploadTaken:
			return mediation.ErrUploadGone
		case u.Status != mediation.UploadComplete:
			return mediation.ErrUploadLost
		}
		o.Filename = u.Filename
		if err := db.orderUpload(ctx, tx, &u, o); err != nil {
			return err
		}
		switch u.FaultCode {
		case "case_ended":
			return mediation.ErrEnded
		case "not_found":
			return mediation.ErrNotFound
		}
		job = *u.Job
		return nil
	})
	return job, err
}

// BreakUpload says that the bytes of an upload are not those that were declared.
func (db *DB) BreakUpload(ctx context.Context, id uuid.UUID, epoch int64, code string) error {
	return db.write(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
			UPDATE upload SET status = 'broken', fault_code = $3, offset_bytes = 0, hash_state = NULL, parts = NULL
			WHERE id = $1 AND lock_epoch = $2 AND status = 'receiving'`, id, epoch, code)
		if err != nil {
			return fmt.Errorf("upload %s: %w", id, err)
		}
		return nil
	})
}
