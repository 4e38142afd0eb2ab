package raster

import (
	"errors"

	"jieshi/ingest"
)

// The codes of the refusals of this package. They are stable: clients and
// stored rows know them.
const (
	CodeEmptyFile            = "empty_file"
	CodeNotAFile             = "not_a_file"
	CodeNotATIFF             = "not_a_tiff"
	CodeTruncated            = "truncated"
	CodeMalformed            = "malformed_tiff"
	CodeTooManyPixels        = "too_many_pixels"
	CodeImplausibleSize      = "implausible_size"
	CodeBlockTooLarge        = "block_too_large"
	CodeTooManyBands         = "too_many_bands"
	CodeCompression          = "compression_not_allowed"
	CodeSampleType           = "sample_type_not_allowed"
	CodeOverviewsDomain      = "overviews_domain"
	CodeMetadataDomain       = "metadata_domain"
	CodeSubdatasets          = "several_pictures"
	CodeUnreadable           = "unreadable"
	CodeUnreadablePixels     = "unreadable_pixels"
	CodeNoValidPixels        = "no_valid_pixels"
	CodeNoGeoreference       = "georeference_missing"
	CodeGCPsOnly             = "gcps_only"
	CodeRotated              = "rotated"
	CodeMirrored             = "mirrored"
	CodeBadGeoreference      = "georeference_not_plausible"
	CodeOutsideWorld         = "outside_the_world"
	CodeAntimeridian         = "crosses_antimeridian"
	CodeNoCRS                = "crs_missing"
	CodeCRSNotEarth          = "crs_not_earth"
	CodeCRSNotAllowed        = "crs_not_allowed"
	CodeCRSConflict          = "crs_conflict"
	CodeNotHeights           = "not_heights"
	CodePRJ                  = "prj_unreadable"
	CodeWorldFile            = "world_file_unreadable"
	CodeGeoreferenceConflict = "georeference_conflict"
	CodeTimeLimit            = "time_limit"
	CodeMemoryLimit          = "memory_limit"
	CodeConverterFailed      = "converter_failed"
	CodeCaptureOutOfOrder    = "capture_out_of_order"
)

type words struct{ reason, remedy ingest.Text }

// phrase holds what each code says to a person.
var phrase = map[string]words{
	CodeEmptyFile: {
		ingest.Text{ZH: "文件是空的（0 字节）。", EN: "The file is empty (0 bytes)."},
		ingest.Text{ZH: "请检查导出或拷贝是否完成，然后重新上传。", EN: "Check that the export or the copy was finished, then upload it again."},
	},
	CodeNotAFile: {
		ingest.Text{ZH: "这不是一个普通文件。", EN: "This is not an ordinary file."},
		ingest.Text{ZH: "请选择一个 GeoTIFF 文件，不能是文件夹、管道或设备。", EN: "Choose a GeoTIFF file, not a folder, a pipe or a device."},
	},
	CodeNotATIFF: {
		ingest.Text{ZH: "文件内容不是 TIFF，扩展名不能说明内容。", EN: "The content is not a TIFF, whatever the name says."},
		ingest.Text{ZH: "请从建图软件导出正射影像 GeoTIFF，再上传该文件本身（不是 VRT、XML、压缩包或截图）。", EN: "Export the orthophoto as GeoTIFF from the mapping software and upload that file itself (no VRT, XML, archive or screenshot)."},
	},
	CodeTruncated: {
		ingest.Text{ZH: "文件不完整：目录指向的数据超出文件末尾。", EN: "The file is cut off: its directory points to data past its end."},
		ingest.Text{ZH: "请重新拷贝或重新导出，核对文件大小后再上传。", EN: "Copy or export it again, compare the size, then upload it again."},
	},
	CodeMalformed: {
		ingest.Text{ZH: "TIFF 目录有错误，无法可靠读取。", EN: "The directory of the TIFF is wrong, so it cannot be read reliably."},
		ingest.Text{ZH: "请用建图软件重新导出；或用 gdal_translate 另存一份再上传。", EN: "Export it again from the mapping software, or rewrite it with gdal_translate."},
	},
	CodeTooManyPixels: {
		ingest.Text{ZH: "影像的像素数超过本系统允许的上限。", EN: "The picture has more pixels than this system allows."},
		ingest.Text{ZH: "请按测区分块导出，或降低分辨率后再上传；管理员可调整上限。", EN: "Export it in parts or at a coarser resolution; the administrator can raise the limit."},
	},
	CodeImplausibleSize: {
		ingest.Text{ZH: "文件声明的像素数与文件大小不相称。", EN: "The declared number of pixels is out of all proportion to the size of the file."},
		ingest.Text{ZH: "请用建图软件重新导出，裁去空白范围后再上传。", EN: "Export it again and crop it to the area that has pixels."},
	},
	CodeBlockTooLarge: {
		ingest.Text{ZH: "影像的单个数据块过大，无法分块读取。", EN: "One block of the picture is too large to be read piece by piece."},
		ingest.Text{ZH: "请另存为分块 GeoTIFF（gdal_translate -co TILED=YES）后再上传。", EN: "Save it as a tiled GeoTIFF (gdal_translate -co TILED=YES) and upload that."},
	},
	CodeTooManyBands: {
		ingest.Text{ZH: "影像波段数过多。", EN: "The picture has too many bands."},
		ingest.Text{ZH: "请只导出红、绿、蓝（及透明度）波段。", EN: "Export only red, green, blue (and alpha)."},
	},
	CodeCompression: {
		ingest.Text{ZH: "不接受该压缩方式。", EN: "This compression is not accepted."},
		ingest.Text{ZH: "请以不压缩、LZW、Deflate、ZSTD、JPEG、PackBits 或 WebP 方式重新保存。", EN: "Save it again uncompressed or with LZW, Deflate, ZSTD, JPEG, PackBits or WebP."},
	},
	CodeSampleType: {
		ingest.Text{ZH: "不接受该像素数据类型。", EN: "This type of pixel value is not accepted."},
		ingest.Text{ZH: "请以 8 位或 16 位整数、32 位或 64 位数值保存；各波段类型须一致，不接受复数。", EN: "Save it with 8- or 16-bit integers or 32- or 64-bit numbers, the same for all bands; complex numbers are not accepted."},
	},
	CodeOverviewsDomain: {
		ingest.Text{ZH: "文件元数据指向另一个文件作为金字塔（OVERVIEWS）。", EN: "The metadata of the file names another file as its overviews (OVERVIEWS)."},
		ingest.Text{ZH: "请用 gdal_translate -co PROFILE=GeoTIFF 另存一份（去除 GDAL 元数据）后再上传。", EN: "Rewrite it with gdal_translate -co PROFILE=GeoTIFF, which leaves GDAL's metadata out, and upload that."},
	},
	CodeMetadataDomain: {
		ingest.Text{ZH: "文件元数据含有可引用其他文件或另行定位的内容。", EN: "The metadata of the file holds a part that can name other files or place the picture in another way."},
		ingest.Text{ZH: "请用 gdal_translate -co PROFILE=GeoTIFF 另存一份（去除 GDAL 元数据）后再上传。", EN: "Rewrite it with gdal_translate -co PROFILE=GeoTIFF, which leaves GDAL's metadata out, and upload that."},
	},
	CodeSubdatasets: {
		ingest.Text{ZH: "一个文件里有多幅影像。", EN: "There is more than one picture in the file."},
		ingest.Text{ZH: "请每幅影像导出为一个文件，分别上传。", EN: "Export each picture to a file of its own and upload them one by one."},
	},
	CodeUnreadable: {
		ingest.Text{ZH: "无法打开该 GeoTIFF。", EN: "The GeoTIFF cannot be opened."},
		ingest.Text{ZH: "请用建图软件重新导出后再上传。", EN: "Export it again from the mapping software."},
	},
	CodeUnreadablePixels: {
		ingest.Text{ZH: "读取像素时出错，文件已损坏。", EN: "Reading the pixels failed: the file is damaged."},
		ingest.Text{ZH: "请重新拷贝或重新导出后再上传。", EN: "Copy or export it again, then upload it again."},
	},
	CodeNoValidPixels: {
		ingest.Text{ZH: "影像没有任何有效像素。", EN: "The picture has no valid pixel at all."},
		ingest.Text{ZH: "请检查透明度、掩膜或无效值（nodata）设置后重新导出。", EN: "Check its alpha, mask or nodata value and export it again."},
	},
	CodeNoGeoreference: {
		ingest.Text{ZH: "影像没有地理定位信息。", EN: "The picture has no georeference."},
		ingest.Text{ZH: "请导出带坐标的正射影像（GeoTIFF），不要上传单张照片。", EN: "Export the orthophoto with its coordinates (GeoTIFF); a single photo will not do."},
	},
	CodeGCPsOnly: {
		ingest.Text{ZH: "影像只有控制点，未经纠正。", EN: "The picture has ground control points only; it has not been rectified."},
		ingest.Text{ZH: "请先在建图软件中完成正射纠正，再导出 GeoTIFF。", EN: "Rectify it in the mapping software first, then export the GeoTIFF."},
	},
	CodeRotated: {
		ingest.Text{ZH: "影像相对坐标轴有旋转或倾斜。", EN: "The picture is rotated or sheared against the axes of its CRS."},
		ingest.Text{ZH: "请用 gdalwarp 或建图软件重采样为北方朝上后再上传。", EN: "Resample it to north up with gdalwarp or the mapping software."},
	},
	CodeMirrored: {
		ingest.Text{ZH: "影像东西方向颠倒（像素宽度为负）。", EN: "The picture runs from east to west (its pixel width is negative)."},
		ingest.Text{ZH: "请用 gdalwarp 重采样为北方朝上后再上传。", EN: "Resample it to north up with gdalwarp."},
	},
	CodeBadGeoreference: {
		ingest.Text{ZH: "影像的像素大小或原点不合理。", EN: "The pixel size or the origin of the picture is not plausible."},
		ingest.Text{ZH: "请检查导出时的坐标系和单位（米、度）后重新导出。", EN: "Check the CRS and unit (metres, degrees) of the export and export it again."},
	},
	CodeOutsideWorld: {
		ingest.Text{ZH: "按所声明的坐标系，影像落在地球坐标范围之外。", EN: "In the CRS that it declares, the picture lies outside the world."},
		ingest.Text{ZH: "请检查坐标系和带号（有无带号前缀）、东坐标与北坐标是否颠倒。", EN: "Check the CRS, the zone (with or without prefix), and whether east and north were swapped."},
	},
	CodeAntimeridian: {
		ingest.Text{ZH: "影像跨越 180° 经线，本系统不支持。", EN: "The picture crosses the 180° meridian, which this system cannot show."},
		ingest.Text{ZH: "请沿 180° 经线分成两幅影像上传。", EN: "Cut it in two at the 180° meridian."},
	},
	CodeNoCRS: {
		ingest.Text{ZH: "影像没有坐标系。", EN: "The picture has no coordinate reference system (CRS)."},
		ingest.Text{ZH: "请在导出时选择坐标系（例如 CGCS2000 三度带），或声明坐标系（记录声明人），系统不作猜测。", EN: "Choose a CRS when exporting (for example a CGCS2000 3-degree zone), or declare it, which is recorded with your name; it is not guessed here."},
	},
	CodeCRSNotEarth: {
		ingest.Text{ZH: "影像的坐标系属于另一个天体。", EN: "The CRS of the picture belongs to another planet or moon."},
		ingest.Text{ZH: "请上传使用地球坐标系的正射影像。", EN: "Upload an orthophoto in a CRS of the Earth."},
	},
	CodeCRSNotAllowed: {
		ingest.Text{ZH: "影像使用的坐标系无法与已知基准可靠关联。", EN: "The CRS of the picture cannot be tied reliably to a known datum."},
		ingest.Text{ZH: "请转换到有 EPSG 代码的坐标系（例如 EPSG:4545），或以 CGCS2000 为基准的高斯投影后再上传。", EN: "Reproject it to a CRS with an EPSG code (for example EPSG:4545) or to a Gauss projection on CGCS2000."},
	},
	CodeCRSConflict: {
		ingest.Text{ZH: "所声明的坐标系与文件自身的坐标系不一致。", EN: "The CRS declared beside the file is not the one that the file declares."},
		ingest.Text{ZH: "请核实哪一个正确：去掉声明，或用正确的坐标系重新导出影像。", EN: "Find out which is right: leave the declaration out, or export the picture again in the right CRS."},
	},
	CodeNotHeights: {
		ingest.Text{ZH: "所声明的高程模型（DSM/DTM）不是一个波段的高程值，或坐标系不以米为单位。", EN: "What was declared a model of heights (dsm, dtm) is not one band of heights in a CRS with metres."},
		ingest.Text{ZH: "请导出单波段、16 位或浮点、投影坐标系的高程模型；普通影像请不要声明类型。", EN: "Export one band of 16-bit or floating-point heights in a projected CRS; declare no kind for a picture."},
	},
	CodePRJ: {
		ingest.Text{ZH: "随附的 .prj 文件无法读取。", EN: "The .prj file sent along cannot be read."},
		ingest.Text{ZH: "请附上与影像同名、由建图软件导出的 .prj（WKT 文本），或直接声明坐标系代码。", EN: "Send the .prj that the mapping software wrote beside the picture (WKT text), or declare the code of the CRS."},
	},
	CodeWorldFile: {
		ingest.Text{ZH: "随附的坐标文件（.tfw）不是六个数字。", EN: "The world file (.tfw) sent along is not six numbers."},
		ingest.Text{ZH: "请附上与影像同名、由建图软件导出的 .tfw 文件。", EN: "Send the .tfw that the mapping software wrote beside the picture."},
	},
	CodeGeoreferenceConflict: {
		ingest.Text{ZH: "随附的坐标文件（.tfw）与影像自身的定位相差超过十分之一像素。", EN: "The world file (.tfw) sent along places the picture more than a tenth of a pixel from where the file itself does."},
		ingest.Text{ZH: "请核实哪一个正确：去掉 .tfw，或重新导出影像。", EN: "Find out which is right: leave the .tfw out, or export the picture again."},
	},
	CodeTimeLimit: {
		ingest.Text{ZH: "转换超过了时间上限，已终止。", EN: "The conversion took longer than allowed and was stopped."},
		ingest.Text{ZH: "请分块导出后再上传；管理员可调整上限。", EN: "Export it in parts; the administrator can raise the limit."},
	},
	CodeMemoryLimit: {
		ingest.Text{ZH: "转换所需内存超过上限，已终止。", EN: "The conversion needed more memory than allowed and was stopped."},
		ingest.Text{ZH: "请另存为分块 GeoTIFF（gdal_translate -co TILED=YES）后再上传。", EN: "Save it as a tiled GeoTIFF (gdal_translate -co TILED=YES) and upload that."},
	},
	CodeConverterFailed: {
		ingest.Text{ZH: "该文件使转换程序异常终止，没有保留任何结果。", EN: "This file made the converter break off; nothing of it was kept."},
		ingest.Text{ZH: "请用建图软件重新导出；若仍失败，请把文件和时间告知管理员。", EN: "Export it again; if that fails too, tell the administrator the file and the time."},
	},
	CodeCaptureOutOfOrder: {
		ingest.Text{ZH: "拍摄结束时间早于开始时间。", EN: "The capture interval ends before it begins."},
		ingest.Text{ZH: "请更正拍摄的起止时间。", EN: "Correct the start and end of the flight."},
	},
}

// refuse makes the refusal of code; where says what about the file, as briefly
// as a surveyor can use it.
func refuse(code, where string) *ingest.Refusal {
	w := phrase[code]
	return &ingest.Refusal{Code: code, Reason: w.reason, Remedy: w.remedy, Where: where}
}

func hasCode(err error, code string) bool {
	var r *ingest.Refusal
	return errors.As(err, &r) && r.Code == code
}
