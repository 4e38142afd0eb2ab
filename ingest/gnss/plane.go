package gnss

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"jieshi/geo/crs"
	"jieshi/ingest"
)

// A plane is the grid that a file's coordinates in metres are in.
type plane struct {
	projection crs.Projection
	srid       crs.SRID
	reach      float64 // degrees from the central meridian that work in the grid goes
	china      bool
}

// planeOf returns the grid of a code for which [parseSRID] has no error, and
// that is not of degrees.
func planeOf(srid crs.SRID) (plane, error) {
	p, err := crs.ProjectionOf(srid)
	if err != nil {
		return plane{}, fmt.Errorf("gnss: %w", err)
	}
	// Two zones over, 3° or 6° from the meridian, nobody surveys in the grid:
	// such numbers are in another.
	out := plane{projection: p, srid: srid, reach: 6, china: srid < 5000}
	if srid >= 4513 && srid <= 4554 {
		out.reach = 3
	}
	return out, nil
}

// place returns the degrees of grid coordinates, and false for those that no
// survey in the grid can have.
func (p plane) place(east, north float64) (lon, lat float64, ok bool) {
	lon, lat = p.projection.Inverse(east, north)
	ok = math.Abs(math.Remainder(lon-p.projection.Central(), 360)) <= p.reach && math.Abs(lat) <= 84
	if p.china {
		ok = ok && lat >= 3 && lat <= 54
	}
	return lon, lat, ok // ok is false for NaN
}

// sridOfZone is the grid whose zone number stands before its eastings; 0 is
// none. The numbers of 6-degree (13 to 23) and 3-degree zones (25 to 45) do not
// meet in China.
func sridOfZone(zone int) crs.SRID {
	switch {
	case zone >= 25 && zone <= 45:
		return crs.SRID(4488 + zone)
	case zone >= 13 && zone <= 23:
		return crs.SRID(4478 + zone)
	}
	return 0
}

var (
	epsgWord    = regexp.MustCompile(`(?i)EPSG\D{0,3}(\d{4,5})\b`)
	utmWord     = regexp.MustCompile(`(?i)UTM\s*(?:zone)?\s*(\d{1,2})\s*([NS])\b`)
	centralWord = regexp.MustCompile(`(?i)(?:\bCM\s*|中央子午线\D{0,4}|中央经线\D{0,4}|central meridian\D{0,4})(\d{2,3})`)
	zoneWord    = regexp.MustCompile(`(?i)(?:Kr(?:u|ue|ü)ger zone\s*|带号\D{0,3}|第)(\d{2})\b`)
	sixWord     = regexp.MustCompile(`(?i)6\s*(?:°|度|-?degree)`)
	cgcsWord    = regexp.MustCompile(`(?i)CGCS\s?2000|国家\s?2000|2000\s?国家`)
	// otherDatums lie metres to hundreds of metres off, in a way that only local
	// parameters can tell.
	otherDatums = regexp.MustCompile(`(?i)xi'?an|西安|beijing|北京\s?(?:19)?54|pulkovo|krass?owsk|NAD\s?(?:27|83)|tokyo|ED\s?50|OSGB|TWD|pz-?90|gcj|bd-?09`)
)

// readCRS finds the coordinate system in what a file says in words. known is
// false where it says nothing that is understood; a datum that positions cannot
// be taken from is a refusal.
func readCRS(words string, line int) (srid crs.SRID, err error) {
	if words = strings.TrimSpace(words); words == "" {
		return 0, nil
	}
	if m := epsgWord.FindStringSubmatch(words); m != nil {
		if srid, err := parseSRID(m[1]); err == nil {
			return srid, nil
		}
		return 0, refuseDatum(words, line)
	}
	if otherDatums.MatchString(words) {
		return 0, refuseDatum(words, line)
	}
	if m := utmWord.FindStringSubmatch(words); m != nil {
		zone, _ := strconv.Atoi(m[1])
		if zone >= 1 && zone <= 60 && strings.EqualFold(m[2], "N") {
			return crs.SRID(32600 + zone), nil
		}
		if zone >= 1 && zone <= 60 {
			return crs.SRID(32700 + zone), nil
		}
	}
	if m := centralWord.FindStringSubmatch(words); m != nil {
		// Without a word for six degrees it is the 3-degree zone, as surveys of
		// large scale have it.
		cm, _ := strconv.Atoi(m[1])
		switch six := sixWord.MatchString(words); {
		case six && (cm+3)%6 == 0 && cm >= 75 && cm <= 135:
			return crs.SRID(4489 + (cm+3)/6), nil
		case !six && cm%3 == 0 && cm >= 75 && cm <= 135:
			return crs.SRID(4509 + cm/3), nil
		}
	}
	if m := zoneWord.FindStringSubmatch(words); m != nil && cgcsWord.MatchString(words) {
		zone, _ := strconv.Atoi(m[1])
		return sridOfZone(zone), nil
	}
	return 0, nil
}

func refuseDatum(words string, line int) *ingest.Refusal {
	return refuse(CodeDatum, atLine(line),
		text("坐标系是“"+excerpt(words)+"”，不是 WGS 84 或 CGCS2000。", "The coordinate system is "+excerpt(words)+", not on WGS 84 or CGCS2000."),
		text("请在手簿或内业软件中改用 CGCS2000 后重新导出；旧坐标系须用当地转换参数换算。",
			"Export it again on CGCS2000 from the controller or the office program; an older system needs local parameters to be converted."))
}

// refuseOffGrid is for coordinates that do not lie in the grid that was stated.
func refuseOffGrid(east, north float64, p plane, line int) *ingest.Refusal {
	zh, en := crs.ZoneLabel(p.srid)
	return refuse(CodeOutOfRange, atLine(line),
		text(fmt.Sprintf("坐标（东 %.3f，北 %.3f）不在 EPSG:%d（%s）的使用范围内。", east, north, p.srid, zh),
			fmt.Sprintf("The position (east %.3f, north %.3f) is nowhere that EPSG:%d (%s) is used.", east, north, p.srid, en)),
		text("请核对坐标系、带号（东坐标前是否加了带号）和东、北坐标的顺序；独立坐标系须先换算到 CGCS2000。",
			"Check the coordinate system, whether a zone number stands before the easting, and which coordinate comes first; local grids must be brought to CGCS2000 first."))
}
