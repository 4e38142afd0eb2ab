package gnss

import (
	"math"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// parseAngle reads a latitude or longitude as tables write it: decimal degrees;
// degrees, minutes and seconds (or degrees and minutes) with any marks between
// them, "24°15'03.6\"N", "24:15:03.6", "北纬24度15分3.6秒", "N24-15-03.6"; degrees
// and minutes run together as in NMEA, "2415.06", from 3° on, since smaller
// numbers may be degrees in the wrong column. With packed, a plain number is degrees,
// then two digits of minutes, then seconds: "24.15036" is 24°15'03.6".
func parseAngle(cell string, limit float64, packed bool) (float64, error) {
	if v, err := number(cell); err == nil {
		switch {
		case packed:
			return packedAngle(cell)
		case math.Abs(v) <= limit:
			return v, nil
		case math.Abs(v) < 300:
			return 0, errNotNumber
		}
		return runTogether(v, limit)
	} else if notNumber(cell) == errNotFinite { //nolint:errorlint // returned as it is
		return 0, errNotFinite
	}
	return markedAngle(cell, limit)
}

// runTogether reads ddmm.mmm.
func runTogether(v, limit float64) (float64, error) {
	deg := math.Trunc(v / 100)
	minutes := v - deg*100
	if math.Abs(deg) > limit || math.Abs(minutes) >= 60 {
		return 0, errNotNumber
	}
	return deg + minutes/60, nil
}

// packedAngle reads dd.mmssss by its digits, which no float holds exactly.
func packedAngle(cell string) (float64, error) {
	sign, rest := 1.0, cell
	if strings.HasPrefix(rest, "-") {
		sign, rest = -1, rest[1:]
	}
	deg, fraction, _ := strings.Cut(strings.TrimPrefix(rest, "+"), ".")
	for len(fraction) < 4 {
		fraction += "0"
	}
	seconds := fraction[2:4] + "." + fraction[4:]
	d, okD := whole(deg, 180)
	m, okM := whole(fraction[:2], 59)
	s, err := number(strings.TrimSuffix(seconds, "."))
	if !okD || !okM || err != nil || s >= 60 {
		return 0, errNotNumber
	}
	return sign * (float64(d) + float64(m)/60 + s/3600), nil
}

var hemispheres = []struct {
	mark string
	sign float64
}{
	{"北纬", 1}, {"南纬", -1}, {"东经", 1}, {"西经", -1}, {"N", 1}, {"S", -1}, {"E", 1}, {"W", -1}, {"B", 1}, {"L", 1},
}

// markedAngle reads degrees, minutes and seconds with marks.
func markedAngle(cell string, limit float64) (float64, error) {
	s := strings.ToUpper(strings.TrimSpace(norm.NFKC.String(cell[:min(len(cell), 128)])))
	sign, found := 1.0, false
	for _, h := range hemispheres {
		cut := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(s, h.mark), h.mark))
		if cut != s {
			s, sign, found = cut, h.sign, true
			break
		}
	}
	if strings.HasPrefix(s, "-") {
		if found {
			return 0, errNotNumber // a sign and a hemisphere
		}
		sign, s = -1, s[1:]
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
	if len(parts) == 0 || len(parts) > 3 || strings.ContainsFunc(s, func(r rune) bool { return strings.ContainsRune("+,;/", r) }) {
		return 0, errNotNumber
	}
	if only := strings.Trim(s, "0123456789.°º˚度:'′’‘\"″”“分秒-_ D"); only != "" {
		return 0, errNotNumber
	}
	var v [3]float64
	for i, part := range parts {
		var err error
		if v[i], err = number(part); err != nil {
			return 0, err
		}
		if last := i == len(parts)-1; (!last && v[i] != math.Trunc(v[i])) || (i > 0 && v[i] >= 60) {
			return 0, errNotNumber
		}
	}
	deg := v[0] + v[1]/60 + v[2]/3600
	if deg > limit {
		return 0, errNotNumber
	}
	return sign * deg, nil
}
