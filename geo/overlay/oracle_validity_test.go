package overlay_test

import (
	"math/rand/v2"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb/encoding/wkb"

	"jieshi/geo/overlay"
	"jieshi/geo/overlay/overlaytest"
	"jieshi/internal/pgserver/pgtest"
)

// verdict is what PostGIS says of a polygon.
type verdict struct {
	valid  bool
	reason string
	area   float64 // m²
}

// verdicts asks PostGIS about grounds, in grid units.
func verdicts(t *testing.T, grounds []overlay.MultiPolygon) []verdict {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var shapes [][]byte
	for _, m := range grounds {
		raw, err := wkb.Marshal(inUnits(m))
		if err != nil {
			t.Fatal(err)
		}
		shapes = append(shapes, raw)
	}
	rows, err := conn.Query(t.Context(), `
SELECT ST_IsValid(g), ST_IsValidReason(g), ST_Area(g) * 1e-8
FROM unnest($1::bytea[]) WITH ORDINALITY AS raw (w, n), ST_GeomFromWKB(w) AS g
ORDER BY n`, shapes)
	if err != nil {
		t.Fatal(err)
	}
	said, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (v verdict, err error) {
		return v, row.Scan(&v.valid, &v.reason, &v.area)
	})
	if err != nil {
		t.Fatal(err)
	}
	return said
}

// Rings of random lattice points are broken in every way there is. PostGIS must
// find the same ones broken, and nothing wrong with what Repair makes of them.
func TestPostGISFindsTheSameFaults(t *testing.T) {
	rnd := rand.New(rand.NewPCG(11, 11))
	ring := func(n int) overlay.Ring {
		var r overlay.Ring
		for range n {
			r = append(r, overlay.Point{X: rnd.Int64N(6), Y: rnd.Int64N(6)})
		}
		return append(r, r[0])
	}
	var grounds, repaired []overlay.MultiPolygon
	for range 4000 {
		m := overlay.MultiPolygon{{ring(3 + rnd.IntN(3))}}
		for rnd.IntN(3) == 0 {
			m[0] = append(m[0], ring(3))
		}
		if rnd.IntN(4) == 0 {
			m = append(m, overlay.Polygon{ring(3)})
		}
		grounds = append(grounds, m)
		if r := repairOf(m); r != nil {
			repaired = append(repaired, r)
		}
	}
	broken := 0
	for i, v := range verdicts(t, grounds) {
		faults := faultsOf(grounds[i])
		if breaks(faults) == v.valid {
			t.Errorf("%v: Validate says %v, PostGIS says %s", grounds[i], faults, v.reason)
		}
		if !v.valid {
			broken++
		}
	}
	if broken < 1000 || broken > 3500 {
		t.Errorf("%d of %d are broken, which tests little", broken, len(grounds))
	}
	for i, v := range verdicts(t, repaired) {
		if !v.valid {
			t.Errorf("repaired %v: %s", repaired[i], v.reason)
		}
	}
}

func TestPostGISFindsNothingWrongWithDrawnGround(t *testing.T) {
	stars := overlaytest.Stars{Claims: 150, MinVertices: 5, MaxVertices: 60, Radius: 40, Noise: 2, Spacing: 45}
	for _, claims := range [][]overlaytest.Claim{
		stars.Make(5), overlaytest.Triangles(3, 40, 7, 10_000), overlaytest.Triangles(4, 40, 12, 7),
		overlaytest.Frames(2, 40, 9, 10_000), overlaytest.NearMisses(2, 8), overlaytest.Bricks(6, 1001), overlaytest.Walks(2, 8, 0.03),
	} {
		l := overlaytest.Layer(claims)
		p, err := overlay.Faces(t.Context(), l, overlay.Options{Geometry: true})
		if err != nil {
			t.Fatal(err)
		}
		pairs, err := overlay.Pairs(t.Context(), l, nil, overlay.Options{Geometry: true})
		if err != nil {
			t.Fatal(err)
		}
		var grounds []overlay.MultiPolygon
		for _, f := range p.Faces {
			if f.Ground != nil {
				grounds = append(grounds, f.Ground)
			}
		}
		for _, pair := range pairs {
			if pair.Ground != nil {
				grounds = append(grounds, pair.Ground)
			}
		}
		for i, v := range verdicts(t, grounds) {
			if got := m2(grounds[i].Area()); !v.valid || got < v.area*(1-1e-9) || got > v.area*(1+1e-9) {
				t.Errorf("%v: PostGIS says %s, %v m²; its area here is %v m²", grounds[i], v.reason, v.area, got)
			}
		}
	}
}
