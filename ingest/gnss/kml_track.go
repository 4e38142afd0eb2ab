package gnss

import (
	"encoding/xml"
	"strings"
	"time"

	"jieshi/ingest"
)

// A kmlTrack is a gx:Track in the making, or several that follow each other.
type kmlTrack struct {
	k        *kmlReader
	notes    notes
	fixes    []ingest.Fix
	segments int
}

// kmlArray is one measure of all positions of a gx:Track.
type kmlArray struct {
	name   string
	values []string
	line   int
}

// read reads the gx:Track whose start was read last. Its times and positions
// stand in lists of their own and belong together by their order; where one has
// more than the other, nobody can tell which, and the times are left out.
func (t *kmlTrack) read() error {
	k := t.k
	line, first := k.xml.line, len(t.fixes)
	var times []time.Time
	var good []bool // of the positions, since one that is passed over keeps its place
	var arrays []kmlArray
	mode := ""
	err := k.xml.children(func(start xml.StartElement) (err error) {
		at := k.xml.line
		switch start.Name.Local {
		case "when":
			if len(times) >= k.limits.MaxFixes {
				return refuseTooManyFixes(k.limits.MaxFixes, at)
			}
			value, err := k.xml.text()
			times = append(times, t.when(value, at))
			return err
		case "coord":
			ok, err := t.coord(at)
			good = append(good, ok)
			return err
		case "altitudeMode":
			mode, err = k.xml.text()
			return err
		case "ExtendedData", "SchemaData":
			return k.xml.children(func(start xml.StartElement) error { return t.extended(start, &arrays) })
		}
		return k.xml.skip()
	})
	if err != nil {
		return err
	}
	if mode == "absolute" {
		aboveSea(t.fixes[first:])
	}
	if len(times) != len(good) && len(times) > 0 {
		t.notes.once(noteTimesDiffer, line, "the track has %d times and %d positions; the times were left out", len(times), len(good))
		times = nil
	}
	t.join(first, good, times, arrays)
	if len(t.fixes) > first {
		if t.segments++; t.segments > 1 {
			t.notes.once(noteSegments, line, "the recording was interrupted here; its segments are joined in order")
		}
	}
	return nil
}

// join gives each position what stands in its place in the other lists.
func (t *kmlTrack) join(first int, good []bool, times []time.Time, arrays []kmlArray) {
	next := first
	for i, ok := range good {
		if !ok {
			continue
		}
		fix := &t.fixes[next]
		next++
		if times != nil {
			fix.Time = times[i]
		}
		p := gpxPoint{fix: fix, notes: &t.notes}
		for _, a := range arrays {
			if i < len(a.values) && len(a.values) == len(good) && a.values[i] != "" {
				p.extension(a.name, a.values[i], a.line)
			}
		}
	}
}

func (t *kmlTrack) when(value string, line int) time.Time {
	if value == "" {
		return time.Time{}
	}
	at, zoned, ok := xsdTime(value)
	if !ok {
		t.notes.add(noteTime, line, "the time %q was left out", excerpt(value))
		return time.Time{}
	}
	if !zoned {
		t.notes.once(noteTimeZone, line, "the time has no zone and is taken as UTC")
	}
	return at
}

// coord reads "lon lat height".
func (t *kmlTrack) coord(line int) (ok bool, err error) {
	value, err := t.k.xml.text()
	if err != nil {
		return false, err
	}
	if value == "" { // a time without a position, as the format allows
		t.notes.once(noteNoFix, line, "the receiver had no fix")
		return false, nil
	}
	fix, err := kmlPosition([]byte(strings.Join(strings.Fields(value), ",")))
	if err != nil {
		t.notes.add(badLineCode(err), line, "the position %q was passed over: %v", excerpt(value), err)
		return false, nil
	}
	if t.k.fixes++; t.k.fixes > t.k.limits.MaxFixes {
		return false, refuseTooManyFixes(t.k.limits.MaxFixes, line)
	}
	fix.Line = line
	t.fixes = append(t.fixes, fix)
	return true, nil
}

// extended reads the gx:SimpleArrayData that are measures of a fix.
func (t *kmlTrack) extended(start xml.StartElement, arrays *[]kmlArray) error {
	x := t.k.xml
	if start.Name.Local == "SchemaData" {
		return x.children(func(start xml.StartElement) error { return t.extended(start, arrays) })
	}
	a := kmlArray{line: x.line}
	for _, attr := range start.Attr {
		if attr.Name.Local == "name" {
			a.name = plainWord(attr.Value)
		}
	}
	if start.Name.Local != "SimpleArrayData" || !extensionNames[a.name] || len(*arrays) >= 8 {
		return x.skip()
	}
	err := x.children(func(xml.StartElement) error {
		if len(a.values) >= t.k.limits.MaxFixes {
			return refuseTooManyFixes(t.k.limits.MaxFixes, x.line)
		}
		value, err := x.text()
		a.values = append(a.values, value)
		return err
	})
	*arrays = append(*arrays, a)
	return err
}

// end appends the track as a walk.
func (t *kmlTrack) end(line int) error {
	if len(t.k.walks) >= maxWalks {
		return refuseTooManyTracks(line)
	}
	if len(t.fixes) == 0 {
		t.notes.add(noteEmptyTrack, line, "the track or route has no points")
		for _, n := range t.notes.kept { // so that a refusal can say why nothing is left
			t.k.notes.add(n.Code, n.Line, "%s", n.Text)
		}
		return nil
	}
	t.k.walks = append(t.k.walks, ingest.Walk{Format: string(FormatKML), Kind: ingest.KindTrack, Fixes: t.fixes, Notes: t.notes.list()})
	return nil
}
