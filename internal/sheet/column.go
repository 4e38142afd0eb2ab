package sheet

import (
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"jieshi/mediation"
)

// Heights of the parts of the right column, millimetres.
const (
	headingHeight = 5.2
	keyHeight     = 10.6
	rowHeight     = 4.0
	legendRow     = 4.6
	pointRow      = 3.05
	pointNotes    = 6.4
	sectionGap    = 1.6
)

const (
	mostPieces  = 8 // rows of the table of areas; more pieces are summed up
	mostPairs   = 4
	mostParties = 6 // entries of the legend
)

// areaRows returns how many rows the table of areas has below its head.
func areaRows(s Sheet) int {
	rows := min(len(s.Run.Pieces), mostPieces)
	if len(s.Run.Pairs) > 1 {
		rows += min(len(s.Run.Pairs), mostPairs)
	}
	return rows
}

func legendRows(s Sheet) int {
	rows, _ := partyRows(s)
	return rows + 3
}

// partyRows returns how many rows of the legend the parties take, and in how
// many columns: a few get a whole line each, since names are long.
func partyRows(s Sheet) (rows, columns int) {
	if n := len(s.Claims); n <= 3 {
		return n, 1
	}
	return (min(len(s.Claims), mostParties) + 1) / 2, 2
}

// pointRows returns how many rows are left for points.
func pointRows(s Sheet) int {
	areas := headingHeight + keyHeight + rowHeight*(float64(areaRows(s))+1.3)
	legend := headingHeight + legendRow*float64(legendRows(s))
	rest := columnBox.height() - areas - legend - headingHeight - pointRow*1.3 - pointNotes - 3*sectionGap
	return max(int(rest/pointRow), fewestCorners+1)
}

// column draws the right-hand side: areas, legend, points.
func (d *drawing) column() {
	d.line(columnBox.x0, columnBox.y0, columnBox.x0, columnBox.y1, black, medium)
	y := d.areas(columnBox.y0)
	y = d.legend(y + sectionGap)
	d.points(y + sectionGap)
}

func (d *drawing) heading(y float64, text string) float64 {
	box := rect{columnBox.x0 + 0.1, y, columnBox.x1 - 0.25, y + headingHeight}
	d.fillRect(box, wash)
	d.text(columnBox.x0+3, y+3.7, text, style{size: 7.2, ink: black, bold: true})
	return y + headingHeight
}

// areas writes the disputed ground of the case, then each piece and pair.
func (d *drawing) areas(y float64) float64 {
	y = d.heading(y, "争议面积 Disputed area")
	x0, x1 := columnBox.x0+3, columnBox.x1-3
	c := d.Run.Contested
	d.text(x0, y+5, mu(c.Nominal), style{size: 12, ink: black, bold: true})
	bounds := fmt.Sprintf("(%s – %s)", muNumber(c.Core), muNumber(c.Outer))
	d.text(x0+d.width(mu(c.Nominal), 12)+2.5, y+5, bounds, style{size: 9, ink: black})
	a := c.Nominal.Ellipsoidal.SquareMetres
	d.text(x0, y+9, fmt.Sprintf("%s m² · %.3f ha · 椭球面积 ellipsoidal · 括号内为确定–最大 (core – outer)", m2(a), a.Hectares()),
		style{size: 5.2, ink: grey})
	y += keyHeight

	t := table{pen: d.pen, row: rowHeight, size: 6.4, x: x0, columns: []column{
		{8, center, "块 No."}, {15, left, "各方 Parties"}, {15.5, right, "面积 mu"}, {15.5, right, "确定 core mu"}, {14, right, "m²"}, {15, right, "判定 Verdict"},
	}}
	y = t.head(y)
	for _, row := range d.areaTable() {
		y = t.write(y, row...)
	}
	d.line(x0, y, x1, y, black, fine)
	return y
}

func (d *drawing) areaTable() [][]string {
	var rows [][]string
	pieces := d.Run.Pieces
	if len(pieces) > mostPieces {
		pieces = pieces[:mostPieces-1]
	}
	for _, p := range pieces {
		rows = append(rows, []string{
			fmt.Sprint(p.N), letters(p.Sides), muNumber(p.Nominal), muNumber(p.Core), m2(p.Nominal.Ellipsoidal.SquareMetres), verdict(p.Verdict),
		})
	}
	if rest := d.Run.Pieces[len(pieces):]; len(rest) > 0 {
		var nominal, core float64
		for _, p := range rest {
			nominal += float64(p.Nominal.Ellipsoidal.SquareMetres)
			core += float64(p.Core.Ellipsoidal.SquareMetres)
		}
		n, c := mediation.NewMeasure(nominal, 0, 0), mediation.NewMeasure(core, 0, 0)
		rows = append(rows, []string{
			fmt.Sprintf("+%d", len(rest)), "其余 others", muNumber(n), muNumber(c), m2(n.Ellipsoidal.SquareMetres), "",
		})
	}
	if len(d.Run.Pairs) < 2 {
		return rows
	}
	for _, p := range d.Run.Pairs[:min(len(d.Run.Pairs), mostPairs)] {
		rows = append(rows, []string{
			"对 pair", letters(p.Sides[:]), muNumber(p.Nominal), muNumber(p.Core), m2(p.Nominal.Ellipsoidal.SquareMetres), "最大 " + muNumber(p.Outer),
		})
	}
	return rows
}

func letters(sides []int) string {
	var out []string
	for _, n := range sides {
		out = append(out, sideOf(n).letter())
	}
	return strings.Join(out, "·")
}

func verdict(v mediation.Verdict) string {
	if v == mediation.Certain {
		return "确定 certain"
	}
	return "误差内 within"
}

// legend explains every sign of the map.
func (d *drawing) legend(y float64) float64 {
	y = d.heading(y, "图例 Legend") + legendRow
	const half = 41.5
	rows, columns := partyRows(d.Sheet)
	cell := func(i, columns int) (float64, float64) {
		return columnBox.x0 + 3 + float64(i%columns)*half, y + float64(i/columns)*legendRow - 1.4
	}
	label := style{size: 6.2, ink: black}
	parties := d.Claims[:min(len(d.Claims), mostParties)]
	for i, c := range parties {
		x, base := cell(i, columns)
		s := sideOf(c.Party.Side)
		d.line(x, base-1, x+9, base-1, s.ink, claimLine)
		d.sign(orb.Point{x + 4.5, base - 1}, c.Party.Side, 1.15)
		sigma := fmt.Sprintf("±%.2f m", c.SigmaM)
		if len(parties) == mostParties && i == mostParties-1 && len(d.Claims) > mostParties {
			sigma = fmt.Sprintf("等 %d 方", len(d.Claims))
		}
		room := half*float64(3-columns) - 13 - d.width(sigma, 5.2)
		d.fit(x+10.2, base, room, s.zh+" "+c.Party.Name, label)
		end := x + 11.2 + min(room, d.width(s.zh+" "+c.Party.Name, label.size))
		d.text(end, base, sigma, style{size: 5.2, ink: grey})
	}
	for i, e := range []struct {
		draw  func(box orb.Polygon)
		words string
	}{
		{d.swatchCore, "确定争议 certain (core)"},
		{d.swatchNominal, "争议区 contested (nominal)"},
		{d.swatchTolerance, "在误差内 within tolerance"},
		{d.swatchOuter, "最大争议 outer bound"},
		{d.swatchLine, "主张线 claim line (± 1σ)"},
		{d.swatchCorner, "拐点 corner, see table"},
	} {
		x, base := cell(2*rows+i, 2)
		e.draw(orb.Polygon{{{x, base - 2.6}, {x + 9, base - 2.6}, {x + 9, base + 0.5}, {x, base + 0.5}, {x, base - 2.6}}})
		d.fit(x+10.2, base, half-10.6, e.words, label)
	}
	return y + float64(rows+2)*legendRow + 0.6
}

func (d *drawing) swatchNominal(box orb.Polygon) {
	d.tint(box, 0.10)
	d.strokes(hatch(box, nominalSpacing), purple, hairline)
	d.ink(purple, fine)
	d.shape(box, "D")
}

func (d *drawing) swatchCore(box orb.Polygon) {
	d.tint(box, 0.28)
	d.strokes(hatch(box, coreSpacing), purple, fine)
	d.ink(purple, fine)
	d.shape(box, "D")
}

func (d *drawing) swatchOuter(box orb.Polygon) {
	d.dashed([]float64{1.2, 0.8}, func() {
		d.ink(purple, fine)
		d.shape(box, "D")
	})
}

func (d *drawing) swatchLine(box orb.Polygon) {
	a, b := box[0][0], box[0][2]
	y := (a[1] + b[1]) / 2
	d.line(a[0], y, b[0], y, black, claimLine)
}

func (d *drawing) swatchCorner(box orb.Polygon) {
	a, b := box[0][0], box[0][2]
	d.pdf.SetFillColor(white.r, white.g, white.b)
	d.ink(black, fine)
	d.pdf.Circle((a[0]+b[0])/2-1, (a[1]+b[1])/2, 0.42, "FD")
	d.text((a[0]+b[0])/2, (a[1]+b[1])/2+0.7, "7", style{size: 5, ink: black})
}

// points lists the corners of the pieces.
func (d *drawing) points(y float64) {
	y = d.heading(y, "争议区拐点表 Corner points of the contested pieces")
	t := table{pen: d.pen, row: pointRow, size: 5.8, x: columnBox.x0 + 3, columns: []column{
		{11, center, "点号 No."}, {26, right, "X 北 north (m)"}, {24, right, "Y 东 east (m)"}, {22, right, "边长 side (m)"},
	}}
	y = t.head(y)
	for _, piece := range d.corners.pieces {
		d.fillRect(rect{t.x, y, columnBox.x1 - 3, y + pointRow}, rgb{0xF7, 0xF3, 0xF9})
		d.text(t.x+2, y+pointRow-0.85, fmt.Sprintf("争议块 Piece %d", piece.n), style{size: 5.4, ink: purple, bold: true})
		y += pointRow
		for _, c := range piece.points {
			y = t.write(y, fmt.Sprint(c.no), fmt.Sprintf("%.3f", c.at[1]), fmt.Sprintf("%.3f", c.at[0]), fmt.Sprintf("%.2f", c.side))
		}
	}
	d.line(t.x, y, columnBox.x1-3, y, black, fine)
	d.wrap(t.x, y+2.3, columnBox.width()-6, 2.15, 3, d.pointNote(), style{size: 5, ink: grey})
}

// pointNote says what the table of points leaves out.
func (d *drawing) pointNote() string {
	c := d.corners
	if c.all == 0 {
		return "没有争议地块。There are no contested pieces."
	}
	if c.tolerance == 0 && c.left == 0 && c.listed == c.all {
		return "边长为本点至下一点的平面距离。Side: plane distance to the next point."
	}
	note := fmt.Sprintf("边界共 %d 个顶点，本表列简化拐点 %d 个（简化容差 %.2f m）；全部顶点见 claims.gpkg。", c.all, c.listed, c.tolerance)
	note += fmt.Sprintf(" %d of %d vertices, lines simplified within %.2f m; all are in claims.gpkg.", c.listed, c.all, c.tolerance)
	if c.left > 0 {
		note += fmt.Sprintf(" 另有 %d 个小块未列。%d small pieces are not listed.", c.left, c.left)
	}
	return note
}

// A table writes rows of text in columns.
type table struct {
	*pen
	row, size, x float64
	columns      []column
}

// A column has a width in millimetres and a name.
type column struct {
	width float64
	align align
	name  string
}

func (t table) right() float64 {
	x := t.x
	for _, c := range t.columns {
		x += c.width
	}
	return x
}

func (t table) head(y float64) float64 {
	height := t.row * 1.3
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	t.cells(y+height-1.2, names, style{size: t.size * 0.88, ink: grey})
	t.line(t.x, y+height, t.right(), y+height, black, fine)
	return y + height
}

func (t table) write(y float64, cells ...string) float64 {
	t.cells(y+t.row*0.5+t.size*pointMM*0.36, cells, style{size: t.size, ink: black})
	t.line(t.x, y+t.row, t.right(), y+t.row, wash, hairline)
	return y + t.row
}

func (t table) cells(baseline float64, cells []string, st style) {
	x := t.x
	for i, c := range t.columns {
		at := x + 0.6
		switch c.align {
		case center:
			at = x + c.width/2
		case right:
			at = x + c.width - 0.6
		case left:
		}
		st.align = c.align
		t.fit(at, baseline, c.width-0.8, cells[i], st)
		x += c.width
	}
}

// partiesOf returns the parties of the case, or those of the claims if the case
// does not list them, by side.
func partiesOf(s Sheet) []mediation.Party {
	parties := slices.Clone(s.Case.Parties)
	if len(parties) == 0 {
		for _, c := range s.Claims {
			parties = append(parties, c.Party)
		}
	}
	slices.SortStableFunc(parties, func(a, b mediation.Party) int { return a.Side - b.Side })
	return parties
}
