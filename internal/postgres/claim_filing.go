package postgres

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"jieshi/geo"
	"jieshi/mediation"
)

var claimInsert = query("claim_insert")

// newClaim is ground on its way to becoming the live claim of a party.
type newClaim struct {
	party         mediation.Party
	walk          *uuid.UUID
	source        string
	sigma         geo.Metres
	vertex        []geo.Metres // sigma of each vertex of ground; nil: sigma everywhere
	ground        []byte       // EWKB MultiPolygon in the working CRS
	transform     string       // how it came there; empty: it was drawn there
	ellipsoidalM2 float64
}

// A filing is a claim on its way into a case, with the run that it makes. Each of
// its steps queues statements, so that they travel with those of whoever files:
// newFiling when the case is read, queueClaim, send, queueRun, send.
type filing struct {
	c       lockedCase
	now     claimed
	claim   mediation.Claim // lacks what maps need: LonLat and Endpoint
	run     mediation.Run
	insert  pgx.StrictNamedArgs
	planeM2 float64
	grounds contestGrounds
}

// newFiling prepares to make ground the live claim of a party, in place of the one
// it has. The caller holds the case, and now is what it is contested over.
func newFiling(ctx context.Context, c lockedCase, now claimed, n newClaim) (*filing, error) {
	f := &filing{c: c, now: now, claim: mediation.Claim{
		Party: n.party, Source: n.source, Walk: n.walk, SigmaM: n.sigma, VertexSigmas: n.vertex, SRID: c.srid,
		SHA256: sumOf(n.ground), FiledBy: mediation.ActorOf(ctx).Name,
	}}
	if err := decode(n.ground, func(g orb.Geometry) { f.claim.Ground, _ = g.(orb.MultiPolygon) }); err != nil {
		return nil, fmt.Errorf("ground of the claim of %s: %w", n.party.Name, err)
	}
	boundary := line{ground: f.claim.Ground, sigma: n.sigma, vertex: n.vertex}
	inward, outward, err := boundary.moved(mediation.BandSigmas, c.srid)
	if err != nil {
		return nil, fmt.Errorf("claim of %s: %w", n.party.Name, err)
	}
	f.claim.Area = mediation.NewMeasure(n.ellipsoidalM2, 0, float64(geo.GroundSigma(f.claim.Ground, boundary.sigmas())))
	f.insert = pgx.StrictNamedArgs{
		"id": uuid.New(), "case_id": c.id, "party_id": n.party.ID, "walk_id": n.walk, "source": n.source,
		"sigma_m": float64(n.sigma), "vertex_sigma_m": unlessUniform(n.vertex, n.sigma),
		"ground": n.ground, "inward": inward, "outward": outward,
		"ellipsoidal_m2": n.ellipsoidalM2, "transform": n.transform, "sha256": f.claim.SHA256[:],
	}
	return f, nil
}

// queueClaim files the claim, and has PostGIS overlay it with the others.
func (f *filing) queueClaim(batch *pgx.Batch) {
	batch.Queue(claimInsert, f.insert).QueryRow(func(row pgx.Row) error {
		return row.Scan(&f.claim.ID, &f.claim.Version, &f.claim.FiledAt, &f.planeM2)
	})
	f.grounds.queue(batch, f.c.id, f.now.engine)
}

// queueRun measures what the claim made of the case, and files it.
func (f *filing) queueRun(ctx context.Context, tx pgx.Tx, batch *pgx.Batch) error {
	area := f.claim.Area.Ellipsoidal
	if err := checkScale(f.c.srid, f.planeM2, float64(area.SquareMetres)); err != nil {
		return err
	}
	f.claim.Area = mediation.NewMeasure(float64(area.SquareMetres), f.planeM2, float64(area.Sigma))
	f.claim.FiledAt = f.claim.FiledAt.UTC()
	f.now.take(f.claim, unlessUniform(f.claim.VertexSigmas, f.claim.SigmaM))
	f.run = f.now.nextRun(f.c)
	if err := f.grounds.measure(ctx, tx, &f.run, f.now.sigma); err != nil {
		return err
	}
	if err := queueRun(batch, f.c.id, &f.run); err != nil {
		return err
	}
	batch.Queue("UPDATE dispute_case SET revision = revision + 1 WHERE id = $1", f.c.id)
	return nil
}

// saveClaim files a claim where nothing else travels with it.
func saveClaim(ctx context.Context, tx pgx.Tx, c lockedCase, n newClaim) (*mediation.Claim, *uuid.UUID, error) {
	var now claimed
	batch := &pgx.Batch{}
	now.queue(batch, c.id)
	if err := send(ctx, tx, batch); err != nil {
		return nil, nil, fmt.Errorf("live claims: %w", err)
	}
	f, err := newFiling(ctx, c, now, n)
	if err != nil {
		return nil, nil, err
	}
	batch = &pgx.Batch{}
	f.queueClaim(batch)
	if err := send(ctx, tx, batch); err != nil {
		return nil, nil, fmt.Errorf("claim of %s: %w", n.party.Name, err)
	}
	batch = &pgx.Batch{}
	if err := f.queueRun(ctx, tx, batch); err != nil {
		return nil, nil, err
	}
	if err := send(ctx, tx, batch); err != nil {
		return nil, nil, fmt.Errorf("run %d of case %s: %w", f.run.Number, c.number, err)
	}
	return &f.claim, &f.run.ID, nil
}

// send has the server do what is in a batch, and waits for all of it.
func send(ctx context.Context, tx pgx.Tx, batch *pgx.Batch) error {
	return tx.SendBatch(ctx, batch).Close()
}
