package api

import (
	"context"
	"io"

	"github.com/google/uuid"

	"jieshi/ingest/raster"
	"jieshi/internal/intake"
	"jieshi/mediation"
)

// orthophotoReader is the part of the database that these handlers use.
type orthophotoReader interface {
	Orthophotos(ctx context.Context, number string) ([]mediation.Orthophoto, error)
	Orthophoto(ctx context.Context, id uuid.UUID) (mediation.Orthophoto, error)
	OrthophotoView(ctx context.Context, id uuid.UUID) (mediation.OrthophotoView, error)
	ShiftOrthophoto(ctx context.Context, id uuid.UUID, eastM, northM float64, reason string) (mediation.Orthophoto, error)
	WithdrawShift(ctx context.Context, id uuid.UUID) (mediation.Orthophoto, error)
}

// orthophotoTaker takes one GeoTIFF in, and says what becomes of it.
type orthophotoTaker interface {
	CheckOrthophoto(ctx context.Context, r io.Reader, q intake.CheckRequest) (mediation.Orthophoto, error)
	SlopeAreas(ctx context.Context, id uuid.UUID) (intake.SlopeReport, error)
	PlaceOrthophoto(ctx context.Context, r io.Reader, q intake.OrthophotoRequest) (intake.Placed, error)
}

// fileOpener opens stored files by their content.
type fileOpener interface {
	Local(ctx context.Context, h mediation.Hash) (path string, release func(), err error)
	Open(ctx context.Context, h mediation.Hash) (io.ReadCloser, error)
	OpenSeeker(ctx context.Context, h mediation.Hash) (io.ReadSeekCloser, error)
}

// ListOrthophotos answers GET /cases/{number}/orthophotos, newest capture first.
func (s *server) ListOrthophotos(ctx context.Context, r ListOrthophotosRequestObject) (ListOrthophotosResponseObject, error) {
	photos, err := s.Store.Orthophotos(ctx, r.Number)
	if err != nil {
		return nil, err
	}
	return ListOrthophotos200JSONResponse{Items: each(photos, orthophotoOf)}, nil
}

// UploadOrthophoto answers POST /cases/{number}/orthophotos. The body goes
// straight to the disk; the picture is made by a job.
func (s *server) UploadOrthophoto(ctx context.Context, r UploadOrthophotoRequestObject) (UploadOrthophotoResponseObject, error) {
	placed, err := s.Intake.PlaceOrthophoto(ctx, r.Body, intake.OrthophotoRequest{
		Case: r.Number, Filename: orZero(r.Params.Filename),
		CapturedFrom: orZero(r.Params.CapturedFrom), CapturedTo: orZero(r.Params.CapturedTo),
		Told: raster.Told{CRS: orZero(r.Params.Crs), Kind: raster.Kind(orZero(r.Params.Kind)), World: orZero(r.Params.World), PRJ: orZero(r.Params.Prj)},
	})
	if err != nil {
		return nil, err
	}
	j, err := s.Store.Job(ctx, placed.Job)
	if err != nil {
		return nil, err
	}
	return UploadOrthophoto202JSONResponse{Body: jobOf(j), Headers: UploadOrthophoto202ResponseHeaders{Location: ref(jobPath(j.ID))}}, nil
}

// OrthophotoThumbnail answers GET /orthophotos/{id}/thumbnail.
func (s *server) OrthophotoThumbnail(ctx context.Context, r OrthophotoThumbnailRequestObject) (OrthophotoThumbnailResponseObject, error) {
	photo, err := s.Store.Orthophoto(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	tag := strongTag(photo.Thumbnail.String())
	if matches(r.Params.IfNoneMatch, tag) {
		return notModified{tag}, nil
	}
	file, err := s.Files.Open(ctx, photo.Thumbnail)
	if err != nil {
		return nil, err
	}
	return OrthophotoThumbnail200ImagejpegResponse{ // closes the file
		Body: file, Headers: OrthophotoThumbnail200ResponseHeaders{CacheControl: ref(immutable), ETag: &tag},
	}, nil
}
