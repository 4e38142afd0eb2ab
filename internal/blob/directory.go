package blob

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	gcblob "gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"

	"jieshi/mediation"
)

// A directory is a store on a file system that every process shares.
type directory struct {
	dir string
}

func openDirectory(dir string) (directory, *gcblob.Bucket, error) {
	bucket, err := fileblob.OpenBucket(dir, &fileblob.Options{NoTempDir: true, Metadata: fileblob.MetadataDontWrite, DirFileMode: 0o750})
	if err != nil {
		return directory{}, nil, fmt.Errorf("store of files: %w", err)
	}
	return directory{dir}, bucket, nil
}

func (d directory) key(h mediation.Hash) string {
	name := h.String()
	return name[:2] + "/" + name
}

func (d directory) path(h mediation.Hash) string { return filepath.Join(d.dir, d.key(h)) }

// place links the file to its place: fileblob would copy it, and leave it to
// the system when the bytes reach the disk.
func (d directory) place(_ context.Context, h mediation.Hash, path string) (bool, error) {
	target := d.path(h)
	if err := os.MkdirAll(filepath.Dir(target), 0o750); err != nil {
		return false, fmt.Errorf("store of files: %w", err)
	}
	switch err := os.Link(path, target); {
	case errors.Is(err, fs.ErrExist):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("store of files: %w", err)
	}
	if err := os.Chmod(target, 0o440); err != nil {
		return false, fmt.Errorf("store of files: %w", err)
	}
	// The second for the folder itself, which may be new.
	return true, errors.Join(syncDir(filepath.Dir(target)), syncDir(d.dir))
}

// takeBack removes the place that place gave to the file at path. Equal bytes that
// were there before it are another file, and stay.
func (d directory) takeBack(_ context.Context, h mediation.Hash, path string) error {
	arrived, err := os.Lstat(path)
	if err != nil {
		return err
	}
	placed, err := os.Lstat(d.path(h))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !os.SameFile(arrived, placed):
		return nil
	}
	return os.Remove(d.path(h))
}

func (d directory) local(_ context.Context, h mediation.Hash) (path string, release func(), err error) {
	path = d.path(h)
	if _, err := os.Stat(path); err != nil {
		return "", nil, fmt.Errorf("stored file: %w", err)
	}
	return path, func() {}, nil
}

func (d directory) check(context.Context, string) error { return nil } // what was tried in incoming holds for all of it

func (d directory) onDisk() bool { return true }

// syncDir makes a rename last through a power cut.
func syncDir(dir string) (err error) {
	d, err := os.Open(dir) //nolint:gosec // a directory of the store
	if err != nil {
		return fmt.Errorf("store of files: %w", err)
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	return d.Sync()
}
