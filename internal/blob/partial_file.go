package blob

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sys/unix"

	"jieshi/mediation"
)

// A partialFile is an upload in a directory: one file, locked while it is
// written, so that a process that lost its claim on the upload cannot write any
// more once another one does.
type partialFile struct {
	*os.File
	left int
}

func (d directory) partial(id uuid.UUID) string { return filepath.Join(d.dir, partial, id.String()) }

func (d directory) open(_ context.Context, u Declared, at Received) (partialWriter, Received, error) {
	f, err := lockFile(d.partial(u.ID))
	if err != nil {
		return nil, at, err
	}
	w, at, err := continueFile(f, at)
	if err != nil {
		return nil, at, errors.Join(err, f.Close())
	}
	return w, at, nil
}

func continueFile(f *os.File, at Received) (partialWriter, Received, error) {
	var stat unix.Stat_t
	if err := unix.Fstat(int(f.Fd()), &stat); err != nil {
		return nil, at, fmt.Errorf("partial upload: %w", err)
	}
	if stat.Size < at.Offset || at.Offset > 0 && at.State == nil {
		there, err := rehash(f, min(stat.Size, at.Offset))
		if err != nil {
			return nil, at, err
		}
		return nil, there, ErrLost
	}
	if stat.Nlink > 1 {
		// It has its place already. Its bytes must not be touched through this name.
		return placed{}, at, f.Close()
	}
	if stat.Mode&unix.S_IWUSR == 0 {
		// Its place was taken back meanwhile; the sender tries again in a moment.
		return nil, at, errors.Join(ErrBusy, f.Chmod(0o600))
	}
	// What came after the last commit comes again.
	if err := f.Truncate(at.Offset); err != nil {
		return nil, at, fmt.Errorf("partial upload: %w", err)
	}
	if _, err := f.Seek(at.Offset, io.SeekStart); err != nil {
		return nil, at, fmt.Errorf("partial upload: %w", err)
	}
	return &partialFile{f, stride}, at, nil
}

// rehash reads the first n bytes again: once in a lifetime, after a power cut
// that took what fsync had promised.
func rehash(f *os.File, n int64) (Received, error) {
	if n == 0 {
		return Received{}, nil
	}
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(f, 0, n)); err != nil {
		return Received{}, fmt.Errorf("partial upload: %w", err)
	}
	return received(n, h, nil)
}

// lockFile opens the file, or makes it, and locks it.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // named by a UUID
	if errors.Is(err, fs.ErrPermission) {
		f, err = os.Open(path) //nolint:gosec // it has its place, which nobody may write to
	}
	if err != nil {
		return nil, fmt.Errorf("partial upload: %w", err)
	}
	switch err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); {
	case errors.Is(err, unix.EWOULDBLOCK):
		return nil, errors.Join(ErrBusy, f.Close())
	case err != nil:
		return nil, errors.Join(fmt.Errorf("partial upload: %w", err), f.Close())
	}
	// Whoever held the lock before may have removed the file.
	if !sameFile(f, path) {
		return nil, errors.Join(ErrBusy, f.Close())
	}
	return f, syncDir(filepath.Dir(path))
}

// sameFile reports whether path still names the open file.
func sameFile(f *os.File, path string) bool {
	opened, err1 := f.Stat()
	named, err2 := os.Stat(path)
	return err1 == nil && err2 == nil && os.SameFile(opened, named)
}

func (w *partialFile) room() int { return w.left }

func (w *partialFile) patience() time.Duration { return 2 * time.Second }

func (w *partialFile) Write(p []byte) (int, error) {
	n, err := w.File.Write(p)
	w.left -= n
	return n, err
}

func (w *partialFile) checkpoint(context.Context, bool) ([]byte, error) {
	w.left = stride
	return nil, w.Sync()
}

func (w *partialFile) committed(context.Context) {}

// finish takes the lock once more, so that nobody is in the middle of writing.
func (d directory) finish(ctx context.Context, u Declared, at Received) (err error) {
	path := d.partial(u.ID)
	f, err := lockFile(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("partial upload: %w", err)
	}
	if info.Size() == at.Offset {
		_, err := d.place(ctx, u.SHA256, path)
		return err
	}
	if _, err := os.Stat(d.path(u.SHA256)); err != nil {
		return errors.Join(ErrLost, err)
	}
	return nil
}

func (d directory) forget(_ context.Context, id uuid.UUID, _ mediation.Hash, _ []byte) error {
	if err := os.Remove(d.partial(id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("partial upload: %w", err)
	}
	return nil
}

func (d directory) begun(context.Context) (ids []uuid.UUID, err error) {
	entries, err := os.ReadDir(filepath.Join(d.dir, partial))
	if err != nil {
		return nil, fmt.Errorf("partial uploads: %w", err)
	}
	for _, e := range entries {
		if id, err := uuid.Parse(e.Name()); err == nil {
			ids = append(ids, id)
		}
	}
	return ids, nil
}
