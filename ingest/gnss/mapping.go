package gnss

import (
	"fmt"
	"strings"
)

// A Meaning is what a column of a table holds. The words are those of a
// [Mapping] that a person writes.
type Meaning string

// The meanings. Lengths are metres, unless a column of units beside says feet.
const (
	MeansNothing     Meaning = "-"
	MeansName        Meaning = "name"
	MeansCode        Meaning = "code" // of several, the first that is filled
	MeansLine        Meaning = "line" // which line or plot the point belongs to
	MeansLat         Meaning = "lat"
	MeansLon         Meaning = "lon"
	MeansLatPacked   Meaning = "lat_ddmmss" // 24.15036 is 24°15'03.6"
	MeansLonPacked   Meaning = "lon_ddmmss"
	MeansEast        Meaning = "east"
	MeansNorth       Meaning = "north"
	MeansHeight      Meaning = "height" // above who knows what
	MeansEllipsoidal Meaning = "height_ellipsoidal"
	MeansMSL         Meaning = "height_msl"
	MeansTime        Meaning = "time" // when averaging began
	MeansTimeUTC     Meaning = "time_utc"
	MeansTimeBeijing Meaning = "time_beijing"
	MeansDate        Meaning = "date" // that stands before a time without one
	MeansUntil       Meaning = "until"
	MeansQuality     Meaning = "quality"        // in words
	MeansNMEA        Meaning = "quality_nmea"   // 4 is fixed
	MeansRTKLIB      Meaning = "quality_rtklib" // 1 is fixed
	MeansSatellites  Meaning = "satellites"
	MeansHDOP        Meaning = "hdop"
	MeansPDOP        Meaning = "pdop"
	MeansAge         Meaning = "age"
	MeansHRMS        Meaning = "hrms"   // of the point in the plane
	MeansRadius      Meaning = "radius" // that holds 68 %
	MeansSigmaEast   Meaning = "sigma_east"
	MeansSigmaNorth  Meaning = "sigma_north"
	MeansSigmaUp     Meaning = "sigma_up"
	MeansEpochs      Meaning = "epochs"
	MeansAntenna     Meaning = "antenna_height"
	MeansUnit        Meaning = "antenna_unit"
	MeansCRS         Meaning = "crs"
	MeansTrace       Meaning = "trace" // a whole line in ODK's form in one cell
)

var meanings = map[Meaning]bool{
	MeansNothing: true, MeansName: true, MeansCode: true, MeansLine: true, MeansLat: true, MeansLon: true, MeansLatPacked: true, MeansLonPacked: true,
	MeansEast: true, MeansNorth: true, MeansHeight: true, MeansEllipsoidal: true, MeansMSL: true, MeansTime: true, MeansTimeUTC: true, MeansTimeBeijing: true,
	MeansDate: true, MeansUntil: true, MeansQuality: true, MeansNMEA: true, MeansRTKLIB: true, MeansSatellites: true, MeansHDOP: true, MeansPDOP: true, MeansAge: true,
	MeansHRMS: true, MeansRadius: true, MeansSigmaEast: true, MeansSigmaNorth: true, MeansSigmaUp: true, MeansEpochs: true, MeansAntenna: true, MeansUnit: true,
	MeansCRS: true, MeansTrace: true,
}

// A Mapping says what each column of a table means, from the first on; columns
// behind its end mean nothing.
type Mapping []Meaning

// ParseMapping reads meanings with commas between them: "name,-,east,north,height".
// Only "-" and "code" may stand more than once, and there must be a position.
func ParseMapping(s string) (Mapping, error) {
	var m Mapping
	seen := map[Meaning]bool{}
	for _, word := range strings.Split(s, ",") {
		means := Meaning(strings.ToLower(strings.TrimSpace(word)))
		switch {
		case means == "":
			means = MeansNothing
		case !meanings[means]:
			return nil, fmt.Errorf("gnss: the mapping has %q, which means nothing here", excerpt(word))
		case seen[means] && means != MeansNothing && means != MeansCode:
			return nil, fmt.Errorf("gnss: the mapping has %q twice", means)
		}
		seen[means] = true
		m = append(m, means)
	}
	if len(m) > maxColumns {
		return nil, fmt.Errorf("gnss: a mapping has at most %d columns", maxColumns)
	}
	if m.position() == positionNone {
		return nil, fmt.Errorf("gnss: the mapping has no position: east and north, lat and lon, or trace")
	}
	return m, nil
}

// String writes the mapping as [ParseMapping] reads it.
func (m Mapping) String() string {
	words := make([]string, len(m))
	for i, means := range m {
		words[i] = string(means)
	}
	return strings.Join(words, ",")
}

// at returns the column of a meaning, -1 if none has it.
func (m Mapping) at(means Meaning) int {
	for i, have := range m {
		if have == means {
			return i
		}
	}
	return -1
}

// A tablePosition is how a table writes positions.
type tablePosition int

const (
	positionNone tablePosition = iota
	positionDegrees
	positionPacked
	positionMetres
	positionTrace
)

// position says by which columns a mapping places its rows: degrees before
// metres, since they need no grid.
func (m Mapping) position() tablePosition {
	switch {
	case m.at(MeansTrace) >= 0:
		return positionTrace
	case m.at(MeansLat) >= 0 && m.at(MeansLon) >= 0:
		return positionDegrees
	case m.at(MeansLatPacked) >= 0 && m.at(MeansLonPacked) >= 0:
		return positionPacked
	case m.at(MeansEast) >= 0 && m.at(MeansNorth) >= 0:
		return positionMetres
	}
	return positionNone
}
