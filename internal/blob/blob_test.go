package blob_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jieshi/internal/blob"
	"jieshi/mediation"
)

func open(t *testing.T) (*blob.Store, string) {
	t.Helper()
	dir := t.TempDir()
	s, err := blob.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s, dir
}

func receive(t *testing.T, s *blob.Store, text string) *blob.Incoming {
	t.Helper()
	in, err := s.Receive(t.Context(), strings.NewReader(text), 100)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// files counts the files below a folder.
func files(t *testing.T, dir string) (n int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(_ string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAKeptFileIsFoundByItsHash(t *testing.T) {
	s, dir := open(t)
	in := receive(t, s, "界石")
	// printf 界石 | sha256sum
	if want := "fa2c17dae7dd05c47fdac12587b4f2f79fcd90193b99cf90118f4b78c1f1b98a"; in.SHA256.String() != want {
		t.Fatalf("hash = %s, want %s", in.SHA256, want)
	}
	if err := errors.Join(in.Keep(), in.Discard()); err != nil {
		t.Fatal(err)
	}
	r, err := s.Open(t.Context(), in.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	if b, err := io.ReadAll(r); err != nil || string(b) != "界石" {
		t.Errorf("read back %q, %v", b, err)
	}
	if n := files(t, dir); n != 1 {
		t.Errorf("%d files in the store, want 1", n)
	}
}

func TestTheSameBytesAreKeptOnce(t *testing.T) {
	s, dir := open(t)
	for range 2 {
		in := receive(t, s, "same")
		if err := errors.Join(in.Keep(), in.Discard()); err != nil {
			t.Fatal(err)
		}
	}
	if n := files(t, dir); n != 1 {
		t.Errorf("%d files in the store, want 1", n)
	}
}

func TestAFileThatIsTooLongLeavesNothing(t *testing.T) {
	s, dir := open(t)
	if _, err := s.Receive(t.Context(), strings.NewReader(strings.Repeat("x", 101)), 100); !errors.Is(err, blob.ErrTooLarge) {
		t.Errorf("Receive() error = %v, want ErrTooLarge", err)
	}
	if n := files(t, dir); n != 0 {
		t.Errorf("%d files left behind", n)
	}
}

// A program may die before Keep, between Keep and the commit, or after the
// commit. Only what the database knows stays.
func TestSweepTakesBackWhatNobodyVouchedFor(t *testing.T) {
	s, dir := open(t)
	receive(t, s, "died before keep")
	uncommitted, committed := receive(t, s, "died before the commit"), receive(t, s, "died after the commit")
	if err := errors.Join(uncommitted.Keep(), committed.Keep()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Workspace(); err != nil {
		t.Fatal(err)
	}
	left, err := s.Sweep(func(h mediation.Hash) (bool, error) { return h == committed.SHA256, nil })
	if err != nil || left != 4 {
		t.Errorf("Sweep() = %d, %v; want 4 leftovers", left, err)
	}
	if n := files(t, dir); n != 1 {
		t.Errorf("%d files stay, want the committed one", n)
	}
	if _, err := os.Stat(s.Path(committed.SHA256)); err != nil {
		t.Error(err)
	}
}

// A file that came before, and whose row is in another database perhaps, is not
// taken back for the sake of one with the same bytes.
func TestSweepSparesBytesThatWereThereBefore(t *testing.T) {
	s, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	receive := func() *blob.Incoming {
		in, err := s.Receive(t.Context(), strings.NewReader("the same bytes"), 100)
		if err != nil {
			t.Fatal(err)
		}
		if err := in.Keep(); err != nil {
			t.Fatal(err)
		}
		return in
	}
	first := receive()
	if err := first.Discard(); err != nil || !first.Kept() {
		t.Fatalf("Discard() = %v, Kept() = %v", err, first.Kept())
	}
	if second := receive(); second.Kept() {
		t.Error("the second file claims the place of the first")
	}
	if left, err := s.Sweep(func(mediation.Hash) (bool, error) { return false, nil }); left != 1 || err != nil {
		t.Fatalf("Sweep() = %d, %v, want the second file", left, err)
	}
	if _, err := os.Stat(s.Path(first.SHA256)); err != nil {
		t.Errorf("the first file is gone: %v", err)
	}
}
