package postgres_test

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"
	"github.com/paulmach/orb/encoding/wkt"

	"jieshi/ingest"
	"jieshi/internal/pgserver/pgtest"
	"jieshi/internal/postgres"
	"jieshi/mediation"
)

// open returns a migrated store in a schema of its own, its address, and a
// context in which a surveyor acts.
func open(t *testing.T) (db *postgres.DB, url string, ctx context.Context) {
	t.Helper()
	url = pgtest.Schema(t)
	ctx = mediation.WithActor(t.Context(), mediation.Actor{Name: "测绘员 surveyor"})
	if _, err := postgres.Migrate(ctx, url); err != nil {
		t.Fatal(err)
	}
	db, err := postgres.Open(ctx, url, "jieshi test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db, url, ctx
}

// openCase opens a land case that works in srid.
func openCase(t *testing.T, ctx context.Context, db *postgres.DB, srid int) string { //nolint:revive // t first, as in testing
	t.Helper()
	number, err := db.CreateCase(ctx, mediation.NewCase{Kind: mediation.Land, Title: "榄冲岭", SRID: srid}, "")
	if err != nil {
		t.Fatal(err)
	}
	return number
}

// claim saves a drawn claim.
func claim(t *testing.T, ctx context.Context, db *postgres.DB, number, party string, sigma float64, srid int, text string) { //nolint:revive // as above
	t.Helper()
	g, err := wkt.Unmarshal(text)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := db.SaveClaim(ctx, number, party, "drawing", sigma, ewkb.MustMarshal(g, srid)); err != nil {
		t.Fatal(err)
	}
}

func near(got, want, tolerance float64) bool { return math.Abs(got-want) <= tolerance }

// Every query is prepared on the migrated schema: a column that was renamed, or
// a parameter that lost its type, is found here and not by a mediator.
func TestEveryQueryPrepares(t *testing.T) {
	_, url, ctx := open(t)
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	files, err := filepath.Glob("query/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no queries found: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".sql")
		for _, head := range []string{"-- " + name + ":", "-- In ", "-- Out ", "-- Plan ", "-- Why "} {
			if !strings.Contains(string(text), head) {
				t.Errorf("%s has no header line %q", file, head)
			}
		}
		sql, _, err := pgx.NamedArgs{}.RewriteQuery(ctx, conn, string(text), nil)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		if _, err := conn.Prepare(ctx, name, sql); err != nil {
			t.Errorf("%s does not prepare: %v", file, err)
		}
	}
}

/*
Three parties, metres from (632000, 2683000) in EPSG:4545:

	100 +---------------+
	    | A         +---|-------+
	    |           |A B|       |
	 50 |       +---+---+-+     |
	    |       |AC |ABC|C|  B  |
	    |       |   |BC | |     |
	  0 +-------|---+---+-|-----+
	            |    C    |
	-50         +---------+
	    0      60  80  100 110  200

A 0–100 × 0–100, B 80–200 × 0–90, C 60–110 × −50–50.

	A∩B = 20 × 90 = 1800    A∩C = 40 × 50 = 2000    B∩C = 30 × 50 = 1500    A∩B∩C = 20 × 50 = 1000
	counted once: 1800 + 2000 + 1500 − 2·1000 = 3300
*/
func threeClaims(t *testing.T, ctx context.Context, db *postgres.DB) string { //nolint:revive // as above
	t.Helper()
	number := openCase(t, ctx, db, 4545)
	box := func(x1, y1, x2, y2 float64) string {
		return wkt.MarshalString(orb.MultiPolygon{orb.Bound{Min: orb.Point{632000 + x1, 2683000 + y1}, Max: orb.Point{632000 + x2, 2683000 + y2}}.ToPolygon()})
	}
	claim(t, ctx, db, number, "龙塘村第三村民小组", 0.05, 4545, box(0, 0, 100, 100))
	claim(t, ctx, db, number, "古蓬村第一村民小组", 0.05, 4545, box(80, 0, 200, 90))
	claim(t, ctx, db, number, "国有林场", 0.05, 4545, box(60, -50, 110, 50))
	return number
}

func TestGroundThatThreeClaimIsCountedOnce(t *testing.T) {
	db, _, ctx := open(t)
	number := threeClaims(t, ctx, db)
	run, err := db.CurrentRun(ctx, number)
	if err != nil {
		t.Fatal(err)
	}
	if got := float64(run.Contested.Nominal.Plane.SquareMetres); !near(got, 3300, 1e-6) {
		t.Errorf("contested ground = %v m², want 3300", got)
	}
	// Moved inward by 2σ = 0.1 m the lines leave A∩B = 19.8×89.8, A∩C = 39.8×49.8,
	// B∩C = 29.8×49.8 and A∩B∩C = 19.8×49.8.
	wantCore := 19.8*89.8 + 39.8*49.8 + 29.8*49.8 - 2*19.8*49.8
	if got := float64(run.Contested.Core.Plane.SquareMetres); !near(got, wantCore, 1e-3) {
		t.Errorf("core = %v m², want %v", got, wantCore)
	}
	if outer := run.Contested.Outer.Plane.SquareMetres; outer <= run.Contested.Nominal.Plane.SquareMetres {
		t.Errorf("outer %v m² is not more than nominal", outer)
	}
	wantPairs := map[[2]int]float64{{1, 2}: 1800, {1, 3}: 2000, {2, 3}: 1500}
	if len(run.Pairs) != len(wantPairs) {
		t.Fatalf("%d pairs, want %d", len(run.Pairs), len(wantPairs))
	}
	for _, p := range run.Pairs {
		if got := float64(p.Nominal.Plane.SquareMetres); !near(got, wantPairs[p.Sides], 1e-6) {
			t.Errorf("pair %v = %v m², want %v", p.Sides, got, wantPairs[p.Sides])
		}
	}
	// The pieces are the partition: A∩C−B, A∩B∩C, A∩B−C and B∩C−A.
	want := map[string]float64{"1,3": 1000, "1,2,3": 1000, "1,2": 800, "2,3": 500}
	sum := 0.0
	for _, p := range run.Pieces {
		key := strings.Trim(strings.Join(strings.Fields(strings.Trim(sides(p.Sides), "[]")), ","), ",")
		if got := float64(p.Nominal.Plane.SquareMetres); !near(got, want[key], 1e-6) {
			t.Errorf("piece %d of %v = %v m², want %v", p.N, p.Sides, got, want[key])
		}
		if p.Verdict != mediation.Certain || p.Sliver {
			t.Errorf("piece %d is %s, sliver %v; want certain ground", p.N, p.Verdict, p.Sliver)
		}
		sum += float64(p.Nominal.Plane.SquareMetres)
	}
	if len(run.Pieces) != len(want) || !near(sum, 3300, 1e-6) {
		t.Errorf("%d pieces sum to %v m², want %d and 3300", len(run.Pieces), sum, len(want))
	}
}

func sides(s []int) string {
	text := make([]string, len(s))
	for i, v := range s {
		text[i] = string(rune('0' + v))
	}
	return strings.Join(text, " ")
}

/*
Both neighbours point the same hedge, 8 cm apart, each line good to 5 cm:

	+-----------+-+----------+  100
	|     A     |x|    B     |
	+-----------+-+----------+  0
	0        99.92 100      200
*/
func TestAStripNarrowerThanTheSurveyErrorIsListedAsWithinTolerance(t *testing.T) {
	db, _, ctx := open(t)
	number := openCase(t, ctx, db, 4545)
	claim(t, ctx, db, number, "甲方", 0.05, 4545, "MULTIPOLYGON(((632000 2683000,632100 2683000,632100 2683100,632000 2683100,632000 2683000)))")
	claim(t, ctx, db, number, "乙方", 0.05, 4545, "MULTIPOLYGON(((632099.92 2683000,632200 2683000,632200 2683100,632099.92 2683100,632099.92 2683000)))")
	run, err := db.CurrentRun(ctx, number)
	if err != nil {
		t.Fatal(err)
	}
	if len(run.Pieces) != 1 {
		t.Fatalf("%d pieces, want the strip", len(run.Pieces))
	}
	p := run.Pieces[0]
	if p.Verdict != mediation.WithinTolerance || !p.Sliver || len(p.CoreEWKB) != 0 {
		t.Errorf("the strip is %s, sliver %v, core of %d bytes; want within tolerance, a sliver, no core", p.Verdict, p.Sliver, len(p.CoreEWKB))
	}
	// 2 · 8 m² / 200.16 m of edge, against 2 · sqrt(0.05² + 0.05²).
	if !near(p.WidthM, 0.0799, 1e-4) || !near(p.ToleranceM, 0.1414, 1e-4) {
		t.Errorf("width %v m, tolerance %v m; want 0.0799 and 0.1414", p.WidthM, p.ToleranceM)
	}
}

func TestClaimsThatOnlyTouchContestNothing(t *testing.T) {
	db, _, ctx := open(t)
	number := openCase(t, ctx, db, 4545)
	claim(t, ctx, db, number, "甲方", 0.05, 4545, "MULTIPOLYGON(((632000 2683000,632100 2683000,632100 2683100,632000 2683100,632000 2683000)))")
	claim(t, ctx, db, number, "乙方", 0.05, 4545, "MULTIPOLYGON(((632100 2683000,632200 2683000,632200 2683100,632100 2683100,632100 2683000)))")
	run, err := db.CurrentRun(ctx, number)
	if err != nil {
		t.Fatal(err)
	}
	if len(run.Pieces) != 0 || run.Contested.Nominal.Plane.SquareMetres != 0 {
		t.Errorf("%d pieces, %v m²; want none", len(run.Pieces), run.Contested.Nominal.Plane.SquareMetres)
	}
	if outer := float64(run.Contested.Outer.Plane.SquareMetres); outer < 19 {
		t.Errorf("outer = %v m², want the 20 cm band of 100 m", outer)
	}
}

// GEOS 3.11 throws TopologyException from ST_Intersects on these two valid
// polygons. The reference figure is of shapely and of an integer grid engine.
func TestValidPairsThatMakeGEOSThrowAreContestedAllTheSame(t *testing.T) {
	dir := os.Getenv("JIESHI_REAL_DATA")
	if dir == "" {
		t.Skip("JIESHI_REAL_DATA does not name the folder with overlay-traps")
	}
	for _, pair := range [][2]string{
		{"pair1_a_2010_fid748", "pair1_b_2018_fid676"},
		{"pair2_a_2010_fid748", "pair2_b_2022_fid659"},
	} {
		db, url, ctx := open(t)
		number := openCase(t, ctx, db, 2056)
		for _, name := range pair {
			claim(t, ctx, db, number, name, 0.1, 2056, trap(t, ctx, url, filepath.Join(dir, "overlay-traps", name+".wkb.hex")))
		}
		run, err := db.CurrentRun(ctx, number)
		if err != nil {
			t.Fatal(err)
		}
		if got := float64(run.Contested.Nominal.Plane.SquareMetres); !near(got, 13306742.2, 0.1) {
			t.Errorf("%v: contested = %.3f m² plane, want 13306742.2", pair, got)
		}
	}
}

func trap(t *testing.T, ctx context.Context, url, file string) (text string) { //nolint:revive // as above
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := hex.DecodeString(strings.TrimSpace(string(b)))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if err := conn.QueryRow(ctx, "SELECT ST_AsText(ST_Multi(ST_GeomFromWKB($1)), 17)", raw).Scan(&text); err != nil {
		t.Fatal(err)
	}
	return text
}

func TestTheSameClaimsGiveTheSameRunToTheByte(t *testing.T) {
	db, _, ctx := open(t)
	a, b := threeClaims(t, ctx, db), threeClaims(t, ctx, db)
	runA, errA := db.CurrentRun(ctx, a)
	runB, errB := db.CurrentRun(ctx, b)
	if err := errors.Join(errA, errB); err != nil {
		t.Fatal(err)
	}
	for i := range runA.Pieces {
		if string(runA.Pieces[i].GroundEWKB) != string(runB.Pieces[i].GroundEWKB) || string(runA.Pieces[i].CoreEWKB) != string(runB.Pieces[i].CoreEWKB) {
			t.Errorf("piece %d differs between two equal cases", i+1)
		}
	}
	again, err := db.Contest(ctx, a)
	if err != nil {
		t.Fatal(err)
	}
	if again.ID != runA.ID {
		t.Errorf("contesting unchanged claims made run %d; want run %d found again", again.Number, runA.Number)
	}
}

func TestWhatIsFiledIsNeverChanged(t *testing.T) {
	db, url, ctx := open(t)
	number := threeClaims(t, ctx, db)
	if _, err := db.FileRun(ctx, number, [16]byte{}); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(ctx, url) // as the owner of the tables: triggers bind even that one
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	for _, sql := range []string{
		"UPDATE evidence SET title = 'another'",
		"DELETE FROM evidence",
		"TRUNCATE evidence CASCADE",
		"UPDATE contest_run SET k = 3",
		"DELETE FROM contest_piece",
		"UPDATE contest_extent SET plane_m2 = 0",
		"UPDATE claim SET sigma_m = 1",
		"DELETE FROM claim",
		"UPDATE dispute_case SET srid = 4546",
		"UPDATE party SET name = 'another'",
		"TRUNCATE contest_run CASCADE",
		"TRUNCATE claim CASCADE",
	} {
		if _, err := conn.Exec(ctx, sql); err == nil {
			t.Errorf("%s went through", sql)
		}
	}
	if _, err := conn.Exec(ctx, "SET ROLE jieshi_app"); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(ctx, "ALTER TABLE evidence DISABLE TRIGGER ALL"); err == nil {
		t.Error("the role of the program may switch triggers off")
	}
	items, fault, err := db.Evidence(ctx, number)
	if err != nil || fault != nil || len(items) != 1 {
		t.Errorf("Evidence() = %d items, fault %v, error %v; want one whole item", len(items), fault, err)
	}
}

func TestACaseMovesOnlyAlongItsMoves(t *testing.T) {
	db, _, ctx := open(t)
	number := openCase(t, ctx, db, 0)
	refused := (*mediation.MoveError)(nil)
	if err := db.MoveCase(ctx, number, 0, mediation.Settled, "", time.Time{}); !errors.As(err, &refused) {
		t.Fatalf("opened → settled: error %v, want a MoveError", err)
	}
	for _, to := range []mediation.Status{mediation.Surveyed, mediation.Mediating, mediation.Settled} {
		if err := db.MoveCase(ctx, number, 0, to, "note", time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
	c, err := db.Case(ctx, number)
	if err != nil {
		t.Fatal(err)
	}
	if !c.Resolved || c.EndedOn.IsZero() || len(c.Moves) != 0 || len(c.History) != 4 {
		t.Errorf("settled case: resolved %v, ended %v, %d moves left, %d in its history", c.Resolved, c.EndedOn, len(c.Moves), len(c.History))
	}
	if err := db.MoveCase(ctx, number, c.Revision-1, mediation.Referred, "", time.Time{}); !errors.Is(err, mediation.ErrStale) {
		t.Errorf("move with an old revision: error %v, want ErrStale", err)
	}
}

func TestAWorkingCRSIsProjectedAndInMetres(t *testing.T) {
	db, _, ctx := open(t)
	for srid, reason := range map[int]string{4490: "geographic", 2263: "not_metres", 3857: "distorts", 999998: "unknown"} {
		_, err := db.CreateCase(ctx, mediation.NewCase{Kind: mediation.Land, Title: "x", SRID: srid}, "")
		refused := (*mediation.SRIDError)(nil)
		if !errors.As(err, &refused) || refused.Reason != reason {
			t.Errorf("EPSG:%d: error %v, want %s", srid, err, reason)
		}
	}
}

func TestOneKeyOpensOneCase(t *testing.T) {
	db, _, ctx := open(t)
	first, err1 := db.CreateCase(ctx, mediation.NewCase{Kind: mediation.Water, Title: "水"}, "key-1")
	second, err2 := db.CreateCase(ctx, mediation.NewCase{Kind: mediation.Water, Title: "水"}, "key-1")
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	if first != second {
		t.Errorf("one key opened %s and %s", first, second)
	}
	_, err := db.CreateCase(ctx, mediation.NewCase{Kind: mediation.Water, Title: "另一条河"}, "key-1")
	if !errors.Is(err, mediation.ErrKeyReused) {
		t.Errorf("the key with another case: error %v, want ErrKeyReused", err)
	}
}

// Fixes are degrees on WGS 84. PROJ knows how Bessel's Switzerland lies to WGS
// 84, and not how it lies to CGCS2000: taken for CGCS2000, ground would land
// 156 m off, without an error.
//
//	SELECT ST_AsText(ST_Transform('SRID=4326;POINT(8 46)'::geometry, 2056), 3)  →  POINT(2643490.063 1094426.582)
func TestDegreesReachAForeignDatumByWayOfWGS84(t *testing.T) {
	db, _, ctx := open(t)
	number := openCase(t, ctx, db, 2056)
	line := orb.LineString{{8, 46}, {8.001, 46}, {8.001, 46.001}, {8, 46.001}, {8, 46}}
	fixes := make([]ingest.Fix, len(line))
	for i, p := range line {
		fixes[i] = ingest.Fix{Lon: p[0], Lat: p[1], Quality: ingest.QualityFixed}
	}
	saved, err := db.SaveWalk(ctx, mediation.NewWalk{
		Case: number, Party: "甲方", Filename: "walk", Track: 1, Options: []byte("{}"), Report: []byte("{}"), SRID: 32632,
		Asset: mediation.Asset{SHA256: mediation.Hash{1}, Size: 1, MediaType: "text/plain"},
		Walk:  ingest.Walk{Format: "gpx", Fixes: fixes}, Adopt: []orb.LineString{line}, Source: "walk", Sigma: 0.03,
	}, func(mediation.SavedWalk) (json.RawMessage, error) { return nil, nil })
	if err != nil {
		t.Fatal(err)
	}
	corner := saved.Claim.Ground.Bound()
	if !near(corner.Min[0], 2643490.063, 1) || !near(corner.Min[1], 1094426.582, 1) {
		t.Errorf("the ground begins at %v, want near 2643490.063 1094426.582", corner.Min)
	}
	var back struct{ Coordinates orb.MultiPolygon }
	claims, err := db.Claims(ctx, number)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(claims[0].LonLat, &back); err != nil {
		t.Fatal(err)
	}
	if west := back.Coordinates.Bound().Min; !near(west[0], 8, 1e-7) || !near(west[1], 46, 1e-7) {
		t.Errorf("back in degrees it begins at %v, want 8 46", west)
	}
}
