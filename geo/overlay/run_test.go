package overlay_test

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"jieshi/geo/overlay"
	"jieshi/geo/overlay/overlaytest"
)

func TestARunCanBeCancelled(t *testing.T) {
	stars := overlaytest.C20k
	stars.Claims = 2000
	l := overlaytest.Layer(stars.Make(1))
	ctx, cancel := context.WithCancel(t.Context())
	last := 0
	p, err := overlay.Faces(ctx, l, overlay.Options{Progress: func(done, _ int) {
		last = done
		cancel()
	}})
	if !errors.Is(err, context.Canceled) || p != nil {
		t.Errorf("Faces() = %v, %v; want context.Canceled", p, err)
	}
	if last == 0 || last == l.Len() {
		t.Errorf("%d of %d claims were done before it ended", last, l.Len())
	}
}

func TestProgressReachesTheEnd(t *testing.T) {
	l := overlaytest.Layer(overlaytest.Coverage(20, 100))
	calls, most := 0, 0
	_, err := overlay.Pairs(t.Context(), l, nil, overlay.Options{Progress: func(done, total int) {
		if total != l.Len() {
			t.Errorf("total %d, want %d", total, l.Len())
		}
		calls++
		most = max(most, done)
	}})
	if err != nil || most != l.Len() || calls < 2 {
		t.Errorf("progress came to %d of %d in %d calls (%v)", most, l.Len(), calls, err)
	}
}

// A bar across 20 others is one claim of many faces: most of the work comes after
// the pairs are compared, and progress tells of it, forward only.
func TestProgressGoesOnAfterThePairs(t *testing.T) {
	claims := append(overlaytest.Coverage(20, 100), overlaytest.Shifted(overlaytest.Coverage(20, 100), 40_000, 40_000, 1000)...)
	l := overlaytest.Layer(claims)
	for name, tc := range map[string]struct {
		options overlay.Options
		stages  int
	}{
		"areas":    {overlay.Options{}, 2},
		"polygons": {overlay.Options{Geometry: true}, 5},
		"drawn":    {overlay.Options{Geometry: true}.DrawAll(), 5},
	} {
		t.Run(name, func(t *testing.T) {
			last, seen := 0, map[int]bool{}
			tc.options.Progress = func(done, total int) {
				if total != tc.stages*l.Len() || done < last || done > total {
					t.Errorf("%d of %d after %d, want no more than %d and no less", done, total, last, tc.stages*l.Len())
				}
				last = done
				seen[max(done-1, 0)/l.Len()] = true
			}
			if _, err := overlay.Faces(t.Context(), l, tc.options); err != nil {
				t.Fatal(err)
			}
			if last != tc.stages*l.Len() || len(seen) != tc.stages {
				t.Errorf("it ends at %d of %d, having told of %d stages of %d", last, tc.stages*l.Len(), len(seen), tc.stages)
			}
		})
	}
}

func TestMinAreaLeavesOutSmallPairs(t *testing.T) {
	l := layer(t, "POLYGON((0 0,10 0,10 4,0 4,0 0))", "POLYGON((6 0,16 0,16 4,6 4,6 0))", "POLYGON((15 0,20 0,20 4,15 4,15 0))")
	for least, want := range map[float64]int{0: 2, 3.9999: 2, 4: 1, 15.9999: 1, 16: 0} {
		pairs, err := overlay.Pairs(t.Context(), l, nil, overlay.Options{MinArea: squareMetres(least)})
		if err != nil {
			t.Fatal(err)
		}
		if len(pairs) != want {
			t.Errorf("more than %v m²: %d pairs, want %d", least, len(pairs), want)
		}
	}
}

// Half of the stars against the other half must be what the pairs of all say of
// one from each half.
func TestPairsBetweenTwoLayers(t *testing.T) {
	stars := overlaytest.C20k
	stars.Claims = 400
	claims := stars.Make(9)
	all, err := overlay.Pairs(t.Context(), overlaytest.Layer(claims), nil, overlay.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var want []overlay.Pair
	for _, p := range all {
		if p.A <= 200 && p.B > 200 {
			want = append(want, p)
		}
	}
	a, b := overlaytest.Layer(claims[:200]), overlaytest.Layer(claims[200:])
	got, err := overlay.Pairs(t.Context(), a, b, overlay.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(want) < 100 || !reflect.DeepEqual(got, want) {
		t.Errorf("%d pairs between the halves, want %d, the same ones", len(got), len(want))
	}
	// The other way round the second layer is nudged against the first.
	back, err := overlay.Pairs(t.Context(), b, a, overlay.Options{})
	if err != nil {
		t.Fatal(err)
	}
	sums := func(pairs []overlay.Pair) (sum overlay.Area) {
		for _, p := range pairs {
			sum = sum.Add(p.Area)
		}
		return sum
	}
	if sums(back) != sums(want) {
		t.Errorf("%v m² the other way round, want %v", sums(back).SquareMetres(), sums(want).SquareMetres())
	}
}

func TestAnEmptyLayer(t *testing.T) {
	var b overlay.Builder
	l, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	p, err := overlay.Faces(t.Context(), l, overlay.Options{Geometry: true})
	if err != nil || len(p.Faces) != 0 || p.Union.Sign() != 0 || len(p.Pairs) != 0 {
		t.Errorf("Faces() of nothing = %v, %v", p, err)
	}
	pairs, err := overlay.Pairs(t.Context(), l, overlaytest.Layer(overlaytest.Coverage(2, 5)), overlay.Options{})
	if err != nil || len(pairs) != 0 {
		t.Errorf("Pairs() of nothing = %v, %v", pairs, err)
	}
}

// A claim of very many vertices, a comb, against one that crosses all its teeth.
func TestAClaimOfAHundredThousandVertices(t *testing.T) {
	const teeth = 25_000
	comb := overlay.Ring{{X: 0, Y: 0}, {X: 2 * teeth, Y: 0}}
	for k := int64(teeth) - 1; k >= 0; k-- {
		comb = append(comb,
			overlay.Point{X: 2*k + 2, Y: 10}, overlay.Point{X: 2*k + 1, Y: 10},
			overlay.Point{X: 2*k + 1, Y: 1}, overlay.Point{X: 2 * k, Y: 1})
	}
	comb = append(comb, comb[0])
	bar := overlay.MultiPolygon{{{{X: -5, Y: 5}, {X: 2*teeth + 5, Y: 5}, {X: 2*teeth + 5, Y: 7}, {X: -5, Y: 7}, {X: -5, Y: 5}}}}
	if faults := faultsOf(overlay.MultiPolygon{{comb}}); faults != nil {
		t.Fatalf("the comb: %v", faults[0])
	}
	l := overlaytest.Layer([]overlaytest.Claim{{ID: 1, Ground: overlay.MultiPolygon{{comb}}}, {ID: 2, Ground: bar}})
	pairs, err := overlay.Pairs(t.Context(), l, nil, overlay.Options{Geometry: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(pairs) != 1 || len(pairs[0].Ground) != teeth || pairs[0].Ground.Area() != pairs[0].Area {
		t.Fatalf("the bar crosses %d teeth, want %d", len(pairs[0].Ground), teeth)
	}
	if want := overlaytest.Square(0, 0, 1).Area().Big(); pairs[0].Area.Big().Cmp(want.Mul(want, bigInt(2*teeth))) != 0 {
		t.Errorf("%v half cells in common, want those of %d cells", pairs[0].Area.Big(), 2*teeth)
	}
}

func TestBuildersJoinedAreOneBuilder(t *testing.T) {
	claims := append(overlaytest.Triangles(1, 40, 30, 1000), overlaytest.Shifted(overlaytest.Walks(1, 4, 0.03), 0, 0, 100)...)
	claims = append(claims, overlaytest.Claim{ID: 900, Ground: overlaytest.Square(0, 0, 1<<33)}) // wide
	var parts [3]overlay.Builder
	for i, c := range claims {
		if err := parts[i%3].Add(c.ID, c.Ground); err != nil {
			t.Fatal(err)
		}
	}
	parts[0].Join(&parts[1])
	parts[0].Join(&parts[2])
	got, err := parts[0].Build()
	if err != nil {
		t.Fatal(err)
	}
	if want := overlaytest.Layer(claims); !reflect.DeepEqual(got, want) {
		t.Error("the layer of builders joined is another than that of one")
	}
	if empty, err := parts[1].Build(); err != nil || empty.Len() != 0 {
		t.Errorf("a builder taken over still has %d claims, error %v", empty.Len(), err)
	}
}
