package overlay_test

import (
	"fmt"
	"reflect"
	"testing"

	"jieshi/geo/overlay"
	"jieshi/geo/overlay/overlaytest"
)

// The short ways to polygons ([overlay.Options], stitch.go and outline.go) give up
// wherever rounding might bring two things out of order. Each of these layers was
// found by taking away one of the questions that they ask (the guard): without it
// they give other ground than the general way does. Pictures are stretched.
func TestShortWaysGiveUpWhereTheyMust(t *testing.T) {
	type ring = []int64 // x, y, x, y …
	for _, tc := range []struct {
		name, guard string
		claims      [][]ring // the rings of each; nil begins another polygon
	}{
		{
			/*
			   +---------+
			   |  /\     |    b lies over the hole of a and all round it
			   | / o\  b |
			   +/____\---+
			*/
			"a hole within the common ground", "stitch: one ring each",
			[][]ring{{{6, 20, 11, 4, 16, 21}, {11, 10, 13, 14, 13, 11}}, {{9, 7, 18, 13, 12, 16}}},
		},
		{
			"claims of 300 km", "stitch: narrow; outline: ties of wide claims",
			[][]ring{
				{{-87994382617, -88359076977, -85147705895, -87191766400, -87994382617, -87191766400}},
				{{-88327713198, -88101297382, -86674958762, -86683589504, -88327713198, -86683589504}},
			},
		},
		{
			/*
			   a *---------------------.
			     |\___  b              |    b has a corner, coming from inside, on the side of a:
			     |    \__*_____________|    there the common ground is two
			     *___/    on the side
			*/
			"a corner on a side from inside", "stitch: no nudge",
			[][]ring{{{4, 4, 69728, 22, 4, 22}}, {{0, 1, 20239, 19, 4, 21, 14738, 21, 1, 26}}},
		},
		{
			/*
			    *  b        the tip that they share is thinner than the grid, and is
			   /|\          turned inside out when its crossings are rounded
			  a | \
			*/
			"a tip turned inside out", "stitch: turns left",
			[][]ring{{{6, 31, 7, 43, 8, 98}}, {{2, 34, 10, 71, 9, 115}}},
		},
		{
			/*
			        30 *            the tip of a at (73, 6) and the foot of b pass each other by
			        .'  `-._  a     less than a unit; rounding the crossing lays one strand
			   7 *'-----b---`--*    over the corner
			*/
			"a strand before a crossing runs over a corner", "stitch: strand before",
			[][]ring{{{0, 0, 104, 0, 73, 6, 0, 37}}, {{11, 7, 98, 5, 12, 30}}},
		},
		{
			"a strand after a crossing runs over another", "stitch: strand after",
			[][]ring{{{0, 0, 102, 0, 30, 9}}, {{5, 2, 53, 6, 77, 1, 31, 12}}},
		},
		{
			/*
			   36 185
			    |\  _ 31 189
			    | \/            a has a needle from (33, 27) up; b cuts it near its foot,
			    | 33 27         where both its sides are one on the grid
			   0 0
			*/
			"two sides of a needle become one", "stitch: apart",
			[][]ring{{{0, 0, 109, 86, 36, 185, 33, 27, 31, 189}}, {{31, 47, 67, 19, 127, 112}}},
		},
		{
			/*
			   162  |\  /|  163
			        | \/ |      b stands across a needle of a that is three units wide: what they
			        |b__ |      share has crossings in one place of the grid
			        |/a\ |
			   0   0      9
			*/
			"crossings of a needle in one place of the grid", "outline: clear pieces, on the left",
			[][]ring{{{0, 0, 9, 1, 5, 162, 4, 1, 2, 163}}, {{3, 69, 5, 75, 3, 70}}},
		},
		{
			"four claims about one corner", "outline: clear pieces, on the right",
			[][]ring{
				{{119, 612, 1647, 652, 898, 1851}},
				{{1120, 658, 1738, 444, 1747, 1597}},
				{{1235, 1132, 1300, 730, 1880, 1180}},
				{{1250, 690, 1361, 357, 1300, 730}},
			},
		},
		{
			/*
			   a over b is two pieces, and c lies in one of them:

			   +---------+   +---+
			   |   +-+   |   |   |
			   |   |c|   |   |   |
			   |   +-+   |   +---+
			   +---------+
			*/
			"a hole in one of two pieces", "outline: which shell",
			[][]ring{
				{{6793, 96017, 11763, 4944, 93121, 24847}},
				{{19547, 26089, 51443, 12462, 41185, 13074, 98006, 8094, 55282, 53559}},
				{{47134, 37473, 47743, 37724, 46231, 39800}},
			},
		},
		{
			/*
			       |a        b ends at (85, 9), less than a unit from the side of a,
			   b   |c        in sight of where that crosses c: rounded, the side of a
			   ----*         passes on the other side of the corner
			       |____
			*/
			"a corner of a third claim close to a side", "outline: close edges",
			[][]ring{{{45, 51, 88, 0, 38, 137}}, {{4, 4, 87, 4, 87, 317, 5, 315}}, {{47, 139, 85, 9, 85, 313}}},
		},
		{
			"two crossings in one corner of the grid", "outline: crosses clearly; free at both ends",
			[][]ring{{{536, 86, 907, 156, 961, 189}}, {{135, 608, 961, 187, 722, 707}}},
		},
		{
			/*
			    ___/\___ a     the point of b that juts out has two crossings on the side of a,
			   *  /b \    *    two units apart
			*/
			"two crossings next to each other on one side", "outline: neighbours of a crossing",
			[][]ring{{{-3, 52, 136, 47, 107, 68}}, {{80, 94, 84, 43, 87, 90}}},
		},
		{
			/*
			   28     ,* 43 50     a turns back at (50, 43) and stands with its corner at
			        ,'*'           (32, 28), half a unit from the side that it came by
			      ,'   \  a
			    *'      \
			*/
			"a claim that turns back along its own side", "outline: clear of itself",
			[][]ring{{{0, 0, 50, 43, 32, 28, -17, 112}}, {{10, 53, 36, 9, 203, 150}}},
		},
		{
			"a claim with a corner on its own side, nearly", "outline: distant from itself",
			[][]ring{{{0, 0, 187, 30, 75, 85, 67, 11, -10, 89}}, {{-90, 163, 77, -17, 82, 31}}},
		},
		{
			"three claims with needles over each other and a corner in common", "outline: ties",
			[][]ring{
				{{36694, 0, 39522, 12, 41775, 22, 9965, 4}},
				{{7004, 1, 75348, 22, 41774, 14, 41775, 22, 22445, 22}},
				{{6980, 3, 62685, 17, 41776, 23, 22449, 23}},
			},
		},
		{
			/*
			   both claims are several needles that touch each other in corners, (35538, 15) and
			   (36625, 18) among them, which the faces must be cut in
			*/
			"claims of needles that touch", "outline: several rings",
			[][]ring{
				{{11701, 6, 29720, 20, 26983, 25}, nil, {34744, 12, 68626, 26, 32950, 23}, nil, {68442, 28, 68626, 26, 87432, 28}},
				{{35538, 15, 36625, 18, 36846, 16, 41614, 18, 25058, 19}, nil, {20961, 7, 34855, 3, 24135, 10}, nil, {35538, 15, 36969, 15, 36846, 16}},
				{{86863, 28, 14334, 14, 6397, 7}, nil, {39346, 2, 47311, 9, 40372, 8}},
			},
		},
		{
			/*
			   within two units of (688, 1303) the sides of all four cross each other, those of
			   b one after the other on one side of c
			*/
			"four claims that cross next to each other", "outline: clear at the end of a piece; the crossing after",
			[][]ring{
				{{387, 1690, 1515, 247, 1835, 267}},
				{{1802, 1304, 815, 282, 536, 1519}},
				{{636, 1346, 221, 1500, 1095, 1133}},
				{{513, 1351, 838, 1201, 794, 1274}},
			},
		},
		{
			/*
			   d, 2 m by a tenth of a millimetre, lies two units from a side of c: splitting that
			   again and again lays it over d, of which nothing is left
			*/
			"a needle two units from a side", "outline: clearance of more than two units",
			[][]ring{
				{{0, 0, 42446, 17, 58020, 49, 0, 49}},
				{{58014, 4, 58014, 46, 29685, 15}},
				{{12182, 21, 58009, 41, 7152, 19}},
				{{11555, 14, 33899, 23, 33898, 23}},
			},
		},
		{
			"a claim of 300 km within another", "outline: wide pieces without a crossing",
			[][]ring{{{0, 0, 4000000000, 0, 4000000000, 4000000000, 0, 4000000000}}, {{1000000, 1000000, 3000000000, 1000000, 3000000000, 3000000000}}},
		},
		{
			"a corner half a unit beside a side that crosses near by", "outline: clearance",
			[][]ring{{{1476, 973, 1587, 1448, 1468, 936}}, {{1534, 1210, 369, 509, 1425, 606}}},
		},
		{
			"a piece that ends where its ring begins", "outline: the last corner of a piece",
			[][]ring{{{1313, 51, 1564, 865, 412, 1916}}, {{1147, 659, 346, 1074, 732, 412}}},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var claims []overlaytest.Claim
			for i, rings := range tc.claims {
				ground := overlay.MultiPolygon{nil}
				for _, r := range rings {
					if r == nil {
						ground = append(ground, nil)
						continue
					}
					var line overlay.Ring
					for j := 0; j < len(r); j += 2 {
						line = append(line, overlay.Point{X: r[j], Y: r[j+1]})
					}
					last := &ground[len(ground)-1]
					*last = append(*last, append(line, line[0]))
				}
				if faults := faultsOf(ground); faults != nil {
					t.Fatalf("claim %d: %v", i+1, faults)
				}
				claims = append(claims, overlaytest.Claim{ID: int64(i + 1), Ground: ground})
			}
			l := overlaytest.Layer(claims)
			got, want := drawnBy(t, l, false), drawnBy(t, l, true)
			if len(want) == 0 {
				t.Error("nothing is drawn")
			}
			for what, ground := range want {
				for _, fault := range faultsOf(ground) {
					t.Errorf("guard %q: %s: %v", tc.guard, what, fault)
				}
				if !reflect.DeepEqual(got[what], ground) {
					t.Errorf("guard %q: %s is\n%v, drawn in the general way\n%v", tc.guard, what, got[what], ground)
				}
			}
		})
	}
}

// drawnBy returns the polygons of pairs and faces, as they come or all drawn in the
// general way.
func drawnBy(t *testing.T, l *overlay.Layer, general bool) map[string]overlay.MultiPolygon {
	t.Helper()
	options := overlay.Options{Workers: 1, Geometry: true}
	if general {
		options = options.DrawAll()
	}
	pairs, err := overlay.Pairs(t.Context(), l, nil, options)
	if err != nil {
		t.Fatal(err)
	}
	p, err := overlay.Faces(t.Context(), l, options)
	if err != nil {
		t.Fatal(err)
	}
	drawn := map[string]overlay.MultiPolygon{}
	for _, row := range pairs {
		drawn[fmt.Sprintf("pair %d, %d", row.A, row.B)] = row.Ground
	}
	for _, f := range p.Faces {
		if f.Depth() >= 2 {
			drawn[fmt.Sprintf("face %v", f.Claims)] = f.Ground
		}
	}
	return drawn
}

/*
c crosses itself, which no claim may, so that its faces have corners from which no
piece goes on. Whatever comes of it, it comes without panic.
*/
func TestAFaceWithoutAWayOnIsLeftToTheGeneralWay(t *testing.T) {
	var claims []overlaytest.Claim
	for i, ring := range []overlay.Ring{
		{{X: 840, Y: 86}, {X: 597, Y: 827}, {X: 50, Y: 78}, {X: 840, Y: 86}},
		{{X: 588, Y: 763}, {X: 72, Y: 783}, {X: 387, Y: 483}, {X: 588, Y: 763}},
		{{X: 417, Y: 80}, {X: 927, Y: 38}, {X: 45, Y: 123}, {X: 634, Y: 757}, {X: 261, Y: 488}, {X: 417, Y: 80}},
	} {
		claims = append(claims, overlaytest.Claim{ID: int64(i + 1), Ground: overlay.MultiPolygon{{ring}}})
	}
	if breaks(faultsOf(claims[0].Ground)) || !breaks(faultsOf(claims[2].Ground)) {
		t.Fatal("the third claim alone was to be broken")
	}
	if len(drawnBy(t, overlaytest.Layer(claims), false)) == 0 {
		t.Error("nothing is drawn")
	}
}
