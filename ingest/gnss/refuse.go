package gnss

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"jieshi/ingest"
)

// The codes of the refusals of this package. They never change.
const (
	CodeEmpty         = "empty_file"
	CodeUnknownFormat = "format_unknown"
	CodeUnsupported   = "format_unsupported"
	CodeTooLarge      = "file_too_large"
	CodeTooManyFixes  = "too_many_fixes"
	CodeTooManyTracks = "too_many_tracks"
	CodeNoFixes       = "no_fixes"
	CodeEncoding      = "encoding_unsupported"
	CodeNUL           = "nul_bytes"
	CodeTruncated     = "file_truncated"
	CodeDatum         = "datum_unsupported"
	CodeNoReference   = "reference_position_missing"
	CodeDoctype       = "xml_doctype"
	CodeXML           = "xml_invalid"
	CodeTooDeep       = "nested_too_deep"
	CodeTextTooLong   = "text_too_long"
	CodeJSON          = "json_invalid"
	CodeGeoJSON       = "geojson_invalid"
	CodeCRS           = "crs_unsupported"
	CodeOutOfRange    = "coordinates_out_of_range"
	CodeNotFinite     = "number_not_finite"
	CodeNoLine        = "no_line_or_polygon"
	CodeMapping       = "mapping_unconfirmed"
	CodeRow           = "row_unreadable"
	CodeTrace         = "trace_invalid"
	CodeKML           = "kml_invalid"
	CodeDXF           = "dxf_invalid"
	CodePlots         = "plots_invalid"
	CodeCorners       = "corners_missing"
	CodeFeature       = "feature_invalid"
)

// Remedies that several refusals share.
const (
	remedyExportZH    = "请从接收机或内业软件重新导出为 RTKLIB .pos、NMEA、CSV、GPX、KML、DXF、GeoJSON、GeoPackage 或 Shapefile 压缩包后再上传。"
	remedyExportEN    = "Export it again as RTKLIB .pos, NMEA, CSV, GPX, KML, DXF, GeoJSON, GeoPackage or zipped Shapefile and upload that."
	remedyOriginalZH  = "请重新从设备拷贝完整的原始文件后再上传。"
	remedyOriginalEN  = "Copy the whole original from the device again and upload that."
	remedyUTF8ZH      = "请用文本编辑器另存为 UTF-8 编码后再上传。"
	remedyUTF8EN      = "Save it as UTF-8 in a text editor and upload that."
	remedySplitFileZH = "请按日期或地块拆分文件后分别上传。"
	remedySplitFileEN = "Split it by day or by plot and upload the parts."
	remedyReceiverZH  = "请检查接收机是否已定位、记录的内容是否正确，再重新导出。"
	remedyReceiverEN  = "Check that the receiver had a position and recorded it, then export again."
)

// maxExcerpt is how many characters of a file are shown in a refusal or note.
const maxExcerpt = 40

func refuse(code, where string, reason, remedy ingest.Text) *ingest.Refusal {
	return &ingest.Refusal{Code: code, Where: where, Reason: reason, Remedy: remedy}
}

func text(zh, en string) ingest.Text { return ingest.Text{ZH: zh, EN: en} }

func atLine(line int) string {
	if line <= 0 {
		return ""
	}
	return fmt.Sprintf("line %d", line)
}

func refuseTooLarge(limit int64) *ingest.Refusal {
	return refuse(CodeTooLarge, "",
		text(fmt.Sprintf("文件超过 %d 字节的上限。", limit), fmt.Sprintf("The file is longer than %d bytes.", limit)),
		text(remedySplitFileZH, remedySplitFileEN))
}

func refuseTooManyFixes(limit, line int) *ingest.Refusal {
	return refuse(CodeTooManyFixes, atLine(line),
		text(fmt.Sprintf("定位点超过 %d 个的上限。", limit), fmt.Sprintf("The file has more than %d fixes.", limit)),
		text(remedySplitFileZH, remedySplitFileEN))
}

func refuseTooManyTracks(line int) *ingest.Refusal {
	return refuse(CodeTooManyTracks, atLine(line),
		text(fmt.Sprintf("文件中的轨迹或图形超过 %d 个。", maxWalks), fmt.Sprintf("The file has more than %d tracks or shapes.", maxWalks)),
		text("请只导出本案的边界后再上传。", "Export only the boundaries of this case and upload that."))
}

// refuseNoFixes says why nothing was usable: the first of the notes, if any,
// is the best guess at the cause.
func refuseNoFixes(n *notes, zh, en string) *ingest.Refusal {
	r := refuse(CodeNoFixes, "", text(zh, en), text(remedyReceiverZH, remedyReceiverEN))
	for _, note := range n.kept {
		words, ok := Explain(note.Code)
		if !ok {
			continue
		}
		r.Where = atLine(note.Line)
		r.Reason = text(fmt.Sprintf("%s%s（共 %d 处）", zh, words.ZH, n.found(note.Code)),
			fmt.Sprintf("%s %s (%d times; first: %s)", en, words.EN, n.found(note.Code), note.Text))
		break
	}
	return r
}

func refuseNUL(line int) *ingest.Refusal {
	return refuse(CodeNUL, atLine(line),
		text("文本文件中夹有空字节（NUL），文件已损坏或并非文本。", "The text has NUL bytes in it: it is damaged, or not text at all."),
		text(remedyOriginalZH, remedyOriginalEN))
}

func refuseEncoding(line int, seenZH, seenEN string) *ingest.Refusal {
	return refuse(CodeEncoding, atLine(line),
		text("文件编码不是 UTF-8："+seenZH+"。", "The text is not UTF-8: "+seenEN+"."),
		text(remedyUTF8ZH, remedyUTF8EN))
}

func refuseTruncated(line int) *ingest.Refusal {
	return refuse(CodeTruncated, atLine(line),
		text("文件在中途断开，没有结束。", "The file stops in the middle."),
		text(remedyOriginalZH, remedyOriginalEN))
}

// excerpt shows foreign bytes to a person: short, on one line, and without
// anything that a terminal or a page could act on.
func excerpt[T string | []byte](raw T) string {
	s := string(raw[:min(len(raw), 4*maxExcerpt)])
	var out strings.Builder
	n := 0
	for _, r := range s {
		if n++; n > maxExcerpt {
			out.WriteString("…")
			break
		}
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			r = '·'
		}
		out.WriteRune(r)
	}
	return out.String()
}
