package api

import (
	"context"
	"strings"
)

// engineReader names the engines behind the database.
type engineReader interface {
	Versions(ctx context.Context) (map[string]string, error)
}

// About answers GET /about with what runs here.
func (s *server) About(ctx context.Context, _ AboutRequestObject) (AboutResponseObject, error) {
	v, err := s.Store.Versions(ctx)
	if err != nil {
		return nil, err
	}
	return About200JSONResponse{Version: s.Version, Postgis: v["postgis"], Geos: v["geos"], Proj: v["proj"], Gdal: strings.TrimPrefix(s.Engines["gdal"], "GDAL ")}, nil
}
