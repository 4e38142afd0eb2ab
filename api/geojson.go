package api

import (
	"encoding/json"
	"math"
	"strconv"
)

// pointOf returns a GeoJSON point of lon and lat, to 8 decimals (1 mm).
func pointOf(lonLat [2]float64) json.RawMessage {
	b := append(make([]byte, 0, 64), `{"type":"Point","coordinates":[`...)
	b = strconv.AppendFloat(b, toMillimetre(lonLat[0]), 'f', -1, 64)
	b = append(b, ',')
	b = strconv.AppendFloat(b, toMillimetre(lonLat[1]), 'f', -1, 64)
	return append(b, "]}"...)
}

func toMillimetre(degrees float64) float64 { return math.Round(degrees*1e8) / 1e8 }

func positionOf(lonLat *[2]float64) *[]float64 {
	if lonLat == nil {
		return nil
	}
	return &[]float64{toMillimetre(lonLat[0]), toMillimetre(lonLat[1])}
}
