package blob_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"jieshi/internal/blob"
	"jieshi/internal/blob/s3test"
	"jieshi/mediation"
)

// bucketWith opens a store whose cache holds so many bytes, with the files in it.
func bucketWith(t *testing.T, cacheBytes int64, texts ...string) (shop, []mediation.Hash) {
	t.Helper()
	server := s3test.Start(t)
	server.CacheBytes = cacheBytes
	dir := t.TempDir()
	store, err := blob.OpenBucket(t.Context(), dir, server.BucketConfig)
	if err != nil {
		t.Fatal(err)
	}
	s := shop{store, dir, filepath.Join(server.Folder, server.Prefix)}
	hashes := make([]mediation.Hash, len(texts))
	for i, text := range texts {
		in := s.receive(t, text)
		if err := errors.Join(in.Keep(t.Context()), in.Discard()); err != nil {
			t.Fatal(err)
		}
		hashes[i] = in.SHA256
	}
	return s, hashes
}

func (s shop) copies(t *testing.T) int {
	t.Helper()
	return files(t, filepath.Join(s.local, "cache"))
}

func TestLocalCopiesAreBoundedAndThoseInUseStay(t *testing.T) {
	s, h := bucketWith(t, 20, strings.Repeat("a", 10), strings.Repeat("b", 10), strings.Repeat("c", 10))
	inUse, release, err := s.Local(t.Context(), h[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, hash := range []mediation.Hash{h[1], h[2]} {
		_, done, err := s.Local(t.Context(), hash)
		if err != nil {
			t.Fatal(err)
		}
		done()
	}
	if n := s.copies(t); n != 2 {
		t.Errorf("%d copies, want the two that fit", n)
	}
	if b, err := os.ReadFile(inUse); err != nil || string(b) != strings.Repeat("a", 10) {
		t.Errorf("the file in use: %q, %v", b, err)
	}
	release()
	_, done, err := s.Local(t.Context(), h[1])
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	if _, err := os.Stat(inUse); err == nil {
		t.Error("the copy that was used longest ago is still there")
	}
}

func TestManyReadersFetchAFileOnce(t *testing.T) {
	s, h := bucketWith(t, 0, "wanted by all")
	group, ctx := errgroup.WithContext(t.Context())
	for range 16 {
		group.Go(func() error {
			path, release, err := s.Local(ctx, h[0])
			if err != nil {
				return err
			}
			defer release()
			if b, err := os.ReadFile(path); err != nil || string(b) != "wanted by all" {
				return errors.Join(errors.New("other bytes"), err)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil || s.copies(t) != 1 {
		t.Errorf("%v, %d copies", err, s.copies(t))
	}
}

// Whoever can write to the bucket must not be able to change evidence unseen.
func TestAnObjectWithOtherBytesIsNotHandedOut(t *testing.T) {
	s, h := bucketWith(t, 0, "the original")
	object := filepath.Join(s.kept, h[0].String()[:2], h[0].String())
	if err := os.WriteFile(object, []byte("a forgery!!!"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Local(t.Context(), h[0]); err == nil || s.copies(t) != 0 {
		t.Errorf("Local() = %v, %d copies", err, s.copies(t))
	}
}
