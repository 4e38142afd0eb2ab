package intake

import (
	"encoding/json"
	"fmt"
	"time"

	"jieshi/geo"
	"jieshi/ingest"
	"jieshi/ingest/gnss"
	"jieshi/ingest/raster"
	"jieshi/mediation"
)

// walkOptions are how a walk is read, as they are stored with the order and with
// the walk.
type walkOptions struct {
	Repair    ingest.Repair     `json:"repair"`
	FixedOnly bool              `json:"fixed_only"`
	SigmaM    geo.Metres        `json:"sigma_m"`
	Stops     ingest.Stops      `json:"stops,omitempty"` // none: averaged
	Drop      bool              `json:"drop_flagged,omitempty"`
	Consent   string            `json:"consent,omitempty"`
	GapM      geo.Metres        `json:"closing_gap_m,omitempty"`
	Datum     *ingest.DatumTold `json:"datum,omitempty"`
	Track     int               `json:"track,omitempty"` // of the order only: the walk has it in a column
	gnss.Told                   // what the person said of the file
}

// orthophotoOptions are what a person told of a picture.
type orthophotoOptions struct {
	CapturedFrom *time.Time `json:"captured_from,omitempty"`
	CapturedTo   *time.Time `json:"captured_to,omitempty"`
	raster.Told
}

// WalkOrder is the order of a walk, without the file: the caller adds SHA256 and
// Size. A name that no party can have is an [*ingest.Refusal].
func WalkOrder(q WalkRequest) (o mediation.Order, err error) {
	if q.Party, err = cleanParty(q.Party); err != nil {
		return o, err
	}
	if q.Consent, err = cleanConsent(q); err != nil {
		return o, err
	}
	if q.Repair == "" {
		q.Repair = ingest.RepairNone
	}
	return order(mediation.Order{Kind: mediation.JobWalk, Case: q.Case, Party: q.Party, Filename: cleanFilename(q.Filename, "walk")},
		q.options(q.Track))
}

// options are how a walk is told; the walk itself is stored without its track.
func (q WalkRequest) options(track int) walkOptions {
	o := walkOptions{
		Repair: q.Repair, FixedOnly: q.FixedOnly, SigmaM: q.Sigma, Stops: q.Stops, Drop: q.DropFlagged, Consent: q.Consent,
		GapM: q.ClosingGap, Track: track, Told: q.Told,
	}
	if q.Stops == ingest.StopsAverage {
		o.Stops = ""
	}
	if d := q.Datum; d.Datum != "" || d.Convert != "" || len(d.Landmarks) > 0 {
		o.Datum = &d
	}
	return o
}

// request is the way back from the options of a job.
func (o walkOptions) request(j mediation.Job) WalkRequest {
	q := WalkRequest{
		Case: j.Case, Party: j.Party, Repair: o.Repair, FixedOnly: o.FixedOnly, Sigma: o.SigmaM, Stops: o.Stops,
		DropFlagged: o.Drop, Consent: o.Consent, ClosingGap: o.GapM, Track: o.Track, Told: o.Told,
	}
	if o.Datum != nil {
		q.Datum = *o.Datum
	}
	return q
}

// OrthophotoOrder is the order of an orthophoto, without the file: the caller adds
// SHA256 and Size.
func OrthophotoOrder(q OrthophotoRequest) (mediation.Order, error) {
	return order(mediation.Order{Kind: mediation.JobOrthophoto, Case: q.Case, Filename: cleanFilename(q.Filename, "orthophoto.tif")},
		orthophotoOptions{timeOrNil(q.CapturedFrom), timeOrNil(q.CapturedTo), q.Told})
}

func order(o mediation.Order, options any) (mediation.Order, error) {
	b, err := json.Marshal(options)
	if err != nil {
		return o, fmt.Errorf("options of the order: %w", err)
	}
	o.Options = b
	return o, nil
}

func timeOrNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func timeOrZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}
