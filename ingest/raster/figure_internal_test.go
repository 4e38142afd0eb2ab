package raster

import (
	"encoding/xml"
	"math"
	"testing"
)

// Cells of the graticule on CGCS2000. The first two are exact (closed authalic
// formula); the third is
// SELECT ST_Area(ST_MakeEnvelope(106, 23.5, 106 + 1.0/60, 23.5 + 1.0/60, 4490)::geography);
// whose own error is some 1e-9, hence 1e-8.
func TestCellsOfTheGraticule(t *testing.T) {
	for _, c := range []struct{ w, s, e, n, want float64 }{
		{109.30, 24.25, 109.31, 24.26, 1124790.2910},
		{108.00, 22.80, 108.01, 22.81, 1136972.1252},
		{106.0, 23.5, 106 + 1.0/60, 23.5 + 1.0/60, 3142091.1386},
	} {
		if got := cellArea(c.w, c.s, c.e, c.n); math.Abs(got-c.want) > 1e-8*c.want {
			t.Errorf("%v: got %.4f, want %.4f", c, got, c.want)
		}
	}
	// The whole ellipsoid: 510 065 621.724 km² (WGS 84).
	if got := cellArea(-180, -90, 180, 90) / 1e6; math.Abs(got-510065621.724) > 0.01 {
		t.Errorf("the Earth has %.3f km²", got)
	}
}

func TestNodesOfWKT(t *testing.T) {
	const wkt = `COMPD_CS["a PROJCS[ in a name, ""quoted"" GEOGCS[",PROJCS["p",GEOGCS["g",DATUM["d",SPHEROID["s",1,2],TOWGS84[0,0,0]]],EXTENSION["PROJ4","x]"]],VERT_CS["v"]]`
	if got, want := wktNode(wkt, "PROJCS", "GEOGCS"), `PROJCS["p",GEOGCS["g",DATUM["d",SPHEROID["s",1,2],TOWGS84[0,0,0]]],EXTENSION["PROJ4","x]"]]`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got, want := wktWithout(wktNode(wkt, "PROJCS"), "TOWGS84", "EXTENSION"), `PROJCS["p",GEOGCS["g",DATUM["d",SPHEROID["s",1,2]]]]`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for _, broken := range []string{"", "PROJCS", "PROJCS[", `PROJCS["`, "]]]", `GEOGCS["x"`} {
		if got := wktNode(broken, "PROJCS", "GEOGCS"); got != "" {
			t.Errorf("%q has the node %q", broken, got)
		}
	}
}

func FuzzForeignDomain(f *testing.F) {
	f.Add(`<GDALMetadata><Item name="a" domain="OVERVIEWS">x</Item></GDALMetadata>`)
	f.Add(`<GDALMetadata><Item name="a">x</Item></GDALMetadata>`)
	f.Add(`<a domain = 'geolocation'>&`)
	f.Fuzz(func(t *testing.T, text string) {
		domain, err := foreignDomainIn(text)
		if err == nil && domain != "" && !isForeign(domain) {
			t.Errorf("%q is named as foreign", domain)
		}
		var doc struct {
			Items []struct {
				Domain string `xml:"domain,attr"`
			} `xml:"Item"`
		}
		if xml.Unmarshal([]byte(text), &doc) != nil || err != nil {
			return
		}
		for _, item := range doc.Items {
			if isForeign(item.Domain) && domain == "" {
				t.Errorf("domain %q was missed", item.Domain)
			}
		}
	})
}

func TestWindowsCoverEveryPixelOnce(t *testing.T) {
	for _, c := range []struct{ w, h, blockW, blockH int }{
		{1, 1, 1, 1}, {686, 758, 686, 2}, {5000, 300, 256, 256}, {3000, 3000, 2500, 2500}, {100000, 7, 100000, 1}, {4096, 4096, 4096, 4096}, {2049, 2049, 512, 512},
	} {
		s := &source{grid: grid{width: c.w, height: c.h}, block: [2]int{c.blockW, c.blockH}, bands: 3, show: []int{0, 1, 2}, dtype: 1}
		n := 0
		seen := map[[2]int]bool{}
		for _, w := range s.windows() {
			n += w.w * w.h
			if w.w <= 0 || w.h <= 0 || w.x+w.w > c.w || w.y+w.h > c.h || seen[[2]int{w.x, w.y}] {
				t.Fatalf("%+v: window %+v", c, w)
			}
			seen[[2]int{w.x, w.y}] = true
		}
		if n != c.w*c.h {
			t.Errorf("%+v: %d pixels in windows", c, n)
		}
	}
}
