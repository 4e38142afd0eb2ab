package api

import (
	"context"
	"net/url"
	"strings"

	"jieshi/geo"
	"jieshi/mediation"
)

// overlapStore is the part of the database that these handlers use.
type overlapStore interface {
	OverlapPage(ctx context.Context, audit int, f mediation.OverlapFilter) (mediation.OverlapPage, error)
	OverlapDetail(ctx context.Context, ref mediation.OverlapRef) (mediation.OverlapDetail, error)
	FileOverlap(ctx context.Context, n mediation.NewFinding) (mediation.Finding, error)
}

// A page of overlaps has usualOverlaps when nobody says, and no more than
// maxOverlaps: a larger limit is clamped.
const (
	usualOverlaps = 100
	maxOverlaps   = 1000
)

// ListOverlaps answers GET /audits/{audit}/overlaps, largest first.
func (s *server) ListOverlaps(ctx context.Context, r ListOverlapsRequestObject) (ListOverlapsResponseObject, error) {
	limit := usualOverlaps
	if r.Params.Limit != nil {
		limit = min(*r.Params.Limit, maxOverlaps)
	}
	page, err := s.Store.OverlapPage(ctx, r.Audit, mediation.OverlapFilter{
		Limit: limit, OverM2: orZero(r.Params.OverM2), After: orZero(r.Params.Cursor),
	})
	if err != nil {
		return nil, err
	}
	items := each(page.Items, func(o mediation.Overlap) Overlap {
		return Overlap{Id: o.String(), A: o.A, B: o.B, M2: o.PlaneM2, Mu: geo.SquareMetres(o.PlaneM2).Mu(), Method: OverlapMethodPlane}
	})
	return ListOverlaps200JSONResponse{Items: items, Next: refUnlessZero(page.Next)}, nil
}

// ReadOverlap answers GET /audits/{audit}/overlaps/{a}/{b}.
func (s *server) ReadOverlap(ctx context.Context, r ReadOverlapRequestObject) (ReadOverlapResponseObject, error) {
	d, err := s.Store.OverlapDetail(ctx, mediation.OverlapRef{Audit: r.Audit, A: r.A, B: r.B})
	if err != nil {
		return nil, err
	}
	crs, err := s.crsOf(ctx, d.SRID)
	if err != nil {
		return nil, err
	}
	out := OverlapDetail{
		Id: d.String(), A: d.A, B: d.B, PlaneM2: d.PlaneM2, Mu: geo.SquareMetres(d.PlaneM2).Mu(), EllipsoidalM2: d.M2,
		Crs: crs, Case: refUnlessZero(d.Case), Parcels: each(d.Parcels[:], overlappingOf),
	}
	if d.LonLat != nil {
		out.Geometry = &d.LonLat
	}
	return ReadOverlap200JSONResponse(out), nil
}

func overlappingOf(p mediation.OverlappingParcel) OverlappingParcel {
	return OverlappingParcel{
		Layer: p.Layer, Kind: OverlappingParcelKind(p.Kind), Feature: p.Feature, SigmaM: refUnlessZero(p.SigmaM),
		Area: Measure(p.Area), Geometry: p.LonLat,
	}
}

// FileOverlap answers POST /audits/{audit}/overlaps/{a}/{b}/case.
func (s *server) FileOverlap(ctx context.Context, r FileOverlapRequestObject) (FileOverlapResponseObject, error) {
	f, err := s.Store.FileOverlap(ctx, mediation.NewFinding{
		Overlap: mediation.OverlapRef{Audit: r.Audit, A: r.A, B: r.B}, Title: strings.TrimSpace(orZero(r.Body.Title)),
		Parties: [2]string{strings.TrimSpace(orZero(r.Body.PartyA)), strings.TrimSpace(orZero(r.Body.PartyB))}, SigmaM: orZero(r.Body.SigmaM),
	})
	if err != nil {
		return nil, err
	}
	out := Finding{
		Case: f.Case, Status: Filed, KernelM2: f.KernelM2, PostgisM2: f.PostGISM2, ToleranceM2: f.ToleranceM2, Agree: f.Agree, Evidence: f.Evidence.ID,
	}
	switch {
	case !f.Agree:
		out.Status = Questioned
	case f.Known:
		out.Status = Known
	}
	if f.Known {
		return FileOverlap200JSONResponse(out), nil
	}
	return FileOverlap201JSONResponse{
		Body:    out,
		Headers: FileOverlap201ResponseHeaders{Location: ref(basePath + "/cases/" + url.PathEscape(f.Case))},
	}, nil
}
