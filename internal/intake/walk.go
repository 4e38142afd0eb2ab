package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/google/uuid"

	"jieshi/geo"
	"jieshi/geo/crs"
	"jieshi/ingest"
	"jieshi/ingest/gnss"
	"jieshi/mediation"
)

// A WalkRequest says whose walk a file is and how to read it.
type WalkRequest struct {
	Case      string // number
	Party     string // joins the case if it is new
	Filename  string // as the person calls it; its ending means nothing
	Repair    ingest.Repair
	FixedOnly bool
	Stops     ingest.Stops // empty: averaged
	// DropFlagged is the consent of a person to leave out the flagged fixes; Consent is
	// that person, where it is not who brings the walk.
	DropFlagged bool
	Consent     string
	// ClosingGap is how far apart start and end may lie, as the person states; 0: by rule.
	ClosingGap geo.Metres
	Datum      ingest.DatumTold // what the degrees are said to be
	Sigma      geo.Metres       // 1σ that the person states; 0 takes it from the fixes
	Track      int              // of a file with several, from 1; 0: the only one
	Told       gnss.Told        // what the file itself leaves open

	OnProgress func(mediation.Job) // of [Intake.Walk], now and then; may be nil
}

// A WalkResult says what became of a walk: its report, with the area as PostGIS
// measured the claim where there is one.
type WalkResult struct {
	Walk    uuid.UUID  `json:"walk"`
	Claim   *uuid.UUID `json:"claim"`
	Version int        `json:"version,omitempty"` // of the claim
	Case    string     `json:"case"`
	Party   string     `json:"party"`
	Run     *uuid.UUID `json:"run,omitempty"`
	SHA256  string     `json:"sha256"`
	Known   bool       `json:"known,omitempty"` // told before; nothing was stored again
	ingest.Report
	Area    geo.Area `json:"area"`
	PlaneM2 float64  `json:"plane_m2"`
}

// Walk takes in one boundary walk: it orders the work on the file and waits for
// its end. An adopted walk becomes the live claim of the party and contests the
// case anew; a questioned one is kept, raw, for a person to look at. Bad input is
// an [*ingest.Refusal], and leaves nothing but the job that says so.
func (in *Intake) Walk(ctx context.Context, r io.Reader, q WalkRequest) (result WalkResult, err error) {
	placed, err := in.PlaceWalk(ctx, r, q)
	if err != nil {
		return result, err
	}
	return Finish[WalkResult](ctx, in, placed, q.OnProgress)
}

// PlaceWalk takes the bytes of a boundary walk and orders the work on them.
func (in *Intake) PlaceWalk(ctx context.Context, r io.Reader, q WalkRequest) (Placed, error) {
	o, err := WalkOrder(q)
	if err != nil {
		return Placed{}, err
	}
	return in.place(ctx, r, in.walkBytes(), o)
}

// walk makes the walk of a job from its file at path.
func (in *Intake) walk(ctx context.Context, j mediation.Job, path string, show *meter) error {
	var options walkOptions
	if err := json.Unmarshal(j.Options, &options); err != nil {
		return fmt.Errorf("options of the order: %w", err)
	}
	q := options.request(j)
	c, err := in.Store.Case(ctx, q.Case)
	if err != nil {
		return err
	}
	walk, track, err := readTrack(ctx, walkFile{
		path: path, limit: in.walkBytes(), told: q.Told, config: in.Raster,
		count: func(r io.Reader) io.Reader { return show.reader(ctx, r, j.Size, 0.5) },
	}, q.Track)
	if err != nil {
		return err
	}
	show.at("judge", 0.5)
	others, err := in.others(ctx, q)
	if err != nil {
		return err
	}
	report, err := ingest.NewReport(walk, ingest.Options{
		SRID: reportSRID(c.SRID), FixedOnly: q.FixedOnly, Sigma: q.Sigma, Repair: q.Repair, Stops: q.Stops,
		DropFlagged: q.DropFlagged, Consent: q.Consent, MaxClosingGap: q.ClosingGap,
		Datum: q.Datum.Datum, Others: others, Landmarks: q.Datum.Landmarks, Convert: q.Datum.Convert,
	})
	if err != nil {
		return err
	}
	if err := checkSigma(report); err != nil {
		return err
	}
	reportJSON, optionsJSON, err := documents(report, q)
	if err != nil {
		return err
	}
	show.at("save", 0.7)
	_, err = in.Store.SaveWalk(ctx, mediation.NewWalk{
		Case: q.Case, Party: q.Party, Filename: j.Filename, Track: track, Options: optionsJSON,
		Asset:  mediation.Asset{SHA256: j.SHA256, Size: j.Size, MediaType: "application/octet-stream"},
		Walk:   walk,
		Jumps:  jumps(report),
		Report: reportJSON, SRID: int(report.SRID),
		Adopt: adopted(report), Source: sourceOf(walk), Sigma: report.Sigma.Metres, Sigmas: sigmas(report),
		Attempt: attemptAt(j),
	}, func(saved mediation.SavedWalk) (json.RawMessage, error) {
		return json.Marshal(walkResult(j, report, saved))
	})
	return err
}

func walkResult(j mediation.Job, report ingest.Report, saved mediation.SavedWalk) WalkResult {
	result := WalkResult{
		Walk: saved.Walk, Case: j.Case, Party: j.Party, Run: saved.Run, SHA256: j.SHA256.String(), Known: saved.Known,
		Report: report, Area: report.Area, PlaneM2: float64(report.Plane),
	}
	if claim := saved.Claim; claim != nil {
		result.Claim, result.Version = &claim.ID, claim.Version
		result.Area, result.PlaneM2 = claim.Area.Ellipsoidal, float64(claim.Area.Plane.SquareMetres)
	}
	return result
}

// reportSRID is the working CRS to report in: the case's own where package crs
// can project into it, else (a CRS that a person chose) the zone of the place.
func reportSRID(srid int) crs.SRID {
	if _, err := crs.ProjectionOf(crs.SRID(srid)); err != nil {
		return 0
	}
	return crs.SRID(srid)
}

// readTrack reads the file and returns the track that was asked for.
func readTrack(ctx context.Context, file walkFile, track int) (walk ingest.Walk, n int, err error) {
	walks, err := file.read(ctx)
	if err != nil {
		return walk, 0, err
	}
	track, err = chooseTrack(walks, track)
	if err != nil {
		return walk, 0, err
	}
	return walks[track-1], track, nil
}

// maxSigma is the largest error of a line that may be a claim, as the store has
// it: beyond it the line says nothing about whose ground a paddy is.
const maxSigma geo.Metres = 50

func checkSigma(report ingest.Report) error {
	if report.Status != ingest.Adopted || report.Sigma.Metres <= maxSigma {
		return nil
	}
	return &ingest.Refusal{
		Code: "sigma_too_large",
		Reason: ingest.Text{
			ZH: fmt.Sprintf("接收机给出的点位中误差为 %.1f m，超过 %.0f m，不能作为主张范围。", float64(report.Sigma.Metres), float64(maxSigma)),
			EN: fmt.Sprintf("The error of the fixes is %.1f m (1σ) as the receiver says, more than %.0f m: no boundary can be taken from it.", float64(report.Sigma.Metres), float64(maxSigma)),
		},
		Remedy: ingest.Text{
			ZH: "请用差分或 RTK 重新踏界；若实际精度已知，请注明（--sigma）。",
			EN: "Walk the line again with corrections or RTK; where its true accuracy is known, state it (--sigma).",
		},
	}
}

// documents returns the report and the options as they are stored.
func documents(report ingest.Report, q WalkRequest) (reportJSON, optionsJSON json.RawMessage, err error) {
	reportJSON, err1 := json.Marshal(report)
	optionsJSON, err2 := json.Marshal(q.options(0))
	if err := errors.Join(err1, err2); err != nil {
		return nil, nil, fmt.Errorf("report of the walk: %w", err)
	}
	return reportJSON, optionsJSON, nil
}

func jumps(report ingest.Report) map[int]bool {
	set := make(map[int]bool, len(report.Jumps))
	for _, j := range report.Jumps {
		set[j.Vertex] = true
	}
	return set
}

// sourceOf tells a walked line from a drawn one, in which nobody measured.
func sourceOf(walk ingest.Walk) string {
	switch walk.Kind {
	case ingest.KindLine, ingest.KindRing:
		return "drawing"
	case ingest.KindPoints: // of a drawing, or of a receiver
		switch gnss.Format(walk.Format) {
		case gnss.FormatGeoJSON, gnss.FormatKML, gnss.FormatDXF, gnss.FormatPlots:
			return "drawing"
		case gnss.FormatShapefile, gnss.FormatGeoPackage:
			if !slices.ContainsFunc(walk.Fixes, measured) {
				return "drawing"
			}
		default:
		}
	case ingest.KindTrack, ingest.KindRoute:
	}
	return "walk"
}

// measured says whether a receiver had to do with a point of a GIS.
func measured(f ingest.Fix) bool {
	return f.Quality != ingest.QualityUnknown || f.SigmaEast > 0 || f.Epochs > 0 || f.Satellites > 0 || f.HDOP > 0 || f.PDOP > 0
}
