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

// OrderMosaic orders the orthophoto of a flight. An order that stands, or that has
// made one, is found and not placed again; one that failed is tried again, and goes
// on with what the engine has of it: known is then true.
func (db *DB) OrderMosaic(ctx context.Context, flight uuid.UUID) (job uuid.UUID, known bool, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		o := mediation.Order{Kind: mediation.JobMosaic}
		var sum []byte
		err := tx.QueryRow(ctx, `
			SELECT dispute_case.number, flight.filename, asset.sha256, asset.size_bytes, jsonb_build_object('flight', flight.id)
			FROM flight
			JOIN dispute_case ON dispute_case.id = case_id
			JOIN asset ON asset.sha256 = asset_sha256
			WHERE flight.id = $1`, flight).Scan(&o.Case, &o.Filename, &sum, &o.Size, &o.Options)
		if err != nil {
			return fmt.Errorf("flight %s: %w", flight, domainError(err))
		}
		o.SHA256 = mediation.Hash(sum)
		err = tx.QueryRow(ctx, retryJob+` AND id = (
			SELECT id FROM job WHERE kind = 'mosaic' AND options->>'flight' = $1 ORDER BY ordered_at DESC LIMIT 1
		) RETURNING id`, flight.String()).Scan(&job)
		if err == nil {
			known = true
			return db.enqueueJob(ctx, tx, job, o.Kind)
		}
		if !errors.Is(err, pgx.ErrNoRows) {
			return fmt.Errorf("orthophoto of flight %s: %w", flight, err)
		}
		job, known, err = db.orderIntake(ctx, tx, o)
		return err
	})
	return job, known, err
}

// Mosaic returns how far the orthophoto is that a job has an engine make; the zero
// Mosaic if it has not begun.
func (db *DB) Mosaic(ctx context.Context, job uuid.UUID) (m mediation.Mosaic, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, "SELECT engine, state, orthophoto_id FROM mosaic WHERE job_id = $1", job).Scan(&m.Engine, &m.State, &m.Orthophoto)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return m, fmt.Errorf("orthophoto of job %s: %w", job, err)
	}
	return m, nil
}

// KeepMosaic stores how far the orthophoto of a flight is.
func (db *DB) KeepMosaic(ctx context.Context, job, flight uuid.UUID, m mediation.Mosaic) error {
	err := db.write(ctx, func(tx pgx.Tx) error { return keepMosaic(ctx, tx, job, flight, m) })
	if err != nil {
		return fmt.Errorf("orthophoto of flight %s: %w", flight, err)
	}
	return nil
}

func keepMosaic(ctx context.Context, tx pgx.Tx, job, flight uuid.UUID, m mediation.Mosaic) error {
	if m.State == nil {
		m.State = json.RawMessage("{}")
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO mosaic (job_id, flight_id, engine, state, orthophoto_id, begun_by) VALUES ($1, $2, $3, $4, $5, current_setting('app.user'))
		ON CONFLICT (job_id) DO UPDATE SET engine = $3, state = $4, orthophoto_id = $5, changed_at = now()`,
		job, flight, m.Engine, m.State, m.Orthophoto)
	return err
}

// EndMosaic ends the job of a flight with the orthophoto that was made of it.
func (db *DB) EndMosaic(ctx context.Context, a mediation.Attempt, flight uuid.UUID, m mediation.Mosaic, report json.RawMessage) error {
	return db.write(ctx, func(tx pgx.Tx) error {
		if err := keepMosaic(ctx, tx, a.Job, flight, m); err != nil {
			return fmt.Errorf("orthophoto of flight %s: %w", flight, err)
		}
		return endReady(ctx, tx, a, mediation.EvidenceOrthophoto, *m.Orthophoto, report)
	})
}

// DismissedMosaic returns what the engine may still have of a job that was
// dismissed and not let go yet, and when it was. Any other job is
// [mediation.ErrNotFound].
func (db *DB) DismissedMosaic(ctx context.Context, job uuid.UUID) (m mediation.Mosaic, at time.Time, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, `
			SELECT mosaic.engine, mosaic.state, job.finished_at FROM job JOIN mosaic ON job_id = job.id
			WHERE job.id = $1 AND job.state = 'dismissed' AND holds_file`, job).Scan(&m.Engine, &m.State, &at)
		return domainError(err)
	})
	return m, at, err
}
