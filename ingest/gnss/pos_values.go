package gnss

import (
	"errors"
	"fmt"
	"math"

	"jieshi/geo"
	"jieshi/ingest"
)

// splitPos appends the fields of a line to dst. Blanks separate, and so do a
// comma, semicolon or tab with blanks around them; two of these in a row hold
// an empty field, so that a missing value does not shift its neighbours.
func splitPos(line []byte, dst [][]byte) [][]byte {
	for i := 0; ; {
		for i < len(line) && line[i] == ' ' {
			i++
		}
		if i == len(line) || len(dst) == 64 { // RTKLIB writes at most 29
			return dst
		}
		start := i
		for i < len(line) && line[i] != ' ' && !isMark(line[i]) {
			i++
		}
		dst = append(dst, line[start:i])
		for i < len(line) && line[i] == ' ' {
			i++
		}
		if i < len(line) && isMark(line[i]) {
			i++
		}
	}
}

func isMark(c byte) bool { return c == ',' || c == '\t' || c == ';' }

// posValues reads values by field number and remembers the first error.
type posValues struct {
	fields [][]byte // behind the two of time
	err    error
}

// field returns a field that the header promised.
func (v *posValues) field(name string, i int) []byte {
	if i >= len(v.fields) && v.err == nil {
		v.err = fmt.Errorf("it ends before %s", name)
	}
	if v.err != nil {
		return nil
	}
	return v.fields[i]
}

func (v *posValues) number(name string, i int) float64 {
	f := v.field(name, i)
	if v.err != nil {
		return 0
	}
	x, err := number(f)
	if err != nil {
		v.err = fmt.Errorf("%s is %q: %w", name, excerpt(f), err)
	}
	return x
}

func (v *posValues) whole(name string, i, limit int) int {
	f := v.field(name, i)
	if v.err != nil {
		return 0
	}
	n, ok := whole(f, limit)
	if !ok {
		v.err = fmt.Errorf("%s is %q: %w", name, excerpt(f), errNotNumber)
	}
	return n
}

// dms reads an angle in three fields.
func (v *posValues) dms(name string, i int) float64 {
	v.field(name, i+2)
	if v.err != nil {
		return 0
	}
	deg, err := parseDMS(v.fields[i : i+3])
	if err != nil {
		v.err = fmt.Errorf("%s: %w", name, err)
	}
	return deg
}

// sigma reads a standard deviation in metres; the column may be absent (-1).
func (v *posValues) sigma(i int) geo.Metres {
	if i < 0 {
		return 0
	}
	s := v.number("a standard deviation", i)
	if s < 0 && v.err == nil {
		v.err = errors.New("a standard deviation is negative")
	}
	return geo.Metres(s)
}

// covariance reads the six terms of an earth-centred solution. RTKLIB writes
// the roots of their absolute values with their signs.
func (v *posValues) covariance(c posColumns) covariance {
	var cross [3]float64
	for i, column := range c.cross {
		if column >= 0 && v.err == nil && column < len(v.fields) {
			root := v.number("a covariance", column)
			cross[i] = math.Copysign(root*root, root)
		}
	}
	var variance [3]float64
	for i, column := range c.sigma {
		s := float64(v.sigma(column))
		variance[i] = s * s
	}
	return covariance{
		xx: variance[0], yy: variance[1], zz: variance[2],
		xy: cross[0], yz: cross[1], zx: cross[2],
	}
}

// place puts a fix at a position above the ellipsoid.
func place(fix *ingest.Fix, g geodetic) {
	fix.Lon, fix.Lat, fix.Height, fix.HeightType = g.lon, g.lat, g.height, ingest.HeightEllipsoidal
}
