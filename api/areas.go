package api

import (
	"context"

	"jieshi/mediation"
)

// areaReader is the part of the database that these handlers use.
type areaReader interface {
	Areas(ctx context.Context, parent string, level int) ([]mediation.AreaOutline, error)
}

// ListAreas answers GET /areas with the administrative areas below one.
func (s *server) ListAreas(ctx context.Context, r ListAreasRequestObject) (ListAreasResponseObject, error) {
	areas, err := s.Store.Areas(ctx, orZero(r.Params.Parent), orZero(r.Params.Level))
	if err != nil {
		return nil, err
	}
	return ListAreas200ApplicationGeoPlusJSONResponse{Type: AreaCollectionTypeFeatureCollection, Features: each(areas, areaFeatureOf)}, nil
}

func areaNameOf(a mediation.Area) AreaName {
	return AreaName{Code: a.Code, Name: a.Name, Level: a.Level}
}

func areaFeatureOf(a mediation.AreaOutline) AreaFeature {
	out := AreaFeature{Type: AreaFeatureTypeFeature, Id: a.Code, Geometry: a.Outline}
	p := &out.Properties
	p.Code, p.Name, p.Level, p.Parent = a.Code, a.Name, a.Level, refUnlessZero(a.Parent)
	return out
}
