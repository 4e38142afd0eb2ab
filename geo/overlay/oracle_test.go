package overlay_test

import (
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"jieshi/geo/overlay"
	"jieshi/geo/overlay/overlaytest"
	"jieshi/internal/pgserver/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

// Coordinates go to PostGIS in grid units, which float64 holds exactly: divided
// by 10,000 points would leave the lines that they lie on, and PostGIS would
// answer another question.
const (
	inputs = `WITH claim AS (
	SELECT id, ST_GeomFromWKB(g) AS g FROM unnest($1::bigint[], $2::bytea[]) AS c (id, g))`

	// ST_Intersects first: ST_Intersection is dear.
	pairsQuery = inputs + `
SELECT a.id, b.id, ST_Area(i.g) * 1e-8, ST_Perimeter(i.g) * 1e-4
FROM claim a
JOIN claim b ON a.id < b.id AND ST_Intersects(a.g, b.g)
CROSS JOIN LATERAL (SELECT ST_CollectionExtract(ST_Intersection(a.g, b.g), 3) AS g OFFSET 0) i`

	// Node, polygonize, label by a point inside: the usual recipe.
	facesQuery = inputs + `,
face AS (
	SELECT (ST_Dump(ST_Polygonize(u))).geom AS f
	FROM (SELECT ST_Union(ST_Boundary(g)) AS u FROM claim) AS nodes),
labelled AS (
	SELECT f, array_agg(id ORDER BY id) AS claims
	FROM face JOIN claim ON ST_Contains(g, ST_PointOnSurface(f))
	GROUP BY f)
SELECT claims, sum(ST_Area(f)) * 1e-8, sum(ST_Perimeter(f)) * 1e-4 FROM labelled GROUP BY claims`
)

// An answer is an area and the length of its outline, in metres.
type answer struct{ area, outline float64 }

// agrees says whether an area is that of PostGIS, up to what crossings on the
// subgrid can move outlines and the noise of float64.
func (a answer) agrees(area float64) bool {
	const subgrid = 1.0 / overlay.GridPerMetre / 256
	return math.Abs(area-a.area) <= subgrid/2*a.outline+1e-9*a.area+1e-9
}

// postgis asks a query about claims. The error is that of the server.
func postgis(t *testing.T, conn *pgx.Conn, query string, claims []overlaytest.Claim) (map[string]answer, error) {
	t.Helper()
	var ids []int64
	var shapes [][]byte
	for _, c := range claims {
		raw, err := wkb.Marshal(inUnits(c.Ground))
		if err != nil {
			t.Fatal(err)
		}
		ids, shapes = append(ids, c.ID), append(shapes, raw)
	}
	rows, err := conn.Query(t.Context(), query, ids, shapes)
	if err != nil {
		return nil, err
	}
	answers := map[string]answer{}
	for rows.Next() {
		var a answer
		var key string
		if query == pairsQuery {
			var x, y int64
			err = rows.Scan(&x, &y, &a.area, &a.outline)
			key = fmt.Sprint([]int64{x, y})
		} else {
			var set []int64
			err = rows.Scan(&set, &a.area, &a.outline)
			key = fmt.Sprint(set)
		}
		if err != nil {
			t.Fatal(err)
		}
		answers[key] = a
	}
	return answers, rows.Err()
}

// inUnits returns m with grid units for coordinates.
func inUnits(m overlay.MultiPolygon) orb.MultiPolygon {
	out := make(orb.MultiPolygon, len(m))
	for i, poly := range m {
		for _, ring := range poly {
			var r orb.Ring
			for _, p := range ring {
				r = append(r, orb.Point{float64(p.X), float64(p.Y)})
			}
			out[i] = append(out[i], r)
		}
	}
	return out
}

// compare insists on the same keys above 1e-6 m² and the same areas.
func compare(t *testing.T, what string, got map[string]float64, want map[string]answer) {
	t.Helper()
	const least = 1e-6
	wrong := 0
	t.Logf("%d %ss here, %d in PostGIS", len(got), what, len(want))
	for key, w := range want {
		if g := got[key]; (w.area > least || g > least) && !w.agrees(g) {
			t.Errorf("%s %s: %.9f m², PostGIS says %.9f", what, key, g, w.area)
			wrong++
		}
	}
	for key, g := range got {
		if _, ok := want[key]; !ok && g > least {
			t.Errorf("%s %s: %.9f m², PostGIS knows none", what, key, g)
			wrong++
		}
		if wrong > 10 {
			t.Fatal("and so on")
		}
	}
}

func TestPostGISAgrees(t *testing.T) {
	stars := overlaytest.Stars{Claims: 60, MinVertices: 5, MaxVertices: 60, Radius: 40, Noise: 2, Spacing: 50}
	far := stars
	far.Step = 10_000 // a lattice of one metre: crossings are anywhere, corners coincide
	far.Claims, far.Noise = 40, 0
	coverage := overlaytest.Coverage(8, 100_000)
	for _, tc := range []struct {
		name   string
		claims []overlaytest.Claim
	}{
		{"stars", stars.Make(1)},
		{"stars again", stars.Make(2)},
		{"stars on a lattice of one metre", far.Make(3)},
		{"a coverage", coverage},
		{"every parcel three times", append(append(coverage[:len(coverage):len(coverage)],
			overlaytest.Shifted(coverage, 0, 0, 1000)...), overlaytest.Shifted(coverage, 0, 0, 2000)...)},
		{"bricks", overlaytest.Bricks(8, 100_000)},
		{"triangles on a lattice", overlaytest.Triangles(1, 40, 7, 10_000)},
		{"triangles on a fine lattice", overlaytest.Triangles(2, 40, 12, 7)},
		{"frames and islands", overlaytest.Frames(1, 40, 9, 10_000)},
		{"near misses of one grid unit", overlaytest.NearMisses(1, 8)},
		{"walks", overlaytest.Walks(1, 8, 0.03)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for _, c := range tc.claims {
				if faults := faultsOf(c.Ground); breaks(faults) {
					t.Fatalf("claim %d: %v", c.ID, faults)
				}
			}
			p, err := overlay.Faces(t.Context(), overlaytest.Layer(tc.claims), overlay.Options{})
			if err != nil {
				t.Fatal(err)
			}
			faces := map[string]float64{}
			for _, f := range p.Faces {
				faces[fmt.Sprint(f.Claims)] = float64(f.Area.SquareMetres())
			}
			pairsThere, ok := asked(t, pairsQuery, tc.claims)
			facesThere, answered := asked(t, facesQuery, tc.claims)
			if !ok || !answered {
				t.Fatal("GEOS throws")
			}
			compare(t, "pair", areasOf(p.Pairs), pairsThere)
			compare(t, "face", faces, facesThere)
		})
	}
}
