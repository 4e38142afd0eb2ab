package main

import (
	"fmt"
	"strings"

	"jieshi/ingest"
)

var classNames = map[ingest.Class]string{
	ingest.Class1: "一级 class 1", ingest.Class2: "二级 class 2", ingest.Class3: "三级 class 3",
	ingest.ClassGraphic: "图解 graphic", ingest.ClassReference: "仅供参考 reference only",
}

var qualityNames = map[ingest.Quality]string{
	ingest.QualityFixed: "固定 fixed", ingest.QualityFloat: "浮点 float", ingest.QualityPPP: "PPP", ingest.QualityDGPS: "差分 dgps",
	ingest.QualitySingle: "单点 single", ingest.QualityUnknown: "未知 unknown",
}

// tellQuality says how good a walk is: class, points, stretches, and what is
// suspected of it.
func tellQuality(say func(string, ...any), r ingest.Report) {
	say("  等级 class     %s", classNames[r.Class])
	if d := r.Datum; d != nil && (d.Declared != "" || d.Detected != "") {
		say("  坐标类型 datum  %s %s", d.Text.ZH, d.Text.EN)
	}
	for i, p := range r.Points {
		if i == 8 {
			say("    … %d more (--json lists them)", len(r.Points)-i)
			break
		}
		say("  指界点 point %2d %s  X(北) %.3f  Y(东) %.3f  %s  历元 epochs %d, 离散 spread %.3f m%s", p.N, p.Name, p.At.Y, p.At.X,
			classNames[p.Class], p.Epochs, float64(p.Spread), occupied(p))
	}
	if len(r.Stretches) > 1 {
		var list []string
		for i, s := range r.Stretches {
			if i == 6 {
				list = append(list, fmt.Sprintf("… (%d)", r.StretchCount))
				break
			}
			list = append(list, fmt.Sprintf("%s %.0f m", qualityNames[s.Quality], float64(s.Metres)))
		}
		say("  分段 stretches %s", strings.Join(list, " · "))
	}
	if r.GapCount > 0 {
		say("  中断 gaps      %d, longest without a fix %.0f s", r.GapCount, longest(r.Gaps))
	}
	if r.JumpCount > 0 {
		what := keptOrNot(false)
		if r.Dropped > 0 {
			what = fmt.Sprintf("%d left out as you said; with them %.1f m²", r.Dropped, float64(r.Undropped.Area.SquareMetres))
		}
		say("  跳点 jumps     %d suspected (multipath); %s", r.JumpCount, what)
	}
	if r.SlipCount > 0 {
		say("  突变 slips     %d steps of height or speed; %s", r.SlipCount, keptOrNot(r.Dropped > 0))
	}
}

func keptOrNot(dropped bool) string {
	if dropped {
		return "those with a step back are left out as you said"
	}
	return "kept and marked"
}

func occupied(p ingest.BoundaryPoint) string {
	if p.Occupations < 2 {
		return ""
	}
	return fmt.Sprintf(", 复测差 again %.3f m", float64(p.Difference))
}

func longest(gaps []ingest.Gap) (seconds float64) {
	for _, g := range gaps {
		seconds = max(seconds, g.Seconds)
	}
	return seconds
}
