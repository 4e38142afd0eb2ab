package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"jieshi/ingest"
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
	filename, terrain, basis, by   *string
	scale, points                  *int
	independent, passed            *bool
	limit, gsd, east, north, plane *float64
	report                         json.RawMessage
	at                             *time.Time
}

func (r checkRow) check() *mediation.OrthophotoCheck {
	if r.id == nil {
		return nil
	}
	return &mediation.OrthophotoCheck{
		ID: *r.id, Filename: *r.filename, Scale: *r.scale, Terrain: mediation.Terrain(*r.terrain), Independent: *r.independent,
		LimitM: *r.limit, GSDLimitM: *r.gsd, Basis: *r.basis, Points: *r.points, RMSEEastM: *r.east, RMSENorthM: *r.north, RMSEM: *r.plane,
		Passed: *r.passed, Report: r.report, At: r.at.UTC(), By: *r.by,
	}
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
		&c.id, &c.filename, &c.scale, &c.terrain, &c.independent, &c.limit, &c.gsd, &c.basis, &c.points, &c.east, &c.north, &c.plane, &c.passed,
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

// lockOrthophoto lets no other change of the same picture in, and refuses one
// on a case that has ended.
func lockOrthophoto(ctx context.Context, tx pgx.Tx, id uuid.UUID) error {
	var number string
	err := tx.QueryRow(ctx, "SELECT number FROM orthophoto JOIN dispute_case ON dispute_case.id = case_id WHERE orthophoto.id = $1", id).Scan(&number)
	if err != nil {
		return fmt.Errorf("orthophoto %s: %w", id, domainError(err))
	}
	c, err := lockCase(ctx, tx, number)
	if err == nil && c.ended {
		err = mediation.ErrEnded
	}
	return err
}

// CheckOrthophoto stores what check points say of a picture, held against the
// limits of scale and terrain. A scale without limits is an [*ingest.Refusal].
func (db *DB) CheckOrthophoto(ctx context.Context, id uuid.UUID, n mediation.NewOrthophotoCheck) (photo mediation.Orthophoto, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		if err := lockOrthophoto(ctx, tx, id); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `
			INSERT INTO orthophoto_check (orthophoto_id, filename, scale, terrain, independent, limit_m, gsd_limit_m, basis, points,
				rmse_east_m, rmse_north_m, rmse_m, passed, report, checked_by)
			SELECT $1, $2, l.scale, l.terrain, $5, l.rmse_m, l.gsd_m, l.basis, $6, $7, $8, $9,
				$5 AND $9 <= l.rmse_m AND orthophoto.gsd_m <= l.gsd_m * 1.001, $10, current_setting('app.user')
			FROM orthophoto_limit AS l CROSS JOIN orthophoto
			WHERE l.scale = $3 AND l.terrain = $4 AND orthophoto.id = $1`,
			id, n.Filename, n.Scale, string(n.Terrain), n.Independent, n.Points, n.RMSEEastM, n.RMSENorthM, n.RMSEM, n.Report)
		if err != nil {
			return fmt.Errorf("check of orthophoto %s: %w", id, domainError(err))
		}
		if tag.RowsAffected() == 0 {
			return refuseScale(fmt.Sprintf("1:%d, %s", n.Scale, n.Terrain))
		}
		photo, err = queryOrthophoto(ctx, tx, id)
		return err
	})
	return photo, err
}

func refuseScale(where string) *ingest.Refusal {
	return &ingest.Refusal{
		Code: "scale_without_limit", Where: where,
		Reason: ingest.Text{ZH: "该比例尺或地形没有精度限差。", EN: "There is no limit of accuracy for this scale or terrain."},
		Remedy: ingest.Text{ZH: "请使用 500、1000 或 2000，地形为 flat（平地、丘陵）或 mountain（山地、高山地）；限差在 orthophoto_limit 表中配置。", EN: "Use 500, 1000 or 2000, and flat or mountain; limits are rows of orthophoto_limit."},
	}
}

var webShift = query("orthophoto_shift")

// ShiftOrthophoto has a picture shown moved by metres on the ground. A shift
// that it had is withdrawn; nothing else about the picture changes.
func (db *DB) ShiftOrthophoto(ctx context.Context, id uuid.UUID, eastM, northM float64, reason string) (photo mediation.Orthophoto, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		if err := lockOrthophoto(ctx, tx, id); err != nil {
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
		if err := lockOrthophoto(ctx, tx, id); err != nil {
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
