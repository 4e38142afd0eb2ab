package gnss

import (
	"encoding/json"
	"fmt"
	"math"

	"jieshi/ingest"
)

// coordinates are nested arrays with positions at the bottom: an array has
// either positions or arrays in it, never both.
type coordinates struct {
	line      int
	number    bool // the array is itself a position
	positions []ingest.Fix
	parts     []*coordinates
}

// maxNodes bounds arrays of positions: an empty one takes three bytes in the
// file and a hundred here.
const maxNodes = 4 * maxWalks

// coordinates reads the value of a coordinates member.
func (g *geojsonReader) coordinates() (*coordinates, error) {
	token, err := g.json.next()
	if err != nil {
		return nil, err
	}
	if token != json.Delim('[') {
		return nil, g.refuse("coordinates 不是数组", "coordinates is not an array")
	}
	fix, c, err := g.array()
	if c == nil {
		c = &coordinates{number: true, positions: []ingest.Fix{fix}}
	}
	return c, err
}

// array reads the array whose bracket was read last: a position, of which c is
// then nil, or an array of arrays.
func (g *geojsonReader) array() (fix ingest.Fix, c *coordinates, err error) {
	for g.json.more() {
		token, err := g.json.next()
		if err != nil {
			return fix, nil, err
		}
		if v, ok := token.(float64); ok && c == nil {
			fix, err = g.position(v)
			return fix, nil, err
		}
		if token != json.Delim('[') {
			return fix, nil, g.refuse("坐标中有不是数字的值", "there is something other than numbers in the coordinates")
		}
		if c, err = g.node(c); err != nil {
			return fix, nil, err
		}
		if err := g.element(c); err != nil {
			return fix, nil, err
		}
	}
	if c, err = g.node(c); err != nil {
		return fix, nil, err
	}
	_, err = g.json.next()
	return fix, c, err
}

// node makes the array of arrays when it turns out to be one.
func (g *geojsonReader) node(c *coordinates) (*coordinates, error) {
	if c != nil {
		return c, nil
	}
	line := g.json.line()
	if g.nodes++; g.nodes > maxNodes {
		return nil, refuseTooManyTracks(line)
	}
	return &coordinates{line: line}, nil
}

// element reads the array whose bracket was read last into c.
func (g *geojsonReader) element(c *coordinates) error {
	fix, part, err := g.array()
	switch {
	case err != nil:
		return err
	case part == nil && len(c.parts) == 0:
		c.positions = append(c.positions, fix)
	case part != nil && len(c.positions) == 0:
		c.parts = append(c.parts, part)
	default:
		return g.refuse("坐标的嵌套层次不一致", "the coordinates are nested unevenly")
	}
	return nil
}

// position reads the rest of a position whose first number is lon.
func (g *geojsonReader) position(lon float64) (ingest.Fix, error) {
	v, n := [3]float64{lon}, 1
	for ; g.json.more(); n++ {
		token, err := g.json.next()
		if err != nil {
			return ingest.Fix{}, err
		}
		x, ok := token.(float64)
		if !ok {
			return ingest.Fix{}, g.refuse("坐标中有不是数字的值", "there is something other than numbers in the coordinates")
		}
		if n < len(v) {
			v[n] = x
		}
	}
	if _, err := g.json.next(); err != nil {
		return ingest.Fix{}, err
	}
	line := g.json.line()
	if n < 2 {
		return ingest.Fix{}, g.refuse("有坐标不足两个分量", "a position has fewer than two numbers")
	}
	if n > len(v) {
		g.notes.once(noteOrdinates, line, "a position has %d numbers; those behind the third were left out", n)
	}
	if !lonLatInRange(v[0], v[1]) {
		return ingest.Fix{}, refuseOutOfRange(v[0], v[1], line)
	}
	if g.fixes++; g.fixes > g.limits.MaxFixes {
		return ingest.Fix{}, refuseTooManyFixes(g.limits.MaxFixes, line)
	}
	fix := ingest.Fix{Lon: v[0], Lat: v[1], Quality: ingest.QualityUnknown, HeightType: ingest.HeightUnknown, Line: line}
	if n > 2 {
		fix.Height, fix.HeightType = v[2], ingest.HeightEllipsoidal
	}
	return fix, nil
}

// refuseOutOfRange guesses from the size of the numbers what they are.
func refuseOutOfRange(x, y float64, line int) *ingest.Refusal {
	zh := fmt.Sprintf("坐标 (%g, %g) 不是经纬度。", x, y)
	en := fmt.Sprintf("The position (%g, %g) is not longitude and latitude.", x, y)
	remedy := text("请导出为 WGS 84 或 CGCS2000 经纬度（EPSG:4326 或 4490）。", "Export it in longitude and latitude on WGS 84 or CGCS2000 (EPSG:4326 or 4490).")
	switch {
	case math.Max(math.Abs(x), math.Abs(y)) > 1000:
		zh += "看起来是以米为单位的投影坐标（例如 CGCS2000 高斯-克吕格坐标）。"
		en += " It looks projected, in metres (for example CGCS2000 Gauss-Krueger)."
	case lonLatInRange(y, x):
		zh += "看起来纬度写在了经度前面。"
		en += " Latitude seems to stand before longitude."
		remedy = text("GeoJSON 要求经度在前、纬度在后，请改正顺序后再上传。", "GeoJSON wants longitude first and latitude second; change the order and upload again.")
	}
	return refuse(CodeOutOfRange, atLine(line), text(zh, en), remedy)
}

// shape makes walks of a geometry.
func (g *geojsonReader) shape(o *geojsonObject) error {
	c := o.coords
	switch o.kind {
	case "Point", "MultiPoint":
		if len(c.parts) > 0 {
			return g.refuse("坐标的嵌套层次与类型不符", "the coordinates are not nested as their type asks")
		}
		g.points = append(g.points, c.positions...)
		return nil
	case "LineString":
		return g.line(c)
	case "MultiLineString":
		return g.each(c, g.line)
	case "Polygon":
		return g.polygon(c)
	default: // MultiPolygon
		return g.each(c, g.polygon)
	}
}

func (g *geojsonReader) each(c *coordinates, shape func(*coordinates) error) error {
	if len(c.positions) > 0 {
		return g.refuse("坐标的嵌套层次与类型不符", "the coordinates are not nested as their type asks")
	}
	for _, part := range c.parts {
		if err := shape(part); err != nil {
			return err
		}
	}
	return nil
}

func (g *geojsonReader) line(c *coordinates) error {
	return g.walk(c, ingest.KindLine, 2, nil)
}

// polygon makes a walk of each ring. An open ring is kept open: whether it
// closes is for the walk's report, and for a person, to say.
func (g *geojsonReader) polygon(c *coordinates) error {
	if len(c.positions) > 0 || len(c.parts) == 0 {
		return g.refuse("面没有边界环", "a polygon has no rings")
	}
	for i, ring := range c.parts {
		n := notes{}
		if last := len(ring.positions) - 1; last >= 0 {
			a, b := ring.positions[0], ring.positions[last]
			if a.Lon != b.Lon || a.Lat != b.Lat {
				n.add(noteRingOpen, b.Line, "the ring does not end where it began")
			}
		}
		switch holes := len(c.parts) - 1; {
		case i > 0:
			n.add(noteHole, ring.line, "this is a hole of the polygon before it")
		case holes > 0:
			n.add(noteHole, ring.line, "the polygon has %d holes, which are the next walks; they are not subtracted from this one", holes)
		}
		if err := g.walk(ring, ingest.KindRing, 4, n.list()); err != nil {
			return err
		}
	}
	return nil
}

func (g *geojsonReader) walk(c *coordinates, kind ingest.Kind, least int, found []ingest.Note) error {
	if c.number || len(c.parts) > 0 {
		return g.refuse("坐标的嵌套层次与类型不符", "the coordinates are not nested as their type asks")
	}
	if len(c.positions) < least {
		return g.refuse(fmt.Sprintf("一条线或环只有 %d 个点，至少要有 %d 个", len(c.positions), least),
			fmt.Sprintf("a line or ring has %d positions and needs %d", len(c.positions), least))
	}
	if len(g.walks) >= maxWalks {
		return refuseTooManyTracks(c.line)
	}
	g.walks = append(g.walks, ingest.Walk{Format: string(FormatGeoJSON), Kind: kind, Fixes: c.positions, Notes: found})
	return nil
}
