// Package blob keeps files named by the SHA-256 of their bytes, in a directory
// or in a bucket of an S3 server.
//
// A file comes in under a name of its own, is hashed while it is written, and
// gets its place only when somebody vouches for it ([Incoming.Keep],
// [Store.Place]), in the same breath as its row in the database is committed.
// What a program that died left behind is found by [Store.Sweep] and by the
// rows of uploads, without looking at every file of the store.
//
// Reading, asking and removing go through gocloud.dev/blob whatever the store
// is. Only the step that gives bytes their place is ours for each: a hard link
// and fsync in a directory, the completion of a multipart upload in S3 (ADR 10
// and 22).
package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	gcblob "gocloud.dev/blob"
	"gocloud.dev/gcerrors"

	"jieshi/mediation"
)

// Folders of the local directory that hold no kept file.
const (
	incoming = "incoming" // what has no name yet
	partial  = "uploads"  // bytes of uploads that are not complete
)

// A Store is where content-addressed files lie.
type Store struct {
	// MinFree is how many bytes of the local disk stay free: writing stops
	// before, with a refusal. Set once, before the first file. 0 takes all.
	MinFree int64

	dir    string // incoming files and workspaces; of a directory store, all
	bucket *gcblob.Bucket
	shelf  shelf
}

// A shelf is what a directory and a bucket do differently.
type shelf interface {
	// key names a kept file in the bucket.
	key(h mediation.Hash) string
	// place gives the file at path its name, for good when it returns. It
	// reports false where the same bytes had their place already.
	place(ctx context.Context, h mediation.Hash, path string) (bool, error)
	// takeBack removes the place that this very file at path was given.
	takeBack(ctx context.Context, h mediation.Hash, path string) error
	// local returns a file of this machine with the bytes, which stays until release.
	local(ctx context.Context, h mediation.Hash) (path string, release func(), err error)
	// partials are the bytes of uploads that are not complete.
	partials
}

// Open returns the store in dir, which is made if it does not exist.
func Open(dir string) (*Store, error) {
	if err := makeFolders(dir, incoming, partial); err != nil {
		return nil, err
	}
	shelf, bucket, err := openDirectory(dir)
	if err != nil {
		return nil, err
	}
	return &Store{dir: dir, bucket: bucket, shelf: shelf}, nil
}

// OpenBucket returns the store in a bucket. Below dir lie files on their way in,
// and copies of those that were read.
func OpenBucket(ctx context.Context, dir string, c BucketConfig) (*Store, error) {
	if err := makeFolders(dir, incoming, cached); err != nil {
		return nil, err
	}
	shelf, bucket, err := openBucket(ctx, dir, c)
	if err != nil {
		return nil, err
	}
	return &Store{dir: dir, bucket: bucket, shelf: shelf}, nil
}

func makeFolders(dir string, names ...string) error {
	for _, name := range names {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o750); err != nil {
			return fmt.Errorf("store of files: %w", err)
		}
	}
	return nil
}

// Close ends the use of the store.
func (s *Store) Close() error { return s.bucket.Close() }

// Local returns a path of this machine where the bytes of a kept file lie, for
// those that must read files by name. The file stays until release is called,
// once; whoever opened it before may go on reading. A missing file is
// fs.ErrNotExist. From a bucket the file is fetched, checked against its hash,
// and kept in a bounded cache.
func (s *Store) Local(ctx context.Context, h mediation.Hash) (path string, release func(), err error) {
	return s.shelf.local(ctx, h)
}

// Open reads a kept file. A missing one is fs.ErrNotExist.
func (s *Store) Open(ctx context.Context, h mediation.Hash) (io.ReadCloser, error) {
	r, err := s.bucket.NewReader(ctx, s.shelf.key(h), nil)
	if err != nil {
		return nil, missing(err)
	}
	return r, nil
}

// OpenSeeker reads a kept file from any place: from a bucket, without a copy of the
// whole on this machine. A missing one is fs.ErrNotExist. ctx lasts as long as the
// reading.
func (s *Store) OpenSeeker(ctx context.Context, h mediation.Hash) (io.ReadSeekCloser, error) {
	r, err := s.bucket.NewReader(ctx, s.shelf.key(h), nil)
	if err != nil {
		return nil, missing(err)
	}
	return r, nil
}

// Size returns the length of a kept file. A missing one is fs.ErrNotExist.
func (s *Store) Size(ctx context.Context, h mediation.Hash) (int64, error) {
	a, err := s.bucket.Attributes(ctx, s.shelf.key(h))
	if err != nil {
		return 0, missing(err)
	}
	return a.Size, nil
}

// Remove takes a kept file away. The caller makes sure that nobody vouches for
// it any more. One that is not there is no error.
func (s *Store) Remove(ctx context.Context, h mediation.Hash) error {
	if err := s.bucket.Delete(ctx, s.shelf.key(h)); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
		return fmt.Errorf("stored file: %w", err)
	}
	return nil
}

// Check reports whether the store can be reached and written to.
func (s *Store) Check(ctx context.Context) error {
	f, err := os.CreateTemp(filepath.Join(s.dir, incoming), "check-*")
	if err != nil {
		return fmt.Errorf("store of files: %w", err)
	}
	if err := errors.Join(f.Close(), os.Remove(f.Name())); err != nil {
		return fmt.Errorf("store of files: %w", err)
	}
	return s.shelf.check(ctx, filepath.Base(f.Name()))
}

// missing makes fs.ErrNotExist of what a bucket says of a stored file that is not there.
func missing(err error) error {
	if gcerrors.Code(err) == gcerrors.NotFound {
		return fmt.Errorf("stored file: %w", fs.ErrNotExist)
	}
	return fmt.Errorf("stored file: %w", err)
}
