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

// check reports the first feature that does not fit its layer.
func (l Layer) check() error {
	for i, f := range l.Features {
		if f.Geometry == nil || f.Geometry.GeoJSONType() != string(l.Geometry) {
			return fmt.Errorf("vector: feature %d of layer %s is not a %s", i+1, l.Name, l.Geometry)
		}
		if len(f.Values) != len(l.Fields) {
			return fmt.Errorf("vector: feature %d of layer %s has %d values for %d fields", i+1, l.Name, len(f.Values), len(l.Fields))
		}
		for j, v := range f.Values {
			if !l.Fields[j].holds(v) {
				return fmt.Errorf("vector: field %s of feature %d of layer %s is %s, not %#v", l.Fields[j].Name, i+1, l.Name, l.Fields[j].Type, v)
			}
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
