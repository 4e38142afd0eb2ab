package api_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/paulmach/orb"

	"jieshi/api"
	"jieshi/internal/postgres"
	"jieshi/mediation"
)

// register imports boxes {west, south, east, north}, metres from (632000, 2683000)
// in EPSG:4545; features are numbered from 1.
func (s *site) register(name string, boxes ...[4]float64) {
	s.t.Helper()
	m, err := s.db.BeginImport(s.ctx, postgres.NewLayer{Name: name, Kind: "land", SRID: 4545, SigmaM: 0.05, Source: name, SHA256: mediation.Hash{1}})
	if err != nil {
		s.t.Fatal(err)
	}
	defer m.Close()
	for i, b := range boxes {
		box := orb.Bound{Min: orb.Point{632000 + b[0], 2683000 + b[1]}, Max: orb.Point{632000 + b[2], 2683000 + b[3]}}
		if err := m.Add(s.ctx, int64(i+1), orb.MultiPolygon{box.ToPolygon()}); err != nil {
			s.t.Fatal(err)
		}
	}
	if _, err := m.Finish(s.ctx); err != nil {
		s.t.Fatal(err)
	}
}

/*
100 +---------------------+

	   |  claim     +--------|----+
	50 |            |  2     |    |
	   +------+     +--------|----+
	   |  1   |              +----+
	 0 +------+--------------+  3 |     3 only touches the claim
	   0     40    60       100  120
*/
func TestTheRegisteredParcelsUnderAClaim(t *testing.T) {
	s := open(t)
	s.register("土地证", [4]float64{0, 0, 40, 40}, [4]float64{60, 50, 120, 80}, [4]float64{100, 0, 120, 45})
	number := s.openCase()
	s.claim(number, "龙塘村", 0, 0, 100, 100)
	var claims api.ClaimCollection
	s.get("/api/v1/cases/" + number + "/claims").want(200).as(&claims)
	path := "/api/v1/claims/" + claims.Features[0].Id + "/parcels"

	var parcels struct{ Items []api.RegisteredOverlap }
	s.get(path).want(200).as(&parcels)
	if len(parcels.Items) != 2 {
		t.Fatalf("%d parcels, want 2: %+v", len(parcels.Items), parcels.Items)
	}
	for i, want := range []struct {
		feature int64
		m2      float64
	}{{1, 1600}, {2, 1200}} {
		got := parcels.Items[i]
		if got.Layer != "土地证" || got.Kind != "land" || got.Feature != want.feature || math.Abs(float64(got.Area.Plane.SquareMetres)-want.m2) > 1e-6 || got.Geometry != nil {
			t.Errorf("%+v, want feature %d of %v m², without geometry", got, want.feature, want.m2)
		}
	}
	s.get(path + "?geometry=true").want(200).as(&parcels)
	var ground struct {
		Type        string
		Coordinates orb.MultiPolygon
	}
	if err := json.Unmarshal(*parcels.Items[0].Geometry, &ground); err != nil || ground.Type != "MultiPolygon" || len(ground.Coordinates) != 1 {
		t.Errorf("geometry %s: %v", *parcels.Items[0].Geometry, err)
	}
	s.get("/api/v1/claims/6f9619ff-8b86-4d01-b42d-00cf4fc964ff/parcels").want(404)
	s.get("/api/v1/claims/none/parcels").want(400)
}
