package bundle

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"jieshi/ingest"
	"jieshi/internal/sheet"
	"jieshi/mediation"
)

// Options are what a bag needs beside the case.
type Options struct {
	// Open reads an original by its hash; a missing one is fs.ErrNotExist.
	Open func(context.Context, mediation.Hash) (io.ReadCloser, error)
	// Picture returns an orthophoto for the map: what it shows of the window,
	// with edges along the axes of EPSG:srid. It is asked from the newest picture
	// to the oldest until it returns one; nil means that it shows nothing there.
	// A nil Picture leaves the map white.
	Picture  func(ctx context.Context, photo mediation.Orthophoto, srid int, window sheet.Window) (*sheet.Picture, error)
	Software string    // named in bag-info.txt and on the map
	MadeAt   time.Time // every date that is not in the case; equal ones give equal bags
	FontFile string    // for the map; empty is [sheet.DefaultFontFile]
}

// WriteDir writes the bag of a case to a new folder. The folder appears when it
// is whole; an error leaves nothing behind. What a person must do first (file
// the run, install the font) is an [*ingest.Refusal].
func WriteDir(ctx context.Context, dir string, b mediation.Bundle, o Options) (err error) {
	if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) {
		return &ingest.Refusal{
			Code: "target_exists", Where: dir,
			Reason: ingest.Text{ZH: "目标文件夹已存在。", EN: "The folder is there already."},
			Remedy: ingest.Text{ZH: "请另选一个名称。", EN: "Choose another name."},
		}
	}
	partial, err := os.MkdirTemp(filepath.Dir(dir), ".partial-*")
	if err != nil {
		return fmt.Errorf("bundle: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(partial)) }()
	bag := filepath.Join(partial, "bag")
	if err := os.Mkdir(bag, 0o755); err != nil {
		return fmt.Errorf("bundle: %w", err)
	}
	root, err := os.OpenRoot(bag)
	if err != nil {
		return fmt.Errorf("bundle: %w", err)
	}
	err = write(ctx, &folder{root}, b, o)
	if err := errors.Join(err, root.Close()); err != nil {
		return err
	}
	return os.Rename(bag, dir)
}

// WriteZip writes the bag of a case as a zip file with one folder in it, named
// after the case (RFC 8493, section 4). What was written before an error is no
// bag: its manifests are missing.
func WriteZip(ctx context.Context, w io.Writer, b mediation.Bundle, o Options) error {
	z := zip.NewWriter(w)
	if err := write(ctx, &zipped{zip: z, base: safeName(b.Case.Number) + "-evidence/", at: o.MadeAt}, b, o); err != nil {
		return err
	}
	return z.Close()
}

// write writes the payload and then what describes it.
func write(ctx context.Context, to sink, b mediation.Bundle, o Options) error {
	src, err := newSource(b)
	if err != nil {
		return err
	}
	bag := &bagWriter{sink: to}
	for _, step := range []func(context.Context, *bagWriter, *source, Options) error{
		writeReadme, writeEvidence, writeRuns, writeLayers, writeMap, writeOriginals,
	} {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := step(ctx, bag, src, o); err != nil {
			return fmt.Errorf("bundle of case %s: %w", b.Case.Number, err)
		}
	}
	return bag.finish(bagInfo(bag, src, o))
}
