package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"

	"jieshi/geo"
	"jieshi/ingest"
	"jieshi/mediation"
)

// SaveWalk stores a walk with every fix and, if it is adopted, the claim made
// from it, the run that the claim makes, and the evidence, in one transaction.
// The file lies in the store already, for the job; the job ends, and keeps what
// tell says of the walk. If any of it fails nothing is stored, also if the job is
// no longer ours to do ([mediation.ErrJobLost]).
//
// The same file told in the same way is the same walk: it is found, not stored
// again.
func (db *DB) SaveWalk(ctx context.Context, w mediation.NewWalk, tell func(mediation.SavedWalk) (json.RawMessage, error)) (saved mediation.SavedWalk, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		if saved, err = db.saveWalk(ctx, tx, w); err != nil {
			return err
		}
		report, err := tell(saved)
		if err != nil {
			return err
		}
		return endReady(ctx, tx, w.Attempt, mediation.EvidenceWalk, saved.Walk, report)
	})
	return saved, err
}

// saveWalk goes to the server and back once for each thing that needs to know the
// answer to the one before: what the case holds, what became of claim and pieces,
// what follows from them.
func (db *DB) saveWalk(ctx context.Context, tx pgx.Tx, w mediation.NewWalk) (saved mediation.SavedWalk, err error) {
	c, err := lockCase(ctx, tx, w.Case)
	if err != nil {
		return saved, err
	}
	if c.srid == 0 && !c.ended {
		if err := settleSRID(ctx, tx, &c, w.SRID); err != nil {
			return saved, err
		}
	}
	met, err := meetWalk(ctx, tx, c, w)
	if err != nil {
		return saved, err
	}
	if met.walk != nil {
		return knownWalk(ctx, tx, c, *met.walk)
	}
	if c.ended {
		return saved, mediation.ErrEnded
	}
	saved.Walk, saved.SRID = uuid.New(), c.srid
	batch := &pgx.Batch{}
	party := met.join(batch, c.id, w.Party)
	queueWalk(batch, c.id, party.ID, saved.Walk, w)
	var claim *filing
	if len(w.Adopt) > 0 {
		if claim, err = met.claim(ctx, c, party, saved.Walk, w); err != nil {
			return saved, err
		}
		claim.queueClaim(batch)
	}
	if err := send(ctx, tx, batch); err != nil {
		return saved, fmt.Errorf("walk: %w", err)
	}
	batch = &pgx.Batch{}
	if claim != nil {
		if err := claim.queueRun(ctx, tx, batch); err != nil {
			return saved, err
		}
		saved.Claim, saved.Run = &claim.claim, &claim.run.ID
	}
	item, content := walkEvidence(w, party, saved)
	if err := db.queueEvidence(ctx, batch, c, met.last, &item, content); err != nil {
		return saved, err
	}
	if err := send(ctx, tx, batch); err != nil {
		return saved, fmt.Errorf("run and evidence of the walk: %w", err)
	}
	return saved, nil
}

func knownWalk(ctx context.Context, tx pgx.Tx, c lockedCase, walk uuid.UUID) (saved mediation.SavedWalk, err error) {
	saved.Walk, saved.Known, saved.SRID = walk, true, c.srid
	claims, err := queryClaims(ctx, tx, "walk", walk)
	if err == nil && len(claims) > 0 {
		saved.Claim = &claims[0]
	}
	return saved, err
}

// settleSRID gives a case the working CRS of its first ground.
func settleSRID(ctx context.Context, tx pgx.Tx, c *lockedCase, srid int) error {
	if c.srid != 0 {
		return nil
	}
	if err := checkWorkingSRID(ctx, tx, srid); err != nil {
		return err
	}
	c.srid = srid
	_, err := tx.Exec(ctx, "UPDATE dispute_case SET srid = $2, revision = revision + 1 WHERE id = $1", c.id, srid)
	if err != nil {
		return fmt.Errorf("working CRS of case %s: %w", c.number, err)
	}
	return nil
}

// A walkMet is what a walk meets on its case.
type walkMet struct {
	walk  *uuid.UUID // the same file told in the same way
	party *uuid.UUID // nil: nobody of that name
	side  *int
	sides int // the highest that is taken
	last  chainEnd

	// For the claim.
	ground, walked []byte // EWKB in the working CRS: what the lines enclose, and they
	ellipsoidalM2  float64
	proj           string
	now            claimed
}

var (
	walkCircumstances = query("walk_circumstances")
	adoptedGround     = query("adopted_ground")
)

func meetWalk(ctx context.Context, tx pgx.Tx, c lockedCase, w mediation.NewWalk) (met walkMet, err error) {
	batch := &pgx.Batch{}
	batch.Queue(walkCircumstances, pgx.StrictNamedArgs{
		"case_id": c.id, "party": w.Party, "sha256": w.Asset.SHA256[:], "track": w.Track, "options": w.Options,
	}).QueryRow(func(row pgx.Row) error {
		return row.Scan(&met.walk, &met.party, &met.side, &met.sides, &met.last.seq, &met.last.link)
	})
	if len(w.Adopt) > 0 && !c.ended {
		lines := ewkb.MustMarshal(orb.MultiLineString(w.Adopt), lonLatSRID)
		batch.Queue(adoptedGround, pgx.StrictNamedArgs{"line": lines, "srid": c.srid, "grid_m": mediation.GridMetres}).QueryRow(func(row pgx.Row) error {
			return row.Scan(&met.ground, &met.walked, &met.ellipsoidalM2, &met.proj)
		})
		met.now.queue(batch, c.id)
	}
	if err := send(ctx, tx, batch); err != nil {
		return met, fmt.Errorf("ground of the walk: %w", err)
	}
	return met, nil
}

// join returns the party of the walk, which joins as the next side if it is new.
func (met walkMet) join(batch *pgx.Batch, caseID uuid.UUID, name string) mediation.Party {
	if met.party != nil {
		return mediation.Party{ID: *met.party, Name: name, Side: *met.side}
	}
	party := mediation.Party{ID: uuid.New(), Name: name, Side: met.sides + 1}
	batch.Queue("INSERT INTO party (id, case_id, name, side) VALUES ($1, $2, $3, $4)", party.ID, caseID, name, party.Side)
	return party
}

// claim makes the claim of the walk, or a new version of the claim that the party has.
func (met walkMet) claim(ctx context.Context, c lockedCase, party mediation.Party, walk uuid.UUID, w mediation.NewWalk) (*filing, error) {
	claim := newClaim{
		party: party, walk: &walk, source: w.Source, sigma: w.Sigma, ground: met.ground, ellipsoidalM2: met.ellipsoidalM2,
		transform: fmt.Sprintf("EPSG:4326 to EPSG:%d, ST_Transform, PROJ %s, grid %g m", c.srid, met.proj, mediation.GridMetres),
	}
	if len(w.Sigmas) > 0 {
		vertex, err := vertexSigmas(met.ground, met.walked, w.Sigmas)
		if err != nil {
			return nil, fmt.Errorf("accuracy of the walk: %w", err)
		}
		claim.vertex = vertex
	}
	return newFiling(ctx, c, met.now, claim)
}

// vertexSigmas returns the sigma of each vertex of adopted ground: that of the place
// on the walked line (as PostGIS projected it) that the vertex came from, rounded
// up to the grid as it is written in documents.
func vertexSigmas(ground, walked []byte, sigmas []geo.Metres) ([]geo.Metres, error) {
	var area orb.MultiPolygon
	var along orb.LineString
	err := errors.Join(
		decode(ground, func(g orb.Geometry) { area, _ = g.(orb.MultiPolygon) }),
		decode(walked, func(g orb.Geometry) {
			lines, _ := g.(orb.MultiLineString)
			for _, s := range lines {
				along = append(along, s...)
			}
		}))
	if err != nil {
		return nil, err
	}
	if len(sigmas) != len(along) {
		return nil, fmt.Errorf("%d sigmas for a line of %d points", len(sigmas), len(along))
	}
	vertex := geo.VertexSigmas(area, geo.SnapLine(along), sigmas)
	for i, s := range vertex {
		vertex[i] = geo.Metres(max(1, math.Ceil(float64(s)*1e4-1e-6)) / 1e4)
	}
	return vertex, nil
}

// queueWalk keeps the file, the field mission of its day, the walk and its fixes.
func queueWalk(batch *pgx.Batch, caseID, partyID, id uuid.UUID, w mediation.NewWalk) {
	queueAsset(batch, w.Asset)
	var day *time.Time
	if on := firstTime(w.Walk.Fixes); !on.IsZero() {
		day = &on
	}
	batch.Queue(`
		INSERT INTO survey (case_id, surveyed_on) VALUES ($1, coalesce($2::date, current_date))
		ON CONFLICT (case_id, surveyed_on) DO NOTHING`, caseID, day)
	status := "questioned"
	if len(w.Adopt) > 0 {
		status = "adopted"
	}
	line := make(orb.LineString, len(w.Walk.Fixes))
	for i, f := range w.Walk.Fixes {
		line[i] = orb.Point{f.Lon, f.Lat}
	}
	batch.Queue(`
		INSERT INTO walk (id, case_id, survey_id, party_id, asset_sha256, track, options, filename, format, status, report, raw_line, received_by)
		SELECT $1, $2, survey.id, $4, $5, $6, $7, $8, $9, $10, $11, ST_GeomFromEWKB($12), current_setting('app.user')
		FROM survey WHERE case_id = $2 AND surveyed_on = coalesce($3::date, current_date)`,
		id, caseID, day, partyID, w.Asset.SHA256[:], w.Track, w.Options, w.Filename, w.Walk.Format, status, w.Report,
		ewkb.MustMarshal(line, lonLatSRID))
	queueFixes(batch, id, w)
}

func firstTime(fixes []ingest.Fix) time.Time {
	for _, f := range fixes {
		if !f.Time.IsZero() {
			return f.Time
		}
	}
	return time.Time{}
}

// walkEvidence puts the walk before the mediator: what was walked, what was made of it.
func walkEvidence(w mediation.NewWalk, party mediation.Party, saved mediation.SavedWalk) (mediation.Evidence, any) {
	content := struct {
		Format      string          `json:"format"`
		Walk        uuid.UUID       `json:"walk"`
		Party       string          `json:"party"`
		Side        int             `json:"side"`
		Filename    string          `json:"filename"`
		SHA256      mediation.Hash  `json:"sha256"`
		Reader      string          `json:"reader"`
		Track       int             `json:"track"`
		Options     json.RawMessage `json:"options"`
		Fixes       int             `json:"fixes"`
		SRID        int             `json:"srid"`
		Claim       *uuid.UUID      `json:"claim,omitempty"`
		Version     int             `json:"version,omitempty"`
		ClaimSHA256 *mediation.Hash `json:"claim_sha256,omitempty"`
		Report      json.RawMessage `json:"report"`
	}{
		Format: "jieshi-walk/1", Walk: saved.Walk, Party: party.Name, Side: party.Side, Filename: w.Filename, SHA256: w.Asset.SHA256,
		Reader: w.Walk.Format, Track: w.Track, Options: w.Options, Fixes: len(w.Walk.Fixes), SRID: saved.SRID, Report: w.Report,
	}
	if claim := saved.Claim; claim != nil {
		hash := mediation.Hash(claim.SHA256)
		content.Claim, content.Version, content.ClaimSHA256 = &claim.ID, claim.Version, &hash
	}
	return mediation.Evidence{
		Kind: mediation.EvidenceWalk, Subject: saved.Walk,
		Title:  fmt.Sprintf("踏界记录 boundary walk: %s (%s)", party.Name, w.Filename),
		Source: w.Filename,
		Files:  []mediation.EvidenceFile{{Role: "original", Filename: w.Filename, SHA256: w.Asset.SHA256, Size: w.Asset.Size}},
	}, content
}
