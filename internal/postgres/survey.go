package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"jieshi/mediation"
)

// lonLatSRID is what fixes and footprints are kept in: CGCS2000 degrees. WGS 84
// positions are the same within the error of any receiver that could tell.
const lonLatSRID = 4490

// joinSurvey finds or makes the field mission of a day; without a date it is today's.
func joinSurvey(ctx context.Context, tx pgx.Tx, caseID uuid.UUID, on time.Time) (id uuid.UUID, err error) {
	var day *time.Time
	if !on.IsZero() {
		day = &on
	}
	err = tx.QueryRow(ctx, `
		WITH fresh AS (
			INSERT INTO survey (case_id, surveyed_on) VALUES ($1, coalesce($2::date, current_date))
			ON CONFLICT (case_id, surveyed_on) DO NOTHING
			RETURNING id
		)
		SELECT id FROM fresh
		UNION ALL
		SELECT id FROM survey WHERE case_id = $1 AND surveyed_on = coalesce($2::date, current_date)`, caseID, day).Scan(&id)
	if err != nil {
		return id, fmt.Errorf("survey: %w", err)
	}
	return id, nil
}

func orNull[T int | float64 | string](v T) *T {
	var none T
	if v == none {
		return nil
	}
	return &v
}

// SaveOrthophoto stores a converted picture and files it as evidence in one
// transaction. The original lies in the store already, for the job; the job ends,
// and keeps what tell says of the picture. keep is called last, to give the
// derivatives their names. If any of it fails nothing is stored, also if the job is
// no longer ours to do ([mediation.ErrJobLost]).
//
// The same file on the same case is found, not stored again: Case, Original and
// Attempt are enough then, and keep is not called.
func (db *DB) SaveOrthophoto(ctx context.Context, o mediation.NewOrthophoto,
	tell func(id uuid.UUID, known bool) (json.RawMessage, error), keep func() error,
) (id uuid.UUID, known bool, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		if id, known, err = db.saveOrthophoto(ctx, tx, o); err != nil {
			return err
		}
		report, err := tell(id, known)
		if err != nil {
			return err
		}
		if err := endReady(ctx, tx, o.Attempt, mediation.EvidenceOrthophoto, id, report); err != nil || known {
			return err
		}
		return keep()
	})
	return id, known, err
}

// OrthophotoReport returns what was measured of a file when it came to a case
// before; it is [mediation.ErrNotFound] if it did not.
func (db *DB) OrthophotoReport(ctx context.Context, number string, file mediation.Hash) (report json.RawMessage, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `
			SELECT report FROM orthophoto JOIN dispute_case ON dispute_case.id = case_id
			WHERE number = $1 AND asset_sha256 = $2`, number, file[:]).Scan(&report)
	})
	return report, err
}

func (db *DB) saveOrthophoto(ctx context.Context, tx pgx.Tx, o mediation.NewOrthophoto) (id uuid.UUID, known bool, err error) {
	c, err := lockCase(ctx, tx, o.Case)
	if err != nil {
		return id, false, err
	}
	err = tx.QueryRow(ctx, "SELECT id FROM orthophoto WHERE case_id = $1 AND asset_sha256 = $2", c.id, o.Original.SHA256[:]).Scan(&id)
	switch {
	case err == nil:
		return id, true, nil
	case !errors.Is(err, pgx.ErrNoRows):
		return id, false, fmt.Errorf("earlier orthophoto: %w", err)
	case c.ended:
		return id, false, mediation.ErrEnded
	}
	assets := []mediation.Asset{o.Original, o.Display, o.Measure, o.Thumbnail}
	if o.Contours != nil {
		assets = append(assets, *o.Contours)
	}
	for _, a := range assets {
		if err := saveAsset(ctx, tx, a); err != nil {
			return id, false, err
		}
	}
	if id, err = insertOrthophoto(ctx, tx, c.id, o); err != nil {
		return id, false, err
	}
	return id, false, db.fileOrthophoto(ctx, tx, c, id, o)
}

func insertOrthophoto(ctx context.Context, tx pgx.Tx, caseID uuid.UUID, o mediation.NewOrthophoto) (uuid.UUID, error) {
	survey, err := joinSurvey(ctx, tx, caseID, o.CapturedFrom)
	if err != nil {
		return uuid.Nil, err
	}
	id := uuid.New()
	var contours []byte
	if o.Contours != nil {
		contours = o.Contours.SHA256[:]
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO orthophoto (id, case_id, survey_id, asset_sha256, display_sha256, thumbnail_sha256, filename, srid, crs_name,
			gsd_m, width, height, valid_fraction, valid_area_m2, footprint, report, captured_from, captured_to,
			measure_sha256, display_zoom, footprint_tolerance_m, crs_declared_by, kind, contours_sha256, received_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
			ST_Multi(ST_CollectionExtract(ST_MakeValid(ST_SetSRID(ST_GeomFromGeoJSON($15), 4490)), 3)), $16, $17, $18, $19, $20, $21, CASE WHEN $22 THEN current_setting('app.user') END, coalesce(nullif($23, ''), 'picture'), $24, current_setting('app.user'))`,
		id, caseID, survey, o.Original.SHA256[:], o.Display.SHA256[:], o.Thumbnail.SHA256[:], o.Filename, o.SRID, o.CRSName,
		o.GSDM, o.Width, o.Height, o.ValidFraction, o.ValidAreaM2, string(o.Footprint), o.Report,
		dateOrNull(o.CapturedFrom), dateOrNull(o.CapturedTo), o.Measure.SHA256[:], o.DisplayZoom, o.ToleranceM, o.CRSDeclared, string(o.Kind), contours)
	if err != nil {
		return uuid.Nil, fmt.Errorf("orthophoto: %w", err)
	}
	return id, nil
}

func (db *DB) fileOrthophoto(ctx context.Context, tx pgx.Tx, c lockedCase, id uuid.UUID, o mediation.NewOrthophoto) error {
	content := struct {
		Format     string          `json:"format"`
		Orthophoto uuid.UUID       `json:"orthophoto"`
		Filename   string          `json:"filename"`
		SHA256     mediation.Hash  `json:"sha256"`
		Display    mediation.Hash  `json:"display_sha256"`
		Measure    mediation.Hash  `json:"measure_sha256"`
		Report     json.RawMessage `json:"report"`
	}{"jieshi-orthophoto/2", id, o.Filename, o.Original.SHA256, o.Display.SHA256, o.Measure.SHA256, o.Report}
	_, err := db.file(ctx, tx, c, mediation.Evidence{
		Kind: mediation.EvidenceOrthophoto, Subject: id,
		Title:  fmt.Sprintf("正射影像 orthophoto: %s", o.Filename),
		Source: o.Filename,
		Files:  []mediation.EvidenceFile{{Role: "original", Filename: o.Filename, SHA256: o.Original.SHA256, Size: o.Original.Size}},
	}, content)
	return err
}

func sumOf(b []byte) mediation.Hash { return sha256.Sum256(b) }
