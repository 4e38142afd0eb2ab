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

// BenchmarkTwins does the same work on the same 2,000 claims here and in one process
// of PostGIS, part by part, reading and writing apart, so that the ratio of two
// twins means something on a machine however busy. It needs the database that
// pgtest.Variable names.
func BenchmarkTwins(b *testing.B) {
	if os.Getenv(pgtest.Variable) == "" {
		b.Skip(pgtest.Variable + " does not name a database to compare with")
	}
	stars := overlaytest.C20k
	stars.Claims = 2000
	claims := stars.Make(1)
	l := overlaytest.Layer(claims)
	conn, err := pgx.Connect(b.Context(), pgtest.URL(b))
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close(b.Context())
	copyClaims(b, conn, claims)
	pairs := func(geometry bool) func() error {
		return func() error {
			_, err := overlay.Pairs(b.Context(), l, nil, overlay.Options{Workers: 1, Geometry: geometry})
			return err
		}
	}
	faces := func(geometry bool) func() error {
		return func() error {
			_, err := overlay.Faces(b.Context(), l, overlay.Options{Workers: 1, Geometry: geometry})
			return err
		}
	}
	// The recipe has the polygons of faces whether they are asked for or not.
	const recipe = `
WITH face AS (SELECT (ST_Dump(ST_Polygonize(u))).geom AS f FROM (SELECT ST_Union(ST_Boundary(g)) AS u FROM claim) AS nodes)
SELECT sum(ST_Area(f)) FROM (
	SELECT f, array_agg(id ORDER BY id) FROM (SELECT f, ST_PointOnSurface(f) AS p FROM face) AS x JOIN claim ON ST_Contains(g, p) GROUP BY f) AS labelled`
	for _, part := range []struct {
		name, sql string
		ours      func() error
	}{
		{"pairs", `SELECT sum(ST_Area(ST_Intersection(a.g, b.g))) FROM claim a JOIN claim b ON a.id < b.id AND ST_Intersects(a.g, b.g)`, pairs(false)},
		{"polygons of pairs", `
SELECT sum(ST_NPoints(ST_CollectionExtract(ST_Intersection(a.g, b.g), 3)))::float8 FROM claim a JOIN claim b ON a.id < b.id AND ST_Intersects(a.g, b.g)`, pairs(true)},
		{"faces", recipe, faces(false)},
		{"polygons of faces", recipe, faces(true)},
		{"validity", `SELECT count(*) FILTER (WHERE ST_IsValid(g))::float8 FROM claim`, func() error {
			for _, c := range claims {
				if _, err := overlay.Validate(b.Context(), c.Ground); err != nil {
					return err
				}
			}
			return nil
		}},
		{"parts", `
SELECT sum(ST_NumGeometries(ST_Split(g, ST_MakeLine(ST_Point(ST_XMin(g), ST_YMin(g)), ST_Point(ST_XMax(g), ST_YMax(g))))))::float8 FROM claim`, func() error {
			for _, c := range claims {
				box := c.Ground.Bounds()
				if _, err := overlay.Split(b.Context(), c.Ground, []overlay.Point{box.Min, box.Max}); err != nil {
					return err
				}
			}
			return nil
		}},
	} {
		b.Run(part.name+"/overlay", func(b *testing.B) {
			for b.Loop() {
				if err := part.ours(); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(part.name+"/postgis", func(b *testing.B) {
			for b.Loop() {
				var sum float64
				if err := conn.QueryRow(b.Context(), part.sql).Scan(&sum); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
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
