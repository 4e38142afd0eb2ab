package postgres_test

import (
	"context"
	"math"
	"testing"

	"github.com/jackc/pgx/v5"

	"jieshi/mediation"
)

/*
A drawn claim 20 km long with a neck of 2 cm at the middle of its straight edge,
metres from (632000, 2683000) in EPSG:4545:

	    0 +---------\/--------+   the tip of the notch is 0.02 m below the edge
	      |        /  \       |
	-1000 +-------+    +------+
	   -10 km   -100  100    10 km

In degrees the middle of the long edge lies metres south of where it lies in the
working CRS, past the tip: the ring crosses itself there.
*/
const necked = "MULTIPOLYGON(((622000 2683000, 622000 2682000, 631900 2682000, 632000 2682999.98, 632100 2682000, 642000 2682000, 642000 2683000, 622000 2683000)))"

func TestGroundThatDegreesTurnInsideOutIsContestedAllTheSame(t *testing.T) {
	db, url, ctx := open(t)
	number := openCase(t, ctx, db, 4545)
	claim(t, ctx, db, number, "龙塘村第三村民小组", 0.001, 4545, necked)
	claim(t, ctx, db, number, "古蓬村第一村民小组", 0.001, 4545, "MULTIPOLYGON(((622000 2682500, 642000 2682500, 642000 2683000, 622000 2683000, 622000 2682500)))")

	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	var valid bool
	if err := conn.QueryRow(ctx, "SELECT bool_and(ST_IsValid(ground_4490)) FROM claim").Scan(&valid); err != nil || valid {
		t.Fatalf("every claim is valid in degrees (%v, %v): the drawing does not show the trap", valid, err)
	}
	run, err := db.CurrentRun(ctx, number)
	if err != nil {
		t.Fatal(err)
	}
	// 20000 × 500, less the notch: from 0.02 m down to 500 m, 100/999.98 m on each side a metre.
	want := 20000*500 - 100/999.98*(500-0.02)*(500-0.02)
	if got := float64(run.Contested.Nominal.Plane.SquareMetres); math.Abs(got-want) > 0.1 {
		t.Errorf("contested ground = %v m², want %v m²", got, want)
	}
	if err := conn.QueryRow(ctx, "SELECT ST_IsValid(nominal_4490) FROM case_ground").Scan(&valid); err != nil || !valid {
		t.Errorf("the ground of the case is valid in degrees: %v (%v), want true", valid, err)
	}
	if c, err := db.Case(ctx, number); err != nil || c.Status != mediation.Opened {
		t.Errorf("Case() = %v, %v", c.Status, err)
	}
}
