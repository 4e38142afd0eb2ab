package api_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"jieshi/api"
)

// sql runs statements on the tables of the site, as their owner.
func (s *site) sql(statements ...string) {
	s.t.Helper()
	conn, err := pgx.Connect(s.ctx, s.dsn)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = conn.Close(s.ctx) }()
	for _, statement := range statements {
		if _, err := conn.Exec(s.ctx, statement); err != nil {
			s.t.Fatalf("%v in %s", err, statement)
		}
	}
}

// The figures of 2025: 4,604 accepted, 3,840 of them resolved, 83.41 %.
func TestTheRateIsComputedFromTheCounts(t *testing.T) {
	s := open(t)
	s.sql(`INSERT INTO dispute_case (number, kind, title, status, accepted_on, ended_on)
		SELECT 'RATE-' || i, (ARRAY['land', 'forest', 'water', 'mixed'])[1 + i % 4], 'x',
			CASE WHEN i <= 3840 THEN 'settled' WHEN i <= 4000 THEN 'referred' ELSE 'mediating' END,
			date '2025-01-01' + i % 365, CASE WHEN i <= 4000 THEN date '2025-12-31' END
		FROM generate_series(1, 4604) AS i`)
	var got api.Statistics
	s.get("/api/v1/statistics").want(200).as(&got)
	if got.Total.Accepted != 4604 || got.Total.Resolved != 3840 || got.Total.Open != 604 || got.Total.Rate == nil || *got.Total.Rate != 83.41 {
		t.Errorf("total = %+v, want 3840 of 4604 resolved, 83.41 %%, 604 open", got.Total)
	}
	var none api.Statistics
	s.get("/api/v1/statistics?accepted_from=2030-01-01").want(200).as(&none)
	if none.Total.Accepted != 0 || none.Total.Rate != nil || len(none.ByKind) != 4 {
		t.Errorf("of no cases = %+v, want no rate", none.Total)
	}
	s.get("/api/v1/statistics?area=999999999999").want(404)
}

// newestRuns makes the function newest(level): case and ground of its newest run.
func (s *site) newestRuns() {
	s.t.Helper()
	s.sql(`CREATE FUNCTION newest(text) RETURNS TABLE (case_id uuid, ground geometry) STABLE LANGUAGE sql AS $$
		SELECT DISTINCT ON (r.case_id) r.case_id, ST_Transform(e.ground, 4490)
		FROM contest_run AS r JOIN contest_extent AS e ON e.run_id = r.id
		WHERE e.level = $1 AND e.sides = '{}' ORDER BY r.case_id, r.number DESC $$`)
}

// manyCases inserts 300 cases of 200 m boxes in EPSG:4545, 300 m apart, over
// both counties; every seventh lies half on the one before it, and every fifth
// has an earlier run with a hundred times the ground, which must not count.
func (s *site) manyCases() {
	s.t.Helper()
	s.saveAreas()
	s.sql(`INSERT INTO dispute_case (number, kind, title, status, accepted_on, ended_on)
		SELECT 'ST-' || lpad(i::text, 4, '0'), (ARRAY['land', 'forest', 'water', 'mixed'])[1 + i % 4], 'x', status, accepted,
			CASE WHEN ends THEN accepted + 40 END
		FROM generate_series(0, 299) AS i
		CROSS JOIN LATERAL (VALUES (date '2024-03-05' + 2 * i, (ARRAY['opened', 'mediating', 'settled', 'settled', 'referred'])[1 + i % 5])) AS v (accepted, st)
		JOIN case_status ON case_status.status = v.st`,
		`INSERT INTO contest_run (case_id, number, srid, grid_m, k, engine, document, sha256)
		SELECT id, run, 4545, 0.0001, 2, '{}', convert_to(number || run, 'UTF8'), sha256(convert_to(number || run, 'UTF8'))
		FROM dispute_case CROSS JOIN generate_series(1, 2) AS run
		WHERE run = 2 OR right(number, 4)::integer % 5 = 0`,
		`INSERT INTO contest_extent (run_id, level, sides, ground, plane_m2, ellipsoidal_m2, sigma_m2)
		SELECT contest_run.id, level, '{}', ST_Multi(ground), ST_Area(ground), ST_Area(ST_Transform(ground, 4490)::geography), 0
		FROM contest_run
		JOIN dispute_case ON dispute_case.id = case_id
		CROSS JOIN LATERAL (VALUES (right(dispute_case.number, 4)::integer)) AS c (i)
		CROSS JOIN LATERAL (VALUES (CASE WHEN i % 7 = 6 THEN i - 1 ELSE i END, CASE WHEN i % 7 = 6 THEN 100 ELSE 0 END)) AS at (cell, shift)
		CROSS JOIN LATERAL (VALUES (630000 + (cell % 20) * 300 + shift, 2670000 + (cell / 20) * 300)) AS corner (x, y)
		CROSS JOIN LATERAL (VALUES ('nominal', 0), ('core', -5), ('outer', 5)) AS l (level, by)
		CROSS JOIN LATERAL (VALUES (CASE WHEN contest_run.number = 1 AND i % 5 = 0 THEN 1900 ELSE 0 END)) AS early (more)
		CROSS JOIN LATERAL (VALUES (ST_MakeEnvelope(x - by, y - by, x + 200 + by + more, y + 200 + by + more, 4545))) AS box (ground)`,
		`INSERT INTO case_ground (case_id, number, nominal_4490, core_4490, outer_4490)
		SELECT c.id, c.number, n.ground, k.ground, o.ground
		FROM dispute_case AS c
		JOIN newest('nominal') AS n ON n.case_id = c.id
		JOIN newest('core') AS k ON k.case_id = c.id
		JOIN newest('outer') AS o ON o.case_id = c.id`,
		`INSERT INTO case_area (case_id, area_code, nominal_m2, core_m2, outer_m2)
		SELECT case_id, code, ST_Area(ST_Intersection(outline, nominal_4490)::geography),
			ST_Area(ST_Intersection(outline, core_4490)::geography), ST_Area(ST_Intersection(outline, outer_4490)::geography)
		FROM case_ground JOIN administrative_area AS a ON ST_Intersects(a.outline, nominal_4490)`,
		`UPDATE dispute_case SET crosses_county =
			(SELECT count(*) > 1 FROM case_area WHERE case_id = id AND right(area_code, 6) = '000000' AND area_code NOT LIKE '____00%')`)
}

// A tally is what the recount finds for a group of cases.
type tally struct {
	accepted, resolved, open, crossing int
	openM2, closedM2                   [3]float64 // nominal, core, outer
}

// recount counts by plain SQL what the statistics say: states from the case,
// ground as the union of the newest runs, clipped to an area if one is named.
func (s *site) recount(conn *pgx.Conn, where, area string) (n tally) {
	s.t.Helper()
	err := conn.QueryRow(s.ctx, `SELECT count(*), count(*) FILTER (WHERE status = 'settled'),
		count(*) FILTER (WHERE status IN ('opened', 'surveyed', 'mediating')), count(*) FILTER (WHERE crosses_county)
		FROM dispute_case AS c WHERE `+where+inArea(area)).Scan(&n.accepted, &n.resolved, &n.open, &n.crossing)
	if err != nil {
		s.t.Fatal(err)
	}
	for i, level := range []string{"nominal", "core", "outer"} {
		for into, states := range map[*float64]string{&n.openM2[i]: "IN", &n.closedM2[i]: "NOT IN"} {
			clip := "u"
			if area != "" {
				clip = "ST_Intersection(u, (SELECT outline FROM administrative_area WHERE code = '" + area + "'))"
			}
			err := conn.QueryRow(s.ctx, `SELECT coalesce(ST_Area((`+clip+`)::geography), 0) FROM (
				SELECT ST_Union(g.ground) AS u FROM dispute_case AS c JOIN newest('`+level+`') AS g ON g.case_id = c.id
				WHERE `+where+inArea(area)+` AND c.status `+states+` ('opened', 'surveyed', 'mediating')) AS united`).Scan(into)
			if err != nil {
				s.t.Fatal(err)
			}
		}
	}
	return n
}

func inArea(area string) string {
	if area == "" {
		return ""
	}
	return ` AND EXISTS (SELECT FROM newest('nominal') AS g, administrative_area AS a
		WHERE g.case_id = c.id AND a.code = '` + area + `' AND ST_Intersects(a.outline, g.ground))`
}

func (n tally) matches(t *testing.T, name string, got api.Tally) {
	t.Helper()
	if got.Accepted != n.accepted || got.Resolved != n.resolved || got.Open != n.open || got.ThreeCross != n.crossing {
		t.Errorf("%s: accepted %d, resolved %d, open %d, three-cross %d; the recount says %+v", name, got.Accepted, got.Resolved, got.Open, got.ThreeCross, n)
	}
	if n.accepted > 0 {
		want := fmt.Sprintf("%.2f", math.Floor(float64(n.resolved)*1e4/float64(n.accepted)+0.5)/100)
		if got.Rate == nil || fmt.Sprintf("%.2f", *got.Rate) != want {
			t.Errorf("%s: rate %v, want %s", name, got.Rate, want)
		}
	}
	for _, c := range []struct {
		name string
		got  api.Contested
		want [3]float64
	}{{"open", got.OpenGround, n.openM2}, {"closed", got.ClosedGround, n.closedM2}} {
		for i, area := range []api.Area{c.got.Nominal, c.got.Core, c.got.Outer} {
			// A square centimetre in each hundred square metres, for the grid of 1e-9 degrees.
			if m2 := float64(area.SquareMetres); math.Abs(m2-c.want[i]) > 1e-6*c.want[i]+0.01 {
				t.Errorf("%s: %s ground at level %d = %.3f m², the recount says %.3f", name, c.name, i, m2, c.want[i])
			}
		}
	}
}

func TestFiguresAreThoseOfAPlainRecount(t *testing.T) {
	s := open(t)
	s.newestRuns()
	s.manyCases()
	conn, err := pgx.Connect(s.ctx, s.dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(s.ctx) }()

	var whole, city, narrow api.Statistics
	s.get("/api/v1/statistics").want(200).as(&whole)
	all := s.recount(conn, "true", "")
	all.matches(t, "everything", whole.Total)
	if all.accepted != 300 || all.crossing == 0 {
		t.Fatalf("the recount %+v has no cases over a county line: it would not show much", all)
	}
	// Counted twice, the shared halves would add 20,000 m² for each such pair of open cases.
	sum := 0.0
	if err := conn.QueryRow(s.ctx, `SELECT sum(ST_Area(ground::geography)) FROM newest('nominal') AS g
		JOIN dispute_case AS c ON c.id = g.case_id WHERE status IN ('opened', 'mediating')`).Scan(&sum); err != nil {
		t.Fatal(err)
	}
	if sum-all.openM2[0] < 20_000 {
		t.Fatalf("open cases share %.0f m²: that would not show much", sum-all.openM2[0])
	}
	for _, k := range whole.ByKind {
		s.recount(conn, "kind = '"+string(k.Kind)+"'", "").matches(t, string(k.Kind), k.Tally)
	}
	months := 0
	for _, m := range whole.ByMonth {
		months += m.Tally.Accepted
		s.recount(conn, "to_char(accepted_on, 'YYYY-MM') = '"+m.Month+"'", "").matches(t, m.Month, m.Tally)
		var resolved int
		if err := conn.QueryRow(s.ctx, "SELECT count(*) FROM dispute_case WHERE status = 'settled' AND to_char(ended_on, 'YYYY-MM') = $1", m.Month).Scan(&resolved); err != nil {
			t.Fatal(err)
		}
		if m.ResolvedInMonth != resolved {
			t.Errorf("%s: resolved in it %d, the recount says %d", m.Month, m.ResolvedInMonth, resolved)
		}
	}
	if months != 300 {
		t.Errorf("the months add up to %d cases, want 300", months)
	}

	s.get("/api/v1/statistics?area=450100000000").want(200).as(&city)
	s.recount(conn, "true", "450100000000").matches(t, "the city", city.Total)
	counties := 0
	for _, a := range city.ByArea {
		counties += a.Tally.Accepted
		s.recount(conn, "true", a.Area.Code).matches(t, a.Area.Name, a.Tally)
	}
	if len(city.ByArea) != 2 || counties != 300+all.crossing || city.Area == nil || len(*city.Path) != 2 {
		t.Errorf("%d counties with %d cases, want 2 with 300 and the %d that cross counted in both", len(city.ByArea), counties, all.crossing)
	}
	s.get("/api/v1/statistics?area=450121000000&kind=forest&accepted_from=2024-06-01&accepted_before=2025-01-01").want(200).as(&narrow)
	s.recount(conn, "kind = 'forest' AND accepted_on >= '2024-06-01' AND accepted_on < '2025-01-01'", "450121000000").matches(t, "forest in one county", narrow.Total)
	if narrow.Total.Accepted == 0 {
		t.Error("the narrow question finds nothing: it would not show much")
	}

	// Every number opens the list with its filter, which counts the same.
	for query, want := range map[string]int{
		"": whole.Total.Accepted, "resolved=true": whole.Total.Resolved, "resolved=false": whole.Total.Open, "three_cross=true": whole.Total.ThreeCross,
		"area=450121000000": city.ByArea[0].Tally.Accepted,
		"area=450121000000&kind=forest&accepted_from=2024-06-01&accepted_before=2025-01-01": narrow.Total.Accepted,
	} {
		var page api.CasePage
		s.get("/api/v1/cases?limit=1&" + query).want(200).as(&page)
		if page.Total != want {
			t.Errorf("the list %q has %d cases, the statistics %d", query, page.Total, want)
		}
	}
	if strings.Contains(fmt.Sprint(whole), "NaN") {
		t.Error("a figure is no number")
	}
}
