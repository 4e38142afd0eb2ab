package blob_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jieshi/internal/blob"
	"jieshi/internal/blob/s3test"
	"jieshi/mediation"
)

// A shop is a store with the folders where its files lie.
type shop struct {
	*blob.Store
	local string // folder of this machine
	kept  string // folder of what is kept
}

// everywhere runs a test against each kind of store.
func everywhere(t *testing.T, test func(t *testing.T, open func(t *testing.T) shop)) {
	t.Helper()
	t.Run("directory", func(t *testing.T) {
		test(t, func(t *testing.T) shop {
			t.Helper()
			dir := t.TempDir()
			s, err := blob.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			return shop{s, dir, dir}
		})
	})
	t.Run("bucket", func(t *testing.T) {
		server := s3test.Start(t)
		test(t, func(t *testing.T) shop {
			t.Helper()
			c := server.BucketConfig
			c.Prefix = strings.ReplaceAll(t.Name(), "/", "-")
			dir := t.TempDir()
			s, err := blob.OpenBucket(t.Context(), dir, c)
			if err != nil {
				t.Fatal(err)
			}
			return shop{s, dir, filepath.Join(server.Folder, c.Prefix)}
		})
	})
}

func (s shop) receive(t *testing.T, text string) *blob.Incoming {
	t.Helper()
	in, err := s.Receive(t.Context(), strings.NewReader(text), 100)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// read returns the text of a kept file, read in both ways.
func (s shop) read(t *testing.T, h mediation.Hash) string {
	t.Helper()
	r, err := s.Open(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	streamed, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	path, release, err := s.Local(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	named, err := os.ReadFile(path)
	if err != nil || string(named) != string(streamed) {
		t.Fatalf("read %d bytes by name (%v), %d from the store", len(named), err, len(streamed))
	}
	return string(streamed)
}

// files counts the files below a folder; a folder that is not there has none.
func files(t *testing.T, dir string) (n int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(_ string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func nobody(mediation.Hash) (bool, error) { return false, nil }

func TestAStoreKeepsItsContract(t *testing.T) {
	everywhere(t, func(t *testing.T, open func(*testing.T) shop) {
		t.Helper()
		t.Run("a kept file is found by its hash", func(t *testing.T) {
			s := open(t)
			in := s.receive(t, "界石")
			// printf 界石 | sha256sum
			if want := "fa2c17dae7dd05c47fdac12587b4f2f79fcd90193b99cf90118f4b78c1f1b98a"; in.SHA256.String() != want {
				t.Fatalf("hash = %s, want %s", in.SHA256, want)
			}
			if err := errors.Join(in.Keep(t.Context()), in.Discard()); err != nil || !in.Kept() {
				t.Fatalf("Keep() = %v, Kept() = %v", err, in.Kept())
			}
			if n := files(t, s.kept); n != 1 {
				t.Errorf("%d files are kept, want 1", n)
			}
			if got := s.read(t, in.SHA256); got != "界石" {
				t.Errorf("read back %q", got)
			}
			if n, err := s.Size(t.Context(), in.SHA256); n != 6 || err != nil {
				t.Errorf("Size() = %d, %v", n, err)
			}
		})
		t.Run("a file that is not there is told from a fault", func(t *testing.T) {
			s := open(t)
			missing := mediation.Hash{1}
			_, err1 := s.Open(t.Context(), missing)
			_, _, err2 := s.Local(t.Context(), missing)
			_, err3 := s.Size(t.Context(), missing)
			for _, err := range []error{err1, err2, err3} {
				if !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("error = %v, want fs.ErrNotExist", err)
				}
			}
			if err := s.Remove(t.Context(), missing); err != nil {
				t.Errorf("Remove() = %v", err)
			}
		})
		t.Run("a file made in a workspace is moved, not copied", func(t *testing.T) {
			s := open(t)
			dir, remove, err := s.Workspace()
			if err != nil {
				t.Fatal(err)
			}
			made := filepath.Join(dir, "made.tif")
			if err := os.WriteFile(made, []byte("界石"), 0o644); err != nil {
				t.Fatal(err)
			}
			before, err := os.Stat(made)
			if err != nil {
				t.Fatal(err)
			}
			in, err := s.Adopt(t.Context(), made)
			if err != nil {
				t.Fatal(err)
			}
			after, err := os.Stat(in.Path())
			if err != nil || !os.SameFile(before, after) || in.Size != 6 {
				t.Errorf("adopted as another file, of %d bytes (%v)", in.Size, err)
			}
			if err := errors.Join(in.Keep(t.Context()), in.Discard(), remove()); err != nil {
				t.Fatal(err)
			}
			if got := s.read(t, in.SHA256); got != "界石" || files(t, s.kept) != 1 || files(t, s.local) > 1 {
				t.Errorf("read back %q; %d files are kept, %d beside them", got, files(t, s.kept), files(t, s.local))
			}
			if _, err := s.Adopt(t.Context(), made); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("adopted again: %v", err)
			}
		})
		t.Run("the same bytes are kept once", func(t *testing.T) {
			s := open(t)
			for i := range 2 {
				in := s.receive(t, "same")
				if err := errors.Join(in.Keep(t.Context()), in.Discard()); err != nil || in.Kept() != (i == 0) {
					t.Fatalf("Keep() = %v, Kept() = %v at file %d", err, in.Kept(), i+1)
				}
			}
			if n := files(t, s.kept); n != 1 {
				t.Errorf("%d files are kept, want 1", n)
			}
		})
		t.Run("a removed file is gone", func(t *testing.T) {
			s := open(t)
			in := s.receive(t, "refused after all")
			if err := errors.Join(in.Keep(t.Context()), in.Discard(), s.Remove(t.Context(), in.SHA256)); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Open(t.Context(), in.SHA256); !errors.Is(err, fs.ErrNotExist) || files(t, s.kept) != 0 {
				t.Errorf("Open() = %v, %d files", err, files(t, s.kept))
			}
		})
		t.Run("a file that is too long leaves nothing", func(t *testing.T) {
			s := open(t)
			if _, err := s.Receive(t.Context(), strings.NewReader(strings.Repeat("x", 101)), 100); !errors.Is(err, blob.ErrTooLarge) {
				t.Errorf("Receive() error = %v, want ErrTooLarge", err)
			}
			if n := files(t, s.local); n != 0 {
				t.Errorf("%d files left behind", n)
			}
		})
		// A program may die before Keep, between Keep and the commit, or after the
		// commit. Only what the database knows stays.
		t.Run("a sweep takes back what nobody vouched for", func(t *testing.T) {
			s := open(t)
			s.receive(t, "died before keep")
			uncommitted, committed := s.receive(t, "died before the commit"), s.receive(t, "died after the commit")
			if err := errors.Join(uncommitted.Keep(t.Context()), committed.Keep(t.Context())); err != nil {
				t.Fatal(err)
			}
			if _, _, err := s.Workspace(); err != nil {
				t.Fatal(err)
			}
			left, err := s.Sweep(t.Context(), func(h mediation.Hash) (bool, error) { return h == committed.SHA256, nil })
			if err != nil || left != 4 {
				t.Errorf("Sweep() = %d, %v; want 4 leftovers", left, err)
			}
			if n := files(t, s.kept); n != 1 {
				t.Errorf("%d files stay, want the committed one", n)
			}
			if got := s.read(t, committed.SHA256); got != "died after the commit" {
				t.Errorf("read back %q", got)
			}
		})
		// A file that came before, and whose row is in another database perhaps, is not
		// taken back for the sake of one with the same bytes.
		t.Run("a sweep spares bytes that were there before", func(t *testing.T) {
			s := open(t)
			first := s.receive(t, "the same bytes")
			if err := errors.Join(first.Keep(t.Context()), first.Discard()); err != nil {
				t.Fatal(err)
			}
			if err := s.receive(t, "the same bytes").Keep(t.Context()); err != nil {
				t.Fatal(err)
			}
			if left, err := s.Sweep(t.Context(), nobody); left != 1 || err != nil {
				t.Fatalf("Sweep() = %d, %v, want the second file", left, err)
			}
			if got := s.read(t, first.SHA256); got != "the same bytes" {
				t.Errorf("read back %q", got)
			}
		})
		t.Run("it can be looked after", func(t *testing.T) {
			s := open(t)
			if err := s.Check(t.Context()); err != nil || files(t, s.local) != 0 || files(t, s.kept) != 0 {
				t.Errorf("Check() = %v, leaves %d and %d files", err, files(t, s.local), files(t, s.kept))
			}
		})
	})
}

func TestABucketThatCannotBeReachedIsSaid(t *testing.T) {
	server := s3test.Start(t)
	for name, change := range map[string]func(*blob.BucketConfig){
		"another secret": func(c *blob.BucketConfig) { c.SecretKey = "wrong" },
		"another bucket": func(c *blob.BucketConfig) { c.Name = "elsewhere" },
	} {
		t.Run(name, func(t *testing.T) {
			c := server.BucketConfig
			change(&c)
			s, err := blob.OpenBucket(t.Context(), t.TempDir(), c)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Check(t.Context()); err == nil {
				t.Error("Check() finds nothing wrong")
			}
		})
	}
}

// The disk of the server must not run full with half a picture on it.
func TestAFullDiskIsARefusal(t *testing.T) {
	s, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	free, err := s.Free()
	if err != nil {
		t.Fatal(err)
	}
	s.MinFree = free + 1<<40
	if _, err := s.Receive(context.Background(), strings.NewReader("no room"), 100); err == nil || !strings.HasPrefix(err.Error(), "incoming file: disk_full") {
		t.Errorf("Receive() = %v, want disk_full", err)
	}
}

// A broken download goes on from any byte, from a bucket as from a folder.
func TestAKeptFileIsReadFromAnyPlace(t *testing.T) {
	everywhere(t, func(t *testing.T, open func(t *testing.T) shop) {
		t.Helper()
		s := open(t)
		in := s.receive(t, "0123456789")
		if err := in.Keep(t.Context()); err != nil {
			t.Fatal(err)
		}
		r, err := s.OpenSeeker(t.Context(), in.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		for _, want := range []struct {
			offset int64
			whence int
			at     int64
			rest   string
		}{{-3, io.SeekEnd, 7, "789"}, {4, io.SeekStart, 4, "456789"}, {0, io.SeekEnd, 10, ""}, {0, io.SeekStart, 0, "0123456789"}} {
			at, err := r.Seek(want.offset, want.whence)
			rest, err2 := io.ReadAll(r)
			if at != want.at || string(rest) != want.rest || err != nil || err2 != nil {
				t.Errorf("from %+v it is %q at %d, %v", want, rest, at, errors.Join(err, err2))
			}
		}
		if _, err := s.OpenSeeker(t.Context(), mediation.Hash{1}); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a file that is not there: %v", err)
		}
	})
}
