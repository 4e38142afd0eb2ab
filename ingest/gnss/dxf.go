package gnss

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"jieshi/geo/crs"
	"jieshi/ingest"
)

// A dxfReader reads the entities of an ASCII DXF drawing as they stream by:
// pairs of lines, a group code and its value.
type dxfReader struct {
	lines   lineReader
	limits  Limits
	number  int // line of the value in hand
	section string
	entity  dxfEntity
	open    *dxfEntity // the POLYLINE whose vertices follow
	shapes  []dxfShape
	loose   []*dxfLayer // LINEs and POINTs by layer, in the order of the file
	byName  map[string]*dxfLayer
	others  map[string]int // entities that are not read
	curves  int
	fixes   int
	began   bool // the group in hand is the first of an entity
}

// A dxfEntity gathers the groups of one entity.
type dxfEntity struct {
	kind     string
	layer    string
	line     int
	flags    int
	height   float64     // of all vertices (38)
	vertices []dxfVertex // LWPOLYLINE has many, LINE two, POINT and VERTEX one
	paper    bool        // on the sheet, not on the ground
	mirrored bool        // its axes are not those of the world
	cass     bool        // the extended data in hand is CASS's
	words    []string    // what it says of a plot: a code, then its number and owner
}

type dxfVertex struct {
	x, y, z, bulge float64
	line           int
}

// A dxfShape is a polyline on its way to become a walk.
type dxfShape struct {
	name   string
	closed bool
	fixes  []ingest.Fix
}

type dxfLayer struct {
	name   string
	lines  [][2]dxfVertex
	points []dxfVertex
}

// readDXF reads the lines of an ASCII DXF drawing: a walk for each LWPOLYLINE
// and POLYLINE, for each chain of LINEs of a layer that meet end to end, and one
// of kind points for the POINTs of each layer. A walk is called by its layer,
// and by what CASS writes of a plot. Layers are not judged: frozen ones count.
//
// Arcs within polylines become chords that are off by at most curveTolerance,
// which is noted. Everything else (ARC, CIRCLE, SPLINE, blocks, text) is passed
// over and counted in a note; so are meshes, paper space and mirrored entities.
//
// Coordinates are CGCS2000 or UTM, by the zone number before the easting or as
// told; degrees, if all of them can be. Like any drawing it is refused for a
// number that cannot be read.
func readDXF(in input) ([]ingest.Walk, error) {
	d := &dxfReader{
		lines:  lineReader{br: bufio.NewReaderSize(&textGuard{r: in.br}, SniffLen)},
		limits: in.limits, others: map[string]int{}, byName: map[string]*dxfLayer{},
	}
	if err := d.groups(); err != nil {
		return nil, err
	}
	if d.section != "EOF" {
		return nil, refuseTruncated(d.number)
	}
	walks := d.walks()
	if len(walks) == 0 {
		return nil, refuse(CodeNoLine, "",
			text("图纸中没有多段线、直线或点。", "The drawing has no polyline, line or point."),
			text("请在 CASS 或 CAD 中把边界画成多段线后另存为 DXF。", "Draw the boundary as a polyline in the CAD program and save it as DXF."))
	}
	if len(walks) > maxWalks {
		return nil, refuseTooManyTracks(d.number)
	}
	drawn := drawing{told: in.told, custom: crs.EastNorth}
	found, err := drawn.place(walks, in.see)
	if err != nil {
		return nil, err
	}
	found = append(found, d.notes()...)
	for i := range walks {
		walks[i].Notes = append(walks[i].Notes, found...)
	}
	return walks, nil
}

func (d *dxfReader) notes() []ingest.Note {
	var n notes
	if d.curves > 0 {
		n.add(noteCurve, 0, "%d arcs were made of chords, at most %g m off", d.curves, curveTolerance)
	}
	if len(d.others) > 0 {
		kinds := make([]string, 0, len(d.others))
		for kind, count := range d.others {
			kinds = append(kinds, fmt.Sprintf("%s %d", kind, count))
		}
		slices.Sort(kinds)
		n.add(notePoints, 0, "not read: %s", strings.Join(kinds, ", "))
	}
	return n.list()
}

// groups reads all pairs.
func (d *dxfReader) groups() error {
	for d.section != "EOF" {
		code, value, err := d.pair()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := d.group(code, value); err != nil {
			return err
		}
	}
	return nil
}

// pair reads a group code and its value, which is valid until the next call.
func (d *dxfReader) pair() (code int, value []byte, err error) {
	raw, err := d.whole()
	if err != nil {
		return 0, nil, err
	}
	text := strings.TrimSpace(string(raw))
	if text == "" && d.section == "" && !d.began {
		return d.pair() // blank lines in front
	}
	d.began = true
	code, err = strconv.Atoi(text)
	if err != nil || code < -5 || code > 1071 {
		return 0, nil, d.refuse("组码“"+excerpt(text)+"”不是数字", "the group code "+strconv.Quote(excerpt(text))+" is no number")
	}
	value, err = d.whole()
	if errors.Is(err, io.EOF) {
		return 0, nil, refuseTruncated(d.number)
	}
	return code, bytes.TrimSpace(value), err
}

// whole returns the next line; of one that is longer than any value may be, its
// beginning.
func (d *dxfReader) whole() ([]byte, error) {
	line, err := d.lines.next()
	if err != nil {
		return nil, err
	}
	d.number = d.lines.number
	if d.lines.more {
		line = bytes.Clone(line[:256])
		for d.lines.more {
			if _, err := d.lines.next(); err != nil {
				return nil, err
			}
		}
	}
	return line, nil
}

func (d *dxfReader) refuse(zh, en string) *ingest.Refusal {
	return refuse(CodeDXF, atLine(d.number),
		text("DXF 有误："+zh+"。", "The DXF is wrong: "+en+"."),
		text("请在 CAD 软件中另存为 ASCII 格式的 DXF（例如 2004 版）后再上传。", "Save it again as an ASCII DXF (for example of release 2004) in the CAD program."))
}

// group takes one pair.
func (d *dxfReader) group(code int, value []byte) error {
	if code == 0 {
		if err := d.end(); err != nil {
			return err
		}
		d.entity = dxfEntity{kind: string(value[:min(len(value), 40)]), line: d.number}
		switch d.entity.kind {
		case "ENDSEC":
			d.section = "between"
		case "EOF":
			d.section = "EOF"
		}
		return nil
	}
	if d.entity.kind == "SECTION" && code == 2 {
		d.section = string(value[:min(len(value), 40)])
		return nil
	}
	if d.section == "ENTITIES" {
		return d.property(code, value)
	}
	return nil
}

// property takes a group of the entity in hand.
func (d *dxfReader) property(code int, value []byte) (err error) {
	e := &d.entity
	switch code {
	case 8:
		e.layer = dxfText(value)
	case 1001:
		e.cass = string(value) == "SOUTH"
	case 1000:
		if e.cass && len(e.words) < 8 {
			e.words = append(e.words, dxfText(value))
		}
	}
	switch e.kind {
	case "LWPOLYLINE", "POLYLINE", "VERTEX", "LINE", "POINT":
	default:
		return nil
	}
	var v float64
	switch code {
	case 10, 20, 30, 11, 21, 31, 38, 42, 67, 70, 230:
		if v, err = number(value); err != nil {
			return d.refuse(fmt.Sprintf("组码 %d 的值“%s”不是数字", code, excerpt(value)), fmt.Sprintf("the value of group %d is %q", code, excerpt(value)))
		}
	default:
		return nil
	}
	switch code {
	case 10, 11:
		if e.kind != "POLYLINE" { // whose 10 is a dummy
			if d.fixes++; d.fixes > d.limits.MaxFixes {
				return refuseTooManyFixes(d.limits.MaxFixes, d.number)
			}
			e.vertices = append(e.vertices, dxfVertex{x: v, line: d.number})
		}
	case 20, 21, 30, 31, 42:
		if n := len(e.vertices); n > 0 {
			switch at := &e.vertices[n-1]; code {
			case 20, 21:
				at.y = v
			case 30, 31:
				at.z = v
			default:
				at.bulge = v
			}
		} else if code == 30 {
			e.height = v
		}
	case 38:
		e.height = v
	case 67:
		e.paper = v != 0
	case 70:
		e.flags = int(max(-1, min(v, 1<<20)))
	case 230:
		e.mirrored = v < 0.999999
	}
	return nil
}

// dxfText is a name, with the \U+XXXX that releases without Unicode write.
func dxfText(value []byte) string {
	s := string(value[:min(len(value), 1024)])
	for range 64 {
		i := strings.Index(s, `\U+`)
		if i < 0 || i+7 > len(s) {
			break
		}
		r, err := strconv.ParseUint(s[i+3:i+7], 16, 16)
		if err != nil {
			break
		}
		s = s[:i] + string(rune(r)) + s[i+7:]
	}
	return cleanName(s)
}

const (
	dxfClosed = 1  // of a polyline
	dxfFrame  = 16 // of a vertex: it steers a spline and is not on it
	dxfMesh   = 16 | 64
)

// end takes in the entity whose groups were read last.
func (d *dxfReader) end() error {
	e := d.entity
	if d.section != "ENTITIES" || e.kind == "" || e.kind == "SECTION" {
		return nil
	}
	if d.open != nil && e.kind == "VERTEX" {
		if e.flags&dxfFrame == 0 && len(e.vertices) > 0 {
			d.open.vertices = append(d.open.vertices, e.vertices[0])
		} else {
			d.fixes -= len(e.vertices)
		}
		return nil
	}
	if d.open != nil { // SEQEND, or a drawing that lacks it
		done := *d.open
		d.open = nil
		if err := d.polyline(done); err != nil || e.kind == "SEQEND" {
			return err
		}
	}
	switch {
	case (e.paper || e.mirrored || e.kind == "POLYLINE" && e.flags&dxfMesh != 0) && e.kind != "VERTEX":
		d.leave(e)
	case e.kind == "LWPOLYLINE":
		return d.polyline(e)
	case e.kind == "POLYLINE":
		d.open = &e
	case e.kind == "LINE" && len(e.vertices) == 2:
		layer, err := d.layer(e.layer)
		if err != nil {
			return err
		}
		layer.lines = append(layer.lines, [2]dxfVertex{e.vertices[0], e.vertices[1]})
	case e.kind == "POINT" && len(e.vertices) == 1:
		layer, err := d.layer(e.layer)
		if err != nil {
			return err
		}
		layer.points = append(layer.points, e.vertices[0])
	case e.kind == "VERTEX", e.kind == "SEQEND": // of what was left
		d.fixes -= len(e.vertices)
	default:
		d.leave(e)
	}
	return nil
}

// leave counts what is not read.
func (d *dxfReader) leave(e dxfEntity) {
	d.fixes -= len(e.vertices)
	kind := excerpt(e.kind)
	if _, known := d.others[kind]; known || len(d.others) < 20 {
		d.others[kind]++
	}
}

func (d *dxfReader) layer(name string) (*dxfLayer, error) {
	if l := d.byName[name]; l != nil {
		return l, nil
	}
	if len(d.loose) >= maxWalks {
		return nil, refuseTooManyTracks(d.number)
	}
	l := &dxfLayer{name: name}
	d.byName[name] = l
	d.loose = append(d.loose, l)
	return l, nil
}
