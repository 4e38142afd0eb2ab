package api

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"jieshi/ingest"
	"jieshi/ingest/checkpoint"
	"jieshi/internal/intake"
	"jieshi/mediation"
)

// CheckOrthophoto answers POST /orthophotos/{id}/checks.
func (s *server) CheckOrthophoto(ctx context.Context, r CheckOrthophotoRequestObject) (CheckOrthophotoResponseObject, error) {
	photo, err := s.Intake.CheckOrthophoto(ctx, r.Body, intake.CheckRequest{
		Orthophoto: r.Id, Filename: orZero(r.Params.Filename), Scale: r.Params.Scale, Terrain: mediation.Terrain(orZero(r.Params.Terrain)),
		Independent: orZero(r.Params.Independent), Axes: checkpoint.Axes(orZero(r.Params.Axes)),
	})
	if err != nil {
		return nil, err
	}
	return CheckOrthophoto201JSONResponse(orthophotoOf(photo)), nil
}

// ShiftOrthophoto answers PUT /orthophotos/{id}/shift.
func (s *server) ShiftOrthophoto(ctx context.Context, r ShiftOrthophotoRequestObject) (ShiftOrthophotoResponseObject, error) {
	reason := strings.TrimSpace(r.Body.Reason)
	if err := intake.CheckShift(r.Body.EastM, r.Body.NorthM, reason); err != nil {
		return nil, err
	}
	photo, err := s.Store.ShiftOrthophoto(ctx, r.Id, r.Body.EastM, r.Body.NorthM, reason)
	if err != nil {
		return nil, err
	}
	return ShiftOrthophoto200JSONResponse(orthophotoOf(photo)), nil
}

// WithdrawShift answers DELETE /orthophotos/{id}/shift.
func (s *server) WithdrawShift(ctx context.Context, r WithdrawShiftRequestObject) (WithdrawShiftResponseObject, error) {
	photo, err := s.Store.WithdrawShift(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	return WithdrawShift200JSONResponse(orthophotoOf(photo)), nil
}

// viewVersion changes whenever tiles of a picture look otherwise.
func viewVersion(display mediation.Hash, shift [2]float64) string {
	v := display.String()
	if shift != [2]float64{} {
		v += fmt.Sprintf("-%x-%x", shift[0], shift[1])
	}
	return v
}

// photoReport is the part of the report of a conversion that is told.
type photoReport struct {
	Notes      []ingest.Note   `json:"notes"`
	Sharpness  json.RawMessage `json:"sharpness"`
	Histograms json.RawMessage `json:"histograms"`
	SlopeArea  *float64        `json:"slope_area_m2"`
	Contours   json.RawMessage `json:"contours"`
}

func orthophotoOf(o mediation.Orthophoto) Orthophoto {
	out := Orthophoto{
		Id: o.ID, Filename: o.Filename, Sha256: o.SHA256.String(), Kind: OrthophotoKind(o.Kind), ReferenceOnly: o.ReferenceOnly(),
		Srid: o.SRID, CrsName: o.CRSName, GsdM: o.GSDM,
		Width: o.Width, Height: o.Height, ValidFraction: o.ValidFraction, ValidAreaM2: o.ValidAreaM2, FootprintToleranceM: o.ToleranceM,
		Bbox: each(o.BBox[:], toMillimetre), Footprint: o.Footprint, DisplayZoom: o.DisplayZoom, TilesVersion: viewVersion(o.Display, [2]float64{}),
		CapturedFrom: timeUnlessZero(o.CapturedFrom), CapturedTo: timeUnlessZero(o.CapturedTo), ReceivedAt: o.ReceivedAt.UTC(),
		Check: checkOf(o.Check),
	}
	if o.Shift != nil {
		out.TilesVersion = viewVersion(o.Display, o.Shift.Web)
		out.Shift = &OrthophotoShift{EastM: o.Shift.EastM, NorthM: o.Shift.NorthM, Web: o.Shift.Web[:], Reason: o.Shift.Reason, SetAt: o.Shift.At, SetBy: o.Shift.By}
	}
	if o.CRSDeclaredBy != "" {
		out.CrsDeclaredBy = &o.CRSDeclaredBy
	}
	out.Coverage.Contested, out.Coverage.Claimed = o.Coverage.Contested, o.Coverage.Claimed
	var report photoReport
	_ = json.Unmarshal(o.Report, &report) // our own; without it there is nothing to tell
	out.Notes = make([]struct {
		Code string `json:"code"`
		Text string `json:"text"`
	}, len(report.Notes))
	for i, n := range report.Notes {
		out.Notes[i].Code, out.Notes[i].Text = n.Code, n.Text
	}
	out.SlopeAreaM2 = report.SlopeArea
	if o.Contours != nil && report.Contours != nil {
		_ = json.Unmarshal(report.Contours, &out.Contours)
	}
	if report.Sharpness != nil {
		_ = json.Unmarshal(report.Sharpness, &out.Sharpness)
	}
	if report.Histograms != nil {
		_ = json.Unmarshal(report.Histograms, &out.Histograms)
	}
	return out
}

func checkOf(c *mediation.OrthophotoCheck) *OrthophotoCheck {
	if c == nil {
		return nil
	}
	out := &OrthophotoCheck{
		Id: c.ID, Filename: c.Filename, Scale: c.Scale, Terrain: OrthophotoCheckTerrain(c.Terrain), Independent: c.Independent, Points: c.Points,
		RmseEastM: c.RMSEEastM, RmseNorthM: c.RMSENorthM, RmseM: c.RMSEM, LimitM: c.LimitM, GsdLimitM: c.GSDLimitM, Basis: c.Basis, Passed: c.Passed,
		RmseUpM: c.RMSEUpM, CheckedAt: c.At, CheckedBy: c.By,
	}
	if c.SHA256 != nil {
		out.Sha256 = ref(c.SHA256.String())
	}
	var judged struct {
		Residuals json.RawMessage `json:"residuals"`
	}
	if json.Unmarshal(c.Report, &judged) == nil {
		_ = json.Unmarshal(judged.Residuals, &out.Residuals)
	}
	return out
}
