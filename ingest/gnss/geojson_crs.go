package gnss

import (
	"encoding/json"
	"strings"

	"jieshi/ingest"
)

// geographic are the endings of the names of the coordinate systems that a
// walk can be in. In a crs member all of them mean longitude first, which is
// how GeoJSON was always written, whatever the registry says.
var geographic = []string{"OGC:1.3:CRS84", "OGC::CRS84", "OGC/1.3/CRS84", "OGC:CRS84", "CRS84", "EPSG::4326", "EPSG/0/4326", "EPSG:4326", "EPSG::4490", "EPSG/0/4490", "EPSG:4490"}

// crs reads a crs member, which GeoJSON had until 2016. A system other than
// WGS 84 and CGCS2000 is refused by name, and a link is never followed.
func (g *geojsonReader) crs() error {
	token, err := g.json.next()
	if err != nil {
		return err
	}
	if token == nil {
		return g.refuseCRS("null")
	}
	if token != json.Delim('{') {
		return g.refuseCRS("?")
	}
	var kind, name string
	for g.json.more() {
		key, err := g.json.key()
		if err != nil {
			return err
		}
		switch key {
		case "type":
			kind, err = g.json.text()
		case "properties":
			name, err = g.crsName()
		default:
			err = g.json.skip()
		}
		if err != nil {
			return err
		}
	}
	if _, err := g.json.next(); err != nil {
		return err
	}
	if kind == "name" {
		for _, known := range geographic {
			if strings.EqualFold(name, known) || strings.HasSuffix(strings.ToUpper(name), ":"+known) || strings.HasSuffix(strings.ToUpper(name), "/"+known) {
				return nil
			}
		}
	}
	return g.refuseCRS(kind + " " + name)
}

func (g *geojsonReader) crsName() (string, error) {
	token, err := g.json.next()
	if err != nil || token != json.Delim('{') {
		return "", err
	}
	var name string
	for g.json.more() {
		key, err := g.json.key()
		if err != nil {
			return "", err
		}
		value, err := g.json.text()
		if err != nil {
			return "", err
		}
		if key == "name" || key == "href" {
			name = value
		}
	}
	_, err = g.json.next()
	return name, err
}

func (g *geojsonReader) refuseCRS(seen string) *ingest.Refusal {
	return refuse(CodeCRS, atLine(g.json.line()),
		text("GeoJSON 声明的坐标系是“"+excerpt(seen)+"”。", "The GeoJSON declares the coordinate system "+excerpt(seen)+"."),
		text("请导出为 WGS 84 或 CGCS2000 经纬度（EPSG:4326 或 4490）。", "Export it in longitude and latitude on WGS 84 or CGCS2000 (EPSG:4326 or 4490)."))
}
