package overlay_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"jieshi/geo/overlay"
	"jieshi/geo/overlay/overlaytest"
	"jieshi/internal/pgserver/pgtest"
)

// kindsOfLayers make layers of a kind by a seed and a size from 0 to 255.
var kindsOfLayers = []struct {
	name string
	make func(seed uint64, size int64) []overlaytest.Claim
}{
	{"stars", func(seed uint64, size int64) []overlaytest.Claim {
		return overlaytest.Stars{Claims: 6 + int(size%25), MinVertices: 4, MaxVertices: 40, Radius: 40, Noise: 1, Spacing: 40}.Make(seed)
	}},
	{"stars on a lattice", func(seed uint64, size int64) []overlaytest.Claim {
		return overlaytest.Stars{Claims: 6 + int(size%20), MinVertices: 4, MaxVertices: 20, Radius: 40, Spacing: 40, Step: 10_000}.Make(seed)
	}},
	{"coverage with duplicates", func(seed uint64, size int64) []overlaytest.Claim {
		once := overlaytest.Coverage(2+int(size%4), int64(1000+seed%100_000))
		return append(once, overlaytest.Shifted(once[:1+seed%uint64(len(once))], 0, 0, 1000)...)
	}},
	{"bricks", func(seed uint64, size int64) []overlaytest.Claim {
		return overlaytest.Bricks(2+int(size%4), int64(1000+seed%100_000))
	}},
	{"collinear triangles", func(seed uint64, size int64) []overlaytest.Claim {
		return overlaytest.Triangles(seed, 6+int(size%20), 3+size%9, int64(1+seed%20_000))
	}},
	{"frames and islands", func(seed uint64, size int64) []overlaytest.Claim {
		return overlaytest.Frames(seed, 4+int(size%16), 4+size%6, int64(1+seed%20_000))
	}},
	{"near misses of one grid unit", func(seed uint64, size int64) []overlaytest.Claim {
		return overlaytest.NearMisses(seed, 2+int(size%5))
	}},
	{"walks with the noise of GNSS", func(seed uint64, size int64) []overlaytest.Claim {
		return overlaytest.Walks(seed, 2+int(size%5), 0.005*float64(1+size%40))
	}},
}

// FuzzPostGISAgrees draws layers of every kind and asks PostGIS for the same: all
// pairs, all pairs between every other claim and the rest as two layers, and all
// sets of claimants. Where GEOS throws, there is nothing to compare with.
func FuzzPostGISAgrees(f *testing.F) {
	if os.Getenv(pgtest.Variable) == "" {
		f.Skip(pgtest.Variable + " does not name a database to compare with")
	}
	for kind := range kindsOfLayers {
		f.Add(uint8(kind), uint64(kind)*977+5, uint8(37*kind+11))
	}
	f.Fuzz(func(t *testing.T, kind uint8, seed uint64, size uint8) {
		k := kindsOfLayers[int(kind)%len(kindsOfLayers)]
		var claims []overlaytest.Claim
		for _, c := range k.make(seed, int64(size)) {
			if breaks(faultsOf(c.Ground)) { // a star on a coarse lattice may cross itself
				c.Ground = repairOf(c.Ground)
			}
			if c.Ground != nil {
				claims = append(claims, c)
			}
		}
		p, err := overlay.Faces(t.Context(), overlaytest.Layer(claims), overlay.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var even, odd []overlaytest.Claim
		for _, c := range claims {
			if c.ID%2 == 0 {
				even = append(even, c)
			} else {
				odd = append(odd, c)
			}
		}
		between, err := overlay.Pairs(t.Context(), overlaytest.Layer(even), overlaytest.Layer(odd), overlay.Options{})
		if err != nil {
			t.Fatal(err)
		}
		wantPairs, ok := asked(t, pairsQuery, claims)
		if !ok {
			return
		}
		wantBetween := map[string]answer{}
		for key, w := range wantPairs {
			var a, b int64
			if _, err := fmt.Sscanf(key, "[%d %d]", &a, &b); err != nil {
				t.Fatal(err)
			}
			if a%2 != b%2 {
				wantBetween[key] = w
			}
		}
		compare(t, "pair", areasOf(p.Pairs), wantPairs)
		compare(t, "pair of two layers", areasOf(between), wantBetween)
		if wantFaces, ok := asked(t, facesQuery, claims); ok {
			faces := map[string]float64{}
			for _, face := range p.Faces {
				faces[fmt.Sprint(face.Claims)] = m2(face.Area)
			}
			compare(t, "face", faces, wantFaces)
		}
	})
}

// areasOf returns areas in m² by the two IDs, the lower first.
func areasOf(pairs []overlay.Pair) map[string]float64 {
	areas := map[string]float64{}
	for _, p := range pairs {
		areas[fmt.Sprint([]int64{min(p.A, p.B), max(p.A, p.B)})] = m2(p.Area)
	}
	return areas
}

// asked asks PostGIS, unless GEOS cannot answer.
func asked(t *testing.T, query string, claims []overlaytest.Claim) (map[string]answer, bool) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	answers, err := postgis(t, conn, query, claims)
	if err != nil && strings.Contains(err.Error(), "TopologyException") {
		return nil, false
	}
	if err != nil {
		t.Fatal(err)
	}
	return answers, true
}
