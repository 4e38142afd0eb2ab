package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"

	"jieshi/ingest"
	"jieshi/ingest/flight"
	"jieshi/mediation"
)

var (
	flightList   = query("flight_list")
	flightPhotos = query("flight_photos")
)

// SaveFlight stores what the photos of a flight say and files them as evidence in
// one transaction. The archive lies in the store already, for the job; the job
// ends, and keeps what tell says of the flight. If any of it fails nothing is
// stored, also if the job is no longer ours to do ([mediation.ErrJobLost]). The
// same archive told in the same way is found, not stored again; known is then true.
func (db *DB) SaveFlight(ctx context.Context, f mediation.NewFlight, tell func(id uuid.UUID, known bool) (json.RawMessage, error)) (id uuid.UUID, known bool, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		if id, known, err = db.saveFlight(ctx, tx, f); err != nil {
			return err
		}
		report, err := tell(id, known)
		if err != nil {
			return err
		}
		return endReady(ctx, tx, f.Attempt, mediation.EvidenceFlight, id, report)
	})
	return id, known, err
}

func (db *DB) saveFlight(ctx context.Context, tx pgx.Tx, f mediation.NewFlight) (id uuid.UUID, known bool, err error) {
	c, err := lockCase(ctx, tx, f.Case)
	if err != nil {
		return id, false, err
	}
	err = tx.QueryRow(ctx, "SELECT id FROM flight WHERE case_id = $1 AND asset_sha256 = $2 AND options = $3",
		c.id, f.Archive.SHA256[:], f.Options).Scan(&id)
	switch {
	case err == nil:
		return id, true, nil
	case !errors.Is(err, pgx.ErrNoRows):
		return id, false, fmt.Errorf("earlier flight: %w", err)
	case c.ended:
		return id, false, mediation.ErrEnded
	}
	if err := saveAsset(ctx, tx, f.Archive); err != nil {
		return id, false, err
	}
	if id, err = insertFlight(ctx, tx, c.id, f); err != nil {
		return id, false, err
	}
	return id, false, db.fileFlight(ctx, tx, c, id, f)
}

func insertFlight(ctx context.Context, tx pgx.Tx, caseID uuid.UUID, f mediation.NewFlight) (uuid.UUID, error) {
	report := f.Flight.Report
	survey, err := joinSurvey(ctx, tx, caseID, report.From)
	if err != nil {
		return uuid.Nil, err
	}
	var line []byte
	if l := f.Flight.Line(); l != nil {
		line = ewkb.MustMarshal(l, lonLatSRID)
	}
	id := uuid.New()
	_, err = tx.Exec(ctx, `
		INSERT INTO flight (id, case_id, survey_id, asset_sha256, options, filename, photos, line, report, exposed_from, exposed_to, received_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, ST_GeomFromEWKB($8), $9, $10, $11, current_setting('app.user'))`,
		id, caseID, survey, f.Archive.SHA256[:], f.Options, f.Filename, len(f.Flight.Shots), line, f.Report,
		dateOrNull(report.From), dateOrNull(report.To))
	if err != nil {
		return uuid.Nil, fmt.Errorf("flight: %w", err)
	}
	return id, insertPhotos(ctx, tx, id, f)
}

var photoColumns = []string{
	"flight_id", "n", "filename", "sha256", "exposed_at", "position", "altitude_m", "altitude_of", "above_m", "quality",
	"sigma_east_m", "sigma_north_m", "sigma_up_m", "yaw", "pitch", "roll", "strip", "gsd_m", "footprint",
}

// insertPhotos copies what each photo says. What it does not say becomes null.
func insertPhotos(ctx context.Context, tx pgx.Tx, id uuid.UUID, f mediation.NewFlight) error {
	if err := registerGeometry(ctx, tx); err != nil {
		return err
	}
	shots := f.Flight.Shots
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"flight_photo"}, photoColumns, pgx.CopyFromSlice(len(shots), func(i int) ([]any, error) {
		s := &shots[i]
		hash, ok := f.Hashes[s.Name]
		if !ok {
			return nil, fmt.Errorf("photo %q has no hash", s.Name)
		}
		var position, footprint []byte
		var yaw, pitch, roll *float64
		if s.Placed {
			position = ewkb.MustMarshal(orb.Point{s.Lon, s.Lat}, lonLatSRID)
		}
		if s.Footprint != nil {
			footprint = ewkb.MustMarshal(orb.Polygon{s.Footprint}, lonLatSRID)
		}
		if g := s.Gimbal; g != nil {
			yaw, pitch, roll = &g.Yaw, &g.Pitch, &g.Roll
		}
		return []any{
			id, i + 1, s.Name, hash[:], dateOrNull(s.Exposed), position, altitudeOrNull(s), string(s.AltitudeOf), (*float64)(s.AboveTakeoff), string(s.Quality),
			orNull(float64(s.SigmaEast)), orNull(float64(s.SigmaNorth)), orNull(float64(s.SigmaUp)),
			yaw, pitch, roll, orNull(s.Strip), orNull(float64(s.GSD)), footprint,
		}, nil
	}))
	if err != nil {
		return fmt.Errorf("photos of the flight: %w", err)
	}
	return nil
}

func altitudeOrNull(s *flight.Shot) *float64 {
	if !s.Placed || s.Altitude == 0 && s.AltitudeOf == ingest.HeightUnknown {
		return nil
	}
	return &s.Altitude
}

// fileFlight puts the flight before the mediator: every photo by its hash.
func (db *DB) fileFlight(ctx context.Context, tx pgx.Tx, c lockedCase, id uuid.UUID, f mediation.NewFlight) error {
	type photo struct {
		Filename string         `json:"filename"`
		SHA256   mediation.Hash `json:"sha256"`
	}
	content := struct {
		Format   string          `json:"format"`
		Flight   uuid.UUID       `json:"flight"`
		Filename string          `json:"filename"`
		SHA256   mediation.Hash  `json:"sha256"`
		Options  json.RawMessage `json:"options"`
		Photos   []photo         `json:"photos"`
		Report   json.RawMessage `json:"report"`
	}{Format: "jieshi-flight/1", Flight: id, Filename: f.Filename, SHA256: f.Archive.SHA256, Options: f.Options, Report: f.Report}
	for i := range f.Flight.Shots {
		name := f.Flight.Shots[i].Name
		content.Photos = append(content.Photos, photo{name, f.Hashes[name]})
	}
	_, err := db.file(ctx, tx, c, mediation.Evidence{
		Kind: mediation.EvidenceFlight, Subject: id,
		Title:  fmt.Sprintf("航飞照片 drone photos: %s (%d)", f.Filename, len(content.Photos)),
		Source: f.Filename,
		Files:  []mediation.EvidenceFile{{Role: "original", Filename: f.Filename, SHA256: f.Archive.SHA256, Size: f.Archive.Size}},
	}, content)
	return err
}

// Flights returns the flights of a case, newest first.
func (db *DB) Flights(ctx context.Context, number string) (flights []mediation.Flight, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		id, err := caseID(ctx, tx, number)
		if err != nil {
			return err
		}
		flights, err = queryFlights(ctx, tx, pgx.StrictNamedArgs{"case_id": id, "flight_id": nil})
		return err
	})
	return flights, err
}

// Flight returns a flight with its photos in order of exposure.
func (db *DB) Flight(ctx context.Context, id uuid.UUID) (f mediation.Flight, photos []mediation.FlightPhoto, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		found, err := queryFlights(ctx, tx, pgx.StrictNamedArgs{"case_id": nil, "flight_id": id})
		switch {
		case err != nil:
			return err
		case len(found) == 0:
			return fmt.Errorf("flight %s: %w", id, mediation.ErrNotFound)
		}
		f = found[0]
		rows, _ := tx.Query(ctx, flightPhotos, pgx.StrictNamedArgs{"flight_id": id})
		photos, err = pgx.CollectRows(rows, scanPhoto)
		if err != nil {
			return fmt.Errorf("photos of flight %s: %w", id, err)
		}
		return nil
	})
	return f, photos, err
}

func queryFlights(ctx context.Context, tx pgx.Tx, args pgx.StrictNamedArgs) ([]mediation.Flight, error) {
	rows, _ := tx.Query(ctx, flightList, args)
	flights, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (f mediation.Flight, err error) {
		var sum []byte
		var line *string
		var box []float64
		var from, to *time.Time
		err = row.Scan(&f.ID, &f.Case, &f.Filename, &sum, &f.Photos, &f.Report, &line, &box, &from, &to, &f.ReceivedAt, &f.ReceivedBy, &f.Mosaic)
		copy(f.SHA256[:], sum)
		if line != nil {
			f.Line = json.RawMessage(*line)
		}
		if len(box) == 4 {
			f.BBox = (*[4]float64)(box)
		}
		if from != nil && to != nil {
			f.ExposedFrom, f.ExposedTo = from.UTC(), to.UTC()
		}
		f.ReceivedAt = f.ReceivedAt.UTC()
		return f, err
	})
	if err != nil {
		return nil, fmt.Errorf("flights: %w", err)
	}
	return flights, nil
}

func scanPhoto(row pgx.CollectableRow) (p mediation.FlightPhoto, err error) {
	var sum []byte
	var lonlat []float64
	var footprint *string
	err = row.Scan(&p.N, &p.Filename, &sum, &p.ExposedAt, &lonlat, &p.Quality, &p.SigmaM, &p.AboveM, &p.Yaw, &p.Pitch, &p.Strip, &p.GSDM, &footprint)
	copy(p.SHA256[:], sum)
	if len(lonlat) == 2 {
		p.LonLat = (*[2]float64)(lonlat)
	}
	if footprint != nil {
		p.Footprint = json.RawMessage(*footprint)
	}
	return p, err
}
