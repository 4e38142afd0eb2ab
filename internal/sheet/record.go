package sheet

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/paulmach/orb"

	"jieshi/geo/crs"
	"jieshi/ingest"
	"jieshi/mediation"
)

// A Record is the field record of a boundary walk (现场踏界记录) as it is laid
// before those who were there, to be signed by hand.
type Record struct {
	Case     mediation.Case
	Walk     mediation.Walk
	Report   ingest.Report // of the walk, as it was stored
	Fixes    []mediation.Fix
	Software string
}

// WriteRecord writes r as pages of A4, portrait: facts, what the walk is good for and
// what to do next, sketch, pointed points with class and spread, what is suspected
// with its places, what the reader noted, and the blocks for signatures. What the file does not know (weather, witnesses, the instrument's
// number) is left blank for a pen. Equal records give equal bytes: the date of the
// document is when the walk came.
//
// The record is not filed by itself, since it says nothing that the filed walk does
// not; what was signed is, once it is scanned.
func WriteRecord(w io.Writer, r Record, font *Font) error {
	p := &recordPen{Record: r, pen: newRecordPen(r, font)}
	p.page()
	p.facts()
	p.advice()
	p.sketch()
	p.points()
	p.flags()
	p.notes()
	p.signatures()
	p.numberPages()
	if err := p.pdf.Error(); err != nil {
		return fmt.Errorf("record: %w", err)
	}
	if err := p.pdf.Output(w); err != nil {
		return fmt.Errorf("record: %w", err)
	}
	return nil
}

// The page, in millimetres.
const (
	recordLeft   = 16.0
	recordRight  = 194.0
	recordTop    = 18.0
	recordBottom = 280.0
	recordRow    = 5.6
)

// recordPen is a record while it is written: y is where the next thing stands.
type recordPen struct {
	Record
	*pen
	y float64
}

func newRecordPen(r Record, font *Font) *pen {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(r.Walk.ReceivedAt.UTC())
	pdf.SetModificationDate(r.Walk.ReceivedAt.UTC())
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetMargins(0, 0, 0)
	p := &pen{pdf: pdf, font: font}
	title, _ := font.Clean(r.Case.Number + " 现场踏界记录 " + r.Walk.Party.Name)
	pdf.SetTitle(title, true)
	software, _ := font.Clean(r.Software)
	pdf.SetCreator(software, true)
	pdf.SetLang("zh-CN")
	pdf.AddUTF8FontFromBytes(family, "", slices.Clone(font.bytes))
	pdf.SetLineJoinStyle("round")
	pdf.SetLineCapStyle("round")
	return p
}

func (p *recordPen) page() {
	p.pdf.AddPage()
	p.pdf.SetFont(family, "", 8)
	p.y = recordTop
	if p.pdf.PageNo() > 1 {
		p.text(recordLeft, 12, p.Case.Number+" · 现场踏界记录（续） Boundary walk record, continued", style{size: 7, ink: grey})
	}
}

// room begins a new page unless there are h millimetres left on this one.
func (p *recordPen) room(h float64) {
	if p.y+h > recordBottom {
		p.page()
	}
}

func (p *recordPen) numberPages() {
	n := p.pdf.PageCount()
	for i := 1; i <= n; i++ {
		p.pdf.SetPage(i)
		p.pdf.SetFont(family, "", 7)
		p.text(recordLeft, 288, "指界线、主张线仅表明当事人所指，不是界址线。 Pointing lines say what a party points to; they are no determined boundary.", style{size: 6, ink: grey})
		p.text(recordRight, 288, fmt.Sprintf("第 %d 页 共 %d 页", i, n), style{size: 7, ink: grey, align: right})
	}
}

// facts is the head of the record: what, when, who, with what.
func (p *recordPen) facts() {
	middle := (recordLeft + recordRight) / 2
	p.text(middle, p.y+4, "现 场 踏 界 记 录", style{size: 17, ink: black, align: center, bold: true})
	p.text(middle, p.y+9.5, "Boundary walk record · 指界线 pointing line", style{size: 8, ink: grey, align: center})
	p.y += 14
	r := p.Report
	from, to := p.times()
	zone := fmt.Sprintf("%s · EPSG:%d", r.Zone.ZH, r.SRID)
	for _, row := range [][4]string{
		{"案号 Case", p.Case.Number, "案由 Dispute", p.Case.Title},
		{"指界方 Party", fmt.Sprintf("%s（第 %d 方）", p.Walk.Party.Name, p.Walk.Party.Side), "指界人及身份 Pointed by", ""},
		{"开始 Start (UTC)", from, "结束 End (UTC)", to},
		{"地点 Place", placeText(r), "天气 Weather", ""},
		{"测量人员(≥2) Surveyors", "", "记录人 Recorder", ""},
		{"仪器及编号 Instrument", "", "检定日期 Calibrated", ""},
		{"坐标系 CRS", zone, "天线高 Antenna", antennaText(p.Fixes)},
		{"原始文件 File", p.Walk.Filename, "格式 Format", p.Walk.Format},
		{"精度等级 Class", classText(r.Class), "线位中误差 Sigma", fmt.Sprintf("±%.3f m (1σ)  %s", float64(r.Sigma.Metres), r.Sigma.Text.ZH)},
		{"定位点 Fixes", fixText(r.Fixes), "长度 Length", fmt.Sprintf("%.2f m", float64(r.Length))},
		{"闭合差 Closing gap", fmt.Sprintf("%.2f m（允许 %.2f m）", float64(r.ClosingGap), float64(r.MaxClosingGap)), "围成面积 Encloses", areaText(r)},
		{"状态 Status", statusText(r.Status), "高程 Heights", heightText(r.Heights)},
	} {
		p.factRow(row)
	}
	p.strokeRect(rect{recordLeft, p.y, recordRight, p.y + recordRow + 1}, pale, hairline)
	p.text(recordLeft+1.2, p.y+4.2, "坐标类型 Datum", style{size: 6.2, ink: grey})
	p.fitLeft(recordLeft+33, p.y+4.4, recordRight-recordLeft-34.5, datumText(r), style{size: 7.6, ink: black})
	p.y += recordRow + 1
	p.text(recordLeft, p.y+3.6, "SHA-256  "+p.Walk.SHA256.String(), style{size: 6.2, ink: grey})
	p.y += 7
}

func (p *recordPen) factRow(row [4]string) {
	half := (recordLeft + recordRight) / 2
	for i, x := range []float64{recordLeft, half} {
		p.strokeRect(rect{x, p.y, x + half - recordLeft, p.y + recordRow + 1}, pale, hairline)
		p.text(x+1.2, p.y+4.2, row[2*i], style{size: 6.2, ink: grey})
		p.fitLeft(x+33, p.y+4.4, half-recordLeft-34.5, row[2*i+1], style{size: 7.6, ink: black})
	}
	p.y += recordRow + 1
}

// advice is what the walk is good for and what to do next, as the report has it.
// Reports from before there was advice have none.
func (p *recordPen) advice() {
	if p.Report.Advice.ZH == "" {
		return
	}
	p.heading("结论与建议 What the walk is good for, and what to do next")
	p.paragraph(p.Report.Advice.ZH, style{size: 8.4, ink: black})
	p.paragraph(p.Report.Advice.EN, style{size: 7, ink: grey})
	p.y += 2
}

// paragraph writes all of s in lines as wide as the page.
func (p *recordPen) paragraph(s string, st style) {
	leading := st.size * pointMM * 1.4
	for s != "" {
		p.room(leading)
		var line string
		line, s = p.breakLine(s, recordRight-recordLeft-3, st.size)
		p.text(recordLeft+1.5, p.y+leading*0.8, line, st)
		p.y += leading
	}
}

// fitLeft writes s from x on, smaller where it would be wider than width.
func (p *recordPen) fitLeft(x, y, width float64, s string, st style) {
	if w := p.width(s, st.size); w > width && w > 0 {
		st.size = max(st.size*width/w, 4)
	}
	p.text(x, y, s, st)
}

func (p *recordPen) times() (from, to string) {
	var first, last time.Time
	for _, f := range p.Fixes {
		if f.Time == nil {
			continue
		}
		if first.IsZero() || f.Time.Before(first) {
			first = *f.Time
		}
		if f.Time.After(last) {
			last = *f.Time
		}
	}
	if first.IsZero() {
		return "文件未记录 not in the file", ""
	}
	const layout = "2006-01-02 15:04:05"
	return first.UTC().Format(layout), last.UTC().Format(layout)
}

var classWords = map[ingest.Class]string{
	ingest.Class1: "一级 1", ingest.Class2: "二级 2", ingest.Class3: "三级 3", ingest.ClassGraphic: "图解级 graphic", ingest.ClassReference: "仅供参考 reference",
}

func classText(c ingest.Class) string {
	if w, ok := classWords[c]; ok {
		return w
	}
	return "未评定 not judged" // a walk from before there were classes
}

func statusText(s ingest.Status) string {
	if s == ingest.Adopted {
		return "采用 adopted"
	}
	return "存疑 questioned"
}

func datumText(r ingest.Report) string {
	if r.Datum == nil {
		return "未检验 not tested"
	}
	return r.Datum.Text.ZH
}

func placeText(r ingest.Report) string {
	if r.Bounds == nil {
		return ""
	}
	return fmt.Sprintf("%.6f°E %.6f°N", (r.Bounds.West+r.Bounds.East)/2, (r.Bounds.South+r.Bounds.North)/2)
}

func fixText(c ingest.FixCount) string {
	return fmt.Sprintf("%d：固定 %d 浮点 %d 差分 %d 单点 %d 未知 %d", c.Total, c.Fixed, c.Float, c.DGPS+c.PPP, c.Single, c.Unknown)
}

func areaText(r ingest.Report) string {
	a := r.Area
	return fmt.Sprintf("%.2f m² = %.2f 亩 (±%.1f m²) 椭球", float64(a.SquareMetres), a.SquareMetres.Mu(), float64(a.Sigma))
}

func antennaText(fixes []mediation.Fix) string {
	for _, f := range fixes {
		if f.AntennaHeightM != nil {
			return strconv.FormatFloat(*f.AntennaHeightM, 'f', 3, 64) + " m"
		}
	}
	return ""
}

// heightText says what the heights are above, and how far they reach.
func heightText(h ingest.Heights) string {
	kind := "椭球高 ellipsoidal"
	if h.MSL > h.Ellipsoidal {
		kind = "海拔高 above sea level"
	}
	if h.Low == nil || h.High == nil {
		return "文件未记录 not in the file"
	}
	return fmt.Sprintf("%s %.2f – %.2f m", kind, float64(*h.Low), float64(*h.High))
}

var qualityInk = map[ingest.Quality]rgb{
	ingest.QualityFixed: {0x2E, 0x7D, 0x32}, ingest.QualityFloat: {0xE6, 0x9F, 0x00}, ingest.QualitySingle: {0xB3, 0x26, 0x1E},
}

// sketch draws the line by the quality of its fixes, points and flags.
func (p *recordPen) sketch() {
	const height = 86.0
	p.room(height + 6)
	p.heading("略图 Sketch（绿 固定 fixed · 橙 浮点 float · 红 单点 single · 灰 其他；● 指界点 point；× 可疑 flagged；虚线 首尾连线）")
	box := rect{recordLeft, p.y, recordRight, p.y + height}
	p.strokeRect(box, pale, fine)
	place, scale := p.projector(box)
	if place != nil {
		var before orb.Point
		for i, f := range p.Fixes {
			at := place(f.LonLat)
			if i > 0 {
				p.line(before[0], before[1], at[0], at[1], inkOf(f.Quality), widthOf(f.Quality))
			}
			before = at
		}
		p.pdf.SetDashPattern([]float64{1.2, 1}, 0)
		first := place(p.Fixes[0].LonLat)
		p.line(before[0], before[1], first[0], first[1], grey, hairline)
		p.pdf.SetDashPattern([]float64{}, 0)
		for _, at := range p.flagged() {
			q := place(at)
			p.line(q[0]-1, q[1]-1, q[0]+1, q[1]+1, alarm, medium)
			p.line(q[0]-1, q[1]+1, q[0]+1, q[1]-1, alarm, medium)
		}
		for _, b := range p.Report.Points {
			q := place([2]float64{b.At.Lon, b.At.Lat})
			p.pdf.SetFillColor(black.r, black.g, black.b)
			p.pdf.Circle(q[0], q[1], 0.7, "F")
			p.text(q[0]+1.1, q[1]-0.8, strconv.Itoa(b.N), style{size: 6.5, ink: black, halo: true})
		}
		bar := niceLength(scale * 30)
		x, y := box.x0+4, box.y1-4
		p.line(x, y, x+bar/scale, y, black, medium)
		p.text(x, y-1, strconv.FormatFloat(bar, 'f', -1, 64)+" m", style{size: 6.5, ink: black})
		p.text(box.x1-4, box.y0+5, "北 N ↑", style{size: 8, ink: black, align: right})
	}
	p.y += height + 4
}

func inkOf(q ingest.Quality) rgb {
	if c, ok := qualityInk[q]; ok {
		return c
	}
	return dim
}

func widthOf(q ingest.Quality) float64 {
	if q == ingest.QualityFixed {
		return claimLine
	}
	return medium
}

func niceLength(m float64) float64 {
	step := math.Pow(10, math.Floor(math.Log10(max(m, 1e-3))))
	for _, f := range []float64{5, 2, 1} {
		if f*step <= m {
			return f * step
		}
	}
	return step
}

// flagged returns the places of faults, jumps and slips, in degrees.
func (p *recordPen) flagged() (places [][2]float64) {
	for _, f := range p.Report.Faults {
		places = append(places, [2]float64{f.At.Lon, f.At.Lat})
	}
	for _, j := range p.Report.Jumps {
		places = append(places, [2]float64{j.At.Lon, j.At.Lat})
	}
	for _, s := range p.Report.Slips {
		places = append(places, [2]float64{s.At.Lon, s.At.Lat})
	}
	return places
}

// projector returns where in the box a place in degrees lies, and how many metres
// a millimetre is; nil without fixes.
func (p *recordPen) projector(box rect) (place func([2]float64) orb.Point, metresPerMM float64) {
	if len(p.Fixes) == 0 {
		return nil, 0
	}
	proj, err := crs.ProjectionOf(p.Report.SRID)
	if err != nil {
		srid, err := crs.WorkingSRID(p.Fixes[0].LonLat[0], p.Fixes[0].LonLat[1])
		if err != nil {
			return nil, 0
		}
		if proj, err = crs.ProjectionOf(srid); err != nil {
			return nil, 0
		}
	}
	plane := func(at [2]float64) orb.Point {
		x, y := proj.Forward(at[0], at[1])
		return orb.Point{x, y}
	}
	bound := orb.Bound{Min: plane(p.Fixes[0].LonLat), Max: plane(p.Fixes[0].LonLat)}
	for _, f := range p.Fixes {
		bound = bound.Extend(plane(f.LonLat))
	}
	middle := bound.Center()
	metresPerMM = max((bound.Max[0]-bound.Min[0])/(box.x1-box.x0-16), (bound.Max[1]-bound.Min[1])/(box.y1-box.y0-16), 0.01)
	return func(at [2]float64) orb.Point {
		q := plane(at)
		return orb.Point{
			(box.x0+box.x1)/2 + (q[0]-middle[0])/metresPerMM,
			(box.y0+box.y1)/2 - (q[1]-middle[1])/metresPerMM,
		}
	}, metresPerMM
}

func (p *recordPen) heading(s string) {
	p.fillRect(rect{recordLeft, p.y, recordRight, p.y + 5.4}, wash)
	p.text(recordLeft+1.5, p.y+3.9, s, style{size: 7.4, ink: black, bold: true})
	p.y += 6
}
