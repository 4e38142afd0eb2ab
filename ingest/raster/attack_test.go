package raster_test

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/airbusgeo/godal"

	"jieshi/ingest"
	"jieshi/ingest/raster"
)

// listen counts who comes to a port of this machine.
func listen(t *testing.T) (address string, visits *atomic.Int32) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = l.Close() })
	visits = new(atomic.Int32)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			visits.Add(1)
			_ = conn.Close()
		}
	}()
	return l.Addr().String(), visits
}

// secret is another tenant's picture: all pixels 201, a value that no other
// picture here has.
func secret(t *testing.T) string {
	t.Helper()
	return picture{width: 200, height: 150, value: func(int, int, int) float64 { return 201 }}.write(t)
}

// unread says that nobody has read a file since it was made, as far as the file
// system keeps the time of reading: it is set back first.
func unread(t *testing.T, path string) func() {
	t.Helper()
	long := time.Now().Add(-100 * time.Hour)
	must(t, os.Chtimes(path, long, long))
	before := accessed(t, path)
	return func() {
		t.Helper()
		if now := accessed(t, path); now != before {
			t.Errorf("%s was read", path)
		}
	}
}

// Attacks L1 to L9 of the field notes, through the real child. Each must be
// refused with its reason, without a visit to the listener and without reading
// a byte that is not the file's own.
func TestAttacksAreRefusedAndReadNothingForeign(t *testing.T) {
	address, visits := listen(t)
	tenant := secret(t)
	text := written(t, "passwords.txt", []byte(strings.Repeat("the tenant's own words ", 100)))
	vrt := fmt.Sprintf(`<VRTDataset rasterXSize="20" rasterYSize="20"><SRS>EPSG:32649</SRS><GeoTransform>326000,1,0,2683000,0,-1</GeoTransform>
<VRTRasterBand dataType="Byte" band="1" subClass="VRTRawRasterBand"><SourceFilename relativetoVRT="0">%s</SourceFilename></VRTRasterBand></VRTDataset>`, text)
	laughs := `<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><gpx><name>&c;</name></gpx>`
	domain := func(name, key, value string) string {
		return picture{domains: map[string]map[string]string{name: {key: value}}}.write(t)
	}
	url := "/vsicurl/http://" + address + "/overviews.tif"
	for name, c := range map[string]struct {
		file string
		code string
	}{
		"L1: a VRT with a raw band of a local file, named .tif":    {written(t, "ortho.tif", []byte(vrt)), raster.CodeNotATIFF},
		"L2: overviews that are a URL":                             {domain("OVERVIEWS", "OVERVIEW_FILE", url), raster.CodeOverviewsDomain},
		"L3: overviews that are another tenant's file":             {domain("OVERVIEWS", "OVERVIEW_FILE", tenant), raster.CodeOverviewsDomain},
		"L3: the same in lower case, since GDAL does not mind":     {domain("overviews", "OVERVIEW_FILE", tenant), raster.CodeOverviewsDomain},
		"L4: a geolocation array that is another tenant's file":    {picture{placeless: true, domains: map[string]map[string]string{"GEOLOCATION": {"X_DATASET": tenant, "Y_DATASET": url, "X_BAND": "1", "Y_BAND": "1"}}}.write(t), raster.CodeMetadataDomain},
		"L4: the same beside a proper georeference":                {domain("GEOLOCATION", "X_DATASET", tenant), raster.CodeMetadataDomain},
		"a VRT in the metadata":                                    {domain("xml:VRT", "0", vrt), raster.CodeMetadataDomain},
		"L5: a CRS that is a URL":                                  {picture{wkt: `LOCAL_CS["http://` + address + `/crs",UNIT["metre",1]]`}.write(t), raster.CodeCRSNotAllowed},
		"L7: a bomb of 2 000 000 x 2 000 000 pixels in huge tiles": {bomb(t), raster.CodeTooManyPixels},
		"L8: a billion laughs":                                     {written(t, "walk.tif", []byte(laughs)), raster.CodeNotATIFF},
		"a WMS description":                                        {written(t, "wms.tif", []byte(`<GDAL_WMS><Service name="TMS"><ServerUrl>http://`+address+`/${z}/${x}/${y}.png</ServerUrl></Service></GDAL_WMS>`)), raster.CodeNotATIFF},
		"an MRF":                                                   {written(t, "mrf.tif", []byte(`<MRF_META><Source>`+tenant+`</Source></MRF_META>`)), raster.CodeNotATIFF},
	} {
		t.Run(name, func(t *testing.T) {
			checkTenant, checkText := unread(t, tenant), unread(t, text)
			r, err := converted(t, c.file, nil)
			wantRefusal(t, r, err, c.code)
			checkTenant()
			checkText()
		})
	}
	if n := visits.Load(); n != 0 {
		t.Errorf("%d visits to the listener", n)
	}
}

// bomb is the 15.6 KB file of attack L7.
func bomb(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bomb.tif")
	ds, err := godal.Create(godal.GTiff, path, 1, godal.Byte, 2_000_000, 2_000_000,
		godal.CreationOption("TILED=YES", "BLOCKXSIZE=65536", "BLOCKYSIZE=65536", "SPARSE_OK=TRUE", "COMPRESS=DEFLATE"))
	must(t, err)
	ref, err := godal.NewSpatialRefFromEPSG(32649)
	must(t, err)
	defer ref.Close()
	must(t, ds.SetSpatialRef(ref))
	must(t, ds.SetGeoTransform(utm))
	must(t, ds.Close())
	return path
}

// L6: names that GDAL takes for something else than a file.
func TestNamesAreFilesAndNothingElse(t *testing.T) {
	address, visits := listen(t)
	tenant := secret(t)
	check := unread(t, tenant)
	tiles := newSource(t, raster.TileOptions{})
	for _, name := range []string{
		"/vsicurl/http://" + address + "/a.tif", "/vsicurl_streaming/http://" + address + "/a.tif",
		"http://" + address + "/a.tif", "GTIFF_DIR:1:" + tenant, "GTIFF_RAW:" + tenant, "/vsisubfile/0_100," + tenant,
		"MEM:::DATAPOINTER=1,PIXELS=1,LINES=1", "/vsistdin/",
	} {
		var refusal *ingest.Refusal
		if r, err := converted(t, name, nil); err == nil || errors.As(err, &refusal) {
			t.Errorf("Convert of %s: got %s, %v; want a fault: there is no such file", name, r.Status, err)
		}
		if b, _, err := tiles.Tile(t.Context(), name, raster.Shift{}, 0, 0, 0, raster.PNG, 256); err == nil {
			t.Errorf("a tile of %s has %d bytes", name, len(b))
		}
	}
	check()
	if n := visits.Load(); n != 0 {
		t.Errorf("%d visits to the listener", n)
	}
}

// The attacks above are alive: without our stops the same files do reach the
// tenant's file and the listener. Otherwise those tests would prove nothing.
func TestTheAttacksWouldWorkWithoutTheStops(t *testing.T) {
	tenant := secret(t)
	file := picture{domains: map[string]map[string]string{"OVERVIEWS": {"OVERVIEW_FILE": tenant}}}.write(t)
	naive, err := godal.Open(file, godal.Drivers("GTiff"), godal.RasterOnly())
	must(t, err)
	defer naive.Close()
	overviews := naive.Bands()[0].Overviews()
	if len(overviews) == 0 {
		t.Fatal("L3 is dead: no overview of the tenant's file")
	}
	px := []byte{0}
	must(t, overviews[0].Read(5, 5, px, 1, 1))
	if px[0] != 201 {
		t.Errorf("L3 is dead: the overview has %d", px[0])
	}
	long := time.Now().Add(-100 * time.Hour)
	must(t, os.Chtimes(tenant, long, long))
	before := accessed(t, tenant)
	if _, err := os.ReadFile(tenant); err != nil || accessed(t, tenant) == before {
		t.Skip("this file system does not keep when a file was read")
	}

	gdalinfo, err := exec.LookPath("gdalinfo")
	if err != nil {
		t.Skip("gdalinfo is not installed, which shows that L2 is alive")
	}
	address, visits := listen(t)
	file = picture{domains: map[string]map[string]string{"OVERVIEWS": {"OVERVIEW_FILE": "/vsicurl/http://" + address + "/o.tif"}}}.write(t)
	info := exec.CommandContext(t.Context(), gdalinfo, file)
	info.Env = []string{"PATH=/usr/bin:/bin"}
	_ = info.Run()
	if visits.Load() == 0 {
		t.Error("L2 is dead: gdalinfo did not visit the listener")
	}
}

// L9 and the rest of the cage, as the child of a good picture reports it.
func TestAGoodPictureIsConvertedInTheSameCage(t *testing.T) {
	t.Setenv("JIESHI_A_SECRET", "not for children")
	r := displayed(t, picture{}.write(t))
	in := r.Isolation
	if in == nil {
		t.Fatal("the result does not say what confined the child")
	}
	t.Logf("%+v", *in)
	if os.Geteuid() == 0 && !in.OwnUID {
		t.Error("the child of root is root")
	}
	if !in.Networkless() {
		t.Log("this machine offers no way to take the network from the child; only the dead proxy does")
	}
	if in.Limits.Memory == 0 || in.Limits.CPU == 0 || in.Limits.FileSize == 0 || in.Limits.OpenFiles == 0 {
		t.Errorf("a limit is missing: %+v", in.Limits)
	}
}

func TestALimitEndsTheConversionWithARefusal(t *testing.T) {
	path := picture{width: 6000, height: 6000}.write(t)
	for name, c := range map[string]struct {
		change func(*raster.Config)
		code   string
		also   string // what else is right
	}{
		"time": {func(c *raster.Config) { c.Limits.Wall = 50 * time.Millisecond }, raster.CodeTimeLimit, ""},
		// GDAL does not look at every malloc: it may say so, or fall over.
		"memory": {func(c *raster.Config) { c.Limits.Memory = 24 << 20 }, raster.CodeMemoryLimit, raster.CodeConverterFailed},
		"pixels": {func(c *raster.Config) { c.MaxPixels = 35_999_999 }, raster.CodeTooManyPixels, ""},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			r, err := converted(t, path, func(j *raster.Job) { c.change(&j.Config) })
			if r.Code != c.also || c.also == "" {
				wantRefusal(t, r, err, c.code)
			}
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("took %s", took)
			}
		})
	}
}

// Sources that read a CRS from a user's text would fetch it if it is a URL
// (L5), and RegisterAll would let a VRT in (L1). Neither may ever be called.
func TestTheDangerousCallsAreNotThere(t *testing.T) {
	files, err := filepath.Glob("*.go")
	must(t, err)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		code, err := os.ReadFile(file)
		must(t, err)
		for _, call := range []string{"godal.NewSpatialRef(", "RegisterAll(", "RegisterInternalDrivers(", ".SetProjection(", "godal.VRT", "BuildVRT(", "NewSpatialRefFromProj4("} {
			if strings.Contains(string(code), call) {
				t.Errorf("%s has %s", file, call)
			}
		}
		// A CRS for the warper is text too; one made from a number cannot be a URL.
		if all, safe := strings.Count(string(code), `_srs"`), strings.Count(string(code), `_srs", "EPSG:" + strconv.Itoa(`); all != safe {
			t.Errorf("%s gives the warper a CRS that is not made from a number", file)
		}
	}
}

func TestDriversThatReachElsewhereAreAbsent(t *testing.T) {
	for _, name := range []godal.DriverName{"VRT", "MRF", "HTTP", "WMS", "WMTS", "WCS", "DERIVED", "PNG", "JPEG", "HDF4", "netCDF", "AAIGrid", "PDF"} {
		if _, ok := godal.RasterDriver(name); ok {
			t.Errorf("driver %s is registered", name)
		}
	}
}

// A block that is a file of its own (JPEG, WebP) has a size of its own, which
// need not be the one that the TIFF declares: xarray-spatial wrote past its
// buffers there. Whatever libtiff makes of it, the child stays small and ends
// with a picture or a refusal.
func TestABlockThatDeclaresAnotherSizeDoesNoHarm(t *testing.T) {
	for name, c := range map[string]struct {
		options []string
		tags    func() []rawTag
	}{
		"a JPEG of 512 in tiles of 256":   {[]string{"TILED=YES", "BLOCKXSIZE=512", "BLOCKYSIZE=512", "COMPRESS=JPEG", "PHOTOMETRIC=YCBCR"}, tilesOf(256)},
		"a JPEG of 256 in tiles of 512":   {[]string{"TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256", "COMPRESS=JPEG", "PHOTOMETRIC=YCBCR"}, tilesOf(512)},
		"a WebP of 512 in tiles of 256":   {[]string{"TILED=YES", "BLOCKXSIZE=512", "BLOCKYSIZE=512", "COMPRESS=WEBP"}, tilesOf(256)},
		"a WebP of 256 in tiles of 512":   {[]string{"TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256", "COMPRESS=WEBP"}, tilesOf(512)},
		"a JPEG of three bands, one said": {[]string{"TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256", "COMPRESS=JPEG", "PHOTOMETRIC=YCBCR"}, oneBand},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// One tile whatever the size, so that the directory itself is in order.
			side := 200
			path := rewritten(t, picture{width: side, height: side, options: c.options}.write(t), c.tags()...)
			r, err := converted(t, path, func(j *raster.Job) { j.Config.Limits.Memory = 1 << 30 })
			var refusal *ingest.Refusal
			switch {
			case err == nil && (r.Width != side || r.Height != side):
				t.Errorf("taken as %d x %d", r.Width, r.Height)
			case err != nil && !errors.As(err, &refusal):
				t.Errorf("got the fault %v, want a picture or a refusal", err)
			case err != nil:
				t.Log(refusal.Code)
			}
		})
	}
}

func tilesOf(side uint16) func() []rawTag {
	return func() []rawTag { return []rawTag{shorts(322, side), shorts(323, side)} }
}

func oneBand() []rawTag {
	return []rawTag{shorts(277, 1), shorts(258, 8), shorts(262, 1), {number: 530}, {number: 532}, {number: 339}}
}

// 94 bytes of LERC unpack to 64 MB, and 65529 samples a pixel ask for gigabytes:
// both are refused before GDAL sees the file.
func TestCodecsAndSamplesThatAskForMemoryAreRefused(t *testing.T) {
	path := picture{}.write(t)
	for name, c := range map[string]struct {
		tag  rawTag
		code string
	}{
		"65529 samples a pixel":    {shorts(277, 65529), raster.CodeTooManyBands},
		"LERC":                     {shorts(259, 34887), raster.CodeCompression},
		"JPEG XL":                  {shorts(259, 50002), raster.CodeCompression},
		"JPEG 2000 in TIFF":        {shorts(259, 34712), raster.CodeCompression},
		"LZMA":                     {shorts(259, 34925), raster.CodeCompression},
		"old JPEG":                 {shorts(259, 6), raster.CodeCompression},
		"citations of a megabyte":  {ascii(34737, strings.Repeat("x", 1<<20)), raster.CodeMalformed},
		"64-bit integers, complex": {shorts(339, 6, 6, 6), raster.CodeSampleType},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := converted(t, rewritten(t, path, c.tag), nil)
			wantRefusal(t, r, err, c.code)
		})
	}
}
