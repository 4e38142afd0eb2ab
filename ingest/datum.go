package ingest

import (
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"jieshi/geo"
	"jieshi/geo/crs"
)

// A Datum is what the degrees of a phone or a map service may be. GCJ-02 and BD-09
// are displaced by 350 to 1,300 m; nothing in a file tells, and labels lie.
type Datum string

// The datums.
const (
	DatumTrue Datum = "wgs84"    // WGS 84, and found of CGCS2000 too: not displaced
	DatumCGCS Datum = "cgcs2000" // as a person declares it; no test tells it from WGS 84
	DatumGCJ  Datum = "gcj02"    // AutoNavi, Tencent and most Chinese map programs
	DatumBD   Datum = "bd09"     // Baidu
)

// datums are those that the test tells apart, declarable what a person may say.
var (
	datums     = []Datum{DatumTrue, DatumGCJ, DatumBD}
	declarable = []Datum{DatumTrue, DatumCGCS, DatumGCJ, DatumBD}
)

// agrees says that what was declared is what was found.
func (d Datum) agrees(found Datum) bool {
	return d == found || d == DatumCGCS && found == DatumTrue
}

// restored returns the true position of one in the datum.
func (d Datum) restored(p orb.Point) orb.Point {
	switch d {
	case DatumGCJ:
		p[0], p[1] = crs.FromGCJ02(p[0], p[1])
	case DatumBD:
		p[0], p[1] = crs.FromBD09(p[0], p[1])
	case DatumTrue, DatumCGCS:
	}
	return p
}

// displaced is the other way.
func (d Datum) displaced(p orb.Point) orb.Point {
	switch d {
	case DatumGCJ:
		p[0], p[1] = crs.ToGCJ02(p[0], p[1])
	case DatumBD:
		p[0], p[1] = crs.ToBD09(p[0], p[1])
	case DatumTrue, DatumCGCS:
	}
	return p
}

// A Landmark is a place that is known twice: where the walk has it, and where it
// is, by a known point or by a feature that a person marks on an orthophoto. Both
// in degrees, east then north.
type Landmark struct {
	Walked orb.Point `json:"walked"`
	True   orb.Point `json:"true"`
}

// The shift test (domain notes 4.7). A datum explains a line if a good part of it
// comes to lie within 20 m of another line of the case, where as it stands hardly
// any does; it explains landmarks if the vectors between them are the local
// displacement to 20 m, and no other datum explains them nearly as well.
const (
	datumReach  = 20.0 // metres
	datumShare  = 0.3  // of the vertices of the line
	datumLead   = 3    // times the share as the line stands
	datumSecond = 5    // times the residual of the datum that explains landmarks best
	datumSample = 2000 // vertices looked at
)

// Confidence says how sure a test is.
type Confidence string

// The confidences.
const (
	Sure    Confidence = "sure"    // two landmarks or more agree
	Likely  Confidence = "likely"  // one landmark, or another line
	Unknown Confidence = "unknown" // nothing to compare with, or it does not fit any
)

// A DatumTest says what the degrees of a walk were said to be and what they seem
// to be. Nothing is ever shifted because of it.
type DatumTest struct {
	Declared   Datum            `json:"declared,omitempty"` // by a person; none: nobody said
	Detected   Datum            `json:"detected,omitempty"`
	Confidence Confidence       `json:"confidence"`
	Lines      int              `json:"lines"`     // of other parties that it was compared with
	Landmarks  int              `json:"landmarks"` // places known twice
	Candidates []DatumCandidate `json:"candidates"`
	Text       Text             `json:"text"`

	// Converted is the line restored from a displaced datum because a person asked
	// for it. It is for reference only, never a claim: the reconstruction itself is
	// half a metre uncertain.
	Converted *ConvertedLine `json:"converted,omitempty"`
}

// A DatumCandidate says how well one datum explains what the walk is compared with.
type DatumCandidate struct {
	Datum    Datum       `json:"datum"`
	Offset   geo.Metres  `json:"offset_m"`             // how far it displaces places here
	Bearing  float64     `json:"bearing_deg"`          // and where to, from true north
	Share    *float64    `json:"share,omitempty"`      // of the line within 20 m of another, once restored
	Residual *geo.Metres `json:"residual_m,omitempty"` // root mean square over landmarks, once restored
}

// A ConvertedLine is a line out of a displaced datum.
type ConvertedLine struct {
	From   Datum          `json:"from"`
	Class  Class          `json:"class"`
	LonLat orb.LineString `json:"lonlat"` // one a fix used, to 1e-8 degrees
}

// displacedDatum says that the walk is, or seems to be, in a displaced datum.
func (t *DatumTest) displacedDatum() Datum {
	for _, d := range []Datum{t.Declared, t.Detected} {
		if d == DatumGCJ || d == DatumBD {
			return d
		}
	}
	return ""
}

// testDatum compares the line with lines of other parties and with landmarks.
func (r *Report) testDatum(w Walk, opts Options, proj crs.Projection) {
	t := DatumTest{Declared: opts.Datum, Confidence: Unknown, Lines: len(opts.Others), Landmarks: len(opts.Landmarks), Candidates: []DatumCandidate{}}
	step := max(len(r.Used)/datumSample, 1)
	var sample []orb.Point
	for k := 0; k < len(r.Used); k += step {
		f := w.Fixes[r.Used[k]]
		sample = append(sample, orb.Point{f.Lon, f.Lat})
	}
	plane := func(p orb.Point) orb.Point {
		x, y := proj.Forward(p[0], p[1])
		return orb.Point{x, y}
	}
	others := linesOf(opts.Others, plane)
	for _, d := range datums {
		here := plane(sample[0])
		off := plane(d.displaced(sample[0]))
		c := DatumCandidate{Datum: d, Offset: geo.Metres(apart(here, off))}
		if c.Offset > 0 {
			c.Bearing = math.Round(10*math.Mod(math.Atan2(off[0]-here[0], off[1]-here[1])*180/math.Pi+360, 360)) / 10
		}
		if others != nil {
			c.Share = new(float64)
			for _, p := range sample {
				if near, _ := others.At(plane(d.restored(p))); near <= datumReach {
					*c.Share += 1 / float64(len(sample))
				}
			}
			*c.Share = math.Round(*c.Share*1e4) / 1e4
		}
		if len(opts.Landmarks) > 0 {
			square := 0.0
			for _, m := range opts.Landmarks {
				e := apart(plane(d.restored(m.Walked)), plane(m.True))
				square += e * e / float64(len(opts.Landmarks))
			}
			c.Residual = new(geo.Metres)
			*c.Residual = geo.Metres(math.Sqrt(square))
		}
		t.Candidates = append(t.Candidates, c)
	}
	t.decide()
	t.Text = t.say()
	if opts.Convert != "" {
		t.Converted = &ConvertedLine{From: opts.Convert, Class: ClassReference, LonLat: make(orb.LineString, len(r.Used))}
		for k, i := range r.Used {
			p := opts.Convert.restored(orb.Point{w.Fixes[i].Lon, w.Fixes[i].Lat})
			t.Converted.LonLat[k] = orb.Point{math.Round(p[0]*1e8) / 1e8, math.Round(p[1]*1e8) / 1e8}
		}
	}
	r.Datum = &t
}

// linesOf returns all boundaries in the plane; nil if there are none.
func linesOf(lonLat []orb.MultiPolygon, plane func(orb.Point) orb.Point) *geo.Accuracy {
	var all orb.MultiPolygon
	for _, m := range lonLat {
		for _, poly := range m {
			out := make(orb.Polygon, len(poly))
			for i, ring := range poly {
				for _, p := range ring {
					out[i] = append(out[i], plane(p))
				}
			}
			all = append(all, out)
		}
	}
	if len(all) == 0 {
		return nil
	}
	return geo.NewAccuracy(all, make([]geo.Metres, geo.CountVertices(all)))
}

// decide goes by landmarks where there are any, else by lines.
func (t *DatumTest) decide() {
	c := slices.Clone(t.Candidates)
	if t.Landmarks > 0 {
		slices.SortStableFunc(c, func(a, b DatumCandidate) int { return int(math.Copysign(1, float64(*a.Residual-*b.Residual))) })
		if *c[0].Residual <= datumReach && *c[1].Residual >= datumSecond**c[0].Residual {
			t.Detected, t.Confidence = c[0].Datum, Likely
			if t.Landmarks > 1 {
				t.Confidence = Sure
			}
		}
		return
	}
	if c[0].Share == nil {
		return
	}
	if *c[0].Share >= datumShare {
		t.Detected, t.Confidence = DatumTrue, Likely
		return
	}
	best := c[1]
	if *c[2].Share > *best.Share {
		best = c[2]
	}
	if *best.Share >= datumShare && *best.Share >= datumLead**c[0].Share {
		t.Detected, t.Confidence = best.Datum, Likely
	}
}

var datumNames = map[Datum]string{DatumTrue: "WGS 84 / CGCS2000", DatumCGCS: "CGCS2000", DatumGCJ: "GCJ-02", DatumBD: "BD-09"}

func (t *DatumTest) say() Text {
	by := Text{"其他当事人的边界线", "the lines of other parties"}
	if t.Landmarks > 0 {
		by = Text{fmt.Sprintf("%d 个已知点", t.Landmarks), fmt.Sprintf("%d places known twice", t.Landmarks)}
	}
	switch {
	case t.Detected == "" && t.Declared == "":
		return Text{"坐标类型未声明，也无可比对的依据。", "Nobody said what the coordinates are, and there is nothing to tell it by."}
	case t.Detected == "":
		return Text{"声明为 " + datumNames[t.Declared] + "；无法核实。", "Said to be " + datumNames[t.Declared] + "; nothing to verify it by."}
	case t.Declared != "" && !t.Declared.agrees(t.Detected):
		return Text{
			"声明为 " + datumNames[t.Declared] + "，但按" + by.ZH + "比对应为 " + datumNames[t.Detected] + "。请核实。",
			"Said to be " + datumNames[t.Declared] + ", but by " + by.EN + " it is " + datumNames[t.Detected] + ". Find out which.",
		}
	}
	return Text{"按" + by.ZH + "比对为 " + datumNames[t.Detected] + "。", "By " + by.EN + " it is " + datumNames[t.Detected] + "."}
}

// RuleDisplaced is a breach that only walks know: its degrees are, or seem to be,
// in a datum that displaces them by hundreds of metres.
const RuleDisplaced geo.RingRule = "displaced_datum"

// findDisplaced lists a displaced datum as a fault at the start of the walk.
func (r *Report) findDisplaced(fixes []Fix, proj crs.Projection) {
	d := r.Datum.displacedDatum()
	if d == "" {
		return
	}
	r.Class = ClassReference
	for i := range r.Points {
		r.Points[i].Class = ClassReference
	}
	f := r.faultOf(RuleDisplaced, r.Line[0], fixes, 0, 0, proj)
	f.Text = Text{
		"坐标为 " + datumNames[d] + "（偏移数百米），不能作为主张线。" + r.Datum.Text.ZH + "请用接收机重测；转换后的线仅供参考。",
		"These are " + datumNames[d] + " coordinates, displaced by hundreds of metres: no claim line. " + r.Datum.Text.EN + " Walk it with a receiver; a converted line is for reference only.",
	}
	r.FaultCount++
	r.Faults = append(r.Faults, f)
}
