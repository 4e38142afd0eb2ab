package gnss

import (
	"fmt"
	"strings"
	"time"

	"jieshi/geo"
	"jieshi/ingest"
)

// nmeaQualities are the numbers of GGA that stand for a measured position.
var nmeaQualities = map[string]ingest.Quality{
	"1": ingest.QualitySingle,
	"2": ingest.QualityDGPS,
	"3": ingest.QualitySingle, // PPS: the military signal, stand-alone
	"4": ingest.QualityFixed,
	"5": ingest.QualityFloat,
}

// An nmeaEpoch holds what belongs to one instant of the receiver but comes in
// sentences of its own, before or after the GGA.
type nmeaEpoch struct {
	tod    time.Duration // of the timed sentence read last
	fixTOD time.Duration // of the last fix; noTime if the last GGA gave none
	byGNS  bool          // the last fix came from a GNS
	gst    *nmeaSigmas   // waits for a GGA of its time
	gsa    *nmeaDOPs     // waits for a GGA of its epoch
}

type nmeaSigmas struct {
	tod             time.Duration
	north, east, up geo.Metres
}

type nmeaDOPs struct {
	tod        time.Duration // of the epoch; noTime if none had begun
	pdop, hdop float64
}

func (s *nmeaSigmas) onto(fix *ingest.Fix) {
	fix.SigmaNorth, fix.SigmaEast, fix.SigmaUp = s.north, s.east, s.up
}

func (d *nmeaDOPs) onto(fix *ingest.Fix) {
	fix.PDOP = d.pdop
	if fix.HDOP == 0 {
		fix.HDOP = d.hdop
	}
}

// gga reads a fix: hhmmss.ss,ddmm.mm,N,dddmm.mm,E,quality,satellites,HDOP,
// altitude,M,separation,M,age,station.
func (n *nmeaReader) gga(f nmeaFields) error {
	fix := ingest.Fix{Line: n.number, HeightType: ingest.HeightUnknown}
	tod := n.timeOfDay(f.at(0))
	repeats := n.epoch.byGNS && n.epoch.fixTOD == tod
	if err := n.position(f, tod, n.ggaQuality(f.at(5), &fix), fix, n.ggaDetails); err != nil || !repeats || n.epoch.fixTOD != tod {
		return err
	}
	n.overwriteGNS()
	return nil
}

// overwriteGNS puts the fix of a GGA in the place of the GNS before it, which
// has what other sentences of its time said, but less of its own.
func (n *nmeaReader) overwriteGNS() {
	last := len(n.fixes) - 1
	old, fix := n.fixes[last-1], &n.fixes[last]
	if fix.SigmaEast == 0 && fix.SigmaNorth == 0 {
		fix.SigmaEast, fix.SigmaNorth, fix.SigmaUp = old.SigmaEast, old.SigmaNorth, old.SigmaUp
	}
	if fix.PDOP == 0 {
		fix.PDOP = old.PDOP
	}
	n.fixes[last-1] = *fix
	n.fixes = n.fixes[:last]
}

// gns reads a fix of several systems together: hhmmss.ss,ddmm.mm,N,dddmm.mm,E,
// modes,satellites,HDOP,altitude,separation,age,station,status. One that
// repeats the last GGA adds nothing.
func (n *nmeaReader) gns(f nmeaFields) error {
	tod := n.timeOfDay(f.at(0))
	if f.at(1) == "" || (n.epoch.fixTOD == tod && tod != noTime) { // the sentences of single systems have no position
		return nil
	}
	fix := ingest.Fix{Line: n.number, HeightType: ingest.HeightUnknown}
	if err := n.position(f, tod, n.gnsQuality(f.at(5), &fix), fix, n.gnsDetails); err != nil {
		return err
	}
	n.epoch.byGNS = n.epoch.fixTOD != noTime
	return nil
}

// position takes the fix of a GGA or GNS, if it is one (ok).
func (n *nmeaReader) position(f nmeaFields, tod time.Duration, ok bool, fix ingest.Fix, details func(nmeaFields, *ingest.Fix)) error {
	n.epoch.fixTOD, n.epoch.byGNS = noTime, false
	n.epoch.tod = tod
	at := n.clock.at(tod) // the clock goes on without a fix, too
	if !ok {
		return nil
	}
	var err error
	if fix.Lat, err = f.angle(1, 2, "N", "S"); err == nil {
		fix.Lon, err = f.angle(3, 4, "E", "W")
	}
	if err == nil && !lonLatInRange(fix.Lon, fix.Lat) {
		err = fmt.Errorf("longitude %g and latitude %g are not on the globe", fix.Lon, fix.Lat)
	}
	if err != nil {
		n.notes.add(badLineCode(err), n.number, "the %s was passed over: %v", n.sentence.Type, err)
		return nil
	}
	if len(n.fixes) >= n.limits.MaxFixes {
		return refuseTooManyFixes(n.limits.MaxFixes, n.number)
	}
	fix.Time = at
	details(f, &fix)
	if s := n.epoch.gst; s != nil && s.tod == tod {
		s.onto(&fix)
	}
	if d := n.epoch.gsa; d != nil && (d.tod == tod || d.tod == noTime) {
		d.onto(&fix)
	}
	n.epoch.gst, n.epoch.gsa = nil, nil
	n.epoch.fixTOD = tod
	n.fixes = append(n.fixes, fix)
	return nil
}

// ggaQuality says whether the sentence holds a measured position.
func (n *nmeaReader) ggaQuality(field string, fix *ingest.Fix) bool {
	switch field {
	case "", "0":
		n.notes.once(noteNoFix, n.number, "the receiver had no fix")
		return false
	case "7", "8":
		n.notes.once(noteNotMeasured, n.number, "the position is typed in or simulated (quality %s)", field)
		return false
	}
	quality, ok := nmeaQualities[field]
	if !ok { // 6 is dead reckoning; some makers have numbers of their own
		quality = ingest.QualityUnknown
		n.notes.once(noteQuality, n.number, "quality %q is dead reckoning or not known and counts as unknown", excerpt(field))
	}
	fix.Quality = quality
	return true
}

func (n *nmeaReader) ggaDetails(f nmeaFields, fix *ingest.Fix) {
	n.details(f, fix, 10, 12)
}

// details reads what GGA and GNS have in common; the fields of the geoid
// separation and of the age of corrections are not the same.
func (n *nmeaReader) details(f nmeaFields, fix *ingest.Fix, geoid, age int) {
	if sats, ok := whole(f.at(6), 999); ok {
		fix.Satellites = sats
	}
	fix.HDOP, _ = n.value(f.at(7), "HDOP")
	altitude, hasAltitude := n.signed(f.at(8), "altitude")
	separation, hasSeparation := n.signed(f.at(geoid), "geoid separation")
	switch {
	case hasAltitude && hasSeparation:
		fix.Height, fix.HeightType = altitude+separation, ingest.HeightEllipsoidal
	case hasAltitude:
		fix.Height, fix.HeightType = altitude, ingest.HeightMSL
	}
	fix.AgeSeconds, _ = n.value(f.at(age), "age of corrections")
}

// gnsModes are the letters of GNS, one a satellite system, worst first. The best
// of them says how the position was solved: a system that adds nothing to an
// RTK solution says A or N.
const gnsModes = "EADPFR"

var gnsQualities = map[byte]ingest.Quality{
	'E': ingest.QualityUnknown, 'A': ingest.QualitySingle, 'D': ingest.QualityDGPS,
	'P': ingest.QualitySingle, // precise: the military signal
	'F': ingest.QualityFloat, 'R': ingest.QualityFixed,
}

func (n *nmeaReader) gnsQuality(modes string, fix *ingest.Fix) bool {
	best, notMeasured := -1, false
	for i := range len(modes) {
		best = max(best, strings.IndexByte(gnsModes, modes[i]))
		notMeasured = notMeasured || modes[i] == 'M' || modes[i] == 'S'
	}
	switch {
	case notMeasured:
		n.notes.once(noteNotMeasured, n.number, "the position is typed in or simulated (mode %s)", excerpt(modes))
		return false
	case best < 0:
		n.notes.once(noteNoFix, n.number, "the receiver had no fix")
		return false
	}
	fix.Quality = gnsQualities[gnsModes[best]]
	return true
}

func (n *nmeaReader) gnsDetails(f nmeaFields, fix *ingest.Fix) {
	n.details(f, fix, 9, 10)
}

// rmc takes the date: hhmmss.ss,A,…,ddmmyy (the ninth field). A receiver that
// says V may still believe in a date of its factory.
func (n *nmeaReader) rmc(f nmeaFields) {
	tod := n.timeOfDay(f.at(0))
	date := f.at(8)
	if tod == noTime {
		return
	}
	n.epoch.tod = tod
	if f.at(1) != "A" || len(date) != 6 {
		return
	}
	yy, ok := whole(date[4:], 99)
	if yy < 80 { // GPS time begins in 1980
		yy += 100
	}
	n.setDate(tod, 1900+yy, date[2:4], date[:2], ok)
}

// zda takes the date: hhmmss.ss,dd,mm,yyyy and the zone, which is not needed.
func (n *nmeaReader) zda(f nmeaFields) {
	tod := n.timeOfDay(f.at(0))
	if tod == noTime {
		return
	}
	n.epoch.tod = tod
	year, ok := whole(f.at(3), 9999)
	n.setDate(tod, year, f.at(2), f.at(1), ok && year >= 1980)
}

// setDate dates the clock, and the fix of the same instant if it came first.
func (n *nmeaReader) setDate(tod time.Duration, year int, month, day string, ok bool) {
	m, okMonth := whole(month, 12)
	d, okDay := whole(day, 31)
	midnight := time.Date(year, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if !ok || !okMonth || !okDay || midnight.Day() != d || int(midnight.Month()) != m {
		n.notes.add(noteTime, n.number, "the date could not be read")
		return
	}
	if moved := unrolled(midnight); !moved.Equal(midnight) {
		n.notes.once(noteRollover, n.number, "the receiver says %s, which was taken as %s", midnight.Format(time.DateOnly), moved.Format(time.DateOnly))
		midnight = moved
	}
	n.clock.set(midnight, tod)
	if n.epoch.fixTOD == tod {
		n.fixes[len(n.fixes)-1].Time = midnight.Add(tod)
	}
}

// oldestWalk is the earliest date that is believed. GPS counts weeks modulo
// 1024: from some day on, an old receiver gives dates 19.6 years, or twice that,
// too early. One that is rolled over today says 2007 or earlier; no walk of that
// age comes to a mediator as a log of NMEA, and a two-digit year cannot tell.
var oldestWalk = date(2007, 1)

// unrolled moves a date before oldestWalk by as many times 1024 weeks as it
// takes.
func unrolled(day time.Time) time.Time {
	for day.Before(oldestWalk) {
		day = day.AddDate(0, 0, 7*1024)
	}
	return day
}

// gst takes standard deviations: hhmmss.ss,rms,major,minor,orientation,north,
// east,up, in metres.
func (n *nmeaReader) gst(f nmeaFields) {
	tod := n.timeOfDay(f.at(0))
	if tod == noTime {
		return
	}
	n.epoch.tod = tod
	s := nmeaSigmas{tod: tod}
	for i, sigma := range []*geo.Metres{&s.north, &s.east, &s.up} {
		v, _ := n.value(f.at(5+i), "standard deviation")
		*sigma = geo.Metres(v)
	}
	if n.epoch.fixTOD == tod {
		s.onto(&n.fixes[len(n.fixes)-1])
		return
	}
	n.epoch.gst = &s
}

// gsa takes the dilutions of precision, fields 15 and 16. It has no time: it
// belongs to the fix of the instant that the sentence before it named, or to
// one of that instant still to come.
func (n *nmeaReader) gsa(f nmeaFields) {
	d := nmeaDOPs{tod: n.epoch.tod}
	var ok bool
	if d.pdop, ok = n.value(f.at(14), "PDOP"); !ok {
		return
	}
	d.hdop, _ = n.value(f.at(15), "HDOP")
	if n.epoch.fixTOD != noTime && n.epoch.fixTOD == n.epoch.tod {
		d.onto(&n.fixes[len(n.fixes)-1])
		return
	}
	n.epoch.gsa = &d
}

// timeOfDay reads hhmmss.sss, UTC.
func (n *nmeaReader) timeOfDay(field string) time.Duration {
	if field == "" {
		return noTime
	}
	if len(field) >= 6 {
		hour, okHour := whole(field[:2], 23)
		minute, okMinute := whole(field[2:4], 59)
		seconds, err := nanoseconds(field[4:])
		if okHour && okMinute && err == nil && seconds < 61*time.Second { // 60 is a leap second
			return time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + seconds
		}
	}
	n.notes.add(noteTime, n.number, "the time %q could not be read", excerpt(field))
	return noTime
}

// value reads a number that cannot be negative; an empty field is none.
func (n *nmeaReader) value(field, name string) (float64, bool) {
	v, ok := n.signed(field, name)
	if ok && v < 0 {
		n.notes.add(noteValue, n.number, "%s is negative", name)
		return 0, false
	}
	return v, ok
}

func (n *nmeaReader) signed(field, name string) (float64, bool) {
	if field == "" {
		return 0, false
	}
	v, err := number(field)
	if err != nil {
		n.notes.add(noteValue, n.number, "%s is %q", name, excerpt(field))
		return 0, false
	}
	return v, true
}

// nmeaFields are the fields behind the address of a sentence.
type nmeaFields []string

// at returns a field; old receivers leave out the last ones.
func (f nmeaFields) at(i int) string {
	if i >= len(f) {
		return ""
	}
	return f[i]
}

// angle reads degrees and minutes run together (ddmm.mmm) and their hemisphere.
func (f nmeaFields) angle(i, j int, plus, minus string) (float64, error) {
	field, side := f.at(i), f.at(j)
	point := len(field)
	for k := range len(field) {
		if field[k] == '.' {
			point = k
			break
		}
	}
	var deg int
	var minutes float64
	ok := point >= 3
	if ok {
		var err error
		deg, ok = whole(field[:point-2], 180)
		minutes, err = number(field[point-2:])
		ok = ok && err == nil && minutes >= 0 && minutes < 60
	}
	if !ok {
		return 0, fmt.Errorf("%q is not degrees and minutes: %w", excerpt(field), notNumber(field))
	}
	angle := float64(deg) + minutes/60
	switch side {
	case plus:
		return angle, nil
	case minus:
		return -angle, nil
	}
	return 0, fmt.Errorf("%q is neither %s nor %s", excerpt(side), plus, minus)
}
