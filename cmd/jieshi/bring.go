package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"jieshi/ingest/flight"
	"jieshi/internal/intake"
	"jieshi/mediation"
)

// A brought file is one that a person named on the command line, on its way into
// the store by the way of every upload.
type brought struct {
	path   string
	folder bool // of photos, which are packed while they are read
	size   int64
	sum    mediation.Hash
	show   *progress
}

// openBrought looks at what a person named. Where folders are none of it, one is
// bad usage.
func (p *program) openBrought(path string, folders bool) (*brought, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, usageError{err}
	}
	b := &brought{path: path, folder: info.IsDir(), show: p.progress()}
	switch {
	case b.folder && !folders:
		return nil, usageError{fmt.Errorf("%s is a folder; name one file", path)}
	case b.folder:
		b.path, err = filepath.Abs(path)
		return b, err
	case !info.Mode().IsRegular(): // a pipe could not be read twice
		return nil, usageError{fmt.Errorf("%s is no file", path)}
	}
	f, err := os.Open(path) //nolint:gosec // the person's own file
	if err != nil {
		return nil, usageError{err}
	}
	return b, f.Close()
}

// name is what the file is called.
func (b *brought) name() string {
	if b.folder {
		return filepath.Base(b.path) + ".zip"
	}
	return filepath.Base(b.path)
}

// Measure reads all of it once.
func (b *brought) Measure(ctx context.Context) (size int64, sum mediation.Hash, err error) {
	if info, err := os.Stat(b.path); err == nil && !b.folder {
		b.size = info.Size()
	}
	r, err := b.read(ctx, 0, "check")
	if err != nil {
		return 0, sum, err
	}
	h := sha256.New()
	size, err = io.Copy(h, r)
	if err = errors.Join(err, r.Close()); err != nil {
		return 0, sum, fmt.Errorf("%s: %w", b.path, err)
	}
	b.size, b.sum = size, mediation.Hash(h.Sum(nil))
	return size, b.sum, nil
}

// Open reads it from a byte on.
func (b *brought) Open(ctx context.Context, offset int64) (io.ReadCloser, error) {
	return b.read(ctx, offset, "copy")
}

func (b *brought) read(ctx context.Context, offset int64, stage string) (io.ReadCloser, error) {
	var r io.ReadCloser
	if b.folder {
		r = packed(ctx, b.path)
		if _, err := io.CopyN(io.Discard, r, offset); err != nil {
			return nil, errors.Join(err, r.Close())
		}
	} else {
		f, err := os.Open(b.path)
		if err != nil {
			return nil, fmt.Errorf("file to bring: %w", err)
		}
		if _, err := f.Seek(offset, io.SeekStart); err != nil {
			return nil, errors.Join(fmt.Errorf("file to bring: %w", err), f.Close())
		}
		r = f
	}
	return &watched{ReadCloser: r, ctx: ctx, of: b, stage: stage, read: offset}, nil
}

// packed reads the photos of a folder as one archive.
func packed(ctx context.Context, folder string) io.ReadCloser {
	photos, w := io.Pipe()
	go func() {
		_, err := flight.Pack(ctx, os.DirFS(folder), w, nil)
		w.CloseWithError(err)
	}()
	return photos // closing it ends the packing
}

// watched shows how far a file is read, and ends with ctx.
type watched struct {
	io.ReadCloser
	ctx   context.Context //nolint:containedctx // of the one call that reads
	of    *brought
	stage string
	read  int64
	shown int64
}

func (w *watched) Read(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := w.ReadCloser.Read(p)
	if w.read += int64(n); w.read-w.shown >= 4<<20 && w.of.size > 0 {
		w.shown = w.read
		w.of.show.job(mediation.Job{Stage: w.stage, Progress: 100 * float64(w.read) / float64(w.of.size)})
	}
	return n, err
}

// bring takes in a file that a person named, by the way of every upload, and waits
// for what its order makes of it.
func bring[T intake.WalkResult | intake.OrthophotoResult | intake.FlightResult](ctx context.Context, a *app, b *brought, o mediation.Order) (result T, err error) {
	defer b.show.end()
	placed, err := a.uploads.Bring(ctx, b, o)
	if err != nil {
		return result, err
	}
	return intake.Finish[T](ctx, a.intake, placed, b.show.job)
}
