package gnss_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"jieshi/geo/crs"
	"jieshi/ingest"
	"jieshi/ingest/gnss"
)

// dxfOf is a drawing with some entities, each a list of codes and values.
func dxfOf(entities ...string) string {
	return "0\nSECTION\n2\nHEADER\n9\n$ACADVER\n1\nAC1018\n0\nENDSEC\n" +
		"0\nSECTION\n2\nBLOCKS\n0\nBLOCK\n0\nLINE\n8\nB\n10\n1\n20\n2\n11\n3\n21\n4\n0\nENDBLK\n0\nENDSEC\n" +
		"0\nSECTION\n2\nENTITIES\n" + strings.Join(entities, "") + "0\nENDSEC\n0\nEOF\n"
}

func dxfEntity(kind, layer string, groups ...any) string {
	var out strings.Builder
	fmt.Fprintf(&out, "  0\n%s\n  8\n%s\n", kind, layer)
	for i := 0; i < len(groups); i += 2 {
		fmt.Fprintf(&out, "%3d\n%v\n", groups[i], groups[i+1])
	}
	return out.String()
}

// stone is a place in zone 36 near Liujiang.
func stone(t *testing.T) (east, north float64) {
	t.Helper()
	return inZone(t, 4524, 109.33, 24.25)
}

// back is where a fix lies from the stone, in metres east and north.
func back(t *testing.T, f ingest.Fix) (x, y float64) {
	t.Helper()
	e, n := inZone(t, 4524, f.Lon, f.Lat)
	e0, n0 := stone(t)
	return e - e0, n - n0
}

func TestDXFShapesAreWalksByLayer(t *testing.T) {
	t.Parallel()
	/*
	   D----C
	   |    |    closed LWPOLYLINE of layer 界址线, with CASS's data of the plot
	   A----B
	*/
	e, n := stone(t)
	square := dxfEntity("LWPOLYLINE", "界址线", 90, 4, 70, 1, 38, 120.5, 10, e, 20, n, 10, e+100, 20, n, 10, e+100, 20, n+100, 10, e, 20, n+100,
		1001, "SOUTH", 1000, "300000", 1000, "450221001001JB00012", 1000, "李大山")
	old := dxfEntity("POLYLINE", "DLSS", 66, 1, 10, 0, 20, 0, 30, 0, 70, 8) +
		dxfEntity("VERTEX", "DLSS", 10, e, 20, n, 30, 1) + dxfEntity("VERTEX", "DLSS", 10, e+9, 20, n+9, 30, 2, 70, 16) + dxfEntity("VERTEX", "DLSS", 10, e+9, 20, n, 30, 3) + dxfEntity("SEQEND", "DLSS")
	// Three lines of a triangle, drawn in any direction, and one that hangs loose.
	lines := dxfEntity("LINE", "田坎", 10, e, 20, n, 11, e+10, 21, n) + dxfEntity("LINE", "田坎", 10, e, 20, n, 11, e, 21, n+10) +
		dxfEntity("LINE", "田坎", 10, e, 20, n+10, 11, e+10, 21, n) + dxfEntity("LINE", "田坎", 10, e+50, 20, n, 11, e+60, 21, n)
	points := dxfEntity("POINT", "JZP", 10, e, 20, n) + dxfEntity("POINT", "JZP", 10, e+5, 20, n)
	skipped := dxfEntity("TEXT", "注记", 10, 1, 20, 2, 1, "山") + dxfEntity("LINE", "图框", 67, 1, 10, 1, 20, 2, 11, 3, 21, 4) + dxfEntity("ARC", "a", 10, 1, 20, 2, 40, 3)
	doc := strings.ReplaceAll(dxfOf(square, old, lines, points, skipped), "\n", "\r\n")
	for name, in := range map[string]string{"UTF-8": doc, "GBK": encoded(t, simplifiedchinese.GBK, doc), "escaped": strings.ReplaceAll(doc, "界址线", `\U+754C\U+5740\U+7EBF`)} {
		walks := read(t, in)
		var names []string
		for _, w := range walks {
			names = append(names, w.Name)
		}
		if got := strings.Join(names, ";"); kinds(walks) != "ring line ring line points" || got != "界址线 450221001001JB00012 李大山;DLSS;田坎 #1;田坎 #2;JZP" {
			t.Fatalf("%s: %s called %s", name, kinds(walks), got)
		}
		ring := walks[0].Fixes
		if x, y := back(t, ring[2]); len(ring) != 5 || !near(x, 100, 1e-6) || !near(y, 100, 1e-6) || ring[2].Height != 120.5 || ring[0].Lon != ring[4].Lon {
			t.Errorf("%s: ring of %d, the third corner at %.6f %.6f", name, len(ring), x, y)
		}
		if len(walks[1].Fixes) != 2 || walks[1].Fixes[1].Height != 3 || len(walks[2].Fixes) != 4 || len(walks[4].Fixes) != 2 {
			t.Errorf("%s: polyline %d, chain %d, points %d", name, len(walks[1].Fixes), len(walks[2].Fixes), len(walks[4].Fixes))
		}
		if notes := walks[3].Notes; !strings.HasPrefix(noteCodes(walks[3]), "projected shapes_ignored") || !strings.Contains(notes[1].Text, "ARC 1, LINE 1, TEXT 1") {
			t.Errorf("%s: notes %v", name, notes)
		}
	}
}

// A bulge of 1 is half a circle, of −1 the same on the other side.
func TestDXFArcsBecomeChordsWithinTheTolerance(t *testing.T) {
	t.Parallel()
	e, n := stone(t)
	for _, tc := range []struct {
		name      string
		bulge     float64
		cx, cy, r float64
	}{
		{"half a circle, counterclockwise", 1, 50, 0, 50},
		{"half a circle, clockwise", -1, 50, 0, 50},
		{"a quarter", math.Tan(math.Pi / 8), 50, 50, 50 * math.Sqrt2},
		{"three quarters, clockwise", -math.Tan(3 * math.Pi / 8), 50, 50, 50 * math.Sqrt2},
	} {
		walk := oneWalk(t, dxfOf(dxfEntity("LWPOLYLINE", "a", 10, e, 20, n, 42, tc.bulge, 10, e+100, 20, n)))
		if noteCodes(walk) != "projected curve_linearised" || len(walk.Fixes) < 10 {
			t.Errorf("%s: %d fixes, notes %v", tc.name, len(walk.Fixes), walk.Notes)
		}
		length := 0.0
		var px, py float64
		for i, f := range walk.Fixes {
			x, y := back(t, f)
			if off := math.Abs(math.Hypot(x-tc.cx, y-tc.cy) - tc.r); off > 1e-5 {
				t.Fatalf("%s: a vertex is %.6f m off the circle", tc.name, off)
			}
			if i > 0 {
				if middle := tc.r - math.Hypot((x+px)/2-tc.cx, (y+py)/2-tc.cy); middle > 0.005+1e-6 {
					t.Fatalf("%s: a chord is %.4f m off", tc.name, middle)
				}
				length += math.Hypot(x-px, y-py)
			}
			px, py = x, y
		}
		if want := tc.r * 4 * math.Abs(math.Atan(tc.bulge)); !near(length, want, want/1000) {
			t.Errorf("%s: %.3f m long, want %.3f", tc.name, length, want)
		}
	}
}

func TestWhatADXFLeavesOpenIsAskedAndConfirmed(t *testing.T) {
	t.Parallel()
	e, n := stone(t)
	utmE, utmN := inZone(t, 32649, 109.33, 24.25)
	line := func(x1, y1, x2, y2 float64) string {
		return dxfOf(dxfEntity("LINE", "a", 10, x1, 20, y1, 11, x2, 21, y2))
	}
	for _, tc := range []struct {
		name, in string
		srid     crs.SRID
		confirm  gnss.Told
	}{
		{"no zone number", line(e-36e6, n, e-36e6, n+100), 0, gnss.Told{SRID: 4545}},
		{"north in x", line(n, e, n+100, e), 4524, gnss.Told{Axes: crs.NorthEast}},
		{"UTM", line(utmE, utmN, utmE, utmN+100), 0, gnss.Told{SRID: 32649}},
	} {
		table, _ := preview(t, tc.in)
		if table.CRS.SRID != tc.srid || len(table.Rows) != 2 {
			t.Errorf("%s: EPSG:%d, %d rows", tc.name, table.CRS.SRID, len(table.Rows))
		}
		walks, err := gnss.ReadTold(strings.NewReader(tc.in), gnss.Limits{}, tc.confirm)
		if err != nil || len(walks) != 1 || !near(walks[0].Fixes[0].Lon, 109.33, 1e-8) || !near(walks[0].Fixes[0].Lat, 24.25, 1e-8) {
			t.Errorf("%s, confirmed: %v, %+v", tc.name, err, walks)
		}
	}
	degrees := oneWalk(t, line(109.33, 24.25, 109.34, 24.25))
	if f := degrees.Fixes[1]; f.Lon != 109.34 || f.Lat != 24.25 || len(degrees.Notes) != 0 {
		t.Errorf("degrees: %+v, notes %v", f, degrees.Notes)
	}
}
