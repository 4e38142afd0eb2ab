package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"jieshi/mediation"
)

var orthophotos = query("orthophotos")

// Orthophotos returns the orthophotos of a case, newest capture first.
func (db *DB) Orthophotos(ctx context.Context, number string) (photos []mediation.Orthophoto, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		id, err := caseID(ctx, tx, number)
		if err != nil {
			return err
		}
		photos, err = queryOrthophotos(ctx, tx, id)
		return err
	})
	return photos, err
}

func queryOrthophotos(ctx context.Context, tx pgx.Tx, caseID uuid.UUID) ([]mediation.Orthophoto, error) {
	rows, _ := tx.Query(ctx, orthophotos, pgx.StrictNamedArgs{"case_id": caseID, "id": nil})
	photos, err := pgx.CollectRows(rows, scanOrthophoto)
	if err != nil {
		return nil, fmt.Errorf("orthophotos: %w", err)
	}
	return photos, nil
}

// Orthophoto returns one orthophoto.
func (db *DB) Orthophoto(ctx context.Context, id uuid.UUID) (photo mediation.Orthophoto, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		photo, err = queryOrthophoto(ctx, tx, id)
		return err
	})
	return photo, err
}

func queryOrthophoto(ctx context.Context, tx pgx.Tx, id uuid.UUID) (mediation.Orthophoto, error) {
	rows, _ := tx.Query(ctx, orthophotos, pgx.StrictNamedArgs{"case_id": nil, "id": id})
	photo, err := pgx.CollectExactlyOneRow(rows, scanOrthophoto)
	if err != nil {
		return photo, fmt.Errorf("orthophoto %s: %w", id, domainError(err))
	}
	return photo, nil
}

// OrthophotoView returns what a map tile needs of a picture.
func (db *DB) OrthophotoView(ctx context.Context, id uuid.UUID) (view mediation.OrthophotoView, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		var sum []byte
		err := tx.QueryRow(ctx, `
			SELECT display_sha256, coalesce(web_east_m, 0), coalesce(web_north_m, 0)
			FROM orthophoto LEFT JOIN orthophoto_shift ON orthophoto_id = orthophoto.id AND withdrawn_at IS NULL
			WHERE orthophoto.id = $1`, id).Scan(&sum, &view.Shift[0], &view.Shift[1])
		if err != nil {
			return fmt.Errorf("orthophoto %s: %w", id, domainError(err))
		}
		copy(view.Display[:], sum)
		return nil
	})
	return view, err
}

// checkRow and shiftRow are what an outer join found, or nulls.
type checkRow struct {
	id                             *uuid.UUID
	file                           []byte
	filename, terrain, basis, by   *string
	scale, points                  *int
	independent, passed            *bool
	limit, gsd, east, north, plane *float64
	up                             *float64
	report                         json.RawMessage
	at                             *time.Time
}

func (r checkRow) check() *mediation.OrthophotoCheck {
	if r.id == nil {
		return nil
	}
	c := &mediation.OrthophotoCheck{
		ID: *r.id, Filename: *r.filename, Scale: *r.scale, Terrain: mediation.Terrain(*r.terrain), Independent: *r.independent,
		LimitM: *r.limit, GSDLimitM: *r.gsd, Basis: *r.basis, Points: *r.points, RMSEEastM: *r.east, RMSENorthM: *r.north, RMSEM: *r.plane,
		RMSEUpM: r.up, Passed: *r.passed, Report: r.report, At: r.at.UTC(), By: *r.by,
	}
	if r.file != nil {
		c.SHA256 = new(mediation.Hash)
		copy(c.SHA256[:], r.file)
	}
	return c
}

type shiftRow struct {
	east, north, webEast, webNorth *float64
	reason, by                     *string
	at                             *time.Time
}

func (r shiftRow) shift() *mediation.OrthophotoShift {
	if r.at == nil {
		return nil
	}
	return &mediation.OrthophotoShift{EastM: *r.east, NorthM: *r.north, Web: [2]float64{*r.webEast, *r.webNorth}, Reason: *r.reason, At: r.at.UTC(), By: *r.by}
}

func scanOrthophoto(row pgx.CollectableRow) (o mediation.Orthophoto, err error) {
	var original, display, measure, thumbnail, contours []byte
	var box []float64
	var from, to *time.Time
	var footprint json.RawMessage
	var c checkRow
	var s shiftRow
	err = row.Scan(&o.ID, &o.Case, &o.Filename, &original, &display, &o.DisplayZoom, &measure, &thumbnail, &o.Kind, &contours, &o.SRID, &o.CRSName,
		&o.CRSDeclaredBy, &o.GSDM, &o.Width, &o.Height, &o.ValidFraction, &o.ValidAreaM2, &o.ToleranceM, &o.Report, &box, &footprint,
		&from, &to, &o.ReceivedAt, &o.ReceivedBy, &o.Coverage.Contested, &o.Coverage.Claimed,
		&c.id, &c.filename, &c.file, &c.scale, &c.terrain, &c.independent, &c.limit, &c.gsd, &c.basis, &c.points, &c.east, &c.north, &c.plane, &c.up, &c.passed,
		&c.report, &c.at, &c.by, &s.east, &s.north, &s.webEast, &s.webNorth, &s.reason, &s.at, &s.by)
	if err != nil {
		return o, err
	}
	copy(o.SHA256[:], original)
	copy(o.Display[:], display)
	copy(o.Measure[:], measure)
	copy(o.Thumbnail[:], thumbnail)
	copy(o.BBox[:], box)
	if contours != nil {
		o.Contours = new(mediation.Hash)
		copy(o.Contours[:], contours)
	}
	o.Footprint, o.ReceivedAt, o.Check, o.Shift = footprint, o.ReceivedAt.UTC(), c.check(), s.shift()
	if from != nil {
		o.CapturedFrom = from.UTC()
	}
	if to != nil {
		o.CapturedTo = to.UTC()
	}
	return o, nil
}

var webShift = query("orthophoto_shift")

// ShiftOrthophoto has a picture shown moved by metres on the ground. A shift
// that it had is withdrawn; nothing else about the picture changes.
func (db *DB) ShiftOrthophoto(ctx context.Context, id uuid.UUID, eastM, northM float64, reason string) (photo mediation.Orthophoto, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		if _, err := lockOrthophoto(ctx, tx, id); err != nil {
			return err
		}
		if _, err := withdrawShift(ctx, tx, id); err != nil {
			return err
		}
		var web [2]float64
		err := tx.QueryRow(ctx, webShift, pgx.StrictNamedArgs{"id": id, "east_m": eastM, "north_m": northM}).Scan(&web[0], &web[1])
		if err != nil {
			return fmt.Errorf("shift of orthophoto %s: %w", id, err)
		}
		_, err = tx.Exec(ctx, `
			INSERT INTO orthophoto_shift (orthophoto_id, east_m, north_m, web_east_m, web_north_m, reason, set_by)
			VALUES ($1, $2, $3, $4, $5, $6, current_setting('app.user'))`, id, eastM, northM, web[0], web[1], reason)
		if err != nil {
			return fmt.Errorf("shift of orthophoto %s: %w", id, domainError(err))
		}
		photo, err = queryOrthophoto(ctx, tx, id)
		return err
	})
	return photo, err
}

// WithdrawShift has a picture shown where it is. ErrNotFound without a shift.
func (db *DB) WithdrawShift(ctx context.Context, id uuid.UUID) (photo mediation.Orthophoto, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		if _, err := lockOrthophoto(ctx, tx, id); err != nil {
			return err
		}
		n, err := withdrawShift(ctx, tx, id)
		if err != nil {
			return err
		}
		if n == 0 {
			return fmt.Errorf("shift of orthophoto %s: %w", id, mediation.ErrNotFound)
		}
		photo, err = queryOrthophoto(ctx, tx, id)
		return err
	})
	return photo, err
}

func withdrawShift(ctx context.Context, tx pgx.Tx, id uuid.UUID) (int64, error) {
	tag, err := tx.Exec(ctx, `
		UPDATE orthophoto_shift SET withdrawn_at = now(), withdrawn_by = current_setting('app.user')
		WHERE orthophoto_id = $1 AND withdrawn_at IS NULL`, id)
	if err != nil {
		return 0, fmt.Errorf("shift of orthophoto %s: %w", id, err)
	}
	return tag.RowsAffected(), nil
}
