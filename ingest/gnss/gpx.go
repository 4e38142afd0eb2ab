package gnss

import (
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"time"

	"jieshi/ingest"
)

// gpxQualities are the words of GPX 1.0 and 1.1. None says RTK; those that do
// are in extensions of single makers, which are not read.
var gpxQualities = map[string]ingest.Quality{
	"2d":   ingest.QualitySingle,
	"3d":   ingest.QualitySingle,
	"pps":  ingest.QualitySingle, // the military signal, stand-alone
	"dgps": ingest.QualityDGPS,
}

// A gpxReader reads a GPX document as it streams by. It is written on
// encoding/xml rather than on go-gpx, which holds the whole document, keeps no
// lines, and turns a missing value into 0.
type gpxReader struct {
	xml       *xmlReader
	limits    Limits
	walks     []ingest.Walk
	fixes     int // over all walks
	waypoints int
	firstWpt  int // its line
}

// readGPX reads GPX 1.0 or 1.1: a walk for each track and route, in the order
// of the file; the segments of a track are joined in order, and that is noted.
//
// Heights have a type only where the file gives the geoid height beside them,
// and are then ellipsoidal, the sum of the two; GPX does not say what ele is
// above, and phones and receivers differ. Times without a zone are UTC.
func readGPX(br *bufio.Reader, limits Limits) ([]ingest.Walk, error) {
	g := &gpxReader{xml: newXMLReader(br), limits: limits}
	if err := g.document(); err != nil {
		return nil, err
	}
	if g.fixes == 0 {
		return nil, g.refuseEmpty()
	}
	if g.waypoints > 0 {
		g.walks[0].Notes = append(g.walks[0].Notes, ingest.Note{
			Code: noteWaypoints, Line: g.firstWpt, Text: fmt.Sprintf("%d waypoints are not part of a track and were left out", g.waypoints),
		})
	}
	return g.walks, nil
}

func (g *gpxReader) refuseEmpty() error {
	if g.waypoints > 0 {
		return refuse(CodeNoFixes, atLine(g.firstWpt),
			text(fmt.Sprintf("GPX 文件中只有 %d 个航点，没有轨迹或航线。", g.waypoints), fmt.Sprintf("The GPX file has %d waypoints, but no track or route.", g.waypoints)),
			text("请导出轨迹（track）后再上传。", "Export the track and upload that."))
	}
	n := notes{}
	for _, w := range g.walks {
		for _, note := range w.Notes {
			if note.Code != noteEmptyTrack {
				n.add(note.Code, note.Line, "%s", note.Text)
			}
		}
	}
	return refuseNoFixes(&n, "GPX 文件中没有可用的轨迹点。", "The GPX file has no usable track point.")
}

// document reads the root and what is in it, and then to the end of the file,
// so that damage behind the last track is not passed over.
func (g *gpxReader) document() error {
	root := false
	for {
		token, err := g.xml.next()
		if errors.Is(err, io.EOF) {
			if !root {
				return refuseTruncated(g.xml.line)
			}
			return nil
		}
		if err != nil {
			return err
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if root || start.Name.Local != "gpx" {
			return refuseXML(g.xml.line, "，根元素应为唯一的 gpx", ": the root should be a single gpx element")
		}
		root = true
		if err := g.children(g.root); err != nil {
			return err
		}
	}
}

// children calls each for the start of every child of the element whose start
// was read last; each must read that child to its end.
func (g *gpxReader) children(each func(xml.StartElement) error) error {
	for inside := g.xml.depth; g.xml.depth >= inside; {
		token, err := g.xml.next()
		if err != nil {
			return unexpectedEnd(err, g.xml.line)
		}
		if start, ok := token.(xml.StartElement); ok {
			if err := each(start); err != nil {
				return err
			}
		}
	}
	return nil
}

func (g *gpxReader) root(start xml.StartElement) error {
	switch start.Name.Local {
	case "trk", "rte":
		return g.track()
	case "wpt":
		if g.waypoints++; g.waypoints == 1 {
			g.firstWpt = g.xml.line
		}
	}
	return g.xml.skip()
}

// A gpxTrack is a track or route in the making.
type gpxTrack struct {
	walk     ingest.Walk
	notes    notes
	segments int // that hold points
}

func (g *gpxReader) track() error {
	if len(g.walks) >= maxWalks {
		return refuseTooManyTracks(g.xml.line)
	}
	line := g.xml.line
	t := &gpxTrack{walk: ingest.Walk{Format: string(FormatGPX)}}
	err := g.children(func(start xml.StartElement) error {
		switch start.Name.Local {
		case "name":
			name, err := g.xml.text()
			t.walk.Name = cleanName(name)
			return err
		case "trkseg":
			return g.segment(t)
		case "rtept":
			return g.point(t, start)
		}
		return g.xml.skip()
	})
	if err != nil {
		return err
	}
	if len(t.walk.Fixes) == 0 {
		t.notes.add(noteEmptyTrack, line, "the track or route has no points")
	}
	t.walk.Notes = t.notes.list()
	g.walks = append(g.walks, t.walk)
	return nil
}

func (g *gpxReader) segment(t *gpxTrack) error {
	line, before := g.xml.line, len(t.walk.Fixes)
	err := g.children(func(start xml.StartElement) error {
		if start.Name.Local == "trkpt" {
			return g.point(t, start)
		}
		return g.xml.skip()
	})
	if err != nil || len(t.walk.Fixes) == before {
		return err
	}
	if t.segments++; t.segments > 1 {
		t.notes.once(noteSegments, line, "the recording was interrupted here; its segments are joined in order")
	}
	return nil
}

// point reads a track or route point. One without a usable position, or made
// without a fix, is passed over and noted.
func (g *gpxReader) point(t *gpxTrack, start xml.StartElement) error {
	line := g.xml.line
	fix, posErr := gpxPosition(start.Attr)
	fix.Line = line
	p := gpxPoint{fix: &fix, notes: &t.notes}
	if err := g.children(func(start xml.StartElement) error { return p.element(g.xml, start.Name.Local) }); err != nil {
		return err
	}
	if posErr != nil {
		t.notes.add(badLineCode(posErr), line, "the point was passed over: %v", posErr)
		return nil
	}
	if p.noFix {
		t.notes.once(noteNoFix, line, "the receiver had no fix")
		return nil
	}
	if g.fixes >= g.limits.MaxFixes {
		return refuseTooManyFixes(g.limits.MaxFixes, line)
	}
	p.height()
	g.fixes++
	t.walk.Fixes = append(t.walk.Fixes, fix)
	return nil
}

func gpxPosition(attrs []xml.Attr) (ingest.Fix, error) {
	fix := ingest.Fix{Quality: ingest.QualityUnknown, HeightType: ingest.HeightUnknown}
	hasLat, hasLon := false, false
	for _, a := range attrs {
		var err error
		switch a.Name.Local {
		case "lat":
			fix.Lat, err = number(a.Value)
			hasLat = true
		case "lon":
			fix.Lon, err = number(a.Value)
			hasLon = true
		}
		if err != nil {
			return fix, fmt.Errorf("%s is %q: %w", a.Name.Local, excerpt(a.Value), err)
		}
	}
	if !hasLat || !hasLon {
		return fix, errors.New("it has no lat and lon")
	}
	if !lonLatInRange(fix.Lon, fix.Lat) {
		return fix, fmt.Errorf("longitude %g and latitude %g are not on the globe", fix.Lon, fix.Lat)
	}
	return fix, nil
}

// A gpxPoint gathers the children of a point.
type gpxPoint struct {
	fix              *ingest.Fix
	notes            *notes
	noFix            bool
	ele, geoid       float64
	hasEle, hasGeoid bool
}

func (p *gpxPoint) element(x *xmlReader, name string) error {
	switch name {
	case "ele", "time", "fix", "sat", "hdop", "pdop", "ageofdgpsdata", "geoidheight":
	default:
		return x.skip()
	}
	line := x.line
	value, err := x.text()
	if err != nil || value == "" {
		return err
	}
	switch name {
	case "ele":
		p.ele, p.hasEle = p.number(name, value, line)
	case "geoidheight":
		p.geoid, p.hasGeoid = p.number(name, value, line)
	case "time":
		p.time(value, line)
	case "fix":
		p.quality(value, line)
	case "sat":
		sats, ok := whole(value, 999)
		if !ok {
			p.notes.add(noteValue, line, "sat is %q", excerpt(value))
			sats = 0
		}
		p.fix.Satellites = sats
	case "hdop":
		p.fix.HDOP = p.positive(name, value, line)
	case "pdop":
		p.fix.PDOP = p.positive(name, value, line)
	case "ageofdgpsdata":
		p.fix.AgeSeconds = p.positive(name, value, line)
	}
	return nil
}

func (p *gpxPoint) number(name, value string, line int) (float64, bool) {
	v, err := number(value)
	if err != nil {
		p.notes.add(noteValue, line, "%s is %q", name, excerpt(value))
	}
	return v, err == nil
}

func (p *gpxPoint) positive(name, value string, line int) float64 {
	v, ok := p.number(name, value, line)
	if ok && v < 0 {
		p.notes.add(noteValue, line, "%s is negative", name)
		return 0
	}
	return v
}

func (p *gpxPoint) quality(word string, line int) {
	if word == "none" {
		p.noFix = true
		return
	}
	quality, ok := gpxQualities[word]
	if !ok {
		quality = ingest.QualityUnknown
		p.notes.once(noteQuality, line, "fix is %q, which GPX does not know, and counts as unknown", excerpt(word))
	}
	p.fix.Quality = quality
}

// time reads xsd:dateTime. What lies before GPS is a receiver without a clock.
func (p *gpxPoint) time(value string, line int) {
	at, err := time.Parse(time.RFC3339Nano, value)
	if err != nil {
		if at, err = time.Parse("2006-01-02T15:04:05.999999999", value); err == nil {
			p.notes.once(noteTimeZone, line, "the time has no zone and is taken as UTC")
		}
	}
	if at = at.UTC(); err != nil || at.Before(gpsEpoch) {
		p.notes.add(noteTime, line, "the time %q was left out", excerpt(value))
		return
	}
	p.fix.Time = at
}

// height keeps ele as the file has it, and says what it is above where that can
// be known.
func (p *gpxPoint) height() {
	switch {
	case p.hasEle && p.hasGeoid:
		p.fix.Height, p.fix.HeightType = p.ele+p.geoid, ingest.HeightEllipsoidal
	case p.hasEle:
		p.fix.Height = p.ele
	}
}
