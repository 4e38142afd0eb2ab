package sheet_test

import (
	"bytes"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jieshi/geo/crs"
	"jieshi/ingest"
	"jieshi/internal/sheet"
	"jieshi/mediation"
)

// walkRecord is the record of a walk round a hectare that stands at two stones,
// has a float stretch, a jump and a gap.
func walkRecord(t *testing.T) sheet.Record {
	t.Helper()
	proj, err := crs.ProjectionOf(4545)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	w := ingest.Walk{Format: "rtklib-pos", Kind: ingest.KindTrack}
	at := began
	add := func(x, y float64, q ingest.Quality, sigma float64) {
		lon, lat := proj.Inverse(632000+x, 2683000+y)
		w.Fixes = append(w.Fixes, ingest.Fix{Lon: lon, Lat: lat, Time: at, Height: 151.2, HeightType: ingest.HeightEllipsoidal, Quality: q, SigmaEast: 0.01, SigmaNorth: 0.01, Satellites: 18, PDOP: 1.5})
		if sigma > 0 {
			f := &w.Fixes[len(w.Fixes)-1]
			f.SigmaEast = 0.4
			f.SigmaNorth = 0.4
		}
		at = at.Add(time.Second)
	}
	stand := func(x, y float64) {
		for i := range 15 {
			add(x+0.004*math.Sin(float64(3*i)), y+0.004*math.Cos(float64(5*i)), ingest.QualityFixed, 0)
		}
	}
	way := func(x0, y0, x1, y1 float64, q ingest.Quality, sigma float64) {
		n := math.Hypot(x1-x0, y1-y0)
		for i := 1.0; i < n; i++ {
			add(x0+(x1-x0)*i/n, y0+(y1-y0)*i/n+0.5*math.Sin(i/9), q, sigma)
		}
	}
	stand(0, 0)
	way(0, 0, 120, 10, ingest.QualityFixed, 0)
	stand(120, 10)
	way(120, 10, 130, 100, ingest.QualityFloat, 0.4)
	at = at.Add(40 * time.Second)
	way(130, 100, 20, 95, ingest.QualityFixed, 0)
	w.Fixes[260].Lat += 8e-5
	way(20, 95, 0, 0, ingest.QualitySingle, 0)
	w.Notes = []ingest.Note{{Code: "bad_checksum", Line: 12, Text: "3 sentences with a wrong checksum were left out", Words: &ingest.Text{ZH: "校验和不符的语句未采用。", EN: "Sentences with a wrong checksum were left out."}}}
	stand(0.01, 0.01)
	report, err := ingest.NewReport(w, ingest.Options{SRID: 4545})
	if err != nil {
		t.Fatal(err)
	}
	r := sheet.Record{
		Case:   mediation.Case{Number: "JS-2026-0001", Title: "榄冲岭山林权属争议", Kind: mediation.Forest},
		Walk:   mediation.Walk{Party: mediation.Party{Name: "龙塘村第三村民小组", Side: 1}, Filename: "踏界 0302.pos", Format: "rtklib-pos", ReceivedAt: began.Add(time.Hour)},
		Report: report, Software: "jieshi test",
	}
	for i, f := range w.Fixes {
		r.Fixes = append(r.Fixes, mediation.Fix{N: i + 1, LonLat: [2]float64{f.Lon, f.Lat}, Time: &w.Fixes[i].Time, Quality: f.Quality})
	}
	return r
}

func TestRecordSaysWhatWasWalked(t *testing.T) {
	font, err := sheet.LoadFont("")
	if err != nil {
		t.Skip(err)
	}
	r := walkRecord(t)
	var once, again bytes.Buffer
	if err := sheet.WriteRecord(&once, r, font); err != nil {
		t.Fatal(err)
	}
	if err := sheet.WriteRecord(&again, r, font); err != nil || !bytes.Equal(once.Bytes(), again.Bytes()) {
		t.Errorf("equal records give other bytes (%v)", err)
	}
	file := filepath.Join(t.TempDir(), "record.pdf")
	if keep := os.Getenv("JIESHI_KEEP_RECORD"); keep != "" {
		file = keep
	}
	if err := os.WriteFile(file, once.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := exec.CommandContext(t.Context(), "pdftotext", "-layout", file, "-").Output()
	if err != nil {
		t.Skip("pdftotext is not installed: ", err)
	}
	for _, want := range []string{
		"JS-2026-0001", "龙塘村第三村民小组", "指界点", "2683000.0", "632120.0", "跳点 jump", "中断 gap", "仅供参考", "未复测", "见证人", "不是界址线", "EPSG:4545",
		"2026-03-02 01:00:00", "float", "椭球高 ellipsoidal 151.20 – 151.20 m", "bad_checksum", "校验和不符",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the record lacks %q:\n%s", want, text)
		}
	}
	if strings.Contains(string(text), "□") {
		t.Errorf("the font lacks a character of the record:\n%s", text)
	}
	// The advice stands whole, in both languages, wherever its lines break.
	said := strings.Join(strings.Fields(string(text)), "")
	for _, want := range []string{r.Report.Advice.ZH, r.Report.Advice.EN} {
		if want == "" || !strings.Contains(said, strings.Join(strings.Fields(want), "")) {
			t.Errorf("the record lacks the advice %q:\n%s", want, text)
		}
	}
}

// A walk from before there were points and classes has a record, too.
func TestRecordOfAnOldReport(t *testing.T) {
	font, err := sheet.LoadFont("")
	if err != nil {
		t.Skip(err)
	}
	if err := sheet.WriteRecord(&bytes.Buffer{}, sheet.Record{Walk: mediation.Walk{ReceivedAt: time.Unix(1, 0)}}, font); err != nil {
		t.Error(err)
	}
}
