package gnss

import (
	"bytes"
	"math"
	"strings"

	"jieshi/ingest"
)

// A posFrame is how a solution file writes positions.
type posFrame int

const (
	frameLLH posFrame = iota // latitude, longitude, height
	frameXYZ                 // earth-centred, earth-fixed
	frameENU                 // metres east, north, up of the base
)

// A posLayout is what the column header says: which clock, which frame, and in
// which field behind the two fields of time each value stands (-1: nowhere).
type posLayout struct {
	scale     timeScale
	scaleName string
	frame     posFrame
	dms       bool // latitude and longitude take three fields each
	column    posColumns
}

// posColumns are field numbers. The three of a position and of its sigmas are
// in the order of the frame: lat lon h, x y z, or e n u.
type posColumns struct {
	position   [3]int
	sigma      [3]int // n e u, x y z, or e n u
	cross      [3]int // xy yz zx, of frameXYZ only
	quality    int
	satellites int
	age        int
	velocities int // how many columns of velocity there are, of which none is read
}

// defaultLayout is what RTKLIB writes, and reads, when nothing else is said.
func defaultLayout() posLayout {
	layout, _ := parsePosHeader([]byte("%  GPST  latitude(deg) longitude(deg) height(m) Q ns sdn(m) sde(m) sdu(m) sdne(m) sdeu(m) sdun(m) age(s) ratio"))
	return layout
}

// parsePosHeader reads a line that names the columns, as outsolhead in RTKLIB's
// solution.c writes it; ok is false for any other comment.
func parsePosHeader(line []byte) (posLayout, bool) {
	names := bytes.FieldsFunc(bytes.TrimLeft(line, "%"), func(r rune) bool {
		return r == ' ' || r == '\t' || r == ',' || r == ';'
	})
	if len(names) < 4 || len(names) > 64 {
		return posLayout{}, false
	}
	layout := posLayout{scaleName: string(names[0])}
	switch layout.scaleName {
	case "GPST":
		layout.scale = scaleGPST
	case "UTC":
		layout.scale = scaleUTC
	case "JST":
		layout.scale = scaleJST
	}
	at := map[string]int{}
	field := 0
	for _, raw := range names[1:] {
		name, unit, _ := strings.Cut(string(raw), "(")
		at[name] = field + 1
		field++
		if (name == "latitude" || name == "longitude") && strings.HasPrefix(unit, "d'") {
			layout.dms = true
			field += 2 // degrees, minutes and seconds are fields of their own
		}
	}
	return layout.with(at)
}

// with fills the columns from the field numbers (from 1) of their names.
func (l posLayout) with(at map[string]int) (posLayout, bool) {
	pick := func(names ...string) (out [3]int) {
		for i, name := range names {
			out[i] = at[name] - 1
		}
		return out
	}
	switch {
	case at["latitude"] > 0:
		l.frame = frameLLH
		l.column.position = pick("latitude", "longitude", "height")
		l.column.sigma = pick("sdn", "sde", "sdu")
	case at["x-ecef"] > 0:
		l.frame = frameXYZ
		l.column.position = pick("x-ecef", "y-ecef", "z-ecef")
		l.column.sigma = pick("sdx", "sdy", "sdz")
		l.column.cross = pick("sdxy", "sdyz", "sdzx")
	case at["e-baseline"] > 0:
		l.frame = frameENU
		l.column.position = pick("e-baseline", "n-baseline", "u-baseline")
		l.column.sigma = pick("sde", "sdn", "sdu")
	default:
		return posLayout{}, false
	}
	for _, name := range []string{"vn", "ve", "vu", "vx", "vy", "vz"} {
		if at[name] > 0 {
			l.column.velocities++
		}
	}
	l.column.quality = at["Q"] - 1
	l.column.satellites = at["ns"] - 1
	l.column.age = at["age"] - 1
	height := l.frame == frameLLH && l.column.position[2] < 0 // a file without heights is still a walk
	return l, l.column.position[0] >= 0 && l.column.position[1] >= 0 && (l.column.position[2] >= 0 || height)
}

// posRemark is what the comments above the column header say.
type posRemark struct {
	reference    geodetic
	hasReference bool
	height       ingest.HeightType
}

// read takes in one comment line. A datum that is not WGS 84 is a refusal: its
// positions are some 400 m off and no line of the file would show it.
func (m *posRemark) read(line []byte, number int) error {
	if i := bytes.Index(line, []byte("ref pos")); i >= 0 {
		if _, value, ok := bytes.Cut(line[i:], []byte(":")); ok {
			m.reference, m.hasReference = parseReference(value)
		}
		return nil
	}
	for _, key := range []string{"lat/lon/height=", "x/y/z-ecef=", "e/n/u-baseline="} {
		_, value, ok := bytes.Cut(line, []byte(key))
		if !ok {
			continue
		}
		value, _, _ = bytes.Cut(value, []byte(","))
		datum, height, _ := bytes.Cut(bytes.TrimRight(value, ") "), []byte("/"))
		if name := strings.ToUpper(string(datum)); name != "WGS84" && name != "CGCS2000" {
			return refuse(CodeDatum, atLine(number),
				text("坐标基准是“"+excerpt(datum)+"”，不是 WGS 84 或 CGCS2000。", "The datum is "+excerpt(datum)+", not WGS 84 or CGCS2000."),
				text("请在 RTKLIB 的输出选项中选 WGS84 后重新解算。", "Choose WGS84 in the output options of RTKLIB and solve again."))
		}
		switch string(height) {
		case "ellipsoidal":
			m.height = ingest.HeightEllipsoidal
		case "geodetic": // RTKLIB's word for above the geoid
			m.height = ingest.HeightMSL
		}
	}
	return nil
}

// parseReference reads the base: latitude, longitude and height in degrees or
// in degrees, minutes and seconds, or earth-centred metres. The three cannot be
// mistaken for each other: by the number of fields, and since no latitude
// exceeds 90.
func parseReference(value []byte) (geodetic, bool) {
	fields := bytes.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == '\t' || r == ',' || r == ';' || r == '\r' })
	if len(fields) != 3 && len(fields) != 7 {
		return geodetic{}, false
	}
	if len(fields) == 7 {
		lat, errLat := parseDMS(fields[0:3])
		lon, errLon := parseDMS(fields[3:6])
		h, errH := number(fields[6])
		return geodetic{lon, lat, h}, errLat == nil && errLon == nil && errH == nil && lonLatInRange(lon, lat)
	}
	var v [3]float64
	for i, f := range fields {
		var err error
		if v[i], err = number(f); err != nil {
			return geodetic{}, false
		}
	}
	if xyz := (vector{v[0], v[1], v[2]}); xyz.onEarth() {
		return xyz.geodetic(), true
	}
	return geodetic{lat: v[0], lon: v[1], height: v[2]}, lonLatInRange(v[1], v[0]) && math.Abs(v[2]) < 50e3
}

// parseDMS reads degrees, minutes and seconds. The sign is that of the text of
// the degrees: RTKLIB writes "-0 30 00" for half a degree south.
func parseDMS(fields [][]byte) (float64, error) {
	var v [3]float64
	for i, f := range fields[:3] {
		var err error
		if v[i], err = number(f); err != nil {
			return 0, err
		}
	}
	if v[1] < 0 || v[1] >= 60 || v[2] < 0 || v[2] > 60 || v[0] != math.Trunc(v[0]) {
		return 0, errNotNumber
	}
	deg := math.Abs(v[0]) + v[1]/60 + v[2]/3600
	if fields[0][0] == '-' {
		deg = -deg
	}
	return deg, nil
}
