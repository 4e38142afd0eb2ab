package mediation

// Zoom levels of the vector tiles of an audit. Below AuditShapesFrom they have a
// point for what the blocks have found, from it on the overlaps themselves; a map
// draws the tiles of AuditMaxZoom larger beyond it: a step of their grid is 4 cm.
const (
	AuditShapesFrom = 13
	AuditMaxZoom    = 18
)

// A TileLayer is a layer of vector tiles as TileJSON 3.0 tells of it.
type TileLayer struct {
	ID               string
	Fields           map[string]string // name to "Number", "String" or "Boolean"
	MinZoom, MaxZoom int
}

// AuditTileLayers returns the layers that the vector tiles of an audit have. m2
// and mu are plane areas in the CRS of the register; a and b features, n a count.
func AuditTileLayers() []TileLayer {
	return []TileLayer{
		{"blocks", map[string]string{"n": "Number", "m2": "Number", "mu": "Number"}, 0, AuditShapesFrom - 1},
		{"overlaps", map[string]string{"a": "Number", "b": "Number", "m2": "Number", "mu": "Number"}, AuditShapesFrom, AuditMaxZoom},
	}
}
