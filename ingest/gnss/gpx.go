package gnss

import (
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"

	"jieshi/ingest"
)

// gpxQualities are the words of GPX 1.0 and 1.1, none of which says RTK; what
// apps write beside them is in [qualityWords].
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
	waypoints gpxTrack
	metric    bool // hdop holds metres; see creators
}

// readGPX reads GPX 1.0 or 1.1: a walk for each track and route, in the order
// of the file, and one of kind points for all waypoints together, if there are
// any. The segments of a track are joined in order, and that is noted.
//
// Heights have a type only where the file gives the geoid height beside them,
// and are then ellipsoidal, the sum of the two; GPX does not say what ele is
// above, and phones and receivers differ. Times without a zone are UTC. What
// apps add about accuracy and fix is read by its name; see [gpxPoint.extension].
func readGPX(br *bufio.Reader, limits Limits) ([]ingest.Walk, error) {
	g := &gpxReader{xml: newXMLReader(br, maxToken), limits: limits}
	g.waypoints.walk = ingest.Walk{Format: string(FormatGPX), Kind: ingest.KindPoints}
	err := g.xml.document("gpx", func(root xml.StartElement) error {
		g.metric = hdopIsMetres(root.Attr)
		return g.xml.children(g.root)
	})
	if err != nil {
		return nil, err
	}
	if len(g.waypoints.walk.Fixes) > 0 || len(g.waypoints.notes.kept) > 0 {
		g.waypoints.walk.Notes = g.waypoints.notes.list()
		g.walks = append(g.walks, g.waypoints.walk)
	}
	if g.fixes == 0 {
		return nil, g.refuseEmpty()
	}
	return g.walks, nil
}

func (g *gpxReader) refuseEmpty() error {
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

func (g *gpxReader) root(start xml.StartElement) error {
	switch start.Name.Local {
	case "trk", "rte":
		kind := ingest.KindTrack
		if start.Name.Local == "rte" {
			kind = ingest.KindRoute
		}
		return g.track(kind)
	case "wpt":
		return g.point(&g.waypoints, start)
	}
	return g.xml.skip()
}

// A gpxTrack is a track or route in the making.
type gpxTrack struct {
	walk     ingest.Walk
	notes    notes
	segments int // that hold points
}

func (g *gpxReader) track(kind ingest.Kind) error {
	if len(g.walks) >= maxWalks {
		return refuseTooManyTracks(g.xml.line)
	}
	line := g.xml.line
	t := &gpxTrack{walk: ingest.Walk{Format: string(FormatGPX), Kind: kind}}
	err := g.xml.children(func(start xml.StartElement) error {
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
	err := g.xml.children(func(start xml.StartElement) error {
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
	p := gpxPoint{fix: &fix, notes: &t.notes, metric: g.metric}
	if err := g.xml.children(func(start xml.StartElement) error { return p.element(g.xml, start.Name.Local) }); err != nil {
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
