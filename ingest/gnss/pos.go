package gnss

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"

	"jieshi/geo"
	"jieshi/ingest"
)

// posQualities are RTKLIB's numbers, which clash with those of NMEA: 1 is the
// best here and the worst there.
var posQualities = map[int]ingest.Quality{
	1: ingest.QualityFixed,
	2: ingest.QualityFloat,
	3: ingest.QualityDGPS, // SBAS
	4: ingest.QualityDGPS,
	5: ingest.QualitySingle,
	6: ingest.QualityPPP,
}

// A posReader reads a solution file of RTKLIB line by line.
type posReader struct {
	limits    Limits
	notes     notes
	remark    posRemark
	layout    posLayout
	hasLayout bool
	number    int      // of the line in hand
	fields    [][]byte // scratch
	fixes     []ingest.Fix
}

// readPos reads an RTKLIB solution (.pos) as one walk. Column order, clock and
// frame come from the header; without one the defaults of RTKLIB are assumed
// and noted. Heights are ellipsoidal unless the header says geodetic.
func readPos(br *bufio.Reader, limits Limits) ([]ingest.Walk, error) {
	p := &posReader{limits: limits, remark: posRemark{height: ingest.HeightEllipsoidal}}
	lines := &lineReader{br: br}
	long := false
	err := lines.each(func(line []byte) error {
		if long || lines.more { // no line of RTKLIB fills the buffer
			if !long {
				p.notes.add(noteBadLine, lines.number, "the line is too long and was passed over")
			}
			long = lines.more
			return nil
		}
		return p.line(line, lines.number)
	})
	if err != nil {
		return nil, err
	}
	if len(p.fixes) == 0 {
		return nil, refuseNoFixes(&p.notes, "RTKLIB 文件中没有可用的定位点。", "The RTKLIB file has no usable position.")
	}
	return []ingest.Walk{{Format: string(FormatPos), Kind: ingest.KindTrack, Fixes: p.fixes, Notes: p.notes.list()}}, nil
}

func (p *posReader) line(line []byte, number int) error {
	p.number = number
	if bytes.IndexByte(line, 0) >= 0 {
		return refuseNUL(number)
	}
	line = bytes.TrimSpace(line)
	if len(line) == 0 {
		return nil
	}
	if line[0] == '%' {
		return p.comment(line, number)
	}
	if !p.hasLayout {
		p.layout, p.hasLayout = defaultLayout(), true
		p.notes.add(noteNoHeader, number, "no column header above the first position: latitude, longitude and height in degrees and metres, and GPS time, are assumed")
	}
	if p.layout.frame == frameENU && !p.remark.hasReference {
		return refuse(CodeNoReference, atLine(number),
			text("文件记录的是相对基站的东、北、天分量，但没有写基站坐标（% ref pos）。", "Positions are metres east, north and up of the base, but the file does not say where the base was (% ref pos)."),
			text("请在 RTKLIB 的输出选项中选“经纬高（Lat/Lon/Height）”后重新解算。", "Choose Lat/Lon/Height in the output options of RTKLIB and solve again."))
	}
	fix, err := p.parse(line)
	if err != nil {
		p.notes.add(badLineCode(err), number, "the line was passed over: %v", err)
		return nil
	}
	if len(p.fixes) >= p.limits.MaxFixes {
		return refuseTooManyFixes(p.limits.MaxFixes, number)
	}
	fix.Line = number
	p.fixes = append(p.fixes, fix)
	return nil
}

func (p *posReader) comment(line []byte, number int) error {
	if layout, ok := parsePosHeader(line); ok {
		p.layout, p.hasLayout = layout, true
		if layout.scale == scaleUnknown {
			p.notes.add(noteTimeScale, number, "the clock %q is not known; times are left out", excerpt(layout.scaleName))
		}
		if n := layout.column.velocities; n > 0 {
			p.notes.once(noteVelocity, number, "%d columns of velocity were left out", n)
		}
		return nil
	}
	return p.remark.read(line, number)
}

// badLineCode keeps NaN and infinities apart from other damage: they say that
// the solution, and not the file, is broken.
func badLineCode(err error) string {
	if errors.Is(err, errNotFinite) {
		return noteNotFinite
	}
	return noteBadLine
}

// parse reads one solution line by the layout in force.
func (p *posReader) parse(line []byte) (ingest.Fix, error) {
	p.fields = splitPos(line, p.fields[:0])
	if len(p.fields) < 2 {
		return ingest.Fix{}, errors.New("it has no time and position")
	}
	t, err := parsePosTime(p.fields[0], p.fields[1], p.layout.scale)
	if err != nil {
		return ingest.Fix{}, fmt.Errorf("time: %w", err)
	}
	fix := ingest.Fix{Time: t, Quality: ingest.QualityUnknown}
	values := posValues{fields: p.fields[2:]}
	p.quality(&values, &fix)
	switch p.layout.frame {
	case frameLLH:
		p.llh(&values, &fix)
	case frameXYZ:
		p.xyz(&values, &fix)
	case frameENU:
		p.enu(&values, &fix)
	}
	if values.err != nil {
		return ingest.Fix{}, values.err
	}
	if !lonLatInRange(fix.Lon, fix.Lat) {
		return ingest.Fix{}, fmt.Errorf("longitude %g and latitude %g are not on the globe", fix.Lon, fix.Lat)
	}
	return fix, nil
}

func (p *posReader) quality(v *posValues, fix *ingest.Fix) {
	c := p.layout.column
	if c.quality >= 0 {
		q := v.whole("Q", c.quality, 99)
		known, ok := posQualities[q]
		switch {
		case v.err != nil:
		case q == 0:
			v.err = errors.New("Q is 0: no solution") //nolint:staticcheck // Q is the name of the column
		case ok:
			fix.Quality = known
		default:
			p.notes.add(noteQuality, p.number, "Q is %d, which RTKLIB does not know", q)
		}
	}
	if c.satellites >= 0 {
		fix.Satellites = v.whole("ns", c.satellites, 999)
	}
	if c.age >= 0 && c.age < len(v.fields) { // often missing in files of other programs
		if age, err := number(v.fields[c.age]); err == nil && age > 0 {
			fix.AgeSeconds = age
		}
	}
}

func (p *posReader) llh(v *posValues, fix *ingest.Fix) {
	c := p.layout.column
	if p.layout.dms {
		fix.Lat, fix.Lon = v.dms("latitude", c.position[0]), v.dms("longitude", c.position[1])
	} else {
		fix.Lat, fix.Lon = v.number("latitude", c.position[0]), v.number("longitude", c.position[1])
	}
	fix.HeightType = ingest.HeightUnknown
	if c.position[2] >= 0 {
		fix.Height, fix.HeightType = v.number("height", c.position[2]), p.remark.height
	}
	fix.SigmaNorth, fix.SigmaEast, fix.SigmaUp = v.sigma(c.sigma[0]), v.sigma(c.sigma[1]), v.sigma(c.sigma[2])
}

func (p *posReader) enu(v *posValues, fix *ingest.Fix) {
	c := p.layout.column
	e, n, u := v.number("e", c.position[0]), v.number("n", c.position[1]), v.number("u", c.position[2])
	if v.err != nil {
		return
	}
	if e*e+n*n+u*u > 1e12 { // RTK ends after tens of kilometres
		v.err = errors.New("the baseline is longer than 1000 km")
		return
	}
	place(fix, p.remark.reference.offset(e, n, u))
	fix.SigmaEast, fix.SigmaNorth, fix.SigmaUp = v.sigma(c.sigma[0]), v.sigma(c.sigma[1]), v.sigma(c.sigma[2])
}

func (p *posReader) xyz(v *posValues, fix *ingest.Fix) {
	c := p.layout.column
	at := vector{v.number("x", c.position[0]), v.number("y", c.position[1]), v.number("z", c.position[2])}
	if v.err != nil {
		return
	}
	if !at.onEarth() {
		v.err = errors.New("the earth-centred position is not near the ground")
		return
	}
	g := at.geodetic()
	place(fix, g)
	east, north, up := g.axes()
	cov := v.covariance(c)
	fix.SigmaEast, fix.SigmaNorth, fix.SigmaUp = geo.Metres(cov.along(east)), geo.Metres(cov.along(north)), geo.Metres(cov.along(up))
}
