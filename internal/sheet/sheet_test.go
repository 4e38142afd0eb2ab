package sheet_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"jieshi/internal/bundle/bundletest"
	"jieshi/internal/sheet"
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
