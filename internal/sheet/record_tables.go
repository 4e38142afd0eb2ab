package sheet

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"jieshi/ingest"
)

// A column of a table: where it ends (or begins, if its text stands left) and what
// stands over it.
type recordColumn struct {
	x    float64
	head string
	left bool
}

// mostRecordRows is how many rows of one table are printed; the report has all.
const mostRecordRows = 120

// table writes rows under heads, with heads anew on each page.
func (p *recordPen) table(columns []recordColumn, rows [][]string) {
	head := func() {
		for _, c := range columns {
			p.text(c.x, p.y+3.6, c.head, style{size: 6, ink: grey, align: alignOf(c)})
		}
		p.y += 4.6
		p.line(recordLeft, p.y, recordRight, p.y, black, hairline)
	}
	head()
	for i, row := range rows {
		if i == mostRecordRows {
			p.text(recordLeft, p.y+3.8, fmt.Sprintf("… 另有 %d 行，见电子报告 %d more rows in the electronic report", len(rows)-i, len(rows)-i), style{size: 6.6, ink: grey})
			p.y += 5
			break
		}
		more := p.lastLines(columns, row)
		if p.y+4.6+3.2*float64(len(more)-1) > recordBottom {
			p.page()
			head()
		}
		for k, c := range columns[:len(columns)-1] {
			p.text(c.x, p.y+3.6, row[k], style{size: 7, ink: black, align: alignOf(c)})
		}
		for n, line := range more {
			c := columns[len(columns)-1]
			p.text(c.x, p.y+3.6+3.2*float64(n), line, style{size: 7, ink: black, align: alignOf(c)})
		}
		p.y += 4.6 + 3.2*float64(len(more)-1)
		p.line(recordLeft, p.y, recordRight, p.y, pale, hairline)
	}
	p.y += 4
}

// lastLines breaks the last cell of a row, which alone may hold a sentence, so that
// it stays on the page. A number stands in one line.
func (p *recordPen) lastLines(columns []recordColumn, row []string) (lines []string) {
	c, rest := columns[len(columns)-1], row[len(row)-1]
	if !c.left {
		return []string{rest}
	}
	for {
		var line string
		line, rest = p.breakLine(rest, recordRight-c.x, 7)
		lines = append(lines, line)
		if rest == "" {
			return lines
		}
	}
}

func alignOf(c recordColumn) align {
	if c.left {
		return left
	}
	return right
}

// points is the table of pointed points, X north and Y east as survey offices write
// them.
func (p *recordPen) points() {
	p.room(26)
	p.heading("指界点 Pointed points（不是界址点 no boundary marks）")
	if len(p.Report.Points) == 0 {
		p.note("未停留满 10 个历元，没有指界点；边界为连续踏测线。 Nobody stood for ten epochs: the line was walked throughout.")
		return
	}
	var rows [][]string
	for _, b := range p.Report.Points {
		rows = append(rows, []string{
			strconv.Itoa(b.N), b.Name, fmt.Sprintf("%.3f", float64(b.At.Y)), fmt.Sprintf("%.3f", float64(b.At.X)), qualityText(b.Quality),
			strconv.Itoa(b.Epochs), fmt.Sprintf("%.3f", float64(b.Spread)), again(b), classText(b.Class), missedText(b.Missed),
		})
	}
	p.table([]recordColumn{
		{recordLeft + 6, "点号", false},
		{recordLeft + 9, "点名 Name", true},
		{recordLeft + 50, "X(北) North m", false},
		{recordLeft + 73, "Y(东) East m", false},
		{recordLeft + 77, "解 Fix", true},
		{recordLeft + 97, "历元", false},
		{recordLeft + 109, "离散 m", false},
		{recordLeft + 121, "复测差 m", false},
		{recordLeft + 125, "等级 Class", true},
		{recordLeft + 147, "未达 Short of", true},
	}, rows)
}

var qualityWords = map[ingest.Quality]string{
	ingest.QualityFixed: "固定", ingest.QualityFloat: "浮点", ingest.QualityPPP: "精密单点", ingest.QualityDGPS: "差分", ingest.QualitySingle: "单点", ingest.QualityUnknown: "未知",
}

func qualityText(q ingest.Quality) string {
	return strings.TrimSpace(qualityWords[q] + " " + string(q))
}

func again(b ingest.BoundaryPoint) string {
	if b.Occupations < 2 {
		return "—"
	}
	return fmt.Sprintf("%.3f", float64(b.Difference))
}

var missedWords = map[ingest.Missed]string{
	ingest.MissedFixed: "非固定解", ingest.MissedEpochs: "历元数", ingest.MissedSpread: "离散度", ingest.MissedSatellites: "卫星数", ingest.MissedPDOP: "PDOP",
	ingest.MissedAge: "差分龄期", ingest.MissedError: "点位误差", ingest.MissedAgain: "未复测", ingest.MissedAgreement: "复测超限",
}

func missedText(missed []ingest.Missed) string {
	words := make([]string, len(missed))
	for i, m := range missed {
		words[i] = missedWords[m]
	}
	return strings.Join(words, " ")
}

// flags lists stretches that are not fixed, and everything suspected, with places.
func (p *recordPen) flags() {
	r := p.Report
	p.room(30)
	p.heading("分段精度 Stretches")
	var rows [][]string
	for _, s := range r.Stretches {
		rows = append(rows, []string{
			qualityText(s.Quality), fmt.Sprintf("%d–%d", s.Vertex+1, s.Last+1), fmt.Sprintf("%.1f", float64(s.Metres)), fmt.Sprintf("%.1f %%", 100*s.Share),
			fmt.Sprintf("%.3f", float64(s.From.Y)), fmt.Sprintf("%.3f", float64(s.From.X)), fmt.Sprintf("%.3f", float64(s.To.Y)), fmt.Sprintf("%.3f", float64(s.To.X)),
		})
	}
	p.table([]recordColumn{
		{recordLeft + 1, "解 Fix", true},
		{recordLeft + 42, "点序 Fixes", false},
		{recordLeft + 60, "长 m", false},
		{recordLeft + 76, "占比", false},
		{recordLeft + 102, "起 X(北)", false},
		{recordLeft + 124, "起 Y(东)", false},
		{recordLeft + 150, "止 X(北)", false},
		{recordLeft + 172, "止 Y(东)", false},
	}, rows)
	rows = nil
	add := func(kind string, vertex int, at ingest.Place, what string) {
		rows = append(rows, []string{kind, strconv.Itoa(vertex + 1), fmt.Sprintf("%.3f", float64(at.Y)), fmt.Sprintf("%.3f", float64(at.X)), what})
	}
	for _, f := range r.Faults {
		add("问题 fault", f.Vertex, f.At, f.Text.ZH)
	}
	for _, g := range r.Gaps {
		what := fmt.Sprintf("%.0f s 无定位，相距 %.1f m", g.Seconds, float64(g.Metres))
		if g.Kind == ingest.GapDistance {
			what = fmt.Sprintf("相邻两点相距 %.1f m，中间没有记录", float64(g.Metres))
		}
		add("中断 gap", g.Vertex, g.At, what)
	}
	for _, j := range r.Jumps {
		kept := "保留"
		if slices.Contains(r.DroppedFixes, j.Vertex) || r.Dropped > 0 && r.DroppedFixes == nil { // reports from before list none
			kept = "经" + r.Consent + "同意剔除"
		}
		add("跳点 jump", j.Vertex, j.At, fmt.Sprintf("偏离 %.2f m，%s", float64(j.Offset), kept))
	}
	for _, s := range r.Slips {
		what := fmt.Sprintf("高程突变 %.2f m（%s → %s）", float64(s.Step), qualityText(s.From), qualityText(s.To))
		if s.Kind == ingest.SlipSpeed {
			what = fmt.Sprintf("速度 %.1f m/s，位移 %.1f m", s.Speed, float64(s.Step))
		}
		if s.Back > 0 {
			what += fmt.Sprintf("，至第 %d 点恢复", s.Back+1)
		}
		if slices.Contains(r.DroppedFixes, s.Vertex) {
			what += "，经" + r.Consent + "同意剔除"
		}
		add("突变 slip", s.Vertex, s.At, what)
	}
	p.room(20)
	p.heading("可疑与缺陷 What is suspected")
	if len(rows) == 0 {
		p.note("无。 Nothing.")
	} else {
		p.table([]recordColumn{
			{recordLeft + 1, "类别 Kind", true}, {recordLeft + 38, "点序", false}, {recordLeft + 64, "X(北)", false}, {recordLeft + 88, "Y(东)", false}, {recordLeft + 92, "说明 What", true},
		}, rows)
	}
	if u := r.Undropped; u != nil {
		p.note(fmt.Sprintf("剔除 %d 个可疑点；不剔除时面积 %.2f m²，长度 %.2f m。", r.Dropped, float64(u.Area.SquareMetres), float64(u.Length)))
	}
}

// notes lists what the reader of the file had to say.
func (p *recordPen) notes() {
	if len(p.Report.Notes) == 0 {
		return
	}
	p.room(20)
	p.heading("读取说明 What the reader noted")
	var rows [][]string
	for _, n := range p.Report.Notes {
		line := "—"
		if n.Line > 0 {
			line = strconv.Itoa(n.Line)
		}
		what := n.Text
		if n.Words != nil {
			what = n.Words.ZH + " " + n.Text
		}
		rows = append(rows, []string{n.Code, line, what})
	}
	p.table([]recordColumn{{recordLeft + 1, "代码 Code", true}, {recordLeft + 46, "行 Line", false}, {recordLeft + 50, "说明 What", true}}, rows)
}

func (p *recordPen) note(s string) {
	p.text(recordLeft+1.5, p.y+4, s, style{size: 7, ink: black})
	p.y += 7
}

// signatures is for a pen: what the parties say, and who signs.
func (p *recordPen) signatures() {
	p.room(92)
	p.heading("各方意见与异议（逐字记录） Objections of each party, verbatim")
	p.strokeRect(rect{recordLeft, p.y, recordRight, p.y + 26}, pale, hairline)
	p.y += 30
	p.heading("签名、捺印；拒签的注明理由 Signatures or fingerprints; a refusal with its reason")
	for _, row := range [][2]string{
		{"指界人 Pointed by", "对方当事人 Other party"},
		{"测量人员 Surveyor (1)", "测量人员 Surveyor (2)"},
		{"见证人 Witness", "记录人 Recorder"},
	} {
		half := (recordLeft + recordRight) / 2
		for i, x := range []float64{recordLeft, half} {
			p.strokeRect(rect{x, p.y, x + half - recordLeft, p.y + 14}, pale, hairline)
			p.text(x+1.5, p.y+4, row[i], style{size: 6.6, ink: grey})
			p.text(x+half-recordLeft-1.5, p.y+12.4, "年   月   日", style{size: 6.6, ink: grey, align: right})
		}
		p.y += 14
	}
}
