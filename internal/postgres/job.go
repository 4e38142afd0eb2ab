package postgres

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"jieshi/ingest"
	"jieshi/mediation"
)

var jobsQuery = query("jobs")

// Job returns one job with all that is known of it.
func (db *DB) Job(ctx context.Context, id uuid.UUID) (j mediation.Job, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		list, err := queryJobs(ctx, tx, jobArgs(mediation.JobFilter{Limit: 1}, id))
		if err == nil && len(list) == 0 {
			return mediation.ErrNotFound
		}
		if err == nil {
			j = list[0]
		}
		return err
	})
	return j, err
}

// Jobs returns one page of jobs, newest first, without their reports. A case that
// does not exist is [mediation.ErrNotFound].
func (db *DB) Jobs(ctx context.Context, f mediation.JobFilter) (page mediation.JobPage, err error) {
	args := jobArgs(f, uuid.Nil)
	if f.After != "" {
		at, id, ok := splitJobCursor(f.After)
		if !ok {
			return page, mediation.ErrBadCursor
		}
		args["after_at"], args["after_id"] = at, id
	}
	err = db.read(ctx, func(tx pgx.Tx) error {
		if f.Case != "" {
			if _, err := caseID(ctx, tx, f.Case); err != nil {
				return err
			}
		}
		page.Items, err = queryJobs(ctx, tx, args)
		return err
	})
	// One more was asked for than the page holds: it tells whether there is a next page.
	if n := args["limit"].(int) - 1; err == nil && len(page.Items) > n {
		page.Items = page.Items[:n]
		last := page.Items[n-1]
		page.Next = base64.RawURLEncoding.EncodeToString([]byte(last.OrderedAt.UTC().Format(time.RFC3339Nano) + "|" + last.ID.String()))
	}
	return page, err
}

func splitJobCursor(cursor string) (at time.Time, id uuid.UUID, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return at, id, false
	}
	when, name, _ := strings.Cut(string(b), "|")
	at, err1 := time.Parse(time.RFC3339Nano, when)
	id, err2 := uuid.Parse(name)
	return at, id, err1 == nil && err2 == nil
}

func jobArgs(f mediation.JobFilter, id uuid.UUID) pgx.StrictNamedArgs {
	limit := f.Limit
	if limit <= 0 || limit > MaxPage {
		limit = MaxPage
	}
	var states []string
	for _, s := range f.States {
		states = append(states, string(s))
	}
	args := pgx.StrictNamedArgs{
		"id": nil, "case": textOrNull(f.Case), "states": states, "after_at": nil, "after_id": nil, "limit": limit + 1,
	}
	if id != uuid.Nil {
		args["id"] = id
	}
	return args
}

func queryJobs(ctx context.Context, tx pgx.Tx, args pgx.StrictNamedArgs) ([]mediation.Job, error) {
	rows, _ := tx.Query(ctx, jobsQuery, args) // CollectRows reports its error
	list, err := pgx.CollectRows(rows, scanJob)
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	return list, nil
}

func scanJob(row pgx.CollectableRow) (j mediation.Job, err error) {
	var sum, refusal []byte
	var eta, started, finished *time.Time
	var outcome, fault, verdict *string
	var progress float32
	err = row.Scan(&j.ID, &j.Kind, &j.Case, &j.Upload, &j.OrderedAt, &j.OrderedBy,
		&j.Filename, &sum, &j.Size, &j.Party, &j.Options,
		&j.State, &j.Stage, &progress, &eta, &j.Attempts, &j.Faults, &started, &finished,
		&outcome, &j.Subject, &j.Evidence, &verdict, &j.Report, &refusal, &fault)
	if err != nil {
		return j, err
	}
	copy(j.SHA256[:], sum)
	j.Progress = float64(progress)
	j.ETA, j.StartedAt, j.FinishedAt = timeOrZero(eta), timeOrZero(started), timeOrZero(finished)
	if outcome != nil {
		j.Outcome = mediation.JobOutcome(*outcome)
	}
	if verdict != nil {
		j.Verdict = *verdict
	}
	if fault != nil {
		j.Fault = *fault
	}
	if refusal != nil {
		j.Refusal, err = refusalOf(refusal)
	}
	return j, err
}

func timeOrZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// refusalJSON is how a refusal is kept.
type refusalJSON struct {
	Code   string      `json:"code"`
	Reason ingest.Text `json:"reason"`
	Remedy ingest.Text `json:"remedy"`
	Where  string      `json:"where,omitempty"`

	Facts *ingest.Facts `json:"facts,omitempty"`
}

func refusalOf(b []byte) (*mediation.Explanation, error) {
	var r refusalJSON
	if err := json.Unmarshal(b, &r); err != nil {
		return nil, fmt.Errorf("refusal: %w", err)
	}
	return &mediation.Explanation{Code: r.Code, Reason: r.Reason, Remedy: r.Remedy, Where: r.Where, Facts: r.Facts}, nil
}

// DismissJob ends a job that nobody wants done any more. Who works on it is
// stopped within a second; its file is let go after that. One that was done, or
// dismissed before, is [mediation.ErrJobEnded].
func (db *DB) DismissJob(ctx context.Context, id uuid.UUID) error {
	return db.changeJob(ctx, id, `
		UPDATE job SET state = 'dismissed', stage = '', eta = NULL, fault = NULL, finished_at = now()
		WHERE id = $1 AND state IN ('accepted', 'running', 'failed')
		RETURNING kind`, false)
}

// RetryJob gives a failed job another round of attempts. Any other is
// [mediation.ErrJobEnded]: it is under way, or its file is gone. A job that was
// ordered again meanwhile is [mediation.ErrJobEnded], too.
func (db *DB) RetryJob(ctx context.Context, id uuid.UUID) error {
	return db.changeJob(ctx, id, retryJob+" AND id = $1 RETURNING kind", true)
}

// retryJob goes on with a failed job, once it is said which.
const retryJob = `
	UPDATE job SET state = 'accepted', progress = 0, attempts = 0, faults = 0, fault = NULL, due_at = now(), finished_at = NULL
	WHERE state = 'failed' AND holds_file`

func (db *DB) changeJob(ctx context.Context, id uuid.UUID, update string, enqueue bool) error {
	return db.write(ctx, func(tx pgx.Tx) error {
		var kind mediation.JobKind
		err := tx.QueryRow(ctx, update, id).Scan(&kind)
		switch {
		case errors.Is(err, pgx.ErrNoRows):
			var there bool
			if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM job WHERE id = $1)", id).Scan(&there); err != nil {
				return fmt.Errorf("job %s: %w", id, err)
			}
			if !there {
				return mediation.ErrNotFound
			}
			return mediation.ErrJobEnded
		case err != nil:
			return fmt.Errorf("job %s: %w", id, domainError(err))
		case enqueue:
			return db.enqueueJob(ctx, tx, id, kind)
		}
		return nil
	})
}
