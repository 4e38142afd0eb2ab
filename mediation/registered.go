package mediation

import "encoding/json"

// A RegisteredOverlap is ground of a claim that a register has on a parcel.
type RegisteredOverlap struct {
	Layer   string          // by which people call the register
	Kind    string          // of it: land, forest, water or other
	Feature int64           // id of the parcel in the register
	Area    Measure         // of the common ground, in the working CRS of the case
	LonLat  json.RawMessage // GeoJSON geometry of it, EPSG:4490; nil unless it was asked for
}
