package postgres_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"jieshi/geo/crs"
	"jieshi/geo/divide"
	"jieshi/geo/overlay"
	"jieshi/geo/overlay/overlaytest"
	"jieshi/ingest"
	"jieshi/mediation"
)

// A claims the square from 0 to 100 m east, B the one from 40 to 140 m: a strip of
// 60 m × 100 m is contested, and the line 25 m up leaves 4500 m² of it to its left.
func TestAProposalIsKeptApartAndComputedTwice(t *testing.T) {
	db, _, ctx := open(t)
	number := openCase(t, ctx, db, 4545)
	claim(t, ctx, db, number, "A", 0.05, 4545, wkt.MarshalString(square(0, 0, 100)))
	claim(t, ctx, db, number, "B", 0.05, 4545, wkt.MarshalString(square(40, 0, 100)))
	run, err := db.CurrentRun(ctx, number)
	if err != nil {
		t.Fatal(err)
	}
	before, _, err := db.Evidence(ctx, number)
	if err != nil {
		t.Fatal(err)
	}
	n := mediation.NewProposal{Run: run.ID, Title: "沿水沟", Line: orb.LineString{{632030, 2683025}, {632110, 2683025}}}
	first, err := db.SaveProposal(ctx, number, n, "key")
	if err != nil {
		t.Fatal(err)
	}
	again, err := db.SaveProposal(ctx, number, n, "key")
	if err != nil || again.ID != first.ID || again.Version != 1 {
		t.Errorf("one key kept %s version %d and %s: %v", first.ID, again.Version, again.ID, err)
	}
	p := first.Pieces[0]
	if !first.Agrees() || !p.Divided || p.Left.Kernel.Plane != 4500 || p.Right.Kernel.Plane != 1500 || p.Left.Side != 1 || p.Right.Side != 2 || p.Whole.Kernel.Plane != 0 {
		t.Errorf("got %+v, want 4500 m² on the left for the first party, 1500 m² on the right for the second", p)
	}

	n.Replaces, n.Seats, n.Title = &first.ID, []mediation.Seat{{N: 1, Left: 2, Right: 1}}, "对调"
	second, err := db.SaveProposal(ctx, number, n, "")
	if err != nil || second.ID != first.ID || second.Version != 2 || second.Pieces[0].Left.Side != 2 {
		t.Errorf("new version: %+v, %v", second, err)
	}
	list, err := db.Proposals(ctx, number)
	if err != nil || len(list) != 1 || list[0].Title != "对调" || list[0].CreatedBy == "" {
		t.Errorf("proposals: %+v, %v; want the newest version alone", list, err)
	}
	after, _, err := db.Evidence(ctx, number)
	if err != nil || len(after) != len(before) {
		t.Errorf("%d items of evidence became %d: %v", len(before), len(after), err)
	}

	if err := db.WithdrawProposal(ctx, number, first.ID); err != nil {
		t.Fatal(err)
	}
	if list, err = db.Proposals(ctx, number); err != nil || len(list) != 0 {
		t.Errorf("withdrawn, but shown: %+v, %v", list, err)
	}
	if err := db.WithdrawProposal(ctx, number, first.ID); !errors.Is(err, mediation.ErrNotFound) {
		t.Errorf("withdrawn twice: %v, want ErrNotFound", err)
	}
	if _, err := db.SaveProposal(ctx, number, n, ""); !errors.Is(err, mediation.ErrNotFound) {
		t.Errorf("a version of a withdrawn proposal: %v, want ErrNotFound", err)
	}
}

func TestProposalsThatAreRefused(t *testing.T) {
	db, _, ctx := open(t)
	number, other := openCase(t, ctx, db, 4545), openCase(t, ctx, db, 4545)
	claim(t, ctx, db, number, "A", 0.05, 4545, wkt.MarshalString(square(0, 0, 100)))
	claim(t, ctx, db, number, "B", 0.05, 4545, wkt.MarshalString(square(40, 0, 100)))
	run, err := db.CurrentRun(ctx, number)
	if err != nil {
		t.Fatal(err)
	}
	good := mediation.NewProposal{Run: run.ID, Title: "x", Line: orb.LineString{{632030, 2683025}, {632110, 2683025}}}
	if _, err := db.SaveProposal(ctx, other, good, ""); !errors.Is(err, mediation.ErrNotFound) {
		t.Errorf("a run of another case: %v, want ErrNotFound", err)
	}
	for name, seat := range map[string]mediation.Seat{"a stranger": {N: 1, Left: 3, Right: 1}, "one on both sides": {N: 1, Left: 1, Right: 1}} {
		bad := good
		bad.Seats = []mediation.Seat{seat}
		if refusal := (*ingest.Refusal)(nil); !errors.As(firstError(db.SaveProposal(ctx, number, bad, "")), &refusal) || refusal.Code != "seat_not_of_piece" {
			t.Errorf("%s is seated", name)
		}
	}
	ghost := good
	ghost.Replaces = new(uuid.UUID)
	if _, err := db.SaveProposal(ctx, number, ghost, ""); !errors.Is(err, mediation.ErrNotFound) {
		t.Errorf("a version of nothing: %v, want ErrNotFound", err)
	}
}

func firstError[T any](_ T, err error) error { return err }

// Ten wobbly claims, ten random lines: PostGIS must find the areas that the
// page showed, in the plane to the grid × the outline and on the ellipsoid to the
// millionth.
func TestThePageAndPostGISDivideAlike(t *testing.T) {
	db, _, ctx := open(t)
	number := openCase(t, ctx, db, 4545)
	stars := overlaytest.Stars{Claims: 10, MinVertices: 120, MaxVertices: 160, Radius: 250, Noise: 0.15, Spacing: 150}.Make(3)
	for i, c := range stars {
		ground := overlaytest.Mapped(c.Ground, func(p overlay.Point) overlay.Point {
			return overlay.Point{X: p.X + 132_000*overlay.GridPerMetre, Y: p.Y - 17_000*overlay.GridPerMetre}
		})
		claim(t, ctx, db, number, string(rune('A'+i)), 0.05, 4545, wkt.MarshalString(ground.Metres()))
	}
	run, err := db.CurrentRun(ctx, number)
	if err != nil {
		t.Fatal(err)
	}
	wholePiecesAsPostGISHasThem(t, &run)
	rnd := rand.New(rand.NewPCG(5, 6))
	divided := 0
	for range 10 {
		var line orb.LineString
		for i := range 4 {
			line = append(line, orb.Point{631_700 + 300*float64(i) + 100*rnd.Float64(), 2_683_000 + 500*rnd.Float64()})
		}
		p, err := db.SaveProposal(ctx, number, mediation.NewProposal{Run: run.ID, Title: "line", Line: line}, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, piece := range p.Pieces {
			if piece.Divided {
				divided++
			}
			for _, s := range piece.Shares() {
				diff := math.Abs(float64(s.Kernel.Ellipsoidal - s.PostGIS.Ellipsoidal))
				if !s.Agrees || diff > 1e-6*float64(s.Kernel.Ellipsoidal)+0.2 {
					t.Errorf("line %v, piece %d: kernel %v, PostGIS %v", line, piece.N, s.Kernel, s.PostGIS)
				}
			}
		}
	}
	t.Logf("%d pieces, divided %d times", len(run.Pieces), divided)
	if divided < 50 {
		t.Errorf("the lines divided pieces %d times; that proves little", divided)
	}
}

func wholePiecesAsPostGISHasThem(t *testing.T, run *mediation.Run) {
	t.Helper()
	var ground []orb.Polygon
	for _, p := range run.Pieces {
		ground = append(ground, p.Ground)
	}
	table, err := divide.NewTable(crs.SRID(run.SRID), ground)
	if err != nil {
		t.Fatal(err)
	}
	cuts, err := table.Divide(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range cuts {
		plane, ellipsoidal := float64(run.Pieces[i].Nominal.Plane.SquareMetres), float64(run.Pieces[i].Nominal.Ellipsoidal.SquareMetres)
		if !near(float64(c.Whole.Plane), plane, 1e-9*plane+1e-4) || !near(float64(c.Whole.Ellipsoidal), ellipsoidal, 1e-7*ellipsoidal+1e-3) {
			t.Errorf("piece %d: %v by the kernel, %v and %v m² by PostGIS", run.Pieces[i].N, c.Whole, plane, ellipsoidal)
		}
	}
}
