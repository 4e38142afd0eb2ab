package api

import (
	"context"
	"encoding/hex"

	"github.com/google/uuid"

	"jieshi/mediation"
)

// claimReader is the part of the database that these handlers use.
type claimReader interface {
	Claims(ctx context.Context, number string) ([]mediation.Claim, error)
	RunClaims(ctx context.Context, run uuid.UUID) ([]mediation.Claim, error)
	ClaimDoubts(ctx context.Context, number string) ([]mediation.ClaimDoubt, error)
	ClaimParcels(ctx context.Context, claim uuid.UUID, shapes bool) ([]mediation.RegisteredOverlap, error)
}

// ListClaims answers GET /cases/{number}/claims with the live claims, and which of
// them are in doubt.
func (s *server) ListClaims(ctx context.Context, r ListClaimsRequestObject) (ListClaimsResponseObject, error) {
	claims, err := s.Store.Claims(ctx, r.Number)
	if err != nil {
		return nil, err
	}
	doubts, err := s.Store.ClaimDoubts(ctx, r.Number)
	if err != nil {
		return nil, err
	}
	out := claimsOf(claims)
	for _, d := range doubts {
		for i := range out.Features {
			if p := &out.Features[i].Properties; p.Claim == d.Claim {
				p.Doubt = &ClaimDoubt{Walk: d.Walk, Datum: ClaimDoubtDatum(d.Datum)}
			}
		}
	}
	return ListClaims200ApplicationGeoPlusJSONResponse(out), nil
}

// ListRunClaims answers GET /runs/{id}/claims with the versions that the run
// was computed from.
func (s *server) ListRunClaims(ctx context.Context, r ListRunClaimsRequestObject) (ListRunClaimsResponseObject, error) {
	claims, err := s.Store.RunClaims(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	return ListRunClaims200ApplicationGeoPlusJSONResponse(claimsOf(claims)), nil
}

// ListClaimParcels answers GET /claims/{id}/parcels.
func (s *server) ListClaimParcels(ctx context.Context, r ListClaimParcelsRequestObject) (ListClaimParcelsResponseObject, error) {
	parcels, err := s.Store.ClaimParcels(ctx, r.Id, orZero(r.Params.Geometry))
	if err != nil {
		return nil, err
	}
	return ListClaimParcels200JSONResponse{Items: each(parcels, registeredOf)}, nil
}

func registeredOf(o mediation.RegisteredOverlap) RegisteredOverlap {
	out := RegisteredOverlap{Layer: o.Layer, Kind: RegisteredOverlapKind(o.Kind), Feature: o.Feature, Area: Measure(o.Area)}
	if o.LonLat != nil {
		out.Geometry = &o.LonLat
	}
	return out
}

func claimsOf(claims []mediation.Claim) ClaimCollection {
	return ClaimCollection{Type: ClaimCollectionTypeFeatureCollection, Features: each(claims, claimOf)}
}

func claimOf(c mediation.Claim) ClaimFeature {
	least, greatest := extremes(c.VertexSigmas)
	return ClaimFeature{
		Type: ClaimFeatureTypeFeature, Id: c.ID.String(), Geometry: c.LonLat,
		Properties: ClaimProperties{
			Claim: c.ID, Version: c.Version, Party: c.Party.Name, Side: c.Party.Side, SigmaM: float64(c.SigmaM), Class: AccuracyClass(c.Class),
			LeastSigmaM: least, GreatestSigmaM: greatest,
			Source: c.Source, Walk: c.Walk, FiledAt: c.FiledAt.UTC(), Area: Measure(c.Area), Sha256: ref(hex.EncodeToString(c.SHA256[:])),
		},
	}
}
