package postgres_test

import (
	"context"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// seedMany fills a schema with 4,000 cases of two overlapping claims and one
// run each, by plain SQL: enough that a scan of a table costs more than its
// index.
const seedMany = `
INSERT INTO dispute_case (number, kind, title, srid, accepted_on)
SELECT 'SEED-' || n, 'land', 'seed', 4545, date '2025-01-01' + n % 365 FROM generate_series(1, 4000) AS n;
INSERT INTO party (case_id, side, name) SELECT id, side, 'party ' || side FROM dispute_case, generate_series(1, 2) AS side;
INSERT INTO claim (version, case_id, party_id, source, sigma_m, ground, inward, outward, ellipsoidal_m2, sha256, filed_by)
SELECT 1, party.case_id, party.id, 'generated', 0.05, ground, ground, ground, 1, sha256(ST_AsEWKB(ground)), 'seed'
FROM party
JOIN (SELECT id, row_number() OVER (ORDER BY number) AS n FROM dispute_case) AS place ON place.id = party.case_id
CROSS JOIN LATERAL (
    SELECT ST_Multi(ST_MakeEnvelope(x, y, x + 60, y + 60, 4545)) AS ground
    FROM (SELECT 600000 + place.n % 63 * 200 + party.side * 30.0 AS x, 2600000 + place.n / 63 * 200.0 AS y) AS corner
) AS square;
INSERT INTO contest_run (case_id, number, srid, grid_m, k, engine, document, sha256)
SELECT id, 1, 4545, 0.0001, 2, '{}', 'x', sha256('x') FROM dispute_case;
INSERT INTO contest_input (run_id, claim_id, claim_version)
SELECT contest_run.id, claim.id, claim.version FROM contest_run JOIN claim USING (case_id);
INSERT INTO contest_extent (run_id, level, sides, plane_m2, ellipsoidal_m2, sigma_m2)
SELECT id, level, '{}', 1800, 1800, 1 FROM contest_run, unnest(ARRAY['nominal', 'core', 'outer']) AS level;
INSERT INTO evidence (case_id, seq, kind, subject_id, title, content, content_sha256, filed_at, filed_by, source, software, prev_sha256, link_sha256)
SELECT case_id, 1, 'run', id, 'x', 'x', sha256('x'), now(), 'x', 'x', 'x', decode(repeat('00', 32), 'hex'), sha256('x') FROM contest_run;
ANALYZE dispute_case, party, claim, contest_run, contest_input, contest_extent, evidence;
`

// The Plan line of a query's header says which index finds its rows. A query
// that reads one case must not read the tables of all.
func TestQueriesOfOneCaseScanNoTable(t *testing.T) {
	_, url, ctx := open(t)
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, seedMany); err != nil {
		t.Fatal(err)
	}
	var caseID, runID, claimID any
	err = conn.QueryRow(ctx, `
		SELECT contest_run.case_id, contest_run.id, claim.id FROM contest_run JOIN claim USING (case_id) LIMIT 1`,
	).Scan(&caseID, &runID, &claimID)
	if err != nil {
		t.Fatal(err)
	}
	contested := pgx.NamedArgs{"case_id": caseID, "grid_m": 0.0001, "engine": "{}"}
	for _, tc := range []struct {
		query, what string
		args        pgx.NamedArgs
	}{
		{"contest_grounds", "the claims of a case", contested},
		{"walk_circumstances", "what a walk meets", pgx.NamedArgs{
			"case_id": caseID, "party": "龙塘村", "sha256": []byte{1}, "track": 1, "options": "{}",
		}},
		{"live_claims", "the claims of a case", pgx.NamedArgs{"case_id": caseID}},
		{"newest_run", "the newest run of a case", pgx.NamedArgs{"case_id": caseID}},
		{"case_areas", "the claims of a case", pgx.NamedArgs{"case_id": caseID, "run_id": runID}},
		{"claims", "the live claims of a case", pgx.NamedArgs{"of": "case", "id": caseID}},
		{"claims", "the claims of a run", pgx.NamedArgs{"of": "run", "id": runID}},
		{"claims", "one claim", pgx.NamedArgs{"of": "claim", "id": claimID}},
		{"evidence", "the chain of a case", pgx.NamedArgs{"case_id": caseID}},
		{"piece_shapes", "the pieces of a run", pgx.NamedArgs{"run_id": runID, "level": "outer"}},
		{"run_tile", "a tile of a run", pgx.NamedArgs{"run_id": runID, "z": 16, "x": 52671, "y": 28183}},
	} {
		t.Run(tc.query+": "+tc.what, func(t *testing.T) {
			plan := planOf(t, ctx, conn, tc.query, tc.args)
			if scan := scanOfMany.FindString(plan); scan != "" {
				t.Errorf("%s:\n%s", scan, plan)
			}
		})
	}
}

// scanOfMany finds a scan of a table that the seed made large.
var scanOfMany = regexp.MustCompile(`Seq Scan on (dispute_case|party|claim|contest_run|contest_input|contest_extent|evidence)\b`)

// planOf is how the server means to run a query of the folder.
func planOf(t *testing.T, ctx context.Context, conn *pgx.Conn, query string, args pgx.NamedArgs) string { //nolint:revive // t first, as in testing
	t.Helper()
	text, err := os.ReadFile("query/" + query + ".sql")
	if err != nil {
		t.Fatal(err)
	}
	rows, _ := conn.Query(ctx, "EXPLAIN "+string(text), args)
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}
