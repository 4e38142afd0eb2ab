package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"reflect"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"jieshi/geo/overlay"
	"jieshi/geo/overlay/overlaytest"
	"jieshi/ingest"
	"jieshi/internal/pgserver/pgtest"
	"jieshi/internal/postgres"
	"jieshi/mediation"
)

// county is a small dense register that lies over four blocks of 1.68 km and
// across the corner of all: 900 claims of 10 to 60 vertices on 1.7 km.
var county = overlaytest.Stars{Claims: 900, MinVertices: 10, MaxVertices: 60, Radius: 40, Noise: 0.15, Spacing: 57.4, Step: 10}

// importClaims brings claims in as a layer, in the order given.
func importClaims(t *testing.T, ctx context.Context, db *postgres.DB, name string, claims []overlaytest.Claim) { //nolint:revive // t first, as in testing
	t.Helper()
	m, err := db.BeginImport(ctx, postgres.NewLayer{Name: name, Kind: "land", SRID: 4545, SigmaM: 0.05, Source: name + ".gpkg", SHA256: mediation.Hash{1}})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	for _, c := range claims {
		if err := m.Add(ctx, c.ID, c.Ground.Metres()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := m.Finish(ctx); err != nil {
		t.Fatal(err)
	}
}

// audit lays a layer over another with so many workers and returns the result.
func audit(t *testing.T, ctx context.Context, db *postgres.DB, layer, against string, workers int) postgres.Audit { //nolint:revive // as above
	t.Helper()
	a, err := db.BeginAudit(ctx, layer, against, false)
	if err != nil {
		t.Fatal(err)
	}
	return await(t, ctx, db, a.ID, workers)
}

// await works on what is in the queue until an audit is finished.
func await(t *testing.T, ctx context.Context, db *postgres.DB, id, workers int) postgres.Audit { //nolint:revive // as above
	t.Helper()
	working, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- db.Work(working, postgres.Pools{postgres.QueueAudit: workers}, nil) }()
	waiting, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	a, err := db.WaitAudit(waiting, id, nil)
	stop()
	if err := errors.Join(err, <-ended); err != nil {
		t.Fatal(err)
	}
	return a
}

func shuffled(claims []overlaytest.Claim, seed uint64) []overlaytest.Claim {
	out := append([]overlaytest.Claim(nil), claims...)
	rand.New(rand.NewPCG(seed, seed)).Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// The kernel over the whole layer at once is the expectation: nothing of blocks,
// halo, storage or workers may show.
func TestAuditByBlocksIsThatOfTheWhole(t *testing.T) {
	db, _, ctx := open(t)
	claims := county.Make(7)
	importClaims(t, ctx, db, "county", claims)
	got := audit(t, ctx, db, "county", "", 2)

	want, err := overlay.Faces(ctx, overlaytest.Layer(claims), overlay.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got.Blocks < 4 {
		t.Fatalf("%d blocks: the test wants several", got.Blocks)
	}
	if got.Pairs != int64(len(want.Pairs)) || got.Pairs < 1000 {
		t.Errorf("%d pairs, want %d", got.Pairs, len(want.Pairs))
	}
	var sum overlay.Area
	for _, p := range want.Pairs {
		sum = sum.Add(p.Area)
	}
	if got.Sum != sum {
		t.Errorf("sum over pairs = %v, want %v", got.Sum.SquareMetres(), sum.SquareMetres())
	}
	if got.Union != want.Union {
		t.Errorf("union = %v, want %v", got.Union.SquareMetres(), want.Union.SquareMetres())
	}
	depths := want.Depths()
	for depth := 2; depth < max(len(depths), len(got.Depths)); depth++ {
		if depth >= len(depths) || depth >= len(got.Depths) || got.Depths[depth] != depths[depth] {
			t.Errorf("ground of depth %d differs: %v, want %v", depth, got.Depths, depths)
		}
	}
	if got.Contested() != want.Contested() {
		t.Errorf("contested = %v, want %v", got.Contested().SquareMetres(), want.Contested().SquareMetres())
	}
}

// PostGIS computes the same pairs on its own:
//
//	SELECT sum(ST_Area(ST_Intersection(a.ground, b.ground))) FROM parcel a JOIN parcel b ON a.ground && b.ground AND a.feature < b.feature
func TestAuditAgreesWithPostGIS(t *testing.T) {
	db, url, ctx := open(t)
	claims := county.Make(8)[:300]
	importClaims(t, ctx, db, "county", claims)
	got := audit(t, ctx, db, "county", "", 2)
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	var sum, worst float64
	var pairs, invalid int64
	err = conn.QueryRow(ctx, `
		WITH theirs AS (
			SELECT a.feature AS a, b.feature AS b, ST_Area(ST_Intersection(a.ground, b.ground)) AS m2
			FROM parcel a JOIN parcel b ON a.ground && b.ground AND a.feature < b.feature)
		SELECT sum(m2), count(*) FILTER (WHERE m2 > 1e-6), max(abs(m2 - coalesce(plane_m2, 0))),
			count(*) FILTER (WHERE NOT ST_IsValid(ground) OR abs(ST_Area(ground) - plane_m2) > 1e-4 * ST_Perimeter(ground))
		FROM theirs LEFT JOIN overlap USING (a, b)`).Scan(&sum, &pairs, &worst, &invalid)
	if err != nil {
		t.Fatal(err)
	}
	if pairs != got.Pairs || math.Abs(sum-float64(got.Sum.SquareMetres())) > 1e-3 || worst > 1e-4 || invalid != 0 {
		t.Errorf("PostGIS: %d pairs, %.6f m²; ours %d, %.6f; worst difference %g m², %d bad polygons",
			pairs, sum, got.Pairs, float64(got.Sum.SquareMetres()), worst, invalid)
	}
}

func TestAuditIsTheSameForAnyOrder(t *testing.T) {
	db, _, ctx := open(t)
	claims := county.Make(9)
	importClaims(t, ctx, db, "sorted", claims)
	importClaims(t, ctx, db, "shuffled", shuffled(claims, 1))
	importClaims(t, ctx, db, "shuffled again", shuffled(claims, 2))
	one := audit(t, ctx, db, "sorted", "", 1)
	for _, other := range []postgres.Audit{audit(t, ctx, db, "shuffled", "", 3), audit(t, ctx, db, "shuffled again", "", 1)} {
		if other.Checksum != one.Checksum {
			t.Errorf("layer %q has checksum %s, want %s", other.Layer, other.Checksum, one.Checksum)
		}
	}
	// A register with one parcel more has another checksum.
	importClaims(t, ctx, db, "one less", claims[1:])
	if less := audit(t, ctx, db, "one less", "", 2); less.Checksum == one.Checksum {
		t.Error("the checksum does not notice a missing parcel")
	}
}

func TestTwoLayersOverEachOther(t *testing.T) {
	db, _, ctx := open(t)
	claims := county.Make(10)
	one, other := claims[:500], claims[400:]
	importClaims(t, ctx, db, "land", one)
	importClaims(t, ctx, db, "forest", shuffled(other, 3))
	got := audit(t, ctx, db, "land", "forest", 2)
	want, err := overlay.Pairs(ctx, overlaytest.Layer(one), overlaytest.Layer(other), overlay.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var sum overlay.Area
	for _, p := range want {
		sum = sum.Add(p.Area)
	}
	if got.Pairs != int64(len(want)) || got.Sum != sum {
		t.Errorf("%d pairs, %v m²; want %d, %v", got.Pairs, got.Sum.SquareMetres(), len(want), sum.SquareMetres())
	}
	if got.Depths != nil {
		t.Errorf("faces between two layers: %v", got.Depths)
	}
}

// A register is brought to its last state by single changes in random order:
// parcels that were missing come, wrong ones are redrawn, others go. The rows
// must be those of a full run, and blocks far away must not be computed again.
func TestChangesGiveTheBytesOfAFullRun(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			db, _, ctx := open(t)
			claims := county.Make(11)
			importClaims(t, ctx, db, "full", claims)
			want := audit(t, ctx, db, "full", "", 2)

			rnd := rand.New(rand.NewPCG(seed, 5))
			draft := append([]overlaytest.Claim(nil), claims[20:]...) // 1 to 20 are missing
			wrong := overlaytest.Shifted(claims[20:40], 300*overlay.GridPerMetre, -200*overlay.GridPerMetre, claims[20].ID)
			copy(draft, wrong) // 21 to 40 lie elsewhere
			for i := range int64(10) {
				draft = append(draft, overlaytest.Claim{ID: 10_000 + i, Ground: claims[100+17*i].Ground}) // ten are too many
			}
			importClaims(t, ctx, db, "draft", draft)
			before := audit(t, ctx, db, "draft", "", 2)
			if before.Checksum == want.Checksum {
				t.Fatal("the draft is the register already")
			}
			changes := make([]func() error, 0, 50)
			for _, c := range claims[:40] {
				changes = append(changes, func() error { _, err := db.SaveParcel(ctx, "draft", c.ID, c.Ground.Metres()); return err })
			}
			for i := range int64(10) {
				changes = append(changes, func() error { return db.DropParcel(ctx, "draft", 10_000+i) })
			}
			rnd.Shuffle(len(changes), func(i, j int) { changes[i], changes[j] = changes[j], changes[i] })
			for i, change := range changes {
				if err := change(); err != nil {
					t.Fatal(err)
				}
				if i == 25 { // some of the work is done in between
					await(t, ctx, db, before.ID, 2)
				}
			}
			got := await(t, ctx, db, before.ID, 2)
			if got.Checksum != want.Checksum {
				t.Errorf("checksum %s (%d pairs, %v m²), want %s (%d pairs, %v m²)", got.Checksum, got.Pairs, got.Sum.SquareMetres(),
					want.Checksum, want.Pairs, want.Sum.SquareMetres())
			}
		})
	}
}

func TestAChangeTouchesItsSurroundings(t *testing.T) {
	db, _, ctx := open(t)
	var claims []overlaytest.Claim
	for i := range int64(20) { // squares of 100 m, 2 km apart: each in a block of its own, mostly
		claims = append(claims, overlaytest.Claim{ID: i + 1, Ground: overlaytest.Square(5_000_000_000+i*20_000_000, 27_000_000_000, 1_000_000)})
	}
	importClaims(t, ctx, db, "row", claims)
	a := audit(t, ctx, db, "row", "", 1)
	if _, err := db.SaveParcel(ctx, "row", 3, overlaytest.Square(5_000_000_000+2*20_000_000, 27_000_000_000, 1_100_000).Metres()); err != nil {
		t.Fatal(err)
	}
	after, err := db.Audit(ctx, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if left := after.Blocks - after.Done; left < 1 || left > 4 || !after.FinishedAt.IsZero() {
		t.Errorf("%d of %d blocks are to be computed, want those under one parcel", left, after.Blocks)
	}
}

// A list of audits must not sum what they have found: the figures of a finished
// audit are there without its rows, are those of its rows, and go with a change.
func TestFiguresOfAFinishedAuditAreKept(t *testing.T) {
	db, url, ctx := open(t)
	claims := county.Make(14)[:200]
	importClaims(t, ctx, db, "land", claims)
	importClaims(t, ctx, db, "forest", county.Make(15)[:200])
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	for _, ended := range []postgres.Audit{audit(t, ctx, db, "land", "", 2), audit(t, ctx, db, "land", "forest", 2)} {
		again := func(what, sql string) {
			t.Helper()
			if _, err := conn.Exec(ctx, sql, ended.ID); err != nil {
				t.Fatal(err)
			}
			if got, err := db.Audit(ctx, ended.ID); err != nil || !reflect.DeepEqual(got, ended) {
				t.Errorf("%s: %+v (%v), want %+v", what, got, err, ended)
			}
		}
		again("from the rows", "UPDATE audit SET totals = NULL WHERE id = $1")
		if a, err := db.FinishAudit(ctx, ended.ID); err != nil || a.Checksum != ended.Checksum {
			t.Fatalf("%+v (%v), want checksum %s", a, err, ended.Checksum)
		}
		if ended, err = db.Audit(ctx, ended.ID); err != nil {
			t.Fatal(err)
		}
		again("without the rows", "WITH gone AS (DELETE FROM overlap WHERE audit_id = $1) DELETE FROM face WHERE audit_id = $1")
	}
	if _, err := db.SaveParcel(ctx, "land", claims[0].ID, claims[1].Ground.Metres()); err != nil {
		t.Fatal(err)
	}
	audits, err := db.Audits(ctx)
	if err != nil || len(audits) != 2 {
		t.Fatalf("%+v (%v)", audits, err)
	}
	for _, a := range audits {
		if !a.FinishedAt.IsZero() || a.Pairs != 0 {
			t.Errorf("after a change: %+v, want the figures of the rows that are left, none", a)
		}
	}
}

// workerURL, when set, makes this test binary a worker of the database there.
const workerURL = "JIESHI_TEST_WORKER"

func TestMain(m *testing.M) {
	if url := os.Getenv(workerURL); url != "" {
		os.Exit(workUntilKilled(url))
	}
	os.Exit(pgtest.Run(m))
}

func workUntilKilled(url string) int {
	ctx := mediation.WithActor(context.Background(), mediation.Actor{Name: "worker"})
	db, err := postgres.Open(ctx, url, "jieshi test")
	if err == nil {
		err = db.Work(ctx, postgres.Pools{postgres.QueueAudit: 2}, nil)
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}

// Workers are killed with SIGKILL, again and again, at random moments; what
// they leave is handed to others, and the rows are those of an undisturbed run.
func TestKilledWorkersChangeNothing(t *testing.T) {
	db, url, ctx := open(t)
	wide := overlaytest.Stars{Claims: 2500, MinVertices: 20, MaxVertices: 200, Radius: 60, Noise: 0.15, Spacing: 120, Step: 10}
	claims := wide.Make(12) // 6 km: some 20 blocks
	importClaims(t, ctx, db, "calm", claims)
	want := audit(t, ctx, db, "calm", "", 2)
	importClaims(t, ctx, db, "stormy", shuffled(claims, 4))
	a, err := db.BeginAudit(ctx, "stormy", "", false)
	if err != nil {
		t.Fatal(err)
	}
	rnd := rand.New(rand.NewPCG(6, 6))
	killed := 0
	for range 6 {
		worker := exec.Command(os.Args[0], "-test.run=^$") //nolint:gosec // this binary
		worker.Env = append(os.Environ(), workerURL+"="+url)
		if err := worker.Start(); err != nil {
			t.Fatal(err)
		}
		deadline := time.Now().Add(10 * time.Second)
		for done := a.Done; done == a.Done && done < a.Blocks && time.Now().Before(deadline); {
			time.Sleep(time.Millisecond)
			now, err := db.Audit(ctx, a.ID)
			if err != nil {
				t.Fatal(err)
			}
			done = now.Done
			if done > a.Done || rnd.IntN(50) == 0 && time.Since(deadline.Add(-10*time.Second)) > 100*time.Millisecond {
				a = now
				break
			}
		}
		if err := worker.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = worker.Wait()
		killed++
	}
	t.Logf("%d workers killed, %d of %d blocks done", killed, a.Done, a.Blocks)
	if _, err := db.BeginAudit(ctx, "stormy", "", false); err != nil { // the rerun
		t.Fatal(err)
	}
	if got := await(t, ctx, db, a.ID, 2); got.Checksum != want.Checksum || got.Pairs != want.Pairs {
		t.Errorf("checksum %s (%d pairs), want %s (%d)", got.Checksum, got.Pairs, want.Checksum, want.Pairs)
	}
}

func TestAuditsRefuseWhatTheyCannotDo(t *testing.T) {
	db, _, ctx := open(t)
	importClaims(t, ctx, db, "county", county.Make(13)[:10])
	for name, tc := range map[string]struct {
		code string
		do   func() error
	}{
		"a layer that nobody imported": {"layer_unknown", func() error { _, err := db.BeginAudit(ctx, "nowhere", "", false); return err }},
		"an unknown audit":             {"audit_unknown", func() error { _, err := db.Audit(ctx, 77); return err }},
		"an unknown parcel":            {"parcel_unknown", func() error { return db.DropParcel(ctx, "county", 77) }},
		"a parcel without ground":      {"parcel_no_ground", func() error { _, err := db.SaveParcel(ctx, "county", 77, nil); return err }},
		"a name that is taken": {"layer_exists", func() error {
			_, err := db.BeginImport(ctx, postgres.NewLayer{Name: "county", SRID: 4545, Source: "x"})
			return err
		}},
	} {
		refusal := (*ingest.Refusal)(nil)
		if err := tc.do(); !errors.As(err, &refusal) || refusal.Code != tc.code {
			t.Errorf("%s: %v, want code %s", name, err, tc.code)
		}
	}
}
