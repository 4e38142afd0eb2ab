package intake

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/google/uuid"

	"jieshi/ingest"
	"jieshi/ingest/checkpoint"
	"jieshi/mediation"
)

// A CheckRequest says what check points are held against.
type CheckRequest struct {
	Orthophoto  uuid.UUID
	Filename    string
	Scale       int               // 500 is 1:500
	Terrain     mediation.Terrain // empty: flat
	Independent bool              // none of the points controlled the adjustment
	Axes        checkpoint.Axes
}

// checks is the part of the database that checking a picture needs.
type checks interface {
	Orthophoto(ctx context.Context, id uuid.UUID) (mediation.Orthophoto, error)
	CheckOrthophoto(ctx context.Context, id uuid.UUID, n mediation.NewOrthophotoCheck, keep func() error) (mediation.Orthophoto, error)
}

// CheckOrthophoto reads a table of check points in the CRS of the picture,
// judges the picture at them, keeps the table as it is, and files the check as
// evidence. It returns the picture with its new check. Bad input is an
// [*ingest.Refusal], and leaves nothing.
func (in *Intake) CheckOrthophoto(ctx context.Context, r io.Reader, q CheckRequest) (photo mediation.Orthophoto, err error) {
	if photo, err = in.Store.Orthophoto(ctx, q.Orthophoto); err != nil {
		return photo, err
	}
	files, err := in.arrive(ctx)
	if err != nil {
		return photo, err
	}
	defer func() { files.end(ctx, err) }()
	file, err := files.receive(ctx, r, checkpoint.MaxBytes)
	if err != nil {
		return photo, err
	}
	j, err := judge(photo, file.Path(), q.Axes)
	if err != nil {
		return photo, err
	}
	report, err := json.Marshal(j)
	if err != nil {
		return photo, fmt.Errorf("check of orthophoto %s: %w", photo.ID, err)
	}
	if q.Terrain == "" {
		q.Terrain = mediation.Flat
	}
	return in.Store.CheckOrthophoto(ctx, photo.ID, mediation.NewOrthophotoCheck{
		Filename: cleanFilename(q.Filename, "checkpoints.csv"), File: mediation.Asset{SHA256: file.SHA256, Size: file.Size, MediaType: "text/csv"},
		Scale: q.Scale, Terrain: q.Terrain, Independent: q.Independent,
		Points: j.Points, RMSEEastM: j.RMSEEast, RMSENorthM: j.RMSENorth, RMSEM: j.RMSE, RMSEUpM: j.RMSEUp, Report: report,
	}, func() error { return file.Keep(ctx) })
}

// judge judges a picture at the points of the table at path.
func judge(photo mediation.Orthophoto, path string, axes checkpoint.Axes) (j checkpoint.Judgement, err error) {
	var found struct {
		Bounds [4]float64 `json:"bounds"`
		Unit   float64    `json:"unit_m"`
	}
	if err := json.Unmarshal(photo.Report, &found); err != nil {
		return j, fmt.Errorf("report of orthophoto %s: %w", photo.ID, err)
	}
	f, err := os.Open(path) //nolint:gosec // a name of ours
	if err != nil {
		return j, fmt.Errorf("check points: %w", err)
	}
	defer func() { _ = f.Close() }() // only read
	points, err := checkpoint.Read(f, found.Bounds, axes)
	if err != nil {
		return j, err
	}
	scale := checkpoint.Scale{East: found.Unit, North: found.Unit}
	if found.Unit == 0 {
		scale = checkpoint.Degrees((found.Bounds[1] + found.Bounds[3]) / 2)
	}
	return checkpoint.Judge(points, scale)
}

// maxShift is far above any honest misplacement: beyond it the CRS is wrong.
const maxShift = 1000

// CheckShift refuses a shift that cannot be meant, or that nobody explains.
func CheckShift(eastM, northM float64, reason string) error {
	inside := func(v float64) bool { return v >= -maxShift && v <= maxShift } // NaN is not
	if !inside(eastM) || !inside(northM) {
		return &ingest.Refusal{
			Code: "shift_too_large", Where: fmt.Sprintf("%g, %g", eastM, northM),
			Reason: ingest.Text{ZH: "平移量超过 1000 米。", EN: "The shift is more than 1000 metres."},
			Remedy: ingest.Text{ZH: "差这么多通常是坐标系或带号有误，请核实后重新导入影像。", EN: "So much is a wrong CRS or zone: find out, and bring the picture in again."},
		}
	}
	if n := len([]rune(reason)); n == 0 || n > 500 {
		return &ingest.Refusal{
			Code:   "shift_without_reason",
			Reason: ingest.Text{ZH: "平移须说明理由（1 至 500 字）。", EN: "A shift needs a reason of 1 to 500 characters."},
			Remedy: ingest.Text{ZH: "请写明依据，例如“与三个实测界桩对齐”。", EN: "Say on what grounds, for example \"laid on three surveyed marks\"."},
		}
	}
	return nil
}
