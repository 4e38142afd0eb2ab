package gnss

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"jieshi/geo"
	"jieshi/ingest"
)

// qualityWords are what receivers, apps and exports call a kind of solution, in
// the form that [plainWord] gives. A bare number is not a word: 4 is the best
// there is to NMEA and poor to RTKLIB.
var qualityWords = map[string]ingest.Quality{
	"fix": ingest.QualityFixed, "fixed": ingest.QualityFixed, "rtkfix": ingest.QualityFixed, "rtkfixed": ingest.QualityFixed,
	"fixedrtk": ingest.QualityFixed, "rtkfixedinteger": ingest.QualityFixed, "rtkint": ingest.QualityFixed, "integer": ingest.QualityFixed,
	"narrowint": ingest.QualityFixed, "l1int": ingest.QualityFixed, "wideint": ingest.QualityFixed, "networkfixed": ingest.QualityFixed,
	"networkrtkfixed": ingest.QualityFixed, "ppkfixed": ingest.QualityFixed, "固定": ingest.QualityFixed, "固定解": ingest.QualityFixed,
	"rtk固定解": ingest.QualityFixed, "固定解算": ingest.QualityFixed, "窄巷固定解": ingest.QualityFixed, "窄巷固定": ingest.QualityFixed,

	"float": ingest.QualityFloat, "rtkfloat": ingest.QualityFloat, "floatrtk": ingest.QualityFloat, "floated": ingest.QualityFloat,
	"narrowfloat": ingest.QualityFloat, "l1float": ingest.QualityFloat, "networkfloat": ingest.QualityFloat, "ppkfloat": ingest.QualityFloat,
	"浮点": ingest.QualityFloat, "浮点解": ingest.QualityFloat, "浮动": ingest.QualityFloat, "浮动解": ingest.QualityFloat, "rtk浮点解": ingest.QualityFloat,

	"ppp": ingest.QualityPPP, "pppconverged": ingest.QualityPPP, "pppfixed": ingest.QualityPPP, "pppfloat": ingest.QualityPPP, "ppp解": ingest.QualityPPP,
	"精密单点定位": ingest.QualityPPP, "精密单点": ingest.QualityPPP,

	"dgps": ingest.QualityDGPS, "dgnss": ingest.QualityDGPS, "differential": ingest.QualityDGPS, "diff": ingest.QualityDGPS,
	"sbas": ingest.QualityDGPS, "waas": ingest.QualityDGPS, "egnos": ingest.QualityDGPS, "bdsbas": ingest.QualityDGPS, "code": ingest.QualityDGPS,
	"差分": ingest.QualityDGPS, "差分解": ingest.QualityDGPS, "伪距差分": ingest.QualityDGPS, "码差分": ingest.QualityDGPS, "伪距": ingest.QualityDGPS,

	"single": ingest.QualitySingle, "autonomous": ingest.QualitySingle, "standalone": ingest.QualitySingle, "gps": ingest.QualitySingle,
	"2d": ingest.QualitySingle, "3d": ingest.QualitySingle, "sps": ingest.QualitySingle, "pps": ingest.QualitySingle, "gnss": ingest.QualitySingle,
	"单点": ingest.QualitySingle, "单点解": ingest.QualitySingle, "单点定位": ingest.QualitySingle, "自主定位": ingest.QualitySingle,
}

// noFixWords say that there is no position, whatever stands in its columns.
var noFixWords = map[string]bool{
	"none": true, "nofix": true, "invalid": true, "nosolution": true, "unavailable": true,
	"无解": true, "未定位": true, "无效": true, "无效解": true, "未知": false,
}

// plainWord is a word without case, blanks, marks, brackets and what stands in
// them, and full-width forms made plain: "RTK-Fixed (4)" and "ＲＴＫ　ｆｉｘｅｄ" are one.
func plainWord(s string) string {
	s = norm.NFKC.String(s[:min(len(s), 256)])
	var out strings.Builder
	depth := 0
	for _, r := range s {
		switch {
		case r == '(' || r == '[' || r == '【' || r == '<':
			depth++
		case r == ')' || r == ']' || r == '】' || r == '>':
			depth = max(0, depth-1)
		case depth > 0:
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			out.WriteRune(unicode.ToLower(r))
		}
	}
	return out.String()
}

// radiusQuantile is the radius of a circle that holds 68 % of a round normal
// scatter, in standard deviations of one coordinate: √(−2·ln 0.32). Phones give
// the accuracy of a position as such a radius (Android: Location.getAccuracy).
const radiusQuantile = 1.5096

// ofRadius68 is the standard deviation of a coordinate for a phone's accuracy.
func ofRadius68(radius float64) geo.Metres { return geo.Metres(radius / radiusQuantile) }

// ofPlaneRMS is the standard deviation of a coordinate for a horizontal RMS,
// which is that of the point: √(σE² + σN²).
func ofPlaneRMS(rms float64) geo.Metres { return geo.Metres(rms / 1.4142135623730951) }
