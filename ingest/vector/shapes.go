package vector

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"jieshi/geo/crs"
	"jieshi/ingest"
	"jieshi/ingest/gnss"
)

// longestShapes is what the child may answer: mostVertices in JSON, with room
// for attributes.
const longestShapes = 1 << 30

// mostText bounds the attributes over all layers, each with the memory of its
// string: two million points with eight of them.
const mostText = 256 << 20

// ReadWalks reads every layer of the Shapefile (the .shp, or a zip of the parts
// of one or several) or GeoPackage at path as boundary walks, as
// [gnss.Features] says. The file is opened as [ReadPolygons] opens one; of the
// options Layer, SRID and Validity are not looked at. Curves are refused.
//
// A file that is not taken gives an [*ingest.Refusal]. Any other error is a
// fault of ours or the end of ctx.
func ReadWalks(ctx context.Context, path string, o ReadOptions, limits gnss.Limits, told gnss.Told) ([]ingest.Walk, error) {
	if os.Getenv("JIESHI_SANDBOX") != "" {
		return nil, errors.New("vector: started as a child, which ReadMain should have run")
	}
	o.Layer, o.SRID, o.Validity = "", 0, false
	if o.Limits.Output == 0 {
		o.Limits.Output = longestShapes
	}
	s := &shapes{told: told, most: limits.MaxFixes}
	if s.most <= 0 {
		s.most = gnss.DefaultMaxFixes
	}
	r, err := s.read(ctx, path, o)
	// An archive may hold several Shapefiles, each of which is a layer here.
	if names := r.original.sets; err != nil && len(names) > 1 {
		for _, name := range names {
			o.Layer = name
			if r, err = s.read(ctx, path, o); err != nil {
				break
			}
		}
	}
	if err != nil {
		return nil, err
	}
	format := gnss.FormatShapefile
	if r.original.format.driver == geoPackage.driver {
		format = gnss.FormatGeoPackage
	}
	return s.walks(format, limits)
}

// shapes gathers what children say of the layers of one file.
type shapes struct {
	told     gnss.Told
	most     int // positions over all layers
	layers   []*readLayer
	rows     int // of the child at work
	vertices int // over all layers, as text and features are; parts count as one, too
	text     int
	features int
	saidGBK  bool
}

type readLayer struct {
	gnss.FeatureLayer
	features []gnss.Feature
}

// read runs one child.
func (s *shapes) read(ctx context.Context, path string, o ReadOptions) (*reader, error) {
	r := &reader{ReadOptions: o.withDefaults(), shapes: s, reading: &Reading{}}
	s.rows = 0
	err := r.run(ctx, path)
	s.saidGBK = s.saidGBK || r.original.gbk
	return r, err
}

// frame takes what the child says. The title is the name of the only layer,
// where GDAL knows it by the name of the copy.
func (s *shapes) frame(kind byte, payload []byte, title string) error {
	if kind == frameShapes {
		var t shapeLayer
		if err := json.Unmarshal(payload, &t); err != nil {
			return errors.Join(errFrame, err)
		}
		if title != "" {
			t.Name = []byte(title)
		}
		return s.layer(t)
	}
	var row shapeRow
	if err := json.Unmarshal(payload, &row); err != nil || len(s.layers) == 0 {
		return errors.Join(errFrame, err)
	}
	return s.row(row)
}

func (s *shapes) layer(t shapeLayer) error {
	l := &readLayer{FeatureLayer: gnss.FeatureLayer{Name: string(t.Name)}}
	for _, c := range t.Columns {
		l.Columns = append(l.Columns, string(c))
	}
	switch {
	case t.CRS != nil:
		l.SRID, l.CRSName = crs.SRID(t.CRS.SRID), plain(t.CRS.Name, 200)
		if l.SRID == 0 {
			return refuse(CodeCRSNotAllowed, l.CRSName)
		}
		if !agree(s.told.SRID, l.SRID) {
			return refuse(CodeCRSConflict, fmt.Sprintf("EPSG:%d, EPSG:%d", int(l.SRID), int(s.told.SRID)))
		}
	case s.told.SRID == 0:
		return refuse(CodeNoCRS, plain(l.Name, 200))
	}
	s.layers = append(s.layers, l)
	return nil
}

// agree says whether what a person told (0: nothing) is what the file says.
// Degrees on WGS 84 and CGCS2000 are taken as equal.
func agree(told, said crs.SRID) bool {
	degrees := func(s crs.SRID) bool { return s == crs.WGS84 || s == crs.CGCS2000 }
	return told == 0 || told == said || degrees(told) && degrees(said)
}

func (s *shapes) row(row shapeRow) error {
	l := s.layers[len(s.layers)-1]
	if len(row.Cells) != len(l.Columns) {
		return fmt.Errorf("%w: %d cells of %d", errFrame, len(row.Cells), len(l.Columns))
	}
	s.rows++
	f := gnss.Feature{N: len(l.features) + 1}
	for _, c := range row.Cells {
		cell := strings.TrimRight(string(c), "\x00 ")
		s.text += len(cell) + 16
		f.Cells = append(f.Cells, cell)
	}
	if s.text > mostText {
		return refuse(CodeTooLarge, fmt.Sprintf("%s, feature %d", plain(l.Name, 200), f.N))
	}
	for _, p := range row.Parts {
		shape := gnss.FeatureShape{Hole: p.Kind == partHole, Holes: p.Holes, Z: p.Z, Points: p.At}
		switch p.Kind {
		case partPoint:
			shape.Kind = ingest.KindPoints
		case partLine:
			shape.Kind = ingest.KindLine
		case partRing, partHole:
			shape.Kind = ingest.KindRing
		default:
			return fmt.Errorf("%w: a part of kind %d", errFrame, p.Kind)
		}
		if s.vertices += len(p.At) + 1; s.vertices > 2*s.most { // a point is one of each
			return refuse(CodeTooManyVertices, where(int64(f.N)))
		}
		f.Shapes = append(f.Shapes, shape)
	}
	// A feature has the memory of its row, shapes or none.
	if s.features++; s.features > s.most {
		return refuse(CodeTooManyVertices, where(int64(f.N)))
	}
	l.features = append(l.features, f)
	return nil
}

// end holds what came against what the child has counted.
func (s *shapes) end(t tally) error {
	if t.Rows != s.rows {
		return fmt.Errorf("%w: %d features of %d came", errFrame, s.rows, t.Rows)
	}
	return nil
}

// walks makes walks of all that was read.
func (s *shapes) walks(format gnss.Format, limits gnss.Limits) ([]ingest.Walk, error) {
	notes, err := gnss.DecodeAttributes(s.texts(), s.saidGBK)
	if err != nil {
		return nil, err
	}
	made := gnss.NewFeatures(format, limits, s.told)
	for _, l := range s.layers {
		if err := made.Layer(l.FeatureLayer); err != nil {
			return nil, err
		}
		for _, f := range l.features {
			if err := made.Add(f); err != nil {
				return nil, err
			}
		}
	}
	return made.Walks(notes...)
}

// texts are all that a DBF wrote in an encoding of its own.
func (s *shapes) texts() []*string {
	var all []*string
	for _, l := range s.layers {
		for i := range l.Columns {
			all = append(all, &l.Columns[i])
		}
		for _, f := range l.features {
			for i := range f.Cells {
				all = append(all, &f.Cells[i])
			}
		}
	}
	return all
}
