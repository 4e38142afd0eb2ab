package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

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
	Sigma     geo.Metres // 1σ that the person states; 0 takes it from the fixes
	Track     int        // of a file with several, from 1; 0: the only one
	Told      gnss.Told  // what the file itself leaves open
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

// Walk takes in one boundary walk. An adopted walk becomes the live claim of
// the party and contests the case anew; a questioned one is kept, raw, for a
// person to look at. Bad input is an [*ingest.Refusal], and leaves nothing.
func (in *Intake) Walk(ctx context.Context, r io.Reader, q WalkRequest) (result WalkResult, err error) {
	if q.Party, err = cleanParty(q.Party); err != nil {
		return result, err
	}
	c, err := in.Store.Case(ctx, q.Case)
	if err != nil {
		return result, err
	}
	file, err := in.receive(ctx, r, in.walkBytes())
	if err != nil {
		return result, err
	}
	defer func() { file.end(ctx, err) }()

	walk, track, err := readTrack(file.Path(), q.Track, in.walkBytes(), q.Told)
	if err != nil {
		return result, err
	}
	report, err := ingest.NewReport(walk, ingest.Options{SRID: reportSRID(c.SRID), FixedOnly: q.FixedOnly, Sigma: q.Sigma, Repair: q.Repair})
	if err != nil {
		return result, err
	}
	if err := checkSigma(report); err != nil {
		return result, err
	}
	reportJSON, optionsJSON, err := documents(report, q)
	if err != nil {
		return result, err
	}
	saved, err := in.Store.SaveWalk(ctx, mediation.NewWalk{
		Case: q.Case, Party: q.Party, Filename: cleanFilename(q.Filename, "walk"), Track: track, Options: optionsJSON,
		Asset:  mediation.Asset{SHA256: file.SHA256, Size: file.Size, MediaType: "application/octet-stream"},
		Walk:   walk,
		Jumps:  jumps(report),
		Report: reportJSON, SRID: int(report.SRID),
		Adopt: adopted(walk, report), Source: sourceOf(walk), Sigma: report.Sigma.Metres, Sigmas: sigmas(walk, report),
	}, func() error { return file.Keep(ctx) })
	if err != nil {
		return result, err
	}
	result = WalkResult{
		Walk: saved.Walk, Case: q.Case, Party: q.Party, Run: saved.Run, SHA256: file.SHA256.String(), Known: saved.Known,
		Report: report, Area: report.Area, PlaneM2: float64(report.Plane),
	}
	if claim := saved.Claim; claim != nil {
		result.Claim, result.Version = &claim.ID, claim.Version
		result.Area, result.PlaneM2 = claim.Area.Ellipsoidal, float64(claim.Area.Plane.SquareMetres)
	}
	return result, nil
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
func readTrack(path string, track int, limit int64, told gnss.Told) (walk ingest.Walk, n int, err error) {
	f, err := os.Open(path) //nolint:gosec // a path of the store's own making
	if err != nil {
		return walk, 0, fmt.Errorf("incoming file: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	walks, err := gnss.ReadTold(f, gnss.Limits{MaxBytes: limit}, told)
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
	if q.Repair == "" {
		q.Repair = ingest.RepairNone
	}
	reportJSON, err1 := json.Marshal(report)
	optionsJSON, err2 := json.Marshal(walkOptions{Repair: q.Repair, FixedOnly: q.FixedOnly, SigmaM: q.Sigma, Told: q.Told})
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

// adopted returns the closed line that the claim is made from, in lon and lat:
// the fixes as they came, since PostGIS projects them.
func adopted(walk ingest.Walk, report ingest.Report) []orb.LineString {
	if report.Status != ingest.Adopted {
		return nil
	}
	line := make(orb.LineString, 0, len(report.Used)+1)
	for _, i := range report.Used {
		line = append(line, orb.Point{walk.Fixes[i].Lon, walk.Fixes[i].Lat})
	}
	if line[0] != line[len(line)-1] {
		line = append(line, line[0])
	}
	return []orb.LineString{line}
}

// sigmas returns the sigma of each point of the line that [adopted] returns; none
// where a person stated one for all.
func sigmas(walk ingest.Walk, report ingest.Report) []geo.Metres {
	lines := adopted(walk, report)
	if lines == nil || report.Sigma.Rule == ingest.SigmaStated {
		return nil
	}
	out := slices.Clone(report.Sigmas)
	if len(lines[0]) > len(out) {
		out = append(out, out[0]) // the line was closed
	}
	return out
}

// sourceOf tells a walked line from a drawn one, in which nobody measured.
func sourceOf(walk ingest.Walk) string {
	if walk.Kind == ingest.KindLine || walk.Kind == ingest.KindRing {
		return "drawing"
	}
	return "walk"
}
