package api_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/maptile"

	"jieshi/api"
	"jieshi/internal/postgres"
	"jieshi/mediation"
)

// audit lays a register over itself, and waits until that is done.
func (s *site) audit(layer string) mediation.Audit {
	s.t.Helper()
	begun, err := s.db.BeginAudit(s.ctx, layer, "", false)
	if err != nil {
		s.t.Fatal(err)
	}
	working, stop := context.WithCancel(s.ctx)
	ended := make(chan error, 1)
	go func() { ended <- s.db.Work(working, postgres.Pools{postgres.QueueAudit: 1}, nil) }()
	waiting, cancel := context.WithTimeout(s.ctx, 2*time.Minute)
	defer cancel()
	done, err := s.db.WaitAudit(waiting, begun.ID, nil)
	stop()
	if err := errors.Join(err, <-ended); err != nil {
		s.t.Fatal(err)
	}
	return done
}

/*
100 +---------------+

	   |   1           |
	   |       +-------|------+      1 and 2 have 60 × 50 m in common,
	50 |       |///////|      |      2 and 3 a strip of 2 cm, thinner than
	   +-------|-------+  2  ||      a tile can draw
	           +-------------||
	   0      40      100  150
*/
func TestAnAuditAndItsTiles(t *testing.T) {
	s := open(t)
	s.register("土地证", [4]float64{0, 50, 100, 100}, [4]float64{40, 40, 150, 100}, [4]float64{149.98, 40, 200, 100})
	a := s.audit("土地证")
	at := fmt.Sprintf("/api/v1/audits/%d", a.ID)

	var list struct{ Items []api.Audit }
	s.get("/api/v1/audits").want(200).as(&list)
	var one api.Audit
	s.get(at).want(200).as(&one)
	for _, got := range append(list.Items, one) {
		if got.Id != a.ID || got.Status != api.Finished || got.Pairs != 2 || math.Abs(got.SumM2-3001.2) > 1e-6 || math.Abs(*got.DistinctM2-3001.2) > 1e-6 {
			t.Errorf("%+v, want two pairs of 3001.2 m²", got)
		}
	}
	var overlaps struct{ Items []api.Overlap }
	s.get(at + "/overlaps").want(200).as(&overlaps)
	if len(overlaps.Items) != 2 || overlaps.Items[0].A != 1 || overlaps.Items[0].B != 2 || math.Abs(overlaps.Items[0].M2-3000) > 1e-6 || math.Abs(overlaps.Items[0].Mu-4.5) > 1e-6 {
		t.Errorf("%+v, want 1 and 2 first, 3000 m² or 4.5 mu", overlaps.Items)
	}
	s.get(at + "/overlaps?limit=1").want(200).as(&overlaps)
	if len(overlaps.Items) != 1 {
		t.Errorf("%d overlaps, want 1", len(overlaps.Items))
	}

	var about api.TileJSON
	s.get(at + "/tiles.json").want(200).as(&about)
	if about.Bounds == nil || len(*about.Bounds) != 4 || about.Tiles[0] != "https://map.example"+at+"/tiles/{z}/{x}/{y}.mvt" {
		t.Fatalf("TileJSON %+v", about)
	}
	box := *about.Bounds
	middle := [2]float64{(box[0] + box[2]) / 2, (box[1] + box[3]) / 2}
	for _, tc := range []struct {
		zoom       maptile.Zoom
		layer      string
		types      []string
		properties string
	}{
		{16, "overlaps", []string{"Polygon", "Point"}, "m2"},
		{13, "overlaps", []string{"Polygon", "Polygon"}, "m2"}, // there the strip lies across a step of the grid
		{8, "blocks", []string{"Point"}, "n"},
		{0, "blocks", []string{"Point"}, "n"},
	} {
		tile := maptile.At(middle, tc.zoom)
		got := s.get(fmt.Sprintf("%s/tiles/%d/%d/%d.mvt", at, tile.Z, tile.X, tile.Y)).want(200)
		layers, err := mvt.Unmarshal(got.body)
		if err != nil || len(layers) != 1 || layers[0].Name != tc.layer || len(layers[0].Features) != len(tc.types) {
			t.Fatalf("zoom %d: %+v (%v), want %d features of %s", tc.zoom, layers, err, len(tc.types), tc.layer)
		}
		for i, want := range tc.types {
			f := layers[0].Features[i]
			if f.Geometry.GeoJSONType() != want || f.Properties[tc.properties] == nil {
				t.Errorf("zoom %d: feature %d is a %s with %v, want a %s with %s", tc.zoom, i, f.Geometry.GeoJSONType(), f.Properties, want, tc.properties)
			}
		}
		again := s.get(fmt.Sprintf("%s/tiles/%d/%d/%d.mvt", at, tile.Z, tile.X, tile.Y))
		if !bytes.Equal(again.body, got.body) || again.header.Get("Cache-Control") != "private, no-cache" {
			t.Errorf("zoom %d: the same tile twice is not the same, or kept for others: %v", tc.zoom, again.header)
		}
		s.get(fmt.Sprintf("%s/tiles/%d/%d/%d.mvt", at, tile.Z, tile.X, tile.Y), "If-None-Match", got.header.Get("ETag")).want(304)
	}
	far := maptile.At([2]float64{middle[0] + 1, middle[1]}, 14)
	s.get(fmt.Sprintf("%s/tiles/14/%d/%d.mvt", at, far.X, far.Y)).want(204)
	s.get(at + "/tiles/3/9/1.mvt").want(400)
	for _, path := range []string{"", "/overlaps", "/tiles.json", "/tiles/0/0/0.mvt"} {
		s.get("/api/v1/audits/999" + path).want(404)
	}
}
