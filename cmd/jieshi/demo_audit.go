package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"

	"jieshi/internal/demo"
	"jieshi/internal/postgres"
)

// playAudit brings in the register round the dispute, unless it is there, and
// lays it over itself.
func (p *program) playAudit(ctx context.Context, a *app, out *played) error {
	p.say("核查林权登记 audit of a register …")
	r := demo.NewRegister(demoSeed)
	layers, err := a.db.Layers(ctx)
	if err != nil {
		return err
	}
	known := slices.ContainsFunc(layers, func(l postgres.Layer) bool { return l.Name == r.Name && l.ImportedAt.Year() > 1 })
	if !known {
		if err := bringRegister(ctx, a.db, r); err != nil {
			return err
		}
	}
	audit, err := a.db.BeginAudit(ctx, r.Name, "", false)
	if err == nil && audit.FinishedAt.IsZero() {
		audit, err = p.waitAudit(ctx, a, audit.ID, 1)
	}
	out.Audit, out.Overlaps = audit.ID, audit.Pairs
	return err
}

func bringRegister(ctx context.Context, db *postgres.DB, r demo.Register) error {
	m, err := db.BeginImport(ctx, postgres.NewLayer{
		Name: r.Name, Kind: r.Kind, SRID: r.SRID, SigmaM: r.SigmaM, Source: r.Source,
		SHA256: sha256.Sum256(fmt.Appendf(nil, "jieshi demo register, seed %d", demoSeed)), // there is no file
	})
	if err != nil {
		return err
	}
	defer m.Close()
	for _, parcel := range r.Parcels {
		if err := m.Add(ctx, parcel.Feature, parcel.Ground); err != nil {
			return err
		}
	}
	_, err = m.Finish(ctx)
	return err
}
