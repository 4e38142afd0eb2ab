package gnss

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"fmt"

	"jieshi/ingest"
)

// maxKMLText is the longest text in a KML file: all positions of a line are one
// text there. It holds half a million of them.
const maxKMLText = 16 << 20

// A kmlReader reads a KML document as it streams by.
type kmlReader struct {
	xml    *xmlReader
	limits Limits
	walks  []ingest.Walk
	points []ingest.Fix // placemarks that are points, in order
	fixes  int          // over all walks
	notes  notes        // of the file
}

// readKML reads KML 2.2 with Google's extensions: a walk for each LineString,
// LinearRing, ring of a Polygon, gx:Track and gx:MultiTrack, called by its
// placemark, in the order of the file, and one of kind points for all placemarks
// that are points together.
//
// Heights count as above sea level (EGM 96) where the altitude mode is absolute;
// in every other mode they are not of the position. A gx:Track is a recording
// and forgiven single bad positions; a drawn line is not. Links are never
// followed; styles, overlays, descriptions and what is in them are passed over.
func readKML(br *bufio.Reader, limits Limits) ([]ingest.Walk, error) {
	k := &kmlReader{xml: newXMLReader(br, maxKMLText), limits: limits}
	err := k.xml.document("kml", func(xml.StartElement) error { return k.xml.children(k.feature) })
	if err != nil {
		return nil, err
	}
	if len(k.points) > 0 {
		k.walks = append(k.walks, ingest.Walk{Format: string(FormatKML), Kind: ingest.KindPoints, Fixes: k.points})
	}
	if k.fixes == 0 {
		return nil, refuseNoFixes(&k.notes, "KML 文件中没有可用的轨迹、线、面或点。", "The KML file has no usable track, line, polygon or point.")
	}
	found := k.notes.list()
	for i := range k.walks {
		k.walks[i].Notes = append(k.walks[i].Notes, found...)
	}
	return k.walks, nil
}

// feature reads a container or a placemark.
func (k *kmlReader) feature(start xml.StartElement) error {
	switch start.Name.Local {
	case "Document", "Folder":
		return k.xml.children(k.feature)
	case "Placemark":
		return k.placemark()
	case "NetworkLink":
		k.notes.once(noteLink, k.xml.line, "a link to another file was not followed")
	}
	return k.xml.skip()
}

// placemark reads one, whose name may stand behind its geometry.
func (k *kmlReader) placemark() error {
	first, firstPoint := len(k.walks), len(k.points)
	name := ""
	err := k.xml.children(func(start xml.StartElement) error {
		if start.Name.Local == "name" {
			text, err := k.xml.text()
			name = cleanName(text)
			return err
		}
		return k.geometry(start)
	})
	if err != nil {
		return err
	}
	for i := range k.walks[first:] {
		w := &k.walks[first+i]
		if w.Name = name; len(k.walks) > first+1 && name != "" {
			w.Name = fmt.Sprintf("%s #%d", name, i+1)
		}
	}
	for i := range k.points[firstPoint:] {
		k.points[firstPoint+i].Name = name
	}
	return nil
}

func (k *kmlReader) geometry(start xml.StartElement) error {
	line := k.xml.line
	switch start.Name.Local {
	case "MultiGeometry":
		return k.xml.children(k.geometry)
	case "LineString", "LinearRing":
		kind := ingest.KindLine
		if start.Name.Local == "LinearRing" {
			kind = ingest.KindRing
		}
		fixes, err := k.line()
		if err != nil {
			return err
		}
		return k.drawn(kind, fixes, line, nil)
	case "Polygon":
		return k.polygon()
	case "Point":
		fixes, err := k.line()
		k.points = append(k.points, fixes...)
		return err
	case "Track":
		t := kmlTrack{k: k}
		if err := t.read(); err != nil {
			return err
		}
		return t.end(line)
	case "MultiTrack":
		t := kmlTrack{k: k}
		err := k.xml.children(func(start xml.StartElement) error {
			if start.Name.Local == "Track" {
				return t.read()
			}
			return k.xml.skip()
		})
		if err != nil {
			return err
		}
		return t.end(line)
	}
	return k.xml.skip()
}

// drawn appends a drawn line, unless it is none.
func (k *kmlReader) drawn(kind ingest.Kind, fixes []ingest.Fix, line int, found []ingest.Note) error {
	if len(fixes) < 2 || kind == ingest.KindRing && len(fixes) < 4 {
		k.fixes -= len(fixes)
		k.notes.add(notePoints, line, "a %s of %d positions was left out", kind, len(fixes))
		return nil
	}
	if len(k.walks) >= maxWalks {
		return refuseTooManyTracks(line)
	}
	if last := len(fixes) - 1; kind == ingest.KindRing && (fixes[0].Lon != fixes[last].Lon || fixes[0].Lat != fixes[last].Lat) {
		found = append(found, ingest.Note{Code: noteRingOpen, Line: fixes[last].Line, Text: "the ring does not end where it began"})
	}
	k.walks = append(k.walks, ingest.Walk{Format: string(FormatKML), Kind: kind, Fixes: fixes, Notes: found})
	return nil
}

// polygon makes a walk of each ring, the outer one first.
func (k *kmlReader) polygon() error {
	var mode string
	first := len(k.walks)
	ring := func(found []ingest.Note) func(xml.StartElement) error {
		return func(start xml.StartElement) error {
			if start.Name.Local != "LinearRing" {
				return k.xml.skip()
			}
			line := k.xml.line
			fixes, err := k.line()
			if err != nil {
				return err
			}
			return k.drawn(ingest.KindRing, fixes, line, found)
		}
	}
	err := k.xml.children(func(start xml.StartElement) error {
		switch start.Name.Local {
		case "outerBoundaryIs":
			return k.xml.children(ring(nil))
		case "innerBoundaryIs":
			return k.xml.children(ring([]ingest.Note{{Code: noteHole, Line: k.xml.line, Text: "this is a hole of the polygon before it; it is not subtracted"}}))
		case "altitudeMode":
			text, err := k.xml.text()
			mode = text
			return err
		}
		return k.xml.skip()
	})
	if mode == "absolute" {
		for _, w := range k.walks[first:] {
			aboveSea(w.Fixes)
		}
	}
	return err
}

// aboveSea says of heights what their altitude mode does.
func aboveSea(fixes []ingest.Fix) {
	for i := range fixes {
		if fixes[i].Height != 0 {
			fixes[i].HeightType = ingest.HeightMSL
		}
	}
}

// line reads the coordinates of the geometry whose start was read last.
func (k *kmlReader) line() ([]ingest.Fix, error) {
	var fixes []ingest.Fix
	mode := ""
	err := k.xml.children(func(start xml.StartElement) (err error) {
		switch start.Name.Local {
		case "coordinates":
			fixes, err = k.coordinates(fixes)
			return err
		case "altitudeMode":
			mode, err = k.xml.text()
			return err
		}
		return k.xml.skip()
	})
	if mode == "absolute" {
		aboveSea(fixes)
	}
	return fixes, err
}

// coordinates reads "lon,lat[,height]" with blanks between positions.
func (k *kmlReader) coordinates(fixes []ingest.Fix) ([]ingest.Fix, error) {
	var cut []byte // the beginning of a position that a comment or section cuts
	take := func(tuple []byte, line int) error {
		fix, err := kmlPosition(tuple)
		if err != nil {
			return refuse(CodeKML, atLine(line),
				text(fmt.Sprintf("坐标“%s”读不出来，应为“经度,纬度,高度”。", excerpt(tuple)), fmt.Sprintf("The position %q is not \"longitude,latitude,height\": %v.", excerpt(tuple), err)),
				text(remedyExportZH, remedyExportEN))
		}
		if k.fixes++; k.fixes > k.limits.MaxFixes {
			return refuseTooManyFixes(k.limits.MaxFixes, line)
		}
		fix.Line = line
		fixes = append(fixes, fix)
		return nil
	}
	lastLine := k.xml.line
	err := k.xml.data(func(piece []byte, line int) error {
		for len(piece) > 0 {
			end := bytes.IndexAny(piece, " \t\r\n")
			tuple := piece
			if end >= 0 {
				tuple = piece[:end]
			}
			if end < 0 || len(cut) > 0 {
				if len(cut)+len(tuple) > 256 {
					tuple = tuple[:max(0, 256-len(cut))] // no number: it will be refused
				}
				cut = append(cut, tuple...)
				tuple = cut
			}
			if end < 0 {
				lastLine = line
				return nil
			}
			if len(tuple) > 0 {
				if err := take(tuple, line); err != nil {
					return err
				}
			}
			cut = cut[:0]
			if piece[end] == '\n' {
				line++
			}
			piece = piece[end+1:]
		}
		lastLine = line
		return nil
	})
	if err == nil && len(cut) > 0 {
		err = take(cut, lastLine)
	}
	return fixes, err
}

func kmlPosition(tuple []byte) (ingest.Fix, error) {
	fix := ingest.Fix{Quality: ingest.QualityUnknown, HeightType: ingest.HeightUnknown}
	parts := bytes.SplitN(tuple, []byte(","), 4)
	if len(parts) < 2 || len(parts) > 3 {
		return fix, fmt.Errorf("it has %d numbers", len(parts))
	}
	for i, to := range []*float64{&fix.Lon, &fix.Lat, &fix.Height} {
		if i < len(parts) && (i < 2 || len(parts[i]) > 0) {
			v, err := number(parts[i])
			if err != nil {
				return fix, err
			}
			*to = v
		}
	}
	if !lonLatInRange(fix.Lon, fix.Lat) {
		return fix, fmt.Errorf("longitude %g and latitude %g are not on the globe", fix.Lon, fix.Lat)
	}
	return fix, nil
}
