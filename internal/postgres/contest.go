package postgres

import (
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"

	"jieshi/geo"
	"jieshi/mediation"
)

var (
	caseAreas  = query("case_areas")
	liveClaims = query("live_claims")
	newestRuns = query("newest_run")
)

// Contest returns the run of the case as its claims stand now. The run was made
// in the transaction that saved the newest claim; if it is missing (a case from
// before, another set of rules) it is made here. [mediation.ErrNoRun] means that
// nobody has claimed any ground.
func (db *DB) Contest(ctx context.Context, number string) (run mediation.Run, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		c, err := lockCase(ctx, tx, number)
		if err != nil {
			return err
		}
		id, err := contest(ctx, tx, c)
		if err != nil {
			return err
		}
		run, err = readRun(ctx, tx, id)
		return err
	})
	return run, err
}

// contest makes a run of the live claims of a case that the caller has locked,
// unless the newest run was made from just these, and returns its id.
func contest(ctx context.Context, tx pgx.Tx, c lockedCase) (uuid.UUID, error) {
	var now claimed
	batch := &pgx.Batch{}
	now.queue(batch, c.id)
	if err := send(ctx, tx, batch); err != nil {
		return uuid.Nil, fmt.Errorf("live claims: %w", err)
	}
	if len(now.inputs) == 0 && now.newest.Number == 0 {
		return uuid.Nil, mediation.ErrNoRun
	}
	if slices.Equal(now.newest.Inputs, now.inputs) && now.newest.rules == mediation.ContestRules {
		return now.newest.ID, nil
	}
	run := now.nextRun(c)
	var grounds contestGrounds
	batch = &pgx.Batch{}
	grounds.queue(batch, c.id, now.engine)
	if err := send(ctx, tx, batch); err != nil {
		return uuid.Nil, fmt.Errorf("contested grounds of case %s: %w", c.number, err)
	}
	if err := grounds.measure(ctx, tx, &run, now.sigma); err != nil {
		return uuid.Nil, err
	}
	batch = &pgx.Batch{}
	if err := queueRun(batch, c.id, &run); err != nil {
		return uuid.Nil, err
	}
	if err := send(ctx, tx, batch); err != nil {
		return uuid.Nil, fmt.Errorf("run %d of case %s: %w", run.Number, run.Case, err)
	}
	return run.ID, nil
}

// placeCase notes which areas the case lies in and what it crosses.
func placeCase(ctx context.Context, tx pgx.Tx, caseID, runID uuid.UUID) error {
	_, err := tx.Exec(ctx, caseAreas, pgx.StrictNamedArgs{"case_id": caseID, "run_id": runID})
	if err != nil {
		return fmt.Errorf("areas of the case: %w", err)
	}
	return nil
}

// claimed is what a case is contested over.
type claimed struct {
	inputs []mediation.RunInput // live claims, by side
	sigma  contestSigma         // of their lines
	newest runHead              // zero: no run yet
	engine map[string]string
}

// queue reads it.
func (c *claimed) queue(batch *pgx.Batch, caseID uuid.UUID) {
	c.sigma = contestSigma{k: mediation.BandSigmas, lines: map[int]*geo.Accuracy{}, near: map[vertexOf]nearest{}}
	batch.Queue(liveClaims, pgx.StrictNamedArgs{"case_id": caseID}).Query(func(rows pgx.Rows) error {
		var in mediation.RunInput
		var vertex []float64
		var ground []byte
		_, err := pgx.ForEachRow(rows, append(inputColumns(&in, &vertex), &ground), func() error {
			in.SigmaSHA256 = mediation.SigmaHash(metresOf(vertex))
			c.inputs = append(c.inputs, in)
			return decode(ground, func(g orb.Geometry) {
				m, _ := g.(orb.MultiPolygon)
				c.sigma.know(in.Side, line{m, geo.Metres(in.SigmaM), metresOf(vertex)})
			})
		})
		return err
	})
	queueNewestRun(batch, caseID, &c.newest)
	batch.Queue(engineVersions).QueryRow(func(row pgx.Row) (err error) {
		c.engine, err = scanEngines(row)
		return err
	})
}

// take puts a claim in the place of the one that its party had.
func (c *claimed) take(claim mediation.Claim, vertex []float64) {
	in := mediation.RunInput{
		Claim: claim.ID, Version: claim.Version, Party: claim.Party.Name, Side: claim.Party.Side, SigmaM: float64(claim.SigmaM),
		SHA256: hex.EncodeToString(claim.SHA256[:]), SigmaSHA256: mediation.SigmaHash(metresOf(vertex)),
	}
	i, known := slices.BinarySearchFunc(c.inputs, in.Side, func(have mediation.RunInput, side int) int { return cmp.Compare(have.Side, side) })
	if known {
		c.inputs[i] = in
	} else {
		c.inputs = slices.Insert(c.inputs, i, in)
	}
	c.sigma.know(in.Side, line{claim.Ground, claim.SigmaM, metresOf(vertex)})
}

// nextRun returns the run that the claims as they are will make, without grounds.
func (c *claimed) nextRun(of lockedCase) mediation.Run {
	return mediation.Run{
		ID: uuid.New(), Number: c.newest.Number + 1, Case: of.number, SRID: of.srid,
		GridM: mediation.GridMetres, K: mediation.BandSigmas, Inputs: c.inputs, Engine: c.engine,
	}
}

// inputColumns are where a row of inputs is read to.
func inputColumns(in *mediation.RunInput, vertex *[]float64) []any {
	return []any{&in.Claim, &in.Version, &in.Party, &in.Side, &in.SigmaM, &in.SHA256, vertex}
}

func scanInput(row pgx.CollectableRow) (in mediation.RunInput, err error) {
	var vertex []float64
	err = row.Scan(inputColumns(&in, &vertex)...)
	in.SigmaSHA256 = mediation.SigmaHash(metresOf(vertex))
	return in, err
}

// runHead is the newest run of a case with the rules that made it.
type runHead struct {
	mediation.Run
	rules string
}

func newestRun(ctx context.Context, tx pgx.Tx, caseID uuid.UUID) (head runHead, err error) {
	batch := &pgx.Batch{}
	queueNewestRun(batch, caseID, &head)
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return head, fmt.Errorf("newest run: %w", err)
	}
	if head.Number == 0 {
		return head, mediation.ErrNoRun
	}
	return head, nil
}

// queueNewestRun reads the newest run into head, which stays zero without one.
func queueNewestRun(batch *pgx.Batch, caseID uuid.UUID, head *runHead) {
	batch.Queue(newestRuns, pgx.StrictNamedArgs{"case_id": caseID}).Query(func(rows pgx.Rows) error {
		var in mediation.RunInput
		var vertex []float64
		_, err := pgx.ForEachRow(rows, append([]any{&head.ID, &head.Number, &head.rules}, inputColumns(&in, &vertex)...), func() error {
			if in.Version > 0 {
				in.SigmaSHA256 = mediation.SigmaHash(metresOf(vertex))
				head.Inputs = append(head.Inputs, in)
			}
			return nil
		})
		return err
	})
}

func runInputs(ctx context.Context, tx pgx.Tx, runID uuid.UUID) ([]mediation.RunInput, error) {
	rows, _ := tx.Query(ctx, `
		SELECT claim.id, claim.version, party.name, party.side, claim.sigma_m, encode(claim.sha256, 'hex'), claim.vertex_sigma_m
		FROM contest_input
		JOIN claim ON claim.id = claim_id AND claim.version = claim_version
		JOIN party ON party.id = claim.party_id
		WHERE run_id = $1 ORDER BY party.side`, runID)
	inputs, err := pgx.CollectRows(rows, scanInput)
	if err != nil {
		return nil, fmt.Errorf("inputs of run %s: %w", runID, err)
	}
	return inputs, nil
}

// engineVersions asks for everything whose version may change an overlap.
const engineVersions = `
	SELECT postgis_lib_version(), postgis_geos_version(), split_part(postgis_proj_version(), ' ', 1), current_setting('server_version')`

func engines(ctx context.Context, tx pgx.Tx) (map[string]string, error) {
	return scanEngines(tx.QueryRow(ctx, engineVersions))
}

func scanEngines(row pgx.Row) (map[string]string, error) {
	var postgis, geos, proj, server string
	if err := row.Scan(&postgis, &geos, &proj, &server); err != nil {
		return nil, fmt.Errorf("versions of PostGIS: %w", err)
	}
	return map[string]string{
		"postgis": postgis, "geos": geos, "proj": proj, "postgresql": server, "rules": mediation.ContestRules,
	}, nil
}

type measureColumns struct{ plane, ellipsoidal, sigma float64 }

func (m measureColumns) measure() mediation.Measure {
	return mediation.NewMeasure(m.ellipsoidal, m.plane, m.sigma)
}

// Run returns a run by its id.
func (db *DB) Run(ctx context.Context, id uuid.UUID) (run mediation.Run, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		run, err = readRun(ctx, tx, id)
		return err
	})
	return run, err
}

// CurrentRun returns the newest run of a case, [mediation.ErrNoRun] if it has none.
func (db *DB) CurrentRun(ctx context.Context, number string) (run mediation.Run, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		id, err := caseID(ctx, tx, number)
		if err != nil {
			return err
		}
		head, err := newestRun(ctx, tx, id)
		if err != nil {
			return err
		}
		run, err = readRun(ctx, tx, head.ID)
		return err
	})
	return run, err
}

func caseID(ctx context.Context, tx pgx.Tx, number string) (id uuid.UUID, err error) {
	if err := tx.QueryRow(ctx, "SELECT id FROM dispute_case WHERE number = $1", number).Scan(&id); err != nil {
		return id, fmt.Errorf("case %q: %w", number, domainError(err))
	}
	return id, nil
}

func readRun(ctx context.Context, tx pgx.Tx, id uuid.UUID) (run mediation.Run, err error) {
	var engine []byte
	var sum []byte
	err = tx.QueryRow(ctx, `
		SELECT contest_run.id, contest_run.number, dispute_case.number, contest_run.created_at, contest_run.srid, grid_m, k, engine, sha256
		FROM contest_run JOIN dispute_case ON dispute_case.id = case_id WHERE contest_run.id = $1`, id,
	).Scan(&run.ID, &run.Number, &run.Case, &run.CreatedAt, &run.SRID, &run.GridM, &run.K, &engine, &sum)
	if err != nil {
		return run, fmt.Errorf("run %s: %w", id, domainError(err))
	}
	copy(run.SHA256[:], sum)
	run.CreatedAt = run.CreatedAt.UTC()
	if err := json.Unmarshal(engine, &run.Engine); err != nil {
		return run, fmt.Errorf("engines of run %s: %w", id, err)
	}
	if run.Inputs, err = runInputs(ctx, tx, id); err != nil {
		return run, err
	}
	if run.Pieces, err = runPieces(ctx, tx, id); err != nil {
		return run, err
	}
	if run.Extents, err = runExtents(ctx, tx, id); err != nil {
		return run, err
	}
	return run, run.Assemble()
}

func runPieces(ctx context.Context, tx pgx.Tx, id uuid.UUID) ([]mediation.Piece, error) {
	rows, _ := tx.Query(ctx, `
		SELECT n, sides, verdict, ST_AsEWKB(nominal, 'NDR'), ST_AsEWKB(core, 'NDR'),
			nominal_plane_m2, nominal_ellipsoidal_m2, nominal_sigma_m2, core_plane_m2, core_ellipsoidal_m2, core_sigma_m2,
			width_m, tolerance_m, sliver, ST_AsEWKB(label, 'NDR')
		FROM contest_piece WHERE run_id = $1 ORDER BY n`, id)
	pieces, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (p mediation.Piece, err error) {
		var nominal, core measureColumns
		err = row.Scan(&p.N, &p.Sides, &p.Verdict, &p.GroundEWKB, &p.CoreEWKB,
			&nominal.plane, &nominal.ellipsoidal, &nominal.sigma, &core.plane, &core.ellipsoidal, &core.sigma,
			&p.WidthM, &p.ToleranceM, &p.Sliver, &p.LabelEWKB)
		if err != nil {
			return p, err
		}
		p.Nominal, p.Core = nominal.measure(), core.measure()
		return p, errors.Join(
			decode(p.GroundEWKB, func(g orb.Geometry) { p.Ground, _ = g.(orb.Polygon) }),
			decode(p.CoreEWKB, func(g orb.Geometry) { p.CoreGround, _ = g.(orb.MultiPolygon) }),
			decode(p.LabelEWKB, func(g orb.Geometry) { p.Label, _ = g.(orb.Point) }),
		)
	})
	if err != nil {
		return nil, fmt.Errorf("pieces of run %s: %w", id, err)
	}
	return pieces, nil
}

// decode reads EWKB that PostGIS wrote; nothing in gives nothing out.
func decode(b []byte, set func(orb.Geometry)) error {
	if b == nil {
		return nil
	}
	g, _, err := ewkb.Unmarshal(b)
	if err != nil {
		return err
	}
	set(g)
	return nil
}

func runExtents(ctx context.Context, tx pgx.Tx, id uuid.UUID) ([]mediation.Extent, error) {
	rows, _ := tx.Query(ctx, `
		SELECT level, sides, ST_AsEWKB(ground, 'NDR'), plane_m2, ellipsoidal_m2, sigma_m2
		FROM contest_extent WHERE run_id = $1 ORDER BY sides, level`, id)
	extents, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (e mediation.Extent, err error) {
		var m measureColumns
		err = row.Scan(&e.Level, &e.Sides, &e.EWKB, &m.plane, &m.ellipsoidal, &m.sigma)
		e.Area = m.measure()
		return e, err
	})
	if err != nil {
		return nil, fmt.Errorf("extents of run %s: %w", id, err)
	}
	return extents, nil
}

// PieceShapes returns the shapes of a run at one level: one a piece for
// nominal and core, one for the case and one a pair for outer.
func (db *DB) PieceShapes(ctx context.Context, id uuid.UUID, level mediation.Level) (shapes []mediation.PieceShape, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		var known bool
		if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM contest_run WHERE id = $1)", id).Scan(&known); err != nil || !known {
			return errors.Join(err, unknownRun(known, id))
		}
		rows, _ := tx.Query(ctx, pieceShapes, pgx.StrictNamedArgs{"run_id": id, "level": level})
		shapes, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (s mediation.PieceShape, err error) {
			var label []float64
			err = row.Scan(&s.N, &s.Sides, &s.LonLat, &label)
			if len(label) == 2 {
				s.Label = (*[2]float64)(label)
			}
			return s, err
		})
		return err
	})
	return shapes, err
}

func unknownRun(known bool, id uuid.UUID) error {
	if known {
		return nil
	}
	return fmt.Errorf("run %s: %w", id, mediation.ErrNotFound)
}

var pieceShapes = query("piece_shapes")
