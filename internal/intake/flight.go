package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/google/uuid"

	"jieshi/geo"
	"jieshi/ingest/flight"
	"jieshi/mediation"
)

// A FlightRequest says which case the photos of a flight belong to.
type FlightRequest struct {
	Case       string
	Filename   string
	Above      geo.Metres          // how high the camera flew above the ground, if a person states it; 0: as the photos say
	OnProgress func(mediation.Job) // of [Intake.Flight], now and then; may be nil
}

// A FlightResult says what became of a flight: all that its photos say together.
type FlightResult struct {
	Flight uuid.UUID `json:"flight"`
	Case   string    `json:"case"`
	Known  bool      `json:"known,omitempty"` // brought before; nothing was stored again
	Others int       `json:"others"`          // files in the archive that are no photos
	flight.Report
}

// flightOptions are what a person told of a flight.
type flightOptions struct {
	AboveM geo.Metres `json:"above_m,omitempty"`
}

// FlightOrder is the order of a flight, without the file: the caller adds SHA256
// and Size.
func FlightOrder(q FlightRequest) (mediation.Order, error) {
	return order(mediation.Order{Kind: mediation.JobFlight, Case: q.Case, Filename: cleanFilename(q.Filename, "flight.zip")}, flightOptions{q.Above})
}

// Flight takes in the photos of one flight as one zip file: it orders the work on
// it and waits for its end. The archive is kept byte for byte. Bad input is an
// [*ingest.Refusal], and leaves nothing but the job that says so.
func (in *Intake) Flight(ctx context.Context, r io.Reader, q FlightRequest) (result FlightResult, err error) {
	o, err := FlightOrder(q)
	if err != nil {
		return result, err
	}
	placed, err := in.place(ctx, r, in.orthophotoBytes(), o)
	if err != nil {
		return result, err
	}
	return Finish[FlightResult](ctx, in, placed, q.OnProgress)
}

// flight makes the flight of a job from its archive at path.
func (in *Intake) flight(ctx context.Context, j mediation.Job, path string, show *meter) (err error) {
	var options flightOptions
	if err := json.Unmarshal(j.Options, &options); err != nil {
		return fmt.Errorf("options of the order: %w", err)
	}
	f, err := os.Open(path) //nolint:gosec // a path of our own making
	if err != nil {
		return fmt.Errorf("photos of the flight: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	roll, err := flight.ReadArchive(ctx, f, j.Size, func(done float64) { show.at("read", 0.9*done) })
	if err != nil {
		return err
	}
	show.at("judge", 0.9)
	flown, err := flight.New(roll.Photos, flight.Options{Above: options.AboveM})
	if err != nil {
		return err
	}
	result := FlightResult{Case: j.Case, Others: roll.Others, Report: flown.Report}
	report, err := json.Marshal(flown.Report)
	if err != nil {
		return fmt.Errorf("report of the flight: %w", err)
	}
	hashes := make(map[string]mediation.Hash, len(roll.Hashes))
	for name, hash := range roll.Hashes {
		hashes[name] = hash
	}
	show.at("save", 0.95)
	_, _, err = in.Store.SaveFlight(ctx, mediation.NewFlight{
		Case: j.Case, Filename: j.Filename, Options: j.Options, Flight: flown, Hashes: hashes, Report: report, Attempt: attemptAt(j),
		Archive: mediation.Asset{SHA256: j.SHA256, Size: j.Size, MediaType: "application/zip"},
	}, func(id uuid.UUID, known bool) (json.RawMessage, error) {
		result.Flight, result.Known = id, known
		return json.Marshal(result)
	})
	return err
}
