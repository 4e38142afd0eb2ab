// Package blob keeps files named by the SHA-256 of their bytes in a directory.
//
// A file comes in under a name of its own in incoming/, is hashed while it is
// written, and gets its place only when somebody vouches for it with
// [Incoming.Keep], in the same breath as its row in the database is committed.
// It stays in incoming/ as well until [Incoming.Discard], so that whatever a
// program that died left behind is found there by [Store.Sweep], without
// looking at every file of the store.
package blob

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"jieshi/mediation"
)

// incoming holds what has no name yet.
const incoming = "incoming"

// A Store is a directory of content-addressed files.
type Store struct {
	dir string
}

// Open returns the store in dir, which is made if it does not exist.
func Open(dir string) (*Store, error) {
	for _, d := range []string{dir, filepath.Join(dir, incoming)} {
		if err := os.MkdirAll(d, 0o750); err != nil {
			return nil, fmt.Errorf("store of files: %w", err)
		}
	}
	return &Store{dir: dir}, nil
}

// An Incoming is a file that has arrived but is not part of the store yet.
type Incoming struct {
	SHA256 mediation.Hash
	Size   int64
	path   string
	store  *Store
	kept   bool
}

// Path is where the bytes lie until Discard.
func (in *Incoming) Path() string { return in.path }

// Kept reports whether Keep has given the file its place; false where the same
// bytes had it already.
func (in *Incoming) Kept() bool { return in.kept }

// ErrTooLarge says that a file was longer than it may be.
var ErrTooLarge = errors.New("blob: file is longer than allowed")

// Receive reads r to its end, or until limit bytes were passed, which is
// [ErrTooLarge]. The bytes are on the disk, not in a cache, when it returns.
func (s *Store) Receive(ctx context.Context, r io.Reader, limit int64) (_ *Incoming, err error) {
	f, err := os.CreateTemp(filepath.Join(s.dir, incoming), "in-*")
	if err != nil {
		return nil, fmt.Errorf("incoming file: %w", err)
	}
	defer func() {
		err = errors.Join(err, f.Close())
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	h := sha256.New()
	n, err := copyHashed(ctx, f, h, io.LimitReader(r, limit+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("incoming file: %w", err)
	case n > limit:
		return nil, ErrTooLarge
	}
	if err := f.Sync(); err != nil {
		return nil, fmt.Errorf("incoming file: %w", err)
	}
	in := &Incoming{SHA256: mediation.Hash(h.Sum(nil)), Size: n, store: s}
	in.path = filepath.Join(filepath.Dir(f.Name()), in.SHA256.String()+"-"+filepath.Base(f.Name()))
	if err := os.Rename(f.Name(), in.path); err != nil {
		return nil, fmt.Errorf("incoming file: %w", err)
	}
	return in, nil
}

// Adopt takes a file that this program made into the store's hands: it is
// hashed and moved to incoming.
func (s *Store) Adopt(ctx context.Context, path string) (_ *Incoming, err error) {
	f, err := os.Open(path) //nolint:gosec // a path of our own making
	if err != nil {
		return nil, fmt.Errorf("file to adopt: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	in, err := s.Receive(ctx, f, 1<<50)
	if err != nil {
		return nil, err
	}
	return in, os.Remove(path)
}

func copyHashed(ctx context.Context, w io.Writer, h hash.Hash, r io.Reader) (n int64, err error) {
	both, buf := io.MultiWriter(w, h), make([]byte, 1<<18)
	for {
		if err := ctx.Err(); err != nil {
			return n, err
		}
		k, err := r.Read(buf)
		if k > 0 {
			if _, err := both.Write(buf[:k]); err != nil {
				return n, err
			}
			n += int64(k)
		}
		switch {
		case errors.Is(err, io.EOF):
			return n, nil
		case err != nil:
			return n, err
		}
	}
}

// Keep gives the file its place. Bytes that are there already stay as they are.
func (in *Incoming) Keep() error {
	target := in.store.Path(in.SHA256)
	if err := os.MkdirAll(filepath.Dir(target), 0o750); err != nil {
		return fmt.Errorf("store of files: %w", err)
	}
	if err := os.Chmod(in.path, 0o440); err != nil {
		return fmt.Errorf("store of files: %w", err)
	}
	switch err := os.Link(in.path, target); {
	case errors.Is(err, fs.ErrExist):
		return nil
	case err != nil:
		return fmt.Errorf("store of files: %w", err)
	}
	in.kept = true
	// The second for the folder itself, which may be new.
	return errors.Join(syncDir(filepath.Dir(target)), syncDir(in.store.dir))
}

// Discard ends the stay in incoming; a file that was kept has its place. A file
// that was kept and that nobody vouches for any more is left to [Store.Sweep].
func (in *Incoming) Discard() error {
	if err := os.Remove(in.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("incoming file: %w", err)
	}
	return nil
}

// Path is where a kept file lies.
func (s *Store) Path(h mediation.Hash) string {
	name := h.String()
	return filepath.Join(s.dir, name[:2], name)
}

// Open reads a kept file. A missing one is fs.ErrNotExist.
func (s *Store) Open(_ context.Context, h mediation.Hash) (io.ReadCloser, error) {
	f, err := os.Open(s.Path(h))
	if err != nil {
		return nil, fmt.Errorf("stored file: %w", err)
	}
	return f, nil
}

// Remove removes a kept file that nobody vouches for any more. A missing one is
// no error. The caller makes sure that nobody keeps these bytes meanwhile.
func (s *Store) Remove(_ context.Context, h mediation.Hash) error {
	if err := os.Remove(s.Path(h)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("stored file: %w", err)
	}
	return nil
}

// Workspace makes a folder in incoming for files on their way, and returns how
// to remove it.
func (s *Store) Workspace() (dir string, remove func() error, err error) {
	dir, err = os.MkdirTemp(filepath.Join(s.dir, incoming), "work-*")
	if err != nil {
		return "", nil, fmt.Errorf("incoming file: %w", err)
	}
	return dir, func() error { return os.RemoveAll(dir) }, nil
}

// Swept reports whether nothing is on its way in and nothing was left behind.
func (s *Store) Swept() (bool, error) {
	entries, err := os.ReadDir(filepath.Join(s.dir, incoming))
	if err != nil {
		return false, fmt.Errorf("incoming files: %w", err)
	}
	return len(entries) == 0, nil
}

// Sweep empties incoming, and takes back the place that was given to every file
// there that known does not know. The caller makes sure that nothing is on its way in. It
// returns how many files and folders were left behind.
func (s *Store) Sweep(known func(mediation.Hash) (bool, error)) (left int, err error) {
	entries, err := os.ReadDir(filepath.Join(s.dir, incoming))
	if err != nil {
		return 0, fmt.Errorf("sweep of incoming files: %w", err)
	}
	for _, e := range entries {
		if err := s.sweep(e.Name(), known); err != nil {
			return left, fmt.Errorf("sweep of incoming file %s: %w", e.Name(), err)
		}
		left++
	}
	return left, nil
}

// sweep takes back the place first: a sweep that dies in between finds the
// entry again.
func (s *Store) sweep(name string, known func(mediation.Hash) (bool, error)) error {
	var h mediation.Hash
	digits, _, _ := strings.Cut(name, "-")
	if h.UnmarshalText([]byte(digits)) == nil {
		vouched, err := known(h)
		if err != nil {
			return err
		}
		if !vouched {
			if err := s.takeBack(h, filepath.Join(s.dir, incoming, name)); err != nil {
				return err
			}
		}
	}
	return os.RemoveAll(filepath.Join(s.dir, incoming, name))
}

// takeBack removes the place that Keep gave to the file at path. Equal bytes that
// were there before it are another file, and stay.
func (s *Store) takeBack(h mediation.Hash, path string) error {
	arrived, err := os.Lstat(path)
	if err != nil {
		return err
	}
	placed, err := os.Lstat(s.Path(h))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !os.SameFile(arrived, placed):
		return nil
	}
	return os.Remove(s.Path(h))
}

// syncDir makes a rename last through a power cut.
func syncDir(dir string) (err error) {
	d, err := os.Open(dir) //nolint:gosec // a directory of the store
	if err != nil {
		return fmt.Errorf("store of files: %w", err)
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	return d.Sync()
}
