package blob

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
	"golang.org/x/sys/unix"

	"jieshi/mediation"
)

// cached is the folder of local copies.
const cached = "cache"

// A cache keeps copies of stored files on this machine, the least used of which
// go first. Processes may share it: whoever uses a copy holds a lock on it,
// and only a copy without a lock is removed.
type cache struct {
	dir   string
	limit int64
	fetch func(ctx context.Context, h mediation.Hash, f *os.File) error
	one   singleflight.Group // fetch of one file at a time
	evict sync.Mutex
}

func newCache(dir string, limit int64, fetch func(context.Context, mediation.Hash, *os.File) error) *cache {
	if limit <= 0 {
		limit = 20 << 30
	}
	return &cache{dir: dir, limit: limit, fetch: fetch}
}

func (c *cache) local(ctx context.Context, h mediation.Hash) (path string, release func(), err error) {
	path = filepath.Join(c.dir, h.String())
	for {
		f, err := hold(path)
		switch {
		case err == nil:
			now := time.Now()
			_ = os.Chtimes(path, now, now) // for who must go first; no harm if it fails
			return path, sync.OnceFunc(func() { _ = f.Close() }), nil
		case !errors.Is(err, fs.ErrNotExist):
			return "", nil, err
		}
		if err := c.bring(ctx, h, path); err != nil {
			return "", nil, err
		}
	}
}

// hold locks the copy against removal. fs.ErrNotExist: there is none, or it was
// removed while we waited.
func hold(path string) (*os.File, error) {
	f, err := os.Open(path) //nolint:gosec // a path of the cache's own making
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_SH); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if !sameFile(f, path) {
		return nil, errors.Join(fs.ErrNotExist, f.Close())
	}
	return f, nil
}

// bring fetches a file, for everybody who waits for it: it goes on when the one
// who asked first has gone.
func (c *cache) bring(ctx context.Context, h mediation.Hash, path string) error {
	done := c.one.DoChan(path, func() (any, error) {
		return nil, c.download(context.WithoutCancel(ctx), h, path)
	})
	select {
	case r := <-done:
		return r.Err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *cache) download(ctx context.Context, h mediation.Hash, path string) (err error) {
	f, err := os.CreateTemp(c.dir, "new-*")
	if err != nil {
		return fmt.Errorf("copy of a stored file: %w", err)
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if err := c.fetch(ctx, h, f); err != nil {
		return refuseFull(err)
	}
	sum := sha256.New()
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("copy of a stored file: %w", err)
	}
	n, err := io.Copy(sum, f)
	if err != nil {
		return fmt.Errorf("copy of a stored file: %w", err)
	}
	if got := mediation.Hash(sum.Sum(nil)); got != h {
		return fmt.Errorf("blob: the stored file %s has the bytes of %s", h, got)
	}
	if err := c.makeRoom(n); err != nil {
		return err
	}
	if err := os.Chmod(f.Name(), 0o440); err != nil {
		return fmt.Errorf("copy of a stored file: %w", err)
	}
	return os.Rename(f.Name(), path)
}

// makeRoom removes copies that nobody uses, least used first, until need more
// bytes fit. Where all are in use, the cache grows past its limit.
func (c *cache) makeRoom(need int64) error {
	c.evict.Lock()
	defer c.evict.Unlock()
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return fmt.Errorf("copies of stored files: %w", err)
	}
	var copies []fs.FileInfo
	sum := need
	for _, e := range entries {
		info, err := e.Info()
		switch {
		case err != nil: // removed by another process
		case strings.HasPrefix(e.Name(), "new-"):
			// One that nobody has finished for a day is left from a program that died.
			if time.Since(info.ModTime()) > 24*time.Hour {
				_ = os.Remove(filepath.Join(c.dir, e.Name()))
			}
		default:
			copies, sum = append(copies, info), sum+info.Size()
		}
	}
	slices.SortFunc(copies, func(a, b fs.FileInfo) int {
		return cmp.Or(a.ModTime().Compare(b.ModTime()), cmp.Compare(a.Name(), b.Name()))
	})
	for _, info := range copies {
		if sum <= c.limit {
			break
		}
		if drop(filepath.Join(c.dir, info.Name())) {
			sum -= info.Size()
		}
	}
	return nil
}

// drop removes a copy that nobody holds.
func drop(path string) bool {
	f, err := os.Open(path) //nolint:gosec // a path of the cache's own making
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }()
	if unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) != nil {
		return false
	}
	return sameFile(f, path) && os.Remove(path) == nil
}
