package gnss_test

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"jieshi/ingest"
	"jieshi/ingest/gnss"
)

// realFile opens a file of the folder of real data, of which this repository
// holds no copy.
func realFile(t *testing.T, name string) *os.File {
	t.Helper()
	dir := os.Getenv("JIESHI_REAL_DATA")
	if dir == "" {
		t.Skip("JIESHI_REAL_DATA does not name the folder of real data")
	}
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func readReal(t *testing.T, name string) []ingest.Walk {
	t.Helper()
	walks, err := gnss.Read(realFile(t, name), gnss.Limits{})
	if err != nil {
		t.Fatalf("Read(%s) error = %v", name, err)
	}
	return walks
}

func qualities(w ingest.Walk) map[ingest.Quality]int {
	n := map[ingest.Quality]int{}
	for _, f := range w.Fixes {
		n[f.Quality]++
	}
	return n
}

func near(a, b, within float64) bool { return math.Abs(a-b) <= within }

func TestRealRoverSolution(t *testing.T) {
	walks := readReal(t, "gnss/rover_1Hz_rtk.pos")
	if len(walks) != 1 {
		t.Fatalf("%d walks, want 1", len(walks))
	}
	q := qualities(walks[0])
	if len(q) != 2 || q[ingest.QualityFixed] != 142 || q[ingest.QualityFloat] != 389 {
		t.Errorf("qualities %v, want 142 fixed and 389 float", q)
	}
	first := walks[0].Fixes[0]
	if want := utc(t, "2023-07-11T06:04:14Z"); !first.Time.Equal(want) { // GPST 06:04:32
		t.Errorf("first fix at %v, want %v", first.Time, want)
	}
	if len(walks[0].Notes) != 0 {
		t.Errorf("notes %v, want none", walks[0].Notes)
	}
}

func TestRealReferenceSolution(t *testing.T) {
	walks := readReal(t, "gnss/reference_1Hz.pos")
	if len(walks) != 1 || len(walks[0].Fixes) != 1231 {
		t.Fatalf("%d walks, first of %d fixes; want one of 1231", len(walks), len(walks[0].Fixes))
	}
}
