package overlay_test

import (
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb/encoding/wkb"

	"jieshi/geo/overlay"
	"jieshi/geo/overlay/overlaytest"
	"jieshi/internal/pgserver/pgtest"
)

// BenchmarkTwins runs the same 2,000 claims here and through PostGIS's serial
// self-join, reading and writing apart, so that the ratio means something on a
// machine however busy. It needs the database that pgtest.Variable names.
func BenchmarkTwins(b *testing.B) {
	if os.Getenv(pgtest.Variable) == "" {
		b.Skip(pgtest.Variable + " does not name a database to compare with")
	}
	stars := overlaytest.C20k
	stars.Claims = 2000
	claims := stars.Make(1)
	l := overlaytest.Layer(claims)
	b.Run("overlay", func(b *testing.B) {
		for b.Loop() {
			if _, err := overlay.Pairs(b.Context(), l, nil, overlay.Options{Workers: 1}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("postgis", func(b *testing.B) {
		conn, err := pgx.Connect(b.Context(), pgtest.URL(b))
		if err != nil {
			b.Fatal(err)
		}
		defer conn.Close(b.Context())
		copyClaims(b, conn, claims)
		for b.Loop() {
			var sum float64
			if err := conn.QueryRow(b.Context(), `
SELECT sum(ST_Area(ST_Intersection(a.g, b.g)))
FROM claim a JOIN claim b ON a.id < b.id AND ST_Intersects(a.g, b.g)`).Scan(&sum); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// copyClaims puts claims into an indexed temporary table claim (id, g).
func copyClaims(b *testing.B, conn *pgx.Conn, claims []overlaytest.Claim) {
	b.Helper()
	exec := func(sql string) {
		if _, err := conn.Exec(b.Context(), sql); err != nil {
			b.Fatal(err)
		}
	}
	exec(`CREATE TEMPORARY TABLE raw (id bigint, w bytea)`)
	_, err := conn.CopyFrom(b.Context(), pgx.Identifier{"raw"}, []string{"id", "w"},
		pgx.CopyFromSlice(len(claims), func(i int) ([]any, error) {
			w, err := wkb.Marshal(claims[i].Ground.Metres())
			return []any{claims[i].ID, w}, err
		}))
	if err != nil {
		b.Fatal(err)
	}
	exec(`CREATE TEMPORARY TABLE claim AS SELECT id, ST_GeomFromWKB(w) AS g FROM raw`)
	exec(`CREATE INDEX ON claim USING gist (g)`)
	exec(`ANALYZE claim`)
}
