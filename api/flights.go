package api

import (
	"context"

	"github.com/google/uuid"

	"jieshi/internal/intake"
	"jieshi/mediation"
)

// flightReader is the part of the database that these handlers use.
type flightReader interface {
	Flights(ctx context.Context, number string) ([]mediation.Flight, error)
	Flight(ctx context.Context, id uuid.UUID) (mediation.Flight, []mediation.FlightPhoto, error)
}

// mosaicTaker orders orthophotos of flights.
type mosaicTaker interface {
	OrderMosaic(ctx context.Context, flight uuid.UUID) (intake.Placed, error)
	HasEngine() bool
}

// ListFlights answers GET /cases/{number}/flights, newest first.
func (s *server) ListFlights(ctx context.Context, r ListFlightsRequestObject) (ListFlightsResponseObject, error) {
	flights, err := s.Store.Flights(ctx, r.Number)
	if err != nil {
		return nil, err
	}
	return ListFlights200JSONResponse{Items: each(flights, flightOf), Engine: s.Intake.HasEngine()}, nil
}

// ListPhotos answers GET /flights/{id}/photos with a feature a photo.
func (s *server) ListPhotos(ctx context.Context, r ListPhotosRequestObject) (ListPhotosResponseObject, error) {
	_, photos, err := s.Store.Flight(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	return ListPhotos200ApplicationGeoPlusJSONResponse{Type: PhotoCollectionTypeFeatureCollection, Features: each(photos, photoOf)}, nil
}

// OrderMosaic answers POST /flights/{id}/orthophoto.
func (s *server) OrderMosaic(ctx context.Context, r OrderMosaicRequestObject) (OrderMosaicResponseObject, error) {
	placed, err := s.Intake.OrderMosaic(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	j, err := s.Store.Job(ctx, placed.Job)
	if err != nil {
		return nil, err
	}
	return OrderMosaic202JSONResponse{Body: jobOf(j), Headers: OrderMosaic202ResponseHeaders{Location: ref(jobPath(j.ID))}}, nil
}

func flightOf(f mediation.Flight) Flight {
	out := Flight{
		Id: f.ID, Filename: f.Filename, Sha256: f.SHA256.String(), Photos: f.Photos, Report: f.Report, ReceivedAt: f.ReceivedAt.UTC(),
		Mosaic: f.Mosaic, ExposedFrom: refUnlessZero(f.ExposedFrom), ExposedTo: refUnlessZero(f.ExposedTo),
	}
	if f.Line != nil {
		out.Line = &f.Line
	}
	if f.BBox != nil {
		box := f.BBox[:]
		out.Bbox = &box
	}
	return out
}

func photoOf(p mediation.FlightPhoto) PhotoFeature {
	out := PhotoFeature{Type: PhotoFeatureTypeFeature, Id: p.N}
	if p.LonLat != nil {
		point := pointOf(*p.LonLat)
		out.Geometry = &point
	}
	to := &out.Properties
	to.N, to.Filename, to.Sha256, to.Quality, to.Time = p.N, p.Filename, p.SHA256.String(), Quality(p.Quality), p.ExposedAt
	to.SigmaM, to.AboveM, to.Yaw, to.Pitch, to.Strip, to.GsdM = p.SigmaM, p.AboveM, p.Yaw, p.Pitch, p.Strip, p.GSDM
	if p.Footprint != nil {
		to.Footprint = &p.Footprint
	}
	return out
}
