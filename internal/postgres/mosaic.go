package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"jieshi/mediation"
)

// Mosaic returns how far the orthophoto of a flight is; the zero Mosaic if nobody
// has begun it.
func (db *DB) Mosaic(ctx context.Context, flight uuid.UUID) (m mediation.Mosaic, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, "SELECT engine, state, orthophoto_id FROM mosaic WHERE flight_id = $1", flight).Scan(&m.Engine, &m.State, &m.Orthophoto)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return m, fmt.Errorf("orthophoto of flight %s: %w", flight, err)
	}
	return m, nil
}

// KeepMosaic stores how far the orthophoto of a flight is.
func (db *DB) KeepMosaic(ctx context.Context, flight uuid.UUID, m mediation.Mosaic) error {
	if m.State == nil {
		m.State = json.RawMessage("{}")
	}
	err := db.write(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO mosaic (flight_id, engine, state, orthophoto_id, begun_by) VALUES ($1, $2, $3, $4, current_setting('app.user'))
			ON CONFLICT (flight_id) DO UPDATE SET engine = $2, state = $3, orthophoto_id = $4, changed_at = now()`,
			flight, m.Engine, m.State, m.Orthophoto)
		return err
	})
	if err != nil {
		return fmt.Errorf("orthophoto of flight %s: %w", flight, err)
	}
	return nil
}
