package overlay_test

import (
	"encoding/hex"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"jieshi/geo/overlay"
)

// realData returns the folder of other people's files, or skips.
func realData(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("JIESHI_REAL_DATA")
	if dir == "" {
		t.Skip("JIESHI_REAL_DATA does not name the folder of real data")
	}
	return dir
}

// projected reads a layer with ogr2ogr in the given CRS, repairs what is broken
// and returns the layer and the number of features and of broken ones.
func projected(t *testing.T, path, crs string) (l *overlay.Layer, n, broken int) {
	t.Helper()
	ogr, err := exec.LookPath("ogr2ogr")
	if err != nil {
		t.Skip("ogr2ogr is not installed; it projects the real data")
	}
	out, err := exec.CommandContext(t.Context(), ogr,
		"-f", "GeoJSON", "-t_srs", crs, "-lco", "RFC7946=NO", "-lco", "COORDINATE_PRECISION=9", "/vsistdout/", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	// Only this much of GeoJSON, so that no other package is needed for it.
	var features struct {
		Features []struct {
			Geometry struct {
				Type        string
				Coordinates json.RawMessage
			}
		}
	}
	if err := json.Unmarshal(out, &features); err != nil {
		t.Fatal(err)
	}
	var b overlay.Builder
	for i, f := range features.Features {
		var m orb.MultiPolygon
		switch f.Geometry.Type {
		case "Polygon":
			m = make(orb.MultiPolygon, 1)
			err = json.Unmarshal(f.Geometry.Coordinates, &m[0])
		case "MultiPolygon":
			err = json.Unmarshal(f.Geometry.Coordinates, &m)
		default:
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		n++
		snapped, err := overlay.Snap(m)
		if err != nil {
			t.Fatal(err)
		}
		if breaks(faultsOf(snapped)) {
			broken++
			snapped = repairOf(snapped)
		}
		if err := b.Add(int64(i), snapped); err != nil {
			t.Fatal(err)
		}
	}
	l, err = b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return l, n, broken
}

func breaks(faults []overlay.Fault) bool {
	for _, f := range faults {
		if f.Rule.Breaks() {
			return true
		}
	}
	return false
}

// sumOver counts and sums the pairs larger than least m².
func sumOver(pairs []overlay.Pair, least float64) (n int, sum overlay.Area) {
	for _, p := range pairs {
		if float64(p.Area.SquareMetres()) > least {
			n++
			sum = sum.Add(p.Area)
		}
	}
	return n, sum
}

// The figures of these tests are those of the README of the real data: GEOS
// 3.11, cross-checked with an integer-grid engine, before snapping to 0.1 mm.
// Snapping moves a boundary by half a grid unit at most.

// slack is how far snapping can be from the figures, for ground with these
// outlines in m².
func slack(outlines float64) float64 { return outlines / 2 / overlay.GridPerMetre }

func TestTrapsThatGEOSThrowsOn(t *testing.T) {
	dir := filepath.Join(realData(t), "overlay-traps")
	for _, names := range [][2]string{
		{"pair1_a_2010_fid748.wkb.hex", "pair1_b_2018_fid676.wkb.hex"},
		{"pair2_a_2010_fid748.wkb.hex", "pair2_b_2022_fid659.wkb.hex"},
	} {
		var b overlay.Builder
		for i, name := range names {
			text, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			raw, err := hex.DecodeString(strings.TrimSpace(string(text)))
			if err != nil {
				t.Fatal(err)
			}
			g, err := wkb.Unmarshal(raw)
			if err != nil {
				t.Fatal(err)
			}
			m, err := overlay.Snap(orb.MultiPolygon{g.(orb.Polygon)})
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range faultsOf(m) {
				t.Errorf("%s: %v", name, f)
			}
			if err := b.Add(int64(i), m); err != nil {
				t.Fatal(err)
			}
		}
		l, err := b.Build()
		if err != nil {
			t.Fatal(err)
		}
		pairs, err := overlay.Pairs(t.Context(), l, nil, overlay.Options{Geometry: true})
		if err != nil {
			t.Fatal(err)
		}
		if len(pairs) != 1 {
			t.Fatalf("%d pairs, want 1", len(pairs))
		}
		if got := float64(pairs[0].Area.SquareMetres()); math.Abs(got-13_306_742.18) > slack(perimeter(pairs[0].Ground)) {
			t.Errorf("%v: %.4f m², want 13,306,742.18", names, got)
		}
		checkGround(t, names, pairs[0].Ground, pairs[0].Area)
	}
}

func TestAlbuquerque(t *testing.T) {
	l, n, broken := projected(t, filepath.Join(realData(t), "claims", "albuquerque.geojson"), "EPSG:6933")
	if n != 231 || broken != 1 {
		t.Errorf("%d claims, %d of them invalid; want 231 and 1", n, broken)
	}
	p, err := overlay.Faces(t.Context(), l, overlay.Options{Geometry: true})
	if err != nil {
		t.Fatal(err)
	}
	var outlines float64
	for _, f := range p.Faces {
		if f.Depth() >= 2 {
			checkGround(t, f.Claims, f.Ground, f.Area)
			outlines += perimeter(f.Ground)
		}
	}
	count, sum := sumOver(p.Pairs, 1)
	if count != 106 || math.Abs(float64(sum.SquareMetres())-29_140_760.9) > slack(outlines) {
		t.Errorf("%d pairs > 1 m², %.2f m²; want 106 and 29,140,760.9", count, float64(sum.SquareMetres()))
	}
	if got := float64(p.Contested().SquareMetres()); math.Abs(got-26_466_895.3) > slack(outlines) {
		t.Errorf("contested ground counted once: %.2f m², want 26,466,895.3", got)
	}
}

func TestZurichHasNoOverlaps(t *testing.T) {
	l, n, _ := projected(t, filepath.Join(realData(t), "claims", "zurich.geojson"), "EPSG:2056")
	pairs, err := overlay.Pairs(t.Context(), l, nil, overlay.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if count, sum := sumOver(pairs, 0.01); n != 171 || count != 0 {
		t.Errorf("%d areas, %d pairs > 0.01 m² (%v m²); want 171 and none", n, count, sum.SquareMetres())
	}
}

func TestSwissMunicipalities(t *testing.T) {
	dir := filepath.Join(realData(t), "claims")
	old, nOld, _ := projected(t, "/vsizip/"+filepath.Join(dir, "municipalities_2010.zip"), "EPSG:2056")
	now, nNow, _ := projected(t, "/vsizip/"+filepath.Join(dir, "municipalities_2026.zip"), "EPSG:2056")
	if nOld != 2600 || nNow != 2113 {
		t.Errorf("%d and %d municipalities, want 2,600 and 2,113", nOld, nNow)
	}
	for _, l := range []*overlay.Layer{old, now} {
		pairs, err := overlay.Pairs(t.Context(), l, nil, overlay.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if count, _ := sumOver(pairs, 0.01); count != 0 {
			t.Errorf("%d pairs > 0.01 m² within one year, want none", count)
		}
	}
	pairs, err := overlay.Pairs(t.Context(), old, now, overlay.Options{})
	if err != nil {
		t.Fatal(err)
	}
	count, sum := sumOver(pairs, 1)
	if count != 14_000 || math.Abs(float64(sum.SquareMetres())-39_962_943_803) > 39_962_943_803*1e-9 {
		t.Errorf("2010 × 2026: %d pairs > 1 m², %.2f m²; want 14,000 and 39,962,943,803", count, float64(sum.SquareMetres()))
	}
}
