package api

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"jieshi/geo"
	"jieshi/mediation"
)

// bandReader is the part of the database that these handlers use.
type bandReader interface {
	Bands(ctx context.Context, number string) ([]mediation.Band, error)
	RunBands(ctx context.Context, run uuid.UUID) ([]mediation.Band, error)
}

// ListClaimBands answers GET /cases/{number}/claims/bands.
func (s *server) ListClaimBands(ctx context.Context, r ListClaimBandsRequestObject) (ListClaimBandsResponseObject, error) {
	bands, err := s.Store.Bands(ctx, r.Number)
	if err != nil {
		return nil, err
	}
	return ListClaimBands200ApplicationGeoPlusJSONResponse(bandsOf(bands)), nil
}

// ListRunClaimBands answers GET /runs/{id}/claims/bands.
func (s *server) ListRunClaimBands(ctx context.Context, r ListRunClaimBandsRequestObject) (ListRunClaimBandsResponseObject, error) {
	bands, err := s.Store.RunBands(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	return ListRunClaimBands200ApplicationGeoPlusJSONResponse(bandsOf(bands)), nil
}

func bandsOf(bands []mediation.Band) BandCollection {
	return BandCollection{Type: BandCollectionTypeFeatureCollection, Features: each(bands, func(b mediation.Band) BandFeature {
		return BandFeature{
			Type: BandFeatureTypeFeature, Id: b.Claim.String(), Geometry: b.LonLat,
			Properties: BandProperties{
				Claim: b.Claim, Version: b.Version, Side: b.Side, K: mediation.BandSigmas, SigmaM: float64(b.SigmaM),
				LeastSigmaM: float64(b.Least), GreatestSigmaM: float64(b.Greatest),
			},
		}
	})}
}

// extremes returns the least and the greatest sigma; nil where there are none.
func extremes(sigmas []geo.Metres) (least, greatest *float64) {
	if len(sigmas) == 0 {
		return nil, nil
	}
	return ref(float64(slices.Min(sigmas))), ref(float64(slices.Max(sigmas)))
}
