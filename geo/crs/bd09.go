package crs

import "math"

// BD-09 is what Baidu makes of GCJ-02: another displacement on top of it, turning
// round a point east of Iceland. It was never published either; this is the
// commonly known reconstruction. For reference only, as with GCJ-02.

// bdPi is π·3000/180 as the reconstruction has it.
const bdPi = math.Pi * 3000 / 180

// ToBD09 returns where BD-09 displaces a WGS 84 / CGCS2000 position to (degrees).
// For reference only.
func ToBD09(lon, lat float64) (bdLon, bdLat float64) {
	return gcjToBD(ToGCJ02(lon, lat))
}

// FromBD09 returns the WGS 84 / CGCS2000 position that [ToBD09] displaces to bdLon,
// bdLat (degrees), to 1e-10 degrees against the reconstruction. For reference only:
// the result can never be a measured boundary.
func FromBD09(bdLon, bdLat float64) (lon, lat float64) {
	// The displacement changes so little over itself that each step gains two digits.
	gcjLon, gcjLat := bdLon, bdLat
	for range 12 {
		lon, lat := gcjToBD(gcjLon, gcjLat)
		dLon, dLat := bdLon-lon, bdLat-lat
		gcjLon, gcjLat = gcjLon+dLon, gcjLat+dLat
		if math.Abs(dLon) < 1e-12 && math.Abs(dLat) < 1e-12 {
			break
		}
	}
	return FromGCJ02(gcjLon, gcjLat)
}

func gcjToBD(lon, lat float64) (bdLon, bdLat float64) {
	r := math.Hypot(lon, lat) + 0.00002*math.Sin(lat*bdPi)
	angle := math.Atan2(lat, lon) + 0.000003*math.Cos(lon*bdPi)
	return r*math.Cos(angle) + 0.0065, r*math.Sin(angle) + 0.006
}
