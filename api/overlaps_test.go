package api_test

import (
	"fmt"
	"math"
	"net/url"
	"testing"

	"jieshi/api"
)

/*
100 +---+---+---+---+---+

	|   |///|   |///|   |     1 and 2 have 1000 m² in common, 3 and 4 have too,
	|   |///|   |///|   |     2 and 3 have 500 m² in the middle
	+---+---+---+---+---+
*/
func TestOverlapsComeInPages(t *testing.T) {
	s := open(t)
	s.register("林权证", [4]float64{0, 0, 40, 100}, [4]float64{30, 0, 65, 100}, [4]float64{60, 0, 100, 100}, [4]float64{90, 0, 140, 100}, [4]float64{139.999, 0, 200, 100})
	at := fmt.Sprintf("/api/v1/audits/%d/overlaps", s.audit("林权证").ID)
	type page struct {
		Items []api.Overlap
		Next  *string
	}
	for _, tc := range []struct {
		query string
		want  string // pairs, pages divided by |
	}{
		{"", "1-2 3-4 2-3 4-5"},
		{"limit=1", "1-2|3-4|2-3|4-5"},
		{"limit=2", "1-2 3-4|2-3 4-5"},
		{"limit=3&over_m2=499.9999", "1-2 3-4 2-3"},
		{"limit=1&over_m2=500", "1-2|3-4"},
		{"over_m2=1000", ""},
	} {
		got := ""
		for cursor, n := "", 0; n < 9; n++ {
			var p page
			s.get(at + "?" + tc.query + cursor).want(200).as(&p)
			for i, o := range p.Items {
				if i > 0 {
					got += " "
				}
				got += fmt.Sprintf("%d-%d", o.A, o.B)
			}
			if p.Next == nil {
				break
			}
			got, cursor = got+"|", "&cursor="+*p.Next
		}
		if got != tc.want {
			t.Errorf("%q: %s, want %s", tc.query, got, tc.want)
		}
	}
	for _, cursor := range []string{"x", "MTIz", "MXwyfDM"} {
		want := 400
		if cursor == "MXwyfDM" { // 1|2|3: of no overlap that there is, and past all
			want = 200
		}
		s.get(at + "?cursor=" + cursor).want(want)
	}
	s.get("/api/v1/audits/999/overlaps").want(404)
}

func TestAnOverlapBecomesACaseOverHTTP(t *testing.T) {
	s := open(t)
	s.register("土地证", [4]float64{0, 50, 100, 100}, [4]float64{40, 40, 150, 100}, [4]float64{300, 0, 310, 10})
	at := fmt.Sprintf("/api/v1/audits/%d/overlaps/1/2", s.audit("土地证").ID)
	var d api.OverlapDetail
	s.get(at).want(200).as(&d)
	near := func(got, want float64) bool { return math.Abs(got-want) < 1e-6 }
	if !near(d.PlaneM2, 3000) || !near(d.Mu, 4.5) || math.Abs(d.EllipsoidalM2-3000) > 3 || d.Geometry == nil || d.Case != nil || d.Crs == nil || d.Crs.Srid != 4545 {
		t.Errorf("%+v, want 3000 m², 4.5 mu, and no case yet", d)
	}
	if p, q := d.Parcels[0], d.Parcels[1]; p.Feature != 1 || q.Feature != 2 || p.Layer != "土地证" || !near(float64(p.Area.Plane.SquareMetres), 5000) || !near(float64(q.Area.Plane.SquareMetres), 6600) || p.SigmaM == nil || *p.SigmaM != 0.05 {
		t.Errorf("parcels %+v, want 1 of 5000 m² and 2 of 6600 m²", d.Parcels)
	}
	for _, other := range []string{"/1/3", "/2/1", "/7/8"} {
		s.get(at[:len(at)-len("/1/2")] + other).want(404)
		s.post(at[:len(at)-len("/1/2")]+other+"/case", "{}").want(404)
	}

	s.post(at+"/case", `{"party_a":"甲村","party_b":" 甲村 "}`).want(422)
	s.post(at+"/case", `{"party_a":"  "}`).want(400)
	var f, again api.Finding
	filed := s.post(at+"/case", `{"title":"一地两证","party_a":"甲村"}`).want(201)
	filed.as(&f)
	if !near(f.KernelM2, 3000) || math.Abs(f.PostgisM2-3000) > f.ToleranceM2 || !f.Agree || f.Status != api.Filed {
		t.Errorf("%+v, want 3000 m² twice", f)
	}
	if got, want := filed.header.Get("Location"), "/api/v1/cases/"+url.PathEscape(f.Case); got != want {
		t.Errorf("Location %q, want %q", got, want)
	}
	s.post(at+"/case", `{}`).want(200).as(&again)
	if again.Case != f.Case || again.Status != api.Known || again.Evidence != f.Evidence {
		t.Errorf("the second time %+v, want the case of the first, %+v", again, f)
	}
	s.get(at).want(200).as(&d)
	if d.Case == nil || *d.Case != f.Case {
		t.Errorf("the overlap names case %v, want %s", d.Case, f.Case)
	}
	var c api.Case
	s.get("/api/v1/cases/" + url.PathEscape(f.Case)).want(200).as(&c)
	if c.Title != "一地两证" || len(c.Parties) != 2 || c.Parties[0].Name != "甲村" || c.Parties[1].Name != "土地证 2" {
		t.Errorf("case %+v, want it between 甲村 and 土地证 2", c)
	}
}
