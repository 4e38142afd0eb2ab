package postgres_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"jieshi/mediation"
)

// The name of who acts goes into the statement that begins the transaction. It
// is kept as it is, whatever stands in it.
func TestTheNameOfWhoActsIsNeverReadAsSQL(t *testing.T) {
	db, url, ctx := open(t)
	number := openCase(t, ctx, db, 4545)
	name := `O'Neill\'); DROP TABLE claim; -- 韦 "x" $1 \x00`
	c, err := db.Case(ctx, number)
	if err != nil {
		t.Fatal(err)
	}
	err = db.MoveCase(mediation.WithActor(ctx, mediation.Actor{Name: name}), number, c.Revision, mediation.Mediating, "", c.AcceptedOn)
	if err != nil {
		t.Fatal(err)
	}
	if c, err = db.Case(ctx, number); err != nil || len(c.History) != 2 || c.History[1].By != name {
		t.Errorf("moved by %q (%v), want %q", c.History, err, name)
	}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	var owner bool
	if err := conn.QueryRow(ctx, "SELECT to_regclass('claim') IS NOT NULL").Scan(&owner); err != nil || !owner {
		t.Errorf("the table of claims is there: %v (%v)", owner, err)
	}
}
