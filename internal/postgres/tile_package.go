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

var (
	tilePackages   = query("tile_packages")
	tilePackageUse = query("tile_package_use")
)

// TilePackages returns the packages of a thing that can be downloaded, newest first.
// What one may not see has none and is [mediation.ErrNotFound], as is what is not there.
func (db *DB) TilePackages(ctx context.Context, of mediation.PackageSubject) (list []mediation.TilePackage, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		if _, err := packageSource(ctx, tx, of); err != nil {
			return err
		}
		list, err = queryPackages(ctx, tx, of, uuid.Nil)
		return err
	})
	return list, err
}

// TilePackage returns one package that can be downloaded.
func (db *DB) TilePackage(ctx context.Context, id uuid.UUID) (p mediation.TilePackage, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		list, err := queryPackages(ctx, tx, mediation.PackageSubject{}, id)
		if err == nil && len(list) == 0 {
			err = mediation.ErrNotFound
		}
		if err == nil {
			p = list[0]
		}
		return err
	})
	return p, err
}

// UseTilePackage is TilePackage, and notes that somebody has use for it.
func (db *DB) UseTilePackage(ctx context.Context, id uuid.UUID) (p mediation.TilePackage, err error) {
	if p, err = db.TilePackage(ctx, id); err != nil || db.now().Sub(p.UsedAt) < time.Hour {
		return p, err
	}
	err = db.write(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, "UPDATE tile_package SET used_at = now() WHERE id = $1 AND removed_at IS NULL", id)
		if err == nil && tag.RowsAffected() == 0 {
			err = mediation.ErrNotFound // it was removed just now
		}
		return err
	})
	return p, err
}

func queryPackages(ctx context.Context, tx pgx.Tx, of mediation.PackageSubject, id uuid.UUID) ([]mediation.TilePackage, error) {
	rows, _ := tx.Query(ctx, tilePackages, pgx.StrictNamedArgs{
		"id": uuidOrNull(id), "orthophoto": uuidOrNull(of.Orthophoto), "audit": auditOrNull(of.Audit),
	}) // CollectRows reports its error
	list, err := pgx.CollectRows(rows, scanPackage)
	if err != nil {
		return nil, fmt.Errorf("packages of tiles: %w", err)
	}
	return list, nil
}

func scanPackage(row pgx.CollectableRow) (p mediation.TilePackage, err error) {
	var content, sum []byte
	var photo *uuid.UUID
	var audit *int
	err = row.Scan(&p.ID, &p.Case, &photo, &audit, &content, &p.Options, &p.Filename, &sum, &p.Size, &p.Tiles, &p.MadeAt, &p.MadeBy, &p.UsedAt, &p.Replaced)
	if err != nil {
		return p, err
	}
	copy(p.Content[:], content)
	copy(p.SHA256[:], sum)
	if photo != nil {
		p.Subject.Orthophoto = *photo
	}
	if audit != nil {
		p.Subject.Audit = *audit
	}
	return p, nil
}

func auditOrNull(id int) *int {
	if id == 0 {
		return nil
	}
	return &id
}

// packageSource returns the case that a thing belongs to, nil for an audit.
func packageSource(ctx context.Context, tx pgx.Tx, of mediation.PackageSubject) (caseID *uuid.UUID, err error) {
	if of.Audit != 0 {
		var there bool
		if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM audit WHERE id = $1)", of.Audit).Scan(&there); err != nil {
			return nil, fmt.Errorf("audit %d: %w", of.Audit, err)
		}
		if !there {
			return nil, unknownAudit(of.Audit)
		}
		return nil, nil
	}
	if err := tx.QueryRow(ctx, "SELECT case_id FROM orthophoto WHERE id = $1", of.Orthophoto).Scan(&caseID); err != nil {
		return nil, fmt.Errorf("orthophoto %s: %w", of.Orthophoto, domainError(err))
	}
	return caseID, nil
}

// PackageJob returns the newest job that was to make a package of a thing.
// [mediation.ErrNotFound]: there was none yet.
func (db *DB) PackageJob(ctx context.Context, of mediation.PackageSubject) (j mediation.Job, err error) {
	var id uuid.UUID
	err = db.read(ctx, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, `
			SELECT id FROM job WHERE kind = 'package' AND package_subject(options) = $1 ORDER BY ordered_at DESC, id DESC LIMIT 1`,
			packageSubjectText(of)).Scan(&id)
		return domainError(err)
	})
	if err != nil {
		return j, err
	}
	return db.Job(ctx, id)
}

// packageSubjectText is what package_subject says of the options of a job.
func packageSubjectText(of mediation.PackageSubject) string {
	if of.Audit != 0 {
		return fmt.Sprint("audit ", of.Audit)
	}
	return "orthophoto " + of.Orthophoto.String()
}

// OrderTilePackage orders a package. One that is there, or that is being made, is
// found: known is true, and job is the one that made it or makes it. One that failed
// goes on. The package of an ended case may be ordered: nothing is added to the case.
func (db *DB) OrderTilePackage(ctx context.Context, o mediation.PackageOrder, quota mediation.Quota) (job uuid.UUID, known bool, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		if err := lockFile(ctx, tx, o.Content); err != nil { // see SaveTilePackage
			return err
		}
		caseID, err := packageSource(ctx, tx, o.Subject)
		if err != nil {
			return err
		}
		job, err = reusePackage(ctx, tx, o)
		if !errors.Is(err, pgx.ErrNoRows) {
			known = err == nil
			return err
		}
		if job, known, err = db.goOnPackaging(ctx, tx, o); known || err != nil {
			return err
		}
		if err := checkQuota(ctx, tx, 1, quota); err != nil {
			return err
		}
		if err := lockFile(ctx, tx, o.Source.SHA256); err != nil { // from here on the job vouches for it
			return err
		}
		err = tx.QueryRow(ctx, `
			INSERT INTO job (kind, case_id, ordered_by, filename, sha256, size_bytes, options)
			VALUES ('package', $1, current_setting('app.user'), $2, $3, coalesce((SELECT size_bytes FROM asset WHERE sha256 = $3), 0), $4)
			RETURNING id`, caseID, o.Filename, o.Source.SHA256[:], o.Options).Scan(&job)
		if err != nil {
			return fmt.Errorf("order of a package: %w", domainError(err))
		}
		return db.enqueueJob(ctx, tx, job, mediation.JobPackage)
	})
	return job, known, err
}

// reusePackage returns the job that made a package that is there, or pgx.ErrNoRows.
func reusePackage(ctx context.Context, tx pgx.Tx, o mediation.PackageOrder) (job uuid.UUID, err error) {
	var id uuid.UUID
	err = tx.QueryRow(ctx, "SELECT id FROM tile_package WHERE content = $1 AND removed_at IS NULL FOR UPDATE", o.Content[:]).Scan(&id)
	if err != nil {
		return job, err
	}
	if err := usePackage(ctx, tx, id, o.Subject); err != nil {
		return job, err
	}
	err = tx.QueryRow(ctx, "SELECT id FROM job WHERE kind = 'package' AND subject_id = $1 ORDER BY ordered_at DESC LIMIT 1", id).Scan(&job)
	return job, err
}

// goOnPackaging returns the job of an equal order that has not ended, or that failed
// and now goes on.
func (db *DB) goOnPackaging(ctx context.Context, tx pgx.Tx, o mediation.PackageOrder) (job uuid.UUID, known bool, err error) {
	var state mediation.JobState
	err = tx.QueryRow(ctx, `
		SELECT id, state FROM job
		WHERE kind = 'package' AND package_subject(options) = $1 AND options = $2 AND state IN ('accepted', 'running', 'failed')
		ORDER BY state = 'failed', ordered_at DESC LIMIT 1`, packageSubjectText(o.Subject), o.Options).Scan(&job, &state)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return job, false, nil
	case err != nil:
		return job, false, fmt.Errorf("earlier order of a package: %w", err)
	case state != mediation.JobFailed:
		return job, true, nil
	}
	err = tx.QueryRow(ctx, retryJob+" AND id = $1 RETURNING id", job).Scan(&job)
	if err != nil {
		return job, false, fmt.Errorf("package of job %s: %w", job, err)
	}
	return job, true, db.enqueueJob(ctx, tx, job, mediation.JobPackage)
}

// usePackage makes a package the one that shows its thing as it is now.
func usePackage(ctx context.Context, tx pgx.Tx, id uuid.UUID, of mediation.PackageSubject) error {
	_, err := tx.Exec(ctx, tilePackageUse, pgx.StrictNamedArgs{"id": id, "orthophoto": uuidOrNull(of.Orthophoto), "audit": auditOrNull(of.Audit)})
	if err != nil {
		return fmt.Errorf("package %s: %w", id, err)
	}
	return nil
}

// SaveTilePackage stores a package and ends its job. tell makes the report of the
// job; keep gives the file its place, as the last step before the commit. A package
// with these contents that is there already stays, and nothing is kept.
func (db *DB) SaveTilePackage(ctx context.Context, p mediation.NewTilePackage, tell func(id uuid.UUID) (json.RawMessage, error), keep func() error) (id uuid.UUID, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		// An order sees either the job at work or the package.
		if err := lockFile(ctx, tx, p.Content); err != nil {
			return err
		}
		if err := lockFile(ctx, tx, p.SHA256); err != nil {
			return err
		}
		err := tx.QueryRow(ctx, `
			INSERT INTO tile_package (content, orthophoto_id, audit_id, options, filename, sha256, size_bytes, tiles, made_by)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, current_setting('app.user'))
			ON CONFLICT (content) WHERE removed_at IS NULL DO NOTHING
			RETURNING id`,
			p.Content[:], uuidOrNull(p.Subject.Orthophoto), auditOrNull(p.Subject.Audit), p.Options, p.Filename, p.SHA256[:], p.Size, p.Tiles).Scan(&id)
		made := err == nil
		if errors.Is(err, pgx.ErrNoRows) {
			err = tx.QueryRow(ctx, "SELECT id FROM tile_package WHERE content = $1 AND removed_at IS NULL FOR UPDATE", p.Content[:]).Scan(&id)
		}
		if err != nil {
			return fmt.Errorf("package of tiles: %w", err)
		}
		if err := usePackage(ctx, tx, id, p.Subject); err != nil {
			return err
		}
		report, err := tell(id)
		if err != nil {
			return err
		}
		err = endAttemptTx(ctx, tx, p.Attempt, `
			UPDATE job SET state = 'successful', outcome = 'ready', subject_id = $3, report = $4, holds_file = false,
				stage = '', progress = 100, eta = NULL, finished_at = now()
			WHERE id = $1 AND attempts = $2 AND state = 'running'`, id, report)
		if err != nil || !made {
			return err
		}
		return keep()
	})
	return id, err
}
