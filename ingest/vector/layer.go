package vector

import (
	"fmt"
	"math"
	"strings"

	"github.com/paulmach/orb"
)

// A Layer is a table of features of one kind of geometry.
type Layer struct {
	Name     string // of the table or collection, e.g. "pieces"
	Geometry GeometryType
	// LonLat says that the features are in degrees on EPSG:4490. In a
	// GeoPackage they are then projected into the CRS of the file.
	LonLat   bool
	Fields   []Field
	Features []Feature
	// Each, if not nil, has the features instead: it hands them to take one after
	// the other, the same ones at each call, and ends with the error of take, if any.
	// So a layer may be larger than memory.
	Each func(take func(Feature) error) error
}

// A GeometryType is the type of every geometry of a layer.
type GeometryType string

// The geometry types, named as in GeoJSON.
const (
	Point        GeometryType = "Point"
	LineString   GeometryType = "LineString"
	Polygon      GeometryType = "Polygon"
	MultiPolygon GeometryType = "MultiPolygon"
)

// A Field is one attribute of the features of a layer. Its unit is in its name:
// "area_m2", "sigma_m".
type Field struct {
	Name string
	Type FieldType
}

// A FieldType is the type of an attribute.
type FieldType string

// The field types; in Go int, int64, float64, string and bool.
const (
	Integer FieldType = "integer"
	Long    FieldType = "integer64"
	Real    FieldType = "real"
	Text    FieldType = "text"
	Boolean FieldType = "boolean" // 0 and 1 in a GeoPackage
)

// A Feature is one geometry with a value for each field of its layer, in their
// order; nil means that there is none.
type Feature struct {
	Geometry orb.Geometry
	Values   []any
}

// each calls take with every feature and its number, from 1. The first one that
// does not fit the layer is an error.
func (l Layer) each(take func(n int, f Feature) error) error {
	n := 0
	checked := func(f Feature) error {
		n++
		if err := l.check(n, f); err != nil {
			return err
		}
		return take(n, f)
	}
	if l.Each != nil {
		return l.Each(checked)
	}
	for _, f := range l.Features {
		if err := checked(f); err != nil {
			return err
		}
	}
	return nil
}

// check says whether the nth feature fits the layer.
func (l Layer) check(n int, f Feature) error {
	if f.Geometry == nil || f.Geometry.GeoJSONType() != string(l.Geometry) {
		return fmt.Errorf("vector: feature %d of layer %s is not a %s", n, l.Name, l.Geometry)
	}
	if len(f.Values) != len(l.Fields) {
		return fmt.Errorf("vector: feature %d of layer %s has %d values for %d fields", n, l.Name, len(f.Values), len(l.Fields))
	}
	for j, v := range f.Values {
		if !l.Fields[j].holds(v) {
			return fmt.Errorf("vector: field %s of feature %d of layer %s is %s, not %#v", l.Fields[j].Name, n, l.Name, l.Fields[j].Type, v)
		}
	}
	return nil
}

func (f Field) holds(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case int:
		return f.Type == Integer && v == int(int32(v)) // OGR's integers have 32 bits
	case int64:
		return f.Type == Long
	case float64:
		return f.Type == Real && !math.IsNaN(v) && !math.IsInf(v, 0) // JSON has neither
	case string:
		return f.Type == Text && !strings.ContainsRune(v, 0) // C ends there
	case bool:
		return f.Type == Boolean
	}
	return false
}
