package demo

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/paulmach/orb"
)

// An Area is an administrative area. Ground is in EPSG:4490, longitude first,
// corners to 1e-6 degrees; rings are closed, outer ones counter-clockwise (RFC
// 7946).
type Area struct {
	Code   string // 12 digits: GB/T 2260 and GB/T 10114, padded with zeros
	Name   string
	Level  int    // 1 region, 2 city, 3 county, 4 township
	Parent string // code of the area above; empty for the region
	Ground orb.MultiPolygon
}

const (
	regionCode = "450000"
	regionName = "广西壮族自治区"
)

// Areas returns the region, its 14 cities, its 111 counties and the townships
// of the two counties of the dispute, parents before children.
//
// Names and codes are real; the outlines are invented: cells of a jittered
// honeycomb, given to the nearest seat. Neighbours share their border exactly,
// corner by corner; areas of one level do not overlap, counties cover their
// city and cities the region. The border between 柳江区 and 忻城县, which is
// also the border between their cities, follows the old stream of the sample
// dispute; in truth these counties meet elsewhere.
func Areas(seed uint64) []Area {
	comb := newHoneycomb(seed)
	county := comb.grow()
	town := comb.divide(county)

	areas := []Area{{
		Code: padded(regionCode), Name: regionName, Level: 1,
		Ground: comb.outline(func(int) bool { return true }),
	}}
	for _, p := range cities {
		areas = append(areas, Area{
			Code: padded(p.code), Name: p.name, Level: 2, Parent: padded(regionCode),
			Ground: comb.outline(func(c int) bool { return counties[county[c]].code[:4] == p.code[:4] }),
		})
	}
	for i, p := range counties {
		areas = append(areas, Area{
			Code: padded(p.code), Name: p.name, Level: 3, Parent: padded(p.code[:4] + "00"),
			Ground: comb.outline(func(c int) bool { return county[c] == i }),
		})
	}
	for i, p := range townships {
		areas = append(areas, Area{
			Code: padded(p.code), Name: p.name, Level: 4, Parent: padded(p.code[:6]),
			Ground: comb.outline(func(c int) bool { return town[c] == i }),
		})
	}
	return areas
}

// padded fills a division code up to the 12 digits of the five levels.
func padded(code string) string { return code + "000000000000"[len(code):] }

// WriteAreas writes areas as a GeoJSON FeatureCollection (RFC 7946; EPSG:4490,
// which for this purpose equals WGS 84) with the properties code, name, level
// and parent (null for the region).
func WriteAreas(w io.Writer, areas []Area) error {
	type properties struct {
		Code   string  `json:"code"`
		Name   string  `json:"name"`
		Level  int     `json:"level"`
		Parent *string `json:"parent"`
	}
	type geometry struct {
		Type        string           `json:"type"`
		Coordinates orb.MultiPolygon `json:"coordinates"`
	}
	type feature struct {
		Type       string     `json:"type"`
		Properties properties `json:"properties"`
		Geometry   geometry   `json:"geometry"`
	}
	if _, err := io.WriteString(w, "{\"type\":\"FeatureCollection\",\"features\":[\n"); err != nil {
		return err
	}
	for i, a := range areas {
		f := feature{
			Type:       "Feature",
			Properties: properties{Code: a.Code, Name: a.Name, Level: a.Level},
			Geometry:   geometry{Type: "MultiPolygon", Coordinates: a.Ground},
		}
		if a.Parent != "" {
			f.Properties.Parent = &a.Parent
		}
		line, err := json.Marshal(f)
		if err != nil {
			return err
		}
		end := ",\n"
		if i == len(areas)-1 {
			end = "\n"
		}
		if _, err := fmt.Fprintf(w, "%s%s", line, end); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, "]}\n")
	return err
}
