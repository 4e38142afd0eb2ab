package postgres

import (
	"context"
	"crypto/sha256"
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

// lonLatSRID is what fixes and footprints are kept in: CGCS2000 degrees. WGS 84
// positions are the same within the error of any receiver that could tell.
const lonLatSRID = 4490

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

func (db *DB) saveWalk(ctx context.Context, tx pgx.Tx, w mediation.NewWalk) (saved mediation.SavedWalk, err error) {
	c, err := lockCase(ctx, tx, w.Case)
	if err != nil {
		return saved, err
	}
	if saved, err = knownWalk(ctx, tx, c, w); err != nil || saved.Known {
		return saved, err
	}
	if c.ended {
		return saved, mediation.ErrEnded
	}
	if err := settleSRID(ctx, tx, &c, w.SRID); err != nil {
		return saved, err
	}
	saved.SRID = c.srid
	party, err := joinParty(ctx, tx, c.id, w.Party)
	if err != nil {
		return saved, err
	}
	if err := saveAsset(ctx, tx, w.Asset); err != nil {
		return saved, err
	}
	if saved.Walk, err = insertWalk(ctx, tx, c.id, party.ID, w); err != nil {
		return saved, err
	}
	if len(w.Adopt) > 0 {
		if err := db.adopt(ctx, tx, c, party, w, &saved); err != nil {
			return saved, err
		}
	}
	return saved, db.fileWalk(ctx, tx, c, party, w, saved)
}

func knownWalk(ctx context.Context, tx pgx.Tx, c lockedCase, w mediation.NewWalk) (saved mediation.SavedWalk, err error) {
	err = tx.QueryRow(ctx, `
		SELECT walk.id FROM walk JOIN party ON party.id = party_id
		WHERE walk.case_id = $1 AND party.name = $2 AND asset_sha256 = $3 AND track = $4 AND options = $5`,
		c.id, w.Party, w.Asset.SHA256[:], w.Track, w.Options).Scan(&saved.Walk)
	if errors.Is(err, pgx.ErrNoRows) {
		return saved, nil
	}
	if err != nil {
		return saved, fmt.Errorf("earlier walk: %w", err)
	}
	saved.Known, saved.SRID = true, c.srid
	claims, err := queryClaims(ctx, tx, "walk", saved.Walk)
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

// joinParty finds a party of the case by name, or lets it join as the next side.
func joinParty(ctx context.Context, tx pgx.Tx, caseID uuid.UUID, name string) (p mediation.Party, err error) {
	err = tx.QueryRow(ctx, `
		INSERT INTO party (case_id, name, side)
		SELECT $1, $2, coalesce(max(side), 0) + 1 FROM party WHERE case_id = $1
		ON CONFLICT (case_id, name) DO NOTHING
		RETURNING id, name, side`, caseID, name).Scan(&p.ID, &p.Name, &p.Side)
	if errors.Is(err, pgx.ErrNoRows) {
		err = tx.QueryRow(ctx, "SELECT id, name, side FROM party WHERE case_id = $1 AND name = $2", caseID, name).Scan(&p.ID, &p.Name, &p.Side)
	}
	if err != nil {
		return p, fmt.Errorf("party %q: %w", name, domainError(err))
	}
	return p, nil
}

func insertWalk(ctx context.Context, tx pgx.Tx, caseID, partyID uuid.UUID, w mediation.NewWalk) (uuid.UUID, error) {
	survey, err := joinSurvey(ctx, tx, caseID, firstTime(w.Walk.Fixes))
	if err != nil {
		return uuid.Nil, err
	}
	status := "questioned"
	if len(w.Adopt) > 0 {
		status = "adopted"
	}
	line := make(orb.LineString, len(w.Walk.Fixes))
	for i, f := range w.Walk.Fixes {
		line[i] = orb.Point{f.Lon, f.Lat}
	}
	id := uuid.New()
	_, err = tx.Exec(ctx, `
		INSERT INTO walk (id, case_id, survey_id, party_id, asset_sha256, track, options, filename, format, status, report, raw_line, received_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, ST_GeomFromEWKB($12), current_setting('app.user'))`,
		id, caseID, survey, partyID, w.Asset.SHA256[:], w.Track, w.Options, w.Filename, w.Walk.Format, status, w.Report,
		ewkb.MustMarshal(line, lonLatSRID))
	if err != nil {
		return uuid.Nil, fmt.Errorf("walk: %w", err)
	}
	return id, insertFixes(ctx, tx, id, w)
}

// joinSurvey finds or makes the field mission of a day; without a date it is today's.
func joinSurvey(ctx context.Context, tx pgx.Tx, caseID uuid.UUID, on time.Time) (id uuid.UUID, err error) {
	var day *time.Time
	if !on.IsZero() {
		day = &on
	}
	err = tx.QueryRow(ctx, `
		WITH fresh AS (
			INSERT INTO survey (case_id, surveyed_on) VALUES ($1, coalesce($2::date, current_date))
			ON CONFLICT (case_id, surveyed_on) DO NOTHING
			RETURNING id
		)
		SELECT id FROM fresh
		UNION ALL
		SELECT id FROM survey WHERE case_id = $1 AND surveyed_on = coalesce($2::date, current_date)`, caseID, day).Scan(&id)
	if err != nil {
		return id, fmt.Errorf("survey: %w", err)
	}
	return id, nil
}

func firstTime(fixes []ingest.Fix) time.Time {
	for _, f := range fixes {
		if !f.Time.IsZero() {
			return f.Time
		}
	}
	return time.Time{}
}

var fixColumns = []string{
	"walk_id", "n", "position", "height_m", "height_type", "fixed_at", "quality",
	"sigma_east_m", "sigma_north_m", "sigma_up_m", "satellites", "hdop", "pdop", "age_s", "source_line", "jump",
	"name", "description", "epochs", "averaged_until", "antenna_height_m",
	"sigma_m", "sigma_from",
}

// insertFixes copies every fix as the receiver gave it. A zero that means "the
// receiver did not say" becomes null.
func insertFixes(ctx context.Context, tx pgx.Tx, walkID uuid.UUID, w mediation.NewWalk) error {
	if err := registerGeometry(ctx, tx); err != nil {
		return err
	}
	fixes := w.Walk.Fixes
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"walk_fix"}, fixColumns, pgx.CopyFromSlice(len(fixes), func(i int) ([]any, error) {
		f := fixes[i]
		// A height whose kind nobody knows is kept as it came, like the rest of the fix.
		height := &f.Height
		if f.HeightType == "" {
			f.HeightType = ingest.HeightUnknown
		}
		if f.HeightType == ingest.HeightUnknown && f.Height == 0 {
			height = nil
		}
		sigma, from := w.Walk.SigmaOf(f)
		return []any{
			walkID, i + 1, ewkb.MustMarshal(orb.Point{f.Lon, f.Lat}, lonLatSRID), height, string(f.HeightType), dateOrNull(f.Time), string(f.Quality),
			orNull(float64(f.SigmaEast)), orNull(float64(f.SigmaNorth)), orNull(float64(f.SigmaUp)),
			orNull(f.Satellites), orNull(f.HDOP), orNull(f.PDOP), orNull(f.AgeSeconds), orNull(f.Line), w.Jumps[i],
			orNull(f.Name), orNull(f.Description), orNull(f.Epochs), dateOrNull(f.Until), orNull(float64(f.AntennaHeight)),
			float64(sigma), string(from),
		}, nil
	}))
	if err != nil {
		return fmt.Errorf("fixes of the walk: %w", err)
	}
	return nil
}

func orNull[T int | float64 | string](v T) *T {
	var none T
	if v == none {
		return nil
	}
	return &v
}

var adoptedGround = query("adopted_ground")

// adopt makes the claim of a walk, or a new version of the claim that the party has.
func (db *DB) adopt(ctx context.Context, tx pgx.Tx, c lockedCase, party mediation.Party, w mediation.NewWalk, saved *mediation.SavedWalk) error {
	var ground, walked []byte
	var ellipsoidal float64
	var proj string
	lines := ewkb.MustMarshal(orb.MultiLineString(w.Adopt), lonLatSRID)
	err := tx.QueryRow(ctx, adoptedGround, pgx.StrictNamedArgs{"line": lines, "srid": c.srid, "grid_m": mediation.GridMetres}).
		Scan(&ground, &walked, &ellipsoidal, &proj)
	if err != nil {
		return fmt.Errorf("ground of the walk: %w", err)
	}
	claim := newClaim{party: party, walk: &saved.Walk, source: w.Source, sigma: w.Sigma, ground: ground, ellipsoidalM2: ellipsoidal}
	if len(w.Sigmas) > 0 {
		if claim.vertex, err = vertexSigmas(ground, walked, w.Sigmas); err != nil {
			return fmt.Errorf("accuracy of the walk: %w", err)
		}
	}
	claim.transform = fmt.Sprintf("EPSG:4326 to EPSG:%d, ST_Transform, PROJ %s, grid %g m", c.srid, proj, mediation.GridMetres)
	if saved.Claim, saved.Run, err = db.saveClaim(ctx, tx, c, claim); err != nil {
		return err
	}
	return nil
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

// fileWalk puts the walk before the mediator: what was walked, what was made of it.
func (db *DB) fileWalk(ctx context.Context, tx pgx.Tx, c lockedCase, party mediation.Party, w mediation.NewWalk, saved mediation.SavedWalk) error {
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
		Reader: w.Walk.Format, Track: w.Track, Options: w.Options, Fixes: len(w.Walk.Fixes), SRID: c.srid, Report: w.Report,
	}
	if claim := saved.Claim; claim != nil {
		hash := mediation.Hash(claim.SHA256)
		content.Claim, content.Version, content.ClaimSHA256 = &claim.ID, claim.Version, &hash
	}
	_, err := db.file(ctx, tx, c, mediation.Evidence{
		Kind: mediation.EvidenceWalk, Subject: saved.Walk,
		Title:  fmt.Sprintf("踏界记录 boundary walk: %s (%s)", party.Name, w.Filename),
		Source: w.Filename,
		Files:  []mediation.EvidenceFile{{Role: "original", Filename: w.Filename, SHA256: w.Asset.SHA256, Size: w.Asset.Size}},
	}, content)
	return err
}

// SaveOrthophoto stores a converted picture and files it as evidence in one
// transaction. The original lies in the store already, for the job; the job ends,
// and keeps what tell says of the picture. keep is called last, to give the
// derivatives their names. If any of it fails nothing is stored, also if the job is
// no longer ours to do ([mediation.ErrJobLost]).
//
// The same file on the same case is found, not stored again: Case, Original and
// Attempt are enough then, and keep is not called.
func (db *DB) SaveOrthophoto(ctx context.Context, o mediation.NewOrthophoto,
	tell func(id uuid.UUID, known bool) (json.RawMessage, error), keep func() error,
) (id uuid.UUID, known bool, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		if id, known, err = db.saveOrthophoto(ctx, tx, o); err != nil {
			return err
		}
		report, err := tell(id, known)
		if err != nil {
			return err
		}
		if err := endReady(ctx, tx, o.Attempt, mediation.EvidenceOrthophoto, id, report); err != nil || known {
			return err
		}
		return keep()
	})
	return id, known, err
}

// OrthophotoReport returns what was measured of a file when it came to a case
// before; it is [mediation.ErrNotFound] if it did not.
func (db *DB) OrthophotoReport(ctx context.Context, number string, file mediation.Hash) (report json.RawMessage, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `
			SELECT report FROM orthophoto JOIN dispute_case ON dispute_case.id = case_id
			WHERE number = $1 AND asset_sha256 = $2`, number, file[:]).Scan(&report)
	})
	return report, err
}

func (db *DB) saveOrthophoto(ctx context.Context, tx pgx.Tx, o mediation.NewOrthophoto) (id uuid.UUID, known bool, err error) {
	c, err := lockCase(ctx, tx, o.Case)
	if err != nil {
		return id, false, err
	}
	err = tx.QueryRow(ctx, "SELECT id FROM orthophoto WHERE case_id = $1 AND asset_sha256 = $2", c.id, o.Original.SHA256[:]).Scan(&id)
	switch {
	case err == nil:
		return id, true, nil
	case !errors.Is(err, pgx.ErrNoRows):
		return id, false, fmt.Errorf("earlier orthophoto: %w", err)
	case c.ended:
		return id, false, mediation.ErrEnded
	}
	for _, a := range []mediation.Asset{o.Original, o.Display, o.Measure, o.Thumbnail} {
		if err := saveAsset(ctx, tx, a); err != nil {
			return id, false, err
		}
	}
	if id, err = insertOrthophoto(ctx, tx, c.id, o); err != nil {
		return id, false, err
	}
	return id, false, db.fileOrthophoto(ctx, tx, c, id, o)
}

func insertOrthophoto(ctx context.Context, tx pgx.Tx, caseID uuid.UUID, o mediation.NewOrthophoto) (uuid.UUID, error) {
	survey, err := joinSurvey(ctx, tx, caseID, o.CapturedFrom)
	if err != nil {
		return uuid.Nil, err
	}
	id := uuid.New()
	_, err = tx.Exec(ctx, `
		INSERT INTO orthophoto (id, case_id, survey_id, asset_sha256, display_sha256, thumbnail_sha256, filename, srid, crs_name,
			gsd_m, width, height, valid_fraction, valid_area_m2, footprint, report, captured_from, captured_to,
			measure_sha256, display_zoom, footprint_tolerance_m, crs_declared_by, kind, received_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
			ST_Multi(ST_CollectionExtract(ST_MakeValid(ST_SetSRID(ST_GeomFromGeoJSON($15), 4490)), 3)), $16, $17, $18, $19, $20, $21, CASE WHEN $22 THEN current_setting('app.user') END, coalesce(nullif($23, ''), 'picture'), current_setting('app.user'))`,
		id, caseID, survey, o.Original.SHA256[:], o.Display.SHA256[:], o.Thumbnail.SHA256[:], o.Filename, o.SRID, o.CRSName,
		o.GSDM, o.Width, o.Height, o.ValidFraction, o.ValidAreaM2, string(o.Footprint), o.Report,
		dateOrNull(o.CapturedFrom), dateOrNull(o.CapturedTo), o.Measure.SHA256[:], o.DisplayZoom, o.ToleranceM, o.CRSDeclared, string(o.Kind))
	if err != nil {
		return uuid.Nil, fmt.Errorf("orthophoto: %w", err)
	}
	return id, nil
}

func (db *DB) fileOrthophoto(ctx context.Context, tx pgx.Tx, c lockedCase, id uuid.UUID, o mediation.NewOrthophoto) error {
	content := struct {
		Format     string          `json:"format"`
		Orthophoto uuid.UUID       `json:"orthophoto"`
		Filename   string          `json:"filename"`
		SHA256     mediation.Hash  `json:"sha256"`
		Display    mediation.Hash  `json:"display_sha256"`
		Measure    mediation.Hash  `json:"measure_sha256"`
		Report     json.RawMessage `json:"report"`
	}{"jieshi-orthophoto/2", id, o.Filename, o.Original.SHA256, o.Display.SHA256, o.Measure.SHA256, o.Report}
	_, err := db.file(ctx, tx, c, mediation.Evidence{
		Kind: mediation.EvidenceOrthophoto, Subject: id,
		Title:  fmt.Sprintf("正射影像 orthophoto: %s", o.Filename),
		Source: o.Filename,
		Files:  []mediation.EvidenceFile{{Role: "original", Filename: o.Filename, SHA256: o.Original.SHA256, Size: o.Original.Size}},
	}, content)
	return err
}

func sumOf(b []byte) mediation.Hash { return sha256.Sum256(b) }
