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

	"jieshi/mediation"
)

// An Incoming is a file that has arrived on this machine but is not part of the
// store yet.
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
// [ErrTooLarge]. The bytes are on the disk, not in a cache, when it returns. A
// disk that gets full is a refusal.
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
	n, err := s.copyHashed(ctx, f, h, io.LimitReader(r, limit+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("incoming file: %w", err)
	case n > limit:
		return nil, ErrTooLarge
	}
	if err := f.Sync(); err != nil {
		return nil, fmt.Errorf("incoming file: %w", refuseFull(err))
	}
	in := &Incoming{SHA256: mediation.Hash(h.Sum(nil)), Size: n, store: s}
	in.path = filepath.Join(filepath.Dir(f.Name()), in.SHA256.String()+"-"+filepath.Base(f.Name()))
	if err := os.Rename(f.Name(), in.path); err != nil {
		return nil, fmt.Errorf("incoming file: %w", err)
	}
	return in, nil
}

// Adopt takes a file that this program made, in a folder of [Store.Workspace] and
// closed by now, into the store's hands: it is hashed where it lies and moved to
// incoming, not copied, for a picture has gigabytes. The bytes are on the disk, not
// in a cache, when it returns.
func (s *Store) Adopt(ctx context.Context, path string) (_ *Incoming, err error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0) //nolint:gosec // a path of our own making
	if err != nil {
		return nil, fmt.Errorf("file to adopt: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	h := sha256.New()
	n, err := s.copyHashed(ctx, io.Discard, h, f)
	if err == nil {
		err = errors.Join(f.Chmod(0o600), f.Sync())
	}
	if err != nil {
		return nil, fmt.Errorf("file to adopt: %w", refuseFull(err))
	}
	in := &Incoming{SHA256: mediation.Hash(h.Sum(nil)), Size: n, store: s}
	place, err := os.CreateTemp(filepath.Join(s.dir, incoming), in.SHA256.String()+"-in-*")
	if err != nil {
		return nil, fmt.Errorf("file to adopt: %w", err)
	}
	in.path = place.Name()
	if err := errors.Join(place.Close(), os.Rename(path, in.path)); err != nil {
		return nil, errors.Join(fmt.Errorf("file to adopt: %w", err), os.Remove(in.path))
	}
	return in, nil
}

// copyHashed looks at the free space of the disk once in a while.
func (s *Store) copyHashed(ctx context.Context, w io.Writer, h hash.Hash, r io.Reader) (n int64, err error) {
	both, buf := io.MultiWriter(w, h), make([]byte, 1<<18)
	for looked := int64(-1); ; {
		if err := ctx.Err(); err != nil {
			return n, err
		}
		if looked < 0 || n-looked >= stride {
			if err := s.checkFree(0); err != nil {
				return n, err
			}
			looked = n
		}
		k, err := r.Read(buf)
		if k > 0 {
			if _, err := both.Write(buf[:k]); err != nil {
				return n, refuseFull(err)
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
func (in *Incoming) Keep(ctx context.Context) (err error) {
	in.kept, err = in.store.shelf.place(ctx, in.SHA256, in.path)
	return err
}

// Discard ends the stay in incoming; a file that was kept has its place. A file
// that was kept and that nobody vouches for any more is left to [Store.Sweep].
func (in *Incoming) Discard() error {
	if err := os.Remove(in.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("incoming file: %w", err)
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
