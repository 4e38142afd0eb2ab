package raster_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"jieshi/ingest"
	"jieshi/ingest/hostiletest"
	"jieshi/ingest/raster"
	"jieshi/ingest/sandbox"
)

// Each of these files names the bait where some part of GDAL might follow it.
// Whether the picture is taken or refused, nobody may come to the listener, the
// tenant's file is not read, and nothing that comes out has its words.
// docs/isolation.md lists them.
func TestWhatAPictureNamesIsNeverFollowed(t *testing.T) {
	b := hostiletest.Lay(t)
	plain := picture{}.write(t)
	metadata := func(xml string) string { return rewritten(t, plain, ascii(42112, xml)) }
	item := func(attributes, value string) string {
		return "<GDALMetadata><Item " + attributes + ">" + value + "</Item></GDALMetadata>"
	}
	doctype := `<!DOCTYPE GDALMetadata [<!ENTITY x SYSTEM "file://` + b.File + `"><!ENTITY y SYSTEM "` + b.URL() + `">]>`
	vrt := `<VRTDataset rasterXSize="400" rasterYSize="300"><VRTRasterBand dataType="Byte" band="1" subClass="VRTRawRasterBand"><SourceFilename relativetoVRT="0">` + b.File + `</SourceFilename></VRTRasterBand></VRTDataset>`
	for name, c := range map[string]struct {
		file string
		code string // must be refused so; empty: may be taken
	}{
		"the domain OVERVIEWS behind a character reference":    {metadata(item(`name="OVERVIEW_FILE" domain="&#79;VERVIEWS"`, b.File)), raster.CodeOverviewsDomain},
		"the domain OVERVIEWS in single quotes":                {metadata(item(`name='OVERVIEW_FILE' domain='OVERVIEWS'`, b.Curl())), raster.CodeOverviewsDomain},
		"the domain OVERVIEWS after a comment":                 {metadata("<GDALMetadata><!-- > --><Item name=\"OVERVIEW_FILE\" domain=\"OVERVIEWS\">" + b.Curl() + "</Item></GDALMetadata>"), raster.CodeOverviewsDomain},
		"the domain SUBDATASETS":                               {metadata(item(`name="SUBDATASET_1_NAME" domain="SUBDATASETS"`, b.Curl())), raster.CodeMetadataDomain},
		"a VRT as xml:VRT":                                     {metadata(item(`name="" domain="xml:VRT" format="xml"`, vrt)), raster.CodeMetadataDomain},
		"metadata with a document type and external entities":  {metadata(doctype + item(`name="A"`, "&x;&y;")), ""},
		"metadata with XInclude":                               {metadata(`<GDALMetadata xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="` + b.File + `" parse="text"/><xi:include href="` + b.URL() + `"/></GDALMetadata>`), ""},
		"metadata with a style sheet and a schema":             {metadata(`<?xml-stylesheet href="` + b.URL() + `"?><GDALMetadata xsi:noNamespaceSchemaLocation="` + b.URL() + `"><Item name="A">b</Item></GDALMetadata>`), ""},
		"an XMP packet with external entities":                 {rewritten(t, plain, rawTag{number: 700, kind: 1, count: len(doctype) + 8, values: []byte(doctype + "<a>&x;</a>")}), ""},
		"a nodata value that is a name":                        {rewritten(t, plain, ascii(42113, b.File)), ""},
		"a document name and description that are addresses":   {rewritten(t, plain, ascii(269, b.Curl()), ascii(270, b.File), ascii(285, b.URL())), ""},
		"citations that are an address":                        {citedOnly(t, picture{}, b.URL()), raster.CodeCRSNotAllowed},
		"citations that are a file":                            {citedOnly(t, picture{}, b.File), raster.CodeCRSNotAllowed},
		"a CRS of ESRI's in the citation":                      {citedOnly(t, picture{}, "ESRI PE String = LOCAL_CS[\""+b.URL()+"\"]"), ""},
		"a VRT that begins with the mark of a TIFF":            {written(t, "a.tif", append([]byte("II*\x00\x08\x00\x00\x00"), vrt...)), ""},
		"a JSON of STAC, an XML of WMTS, a text of netCDF CDL": {written(t, "a.tif", []byte(`{"type":"Feature","stac_version":"1.0.0","assets":{"a":{"href":"`+b.URL()+`"}}}<Capabilities/>netcdf a {}`)), raster.CodeNotATIFF},
	} {
		t.Run(name, func(t *testing.T) { neverFollowed(t, b, c.file, c.code) })
	}
}

// neverFollowed converts in the cage that the machine offers, and in the weaker
// one of a machine without namespaces.
func neverFollowed(t *testing.T, b *hostiletest.Bait, file, code string) {
	t.Helper()
	try := func() {
		var out string
		r, err := converted(t, file, func(j *raster.Job) { out = j.OutDir })
		var refusal *ingest.Refusal
		if err != nil && !errors.As(err, &refusal) {
			t.Errorf("got the fault %v, want a picture or a refusal", err)
		}
		if code != "" && (refusal == nil || refusal.Code != code) {
			t.Errorf("got %q, %v, want the refusal %s", r.Status, err, code)
		}
		b.Untouched(t, r, err, hostiletest.Folder(out))
	}
	try()
	defer sandbox.WithoutNamespaces()()
	try()
}

// Side files are the classic way to say something about a picture: GDAL looks
// for them by the name of the picture. None is looked at, since the child has a
// folder with nothing else.
func TestSideFilesAreNeverLookedAt(t *testing.T) {
	b := hostiletest.Lay(t)
	path := picture{}.write(t)
	want := displayed(t, path)
	stem := strings.TrimSuffix(path, ".tif")
	overviews := picture{width: 200, height: 150, value: func(int, int, int) float64 { return 201 }}.write(t)
	ovr, err := os.ReadFile(overviews)
	must(t, err)
	pam := `<PAMDataset><SRS>` + b.URL() + `</SRS><GeoTransform>0,1,0,0,0,-1</GeoTransform><Metadata domain="OVERVIEWS"><MDI key="OVERVIEW_FILE">` + b.Curl() + `</MDI></Metadata><Metadata domain="xml:VRT" format="xml"><VRTDataset/></Metadata></PAMDataset>`
	for _, side := range []struct {
		name    string
		content []byte
	}{
		{path + ".aux.xml", []byte(pam)},
		{stem + ".aux.xml", []byte(pam)},
		{stem + ".aux", []byte("EHFA_HEADER_TAG" + b.File)},
		{path + ".ovr", ovr},
		{path + ".msk", ovr},
		{stem + ".vrt", []byte(`<VRTDataset><VRTRasterBand><SourceFilename>` + b.File + `</SourceFilename></VRTRasterBand></VRTDataset>`)},
		{stem + ".tfw", []byte("9\n0\n0\n-9\n0\n0\n")},
		{stem + ".prj", []byte(b.URL())},
		{stem + ".tab", []byte("!table\n!version 300\nDefinition Table\n  File \"" + b.File + "\"\n  Type \"RASTER\"\n  (0,0) (0,0) Label \"1\",\n")},
		{stem + ".imd", []byte(b.File)},
		{stem + "_rpc.txt", []byte("LINE_OFF: 1")},
		{stem + ".RPB", []byte("satId")},
		{filepath.Join(filepath.Dir(path), "metadata.xml"), []byte(`<a href="` + b.URL() + `"/>`)},
	} {
		must(t, os.WriteFile(side.name, side.content, 0o644))
	}
	out := ""
	r, err := converted(t, path, func(j *raster.Job) { out = j.OutDir })
	must(t, err)
	b.Untouched(t, r, hostiletest.Folder(out))
	if r.DisplaySHA256 != want.DisplaySHA256 || r.MeasureSHA256 != want.MeasureSHA256 || r.SRID != want.SRID {
		t.Errorf("beside its side files the picture became another: %+v, want %+v", r, want)
	}
}

// The settings hold by themselves, where neither namespace nor seccomp do: the
// same attack, with overviews asked for, in a program that has nothing but them.
func TestTheDeadProxyAloneKeepsAnAttackIn(t *testing.T) {
	gdalinfo, err := exec.LookPath("gdalinfo")
	if err != nil {
		t.Skip("gdalinfo is not installed")
	}
	b := hostiletest.Lay(t)
	file := picture{domains: map[string]map[string]string{"OVERVIEWS": {"OVERVIEW_FILE": b.Curl()}}}.write(t)
	info := exec.CommandContext(t.Context(), gdalinfo, file)
	info.Env = os.Environ() // Start has put the settings there
	if said, _ := info.CombinedOutput(); !strings.Contains(string(said), "Driver: GTiff") {
		t.Fatalf("gdalinfo says %s", said)
	}
	b.Untouched(t)
	if os.Getenv("GDAL_HTTP_PROXY") != "127.0.0.1:1" {
		t.Error("the settings are not in the environment")
	}
}
