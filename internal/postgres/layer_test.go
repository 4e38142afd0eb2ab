package postgres_test

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"jieshi/geo/overlay"
	"jieshi/geo/overlay/overlaytest"
	"jieshi/ingest"
	"jieshi/internal/postgres"
	"jieshi/mediation"
)

func TestAnImportThatWasCutShortGoesOn(t *testing.T) {
	db, _, ctx := open(t)
	claims := overlaytest.Stars{Claims: 10_000, MinVertices: 4, MaxVertices: 12, Radius: 20, Noise: 0.1, Spacing: 60, Step: 10}.Make(1)
	layer := postgres.NewLayer{Name: "register", Kind: "forest", SRID: 4545, Source: "r.gpkg", SHA256: mediation.Hash{7}}
	begin := func() *postgres.LayerImport {
		m, err := db.BeginImport(ctx, layer)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	add := func(m *postgres.LayerImport, claims []overlaytest.Claim) {
		for _, c := range claims {
			if err := m.Add(ctx, c.ID, c.Ground.Metres()); err != nil {
				t.Fatal(err)
			}
		}
	}
	first := begin()
	add(first, claims[:9000]) // two batches of 4096 are committed
	refusal := (*ingest.Refusal)(nil)
	if _, err := db.BeginImport(ctx, layer); !errors.As(err, &refusal) || refusal.Code != "layer_busy" {
		t.Errorf("a second import meanwhile: %v", err)
	}
	first.Close()
	if _, err := db.BeginAudit(ctx, "register", "", false); !errors.As(err, &refusal) || refusal.Code != "layer_unfinished" {
		t.Errorf("audit of an unfinished layer: %v", err)
	}
	second := begin()
	if second.Resumed() != 8192 {
		t.Errorf("the second import goes on after %d features, want 8192", second.Resumed())
	}
	add(second, claims)
	report, err := second.Finish(ctx)
	second.Close()
	if err != nil {
		t.Fatal(err)
	}
	if report.Features != 10_000 || report.Parcels != 10_000 || report.Layer.Parcels != 10_000 || report.Resumed != 8192 {
		t.Errorf("report = %+v", report)
	}
	importClaims(t, ctx, db, "in one go", claims)
	if a, b := audit(t, ctx, db, "register", "", 2), audit(t, ctx, db, "in one go", "", 2); a.Checksum != b.Checksum || a.Pairs == 0 {
		t.Errorf("the layer that was cut short has another audit: %d pairs, want %d", a.Pairs, b.Pairs)
	}
}

// Another file under the same name does not go on with what the first one left.
func TestAnotherFileStartsClean(t *testing.T) {
	db, url, ctx := open(t)
	claims := county.Make(2)
	for i, sum := range []mediation.Hash{{1}, {2}} {
		m, err := db.BeginImport(ctx, postgres.NewLayer{Name: "register", SRID: 4545, Source: "r.gpkg", SHA256: sum})
		if err != nil {
			t.Fatal(err)
		}
		for range 5 { // 4500 features with ids of their own, so that a batch is committed
			for k, c := range claims {
				if i == 1 && k%5 != 0 {
					continue
				}
				if err := m.Add(ctx, c.ID, c.Ground.Metres()); err != nil {
					t.Fatal(err)
				}
			}
			claims = overlaytest.Shifted(claims, 0, 0, claims[len(claims)-1].ID+1)
		}
		if i == 0 {
			m.Close()
			continue
		}
		report, err := m.Finish(ctx)
		m.Close()
		if err != nil {
			t.Fatal(err)
		}
		if report.Resumed != 0 || report.Parcels != 900 {
			t.Errorf("report = %+v", report)
		}
	}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	var parcels, layers int
	if err := conn.QueryRow(ctx, "SELECT (SELECT count(*) FROM parcel), (SELECT count(*) FROM layer)").Scan(&parcels, &layers); err != nil {
		t.Fatal(err)
	}
	if parcels != 900 || layers != 1 {
		t.Errorf("%d parcels in %d layers are left, want 900 in 1", parcels, layers)
	}
}

/*
What is wrong with a parcel is told by its feature id, and mended where a rule
says how:

	1  a square            2  a bow tie: crosses at (5, 5)     3  a line back and forth: no ground
	4  NaN                 5  a square with a corner twice
*/
func TestFaultsAreToldByFeature(t *testing.T) {
	db, _, ctx := open(t)
	m, err := db.BeginImport(ctx, postgres.NewLayer{Name: "faults", SRID: 4545, Source: "f.geojson", SHA256: mediation.Hash{3}})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	nan := orb.Point{0, 0}
	nan[0] /= nan[1]
	for i, ring := range []orb.Ring{
		{{0, 0}, {10, 0}, {10, 10}, {0, 10}, {0, 0}},
		{{0, 0}, {10, 10}, {10, 0}, {0, 10}, {0, 0}},
		{{0, 0}, {10, 10}, {0, 0}},
		{{0, 0}, {10, 10}, nan, {0, 0}},
		{{20, 0}, {30, 0}, {30, 0}, {30, 10}, {20, 10}, {20, 0}},
	} {
		if err := m.Add(ctx, int64(i+1), orb.MultiPolygon{{ring}}); err != nil {
			t.Fatal(err)
		}
	}
	report, err := m.Finish(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if report.Features != 5 || report.Parcels != 3 || report.Repaired != 1 || report.Refused != 2 {
		t.Errorf("report = %+v", report)
	}
	faults, err := db.LayerFaults(ctx, "faults", 0)
	if err != nil {
		t.Fatal(err)
	}
	crossing := false
	outcomes := map[int64]postgres.FaultOutcome{}
	for _, f := range faults {
		outcomes[f.Feature] = f.Outcome
		crossing = crossing || f.Feature == 2 && f.Rule == overlay.RingCrosses && f.At != nil && *f.At == [2]float64{5, 5}
	}
	if !crossing || outcomes[1] != "" || outcomes[2] != postgres.FaultRepaired || outcomes[3] != postgres.FaultRefused || outcomes[4] != postgres.FaultRefused {
		t.Errorf("faults = %+v", faults)
	}
	// The bow tie holds two triangles of 25 m², both inside of the square's 100.
	if a := audit(t, ctx, db, "faults", "", 1); a.Pairs != 1 || a.Sum != overlay.AreaOfSquareMetres(50) {
		t.Errorf("%d pairs with %v m², want 1 with 50", a.Pairs, a.Sum.SquareMetres())
	}
}

// Two parcels with one id far from each other lie in two shards, which no
// constraint spans.
func TestARepeatedFeatureIDIsRefused(t *testing.T) {
	for name, far := range map[string]int64{"side by side": 20 * overlay.GridPerMetre, "in another county": 200_000 * overlay.GridPerMetre} {
		t.Run(name, func(t *testing.T) {
			db, _, ctx := open(t)
			m, err := db.BeginImport(ctx, postgres.NewLayer{Name: "twice", SRID: 4545, Source: "t.shp", SHA256: mediation.Hash{4}})
			if err != nil {
				t.Fatal(err)
			}
			defer m.Close()
			for _, x := range []int64{0, far} {
				if err := m.Add(ctx, 42, overlaytest.Square(x, 0, 10_000).Metres()); err != nil {
					t.Fatal(err)
				}
			}
			_, err = m.Finish(ctx)
			refusal := (*ingest.Refusal)(nil)
			if !errors.As(err, &refusal) || refusal.Code != "feature_id_repeated" {
				t.Errorf("Finish() = %v", err)
			}
		})
	}
}

func TestALayerInDegreesIsRefused(t *testing.T) {
	db, _, ctx := open(t)
	srid := (*mediation.SRIDError)(nil)
	if _, err := db.BeginImport(ctx, postgres.NewLayer{Name: "lonlat", SRID: 4490, Source: "x"}); !errors.As(err, &srid) {
		t.Errorf("BeginImport(EPSG:4490) = %v", err)
	}
}
