package postgres_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"math"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"jieshi/ingest"
	"jieshi/internal/postgres"
	"jieshi/mediation"
)

// photograph stores a picture with the footprint 632000 2683000 632100 2683100
// of EPSG:4545, GSD 0.05 m. Its files are names only.
func photograph(t *testing.T, ctx context.Context, db *postgres.DB, number string) uuid.UUID { //nolint:revive // t first, as in testing
	t.Helper()
	asset := func(name string) mediation.Asset {
		return mediation.Asset{SHA256: sha256.Sum256([]byte(name)), Size: 1, MediaType: "image/tiff"}
	}
	// Its corners through gdaltransform -s_srs EPSG:4545 -t_srs EPSG:4326.
	const footprint = `{"type":"MultiPolygon","coordinates":[[[[109.299669134,24.244641688],[109.300653533,24.244633276],[109.300662712,24.245535880],[109.299678305,24.245544293],[109.299669134,24.244641688]]]]}`
	id, _, err := db.SaveOrthophoto(ctx, mediation.NewOrthophoto{
		Case: number, Filename: "a.tif", Original: asset("o"), Display: asset("d"), DisplayZoom: 20, Measure: asset("m"), Thumbnail: asset("t"),
		SRID: 4545, CRSName: "CGCS2000 / 3-degree Gauss-Kruger CM 108E", CRSDeclared: true, GSDM: 0.05, Width: 2000, Height: 2000,
		ValidFraction: 1, ValidAreaM2: 10000, Footprint: json.RawMessage(footprint), ToleranceM: 0.05, Report: json.RawMessage(`{"bounds":[632000,2683000,632100,2683100],"unit_m":1}`),
	}, func(uuid.UUID, bool) (json.RawMessage, error) { return nil, nil }, func() error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	return id
}

/*
Metres from (632000, 2683000) in EPSG:4545; the picture covers 100 x 100:

	100 +-----------+
	    | picture   |
	 60 |   A   +---|-------+
	    | +-----|AB-|--+  B |
	 20 | +-----+---|--+----+
	    +-----------+
	    0 20   80  100 120 180
*/
func TestCoverageFollowsClaimsAndRuns(t *testing.T) {
	db, _, ctx := open(t)
	number := openCase(t, ctx, db, 4545)
	id := photograph(t, ctx, db, number)
	coverage := func() mediation.Coverage {
		photo, err := db.Orthophoto(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		return photo.Coverage
	}
	if c := coverage(); c.Claimed != nil || c.Contested != nil {
		t.Errorf("without ground %v, want nothing", c)
	}
	claim(t, ctx, db, number, "甲", 0.05, 4545, "POLYGON((632020 2683020,632120 2683020,632120 2683060,632020 2683060,632020 2683020))")
	// 80 of 100 metres.
	if c := coverage(); c.Contested != nil || c.Claimed == nil || !near(*c.Claimed, 80, 0.1) {
		t.Errorf("one claim: %v, want 80 %% of the claimed ground", c)
	}
	claim(t, ctx, db, number, "乙", 0.05, 4545, "POLYGON((632080 2683020,632180 2683020,632180 2683060,632080 2683060,632080 2683020))")
	// Contested 80 to 120, half of it on the picture; claimed 20 to 180, also half.
	if c := coverage(); c.Contested == nil || c.Claimed == nil || !near(*c.Contested, 50, 0.1) || !near(*c.Claimed, 50, 0.1) {
		t.Errorf("two claims: %v, want 50 %% of both", c)
	}
}

func keepNothing() error { return nil }

func TestAPictureIsForReferenceUntilIndependentPointsPass(t *testing.T) {
	table := mediation.Asset{SHA256: sha256.Sum256([]byte("points.csv")), Size: 9, MediaType: "text/csv"}
	db, _, ctx := open(t)
	id := photograph(t, ctx, db, openCase(t, ctx, db, 4545))
	photo, err := db.Orthophoto(ctx, id)
	if err != nil || !photo.ReferenceOnly() || photo.Check != nil {
		t.Fatalf("unchecked: %+v, %v; want for reference only", photo.Check, err)
	}
	if photo.CRSDeclaredBy != "测绘员 surveyor" {
		t.Errorf("the CRS was declared by %q", photo.CRSDeclaredBy)
	}
	for _, tc := range []struct {
		name        string
		independent bool
		scale       int
		terrain     mediation.Terrain
		rmse        float64
		passed      bool
	}{
		{"within the limit of 1:500", true, 500, mediation.Flat, 0.29, true},
		{"beyond it", true, 500, mediation.Flat, 0.31, false},
		{"beyond it, but in the mountains", true, 500, mediation.Mountain, 0.31, true},
		{"beyond it, at 1:1000", true, 1000, mediation.Flat, 0.31, true},
		{"good, by points that controlled the adjustment", false, 500, mediation.Flat, 0.01, false},
	} {
		photo, err := db.CheckOrthophoto(ctx, id, mediation.NewOrthophotoCheck{
			Filename: "points.csv", Scale: tc.scale, Terrain: tc.terrain, Independent: tc.independent, Points: 5,
			RMSEEastM: tc.rmse / math.Sqrt2, RMSENorthM: tc.rmse / math.Sqrt2, RMSEM: tc.rmse, Report: json.RawMessage(`{}`), File: table,
		}, keepNothing)
		if err != nil {
			t.Fatal(err)
		}
		if photo.Check == nil || photo.Check.Passed != tc.passed || photo.ReferenceOnly() == tc.passed || photo.Check.Basis == "" {
			t.Errorf("%s: %+v, want passed %v", tc.name, photo.Check, tc.passed)
		}
	}
	// A table that cannot be kept is no check, and no evidence.
	before, _, err := db.Evidence(ctx, photo.Case)
	if err != nil {
		t.Fatal(err)
	}
	full := errors.New("disk full")
	_, err = db.CheckOrthophoto(ctx, id, mediation.NewOrthophotoCheck{Filename: "p", Scale: 500, Terrain: mediation.Flat, Points: 5, Report: json.RawMessage(`{}`), File: table}, func() error { return full })
	if after, _, err2 := db.Evidence(ctx, photo.Case); !errors.Is(err, full) || err2 != nil || len(after) != len(before) || len(before) != 6 {
		t.Errorf("not kept: %v; %d items of evidence, before %d; want the picture and five checks", err, len(after), len(before))
	}
	refusal := (*ingest.Refusal)(nil)
	_, err = db.CheckOrthophoto(ctx, id, mediation.NewOrthophotoCheck{Filename: "p", Scale: 123, Terrain: mediation.Flat, Points: 5, Report: json.RawMessage(`{}`), File: table}, keepNothing)
	if !errors.As(err, &refusal) || refusal.Code != "scale_without_limit" {
		t.Errorf("1:123: %v, want scale_without_limit", err)
	}
}

func TestAShiftIsShownWithdrawnAndKept(t *testing.T) {
	db, url, ctx := open(t)
	id := photograph(t, ctx, db, openCase(t, ctx, db, 4545))
	if _, err := db.WithdrawShift(ctx, id); !errors.Is(err, mediation.ErrNotFound) {
		t.Errorf("withdrawing none: %v, want ErrNotFound", err)
	}
	if _, err := db.ShiftOrthophoto(ctx, id, 9, 9, "first"); err != nil {
		t.Fatal(err)
	}
	photo, err := db.ShiftOrthophoto(ctx, id, 2, -3, "三个界桩")
	if err != nil || photo.Shift == nil || photo.Shift.EastM != 2 || photo.Shift.NorthM != -3 || photo.Shift.By != "测绘员 surveyor" {
		t.Fatalf("shift %+v, %v", photo.Shift, err)
	}
	// echo 632050 2683050, 632052 2683047 | gdaltransform -s_srs EPSG:4545 -t_srs EPSG:3857: 2.1610 east, -3.3265 north:
	// scaled by 1/cos and turned by the convergence of the zone there.
	view, err := db.OrthophotoView(ctx, id)
	if err != nil || !near(view.Shift[0], 2.1610, 0.001) || !near(view.Shift[1], -3.3265, 0.001) {
		t.Errorf("on the map %v, %v", view.Shift, err)
	}
	if photo, err = db.WithdrawShift(ctx, id); err != nil || photo.Shift != nil {
		t.Errorf("withdrawn: %+v, %v", photo.Shift, err)
	}
	if view, err = db.OrthophotoView(ctx, id); err != nil || view.Shift != [2]float64{} {
		t.Errorf("withdrawn, on the map %v, %v", view.Shift, err)
	}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	var kept int
	if err := conn.QueryRow(ctx, "SELECT count(*) FROM orthophoto_shift WHERE withdrawn_by = '测绘员 surveyor'").Scan(&kept); err != nil || kept != 2 {
		t.Errorf("%d shifts on record, %v; want both", kept, err)
	}
	for _, change := range []string{"UPDATE orthophoto_shift SET east_m = 0", "DELETE FROM orthophoto_shift", "UPDATE orthophoto_shift SET withdrawn_at = now()", "TRUNCATE orthophoto_shift", "TRUNCATE orthophoto_check"} {
		if _, err := conn.Exec(ctx, change); err == nil {
			t.Errorf("%s was let through", change)
		}
	}
}
