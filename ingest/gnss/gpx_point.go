package gnss

import (
	"encoding/xml"
	"strings"
	"time"

	"jieshi/geo"
	"jieshi/ingest"
)

// A gpxPoint gathers the children of a point.
type gpxPoint struct {
	fix              *ingest.Fix
	notes            *notes
	noFix            bool
	metric           bool // hdop holds metres
	ele, geoid       float64
	hasEle, hasGeoid bool
}

func (p *gpxPoint) element(x *xmlReader, name string) error {
	switch name {
	case "ele", "time", "fix", "sat", "hdop", "pdop", "ageofdgpsdata", "geoidheight", "name", "desc", "cmt", "sym":
	case "extensions":
		return p.extensions(x)
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
		p.satellites(value, line)
	case "hdop":
		p.hdop(value, line)
	case "pdop":
		p.fix.PDOP = p.positive(name, value, line)
	case "ageofdgpsdata":
		p.fix.AgeSeconds = p.positive(name, value, line)
	case "name":
		p.fix.Name = cleanName(value)
	case "desc", "cmt":
		if p.fix.Description == "" {
			p.fix.Description = cleanName(value)
		}
	}
	return nil
}

// hdopIsMetres says whether the program that made the file writes the accuracy
// of the phone, in metres, where GPX wants a dilution of precision.
func hdopIsMetres(root []xml.Attr) bool {
	for _, a := range root {
		if a.Name.Local == "creator" {
			return strings.HasPrefix(strings.ToLower(a.Value), "osmand")
		}
	}
	return false
}

func (p *gpxPoint) hdop(value string, line int) {
	v := p.positive("hdop", value, line)
	if !p.metric {
		p.fix.HDOP = v
		return
	}
	p.notes.once(noteHDOPMetres, line, "this program writes metres of accuracy as hdop; they are taken as the radius of 68 %%")
	p.accuracy(ofRadius68(v))
}

// accuracy sets the horizontal sigma, unless a better statement came before.
func (p *gpxPoint) accuracy(sigma geo.Metres) {
	if p.fix.SigmaEast == 0 {
		p.fix.SigmaEast, p.fix.SigmaNorth = sigma, sigma
	}
}

// extensions reads the leaves of an extensions element, however makers nest and
// prefix them.
func (p *gpxPoint) extensions(x *xmlReader) error {
	for inside := x.depth; x.depth >= inside; {
		token, err := x.next()
		if err != nil {
			return unexpectedEnd(err, x.line)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		name := plainWord(start.Name.Local)
		if !extensionNames[name] {
			continue // its children may be what is looked for
		}
		line := x.line
		value, err := x.text()
		if err != nil {
			return err
		}
		if value != "" {
			p.extension(name, value, line)
		}
	}
	return nil
}

// extensionNames are the elements that are read, in the form of [plainWord].
var extensionNames = map[string]bool{
	"accuracy": true, "hacc": true, "haccuracy": true, "horizontalaccuracy": true, "horizontalerror": true,
	"hrms": true, "horizontalrms": true, "lateralrms": true,
	"vacc": true, "vaccuracy": true, "verticalaccuracy": true, "vrms": true,
	"fix": true, "fixtype": true, "fixquality": true, "solution": true, "solutionstatus": true, "rtkstatus": true,
	"satellites": true, "sats": true, "satellitesinuse": true, "satellitesused": true,
	"hdop": true, "pdop": true, "antennaheight": true, "instrumentheight": true,
}

// extension takes one value. A phone's accuracy is the radius of 68 %, a
// receiver's RMS that of the point in the plane, the vertical ones 1σ.
func (p *gpxPoint) extension(name, value string, line int) {
	switch name {
	case "hrms", "horizontalrms", "lateralrms":
		p.accuracy(ofPlaneRMS(p.positive(name, value, line)))
	case "vacc", "vaccuracy", "verticalaccuracy", "vrms":
		p.fix.SigmaUp = geo.Metres(p.positive(name, value, line))
	case "fix", "fixtype", "fixquality", "solution", "solutionstatus", "rtkstatus":
		p.quality(value, line)
	case "satellites", "sats", "satellitesinuse", "satellitesused":
		p.satellites(value, line)
	case "hdop":
		p.hdop(value, line)
	case "pdop":
		p.fix.PDOP = p.positive(name, value, line)
	case "antennaheight", "instrumentheight":
		p.fix.AntennaHeight = geo.Metres(p.positive(name, value, line))
	default:
		p.accuracy(ofRadius68(p.positive(name, value, line)))
	}
}

func (p *gpxPoint) satellites(value string, line int) {
	sats, ok := whole(value, 999)
	if !ok {
		p.notes.add(noteValue, line, "sat is %q", excerpt(value))
		sats = 0
	}
	p.fix.Satellites = sats
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

// quality reads the words of GPX and those of apps. A number is not one: it
// may be NMEA's or RTKLIB's.
func (p *gpxPoint) quality(value string, line int) {
	word := plainWord(value)
	if noFixWords[word] {
		p.noFix = true
		return
	}
	quality, ok := gpxQualities[word]
	if !ok {
		quality, ok = qualityWords[word]
	}
	if !ok {
		quality = ingest.QualityUnknown
		p.notes.once(noteQuality, line, "fix is %q, which is not known, and counts as unknown", excerpt(value))
		if p.fix.Quality != ingest.QualityUnknown {
			return
		}
	}
	p.fix.Quality = quality
}

// time reads xsd:dateTime.
func (p *gpxPoint) time(value string, line int) {
	at, zoned, ok := xsdTime(value)
	if !ok {
		p.notes.add(noteTime, line, "the time %q was left out", excerpt(value))
		return
	}
	if !zoned {
		p.notes.once(noteTimeZone, line, "the time has no zone and is taken as UTC")
	}
	p.fix.Time = at
}

// xsdTime reads xsd:dateTime, and takes one without a zone as UTC. What lies
// before GPS is a receiver without a clock, and not ok.
func xsdTime(value string) (at time.Time, zoned, ok bool) {
	at, err := time.Parse(time.RFC3339Nano, value)
	if err == nil {
		return at.UTC(), true, !at.Before(gpsEpoch)
	}
	at, err = time.Parse("2006-01-02T15:04:05.999999999", value)
	return at.UTC(), false, err == nil && !at.Before(gpsEpoch)
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
