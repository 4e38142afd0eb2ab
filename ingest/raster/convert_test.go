package raster_test

import (
	"image/jpeg"
	"math"
	"os"
	"testing"
	"time"

	"github.com/airbusgeo/godal"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"jieshi/ingest/raster"
)

// butLeft is valid but for the left 100 columns.
func butLeft(x, _ int) bool { return x >= 100 }

func TestPicturesOfEveryKindAreMeasuredAndShown(t *testing.T) {
	grey := func(x, _, _ int) float64 { return float64(x / 2) }
	for name, c := range map[string]struct {
		picture picture
		srid    int
		mask    raster.MaskSource
		valid   int64   // pixels
		area    float64 // m²; 0: valid pixels of 0.25 m²
		bands   int     // of the COG
		at      [2]int  // a pixel of the COG
		colour  []byte
	}{
		"RGB in UTM": {
			picture{}, 32649, raster.MaskNothing, 120000, 0, 3, [2]int{200, 150}, []byte{140, 40 + 150, 40 + 200 - 180},
		},
		"RGB in a CGCS2000 3-degree zone": {
			picture{epsg: 4545, transform: &[6]float64{632028, 0.5, 0, 2683600, 0, -0.5}},
			4545, raster.MaskNothing, 120000, 0, 3,
			[2]int{200, 150},
			[]byte{140, 190, 60},
		},
		"RGB in the same zone with its number before the easting": {
			picture{epsg: 4524, transform: &[6]float64{36632028, 0.5, 0, 2683600, 0, -0.5}},
			4524, raster.MaskNothing, 120000, 0, 3,
			[2]int{200, 150},
			[]byte{140, 190, 60},
		},
		// The cell 109.30 to 109.31 E, 24.25 to 24.26 N: 1124790.2910 m² on CGCS2000 by the authalic formula.
		"degrees on CGCS2000": {
			picture{epsg: 4490, transform: &[6]float64{109.30, 0.01 / 400, 0, 24.26, 0, -0.01 / 300}},
			4490, raster.MaskNothing, 120000, 1124790.29, 3,
			[2]int{200, 150},
			[]byte{140, 190, 60},
		},
		// The same cell in web mercator, where it measures 20.6 % too much:
		// ST_Area(ST_Transform(ST_MakeEnvelope(109.30, 24.25, 109.31, 24.26, 4326), 3857)) = 1356230.
		"web mercator, which is never measured in": {
			picture{epsg: 3857, transform: mercatorCell()},
			3857, raster.MaskNothing, 120000, 1124790.29, 3,
			[2]int{200, 150},
			[]byte{140, 190, 60},
		},
		// Survey feet: 1200/3937 m.
		"New York in survey feet": {
			picture{epsg: 2263, transform: &[6]float64{980000, 2, 0, 200000, 0, -2}},
			2263, raster.MaskNothing, 120000, 120000 * 4 * (1200.0 / 3937) * (1200.0 / 3937), 3,
			[2]int{200, 150},
			[]byte{140, 190, 60},
		},
		"alpha": {
			picture{alpha: true, valid: butLeft}, 32649, raster.MaskAlpha, 90000, 0, 3, [2]int{200, 150}, []byte{140, 190, 60},
		},
		"a mask inside the file": {
			picture{mask: true, valid: butLeft}, 32649, raster.MaskBand, 90000, 0, 3, [2]int{200, 150}, []byte{140, 190, 60},
		},
		"a nodata value": {
			picture{nodata: number(0), valid: butLeft}, 32649, raster.MaskNodata, 90000, 0, 3, [2]int{200, 150}, []byte{140, 190, 60},
		},
		"a nodata value that 8 bits cannot hold marks nothing": {
			picture{nodata: number(-10000)}, 32649, raster.MaskNothing, 120000, 0, 3, [2]int{200, 150}, []byte{140, 190, 60},
		},
		"alpha is believed before an impossible nodata value": {
			picture{alpha: true, nodata: number(-10000), valid: butLeft}, 32649, raster.MaskAlpha, 90000, 0, 3, [2]int{200, 150}, []byte{140, 190, 60},
		},
		"one grey band in strips": {
			picture{bands: 1, value: grey, options: []string{"COMPRESS=DEFLATE"}},
			32649, raster.MaskNothing, 120000, 0, 1,
			[2]int{200, 150},
			[]byte{100},
		},
		"a palette, of which one entry is nodata": {
			picture{
				bands: 1, nodata: number(0), palette: [][4]int16{{9, 9, 9, 255}, {200, 30, 40, 255}, {20, 160, 90, 255}},
				value: func(x, _, _ int) float64 { return float64(min(x/100, 2)) },
			},
			32649, raster.MaskNodata, 90000, 0, 3,
			[2]int{150, 150},
			[]byte{200, 30, 40},
		},
		// Values 1000 to 11000: the 2nd and 98th percentile are 1200 and 10800, so 6000 is the middle.
		"16 bits": {
			picture{dtype: godal.UInt16, value: func(x, _, _ int) float64 { return 1000 + float64(x)*25 }},
			32649, raster.MaskNothing, 120000, 0, 3,
			[2]int{200, 150},
			[]byte{127, 127, 127},
		},
		"floating point with holes": {
			picture{dtype: godal.Float32, bands: 1, value: func(x, _, _ int) float64 {
				if x < 100 {
					return math.NaN()
				}
				return float64(x)
			}},
			32649, raster.MaskNothing, 90000, 0, 1,
			[2]int{250, 150},
			[]byte{127},
		},
		"five bands, of which the first three are shown": {
			picture{bands: 5, options: []string{"TILED=YES", "INTERLEAVE=BAND"}},
			32649, raster.MaskNothing, 120000, 0, 3,
			[2]int{200, 150},
			[]byte{140, 190, 60},
		},
		"BigTIFF": {
			picture{options: []string{"BIGTIFF=YES", "COMPRESS=ZSTD"}}, 32649, raster.MaskNothing, 120000, 0, 3, [2]int{200, 150}, []byte{140, 190, 60},
		},
		"JPEG in YCbCr, in strips": {
			picture{options: []string{"COMPRESS=JPEG", "PHOTOMETRIC=YCBCR"}}, 32649, raster.MaskNothing, 120000, 0, 3, [2]int{200, 150}, []byte{140, 190, 60},
		},
		"LZW in strips, with a mask": {
			picture{options: []string{"COMPRESS=LZW", "PREDICTOR=2"}, mask: true, valid: butLeft},
			32649, raster.MaskBand, 90000, 0, 3,
			[2]int{200, 150},
			[]byte{140, 190, 60},
		},
		"JPEG in tiles, with a mask, as mapping programs export it": {
			picture{options: []string{"TILED=YES", "COMPRESS=JPEG", "PHOTOMETRIC=YCBCR"}, mask: true, valid: butLeft},
			32649, raster.MaskBand, 90000, 0, 3,
			[2]int{200, 150},
			[]byte{140, 190, 60},
		},
		"16 bits, planes one after the other, in strips, with alpha": {
			picture{
				dtype: godal.UInt16, alpha: true, valid: butLeft, options: []string{"COMPRESS=ZSTD", "INTERLEAVE=BAND"},
				value: func(x, _, _ int) float64 { return 1000 + float64(x)*25 },
			},
			32649, raster.MaskAlpha, 90000, 0, 3,
			[2]int{250, 150},
			[]byte{127, 127, 127},
		},
		"degrees on WGS 84": {
			picture{epsg: 4326, transform: &[6]float64{109.30, 0.01 / 400, 0, 24.26, 0, -0.01 / 300}},
			4326, raster.MaskNothing, 120000, 1124790.29, 3,
			[2]int{200, 150},
			[]byte{140, 190, 60},
		},
		"WebP": {
			picture{options: []string{"TILED=YES", "COMPRESS=WEBP", "WEBP_LEVEL=100"}}, 32649, raster.MaskNothing, 120000, 0, 3, [2]int{200, 150}, []byte{140, 190, 60},
		},
		"Deflate, planes one after the other, in strips": {
			picture{options: []string{"COMPRESS=DEFLATE", "INTERLEAVE=BAND", "PREDICTOR=2"}}, 32649, raster.MaskNothing, 120000, 0, 3, [2]int{200, 150}, []byte{140, 190, 60},
		},
		"uncompressed, one strip": {
			picture{options: []string{"BLOCKYSIZE=300"}}, 32649, raster.MaskNothing, 120000, 0, 3, [2]int{200, 150}, []byte{140, 190, 60},
		},
		"PackBits with alpha, planes apart": {
			picture{alpha: true, valid: butLeft, options: []string{"COMPRESS=PACKBITS", "INTERLEAVE=BAND"}},
			32649, raster.MaskAlpha, 90000, 0, 3,
			[2]int{200, 150},
			[]byte{140, 190, 60},
		},
		"16 bits with a nodata value, ZSTD": {
			picture{dtype: godal.UInt16, nodata: number(65535), valid: butLeft, options: []string{"TILED=YES", "COMPRESS=ZSTD", "PREDICTOR=2"}, value: func(x, _, _ int) float64 { return 1000 + float64(x)*25 }},
			32649, raster.MaskNodata, 90000, 0, 3,
			[2]int{250, 150},
			[]byte{127, 127, 127},
		},
		"a nodata value that 16 bits cannot hold marks nothing": {
			picture{dtype: godal.Int16, nodata: number(-99999), value: func(x, _, _ int) float64 { return 1000 + float64(x)*25 }},
			32649, raster.MaskNothing, 120000, 0, 3,
			[2]int{200, 150},
			[]byte{127, 127, 127},
		},
		"big endian": {
			picture{options: []string{"ENDIANNESS=BIG", "COMPRESS=PACKBITS"}}, 32649, raster.MaskNothing, 120000, 0, 3, [2]int{200, 150}, []byte{140, 190, 60},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := c.picture.write(t)
			r, err := converted(t, path, nil)
			if err != nil {
				t.Fatal(err)
			}
			if r.SRID != c.srid || r.MaskFrom != c.mask || r.ValidPixels != c.valid {
				t.Errorf("got EPSG:%d, mask from %s, %d valid; want EPSG:%d, %s, %d", r.SRID, r.MaskFrom, r.ValidPixels, c.srid, c.mask, c.valid)
			}
			if c.area == 0 {
				c.area = float64(c.valid) / 4
			}
			near(t, "valid area", r.ValidArea, c.area, 1e-6*c.area)
			near(t, "area of the footprint", footprintShare(r), r.ValidFraction, 0.01)
			checkDisplay(t, r, c.bands, c.at, c.colour)
			if c.valid == 90000 && (!hidden(t, r, 50, 150) || hidden(t, r, 350, 150)) {
				t.Error("the display COG does not hide the left quarter, or hides more")
			}
			if c.valid == 120000 && hidden(t, r, 2, 2) {
				t.Error("the display COG hides a valid pixel")
			}
			checkMeasure(t, r, path)
		})
	}
}

// mercatorCell is 109.30 to 109.31 E, 24.25 to 24.26 N in EPSG:3857.
func mercatorCell() *[6]float64 {
	x := func(lon float64) float64 { return 6378137 * lon * math.Pi / 180 }
	y := func(lat float64) float64 { return 6378137 * math.Asinh(math.Tan(lat*math.Pi/180)) }
	return &[6]float64{x(109.30), (x(109.31) - x(109.30)) / 400, 0, y(24.26), 0, (y(24.25) - y(24.26)) / 300}
}

// footprintShare is the part of the picture that its footprint covers.
func footprintShare(r raster.Result) float64 {
	b := r.Bounds
	return planar.Area(r.Footprint.Coordinates) / ((b[2] - b[0]) * (b[3] - b[1]))
}

// The picture is painted with its first row in the north; the file is then
// said to run from the south. So its first row must come out at the bottom.
func TestASouthUpPictureIsTurned(t *testing.T) {
	path := picture{
		transform: &[6]float64{326000, 0.5, 0, 2682850, 0, 0.5},
		value:     func(_, y, band int) float64 { return float64(y/2 + band) },
		alpha:     true, valid: func(_, y int) bool { return y >= 60 },
	}.write(t)
	r, err := converted(t, path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !r.SouthUp {
		t.Error("the result does not say that the original is south up")
	}
	if want := [4]float64{326000, 2682850, 326200, 2683000}; r.Bounds != want {
		t.Errorf("got bounds %v, want %v", r.Bounds, want)
	}
	checkDisplay(t, r, 3, [2]int{200, 10}, []byte{144, 145, 146}) // row 10 from the north is row 289 of the file
	if !hidden(t, r, 200, 290) || hidden(t, r, 200, 10) {
		t.Error("the mask was not turned with the picture")
	}
	cog := opened(t, r.Measure)
	if got := colourAt(t, cog, 200, 10); !closeTo(got, []byte{144, 145, 146, 255}, 0) {
		t.Errorf("row 10 of the measuring COG is %v, want that of row 289 of the file", got)
	}
}

//	..######
//	..######
//	..##.###
//	..######
//	########
//	########
//
// A sign is 50 x 50 pixels: a picture with a bite and a hole.
func TestTheFootprintFollowsTheValidPixels(t *testing.T) {
	valid := func(x, y int) bool {
		bite := x < 100 && y < 200
		hole := x >= 200 && x < 250 && y >= 100 && y < 150
		return !bite && !hole
	}
	r, err := converted(t, picture{alpha: true, valid: valid}.write(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	outline := r.Footprint.Coordinates
	if len(outline) != 1 || len(outline[0]) != 2 {
		t.Fatalf("got %d polygons, the first with %d rings; want one with a hole", len(outline), len(outline[0]))
	}
	near(t, "area", planar.Area(outline), (120000-20000-2500)*0.25, 1)
	if outline[0][0].Orientation() != orb.CCW || outline[0][1].Orientation() != orb.CW {
		t.Error("the outer ring is not anticlockwise, or the hole not clockwise")
	}
	for _, ring := range r.FootprintWGS84.Coordinates[0] {
		for _, p := range ring {
			b := r.BoundsWGS84
			if p[0] < b[0]-1e-9 || p[0] > b[2]+1e-9 || p[1] < b[1]-1e-9 || p[1] > b[3]+1e-9 {
				t.Errorf("%v lies outside of the bounds %v", p, b)
			}
		}
	}
	// The south-west corner: echo 326000 2682850 | gdaltransform -s_srs EPSG:32649 -t_srs EPSG:4326
	corner := orb.Point{109.286129961375, 24.2488755723523}
	nearest := math.Inf(1)
	for _, p := range r.FootprintWGS84.Coordinates[0][0] {
		nearest = min(nearest, planar.Distance(p, corner))
	}
	near(t, "distance of the south-west corner in degrees", nearest, 0, 1e-9)
}

func TestBothCOGsAreTiledWithOverviewsAndMask(t *testing.T) {
	r, err := converted(t, picture{width: 1500, height: 1100, mask: true, valid: butLeft}.write(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	// 326000 2683000 326750 2682450 in EPSG:3857, pixels of 0.597 m (zoom 18), on blocks of 4 x 512.
	for path, want := range map[string]struct {
		compression string
		overviews   int
	}{r.Display: {"YCbCr JPEG", 2}, r.Measure: {"ZSTD", 2}} {
		cog := opened(t, path)
		structure := cog.Metadatas(godal.Domain("IMAGE_STRUCTURE"))
		for key, want := range map[string]string{"LAYOUT": "COG", "COMPRESSION": want.compression, "INTERLEAVE": "PIXEL"} {
			if structure[key] != want {
				t.Errorf("%s of %s is %q, want %q", key, path, structure[key], want)
			}
		}
		band := cog.Bands()[0]
		if s := band.Structure(); s.BlockSizeX != 512 || s.BlockSizeY != 512 {
			t.Errorf("blocks of %d x %d", s.BlockSizeX, s.BlockSizeY)
		}
		if n := len(band.Overviews()); n != want.overviews {
			t.Errorf("%s: %d overviews, want %d", path, n, want.overviews)
		}
		if flags := band.MaskFlags(); flags != 2 {
			t.Errorf("mask flags %d, want 2 (per dataset)", flags)
		}
	}
	f, err := os.Open(r.Thumbnail)
	must(t, err)
	defer f.Close()
	small, err := jpeg.Decode(f)
	must(t, err)
	if b := small.Bounds(); b.Dx() != 512 || b.Dy() < 370 || b.Dy() > 390 {
		t.Errorf("the thumbnail is %v, want 512 x 375 or so, a little turned", b)
	}
}

func TestTheCRSIsFoundOrExplained(t *testing.T) {
	const esri = `PROJCS["CGCS2000_3_Degree_GK_CM_108E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",108.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]`
	const local = `PROJCS["Liuzhou local",GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000",SPHEROID["CGCS2000",6378137,298.257222101]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4490"]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",109.4],PARAMETER["scale_factor",1],PARAMETER["false_easting",500000],PARAMETER["false_northing",0],UNIT["metre",1]]`
	const unknown = `PROJCS["somewhere",GEOGCS["unknown",DATUM["county_datum",SPHEROID["Krassowsky 1940",6378245,298.3]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",109.4],PARAMETER["scale_factor",1],PARAMETER["false_easting",500000],PARAMETER["false_northing",0],UNIT["metre",1]]`
	const moon = `PROJCS["Moon",GEOGCS["GCS_Moon_2000",DATUM["D_Moon_2000",SPHEROID["Moon_2000_IAU_IAG",1737400,0]],PRIMEM["Reference_Meridian",0],UNIT["degree",0.0174532925199433]],PROJECTION["Equirectangular"],PARAMETER["standard_parallel_1",0],PARAMETER["central_meridian",0],PARAMETER["false_easting",0],PARAMETER["false_northing",0],UNIT["metre",1]]`
	const drawing = `LOCAL_CS["site grid",UNIT["metre",1]]`
	gauss := &[6]float64{632028, 0.5, 0, 2683600, 0, -0.5}
	for name, c := range map[string]struct {
		picture picture
		srid    int
		note    string
		code    string
	}{
		"a zone in the words of Esri, without a code":     {picture{wkt: esri, transform: gauss}, 4545, "", ""},
		"a local projection on CGCS2000":                  {picture{wkt: local, transform: gauss}, 0, "crs_without_epsg", ""},
		"a datum that nobody knows":                       {picture{wkt: unknown, transform: gauss}, 0, "", raster.CodeCRSNotAllowed},
		"the Moon":                                        {picture{wkt: moon, transform: gauss}, 0, "", raster.CodeCRSNotEarth},
		"a drawing grid":                                  {picture{wkt: drawing, transform: gauss}, 0, "", raster.CodeCRSNotAllowed},
		"Xian 1980, which needs parameters of the region": {picture{epsg: 2380, transform: gauss}, 2380, "datum_shift_approximate", ""},
		"degrees in WGS 84":                               {picture{epsg: 4326, transform: &[6]float64{109.3, 1e-5, 0, 24.25, 0, -1e-5}}, 4326, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := converted(t, c.picture.write(t), nil)
			if c.code != "" {
				wantRefusal(t, r, err, c.code)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if r.SRID != c.srid {
				t.Errorf("got EPSG:%d (%s), want EPSG:%d", r.SRID, r.CRSName, c.srid)
			}
			if got := len(r.Notes) > 0 && r.Notes[0].Code == c.note; got != (c.note != "") {
				t.Errorf("notes %v, want %q", r.Notes, c.note)
			}
		})
	}
}

func TestTheCaptureIntervalIsToldOrOfTheFile(t *testing.T) {
	path := picture{metadata: map[string]string{"TIFFTAG_DATETIME": "2026:03:05 09:30:00"}}.write(t)
	r, err := converted(t, path, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := raster.Capture{From: time.Date(2026, 3, 5, 9, 30, 0, 0, time.UTC), To: time.Date(2026, 3, 5, 9, 30, 0, 0, time.UTC), Zone: "unknown", Source: raster.CaptureTIFF}
	if r.Capture == nil || *r.Capture != want {
		t.Errorf("of the file: got %+v, want %+v", r.Capture, want)
	}
	china := time.FixedZone("", 8*3600)
	r, err = converted(t, path, func(j *raster.Job) {
		j.From, j.To = time.Date(2026, 3, 1, 9, 0, 0, 0, china), time.Date(2026, 3, 1, 11, 0, 0, 0, china)
	})
	if err != nil {
		t.Fatal(err)
	}
	want = raster.Capture{From: time.Date(2026, 3, 1, 1, 0, 0, 0, time.UTC), To: time.Date(2026, 3, 1, 3, 0, 0, 0, time.UTC), Zone: "utc", Source: raster.CaptureTold}
	if r.Capture == nil || *r.Capture != want {
		t.Errorf("told: got %+v, want %+v", r.Capture, want)
	}
	r, err = converted(t, path, func(j *raster.Job) { j.From, j.To = time.Unix(2e9, 0), time.Unix(1e9, 0) })
	wantRefusal(t, r, err, raster.CodeCaptureOutOfOrder)
}
