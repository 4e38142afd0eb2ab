package postgres_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"jieshi/geo"
	"jieshi/geo/crs"
	"jieshi/ingest"
	"jieshi/internal/postgres"
	"jieshi/mediation"
)

// walkRound saves an adopted walk through corners, metres from (632000, 2683000)
// in EPSG:4545, each with a sigma of its own.
func walkRound(t *testing.T, ctx context.Context, db *postgres.DB, number, party string, corners []orb.Point, sigmas ...geo.Metres) *mediation.Claim { //nolint:revive // t first, as in testing
	t.Helper()
	proj, err := crs.ProjectionOf(4545)
	if err != nil {
		t.Fatal(err)
	}
	var line orb.LineString
	var fixes []ingest.Fix
	for _, p := range append(corners, corners[0]) {
		lon, lat := proj.Inverse(632000+p[0], 2683000+p[1])
		line = append(line, orb.Point{lon, lat})
		fixes = append(fixes, ingest.Fix{Lon: lon, Lat: lat, Quality: ingest.QualityFixed})
	}
	saved, err := db.SaveWalk(ctx, mediation.NewWalk{
		Case: number, Party: party, Filename: "walk", Track: 1, Options: []byte("{}"), Report: []byte("{}"), SRID: 4545,
		Asset: mediation.Asset{SHA256: sha256.Sum256([]byte(party)), Size: 1, MediaType: "text/plain"},
		Walk:  ingest.Walk{Format: "gpx", Fixes: fixes}, Adopt: []orb.LineString{line}, Source: "walk",
		Sigma: 0.5, Sigmas: append(sigmas, sigmas[0]),
	}, func(mediation.SavedWalk) (json.RawMessage, error) { return nil, nil })
	if err != nil {
		t.Fatal(err)
	}
	return saved.Claim
}

/*
A walked 100 m × 100 m with RTK on its left side and a phone on its right; B's
ground overlaps it by a strip of 10 m along the left, and C's along the right:

	     +------------------+
	+----|--+  A         +--|---+
	|  B |  |            |  | C |
	+----|--+            +--|---+
	     +------------------+
	   0.03 m             6 m
*/
func TestABandIsAsWideAsEachVertexIsUncertain(t *testing.T) {
	db, _, ctx := open(t)
	number := openCase(t, ctx, db, 4545)
	a := walkRound(t, ctx, db, number, "A", []orb.Point{{0, 0}, {100, 0}, {100, 100}, {0, 100}}, 0.03, 6, 6, 0.03)
	if len(a.VertexSigmas) != 4 {
		t.Fatalf("vertex sigmas %v of %v", a.VertexSigmas, a.Ground)
	}
	for i, p := range a.Ground[0][0][:4] {
		want := geo.Metres(0.03)
		if p[0] > 632050 {
			want = 6
		}
		if a.VertexSigmas[i] != want {
			t.Errorf("sigma at %v is %v, want %v", p, a.VertexSigmas[i], want)
		}
	}
	// σ² = ¼·Σσᵢ²·(100·√2)²
	if want := math.Sqrt(0.25 * 20_000 * (2*0.0009 + 2*36)); !near(float64(a.Area.Plane.Sigma), want, 0.01) {
		t.Errorf("sigma of the area is %v, want %v", a.Area.Plane.Sigma, want)
	}
	claim(t, ctx, db, number, "B", 0.03, 4545, "MULTIPOLYGON(((631950 2683020,632010 2683020,632010 2683080,631950 2683080,631950 2683020)))")
	claim(t, ctx, db, number, "C", 0.03, 4545, "MULTIPOLYGON(((632090 2683020,632150 2683020,632150 2683080,632090 2683080,632090 2683020)))")
	run, err := db.CurrentRun(ctx, number)
	if err != nil {
		t.Fatal(err)
	}
	if len(run.Pieces) != 2 {
		t.Fatalf("%d pieces, want 2", len(run.Pieces))
	}
	for _, p := range run.Pieces {
		switch strings.Join(p.Parties, "+") {
		case "A+B": // 10 m less the line of B and that of A, which is good here
			if p.Verdict != mediation.Certain || !near(float64(p.Core.Plane.SquareMetres), 590, 5) || !near(p.ToleranceM, 2*math.Hypot(0.03, 0.03), 0.01) {
				t.Errorf("A+B: %s, core %v m², tolerance %v m", p.Verdict, p.Core.Plane.SquareMetres, p.ToleranceM)
			}
		case "A+C": // 2σ of A's right side is 12 m, more than the strip is wide
			if p.Verdict != mediation.WithinTolerance || p.ToleranceM < 10 {
				t.Errorf("A+C: %s, tolerance %v m; want it within tolerance", p.Verdict, p.ToleranceM)
			}
		default:
			t.Errorf("piece of %v", p.Parties)
		}
	}
	if in := run.Inputs[0]; in.SigmaSHA256 != mediation.SigmaHash(a.VertexSigmas) || in.SigmaSHA256 == "" {
		t.Errorf("the run names the sigmas of A %q", in.SigmaSHA256)
	}
	if in := run.Inputs[1]; in.SigmaSHA256 != "" {
		t.Errorf("B has one sigma, and the run names %q", in.SigmaSHA256)
	}
	bands, err := db.Bands(ctx, number)
	if err != nil || len(bands) != 3 {
		t.Fatalf("%d bands: %v", len(bands), err)
	}
	if b := bands[0]; b.Least != 0.03 || b.Greatest != 6 || len(b.LonLat) == 0 {
		t.Errorf("band of A: %v to %v m", b.Least, b.Greatest)
	}
	again, err := db.RunBands(ctx, run.ID)
	if err != nil || len(again) != 3 || string(again[0].LonLat) != string(bands[0].LonLat) {
		t.Errorf("the run's bands are others: %v", err)
	}
}
