package bundle

import (
	"context"
	_ "embed"
	"strings"
	"text/template"
	"time"
)

//go:embed readme.txt
var readmeText string

var readme = template.Must(template.New("README.txt").Parse(readmeText))

func writeReadme(_ context.Context, bag *bagWriter, src *source, o Options) error {
	var out strings.Builder
	err := readme.Execute(&out, map[string]any{
		"Number": src.Case.Number, "Title": oneLine(src.Case.Title), "Run": src.document.Number, "Head": src.head(),
		"RunSHA256": src.document.sum, "MadeAt": o.MadeAt.UTC().Format(time.RFC3339), "Software": oneLine(o.Software), "SRID": src.document.SRID,
		"Map": len(src.document.Inputs) > 0,
	})
	if err != nil {
		return err
	}
	return bag.addBytes("README.txt", []byte(out.String()))
}
