package ingest

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"jieshi/geo"
	"jieshi/geo/crs"
)

// A Status says what becomes of a walk.
type Status string

// The statuses.
const (
	Adopted    Status = "adopted"    // its boundary can be a claim
	Questioned Status = "questioned" // a person must look at the faults first
	Refused    Status = "refused"    // it cannot be a boundary; the error is a [*Refusal]
)

// A Repair says what may be done about a line that meets itself.
type Repair string

// The repairs.
const (
	RepairNone    Repair = "none"    // nothing; such a line is questioned
	RepairEnclose Repair = "enclose" // adopt all the ground that the line encloses; the faults stay listed
)

// Options say how a walk is to be judged. The zero Options are sound defaults.
type Options struct {
	SRID      crs.SRID   // working CRS of the case; 0 chooses it from the first fix
	FixedOnly bool       // leave out all fixes that are not RTK fixed
	Sigma     geo.Metres // 1σ per coordinate that a person states for the line; 0 takes it from the fixes
	Repair    Repair     // empty is RepairNone
	Stops     Stops      // empty is StopsAverage

	// DropFlagged leaves out the fixes that are flagged as jumps, and those between a
	// slip and the step back from it. A person says so, having seen them: nothing is
	// dropped by itself. Consent names that person where it is not who brings the walk.
	DropFlagged bool
	Consent     string

	// Datum is what a person says the degrees are; empty: nobody said. Others are the
	// grounds of other parties in true degrees, Landmarks places known twice: both tell
	// a displaced datum. Convert asks for the line restored from one, for reference.
	Datum     Datum
	Others    []orb.MultiPolygon
	Landmarks []Landmark
	Convert   Datum

	// MaxClosingGap is the longest stretch between the last fix and the first
	// that a straight edge may close. 0 stands for 1 % of the length walked, but
	// at least 5 m (a receiver switched off beside the starting stone) and at
	// most 20 m (the start is in sight, so the edge is a line somebody saw). For a
	// list of corners it stands for any length.
	MaxClosingGap geo.Metres
}

func (o Options) check() error {
	switch {
	case o.Repair != "" && o.Repair != RepairNone && o.Repair != RepairEnclose:
		return fmt.Errorf("ingest: repair %q is neither %q nor %q", o.Repair, RepairNone, RepairEnclose)
	case o.Stops != "" && o.Stops != StopsAverage && o.Stops != StopsKeep:
		return fmt.Errorf("ingest: stops %q are neither %q nor %q", o.Stops, StopsAverage, StopsKeep)
	case o.Datum != "" && !slices.Contains(declarable, o.Datum):
		return fmt.Errorf("ingest: datum %q is none of %q", o.Datum, declarable)
	case o.Convert != "" && o.Convert != DatumGCJ && o.Convert != DatumBD:
		return fmt.Errorf("ingest: nothing is converted from %q", o.Convert)
	case !(o.Sigma >= 0 && o.Sigma <= 10_000):
		return fmt.Errorf("ingest: sigma %v m is not between 0 and 10,000", o.Sigma)
	case !(o.MaxClosingGap >= 0) || math.IsInf(float64(o.MaxClosingGap), 0):
		return fmt.Errorf("ingest: closing gap %v m is not a length", o.MaxClosingGap)
	}
	return nil
}

// A Report is what can be said of a walk as a boundary. Vertices are indices of
// the walk's fixes; lengths and places are in the working CRS, in metres.
type Report struct {
	Status  Status     `json:"status"`
	Format  string     `json:"format"`
	Name    string     `json:"name,omitempty"`
	SRID    crs.SRID   `json:"srid"`
	Zone    Text       `json:"zone"`
	Fixes   FixCount   `json:"fixes"`
	Bounds  *Bounds    `json:"bounds,omitempty"`
	Length  geo.Metres `json:"length_m"` // of the line as walked, without the closing edge
	Seconds float64    `json:"duration_s"`
	From    time.Time  `json:"from,omitzero"`  // UTC, of the earliest fix that has a time
	Until   time.Time  `json:"until,omitzero"` // of the latest
	Heights Heights    `json:"heights"`

	// Advice says in a few sentences what the walk is good for and what to do next.
	Advice Text `json:"advice"`

	ClosingGap    geo.Metres `json:"closing_gap_m"`
	MaxClosingGap geo.Metres `json:"max_closing_gap_m"`

	// Faults come in the order of the walk, at most [MaxFaults] of them;
	// FaultCount counts all. A repair does not remove them.
	Faults     []Fault `json:"faults"`
	FaultCount int     `json:"fault_count"`
	Repaired   bool    `json:"repaired"` // the boundary is not simply the line closed

	// Faces is into how many pieces the line cuts what it encloses: 1 for a
	// simple boundary.
	Faces int `json:"faces"`

	// Area is that of the ground which the closed line encloses, on the
	// ellipsoid; the plane area stands beside it. A questioned walk has them,
	// too: they are what would be adopted.
	Area  geo.Area         `json:"area"`
	Plane geo.SquareMetres `json:"plane_m2"`

	Sigma LineSigma  `json:"sigma"`
	Class Class      `json:"class"` // of the line as a boundary
	Datum *DatumTest `json:"datum,omitempty"`

	// Points are where the walker stood, at most one in ten fixes; Stretches cut the
	// line by quality, Slips are its suspected steps, at most [MaxFaults] of each.
	Points       []BoundaryPoint `json:"points"`
	Stretches    []Stretch       `json:"stretches"`
	StretchCount int             `json:"stretch_count"`
	Slips        []Slip          `json:"slips"`
	SlipCount    int             `json:"slip_count"`

	// Back is the share of the line that was walked back beside itself, looked at
	// only where the line goes round little ground; NotABoundary says that it is most.
	Back         float64 `json:"back_share,omitempty"`
	NotABoundary bool    `json:"not_a_boundary,omitempty"`

	// Dropped is how many flagged fixes were left out because a person said so,
	// DroppedFixes which, at most [MaxFaults] of them, and Undropped what the walk is
	// with them. Consent is who said so, if it was not who brought the walk.
	Dropped      int      `json:"dropped,omitempty"`
	DroppedFixes []int    `json:"dropped_fixes,omitempty"`
	Undropped    *Figures `json:"undropped,omitempty"`
	Consent      string   `json:"consent,omitempty"`

	// Gaps and suspected jumps, at most [MaxFaults] of each.
	Gaps      []Gap  `json:"gaps"`
	GapCount  int    `json:"gap_count"`
	Jumps     []Jump `json:"jumps"`
	JumpCount int    `json:"jump_count"`
	Notes     []Note `json:"notes"`

	// Boundary is what is adopted, in the working CRS on the 0.1 mm grid: simple
	// rings, counterclockwise, no holes, largest first. Nil unless adopted.
	Boundary orb.MultiPolygon `json:"-"`

	// Line holds the vertices in the working CRS on the grid: the fixes that are used,
	// and for those of a stop their mean. Used has the index in the walk of the fix,
	// or of the first of the stop, Sigmas 1σ per coordinate, LonLat the degrees.
	Line   orb.LineString `json:"-"`
	Used   []int          `json:"-"`
	Sigmas []geo.Metres   `json:"-"`
	LonLat orb.LineString `json:"-"`
}

// Figures are what a walk comes to when it is told in another way.
type Figures struct {
	Status     Status     `json:"status"`
	Area       geo.Area   `json:"area"`
	Length     geo.Metres `json:"length_m"`
	Sigma      geo.Metres `json:"sigma_m"`
	FaultCount int        `json:"fault_count"`
}

// NewReport judges w as a boundary.
//
// The fixes in their order are the line, whatever their quality, unless
// FixedOnly leaves some out; none is moved or dropped for being suspect, unless a
// person says DropFlagged. Where the walker stood still, the mean of the epochs is
// the vertex, unless StopsKeep. The line is projected into the working CRS, put on the 0.1 mm grid and closed by a
// straight edge. It is adopted if it closes within the stated gap and meets
// itself nowhere; else it is questioned and the faults say where. With
// RepairEnclose a line that meets itself is adopted as all the ground that it
// encloses ([geo.Enclosed]); a gap too wide is questioned even then, since
// ground that nobody walked is no matter of repair: a wider gap must be stated.
//
// An error is a [*Refusal] for a walk that cannot be a boundary (too few
// different fixes, no ground enclosed, positions that are none), with a Report
// of status refused that says what could be found out; or a plain error for
// Options that make no sense. The walk is not kept or changed.
func NewReport(w Walk, opts Options) (Report, error) {
	if err := opts.check(); err != nil {
		return Report{}, err
	}
	r := Report{
		Status: Refused, Format: w.Format, Name: w.Name, Notes: w.Notes, Fixes: countFixes(w.Fixes),
		Faults: []Fault{}, Gaps: []Gap{}, Jumps: []Jump{}, Area: geo.Area{Method: geo.Ellipsoidal},
		Points: []BoundaryPoint{}, Stretches: []Stretch{}, Slips: []Slip{}, Class: ClassReference,
	}
	if r.Notes == nil {
		r.Notes = []Note{}
	}
	r.From, r.Until = times(w.Fixes)
	r.Seconds = r.Until.Sub(r.From).Seconds()
	r.Heights = countHeights(w.Fixes)
	proj, err := r.project(w, opts)
	if err != nil {
		return r, err
	}
	r.takeSigma(w, opts.Sigma)
	r.findStretches(w.Fixes, proj)
	r.findSlips(w.Fixes, proj)
	r.Jumps = findJumps(w.Fixes, r.Used, r.Line, r.Sigmas, proj)
	r.Gaps = r.findGaps(w, proj)
	r.GapCount, r.JumpCount = len(r.Gaps), len(r.Jumps)
	if opts.DropFlagged {
		r.dropFlagged(w, opts)
	}
	r.Gaps, r.Jumps = r.Gaps[:min(r.GapCount, MaxFaults)], r.Jumps[:min(r.JumpCount, MaxFaults)]
	r.testDatum(w, opts, proj)
	r.takeClass(w)
	r.takePoints(w, opts, proj)
	r.measureLine(w, opts, proj)
	ground, err := r.findGround(proj)
	if err != nil {
		return r, err
	}
	if err := r.findFaults(w.Fixes, proj); err != nil {
		return r, err
	}
	r.findBack(w.Fixes, r.Plane, proj)
	r.findDisplaced(w.Fixes, proj)
	r.judge(ground, opts)
	r.advise()
	return r, nil
}

// dropFlagged leaves the flagged fixes out of the line, and notes what it is with
// them.
func (r *Report) dropFlagged(w Walk, opts Options) {
	flagged := r.flagged()
	if len(flagged) == 0 {
		return
	}
	opts.DropFlagged, r.Consent = false, opts.Consent
	if with, err := NewReport(w, opts); err == nil {
		r.Undropped = &Figures{with.Status, with.Area, with.Length, with.Sigma.Metres, with.FaultCount}
	}
	var used []int
	var line orb.LineString
	for k, i := range r.Used {
		if !flagged[i] {
			used, line = append(used, i), append(line, r.Line[k])
			continue
		}
		if r.Dropped++; r.Dropped <= MaxFaults {
			r.DroppedFixes = append(r.DroppedFixes, i)
		}
	}
	r.Used, r.Line = used, line
	r.Fixes.Used = len(used)
	r.takeSigma(w, opts.Sigma)
}

// flagged returns the indexes of the fixes that a person may leave out: jumps, and
// what lies between a slip and its step back.
func (r *Report) flagged() map[int]bool {
	out := make(map[int]bool, len(r.Jumps))
	for _, j := range r.Jumps {
		out[j.Vertex] = true
	}
	for _, s := range r.Slips {
		if s.Back == 0 {
			continue
		}
		delete(out, s.Vertex-1) // the jump that is seen at a step may be its good side
		delete(out, s.Back)
		for _, i := range r.Used {
			if i >= s.Vertex && i < s.Back {
				out[i] = true
			}
		}
	}
	return out
}

// measureLine measures the line as it has become.
func (r *Report) measureLine(w Walk, opts Options, proj crs.Projection) {
	r.Length = geo.Length(r.Line)
	r.ClosingGap = geo.ClosingGap(r.Line)
	r.MaxClosingGap = opts.MaxClosingGap
	if opts.MaxClosingGap == 0 {
		r.MaxClosingGap = max(5, min(r.Length/100, 20))
		if w.Kind == KindPoints { // a list of corners has an edge from the last to the first like any other
			r.MaxClosingGap = max(r.MaxClosingGap, r.ClosingGap)
		}
	}
	r.LonLat = make(orb.LineString, len(r.Line))
	for k, p := range r.Line {
		f := w.Fixes[r.Used[k]]
		x, y := proj.Forward(f.Lon, f.Lat)
		if r.LonLat[k] = (orb.Point{f.Lon, f.Lat}); geo.Snap(orb.Point{x, y}) != p { // a mean
			r.LonLat[k][0], r.LonLat[k][1] = proj.Inverse(p[0], p[1])
		}
	}
}

// judge decides between adopted and questioned.
func (r *Report) judge(ground orb.MultiPolygon, opts Options) {
	r.Status = Questioned
	open := r.ClosingGap > r.MaxClosingGap
	meets := r.FaultCount > 1 || r.FaultCount == 1 && !open
	if open || r.NotABoundary || r.Datum.displacedDatum() != "" || meets && opts.Repair != RepairEnclose {
		return
	}
	r.Status, r.Boundary, r.Repaired = Adopted, ground, meets
}

// project chooses the CRS, selects the fixes and puts them on the grid.
func (r *Report) project(w Walk, opts Options) (crs.Projection, error) {
	fixes := w.Fixes
	for i, f := range fixes {
		if opts.FixedOnly && f.Quality != QualityFixed {
			continue
		}
		if !(math.Abs(f.Lon) <= 180 && math.Abs(f.Lat) <= 90) {
			return crs.Projection{}, refuseFix("position_invalid", f, i,
				Text{"定位点坐标无效。", "A fix is no position on earth."},
				Text{"请检查该行的经纬度，改正或删除后重新导入。", "Look at longitude and latitude there, correct the file and bring it again."})
		}
		r.Used = append(r.Used, i)
	}
	r.Fixes.Used = len(r.Used)
	if len(r.Used) == 0 {
		return crs.Projection{}, refuseEmpty(r.Fixes.Total, opts.FixedOnly)
	}
	proj, err := workingProjection(fixes[r.Used[0]], r.Used[0], opts.SRID)
	if err != nil {
		return crs.Projection{}, err
	}
	r.SRID = proj.SRID()
	r.Zone.ZH, r.Zone.EN = crs.ZoneLabel(r.SRID)
	r.Line = make(orb.LineString, len(r.Used))
	for k, i := range r.Used {
		x, y := proj.Forward(fixes[i].Lon, fixes[i].Lat)
		r.Line[k] = geo.Snap(orb.Point{x, y})
		if !(math.Hypot(r.Line[k][0]-r.Line[0][0], r.Line[k][1]-r.Line[0][1]) <= maxExtent) {
			return proj, refuseFix("fix_far_away", fixes[i], i,
				Text{"定位点距起点超过 100 公里，不可能是同一次踏界。", "A fix lies more than 100 km from the first: that is no walk."},
				Text{"该点多为接收机未定位时写出的数据（如 0,0），请删除后重新导入。", "Receivers without a position write such fixes (0,0 is common). Remove it and bring the file again."})
		}
	}
	r.Bounds = boundsOf(r.Line, fixes, r.Used)
	r.measureLine(w, opts, proj)
	return proj, nil
}

// maxExtent is farther than anybody walks in one go, in metres.
const maxExtent = 100_000

// maxOffCentral is how far from the central meridian of its case a walk may be,
// in degrees: the neighbouring zone and some more, since disputes cross zones.
const maxOffCentral = 6

func workingProjection(first Fix, index int, srid crs.SRID) (crs.Projection, error) {
	if srid == 0 {
		var err error
		if srid, err = crs.WorkingSRID(first.Lon, first.Lat); err != nil {
			return crs.Projection{}, refuseFix("position_outside_utm", first, index,
				Text{"起点超出可用投影范围（南纬 80° 至北纬 84°）。", "The first fix lies where no working grid reaches (80°S to 84°N)."},
				Text{"请检查文件中的坐标。", "Look at the coordinates of the file."})
		}
	}
	proj, err := crs.ProjectionOf(srid)
	if err != nil {
		return proj, err
	}
	if off := math.Remainder(first.Lon-proj.Central(), 360); math.Abs(off) > maxOffCentral {
		zh, en := crs.ZoneLabel(srid)
		return proj, refuseFix("position_outside_crs", first, index,
			Text{"起点不在案件坐标系（" + zh + "）范围内。", "The first fix lies outside the CRS of the case (" + en + ")."},
			Text{"请确认文件属于本案，或改正案件的坐标系。", "Make sure that the file belongs to this case, or correct the CRS of the case."})
	}
	return proj, nil
}

// findGround measures what the line encloses.
func (r *Report) findGround(proj crs.Projection) (orb.MultiPolygon, error) {
	if !threeDifferent(r.Line) {
		return nil, &Refusal{
			Code:   "walk_too_short",
			Reason: Text{"不同位置的定位点少于三个，围不成地块。", "The walk has fewer than three different positions, which enclose nothing."},
			Remedy: Text{"请沿边界完整走一圈后重新导入。", "Walk round the whole boundary and bring that file."},
		}
	}
	ground, err := geo.Enclosed(r.Line)
	if err != nil {
		return nil, refuseTangle(err)
	}
	var width geo.Metres
	for _, p := range ground {
		width = max(width, geo.SliverWidth(p))
	}
	if len(ground) == 0 || width < r.Sigma.Metres {
		return nil, &Refusal{
			Code: "walk_encloses_nothing",
			Reason: Text{
				fmt.Sprintf("边界线原路折返，所围地块最宽处 %.2f 米，小于定位误差 %.2f 米。", width, r.Sigma.Metres),
				fmt.Sprintf("The line comes back the way it went: what it encloses is %.2f m wide, less than the error of the fixes, %.2f m.", width, r.Sigma.Metres),
			},
			Remedy: Text{"请沿边界走完整一圈，不要原路返回；若定位精度优于此值，请声明精度。", "Walk round the ground instead of back the same way. If the fixes are better than that, state their sigma."},
		}
	}
	area, err := crs.EllipsoidalArea(ground, proj)
	if err != nil {
		return nil, fmt.Errorf("area of the walk: %w", err)
	}
	if r.Faces, err = geo.CountFaces(r.Line); err != nil {
		return nil, refuseTangle(err)
	}
	r.Area = geo.Area{SquareMetres: area, Method: geo.Ellipsoidal, Sigma: r.areaSigma(ground)}
	r.Plane = geo.PlaneArea(ground)
	return ground, nil
}

func threeDifferent(line orb.LineString) bool {
	second := line[0]
	for _, p := range line {
		if p == line[0] || p == second {
			continue
		}
		if second != line[0] {
			return true
		}
		second = p
	}
	return false
}

// refuseTangle turns what package geo cannot examine into a refusal.
func refuseTangle(err error) error {
	if !errors.Is(err, geo.ErrTangled) {
		return fmt.Errorf("ground of the walk: %w", err)
	}
	return &Refusal{
		Code:   "walk_tangled",
		Reason: Text{"边界线与自身相交上百万次，多为接收机长时间静止记录。", "The line lies over itself a million times: the receiver stood still for hours, or the file is no walk."},
		Remedy: Text{"请删去静止时段的记录后重新导入。", "Cut the standing hours out of the file and bring it again."},
	}
}

func refuseFix(code string, f Fix, index int, reason, remedy Text) *Refusal {
	where := fmt.Sprintf("fix %d", index+1)
	if f.Line > 0 {
		where = fmt.Sprintf("line %d", f.Line)
	}
	return &Refusal{Code: code, Reason: reason, Remedy: remedy, Where: where}
}

func refuseEmpty(total int, fixedOnly bool) *Refusal {
	if fixedOnly && total > 0 {
		return &Refusal{
			Code:   "no_fixed_fixes",
			Reason: Text{fmt.Sprintf("%d 个定位点中没有 RTK 固定解。", total), fmt.Sprintf("None of the %d fixes is an RTK fixed solution.", total)},
			Remedy: Text{"请不限定固定解重新导入，或重新测量。", "Bring the walk without fixed-only, or walk again with a fixed solution."},
		}
	}
	return &Refusal{
		Code:   "no_fixes",
		Reason: Text{"文件中没有定位点。", "The walk has no fixes."},
		Remedy: Text{"请检查接收机导出设置，导出含轨迹的文件。", "Check the export of the receiver and bring a file with the track."},
	}
}
