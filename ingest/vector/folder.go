package vector

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

const folderPattern = "jieshi-vector-*"

// A folder is the private place of one reading, locked as long as its process
// lives, so that what a killed process left behind can be told and removed.
type folder struct {
	path string
	lock *os.File
}

func newFolder(root string) (*folder, error) {
	if err := sweep(root); err != nil {
		return nil, err
	}
	for range 10 {
		path, err := os.MkdirTemp(root, folderPattern)
		if err != nil {
			return nil, fmt.Errorf("vector: private folder: %w", err)
		}
		lock, err := lockFolder(path, unix.LOCK_EX)
		if err != nil {
			return nil, errors.Join(err, os.RemoveAll(path))
		}
		if _, err := os.Stat(path); err == nil {
			return &folder{path, lock}, nil
		}
		_ = lock.Close() // a sweep came between the lines above and took it for a dead one
	}
	return nil, errors.New("vector: private folder: swept away ten times")
}

func (f *folder) file(name string) string { return filepath.Join(f.path, name) }

func (f *folder) create(name string) (*os.File, error) {
	out, err := os.OpenFile(f.file(name), os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o644) //nolint:gosec // the child reads it as another user
	if err != nil {
		return nil, fmt.Errorf("vector: private copy: %w", err)
	}
	return out, nil
}

func (f *folder) remove() error {
	return errors.Join(os.RemoveAll(f.path), f.lock.Close())
}

// sweep removes the private folders whose process is gone.
func sweep(root string) error {
	old, err := filepath.Glob(filepath.Join(root, folderPattern))
	if err != nil {
		return fmt.Errorf("vector: sweep: %w", err)
	}
	for _, path := range old {
		lock, err := lockFolder(path, unix.LOCK_EX|unix.LOCK_NB)
		if err != nil {
			continue // in use, gone meanwhile, or another user's
		}
		err = os.RemoveAll(path)
		_ = lock.Close()
		if err != nil {
			return fmt.Errorf("vector: sweep: %w", err)
		}
	}
	return nil
}

func lockFolder(path string, how int) (*os.File, error) {
	// Under a shared root anybody may have put a pipe or a link of that name.
	dir, err := os.OpenFile(path, os.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW, 0) //nolint:gosec // a folder of ours, or none
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(dir.Fd()), how); err != nil {
		_ = dir.Close()
		return nil, err
	}
	return dir, nil
}
