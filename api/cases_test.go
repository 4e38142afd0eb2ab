package api_test

import (
	"fmt"
	"testing"
	"time"

	"jieshi/api"
	"jieshi/mediation"
)

var time0 time.Time

func TestACaseMovesOnlyFromWhereItWasSeen(t *testing.T) {
	s := open(t)
	number := s.openCase()
	moves := "/api/v1/cases/" + number + "/moves"
	seen := s.get("/api/v1/cases/" + number).header.Get("ETag")
	s.post(moves, `{"to":"surveyed"}`, "If-Match", seen).want(200)
	for name, tag := range map[string]string{
		"the tag from before":    seen,
		"no tag at all":          "surveyed",
		"a revision without its": "2",
		"zero":                   `"0"`,
		"another spelling":       `"02"`,
		"below zero":             `"-1"`,
	} {
		if a := s.post(moves, `{"to":"mediating"}`, "If-Match", tag); a.status != 412 {
			t.Errorf("%s: %d, want 412: %s", name, a.status, a.body)
		}
	}
	// What a compressing proxy makes of the tag is still the same revision.
	s.post(moves, `{"to":"mediating"}`, "If-Match", `W/"2"`).want(200)
	var c api.Case
	s.post(moves, `{"to":"settled","note":"双方签字"}`, "If-Match", "*").want(200).as(&c)
	if !c.Resolved || c.ResolvedOn == nil || len(c.Moves) != 0 || len(c.History) != 4 || *c.History[3].Note != "双方签字" {
		t.Errorf("settled case = %+v", c)
	}
}

// Pages together are the whole list, once each, newest first.
func TestPagesOfCasesJoinWithoutGapOrOverlap(t *testing.T) {
	s := open(t)
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for i := range 7 {
		_, err := s.db.CreateCase(s.ctx, mediation.NewCase{Kind: mediation.Land, Title: "案", AcceptedOn: day.AddDate(0, 0, i/3)}, "")
		if err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for cursor := ""; ; {
		var page api.CasePage
		s.get("/api/v1/cases?limit=3" + cursor).want(200).as(&page)
		if page.Total != 7 {
			t.Fatalf("total %d, want 7", page.Total)
		}
		for _, c := range page.Items {
			got = append(got, c.Number)
		}
		if page.Next == nil {
			break
		}
		cursor = "&cursor=" + *page.Next
	}
	want := "[JS-2026-0007 JS-2026-0006 JS-2026-0005 JS-2026-0004 JS-2026-0003 JS-2026-0002 JS-2026-0001]"
	if fmt.Sprint(got) != want {
		t.Errorf("pages = %v, want %s", got, want)
	}
}

func TestAListIsNarrowedByWhatIsAsked(t *testing.T) {
	s := open(t)
	s.saveAreas()
	both := s.twoClaims()
	other, err := s.db.CreateCase(s.ctx, mediation.NewCase{Kind: mediation.Water, Title: "水库", AcceptedOn: time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC)}, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.db.MoveCase(s.ctx, other, 0, mediation.Mediating, "", time0); err != nil {
		t.Fatal(err)
	}
	if err := s.db.MoveCase(s.ctx, other, 0, mediation.Settled, "", time.Date(2025, 9, 1, 0, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string][]string{
		"":                              {both, other},
		"kind=water":                    {other},
		"status=opened":                 {both},
		"status=opened,settled":         {both, other},
		"resolved=true":                 {other},
		"resolved=false":                {both},
		"accepted_before=2025-06-01":    nil,
		"accepted_before=2025-06-02":    {other},
		"accepted_from=2025-06-02":      {both},
		"resolved_from=2025-09-01":      {other},
		"resolved_before=2025-09-01":    nil,
		"three_cross=true":              nil,
		"three_cross=false":             {both, other},
		"area=450121000000":             {both},
		"area=450122000000":             nil,
		"q=%E9%BE%99%E5%A1%98%E6%9D%91": {both}, // 龙塘村, a party
		"q=%25":                         nil,    // no wildcard
		"q=js-2025":                     {other},
	} {
		var page api.CasePage
		s.get("/api/v1/cases?" + query).want(200).as(&page)
		var got []string
		for _, c := range page.Items {
			got = append(got, c.Number)
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
}
