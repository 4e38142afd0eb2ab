package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"jieshi/mediation"
)

// Walks returns the walks of a case with their reports, oldest first.
func (db *DB) Walks(ctx context.Context, number string) (walks []mediation.Walk, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		id, err := caseID(ctx, tx, number)
		if err != nil {
			return err
		}
		walks, err = queryWalks(ctx, tx, id)
		return err
	})
	return walks, err
}

// Walk returns a walk with its report.
func (db *DB) Walk(ctx context.Context, id uuid.UUID) (walk mediation.Walk, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		var of uuid.UUID
		if err := tx.QueryRow(ctx, "SELECT case_id FROM walk WHERE id = $1", id).Scan(&of); err != nil {
			return fmt.Errorf("walk %s: %w", id, domainError(err))
		}
		walks, err := queryWalks(ctx, tx, of)
		for _, w := range walks {
			if w.ID == id {
				walk = w
			}
		}
		return err
	})
	return walk, err
}

func queryWalks(ctx context.Context, tx pgx.Tx, caseID uuid.UUID) ([]mediation.Walk, error) {
	rows, _ := tx.Query(ctx, `
		SELECT walk.id, dispute_case.number, claim.id, party.id, party.name, party.side,
			walk.filename, walk.format, walk.asset_sha256, asset.size_bytes, walk.track, walk.options, walk.report, walk.received_at, walk.received_by
		FROM walk
		JOIN asset ON asset.sha256 = walk.asset_sha256
		JOIN dispute_case ON dispute_case.id = walk.case_id
		JOIN party ON party.id = walk.party_id
		LEFT JOIN claim ON claim.walk_id = walk.id
		WHERE walk.case_id = $1
		ORDER BY walk.received_at, walk.id`, caseID)
	walks, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (w mediation.Walk, err error) {
		var sum []byte
		err = row.Scan(&w.ID, &w.Case, &w.Claim, &w.Party.ID, &w.Party.Name, &w.Party.Side,
			&w.Filename, &w.Format, &sum, &w.Size, &w.Track, &w.Options, &w.Report, &w.ReceivedAt, &w.ReceivedBy)
		copy(w.SHA256[:], sum)
		w.ReceivedAt = w.ReceivedAt.UTC()
		return w, err
	})
	if err != nil {
		return nil, fmt.Errorf("walks: %w", err)
	}
	return walks, nil
}

// Fixes returns every fix of a walk, in order.
func (db *DB) Fixes(ctx context.Context, walk uuid.UUID) (fixes []mediation.Fix, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		fixes, err = queryFixes(ctx, tx, walk)
		if err == nil && len(fixes) == 0 {
			return fmt.Errorf("walk %s: %w", walk, mediation.ErrNotFound) // every walk has fixes
		}
		return err
	})
	return fixes, err
}

func queryFixes(ctx context.Context, tx pgx.Tx, walk uuid.UUID) ([]mediation.Fix, error) {
	rows, _ := tx.Query(ctx, `
		SELECT n, ST_X(position), ST_Y(position), fixed_at, quality, greatest(sigma_east_m, sigma_north_m),
			height_m, height_type, satellites, jump, name, description, epochs, averaged_until, antenna_height_m, sigma_m, sigma_from
		FROM walk_fix WHERE walk_id = $1 ORDER BY n`, walk)
	fixes, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (f mediation.Fix, err error) {
		err = row.Scan(&f.N, &f.LonLat[0], &f.LonLat[1], &f.Time, &f.Quality, &f.SigmaM, &f.HeightM, &f.HeightType, &f.Satellites, &f.Jump,
			&f.Name, &f.Description, &f.Epochs, &f.Until, &f.AntennaHeightM, &f.CountedSigmaM, &f.SigmaFrom)
		for _, at := range []*time.Time{f.Time, f.Until} {
			if at != nil {
				*at = at.UTC()
			}
		}
		return f, err
	})
	if err != nil {
		return nil, fmt.Errorf("fixes of walk %s: %w", walk, err)
	}
	return fixes, nil
}

var runTile = query("run_tile")

// RunTile returns the vector tile of a run with the layers claims and pieces,
// and the hash of the run as its version. An empty tile is nil.
func (db *DB) RunTile(ctx context.Context, run uuid.UUID, z, x, y int) (tile []byte, version mediation.Hash, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		var sum []byte
		err := tx.QueryRow(ctx, runTile, pgx.StrictNamedArgs{"run_id": run, "z": z, "x": x, "y": y}).Scan(&sum, &tile)
		if err != nil {
			return fmt.Errorf("tile %d/%d/%d of run %s: %w", z, x, y, run, domainError(err))
		}
		copy(version[:], sum)
		return nil
	})
	if len(tile) == 0 {
		tile = nil
	}
	return tile, version, err
}

// OpenSession freezes the map of a case under a token. With a key (may be
// empty) a second call answers with the session of the first.
func (db *DB) OpenSession(ctx context.Context, number, token string, n mediation.NewSession, key string) (s mediation.Session, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		c, err := lockCase(ctx, tx, number)
		if err != nil {
			return err
		}
		asked := request{"session", key, []any{number, n}}
		id, err := earlierSubject(ctx, tx, asked)
		if err != nil {
			return err
		}
		if id == uuid.Nil {
			if id, err = insertSession(ctx, tx, c.id, token, n); err != nil {
				return err
			}
			if err := keepSubject(ctx, tx, asked, id); err != nil {
				return err
			}
		}
		s, err = readSession(ctx, tx, "mediation_session.id = $1", id)
		return err
	})
	return s, err
}

func insertSession(ctx context.Context, tx pgx.Tx, caseID uuid.UUID, token string, n mediation.NewSession) (uuid.UUID, error) {
	if n.Run == nil {
		head, err := newestRun(ctx, tx, caseID)
		if err != nil {
			return uuid.Nil, err
		}
		n.Run = &head.ID
	}
	layers := n.Layers
	if len(layers) == 0 {
		layers = mediation.DefaultLayers
	}
	var id uuid.UUID
	// The run and the pictures must be this case's own: a link shows nothing of another.
	err := tx.QueryRow(ctx, `
		INSERT INTO mediation_session (case_id, token, title, held_on, run_id, orthophoto_id, layers, created_by, contours_id)
		SELECT $1, $2, $3, $4, contest_run.id,
			(SELECT id FROM orthophoto WHERE case_id = $1 AND ($6::uuid IS NULL OR id = $6)
			 ORDER BY coalesce(captured_from, received_at) DESC, id LIMIT 1),
			$7, current_setting('app.user'), $8
		FROM contest_run
		WHERE contest_run.id = $5 AND contest_run.case_id = $1
			AND ($6::uuid IS NULL OR EXISTS (SELECT FROM orthophoto WHERE id = $6 AND case_id = $1))
			AND ($8::uuid IS NULL OR EXISTS (SELECT FROM orthophoto WHERE id = $8 AND case_id = $1 AND contours_sha256 IS NOT NULL))
		RETURNING id`,
		caseID, token, n.Title, dateOrNull(n.HeldOn), n.Run, n.Orthophoto, layers, n.Contours).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return id, fmt.Errorf("run, orthophoto or contours of the session: %w", mediation.ErrNotFound)
	}
	if err != nil {
		return id, fmt.Errorf("session: %w", err)
	}
	return id, nil
}

// Session returns the session that a token opens.
func (db *DB) Session(ctx context.Context, token string) (s mediation.Session, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		s, err = readSession(ctx, tx, "mediation_session.token = $1", token)
		return err
	})
	return s, err
}

func readSession(ctx context.Context, tx pgx.Tx, where string, arg any) (s mediation.Session, err error) {
	var held *time.Time
	err = tx.QueryRow(ctx, `
		SELECT mediation_session.id, token, dispute_case.number, mediation_session.title, held_on, run_id, orthophoto_id, contours_id, layers,
			mediation_session.created_at, created_by
		FROM mediation_session JOIN dispute_case ON dispute_case.id = case_id WHERE `+where, arg,
	).Scan(&s.ID, &s.Token, &s.Case, &s.Title, &held, &s.Run, &s.Orthophoto, &s.Contours, &s.Layers, &s.CreatedAt, &s.CreatedBy)
	if err != nil {
		return s, fmt.Errorf("session: %w", domainError(err))
	}
	s.CreatedAt = s.CreatedAt.UTC()
	if held != nil {
		s.HeldOn = *held
	}
	return s, nil
}

// CRS returns what a map needs to speak the working CRS of a case: the name
// that PostGIS has for it and its PROJ definition.
func (db *DB) CRS(ctx context.Context, srid int) (name, proj4 string, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, `
			SELECT coalesce(substring(srtext FROM '^[A-Z]+\["([^"]+)"'), 'EPSG:' || srid), trim(proj4text)
			FROM spatial_ref_sys WHERE srid = $1`, srid).Scan(&name, &proj4)
		return domainError(err)
	})
	return name, proj4, err
}

// Versions names the engines behind this store.
func (db *DB) Versions(ctx context.Context) (versions map[string]string, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		versions, err = engines(ctx, tx)
		return err
	})
	return versions, err
}
