package postgres_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"jieshi/internal/pgserver/pgtest"
	"jieshi/internal/postgres"
	"jieshi/mediation"
	"jieshi/migrations"
)

// A claim of 100 m × 100 m, 1σ = 0.05 m, filed before claims kept their moved
// grounds.
const claimFromBefore = `
WITH one AS (
    INSERT INTO dispute_case (number, kind, title, srid, accepted_on) VALUES ('JS-2025-0001', 'land', 'x', 4545, '2025-01-01') RETURNING id
), somebody AS (
    INSERT INTO party (case_id, side, name) SELECT id, 1, 'somebody' FROM one RETURNING id, case_id
)
INSERT INTO claim (version, case_id, party_id, source, sigma_m, ground, ellipsoidal_m2, sha256, filed_by)
SELECT 1, case_id, id, 'drawing', 0.05, ground, 10000, sha256(ST_AsEWKB(ground)), 'somebody'
FROM somebody, ST_Multi(ST_MakeEnvelope(632000, 2683000, 632100, 2683100, 4545)) AS ground`

func TestClaimsFromBeforeGetTheirMovedGrounds(t *testing.T) {
	url, ctx := pgtest.Schema(t), t.Context()
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	sql := stdlib.OpenDB(*config)
	t.Cleanup(func() { _ = sql.Close() })
	if _, err := sql.ExecContext(ctx, "CREATE EXTENSION IF NOT EXISTS postgis SCHEMA public"); err != nil {
		t.Fatal(err)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, sql, migrations.FS)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.UpTo(ctx, 9); err != nil {
		t.Fatal(err)
	}
	if _, err := sql.ExecContext(ctx, claimFromBefore); err != nil {
		t.Fatal(err)
	}
	if _, err := postgres.Migrate(ctx, url); err != nil {
		t.Fatal(err)
	}
	var inward, outward float64
	if err := sql.QueryRowContext(ctx, "SELECT ST_Area(inward), ST_Area(outward) FROM claim").Scan(&inward, &outward); err != nil {
		t.Fatal(err)
	}
	// 99.8² inside; outside 100² and four sides of 0.1 m and a disc of 0.1 m in 64 parts.
	if !near(inward, 99.8*99.8, 1e-6) || !near(outward, 10000+40+0.0313655, 1e-6) {
		t.Errorf("inward %.7f m², outward %.7f m²", inward, outward)
	}
}

func TestAFiledClaimIsOnlyEverSupersededOrWithdrawnOnce(t *testing.T) {
	db, url, ctx := open(t)
	number := threeClaims(t, ctx, db)
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	for _, change := range []string{
		"ground = ST_Translate(ground, 0.0001, 0)",
		"inward = NULL",
		"outward = ground",
		"vertex_sigma_m = ARRAY[0.01]",
		"sigma_m = 0.01",
		"filed_by = 'nobody'",
	} {
		if _, err := conn.Exec(ctx, "UPDATE claim SET "+change); !isViolation(err, "claim_kept") {
			t.Errorf("UPDATE claim SET %s: %v, want a violation of claim_kept", change, err)
		}
	}
	if _, err := conn.Exec(ctx, "UPDATE claim SET withdrawn_at = now()"); !isViolation(err, "claim_withdrawal_told") {
		t.Errorf("a claim is withdrawn and nobody says why: %v", err)
	}
	claims, err := db.Claims(ctx, number)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.WithdrawClaim(ctx, mediation.NewWithdrawal{Claim: claims[0].ID, Kind: mediation.WithdrawnByParty, Reason: "不再主张"}); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(ctx, "UPDATE claim SET withdrawn_at = NULL WHERE withdrawn_at IS NOT NULL"); !isViolation(err, "claim_kept") {
		t.Errorf("a claim came back: %v", err)
	}
}

// isViolation reports whether the server refused by the constraint of that name.
func isViolation(err error, constraint string) bool {
	refusal := (*pgconn.PgError)(nil)
	return errors.As(err, &refusal) && refusal.ConstraintName == constraint
}
