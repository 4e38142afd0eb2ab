package api_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"jieshi/api"
)

// csvHeads are the heads of the columns by which the tests find them.
const (
	headAccepted = "受理（件） Accepted"
	headRate     = "化解率（%） Resolution rate (%)"
	headOpenMu   = "在办争议面积（亩） Open ground (mu)"
)

func column(t *testing.T, heads []string, head string) int {
	t.Helper()
	for i, h := range heads {
		if h == head {
			return i
		}
	}
	t.Fatalf("no column %q in %v", head, heads)
	return 0
}

func TestTheCSVIsReadBackAsItWasCounted(t *testing.T) {
	s := open(t)
	s.newestRuns()
	s.manyCases()
	const query = "?area=450100000000&kind=land"
	var figures api.Statistics
	s.get("/api/v1/statistics" + query).want(200).as(&figures)
	a := s.get("/api/v1/statistics.csv" + query).want(200)
	if a.header.Get("Content-Type") != "text/csv; charset=utf-8" || a.header.Get("Content-Disposition") != `attachment; filename="statistics.csv"` {
		t.Errorf("headers %v", a.header)
	}
	text, marked := bytes.CutPrefix(a.body, []byte("\xef\xbb\xbf"))
	if !marked {
		t.Error("no byte order mark")
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	accepted, name := column(t, rows[0], headAccepted), column(t, rows[0], "行政区 Area")
	byArea := map[string]int{}
	for _, row := range rows[1:] {
		n, err := strconv.Atoi(row[accepted])
		if err != nil {
			t.Errorf("%q is no number", row[accepted])
		}
		byArea[row[name]] += n
		if _, err := strconv.ParseFloat(row[column(t, rows[0], headOpenMu)], 64); err != nil {
			t.Error(err)
		}
	}
	// "=乙县" would be a formula.
	want := map[string]int{"甲县": figures.ByArea[0].Tally.Accepted, "'=乙县": figures.ByArea[1].Tally.Accepted}
	if fmt.Sprint(byArea) != fmt.Sprint(want) {
		t.Errorf("rows add up to %v, want %v", byArea, want)
	}
}

func TestTheWorkbookIsReadBackAsItWasCounted(t *testing.T) {
	s := open(t)
	s.newestRuns()
	s.manyCases()
	var figures api.Statistics
	s.get("/api/v1/statistics?area=450100000000").want(200).as(&figures)
	a := s.get("/api/v1/statistics.xlsx?area=450100000000").want(200)
	book, err := excelize.OpenReader(bytes.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.Close() }()
	if got := strings.Join(book.GetSheetList(), ","); got != "合计 Total,按区域 Area,按类型 Kind,按月份 Month,明细 Rows" {
		t.Errorf("sheets %s", got)
	}
	months := make([]api.Tally, len(figures.ByMonth))
	for i, m := range figures.ByMonth {
		months[i] = m.Tally
	}
	kinds := make([]api.Tally, len(figures.ByKind))
	for i, k := range figures.ByKind {
		kinds[i] = k.Tally
	}
	areas := make([]api.Tally, len(figures.ByArea))
	for i, each := range figures.ByArea {
		areas[i] = each.Tally
	}
	for sheet, want := range map[string][]api.Tally{
		"合计 Total": {figures.Total}, "按区域 Area": areas, "按类型 Kind": kinds, "按月份 Month": months,
	} {
		rows, err := book.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) != len(want)+1 {
			t.Fatalf("%s has %d rows, want %d", sheet, len(rows)-1, len(want))
		}
		accepted, rate, mu := column(t, rows[0], headAccepted), column(t, rows[0], headRate), column(t, rows[0], headOpenMu)
		for i, w := range want {
			row := rows[i+1]
			if row[accepted] != fmt.Sprint(w.Accepted) || !same(row[mu], w.OpenGround.Nominal.SquareMetres.Mu()) {
				t.Errorf("%s, row %d: accepted %s, %s mu; want %d, %.4f", sheet, i+1, row[accepted], row[mu], w.Accepted, w.OpenGround.Nominal.SquareMetres.Mu())
			}
			if w.Rate == nil && row[rate] != "" || w.Rate != nil && !same(row[rate], *w.Rate) {
				t.Errorf("%s, row %d: rate %q, want %v", sheet, i+1, row[rate], w.Rate)
			}
			cell, _ := excelize.CoordinatesToCellName(accepted+1, i+2)
			if kind, err := book.GetCellType(sheet, cell); err != nil || kind != excelize.CellTypeNumber && kind != excelize.CellTypeUnset {
				t.Errorf("%s!%s is of type %v, not a number", sheet, cell, kind)
			}
		}
		if panes, err := book.GetPanes(sheet); err != nil || !panes.Freeze || panes.YSplit != 1 {
			t.Errorf("the head of %s is not frozen: %+v, %v", sheet, panes, err)
		}
	}
	// A name that looks like a formula is text in a typed cell, as it is.
	if name, _ := book.GetCellValue("按区域 Area", "B3"); name != "=乙县" {
		t.Errorf("area name %q", name)
	}
	if formula, _ := book.GetCellFormula("按区域 Area", "B3"); formula != "" {
		t.Errorf("a name became the formula %q", formula)
	}
	if code, _ := book.GetCellValue("按区域 Area", "A2"); code != "450121000000" {
		t.Errorf("area code %q", code)
	}
}

func same(cell string, want float64) bool {
	got, err := strconv.ParseFloat(cell, 64)
	return err == nil && got-want < 1e-4 && want-got < 1e-4
}
