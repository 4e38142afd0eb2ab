package ingest

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

// DatumTold is what a person says of the degrees of a walk.
type DatumTold struct {
	Datum     Datum      `json:"declared,omitempty"`
	Landmarks []Landmark `json:"landmarks,omitempty"`
	Convert   Datum      `json:"convert,omitempty"` // from which datum a reference line is asked for
}

// ParseDatumTold reads what a person wrote: a datum, landmarks as
// "lon,lat=lon,lat" (where the walk has the place, and where it is), and the datum
// to convert from, each of which may be empty. The error names what is wrong.
func ParseDatumTold(datum string, landmarks []string, convert string) (t DatumTold, err error) {
	t.Datum, t.Convert = Datum(datum), Datum(convert)
	if datum != "" && !slices.Contains(declarable, t.Datum) {
		err = fmt.Errorf("ingest: %q is none of the datums %q", datum, declarable)
	}
	if convert != "" && t.Convert != DatumGCJ && t.Convert != DatumBD {
		err = errors.Join(err, fmt.Errorf("ingest: a line is converted from gcj02 or bd09, not from %q", convert))
	}
	for _, text := range landmarks {
		walked, actual, both := strings.Cut(text, "=")
		var m Landmark
		var errs [2]error
		m.Walked, errs[0] = parseLonLat(walked)
		m.True, errs[1] = parseLonLat(actual)
		if !both || errs[0] != nil || errs[1] != nil {
			err = errors.Join(err, fmt.Errorf("ingest: %q is no landmark like 109.334478,24.247252=109.330000,24.250000", text))
			continue
		}
		t.Landmarks = append(t.Landmarks, m)
	}
	return t, err
}

func parseLonLat(s string) (p orb.Point, err error) {
	lon, lat, _ := strings.Cut(s, ",")
	var errs [2]error
	p[0], errs[0] = strconv.ParseFloat(strings.TrimSpace(lon), 64)
	p[1], errs[1] = strconv.ParseFloat(strings.TrimSpace(lat), 64)
	if err = errors.Join(errs[:]...); err == nil && !(math.Abs(p[0]) <= 180 && math.Abs(p[1]) <= 90) {
		err = strconv.ErrRange
	}
	return p, err
}
