package gnss

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"jieshi/geo/crs"
)

// Told is what a person says of a file that the file does not say itself, or
// not so that it is certain. The zero Told says nothing. Who told it, and when,
// is for the caller to record; the file is never believed against the person,
// nor the person against the numbers: what fits together badly is refused.
type Told struct {
	Mapping   Mapping       `json:"mapping,omitempty"`      // what the columns of a table mean; nil: as proposed, where that is certain
	SRID      crs.SRID      `json:"srid,omitempty"`         // of coordinates in metres; 0: as the file says
	Axes      crs.AxisOrder `json:"axes,omitempty"`         // of two coordinates in metres, which comes first in the file
	UTCOffset *int          `json:"utc_offset_s,omitempty"` // seconds that times without a zone are ahead of UTC; nil: such times are left out
}

// ParseTold reads what a person wrote: a mapping, a CRS, an axis order and an
// offset from UTC, each of which may be empty. The error names what is wrong.
func ParseTold(mapping, srid, axes, offset string) (told Told, err error) {
	var errs [4]error
	if mapping != "" {
		told.Mapping, errs[0] = ParseMapping(mapping)
	}
	if srid != "" {
		told.SRID, errs[1] = parseSRID(srid)
	}
	if axes != "" {
		told.Axes, errs[2] = parseAxes(axes)
	}
	if offset != "" {
		told.UTCOffset, errs[3] = parseOffset(offset)
	}
	return told, errors.Join(errs[:]...)
}

// parseSRID reads "4545" or "EPSG:4545", which must be a CRS that a file of
// positions can be in: CGCS2000 or WGS 84 degrees, a CGCS2000 Gauss-Krueger
// zone, or WGS 84 / UTM.
func parseSRID(s string) (crs.SRID, error) {
	digits := strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(s)), "EPSG:")
	n, err := strconv.Atoi(digits)
	srid := crs.SRID(n)
	if err == nil && srid != crs.WGS84 && srid != crs.CGCS2000 {
		_, err = crs.ProjectionOf(srid)
	}
	if err != nil {
		return 0, fmt.Errorf("gnss: %q is no CRS that positions are read in: EPSG:4326, 4490, 4491 to 4554, 32601 to 32660, 32701 to 32760", s)
	}
	return srid, nil
}

// parseAxes reads "east_north" or "north_east".
func parseAxes(s string) (crs.AxisOrder, error) {
	switch axes := crs.AxisOrder(s); axes {
	case crs.EastNorth, crs.NorthEast:
		return axes, nil
	case crs.NoOrder:
	}
	return "", fmt.Errorf("gnss: axes %q are neither %s nor %s", s, crs.EastNorth, crs.NorthEast)
}

// parseOffset reads how far the clock of a file is ahead of UTC: "+08:00", "Z".
func parseOffset(s string) (*int, error) {
	offset, ok := offsetOf(s)
	if !ok {
		return nil, fmt.Errorf("gnss: the offset %q is not like +08:00", s)
	}
	seconds := int(offset / time.Second)
	return &seconds, nil
}

// offsetOf reads "Z", "+8", "+08", "+0800" or "+08:00".
func offsetOf(s string) (time.Duration, bool) {
	if s == "Z" || s == "z" {
		return 0, true
	}
	if len(s) < 2 || (s[0] != '+' && s[0] != '-') {
		return 0, false
	}
	hours, minutes, split := strings.Cut(s[1:], ":")
	if !split && len(hours) == 4 {
		hours, minutes = hours[:2], hours[2:]
	}
	h, ok := whole(hours, 14)
	m := 0
	if ok && minutes != "" {
		m, ok = whole(minutes, 59)
	}
	offset := time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
	if s[0] == '-' {
		offset = -offset
	}
	return offset, ok && (!split || minutes != "")
}
