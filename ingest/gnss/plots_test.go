package gnss_test

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"jieshi/geo/crs"
	"jieshi/ingest"
	"jieshi/ingest/gnss"
)

// plotText is two plots as a land office sends them: one with a hole, one open,
// 100 m apart; X north, Y east less the millions in less.
func plotText(t *testing.T, system, zone string, less float64) string {
	t.Helper()
	e, n := stone(t)
	e -= less
	ring := func(ring int, x, y, size float64) string {
		out := ""
		for i, c := range [][2]float64{{0, 0}, {size, 0}, {size, size}, {0, size}} {
			out += fmt.Sprintf("J%d,%d,%.3f,%.3f\n", i+1, ring, n+y+c[1], e+x+c[0])
		}
		return out
	}
	first := func(ring int, x, y float64) string { return fmt.Sprintf("J1,%d,%.3f,%.3f\n", ring, n+y, e+x) }
	return "[属性描述]\n格式版本号=1.01版本\n坐标系=" + system + "\n几度分带=3\n投影类型=高斯克吕格\n计量单位=米\n" + zone + "精度=0.001\n转换参数=0,0,0,0,0,0,0\n" +
		"[地块坐标]\n8,1.0,1,李家山,面,G49,,,@\n" + ring(1, 0, 0, 100) + first(1, 0, 0) + ring(2, 10, 10, 20) + first(2, 10, 10) +
		"4,1.0,2,,面,G49,,,@\n" + ring(1, 200, 0, 100)
}

func TestPlotsOfLandOfficesAreRead(t *testing.T) {
	t.Parallel()
	const cgcs = "2000国家大地坐标系"
	for name, in := range map[string]string{
		"zone number in front":    plotText(t, cgcs, "带号=36\n", 0),
		"zone number in the head": plotText(t, cgcs, "带号=36\n", 36e6),
		"only in front":           plotText(t, cgcs, "", 0),
		"GBK, CR LF":              encoded(t, simplifiedchinese.GBK, strings.ReplaceAll(plotText(t, cgcs, "带号=36\n", 0), "\n", "\r\n")),
	} {
		walks := read(t, in)
		if kinds(walks) != "ring ring ring" || walks[0].Name != "李家山" || walks[2].Name != "2" || !strings.Contains(noteCodes(walks[1]), "polygon_hole") {
			t.Fatalf("%s: %s called %q, %q; the hole has notes %v", name, kinds(walks), walks[0].Name, walks[2].Name, walks[1].Notes)
		}
		for i, w := range walks {
			if last := w.Fixes[len(w.Fixes)-1]; len(w.Fixes) != 5 || w.Fixes[0].Lon != last.Lon || w.Fixes[1].Name != "J2" {
				t.Errorf("%s: ring %d has %d corners, the second is %q", name, i, len(w.Fixes), w.Fixes[1].Name)
			}
		}
		if x, y := back(t, walks[2].Fixes[2]); !near(x, 300, 2e-3) || !near(y, 100, 2e-3) {
			t.Errorf("%s: a corner at %.4f %.4f, want 300 100", name, x, y)
		}
	}
	open := plotText(t, cgcs, "", 36e6)
	if table, _ := preview(t, open); table.CRS.SRID != 0 {
		t.Errorf("a grid that nobody names is EPSG:%d", table.CRS.SRID)
	}
	if walks, err := gnss.ReadTold(strings.NewReader(open), gnss.Limits{}, gnss.Told{SRID: 4545}); err != nil || walks[0].Kind != ingest.KindRing {
		t.Errorf("told the grid: %v", err)
	}
	for _, tc := range []struct{ name, in, code string }{
		{"on Xian 1980", plotText(t, "80国家大地坐标系", "带号=36\n", 0), "datum_unsupported"},
		{"a corner that is none", strings.Replace(plotText(t, cgcs, "带号=36\n", 0), "\nJ2,1,", "\nJ2,1,x", 1), "plots_invalid"},
		{"a corner is missing", strings.Replace(plotText(t, cgcs, "带号=36\n", 0), "[地块坐标]\n8,", "[地块坐标]\n9,", 1), "corners_missing"},
		{"in another zone than it says", plotText(t, cgcs, "带号=39\n", 0), "coordinates_out_of_range"},
		{"no plots", "[属性描述]\n带号=36\n[地块坐标]\n", "no_fixes"},
	} {
		if r := refusal(t, tc.in, gnss.Limits{}); r.Code != tc.code {
			t.Errorf("%s: %v, want %s", tc.name, r, tc.code)
		}
	}
	// X and Y the other way round, as some programs write them.
	e, n := stone(t)
	swapped := fmt.Sprintf("[属性描述]\n带号=36\n[地块坐标]\n3,,1,甲,面,,,,@\n1,1,%.3f,%.3f\n2,1,%.3f,%.3f\n3,1,%.3f,%.3f\n", e, n, e+100, n, e, n+100)
	if table, _ := preview(t, swapped); table.Axes.Order != crs.EastNorth {
		t.Errorf("swapped: %+v", table.Axes)
	}
}
