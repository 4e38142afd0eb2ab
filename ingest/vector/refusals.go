package vector

import (
	"strings"
	"unicode"

	"jieshi/ingest"
	"jieshi/ingest/archive"
)

// The codes of the refusals of [ReadPolygons]. They are stable: clients and
// stored rows know them.
const (
	CodeEmptyFile           = "empty_file"
	CodeNotAFile            = "not_a_file"
	CodeFormat              = "format_unsupported"
	CodeTooLarge            = "file_too_large"
	CodeTruncated           = "truncated"
	CodeUnreadable          = "unreadable"
	CodeNotClosed           = "geopackage_not_closed"
	CodeShapefileIncomplete = "shapefile_incomplete"
	CodeArchiveUnsafe       = archive.CodeUnsafe
	CodeArchiveEncrypted    = archive.CodeEncrypted
	CodeArchiveTooLarge     = archive.CodeTooLarge
	CodeNoShapefile         = "archive_without_shapefile"
	CodeLayerChoose         = "layer_choose"
	CodeLayerUnknown        = "layer_unknown"
	CodeLayerName           = "layer_name_not_allowed"
	CodeNoCRS               = "crs_missing"
	CodeCRSNotEarth         = "crs_not_earth"
	CodeCRSNotAllowed       = "crs_not_allowed"
	CodeCRSUnknown          = "crs_unknown"
	CodeCRSNotForMeasuring  = "crs_not_for_measuring"
	CodeNotDegrees          = "not_degrees"
	CodeOutsideCRS          = "outside_the_crs"
	CodeNotFinite           = "coordinate_not_a_number"
	CodeNotPolygons         = "not_polygons"
	CodeCurves              = "curves"
	CodeCRSConflict         = "crs_conflict"
	CodeTooManyVertices     = "too_many_vertices"
	CodeTimeLimit           = "time_limit"
	CodeMemoryLimit         = "memory_limit"
	CodeReaderFailed        = "reader_failed"
)

type words struct{ reason, remedy ingest.Text }

// phrase holds what each code says to a person.
var phrase = map[string]words{
	CodeEmptyFile: {
		ingest.Text{ZH: "文件是空的（0 字节）。", EN: "The file is empty (0 bytes)."},
		ingest.Text{ZH: "请检查导出或拷贝是否完成，再试一次。", EN: "Check that the export or the copy was finished, then try again."},
	},
	CodeNotAFile: {
		ingest.Text{ZH: "这不是一个普通文件。", EN: "This is not an ordinary file."},
		ingest.Text{ZH: "请指定一个文件，不能是文件夹、管道或设备。", EN: "Name one file, not a folder, a pipe or a device."},
	},
	CodeFormat: {
		ingest.Text{ZH: "文件内容不是可读取的矢量格式，扩展名不能说明内容。", EN: "The content is none of the vector formats that are read, whatever the name says."},
		ingest.Text{ZH: "请提供 GeoPackage、Shapefile（.shp 或其 zip 压缩包）、GeoJSON 或 FlatGeobuf。", EN: "Bring a GeoPackage, a Shapefile (the .shp, or a zip of it), GeoJSON or FlatGeobuf."},
	},
	CodeTooLarge: {
		ingest.Text{ZH: "文件超过允许的大小。", EN: "The file is larger than allowed."},
		ingest.Text{ZH: "请按行政区分成几个文件；管理员可调整上限。", EN: "Split it by area; the administrator can raise the limit."},
	},
	CodeTruncated: {
		ingest.Text{ZH: "文件不完整，后面的数据缺失。", EN: "The file is cut off: data that it announces is missing."},
		ingest.Text{ZH: "请重新拷贝或重新导出，核对文件大小后再试。", EN: "Copy or export it again and compare the size."},
	},
	CodeUnreadable: {
		ingest.Text{ZH: "文件内容有错误，无法可靠读取。", EN: "The content is wrong somewhere, so it cannot be read reliably."},
		ingest.Text{ZH: "请用 QGIS 或 ArcGIS 打开检查，另存为 GeoPackage 后再试。", EN: "Open it in QGIS or ArcGIS, save it as a GeoPackage and try again."},
	},
	CodeNotClosed: {
		ingest.Text{ZH: "GeoPackage 旁边有未写回的日志（-wal），最后的修改不在文件里。", EN: "Beside the GeoPackage lies a log (-wal) with changes that are not in the file yet."},
		ingest.Text{ZH: "请在编辑软件中保存并关闭该文件后再试。", EN: "Save and close it in the program that edits it, then try again."},
	},
	CodeShapefileIncomplete: {
		ingest.Text{ZH: "Shapefile 缺少组成文件。", EN: "A part of the Shapefile is missing."},
		ingest.Text{ZH: "请把同名的 .shp、.shx、.dbf、.prj 放在一起，或打成一个 zip 压缩包。", EN: "Keep the .shp, .shx, .dbf and .prj of one name together, or zip them."},
	},
	CodeNoShapefile: {
		ingest.Text{ZH: "压缩包里没有 Shapefile（.shp）。", EN: "There is no Shapefile (.shp) in the archive."},
		ingest.Text{ZH: "请把 .shp、.shx、.dbf、.prj 一起打包；其他格式不必压缩，直接提供。", EN: "Zip the .shp, .shx, .dbf and .prj together; bring other formats without zipping."},
	},
	CodeLayerChoose: {
		ingest.Text{ZH: "文件里有多个图层。", EN: "There is more than one layer in the file."},
		ingest.Text{ZH: "请选择其中一个（--layer 名称）。", EN: "Choose one of them (--layer NAME)."},
	},
	CodeLayerUnknown: {
		ingest.Text{ZH: "文件里没有这个图层。", EN: "There is no such layer in the file."},
		ingest.Text{ZH: "请从列出的图层中选择（--layer 名称）。", EN: "Choose one of those listed (--layer NAME)."},
	},
	CodeLayerName: {
		ingest.Text{ZH: "图层名称含有引号、反斜杠或控制字符。", EN: "The name of the layer holds a quote, a backslash or a control character."},
		ingest.Text{ZH: "请给图层改名后再试。", EN: "Rename the layer and try again."},
	},
	CodeNoCRS: {
		ingest.Text{ZH: "图层没有坐标系。", EN: "The layer has no coordinate reference system (CRS)."},
		ingest.Text{ZH: "请在导出时写明坐标系（Shapefile 须有 .prj），不要由本系统猜测。", EN: "Write the CRS when exporting (a Shapefile needs its .prj); it will not be guessed here."},
	},
	CodeCRSNotEarth: {
		ingest.Text{ZH: "图层的坐标系属于另一个天体。", EN: "The CRS of the layer belongs to another planet or moon."},
		ingest.Text{ZH: "请使用地球的坐标系。", EN: "Use a CRS of the Earth."},
	},
	CodeCRSNotAllowed: {
		ingest.Text{ZH: "图层的坐标系无法可靠转换：没有 EPSG 代码，或基准不明。", EN: "The CRS of the layer cannot be transformed reliably: it has no EPSG code, or its datum is unknown."},
		ingest.Text{ZH: "请在 GIS 软件中转换到有 EPSG 代码的投影坐标系（例如 EPSG:4545）后再试。", EN: "Reproject it in a GIS to a projected CRS with an EPSG code (for example EPSG:4545)."},
	},
	CodeCRSUnknown: {
		ingest.Text{ZH: "不认识这个 EPSG 代码。", EN: "This EPSG code is not known."},
		ingest.Text{ZH: "请核对代码，例如 EPSG:4545（CGCS2000 三度带，中央经线 108°）。", EN: "Check the code, for example EPSG:4545 (CGCS2000 3-degree zone, central meridian 108° E)."},
	},
	CodeCRSNotForMeasuring: {
		ingest.Text{ZH: "所指定的坐标系不能用于量算面积（经纬度或墨卡托投影）。", EN: "Areas cannot be measured in the CRS that was asked for (degrees, or a Mercator projection)."},
		ingest.Text{ZH: "请指定高斯-克吕格、UTM 或等积投影，例如 EPSG:4545。", EN: "Name a Gauss-Krueger, UTM or equal-area projection, for example EPSG:4545."},
	},
	CodeNotDegrees: {
		ingest.Text{ZH: "图层声明为经纬度，但坐标超出了度的范围。", EN: "The layer says longitude and latitude, but its coordinates are no degrees."},
		ingest.Text{ZH: "请为图层写明真正的坐标系后重新导出。", EN: "Give the layer its true CRS and export it again."},
	},
	CodeOutsideCRS: {
		ingest.Text{ZH: "有要素落在该坐标系的适用范围之外。", EN: "A feature lies where the CRS does not reach."},
		ingest.Text{ZH: "请检查坐标系、带号和东、北坐标顺序，或用 --crs 指定合适的坐标系。", EN: "Check the CRS, the zone and the order of east and north, or name a fitting CRS by --crs."},
	},
	CodeNotFinite: {
		ingest.Text{ZH: "有要素的坐标不是有限的数（NaN 或无穷大）。", EN: "A coordinate of a feature is not a finite number."},
		ingest.Text{ZH: "请在 GIS 软件中修正或删除该要素。", EN: "Mend or delete that feature in a GIS."},
	},
	CodeNotPolygons: {
		ingest.Text{ZH: "图层里没有面要素。", EN: "There is no polygon in the layer."},
		ingest.Text{ZH: "请选择面图层；由线围成的地块请先在 GIS 软件中转成面。", EN: "Choose a layer of polygons; turn boundary lines into polygons in a GIS first."},
	},
	CodeCurves: {
		ingest.Text{ZH: "有要素含圆弧或曲线，界址点是哪些无法确定。", EN: "A feature has arcs or curves, so its corners are not known."},
		ingest.Text{ZH: "请在 QGIS 中用“按最大偏差分段”（Segmentize）把曲线转成折线后再试。", EN: "Turn curves into lines of chords first (in QGIS: Segmentize by maximum distance), then try again."},
	},
	CodeCRSConflict: {
		ingest.Text{ZH: "所声明的坐标系与文件写明的不同。", EN: "The CRS that was stated is not the one that the file names."},
		ingest.Text{ZH: "请核对；文件写明的正确时不必声明，写错时请在 GIS 软件中改正后重新导出。", EN: "Check it: nothing needs to be stated where the file is right; where it is wrong, mend it in a GIS and export again."},
	},
	CodeTooManyVertices: {
		ingest.Text{ZH: "有要素的顶点过多。", EN: "A feature has too many vertices."},
		ingest.Text{ZH: "请将该要素拆分后再试。", EN: "Split that feature and try again."},
	},
	CodeTimeLimit: {
		ingest.Text{ZH: "读取超过了时间上限，已终止。", EN: "Reading took longer than allowed and was stopped."},
		ingest.Text{ZH: "请按行政区分成几个文件；管理员可调整上限。", EN: "Split it by area; the administrator can raise the limit."},
	},
	CodeMemoryLimit: {
		ingest.Text{ZH: "读取所需内存超过上限，已终止。", EN: "Reading needed more memory than allowed and was stopped."},
		ingest.Text{ZH: "请改用 GeoPackage 或 FlatGeobuf，或分成几个文件。", EN: "Use a GeoPackage or FlatGeobuf, or split it."},
	},
	CodeReaderFailed: {
		ingest.Text{ZH: "该文件使读取程序异常终止，没有采用任何内容。", EN: "This file made the reader break off; nothing of it was used."},
		ingest.Text{ZH: "请用 QGIS 另存为 GeoPackage；若仍失败，请把文件和时间告知管理员。", EN: "Save it as a GeoPackage with QGIS; if that fails too, tell the administrator the file and the time."},
	},
}

// refuse makes the refusal of code; where says what about the file, as briefly
// as a person can use it.
func refuse(code, where string) *ingest.Refusal {
	w := phrase[code]
	return &ingest.Refusal{Code: code, Reason: w.reason, Remedy: w.remedy, Where: where}
}

// longestWhere is a line or two on a screen, and room for a list of layers.
const longestWhere = 500

// plain makes foreign text fit to be shown: printable, and at most n bytes.
func plain(s string, n int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) && r != unicode.ReplacementChar {
			return r
		}
		return -1
	}, strings.ToValidUTF8(s, ""))
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}

// listed names layers in a refusal.
func listed(names []string) string {
	shown := make([]string, 0, len(names))
	for _, name := range names {
		shown = append(shown, plain(name, 60))
	}
	return strings.Join(shown, ", ")
}
