package api

import (
	"context"
	"fmt"
	"io"
	"math"
	"net/http"

	"github.com/google/uuid"

	"jieshi/mediation"
)

// OrthophotoContours answers GET /orthophotos/{id}/contours with the file that
// was made when the model of heights came.
func (s *server) OrthophotoContours(ctx context.Context, r OrthophotoContoursRequestObject) (OrthophotoContoursResponseObject, error) {
	photo, err := s.Store.Orthophoto(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	if photo.Contours == nil {
		return nil, fmt.Errorf("contours of %s: %w", photo.Filename, mediation.ErrNotFound)
	}
	tag := strongTag(photo.Contours.String())
	if matches(r.Params.IfNoneMatch, tag) {
		return notModified{tag}, nil
	}
	file, err := s.Files.Open(ctx, *photo.Contours)
	if err != nil {
		return nil, err
	}
	return contourFile{file, tag}, nil
}

// rounded is an area as areas are told: to a ten thousandth of a square metre.
func rounded(m2 float64) float64 { return math.Round(m2*1e4) / 1e4 }

// A contourFile is sent as it is kept, not decoded.
type contourFile struct {
	file io.ReadCloser
	tag  string
}

// VisitOrthophotoContoursResponse sends the file and closes it.
func (c contourFile) VisitOrthophotoContoursResponse(w http.ResponseWriter) error {
	defer func() { _ = c.file.Close() }() // only read
	w.Header().Set("Content-Type", "application/geo+json")
	w.Header().Set("ETag", c.tag)
	w.Header().Set("Cache-Control", immutable)
	_, err := io.Copy(w, c.file)
	return err
}

// OrthophotoSlopeAreas answers GET /orthophotos/{id}/slope-areas.
func (s *server) OrthophotoSlopeAreas(ctx context.Context, r OrthophotoSlopeAreasRequestObject) (OrthophotoSlopeAreasResponseObject, error) {
	report, err := s.Intake.SlopeAreas(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	out := SlopeAreas{Orthophoto: report.Orthophoto, Kind: SlopeAreasKind(report.Kind), CellM: report.Cell}
	if report.Run != uuid.Nil {
		out.Run, out.RunNumber = &report.Run, &report.RunNumber
	}
	out.Pieces = make([]struct {
		Covered       float64 `json:"covered"`
		EllipsoidalM2 float64 `json:"ellipsoidal_m2"`
		Factor        float64 `json:"factor"`
		N             int     `json:"n"`
		SlopeAreaM2   float64 `json:"slope_area_m2"`
	}, len(report.Pieces))
	for i, p := range report.Pieces {
		to := &out.Pieces[i]
		to.N, to.EllipsoidalM2, to.SlopeAreaM2, to.Factor, to.Covered = p.N, rounded(p.Area), rounded(p.Slope), p.Factor, p.Covered
	}
	return OrthophotoSlopeAreas200JSONResponse(out), nil
}
