package gnss

import (
	"bufio"
	"encoding/json"
	"fmt"

	"jieshi/ingest"
)

// A geojsonReader reads a GeoJSON document as it streams by. Members may stand
// in any order, so an object is understood when it ends.
type geojsonReader struct {
	json   *jsonReader
	limits Limits
	walks  []ingest.Walk
	points []ingest.Fix // shapes that are points, in order
	fixes  int          // over all walks, points and the shape in hand
	nodes  int          // arrays of positions, likewise
	notes  notes
}

// readGeoJSON reads a drawn boundary (RFC 7946): a walk for each line and each
// ring, in the order of the file, of any LineString, Polygon, their multiples,
// collections and features, and one of kind points for all points together.
// Quality is unknown, and times there are none.
//
// A ring keeps its last position, which repeats the first. A hole is a walk of
// its own behind its outer ring; both are noted, since no walk can say that one
// is taken from the other. A third ordinate is a height above the ellipsoid
// (RFC 7946 §3.1.1).
//
// Unlike a recording, a drawing is refused for a single bad corner.
func readGeoJSON(br *bufio.Reader, limits Limits) ([]ingest.Walk, error) {
	g := &geojsonReader{json: newJSONReader(br), limits: limits}
	token, err := g.json.next()
	if err != nil {
		return nil, err
	}
	if token != json.Delim('{') {
		return nil, g.refuse("文件不是 GeoJSON 对象", "the document is not an object")
	}
	if err := g.object(); err != nil {
		return nil, err
	}
	if err := g.json.end(); err != nil {
		return nil, err
	}
	if len(g.points) > 0 {
		g.walks = append(g.walks, ingest.Walk{Format: string(FormatGeoJSON), Kind: ingest.KindPoints, Fixes: g.points})
	}
	if len(g.walks) == 0 {
		return nil, refuse(CodeNoLine, "",
			text("文件中没有线、面或点。", "The file has no line, polygon or point."),
			text("请导出边界线或地块面（LineString 或 Polygon）后再上传。", "Export the boundary as a line or polygon and upload that."))
	}
	found := g.notes.list()
	for i := range g.walks {
		g.walks[i].Notes = append(g.walks[i].Notes, found...)
	}
	return g.walks, nil
}

// A geojsonObject is what was read of one object.
type geojsonObject struct {
	line   int
	first  int // the first of its walks
	points int // how many points there were before
	kind   string
	name   string
	coords *coordinates
	seen   map[string]bool
}

// object reads the object whose brace was read last, and appends its walks.
func (g *geojsonReader) object() error {
	o := &geojsonObject{line: g.json.line(), first: len(g.walks), points: len(g.points), seen: map[string]bool{}}
	for g.json.more() {
		key, err := g.json.key()
		if err != nil {
			return err
		}
		if err := g.member(o, key); err != nil {
			return err
		}
	}
	if _, err := g.json.next(); err != nil { // the closing brace
		return err
	}
	return g.finish(o)
}

func (g *geojsonReader) member(o *geojsonObject, key string) error {
	switch key {
	case "type", "coordinates", "geometry", "geometries", "features", "crs", "properties":
		if o.seen[key] {
			return g.refuse("成员“"+key+"”出现两次", "the member "+key+" is there twice")
		}
		o.seen[key] = true
	}
	switch key {
	case "type":
		kind, err := g.json.text()
		o.kind = kind
		return err
	case "coordinates":
		coords, err := g.coordinates()
		o.coords = coords
		return err
	case "geometry":
		return g.geometry()
	case "geometries", "features":
		return g.list(key)
	case "crs":
		return g.crs()
	case "properties":
		return g.properties(o)
	case "id":
		id, err := g.json.text()
		if o.name == "" {
			o.name = cleanName(id)
		}
		return err
	}
	return g.json.skip()
}

// geometry reads the geometry of a feature, which may be null.
func (g *geojsonReader) geometry() error {
	token, err := g.json.next()
	switch {
	case err != nil:
		return err
	case token == nil:
		g.notes.once(notePoints, g.json.line(), "a feature has no geometry")
		return nil
	case token != json.Delim('{'):
		return g.refuse("geometry 不是对象", "a geometry is not an object")
	}
	return g.object()
}

// list reads the objects of a collection.
func (g *geojsonReader) list(key string) error {
	token, err := g.json.next()
	if err != nil {
		return err
	}
	if token != json.Delim('[') {
		return g.refuse(key+" 不是数组", key+" is not an array")
	}
	for g.json.more() {
		token, err := g.json.next()
		if err != nil {
			return err
		}
		if token != json.Delim('{') {
			return g.refuse(key+" 中有不是对象的元素", "an element of "+key+" is not an object")
		}
		if err := g.object(); err != nil {
			return err
		}
	}
	_, err = g.json.next()
	return err
}

// nameKeys are the properties that a shape is called by, best first.
var nameKeys = []string{"name", "名称", "Name", "NAME", "title"}

func (g *geojsonReader) properties(o *geojsonObject) error {
	token, err := g.json.next()
	if err != nil || token == nil {
		return err
	}
	if token != json.Delim('{') {
		return g.refuse("properties 不是对象", "properties is not an object")
	}
	best := len(nameKeys)
	for g.json.more() {
		key, err := g.json.key()
		if err != nil {
			return err
		}
		value, err := g.json.text()
		if err != nil {
			return err
		}
		for rank, name := range nameKeys[:best] {
			if key == name && value != "" {
				o.name, best = cleanName(value), rank
				break
			}
		}
	}
	_, err = g.json.next()
	return err
}

// finish understands an object, now that all of it was read.
func (g *geojsonReader) finish(o *geojsonObject) error {
	switch o.kind {
	case "Feature":
		g.nameWalks(o)
		return o.must(g, "geometry")
	case "FeatureCollection":
		return o.must(g, "features")
	case "GeometryCollection":
		return o.must(g, "geometries")
	case "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon":
		if err := o.must(g, "coordinates"); err != nil {
			return err
		}
		return g.shape(o)
	case "":
		return g.refuse("对象没有 type，不是 GeoJSON", "an object has no type, so this is not GeoJSON")
	}
	return g.refuse("type 是“"+excerpt(o.kind)+"”，不是 GeoJSON 的类型", "the type "+excerpt(o.kind)+" is not one of GeoJSON")
}

// must makes sure that the object has the one member that its type lives by,
// and none of the others': those would be read, and belong to nothing.
func (o *geojsonObject) must(g *geojsonReader, own string) error {
	for _, key := range []string{"coordinates", "geometry", "geometries", "features"} {
		switch {
		case key == own && !o.seen[key]:
			return g.refuse(o.kind+" 没有 "+key, "a "+o.kind+" has no "+key)
		case key != own && o.seen[key]:
			return g.refuse(o.kind+" 不应有 "+key, "a "+o.kind+" cannot have "+key)
		}
	}
	return nil
}

// nameWalks gives the walks of a feature its name, numbered if there are more,
// and its points.
func (g *geojsonReader) nameWalks(o *geojsonObject) {
	for i := range g.points[o.points:] {
		g.points[o.points+i].Name = o.name
	}
	walks := g.walks[o.first:]
	for i := range walks {
		walks[i].Name = o.name
		if len(walks) > 1 && o.name != "" {
			walks[i].Name = fmt.Sprintf("%s #%d", o.name, i+1)
		}
	}
}

func (g *geojsonReader) refuse(zh, en string) *ingest.Refusal {
	return refuse(CodeGeoJSON, atLine(g.json.line()),
		text("GeoJSON 有误："+zh+"。", "The GeoJSON is wrong: "+en+"."),
		text("请用 QGIS 等软件重新导出为 GeoJSON（WGS 84 或 CGCS2000 经纬度）。", "Export it again as GeoJSON (longitude and latitude on WGS 84 or CGCS2000), for example from QGIS."))
}
