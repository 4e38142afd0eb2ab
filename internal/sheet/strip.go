package sheet

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"jieshi/geo/crs"
	"jieshi/mediation"
)

// strip writes what lies under the map: what the figures rest on, what the
// sheet is not, and where to sign.
func (d *drawing) strip() {
	d.line(stripBox.x0, stripBox.y0, stripBox.x1, stripBox.y0, black, medium)
	d.notes()
	d.signatures()
}

// notes are pairs of a short title and what is said.
func (d *drawing) notes() {
	x, y := stripBox.x0+3, stripBox.y0+3.3
	const indent, leading = 17.5, 2.75
	width := stripBox.x1 - x - indent - 2
	for _, n := range [][2]string{
		{"坐标系 CRS", d.crsNote()},
		{"精度 Accuracy", d.accuracyNote()},
		{"资料 Sources", d.sourceNote()},
	} {
		d.text(x, y, n[0], style{size: 5.9, ink: grey})
		y = d.wrap(x+indent, y, width, leading, 2, n[1], style{size: 5.9, ink: black}) + 0.35
	}
	if d.lost > 0 {
		d.text(x+indent, y, fmt.Sprintf("□ = 字体缺字 %d 处，原文见数据文件。 □ stands for %d characters that the font lacks; the data files have them.", d.lost, d.lost),
			style{size: 5.2, ink: alarm})
	}
}

func (d *drawing) crsNote() string {
	note, _ := crs.ZoneLabel(crs.SRID(d.Run.SRID))
	if epsg := fmt.Sprintf("EPSG:%d", d.Run.SRID); note != epsg {
		note += " · " + epsg
	}
	if cm, ok := crs.SRID(d.Run.SRID).CentralMeridian(); ok {
		note += fmt.Sprintf(" · 中央子午线 central meridian %g°", cm)
	}
	return note + " · X 北 north，Y 东 east，米 metres · 高程不参与计算 heights are not used"
}

// accuracyNote says how the areas came about, in the words of the run.
func (d *drawing) accuracyNote() string {
	class := make(map[int]string, len(d.Claims))
	for _, c := range d.Claims {
		if c.Class != "" {
			class[c.Party.Side] = " " + classText(c.Class)
		}
	}
	sigma := make([]string, 0, len(d.Run.Inputs))
	for _, in := range d.Run.Inputs {
		sigma = append(sigma, fmt.Sprintf("%s ±%.2f m%s", sideOf(in.Side).letter(), in.SigmaM, class[in.Side]))
	}
	return fmt.Sprintf("主张线 1σ：%s；各线按 k=%g 内缩得“确定”、外扩得“最大”，窄于误差的列为“在误差内”；椭球面积，网格 %g mm。"+
		" Claims moved in and out by %gσ give core and outer; areas on the ellipsoid, by %s.",
		strings.Join(sigma, "，"), d.Run.K, d.Run.GridM*1000, d.Run.K, engines(d.Run.Engine))
}

func engines(engine map[string]string) string {
	if len(engine) == 0 {
		return "-"
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(engine)) {
		out = append(out, name+" "+engine[name])
	}
	return strings.Join(out, ", ")
}

var sources = map[string]string{"walk": "踏界 walk", "drawing": "绘图 drawing", "certificate": "证书 certificate", "generated": "生成 generated"}

func (d *drawing) sourceNote() string {
	var out []string
	for _, c := range d.Claims {
		source := sources[c.Source]
		if source == "" {
			source = c.Source
		}
		entry := fmt.Sprintf("%s %s v%d", sideOf(c.Party.Side).zh, source, c.Version)
		if !c.FiledAt.IsZero() {
			entry += ", " + c.FiledAt.UTC().Format("2006-01-02")
		}
		out = append(out, entry)
	}
	note := strings.Join(out, "；")
	switch {
	case d.Picture != nil && d.Picture.Caption != "":
		note += "；底图 image: " + d.Picture.Caption
	case len(d.Orthophotos) > 0:
		note += "；正射影像 orthophoto: " + photo(d.Orthophotos[len(d.Orthophotos)-1])
	}
	return note
}

const mostSigners = 6

// signatures draws a box for each side, a witness and the mediator.
func (d *drawing) signatures() {
	type signer struct{ title, name string }
	var signers []signer
	parties := partiesOf(d.Sheet)
	for i, p := range parties {
		if len(parties) > mostSigners-2 && i == mostSigners-3 {
			signers = append(signers, signer{"其他各方 Other parties", fmt.Sprintf("%d 方另页签字 on a further sheet", len(parties)-i)})
			break
		}
		s := sideOf(p.Side)
		signers = append(signers, signer{s.zh + " " + s.en, p.Name})
	}
	signers = append(signers, signer{"见证人 Witness", ""}, signer{"调解员 Mediator", ""})

	top, bottom := stripBox.y1-16.4, stripBox.y1
	width := stripBox.width() / float64(len(signers))
	d.line(stripBox.x0, top, stripBox.x1, top, black, fine)
	for i, s := range signers {
		x := stripBox.x0 + float64(i)*width
		if i > 0 {
			d.line(x, top, x, bottom, black, fine)
		}
		d.fit(x+1.6, top+3.4, width-3, s.title, style{size: 6.2, ink: black, bold: true})
		d.fit(x+1.6, top+6.4, width-3, s.name, style{size: 6.6, ink: black})
		d.text(x+1.6, bottom-1.5, "签字 Signature", style{size: 4.8, ink: grey})
		d.text(x+width-1.6, bottom-1.5, "年    月    日", style{size: 5.6, ink: grey, align: right})
	}
}

// foot carries the hashes that tie the paper to the evidence, and the words
// without which the sheet could be taken for a determination.
func (d *drawing) foot() {
	d.line(footBox.x0, footBox.y0, footBox.x1, footBox.y0, black, medium)
	hash, label := style{size: 5.6, ink: black}, style{size: 5.6, ink: grey}
	x, y := footBox.x0+3, footBox.y0+3.2
	head := d.Head.String()
	if d.Head == (mediation.Hash{}) {
		head = "尚无证据 nothing filed yet"
	}
	d.text(x, y, "证据链首 Chain head", label)
	d.text(x+21, y, head, hash)
	d.text(x, y+3, "运算 Run SHA-256", label)
	d.text(x+21, y+3, mediation.Hash(d.Run.SHA256).String(), hash)
	d.text(footBox.x1-3, y+0.2, "争议地范围示意，不作为确权依据", style{size: 8, ink: alarm, align: right, bold: true})
	d.text(footBox.x1-3, y+3.2, "Shows the disputed ground; determines no right.", style{size: 6, ink: alarm, align: right})
	software, _ := d.font.Clean(d.Software)
	d.text(footBox.x0+3+21+82, y, shortened(software, 40), style{size: 5, ink: grey})
	d.text(footBox.x0+3+21+82, y+3, "第 1 页 共 1 页 Sheet 1 of 1", style{size: 5, ink: grey})
}
