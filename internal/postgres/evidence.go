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

// file adds an item to the chain of a case that the caller has locked. The
// content becomes canonical JSON: fields in the order of the struct, keys of
// maps sorted. An item that is filed already is returned as it stands.
func (db *DB) file(ctx context.Context, tx pgx.Tx, c lockedCase, e mediation.Evidence, content any) (mediation.Evidence, error) {
	filed, err := filedAlready(ctx, tx, c.id, e)
	switch {
	case err != nil:
		return e, err
	case filed != nil:
		return *filed, nil
	}
	var last chainEnd
	err = tx.QueryRow(ctx, "SELECT seq, link_sha256 FROM evidence WHERE case_id = $1 ORDER BY seq DESC LIMIT 1", c.id).Scan(&last.seq, &last.link)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return e, fmt.Errorf("chain of case %s: %w", c.number, err)
	}
	batch := &pgx.Batch{}
	if err := db.queueEvidence(ctx, batch, c, last, &e, content); err != nil {
		return e, err
	}
	if err := send(ctx, tx, batch); err != nil {
		return e, fmt.Errorf("evidence %d of case %s: %w", e.Seq, e.Case, err)
	}
	return e, nil
}

// chainEnd is the last item of a chain; zero where there is none.
type chainEnd struct {
	seq  int
	link []byte
}

// queueEvidence adds an item, which is not filed yet, to the chain of a case that
// the caller has locked.
func (db *DB) queueEvidence(ctx context.Context, batch *pgx.Batch, c lockedCase, last chainEnd, e *mediation.Evidence, content any) (err error) {
	if e.Content, err = contentOf(content); err != nil {
		return err
	}
	e.ID, e.Case, e.Seq = uuid.New(), c.number, last.seq+1
	e.ContentSHA256 = sumOf(e.Content)
	e.FiledAt, e.FiledBy, e.Software = db.now(), mediation.ActorOf(ctx).Name, db.software
	copy(e.PrevSHA256[:], last.link)
	e.LinkSHA256 = e.Link()
	batch.Queue(`
		INSERT INTO evidence (id, case_id, seq, kind, subject_id, title, content, content_sha256, filed_at, filed_by, source, software, prev_sha256, link_sha256)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		e.ID, c.id, e.Seq, e.Kind, e.Subject, e.Title, e.Content, e.ContentSHA256[:], e.FiledAt, e.FiledBy, e.Source, e.Software,
		e.PrevSHA256[:], e.LinkSHA256[:])
	for _, f := range e.Files {
		batch.Queue("INSERT INTO evidence_file (evidence_id, role, asset_sha256, filename) VALUES ($1, $2, $3, $4)",
			e.ID, f.Role, f.SHA256[:], f.Filename)
	}
	return nil
}

// filedAlready returns the item that the same thing was filed as, nil if it was not.
func filedAlready(ctx context.Context, tx pgx.Tx, caseID uuid.UUID, e mediation.Evidence) (*mediation.Evidence, error) {
	var seq int
	err := tx.QueryRow(ctx, "SELECT seq FROM evidence WHERE case_id = $1 AND kind = $2 AND subject_id = $3", caseID, e.Kind, e.Subject).Scan(&seq)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("earlier evidence: %w", err)
	}
	items, err := queryEvidence(ctx, tx, caseID)
	if err != nil {
		return nil, err
	}
	return &items[seq-1], nil
}

func contentOf(content any) ([]byte, error) {
	if b, ok := content.([]byte); ok {
		return b, nil
	}
	b, err := json.Marshal(content)
	if err != nil {
		return nil, fmt.Errorf("content of the evidence: %w", err)
	}
	return b, nil
}

// FileRun files a run of a case as evidence, once. uuid.Nil means the newest.
func (db *DB) FileRun(ctx context.Context, number string, run uuid.UUID) (e mediation.Evidence, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		c, err := lockCase(ctx, tx, number)
		if err != nil {
			return err
		}
		if run == uuid.Nil {
			head, err := newestRun(ctx, tx, c.id)
			if err != nil {
				return err
			}
			run = head.ID
		}
		e, err = db.fileRun(ctx, tx, c, run)
		return err
	})
	return e, err
}

// fileRun files a run of a case that the caller has locked.
func (db *DB) fileRun(ctx context.Context, tx pgx.Tx, c lockedCase, run uuid.UUID) (e mediation.Evidence, err error) {
	var n int
	var document []byte
	err = tx.QueryRow(ctx, "SELECT number, document FROM contest_run WHERE id = $1 AND case_id = $2", run, c.id).Scan(&n, &document)
	if err != nil {
		return e, fmt.Errorf("run %s of case %s: %w", run, c.number, domainError(err))
	}
	return db.file(ctx, tx, c, mediation.Evidence{
		Kind: mediation.EvidenceRun, Subject: run,
		Title:  fmt.Sprintf("争议区计算 contested areas, run %d", n),
		Source: "claims of the case as named in the run",
	}, document)
}

// Evidence returns the chain of a case, oldest first, and the first fault of
// the chain, nil if it is whole.
func (db *DB) Evidence(ctx context.Context, number string) (items []mediation.Evidence, fault *mediation.ChainFault, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		id, err := caseID(ctx, tx, number)
		if err != nil {
			return err
		}
		items, err = queryEvidence(ctx, tx, id)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	if err := mediation.VerifyChain(items); err != nil && !errors.As(err, &fault) {
		return nil, nil, err
	}
	return items, fault, nil
}

var evidenceQuery = query("evidence")

func queryEvidence(ctx context.Context, tx pgx.Tx, caseID uuid.UUID) ([]mediation.Evidence, error) {
	rows, _ := tx.Query(ctx, evidenceQuery, pgx.StrictNamedArgs{"case_id": caseID})
	items, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (e mediation.Evidence, err error) {
		var content, prev, self []byte
		err = row.Scan(&e.ID, &e.Case, &e.Seq, &e.Kind, &e.Subject, &e.Title, &e.Content, &content, &e.FiledAt, &e.FiledBy,
			&e.Source, &e.Software, &e.Files, &prev, &self)
		e.FiledAt = e.FiledAt.UTC()
		copy(e.ContentSHA256[:], content)
		copy(e.PrevSHA256[:], prev)
		copy(e.LinkSHA256[:], self)
		return e, err
	})
	if err != nil {
		return nil, fmt.Errorf("evidence: %w", err)
	}
	return items, nil
}
