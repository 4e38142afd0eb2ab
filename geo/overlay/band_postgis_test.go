package overlay_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb/encoding/wkb"

	"jieshi/geo/overlay"
	"jieshi/geo/overlay/overlaytest"
	"jieshi/internal/pgserver/pgtest"
)

// hullsQuery makes the band as the union of the hulls of finely drawn discs, one
// for each edge, and returns how far the grounds made here differ from ground
// without and with it, in units².
const hullsQuery = `
WITH ground AS (SELECT ST_GeomFromWKB($1) AS g),
vertex AS (
	SELECT path[1] AS poly, path[2] AS ring, path[3] AS n, geom,
		($2::float8[])[row_number() OVER (ORDER BY path)] AS reach
	FROM ground, ST_DumpPoints(g)
	WHERE path[3] < ST_NPoints(ST_GeometryN((SELECT ST_Collect(ST_ExteriorRing(d.geom) ORDER BY d.path) FROM ST_DumpRings(ST_GeometryN(g, path[1])) d), path[2]))),
disc AS (SELECT poly, ring, n, ST_Buffer(geom, greatest(reach, 1e-3), 'quad_segs=64') AS d FROM vertex),
band AS (
	SELECT ST_Union(ST_ConvexHull(ST_Collect(a.d, b.d))) AS g
	FROM disc a JOIN disc b ON b.poly = a.poly AND b.ring = a.ring
		AND b.n = CASE WHEN a.n = (SELECT max(n) FROM disc c WHERE c.poly = a.poly AND c.ring = a.ring) THEN 1 ELSE a.n + 1 END)
SELECT ST_Area(ST_SymDifference(ST_Difference(ground.g, band.g), ST_GeomFromWKB($3))),
	ST_Area(ST_SymDifference(ST_Union(ground.g, band.g), ST_GeomFromWKB($4)))
FROM ground, band`

func TestBandIsTheUnionOfHullsInPostGIS(t *testing.T) {
	if os.Getenv(pgtest.Variable) == "" {
		t.Skip(pgtest.Variable + " does not name a database to compare with")
	}
	conn, err := pgx.Connect(t.Context(), pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for i, c := range append(overlaytest.Walks(5, 6, 0.03), overlaytest.Frames(5, 4, 5, 20_000)...) {
		for _, scale := range []int64{600, 6_000, 60_000} {
			rnd := rand.New(rand.NewPCG(uint64(i), uint64(scale)))
			reach := make([]int64, vertices(c.Ground))
			in64 := make([]float64, len(reach))
			most := 0.0
			for k := range reach {
				reach[k] = rnd.Int64N(scale)
				in64[k] = float64(reach[k])
				most = max(most, in64[k])
			}
			in, out, err := overlay.Band(c.Ground, reach)
			if err != nil {
				t.Fatal(err)
			}
			var inOff, outOff float64
			if err := conn.QueryRow(t.Context(), hullsQuery, units(t, c.Ground), in64, units(t, in), units(t, out)).Scan(&inOff, &outOff); err != nil {
				t.Fatal(err)
			}
			bound := (most*0.006 + 12) * (perimeter(c.Ground) + perimeter(in) + perimeter(out)) * overlay.GridPerMetre
			if inOff > bound || outOff > bound {
				t.Errorf("claim %d, reach up to %d: off by %.3g inward and %.3g outward, more than %.3g units²", i, scale, inOff, outOff, bound)
			}
		}
	}
}

func TestABandOfOneReachIsTheBufferOfPostGIS(t *testing.T) {
	if os.Getenv(pgtest.Variable) == "" {
		t.Skip(pgtest.Variable + " does not name a database to compare with")
	}
	conn, err := pgx.Connect(t.Context(), pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	claims := append(overlaytest.Walks(9, 6, 0.03), overlaytest.Stars{Claims: 6, MinVertices: 40, MaxVertices: 400, Radius: 80, Noise: 1, Spacing: 300}.Make(9)...)
	for i, c := range claims {
		for _, reach := range []int64{600, 10_000, 60_000} {
			in, out, err := overlay.Band(c.Ground, uniform(c.Ground, reach))
			if err != nil {
				t.Fatal(err)
			}
			var inOff, outOff float64
			err = conn.QueryRow(t.Context(), `
SELECT ST_Area(ST_SymDifference(ST_Buffer(ST_GeomFromWKB($1), -$2::float8, 'quad_segs=64'), ST_GeomFromWKB($3))),
	ST_Area(ST_SymDifference(ST_Buffer(ST_GeomFromWKB($1), $2, 'quad_segs=64'), ST_GeomFromWKB($4)))`,
				units(t, c.Ground), float64(reach), units(t, in), units(t, out)).Scan(&inOff, &outOff)
			if err != nil {
				t.Fatal(err)
			}
			bound := (float64(reach)*0.006 + 12) * (perimeter(c.Ground) + perimeter(in) + perimeter(out)) * overlay.GridPerMetre
			if inOff > bound || outOff > bound {
				t.Errorf("claim %d, reach %d: off by %.3g inward and %.3g outward, more than %.3g units²", i, reach, inOff, outOff, bound)
			}
		}
	}
}

func units(t testing.TB, m overlay.MultiPolygon) []byte {
	t.Helper()
	raw, err := wkb.Marshal(inUnits(m))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// walkRing is a walk round a hectare or so with a fix a metre, which trembles.
func walkRing(n int, trembling float64) overlay.MultiPolygon {
	rnd := rand.New(rand.NewPCG(uint64(n), 7))
	ring := make(overlay.Ring, 0, n+1)
	radius := float64(n) / 2 / math.Pi * overlay.GridPerMetre
	for i := range n {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		r := radius * (1 + 0.2*math.Sin(7*2*math.Pi*float64(i)/float64(n)))
		noise := func() float64 { return rnd.NormFloat64() * trembling * overlay.GridPerMetre }
		ring = append(ring, overlay.Point{X: int64(r*cos + noise()), Y: int64(r*sin + noise())})
	}
	return repairOf(overlay.MultiPolygon{{append(ring, ring[0])}})
}

// BenchmarkBand moves a walk with a fix a metre in and out, beside the two
// ST_Buffer of PostGIS, which know one width only.
func BenchmarkBand(b *testing.B) {
	for _, n := range []int{50, 500, 5000} {
		for _, c := range []struct {
			name   string
			tremor float64
			reach  int64
		}{{"fixed", 0.02, 600}, {"single", 0.2, 60_000}} {
			ground := walkRing(n, c.tremor)
			reach := uniform(ground, c.reach)
			for i := range reach {
				reach[i] += int64(i%7) * c.reach / 20
			}
			name := fmt.Sprintf("vertices=%d/%s", n, c.name)
			b.Run(name+"/overlay", func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, _, err := overlay.Band(ground, reach); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run(name+"/postgis", func(b *testing.B) {
				if os.Getenv(pgtest.Variable) == "" {
					b.Skip(pgtest.Variable + " does not name a database to compare with")
				}
				conn, err := pgx.Connect(b.Context(), pgtest.URL(b))
				if err != nil {
					b.Fatal(err)
				}
				defer conn.Close(b.Context())
				raw := units(b, ground)
				for b.Loop() {
					var area float64
					if err := conn.QueryRow(b.Context(), `
SELECT ST_Area(ST_Buffer(g, -$2::float8, 'quad_segs=16')) + ST_Area(ST_Buffer(g, $2, 'quad_segs=16'))
FROM (SELECT ST_GeomFromWKB($1) AS g) AS ground`, raw, float64(c.reach)).Scan(&area); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
