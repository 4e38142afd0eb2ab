package sheet

import (
	"math"
	"slices"

	"codeberg.org/go-pdf/fpdf"
	"github.com/paulmach/orb"
)

// An rgb is a colour of ink.
type rgb struct{ r, g, b int }

// The colours of the product (docs: colour and line).
var (
	black  = rgb{0x11, 0x11, 0x11}
	grey   = rgb{0x5F, 0x63, 0x68}
	pale   = rgb{0xB9, 0xBD, 0xC3}
	wash   = rgb{0xF2, 0xF3, 0xF5}
	white  = rgb{0xFF, 0xFF, 0xFF}
	purple = rgb{0x7A, 0x1F, 0xA2}
	dim    = rgb{0x8C, 0x8C, 0x8C}
	alarm  = rgb{0xB3, 0x26, 0x1E}
)

// lines are the widths of lines in millimetres.
const (
	hairline  = 0.08
	fine      = 0.13
	medium    = 0.2
	claimLine = 0.3 // GB/T 17796: claim lines are 0.3 mm solid
	heavy     = 0.5
)

const pointMM = 25.4 / 72

// A pen draws on the page and counts what it could not write.
type pen struct {
	pdf  *fpdf.Fpdf
	font *Font
	lost int
}

const family = "wqy"

func newPen(s Sheet, font *Font) *pen {
	pdf := fpdf.New("L", "mm", "A4", "")
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(s.MadeAt.UTC())
	pdf.SetModificationDate(s.MadeAt.UTC())
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetMargins(0, 0, 0)
	p := &pen{pdf: pdf, font: font}
	title, _ := font.Clean(s.Case.Number + " 争议地范围示意图")
	pdf.SetTitle(title, true)
	software, _ := font.Clean(s.Software)
	pdf.SetCreator(software, true)
	pdf.SetLang("zh-CN")
	// The library pads tables in place while it sums them up, so each page gets
	// bytes of its own.
	pdf.AddUTF8FontFromBytes(family, "", slices.Clone(font.bytes))
	pdf.AddPage()
	pdf.SetFont(family, "", 8)
	pdf.SetLineJoinStyle("round")
	pdf.SetLineCapStyle("round")
	return p
}

// An align says which part of a text stands at its place.
type align int

const (
	left align = iota
	center
	right
)

// A style says how a text is set. Size is in points.
type style struct {
	size  float64
	ink   rgb
	align align
	bold  bool
	halo  bool // a white edge, for text over lines
}

// width returns how wide s is in millimetres.
func (p *pen) width(s string, size float64) float64 {
	s, _ = p.font.Clean(s)
	p.pdf.SetFontSize(size)
	return p.pdf.GetStringWidth(s)
}

// text writes s with its baseline at y.
func (p *pen) text(x, y float64, s string, st style) {
	s, lost := p.font.Clean(s)
	p.lost += lost
	if s == "" {
		return
	}
	p.pdf.SetFontSize(st.size)
	switch w := p.pdf.GetStringWidth(s); st.align {
	case center:
		x -= w / 2
	case right:
		x -= w
	case left:
	}
	if st.halo {
		p.stroked(x, y, s, white, st.size*0.12)
	}
	if st.bold {
		// The font has one weight; a thin edge of the same ink makes the other.
		p.stroked(x, y, s, st.ink, st.size*0.009)
		return
	}
	p.pdf.SetTextColor(st.ink.r, st.ink.g, st.ink.b)
	p.pdf.Text(x, y, s)
}

func (p *pen) stroked(x, y float64, s string, ink rgb, width float64) {
	p.pdf.SetTextRenderingMode(2)
	p.pdf.SetTextColor(ink.r, ink.g, ink.b)
	p.ink(ink, width)
	p.pdf.Text(x, y, s)
	p.pdf.SetTextRenderingMode(0)
}

// fit writes s no wider than width: set smaller, by at most a quarter, and then
// cut with an ellipsis.
func (p *pen) fit(x, y, width float64, s string, st style) {
	s, lost := p.font.Clean(s)
	p.lost += lost
	full := p.width(s, st.size)
	if full > width {
		smaller := max(st.size*width/full*0.995, st.size*0.75)
		st.size = smaller
	}
	p.text(x, y, p.cut(s, width, st.size), st)
}

// cut returns s, or as much of it as fits, with an ellipsis.
func (p *pen) cut(s string, width, size float64) string {
	if p.width(s, size) <= width {
		return s
	}
	runes := []rune(s)
	for len(runes) > 1 && p.width(string(runes)+"…", size) > width {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}

// wrap writes s in lines no wider than width and returns the baseline after the
// last. Lines break at spaces and between Chinese characters; what does not fit
// into maxLines ends in an ellipsis.
func (p *pen) wrap(x, y, width, leading float64, maxLines int, s string, st style) float64 {
	s, lost := p.font.Clean(s)
	p.lost += lost
	for n := 1; s != "" && n <= maxLines; n++ {
		head, tail := p.breakLine(s, width, st.size)
		if n == maxLines && tail != "" {
			head, tail = p.cut(s, width, st.size), ""
		}
		p.text(x, y, head, st)
		s = tail
		y += leading
	}
	return y
}

func (p *pen) breakLine(s string, width, size float64) (head, tail string) {
	runes := []rune(s)
	if p.width(s, size) <= width {
		return s, ""
	}
	n := len(runes)
	for n > 1 && p.width(string(runes[:n]), size) > width {
		n--
	}
	cut := n
	for cut > n/2 && !canBreak(runes, cut) {
		cut--
	}
	if cut <= n/2 {
		cut = n
	}
	head, rest := string(runes[:cut]), runes[cut:]
	for len(rest) > 0 && rest[0] == ' ' {
		rest = rest[1:]
	}
	return head, string(rest)
}

// canBreak reports whether a line may end before runes[i].
func canBreak(runes []rune, i int) bool {
	if i >= len(runes) || runes[i] == ' ' || runes[i-1] == ' ' {
		return true
	}
	return runes[i] > 0x2E80 && runes[i-1] > 0x2E80 && !isClosing(runes[i])
}

func isClosing(r rune) bool {
	switch r {
	case '，', '。', '；', '：', '）', '、', '！', '？', '》', '”':
		return true
	}
	return false
}

func (p *pen) ink(c rgb, width float64) {
	p.pdf.SetDrawColor(c.r, c.g, c.b)
	p.pdf.SetLineWidth(width)
}

func (p *pen) line(x0, y0, x1, y1 float64, c rgb, width float64) {
	p.ink(c, width)
	p.pdf.Line(x0, y0, x1, y1)
}

func (p *pen) fillRect(r rect, c rgb) {
	p.pdf.SetFillColor(c.r, c.g, c.b)
	p.pdf.Rect(r.x0, r.y0, r.width(), r.height(), "F")
}

func (p *pen) strokeRect(r rect, c rgb, width float64) {
	p.ink(c, width)
	p.pdf.Rect(r.x0, r.y0, r.width(), r.height(), "D")
}

// clipped draws with everything outside r cut away.
func (p *pen) clipped(r rect, draw func()) {
	p.pdf.ClipRect(r.x0, r.y0, r.width(), r.height(), false)
	draw()
	p.pdf.ClipEnd()
}

// shape draws a polygon that is in page millimetres, holes left open. How is
// "D" for its lines or "F" for its ground.
func (p *pen) shape(polygon orb.Polygon, how string) {
	drawn := false
	for _, ring := range polygon {
		if len(ring) < 3 {
			continue
		}
		p.pdf.MoveTo(ring[0][0], ring[0][1])
		for _, v := range ring[1:] {
			p.pdf.LineTo(v[0], v[1])
		}
		p.pdf.ClosePath()
		drawn = true
	}
	if !drawn {
		return
	}
	if how == "F" {
		how = "F*" // even-odd, so that holes stay open
	}
	p.pdf.DrawPath(how)
}

func (p *pen) dashed(pattern []float64, draw func()) {
	p.pdf.SetDashPattern(pattern, 0)
	draw()
	p.pdf.SetDashPattern(nil, 0)
}

func (p *pen) faded(alpha float64, draw func()) {
	p.pdf.SetAlpha(alpha, "Normal")
	draw()
	p.pdf.SetAlpha(1, "Normal")
}

// polygonAround returns the corners of a regular figure.
func polygonAround(c orb.Point, radius float64, corners int, turn float64) []fpdf.PointType {
	out := make([]fpdf.PointType, corners)
	for i := range out {
		a := turn + 2*math.Pi*float64(i)/float64(corners)
		out[i] = fpdf.PointType{X: c[0] + radius*math.Sin(a), Y: c[1] - radius*math.Cos(a)}
	}
	return out
}

// starAround is a star of five points, one of them up.
func starAround(c orb.Point, outer, inner float64) []fpdf.PointType {
	tips, dents := polygonAround(c, outer, 5, 0), polygonAround(c, inner, 5, math.Pi/5)
	var out []fpdf.PointType
	for i := range tips {
		out = append(out, tips[i], dents[i])
	}
	return out
}
