package ingest_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"jieshi/geo"
	"jieshi/ingest"
)

// standing returns n positions that tremble about (x, y) by 4 mm.
func standing(x, y float64, n int) [][2]float64 {
	rnd := rand.New(rand.NewPCG(uint64(n), uint64(1000+x)))
	p := make([][2]float64, n)
	for i := range p {
		p[i] = [2]float64{x + 0.004*rnd.NormFloat64(), y + 0.004*rnd.NormFloat64()}
	}
	return p
}

/*
The walker stands at the first stone, walks to the second, stands there, and
comes back to stand at the first again:

	  .───────────● 2       ● stood, . walked by
	  |           |
	1 ●───────────.
*/
func stoneToStone() [][2]float64 {
	walk := standing(0, 0, 20)
	walk = append(walk, along([2]float64{1, 0}, [2]float64{100, 0}, [2]float64{100, 49})...)
	walk = append(walk, standing(100, 50, 15)...)
	walk = append(walk, along([2]float64{99, 50}, [2]float64{0, 50}, [2]float64{0, 1})...)
	return append(walk, standing(0.01, 0.01, 20)...)
}

func TestStopsBecomeBoundaryPoints(t *testing.T) {
	w := walked(t, stoneToStone()...)
	for i := range w.Fixes {
		w.Fixes[i].Satellites, w.Fixes[i].PDOP = 18, 1.4
	}
	r := report(t, w, ingest.Options{})
	if r.Status != ingest.Adopted || len(r.Faults) != 0 {
		t.Fatalf("%s with faults %v; standing still ties no knots once it is averaged", r.Status, rules(r))
	}
	if len(r.Points) != 3 {
		t.Fatalf("%d points, want 3: %+v", len(r.Points), r.Points)
	}
	first, second := r.Points[0], r.Points[1]
	if first.Epochs != 20 || first.Occupations != 2 || math.Abs(float64(first.Difference)-0.014) > 0.006 || first.Class != ingest.Class1 {
		t.Errorf("the first stone: %+v; want 20 epochs, occupied twice 1.4 cm apart, class 1", first)
	}
	if second.Epochs != 15 || second.Class != ingest.Class3 || !slices.Contains(second.Missed, ingest.MissedAgain) || second.Spread > 0.01 || second.Spread == 0 {
		t.Errorf("the second stone: %+v; want 15 epochs, class 3 for want of a second occupation", second)
	}
	if math.Hypot(float64(second.At.X)-stoneX-100, float64(second.At.Y)-stoneY-50) > 0.005 {
		t.Errorf("the second stone lies at %v", second.At)
	}
	if r.Line[0] != r.Line[len(r.Line)-1] || r.ClosingGap != 0 {
		t.Errorf("the line closes with a gap of %v m, want it back on the first stone", r.ClosingGap)
	}
	if r.Class != ingest.ClassGraphic {
		t.Errorf("class %s of a walked line, want graphic", r.Class)
	}
	kept := report(t, w, ingest.Options{Stops: ingest.StopsKeep})
	if len(kept.Line) != len(w.Fixes) || len(kept.Points) != 3 {
		t.Errorf("kept: %d vertices and %d points, want all %d fixes and 3", len(kept.Line), len(kept.Points), len(w.Fixes))
	}
}

func TestOnlyFixedEpochsMakeMeasuredPoints(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(f *ingest.Fix, i int)
		class  ingest.Class
		missed ingest.Missed
	}{
		{"float", func(f *ingest.Fix, _ int) { f.Quality = ingest.QualityFloat }, ingest.ClassReference, ingest.MissedFixed},
		{"few satellites", func(f *ingest.Fix, _ int) { f.Satellites = 5 }, ingest.ClassGraphic, ingest.MissedSatellites},
		{"bad geometry", func(f *ingest.Fix, _ int) { f.PDOP = 4.5 }, ingest.ClassGraphic, ingest.MissedPDOP},
		{"old corrections", func(f *ingest.Fix, _ int) { f.AgeSeconds = 30 }, ingest.ClassGraphic, ingest.MissedAge},
		{"a sigma of 8 cm", func(f *ingest.Fix, _ int) { f.SigmaEast, f.SigmaNorth = 0.08, 0.08 }, ingest.ClassGraphic, ingest.MissedError},
		{"some float among fixed", func(f *ingest.Fix, i int) {
			if i%5 == 0 {
				f.Quality, f.Lat, f.SigmaEast, f.SigmaNorth = ingest.QualityFloat, f.Lat+1e-6, 0.1, 0.1
			}
		}, ingest.Class1, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := walked(t, stoneToStone()...)
			for i := range w.Fixes {
				c.change(&w.Fixes[i], i)
			}
			p := report(t, w, ingest.Options{}).Points[0]
			if p.Class != c.class || c.missed != "" && !slices.Contains(p.Missed, c.missed) {
				t.Errorf("class %s for want of %v, want %s for want of %q", p.Class, p.Missed, c.class, c.missed)
			}
		})
	}
}

// Slow walking is no stop: ten fixes within a metre, none where the others are.
func TestSlowWalkingIsNoStop(t *testing.T) {
	var slow [][2]float64
	for i := range 60 {
		slow = append(slow, [2]float64{0.1 * float64(i), 0})
	}
	walk := slices.Concat(slow, along([2]float64{6, 0}, [2]float64{50, 0}, [2]float64{50, 50}, [2]float64{0, 50}, [2]float64{0, 1}))
	if r := report(t, walked(t, walk...), ingest.Options{}); len(r.Points) != 0 {
		t.Errorf("points %+v", r.Points)
	}
	w := walked(t, walk...)
	for i := range w.Fixes { // a phone that says ± 5 m does not stand either
		w.Fixes[i].SigmaEast, w.Fixes[i].SigmaNorth, w.Fixes[i].Quality = 5, 5, ingest.QualitySingle
	}
	if r := report(t, w, ingest.Options{}); len(r.Points) != 0 {
		t.Errorf("points of a phone %+v", r.Points)
	}
}

func TestStretchesSayWhereTheLineIsGood(t *testing.T) {
	w := walked(t, along([2]float64{0, 0}, [2]float64{100, 0}, [2]float64{100, 50}, [2]float64{0, 50}, [2]float64{0, 1})...)
	for i := 80; i < 120; i++ {
		w.Fixes[i].Quality = ingest.QualityFloat
	}
	r := report(t, w, ingest.Options{})
	if len(r.Stretches) != 3 || r.Stretches[1].Quality != ingest.QualityFloat || r.Stretches[1].Vertex != 80 || r.Stretches[1].Last != 119 || r.Stretches[1].Fixes != 40 {
		t.Fatalf("stretches %+v", r.Stretches)
	}
	sum, share := geo.Metres(0), 0.0
	for _, s := range r.Stretches {
		sum, share = sum+s.Metres, share+s.Share
	}
	if math.Abs(float64(sum-r.Length)) > 1e-6 || math.Abs(share-1) > 1e-3 {
		t.Errorf("stretches are %v m, %v of the line of %v m", sum, share, r.Length)
	}
	if r.Class != ingest.ClassReference {
		t.Errorf("class %s, want reference: a part of it is float", r.Class)
	}
}

func TestFlaggedFixesAreDroppedOnlyWhenAPersonSaysSo(t *testing.T) {
	field := along([2]float64{0, 0}, [2]float64{100, 0}, [2]float64{100, 50}, [2]float64{0, 50}, [2]float64{0, 1})
	lone := slices.Clone(field)
	lone[40][1] += 8
	w := walked(t, lone...)
	kept := report(t, w, ingest.Options{})
	dropped := report(t, w, ingest.Options{DropFlagged: true})
	if kept.Dropped != 0 || kept.Undropped != nil || len(kept.Line) != len(field) {
		t.Errorf("unasked: %d dropped", kept.Dropped)
	}
	if dropped.Dropped != 1 || dropped.JumpCount != 1 || len(dropped.Line) != len(field)-1 || math.Abs(float64(dropped.Plane)-5000) > 0.1 {
		t.Errorf("asked: %d dropped, %d jumps listed, %v m²", dropped.Dropped, dropped.JumpCount, dropped.Plane)
	}
	if u := dropped.Undropped; u == nil || u.Area.SquareMetres != kept.Area.SquareMetres || u.Length != kept.Length {
		t.Errorf("the version with the flagged fix is %+v, want that of the report without dropping", u)
	}
}

func TestSlipsAreStepsThatNobodyTakes(t *testing.T) {
	points := along([2]float64{0, 0}, [2]float64{100, 0}, [2]float64{100, 50}, [2]float64{0, 50}, [2]float64{0, 1})
	w := walked(t, points...)
	rnd := rand.New(rand.NewPCG(8, 8))
	for i := range w.Fixes {
		w.Fixes[i].Height, w.Fixes[i].HeightType, w.Fixes[i].SigmaUp = 120+0.01*rnd.NormFloat64(), ingest.HeightEllipsoidal, 0.02
	}
	if r := report(t, w, ingest.Options{}); r.SlipCount != 0 {
		t.Fatalf("an even walk: slips %+v", r.Slips)
	}
	for i := 60; i < len(w.Fixes); i++ {
		w.Fixes[i].Height += 0.3 // 30 cm, as ambiguities are resolved anew
		w.Fixes[i].Quality = ingest.QualityFloat
	}
	r := report(t, w, ingest.Options{})
	if len(r.Slips) != 1 || r.Slips[0].Kind != ingest.SlipHeight || r.Slips[0].Vertex != 60 || math.Abs(float64(r.Slips[0].Step)-0.3) > 0.1 {
		t.Errorf("a step with the quality: slips %+v, want one of 0.3 m at 60", r.Slips)
	}
	for i := 60; i < len(w.Fixes); i++ {
		w.Fixes[i].Quality = ingest.QualityFixed
	}
	if r = report(t, w, ingest.Options{}); r.SlipCount != 0 {
		t.Errorf("a bank of 30 cm: slips %+v", r.Slips)
	}
	fast := walked(t, slices.Delete(slices.Clone(points), 30, 45)...) // 20 m in a second
	if r = report(t, fast, ingest.Options{}); len(r.Slips) != 1 || r.Slips[0].Kind != ingest.SlipSpeed || r.Slips[0].Vertex != 30 || math.Abs(r.Slips[0].Speed-20) > 0.1 {
		t.Errorf("20 m in a second: slips %+v", r.Slips)
	}
}

/*
A cycle slip holds the receiver 8 m off for 12 s, and lifts it by 2 m for another 9 s.
Both step back, so that what lies between can be left out; a step that nothing
undoes cannot: which side of it is right is not in the numbers.

	         .........            ──.  2 m up  .──
	........           ........     ..........
*/
func TestASlipThatStepsBackIsDroppedWithConsent(t *testing.T) {
	points := along([2]float64{0, 0}, [2]float64{100, 0}, [2]float64{100, 50}, [2]float64{0, 50}, [2]float64{0, 1})
	straight := walked(t, points...)
	for i := 40; i < 52; i++ {
		points[i][1] -= 8
	}
	w := walked(t, points...)
	for i := range w.Fixes {
		w.Fixes[i].Height, w.Fixes[i].HeightType, w.Fixes[i].SigmaUp = 120, ingest.HeightEllipsoidal, 0.02
		if i >= 90 && i < 99 {
			w.Fixes[i].Height += 2
		}
	}
	kept := report(t, w, ingest.Options{})
	if len(kept.Slips) != 4 || kept.Slips[0].Back != 52 || kept.Slips[2].Back != 99 || kept.Slips[1].Back != 0 || kept.Dropped != 0 {
		t.Fatalf("slips %+v, want two with the steps back from them", kept.Slips)
	}
	if !strings.Contains(kept.Advice.EN, "still in the line (21)") || !strings.Contains(kept.Advice.ZH, "21 个可疑定位点") {
		t.Errorf("advice %q %q", kept.Advice.ZH, kept.Advice.EN)
	}
	dropped := report(t, w, ingest.Options{DropFlagged: true, Consent: "韦某某"})
	if dropped.Dropped != 12+9 || len(dropped.DroppedFixes) != 21 || dropped.DroppedFixes[0] != 40 || dropped.Consent != "韦某某" {
		t.Errorf("%d dropped with the consent of %q: %v", dropped.Dropped, dropped.Consent, dropped.DroppedFixes)
	}
	if want := report(t, straight, ingest.Options{}).Plane; math.Abs(float64(dropped.Plane-want)) > 0.1 {
		t.Errorf("%v m² without the slips, want %v as without them all along", dropped.Plane, want)
	}
	if dropped.Undropped == nil || math.Abs(float64(dropped.Undropped.Area.SquareMetres-kept.Area.SquareMetres)) > 1e-9 {
		t.Errorf("with them it is %+v, want %v", dropped.Undropped, kept.Area.SquareMetres)
	}

	for i := 90; i < len(w.Fixes); i++ {
		w.Fixes[i].Height = 122 // it never comes back
	}
	if r := report(t, w, ingest.Options{DropFlagged: true}); r.Dropped != 12 {
		t.Errorf("a step without a step back: %d dropped, want the 12 of the other", r.Dropped)
	}
}

func TestHeightsAreCountedByWhatTheyAreAbove(t *testing.T) {
	w := walked(t, along([2]float64{0, 0}, [2]float64{100, 0}, [2]float64{100, 50}, [2]float64{0, 50}, [2]float64{0, 1})...)
	for i := range w.Fixes {
		w.Fixes[i].Height, w.Fixes[i].HeightType = 180+float64(i)/10, ingest.HeightMSL
	}
	w.Fixes[0].HeightType, w.Fixes[0].Height = ingest.HeightUnknown, -9999
	h := report(t, w, ingest.Options{}).Heights
	if n := len(w.Fixes) - 1; h.MSL != n || h.Unknown != 1 || h.Ellipsoidal != 0 || *h.Low != 180.1 || math.Abs(float64(*h.High)-180-float64(n)/10) > 1e-9 {
		t.Errorf("heights %+v, %v to %v", h, *h.Low, *h.High)
	}
}

// The first sentence of the advice says what the line is good for.
func TestAdviceSaysWhatTheWalkIsGoodFor(t *testing.T) {
	field := along([2]float64{0, 0}, [2]float64{100, 0}, [2]float64{100, 50}, [2]float64{0, 50}, [2]float64{0, 1})
	part := walked(t, field...)
	for i := 40; i < 56; i++ {
		part.Fixes[i].Quality = ingest.QualityFloat
	}
	phone := walked(t, field...)
	for i := range phone.Fixes {
		phone.Fixes[i].Quality, phone.Fixes[i].SigmaEast, phone.Fixes[i].SigmaNorth = ingest.QualityUnknown, 0, 0
	}
	for name, tc := range map[string]struct {
		w      ingest.Walk
		o      ingest.Options
		zh, en string
	}{
		"fixed":     {walked(t, field...), ingest.Options{}, "可作主张线：全程固定解，误差约 ±0.01 米", "Good for a claim line: fixed all the way"},
		"part":      {part, ingest.Options{}, "可作主张线，仅供参考：7 %的长度不是固定解", "for reference only: 7 % of its length is not fixed"},
		"unknown":   {phone, ingest.Options{}, "文件没有说明定位质量，误差按约 ±5.0 米", "does not say how good its fixes are"},
		"open":      {walked(t, field[:len(field)-20]...), ingest.Options{}, "暂不能作主张线：终点离起点 25.5 米", "the end lies 25.5 m from the start"},
		"stated":    {walked(t, field[:len(field)-20]...), ingest.Options{MaxClosingGap: 30}, "可作主张线：", "Good for a claim line"},
		"bow":       {walked(t, along([2]float64{0, 0}, [2]float64{100, 50}, [2]float64{100, 0}, [2]float64{0, 50}, [2]float64{0, 1})...), ingest.Options{}, "线与自身相交或重合 1 处", "meets itself at one place"},
		"out, back": {walked(t, along([2]float64{0, 0}, [2]float64{200, 20}, [2]float64{200, 20.6}, [2]float64{0, 0.6})...), ingest.Options{}, "去程与回程基本重合", "came back the way he went"},
		"declared":  {walked(t, field...), ingest.Options{Datum: ingest.DatumGCJ}, "坐标是 GCJ-02", "the coordinates are GCJ-02"},
		"cgcs2000":  {walked(t, field...), ingest.Options{Datum: ingest.DatumCGCS}, "可作主张线", "Good for a claim line"},
	} {
		if a := report(t, tc.w, tc.o).Advice; !strings.Contains(a.ZH, tc.zh) || !strings.Contains(a.EN, tc.en) {
			t.Errorf("%s: %q\n%q", name, a.ZH, a.EN)
		}
	}
}

// The way back lies 0.6 m beside the way out:
//
//	start ──────────────────► tip
//	end   ◄──────────────────
func TestOutAndBackIsNotABoundary(t *testing.T) {
	walk := along([2]float64{0, 0}, [2]float64{200, 20}, [2]float64{200, 20.6}, [2]float64{0, 0.6})
	for _, o := range []ingest.Options{{}, {Repair: ingest.RepairEnclose}} {
		r := report(t, walked(t, walk...), o)
		if r.Status != ingest.Questioned || !r.NotABoundary || r.Back < 0.9 {
			t.Errorf("%+v: %s, not a boundary %t, %v of it back", o, r.Status, r.NotABoundary, r.Back)
		}
		last := r.Faults[len(r.Faults)-1]
		if last.Rule != ingest.RuleNotABoundary || math.Abs(float64(last.At.X)-stoneX-200) > 1 || last.Text.ZH == "" {
			t.Errorf("fault %+v, want it at the tip", last)
		}
	}
	terrace := report(t, walked(t, along([2]float64{0, 0}, [2]float64{200, 20}, [2]float64{199.6, 24}, [2]float64{-0.4, 4})...), ingest.Options{})
	if terrace.NotABoundary || terrace.Status != ingest.Adopted {
		t.Errorf("a terrace 4 m wide: %s, back %v", terrace.Status, terrace.Back)
	}
}

func TestSigmaOfAFixNamesItsRule(t *testing.T) {
	for _, c := range []struct {
		name   string
		format string
		fix    ingest.Fix
		sigma  geo.Metres
		from   ingest.SigmaFrom
	}{
		{"GST", "nmea", ingest.Fix{Quality: ingest.QualityFixed, SigmaEast: 0.02, SigmaNorth: 0.02, HDOP: 3}, 0.02, ingest.FromReceiver},
		{"an RMS column", "table", ingest.Fix{Quality: ingest.QualityFixed, SigmaEast: 0.01, SigmaNorth: 0.01}, 0.01, ingest.FromRMS},
		{"HDOP 2, stand-alone: 2 × 4.2/√2", "nmea", ingest.Fix{Quality: ingest.QualitySingle, HDOP: 2}, 6, ingest.FromDilution},
		{"HDOP 0.7 counts as 1", "nmea", ingest.Fix{Quality: ingest.QualityFixed, HDOP: 0.7}, 0.03, ingest.FromDilution},
		{"HDOP 99.9 counts as 50", "nmea", ingest.Fix{Quality: ingest.QualitySingle, HDOP: 99.9}, 150, ingest.FromDilution},
		{"nothing", "gpx", ingest.Fix{Quality: ingest.QualityUnknown}, 5, ingest.FromDefault},
	} {
		t.Run(c.name, func(t *testing.T) {
			sigma, from := ingest.Walk{Format: c.format}.SigmaOf(c.fix)
			if math.Abs(float64(sigma-c.sigma)) > 1e-12 || from != c.from {
				t.Errorf("%v from %s, want %v from %s", sigma, from, c.sigma, c.from)
			}
		})
	}
}

// A list of corners that a receiver averaged is as good as its worst corner.
func TestAveragedCornersArePoints(t *testing.T) {
	w := walked(t, [2]float64{0, 0}, [2]float64{100, 0}, [2]float64{100, 50}, [2]float64{0, 50})
	w.Kind = ingest.KindPoints
	for i := range w.Fixes {
		w.Fixes[i].Epochs, w.Fixes[i].Name, w.Fixes[i].Until = 30, string(rune('A'+i)), w.Fixes[i].Time.Add(30*time.Second)
	}
	r := report(t, w, ingest.Options{})
	if r.Class != ingest.Class3 || len(r.Points) != 4 || r.Points[2].Name != "C" || r.Points[2].Epochs != 30 {
		t.Errorf("class %s of points %+v", r.Class, r.Points)
	}
	w.Fixes[1].Quality = ingest.QualityFloat
	if r = report(t, w, ingest.Options{}); r.Class != ingest.ClassReference {
		t.Errorf("one corner is float: class %s", r.Class)
	}
}
