package overlay_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"jieshi/geo/overlay"
	"jieshi/geo/overlay/overlaytest"
)

// drawClaims draws a few valid claims: stars anywhere, and triangles, frames
// and squares on lattices where everything coincides.
func drawClaims(t *rapid.T) []overlaytest.Claim {
	seed := rapid.Uint64Range(0, 1<<40).Draw(t, "seed")
	switch rapid.IntRange(0, 6).Draw(t, "kind") {
	case 0:
		return overlaytest.Stars{Claims: 12, MinVertices: 4, MaxVertices: 40, Radius: 40, Noise: 1, Spacing: 30}.Make(seed)
	case 1:
		return overlaytest.Triangles(seed, 12, rapid.Int64Range(2, 9).Draw(t, "lattice"), rapid.Int64Range(1, 20_000).Draw(t, "step"))
	case 2:
		return overlaytest.Frames(seed, 8, 5, rapid.Int64Range(1, 20_000).Draw(t, "step"))
	case 3:
		return overlaytest.NearMisses(seed, 4)
	case 4:
		once := overlaytest.Triangles(seed, 6, 4, 1000)
		return append(once, overlaytest.Shifted(once, 0, 0, 100)...) // every claim twice
	case 5:
		return slivers(seed)
	default:
		return overlaytest.Walks(seed, 4, 0.03)
	}
}

// slivers returns claims of metres by tenths of a millimetre: what rounding does
// to one of their crossings makes the next.
func slivers(seed uint64) []overlaytest.Claim {
	rnd := rand.New(rand.NewPCG(seed, 0x736c69766572))
	width, height := int64(1000)<<rnd.IntN(8), 3+rnd.Int64N(10)
	var claims []overlaytest.Claim
	for len(claims) < 5 {
		var ring overlay.Ring
		for range 3 + rnd.IntN(5) {
			ring = append(ring, overlay.Point{X: rnd.Int64N(width), Y: rnd.Int64N(height)})
		}
		for _, polygon := range repairOf(overlay.MultiPolygon{{append(ring, ring[0])}}) {
			claims = append(claims, overlaytest.Claim{ID: int64(len(claims) + 1), Ground: overlay.MultiPolygon{polygon}})
		}
	}
	return claims
}

func faces(t *rapid.T, claims []overlaytest.Claim, o overlay.Options) *overlay.Partition {
	p, err := overlay.Faces(t.Context(), overlaytest.Layer(claims), o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// boundOf returns more than rounding crossings to the subgrid can do to any area
// of these claims, in m².
func boundOf(claims []overlaytest.Claim) float64 {
	var outlines float64
	for _, c := range claims {
		outlines += perimeter(c.Ground)
	}
	return outlines/overlay.GridPerMetre/256 + 1e-12
}

func m2(a overlay.Area) float64 { return float64(a.SquareMetres()) }

func TestFacesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		claims := drawClaims(t)
		p, bound := faces(t, claims, overlay.Options{}), boundOf(claims)
		var sum overlay.Area
		byClaim := map[int64]overlay.Area{}
		byPair := map[[2]int64]overlay.Area{}
		for _, f := range p.Faces {
			if f.Area.Sign() <= 0 && m2(f.Area) < -bound {
				t.Errorf("face %v has %v m²", f.Claims, m2(f.Area))
			}
			sum = sum.Add(f.Area)
			for i, a := range f.Claims {
				byClaim[a] = byClaim[a].Add(f.Area)
				for _, b := range f.Claims[i+1:] {
					byPair[[2]int64{a, b}] = byPair[[2]int64{a, b}].Add(f.Area)
				}
			}
		}
		if sum != p.Union {
			t.Errorf("faces add up to %v m², the union is %v m²", m2(sum), m2(p.Union))
		}
		for _, c := range claims {
			if d := m2(byClaim[c.ID].Sub(c.Ground.Area())); d > bound || d < -bound {
				t.Errorf("faces of claim %d are %v m² off its area", c.ID, d)
			}
		}
		for _, pair := range p.Pairs {
			key := [2]int64{pair.A, pair.B}
			if d := m2(byPair[key].Sub(pair.Area)); d > bound || d < -bound {
				t.Errorf("faces of pair %v are %v m² off its area", key, d)
			}
			delete(byPair, key)
		}
		for key, area := range byPair {
			if m2(area) > bound {
				t.Errorf("faces say that %v share %v m², but they are no pair", key, m2(area))
			}
		}
	})
}

// Of any three claims |A∪B∪C| = Σ|A| − Σ|A∩B| + |A∩B∩C|, each term computed in a
// layer of its own.
func TestInclusionAndExclusion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		claims := drawClaims(t)
		three := rapid.Permutation(claims).Draw(t, "order")[:3]
		bound := boundOf(three)
		sum := three[0].Ground.Area().Add(three[1].Ground.Area()).Add(three[2].Ground.Area())
		for i := range three {
			two := []overlaytest.Claim{three[i], three[(i+1)%3]}
			pairs, err := overlay.Pairs(t.Context(), overlaytest.Layer(two), nil, overlay.Options{})
			if err != nil {
				t.Fatal(err)
			}
			union := faces(t, two, overlay.Options{}).Union
			both := two[0].Ground.Area().Add(two[1].Ground.Area())
			for _, p := range pairs {
				sum, both = sum.Sub(p.Area), both.Sub(p.Area)
			}
			if d := m2(both.Sub(union)); d > bound || d < -bound {
				t.Errorf("the union of %d and %d is %v m² off", two[0].ID, two[1].ID, d)
			}
		}
		p := faces(t, three, overlay.Options{})
		for _, f := range p.Faces {
			if f.Depth() == 3 {
				sum = sum.Add(f.Area)
			}
		}
		if d := m2(sum.Sub(p.Union)); d > bound || d < -bound {
			t.Errorf("the union of three is %v m² off", d)
		}
	})
}

func TestPairsAreNoLargerThanTheirClaims(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		claims := drawClaims(t)
		l, bound := overlaytest.Layer(claims), boundOf(claims)
		pairs, err := overlay.Pairs(t.Context(), l, nil, overlay.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range pairs {
			a, _ := l.Area(p.A)
			b, _ := l.Area(p.B)
			if most := min(m2(a), m2(b)); m2(p.Area) > most+bound {
				t.Errorf("%d and %d share %v m², the smaller has %v", p.A, p.B, m2(p.Area), most)
			}
		}
	})
}

func TestNothingDependsOnHowClaimsAreWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		claims := drawClaims(t)
		rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "shuffle"), 1))
		want := faces(t, claims, overlay.Options{Workers: 1, Geometry: true})

		again := make([]overlaytest.Claim, len(claims))
		for i, c := range claims {
			again[i] = overlaytest.Claim{ID: c.ID, Ground: rewritten(rnd, c.Ground)}
		}
		rnd.Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
		got := faces(t, again, overlay.Options{Workers: 1 + rnd.IntN(4), Geometry: true})
		if !reflect.DeepEqual(got, want) {
			t.Errorf("other order, ring starts, directions and workers give another partition")
		}
	})
}

// rewritten returns the same ground with rings begun elsewhere and turned round.
func rewritten(rnd *rand.Rand, m overlay.MultiPolygon) overlay.MultiPolygon {
	out := overlaytest.Mapped(m, func(p overlay.Point) overlay.Point { return p })
	for _, poly := range out {
		for k, ring := range poly {
			open := ring[:len(ring)-1]
			k0 := rnd.IntN(len(open))
			turned := slices.Concat(open[k0:], open[:k0])
			if rnd.IntN(2) == 0 {
				slices.Reverse(turned)
			}
			poly[k] = append(turned, turned[0])
		}
	}
	return out
}

func TestNothingDependsOnThePlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		claims := drawClaims(t)
		far := rapid.Int64Range(-1<<38, 1<<38)
		moved := overlaytest.Shifted(claims, far.Draw(t, "dx"), far.Draw(t, "dy"), claims[0].ID)
		for i := range moved {
			moved[i].ID = claims[i].ID
		}
		want, got := faces(t, claims, overlay.Options{}), faces(t, moved, overlay.Options{})
		if !reflect.DeepEqual(got, want) {
			t.Errorf("moved claims give other faces")
		}
	})
}

// Which claim is nudged against which decides whether a corner that lies on
// another's edge is a corner of the face there. That changes nothing unless a
// crossing next to it is rounded off that edge.
func TestAreasDoNotDependOnIDs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		claims := drawClaims(t)
		want, bound := map[string]overlay.Area{}, boundOf(claims)
		for _, f := range faces(t, claims, overlay.Options{}).Faces {
			want[fmt.Sprint(f.Claims)] = f.Area
		}
		for i := range claims {
			claims[i].ID = -claims[i].ID // ranks turn round, and with them every nudge
		}
		for _, f := range faces(t, claims, overlay.Options{}).Faces {
			for k := range f.Claims {
				f.Claims[k] = -f.Claims[k]
			}
			slices.Sort(f.Claims)
			key := fmt.Sprint(f.Claims)
			if d := m2(f.Area.Sub(want[key])); d > bound || d < -bound {
				t.Errorf("face %s has %v m² under other IDs, %v m² before", key, m2(f.Area), m2(want[key]))
			}
			delete(want, key)
		}
		for key, area := range want {
			if m2(area) > bound {
				t.Errorf("face %s of %v m² is gone under other IDs", key, m2(area))
			}
		}
	})
}

// drawBlocks divides the ground of the claims in blocks of some size.
func drawBlocks(t *rapid.T, claims []overlaytest.Claim) []overlay.Block {
	bounds := overlaytest.Layer(claims).Bounds()
	side := max(bounds.Max.X-bounds.Min.X, bounds.Max.Y-bounds.Min.Y)
	return overlay.BlocksOf(bounds, max(side/rapid.Int64Range(1, 6).Draw(t, "blocks a side"), 1))
}

func TestBlocksMergeToTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		claims := drawClaims(t)
		want := faces(t, claims, overlay.Options{})
		load := func(_ context.Context, block overlay.Block) (*overlay.Layer, error) {
			return overlaytest.Layer(halo(claims, block.Box())), nil
		}
		var parts []*overlay.Partition
		err := overlay.StreamFaces(t.Context(), load, drawBlocks(t, claims), overlay.Options{},
			func(_ overlay.Block, p *overlay.Partition) error {
				parts = append(parts, p)
				return nil
			})
		if err != nil {
			t.Fatal(err)
		}
		if got := overlay.Merge(parts...); !reflect.DeepEqual(got, want) {
			t.Errorf("%d blocks give another partition than the whole", len(parts))
		}
	})
}

func TestPairsOfBlocksAreThePairsOfTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		claims := drawClaims(t)
		half := len(claims) / 2
		first, second := claims[:half], claims[half:]
		want, err := overlay.Pairs(t.Context(), overlaytest.Layer(first), overlaytest.Layer(second), overlay.Options{Geometry: true})
		if err != nil {
			t.Fatal(err)
		}
		loader := func(claims []overlaytest.Claim) overlay.Loader {
			return func(_ context.Context, block overlay.Block) (*overlay.Layer, error) {
				return overlaytest.Layer(meeting(claims, block.Box())), nil
			}
		}
		var got []overlay.Pair
		err = overlay.StreamPairs(t.Context(), loader(first), loader(second), drawBlocks(t, claims), overlay.Options{Geometry: true},
			func(_ overlay.Block, pairs []overlay.Pair) error {
				got = append(got, pairs...)
				return nil
			})
		if err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(got, func(x, y overlay.Pair) int { return cmp.Or(cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B)) })
		if !reflect.DeepEqual(got, want) {
			t.Errorf("blocks give %d pairs, the whole %d; or others", len(got), len(want))
		}
	})
}

// meeting returns the claims whose boxes meet box.
func meeting(claims []overlaytest.Claim, box overlay.Box) []overlaytest.Claim {
	var need []overlaytest.Claim
	for _, c := range claims {
		if c.Ground.Bounds().Meets(box) {
			need = append(need, c)
		}
	}
	return need
}

// A claim with its neighbours must give the rows that it has among all.
func TestOneClaimAnewIsAsInTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		claims := drawClaims(t)
		changed := rapid.SampledFrom(claims).Draw(t, "changed")
		whole, err := overlay.Pairs(t.Context(), overlaytest.Layer(claims), nil, overlay.Options{Geometry: true})
		if err != nil {
			t.Fatal(err)
		}
		var want []overlay.Pair
		for _, p := range whole {
			if p.A == changed.ID || p.B == changed.ID {
				want = append(want, p)
			}
		}
		near := halo(claims, changed.Ground.Bounds())
		got, err := overlay.Pairs(t.Context(), overlaytest.Layer(near), nil, overlay.Options{Of: []int64{changed.ID, -999}, Geometry: true})
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("claim %d anew has %d pairs, want %d, the same ones", changed.ID, len(got), len(want))
		}
	})
}

// halo returns what a block needs: the claims that meet it and their neighbours.
func halo(claims []overlaytest.Claim, block overlay.Box) []overlaytest.Claim {
	var need []overlaytest.Claim
	for _, c := range claims {
		for _, d := range claims {
			if d.Ground.Bounds().Meets(block) && d.Ground.Bounds().Meets(c.Ground.Bounds()) {
				need = append(need, c)
				break
			}
		}
	}
	return need
}

func TestDrawnFacesAreValidAndDoNotOverlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		claims := drawClaims(t)
		p := faces(t, claims, overlay.Options{Geometry: true})
		var drawn overlay.Builder
		n := 0
		for i, f := range p.Faces {
			if f.Ground == nil {
				continue
			}
			n++
			checkDrawn(t, f.Claims, f.Ground, f.Area, thinOutlines(claims))
			if err := drawn.Add(int64(i), f.Ground); err != nil {
				t.Fatal(err)
			}
		}
		if n == 0 {
			return
		}
		l, err := drawn.Build()
		if err != nil {
			t.Fatal(err)
		}
		pairs, err := overlay.Pairs(t.Context(), l, nil, overlay.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, pair := range pairs {
			t.Errorf("faces %v and %v overlap by %v m²", p.Faces[pair.A].Claims, p.Faces[pair.B].Claims, m2(pair.Area))
		}
	})
}

func TestDrawnPairsAreValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		claims := drawClaims(t)
		pairs, err := overlay.Pairs(t.Context(), overlaytest.Layer(claims), nil, overlay.Options{Geometry: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range pairs {
			checkDrawn(t, []int64{p.A, p.B}, p.Ground, p.Area, thinOutlines(claims))
		}
	})
}

// thinOutlines returns the length of all outlines in metres if the claims are so
// thin that any part of a face may be lost on the grid, else 0.
func thinOutlines(claims []overlaytest.Claim) (sum float64) {
	for _, c := range claims {
		if box := c.Ground.Bounds(); box.Max.Y-box.Min.Y > 20 {
			return 0
		}
		sum += perimeter(c.Ground)
	}
	return sum
}

// checkDrawn insists that ground is valid and as large as the exact area, but for
// outlines of this length that may be lost.
func checkDrawn(t *rapid.T, what []int64, m overlay.MultiPolygon, exact overlay.Area, lost float64) {
	for _, f := range faultsOf(m) {
		t.Errorf("%v: %v", what, f)
	}
	// Half a unit × perimeter; a face of a few units may shrink to nothing, so it
	// is allowed the perimeter of a needle of a millimetre.
	const unit = 1.0 / overlay.GridPerMetre
	most := unit / 2 * (perimeter(m) + 20*unit + lost)
	if m == nil {
		most = unit * boundOfNothing
	}
	if d := m2(m.Area().Sub(exact)); d > most || d < -most {
		t.Errorf("%v: polygons cover %v m², the exact area is %v m²", what, m2(m.Area()), m2(exact))
	}
}

// boundOfNothing is how long in metres a face thinner than the grid may be in
// these tests: longer than any claim in them.
const boundOfNothing = 300

func TestPartsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		claim := rapid.SampledFrom(drawClaims(t)).Draw(t, "claim")
		box := claim.Ground.Bounds()
		var cut []overlay.Point
		for range rapid.IntRange(2, 6).Draw(t, "corners") {
			cut = append(cut, overlay.Point{
				X: rapid.Int64Range(box.Min.X-10, box.Max.X+10).Draw(t, "x"),
				Y: rapid.Int64Range(box.Min.Y-10, box.Max.Y+10).Draw(t, "y"),
			})
		}
		var sum overlay.Area
		outlines := perimeter(claim.Ground)
		for _, p := range partsOf(claim.Ground, cut) {
			part := overlay.MultiPolygon{p.Ground}
			for _, f := range faultsOf(part) {
				t.Errorf("part %v: %v", p.Ground, f)
			}
			sum = sum.Add(p.Area)
			outlines += perimeter(part)
		}
		if d := m2(sum.Sub(claim.Ground.Area())); d > outlines/overlay.GridPerMetre || d < -outlines/overlay.GridPerMetre {
			t.Errorf("parts add up to %v m², the claim has %v m²", m2(sum), m2(claim.Ground.Area()))
		}
	})
}

// A ring along the lines of a lattice winds round whole cells, so that the rule
// of Repair can be checked by counting.
func TestRepairHoldsWhatTheRingWindsRound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const size = 7
		steps := rapid.SliceOfN(rapid.Int64Range(0, size-1), 6, 20).Draw(t, "steps")
		ring := overlay.Ring{{}}
		for i, s := range steps { // east–west and north–south in turn
			p := ring[len(ring)-1]
			if i%2 == 0 {
				p.X = s
			} else {
				p.Y = s
			}
			ring = append(ring, p)
		}
		if last := ring[len(ring)-1]; last.X != 0 && last.Y != 0 {
			ring = append(ring, overlay.Point{X: 0, Y: last.Y})
		}
		ring = append(ring, overlay.Point{})
		cells := int64(0)
		for x := range int64(size) {
			for y := range int64(size) {
				if winding(ring, x, y) != 0 {
					cells++
				}
			}
		}
		repaired := repairOf(overlay.MultiPolygon{{ring}})
		want := overlaytest.Square(0, 0, 1).Area().Big()
		got := repaired.Area().Big()
		if got.Cmp(want.Mul(want, bigInt(cells))) != 0 {
			t.Errorf("Repair(%v) = %v, want %d cells", ring, repaired, cells)
		}
		for _, f := range faultsOf(repaired) {
			t.Errorf("Repair(%v): %v", ring, f)
		}
	})
}

// winding counts how often a ring along lattice lines winds round the cell that
// has (x, y) as its lower left corner: edges to the east of it, up less down.
func winding(r overlay.Ring, x, y int64) int {
	n := 0
	for i := 1; i < len(r); i++ {
		p, q := r[i-1], r[i]
		if p.X == q.X && p.X > x {
			switch {
			case p.Y <= y && q.Y > y:
				n++
			case q.Y <= y && p.Y > y:
				n--
			}
		}
	}
	return n
}
