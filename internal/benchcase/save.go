package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"

	"jieshi/geo/crs"
	"jieshi/ingest"
	"jieshi/internal/postgres"
	"jieshi/mediation"
)

// A saving is one walk saved and its registered parcels listed.
type saving struct {
	drawn                              bool // a claim alone, not a walk with its fixes
	vertices, parties, pieces, parcels int
	save, list                         []spell
	elapsed                            time.Duration // of both, the program's own work included
}

// A surveyor saves walks, one after the other.
type surveyor struct {
	db         *postgres.DB
	trace      *tracer
	projection crs.Projection
	stock      stock
	dice       *rand.Rand
}

// save walks round ground of a case, as a party that has a claim there (its next
// version) or that joins, and lists the parcels under it. Drawn, the same ground
// becomes a claim without a walk, its fixes and their evidence.
func (s *surveyor) save(ctx context.Context, k, party int, drawn bool) (r saving, err error) {
	walk, err := s.walk(k, party)
	if err != nil {
		return r, err
	}
	_ = s.trace.take()
	begun := time.Now()
	var claim *mediation.Claim
	var runID *uuid.UUID
	if r.drawn = drawn; drawn {
		claim, runID, err = s.db.SaveClaim(ctx, walk.Case, walk.Party, "drawing", 0.05, s.ground(walk.Adopt[0]))
	} else {
		var saved mediation.SavedWalk
		saved, err = s.db.SaveWalk(ctx, walk, func(mediation.SavedWalk) (json.RawMessage, error) { return nil, nil })
		claim, runID = saved.Claim, saved.Run
	}
	if err != nil {
		return r, err
	}
	r.save = s.trace.take()
	parcels, err := s.db.ClaimParcels(ctx, claim.ID, false)
	if err != nil {
		return r, err
	}
	r.elapsed, r.list = time.Since(begun), s.trace.take()
	r.vertices, r.parcels = len(walk.Walk.Fixes), len(parcels)

	run, err := s.db.Run(ctx, *runID)
	r.parties, r.pieces = len(run.Inputs), len(run.Pieces)
	return r, err
}

// ground is what a line in degrees goes round, as somebody would have drawn it in
// the plane.
func (s *surveyor) ground(line orb.LineString) []byte {
	ring := make(orb.Ring, len(line))
	for i, p := range line {
		ring[i][0], ring[i][1] = s.projection.Forward(p[0], p[1])
	}
	return ewkb.MustMarshal(orb.MultiPolygon{{ring}}, srid)
}

// walk makes what package intake hands to the store for a walk of RTK fixes.
func (s *surveyor) walk(k, party int) (w mediation.NewWalk, err error) {
	line := s.stock.walked(k, party, s.dice)
	line = append(line, orb.Point{line[0][0] + 0.2, line[0][1] + 0.1}) // back where it began
	noon := time.Date(2026, 3, 1, 4, 0, 0, 0, time.UTC)
	walk := ingest.Walk{Format: "rtklib-pos", Fixes: make([]ingest.Fix, len(line))}
	for i, p := range line {
		lon, lat := s.projection.Inverse(p[0], p[1])
		walk.Fixes[i] = ingest.Fix{
			Lon: lon, Lat: lat, Height: 200, HeightType: "ellipsoidal", Time: noon.Add(time.Duration(i) * 5 * time.Second),
			Quality: "fixed", SigmaEast: 0.014, SigmaNorth: 0.014, SigmaUp: 0.03, Satellites: 22, Line: i + 10,
		}
	}
	report, err := ingest.NewReport(walk, ingest.Options{SRID: srid, Sigma: 0.05})
	if err != nil {
		return w, err
	}
	if report.Status != ingest.Adopted {
		return w, fmt.Errorf("a walk of the benchmark is %s: %+v", report.Status, report)
	}
	text, err := json.Marshal(report)
	if err != nil {
		return w, err
	}
	adopt := make(orb.LineString, 0, len(line)+1)
	for _, i := range report.Used {
		adopt = append(adopt, orb.Point{walk.Fixes[i].Lon, walk.Fixes[i].Lat})
	}
	return mediation.NewWalk{
		Case: fmt.Sprintf("SEED-%d", k), Party: fmt.Sprintf("party %d", party+1), Filename: "walk.pos", Track: 1,
		Options: json.RawMessage(`{"repair": "none", "fixed_only": false, "sigma_m": 0.05}`),
		Asset:   mediation.Asset{SHA256: sha256.Sum256(text), Size: int64(len(text)), MediaType: "application/octet-stream"},
		Walk:    walk, Report: text, SRID: srid, Adopt: []orb.LineString{append(adopt, adopt[0])}, Source: "walk", Sigma: 0.05,
	}, nil
}
