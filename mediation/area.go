package mediation

import "encoding/json"

// An AreaOutline is an administrative area with its place in the tree and on
// the ground. The outline says where a dispute lies; it is no ownership line.
type AreaOutline struct {
	Area
	Parent  string          // code; empty at the top
	Outline json.RawMessage // GeoJSON Polygon or MultiPolygon, EPSG:4490
}

// A Place is where claims lie among the administrative areas.
type Place struct {
	Areas   []Area // the lowest areas known
	Crosses ThreeCross
	Center  *[2]float64 // lon, lat of the middle of their box; nil without ground
}
