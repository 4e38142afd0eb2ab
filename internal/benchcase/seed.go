package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"

	"jieshi/internal/demo"
	"jieshi/internal/postgres"
	"jieshi/mediation"
)

//go:embed seed.sql
var seedSQL string

// A stock is how much the tables hold.
type stock struct {
	land, forest int // cells along a side of each register
	cases        int // two live claims each
}

func (s stock) parcels() int { return s.land*s.land + s.forest*s.forest }

// side is that of the county, metres: a parcel of land has 50 m.
func (s stock) side() float64 { return 50 * float64(s.land) }

// seed fills an empty, migrated database.
func seed(ctx context.Context, db *postgres.DB, url string, s stock, say func(string, ...any)) error {
	begun := time.Now()
	if err := db.SaveAreas(ctx, "invented", areas()); err != nil {
		return err
	}
	for _, l := range []struct {
		name, kind string
		fabric     fabric
	}{{"土地证 land", "land", fabric{s.land, 50, 1}}, {"林权证 forest", "forest", fabric{s.forest, s.side() / float64(s.forest), 2}}} {
		if err := register(ctx, db, l.name, l.kind, l.fabric); err != nil {
			return err
		}
		say("register %s: %d parcels of %.0f m, %s", l.name, l.fabric.n*l.fabric.n, l.fabric.cell, time.Since(begun).Round(time.Second))
	}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if err := claims(ctx, conn, s); err != nil {
		return err
	}
	say("%d claims in %d cases, %s", 2*s.cases, s.cases, time.Since(begun).Round(time.Second))
	_, err = conn.Exec(ctx, "VACUUM ANALYZE")
	say("vacuumed and analyzed, %s", time.Since(begun).Round(time.Second))
	return err
}

// areas are a region, its cities and counties, and the townships of two of them.
func areas() []mediation.AreaOutline {
	var list []mediation.AreaOutline
	for _, a := range demo.Areas(1) {
		// Coordinates are numbers, which always marshal.
		outline, _ := json.Marshal(map[string]any{"type": "MultiPolygon", "coordinates": a.Ground})
		list = append(list, mediation.AreaOutline{Area: mediation.Area{Code: a.Code, Name: a.Name, Level: a.Level}, Parent: a.Parent, Outline: outline})
	}
	return list
}

// register imports a fabric as jieshi layer import does.
func register(ctx context.Context, db *postgres.DB, name, kind string, f fabric) error {
	m, err := db.BeginImport(ctx, postgres.NewLayer{Name: name, Kind: kind, SRID: srid, SigmaM: 0.05, Source: "seed", SHA256: mediation.Hash{1}})
	if err != nil {
		return err
	}
	defer m.Close()
	for j := range f.n {
		for i := range f.n {
			if err := m.Add(ctx, int64(j*f.n+i+1), f.parcel(i, j)); err != nil {
				return err
			}
		}
	}
	_, err = m.Finish(ctx)
	return err
}

func claims(ctx context.Context, conn *pgx.Conn, s stock) error {
	dice := rand.New(rand.NewPCG(1, 1)) //nolint:gosec // no secret
	if _, err := conn.Exec(ctx, "CREATE TEMPORARY TABLE seed_claim (case_n integer, side integer, ground bytea)"); err != nil {
		return err
	}
	_, err := conn.CopyFrom(ctx, pgx.Identifier{"seed_claim"}, []string{"case_n", "side", "ground"}, pgx.CopyFromSlice(2*s.cases, func(i int) ([]any, error) {
		ring := orb.Ring(s.walked(i/2, i%2, dice))
		return []any{i / 2, i%2 + 1, ewkb.MustMarshal(orb.MultiPolygon{{append(ring, ring[0])}}, srid)}, nil
	}))
	if err != nil {
		return fmt.Errorf("claims: %w", err)
	}
	_, err = conn.Exec(ctx, "ALTER TABLE seed_claim ALTER ground TYPE geometry USING ST_ForcePolygonCCW(ST_GeomFromEWKB(ground)); ANALYZE seed_claim;"+seedSQL)
	return err
}
