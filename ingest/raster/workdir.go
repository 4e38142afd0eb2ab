package raster

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

const workDirPattern = "jieshi-convert-*"

// A workDir is a private folder, locked as long as its process lives.
type workDir struct {
	path string
	lock *os.File
}

// newWorkDir makes and locks a private folder.
func newWorkDir(root string) (*workDir, error) {
	for range 10 {
		path, err := os.MkdirTemp(root, workDirPattern)
		if err != nil {
			return nil, fmt.Errorf("raster: private folder: %w", err)
		}
		lock, err := lockFolder(path, unix.LOCK_EX)
		if err != nil {
			return nil, errors.Join(err, os.RemoveAll(path))
		}
		if _, err := os.Stat(path); err == nil {
			return &workDir{path, lock}, nil
		}
		// A sweep came between the two lines above and took it for a dead one.
		_ = lock.Close()
	}
	return nil, errors.New("raster: private folder: swept away ten times")
}

func lockFolder(path string, how int) (*os.File, error) {
	// Under a shared root anybody may have put a pipe or a link of that name.
	dir, err := os.OpenFile(path, os.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW, 0)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(dir.Fd()), how); err != nil {
		_ = dir.Close()
		return nil, err
	}
	return dir, nil
}

func (d *workDir) file(name string) string { return filepath.Join(d.path, name) }

// open opens a file that the child wrote, if it is one: no link, no pipe, no
// second name of a file elsewhere.
func (d *workDir) open(name string) (*os.File, error) {
	f, err := os.OpenFile(d.file(name), os.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	var st unix.Stat_t
	if err := unix.Fstat(int(f.Fd()), &st); err != nil || st.Mode&unix.S_IFMT != unix.S_IFREG || st.Nlink != 1 {
		return nil, errors.Join(fmt.Errorf("%s is no ordinary file", name), err, f.Close())
	}
	return f, nil
}

func (d *workDir) remove() error {
	return errors.Join(os.RemoveAll(d.path), d.lock.Close())
}

// Sweep removes the private folders under root whose process is gone.
func Sweep(root string) error {
	old, err := filepath.Glob(filepath.Join(root, workDirPattern))
	if err != nil {
		return fmt.Errorf("raster: sweep: %w", err)
	}
	for _, path := range old {
		lock, err := lockFolder(path, unix.LOCK_EX|unix.LOCK_NB)
		if err != nil {
			continue // in use, gone meanwhile, or another user's
		}
		err = os.RemoveAll(path)
		_ = lock.Close()
		if err != nil {
			return fmt.Errorf("raster: sweep: %w", err)
		}
	}
	return nil
}
