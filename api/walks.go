package api

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"mime"

	"github.com/google/uuid"

	"jieshi/geo"
	"jieshi/ingest"
	"jieshi/ingest/gnss"
	"jieshi/internal/intake"
	"jieshi/mediation"
)

// walkReader is the part of the database that these handlers use.
type walkReader interface {
	Walks(ctx context.Context, number string) ([]mediation.Walk, error)
	Walk(ctx context.Context, id uuid.UUID) (mediation.Walk, error)
	Fixes(ctx context.Context, walk uuid.UUID) ([]mediation.Fix, error)
}

// walkTaker takes one walk file in.
type walkTaker interface {
	PlaceWalk(ctx context.Context, r io.Reader, q intake.WalkRequest) (intake.Placed, error)
}

// ListWalks answers GET /cases/{number}/walks, oldest first.
func (s *server) ListWalks(ctx context.Context, r ListWalksRequestObject) (ListWalksResponseObject, error) {
	walks, err := s.Store.Walks(ctx, r.Number)
	if err != nil {
		return nil, err
	}
	return ListWalks200JSONResponse{Items: each(walks, walkOf)}, nil
}

// UploadWalk answers POST /cases/{number}/walks. The body goes straight to the
// disk; a questioned walk is kept and answered like an adopted one.
func (s *server) UploadWalk(ctx context.Context, r UploadWalkRequestObject) (UploadWalkResponseObject, error) {
	p := r.Params
	told, err := gnss.ParseTold(orZero(p.Mapping), orZero(p.Crs), string(orZero(p.Axes)), orZero(p.UtcOffset))
	if err != nil {
		return nil, refuseTold(err)
	}
	datum, err := ingest.ParseDatumTold(string(orZero(p.Datum)), orZero(p.Landmark), string(orZero(p.Convert)))
	if err != nil {
		return nil, refuseTold(err)
	}
	placed, err := s.Intake.PlaceWalk(ctx, r.Body, intake.WalkRequest{
		Case: r.Number, Party: p.Party, Filename: orZero(p.Filename), Repair: ingest.Repair(orZero(p.Repair)),
		FixedOnly: orZero(p.FixedOnly), Stops: ingest.Stops(orZero(p.Stops)), DropFlagged: orZero(p.DropFlagged), Datum: datum,
		Consent: orZero(p.Consent), ClosingGap: geo.Metres(orZero(p.ClosingGapM)),
		Sigma: geo.Metres(orZero(p.SigmaM)), Track: orZero(p.Track), Told: told,
	})
	if err != nil {
		return nil, err
	}
	j, err := s.awaitShort(ctx, placed, orZero(p.Prefer))
	if err != nil {
		return nil, err
	}
	if j.Outcome != mediation.JobReady {
		return UploadWalk202JSONResponse{Body: jobOf(j), Headers: UploadWalk202ResponseHeaders{Location: ref(jobPath(j.ID))}}, nil
	}
	walks, err := s.Store.Walks(ctx, r.Number)
	if err != nil {
		return nil, err
	}
	for _, w := range walks {
		if w.ID == *j.Subject {
			return UploadWalk201JSONResponse(walkOf(w)), nil
		}
	}
	return nil, fmt.Errorf("api: walk %s was saved and is not there", j.Subject)
}

// refuseTold says what of a file's description makes no sense.
func refuseTold(err error) *ingest.Refusal {
	return &ingest.Refusal{
		Code:   "told_invalid",
		Reason: ingest.Text{ZH: "对文件的说明有误：" + err.Error(), EN: "What is told about the file makes no sense: " + err.Error()},
		Remedy: ingest.Text{ZH: "请按 mapping_unconfirmed 中的预览改正 mapping、crs、axes 或 utc_offset。", EN: "Mend mapping, crs, axes or utc_offset; the preview of mapping_unconfirmed shows them."},
	}
}

// ReadWalk answers GET /walks/{id}.
func (s *server) ReadWalk(ctx context.Context, r ReadWalkRequestObject) (ReadWalkResponseObject, error) {
	w, err := s.Store.Walk(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	return ReadWalk200JSONResponse(walkOf(w)), nil
}

// ReadWalkFile answers GET /walks/{id}/file with the bytes as they came.
func (s *server) ReadWalkFile(ctx context.Context, r ReadWalkFileRequestObject) (ReadWalkFileResponseObject, error) {
	w, err := s.Store.Walk(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	file, err := s.Files.Open(ctx, w.SHA256)
	if err != nil {
		return nil, err
	}
	return ReadWalkFile200ApplicationoctetStreamResponse{ // closes the file
		Body: file, ContentLength: w.Size,
		Headers: ReadWalkFile200ResponseHeaders{
			CacheControl: ref(immutable), ContentDisposition: ref(mime.FormatMediaType("attachment", map[string]string{"filename": w.Filename})), ReprDigest: ref("sha-256=:" + base64.StdEncoding.EncodeToString(w.SHA256[:]) + ":"),
		},
	}, nil
}

// ListFixes answers GET /walks/{id}/fixes with a point a fix.
func (s *server) ListFixes(ctx context.Context, r ListFixesRequestObject) (ListFixesResponseObject, error) {
	fixes, err := s.Store.Fixes(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	return ListFixes200ApplicationGeoPlusJSONResponse{Type: FixCollectionTypeFeatureCollection, Features: each(fixes, fixOf)}, nil
}

func walkOf(w mediation.Walk) Walk {
	return Walk{
		Id: w.ID, Claim: w.Claim, Party: w.Party.Name, Side: w.Party.Side, Filename: w.Filename, Format: w.Format,
		Sha256: w.SHA256.String(), ReceivedAt: w.ReceivedAt.UTC(), Report: w.Report,
		Case: w.Case, ReceivedBy: w.ReceivedBy, Size: w.Size, Track: w.Track, Told: w.Options,
	}
}

func fixOf(f mediation.Fix) FixFeature {
	out := FixFeature{Type: FixFeatureTypeFeature, Id: f.N, Geometry: pointOf(f.LonLat)}
	p := &out.Properties
	p.N, p.Quality, p.Time, p.SigmaM, p.Satellites, p.Jump = f.N, Quality(f.Quality), f.Time, f.SigmaM, f.Satellites, refUnlessZero(f.Jump)
	p.Name, p.Description, p.Epochs, p.AveragedUntil, p.AntennaHeightM = f.Name, f.Description, f.Epochs, f.Until, f.AntennaHeightM
	p.CountedSigmaM = f.CountedSigmaM
	p.HeightM, p.HeightType = f.HeightM, FixFeaturePropertiesHeightType(f.HeightType)
	if f.SigmaFrom != nil {
		p.SigmaFrom = ref(FixFeaturePropertiesSigmaFrom(*f.SigmaFrom))
	}
	return out
}
