package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/paulmach/orb"
	"golang.org/x/sync/errgroup"

	"jieshi/geo/overlay"
	"jieshi/ingest"
	"jieshi/ingest/raster"
	"jieshi/ingest/vector"
)

// register is the polygons of one or two files, on one grid. In it a polygon is
// known by its number, which counts through both files; feature ids may repeat.
type register struct {
	q       overlapRequest
	layer   *vector.PolygonLayer // of the first file
	files   []overlapFile
	ids     []int64 // feature id by number
	first   int     // numbers below are of the first file
	show    *progress
	mu      sync.Mutex // guards what follows while polygons are checked
	all     overlay.Builder
	each    [2]overlay.Builder // the files apart, where pairs between them are drawn
	invalid []invalidFeature
}

// invalidFeature says what is wrong with one polygon: in the file, as GEOS
// judges it, or only on the grid, where a part thinner than 0.1 mm closes.
type invalidFeature struct {
	File    string         `json:"file"`
	Feature int64          `json:"feature"`
	Count   int            `json:"fault_count"`
	Faults  []overlapFault `json:"faults"` // the first of them
	// Ground is "repaired", "none" where nothing is left to repair, "refused",
	// or "kept" where on the grid nothing is wrong.
	Ground string `json:"ground"`

	narrow       bool // valid in the file
	file, number int
	shape        overlay.MultiPolygon // repaired; kept only to be written
}

// overlapFault is a rule that a boundary breaks, and the place.
type overlapFault struct {
	Rule    overlay.Rule `json:"rule"`
	Reason  ingest.Text  `json:"reason"`
	X       float64      `json:"x"` // in the unit of the CRS
	Y       float64      `json:"y"`
	Lon     *float64     `json:"lon"` // null where the CRS has no EPSG code
	Lat     *float64     `json:"lat"`
	Polygon int          `json:"polygon"` // of the feature, from 0
	Ring    int          `json:"ring"`    // of the polygon; 0 is the shell

	at orb.Point // metres
}

// mostFaults of one feature are listed; a line drawn twice has thousands.
const mostFaults = 20

func (f invalidFeature) String() string {
	if f.Ground == "kept" {
		return fmt.Sprintf("feature %d: not valid by less than 0.1 mm 无效处不足 0.1 毫米", f.Feature)
	}
	if len(f.Faults) == 0 {
		return fmt.Sprintf("feature %d: no ground 没有面积", f.Feature)
	}
	at := f.Faults[0]
	s := fmt.Sprintf("feature %d: %s %s (%.3f, %.3f)", f.Feature, at.Reason.ZH, at.Reason.EN, at.X, at.Y)
	if f.Count > 1 {
		s += fmt.Sprintf(" +%d", f.Count-1)
	}
	return s
}

// readRegister reads the files of q one after the other.
func (p *program) readRegister(ctx context.Context, q overlapRequest, show *progress) (*register, error) {
	r := &register{q: q, show: show}
	for i := range q.files {
		if i == 1 {
			r.first = len(r.ids)
		}
		if err := r.read(ctx, p, i); err != nil {
			return nil, err
		}
	}
	if len(q.files) == 1 {
		r.first = len(r.ids)
	}
	for _, feature := range r.invalid {
		if feature.narrow {
			r.files[feature.file].Narrow++
		} else {
			r.files[feature.file].Invalid++
		}
	}
	slices.SortFunc(r.invalid, func(a, b invalidFeature) int { return a.number - b.number })
	r.place()
	return r, nil
}

// errOtherCRS says that the second file is not in the CRS of the first.
var errOtherCRS = errors.New("the files are in different CRSs")

// read reads file i. A second file in degrees is projected as the first is; two
// different projections are for the caller to reconcile.
func (r *register) read(ctx context.Context, p *program, i int) error {
	o := vector.ReadOptions{SRID: r.q.srid, Validity: true, Log: p.log}
	if i < len(r.q.layers) {
		o.Layer = r.q.layers[i]
	}
	seen, err := r.readAs(ctx, i, o)
	if !errors.Is(err, errOtherCRS) {
		return err
	}
	if seen.Declared.MetresPerUnit == 0 && r.layer.CRS.SRID != 0 { // degrees
		o.SRID = r.layer.CRS.SRID
		_, err = r.readAs(ctx, i, o)
	}
	if errors.Is(err, errOtherCRS) {
		return refuseOverlap("crs_differ", crsLabel(r.layer.CRS)+" / "+crsLabel(seen.CRS))
	}
	return err
}

func crsLabel(c vector.CRS) string {
	if c.SRID != 0 {
		return fmt.Sprintf("EPSG:%d", c.SRID)
	}
	return c.Name
}

// polygonJob is one feature on its way from the file to the grid.
type polygonJob struct {
	number int
	ground vector.Ground
}

// readAs reads file i as o says. Polygons are snapped and checked by as many
// goroutines as there are processors, since that takes longer than reading.
func (r *register) readAs(ctx context.Context, i int, o vector.ReadOptions) (seen *vector.PolygonLayer, err error) {
	group, running := errgroup.WithContext(ctx)
	jobs := make(chan polygonJob, 256)
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() error {
			for job := range jobs {
				if err := r.lay(running, i, job); err != nil {
					return err
				}
			}
			return nil
		})
	}
	reading, err := vector.ReadPolygons(running, r.path(i), o, func(l *vector.PolygonLayer, g vector.Ground) error {
		if seen == nil {
			seen = l
			if i == 0 {
				r.layer = l
			} else if !l.CRS.Same(r.layer.CRS) {
				return errOtherCRS
			}
		}
		r.ids = append(r.ids, g.ID)
		if n := len(r.ids) - r.first; n%256 == 0 && l.Features > 0 {
			r.show.stage(raster.Progress{Stage: "read", Done: min(1, float64(n)/float64(l.Features))})
		}
		select {
		case jobs <- polygonJob{len(r.ids) - 1, g}:
			return nil
		case <-running.Done():
			return context.Cause(running)
		}
	})
	close(jobs)
	if checked := group.Wait(); checked != nil {
		return seen, checked
	}
	if err != nil {
		return seen, err
	}
	r.files = append(r.files, r.file(i, reading))
	return seen, nil
}

func (r *register) path(file int) string { return r.q.files[file] }

func (r *register) file(i int, reading *vector.Reading) overlapFile {
	l := reading.Layer
	return overlapFile{
		File: r.q.files[i], SHA256: reading.SHA256, Format: l.Format, Layer: l.Name, CRS: describeCRS(l.Declared),
		Projected: l.Projected(), N: reading.Polygons,
		Skipped: overlapSkipped{reading.Lines, reading.Points, reading.Empty, reading.Others},
		Notes:   append([]ingest.Note{}, reading.Notes...),
	}
}

func describeCRS(c vector.CRS) overlapCRS {
	return overlapCRS{SRID: c.SRID, Name: c.Name, Unit: c.Unit, MetresPerUnit: c.MetresPerUnit}
}

// lay puts one polygon on the grid, repaired if it must be.
func (r *register) lay(ctx context.Context, file int, job polygonJob) error {
	shape, err := overlay.Snap(job.ground.Shape)
	if err != nil {
		return refuseOverlap("off_grid", fmt.Sprintf("%s, feature %d", r.path(file), job.ground.ID))
	}
	faults, err := overlay.Validate(ctx, shape)
	if err != nil {
		return err
	}
	faults = slices.DeleteFunc(faults, func(f overlay.Fault) bool { return !f.Rule.Breaks() })
	broken := len(faults) > 0 || len(shape) == 0
	wanted := shape
	if broken {
		if wanted, err = overlay.Repair(ctx, shape); err != nil {
			return err
		}
	}
	invalid := job.ground.Validity == vector.Invalid || broken && job.ground.Validity == vector.NotJudged
	r.mu.Lock()
	defer r.mu.Unlock()
	if broken || invalid {
		f := r.describe(file, job, faults)
		f.narrow = !invalid
		switch {
		case invalid && r.q.refuse:
			f.Ground = "refused"
		case !broken:
			f.Ground = "kept"
		case len(wanted) == 0:
			f.Ground = "none"
		case r.q.verb == "validate" && r.q.out != "":
			f.shape = wanted
		}
		r.invalid = append(r.invalid, f)
	}
	if r.q.verb == "validate" || len(wanted) == 0 || invalid && r.q.refuse {
		return nil
	}
	builders := []*overlay.Builder{&r.all}
	if r.apart() {
		builders = append(builders, &r.each[file])
	}
	for _, b := range builders {
		if err := b.Add(int64(job.number), wanted); err != nil && !errors.Is(err, overlay.ErrNoGround) {
			return fmt.Errorf("feature %d of %s: %w", job.ground.ID, r.path(file), err)
		}
	}
	return nil
}

// apart says whether the files are needed one by one.
func (r *register) apart() bool {
	return r.q.verb == "pairs" && r.q.out != "" && len(r.q.files) == 2
}

func (r *register) describe(file int, job polygonJob, faults []overlay.Fault) invalidFeature {
	f := invalidFeature{File: r.path(file), Feature: job.ground.ID, Count: len(faults), Ground: "repaired", file: file, number: job.number}
	f.Faults = []overlapFault{}
	for _, fault := range faults[:min(len(faults), mostFaults)] {
		f.Faults = append(f.Faults, overlapFault{
			Rule: fault.Rule, Reason: ingest.Text{ZH: fault.Rule.ZH(), EN: fault.Rule.EN()},
			Polygon: fault.Polygon, Ring: fault.Ring, at: fault.At.Metres(),
		})
	}
	return f
}

// place gives the faults their places in the unit of the CRS, and in degrees.
func (r *register) place() {
	var all orb.MultiPoint
	for i := range r.invalid {
		for j := range r.invalid[i].Faults {
			f := &r.invalid[i].Faults[j]
			at := inUnit(r.layer.CRS, f.at)
			f.X, f.Y = at[0], at[1]
			all = append(all, at)
		}
	}
	if r.layer.CRS.SRID == 0 || len(all) == 0 {
		return
	}
	lonLat, err := vector.ToLonLat(r.layer.CRS.SRID, all)
	if err != nil {
		return // one of them lies where the CRS does not reach; x and y say where
	}
	points, n := lonLat[0].(orb.MultiPoint), 0
	for i := range r.invalid {
		for j := range r.invalid[i].Faults {
			r.invalid[i].Faults[j].Lon, r.invalid[i].Faults[j].Lat = &points[n][0], &points[n][1]
			n++
		}
	}
}

// inUnit turns metres into the unit of the CRS.
func inUnit(c vector.CRS, p orb.Point) orb.Point {
	if c.MetresPerUnit == 1 {
		return p
	}
	return orb.Point{p[0] / c.MetresPerUnit, p[1] / c.MetresPerUnit}
}

func (r *register) result(q overlapRequest) *overlapResult {
	result := &overlapResult{
		Status: "done", N: len(r.ids), Engine: overlay.Version, Reader: vector.EngineName(),
		CRS: describeCRS(r.layer.CRS), Files: r.files, Features: []invalidFeature{}, Narrows: []invalidFeature{},
	}
	for _, f := range r.invalid {
		if f.narrow {
			result.Narrows = append(result.Narrows, f)
		} else {
			result.Features = append(result.Features, f)
		}
	}
	result.Invalid, result.Narrow = len(result.Features), len(result.Narrows)
	if q.verb == "validate" && result.Invalid > 0 {
		result.Status = "questioned"
	}
	return result
}

// firstInvalid lists a few polygons for a refusal.
func (r *overlapResult) firstInvalid(n int) string {
	var list []string
	for _, f := range r.Features[:min(n, len(r.Features))] {
		list = append(list, f.String())
	}
	if more := len(r.Features) - n; more > 0 {
		list = append(list, fmt.Sprintf("… %d more", more))
	}
	return strings.Join(list, "; ")
}

// overlapFound is what the overlay returns, ordered by number.
type overlapFound struct {
	pairs []overlay.Pair // within one file, or between two
	faces []overlay.Face // of all files together
	drawn []overlay.Pair // pairs with their ground, to be written
}

func (r *register) overlay(ctx context.Context, q overlapRequest, show *progress) (found overlapFound, err error) {
	layer, err := r.all.Build()
	if err != nil {
		return found, err
	}
	o := overlay.Options{
		Geometry: q.verb == "faces" && q.out != "",
		Progress: func(done, total int) {
			show.stage(raster.Progress{Stage: "overlay", Done: float64(done) / float64(max(total, 1))})
		},
	}
	partition, err := overlay.Faces(ctx, layer, o)
	if err != nil {
		return found, err
	}
	found.faces, found.pairs = partition.Faces, slices.DeleteFunc(partition.Pairs, func(p overlay.Pair) bool { return !r.counts(p) })
	if q.verb == "pairs" && q.out != "" {
		o.Geometry, o.MinArea = true, overlay.AreaOfSquareMetres(q.least)
		found.drawn, err = r.draw(ctx, layer, o)
	}
	return found, err
}

func (r *register) draw(ctx context.Context, layer *overlay.Layer, o overlay.Options) ([]overlay.Pair, error) {
	if !r.apart() {
		return overlay.Pairs(ctx, layer, nil, o)
	}
	a, err := r.each[0].Build()
	if err != nil {
		return nil, err
	}
	b, err := r.each[1].Build()
	if err != nil {
		return nil, err
	}
	return overlay.Pairs(ctx, a, b, o)
}

// counts says whether a pair is asked for: with two files, one between them.
func (r *register) counts(p overlay.Pair) bool {
	return len(r.q.files) == 1 || (int(p.A) < r.first) != (int(p.B) < r.first)
}

// contested says whether a face lies in an overlap that is asked for.
func (r *register) contested(f *overlay.Face) bool {
	if len(r.q.files) == 1 {
		return f.Depth() >= 2
	}
	// Numbers ascend, so the ends tell whether both files are there.
	return int(f.Claims[0]) < r.first && int(f.Claims[len(f.Claims)-1]) >= r.first
}
