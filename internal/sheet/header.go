package sheet

import (
	"fmt"

	"jieshi/mediation"
)

var kinds = map[mediation.Kind][2]string{
	mediation.Land:   {"土地", "land"},
	mediation.Forest: {"山林", "forest"},
	mediation.Water:  {"水利", "water"},
	mediation.Mixed:  {"混合", "mixed"},
}

// header says what the sheet is, of which case, and when it was made.
func (d *drawing) header() {
	d.strokeRect(frame, black, heavy)
	d.line(headerBox.x0, headerBox.y1, headerBox.x1, headerBox.y1, black, medium)
	middle := headerBox.center()[0]
	d.text(middle, 15, "争议地范围示意图", style{size: 15, ink: black, align: center, bold: true})
	title := d.Case.Title + " · Map of disputed ground"
	d.fit(middle, 20.5, 150, title, style{size: 8, ink: black, align: center})

	label, value := style{size: 5.6, ink: grey}, style{size: 8.5, ink: black, bold: true}
	d.text(11, 12.4, "案号 Case", label)
	d.fit(11, 16, 54, d.Case.Number, value)
	kind := kinds[d.Case.Kind]
	d.text(11, 20.6, fmt.Sprintf("类别 Kind  %s %s", kind[0], kind[1]), style{size: 6.6, ink: black})

	label.align, value.align = right, right
	d.text(286, 12.4, "制图 Made (UTC)", label)
	d.text(286, 16, d.MadeAt.UTC().Format("2006-01-02 15:04"), value)
	run := fmt.Sprintf("叠置运算 Run %d · %s", d.Run.Number, d.Run.CreatedAt.UTC().Format("2006-01-02"))
	d.text(286, 20.6, run, style{size: 6.6, ink: black, align: right})
}
