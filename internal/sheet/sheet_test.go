package sheet_test

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/paulmach/orb"

	"jieshi/internal/bundle/bundletest"
	"jieshi/internal/sheet"
	"jieshi/mediation"
)

var (
	update = flag.Bool("update", false, "rewrite testdata/*.golden from this run")
	keep   = flag.String("keep", "", "folder to leave the drawn sheets in")
)

func sample() sheet.Sheet {
	d := bundletest.New()
	return sheet.Sheet{
		Case: d.Case, Run: d.Run, Claims: d.Claims, Orthophotos: d.Orthophotos,
		Head: d.Evidence[len(d.Evidence)-1].LinkSHA256, Software: "jieshi test", MadeAt: bundletest.MadeAt,
	}
}

func draw(t testing.TB, s sheet.Sheet) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := sheet.Write(&out, s, font(t)); err != nil {
		t.Fatal(err)
	}
	if *keep != "" {
		name := filepath.Join(*keep, filepath.Base(t.Name())+".pdf")
		if err := os.WriteFile(name, out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return out.Bytes()
}

func TestEqualSheetsGiveEqualBytes(t *testing.T) {
	first := draw(t, sample())
	for range 5 {
		if !bytes.Equal(draw(t, sample()), first) {
			t.Fatal("the same sheet was drawn differently")
		}
	}
}

func TestOneFontServesSeveralSheetsAtOnce(t *testing.T) {
	f, want := font(t), draw(t, sample())
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			var out bytes.Buffer
			if err := sheet.Write(&out, sample(), f); err != nil || !bytes.Equal(out.Bytes(), want) {
				t.Errorf("a sheet drawn beside others differs (error %v)", err)
			}
		})
	}
	all.Wait()
}

// photograph is a field of green and brown with a road through it, over the
// whole window of s.
func photograph(t testing.TB, s sheet.Sheet) *sheet.Picture {
	t.Helper()
	w, err := s.Window()
	if err != nil {
		t.Fatal(err)
	}
	img := image.NewRGBA(image.Rect(0, 0, 1100, 756))
	for y := range 756 {
		for x := range 1100 {
			n := math.Sin(float64(x)/23)*math.Cos(float64(y)/31) + math.Sin(float64(x*y)/9000)
			c := color.RGBA{uint8(86 + 20*n), uint8(104 + 24*n), uint8(58 + 12*n), 255}
			if d := float64(y) - 300 - 90*math.Sin(float64(x)/170); math.Abs(d) < 7 {
				c = color.RGBA{206, 190, 160, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: 85}); err != nil {
		t.Fatal(err)
	}
	return &sheet.Picture{Image: out.Bytes(), Bounds: w.Bounds, Caption: "DJI_0412 正射影像.tif, GSD 0.032 m, 2026-04-11"}
}

func TestSheetOverAPicture(t *testing.T) {
	s := sample()
	s.Picture = photograph(t, s)
	plain := len(draw(t, sample()))
	if got := len(draw(t, s)); got < plain+len(s.Picture.Image) {
		t.Errorf("the PDF has %d bytes, %d without the picture of %d", got, plain, len(s.Picture.Image))
	}
	for name, image := range map[string][]byte{"text": []byte("no picture"), "nothing": nil, "a cut-off JPEG": s.Picture.Image[:200]} {
		s.Picture.Image = image
		if err := sheet.Write(io.Discard, s, font(t)); err == nil {
			t.Errorf("Write() took %s for a picture", name)
		}
	}
}

// A picture without a check that is shown moved says both on the map itself.
func TestSheetSaysWhatMustBeSaidOfItsPicture(t *testing.T) {
	s := sample()
	photo := s.Orthophotos[0]
	photo.Check, photo.Shift = nil, &mediation.OrthophotoShift{EastM: 2, NorthM: -3.5, Reason: "x"}
	under := photograph(t, s)
	s.Picture = sheet.PictureOf(photo, under.Image, under.Bounds)
	if n := s.Picture.Notes; len(n) != 2 || !strings.Contains(n[0], "仅供参考") || !strings.Contains(n[1], "E +2.00 m, 北 N −3.50 m") || !strings.Contains(s.Picture.Caption, "reference only") {
		t.Errorf("notes %q, caption %q", n, s.Picture.Caption)
	}
	notes := s.Picture.Notes
	s.Picture.Notes = nil
	without := draw(t, s)
	s.Picture.Notes = notes
	if bytes.Equal(without, draw(t, s)) {
		t.Error("the map is the same without its notes")
	}
	photo.Check, photo.Shift = &mediation.OrthophotoCheck{Passed: true, Points: 12, RMSEM: 0.21, LimitM: 0.3, Scale: 500}, nil
	if p := sheet.PictureOf(photo, under.Image, under.Bounds); len(p.Notes) != 0 || strings.Contains(p.Caption, "reference only") || !strings.Contains(p.Caption, "0.21 m ≤ 0.30 m") {
		t.Errorf("a checked picture: notes %q, caption %q", p.Notes, p.Caption)
	}
}

func TestSheetOfASmallDisputeBetweenLargeClaims(t *testing.T) {
	s := sample()
	s.Run.Pieces = s.Run.Pieces[1:2]
	for i := range s.Claims {
		c := s.Claims[i].Ground.Bound().Center()
		for _, polygon := range s.Claims[i].Ground {
			for _, ring := range polygon {
				for j := range ring {
					if ring[j][1] > c[1] && i == 0 || ring[j][0] > c[0] && i == 1 || ring[j][1] < c[1] && i == 2 {
						ring[j] = orb.Point{c[0] + (ring[j][0]-c[0])*6, c[1] + (ring[j][1]-c[1])*6}
					}
				}
			}
		}
	}
	w, err := s.Window()
	if err != nil {
		t.Fatal(err)
	}
	piece := s.Run.Pieces[0].Ground.Bound()
	if !w.Bounds.Contains(piece.Min) || !w.Bounds.Contains(piece.Max) {
		t.Errorf("the piece %v is not within the map %v", piece, w.Bounds)
	}
	if share := (piece.Max[0] - piece.Min[0]) / (w.Bounds.Max[0] - w.Bounds.Min[0]); share < 0.3 {
		t.Errorf("the piece takes %.0f %% of the width of the map, want at least 30 %%", 100*share)
	}
	draw(t, s)
}
