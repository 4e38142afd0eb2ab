package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"jieshi/ingest"
	"jieshi/mediation"
)

// lockOrthophoto lets no other change of the same picture in, and refuses one
// on a case that has ended.
func lockOrthophoto(ctx context.Context, tx pgx.Tx, id uuid.UUID) (c lockedCase, err error) {
	var number string
	err = tx.QueryRow(ctx, "SELECT number FROM orthophoto JOIN dispute_case ON dispute_case.id = case_id WHERE orthophoto.id = $1", id).Scan(&number)
	if err != nil {
		return c, fmt.Errorf("orthophoto %s: %w", id, domainError(err))
	}
	c, err = lockCase(ctx, tx, number)
	if err == nil && c.ended {
		err = mediation.ErrEnded
	}
	return c, err
}

var orthophotoCheckInsert = query("orthophoto_check_insert")

// CheckOrthophoto stores what check points say of a picture, held against the
// limits of scale and terrain, with their table, and files it as evidence, in
// one transaction. A scale without limits is an [*ingest.Refusal]. keep is
// called last, to give the table its name.
func (db *DB) CheckOrthophoto(ctx context.Context, id uuid.UUID, n mediation.NewOrthophotoCheck, keep func() error) (photo mediation.Orthophoto, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		c, err := lockOrthophoto(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := saveAsset(ctx, tx, n.File); err != nil {
			return err
		}
		var check uuid.UUID
		err = tx.QueryRow(ctx, orthophotoCheckInsert, pgx.StrictNamedArgs{
			"orthophoto": id, "filename": n.Filename, "file": n.File.SHA256[:], "scale": n.Scale, "terrain": string(n.Terrain),
			"independent": n.Independent, "points": n.Points, "rmse_east_m": n.RMSEEastM, "rmse_north_m": n.RMSENorthM,
			"rmse_m": n.RMSEM, "rmse_up_m": n.RMSEUpM, "report": n.Report,
		}).Scan(&check)
		if errors.Is(err, pgx.ErrNoRows) {
			return refuseScale(fmt.Sprintf("1:%d, %s", n.Scale, n.Terrain))
		}
		if err != nil {
			return fmt.Errorf("check of orthophoto %s: %w", id, domainError(err))
		}
		if photo, err = queryOrthophoto(ctx, tx, id); err != nil {
			return err
		}
		if err := db.fileCheck(ctx, tx, c, photo, n.File); err != nil {
			return err
		}
		return keep()
	})
	return photo, err
}

// fileCheck puts the newest check of a picture before the mediator: every point
// and residual, and what it was held against.
func (db *DB) fileCheck(ctx context.Context, tx pgx.Tx, c lockedCase, photo mediation.Orthophoto, file mediation.Asset) error {
	check := photo.Check
	content := struct {
		Format      string            `json:"format"`
		Check       uuid.UUID         `json:"check"`
		Orthophoto  uuid.UUID         `json:"orthophoto"`
		Original    mediation.Hash    `json:"orthophoto_sha256"`
		Filename    string            `json:"filename"`
		SHA256      mediation.Hash    `json:"sha256"`
		Scale       int               `json:"scale"`
		Terrain     mediation.Terrain `json:"terrain"`
		Independent bool              `json:"independent"` // as the person stated
		LimitM      float64           `json:"limit_m"`
		GSDM        float64           `json:"gsd_m"`
		GSDLimitM   float64           `json:"gsd_limit_m"`
		Basis       string            `json:"basis"`
		Passed      bool              `json:"passed"`
		Judgement   json.RawMessage   `json:"judgement"`
	}{
		"jieshi-orthophoto-check/1", check.ID, photo.ID, photo.SHA256, check.Filename, file.SHA256, check.Scale, check.Terrain, check.Independent,
		check.LimitM, photo.GSDM, check.GSDLimitM, check.Basis, check.Passed, check.Report,
	}
	verdict := "合格 passed"
	if !check.Passed {
		verdict = "仅供参考 for reference only"
	}
	_, err := db.file(ctx, tx, c, mediation.Evidence{
		Kind: mediation.EvidenceOrthophotoCheck, Subject: check.ID,
		Title:  fmt.Sprintf("影像精度检查 check of orthophoto: %s, 1:%d, %s", photo.Filename, check.Scale, verdict),
		Source: check.Filename,
		Files:  []mediation.EvidenceFile{{Role: "original", Filename: check.Filename, SHA256: file.SHA256, Size: file.Size}},
	}, content)
	return err
}

func refuseScale(where string) *ingest.Refusal {
	return &ingest.Refusal{
		Code: "scale_without_limit", Where: where,
		Reason: ingest.Text{ZH: "该比例尺或地形没有精度限差。", EN: "There is no limit of accuracy for this scale or terrain."},
		Remedy: ingest.Text{ZH: "请使用 500、1000 或 2000，地形为 flat（平地、丘陵）或 mountain（山地、高山地）；限差在 orthophoto_limit 表中配置。", EN: "Use 500, 1000 or 2000, and flat or mountain; limits are rows of orthophoto_limit."},
	}
}
