package postgres

import (
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"jieshi/mediation"
)

// domainError turns what the database says into what the domain means, by the
// name of the constraint, never by its message.
func domainError(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return mediation.ErrNotFound
	}
	refusal := (*pgconn.PgError)(nil)
	if !errors.As(err, &refusal) {
		return err
	}
	switch refusal.ConstraintName {
	case "party_side_sane":
		return mediation.ErrTooManyParties
	default:
		return err
	}
}
