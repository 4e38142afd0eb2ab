package raster_test

import (
	"testing"

	"jieshi/ingest/raster"
)

const (
	prj4545 = `PROJCS["CGCS2000_3_Degree_GK_CM_108E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",108.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]`
	// The first pixel's middle: 632028.25, 2683599.75.
	world = "0.5\r\n0.0\r\n0.0\r\n-0.5\r\n632028.25\r\n2683599.75\r\n"
)

var gauss = [6]float64{632028, 0.5, 0, 2683600, 0, -0.5}

func TestACRSIsRecognisedByItsNameAlone(t *testing.T) {
	prefixed := gauss
	prefixed[0] += 36e6
	for name, c := range map[string]struct {
		cited string
		at    [6]float64
		srid  int // 0: refused
	}{
		"EPSG's words, a meridian":                  {"CGCS2000 / 3-degree Gauss-Kruger CM 108E", gauss, 4545},
		"EPSG's words, a zone":                      {"CGCS2000 / 3-degree Gauss-Kruger zone 36", prefixed, 4524},
		"a meridian, but eastings with zone number": {"CGCS2000 / 3-degree Gauss-Kruger CM 108E", prefixed, 4524},
		"Esri's words":                              {"CGCS2000_3_Degree_GK_CM_108E", gauss, 4545},
		"behind the name of the program":            {"PCS Name = CGCS2000_3_Degree_GK_CM_108E", gauss, 4545},
		"six degrees":                               {"CGCS2000_GK_CM_111E", gauss, 4508},
		"UTM":                                       {"WGS 84 / UTM zone 49N", gauss, 32649},
		"Xian 1980":                                 {"Xian 1980 / 3-degree Gauss-Kruger CM 108E", gauss, 2381},
		"a code":                                    {"EPSG:4545", gauss, 4545},
		"a code that is not in use here":            {"EPSG:2263", gauss, 0},
		"a meridian that no zone has":               {"CGCS2000 / 3-degree Gauss-Kruger CM 107E", gauss, 0},
		"a local name":                              {"local grid of the county", gauss, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := converted(t, citedOnly(t, picture{transform: &c.at}, c.cited), nil)
			if c.srid == 0 {
				wantRefusal(t, r, err, raster.CodeCRSNotAllowed)
				return
			}
			must(t, err)
			if r.SRID != c.srid || r.CRSFrom != raster.CRSCitation || !noted(r, "crs_from_citation") {
				t.Errorf("EPSG:%d from %s, notes %v; want EPSG:%d from the citation", r.SRID, r.CRSFrom, r.Notes, c.srid)
			}
		})
	}
}

func noted(r raster.Result, code string) bool {
	for _, n := range r.Notes {
		if n.Code == code {
			return true
		}
	}
	return false
}

func TestWhatIsToldOfAPictureIsUsedOrMustAgree(t *testing.T) {
	bare := picture{epsg: -1, transform: &gauss}
	full := picture{epsg: 4545, transform: &gauss}
	placeless := picture{epsg: -1, placeless: true}
	moved := "0.5\n0\n0\n-0.5\n632029.25\n2683599.75\n"
	for name, c := range map[string]struct {
		picture picture
		told    raster.Told
		code    string // of the refusal
		from    raster.CRSSource
		note    string
	}{
		"no CRS and none declared":                 {bare, raster.Told{}, raster.CodeNoCRS, "", ""},
		"a declared code":                          {bare, raster.Told{CRS: 4545}, "", raster.CRSTold, "crs_declared"},
		"a .prj":                                   {bare, raster.Told{PRJ: prj4545}, "", raster.CRSPRJ, "crs_from_prj"},
		".tfw and .prj":                            {placeless, raster.Told{World: world, PRJ: prj4545}, "", raster.CRSPRJ, "placed_by_world_file"},
		".tfw and a declared code":                 {placeless, raster.Told{World: world, CRS: 4545}, "", raster.CRSTold, "placed_by_world_file"},
		".tfw with decimal commas":                 {placeless, raster.Told{World: "0,5 0 0 -0,5 632028,25 2683599,75", CRS: 4545}, "", raster.CRSTold, ""},
		".tfw beside a picture that has its place": {full, raster.Told{World: world}, "", raster.CRSFile, ""},
		"a .tfw that says another place":           {full, raster.Told{World: moved}, raster.CodeGeoreferenceConflict, "", ""},
		"a code that the file has, too":            {full, raster.Told{CRS: 4545, PRJ: prj4545}, "", raster.CRSFile, ""},
		"a code that the file does not have":       {full, raster.Told{CRS: 4546}, raster.CodeCRSConflict, "", ""},
		"a .prj that the file does not mean":       {picture{epsg: 32649}, raster.Told{PRJ: prj4545}, raster.CodeCRSConflict, "", ""},
		".prj and code that differ":                {bare, raster.Told{PRJ: prj4545, CRS: 4546}, raster.CodeCRSConflict, "", ""},
		"web mercator is allowed, the Moon is not": {bare, raster.Told{CRS: 30100}, raster.CodeCRSNotAllowed, "", ""},
		"a .prj that is no WKT":                    {bare, raster.Told{PRJ: "http://127.0.0.1:1/crs"}, raster.CodeCRSNotAllowed, "", ""},
		"a .tfw of five numbers":                   {placeless, raster.Told{World: "1 0 0 -1 5", CRS: 4545}, raster.CodeWorldFile, "", ""},
		"a .tfw with words":                        {placeless, raster.Told{World: "1 0 0 -1 x 5", CRS: 4545}, raster.CodeWorldFile, "", ""},
		"a place but no CRS":                       {placeless, raster.Told{World: world}, raster.CodeNoCRS, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := converted(t, c.picture.write(t), func(j *raster.Job) { j.Told = c.told })
			if c.code != "" {
				wantRefusal(t, r, err, c.code)
				return
			}
			must(t, err)
			if r.SRID != 4545 || r.CRSFrom != c.from || (c.note != "" && !noted(r, c.note)) {
				t.Errorf("EPSG:%d from %s, notes %v", r.SRID, r.CRSFrom, r.Notes)
			}
			if want := [4]float64{632028, 2683450, 632228, 2683600}; r.Bounds != want {
				t.Errorf("bounds %v, want %v", r.Bounds, want)
			}
		})
	}
}
