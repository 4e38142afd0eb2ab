package gnss

import (
	"fmt"

	"jieshi/ingest"
)

// A Format is what the first bytes of a file say it is. Those of the first
// group can be read as walks; the others are known by sight, so that a refusal can name
// what was brought.
type Format string

// The formats. The zero Format is one that is not known.
const (
	FormatPos     Format = "rtklib-pos"
	FormatGPX     Format = "gpx"
	FormatNMEA    Format = "nmea"
	FormatGeoJSON Format = "geojson"
	FormatTable   Format = "table"     // receiver exports and point lists
	FormatODK     Format = "odk-trace" // geotrace and geoshape, alone or in a table
	FormatKML     Format = "kml"
	FormatDXF     Format = "dxf"
	FormatPlots   Format = "plot-exchange" // 电子报盘坐标交换格式
	FormatZip     Format = "zip"           // with a KML in it; see the two below

	// Another reader takes these apart, into [Features].
	FormatShapefile  Format = "shapefile" // by sight, the .shp part
	FormatGeoPackage Format = "geopackage"

	FormatEmpty        Format = "empty"
	FormatUTF16        Format = "utf-16"
	FormatDoctype      Format = "xml-doctype" // any XML that begins with a document type
	FormatVRT          Format = "gdal-vrt"
	FormatXML          Format = "xml"
	FormatJSON         Format = "json"
	FormatShapefileZip Format = "shapefile-zip" // told apart from others only when it is opened
	FormatXLSX         Format = "xlsx"
	FormatGzip         Format = "gzip"
	FormatTIFF         Format = "tiff"
	FormatJPEG         Format = "jpeg"
	FormatPNG          Format = "png"
	FormatPDF          Format = "pdf"
	FormatSQLite       Format = "sqlite"
	FormatRINEX        Format = "rinex"
	FormatUBX          Format = "ubx"
	FormatRTCM         Format = "rtcm3"
	FormatBinaryDXF    Format = "dxf-binary"
	FormatDWG          Format = "dwg"
	FormatHTML         Format = "html"
	FormatOffice       Format = "ole"
)

// formatNames are the formats as people call them.
var formatNames = map[Format]ingest.Text{
	FormatVRT:          text("GDAL 虚拟栅格（VRT）", "a GDAL virtual raster (VRT)"),
	FormatXML:          text("XML 文件，但不是 GPX", "an XML file, but not GPX"),
	FormatJSON:         text("JSON 文件，但不是 GeoJSON", "a JSON file, but not GeoJSON"),
	FormatZip:          text("压缩包，其中没有 KML", "a zip archive without a KML file in it"),
	FormatShapefileZip: text("Shapefile 压缩包", "a Shapefile in a zip archive"),
	FormatXLSX:         text("Excel 工作簿（xlsx）", "an Excel workbook (xlsx)"),
	FormatGzip:         text("gzip 压缩文件", "a gzip file"),
	FormatTIFF:         text("TIFF 影像", "a TIFF image"),
	FormatJPEG:         text("JPEG 照片", "a JPEG photo"),
	FormatPNG:          text("PNG 图片", "a PNG image"),
	FormatPDF:          text("PDF 文件", "a PDF document"),
	FormatSQLite:       text("SQLite 数据库或 GeoPackage", "an SQLite database or GeoPackage"),
	FormatShapefile:    text("Shapefile 的 .shp 部分", "the .shp part of a Shapefile"),
	FormatRINEX:        text("RINEX 原始观测或星历", "RINEX raw observations or ephemerides"),
	FormatUBX:          text("u-blox 二进制原始数据", "u-blox binary data"),
	FormatRTCM:         text("RTCM 3 差分数据", "RTCM 3 corrections"),
	FormatBinaryDXF:    text("二进制 DXF 图纸（请另存为 ASCII DXF）", "a binary DXF drawing (save it as ASCII DXF)"),
	FormatDWG:          text("DWG 图纸（请另存为 DXF）", "a DWG drawing (save it as DXF)"),
	FormatHTML:         text("网页（HTML）", "a web page (HTML)"),
	FormatOffice:       text("旧版 Office 文档（doc、xls）", "an old Office document (doc, xls)"),
}

// refuseFormat says what the file is, since it is not a walk.
func refuseFormat(format Format, head []byte) *ingest.Refusal {
	switch format {
	case FormatEmpty:
		return refuse(CodeEmpty, "", text("文件是空的。", "The file is empty."), text(remedyOriginalZH, remedyOriginalEN))
	case FormatUTF16:
		return refuseEncoding(1, "看起来是没有字节序标记的 UTF-16", "it looks like UTF-16 without a byte order mark")
	case FormatDoctype:
		return refuseDoctype(1)
	case FormatRINEX, FormatUBX, FormatRTCM:
		name := formatNames[format]
		return refuse(CodeUnsupported, "",
			text("这是"+name.ZH+"，其中还没有位置。", "This is "+name.EN+": there are no positions in it yet."),
			text("请先解算（例如用 RTKLIB），再上传解算出的 .pos 文件。", "Solve it first, for example with RTKLIB, and upload the .pos file that gives."))
	case FormatShapefile:
		name := formatNames[format]
		return refuse(CodeUnsupported, "", text("这是"+name.ZH+"，缺少其余部分。", "This is "+name.EN+" alone."),
			text("请把同名的 .shp、.shx、.dbf、.prj 打成一个 zip 压缩包后再上传。", "Zip the .shp, .shx, .dbf and .prj of that name together and upload the archive."))
	case FormatZip, FormatGzip:
		name := formatNames[format]
		return refuse(CodeUnsupported, "", text("这是"+name.ZH+"，不是踏界轨迹。", "This is "+name.EN+", not a walk."),
			text("请解压后上传其中的轨迹文件。", "Unpack it and upload the track inside."))
	default:
		if name, ok := formatNames[format]; ok {
			return refuse(CodeUnsupported, "", text("这是"+name.ZH+"，不能作为踏界轨迹读取。", "This is "+name.EN+"; it cannot be read as a walk."),
				text(remedyExportZH, remedyExportEN))
		}
		return refuseUnknown(head)
	}
}

func refuseUnknown(head []byte) *ingest.Refusal {
	seen := excerpt(head)
	return refuse(CodeUnknownFormat, atLine(1),
		text(fmt.Sprintf("认不出的文件格式，开头是“%s”。", seen), fmt.Sprintf("The format is not known; the file begins with %q.", seen)),
		text(remedyExportZH, remedyExportEN))
}

func refuseDoctype(line int) *ingest.Refusal {
	return refuse(CodeDoctype, atLine(line),
		text("XML 文件带有文档类型声明（DOCTYPE 或 ENTITY），可能被用于攻击，不予读取。",
			"The XML has a document type (DOCTYPE or ENTITY), which can be an attack; it was not read."),
		text("正常的 GPX 没有此声明。请从设备或软件重新导出。", "No GPX needs one. Export the track again from the device or the program."))
}
