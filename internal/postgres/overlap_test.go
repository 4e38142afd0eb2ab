package postgres_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"jieshi/ingest"
	"jieshi/internal/postgres"
	"jieshi/mediation"
)

// square is a square of side metres with its south-west corner (x, y) m from
// (632000, 2683000) in EPSG:4545.
func square(x, y, side float64) orb.MultiPolygon {
	at := orb.Point{632000 + x, 2683000 + y}
	return orb.MultiPolygon{orb.Bound{Min: at, Max: orb.Point{at[0] + side, at[1] + side}}.ToPolygon()}
}

// importParcels brings in a layer whose features are numbered from 1.
func importParcels(t *testing.T, ctx context.Context, db *postgres.DB, n postgres.NewLayer, parcels ...orb.MultiPolygon) { //nolint:revive // t first, as in testing
	t.Helper()
	n.Source, n.SHA256 = n.Name+".gpkg", mediation.Hash{byte(len(n.Name))}
	m, err := db.BeginImport(ctx, n)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	for i, p := range parcels {
		if err := m.Add(ctx, int64(i+1), p); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := m.Finish(ctx); err != nil {
		t.Fatal(err)
	}
}

/*
100 +-----------+

	   |  land 1   |
	60 |       +---|-------+
	   |       |///| forest|      40 × 60 = 2400 m² have two certificates
	 0 +-------+---+-------+
	   0      60  100     160
*/
func TestAnOverlapBecomesACase(t *testing.T) {
	db, _, ctx := open(t)
	importParcels(t, ctx, db, postgres.NewLayer{Name: "land", Kind: "land", SRID: 4545, SigmaM: 0.05}, square(0, 0, 100))
	importParcels(t, ctx, db, postgres.NewLayer{Name: "forest", Kind: "forest", SRID: 4545},
		orb.MultiPolygon{orb.Bound{Min: orb.Point{632060, 2683000}, Max: orb.Point{632160, 2683060}}.ToPolygon()})
	a := audit(t, ctx, db, "land", "forest", 1)
	ref := postgres.OverlapRef{Audit: a.ID, A: 1, B: 1}

	refusal := (*ingest.Refusal)(nil)
	if _, err := db.FileOverlap(ctx, postgres.NewFinding{Overlap: ref}); !errors.As(err, &refusal) || refusal.Code != "sigma_missing" {
		t.Errorf("without the accuracy of the forest register: %v", err)
	}
	if _, err := db.FileOverlap(ctx, postgres.NewFinding{Overlap: postgres.OverlapRef{Audit: a.ID, A: 1, B: 2}}); !errors.As(err, &refusal) || refusal.Code != "overlap_unknown" {
		t.Errorf("an overlap that there is not: %v", err)
	}
	f, err := db.FileOverlap(ctx, postgres.NewFinding{Overlap: ref, SigmaM: 2, Parties: [2]string{"龙塘村", "国有林场"}})
	if err != nil {
		t.Fatal(err)
	}
	if f.KernelM2 != 2400 || !near(f.PostGISM2, 2400, 1e-6) || !f.Agree || f.Known {
		t.Errorf("finding = %+v", f)
	}
	c, err := db.Case(ctx, f.Case)
	if err != nil {
		t.Fatal(err)
	}
	if c.Kind != "mixed" || c.SRID != 4545 {
		t.Errorf("case of kind %s in EPSG:%d", c.Kind, c.SRID)
	}
	claims, err := db.Claims(ctx, f.Case)
	if err != nil {
		t.Fatal(err)
	}
	if len(claims) != 2 || claims[0].Party.Name != "龙塘村" || claims[0].SigmaM != 0.05 || claims[1].SigmaM != 2 || claims[1].Source != "certificate" {
		t.Errorf("claims = %+v", claims)
	}
	run, err := db.CurrentRun(ctx, f.Case)
	if err != nil {
		t.Fatal(err)
	}
	if got := float64(run.Contested.Nominal.Plane.SquareMetres); !near(got, 2400, 1e-6) {
		t.Errorf("contested = %v m², want 2400", got)
	}
	items, fault, err := db.Evidence(ctx, f.Case)
	if err != nil || fault != nil {
		t.Fatal(err, fault)
	}
	var content struct {
		Audit           struct{ Checksum mediation.Hash }
		Kernel, PostGIS struct {
			PlaneM2 float64 `json:"plane_m2"`
			Engine  string
		}
		Run string
	}
	if len(items) != 2 || items[0].Kind != mediation.EvidenceRun || items[1].Kind != mediation.EvidenceDocument {
		t.Fatalf("evidence = %+v", items)
	}
	if err := json.Unmarshal(items[1].Content, &content); err != nil {
		t.Fatal(err)
	}
	if content.Kernel.PlaneM2 != 2400 || !near(content.PostGIS.PlaneM2, 2400, 1e-6) || content.Kernel.Engine == content.PostGIS.Engine ||
		content.Audit.Checksum != a.Checksum || content.Run != run.ID.String() {
		t.Errorf("evidence says %s", items[1].Content)
	}

	again, err := db.FileOverlap(ctx, postgres.NewFinding{Overlap: ref, SigmaM: 2, Parties: [2]string{"龙塘村", "国有林场"}})
	if err != nil || again.Case != f.Case || !again.Known || again.Evidence.ID != f.Evidence.ID {
		t.Errorf("the second time: %+v, %v", again, err)
	}
}

func TestAClaimListsTheParcelsUnderIt(t *testing.T) {
	db, url, ctx := open(t)
	importParcels(t, ctx, db, postgres.NewLayer{Name: "land", Kind: "land", SRID: 4545, SigmaM: 0.05},
		square(0, 0, 100),   // 50 × 100 under the claim
		square(100, 0, 100), // 50 × 100
		square(150, 0, 100), // touches it
		square(500, 0, 100), // far away
	)
	importParcels(t, ctx, db, postgres.NewLayer{Name: "in the next zone", Kind: "forest", SRID: 4546},
		transformed(t, ctx, url, square(60, 10, 10), 4545, 4546))
	importParcels(t, ctx, db, postgres.NewLayer{Name: "on another continent", Kind: "land", SRID: 32613}, square(0, 0, 1000))
	number := openCase(t, ctx, db, 4545)
	claim(t, ctx, db, number, "龙塘村", 0.1, 4545, wkt.MarshalString(square(50, 0, 100)))
	claims, err := db.Claims(ctx, number)
	if err != nil {
		t.Fatal(err)
	}
	got, err := db.ClaimParcels(ctx, claims[0].ID, true)
	if err != nil {
		t.Fatal(err)
	}
	type row struct {
		layer   string
		feature int64
		m2      float64
	}
	want := []row{{"in the next zone", 1, 100}, {"land", 1, 5000}, {"land", 2, 5000}}
	if len(got) != len(want) {
		t.Fatalf("%d parcels, want %d: %+v", len(got), len(want), got)
	}
	for i, w := range want {
		g := got[i]
		if g.Layer != w.layer || g.Feature != w.feature || !near(float64(g.Area.Plane.SquareMetres), w.m2, 0.01) || g.Area.Plane.Sigma <= 0 {
			t.Errorf("%+v, want %+v", g, w)
		}
	}
	if _, err := db.ClaimParcels(ctx, [16]byte{1}, false); !errors.Is(err, mediation.ErrNotFound) {
		t.Errorf("an unknown claim: %v", err)
	}
}

// transformed carries ground from one CRS to another, by PostGIS.
func transformed(t *testing.T, ctx context.Context, url string, m orb.MultiPolygon, from, to int) orb.MultiPolygon { //nolint:revive // as above
	t.Helper()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	var text string
	err = conn.QueryRow(ctx, "SELECT ST_AsText(ST_Multi(ST_Transform(ST_GeomFromText($1, $2), $3::integer)), 6)", wkt.MarshalString(m), from, to).Scan(&text)
	if err != nil {
		t.Fatal(err)
	}
	g, err := wkt.UnmarshalMultiPolygon(text)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// seedParcels strews 40,000 parcels of 50 m over 64 shards, by plain SQL.
const seedParcels = `
INSERT INTO layer (name, kind, srid, source, source_sha256, imported_by, imported_at, extent_4490)
VALUES ('seed', 'land', 4545, 'x', sha256('x'), 'x', now(), ST_MakeEnvelope(100, 20, 120, 40, 4490));
INSERT INTO parcel (shard, layer_id, feature, ground)
SELECT n % 64, layer.id, n, ST_Multi(ST_MakeEnvelope(x, y, x + 50, y + 50, 4545))
FROM layer, generate_series(1, 40000) AS n, LATERAL (SELECT 600000 + n % 200 * 60.0 AS x, 2600000 + n / 200 * 60.0 AS y) AS corner;
ANALYZE layer, parcel;
`

func TestParcelsUnderAClaimAreFoundByIndex(t *testing.T) {
	_, url, ctx := open(t)
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, seedMany+seedParcels); err != nil {
		t.Fatal(err)
	}
	var id any
	var partitions int
	err = conn.QueryRow(ctx, "SELECT id, (SELECT count(DISTINCT tableoid) FROM parcel) FROM claim LIMIT 1").Scan(&id, &partitions)
	if err != nil || partitions != 8 {
		t.Fatalf("parcels in %d partitions, want all 8 (%v)", partitions, err)
	}
	plan := planOf(t, ctx, conn, "claim_parcels", pgx.NamedArgs{"claim_id": id})
	if scan := regexp.MustCompile(`Seq Scan on (parcel\w*|claim)\b`).FindString(plan); scan != "" {
		t.Errorf("%s:\n%s", scan, plan)
	}
}

// seedOverlaps strews 40,000 overlaps of 10 × 50 m between the parcels of
// seedParcels, and 10,000 blocks, over 64 shards; another audit has as many.
const seedOverlaps = `
INSERT INTO audit (layer_id, engine, begun_by, finished_at, checksum)
SELECT id, engine, 'x', now(), sha256('x') FROM layer, unnest(ARRAY['one', 'other']) AS engine;
INSERT INTO overlap (shard, audit_id, block, a, b, units, plane_m2, ground)
SELECT n / 4 % 64, audit.id, n / 4, n, n + 1, 1, 500, ST_Multi(ST_MakeEnvelope(x, y, x + 10, y + 50, 4545))
FROM audit, generate_series(1, 40000) AS n, LATERAL (SELECT 600000 + n % 200 * 60.0 AS x, 2600000 + n / 200 * 60.0 AS y) AS corner;
INSERT INTO audit_block (audit_id, shard, block, done_at, found, found_m2, place, reach)
SELECT audit.id, n % 64, n, now(), 4, 2000, ST_Transform(ST_Point(600000 + n % 100 * 1677.7, 2600000 + n / 100 * 1677.7, 4545), 3857),
    (SELECT ST_SetSRID(ST_Extent(ground)::geometry, 4545) FROM overlap WHERE overlap.audit_id = audit.id AND overlap.shard = n % 64 AND overlap.block = n)
FROM audit, generate_series(1, 10000) AS n;
ANALYZE audit, overlap, audit_block;
`

func TestATileOfAnAuditIsFoundByIndex(t *testing.T) {
	_, url, ctx := open(t)
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, seedParcels+seedOverlaps); err != nil {
		t.Fatal(err)
	}
	var partitions int
	if err := conn.QueryRow(ctx, "SELECT count(DISTINCT tableoid) FROM overlap").Scan(&partitions); err != nil || partitions != 8 {
		t.Fatalf("overlaps in %d partitions, want all 8 (%v)", partitions, err)
	}
	text, err := os.ReadFile("query/audit_tile.sql")
	if err != nil {
		t.Fatal(err)
	}
	for z, uses := range map[int]string{17: `overlap_p7_pkey`, 14: `overlap_p7_pkey`, 11: `audit_block_place_gist`} {
		args := pgx.NamedArgs{"audit_id": 1, "z": z, "most": 20_000}
		var x, y, srid int
		err := conn.QueryRow(ctx, `
			SELECT floor((0.5 + ST_X(p) / 40075016.685578488) * 2 ^ $1::integer), floor((0.5 - ST_Y(p) / 40075016.685578488) * 2 ^ $1::integer)
			FROM ST_Transform(ST_Point(603000, 2603000, 4545), 3857) AS p`, z).Scan(&x, &y)
		if err != nil {
			t.Fatal(err)
		}
		args["x"], args["y"] = x, y
		var version string
		var tile []byte
		if err := conn.QueryRow(ctx, string(text), args).Scan(&srid, &version, &tile); err != nil || len(tile) < 100 {
			t.Errorf("tile %d/%d/%d has %d bytes (%v)", z, x, y, len(tile), err)
		}
		plan := planOf(t, ctx, conn, "audit_tile", args)
		if z >= 13 && !strings.Contains(plan, "audit_block_reach_gist") {
			t.Errorf("zoom %d: blocks are not found by audit_block_reach_gist:\n%s", z, plan)
		}
		if scan := regexp.MustCompile(`Seq Scan on (overlap\w*|audit_block)\b`).FindString(plan); scan != "" || !strings.Contains(plan, uses) {
			t.Errorf("zoom %d: %s, want %s:\n%s", z, scan, uses, plan)
		}
	}
	// A page of the list is read in the order of the index, not sorted.
	page := pgx.NamedArgs{"audit_id": 1, "over_m2": 0.0, "limit": 50, "units": "99999999999999999999", "a": 5, "b": 6}
	if plan := planOf(t, ctx, conn, "audit_overlaps", page); !strings.Contains(plan, "Merge Append") || !strings.Contains(plan, "overlap_p7_audit_id_units_a_b_idx") {
		t.Errorf("a page of overlaps, want overlap_p7_audit_id_units_a_b_idx and no sort:\n%s", plan)
	}
}

// Tiles come from several connections at once, in one order and of one version: who
// changes a parcel meanwhile either comes too late for all of them, or is told of.
func TestTilesOfAnAuditComeInOrderAndOfOneVersion(t *testing.T) {
	db, _, ctx := open(t)
	claims := county.Make(16)[:300]
	importClaims(t, ctx, db, "county", claims)
	a := audit(t, ctx, db, "county", "", 2)
	type address struct{ z, x, y int }
	all := map[address][]byte{}
	last := address{z: -1}
	version, err := db.AuditTiles(ctx, a.ID, 16, func(z, x, y int, tile []byte, _, _ int) error {
		at := address{z, x, y}
		if z < last.z || z == last.z && (x < last.x || x == last.x && y <= last.y) {
			t.Errorf("%v after %v", at, last)
		}
		last, all[at] = at, tile
		return nil
	})
	if err != nil || version != a.Checksum.String() || len(all) < 30 {
		t.Fatalf("%d tiles of version %s (%v), want that of the audit, %s", len(all), version, err, a.Checksum)
	}
	for at, tile := range all {
		if served, _, err := db.AuditTile(ctx, a.ID, at.z, at.x, at.y); err != nil || !bytes.Equal(served, tile) {
			t.Errorf("tile %v has %d bytes, served %d (%v)", at, len(tile), len(served), err)
		}
	}
	enough := errors.New("enough")
	if _, err := db.AuditTiles(ctx, a.ID, 16, func(int, int, int, []byte, int, int) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("AuditTiles() = %v, want the error of who takes them", err)
	}
	n := 0
	version, err = db.AuditTiles(ctx, a.ID, 16, func(z, x, y int, tile []byte, _, _ int) error {
		if n++; n == 1 {
			if _, err := db.SaveParcel(ctx, "county", claims[0].ID, claims[1].Ground.Metres()); err != nil {
				return err
			}
		}
		if !bytes.Equal(all[address{z, x, y}], tile) {
			t.Errorf("tile %d/%d/%d is another one", z, x, y)
		}
		return nil
	})
	if err != nil || version == a.Checksum.String() && n != len(all) {
		t.Errorf("%d tiles of %d, version %s (%v)", n, len(all), version, err)
	}
}

// GEOS 3.11 throws TopologyException from ST_Intersects on these valid pairs.
func TestParcelsUnderAClaimSurviveTheTraps(t *testing.T) {
	dir := os.Getenv("JIESHI_REAL_DATA")
	if dir == "" {
		t.Skip("JIESHI_REAL_DATA does not name the folder with overlay-traps")
	}
	for _, pair := range [][2]string{{"pair1_a_2010_fid748", "pair1_b_2018_fid676"}, {"pair2_a_2010_fid748", "pair2_b_2022_fid659"}} {
		t.Run(pair[0][:5], func(t *testing.T) {
			db, url, ctx := open(t)
			var grounds [2]string
			for i, name := range pair {
				grounds[i] = trap(t, ctx, url, filepath.Join(dir, "overlay-traps", name+".wkb.hex"))
			}
			g, err := wkt.Unmarshal(grounds[0])
			if err != nil {
				t.Fatal(err)
			}
			parcel, ok := g.(orb.MultiPolygon)
			if polygon, single := g.(orb.Polygon); single {
				parcel, ok = orb.MultiPolygon{polygon}, true
			}
			if !ok {
				t.Fatalf("the trap is a %T", g)
			}
			importParcels(t, ctx, db, postgres.NewLayer{Name: "register", Kind: "land", SRID: 2056}, parcel)
			importParcels(t, ctx, db, postgres.NewLayer{Name: "register of old", Kind: "land", SRID: 21781}, transformed(t, ctx, url, parcel, 2056, 21781))
			importParcels(t, ctx, db, postgres.NewLayer{Name: "register in UTM", Kind: "land", SRID: 32632}, transformed(t, ctx, url, parcel, 2056, 32632))
			number := openCase(t, ctx, db, 2056)
			claim(t, ctx, db, number, "b", 0.1, 2056, grounds[1])
			claims, err := db.Claims(ctx, number)
			if err != nil {
				t.Fatal(err)
			}
			got, err := db.ClaimParcels(ctx, claims[0].ID, true)
			if err != nil || len(got) != 3 {
				t.Fatalf("%+v, %v", got, err)
			}
			// The case-level path, which meets no predicate either, has the same area.
			claim(t, ctx, db, number, "a", 0.1, 2056, grounds[0])
			run, err := db.CurrentRun(ctx, number)
			if err != nil {
				t.Fatal(err)
			}
			want := float64(run.Contested.Nominal.Plane.SquareMetres)
			for _, g := range got {
				tolerance := 0.05
				if g.Layer == "register in UTM" {
					tolerance = 1e-6 * want // PROJ goes from EPSG:2056 to WGS 84 and back to within 1.3 mm
				}
				if !near(float64(g.Area.Plane.SquareMetres), want, tolerance) {
					t.Errorf("%s: %v m², want %v", g.Layer, g.Area.Plane.SquareMetres, want)
				}
			}
		})
	}
}
