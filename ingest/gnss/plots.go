package gnss

import (
	"bufio"
	"bytes"
	"fmt"
	"strings"

	"jieshi/geo/crs"
	"jieshi/ingest"
)

// A plotReader reads the text in which land offices exchange plots (建设用地电子报盘
// 坐标交换格式): a section [属性描述] of keys and values, and a section [地块坐标]
// of plots, each with a line of particulars that ends with @, then its corners:
// number, ring, X (north), Y (east).
type plotReader struct {
	limits Limits
	number int // of the line in hand
	keys   map[string]string
	at     map[string]int // their lines
	body   bool           // within [地块坐标]
	plot   plotHead
	rings  []plotRing // of the plot in hand
	walks  []ingest.Walk
	fixes  int
	cells  [][]byte
}

// A plotHead is the line of particulars of a plot.
type plotHead struct {
	line, declared int
	name           string
	kind           ingest.Kind
}

type plotRing struct {
	number string
	fixes  []ingest.Fix
}

// readPlots reads it: a walk for each ring of each plot, in the order of the
// file, called by the plot's name or number. X is north and Y east, as the
// format has it; a file whose numbers say otherwise is asked about. The grid
// comes from 坐标系, 几度分带 and 带号. A plot that has not as many corners as it
// says is refused: one is missing.
func readPlots(in input) ([]ingest.Walk, error) {
	p := &plotReader{limits: in.limits, keys: map[string]string{}, at: map[string]int{}}
	lines := &lineReader{br: bufio.NewReaderSize(&textGuard{r: in.br}, SniffLen)}
	err := lines.each(func(line []byte) error {
		p.number = lines.number
		if lines.more {
			return refuseTextTooLong(p.number)
		}
		return p.line(bytes.TrimSpace(line))
	})
	if err == nil {
		err = p.end()
	}
	if err != nil {
		return nil, err
	}
	if len(p.walks) == 0 {
		return nil, refuseNoFixes(&notes{}, "文件中没有地块坐标。", "The file has no plots.")
	}
	stated, err := p.grid()
	if err != nil {
		return nil, err
	}
	drawn := drawing{told: in.told, custom: crs.NorthEast, stated: stated}
	found, err := drawn.place(p.walks, in.see)
	if err != nil {
		return nil, err
	}
	for i := range p.walks {
		p.walks[i].Notes = append(p.walks[i].Notes, found...)
	}
	return p.walks, nil
}

func (p *plotReader) line(line []byte) error {
	switch {
	case len(line) == 0:
		return nil
	case line[0] == '[':
		p.body = bytes.HasPrefix(line, []byte("[地块坐标]"))
		return nil
	case !p.body:
		if key, value, ok := bytes.Cut(line, []byte("=")); ok && len(p.keys) < 64 {
			name := cleanName(string(key))
			p.keys[name], p.at[name] = cleanName(string(value)), p.number
		}
		return nil
	}
	p.cells = splitRecord(line, ',', p.cells[:0])
	if last := p.cells[len(p.cells)-1]; string(last) == "@" {
		return p.head()
	}
	return p.corner()
}

// head begins a plot: corners, area, number, name, kind, sheet, use, class, @.
func (p *plotReader) head() error {
	if err := p.end(); err != nil {
		return err
	}
	p.plot = plotHead{line: p.number, kind: ingest.KindRing}
	n, ok := whole(p.cells[0], 9_999_999)
	if !ok {
		return p.refuse("地块的界址点数“"+excerpt(p.cells[0])+"”不是数字", "the number of corners is "+excerpt(p.cells[0]))
	}
	p.plot.declared = n
	for _, i := range []int{3, 2} { // name, else number
		if p.plot.name == "" && i < len(p.cells)-1 {
			p.plot.name = cleanName(string(p.cells[i]))
		}
	}
	if len(p.cells) > 5 {
		switch string(p.cells[4]) {
		case "线":
			p.plot.kind = ingest.KindLine
		case "点":
			p.plot.kind = ingest.KindPoints
		}
	}
	return nil
}

// corner takes a point: number, ring, X north, Y east.
func (p *plotReader) corner() error {
	if p.plot.line == 0 {
		return p.refuse("坐标前没有地块说明行（以 @ 结尾）", "there are corners before the first plot")
	}
	if len(p.cells) < 4 {
		return p.refuse("界址点不足四项", "a corner has fewer than four values")
	}
	var v [2]float64
	for i := range v {
		var err error
		if v[i], err = number(p.cells[2+i]); err != nil {
			return p.refuse("坐标“"+excerpt(p.cells[2+i])+"”读不出来", "the coordinate "+excerpt(p.cells[2+i])+" cannot be read")
		}
	}
	if p.fixes++; p.fixes > p.limits.MaxFixes {
		return refuseTooManyFixes(p.limits.MaxFixes, p.number)
	}
	ring := string(p.cells[1])
	if n := len(p.rings); n == 0 || p.rings[n-1].number != ring {
		p.rings = append(p.rings, plotRing{number: ring})
	}
	last := &p.rings[len(p.rings)-1]
	last.fixes = append(last.fixes, ingest.Fix{
		Lon: v[0], Lat: v[1], Name: cleanName(string(p.cells[0])), Line: p.number,
		Quality: ingest.QualityUnknown, HeightType: ingest.HeightUnknown,
	})
	return nil
}

// end makes walks of the plot in hand.
func (p *plotReader) end() error {
	if p.plot.line == 0 {
		return nil
	}
	found, repeated := 0, 0
	for i, r := range p.rings {
		first, last := r.fixes[0], r.fixes[len(r.fixes)-1]
		found += len(r.fixes)
		w := ingest.Walk{Format: string(FormatPlots), Name: p.plot.name, Kind: p.plot.kind, Fixes: r.fixes}
		if closed := len(r.fixes) > 3 && first.Lon == last.Lon && first.Lat == last.Lat; closed {
			repeated++
		} else if w.Kind == ingest.KindRing { // a plot is closed, whether its last corner repeats the first or not
			w.Fixes = append(w.Fixes, first)
		}
		if i > 0 {
			w.Notes = []ingest.Note{{Code: noteHole, Line: first.Line, Text: "this is ring " + excerpt(r.number) + " of the plot before it; it is not subtracted"}}
		}
		if len(p.walks) >= maxWalks {
			return refuseTooManyTracks(p.plot.line)
		}
		p.walks = append(p.walks, w)
	}
	if found != p.plot.declared && found-repeated != p.plot.declared {
		return refuse(CodeCorners, atLine(p.plot.line),
			text(fmt.Sprintf("地块“%s”写明 %d 个界址点，实有 %d 个，可能缺点。", p.plot.name, p.plot.declared, found),
				fmt.Sprintf("Plot %q says that it has %d corners and has %d: some may be missing.", p.plot.name, p.plot.declared, found)),
			text(remedyOriginalZH, remedyOriginalEN))
	}
	p.plot, p.rings = plotHead{}, nil
	return nil
}

func (p *plotReader) refuse(zh, en string) *ingest.Refusal {
	return refuse(CodePlots, atLine(p.number), text("坐标交换文件有误："+zh+"。", "The exchange text of plots is wrong: "+en+"."),
		text("请从报盘软件或 CASS 重新导出坐标文件。", "Export the coordinates again from the program that made them."))
}

// grid is what the keys say of the grid; 0 where they leave it open.
func (p *plotReader) grid() (crs.SRID, error) {
	system, line := p.keys["坐标系"], p.at["坐标系"]
	if _, err := readCRS(system, line); err != nil {
		return 0, err
	}
	if strings.Contains(system, "80") || strings.Contains(system, "54") {
		return 0, refuseDatum(system, line)
	}
	zone, ok := whole(p.keys["带号"], 45)
	if !ok {
		return 0, nil
	}
	first := p.walks[0].Fixes[0]
	prefixed := max(first.Lon, first.Lat) > 1e7
	six := strings.HasPrefix(p.keys["几度分带"], "6")
	switch {
	case six && zone >= 13 && zone <= 23 && prefixed, !six && zone >= 25 && prefixed:
		return sridOfZone(zone), nil
	case six && zone >= 13 && zone <= 23:
		return crs.SRID(4489 + zone), nil
	case !six && zone >= 25:
		return crs.SRID(4509 + zone), nil
	}
	return 0, nil
}

// looksPlots says whether text is in the exchange format of plots.
func looksPlots(text []byte) bool {
	text = bytes.TrimLeft(text, " \t\r\n")
	return bytes.HasPrefix(text, []byte("[属性描述]")) || bytes.HasPrefix(text, []byte("[地块坐标]"))
}
