package postgres_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb/encoding/wkt"

	"jieshi/geo/overlay/overlaytest"
	"jieshi/internal/postgres"
)

// quarrel is five outlines of 20 to 60 vertices on and beside each other.
var quarrel = overlaytest.Stars{Claims: 5, MinVertices: 20, MaxVertices: 60, Radius: 60, Noise: 0.15, Spacing: 40, Step: 1}

// file saves outline c as that of the party of its number.
func file(t *testing.T, ctx context.Context, db *postgres.DB, number string, c overlaytest.Claim, sigma float64) { //nolint:revive // t first, as in testing
	t.Helper()
	claim(t, ctx, db, number, fmt.Sprintf("第%d村民小组", c.ID), sigma, 4545, wkt.MarshalString(c.Ground.Metres()))
}

// Claims of a case are redrawn in random order, some of them several times, until
// they are those of another case that had them from the start. What the newest run
// says must be the same to the bit, and a case on the same ground must not move.
func TestRedrawnClaimsGiveTheBytesOfAFreshCase(t *testing.T) {
	db, url, ctx := open(t)
	final := quarrel.Make(21)
	sigma := func(c overlaytest.Claim) float64 { return 0.05 * float64(c.ID) }
	fresh := openCase(t, ctx, db, 4545)
	for _, c := range final {
		file(t, ctx, db, fresh, c, sigma(c))
	}
	want, err := db.CurrentRun(ctx, fresh)
	if err != nil {
		t.Fatal(err)
	}
	if len(want.Pieces) < 5 || len(want.Extents) < 10 {
		t.Fatalf("%d pieces, %d extents: the test wants a quarrel", len(want.Pieces), len(want.Extents))
	}
	for seed := range uint64(3) {
		rnd := rand.New(rand.NewPCG(seed, 8))
		number := openCase(t, ctx, db, 4545)
		for _, c := range quarrel.Make(100 + seed) { // parties take their sides in the order in which they come
			file(t, ctx, db, number, c, 0.5)
		}
		draft, err := db.CurrentRun(ctx, number)
		if err != nil {
			t.Fatal(err)
		}
		if reflect.DeepEqual(draft.Pieces, want.Pieces) {
			t.Fatal("the drafts are the final claims already")
		}
		again := quarrel.Make(200 + seed)
		later := append([]overlaytest.Claim(nil), again[:1+rnd.IntN(4)]...) // drafts after the first
		rnd.Shuffle(len(later), func(i, j int) { later[i], later[j] = later[j], later[i] })
		for _, c := range later {
			file(t, ctx, db, number, c, 1)
		}
		for _, i := range rnd.Perm(len(final)) {
			file(t, ctx, db, number, final[i], sigma(final[i]))
		}
		got, err := db.CurrentRun(ctx, number)
		if err != nil {
			t.Fatal(err)
		}
		if got.Number != len(final)+len(later)+len(final) {
			t.Errorf("seed %d: run %d, want one for each of %d changes", seed, got.Number, len(final)+len(later)+len(final))
		}
		if !reflect.DeepEqual(got.Pieces, want.Pieces) {
			t.Errorf("seed %d: pieces %+v, want %+v", seed, got.Pieces, want.Pieces)
		}
		if !reflect.DeepEqual(got.Extents, want.Extents) {
			t.Errorf("seed %d: extents %+v, want %+v", seed, got.Extents, want.Extents)
		}
	}
	still, err := db.CurrentRun(ctx, fresh)
	if err != nil || still.ID != want.ID || still.SHA256 != want.SHA256 {
		t.Errorf("claims of other cases changed run %s into %s (%v)", want.ID, still.ID, err)
	}
	// Each change made one run, of its own case: no other case was computed for it.
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	var stray []uuid.UUID
	err = conn.QueryRow(ctx, `
		SELECT coalesce(array_agg(case_id), '{}')
		FROM (SELECT case_id, count(*) AS n FROM contest_run GROUP BY case_id) AS run
		JOIN (SELECT case_id, count(*) AS n FROM claim GROUP BY case_id) AS version USING (case_id)
		WHERE run.n <> version.n`).Scan(&stray)
	if err != nil || len(stray) > 0 {
		t.Errorf("cases with more or fewer runs than changes of claims: %v (%v)", stray, err)
	}
}

// What two unchanged claims have in common is taken from the newest run, and only
// from one that the same engine made: here a run says something else of them, as
// no run would, so that one can see where it comes from.
func TestUnchangedPairsAreTakenFromTheNewestRun(t *testing.T) {
	for name, tc := range map[string]struct {
		engine string // SQL, of the engine that the newest run names
		kept   bool
	}{
		"made by this engine": {`engine`, true},
		"made by another":     {`engine || '{"geos": "3.5.0"}'`, false},
	} {
		t.Run(name, func(t *testing.T) {
			db, url, ctx := open(t)
			number := openCase(t, ctx, db, 4545)
			// a   b   c, each 100 m wide, 50 m further east than the one before
			for i, party := range []string{"a", "b", "c"} {
				claim(t, ctx, db, number, party, 0.05, 4545, wkt.MarshalString(square(50*float64(i), 0, 100)))
			}
			conn, err := pgx.Connect(ctx, url)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
			_, err = conn.Exec(ctx, `
				ALTER TABLE contest_extent DISABLE TRIGGER contest_extent_insert_only;
				ALTER TABLE contest_run DISABLE TRIGGER contest_run_insert_only;
				UPDATE contest_extent SET ground = ST_Multi(ST_MakeEnvelope(1, 1, 2, 2, 4545))
				WHERE sides = '{1,2}' AND level = 'nominal' AND ground IS NOT NULL;
				UPDATE contest_run SET engine = `+tc.engine)
			if err != nil {
				t.Fatal(err)
			}
			claim(t, ctx, db, number, "c", 0.05, 4545, wkt.MarshalString(square(120, 0, 100)))
			run, err := db.CurrentRun(ctx, number)
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]float64{"[1 2]": 5000, "[2 3]": 3000} // 50 × 100, 30 × 100
			if tc.kept {
				want["[1 2]"] = 1
			}
			for _, e := range run.Extents {
				m2, asked := want[fmt.Sprint(e.Sides)]
				if asked && e.Level == "nominal" && !near(float64(e.Area.Plane.SquareMetres), m2, 1e-3) {
					t.Errorf("%v: %v m², want %v", e.Sides, e.Area.Plane.SquareMetres, m2)
				}
			}
		})
	}
}
