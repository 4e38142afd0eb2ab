package vector

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"github.com/paulmach/orb"
)

// lonLatDigits gives about a millimetre on the ground, which is what GNSS has
// (RFC 7946, section 11.2).
const lonLatDigits = 8

// WriteGeoJSON writes l as a FeatureCollection of RFC 7946: longitude and
// latitude with 8 decimals, outer rings anticlockwise and inner ones clockwise,
// flat properties in the order of the fields, null for a value that there is
// not. Equal layers give equal bytes. The features of l are in degrees; others
// are an error, as is a coordinate that no place on earth has.
func WriteGeoJSON(w io.Writer, l Layer) error {
	if !l.LonLat {
		return fmt.Errorf("vector: layer %s is not in longitude and latitude", l.Name)
	}
	out := bufio.NewWriter(w)
	name, err := json.Marshal(l.Name)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, `{"type":"FeatureCollection","name":%s,"features":[`, name)
	err = l.each(func(n int, f Feature) error {
		b, err := feature(l, f)
		if err != nil {
			return fmt.Errorf("feature %d of layer %s: %w", n, l.Name, err)
		}
		separator := ",\n"
		if n == 1 {
			separator = "\n"
		}
		out.WriteString(separator)
		_, err = out.Write(b)
		return err
	})
	if err != nil {
		return err
	}
	out.WriteString("\n]}\n")
	return out.Flush()
}

func feature(l Layer, f Feature) ([]byte, error) {
	b := []byte(`{"type":"Feature","geometry":`)
	b, err := appendGeometry(b, f.Geometry)
	if err != nil {
		return nil, err
	}
	b = append(b, `,"properties":{`...)
	for i, v := range f.Values {
		if i > 0 {
			b = append(b, ',')
		}
		name, err := json.Marshal(l.Fields[i].Name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(v)
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", l.Fields[i].Name, err)
		}
		b = append(append(append(b, name...), ':'), value...)
	}
	return append(b, '}', '}'), nil
}

func appendGeometry(b []byte, g orb.Geometry) ([]byte, error) {
	if err := checkLonLat(g); err != nil {
		return nil, err
	}
	b = append(b, `{"type":"`+g.GeoJSONType()+`","coordinates":`...)
	switch g := g.(type) {
	case orb.Point:
		b = appendPoint(b, g)
	case orb.LineString:
		b = appendList(b, g, appendPoint)
	case orb.Polygon:
		b = appendPolygon(b, g)
	case orb.MultiPolygon:
		b = appendList(b, g, appendPolygon)
	}
	return append(b, '}'), nil
}

func appendPolygon(b []byte, polygon orb.Polygon) []byte {
	return appendList(b, Wind(polygon), func(b []byte, r orb.Ring) []byte { return appendList(b, r, appendPoint) })
}

func appendList[T any](b []byte, items []T, each func([]byte, T) []byte) []byte {
	b = append(b, '[')
	for i, item := range items {
		if i > 0 {
			b = append(b, ',')
		}
		b = each(b, item)
	}
	return append(b, ']')
}

func appendPoint(b []byte, p orb.Point) []byte {
	b = strconv.AppendFloat(append(b, '['), p[0], 'f', lonLatDigits, 64)
	b = strconv.AppendFloat(append(b, ','), p[1], 'f', lonLatDigits, 64)
	return append(b, ']')
}

// Wind returns polygon with its outer ring anticlockwise and its inner rings
// clockwise (RFC 7946, section 3.1.6). Each ring keeps its first vertex; the
// input is not changed.
func Wind(polygon orb.Polygon) orb.Polygon {
	out := make(orb.Polygon, len(polygon))
	for i, ring := range polygon {
		want := orb.CCW
		if i > 0 {
			want = orb.CW
		}
		out[i] = slices.Clone(ring)
		if len(ring) > 0 && orientation(ring) != want {
			slices.Reverse(out[i])
		}
	}
	return out
}

// orientation is that of the ring's area about its first vertex, so that small
// rings with large coordinates keep their sign.
func orientation(ring orb.Ring) orb.Orientation {
	var twice float64
	for i := 1; i < len(ring); i++ {
		ax, ay := ring[i-1][0]-ring[0][0], ring[i-1][1]-ring[0][1]
		bx, by := ring[i][0]-ring[0][0], ring[i][1]-ring[0][1]
		twice += ax*by - ay*bx
	}
	if twice < 0 {
		return orb.CW
	}
	return orb.CCW
}

func checkLonLat(g orb.Geometry) error {
	if p, ok := g.(orb.Point); ok {
		g = orb.LineString{p}
	}
	return eachLine(g, func(points []orb.Point) error {
		for _, p := range points {
			if !(math.Abs(p[0]) <= 180 && math.Abs(p[1]) <= 90) { // so that NaN is caught too
				return fmt.Errorf("vector: there is no place at longitude %v, latitude %v", p[0], p[1])
			}
		}
		return nil
	})
}
