package ingest_test

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"jieshi/geo/crs"
	"jieshi/ingest"
	"jieshi/ingest/gnss"
)

// realWalk reads one walk of the real data, of which this repository has no copy.
func realWalk(t *testing.T, name string, track int) ingest.Walk {
	t.Helper()
	dir := os.Getenv("JIESHI_REAL_DATA")
	if dir == "" {
		t.Skip("JIESHI_REAL_DATA does not name the folder of real data")
	}
	f, err := os.Open(filepath.Join(dir, "gnss", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	walks, err := gnss.Read(f, gnss.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if len(walks) <= track {
		t.Fatalf("%s has %d walks", name, len(walks))
	}
	return walks[track]
}

// Wanted areas and gaps were computed with GEOS 3.11, to the digits given.
func TestReportsOfRealWalks(t *testing.T) {
	for _, tc := range []struct {
		name, file string
		track      int
		fixedOnly  bool
		srid       crs.SRID
		plane, gap float64
		within     float64
		faces      int // 0 is not checked
	}{
		{"a driven loop, all fixes", "rover_1Hz_rtk.pos", 0, false, 32653, 662417.9, 13.00, 0.1, 0},
		{"a driven loop, fixed only", "rover_1Hz_rtk.pos", 0, true, 32653, 626752.7, 13.00, 0.1, 0},
		{"the same loop as the reference saw it", "reference_1Hz.pos", 0, false, 32653, 656827.7, 12.97, 0.1, 0},
		{"a hiking loop without times or quality", "korita-zbevnica.gpx", 1, false, 32633, 1382001, 9.16, 0.5, 8},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := realWalk(t, tc.file, tc.track)
			r := report(t, w, ingest.Options{FixedOnly: tc.fixedOnly})
			if r.Status != ingest.Questioned || r.FaultCount == 0 || r.Boundary != nil {
				t.Errorf("%s with %d faults, want questioned: it crosses itself", r.Status, r.FaultCount)
			}
			if r.SRID != tc.srid || math.Abs(float64(r.ClosingGap)-tc.gap) > 0.005 {
				t.Errorf("SRID %d, gap %v m; want %d, %v", r.SRID, r.ClosingGap, tc.srid, tc.gap)
			}
			if math.Abs(float64(r.Plane)-tc.plane) > tc.within {
				t.Errorf("%v m² plane, want %v", r.Plane, tc.plane)
			}
			if tc.faces > 0 && r.Faces != tc.faces {
				t.Errorf("%d faces, want %d", r.Faces, tc.faces)
			}
			t.Logf("%d faults, %d gaps, %d jumps, sigma %.3f m by %s, %.1f ± %.1f m², %d faces",
				r.FaultCount, r.GapCount, r.JumpCount, r.Sigma.Metres, r.Sigma.Rule, r.Area.SquareMetres, r.Area.Sigma, r.Faces)

			mended := report(t, w, ingest.Options{FixedOnly: tc.fixedOnly, Repair: ingest.RepairEnclose})
			if mended.Status != ingest.Adopted || mended.FaultCount != r.FaultCount || mended.Plane != r.Plane || len(mended.Boundary) == 0 {
				t.Errorf("with repair: %s, %d faults, %v m², %d polygons", mended.Status, mended.FaultCount, mended.Plane, len(mended.Boundary))
			}
		})
	}
}
