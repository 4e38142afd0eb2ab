package gnss

import "jieshi/ingest"

// The codes of the notes of this package. They never change.
const (
	noteBadLine     = "line_skipped"
	noteNotFinite   = "not_finite"
	noteNoHeader    = "header_missing"
	noteTimeScale   = "time_scale_unknown"
	noteQuality     = "quality_unknown"
	noteChecksum    = "bad_checksum"
	noteNoChecksum  = "checksum_missing"
	noteJunk        = "junk_skipped"
	noteNoFix       = "no_fix"
	noteNotMeasured = "not_measured"
	noteDateMissing = "date_missing"
	noteValue       = "value_ignored"
	noteSegments    = "segments_joined"
	noteEmptyTrack  = "track_empty"
	noteTime        = "time_unreadable"
	noteTimeZone    = "time_zone_assumed"
	notePoints      = "shapes_ignored"
	noteHole        = "polygon_hole"
	noteRingOpen    = "ring_not_closed"
	noteOrdinates   = "extra_ordinates"
	noteEncoding    = "encoding_converted"
	noteNoPlace     = "row_without_place"
	noteLink        = "link_ignored"
	noteCurve       = "curve_linearised"
	noteTimesDiffer = "times_differ"
	noteGrid        = "projected"
	noteOtherGrid   = "crs_differs"
	noteNoZone      = "time_zone_missing"
	noteHDOPMetres  = "hdop_is_metres"
	noteRollover    = "week_rollover"
	noteVelocity    = "velocity_ignored"
)

// noteWords says what each note means. The Text of a note adds the particulars
// of its line.
var noteWords = map[string]ingest.Text{
	noteBadLine:     text("有无法读取的行，已跳过。", "Lines that could not be read were passed over."),
	noteNotFinite:   text("有数值为 NaN 或无穷大的记录，已跳过。", "Records with NaN or infinite numbers were passed over."),
	noteNoHeader:    text("文件没有列标题，按 RTKLIB 默认格式（GPS 时、经纬度、大地高）读取。", "There is no column header; the defaults of RTKLIB were assumed."),
	noteTimeScale:   text("时间系统未知，时间未采用。", "The clock of the file is not known; times were left out."),
	noteQuality:     text("有未知的定位质量代码，记为“未知”。", "Some codes of fix quality are not known and count as unknown."),
	noteChecksum:    text("有校验和不符的语句，已跳过。", "Sentences with a wrong checksum were passed over."),
	noteNoChecksum:  text("有缺少校验和的语句，无法确认完整，已跳过。", "Sentences without a checksum, which may be cut short, were passed over."),
	noteJunk:        text("夹有不属于 NMEA 的内容，已跳过。", "Content that is not NMEA was passed over."),
	noteNoFix:       text("有接收机尚未定位的记录，已跳过。", "Records made while the receiver had no fix were passed over."),
	noteNotMeasured: text("有人工输入或模拟的位置，不是实测，已跳过。", "Positions typed in or simulated, not measured, were passed over."),
	noteDateMissing: text("部分定位点出现在首个日期（RMC 或 ZDA）之前，时间未知。", "Fixes before the first date (RMC or ZDA) have no time."),
	noteValue:       text("有无法读取的附属数值，未采用。", "Some values beside the position could not be read and were left out."),
	noteSegments:    text("轨迹分为几段，按顺序相连。", "The track is in segments, which were joined in order."),
	noteEmptyTrack:  text("文件中有空的轨迹或航线。", "The file has a track or route without points."),
	noteTime:        text("有无法读取的时间，未采用。", "Some times could not be read and were left out."),
	noteTimeZone:    text("时间没有时区，按 GPX 规定视为 UTC。", "Times have no zone and count as UTC, as GPX says."),
	notePoints:      text("有不是线或面的图形，未采用。", "Shapes that are neither lines nor polygons were left out."),
	noteHole:        text("面内有洞，洞的边界另列为一条线；面积未扣除洞。", "The polygon has holes, given as lines of their own; nothing is subtracted."),
	noteRingOpen:    text("面的边界首尾不重合。", "The ring of the polygon does not end where it began."),
	noteHDOPMetres:  text("该软件把以米为单位的精度写在 hdop 里，已作为精度采用。", "This program writes metres of accuracy as hdop; they were taken as accuracy."),
	noteRollover:    text("日期早于 2007 年，是旧接收机的 GPS 周数翻转，已加 1024 周的整数倍。", "Dates before 2007 come from GPS weeks that rolled over in an old receiver; a multiple of 1024 weeks was added."),
	noteVelocity:    text("速度列未采用。", "Columns of velocity were left out."),
	noteCurve:       text("圆弧已用弦线代替，偏差不超过 5 毫米。", "Arcs were made of chords that are at most 5 mm off."),
	noteLink:        text("文件链接到其他文件，未打开。", "The file links to others, which were not opened."),
	noteTimesDiffer: text("轨迹的时间与位置个数不同，时间未采用。", "The track has not as many times as positions; its times were left out."),
	noteNoPlace:     text("有没有坐标的行，已跳过。", "Rows without a position were passed over."),
	noteGrid:        text("坐标是以米为单位的投影坐标，已换算为经纬度。", "The coordinates are projected, in metres, and were brought to degrees."),
	noteOtherGrid:   text("有的行写明的坐标系与采用的不同。", "Some rows name another coordinate system than the one used."),
	noteNoZone:      text("时间没有写明时区，未采用；可声明时区（--utc-offset +08:00）。", "Times do not say their zone and were left out; state it with --utc-offset."),
	noteEncoding:    text("文字编码不是 UTF-8，已转换。", "The text was in another encoding than UTF-8 and was converted."),
	noteOrdinates:   text("坐标多于三个分量，多余的未采用。", "Positions have more than three numbers; the rest was left out."),
}

// giveWords says in the notes of walks what their codes mean.
func giveWords(walks []ingest.Walk) {
	for _, w := range walks {
		for i, n := range w.Notes {
			if words, ok := noteWords[n.Code]; ok {
				w.Notes[i].Words = &words
			}
		}
	}
}

// Explain returns what a note of this package means, in words for a person;
// ok is false for a code that this package does not give.
func Explain(code string) (words ingest.Text, ok bool) {
	words, ok = noteWords[code]
	return words, ok
}
