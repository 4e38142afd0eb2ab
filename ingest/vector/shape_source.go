package vector

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/airbusgeo/godal"

	"jieshi/ingest"
)

// shapeLayer is what the child says of a layer before its rows. Texts are bytes
// as the file has them: whether they are GBK, only all of them together tell.
type shapeLayer struct {
	Name    []byte   `json:"name"`
	CRS     *CRS     `json:"crs"` // nil: the file has none
	Columns [][]byte `json:"columns"`
}

// shapeRow is a feature: its attributes as text and its parts.
type shapeRow struct {
	Cells [][]byte    `json:"cells"`
	Parts []shapePart `json:"parts"`
}

// readShapes is the child of [ReadWalks]: all shapes of all layers, untouched.
func readShapes(out *frameWriter, a ask) (tally, error) {
	watch, err := watchFailures()
	if err != nil {
		return tally{}, err
	}
	if err := register(a.Driver); err != nil {
		return tally{}, err
	}
	options := openOptions[a.Driver]
	if a.Driver == shapefile.driver {
		// GDAL takes a DBF without a word on its encoding for Latin-1; so nothing
		// is converted here.
		options = append(slices.Clone(options), "ENCODING=")
	}
	ds, err := godal.Open(a.File, godal.VectorOnly(), godal.Drivers(a.Driver), godal.DriverOpenOption(options...), strict)
	if err != nil {
		fmt.Fprintln(os.Stderr, "open:", err)
		return tally{}, refuse(CodeUnreadable, "")
	}
	defer ds.Close() //nolint:errcheck // nothing was written
	var t tally
	for _, layer := range ds.Layers() {
		if layer.Type() == noGeometry {
			continue
		}
		s := source{ds: ds, driver: a.Driver, layer: layer, watch: watch}
		if err := s.shapes(out, &t); err != nil {
			return tally{}, err
		}
	}
	return t, nil
}

// noGeometry is the type of a table of attributes alone (wkbNone).
const noGeometry godal.GeometryType = 100

// shapes writes one layer. An empty one is passed over, whatever its CRS.
func (s *source) shapes(out *frameWriter, t *tally) error {
	name := s.layer.Name()
	if strings.ContainsFunc(name, unquotable) {
		return refuse(CodeLayerName, plain(name, 200))
	}
	s.told.Features = -1
	if n, err := s.layer.FeatureCount(); err == nil {
		s.told.Features = n
	}
	if s.told.Features == 0 {
		return nil
	}
	columns := s.columns()
	told := shapeLayer{Name: []byte(name)}
	for _, c := range columns {
		told.Columns = append(told.Columns, []byte(c))
	}
	declared, err := identifyCRS(s.layer.SpatialRef())
	var refusal *ingest.Refusal
	switch {
	case err == nil:
		told.CRS = &declared.CRS
		declared.ref.Close()
	case errors.As(err, &refusal) && refusal.Code == CodeNoCRS: // a person may have told it
	default:
		return err
	}
	if err := out.json(frameShapes, told); err != nil {
		return err
	}
	return s.rows(name, columns, func(row shapeRow) error {
		t.Rows++
		return out.json(frameRow, row)
	})
}

func unquotable(r rune) bool { return r < 0x20 || r == 0x7f || r == '"' || r == '\\' }

// mostColumns and longestCell bound what is taken of the attributes of a row.
const (
	mostColumns = 200
	longestCell = 1000
)

// columns are the attributes that can be had as text, by name.
func (s *source) columns() []string {
	s.layer.ResetReading()
	feature := s.layer.NextFeature()
	if feature == nil {
		return nil
	}
	defer feature.Close()
	var out []string
	for name, field := range feature.Fields() {
		if fieldWord(field.Type()) != "other" && !strings.ContainsFunc(name, unquotable) && !strings.EqualFold(name, "FID") {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out[:min(len(out), mostColumns)]
}

// rows calls do with every feature. godal gives 0 for a number that is not
// there; as text it is empty.
func (s *source) rows(layer string, columns []string, do func(shapeRow) error) error {
	words := []string{"FID AS " + idColumn}
	for i, c := range columns {
		words = append(words, fmt.Sprintf(`CAST("%s" AS CHARACTER(%d)) AS jieshi_%d`, c, longestCell, i))
	}
	rows, err := s.ds.ExecuteSQL("SELECT "+strings.Join(words, ", ")+` FROM "`+layer+`"`, godal.OGRSQLDialect(), strict)
	if err != nil {
		fmt.Fprintln(os.Stderr, "select:", err)
		return refuse(CodeUnreadable, plain(layer, 200))
	}
	defer rows.Close() //nolint:errcheck // nothing was written
	r := partReader{}
	for {
		feature := rows.NextFeature()
		if feature == nil {
			break
		}
		s.seen++
		row, err := s.row(&r, feature, len(columns))
		feature.Close()
		if err != nil {
			return err
		}
		if err := do(row); err != nil {
			return err
		}
	}
	return s.unbroken()
}

func (s *source) row(r *partReader, f *godal.Feature, columns int) (row shapeRow, err error) {
	fields := f.Fields()
	row.Cells = make([][]byte, columns)
	for i := range row.Cells {
		field := fields[fmt.Sprintf("jieshi_%d", i)]
		row.Cells[i] = []byte(field.String())
	}
	g := f.Geometry()
	if *g == (godal.Geometry{}) {
		return row, nil
	}
	b, err := g.WKB(strict)
	if err != nil {
		fmt.Fprintln(os.Stderr, "feature", s.seen, err)
		return row, refuse(CodeUnreadable, where(int64(s.seen)))
	}
	row.Parts, err = r.read(b)
	switch {
	case errors.Is(err, errInfinite):
		err = refuse(CodeNotFinite, where(int64(s.seen)))
	case errors.Is(err, errCurve):
		err = refuse(CodeCurves, where(int64(s.seen)))
	case errors.Is(err, errTooManyVertices):
		err = refuse(CodeTooManyVertices, where(int64(s.seen)))
	case err != nil:
		err = fmt.Errorf("feature %d: %w", s.seen, err)
	}
	return row, err
}
