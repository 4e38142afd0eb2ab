package raster_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/airbusgeo/godal"

	"jieshi/ingest/raster"
)

func TestBadFilesAreRefusedWithTheirReason(t *testing.T) {
	good, err := os.ReadFile(picture{}.write(t))
	must(t, err)
	several := picture{}.write(t)
	more, err := godal.Create(godal.GTiff, several, 1, godal.Byte, 10, 10, godal.CreationOption("APPEND_SUBDATASET=YES"))
	must(t, err)
	must(t, more.Close())
	damaged := bytes.Clone(good)
	for i := len(damaged) / 2; i < len(damaged)/2+4000; i++ {
		damaged[i] ^= 0x5a
	}
	gcps := []godal.GCP{
		{PszId: "1", DfGCPPixel: 0, DfGCPLine: 0, DfGCPX: 326000, DfGCPY: 2683000},
		{PszId: "2", DfGCPPixel: 400, DfGCPLine: 0, DfGCPX: 326200, DfGCPY: 2683010},
		{PszId: "3", DfGCPPixel: 0, DfGCPLine: 300, DfGCPX: 326010, DfGCPY: 2682850},
		{PszId: "4", DfGCPPixel: 400, DfGCPLine: 300, DfGCPX: 326190, DfGCPY: 2682840},
	}
	at := func(gt ...float64) *[6]float64 { return (*[6]float64)(gt) }
	for name, c := range map[string]struct {
		file string
		code string
	}{
		"nothing":                            {written(t, "a.tif", nil), raster.CodeEmptyFile},
		"a folder":                           {t.TempDir(), raster.CodeNotAFile},
		"text":                               {written(t, "a.tif", []byte("not a picture at all")), raster.CodeNotATIFF},
		"three bytes":                        {written(t, "a.tif", []byte("II*")), raster.CodeNotATIFF},
		"XML":                                {written(t, "a.tif", []byte("<?xml version='1.0'?><a/>")), raster.CodeNotATIFF},
		"a PNG":                              {written(t, "a.tif", []byte("\x89PNG\r\n\x1a\n0000")), raster.CodeNotATIFF},
		"the first half of a TIFF":           {written(t, "a.tif", good[:len(good)/2]), raster.CodeTruncated},
		"all but the last byte":              {written(t, "a.tif", good[:len(good)-1]), raster.CodeTruncated},
		"damaged pixels":                     {written(t, "a.tif", damaged), raster.CodeUnreadablePixels},
		"LZMA":                               {picture{options: []string{"COMPRESS=LZMA"}}.write(t), raster.CodeCompression},
		"LERC":                               {picture{options: []string{"COMPRESS=LERC"}}.write(t), raster.CodeCompression},
		"one strip of a whole picture":       {oneStrip(t), raster.CodeBlockTooLarge},
		"complex numbers":                    {picture{bands: 1, dtype: godal.CFloat32}.write(t), raster.CodeSampleType},
		"forty bands":                        {picture{width: 16, height: 16, bands: 40}.write(t), raster.CodeTooManyBands},
		"two pictures":                       {several, raster.CodeSubdatasets},
		"no CRS":                             {picture{epsg: -1}.write(t), raster.CodeNoCRS},
		"no place":                           {picture{placeless: true}.write(t), raster.CodeNoGeoreference},
		"GCPs only":                          {picture{gcps: gcps}.write(t), raster.CodeGCPsOnly},
		"turned by 30 degrees":               {picture{transform: at(326000, 0.433, 0.25, 2683000, 0.25, -0.433)}.write(t), raster.CodeRotated},
		"turned by a tenth of a degree":      {picture{transform: at(326000, 0.5, 0.001, 2683000, 0.001, -0.5)}.write(t), raster.CodeRotated},
		"from east to west":                  {picture{transform: at(326000, -0.5, 0, 2683000, 0, -0.5)}.write(t), raster.CodeMirrored},
		"not a number":                       {picture{transform: at(math.NaN(), 0.5, 0, 2683000, 0, -0.5)}.write(t), raster.CodeBadGeoreference},
		"pixels of 500 km":                   {picture{transform: at(0, 500000, 0, 0, 0, -500000)}.write(t), raster.CodeBadGeoreference},
		"metres that are said to be degrees": {picture{epsg: 4326}.write(t), raster.CodeOutsideWorld},
		"a UTM easting far off the globe":    {picture{transform: at(9e8, 0.5, 0, 2683000, 0, -0.5)}.write(t), raster.CodeOutsideWorld},
		"degrees across the 180th meridian":  {picture{epsg: 4326, transform: at(179.999, 1e-5, 0, -17, 0, -1e-5)}.write(t), raster.CodeAntimeridian},
		"UTM across the 180th meridian":      {picture{epsg: 32760, transform: at(815000, 50, 0, 8100000, 0, -50)}.write(t), raster.CodeAntimeridian},
		"no valid pixel":                     {picture{alpha: true, valid: func(int, int) bool { return false }}.write(t), raster.CodeNoValidPixels},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := converted(t, c.file, nil)
			wantRefusal(t, r, err, c.code)
			if b, err := json.Marshal(r); err != nil || !bytes.Contains(b, []byte(`"status":"refused"`)) {
				t.Errorf("as JSON: %s, %v", b, err)
			}
		})
	}
}

// oneStrip is 40000 x 8000 pixels that can only be read at once.
func oneStrip(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "strip.tif")
	ds, err := godal.Create(godal.GTiff, path, 1, godal.Byte, 40000, 8000, godal.CreationOption("COMPRESS=LZW", "BLOCKYSIZE=8000", "SPARSE_OK=TRUE"))
	must(t, err)
	must(t, ds.Close())
	return path
}

func TestAMissingFileIsAFaultAndNoRefusal(t *testing.T) {
	r, err := converted(t, filepath.Join(t.TempDir(), "none.tif"), nil)
	if !errors.Is(err, fs.ErrNotExist) || r.Status != "" {
		t.Errorf("got %v, %q", err, r.Status)
	}
}

func TestResultsAreNeverOverwritten(t *testing.T) {
	out := t.TempDir()
	must(t, os.WriteFile(filepath.Join(out, "thumbnail.jpg"), []byte("of another"), 0o644))
	_, err := raster.Convert(t.Context(), raster.Job{Source: picture{}.write(t), OutDir: out, Config: raster.Config{WorkRoot: t.TempDir()}})
	if err == nil {
		t.Fatal("the thumbnail of another picture was overwritten")
	}
	left, _ := os.ReadDir(out)
	content, _ := os.ReadFile(filepath.Join(out, "thumbnail.jpg"))
	if len(left) != 1 || string(content) != "of another" {
		t.Errorf("left in the folder: %v, %q", left, content)
	}
}

// A killed process leaves its private folder; one that lives holds its lock.
func TestSweepRemovesTheFoldersOfTheDead(t *testing.T) {
	root := t.TempDir()
	dead := filepath.Join(root, "jieshi-convert-1")
	must(t, os.Mkdir(dead, 0o700))
	must(t, os.WriteFile(filepath.Join(dead, "original.tif"), []byte("x"), 0o444))
	other := filepath.Join(root, "someone-elses")
	must(t, os.Mkdir(other, 0o700))
	job := raster.Job{Source: picture{width: 3000, height: 3000}.write(t), OutDir: t.TempDir(), Config: raster.Config{WorkRoot: root}}
	swept := false
	job.OnStage = func(p raster.Progress) {
		if p.Stage != "read" || swept {
			return
		}
		swept = true
		if err := raster.Sweep(root); err != nil {
			t.Error(err)
		}
	}
	if _, err := raster.Convert(t.Context(), job); err != nil {
		t.Errorf("a sweep during the conversion broke it: %v", err)
	}
	left, _ := os.ReadDir(root)
	if !swept || len(left) != 1 || left[0].Name() != "someone-elses" {
		t.Errorf("swept %v; left: %v", swept, left)
	}
}
