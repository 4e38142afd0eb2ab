package crs_test

import (
	"errors"
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
	"pgregory.net/rapid"

	"jieshi/geo/crs"
)

func cell(west, south, east, north float64) orb.Ring {
	return orb.Ring{{west, south}, {east, south}, {east, north}, {west, north}, {west, south}}
}

// officialCell is the formula of 国土调查办发〔2008〕32号 for a cell between
// meridians and parallels: an expansion to e⁸ that is independent of ours.
func officialCell(west, south, east, north float64) float64 {
	const a, f = 6378137.0, 1 / 298.257222101
	b := a * (1 - f)
	e2 := (a*a - b*b) / (a * a)
	e4, e6, e8 := e2*e2, e2*e2*e2, e2*e2*e2*e2
	A := 1 + 3./6*e2 + 30./80*e4 + 35./112*e6 + 630./2304*e8
	B := 1./6*e2 + 15./80*e4 + 21./112*e6 + 420./2304*e8
	C := 3./80*e4 + 7./112*e6 + 180./2304*e8
	D := 1./112*e6 + 45./2304*e8
	E := 5. / 2304 * e8
	r := math.Pi / 180
	dL, dB, m := (east-west)*r, (north-south)*r, (north+south)/2*r
	return 2 * b * b * dL * (A*math.Sin(dB/2)*math.Cos(m) - B*math.Sin(3*dB/2)*math.Cos(3*m) +
		C*math.Sin(5*dB/2)*math.Cos(5*m) - D*math.Sin(7*dB/2)*math.Cos(7*m) + E*math.Sin(9*dB/2)*math.Cos(9*m))
}

// Wanted areas are computed outside this program with the authalic formula.
// PostGIS takes edges for geodesics and gives 1124790.2924 for the first:
//
//	SELECT ST_Area('SRID=4490;POLYGON((109.30 24.25,109.31 24.25,109.31 24.26,
//	  109.30 24.26,109.30 24.25))'::geography);
func TestLonLatAreaOfMapCells(t *testing.T) {
	for _, tc := range []struct {
		west, south, east, north, want float64
	}{
		{109.30, 24.25, 109.31, 24.26, 1124790.2910},
		{108.00, 22.80, 108.01, 22.81, 1136972.1252},
		{106, 23.5, 106.0166666667, 23.5166666667, 3142091.1386}, // one minute, to ten decimals
	} {
		got, err := crs.LonLatArea(cell(tc.west, tc.south, tc.east, tc.north))
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(float64(got)-tc.want) > 0.0001 {
			t.Errorf("LonLatArea(%v) = %.4f m², want %.4f", tc, float64(got), tc.want)
		}
		if official := officialCell(tc.west, tc.south, tc.east, tc.north); math.Abs(float64(got)-official) > 0.0001 {
			t.Errorf("LonLatArea(%v) = %.4f m², the official formula %.4f", tc, float64(got), official)
		}
	}
}

func TestLonLatAreaIsTheOfficialFormulaForAnyCell(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		west := rapid.Float64Range(73, 135).Draw(t, "west")
		south := rapid.Float64Range(3, 54).Draw(t, "south")
		w := rapid.Float64Range(0.001, 1).Draw(t, "w")
		h := rapid.Float64Range(0.001, 1).Draw(t, "h")
		got, err := crs.LonLatArea(cell(west, south, west+w, south+h))
		if err != nil {
			t.Fatal(err)
		}
		want := officialCell(west, south, west+w, south+h)
		if math.Abs(float64(got)-want) > 1e-9*want+1e-5 {
			t.Fatalf("LonLatArea = %.6f, official %.6f", float64(got), want)
		}
	})
}

// Expected areas are from PostGIS 3.3 (geodesics of 20 m along the plane's
// straight edges; 4490 for CGCS2000, 4326 for UTM):
//
//	SELECT ST_Area(ST_Transform(ST_Segmentize(ST_GeomFromText(w, srid), 20), 4490)::geography);
func TestEllipsoidalArea(t *testing.T) {
	for _, tc := range []struct {
		name string
		srid crs.SRID
		wkt  string
		want float64
	}{
		{"a field at a zone edge", 4545, "POLYGON((632000 2683000,633000 2683100,632900 2684200,632100 2684000,632000 2683000))", 944590.4092848571},
		{"a hole is taken off", 4545, "POLYGON((500000 2600000,510000 2600000,510000 2610000,500000 2610000,500000 2600000),(502000 2602000,503000 2607000,508000 2603000,502000 2602000))", 85499925.02542076},
		{"south of the equator", 32750, "POLYGON((297000 9049000,298000 9049000,298000 9050000,297000 9050000,297000 9049000))", 999785.044514712},
		{"a county", 4545, "POLYGON((560000 2600000,640000 2620000,650000 2700000,600000 2730000,570000 2690000,560000 2600000))", 8097711326.894387},
		{"at the Amur", 4554, "POLYGON((470000 5340000,471000 5340000,471000 5341000,470000 5340000))", 499989.4316172332},
	} {
		t.Run(tc.name, func(t *testing.T) {
			poly, err := wkt.UnmarshalPolygon(tc.wkt)
			if err != nil {
				t.Fatal(err)
			}
			got, err := crs.EllipsoidalArea(orb.MultiPolygon{poly}, projection(t, tc.srid))
			if err != nil {
				t.Fatal(err)
			}
			if math.Abs(float64(got)-tc.want) > 1e-8*tc.want+0.001 {
				t.Errorf("EllipsoidalArea() = %.4f m², PostGIS %.4f", float64(got), tc.want)
			}
		})
	}
}

// Cutting an edge in pieces must not change what it encloses: the straight line
// of the plane is followed, not some chord of it.
func TestEllipsoidalAreaFollowsThePlanesStraightEdges(t *testing.T) {
	p := projection(t, 4546)
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(340_000, 660_000).Draw(t, "x")
		y := rapid.Float64Range(2_000_000, 5_500_000).Draw(t, "y")
		size := rapid.Float64Range(1, 40_000).Draw(t, "size")
		ring := orb.Ring{{x, y}, {x + size, y + size/7}, {x + size/3, y + size}, {x, y}}
		whole, err := crs.SignedEllipsoidalArea(ring, p)
		if err != nil {
			t.Fatal(err)
		}
		var cut orb.Ring
		for i := range 3 {
			for k := range 16 {
				f := float64(k) / 16
				cut = append(cut, orb.Point{
					ring[i][0] + f*(ring[i+1][0]-ring[i][0]),
					ring[i][1] + f*(ring[i+1][1]-ring[i][1]),
				})
			}
		}
		pieces, err := crs.SignedEllipsoidalArea(cut, p)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(float64(whole-pieces)) > 1e-10*float64(whole)+1e-4 {
			t.Fatalf("whole %.6f, in pieces %.6f", float64(whole), float64(pieces))
		}
	})
}

func TestEllipsoidalAreaOfNothingAndNonsense(t *testing.T) {
	p := projection(t, 4545)
	if a, err := crs.EllipsoidalArea(nil, p); a != 0 || err != nil {
		t.Errorf("EllipsoidalArea(nil) = %v, %v", a, err)
	}
	bad := orb.MultiPolygon{{{{500000, 2600000}, {math.NaN(), 2600000}, {500000, 2600100}, {500000, 2600000}}}}
	if _, err := crs.EllipsoidalArea(bad, p); !errors.Is(err, crs.ErrOutsideGrid) {
		t.Errorf("EllipsoidalArea with NaN: error %v, want ErrOutsideGrid", err)
	}
}

func BenchmarkEllipsoidalArea(b *testing.B) {
	p := projection(b, 4545)
	const n = 100_000
	ring := make(orb.Ring, 0, n+1)
	for i := range n {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / n)
		ring = append(ring, orb.Point{632000 + 8000*cos, 2683000 + 8000*sin})
	}
	ring = append(ring, ring[0])
	b.ReportAllocs()
	for b.Loop() {
		if _, err := crs.SignedEllipsoidalArea(ring, p); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "vertices/s")
}
