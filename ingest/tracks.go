package ingest

import (
	"math"

	"jieshi/geo"
)

// Tracks lists the walks of a file that have positions, so that a person can
// choose one. Numbers are those of the file, so they may skip.
func Tracks(walks []Walk) []Track {
	tracks := []Track{}
	for i, w := range walks {
		if len(w.Fixes) > 0 {
			tracks = append(tracks, Track{N: i + 1, Name: w.Name, Kind: w.Kind, Points: len(w.Fixes), Length: lengthOf(w.Fixes)})
		}
	}
	return tracks
}

// lengthOf returns how long a line is over the ground, to a thousandth: enough
// to tell a walk round a hill from one round a house, without a projection.
func lengthOf(fixes []Fix) geo.Metres {
	const equator, ecc2 = 6378137.0, 0.00669438
	var sum float64
	for i := 1; i < len(fixes); i++ {
		a, b := fixes[i-1], fixes[i]
		sin, cos := math.Sincos((a.Lat + b.Lat) / 2 * math.Pi / 180)
		w2 := 1 - ecc2*sin*sin
		east := math.Remainder(b.Lon-a.Lon, 360) * math.Pi / 180 * equator / math.Sqrt(w2) * cos
		north := (b.Lat - a.Lat) * math.Pi / 180 * equator * (1 - ecc2) / (w2 * math.Sqrt(w2))
		sum += math.Hypot(east, north)
	}
	return geo.Metres(math.Round(sum*1000) / 1000)
}
