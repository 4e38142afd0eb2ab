package ingest

import (
	"fmt"
	"math"
	"strings"

	"jieshi/geo"
)

// advise says what the walk is good for and what to do next: the first thing that
// stands in the way of a claim, or else how far the line carries; then what a person
// should look at although it is adopted.
func (r *Report) advise() {
	first := r.standing()
	zh, en := []string{first.ZH}, []string{first.EN}
	if r.Status == Adopted {
		for _, more := range r.remarks() {
			zh, en = append(zh, more.ZH), append(en, more.EN)
		}
	}
	r.Advice = Text{strings.Join(zh, ""), strings.Join(en, " ")}
}

func (r *Report) standing() Text {
	switch d := r.Datum.displacedDatum(); {
	case d != "":
		return Text{
			"不能作主张线：坐标是 " + datumNames[d] + "，偏移数百米。请用接收机沿边界重新走一圈；这条线只作参考。",
			"No claim line: the coordinates are " + datumNames[d] + ", displaced by hundreds of metres. Walk the boundary again with a receiver; this line is for reference only.",
		}
	case r.NotABoundary:
		return Text{
			"不能作主张线：去程与回程基本重合，没有围住土地。请沿边界完整走一圈后重新上传。",
			"No claim line: the walker came back the way he went and went round nothing. Walk round the whole boundary and bring that file.",
		}
	case r.Status == Questioned && r.ClosingGap > r.MaxClosingGap:
		return Text{
			fmt.Sprintf("暂不能作主张线：终点离起点 %.1f 米，这一段没有人走过。请补测缺口；若两点之间确为直线，请声明允许的闭合差后重新读取。", r.ClosingGap),
			fmt.Sprintf("No claim line yet: the end lies %.1f m from the start, and nobody walked that stretch. Walk it; or, where it is straight, state the gap that is allowed and read the file again.", r.ClosingGap),
		}
	case r.Status == Questioned:
		return Text{
			fmt.Sprintf("暂不能作主张线：线与自身相交或重合 %d 处。请逐处查看地图；走错的重新走，走对的可采用所围成的范围（原线保留）。", r.FaultCount),
			fmt.Sprintf("No claim line yet: the line meets itself at %s. Look at each on the map; walk again what was walked wrongly, or adopt the ground that the line encloses (the line itself is kept).", places(r.FaultCount)),
		}
	}
	return r.carries()
}

func places(n int) string {
	if n == 1 {
		return "one place"
	}
	return fmt.Sprintf("%d places", n)
}

// carries says what an adopted line is good for.
func (r *Report) carries() Text {
	switch r.Class {
	case Class1, Class2, Class3:
		return Text{
			fmt.Sprintf("可作主张线：各指界点都按要求测量，达到%s级。请打印踏界记录，由在场各方签名。", map[Class]string{Class1: "一", Class2: "二", Class3: "三"}[r.Class]),
			fmt.Sprintf("Good for a claim line: every pointed point was measured as it must be, class %s. Print the field record and have those present sign it.", r.Class),
		}
	case ClassGraphic:
		return Text{
			fmt.Sprintf("可作主张线：全程固定解，误差约 ±%.2f 米（1σ）。连续走出的线是图解级，不能当界址点；有争议的拐点请停留 10 秒以上，并复测一次。", ceilCentimetre(r.Sigma.Metres)),
			fmt.Sprintf("Good for a claim line: fixed all the way, about ±%.2f m (1σ). A line walked in one go is of graphic class, no boundary mark: stand for ten seconds or more on disputed corners, and come back to them once.", ceilCentimetre(r.Sigma.Metres)),
		}
	case ClassReference:
	}
	if r.Fixes.Unknown == r.Fixes.Total {
		return Text{
			fmt.Sprintf("可作主张线，仅供参考：文件没有说明定位质量，误差按约 ±%s 米（1σ）计。争议面积的误差带会因此变宽；请用 RTK 重测有争议的一段。", coarse(r.Sigma.Metres)),
			fmt.Sprintf("A claim line for reference only: the file does not say how good its fixes are, and counts with about ±%s m (1σ). Contested ground gets a wide margin from it; walk the disputed stretch again with RTK.", coarse(r.Sigma.Metres)),
		}
	}
	share := percent(r.notFixed())
	return Text{
		"可作主张线，仅供参考：" + share.ZH + "的长度不是固定解，图上已标出。请在有争议的地段等到固定解后补测。",
		"A claim line for reference only: " + share.EN + " of its length is not fixed, as the map shows. Where ground is disputed, wait for a fixed solution and walk it again.",
	}
}

// notFixed is the share of the length that was walked without a fixed solution.
func (r *Report) notFixed() (share float64) {
	for _, s := range r.Stretches {
		if s.Quality != QualityFixed {
			share += s.Share
		}
	}
	return min(share, 1)
}

func percent(share float64) Text {
	p := math.Round(100 * share)
	if p < 1 {
		return Text{"不到 1 %", "less than 1 %"}
	}
	return Text{fmt.Sprintf("%.0f %%", p), fmt.Sprintf("%.0f %%", p)}
}

func ceilCentimetre(m geo.Metres) float64 { return math.Ceil(float64(m)*100-1e-9) / 100 }

// coarse writes a sigma with the digits that it carries.
func coarse(m geo.Metres) string {
	if m < 1 {
		return fmt.Sprintf("%.2f", ceilCentimetre(m))
	}
	return fmt.Sprintf("%.1f", float64(m))
}

// remarks are what a person should look at although the line is adopted.
func (r *Report) remarks() (out []Text) {
	if n := len(r.flagged()); n > 0 && r.Dropped == 0 {
		out = append(out, Text{
			fmt.Sprintf("有 %d 个可疑定位点仍在线上；指界人看过并同意后，可剔除重新读取。", n),
			fmt.Sprintf("Suspected fixes are still in the line (%d); once those who pointed have seen them and consent, the file can be read again without.", n),
		})
	}
	if r.GapCount > 0 {
		out = append(out, Text{
			fmt.Sprintf("有 %d 处中断，中断处按直线连接，请问清走的路线。", r.GapCount),
			fmt.Sprintf("The receiver was silent at %s, bridged by a straight edge: ask which way was walked there.", places(r.GapCount)),
		})
	}
	if r.Repaired {
		out = append(out, Text{
			"线与自身相交，采用的是所围成的全部范围；请双方确认。",
			"The line meets itself and all the ground that it encloses was adopted: have both sides confirm it.",
		})
	}
	if d := r.Datum; d.Declared != "" && d.Detected != "" && !d.Declared.agrees(d.Detected) {
		out = append(out, d.Text)
	}
	return out
}
