package main

import (
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"jieshi/mediation"
)

var (
	isID     = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	isHash   = regexp.MustCompile(`^[0-9a-f]{64}$`)
	isNumber = regexp.MustCompile(`^JS-\d{4}-\d{4}$`)
)

func (d document) matches(path string, re *regexp.Regexp) {
	d.t.Helper()
	if text := d.text(path); !re.MatchString(text) {
		d.t.Errorf("%s = %q, which does not match %s", path, text, re)
	}
}

func (d document) near(path string, want, tolerance float64) {
	d.t.Helper()
	if got := d.number(path); math.Abs(got-want) > tolerance {
		d.t.Errorf("%s = %v, want %v ± %v", path, got, want, tolerance)
	}
}

// isMeasure looks at an area as the contract has it: m² and what follows from it.
func (d document) isMeasure(path string, m2, tolerance float64) {
	d.t.Helper()
	d.near(path+".m2", m2, tolerance)
	d.near(path+".mu", d.number(path+".m2")*3/2000, 0.6e-4) // rounded to 4 decimals
	d.near(path+".ha", d.number(path+".m2")/10_000, 0.6e-6) // to 6
	if method := d.text(path + ".method"); method != "ellipsoidal" {
		d.t.Errorf("%s.method = %q, want ellipsoidal", path, method)
	}
	if sigma := d.number(path + ".sigma_m2"); sigma < 0 || sigma == 0 && m2 > 0 {
		d.t.Errorf("%s.sigma_m2 = %v, which is no error of %v m²", path, sigma, m2)
	}
}

/*
Metres from (632000, 2683000) in EPSG:4545:

	100 +---------------+
	    | A         +---|-------+ 90
	    |           |A∩B|   B   |
	  0 +-----------+---+-------+
	    0          80  100     200

Plane: A 10 000 m², B 120 × 90 = 10 800 m², A∩B 20 × 90 = 1800 m². The zone's
scale at 132 km from its meridian is 1 + 132²/(2·6378²) = 1.000214, so that the
ground is 0.0428 % smaller.
*/
const onGround = 1 / (1.000214 * 1.000214)

func TestTheMainJobSpeaksTheContract(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) { //nolint:thelper // it is the test
		ctx := t.Context()
		walkA := writeWalk(t, filepath.Join(b.root, "walk-a.pos"), rectangle(0, 0, 100, 100)...)
		walkB := writeWalk(t, filepath.Join(b.root, "walk-b.pos"), rectangle(80, 0, 200, 90)...)
		picture := writePicture(t, filepath.Join(b.root, "flight.tif"), 400)

		opened := b.run(ctx, "case", "create", "--kind", "land", "--title", "榄冲岭", "--srid", "4545", "--json").want(t, exitDone).document(t)
		opened.matches("id", isID)
		opened.matches("number", isNumber)
		if srid := opened.number("srid"); srid != 4545 {
			t.Errorf("srid = %v, want 4545", srid)
		}
		number := opened.text("number")

		a := b.run(ctx, "ingest", "walk", walkA, "--case", number, "--party", "龙塘村第三村民小组", "--json").want(t, exitDone).document(t)
		a.matches("walk", isID)
		a.matches("claim", isID)
		a.matches("sha256", isHash)
		if status := a.text("status"); status != "adopted" {
			t.Errorf("status = %q, want adopted", status)
		}
		// Two metres apart round 400 m, and the first place again.
		for kind, want := range map[string]float64{"fixed": 201, "float": 0, "ppp": 0, "dgps": 0, "single": 0, "unknown": 0, "total": 201, "used": 201} {
			a.near("fixes."+kind, want, 0)
		}
		a.near("closing_gap_m", 0, 0.001)
		if faults := a.list("faults"); len(faults) != 0 {
			t.Errorf("faults = %v, want none", faults)
		}
		a.isMeasure("area", 10_000*onGround, 0.1)
		a.near("plane_m2", 10_000, 0.01)

		second := b.run(ctx, "ingest", "walk", walkB, "--case", number, "--party", "古蓬村第一村民小组", "--json").want(t, exitDone).document(t)
		second.isMeasure("area", 10_800*onGround, 0.1)
		second.matches("run", isID)

		photo := b.run(ctx, "ingest", "ortho", picture, "--case", number, "--json").want(t, exitDone).document(t)
		photo.matches("orthophoto", isID)
		photo.matches("sha256", isHash)
		if status := photo.text("status"); status != "ready" {
			t.Errorf("status = %q, want ready", status)
		}
		photo.near("srid", 4545, 0)
		photo.near("valid_fraction", 0.75, 0)
		photo.near("valid_area_m2", 0.75*200*200, 10) // on the plane or on the ground: 0.04 % apart
		photo.near("gsd_m", 0.5, 0.001)

		run := b.run(ctx, "contest", "--case", number, "--json").want(t, exitDone).document(t)
		run.matches("run", isID)
		run.matches("sha256", isHash)
		pieces := run.list("pieces")
		if len(pieces) != 1 {
			t.Fatalf("%d pieces, want 1", len(pieces))
		}
		piece := pieces[0]
		piece.near("n", 1, 0)
		if parties, want := piece.at("parties"), []any{"龙塘村第三村民小组", "古蓬村第一村民小组"}; !slices.Equal(parties.([]any), want) {
			t.Errorf("parties = %v, want %v", parties, want)
		}
		if verdict := piece.text("verdict"); verdict != "certain" {
			t.Errorf("verdict = %q, want certain", verdict)
		}
		// k·sigma is 2 cm on every side, less what the rounding of corners adds outside.
		for _, of := range []document{piece, run} {
			of.isMeasure("nominal", 1800*onGround, 0.1)
			of.near("nominal.plane_m2", 1800, 0.01)
			of.isMeasure("core", (20-0.04)*(90-0.04)*onGround, 1)
		}
		run.isMeasure("outer", (20+0.04)*(90+0.04)*onGround, 1)
		pairs := run.list("pairs")
		if len(pairs) != 1 {
			t.Fatalf("%d pairs, want 1", len(pairs))
		}
		pairs[0].isMeasure("nominal", 1800*onGround, 0.1)
		pairs[0].isMeasure("core", (20-0.04)*(90-0.04)*onGround, 1)
		pairs[0].isMeasure("outer", (20+0.04)*(90+0.04)*onGround, 1)

		if again := b.run(ctx, "contest", "--case", number, "--json").want(t, exitDone).document(t); again.text("run") != run.text("run") {
			t.Errorf("a second look made run %s of the same claims, want %s", again.text("run"), run.text("run"))
		}

		chain := b.run(ctx, "evidence", "list", "--case", number, "--json").want(t, exitDone).document(t)
		if !value[bool](chain, "verified") || chain.at("fault") != nil {
			t.Errorf("verified = %v, fault = %v, want a chain that is whole", chain.at("verified"), chain.at("fault"))
		}
		var kinds []string
		previous := strings.Repeat("0", 64)
		for _, item := range chain.list("evidence") {
			kinds = append(kinds, item.text("kind"))
			item.matches("content_sha256", isHash)
			item.matches("link_sha256", isHash)
			if prev := item.text("prev_sha256"); prev != previous {
				t.Errorf("item %v follows %s, want %s", item.at("seq"), prev, previous)
			}
			previous = item.text("link_sha256")
			if by := item.text("filed_by"); by != "测绘员 surveyor" {
				t.Errorf("filed_by = %q, want the actor", by)
			}
			if with := item.text("software"); with != software() {
				t.Errorf("software = %q, want %q", with, software())
			}
		}
		if want := []string{"walk", "walk", "orthophoto", "run"}; !slices.Equal(kinds, want) {
			t.Errorf("evidence = %v, want %v", kinds, want)
		}

		for _, out := range []string{filepath.Join(b.root, "bundle.zip"), filepath.Join(b.root, "bundle")} {
			exported := b.run(ctx, "evidence", "export", "--case", number, "--out", out, "--json").want(t, exitDone).document(t)
			if bundle := exported.text("bundle"); bundle != out {
				t.Errorf("bundle = %q, want %q", bundle, out)
			}
			// No database: nothing may be looked up, wherever that might be.
			elsewhere := &bench{data: filepath.Join(b.root, "nowhere"), environ: []string{"DATABASE_URL=postgres://nobody@127.0.0.1:1/none"}}
			verified := elsewhere.run(ctx, "evidence", "verify", out, "--json").want(t, exitDone).document(t)
			verified.near("items", 4, 0)
			verified.near("originals", 3, 0)
			verified.near("pieces", 1, 0)
			if head := verified.text("head_sha256"); head != previous {
				t.Errorf("head of the bundle = %s, want %s", head, previous)
			}
			if _, err := os.Stat(elsewhere.data); err == nil {
				t.Error("verify made a data directory")
			}
		}
		if left := b.onTheWay(t); len(left) > 0 {
			t.Errorf("left on the way in: %v", left)
		}
	})
}

/*
A figure of eight: the line crosses itself at (50, 50).

	100 +-------+
	     \     /
	      \   /
	   50  \ /
	       / \
	      /   \
	  0  +-----+
*/
func TestALineThatCrossesItselfIsQuestioned(t *testing.T) {
	b := newServedBench(t)
	ctx, number := t.Context(), b.openCase(t)
	path := writeWalk(t, filepath.Join(b.root, "eight.pos"), [][2]float64{{0, 0}, {100, 0}, {0, 100}, {100, 100}}...)
	walk := []string{"ingest", "walk", path, "--case", number, "--party", "甲"}

	questioned := b.run(ctx, append(walk, "--json")...).want(t, exitQuestioned).document(t)
	if status := questioned.text("status"); status != "questioned" {
		t.Errorf("status = %q, want questioned", status)
	}
	if claim := questioned.at("claim"); claim != nil {
		t.Errorf("claim = %v: a questioned walk claims nothing", claim)
	}
	faults := questioned.list("faults")
	if len(faults) != 1 {
		t.Fatalf("%d faults, want 1", len(faults))
	}
	if rule := faults[0].text("rule"); rule != "crosses" {
		t.Errorf("rule = %q, want crosses", rule)
	}
	faults[0].near("at.x", east+50, 0.1)
	faults[0].near("at.y", north+50, 0.1)
	b.run(ctx, "contest", "--case", number, "--json").want(t, exitRefused)

	told := b.run(ctx, walk...).want(t, exitQuestioned)
	if !strings.Contains(told.stdout, "questioned") || !strings.Contains(told.stdout, "crosses") {
		t.Errorf("a person is not told what is questioned: %s", told.stdout)
	}

	adopted := b.run(ctx, append(walk, "--repair", "enclose", "--json")...).want(t, exitDone).document(t)
	if status := adopted.text("status"); status != "adopted" {
		t.Errorf("status = %q, want adopted", status)
	}
	if again := adopted.list("faults"); len(again) != 1 {
		t.Errorf("%d faults after the repair, want the one: a repair is shown", len(again))
	}
	adopted.near("plane_m2", 2*100*50/2, 0.1) // two triangles
	adopted.matches("claim", isID)

	known := b.run(ctx, append(walk, "--repair", "enclose", "--json")...).want(t, exitDone).document(t)
	if !value[bool](known, "known") || known.text("walk") != adopted.text("walk") || known.text("claim") != adopted.text("claim") {
		t.Errorf("the same file told in the same way is walk %s, want the known %s", known.text("walk"), adopted.text("walk"))
	}
}

func TestTheSigmaThatAPersonStatesCounts(t *testing.T) {
	b := newServedBench(t)
	number := b.openCase(t)
	path := writeWalk(t, filepath.Join(b.root, "walk.pos"), rectangle(0, 0, 100, 100)...)
	walk := b.run(t.Context(), "ingest", "walk", path, "--case", number, "--party", "甲", "--sigma", "0.5", "--json").want(t, exitDone).document(t)
	walk.near("sigma.m", 0.5, 0)
	// sigma_A = sigma/2 · sqrt(Σ|P(i+1) − P(i−1)|²) over fixes 2 m apart: 4 m along the sides, √8 m across the 4 corners.
	walk.near("area.sigma_m2", 0.5/2*math.Sqrt(196*4*4+4*8), 0.01)
}

func TestExitStatuses(t *testing.T) {
	b := newServedBench(t)
	ctx, number := t.Context(), b.openCase(t)
	walk := writeWalk(t, filepath.Join(b.root, "walk.pos"), rectangle(0, 0, 100, 100)...)
	wide := strings.Repeat("界", 301)
	for _, tc := range []struct {
		name   string
		args   []string
		status int
		code   string
	}{
		{"no verb", nil, exitUsage, "usage"},
		{"no such verb", []string{"contests"}, exitUsage, "usage"},
		{"no such flag", []string{"contest", "--bogus"}, exitUsage, "usage"},
		{"a group alone", []string{"ingest"}, exitUsage, "usage"},
		{"a case without a kind", []string{"case", "create", "--title", "T"}, exitUsage, "usage"},
		{"a kind that is none", []string{"case", "create", "--title", "T", "--kind", "sea"}, exitUsage, "usage"},
		{"a title of blanks", []string{"case", "create", "--title", "  ", "--kind", "land"}, exitUsage, "usage"},
		{"a title without end", []string{"case", "create", "--title", wide, "--kind", "land"}, exitUsage, "usage"},
		{"a title that is no text", []string{"case", "create", "--title", "a\xff", "--kind", "land"}, exitRefused, "not_text"},
		{"accepted in the future", []string{"case", "create", "--title", "T", "--kind", "land", "--accepted", "9999-12-31"}, exitUsage, "usage"},
		{"a working CRS in degrees", []string{"case", "create", "--title", "T", "--kind", "land", "--srid", "4326"}, exitRefused, "srid_not_working"},
		{"the CRS of web maps", []string{"case", "create", "--title", "T", "--kind", "land", "--srid", "3857"}, exitRefused, "srid_not_working"},
		{"a working CRS that is none", []string{"case", "create", "--title", "T", "--kind", "land", "--srid", "99999999999"}, exitRefused, "srid_not_working"},
		{"no such case", []string{"contest", "--case", "JS-1999-0001"}, exitRefused, "not_found"},
		{"a case number that is no text", []string{"contest", "--case", "a\xff"}, exitRefused, "not_text"},
		{"no claims", []string{"contest", "--case", number}, exitRefused, "no_run"},
		{"no move", []string{"case", "move", number, "settled"}, exitRefused, "move_not_allowed"},
		{"nobody acts", []string{"contest", "--case", number, "--actor", " "}, exitUsage, "usage"},
		{"no file named", []string{"ingest", "walk", "--case", number, "--party", "甲"}, exitUsage, "usage"},
		{"no party", []string{"ingest", "walk", walk, "--case", number}, exitUsage, "usage"},
		{"a party of blanks", []string{"ingest", "walk", walk, "--case", number, "--party", " "}, exitRefused, "party_name"},
		{"a walk to no case", []string{"ingest", "walk", walk, "--case", "JS-1999-0001", "--party", "甲"}, exitRefused, "not_found"},
		{"no such repair", []string{"ingest", "walk", walk, "--case", number, "--party", "甲", "--repair", "guess"}, exitUsage, "usage"},
		{"no sigma", []string{"ingest", "walk", walk, "--case", number, "--party", "甲", "--sigma", "0"}, exitUsage, "usage"},
		{"sigma that is no number", []string{"ingest", "walk", walk, "--case", number, "--party", "甲", "--sigma", "nan"}, exitUsage, "usage"},
		{"no such track", []string{"ingest", "walk", walk, "--case", number, "--party", "甲", "--track", "2"}, exitRefused, "track_missing"},
		{"a track before the first", []string{"ingest", "walk", walk, "--case", number, "--party", "甲", "--track", "-1"}, exitRefused, "track_missing"},
		{"no such time", []string{"ingest", "ortho", walk, "--case", number, "--captured-from", "yesterday"}, exitUsage, "usage"},
		{"an end without a beginning", []string{"ingest", "ortho", walk, "--case", number, "--captured-to", "2026-10-15T08:00:00Z"}, exitUsage, "usage"},
		{"evidence of a case without claims", []string{"evidence", "export", "--case", number, "--out", filepath.Join(b.root, "x.zip")}, exitRefused, "no_run"},
		{"no such bundle", []string{"evidence", "verify", filepath.Join(b.root, "none.zip")}, exitUsage, "usage"},
		{"no bundle", []string{"evidence", "verify", walk}, exitRefused, "not_a_bundle"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := b.run(ctx, append(tc.args, "--json")...).want(t, tc.status).document(t)
			if code := got.text("code"); code != tc.code {
				t.Errorf("code = %q, want %q", code, tc.code)
			}
			for _, path := range []string{"reason.zh", "reason.en"} {
				if got.text(path) == "" {
					t.Errorf("%s is empty", path)
				}
			}
			if tc.status == exitRefused && (got.text("remedy.zh") == "" || got.text("remedy.en") == "") {
				t.Errorf("remedy = %v: a refusal says what to do", got.at("remedy"))
			}
			told := b.run(ctx, tc.args...).want(t, tc.status)
			if told.stdout != "" || !strings.Contains(told.stderr, got.text("reason.en")) {
				t.Errorf("a person reads %q on standard output and %q on standard error, want the reason on the latter", told.stdout, told.stderr)
			}
		})
	}
}

func TestAFaultOfOursIsOne(t *testing.T) {
	b := newServedBench(t)
	for _, tc := range []struct {
		name string
		env  string
	}{
		{"a database that does not answer", "DATABASE_URL=postgres://nobody@127.0.0.1:1/none?connect_timeout=2"},
		{"a database address that is none", "DATABASE_URL=postgres://%zz"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			broken := &bench{root: b.root, data: b.data, environ: append(slices.Clone(b.environ), tc.env)}
			got := broken.run(t.Context(), "case", "list", "--json").want(t, exitFault).document(t)
			if got.text("status") != "fault" {
				t.Errorf("status = %q, want fault", got.text("status"))
			}
		})
	}
}

// Whoever works without --json reads Chinese and English, and no JSON.
func TestPeopleReadWhatWasFound(t *testing.T) {
	b := newServedBench(t)
	ctx, number := t.Context(), b.openCase(t)
	walkA := writeWalk(t, filepath.Join(b.root, "walk-a.pos"), rectangle(0, 0, 100, 100)...)
	walkB := writeWalk(t, filepath.Join(b.root, "walk-b.pos"), rectangle(80, 0, 200, 90)...)
	picture := writePicture(t, filepath.Join(b.root, "flight.tif"), 64)
	bundle := filepath.Join(b.root, "bundle.zip")
	for _, tc := range []struct {
		args []string
		want []string
	}{
		{[]string{"case", "create", "--kind", "forest", "--title", "青云岭"}, []string{"forest", "青云岭", "opened"}},
		{[]string{"ingest", "walk", walkA, "--case", number, "--party", "甲村"}, []string{"甲村", "采用 adopted", "亩", "EPSG:4545"}},
		{[]string{"ingest", "walk", walkB, "--case", number, "--party", "乙村"}, []string{"乙村", "采用 adopted"}},
		{[]string{"ingest", "ortho", picture, "--case", number}, []string{"正射影像", "75.000 %", "EPSG:4545"}},
		{[]string{"contest", "--case", number}, []string{"争议区", "2.70 亩", "确定 certain", "甲村 × 乙村"}}, // 1800 m² is 2.7 mu
		{[]string{"evidence", "list", "--case", number}, []string{"证据链完整", "boundary walk: 甲村"}},
		{[]string{"evidence", "export", "--case", number, "--out", bundle}, []string{bundle, "jieshi evidence verify"}},
		{[]string{"evidence", "verify", bundle}, []string{"证据包完整", number}},
		{[]string{"case", "move", number, string(mediation.Surveyed)}, []string{number, "surveyed"}},
		{[]string{"case", "list"}, []string{number, "榄冲岭", "青云岭"}},
		{[]string{"doctor"}, []string{"PostGIS", "GDAL", "sandbox", "seccomp"}},
		{[]string{"--help"}, []string{"Exit status", "ingest"}},
	} {
		got := b.run(ctx, tc.args...)
		if got.args[2] == "doctor" && got.status == exitFault { // a test binary may lack the page or the font
			got.status = exitDone
		} else if got.stderr != "" {
			t.Errorf("jieshi %q says %q on standard error", tc.args, got.stderr)
		}
		got.want(t, exitDone)
		if strings.HasPrefix(strings.TrimSpace(got.stdout), "{") {
			t.Errorf("jieshi %q speaks JSON to a person: %s", tc.args, got.stdout)
		}
		for _, want := range tc.want {
			if !strings.Contains(got.stdout, want) {
				t.Errorf("jieshi %q does not say %q: %s", tc.args, want, got.stdout)
			}
		}
	}
}
