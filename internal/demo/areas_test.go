package demo_test

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"jieshi/internal/demo"
)

func TestAreaCodesFormATree(t *testing.T) {
	byCode := map[string]demo.Area{}
	count := map[int]int{}
	digits := map[int]int{1: 2, 2: 4, 3: 6, 4: 9} // of the code that say the area
	for _, a := range demo.Areas(1) {
		if _, twice := byCode[a.Code]; twice {
			t.Errorf("%s stands for two areas", a.Code)
		}
		if len(a.Code) != 12 || strings.Trim(a.Code[digits[a.Level]:], "0") != "" {
			t.Errorf("%s %s is no code of level %d", a.Code, a.Name, a.Level)
		}
		parent, ok := byCode[a.Parent]
		switch {
		case a.Level == 1:
			if a.Parent != "" {
				t.Errorf("the region lies in %s", a.Parent)
			}
		case !ok || parent.Level != a.Level-1 || parent.Code[:digits[parent.Level]] != a.Code[:digits[parent.Level]]:
			t.Errorf("%s %s lies in %q, which is not the area above it", a.Code, a.Name, a.Parent)
		}
		byCode[a.Code] = a
		count[a.Level]++
	}
	// 14 cities and 111 counties, as the Ministry of Civil Affairs counts them.
	if count[1] != 1 || count[2] != 14 || count[3] != 111 || count[4] != 20 {
		t.Errorf("areas by level %v, want 1, 14, 111 and 20", count)
	}
	for code, name := range map[string]string{
		"450200000000": "柳州市", "451300000000": "来宾市", "450206000000": "柳江区", "451321000000": "忻城县",
		"450206102000": "百朋镇", "451321101000": "大塘镇",
	} {
		if byCode[code].Name != name {
			t.Errorf("%s is %q, want %s", code, byCode[code].Name, name)
		}
	}
}

// Within a level every side of an outline is walked once by the area on its
// left and once, backwards, by the area on its right, unless it is a side of
// the ground that the whole level covers. Then there is neither gap nor overlap.
func TestNeighboursShareTheirBorders(t *testing.T) {
	areas := demo.Areas(1)
	region := sides(areas, func(a demo.Area) bool { return a.Level == 1 })
	for _, tc := range []struct {
		name  string
		in    func(demo.Area) bool
		outer map[[2]orb.Point]int
	}{
		{"cities", func(a demo.Area) bool { return a.Level == 2 }, region},
		{"counties", func(a demo.Area) bool { return a.Level == 3 }, region},
		{
			"townships of 柳江区",
			func(a demo.Area) bool { return a.Parent == "450206000000" },
			sides(areas, func(a demo.Area) bool { return a.Code == "450206000000" }),
		},
		{
			"townships of 忻城县",
			func(a demo.Area) bool { return a.Parent == "451321000000" },
			sides(areas, func(a demo.Area) bool { return a.Code == "451321000000" }),
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			walked := sides(areas, tc.in)
			for side, times := range walked {
				back := [2]orb.Point{side[1], side[0]}
				if times != 1 || walked[back]+tc.outer[side] != 1 {
					t.Fatalf("side %v: walked %d times, backwards %d times, on the outside %d times", side, times, walked[back], tc.outer[side])
				}
			}
			for side := range tc.outer {
				if walked[side] != 1 {
					t.Fatalf("side %v of the outside belongs to nobody", side)
				}
			}
		})
	}
}

// sides counts the directed sides of the outlines of some areas.
func sides(areas []demo.Area, in func(demo.Area) bool) map[[2]orb.Point]int {
	count := map[[2]orb.Point]int{}
	for _, a := range areas {
		if !in(a) {
			continue
		}
		for _, polygon := range a.Ground {
			for _, ring := range polygon {
				for i := range len(ring) - 1 {
					count[[2]orb.Point{ring[i], ring[i+1]}]++
				}
			}
		}
	}
	return count
}

func TestAreasOfAnySeed(t *testing.T) {
	for seed := uint64(2); seed < 12; seed++ {
		for _, a := range demo.Areas(seed) {
			if len(a.Ground) == 0 {
				t.Errorf("seed %d: %s has no ground", seed, a.Name)
			}
		}
	}
}

func TestAreasAsGeoJSON(t *testing.T) {
	areas := demo.Areas(1)
	file := written(t, func(w io.Writer) error { return demo.WriteAreas(w, areas) })
	var got struct {
		Type     string
		Features []struct {
			Properties struct {
				Code, Name string
				Level      int
				Parent     *string
			}
			Geometry struct {
				Type        string
				Coordinates orb.MultiPolygon
			}
		}
	}
	if err := json.Unmarshal(file, &got); err != nil {
		t.Fatal(err)
	}
	if got.Type != "FeatureCollection" || len(got.Features) != len(areas) {
		t.Fatalf("%s with %d features, want %d", got.Type, len(got.Features), len(areas))
	}
	for i, f := range got.Features {
		a := areas[i]
		if f.Properties.Code != a.Code || f.Properties.Level != a.Level || f.Geometry.Type != "MultiPolygon" || !f.Geometry.Coordinates.Equal(a.Ground) {
			t.Errorf("feature %d is not %s %s", i, a.Code, a.Name)
		}
		if (f.Properties.Parent == nil) != (a.Level == 1) {
			t.Errorf("%s has the wrong kind of parent", a.Name)
		}
	}
	if size := len(file); size > 2<<20 {
		t.Errorf("the areas take %d bytes, want less than 2 MiB", size)
	}
}
