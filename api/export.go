package api

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"jieshi/geo"
	"jieshi/mediation"
)

// ExportStatisticsXLSX answers GET /statistics.xlsx with a workbook: the whole,
// by area, by kind, by month, and one row for each of the three together.
func (s *server) ExportStatisticsXLSX(ctx context.Context, r ExportStatisticsXLSXRequestObject) (ExportStatisticsXLSXResponseObject, error) {
	figures, err := s.Store.Statistics(ctx, statisticsFilter(ReadStatisticsParams(r.Params)))
	if err != nil {
		return nil, err
	}
	return workbook{figures, s}, nil
}

// ExportStatisticsCSV answers GET /statistics.csv with one row an area, kind
// and month.
func (s *server) ExportStatisticsCSV(ctx context.Context, r ExportStatisticsCSVRequestObject) (ExportStatisticsCSVResponseObject, error) {
	figures, err := s.Store.Statistics(ctx, statisticsFilter(ReadStatisticsParams(r.Params)))
	if err != nil {
		return nil, err
	}
	return rowsCSV{figures, s}, nil
}

// A column is one figure of a tally with its head in both languages.
type column struct {
	head  string
	value func(mediation.Tally) any // int, float64, or nil where there is none
}

var tallyColumns = []column{
	{"受理（件） Accepted", func(t mediation.Tally) any { return t.Accepted }},
	{"化解（件） Resolved", func(t mediation.Tally) any { return t.Resolved }},
	{"在办（件） Open", func(t mediation.Tally) any { return t.Open }},
	{"化解率（%） Resolution rate (%)", func(t mediation.Tally) any {
		if rate, ok := t.Rate(); ok {
			return rate
		}
		return nil
	}},
	{"三跨（件） Three-cross", func(t mediation.Tally) any { return t.ThreeCross }},
	{"在办争议面积（平方米） Open ground (m²)", func(t mediation.Tally) any { return squareMetres(t.OpenGround.Nominal) }},
	{"在办争议面积（亩） Open ground (mu)", func(t mediation.Tally) any { return mu(t.OpenGround.Nominal) }},
	{"在办核心面积（亩） Open core (mu)", func(t mediation.Tally) any { return mu(t.OpenGround.Core) }},
	{"在办外缘面积（亩） Open outer (mu)", func(t mediation.Tally) any { return mu(t.OpenGround.Outer) }},
	{"已结争议面积（平方米） Closed ground (m²)", func(t mediation.Tally) any { return squareMetres(t.ClosedGround.Nominal) }},
	{"已结争议面积（亩） Closed ground (mu)", func(t mediation.Tally) any { return mu(t.ClosedGround.Nominal) }},
	{"已结核心面积（亩） Closed core (mu)", func(t mediation.Tally) any { return mu(t.ClosedGround.Core) }},
	{"已结外缘面积（亩） Closed outer (mu)", func(t mediation.Tally) any { return mu(t.ClosedGround.Outer) }},
}

// Figures in files are rounded as the API rounds them (geo.Area), last.

func squareMetres(m2 float64) float64 { return math.Round(m2*1e4) / 1e4 }

func mu(m2 float64) float64 { return math.Round(geo.SquareMetres(m2).Mu()*1e4) / 1e4 }

const (
	headCode  = "区划代码 Code"
	headArea  = "行政区 Area"
	headKind  = "类型 Kind"
	headMonth = "受理月份 Month"
	headDone  = "当月化解（件） Resolved in month"
)

var kindNames = map[mediation.Kind]string{
	mediation.Land: "土地 land", mediation.Forest: "山林 forest", mediation.Water: "水利 water", mediation.Mixed: "混合 mixed",
}

// A table is one sheet: heads, and rows of string, int, float64 or nil.
type table struct {
	name  string
	heads []string
	rows  [][]any
}

func tables(m mediation.Statistics) []table {
	heads := each(tallyColumns, func(c column) string { return c.head })
	with := func(first ...string) []string { return append(first, heads...) }
	total := table{name: "合计 Total", heads: with(headCode, headArea)}
	where := mediation.Area{Name: "全部 all"}
	if m.Area != nil {
		where = *m.Area
	}
	total.rows = [][]any{cells(m.Total, where.Code, where.Name)}
	area := table{name: "按区域 Area", heads: with(headCode, headArea)}
	for _, a := range m.ByArea {
		area.rows = append(area.rows, cells(a.Tally, a.Area.Code, a.Area.Name))
	}
	kind := table{name: "按类型 Kind", heads: with(headKind)}
	for _, k := range m.ByKind {
		kind.rows = append(kind.rows, cells(k.Tally, kindNames[k.Kind]))
	}
	month := table{name: "按月份 Month", heads: with(headMonth, headDone)}
	for _, each := range m.ByMonth {
		month.rows = append(month.rows, cells(each.Tally, each.Month, each.ResolvedInMonth))
	}
	return []table{total, area, kind, month, detail(m)}
}

// detail is the table with one row an area, kind and month.
func detail(m mediation.Statistics) table {
	t := table{name: "明细 Rows", heads: append([]string{headCode, headArea, headKind, headMonth}, each(tallyColumns, func(c column) string { return c.head })...)}
	for _, r := range m.Rows {
		t.rows = append(t.rows, cells(r.Tally, r.Area.Code, r.Area.Name, kindNames[r.Kind], r.Month))
	}
	return t
}

func cells(t mediation.Tally, first ...any) []any {
	for _, c := range tallyColumns {
		first = append(first, c.value(t))
	}
	return first
}

// workbook is written sheet by sheet with typed cells.
type workbook struct {
	figures mediation.Statistics
	s       *server
}

// VisitExportStatisticsXLSXResponse writes the workbook.
func (b workbook) VisitExportStatisticsXLSXResponse(w http.ResponseWriter) (err error) {
	f := excelize.NewFile()
	defer func() {
		if closing := f.Close(); err == nil {
			err = closing
		}
	}()
	head, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"}})
	if err != nil {
		return fmt.Errorf("api: workbook: %w", err)
	}
	for i, t := range tables(b.figures) {
		if i == 0 {
			err = f.SetSheetName("Sheet1", t.name)
		} else {
			_, err = f.NewSheet(t.name)
		}
		if err == nil {
			err = writeSheet(f, t, head)
		}
		if err != nil {
			return fmt.Errorf("api: sheet %s: %w", t.name, err)
		}
	}
	attach(w, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "statistics.xlsx")
	_, err = f.WriteTo(patientWriter{w, b.s.Idle})
	return err
}

func writeSheet(f *excelize.File, t table, head int) error {
	sheet, err := f.NewStreamWriter(t.name)
	if err != nil {
		return err
	}
	if err := sheet.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	if err := sheet.SetColWidth(1, len(t.heads), 20); err != nil {
		return err
	}
	heads := each(t.heads, func(h string) any { return excelize.Cell{StyleID: head, Value: h} })
	if err := sheet.SetRow("A1", heads, excelize.RowOpts{Height: 36}); err != nil {
		return err
	}
	for i, row := range t.rows {
		if err := sheet.SetRow("A"+strconv.Itoa(i+2), row); err != nil {
			return err
		}
	}
	return sheet.Flush()
}

// rowsCSV begins with a byte order mark, without which spreadsheets in Chinese
// Windows take UTF-8 for GBK.
type rowsCSV struct {
	figures mediation.Statistics
	s       *server
}

// VisitExportStatisticsCSVResponse writes the rows.
func (r rowsCSV) VisitExportStatisticsCSVResponse(w http.ResponseWriter) error {
	attach(w, "text/csv; charset=utf-8", "statistics.csv")
	out := patientWriter{w, r.s.Idle}
	if _, err := io.WriteString(out, "\uFEFF"); err != nil {
		return err
	}
	t, c := detail(r.figures), csv.NewWriter(out)
	c.UseCRLF = true
	if err := c.Write(t.heads); err != nil {
		return err
	}
	for _, row := range t.rows {
		if err := c.Write(each(row, csvCell)); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// csvCell writes numbers as numbers. Text that a spreadsheet would take for a
// formula gets an apostrophe in front; full-width signs count as well.
func csvCell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		if strings.IndexAny(v, "=+-@\t\r\n＝＋－＠") == 0 {
			return "'" + v
		}
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}

// attach makes the answer a file to keep.
func attach(w http.ResponseWriter, mediaType, name string) {
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.WriteHeader(http.StatusOK)
}
