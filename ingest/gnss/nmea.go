package gnss

import (
	"bufio"
	"bytes"
	"errors"
	"time"

	"github.com/adrianmo/go-nmea"

	"jieshi/ingest"
)

// maxSentence is the longest sentence looked at. The standard allows 82 bytes;
// high-precision receivers and tag blocks use more.
const maxSentence = 512

var (
	errChecksum   = errors.New("the checksum does not match")
	errNoChecksum = errors.New("there is no checksum")
	errTaken      = errors.New("taken") // stops go-nmea behind the checksum
)

// An nmeaReader reads a receiver log sentence by sentence.
//
// go-nmea cuts and checks the sentences. It does not read their fields: its GGA
// turns a missing geoid separation into 0, passes NaN through its range checks
// and refuses qualities 7 and 8; its RMC refuses the short form of NMEA 2.0;
// it rounds times to the millisecond; and GST it does not know (v1.10.0).
type nmeaReader struct {
	limits   Limits
	notes    notes
	parser   nmea.SentenceParser
	sentence nmea.BaseSentence
	number   int // line of the sentence in hand
	clock    nmeaClock
	epoch    nmeaEpoch
	fixes    []ingest.Fix
	others   map[string]int // position sentences that are neither GGA nor GNS
}

// readNMEA reads an NMEA 0183 log as one walk, a fix for each GGA, or GNS where
// there is no GGA of its time, from any talker.
//
// The height is ellipsoidal, the sum of the altitude above mean sea level and
// the geoid separation of the same sentence, since that sum does not depend on
// the geoid model in the receiver; without a separation it stays MSL.
//
// GGA has no date: it comes from an RMC or ZDA of the same time of day, or is
// carried on from the last one, over midnight too. Fixes before the first date
// have no time. A date before 2007 is that of a receiver whose week number has
// rolled over, and is moved, which is noted; see [unrolled]. Standard deviations come from the GST of the same time, PDOP
// from the GSA of the epoch. Sentences whose checksum is wrong or missing are
// passed over, and so is anything between sentences.
func readNMEA(br *bufio.Reader, limits Limits) ([]ingest.Walk, error) {
	n := &nmeaReader{limits: limits, others: map[string]int{}, epoch: nmeaEpoch{tod: noTime, fixTOD: noTime}}
	n.parser.CheckCRC = func(s nmea.BaseSentence, raw string) error { return checkSum(s.Checksum, raw) }
	n.parser.OnBaseSentence = func(s *nmea.BaseSentence) error {
		n.sentence = *s
		return errTaken
	}
	lines := &lineReader{br: br}
	err := lines.each(func(line []byte) error {
		n.number = lines.number
		return n.line(line)
	})
	if err != nil {
		return nil, err
	}
	return n.walk()
}

// checkSum compares the two digits behind the star with the exclusive or of
// what stands before it.
func checkSum(stated, raw string) error {
	if len(stated) != 2 {
		return errNoChecksum
	}
	var sum byte
	for i := range len(raw) {
		sum ^= raw[i]
	}
	const digits = "0123456789ABCDEF"
	if stated[0] != digits[sum>>4] || stated[1] != digits[sum&15] { // go-nmea has raised them to upper case
		return errChecksum
	}
	return nil
}

// line takes every sentence out of a line, or of a stretch of binary chatter
// that happens to end with a line feed.
func (n *nmeaReader) line(line []byte) error {
	rest := bytes.TrimSpace(line)
	if len(rest) == 0 || rest[0] == '#' { // comments of gpsd and of loggers
		return nil
	}
	junk := false
	for len(rest) > 0 {
		i := bytes.IndexByte(rest, '$')
		if i < 0 {
			junk = true
			break
		}
		junk = junk || (i > 0 && !isTagBlock(rest[:i]))
		rest = rest[i:]
		size, ok := sentenceLen(rest)
		if !ok {
			junk = true
			rest = rest[1:]
			continue
		}
		if err := n.take(string(rest[:size])); err != nil {
			return err
		}
		rest = bytes.TrimLeft(rest[size:], " \t\r")
	}
	if junk {
		n.notes.once(noteJunk, n.number, "something that is not NMEA was passed over")
	}
	return nil
}

// isTagBlock says whether b is the block \s:…,c:…*hh\ that NMEA 4 lets stand
// before a sentence; nothing in it is about the position.
func isTagBlock(b []byte) bool {
	return len(b) > 2 && b[0] == '\\' && b[len(b)-1] == '\\'
}

// sentenceLen returns how long the sentence is that b, which starts with '$',
// begins with: to its checksum, or to where the next one cuts it off. ok is
// false if b does not begin with an address like GPGGA.
func sentenceLen(b []byte) (size int, ok bool) {
	comma := bytes.IndexByte(b[:min(len(b), 12)], ',')
	if comma < 4 {
		return 0, false
	}
	for _, c := range b[1:comma] {
		if !isUpper(c) && (c < '0' || c > '9') {
			return 0, false
		}
	}
	b = b[:min(len(b), maxSentence)]
	if next := bytes.IndexByte(b[1:], '$'); next >= 0 {
		b = b[:next+1]
	}
	if star := bytes.IndexByte(b, '*'); star >= 0 {
		b = b[:min(len(b), star+3)]
	}
	return len(b), true
}

// take reads one sentence and notes why, if it cannot.
func (n *nmeaReader) take(raw string) error {
	_, err := n.parser.Parse(raw)
	switch {
	case errors.Is(err, errTaken):
	case errors.Is(err, errNoChecksum):
		n.notes.add(noteNoChecksum, n.number, "a sentence without a checksum was passed over: %s", excerpt(raw))
		return nil
	case errors.Is(err, errChecksum):
		n.notes.add(noteChecksum, n.number, "the checksum does not match: %s", excerpt(raw))
		return nil
	default:
		n.notes.add(noteBadLine, n.number, "the sentence could not be read: %s", excerpt(raw))
		return nil
	}
	fields := nmeaFields(n.sentence.Fields)
	switch n.sentence.Type {
	case "GGA":
		return n.gga(fields)
	case "RMC":
		n.others["RMC"]++
		n.rmc(fields)
	case "ZDA":
		n.zda(fields)
	case "GST":
		n.gst(fields)
	case "GSA":
		n.gsa(fields)
	case "GNS":
		return n.gns(fields)
	case "GLL":
		n.others["GLL"]++
	}
	return nil
}

// walk ends the reading.
func (n *nmeaReader) walk() ([]ingest.Walk, error) {
	if len(n.fixes) == 0 {
		zh, en := "NMEA 记录中没有可用的定位点。", "The NMEA log has no usable fix."
		if len(n.others) > 0 && n.notes.found(noteNoFix) == 0 && n.notes.found(noteChecksum) == 0 {
			zh += "位置只能从 GGA 或 GNS 语句读取，请在接收机上打开 GGA 输出。"
			en += " Positions are read from GGA and GNS sentences only; switch GGA on in the receiver."
		}
		return nil, refuseNoFixes(&n.notes, zh, en)
	}
	for i := range n.fixes {
		if n.fixes[i].Time.IsZero() {
			n.notes.once(noteDateMissing, n.fixes[i].Line, "no date (RMC or ZDA) is known for this fix; its time is left out")
		}
	}
	return []ingest.Walk{{Format: string(FormatNMEA), Kind: ingest.KindTrack, Fixes: n.fixes, Notes: n.notes.list()}}, nil
}

// An nmeaClock carries the date from the sentences that have one to those that
// only have a time of day.
type nmeaClock struct {
	day   time.Time // midnight UTC; zero until a date was seen
	tod   time.Duration
	known bool
}

const noTime time.Duration = -1

// at returns the instant of a time of day, zero if no date is known yet. Time
// goes forward: an earlier time of day is the next day, but for the disorder
// of a few sentences around midnight and within the hour.
func (c *nmeaClock) at(tod time.Duration) time.Time {
	if !c.known || tod == noTime {
		return time.Time{}
	}
	switch step := tod - c.tod; {
	case step < -time.Hour:
		c.day = c.day.AddDate(0, 0, 1)
	case step > 23*time.Hour:
		c.day = c.day.AddDate(0, 0, -1)
	}
	c.tod = tod
	return c.day.Add(tod)
}

func (c *nmeaClock) set(day time.Time, tod time.Duration) {
	c.day, c.tod, c.known = day, tod, true
}
