package raster_test

import (
	"errors"
	"fmt"
	"strings"

	"jieshi/ingest"
	"jieshi/ingest/raster"
)

// A surveyor renames a virtual raster, which only points to other files, and
// uploads it as an orthophoto.
func ExampleCheckHeader() {
	upload := strings.NewReader(`<VRTDataset><SourceFilename>/home/other/secret.tif</SourceFilename></VRTDataset>`)
	_, err := raster.CheckHeader(upload, upload.Size(), 40e9)
	var refusal *ingest.Refusal
	if errors.As(err, &refusal) {
		fmt.Println(refusal.Code, refusal.Where)
		fmt.Println(refusal.Reason.ZH)
		fmt.Println(refusal.Reason.EN)
	}
	// Output:
	// not_a_tiff XML
	// 文件内容不是 TIFF，扩展名不能说明内容。
	// The content is not a TIFF, whatever the name says.
}
