package demo_test

import (
	"bytes"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"jieshi/geo"
	"jieshi/geo/crs"
	"jieshi/ingest"
	"jieshi/ingest/gnss"
	"jieshi/internal/demo"
)

// plan is the projection of the dispute.
func plan(tb testing.TB) crs.Projection {
	tb.Helper()
	p, err := crs.ProjectionOf(4545)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

func lonLat(tb testing.TB, at orb.Point) orb.Point {
	tb.Helper()
	lon, lat := plan(tb).Inverse(at[0], at[1])
	return orb.Point{lon, lat}
}

func inside(ground orb.MultiPolygon, at orb.Point) bool {
	return planar.MultiPolygonContains(ground, at)
}

// written returns what write writes.
func written(tb testing.TB, write func(io.Writer) error) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// readWalk reads a file with the product's own reader and takes it to the plane.
func readWalk(tb testing.TB, file []byte) (ingest.Walk, orb.LineString) {
	tb.Helper()
	walks, err := gnss.Read(bytes.NewReader(file), gnss.Limits{})
	if err != nil {
		tb.Fatal(err)
	}
	if len(walks) != 1 {
		tb.Fatalf("%d walks in the file, want 1", len(walks))
	}
	var line orb.LineString
	for _, f := range walks[0].Fixes {
		x, y := plan(tb).Forward(f.Lon, f.Lat)
		line = append(line, orb.Point{x, y})
	}
	return walks[0], line
}

// reportOf judges a walk as the product does: the epochs of a stop are one point.
func reportOf(tb testing.TB, walk ingest.Walk, repair ingest.Repair) ingest.Report {
	tb.Helper()
	report, err := ingest.NewReport(walk, ingest.Options{SRID: 4545, Repair: repair})
	if err != nil {
		tb.Fatal(err)
	}
	return report
}

func posOf(tb testing.TB, d demo.Dispute, side demo.Side) []byte {
	tb.Helper()
	return written(tb, func(w io.Writer) error { return d.WritePos(w, side) })
}

func TestWalksReadAsTheyWereWalked(t *testing.T) {
	d := demo.NewDispute(1)
	for _, tc := range []struct {
		side      demo.Side
		crossings int
	}{
		{demo.SideA, 0},
		{demo.SideB, 1}, // the wrong fix beside the houses
	} {
		t.Run(string(tc.side), func(t *testing.T) {
			walk, _ := readWalk(t, posOf(t, d, tc.side))
			quality := map[ingest.Quality]int{}
			for i, f := range walk.Fixes {
				quality[f.Quality]++
				if i > 0 && f.Time.Sub(walk.Fixes[i-1].Time).Seconds() != 1 {
					t.Fatalf("line %d is not a second after the one before", f.Line)
				}
				if f.Quality == ingest.QualityFixed && f.SigmaEast > 0.03 || f.Quality == ingest.QualityFloat && f.SigmaEast < 0.2 {
					t.Fatalf("line %d: %s with a sigma of %v m", f.Line, f.Quality, f.SigmaEast)
				}
			}
			all := len(walk.Fixes)
			if fixed := quality[ingest.QualityFixed]; fixed < all*70/100 || quality[ingest.QualityFloat] < all*5/100 || fixed+quality[ingest.QualityFloat] != all {
				t.Errorf("qualities %v, want mostly fixed and some float", quality)
			}
			report := reportOf(t, walk, ingest.RepairNone)
			if gap := report.ClosingGap; gap < 0.1 || gap > 1 {
				t.Errorf("closing gap %.2f m, want 0.1 to 1 m", gap)
			}
			if len(report.Faults) != tc.crossings {
				t.Errorf("faults %+v, want %d crossings", report.Faults, tc.crossings)
			}
			for _, f := range report.Faults { // in the local frame of the sketch in claims.go
				if east, north := f.At.X-631600, f.At.Y-2683200; f.Rule != geo.RingCrosses || east < 100 || east > 160 || north < 140 || north > 222 {
					t.Errorf("%s at (%.0f, %.0f), want a crossing between the houses and the hill", f.Rule, east, north)
				}
			}
		})
	}
}

// Other seeds are other noise; the figures hold for all of them.
func TestWalksMeasureTheTruth(t *testing.T) {
	for seed := uint64(1); seed <= 6; seed++ {
		d := demo.NewDispute(seed)
		var claim [2]orb.Ring
		for i, side := range []demo.Side{demo.SideA, demo.SideB} {
			walk, _ := readWalk(t, posOf(t, d, side))
			report := reportOf(t, walk, ingest.RepairEnclose)
			claim[i] = report.Boundary[0][0]
			want := []geo.SquareMetres{d.Truth.AreaA, d.Truth.AreaB}[i]
			if got := planar.Area(report.Boundary); !near(got, float64(want), 300) {
				t.Errorf("seed %d: %c walked round %.0f m², want %.0f ± 300 m²", seed, side, got, want)
			}
		}
		pieces := commonGround(claim[0], claim[1], 0.05)
		if len(pieces) != 3 || pieces[2] > 15 {
			t.Errorf("seed %d: pieces %.1f m², want the paddies, the reservoir and the hedge", seed, pieces)
		}
		if got := total(pieces); !near(got, float64(d.Truth.ContestedArea), float64(d.AreaTolerance)) {
			t.Errorf("seed %d: contested %.1f m², want %.1f ± %.0f m²", seed, got, d.Truth.ContestedArea, d.AreaTolerance)
		}
		t.Logf("seed %d: contested %.1f m² (truth %.1f), pieces %.1f", seed, total(pieces), d.Truth.ContestedArea, pieces)
	}
}

// An RTK rover on a pole in the open scatters by about a centimetre, never by
// nothing and never by so much that its point would be refused (3 cm).
func TestStopsScatterAsARoverDoes(t *testing.T) {
	for seed := uint64(1); seed <= 3; seed++ {
		for _, side := range []demo.Side{demo.SideA, demo.SideB} {
			walk, _ := readWalk(t, posOf(t, demo.NewDispute(seed), side))
			points := reportOf(t, walk, ingest.RepairEnclose).Points
			if len(points) < 24 {
				t.Errorf("seed %d, %c: %d stops, want one at each corner and stone", seed, side, len(points))
			}
			for _, p := range points {
				low, high := geo.Metres(0.004), geo.Metres(0.021) // 8 to 15 mm as twelve epochs tell it
				if p.Quality == ingest.QualityFloat {
					low, high = 5*low, 5*high
				}
				if p.Spread < low || p.Spread > high {
					t.Errorf("seed %d, %c: the %d epochs (%s) of point %d spread by %.4f m, want %.3f to %.3f m", seed, side, p.Epochs, p.Quality, p.N, p.Spread, low, high)
				}
			}
		}
	}
}

func TestWalksDependOnTheSeedAlone(t *testing.T) {
	one, again, other := posOf(t, demo.NewDispute(7), demo.SideB), posOf(t, demo.NewDispute(7), demo.SideB), posOf(t, demo.NewDispute(8), demo.SideB)
	if !bytes.Equal(one, again) {
		t.Error("two walks of one seed differ")
	}
	if bytes.Equal(one, other) {
		t.Error("walks of two seeds are equal")
	}
}

func TestForestFarmBringsNoRTKWalk(t *testing.T) {
	if err := demo.NewDispute(1).WritePos(io.Discard, demo.SideC); err == nil {
		t.Error("WritePos wrote a walk for C")
	}
}

func TestNMEATellsTheSameWalk(t *testing.T) {
	d := demo.NewDispute(1)
	file := written(t, d.WriteNMEA)
	sentence := regexp.MustCompile(`^\$(GN(?:GGA|RMC|GST),[^*]*)\*([0-9A-F]{2})$`)
	for i, line := range strings.Split(strings.TrimSuffix(string(file), "\r\n"), "\r\n") {
		m := sentence.FindStringSubmatch(line)
		if m == nil {
			t.Fatalf("line %d is no sentence: %q", i+1, line)
		}
		var sum byte
		for _, b := range []byte(m[1]) {
			sum ^= b
		}
		if want := "0123456789ABCDEF"; m[2] != string([]byte{want[sum>>4], want[sum&15]}) {
			t.Fatalf("line %d has checksum %s, want %02X", i+1, m[2], sum)
		}
	}
	pos, a := readWalk(t, posOf(t, d, demo.SideA))
	nmea, b := readWalk(t, file)
	if len(a) != len(b) {
		t.Fatalf("%d fixes in NMEA, %d in .pos", len(b), len(a))
	}
	for i := range a {
		p, q := pos.Fixes[i], nmea.Fixes[i]
		if planar.Distance(a[i], b[i]) > 0.001 || p.Quality != q.Quality || !p.Time.Equal(q.Time) || math.Abs(float64(p.SigmaNorth-q.SigmaNorth)) > 1e-3 {
			t.Fatalf("fix %d: .pos %+v, NMEA %+v", i, p, q)
		}
	}
}

func TestGPXGoesRoundTheForest(t *testing.T) {
	d := demo.NewDispute(1)
	walk, line := readWalk(t, written(t, d.WriteGPX))
	if len(walk.Fixes) < 60 {
		t.Errorf("%d fixes, want a point each five seconds round 550 m", len(walk.Fixes))
	}
	if gap := geo.ClosingGap(line); gap > 12 {
		t.Errorf("closing gap %.1f m, want what a handheld receiver leaves", gap)
	}
	found, err := geo.SelfCrossings(line)
	if err != nil || len(found) > 0 {
		t.Errorf("crossings %v, error %v, want none", found, err)
	}
	if got := planar.Area(orb.Ring(append(line, line[0]))); !near(math.Abs(got), float64(d.Truth.AreaC), 0.06*float64(d.Truth.AreaC)) {
		t.Errorf("walked round %.0f m², want %.0f m² within 6 %%", got, d.Truth.AreaC)
	}
}
