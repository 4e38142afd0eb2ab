package raster

import (
	"regexp"
	"strconv"
	"strings"
)

// A file may say its CRS in words only: mapping software in China writes
// "CGCS2000 / 3-degree Gauss-Kruger CM 108E" into the citation and no
// parameters. The names below are EPSG's and Esri's for the CRSs in use here;
// anything else is not guessed at.

// A citedName turns what a pattern found into an EPSG code, 0 for none.
type citedName struct {
	pattern *regexp.Regexp
	code    func(n int) int
}

// zoned is base + zone for zones from first to last.
func zoned(base, first, last int) func(int) int {
	return func(zone int) int {
		if zone < first || zone > last {
			return 0
		}
		return base + zone
	}
}

// meridian is the zone of a central meridian, of width degrees.
func meridian(width int, code func(int) int) func(int) int {
	return func(lon int) int {
		switch {
		case width == 3 && lon%3 == 0:
			return code(lon / 3)
		case width == 6 && (lon+3)%6 == 0:
			return code((lon + 3) / 6)
		}
		return 0
	}
}

// Patterns are matched against lower-case text in which every run of signs is
// one blank. Zones and codes: EPSG, as in domain.md 4.1.
var citedNames = func() []citedName {
	var names []citedName
	for _, d := range []struct {
		datum                              string
		three, threeCM, six, sixCM, lo, hi int // base codes, of zones with prefix and without
	}{
		{`(?:cgcs ?2000|china geodetic coordinate system 2000)`, 4488, 4509, 4478, 4489, 25, 45},
		{`xian 1980`, 2324, 2345, 2314, 2325, 25, 45},
	} {
		gk := d.datum + ` (?:gauss kr[uü]e?ger|gk) `
		three := d.datum + ` 3 degree (?:gauss kr[uü]e?ger|gk) `
		names = append(names,
			citedName{regexp.MustCompile(three + `cm (\d+) ?e`), meridian(3, zoned(d.threeCM, d.lo, d.hi))},
			citedName{regexp.MustCompile(three + `zone (\d+)`), zoned(d.three, d.lo, d.hi)},
			citedName{regexp.MustCompile(gk + `cm (\d+) ?e`), meridian(6, zoned(d.sixCM, 13, 23))},
			citedName{regexp.MustCompile(gk + `zone (\d+)`), zoned(d.six, 13, 23)},
		)
	}
	return append(names,
		citedName{regexp.MustCompile(`wgs (?:19)?84 utm zone (\d+) ?n`), zoned(32600, 1, 60)},
		citedName{regexp.MustCompile(`wgs (?:19)?84 utm zone (\d+) ?s`), zoned(32700, 1, 60)},
		citedName{regexp.MustCompile(`\bepsg (\d{4,5})\b`), func(n int) int { return n }},
	)
}()

var signs = regexp.MustCompile(`[^\p{L}\p{N}]+`)

// crsOfCitations recognises a CRS by name. A zone that is named by its meridian
// while the eastings begin with the number of the zone is the same zone with
// prefix.
func crsOfCitations(citations []string, west float64) (earthCRS, bool) {
	for _, text := range citations {
		plain := signs.ReplaceAllString(strings.ToLower(text), " ")
		for _, name := range citedNames {
			m := name.pattern.FindStringSubmatch(plain)
			if m == nil {
				continue
			}
			n, err := strconv.Atoi(m[1])
			if err != nil {
				continue
			}
			code := withPrefix(name.code(n), west)
			if code == 0 || !isUsual(code) {
				continue
			}
			c, err := newEPSG(code)
			if err != nil {
				continue
			}
			c.from, c.cited = CRSCitation, text
			c.notes = append(c.notes, CRSCitation.note(c))
			return c, true
		}
	}
	return earthCRS{}, false
}

// withPrefix changes a CGCS2000 zone without prefix into the same zone with it
// if the eastings have it: 36 632 028 m is in zone 36.
func withPrefix(code int, west float64) int {
	prefix := int(west / 1e6)
	switch {
	case prefix == 0:
	case code >= 4534 && code <= 4554 && prefix == code-4509:
		return code - 21
	case code >= 4502 && code <= 4512 && prefix == code-4489:
		return code - 11
	}
	return code
}

func isUsual(code int) bool {
	for _, list := range [][]int{usualCodes(false), usualCodes(true)} {
		for _, c := range list {
			if c == code {
				return true
			}
		}
	}
	return false
}
