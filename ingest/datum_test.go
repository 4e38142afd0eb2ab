package ingest_test

import (
	"testing"

	"github.com/paulmach/orb"

	"jieshi/geo/crs"
	"jieshi/ingest"
)

func displaced(w ingest.Walk, to func(lon, lat float64) (float64, float64)) ingest.Walk {
	out := w
	out.Fixes = nil
	for _, f := range w.Fixes {
		f.Lon, f.Lat = to(f.Lon, f.Lat)
		f.Quality, f.SigmaEast, f.SigmaNorth = ingest.QualitySingle, 4, 4
		out.Fixes = append(out.Fixes, f)
	}
	return out
}

// A walks 200 m × 100 m with a receiver; B's phone records the fence that they
// share, and the other half of B's ground, in the datum of its map.
func TestADisplacedDatumIsDetectedAndNeverShifted(t *testing.T) {
	a := walked(t, along([2]float64{0, 0}, [2]float64{200, 0}, [2]float64{200, 100}, [2]float64{0, 100}, [2]float64{0, 0})...)
	var ring orb.Ring
	for _, f := range a.Fixes {
		ring = append(ring, orb.Point{f.Lon, f.Lat})
	}
	others := []orb.MultiPolygon{{{ring}}}
	b := walked(t, along([2]float64{203, -20}, [2]float64{203, 120}, [2]float64{260, 120}, [2]float64{260, -20}, [2]float64{203, -20})...)
	same := func(lon, lat float64) (float64, float64) { return lon, lat }
	for _, c := range []struct {
		name     string
		to       func(lon, lat float64) (float64, float64)
		detected ingest.Datum
		status   ingest.Status
	}{
		{"true", same, ingest.DatumTrue, ingest.Adopted},
		{"GCJ-02", crs.ToGCJ02, ingest.DatumGCJ, ingest.Questioned},
		{"BD-09", crs.ToBD09, ingest.DatumBD, ingest.Questioned},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := displaced(b, c.to)
			byLine := report(t, w, ingest.Options{Others: others})
			if d := byLine.Datum; d.Detected != c.detected || d.Confidence != ingest.Likely || byLine.Status != c.status {
				t.Errorf("by the other's line: %s %s, %s; want %s likely, %s: %+v", d.Detected, d.Confidence, byLine.Status, c.detected, c.status, d.Candidates)
			}
			marks := []ingest.Landmark{
				{Walked: orb.Point{w.Fixes[0].Lon, w.Fixes[0].Lat}, True: orb.Point{b.Fixes[0].Lon, b.Fixes[0].Lat}},
				{Walked: orb.Point{w.Fixes[50].Lon, w.Fixes[50].Lat}, True: orb.Point{b.Fixes[50].Lon + 3e-5, b.Fixes[50].Lat}},
			}
			byMarks := report(t, w, ingest.Options{Landmarks: marks, Datum: ingest.DatumTrue})
			if d := byMarks.Datum; d.Detected != c.detected || d.Confidence != ingest.Sure || d.Declared != ingest.DatumTrue || byMarks.Status != c.status {
				t.Errorf("by landmarks: %s %s, %s: %+v", d.Detected, d.Confidence, byMarks.Status, d.Candidates)
			}
			for k, i := range byLine.Used {
				if byLine.LonLat[k] != (orb.Point{w.Fixes[i].Lon, w.Fixes[i].Lat}) {
					t.Fatalf("vertex %d was shifted", k)
				}
			}
			if c.detected != ingest.DatumTrue && byLine.Class != ingest.ClassReference {
				t.Errorf("class %s, want reference", byLine.Class)
			}
		})
	}
	unknown := report(t, displaced(b, crs.ToGCJ02), ingest.Options{})
	if unknown.Datum.Detected != "" || unknown.Datum.Confidence != ingest.Unknown || unknown.Status != ingest.Adopted {
		t.Errorf("with nothing to compare with: %+v", unknown.Datum)
	}
	declared := report(t, displaced(b, crs.ToGCJ02), ingest.Options{Datum: ingest.DatumGCJ, Convert: ingest.DatumGCJ})
	if declared.Status != ingest.Questioned || declared.Datum.Converted == nil || declared.Boundary != nil {
		t.Fatalf("declared and converted: %s", declared.Status)
	}
	if p := declared.Datum.Converted.LonLat[7]; !near(p[0], b.Fixes[7].Lon, 1e-7) || !near(p[1], b.Fixes[7].Lat, 1e-7) {
		t.Errorf("the converted line goes through %v, want %v %v", p, b.Fixes[7].Lon, b.Fixes[7].Lat)
	}
	// The vector at Liujiang: 547 m to the south-east (domain notes 4.7).
	if g := declared.Datum.Candidates[1]; !near(float64(g.Offset), 547, 15) || !near(g.Bearing, 124, 5) {
		t.Errorf("GCJ-02 displaces by %v m to %v°", g.Offset, g.Bearing)
	}
}

func near(got, want, tolerance float64) bool { return got-want <= tolerance && want-got <= tolerance }

func TestParseDatumTold(t *testing.T) {
	told, err := ingest.ParseDatumTold("gcj02", []string{"109.334478,24.247252 = 109.33,24.25"}, "gcj02")
	if err != nil || told.Datum != ingest.DatumGCJ || told.Landmarks[0].True != (orb.Point{109.33, 24.25}) {
		t.Errorf("%+v, %v", told, err)
	}
	for _, c := range []struct {
		datum, convert string
		landmarks      []string
	}{
		{datum: "mars"},
		{convert: "wgs84"},
		{landmarks: []string{"109.33,24.25"}},
		{landmarks: []string{"109.33=24.25"}},
		{landmarks: []string{"NaN,1=2,3"}},
		{landmarks: []string{"181,1=2,3"}},
	} {
		if _, err := ingest.ParseDatumTold(c.datum, c.landmarks, c.convert); err == nil {
			t.Errorf("%+v is taken", c)
		}
	}
}
