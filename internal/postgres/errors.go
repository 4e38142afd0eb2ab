package postgres

import (
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"jieshi/ingest"
	"jieshi/mediation"
)

// notText is character_not_in_repertoire: bytes that are no UTF-8, or a NUL,
// which no text in the database can hold.
const notText = "22021"

var errNotText = &ingest.Refusal{
	Code:   "not_text",
	Reason: ingest.Text{ZH: "文字不是有效的 UTF-8，或含有空字符。", EN: "A text is not valid UTF-8, or has a NUL in it."},
	Remedy: ingest.Text{ZH: "请重新输入该文字。", EN: "Type the text again."},
}

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
	if refusal.Code == notText {
		return errNotText
	}
	switch refusal.ConstraintName {
	case "job_once":
		return mediation.ErrJobEnded // an equal order stands in its place
	case "party_side_sane":
		return mediation.ErrTooManyParties
	default:
		return err
	}
}
