package postgres

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"jieshi/mediation"
)

var casesQuery = query("cases")

// MaxPage is the most cases that one page holds; a larger limit is clamped.
const MaxPage = 500

// CreateCase opens a case and gives it the next number of its year. With a key
// (may be empty) a second call answers with the case of the first.
func (db *DB) CreateCase(ctx context.Context, c mediation.NewCase, key string) (number string, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		asked := request{"case", key, c}
		earlier, err := earlierSubject(ctx, tx, asked)
		if err != nil {
			return err
		}
		if earlier != uuid.Nil {
			return tx.QueryRow(ctx, "SELECT number FROM dispute_case WHERE id = $1", earlier).Scan(&number)
		}
		id, n, err := db.insertCase(ctx, tx, c)
		if err != nil {
			return err
		}
		number = n
		return keepSubject(ctx, tx, asked, id)
	})
	return number, err
}

func (db *DB) insertCase(ctx context.Context, tx pgx.Tx, c mediation.NewCase) (id uuid.UUID, number string, err error) {
	if c.SRID != 0 {
		if err := checkWorkingSRID(ctx, tx, c.SRID); err != nil {
			return id, "", err
		}
	}
	accepted := c.AcceptedOn
	if accepted.IsZero() {
		accepted = db.now()
	}
	var seq int
	err = tx.QueryRow(ctx, `
		INSERT INTO case_counter (year, last) VALUES ($1, 1)
		ON CONFLICT (year) DO UPDATE SET last = case_counter.last + 1
		RETURNING last`, accepted.Year()).Scan(&seq)
	if err != nil {
		return id, "", fmt.Errorf("case number: %w", err)
	}
	number = fmt.Sprintf("JS-%d-%04d", accepted.Year(), seq)
	err = tx.QueryRow(ctx, `
		INSERT INTO dispute_case (number, kind, title, srid, accepted_on)
		VALUES ($1, $2, $3, nullif($4, 0), $5) RETURNING id`,
		number, c.Kind, c.Title, c.SRID, accepted).Scan(&id)
	if err != nil {
		return id, "", fmt.Errorf("case %s: %w", number, err)
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO case_move (case_id, seq, to_status, moved_at, moved_by)
		VALUES ($1, 1, 'opened', $2, current_setting('app.user'))`, id, accepted)
	if err != nil {
		return id, "", fmt.Errorf("opening of case %s: %w", number, err)
	}
	return id, number, nil
}

// distorting are projections that stretch ground by a fifth in the south of
// China and more elsewhere; they are for pictures of the world.
var distorting = regexp.MustCompile(`\+proj=(merc|webmerc|eqc|mill)\b`)

// checkWorkingSRID lets through every projected CRS in metres that PostGIS
// knows, and says what is wrong with any other code.
func checkWorkingSRID(ctx context.Context, tx pgx.Tx, srid int) error {
	if srid < 1024 || srid > 998999 { // as dispute_case_srid_sane has it
		return &mediation.SRIDError{SRID: srid, Reason: "unknown"}
	}
	var definition string
	err := tx.QueryRow(ctx, "SELECT proj4text FROM spatial_ref_sys WHERE srid = $1", srid).Scan(&definition)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return &mediation.SRIDError{SRID: srid, Reason: "unknown"}
	case err != nil:
		return fmt.Errorf("EPSG:%d: %w", srid, err)
	case strings.Contains(definition, "+proj=longlat") || strings.Contains(definition, "+proj=geocent"):
		return &mediation.SRIDError{SRID: srid, Reason: "geographic"}
	case !strings.Contains(definition, "+units=m"):
		return &mediation.SRIDError{SRID: srid, Reason: "not_metres"}
	case distorting.MatchString(definition):
		return &mediation.SRIDError{SRID: srid, Reason: "distorts"}
	default:
		return nil
	}
}

// Case returns the case with a number, with its moves and history.
func (db *DB) Case(ctx context.Context, number string) (c mediation.Case, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		c, err = readCase(ctx, tx, number)
		return err
	})
	return c, err
}

func readCase(ctx context.Context, tx pgx.Tx, number string) (mediation.Case, error) {
	args := caseArgs(mediation.CaseFilter{Limit: 1})
	args["number"] = number
	page, err := queryCases(ctx, tx, args)
	if err != nil {
		return mediation.Case{}, err
	}
	if len(page.Items) == 0 {
		return mediation.Case{}, fmt.Errorf("case %q: %w", number, mediation.ErrNotFound)
	}
	c := page.Items[0]
	if c.Moves, err = allowedMoves(ctx, tx, c.Status); err != nil {
		return c, err
	}
	rows, _ := tx.Query(ctx, `
		SELECT coalesce(from_status, ''), to_status, moved_at, moved_by, note
		FROM case_move WHERE case_id = $1 ORDER BY seq`, c.ID) // CollectRows reports its error
	c.History, err = pgx.CollectRows(rows, pgx.RowToStructByPos[mediation.Move])
	if err != nil {
		return c, fmt.Errorf("history of case %s: %w", number, err)
	}
	return c, nil
}

func allowedMoves(ctx context.Context, tx pgx.Tx, from mediation.Status) ([]mediation.Status, error) {
	rows, _ := tx.Query(ctx, "SELECT to_status FROM case_status_move WHERE from_status = $1 ORDER BY to_status", from)
	moves, err := pgx.CollectRows(rows, pgx.RowTo[mediation.Status])
	if err != nil {
		return nil, fmt.Errorf("moves from %s: %w", from, err)
	}
	return moves, nil
}

// Cases returns one page of the cases that match, newest first.
func (db *DB) Cases(ctx context.Context, f mediation.CaseFilter) (page mediation.CasePage, err error) {
	args := caseArgs(f)
	if f.After != "" {
		accepted, number, ok := splitCursor(f.After)
		if !ok {
			return page, mediation.ErrBadCursor
		}
		args["after_accepted"], args["after_number"] = accepted, number
	}
	err = db.read(ctx, func(tx pgx.Tx) error {
		page, err = queryCases(ctx, tx, args)
		return err
	})
	if err == nil && len(page.Items) > args["limit"].(int)-1 {
		page.Items = page.Items[:len(page.Items)-1]
		page.Next = cursorOf(page.Items[len(page.Items)-1])
	}
	return page, err
}

// caseArgs asks for one case more than the page holds: it tells whether there
// is a next page.
func caseArgs(f mediation.CaseFilter) pgx.StrictNamedArgs {
	limit := f.Limit
	if limit <= 0 || limit > MaxPage {
		limit = MaxPage
	}
	var statuses []string
	for _, s := range f.Statuses {
		statuses = append(statuses, string(s))
	}
	return pgx.StrictNamedArgs{
		"number": nil, "kind": textOrNull(string(f.Kind)), "area": textOrNull(f.Area), "words": textOrNull(f.Words),
		"accepted_from": dateOrNull(f.AcceptedFrom), "accepted_before": dateOrNull(f.AcceptedBefore),
		"resolved_from": dateOrNull(f.ResolvedFrom), "resolved_before": dateOrNull(f.ResolvedBefore),
		"statuses": statuses, "resolved": f.Resolved, "three_cross": f.ThreeCross,
		"after_accepted": nil, "after_number": nil, "limit": limit + 1,
	}
}

func queryCases(ctx context.Context, tx pgx.Tx, args pgx.StrictNamedArgs) (page mediation.CasePage, err error) {
	rows, _ := tx.Query(ctx, casesQuery, args)
	page.Items, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (c mediation.Case, err error) {
		var ended *time.Time
		var box []float64
		var f extentFigures
		err = row.Scan(&c.ID, &c.Number, &c.Kind, &c.Title, &c.Status, &c.SRID, &c.AcceptedOn, &ended, &c.Resolved,
			&c.Crosses.Province, &c.Crosses.City, &c.Crosses.County, &c.Revision, &c.Parties, &c.Areas,
			&c.Run, &f.levels, &f.ellipsoidal, &f.plane, &f.sigma, &box, &page.Total)
		if ended != nil {
			c.EndedOn = *ended
		}
		if len(box) == 4 {
			c.BBox = (*[4]float64)(box)
			c.Center = &[2]float64{(box[0] + box[2]) / 2, (box[1] + box[3]) / 2}
		}
		c.Contested = f.contested()
		return c, err
	})
	if err != nil {
		return page, fmt.Errorf("cases: %w", err)
	}
	return page, nil
}

// extentFigures are the case-level figures of a run, as parallel arrays by level.
type extentFigures struct {
	levels                    []mediation.Level
	ellipsoidal, plane, sigma []float64
}

func (f extentFigures) contested() *mediation.Contested {
	if len(f.levels) == 0 {
		return nil
	}
	var c mediation.Contested
	for i, level := range f.levels {
		m := mediation.NewMeasure(f.ellipsoidal[i], f.plane[i], f.sigma[i])
		switch level {
		case mediation.Nominal:
			c.Nominal = m
		case mediation.Core:
			c.Core = m
		case mediation.Outer:
			c.Outer = m
		}
	}
	return &c
}

// MoveCase moves a case on, if it is still at the revision that the caller saw
// (0: whatever it is). The moves allowed are data.
func (db *DB) MoveCase(ctx context.Context, number string, revision int, to mediation.Status, note string, on time.Time) error {
	return db.write(ctx, func(tx pgx.Tx) error {
		c, err := lockCase(ctx, tx, number)
		if err != nil {
			return err
		}
		if revision != 0 && revision != c.revision {
			return mediation.ErrStale
		}
		allowed, err := allowedMoves(ctx, tx, c.status)
		if err != nil {
			return err
		}
		move := &mediation.MoveError{From: c.status, To: to, Allowed: allowed}
		for _, s := range allowed {
			if s == to {
				move = nil
			}
		}
		if move != nil {
			return move
		}
		if on.IsZero() {
			on = db.now()
		}
		_, err = tx.Exec(ctx, `
			UPDATE dispute_case SET status = $2, revision = revision + 1,
				ended_on = (SELECT CASE WHEN ends THEN $3::date END FROM case_status WHERE status = $2)
			WHERE id = $1`, c.id, to, on)
		if err != nil {
			return fmt.Errorf("move of case %s: %w", number, err)
		}
		_, err = tx.Exec(ctx, `
			INSERT INTO case_move (case_id, seq, from_status, to_status, moved_at, moved_by, note)
			SELECT $1, max(seq) + 1, $2, $3, $4, current_setting('app.user'), $5 FROM case_move WHERE case_id = $1`,
			c.id, c.status, to, on, note)
		if err != nil {
			return fmt.Errorf("move of case %s: %w", number, err)
		}
		return nil
	})
}

// lockedCase is what a change needs of the case that it holds.
type lockedCase struct {
	id       uuid.UUID
	number   string
	status   mediation.Status
	srid     int
	revision int
	ended    bool
}

// lockCase holds the row of a case until the transaction ends: changes of one
// case go one after the other, changes of different cases side by side. What only
// names the case, such as an order, does not wait.
func lockCase(ctx context.Context, tx pgx.Tx, number string) (c lockedCase, err error) {
	err = tx.QueryRow(ctx, `
		SELECT id, number, status, coalesce(srid, 0), revision, ends
		FROM dispute_case JOIN case_status USING (status) WHERE number = $1 FOR NO KEY UPDATE OF dispute_case`, number,
	).Scan(&c.id, &c.number, &c.status, &c.srid, &c.revision, &c.ended)
	if err != nil {
		return c, fmt.Errorf("case %q: %w", number, domainError(err))
	}
	return c, nil
}

func cursorOf(c mediation.Case) string {
	return base64.RawURLEncoding.EncodeToString([]byte(c.AcceptedOn.Format(time.DateOnly) + "|" + c.Number))
}

func splitCursor(cursor string) (accepted time.Time, number string, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return accepted, "", false
	}
	day, number, found := strings.Cut(string(b), "|")
	accepted, err = time.Parse(time.DateOnly, day)
	return accepted, number, found && err == nil
}

// A request is a post that may be sent twice: what it does, the key that the
// sender gave it (empty: none), and what it asks for.
type request struct {
	operation string
	key       string
	asks      any // marshals to JSON
}

func (r request) digest() ([]byte, error) {
	b, err := json.Marshal(r.asks)
	if err != nil {
		return nil, fmt.Errorf("request: %w", err)
	}
	sum := sumOf(b)
	return sum[:], nil
}

// earlierSubject returns what the same request made before, or uuid.Nil. One key
// for another request is [mediation.ErrKeyReused].
func earlierSubject(ctx context.Context, tx pgx.Tx, r request) (id uuid.UUID, err error) {
	if r.key == "" {
		return id, nil
	}
	// Two posts with one key at the same moment: the second waits here.
	if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtext($1), hashtext($2))", r.operation, r.key); err != nil {
		return id, fmt.Errorf("idempotency key: %w", err)
	}
	digest, err := r.digest()
	if err != nil {
		return id, err
	}
	var same bool
	err = tx.QueryRow(ctx, "SELECT subject_id, request_sha256 = $3 FROM idempotency_key WHERE operation = $1 AND key = $2", r.operation, r.key, digest).Scan(&id, &same)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return uuid.Nil, nil
	case err != nil:
		return id, fmt.Errorf("idempotency key: %w", err)
	case !same:
		return id, mediation.ErrKeyReused
	}
	return id, nil
}

func keepSubject(ctx context.Context, tx pgx.Tx, r request, id uuid.UUID) error {
	if r.key == "" {
		return nil
	}
	digest, err := r.digest()
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "INSERT INTO idempotency_key (operation, key, subject_id, request_sha256) VALUES ($1, $2, $3, $4)", r.operation, r.key, id, digest)
	return err
}

func textOrNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func dateOrNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
