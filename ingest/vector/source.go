package vector

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/airbusgeo/godal"
	"github.com/paulmach/orb"
)

// readOriginal does the work of the child in the current folder.
func readOriginal(out *frameWriter, a ask) (tally, error) {
	watch, err := watchFailures()
	if err != nil {
		return tally{}, err
	}
	if err := register(a.Driver); err != nil {
		return tally{}, err
	}
	ds, err := godal.Open(a.File, godal.VectorOnly(), godal.Drivers(a.Driver), godal.DriverOpenOption(openOptions[a.Driver]...), strict)
	if err != nil {
		fmt.Fprintln(os.Stderr, "open:", err)
		return tally{}, refuse(CodeUnreadable, "")
	}
	defer ds.Close() //nolint:errcheck // nothing was written
	layer, err := chooseLayer(ds.Layers(), a.Layer)
	if err != nil {
		return tally{}, err
	}
	s := source{ds: ds, driver: a.Driver, layer: layer, watch: watch, judge: a.Validity}
	defer s.close()
	if err := s.describe(a); err != nil {
		return tally{}, err
	}
	if err := out.json(frameLayer, s.told); err != nil {
		return tally{}, err
	}
	if err := s.each(s.judge, s.moved(out.ground)); err != nil {
		return tally{}, err
	}
	return s.tally, s.complete()
}

// chooseLayer returns the layer of that name, or the only one that may hold
// polygons.
func chooseLayer(layers []godal.Layer, name string) (godal.Layer, error) {
	var fit []godal.Layer
	var names []string
	for _, l := range layers {
		if name != "" && l.Name() == name {
			return l, nil
		}
		if name != "" || mayHoldPolygons(l.Type()) {
			fit = append(fit, l)
			names = append(names, l.Name())
		}
	}
	switch {
	case name != "":
		return godal.Layer{}, refuse(CodeLayerUnknown, listed(names))
	case len(fit) == 0:
		return godal.Layer{}, refuse(CodeNotPolygons, "")
	case len(fit) > 1:
		return godal.Layer{}, refuse(CodeLayerChoose, listed(names))
	}
	return fit[0], nil
}

// mayHoldPolygons looks at the type that a layer states. What it has not stated
// may be anything.
func mayHoldPolygons(t godal.GeometryType) bool {
	base := (uint32(t) &^ 0x80000000) % 1000
	return slices.Contains([]uint32{0, wkbPolygon, wkbMultiPolygon, wkbCollection, wkbCurvePolygon, wkbMultiSurface, 14}, base) // 14: surface
}

// source is the layer that the child reads.
type source struct {
	ds       *godal.Dataset
	driver   string
	layer    godal.Layer
	watch    *failureWatch
	judge    bool // say of each feature whether it is valid
	declared *knownCRS
	plane    *plane
	told     told
	tally    tally
	seen     int // features of the pass that went through last
}

func (s *source) close() {
	if s.plane != nil {
		s.plane.close()
	}
	if s.declared != nil {
		s.declared.ref.Close()
	}
}

// describe finds out everything that is said before the first polygon.
func (s *source) describe(a ask) error {
	name := s.layer.Name()
	if strings.ContainsFunc(name, func(r rune) bool { return r < 0x20 || r == 0x7f || r == '"' || r == '\\' }) {
		return refuse(CodeLayerName, plain(name, 200))
	}
	s.told.Name = name
	s.fields()
	s.told.Features = -1
	if n, err := s.layer.FeatureCount(); err == nil {
		s.told.Features = n
	}
	var err error
	if s.declared, err = identifyCRS(s.layer.SpatialRef()); err != nil {
		return err
	}
	if s.plane, err = s.choosePlane(a.SRID); err != nil {
		return err
	}
	s.told.Declared, s.told.Plane = s.declared.CRS, s.plane.to.CRS
	s.told.OldDatum, s.told.Mercator, s.told.Away = s.declared.oldDatum && s.plane.transform != nil, s.declared.mercator, s.plane.away
	return nil
}

// choosePlane opens the CRS that is delivered. The polygons are looked at only
// where that hangs on them.
func (s *source) choosePlane(srid int) (*plane, error) {
	if srid == 0 && s.declared.measurable() {
		return &plane{to: s.declared}, nil
	}
	if srid != 0 && !s.declared.geographic {
		return planeOf(s.declared, srid)
	}
	box, err := s.bounds()
	if err != nil {
		return nil, err
	}
	return planeFor(s.declared, srid, box)
}

// fields takes the attributes from the first feature: godal does not show the
// definition of a layer.
func (s *source) fields() {
	s.layer.ResetReading()
	feature := s.layer.NextFeature()
	if feature == nil {
		return
	}
	defer feature.Close()
	for name, field := range feature.Fields() {
		s.told.Fields = append(s.told.Fields, SourceField{Name: name, Type: fieldWord(field.Type())})
		s.told.Counted = s.told.Counted || strings.EqualFold(name, "FID")
	}
	slices.SortFunc(s.told.Fields, func(a, b SourceField) int { return strings.Compare(a.Name, b.Name) })
}

func fieldWord(t godal.FieldType) string {
	switch t {
	case godal.FTInt, godal.FTInt64:
		return string(Integer)
	case godal.FTReal:
		return string(Real)
	case godal.FTString:
		return string(Text)
	case godal.FTDate, godal.FTTime, godal.FTDateTime:
		return "date"
	default:
		return "other"
	}
}

// idColumn is what the feature id is called in the answer of GDAL.
const idColumn = "jieshi_fid"

// each calls do with the polygons of every feature that has some, in
// coordinates of the declared CRS, and counts the others. If it is to judge, it
// says of each whether it is valid there.
func (s *source) each(judge bool, do func(Ground) error) error {
	s.tally, s.seen = tally{}, 0
	// godal does not show the id of a feature; OGR's SQL does. The name was
	// checked, and nothing but the private folder can be reached anyway.
	rows, err := s.ds.ExecuteSQL(`SELECT FID AS `+idColumn+` FROM "`+s.told.Name+`"`, godal.OGRSQLDialect(), strict)
	if err != nil {
		fmt.Fprintln(os.Stderr, "select:", err)
		return refuse(CodeUnreadable, "")
	}
	defer rows.Close() //nolint:errcheck // nothing was written
	r := wkbReader{tolerance: s.tolerance()}
	for {
		feature := rows.NextFeature()
		if feature == nil {
			break
		}
		ground, what, err := s.feature(&r, feature)
		if err == nil && what == isPolygon && judge {
			ground.Validity, err = s.validity(feature, ground)
		}
		feature.Close()
		s.seen++
		if err != nil {
			return err
		}
		s.count(what, r.parts)
		if what != isPolygon {
			continue
		}
		if err := do(ground); err != nil {
			return err
		}
	}
	s.tally.Arcs = r.arcs
	return s.unbroken()
}

func (s *source) tolerance() float64 {
	if s.declared.geographic {
		return lonLatTolerance
	}
	return arcTolerance / s.declared.MetresPerUnit
}

// feature reads one feature.
func (s *source) feature(r *wkbReader, f *godal.Feature) (Ground, kind, error) {
	id := int64(s.seen)
	if !s.told.Counted {
		field := f.Fields()[idColumn]
		id = field.Int()
	}
	g := f.Geometry()
	r.parts = 0
	if *g == (godal.Geometry{}) {
		return Ground{}, isEmpty, nil
	}
	b, err := g.WKB(strict)
	if err != nil {
		fmt.Fprintln(os.Stderr, "feature", id, err)
		return Ground{}, isOther, refuse(CodeUnreadable, where(id))
	}
	r.b = b
	what, err := r.polygons()
	switch {
	case errors.Is(err, errInfinite):
		return Ground{}, what, refuse(CodeNotFinite, where(id))
	case errors.Is(err, errTooManyVertices), len(b) > longestGround:
		return Ground{}, what, refuse(CodeTooManyVertices, where(id))
	case err != nil:
		return Ground{}, what, fmt.Errorf("feature %d: %w", id, err)
	}
	return Ground{ID: id, Shape: r.shape}, what, nil
}

// validity asks GEOS. It is not asked about what it cannot hold: rings that are
// open or have too few points; and of a collection there is nothing to say.
func (s *source) validity(f *godal.Feature, ground Ground) (v Validity, err error) {
	g := f.Geometry()
	if base := (uint32(g.Type()) &^ 0x80000000) % 1000; base != wkbPolygon && base != wkbMultiPolygon {
		return NotJudged, nil
	}
	for _, polygon := range ground.Shape {
		for _, ring := range polygon {
			if len(ring) < 4 || ring[0] != ring[len(ring)-1] {
				return NotJudged, nil
			}
		}
	}
	// GEOS says where a polygon is not valid; the place is found otherwise.
	err = s.watch.without(func() {
		v = Invalid
		if g.Valid() {
			v = Valid
		}
	})
	return v, err
}

func where(id int64) string { return fmt.Sprintf("feature %d", id) }

func (s *source) count(what kind, parts int) {
	switch what {
	case isPolygon:
		s.tally.Polygons++
		s.tally.Parts += parts
	case isLine:
		s.tally.Lines++
	case isPoint:
		s.tally.Points++
	case isEmpty:
		s.tally.Empty++
	case isOther:
		s.tally.Others++
	}
}

// unbroken refuses a file in which GDAL met a failure between two features, or
// which ended before it should: godal shows neither.
func (s *source) unbroken() error {
	first, err := s.watch.first()
	if err != nil {
		return err
	}
	if first != "" {
		return refuse(CodeUnreadable, fmt.Sprintf("feature %d of the file", s.seen+1))
	}
	// Rows of a Shapefile may be marked as deleted; its frame was checked.
	if s.seen < s.told.Features && s.driver != shapefile.driver {
		return refuse(CodeTruncated, fmt.Sprintf("%d / %d", s.seen, s.told.Features))
	}
	return nil
}

// complete says what is wrong with a layer that was read to its end.
func (s *source) complete() error {
	if s.tally.Polygons > 0 {
		return nil
	}
	return refuse(CodeNotPolygons, fmt.Sprintf("%d lines, %d points, %d empty, %d others", s.tally.Lines, s.tally.Points, s.tally.Empty, s.tally.Others))
}

// bounds returns the box of all polygons, read from them: what a file states
// of its extent may be wrong, and the zone hangs on it. In degrees it refuses
// what no degrees are.
func (s *source) bounds() (box orb.Bound, err error) {
	first := true
	err = s.each(false, func(g Ground) error {
		b := g.Shape.Bound()
		if s.declared.geographic && (b.Min[0] < -360 || b.Max[0] > 360 || b.Min[1] < -90 || b.Max[1] > 90) {
			return refuse(CodeNotDegrees, where(g.ID))
		}
		if first {
			box, first = b, false
		}
		box = box.Union(b)
		return nil
	})
	if err == nil {
		err = s.complete()
	}
	return box, err
}

// moved returns a function that carries ground over into the plane, in metres,
// and passes it on.
func (s *source) moved(to func(Ground) error) func(Ground) error {
	return func(g Ground) error {
		size := 0
		for _, polygon := range g.Shape {
			for _, ring := range polygon {
				if err := s.plane.move(ring); err != nil {
					return refuse(CodeOutsideCRS, where(g.ID))
				}
				size += 16 * len(ring)
			}
		}
		if size > longestGround/2 {
			return refuse(CodeTooManyVertices, where(g.ID))
		}
		return to(g)
	}
}
