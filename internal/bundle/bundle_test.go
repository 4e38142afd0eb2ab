package bundle_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"jieshi/ingest"
	"jieshi/internal/bundle"
	"jieshi/internal/bundle/bundletest"
	"jieshi/internal/sheet"
	"jieshi/mediation"
)

func options(d *bundletest.Dispute) bundle.Options {
	return bundle.Options{Open: d.Open, Software: "jieshi test", MadeAt: bundletest.MadeAt}
}

// bag writes the dispute to a folder and returns its path.
func bag(t testing.TB, d *bundletest.Dispute) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "bag")
	if err := bundle.WriteDir(context.Background(), dir, d.Bundle, options(d)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// files reads every file of a folder.
func files(t testing.TB, dir string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	root := os.DirFS(dir)
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		out[name], err = fs.ReadFile(root, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// code returns the code of a refusal, "" for no error.
func code(t testing.TB, err error) string {
	t.Helper()
	var r *ingest.Refusal
	switch {
	case err == nil:
		return ""
	case !errors.As(err, &r):
		t.Fatalf("error = %v, want a refusal", err)
	case r.Reason.ZH == "" || r.Reason.EN == "" || r.Remedy.ZH == "" || r.Remedy.EN == "":
		t.Errorf("the refusal %+v lacks words", r)
	}
	return r.Code
}

func TestBagOfADisputeVerifies(t *testing.T) {
	d := bundletest.New()
	dir := bag(t, d)
	r, err := bundle.Verify(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if r.Case != "GX-2026-0042" || r.Form != "folder" || r.Items != 4 || r.Originals != 3 || r.Run != 3 || r.Pieces != 3 || r.MadeOn != "2026-04-18" {
		t.Errorf("report = %+v", r)
	}
	if r.Head != d.Evidence[3].LinkSHA256 || r.RunSHA256 != mediation.Hash(d.Run.SHA256) {
		t.Errorf("head %s, run %s: not those of the case", r.Head, r.RunSHA256)
	}
	var checked []string
	for _, c := range r.Checked {
		checked = append(checked, c.Code)
	}
	if want := []string{"tags", "payload", "chain", "originals", "runs", "claims", "areas"}; !slices.Equal(checked, want) {
		t.Errorf("checked %v, want %v", checked, want)
	}
	got := files(t, dir)
	for hash, content := range d.Files {
		found := false
		for name, b := range got {
			found = found || strings.HasPrefix(name, "data/originals/"+hash.String()[:16]+"-") && bytes.Equal(b, content)
		}
		if !found {
			t.Errorf("original %s is not in the bag byte for byte", hash)
		}
	}
	safe := regexp.MustCompile(`^[^<>:"\\|?*\x00-\x1f%]+$`)
	for name := range got {
		if !safe.MatchString(name) || len(name) > 200 {
			t.Errorf("name %q does not suit Windows", name)
		}
	}
}

// The manifests must mean to others what they mean to us.
func TestSha256sumAgreesWithTheManifests(t *testing.T) {
	tool, err := exec.LookPath("sha256sum")
	if err != nil {
		t.Skip("there is no sha256sum on this machine")
	}
	dir := bag(t, bundletest.New())
	for _, manifest := range []string{"manifest-sha256.txt", "tagmanifest-sha256.txt"} {
		cmd := exec.CommandContext(t.Context(), tool, "--strict", "--quiet", "-c", manifest)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("sha256sum -c %s: %v\n%s", manifest, err, out)
		}
	}
}

func TestZipHoldsTheSameBagAndIsTheSameEachTime(t *testing.T) {
	d := bundletest.New()
	var first, second bytes.Buffer
	for _, w := range []io.Writer{&first, &second} {
		if err := bundle.WriteZip(t.Context(), w, d.Bundle, options(d)); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("two zips of one case differ")
	}
	path := filepath.Join(t.TempDir(), "证据.zip")
	if err := os.WriteFile(path, first.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := bundle.Verify(t.Context(), path)
	if err != nil || r.Form != "zip" {
		t.Fatalf("Verify() = %+v, %v", r, err)
	}
	z, err := zip.NewReader(bytes.NewReader(first.Bytes()), int64(first.Len()))
	if err != nil {
		t.Fatal(err)
	}
	want := files(t, bag(t, d))
	for _, f := range z.File {
		name := strings.TrimPrefix(f.Name, "GX-2026-0042-evidence/")
		b, err := fs.ReadFile(z, f.Name)
		if err != nil || !bytes.Equal(b, want[name]) {
			t.Errorf("%s differs between zip and folder (%v)", name, err)
		}
		delete(want, name)
	}
	if len(want) > 0 {
		t.Errorf("the zip lacks %d files of the folder", len(want))
	}
}

func TestNoBagIsMadeThatWouldNotVerify(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(*bundletest.Dispute, *bundle.Options)
		want   string
	}{
		{"nothing was filed", func(d *bundletest.Dispute, _ *bundle.Options) { d.Evidence = nil }, "nothing_filed"},
		{"the run was not filed", func(d *bundletest.Dispute, _ *bundle.Options) { d.Evidence = d.Evidence[:3] }, "run_not_filed"},
		{"the chain is broken", func(d *bundletest.Dispute, _ *bundle.Options) { d.Evidence[1].Title += "!" }, "chain_link"},
		{"a content is not what was filed", func(d *bundletest.Dispute, _ *bundle.Options) { d.Evidence[0].Content = []byte("{}") }, "chain_content"},
		{"an original is gone", func(d *bundletest.Dispute, _ *bundle.Options) { delete(d.Files, d.Walks[0].Walk.SHA256) }, "original_missing"},
		{"an original was changed on disk", func(d *bundletest.Dispute, _ *bundle.Options) {
			d.Files[d.Orthophotos[0].SHA256] = []byte("another picture")
		}, "original_altered"},
		{"the font is not installed", func(_ *bundletest.Dispute, o *bundle.Options) { o.FontFile = "/nowhere/font.ttc" }, "font_missing"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := bundletest.New()
			o := options(d)
			tc.change(d, &o)
			parent := t.TempDir()
			err := bundle.WriteDir(t.Context(), filepath.Join(parent, "bag"), d.Bundle, o)
			if got := code(t, err); got != tc.want {
				t.Errorf("WriteDir() refused with %q, want %q (%v)", got, tc.want, err)
			}
			if left, _ := os.ReadDir(parent); len(left) > 0 {
				t.Errorf("%s was left behind", left[0].Name())
			}
		})
	}
	t.Run("the ground of a claim is not what was hashed", func(t *testing.T) {
		d := bundletest.New()
		d.Claims[0].Ground[0][0][3][0] += 0.0001
		if err := bundle.WriteZip(t.Context(), io.Discard, d.Bundle, options(d)); err == nil {
			t.Error("WriteZip() took it")
		}
	})
	t.Run("the folder is there already", func(t *testing.T) {
		d, dir := bundletest.New(), t.TempDir()
		if got := code(t, bundle.WriteDir(t.Context(), dir, d.Bundle, options(d))); got != "target_exists" {
			t.Errorf("WriteDir() refused with %q, want target_exists", got)
		}
	})
	t.Run("the person has left", func(t *testing.T) {
		d := bundletest.New()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		parent := t.TempDir()
		if err := bundle.WriteDir(ctx, filepath.Join(parent, "bag"), d.Bundle, options(d)); !errors.Is(err, context.Canceled) {
			t.Errorf("WriteDir() error = %v, want context.Canceled", err)
		}
		if left, _ := os.ReadDir(parent); len(left) > 0 {
			t.Errorf("%s was left behind", left[0].Name())
		}
	})
}

func TestMapAsksForThePictureUnderIt(t *testing.T) {
	d := bundletest.New()
	o := options(d)
	asked := 0
	o.Picture = func(_ context.Context, photo mediation.Orthophoto, srid int, w sheet.Window) (*sheet.Picture, error) {
		asked++
		claims := d.Claims[0].Ground.Bound()
		if photo.ID != d.Orthophotos[0].ID || srid != bundletest.SRID || !w.Bounds.Contains(claims.Min) || !w.Bounds.Contains(claims.Max) {
			t.Errorf("asked for %s in EPSG:%d over %v", photo.Filename, srid, w.Bounds)
		}
		return nil, nil
	}
	if err := bundle.WriteZip(t.Context(), io.Discard, d.Bundle, o); err != nil {
		t.Fatal(err)
	}
	if asked != 1 {
		t.Errorf("asked %d times, want once", asked)
	}
}

func TestCaseWithoutFilesOrSecondRunStillVerifies(t *testing.T) {
	d := bundletest.New()
	d.Walks, d.Orthophotos = nil, nil
	d.File(mediation.Evidence{Kind: mediation.EvidenceDocument, Title: "谈话笔录", Content: []byte(`{"text":"…"}`), Source: "mediator"})
	if _, err := bundle.Verify(t.Context(), bag(t, d)); err != nil {
		t.Error(err)
	}
}

func TestVerifyStopsWhenAsked(t *testing.T) {
	dir := bag(t, bundletest.New())
	ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
	defer cancel()
	<-ctx.Done()
	if _, err := bundle.Verify(ctx, dir); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Verify() error = %v, want that its time is over", err)
	}
}
