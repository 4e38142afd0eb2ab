package gnss

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"jieshi/ingest"
	"jieshi/ingest/archive"
)

// maxZip is the longest archive that is looked into. It is held in memory, since
// the directory of an archive stands at its end.
const maxZip = 32 << 20

// readZip reads the KML in a KMZ: the first .kml file by the directory of the
// archive, as Google Earth takes it. Sizes are those that really come out.
// Pictures and models beside it are not unpacked. Any other archive is refused
// by what is in it.
func readZip(in input) (_ []ingest.Walk, err error) {
	content, err := io.ReadAll(io.LimitReader(in.br, maxZip+1))
	if err != nil {
		return nil, err
	}
	if len(content) > maxZip {
		return nil, refuse(CodeTooLarge, "",
			text(fmt.Sprintf("压缩包超过 %d MiB 的上限。", maxZip>>20), fmt.Sprintf("The archive is longer than %d MiB.", maxZip>>20)),
			text("请解压后上传其中的轨迹文件。", "Unpack it and upload the track inside."))
	}
	a, err := archive.Open(bytes.NewReader(content), int64(len(content)), archive.Limits{Bytes: in.limits.MaxBytes})
	if err != nil {
		return nil, err
	}
	entry := kmlIn(a)
	if entry == nil {
		return nil, refuseFormat(formatOfZip(a), nil)
	}
	r, err := a.Reader(context.Background(), entry)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	text, err := newTextReader(bufio.NewReaderSize(r, SniffLen))
	if err != nil {
		return nil, err
	}
	walks, err := readKML(bufio.NewReaderSize(text, SniffLen), in.limits)
	if err != nil {
		return nil, err
	}
	text.note(walks)
	return walks, nil
}

// SniffZip says what an archive holds, by the names in it: [FormatKML],
// [FormatShapefileZip], [FormatXLSX], or [FormatZip] for anything else. An
// archive that breaks a rule is an [*ingest.Refusal].
func SniffZip(f io.ReaderAt, size int64) (Format, error) {
	a, err := archive.Open(f, size, archive.Limits{})
	if err != nil {
		return "", err
	}
	if kmlIn(a) != nil {
		return FormatKML, nil
	}
	return formatOfZip(a), nil
}

func kmlIn(a *archive.Archive) *archive.Entry {
	for _, e := range a.Entries {
		if e.Ext() == ".kml" && !e.Hidden {
			return e
		}
	}
	return nil
}

// formatOfZip names an archive by what is in it.
func formatOfZip(a *archive.Archive) Format {
	for _, e := range a.Entries {
		switch {
		case e.Ext() == ".shp" && !e.Hidden:
			return FormatShapefileZip
		case strings.HasPrefix(e.Name, "xl/"):
			return FormatXLSX
		}
	}
	return FormatZip
}
