package crs

import (
	"errors"
	"fmt"
	"math"
)

// A SRID is the EPSG code of a coordinate reference system. Zero is none.
type SRID int

// CGCS2000 is the geographic CRS in which positions are kept beside the plane
// ones; WGS84 is what receivers report and is taken as equal to it.
const (
	CGCS2000 SRID = 4490
	WGS84    SRID = 4326
)

// ErrOutsideUTM says that a position lies nearer to a pole than UTM reaches
// (80°S to 84°N), or is no position at all.
var ErrOutsideUTM = errors.New("crs: the position is not between 180°W and 180°E, 80°S and 84°N")

// WorkingSRID returns the CRS in which a case at lon, lat (degrees) is measured:
// inside China the CGCS2000 3-degree Gauss-Krueger zone without prefix, EPSG
// 4509 + z with z = floor((L + 1.5)/3), which are 4534 to 4554; elsewhere WGS 84
// / UTM, EPSG 32600 + zone north and 32700 + zone south of the equator.
//
// Whether a place is inside China is asked of a coarse outline ([InsideChina]);
// near the border the answer may be the other grid, which measures as well, and
// a case may state its SRID instead. The widened UTM zones of Norway and
// Svalbard are not followed: the plain six-degree zone serves there, too.
//
// A position outside UTM, or one that is not finite, is [ErrOutsideUTM].
func WorkingSRID(lon, lat float64) (SRID, error) {
	if !(math.Abs(lon) <= 180 && lat >= -80 && lat <= 84) {
		return 0, fmt.Errorf("%w: %v, %v", ErrOutsideUTM, lon, lat)
	}
	if InsideChina(lon, lat) {
		return SRID(4509 + int(math.Floor((lon+1.5)/3))), nil
	}
	zone := min(int(math.Floor((lon+180)/6))+1, 60) // 180°E belongs to zone 60
	if lat < 0 {
		return SRID(32700 + zone), nil
	}
	return SRID(32600 + zone), nil
}

// A grid is a family of transverse Mercator zones with consecutive EPSG codes.
type grid struct {
	first, last SRID
	width       int  // degrees
	zone        int  // number of the first zone
	prefix      bool // the zone number stands before the easting, in millions
	cgcs2000    bool // else WGS 84 / UTM
	south       bool
	central     func(zone int) float64
}

var grids = []grid{
	{first: 4534, last: 4554, width: 3, zone: 25, cgcs2000: true, central: gauss3},
	{first: 4513, last: 4533, width: 3, zone: 25, cgcs2000: true, central: gauss3, prefix: true},
	{first: 4502, last: 4512, width: 6, zone: 13, cgcs2000: true, central: gauss6},
	{first: 4491, last: 4501, width: 6, zone: 13, cgcs2000: true, central: gauss6, prefix: true},
	{first: 32601, last: 32660, width: 6, zone: 1, central: utm},
	{first: 32701, last: 32760, width: 6, zone: 1, central: utm, south: true},
}

func gauss3(zone int) float64 { return float64(3 * zone) }
func gauss6(zone int) float64 { return float64(6*zone - 3) }
func utm(zone int) float64    { return float64(6*zone - 183) }

// gridOf returns the family and the zone number of s.
func gridOf(s SRID) (grid, int, bool) {
	for _, g := range grids {
		if s >= g.first && s <= g.last {
			return g, g.zone + int(s-g.first), true
		}
	}
	return grid{}, 0, false
}

// IsWorking says whether s can be the working CRS of a case: CGCS2000 3-degree
// zones without prefix and WGS 84 / UTM.
func (s SRID) IsWorking() bool {
	g, _, ok := gridOf(s)
	return ok && (!g.cgcs2000 || g.width == 3 && !g.prefix)
}

// CentralMeridian returns the central meridian of s in degrees east, and whether
// s is one of the grids that this package knows.
func (s SRID) CentralMeridian() (degrees float64, ok bool) {
	g, zone, ok := gridOf(s)
	if !ok {
		return 0, false
	}
	return g.central(zone), true
}

// ZoneLabel says in Chinese and English what s is, as it is printed on maps:
// "CGCS2000 / 3°带 CM 108°". A code that this package does not know is printed
// as "EPSG:n" in both.
func ZoneLabel(s SRID) (zh, en string) {
	switch s {
	case CGCS2000:
		return "CGCS2000 经纬度", "CGCS2000 longitude and latitude"
	case WGS84:
		return "WGS 84 经纬度", "WGS 84 longitude and latitude"
	}
	g, zone, ok := gridOf(s)
	switch {
	case !ok:
		zh = fmt.Sprintf("EPSG:%d", int(s))
		return zh, zh
	case g.cgcs2000 && g.prefix:
		return fmt.Sprintf("CGCS2000 / %d°带 第%d带", g.width, zone),
			fmt.Sprintf("CGCS2000 / %d-degree Gauss-Krueger zone %d", g.width, zone)
	case g.cgcs2000:
		return fmt.Sprintf("CGCS2000 / %d°带 CM %.0f°", g.width, g.central(zone)),
			fmt.Sprintf("CGCS2000 / %d-degree Gauss-Krueger CM %.0f°E", g.width, g.central(zone))
	case g.south:
		return fmt.Sprintf("WGS 84 / UTM %d 带（南）", zone), fmt.Sprintf("WGS 84 / UTM zone %dS", zone)
	}
	return fmt.Sprintf("WGS 84 / UTM %d 带（北）", zone), fmt.Sprintf("WGS 84 / UTM zone %dN", zone)
}
