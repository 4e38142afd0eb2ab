package ingest_test

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"jieshi/geo"
	"jieshi/geo/crs"
	"jieshi/ingest"
)

// Walks here are drawn in metres east and north of a stone near Liujiang, in
// CGCS2000 / CM 108°.
const stoneX, stoneY = 632000.0, 2683000.0

var (
	zone, zoneErr = crs.ProjectionOf(4545)
	morning       = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
)

// walked returns an RTK walk through the points, one fix a second.
func walked(t testing.TB, points ...[2]float64) ingest.Walk {
	t.Helper()
	if zoneErr != nil {
		t.Fatal(zoneErr)
	}
	w := ingest.Walk{Format: "drawn", Name: t.Name()}
	for i, p := range points {
		lon, lat := zone.Inverse(stoneX+p[0], stoneY+p[1])
		w.Fixes = append(w.Fixes, ingest.Fix{
			Lon: lon, Lat: lat, Time: morning.Add(time.Duration(i) * time.Second),
			Quality: ingest.QualityFixed, SigmaEast: 0.01, SigmaNorth: 0.01, Line: i + 10,
		})
	}
	return w
}

// along returns points at most 1.25 m apart on the straight way through corners.
func along(corners ...[2]float64) [][2]float64 {
	points := [][2]float64{corners[0]}
	for i := 1; i < len(corners); i++ {
		a, b := corners[i-1], corners[i]
		n := int(math.Ceil(math.Hypot(b[0]-a[0], b[1]-a[1]) / 1.25))
		for k := 1; k <= n; k++ {
			f := float64(k) / float64(n)
			points = append(points, [2]float64{a[0] + f*(b[0]-a[0]), a[1] + f*(b[1]-a[1])})
		}
	}
	return points
}

func report(t testing.TB, w ingest.Walk, o ingest.Options) ingest.Report {
	t.Helper()
	r, err := ingest.NewReport(w, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

type rule struct {
	rule         geo.RingRule
	x, y         float64 // from the stone
	vertex, line int
}

func rules(r ingest.Report) []rule {
	var out []rule
	for _, f := range r.Faults {
		cm := func(v float64) float64 { return math.Round(v*100) / 100 }
		out = append(out, rule{f.Rule, cm(float64(f.At.X) - stoneX), cm(float64(f.At.Y) - stoneY), f.Vertex, f.Line})
	}
	return out
}

func TestReport(t *testing.T) {
	enclose := ingest.Options{Repair: ingest.RepairEnclose}
	for _, tc := range []struct {
		name   string
		walk   [][2]float64
		opts   ingest.Options
		status ingest.Status
		faults []rule
		plane  float64
		pieces int // polygons adopted
	}{
		{
			name: "a field, three metres short of its start",
			walk: [][2]float64{{0, 0}, {100, 0}, {100, 50}, {0, 50}, {0, 3}}, status: ingest.Adopted, plane: 5000, pieces: 1,
		},
		{
			name: "a field that ends on its start",
			walk: [][2]float64{{0, 0}, {0, 50}, {100, 50}, {100, 0}, {0, 0}}, status: ingest.Adopted, plane: 5000, pieces: 1,
		},
		{
			/*
			   3---------2
			   |         |
			   |      5--+--4      the walker overshot the corner at 2 and came back
			   0---------1
			*/
			name:   "a line that crosses itself is questioned",
			walk:   [][2]float64{{0, 0}, {100, 0}, {100, 60}, {110, 60}, {110, 50}, {0, 50}, {0, 1}},
			status: ingest.Questioned, plane: 5100, faults: []rule{{geo.RingCrosses, 100, 50, 1, 11}},
		},
		{
			name: "and adopted as what it encloses, its fault still listed",
			walk: [][2]float64{{0, 0}, {100, 0}, {100, 60}, {110, 60}, {110, 50}, {0, 50}, {0, 1}}, opts: enclose,
			status: ingest.Adopted, plane: 5100, pieces: 2, faults: []rule{{geo.RingCrosses, 100, 50, 1, 11}},
		},
		{
			name:   "a gap of 30 m is questioned",
			walk:   [][2]float64{{0, 0}, {100, 0}, {100, 50}, {0, 50}, {0, 30}},
			status: ingest.Questioned, plane: 5000, faults: []rule{{geo.RingOpen, 0, 30, 4, 14}},
		},
		{
			name: "enclosing does not mend ground that nobody walked",
			walk: [][2]float64{{0, 0}, {100, 0}, {100, 50}, {0, 50}, {0, 30}}, opts: enclose,
			status: ingest.Questioned, plane: 5000, faults: []rule{{geo.RingOpen, 0, 30, 4, 14}},
		},
		{
			name: "a stated gap of 40 m allows it",
			walk: [][2]float64{{0, 0}, {100, 0}, {100, 50}, {0, 50}, {0, 30}}, opts: ingest.Options{MaxClosingGap: 40},
			status: ingest.Adopted, plane: 5000, pieces: 1,
		},
		{
			name:   "a spike has its tip as its place",
			walk:   [][2]float64{{0, 0}, {100, 0}, {100, 70}, {100, 50}, {0, 50}, {0, 1}},
			status: ingest.Questioned, plane: 5000, faults: []rule{{geo.RingSpike, 100, 70, 1, 11}},
		},
		{
			name:   "a spike stays a spike when the walker stood at its tip",
			walk:   [][2]float64{{0, 0}, {100, 0}, {100, 70}, {100, 70}, {100, 70}, {100, 50}, {0, 50}, {0, 1}},
			status: ingest.Questioned, plane: 5000, faults: []rule{{geo.RingSpike, 100, 70, 1, 11}},
		},
		{
			name:   "crossed and open, in the order of the walk, the end last",
			walk:   [][2]float64{{0, 0}, {100, 0}, {100, 60}, {110, 60}, {110, 50}, {0, 50}, {0, 30}},
			status: ingest.Questioned, plane: 5100, faults: []rule{{geo.RingCrosses, 100, 50, 1, 11}, {geo.RingOpen, 0, 30, 6, 16}},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := report(t, walked(t, tc.walk...), tc.opts)
			if r.Status != tc.status || !slices.Equal(rules(r), tc.faults) || r.FaultCount != len(tc.faults) {
				t.Errorf("status %s with %v, want %s with %v", r.Status, rules(r), tc.status, tc.faults)
			}
			if r.SRID != 4545 || math.Abs(float64(r.Plane)-tc.plane) > 0.05 || len(r.Boundary) != tc.pieces {
				t.Errorf("SRID %d, %v m² plane in %d polygons; want 4545, %v in %d", r.SRID, r.Plane, len(r.Boundary), tc.plane, tc.pieces)
			}
			// At 131 km from the central meridian the plane is 0.042 % too large.
			if ratio := float64(r.Plane) / float64(r.Area.SquareMetres); math.Abs(ratio-1.000429) > 2e-6 {
				t.Errorf("plane/ellipsoid = %.6f, want 1.000429", ratio)
			}
			if r.Repaired != (tc.status == ingest.Adopted && len(tc.faults) > 0) {
				t.Errorf("Repaired = %v", r.Repaired)
			}
		})
	}
}

func TestReportRefuses(t *testing.T) {
	square := [][2]float64{{0, 0}, {100, 0}, {100, 50}, {0, 50}, {0, 1}}
	change := func(f func(*ingest.Walk)) ingest.Walk {
		w := walked(t, square...)
		f(&w)
		return w
	}
	for _, tc := range []struct {
		name  string
		walk  ingest.Walk
		opts  ingest.Options
		code  string
		where string
	}{
		{"no fixes", ingest.Walk{}, ingest.Options{}, "no_fixes", ""},
		{"one place", walked(t, [][2]float64{{5, 5}, {5, 5}, {5, 5}}...), ingest.Options{}, "walk_too_short", ""},
		{"two places", walked(t, [][2]float64{{0, 0}, {9, 9}, {0, 0}, {9, 9}}...), ingest.Options{}, "walk_too_short", ""},
		{"out and back on the same points", walked(t, [][2]float64{{0, 0}, {50, 10}, {90, 40}, {50, 10}, {0, 0}}...), ingest.Options{}, "walk_encloses_nothing", ""},
		{"out and back within the error", walked(t, [][2]float64{{0, 0}, {50, 0}, {90, 0}, {50, 0.005}, {0, 0.005}}...), ingest.Options{}, "walk_encloses_nothing", ""},
		{"narrower than the stated error", walked(t, [][2]float64{{0, 0}, {50, 0}, {50, 3}, {0, 3}}...), ingest.Options{Sigma: 4}, "walk_encloses_nothing", ""},
		{"fixed only without a fixed fix", change(func(w *ingest.Walk) {
			for i := range w.Fixes {
				w.Fixes[i].Quality = ingest.QualityFloat
			}
		}), ingest.Options{FixedOnly: true}, "no_fixed_fixes", ""},
		{"a latitude that is not a number", change(func(w *ingest.Walk) { w.Fixes[2].Lat = math.NaN() }), ingest.Options{}, "position_invalid", "line 12"},
		{"a latitude of 91 degrees", change(func(w *ingest.Walk) { w.Fixes[2].Lat = 91 }), ingest.Options{}, "position_invalid", "line 12"},
		{"a fix at 0, 0", change(func(w *ingest.Walk) { w.Fixes[3].Lon, w.Fixes[3].Lat, w.Fixes[3].Line = 0, 0, 0 }), ingest.Options{}, "fix_far_away", "fix 4"},
		{"a first fix at the pole", change(func(w *ingest.Walk) { w.Fixes[0].Lat = 89 }), ingest.Options{}, "position_outside_utm", "line 10"},
		{"a walk of another province", walked(t, square...), ingest.Options{SRID: 4554}, "position_outside_crs", "line 10"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r, err := ingest.NewReport(tc.walk, tc.opts)
			refusal := (*ingest.Refusal)(nil)
			if !errors.As(err, &refusal) {
				t.Fatalf("error %v, want a refusal", err)
			}
			if refusal.Code != tc.code || refusal.Where != tc.where {
				t.Errorf("refused with %s at %q, want %s at %q", refusal.Code, refusal.Where, tc.code, tc.where)
			}
			for _, s := range []string{refusal.Reason.ZH, refusal.Reason.EN, refusal.Remedy.ZH, refusal.Remedy.EN} {
				if s == "" {
					t.Errorf("the refusal leaves a sentence out: %+v", refusal)
				}
			}
			if r.Status != ingest.Refused || r.Boundary != nil || r.Fixes.Total != len(tc.walk.Fixes) {
				t.Errorf("report %s with %d polygons of %d fixes", r.Status, len(r.Boundary), r.Fixes.Total)
			}
			if _, err := json.Marshal(r); err != nil {
				t.Errorf("the report has no JSON: %v", err)
			}
		})
	}
}

func TestReportRejectsOptionsThatMakeNoSense(t *testing.T) {
	w := walked(t, [][2]float64{{0, 0}, {100, 0}, {100, 50}}...)
	for _, o := range []ingest.Options{
		{Repair: "magic"},
		{Sigma: -1},
		{Sigma: geo.Metres(math.NaN())},
		{MaxClosingGap: -1},
		{MaxClosingGap: geo.Metres(math.Inf(1))},
		{SRID: 3857},
	} {
		_, err := ingest.NewReport(w, o)
		if refusal := (*ingest.Refusal)(nil); err == nil || errors.As(err, &refusal) {
			t.Errorf("NewReport(%+v) error = %v, want a plain error", o, err)
		}
	}
}

func TestFixesOfEveryQualityStayInTheLineUnlessFixedOnly(t *testing.T) {
	w := walked(t, [][2]float64{{0, 0}, {50, -10}, {100, 0}, {100, 50}, {0, 50}, {0, 1}}...)
	w.Fixes[1].Quality, w.Fixes[1].SigmaEast, w.Fixes[1].SigmaNorth = ingest.QualityFloat, 0.4, 0.3
	w.Fixes[5].Quality, w.Fixes[5].SigmaEast, w.Fixes[5].SigmaNorth = ingest.QualitySingle, 0, 0
	before := slices.Clone(w.Fixes)

	all := report(t, w, ingest.Options{})
	if math.Abs(float64(all.Plane)-5500) > 0.05 || len(all.Line) != 6 {
		t.Errorf("all fixes: %v m² of %d fixes, want 5500 of 6", all.Plane, len(all.Line))
	}
	want := ingest.FixCount{Fixed: 4, Float: 1, Single: 1, Total: 6, Used: 6}
	if all.Fixes != want {
		t.Errorf("fixes %+v, want %+v", all.Fixes, want)
	}
	float := geo.Metres(math.Sqrt((0.16 + 0.09) / 2))
	if all.Sigmas[0] != 0.01 || math.Abs(float64(all.Sigmas[1]-float)) > 1e-12 || all.Sigmas[5] != 3 {
		t.Errorf("sigmas %v, want each fix's own", all.Sigmas)
	}

	fixed := report(t, w, ingest.Options{FixedOnly: true})
	if math.Abs(float64(fixed.Plane)-5000) > 0.05 || !slices.Equal(fixed.Used, []int{0, 2, 3, 4}) {
		t.Errorf("fixed only: %v m² of fixes %v, want 5000 of 0 2 3 4", fixed.Plane, fixed.Used)
	}
	if !reflect.DeepEqual(w.Fixes, before) {
		t.Error("the walk was changed")
	}
}

func TestSigmaSaysWhereItComesFrom(t *testing.T) {
	points := [][2]float64{{0, 0}, {100, 0}, {100, 100}, {0, 100}}
	for _, tc := range []struct {
		name   string
		stated geo.Metres
		sigmas []geo.Metres // of the receiver, east = north; 0 if it did not say
		want   geo.Metres
		rule   ingest.SigmaRule
		area   float64 // (1/2)·√Σ(σᵢ²·20000): the diagonals of the square are 100√2
	}{
		{"the receiver said it of all", 0, []geo.Metres{0.01, 0.01, 0.01, 0.02}, geo.Metres(math.Sqrt(7e-4 / 4)), ingest.SigmaReceiver, 70.7106781 * math.Sqrt(7e-4)},
		{"it said it of some", 0, []geo.Metres{0.01, 0.01, 0.01, 0}, geo.Metres(math.Sqrt(12e-4 / 4)), ingest.SigmaMixed, 70.7106781 * math.Sqrt(12e-4)},
		{"it said nothing", 0, []geo.Metres{0, 0, 0, 0}, 0.03, ingest.SigmaDefaults, 70.7106781 * 0.06},
		{"a person said it", 0.5, []geo.Metres{0.01, 0.01, 0.01, 0.01}, 0.5, ingest.SigmaStated, 70.7106781},
		{"sigmas that are none are not said", 0, []geo.Metres{-1, geo.Metres(math.NaN()), geo.Metres(math.Inf(1)), 0}, 0.03, ingest.SigmaDefaults, 70.7106781 * 0.06},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := walked(t, points...)
			for i := range w.Fixes {
				w.Fixes[i].SigmaEast, w.Fixes[i].SigmaNorth = tc.sigmas[i], tc.sigmas[i]
			}
			r := report(t, w, ingest.Options{Sigma: tc.stated, MaxClosingGap: 100})
			if math.Abs(float64(r.Sigma.Metres-tc.want)) > 1e-12 || r.Sigma.Rule != tc.rule {
				t.Errorf("sigma %v by %s, want %v by %s", r.Sigma.Metres, r.Sigma.Rule, tc.want, tc.rule)
			}
			if math.Abs(float64(r.Area.Sigma)-tc.area) > 1e-3 {
				t.Errorf("area sigma %v m², want %v", r.Area.Sigma, tc.area)
			}
		})
	}
}

// A surveyor stands on a corner stone for a minute; the receiver scribbles. That
// is one fault, not hundreds. Back on the first stone he stands again.
func TestStandingStillIsOneKnot(t *testing.T) {
	scribble := func(x, y float64, n int) [][2]float64 {
		var p [][2]float64
		for i := range n {
			p = append(p, [2]float64{x + float64(i*7%11-5)/1000, y + float64(i*5%13-6)/1000})
		}
		return p
	}
	walk := scribble(0, 0, 30)
	walk = append(walk, [2]float64{100, 0})
	walk = append(walk, scribble(100, 50, 60)...)
	walk = append(walk, [2]float64{0, 50})
	walk = append(walk, scribble(0, 0, 30)...)
	r := report(t, walked(t, walk...), ingest.Options{Stops: ingest.StopsKeep})
	if len(r.Faults) != 2 || r.Faults[0].Rule != ingest.RuleKnot || r.Faults[1].Rule != ingest.RuleKnot {
		t.Fatalf("faults %v, want a knot at the start and one at the corner", rules(r))
	}
	if r.Faults[0].Count < 20 || r.Faults[1].Count < 20 {
		t.Errorf("knots of %d and %d meetings, want many", r.Faults[0].Count, r.Faults[1].Count)
	}
	if r.Status != ingest.Questioned {
		t.Errorf("status %s, want questioned: a knot is a crossing", r.Status)
	}
	mended := report(t, walked(t, walk...), ingest.Options{Repair: ingest.RepairEnclose, Stops: ingest.StopsKeep})
	if mended.Status != ingest.Adopted || math.Abs(float64(mended.Plane)-5000) > 2 {
		t.Errorf("mended: %s with %v m², want about 5000 adopted", mended.Status, mended.Plane)
	}
}

func TestSuspectedJumpsAreFlaggedAndStay(t *testing.T) {
	field := along([2]float64{0, 0}, [2]float64{100, 0}, [2]float64{100, 50}, [2]float64{0, 50}, [2]float64{0, 1})
	clean := report(t, walked(t, field...), ingest.Options{})
	if clean.JumpCount != 0 || clean.GapCount != 0 {
		t.Errorf("an even walk round corners: jumps %v, gaps %v; want none", clean.Jumps, clean.Gaps)
	}

	lone := slices.Clone(field)
	lone[40][1] += 8
	r := report(t, walked(t, lone...), ingest.Options{})
	if len(r.Jumps) != 1 || r.Jumps[0].Vertex != 40 || math.Abs(float64(r.Jumps[0].Offset)-8) > 0.01 || r.Jumps[0].Line != 50 {
		t.Errorf("a fix 8 m off: jumps %+v, want vertex 40 at 8 m", r.Jumps)
	}
	if len(r.Line) != len(field) || math.Abs(float64(r.Line[40][1])-stoneY-8) > 0.001 {
		t.Error("the suspected fix was moved or dropped")
	}

	shifted := slices.Clone(field) // a reflection holds the receiver off for 20 s
	for i := 40; i < 60; i++ {
		shifted[i][1] += 6
	}
	r = report(t, walked(t, shifted...), ingest.Options{})
	if len(r.Jumps) != 2 || r.Jumps[0].Vertex < 39 || r.Jumps[0].Vertex > 40 || r.Jumps[1].Vertex < 59 || r.Jumps[1].Vertex > 60 {
		t.Errorf("20 s of 6 m off: jumps %+v, want one into it and one out of it", r.Jumps)
	}

	untimed := walked(t, lone...)
	for i := range untimed.Fixes {
		untimed.Fixes[i].Time = time.Time{}
	}
	r = report(t, untimed, ingest.Options{})
	if len(r.Jumps) != 1 || r.Jumps[0].Vertex != 40 || r.Seconds != 0 {
		t.Errorf("without times: jumps %+v in %v s, want vertex 40", r.Jumps, r.Seconds)
	}

	noisy := walked(t, lone...) // a receiver that says it is 5 m off may be 8 m off
	for i := range noisy.Fixes {
		noisy.Fixes[i].SigmaEast, noisy.Fixes[i].SigmaNorth = 5, 5
	}
	if r = report(t, noisy, ingest.Options{}); len(r.Jumps) != 0 {
		t.Errorf("within 3σ: jumps %+v, want none", r.Jumps)
	}
}

func TestGapsInTime(t *testing.T) {
	w := walked(t, along([2]float64{0, 0}, [2]float64{100, 0}, [2]float64{100, 50}, [2]float64{0, 50}, [2]float64{0, 1})...)
	for i := 30; i < len(w.Fixes); i++ {
		w.Fixes[i].Time = w.Fixes[i].Time.Add(44 * time.Second)
	}
	r := report(t, w, ingest.Options{})
	if len(r.Gaps) != 1 || r.Gaps[0].Vertex != 29 || r.Gaps[0].Seconds != 45 || math.Abs(float64(r.Gaps[0].Metres)-1.25) > 0.01 {
		t.Errorf("gaps %+v, want 45 s and 1.25 m after vertex 29", r.Gaps)
	}
	if want := float64(len(w.Fixes)-1) + 44; r.Seconds != want {
		t.Errorf("duration %v s, want %v", r.Seconds, want)
	}
	if len(r.Jumps) != 0 {
		t.Errorf("jumps %+v across a gap, want none", r.Jumps)
	}
}

/*
A receiver that writes no times loses 60 m of the way; and one that does, walking on
at 1.25 m/s, loses 25 m between two fixes that it says are 6 s apart:

	.........        ..........
	         <- 60 m ->
*/
func TestGapsInDistance(t *testing.T) {
	field := along([2]float64{0, 0}, [2]float64{100, 0}, [2]float64{100, 50}, [2]float64{0, 50}, [2]float64{0, 1})
	untimed := walked(t, slices.Delete(slices.Clone(field), 17, 64)...) // from 20 m to 80 m
	for i := range untimed.Fixes {
		untimed.Fixes[i].Time = time.Time{}
	}
	r := report(t, untimed, ingest.Options{})
	if len(r.Gaps) != 1 || r.Gaps[0].Kind != ingest.GapDistance || r.Gaps[0].Vertex != 16 || math.Abs(float64(r.Gaps[0].Metres)-60) > 0.01 || r.Gaps[0].Seconds != 0 {
		t.Errorf("without times: gaps %+v, want one of 60 m after vertex 16", r.Gaps)
	}
	if math.Abs(float64(r.Gaps[0].Until.X-r.Gaps[0].At.X)-60) > 0.01 {
		t.Errorf("the gap runs from %v to %v", r.Gaps[0].At, r.Gaps[0].Until)
	}
	if r.From != (time.Time{}) || !strings.Contains(r.Advice.EN, "silent at one place") {
		t.Errorf("from %v; advice %q", r.From, r.Advice.EN)
	}

	timed := walked(t, slices.Delete(slices.Clone(field), 17, 36)...) // 25 m
	for i := 17; i < len(timed.Fixes); i++ {
		timed.Fixes[i].Time = timed.Fixes[i].Time.Add(5 * time.Second)
	}
	if r = report(t, timed, ingest.Options{}); len(r.Gaps) != 1 || r.Gaps[0].Kind != ingest.GapDistance || r.Gaps[0].Seconds != 6 || r.SlipCount != 0 {
		t.Errorf("25 m in 6 s: gaps %+v, slips %+v; want a gap and no slip", r.Gaps, r.Slips)
	}

	drawn := walked(t, [][2]float64{{0, 0}, {100, 0}, {100, 50}, {50, 50}, {49, 50}, {0, 50}, {0, 1}}...)
	drawn.Kind = ingest.KindRing
	for i := range drawn.Fixes {
		drawn.Fixes[i].Time = time.Time{}
	}
	if r = report(t, drawn, ingest.Options{}); r.GapCount != 0 {
		t.Errorf("the edges of a drawing are no gaps: %+v", r.Gaps)
	}

	jump := slices.Clone(field)
	jump[40][1] += 40 // out and back without times: one jump, no two gaps
	far := walked(t, jump...)
	for i := range far.Fixes {
		far.Fixes[i].Time = time.Time{}
	}
	if r = report(t, far, ingest.Options{}); r.GapCount != 0 || r.JumpCount != 1 {
		t.Errorf("a jump of 40 m: %d gaps, %d jumps", r.GapCount, r.JumpCount)
	}
}

func TestReportInJSON(t *testing.T) {
	w := walked(t, [][2]float64{{0, 0}, {100, 0}, {100, 60}, {110, 60}, {110, 50}, {0, 50}, {0, 1}}...)
	b, err := json.Marshal(report(t, w, ingest.Options{}))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"status":"questioned"`, `"srid":4545`, `"zh":"CGCS2000 / 3°带 CM 108°"`,
		`"fixes":{"fixed":7,"float":0,"ppp":0,"dgps":0,"single":0,"unknown":0,"total":7,"used":7}`,
		`"closing_gap_m":1,"max_closing_gap_m":5`, `"duration_s":6`, `"length_m":339`,
		`"faults":[{"rule":"crosses","at":{"x":632100,"y":2683050,"lon":109.`, `"vertex":1,"again":4,"line":11,"count":1`,
		`"fault_count":1`, `"faces":2`, `"method":"ellipsoidal"`, `"sigma":{"m":0.01,"rule":"receiver","said":7,"assumed":0`,
		`"gaps":[]`, `"jumps":[]`, `"notes":[]`,
	} {
		if !strings.Contains(string(b), want) {
			t.Errorf("JSON lacks %s:\n%s", want, b)
		}
	}
}

// Whatever the line, the report holds together.
func TestReportHoldsTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 30).Draw(t, "n")
		w := ingest.Walk{Format: "drawn"}
		for range n {
			lon, lat := zone.Inverse(
				stoneX+float64(rapid.IntRange(0, 20).Draw(t, "x")), stoneY+float64(rapid.IntRange(0, 20).Draw(t, "y")))
			w.Fixes = append(w.Fixes, ingest.Fix{
				Lon: lon, Lat: lat,
				Quality: rapid.SampledFrom([]ingest.Quality{"fixed", "float", "ppp", "dgps", "single", "unknown"}).Draw(t, "q"),
				Time:    morning.Add(time.Duration(rapid.IntRange(0, 100).Draw(t, "s")) * time.Second),
			})
		}
		o := ingest.Options{
			FixedOnly: rapid.Bool().Draw(t, "fixed"),
			Repair:    rapid.SampledFrom([]ingest.Repair{ingest.RepairNone, ingest.RepairEnclose}).Draw(t, "repair"),
			Sigma:     geo.Metres(rapid.SampledFrom([]float64{0, 0.01, 1}).Draw(t, "sigma")),
		}
		r, err := ingest.NewReport(w, o)
		refusal := (*ingest.Refusal)(nil)
		switch {
		case err != nil && !errors.As(err, &refusal):
			t.Fatal(err)
		case (err != nil) != (r.Status == ingest.Refused), (r.Boundary != nil) != (r.Status == ingest.Adopted):
			t.Fatalf("error %v, status %s, %d polygons", err, r.Status, len(r.Boundary))
		case len(r.Line) != len(r.Used), r.FaultCount < len(r.Faults), r.Fixes.Total != n:
			t.Fatalf("%d points of %d fixes, %d faults of %d", len(r.Line), len(r.Used), len(r.Faults), r.FaultCount)
		}
		if r.Status != ingest.Adopted {
			return
		}
		if a := float64(geo.PlaneArea(r.Boundary)); math.Abs(a-float64(r.Plane)) > 1e-6 {
			t.Fatalf("boundary of %v m², report says %v", a, r.Plane)
		}
		for _, p := range r.Boundary {
			for _, v := range p[0] {
				if geo.Snap(v) != v {
					t.Fatalf("vertex %v is off the grid", v)
				}
			}
			if err := geo.CheckRing(p[0]); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestATangledWalkIsRefused(t *testing.T) {
	var points [][2]float64
	for i := range 5000 { // a receiver that stood still for hours and wrote noise
		points = append(points, [2]float64{float64(i*7919%1009) / 1009, float64(i*104729%997) / 997})
	}
	w := walked(t, append(points, [2]float64{100, 0}, [2]float64{100, 100})...)
	_, err := ingest.NewReport(w, ingest.Options{})
	if refusal := (*ingest.Refusal)(nil); !errors.As(err, &refusal) || refusal.Code != "walk_tangled" {
		t.Errorf("error %v, want walk_tangled", err)
	}
}

// The last corner of a list is as far from the first as corners are.
func TestAListOfCornersIsClosedByItsLastEdge(t *testing.T) {
	t.Parallel()
	square := ingest.Walk{Kind: ingest.KindPoints}
	for _, c := range [][2]float64{{0, 0}, {0.001, 0}, {0.001, 0.001}, {0, 0.001}} {
		square.Fixes = append(square.Fixes, ingest.Fix{Lon: 109.33 + c[0], Lat: 24.25 + c[1], Quality: ingest.QualityFixed})
	}
	r, err := ingest.NewReport(square, ingest.Options{})
	if err != nil || r.Status != ingest.Adopted || float64(r.ClosingGap) < 100 {
		t.Errorf("status %s, closing gap %.1f m, error %v; want adopted over 110 m", r.Status, float64(r.ClosingGap), err)
	}
	square.Kind = ingest.KindTrack
	if r, err := ingest.NewReport(square, ingest.Options{}); err != nil || r.Status != ingest.Questioned {
		t.Errorf("as a track: status %s, error %v; want questioned", r.Status, err)
	}
}
