package main

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"jieshi/internal/demo"
)

// The demonstration plays the whole main job; what it finds is compared with
// what was drawn. Played again it finds everything as it was.
func TestTheDemonstrationFindsTheTruth(t *testing.T) {
	if testing.Short() {
		t.Skip("the demonstration takes half a minute")
	}
	b := newBench(t)
	truth := demo.NewDispute(demoSeed)
	first := b.run(t.Context(), "demo", "--no-serve", "--json").want(t, exitDone).document(t)

	first.matches("case", isNumber)
	contested := float64(truth.Truth.ContestedArea)
	for _, level := range []string{"nominal", "core", "outer"} {
		first.isMeasure("contested."+level, contested, contested/50)
	}
	first.near("contested.nominal.plane_m2", contested, float64(truth.AreaTolerance))
	core, outer := first.number("contested.core.plane_m2"), first.number("contested.outer.plane_m2")
	if !(core < contested && contested < outer) {
		t.Errorf("the truth, %v m², is not between %v and %v", contested, core, outer)
	}
	pieces := first.list("pieces")
	if len(pieces) != 3 {
		t.Fatalf("%d pieces, want 3", len(pieces))
	}
	parties := []any{truth.Parties[0].Name, truth.Parties[1].Name}
	for i, verdict := range []string{"certain", "certain", "within_tolerance"} {
		if got := pieces[i].text("verdict"); got != verdict {
			t.Errorf("piece %d is %s, want %s", i+1, got, verdict)
		}
		if got := pieces[i].at("parties").([]any); !slices.Equal(got, parties) {
			t.Errorf("piece %d is of %v, want %v", i+1, got, parties)
		}
	}
	if !value[bool](first, "three_cross.city") || !value[bool](first, "three_cross.county") || value[bool](first, "three_cross.province") {
		t.Errorf("three_cross = %v, want city and county", first.at("three_cross"))
	}
	if n := len(first.list("evidence")); n != 4 { // the flight, two walks, the run
		t.Errorf("%d items of evidence, want 4", n)
	}
	bundle := first.text("bundle")
	if filepath.Dir(filepath.Dir(bundle)) != b.data {
		t.Errorf("the bundle is %s, want it below %s", bundle, b.data)
	}
	verified := b.run(t.Context(), "evidence", "verify", bundle, "--json").want(t, exitDone).document(t)
	verified.near("pieces", 3, 0)
	if left := b.onTheWay(t); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}

	stored := files(t, filepath.Join(b.data, "files"))
	again := b.run(t.Context(), "demo", "--no-serve", "--json").want(t, exitDone).document(t)
	for _, path := range []string{"case", "bundle"} {
		if again.text(path) != first.text(path) {
			t.Errorf("played again, %s = %q, want %q", path, again.text(path), first.text(path))
		}
	}
	if got, want := again.number("cases"), first.number("cases"); got != want {
		t.Errorf("played again, %v cases, want %v", got, want)
	}
	before, after := first.list("evidence"), again.list("evidence")
	if len(before) != len(after) {
		t.Fatalf("played again, %d items of evidence, want %d", len(after), len(before))
	}
	for i := range before {
		if before[i].text("link_sha256") != after[i].text("link_sha256") {
			t.Errorf("played again, item %d is another", i+1)
		}
	}
	if got, want := again.number("contested.nominal.m2"), first.number("contested.nominal.m2"); math.Abs(got-want) > 0 {
		t.Errorf("played again, %v m² are contested, want %v", got, want)
	}
	if got := files(t, filepath.Join(b.data, "files")); !slices.Equal(got, stored) {
		t.Errorf("played again, the files are %v, want %v", got, stored)
	}
	listed := b.run(t.Context(), "case", "list", "--json").want(t, exitDone).document(t)
	if got, want := len(listed.list("cases")), int(first.number("cases"))+1; got != want {
		t.Errorf("%d cases, want %d", got, want)
	}
	if _, err := os.Stat(bundle); err != nil {
		t.Error(err)
	}
}

// Played again on another day, the history is that of the first.
func TestTheHistoryEndsWhereItFirstDid(t *testing.T) {
	p := &program{config: config{DataDir: t.TempDir()}}
	first, err := p.historyEnd()
	if err != nil || time.Since(first) > time.Minute {
		t.Fatalf("historyEnd() = %v, %v, want now", first, err)
	}
	earlier := first.AddDate(0, -1, 0)
	if err := os.WriteFile(filepath.Join(p.config.DataDir, "demo-history-end"), []byte(earlier.Format(time.RFC3339)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if again, err := p.historyEnd(); err != nil || !again.Equal(earlier) {
		t.Errorf("historyEnd() = %v, %v, want that of a month ago, %v", again, err, earlier)
	}
}
