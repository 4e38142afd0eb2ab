package sheet_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"jieshi/ingest"
	"jieshi/internal/bundle/bundletest"
	"jieshi/internal/sheet"
	"jieshi/mediation"
)

// pageText returns what a reader can copy from the page.
func pageText(t testing.TB, pdf []byte) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("there is no pdftotext on this machine (package poppler-utils)")
	}
	path := filepath.Join(t.TempDir(), "sheet.pdf")
	if err := os.WriteFile(path, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tool, "-raw", "-enc", "UTF-8", path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	if pages := bytes.Count(out, []byte("\f")); pages != 1 {
		t.Errorf("the sheet has %d pages, want 1", pages)
	}
	return string(out)
}

func TestPageSaysWhatTheCaseIs(t *testing.T) {
	got := pageText(t, draw(t, sample()))
	file := filepath.Join("testdata", "page.golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; if the new page is right, run go test ./internal/sheet -update\n got: %s\nwant: %s", file, got, want)
	}
	d := bundletest.New()
	for _, must := range []string{
		"争议地范围示意，不作为确权依据", "determines no right", "GX-2026-0042", "EPSG:4545", "108°", "1:5 000", "北 N",
		d.Evidence[3].LinkSHA256.String(), mediation.Hash(d.Run.SHA256).String(), "见证人", "调解员", "南屯村第三村民小组",
		fmt.Sprintf("%.2f 亩", d.Run.Contested.Nominal.Ellipsoidal.SquareMetres.Mu()),
		fmt.Sprintf("(%.2f – %.2f)", d.Run.Contested.Core.Ellipsoidal.SquareMetres.Mu(), d.Run.Contested.Outer.Ellipsoidal.SquareMetres.Mu()),
	} {
		if !strings.Contains(got, must) {
			t.Errorf("the page does not say %q", must)
		}
	}
	if strings.Contains(got, "界址") {
		t.Error("the page calls a claim line 界址线, which only a determined line is")
	}
}

// A case as crooked as the store allows: 26 parties, 40 pieces, long names in
// letters that no font has.
func TestCrowdedSheetStaysOnePage(t *testing.T) {
	s := sample()
	s.Case.Title = strings.Repeat("龘𠮷👍 very long title ", 20)
	s.Software = strings.Repeat("software ", 30)
	ring := s.Run.Pieces[0].Ground[0]
	piece := s.Run.Pieces[0]
	s.Run.Pieces, s.Run.Pairs, s.Claims, s.Case.Parties = nil, nil, nil, nil
	for i := range 40 {
		p := piece
		p.N, p.Sides = i+1, []int{i%26 + 1, (i+1)%26 + 1, (i+2)%26 + 1}
		shift := orb.Point{float64(i%8) * 70, float64(i/8) * 75}
		p.Ground, p.CoreGround = orb.Polygon{moved(ring, shift)}, nil
		p.Label = orb.Point{piece.Label[0] + shift[0], piece.Label[1] + shift[1]}
		if i%3 == 0 {
			p.Verdict = mediation.WithinTolerance
		}
		s.Run.Pieces = append(s.Run.Pieces, p)
		s.Run.Pairs = append(s.Run.Pairs, mediation.Pair{Sides: [2]int{i%26 + 1, (i+1)%26 + 1}})
	}
	for i := range mediation.MaxParties {
		party := mediation.Party{Side: i + 1, Name: fmt.Sprintf("第%d村民小组𠮷 with a name that goes on and on and on", i+1)}
		s.Case.Parties = append(s.Case.Parties, party)
		s.Claims = append(s.Claims, mediation.Claim{
			Party: party, SigmaM: 0.05, Source: "certificate",
			Ground: orb.MultiPolygon{{moved(ring, orb.Point{float64(i%8) * 70, float64(i/8) * 75})}},
		})
	}
	got := pageText(t, draw(t, s))
	if !strings.Contains(got, "□ stands for") {
		t.Error("the page does not say that characters were lost")
	}
	if !strings.Contains(got, "+33") {
		t.Error("the table of areas does not sum up the pieces that it leaves out")
	}
}

func moved(ring orb.Ring, by orb.Point) orb.Ring {
	out := make(orb.Ring, len(ring))
	for i, p := range ring {
		out[i] = orb.Point{p[0] + by[0], p[1] + by[1]}
	}
	return out
}

func TestSheetWithoutContestSaysSo(t *testing.T) {
	s := sample()
	s.Run.Pieces, s.Run.Extents, s.Run.Pairs, s.Run.Contested = nil, nil, nil, mediation.Contested{}
	s.Claims, s.Head = s.Claims[:1], mediation.Hash{}
	got := pageText(t, draw(t, s))
	for _, must := range []string{"没有争议地块", "尚无证据", "0.00 亩"} {
		if !strings.Contains(got, must) {
			t.Errorf("the page does not say %q", must)
		}
	}
}

func TestSheetWithoutGroundIsRefused(t *testing.T) {
	for name, ground := range map[string]orb.MultiPolygon{
		"no claim at all":      nil,
		"a claim of nothing":   {},
		"a claim of a point":   {{{{1, 1}, {1, 1}, {1, 1}, {1, 1}}}},
		"a claim of no number": {{{{1, 1}, {math.NaN(), 1}, {2, 2}, {1, 1}}}},
		"a claim without end":  {{{{1, 1}, {math.Inf(1), 1}, {2, 2}, {1, 1}}}},
	} {
		s := sample()
		s.Run.Pieces, s.Run.Extents, s.Claims = nil, nil, s.Claims[:1]
		s.Claims[0].Ground = ground
		err := sheet.Write(&bytes.Buffer{}, s, font(t))
		var refusal *ingest.Refusal
		if !errors.As(err, &refusal) || refusal.Code != "nothing_to_draw" {
			t.Errorf("%s: Write() error = %v, want nothing_to_draw", name, err)
		}
	}
}

// Whatever stands in the case, the sheet is drawn or refused; it never panics.
func TestSheetTakesAnyText(t *testing.T) {
	f := font(t)
	base := sample()
	rapid.Check(t, func(t *rapid.T) {
		s := base
		s.Case.Title = rapid.String().Draw(t, "title")
		s.Case.Number = rapid.String().Draw(t, "number")
		s.Case.Kind = mediation.Kind(rapid.String().Draw(t, "kind"))
		s.Case.Parties = nil
		s.Software = rapid.String().Draw(t, "software")
		s.Claims = s.Claims[:0:0]
		for i, c := range base.Claims {
			c.Party.Name = rapid.String().Draw(t, "party")
			c.Party.Side = rapid.IntRange(-1, 40).Draw(t, "side")
			c.Source = rapid.String().Draw(t, "source")
			c.Ground = base.Claims[i].Ground
			s.Claims = append(s.Claims, c)
		}
		s.Run.Engine = map[string]string{rapid.String().Draw(t, "engine"): rapid.String().Draw(t, "version")}
		if err := sheet.Write(&bytes.Buffer{}, s, f); err != nil {
			t.Fatal(err)
		}
	})
}

func TestScaleIsRoundAndShowsAllGround(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.Float64Range(0.5, 60_000).Draw(t, "width")
		height := rapid.Float64Range(0.5, 60_000).Draw(t, "height")
		ground := orb.Polygon{{{630000, 2680000}, {630000 + width, 2680000}, {630000 + width, 2680000 + height}, {630000, 2680000}}}
		s := sheet.Sheet{Claims: []mediation.Claim{{Party: mediation.Party{Side: 1}, Ground: orb.MultiPolygon{ground}}}}
		w, err := s.Window()
		if err != nil {
			t.Fatal(err)
		}
		if !w.Bounds.Contains(ground.Bound().Min) || !w.Bounds.Contains(ground.Bound().Max) {
			t.Fatalf("1:%d shows %v, the ground is %v", w.Scale, w.Bounds, ground.Bound())
		}
		if w.Scale < 500 || w.Scale%50 != 0 {
			t.Fatalf("1:%d is not a round scale", w.Scale)
		}
		if used := max(width/(w.Bounds.Max[0]-w.Bounds.Min[0]), height/(w.Bounds.Max[1]-w.Bounds.Min[1])); w.Scale > 500 && used < 0.5 {
			t.Fatalf("1:%d uses %.0f %% of the map only", w.Scale, used*100)
		}
		if got := (w.Bounds.Max[0] - w.Bounds.Min[0]) / float64(w.Scale) * 1000; math.Abs(got-w.Width) > 1e-6 {
			t.Fatalf("%v mm of ground on %v mm of paper", got, w.Width)
		}
	})
}
