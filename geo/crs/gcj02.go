package crs

import "math"

// GCJ-02 is the displaced datum in which Chinese map services (AutoNavi,
// Tencent) return positions. The algorithm was never published; this is the
// commonly known reconstruction, which has been found 0.4 m off on average
// against control points. A line converted from GCJ-02 is for reference only,
// never a measured boundary, and its original coordinates must be kept.

// Constants of the reconstruction, which uses the Krassowsky ellipsoid.
const (
	gcjAxis = 6378245.0
	gcjE2   = 0.00669342162296594323
)

// ToGCJ02 returns where GCJ-02 displaces a WGS 84 / CGCS2000 position to
// (degrees). It applies the displacement wherever it is asked; map services
// leave places outside China alone. For reference only.
func ToGCJ02(lon, lat float64) (gcjLon, gcjLat float64) {
	dLon, dLat := gcjShift(lon, lat)
	return lon + dLon, lat + dLat
}

// FromGCJ02 returns the WGS 84 / CGCS2000 position that [ToGCJ02] displaces to
// gcjLon, gcjLat (degrees), to 1e-11 degrees against the reconstruction, which
// itself is 0.4 m uncertain. For reference only: the result can never be a
// measured boundary. Positions that are not finite stay so.
func FromGCJ02(gcjLon, gcjLat float64) (lon, lat float64) {
	lon, lat = gcjLon, gcjLat
	for range 8 { // each step gains more than three digits
		dLon, dLat := gcjShift(lon, lat)
		nextLon, nextLat := gcjLon-dLon, gcjLat-dLat
		done := math.Abs(nextLon-lon) < 1e-12 && math.Abs(nextLat-lat) < 1e-12
		lon, lat = nextLon, nextLat
		if done {
			break
		}
	}
	return lon, lat
}

// GCJ02Offset returns how far GCJ-02 moves a position, in metres east and north
// on the CGCS2000 ellipsoid. In Guangxi that is 360 to 660 m to the south-east:
// a phone track that misses by this vector is a GCJ-02 track. For reference only.
func GCJ02Offset(lon, lat float64) (east, north float64) {
	dLon, dLat := gcjShift(lon, lat)
	sin, cos := math.Sincos(lat * math.Pi / 180)
	w2 := 1 - cgcs2000Ellipsoid.e2*sin*sin
	n := cgcs2000Ellipsoid.a / math.Sqrt(w2)
	m := n * (1 - cgcs2000Ellipsoid.e2) / w2
	return dLon * math.Pi / 180 * n * cos, dLat * math.Pi / 180 * m
}

// gcjShift returns the displacement in degrees.
func gcjShift(lon, lat float64) (dLon, dLat float64) {
	x, y := lon-105, lat-35
	wave := func(v, scale float64) float64 { return math.Sin(v * math.Pi / scale) }
	common := (20*wave(6*x, 1) + 20*wave(2*x, 1)) * 2 / 3
	dLat = -100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*math.Sqrt(math.Abs(x)) + common +
		(20*wave(y, 1)+40*wave(y, 3))*2/3 + (160*wave(y, 12)+320*wave(y, 30))*2/3
	dLon = 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*math.Sqrt(math.Abs(x)) + common +
		(20*wave(x, 1)+40*wave(x, 3))*2/3 + (150*wave(x, 12)+300*wave(x, 30))*2/3
	sin, cos := math.Sincos(lat * math.Pi / 180)
	w2 := 1 - gcjE2*sin*sin
	w := math.Sqrt(w2)
	dLat *= 180 / (gcjAxis * (1 - gcjE2) / (w2 * w) * math.Pi)
	dLon *= 180 / (gcjAxis / w * cos * math.Pi)
	return dLon, dLat
}
