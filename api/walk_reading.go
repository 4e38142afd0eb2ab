package api

import (
	"context"
	"errors"

	"jieshi/geo"
	"jieshi/ingest"
	"jieshi/ingest/gnss"
	"jieshi/internal/intake"
)

// RereadWalk answers POST /walks/{id}/readings: the file of a walk is read anew,
// told otherwise. It becomes a walk of its own beside the first, which never
// changes; told as before it is the same walk.
func (s *server) RereadWalk(ctx context.Context, r RereadWalkRequestObject) (_ RereadWalkResponseObject, err error) {
	w, err := s.Store.Walk(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	p := r.Body
	told, err := gnss.ParseTold(orZero(p.Mapping), orZero(p.Crs), string(orZero(p.Axes)), orZero(p.UtcOffset))
	if err != nil {
		return nil, refuseTold(err)
	}
	datum, err := ingest.ParseDatumTold(string(orZero(p.Datum)), orZero(p.Landmark), string(orZero(p.Convert)))
	if err != nil {
		return nil, refuseTold(err)
	}
	track := orZero(p.Track)
	if track == 0 {
		track = w.Track
	}
	file, err := s.Files.Open(ctx, w.SHA256)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	placed, err := s.Intake.PlaceWalk(ctx, file, intake.WalkRequest{
		Case: w.Case, Party: w.Party.Name, Filename: w.Filename, Repair: ingest.Repair(orZero(p.Repair)), FixedOnly: orZero(p.FixedOnly),
		Stops: ingest.Stops(orZero(p.Stops)), DropFlagged: orZero(p.DropFlagged), Consent: orZero(p.Consent), ClosingGap: geo.Metres(orZero(p.ClosingGapM)),
		Datum: datum, Sigma: geo.Metres(orZero(p.SigmaM)), Track: track, Told: told,
	})
	if err != nil {
		return nil, err
	}
	j, err := s.Store.Job(ctx, placed.Job)
	if err != nil {
		return nil, err
	}
	return RereadWalk202JSONResponse{Body: jobOf(j), Headers: RereadWalk202ResponseHeaders{Location: ref(jobPath(j.ID))}}, nil
}
