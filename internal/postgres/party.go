package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"jieshi/mediation"
)

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
