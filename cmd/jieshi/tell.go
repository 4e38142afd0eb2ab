package main

import (
	"fmt"
	"io"
	"strings"

	"jieshi/geo"
	"jieshi/ingest"
	"jieshi/internal/intake"
	"jieshi/mediation"
)

// tellWalk says what became of a walk, for a person at a terminal.
func tellWalk(w io.Writer, r intake.WalkResult) {
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) }
	status := map[ingest.Status]string{ingest.Adopted: "采用 adopted", ingest.Questioned: "存疑 questioned: 请看下列问题 look at the faults below"}
	say("%s  %s", r.Party, status[r.Status])
	say("  定位点 fixes   %d: 固定 fixed %d, 浮点 float %d, 差分 dgps %d, 单点 single %d, 未知 unknown %d",
		r.Fixes.Total, r.Fixes.Fixed, r.Fixes.Float, r.Fixes.PPP+r.Fixes.DGPS, r.Fixes.Single, r.Fixes.Unknown)
	say("  面积 area      %s, 平面 plane %.1f m²", describe(r.Area), r.PlaneM2)
	say("  长度 length    %.1f m, 闭合差 closing gap %.2f m, 精度 sigma ±%.3f m (1σ)", float64(r.Length), float64(r.ClosingGap), float64(r.Sigma.Metres))
	say("  坐标系 CRS     EPSG:%d %s", r.SRID, r.Zone.ZH)
	if r.FaultCount > 0 {
		say("  问题 faults    %d", r.FaultCount)
		for i, f := range r.Faults {
			if i == 8 {
				say("    … %d more (--json lists them)", r.FaultCount-i)
				break
			}
			say("    %s  X(北) %.3f  Y(东) %.3f  (%.7f°E %.7f°N)", f.Rule, f.At.Y, f.At.X, f.At.Lon, f.At.Lat)
		}
	}
	tellQuality(say, r.Report)
	if r.Known {
		say("  以前导入过 brought before; nothing was stored again")
	}
}

// tellOrthophoto says what was measured of a picture.
func tellOrthophoto(w io.Writer, r intake.OrthophotoResult) {
	_, _ = fmt.Fprintf(w, "正射影像 orthophoto ready: %d × %d px, GSD %.4f m, EPSG:%d %s\n", r.Width, r.Height, r.GSD, r.SRID, r.CRSName)
	_, _ = fmt.Fprintf(w, "  有效 valid     %.3f %% = %.1f m²\n  SHA-256        %s\n", 100*r.ValidFraction, r.ValidArea, r.SHA256)
	if c := r.Contours; c != nil {
		_, _ = fmt.Fprintf(w, "  等高线 contours 每 every %g m, %d 条 lines, 格网 cells %.2f m\n", c.Interval, c.Lines, c.Cell)
	}
	for _, n := range r.Notes {
		_, _ = fmt.Fprintf(w, "  注意 note      %s\n", n.Text)
	}
	_, _ = fmt.Fprintln(w, "  精度 accuracy  仅供参考 for reference only, 直至独立检查点合格 until independent check points pass: jieshi ortho check")
}

// tellRun says who contests what, piece by piece.
func tellRun(w io.Writer, r mediation.Run) {
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) }
	c := r.Contested
	say("争议区 contested  %s", bounded(c.Nominal.Ellipsoidal, c.Core.Ellipsoidal, c.Outer.Ellipsoidal))
	verdicts := map[mediation.Verdict]string{mediation.Certain: "确定 certain", mediation.WithinTolerance: "在误差内 within tolerance"}
	for _, p := range r.Pieces {
		note := ""
		if p.Sliver {
			note = fmt.Sprintf("  宽 width %.2f m < %.2f m", p.WidthM, p.ToleranceM)
		}
		say("  %2d  %9.2f 亩  %12.1f m²  %s  %s%s", p.N, p.Nominal.Ellipsoidal.SquareMetres.Mu(), float64(p.Nominal.Ellipsoidal.SquareMetres),
			verdicts[p.Verdict], strings.Join(p.Parties, " × "), note)
	}
	if len(r.Pairs) > 1 {
		say("两两重叠 pairs (同一块地可能计入多对 one ground may stand in several)")
		for _, p := range r.Pairs {
			if p.Outer.Plane.SquareMetres > 0 {
				say("      %s  %s", bounded(p.Nominal.Ellipsoidal, p.Core.Ellipsoidal, p.Outer.Ellipsoidal), strings.Join(p.Parties[:], " × "))
			}
		}
	}
	say("run %d  %x", r.Number, r.SHA256)
}

// describe writes an area as people read it.
func describe(a geo.Area) string {
	return fmt.Sprintf("%.2f 亩 (%.1f m², ±%.1f m² 1σ, %s)", a.SquareMetres.Mu(), float64(a.SquareMetres), float64(a.Sigma), methodName(a.Method))
}

// bounded writes an area with its bounds: 12.34 亩 (11.98 – 12.71).
func bounded(nominal, core, outer geo.Area) string {
	return fmt.Sprintf("%.2f 亩 (%.2f – %.2f)  %.1f m² %s", nominal.SquareMetres.Mu(), core.SquareMetres.Mu(), outer.SquareMetres.Mu(),
		float64(nominal.SquareMetres), methodName(nominal.Method))
}

func methodName(m geo.Method) string {
	if m == geo.Ellipsoidal {
		return "椭球面积 ellipsoidal"
	}
	return "平面面积 plane"
}
