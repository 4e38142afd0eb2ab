package gnss_test

import (
	"fmt"
	"math"
)

// nmeaLine puts a sentence into its frame: $, checksum, CR LF.
func nmeaLine(body string) string {
	var sum byte
	for i := range len(body) {
		sum ^= body[i]
	}
	return fmt.Sprintf("$%s*%02X\r\n", body, sum)
}

// ecefOfTest is the textbook formula on WGS 84, written out again so that the
// tests do not check the package by itself.
func ecefOfTest(lat, lon, h float64) (x, y, z float64) {
	const a, e2 = 6378137.0, 0.00669437999014
	phi, lambda := lat*math.Pi/180, lon*math.Pi/180
	n := a / math.Sqrt(1-e2*math.Sin(phi)*math.Sin(phi))
	return (n + h) * math.Cos(phi) * math.Cos(lambda), (n + h) * math.Cos(phi) * math.Sin(lambda), (n*(1-e2) + h) * math.Sin(phi)
}
