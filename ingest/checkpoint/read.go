package checkpoint

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"jieshi/ingest"
)

// A Point is one check point, in the CRS of the picture: x = east, y = north.
type Point struct {
	ID       string     `json:"id"`
	Measured [2]float64 `json:"measured"` // on the ground
	Picture  [2]float64 `json:"picture"`  // on the picture
	// Heights on the ground and of the model, in metres above the same zero; nil
	// where the table has none.
	Heights *[2]float64 `json:"heights,omitempty"`
}

// Axes says what columns that are only called x and y mean.
type Axes string

// The axes: Chinese survey files write X = north, GIS files X = east.
const (
	AxesUnsaid Axes = ""
	XNorth     Axes = "x-north"
	XEast      Axes = "x-east"
)

// Limits of a file.
const (
	MaxBytes  = 4 << 20
	maxPoints = 10_000
)

// The codes of the refusals of this package.
const (
	CodeUnreadable = "check_points_unreadable"
	CodeColumns    = "check_points_columns"
	CodeAxes       = "check_points_axes"
	CodeOutside    = "check_points_outside"
	CodeTooFew     = "check_points_too_few"
)

// Read reads a table of check points: separated by commas, semicolons or tabs,
// UTF-8 or GB 18030, the first line naming the columns (see aliases). bounds is
// the picture: west, south, east, north.
//
// Columns that are only called x and y may mean either; where both readings put
// points on the picture, or axes was not said, Read refuses with what the
// numbers look like, so that a person confirms it.
func Read(r io.Reader, bounds [4]float64, axes Axes) ([]Point, error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("check points: %w", err)
	}
	if len(b) > MaxBytes {
		return nil, refuse(CodeUnreadable, fmt.Sprintf("> %d MiB", MaxBytes>>20))
	}
	text, err := decode(b)
	if err != nil {
		return nil, err
	}
	rows, err := table(text)
	if err != nil {
		return nil, err
	}
	columns, err := columnsOf(rows[0])
	if err != nil {
		return nil, err
	}
	points, err := columns.points(rows[1:])
	if err != nil {
		return nil, err
	}
	if columns.ambiguous {
		if err := settle(points, bounds, axes); err != nil {
			return nil, err
		}
	}
	for _, p := range points {
		if !near(p.Measured, bounds) || !near(p.Picture, bounds) {
			return nil, refuse(CodeOutside, p.ID)
		}
	}
	return points, nil
}

func decode(b []byte) (string, error) {
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(b) {
		out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b)
		if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
			return "", refuse(CodeUnreadable, "encoding")
		}
		b = out
	}
	if bytes.IndexByte(b, 0) >= 0 {
		return "", refuse(CodeUnreadable, "NUL")
	}
	return strings.NewReplacer("，", ",", "；", ";", "\r\n", "\n", "\r", "\n").Replace(string(b)), nil
}

// table cuts the text into rows, the first of which names the columns.
func table(text string) ([][]string, error) {
	first, _, _ := strings.Cut(strings.TrimLeft(text, "\n "), "\n")
	separator := ','
	for _, c := range ";\t" {
		if strings.Count(first, string(c)) > strings.Count(first, string(separator)) {
			separator = c
		}
	}
	reader := csv.NewReader(strings.NewReader(text))
	reader.Comma, reader.FieldsPerRecord, reader.TrimLeadingSpace, reader.Comment = separator, -1, true, '#'
	var rows [][]string
	for {
		row, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			where := ""
			if at := (*csv.ParseError)(nil); errors.As(err, &at) {
				where = fmt.Sprintf("line %d", at.Line)
			}
			return nil, refuse(CodeUnreadable, where)
		}
		if len(rows) > maxPoints {
			return nil, refuse(CodeUnreadable, fmt.Sprintf("> %d", maxPoints))
		}
		if strings.TrimSpace(strings.Join(row, "")) != "" {
			rows = append(rows, row)
		}
	}
	if len(rows) < 2 {
		return nil, refuse(CodeTooFew, "0")
	}
	return rows, nil
}

// columns says which column holds what; -1: none.
type columns struct {
	id        int
	measured  [2]int // east, north
	picture   [2]int
	heights   [2]int // measured, picture; -1: none
	ambiguous bool   // x was taken for east
}

// aliases of the columns, in lower case without blanks and signs. A name may
// carry a unit, "(m)", which is left out.
var (
	idNames      = []string{"id", "name", "point", "pointid", "no", "点号", "点名", "编号", "检查点"}
	measuredSide = []string{"measured", "survey", "surveyed", "ground", "field", "gps", "rtk", "实测", "实地", "外业", "测量"}
	pictureSide  = []string{"picture", "image", "img", "ortho", "orthophoto", "dom", "map", "影像", "图上", "图面", "内业", "正射"}
	eastNames    = []string{"east", "easting", "e", "东", "东坐标", "横坐标", "lon", "longitude", "经度"}
	heightNames  = []string{"z", "h", "height", "elevation", "elev", "高", "高程", "h高", "z高", "h高程", "z高程"}
	northNames   = []string{"north", "northing", "n", "北", "北坐标", "纵坐标", "lat", "latitude", "纬度"}
)

// plain is a column's name without signs, blanks and units.
func plain(name string) string {
	name, _, _ = strings.Cut(strings.ReplaceAll(name, "（", "("), "(m")
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t_-./()（）[]", r) {
			return -1
		}
		return r
	}, strings.ToLower(name))
}

func columnsOf(header []string) (columns, error) {
	c := columns{id: -1, measured: [2]int{-1, -1}, picture: [2]int{-1, -1}, heights: [2]int{-1, -1}}
	for i, name := range header {
		p := plain(name)
		if has(idNames, p) && c.id < 0 {
			c.id = i
			continue
		}
		for k, side := range []struct {
			names []string
			to    *[2]int
		}{{measuredSide, &c.measured}, {pictureSide, &c.picture}} {
			rest, ok := without(p, side.names)
			if !ok {
				continue
			}
			switch {
			case has(eastNames, rest) || strings.HasPrefix(rest, "y东") || strings.HasPrefix(rest, "x东"):
				side.to[0] = i
			case has(northNames, rest) || strings.HasPrefix(rest, "x北") || strings.HasPrefix(rest, "y北"):
				side.to[1] = i
			case has(heightNames, rest):
				c.heights[k] = i
			case rest == "x":
				side.to[0], c.ambiguous = i, true
			case rest == "y":
				side.to[1], c.ambiguous = i, true
			}
		}
	}
	for what, i := range map[string]int{"measured east": c.measured[0], "measured north": c.measured[1], "picture east": c.picture[0], "picture north": c.picture[1]} {
		if i < 0 {
			return c, refuse(CodeColumns, what)
		}
	}
	return c, nil
}

func has(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

// without takes the longest of the side's names off a column's name.
func without(name string, sides []string) (rest string, ok bool) {
	longest := ""
	for _, s := range sides {
		if (strings.HasPrefix(name, s) || strings.HasSuffix(name, s)) && len(s) > len(longest) {
			longest = s
		}
	}
	if longest == "" {
		return "", false
	}
	if rest, ok = strings.CutPrefix(name, longest); !ok {
		rest, _ = strings.CutSuffix(name, longest)
	}
	return rest, true
}

func (c columns) points(rows [][]string) ([]Point, error) {
	var points []Point
	for i, row := range rows {
		p := Point{ID: strconv.Itoa(i + 1)}
		if c.id >= 0 && c.id < len(row) && strings.TrimSpace(row[c.id]) != "" {
			p.ID = strings.TrimSpace(row[c.id])
		}
		if len(p.ID) > 100 {
			return nil, refuse(CodeUnreadable, fmt.Sprintf("row %d", i+1))
		}
		for k := range 2 {
			for _, one := range []struct {
				column int
				to     *float64
			}{{c.measured[k], &p.Measured[k]}, {c.picture[k], &p.Picture[k]}} {
				if one.column >= len(row) {
					return nil, refuse(CodeUnreadable, p.ID)
				}
				v, err := strconv.ParseFloat(strings.TrimSpace(row[one.column]), 64)
				if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
					return nil, refuse(CodeUnreadable, fmt.Sprintf("%s: %.20q", p.ID, row[one.column]))
				}
				*one.to = v
			}
		}
		var err error
		if p.Heights, err = c.heightsOf(row, p.ID); err != nil {
			return nil, err
		}
		points = append(points, p)
	}
	return points, nil
}

// heightsOf reads both heights of a point; a blank one means that there are none.
func (c columns) heightsOf(row []string, id string) (*[2]float64, error) {
	var h [2]float64
	for k, column := range c.heights {
		if column < 0 || column >= len(row) || strings.TrimSpace(row[column]) == "" {
			return nil, nil
		}
		v, err := strconv.ParseFloat(strings.TrimSpace(row[column]), 64)
		if err != nil || math.IsNaN(v) || math.Abs(v) > 20_000 {
			return nil, refuse(CodeUnreadable, fmt.Sprintf("%s: %.20q", id, row[column]))
		}
		h[k] = v
	}
	return &h, nil
}

// settle decides what x and y mean, by where the points then lie.
func settle(points []Point, bounds [4]float64, axes Axes) error {
	asEast, asNorth := 0, 0
	for _, p := range points {
		if near(p.Measured, bounds) {
			asEast++
		}
		if near(swapped(p.Measured), bounds) {
			asNorth++
		}
	}
	looks := XEast
	if asNorth > asEast {
		looks = XNorth
	}
	switch {
	case asEast == 0 && asNorth == 0:
		return refuse(CodeOutside, points[0].ID)
	case axes == AxesUnsaid:
		return refuse(CodeAxes, string(looks))
	case axes == XNorth:
		for i := range points {
			points[i].Measured, points[i].Picture = swapped(points[i].Measured), swapped(points[i].Picture)
		}
	}
	return nil
}

func swapped(p [2]float64) [2]float64 { return [2]float64{p[1], p[0]} }

// near reports whether a place is on the picture, or a tenth of it beside it.
func near(p [2]float64, b [4]float64) bool {
	w, h := (b[2]-b[0])/10, (b[3]-b[1])/10
	return p[0] >= b[0]-w && p[0] <= b[2]+w && p[1] >= b[1]-h && p[1] <= b[3]+h
}

var phrase = map[string][2]ingest.Text{
	CodeUnreadable: {
		{ZH: "检查点表无法读取。", EN: "The table of check points cannot be read."},
		{ZH: "请使用逗号分隔的文本（UTF-8 或 GBK），首行为列名，每行一个点。", EN: "Use text separated by commas (UTF-8 or GBK), column names in the first line, one point a line."},
	},
	CodeColumns: {
		{ZH: "检查点表缺少一列。", EN: "A column of the table of check points is missing."},
		{ZH: "需要点号、实测北、实测东、影像北、影像东五列，例如：点号,实测X(北),实测Y(东),影像X(北),影像Y(东)；高程模型可另加实测高程、影像高程两列。", EN: "Five columns are needed: id, measured north, measured east, picture north, picture east; for a model of heights also measured height and picture height."},
	},
	CodeAxes: {
		{ZH: "列名只有 X、Y，需确认 X 是北还是东。", EN: "The columns are only called x and y: whether X is north or east must be confirmed."},
		{ZH: "请核对后声明：X 为北用 x-north，X 为东用 x-east（所列为按数值判断的结果）。", EN: "Say x-north or x-east; what the numbers look like is named."},
	},
	CodeOutside: {
		{ZH: "有检查点不在影像范围内。", EN: "A check point does not lie on the picture."},
		{ZH: "请检查坐标系、带号前缀和坐标顺序；检查点须使用影像的坐标系。", EN: "Check the CRS, the prefix of the zone and the order of the axes; points must be in the CRS of the picture."},
	},
	CodeTooFew: {
		{ZH: "检查点太少，无法评定精度。", EN: "There are too few check points to judge the accuracy."},
		{ZH: "请提供至少 3 个分布均匀的检查点。", EN: "Give at least three points, spread over the picture."},
	},
}

func refuse(code, where string) *ingest.Refusal {
	w := phrase[code]
	return &ingest.Refusal{Code: code, Reason: w[0], Remedy: w[1], Where: where}
}
