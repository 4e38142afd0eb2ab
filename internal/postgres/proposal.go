package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"
	"github.com/paulmach/orb/planar"

	"jieshi/geo"
	"jieshi/geo/crs"
	"jieshi/geo/divide"
	"jieshi/geo/overlay"
	"jieshi/mediation"
)

var proposalParts = query("proposal_parts")

// SaveProposal keeps a line on a case, with the areas that it gives to whom by
// geo/divide and by PostGIS; whether they agree is kept too. With a key (may be
// empty) a second call answers with the proposal of the first. A case that has
// ended takes none.
func (db *DB) SaveProposal(ctx context.Context, number string, n mediation.NewProposal, key string) (p mediation.Proposal, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		c, err := lockCase(ctx, tx, number)
		if err != nil {
			return err
		}
		if c.ended {
			return mediation.ErrEnded
		}
		asked := request{"proposal", key, []any{number, n}}
		id, err := earlierSubject(ctx, tx, asked)
		if err != nil {
			return err
		}
		if id == uuid.Nil {
			if id, err = insertProposal(ctx, tx, c.id, n); err != nil {
				return err
			}
			if err := keepSubject(ctx, tx, asked, id); err != nil {
				return err
			}
		}
		found, err := readProposals(ctx, tx, c.id, &id)
		if err != nil || len(found) == 0 {
			return errors.Join(err, errNoneIf(len(found) == 0, "proposal "+id.String()))
		}
		p = found[0]
		return nil
	})
	return p, err
}

func errNoneIf(none bool, what string) error {
	if none {
		return fmt.Errorf("%s: %w", what, mediation.ErrNotFound)
	}
	return nil
}

func insertProposal(ctx context.Context, tx pgx.Tx, caseID uuid.UUID, n mediation.NewProposal) (uuid.UUID, error) {
	run, err := readRun(ctx, tx, n.Run)
	if err != nil {
		return uuid.Nil, err
	}
	id, version, err := proposalVersion(ctx, tx, caseID, n)
	if err != nil {
		return uuid.Nil, err
	}
	line := ewkb.MustMarshal(n.Line, run.SRID)
	pieces, err := propose(ctx, tx, &run, n, line)
	if err != nil {
		return uuid.Nil, err
	}
	engine, err := engines(ctx, tx)
	if err != nil {
		return uuid.Nil, err
	}
	engine = maps.Clone(engine)
	engine["rules"] = overlay.Version
	batch := &pgx.Batch{}
	batch.Queue(`INSERT INTO proposal (id, version, case_id, run_id, title, note, line, engine, created_by)
		VALUES ($1, $2, $3, $4, $5, $6, ST_GeomFromEWKB($7), $8, current_setting('app.user'))`,
		id, version, caseID, n.Run, n.Title, n.Note, line, engine)
	for _, p := range pieces {
		for i, s := range p.Shares() {
			batch.Queue(`INSERT INTO proposal_share (proposal_id, version, n, place, side, divided,
					kernel_plane_m2, kernel_ellipsoidal_m2, postgis_plane_m2, postgis_ellipsoidal_m2, agrees)
				VALUES ($1, $2, $3, $4, nullif($5, 0), $6, $7, $8, $9, $10, $11)`,
				id, version, p.N, places[i], s.Side, p.Divided,
				s.Kernel.Plane, s.Kernel.Ellipsoidal, s.PostGIS.Plane, s.PostGIS.Ellipsoidal, s.Agrees)
		}
	}
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return uuid.Nil, fmt.Errorf("proposal: %w", err)
	}
	return id, nil
}

// places are the names of [mediation.ProposedPiece.Shares].
var places = [3]string{"left", "right", "whole"}

// proposalVersion returns under which ID and version to keep a proposal. The run
// and what it replaces must be this case's own.
func proposalVersion(ctx context.Context, tx pgx.Tx, caseID uuid.UUID, n mediation.NewProposal) (id uuid.UUID, version int, err error) {
	var own bool
	if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM contest_run WHERE id = $1 AND case_id = $2)", n.Run, caseID).Scan(&own); err != nil || !own {
		return id, 0, errors.Join(err, errNoneIf(!own, "run of the proposal"))
	}
	if n.Replaces == nil {
		return uuid.New(), 1, nil
	}
	err = tx.QueryRow(ctx, `
		SELECT coalesce(max(version), 0) + 1 FROM proposal
		WHERE id = $1 AND case_id = $2 AND NOT EXISTS (SELECT FROM proposal_withdrawal WHERE proposal_id = $1)`,
		n.Replaces, caseID).Scan(&version)
	if err != nil {
		return id, 0, fmt.Errorf("version of the proposal: %w", err)
	}
	return *n.Replaces, version, errNoneIf(version == 1, "proposal to replace")
}

// propose divides the pieces of a run twice.
func propose(ctx context.Context, tx pgx.Tx, run *mediation.Run, n mediation.NewProposal, line []byte) ([]mediation.ProposedPiece, error) {
	ground := make([]orb.Polygon, len(run.Pieces))
	for i := range run.Pieces {
		ground[i] = run.Pieces[i].Ground
	}
	table, err := divide.NewTable(crs.SRID(run.SRID), ground)
	if err != nil {
		return nil, fmt.Errorf("run %s: %w", run.ID, err)
	}
	cuts, err := table.Divide(ctx, n.Line)
	if err != nil {
		return nil, fmt.Errorf("line of the proposal: %w", err)
	}
	pieces := make([]mediation.ProposedPiece, len(cuts))
	at := map[int]int{}
	for i, c := range cuts {
		seat, err := n.SeatAt(&run.Pieces[i])
		if err != nil {
			return nil, err
		}
		at[run.Pieces[i].N] = i
		pieces[i] = mediation.ProposedPiece{
			N: run.Pieces[i].N, Divided: c.Divided,
			Left:  mediation.ProposedShare{Side: seat.Left, Kernel: c.Left},
			Right: mediation.ProposedShare{Side: seat.Right, Kernel: c.Right},
			Whole: mediation.ProposedShare{Kernel: c.Whole},
		}
	}
	outlines := make([]float64, len(pieces))
	rows, _ := tx.Query(ctx, proposalParts, pgx.StrictNamedArgs{"run_id": run.ID, "line": line, "grid_m": run.GridM})
	var (
		number  int
		outline float64
		part    divide.Measure
		inside  orb.Point
	)
	_, err = pgx.ForEachRow(rows, []any{&number, &outline, &part.Plane, &part.Ellipsoidal, &inside[0], &inside[1]}, func() error {
		i, ok := at[number]
		if !ok {
			return fmt.Errorf("run %s has no piece %d", run.ID, number)
		}
		outlines[i] = outline
		share := shareOn(&pieces[i], sideAt(cuts[i].Parts, inside))
		share.PostGIS = divide.Measure{Plane: share.PostGIS.Plane + part.Plane, Ellipsoidal: share.PostGIS.Ellipsoidal + part.Ellipsoidal}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("parts of run %s: %w", run.ID, err)
	}
	for i := range pieces {
		for _, s := range []*mediation.ProposedShare{&pieces[i].Left, &pieces[i].Right, &pieces[i].Whole} {
			s.Agrees = math.Abs(float64(s.Kernel.Plane-s.PostGIS.Plane)) <= run.GridM*outlines[i]
		}
	}
	return pieces, nil
}

// sideAt returns the side of the kernel's part that holds a point; a sliver that
// only PostGIS has lies beside the line.
func sideAt(parts []overlay.Part, at orb.Point) overlay.Side {
	for _, p := range parts {
		if planar.PolygonContains(overlay.MultiPolygon{p.Ground}.Metres()[0], at) {
			return p.Side
		}
	}
	return overlay.Beside
}

func shareOn(p *mediation.ProposedPiece, side overlay.Side) *mediation.ProposedShare {
	switch side {
	case overlay.LeftOf:
		return &p.Left
	case overlay.RightOf:
		return &p.Right
	default:
		return &p.Whole
	}
}

// Proposals returns the newest version of each proposal of a case that is not
// withdrawn, newest first.
func (db *DB) Proposals(ctx context.Context, number string) (found []mediation.Proposal, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		id, err := caseID(ctx, tx, number)
		if err != nil {
			return err
		}
		found, err = readProposals(ctx, tx, id, nil)
		return err
	})
	return found, err
}

func readProposals(ctx context.Context, tx pgx.Tx, caseID uuid.UUID, only *uuid.UUID) ([]mediation.Proposal, error) {
	rows, _ := tx.Query(ctx, `
		SELECT * FROM (
			SELECT DISTINCT ON (proposal.id) proposal.id, version, dispute_case.number, run_id, ST_SRID(line), proposal.title, note,
				ST_AsEWKB(line, 'NDR'), engine, proposal.created_at, created_by
			FROM proposal JOIN dispute_case ON dispute_case.id = case_id
			WHERE case_id = $1 AND ($2::uuid IS NULL OR proposal.id = $2)
				AND NOT EXISTS (SELECT FROM proposal_withdrawal WHERE proposal_id = proposal.id)
			ORDER BY proposal.id, version DESC
		) AS newest ORDER BY created_at DESC, id`, caseID, only)
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (p mediation.Proposal, err error) {
		var line, engine []byte
		err = row.Scan(&p.ID, &p.Version, &p.Case, &p.Run, &p.SRID, &p.Title, &p.Note, &line, &engine, &p.CreatedAt, &p.CreatedBy)
		if err != nil {
			return p, err
		}
		p.CreatedAt = p.CreatedAt.UTC()
		return p, errors.Join(decode(line, func(g orb.Geometry) { p.Line, _ = g.(orb.LineString) }), json.Unmarshal(engine, &p.Engine))
	})
	if err != nil {
		return nil, fmt.Errorf("proposals: %w", err)
	}
	for i := range found {
		if found[i].Pieces, err = readShares(ctx, tx, &found[i]); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func readShares(ctx context.Context, tx pgx.Tx, p *mediation.Proposal) ([]mediation.ProposedPiece, error) {
	rows, _ := tx.Query(ctx, `
		SELECT n, place, coalesce(side, 0), divided, kernel_plane_m2, kernel_ellipsoidal_m2, postgis_plane_m2, postgis_ellipsoidal_m2, agrees
		FROM proposal_share WHERE proposal_id = $1 AND version = $2 ORDER BY n, place`, p.ID, p.Version)
	var (
		pieces  []mediation.ProposedPiece
		n       int
		place   string
		divided bool
		s       mediation.ProposedShare
		m       [4]geo.SquareMetres
	)
	_, err := pgx.ForEachRow(rows, []any{&n, &place, &s.Side, &divided, &m[0], &m[1], &m[2], &m[3], &s.Agrees}, func() error {
		if len(pieces) == 0 || pieces[len(pieces)-1].N != n {
			pieces = append(pieces, mediation.ProposedPiece{N: n, Divided: divided})
		}
		s.Kernel, s.PostGIS = divide.Measure{Plane: m[0], Ellipsoidal: m[1]}, divide.Measure{Plane: m[2], Ellipsoidal: m[3]}
		last := &pieces[len(pieces)-1]
		switch place {
		case "left":
			last.Left = s
		case "right":
			last.Right = s
		default:
			last.Whole = s
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("shares of proposal %s: %w", p.ID, err)
	}
	return pieces, nil
}

// WithdrawProposal takes a proposal off the table, with all its versions; they
// are kept. One that is not there, or no more, is [mediation.ErrNotFound].
func (db *DB) WithdrawProposal(ctx context.Context, number string, id uuid.UUID) error {
	return db.write(ctx, func(tx pgx.Tx) error {
		c, err := lockCase(ctx, tx, number)
		if err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `
			INSERT INTO proposal_withdrawal (proposal_id, withdrawn_by)
			SELECT $1, current_setting('app.user') WHERE EXISTS (SELECT FROM proposal WHERE id = $1 AND case_id = $2)
			ON CONFLICT DO NOTHING`, id, c.id)
		if err != nil {
			return fmt.Errorf("withdraw proposal %s: %w", id, err)
		}
		return errNoneIf(tag.RowsAffected() == 0, "proposal "+id.String())
	})
}
