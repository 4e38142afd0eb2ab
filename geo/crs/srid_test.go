package crs_test

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"jieshi/geo/crs"
)

func TestWorkingSRID(t *testing.T) {
	for _, tc := range []struct {
		name     string
		lon, lat float64
		want     crs.SRID
	}{
		{"Liujiang, where the demo is", 109.30, 24.25, 4545},
		{"Liuzhou", 109.41, 24.33, 4545},
		{"Rongan, east of 109.5", 109.51, 25.0, 4546},
		{"exactly on a zone edge belongs to the eastern zone", 109.5, 24.5, 4546},
		{"Baise, west of 106.5", 106.4, 23.9, 4544},
		{"Pingxiang at the Vietnamese border", 106.77, 22.11, 4545},
		{"Dongxing at the Vietnamese border", 108.02, 21.60, 4545},
		{"Beihai", 109.12, 21.48, 4545},
		{"Haikou", 110.33, 20.03, 4546},
		{"Sanya", 109.51, 18.25, 4546},
		{"Hong Kong", 114.17, 22.32, 4547},
		{"Macao", 113.55, 22.19, 4547},
		{"Xiamen", 118.09, 24.48, 4548},
		{"Shanghai", 121.47, 31.23, 4549},
		{"Beijing", 116.4, 39.9, 4548},
		{"Harbin", 126.64, 45.75, 4551},
		{"Fuyuan at the Amur", 134.3, 48.35, 4554},
		{"Mohe", 122.54, 52.97, 4550},
		{"Dalian", 121.61, 38.91, 4550},
		{"Weihai", 122.12, 37.51, 4550},
		{"Hohhot", 111.75, 40.84, 4546},
		{"Urumqi", 87.62, 43.82, 4538},
		{"Kashgar", 75.99, 39.47, 4534},
		{"Lhasa", 91.13, 29.65, 4539},
		{"Ruili at the Myanmar border", 97.85, 24.01, 4542},
		{"Jinghong", 100.80, 22.01, 4543},

		{"Bali", 115.16, -8.59, 32750},
		{"Nagoya", 136.88, 35.165, 32653},
		{"Istria", 14.14, 45.38, 32633},
		{"Hanoi", 105.85, 21.03, 32648},
		{"Lang Son in Vietnam", 106.76, 21.85, 32648},
		{"Vientiane", 102.6, 17.97, 32648},
		{"Mandalay", 96.08, 21.97, 32647},
		{"Myitkyina", 97.4, 25.38, 32647},
		{"Kathmandu", 85.32, 27.72, 32645},
		{"Thimphu", 89.64, 27.47, 32645},
		{"Delhi", 77.2, 28.6, 32643},
		{"Islamabad", 73.05, 33.7, 32643},
		{"Dushanbe", 68.78, 38.56, 32642},
		{"Bishkek", 74.6, 42.87, 32643},
		{"Almaty", 76.9, 43.25, 32643},
		{"Ulaanbaatar", 106.9, 47.9, 32648},
		{"Chita", 113.5, 52.03, 32649},
		{"Vladivostok", 131.9, 43.12, 32652},
		{"Khabarovsk", 135.07, 48.48, 32653},
		{"Pyongyang", 125.75, 39.03, 32651},
		{"Seoul", 126.98, 37.57, 32652},
		{"Jeju", 126.5, 33.4, 32652},
		{"Fukuoka", 130.4, 33.6, 32652},
		{"Taipei has a registered grid of its own", 121.56, 25.03, 32651},
		{"Manila", 121.0, 14.6, 32651},
		{"the antimeridian from the east", 180, 0, 32660},
		{"the antimeridian from the west", -180, -1, 32701},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := crs.WorkingSRID(tc.lon, tc.lat)
			if err != nil || got != tc.want {
				t.Errorf("WorkingSRID(%v, %v) = %d, %v; want %d", tc.lon, tc.lat, got, err, tc.want)
			}
		})
	}
}

func TestWorkingSRIDRefusesWhatIsNoPosition(t *testing.T) {
	nan := math.NaN()
	for _, p := range [][2]float64{{nan, 0}, {0, nan}, {181, 0}, {0, 85}, {0, -81}, {math.Inf(1), 0}} {
		if s, err := crs.WorkingSRID(p[0], p[1]); !errors.Is(err, crs.ErrOutsideUTM) {
			t.Errorf("WorkingSRID(%v, %v) = %d, %v; want ErrOutsideUTM", p[0], p[1], s, err)
		}
	}
}

func TestEveryWorkingSRIDProjectsThePlaceItWasChosenFor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lon := rapid.Float64Range(-180, 180).Draw(t, "lon")
		lat := rapid.Float64Range(-80, 84).Draw(t, "lat")
		s, err := crs.WorkingSRID(lon, lat)
		if err != nil {
			t.Fatal(err)
		}
		if !s.IsWorking() {
			t.Fatalf("%d is not a working SRID", s)
		}
		p, err := crs.ProjectionOf(s)
		if err != nil {
			t.Fatal(err)
		}
		if x, y := p.Forward(lon, lat); !(x > 150_000 && x < 850_000 && y >= 0 && y <= 1e7) {
			t.Fatalf("%d: %v, %v lies at %v, %v", s, lon, lat, x, y)
		}
	})
}

func TestZoneLabel(t *testing.T) {
	for _, tc := range []struct {
		s      crs.SRID
		zh, en string
	}{
		{4545, "CGCS2000 / 3°带 CM 108°", "CGCS2000 / 3-degree Gauss-Krueger CM 108°E"},
		{4524, "CGCS2000 / 3°带 第36带", "CGCS2000 / 3-degree Gauss-Krueger zone 36"},
		{4507, "CGCS2000 / 6°带 CM 105°", "CGCS2000 / 6-degree Gauss-Krueger CM 105°E"},
		{32750, "WGS 84 / UTM 50 带（南）", "WGS 84 / UTM zone 50S"},
		{32649, "WGS 84 / UTM 49 带（北）", "WGS 84 / UTM zone 49N"},
		{4490, "CGCS2000 经纬度", "CGCS2000 longitude and latitude"},
		{2056, "EPSG:2056", "EPSG:2056"},
	} {
		if zh, en := crs.ZoneLabel(tc.s); zh != tc.zh || en != tc.en {
			t.Errorf("ZoneLabel(%d) = %q, %q; want %q, %q", tc.s, zh, en, tc.zh, tc.en)
		}
	}
}

func TestDetectAxes(t *testing.T) {
	for _, tc := range []struct {
		name          string
		first, second float64
		want          crs.Axes
	}{
		{"easting first, no prefix", 632028.076, 2683593.911, crs.Axes{Order: crs.EastNorth}},
		{"X north, Y east as surveyors write", 2683593.911, 632028.076, crs.Axes{Order: crs.NorthEast}},
		{"zone 36 before the easting", 36632028.076, 2683593.911, crs.Axes{Order: crs.EastNorth, Zone: 36}},
		{"zone 36 before the easting, swapped", 2683593.911, 36632028.076, crs.Axes{Order: crs.NorthEast, Zone: 36}},
		{"longitude first", 109.3, 24.25, crs.Axes{Order: crs.EastNorth, Degrees: true}},
		{"latitude first", 24.25, 109.3, crs.Axes{Order: crs.NorthEast, Degrees: true}},
		{"Bali is not Chinese", 297502.2, 9049990.0, crs.Axes{}},
		{"Japan is not Chinese", 35.2, 136.9, crs.Axes{}},
		{"zone 47 does not exist", 47500000, 2683593, crs.Axes{}},
		{"not a number", math.NaN(), 2683593, crs.Axes{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := crs.DetectAxes(tc.first, tc.second); got != tc.want {
				t.Errorf("DetectAxes(%v, %v) = %+v, want %+v", tc.first, tc.second, got, tc.want)
			}
		})
	}
}
