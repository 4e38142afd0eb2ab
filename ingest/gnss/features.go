package gnss

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"jieshi/geo/crs"
	"jieshi/ingest"
)

// A FeatureLayer is one layer of a file of a GIS: shapes with attributes.
type FeatureLayer struct {
	Name    string
	SRID    crs.SRID // as the file says; 0: it does not, or names one without a code
	CRSName string   // for a person
	Columns []string // names of the attributes
}

// A Feature is one row of a layer.
type Feature struct {
	N      int      // its place in the layer, from 1
	Cells  []string // one for each column; empty where the row has nothing
	Shapes []FeatureShape
}

// A FeatureShape is one point, line or ring, in coordinates of its layer: x east, y north.
type FeatureShape struct {
	Kind   ingest.Kind // KindPoints (one position), KindLine or KindRing
	Hole   bool        // of the ring before it
	Holes  int         // of the ring: how many follow it
	Z      bool        // the third number is a height
	Points [][3]float64
}

// Features makes walks of features as they come: one of each line and each ring,
// holes likewise, in the order of the file, and one of the points of each layer,
// or of each value of its column that says which line a point belongs to, behind
// the layer's lines. Attributes of points are read as the columns of a table of a
// receiver are ([ReadTold]), by name.
//
// Positions are degrees on WGS 84 or CGCS2000, or in a CGCS2000 or UTM grid,
// which is noted; any other CRS is refused. Heights of shapes are of unknown kind.
// Like any drawing, it is refused for a single bad corner.
type Features struct {
	format Format
	limits Limits
	told   Told
	walks  []ingest.Walk
	fixes  int
	layer  *featureLayer
}

type featureLayer struct {
	FeatureLayer
	place   func(x, y float64) (lon, lat float64, err error)
	grid    []ingest.Note
	table   *tableReader // of the attributes
	cleaned string       // name
	first   int          // its first walk
}

// NewFeatures returns features of no layer yet.
func NewFeatures(format Format, limits Limits, told Told) *Features {
	return &Features{format: format, limits: limits.orDefault(), told: told}
}

// Layer begins the next layer. The CRS that a person told counts where the file
// is silent; it is not believed against the file.
func (f *Features) Layer(l FeatureLayer) error {
	f.endLayer()
	next := &featureLayer{FeatureLayer: l, cleaned: cleanName(l.Name), first: len(f.walks)}
	srid := cmp.Or(l.SRID, f.told.SRID)
	switch _, err := crs.ProjectionOf(srid); {
	case srid == crs.WGS84 || srid == crs.CGCS2000:
		next.place = placeDegrees
	case err != nil:
		return refuseDatum(cmp.Or(l.CRSName, fmt.Sprintf("EPSG:%d", int(srid))), 0)
	default:
		grid, err := planeOf(srid)
		if err != nil {
			return err
		}
		next.place = func(x, y float64) (lon, lat float64, err error) {
			lon, lat, ok := grid.place(x, y)
			if !ok {
				return 0, 0, refuseOffGrid(x, y, grid, 0)
			}
			return lon, lat, nil
		}
		_, en := crs.ZoneLabel(srid)
		next.grid = []ingest.Note{{Code: noteGrid, Text: fmt.Sprintf("the coordinates are in EPSG:%d (%s)", int(srid), en)}}
	}
	next.table = attributesOf(l.Columns, f.told, f.limits)
	f.layer = next
	return nil
}

func placeDegrees(x, y float64) (lon, lat float64, err error) {
	if !lonLatInRange(x, y) {
		refusal := refuseOutOfRange(x, y, 0)
		refusal.Remedy = text("请为图层写明真正的坐标系，或改正经、纬度的顺序，然后重新导出。",
			"Give the layer its true CRS, or mend the order of longitude and latitude, and export it again.")
		return 0, 0, refusal
	}
	return x, y, nil
}

// attributesOf reads cells by the names of their columns. What says where a
// point is does not count beside its shape.
func attributesOf(columns []string, told Told, limits Limits) *tableReader {
	cells := make([][]byte, len(columns))
	for i, name := range columns {
		cells[i] = []byte(name)
	}
	m, _, _ := headerColumns(cells)
	nameByTitle(m, columns)
	for i := range m {
		switch m[i] {
		case MeansLat, MeansLon, MeansLatPacked, MeansLonPacked, MeansEast, MeansNorth, meansX, meansY, MeansTrace, MeansCRS:
			m[i] = MeansNothing
		default:
		}
	}
	reading := &tableReading{form: tableForm{delimiter: ','}, told: told, mapping: m}
	t := &tableReader{tableReading: reading, limits: limits, byName: map[string]*tableLine{}, words: map[string]ingest.Quality{}}
	t.setters = settersOf(m)
	t.bothSigmas = m.at(MeansSigmaEast) >= 0 && m.at(MeansSigmaNorth) >= 0
	t.row.table = t
	return t
}

// nameByTitle takes what shapes are called by (see nameKeys), which is no column
// of a table of points, for the name where only a number is another.
func nameByTitle(m Mapping, columns []string) {
	have := m.at(MeansName)
	if have >= 0 && aliases[plainWord(columns[have])] == MeansName {
		return
	}
	for _, key := range nameKeys {
		for i, column := range columns {
			if column == key {
				if have >= 0 {
					m[have] = MeansNothing
				}
				m[i] = MeansName
				return
			}
		}
	}
}

// Add takes the next feature of the layer.
func (f *Features) Add(feature Feature) error {
	l := f.layer
	t := l.table
	t.row.begin(feature.N)
	for _, s := range t.setters {
		if s.column < len(feature.Cells) && feature.Cells[s.column] != "" {
			s.set(&t.row, feature.Cells[s.column])
		}
	}
	t.row.end()
	if len(feature.Shapes) == 0 {
		t.notes.once(notePoints, feature.N, "a feature has no geometry")
	}
	// Adding points may not change what the row in hand says.
	said, group, noFix := t.row.fix, t.row.line, t.row.noFix
	first := len(f.walks)
	for _, shape := range feature.Shapes {
		if shape.Kind == ingest.KindPoints && noFix {
			t.notes.once(noteNoFix, feature.N, "the receiver had no fix")
			continue
		}
		fixes, err := f.fixesOf(feature.N, shape, said)
		if err != nil {
			return err
		}
		if shape.Kind != ingest.KindPoints {
			if err := f.line(feature.N, shape, fixes); err != nil {
				return err
			}
			continue
		}
		for _, fix := range fixes {
			if err := t.add(group, fix); err != nil {
				return err
			}
		}
	}
	name := cmp.Or(said.Name, group, fmt.Sprintf("%s #%d", l.cleaned, feature.N))
	for i := range f.walks[first:] {
		f.walks[first+i].Name = name
		if len(f.walks)-first > 1 {
			f.walks[first+i].Name = fmt.Sprintf("%s #%d", name, i+1)
		}
	}
	return nil
}

// fixesOf brings the positions of a shape to degrees. A point is what its row
// says, at its place.
func (f *Features) fixesOf(n int, shape FeatureShape, said ingest.Fix) ([]ingest.Fix, error) {
	if f.fixes += len(shape.Points); f.fixes > f.limits.MaxFixes {
		return nil, refuseTooManyFixes(f.limits.MaxFixes, n)
	}
	least := map[ingest.Kind]int{ingest.KindLine: 2, ingest.KindRing: 4}[shape.Kind]
	if len(shape.Points) < least {
		return nil, refuse(CodeFeature, f.at(n),
			text(fmt.Sprintf("一条线或环只有 %d 个点，至少要有 %d 个。", len(shape.Points), least),
				fmt.Sprintf("A line or ring has %d positions and needs %d.", len(shape.Points), least)),
			text("请在 GIS 软件中改正或删除该要素后重新导出。", "Mend or delete that feature in a GIS and export again."))
	}
	out := make([]ingest.Fix, len(shape.Points))
	for i, p := range shape.Points {
		fix := ingest.Fix{Line: n, Quality: ingest.QualityUnknown, HeightType: ingest.HeightUnknown}
		if shape.Kind == ingest.KindPoints {
			fix = said
		}
		// A height of a kind that is known says more than the third number.
		// A vertex without a height among such that have one has NaN there.
		if shape.Z && fix.HeightType == ingest.HeightUnknown && !math.IsNaN(p[2]) && !math.IsInf(p[2], 0) {
			fix.Height = p[2]
		}
		var err error
		if fix.Lon, fix.Lat, err = f.layer.place(p[0], p[1]); err != nil {
			return nil, f.placed(err, n)
		}
		out[i] = fix
	}
	return out, nil
}

// placed says where in the file a refusal is about.
func (f *Features) placed(err error, n int) error {
	if refusal, ok := err.(*ingest.Refusal); ok { //nolint:errorlint // made by place, never wrapped
		refusal.Where = f.at(n)
	}
	return err
}

func (f *Features) at(n int) string { return fmt.Sprintf("%s, feature %d", f.layer.cleaned, n) }

func (f *Features) line(n int, shape FeatureShape, fixes []ingest.Fix) error {
	if len(f.walks) >= maxWalks {
		return refuseTooManyTracks(n)
	}
	found := notes{}
	if shape.Kind == ingest.KindRing {
		a, b := fixes[0], fixes[len(fixes)-1]
		if a.Lon != b.Lon || a.Lat != b.Lat {
			found.add(noteRingOpen, n, "the ring does not end where it began")
		}
		switch {
		case shape.Hole:
			found.add(noteHole, n, "this is a hole of the polygon before it")
		case shape.Holes > 0:
			found.add(noteHole, n, "the polygon has %d holes, which are the next walks; they are not subtracted from this one", shape.Holes)
		}
	}
	f.walks = append(f.walks, ingest.Walk{Format: string(f.format), Kind: shape.Kind, Fixes: fixes, Notes: found.list()})
	return nil
}

// endLayer makes walks of the points of the layer and hands its notes out.
func (f *Features) endLayer() {
	l := f.layer
	if l == nil {
		return
	}
	f.layer = nil
	for _, line := range l.table.lines {
		kind := ingest.KindPoints
		if line.timed && !line.named {
			kind = ingest.KindTrack
		}
		f.walks = append(f.walks, ingest.Walk{Format: string(f.format), Name: cmp.Or(line.name, l.cleaned), Kind: kind, Fixes: line.fixes})
	}
	found := slices.Concat(l.grid, l.table.notes.list())
	for i := range f.walks[l.first:] {
		w := &f.walks[l.first+i]
		w.Notes = append(w.Notes, found...)
	}
}

// Walks ends the reading. Notes are about the whole file.
func (f *Features) Walks(also ...ingest.Note) ([]ingest.Walk, error) {
	f.endLayer()
	if len(f.walks) > maxWalks {
		return nil, refuseTooManyTracks(0)
	}
	if len(f.walks) == 0 {
		return nil, refuse(CodeNoLine, "",
			text("文件中没有线、面或点。", "The file has no line, polygon or point."),
			text("请导出边界线、地块面或界址点图层后再上传。", "Export the layer of the boundary, as lines, polygons or points, and upload that."))
	}
	for i := range f.walks {
		f.walks[i].Notes = append(f.walks[i].Notes, also...)
	}
	giveWords(f.walks)
	return f.walks, nil
}

// DecodeAttributes makes UTF-8 of the texts of one file, in place, told by all
// of them together: UTF-8 if all are, unless the file says (saidGBK) that they
// are GBK and they can be; else GB 18030, which is noted. A character that the
// width of a column cut is dropped. Texts that are neither are refused.
func DecodeAttributes(texts []*string, saidGBK bool) ([]ingest.Note, error) {
	isUTF8 := true
	for _, s := range texts {
		isUTF8 = isUTF8 && utf8.Valid(wholeRunes([]byte(*s)))
	}
	if isUTF8 && !saidGBK {
		for _, s := range texts {
			*s = string(wholeRunes([]byte(*s)))
		}
		return nil, nil
	}
	decoded, changed := make([]string, len(texts)), false
	for i, s := range texts {
		out, err := simplifiedchinese.GB18030.NewDecoder().String(*s)
		out = strings.TrimSuffix(out, string(utf8.RuneError))
		if err != nil || strings.ContainsRune(out, utf8.RuneError) {
			if isUTF8 {
				return nil, nil
			}
			return nil, refuseEncoding(0, "属性也不是 GBK", "the attributes are not GBK either")
		}
		decoded[i], changed = out, changed || out != *s
	}
	for i, s := range texts {
		*s = decoded[i]
	}
	if !changed {
		return nil, nil
	}
	return []ingest.Note{{Code: noteEncoding, Text: "the text is " + string(EncodingGB18030)}}, nil
}
