package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"jieshi/ingest"
	"jieshi/ingest/gnss"
	"jieshi/ingest/raster"
	"jieshi/ingest/vector"
)

// A walkFile is a file of walks on disk and how to read it.
type walkFile struct {
	path   string
	limit  int64 // bytes, of the file and of what it unpacks to
	told   gnss.Told
	config raster.Config               // where children work, and as whom
	count  func(r io.Reader) io.Reader // sees the bytes go by, where they do
}

// LookWalk says what walks are in the file at path, of whatever format: see [gnss.Look].
func LookWalk(ctx context.Context, path string, limit int64, told gnss.Told, config raster.Config) (preview gnss.Preview, err error) {
	w := walkFile{path: path, limit: limit, told: told, config: config}
	f, format, err := w.open()
	if err != nil {
		return preview, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if !isOGR(format) {
		return gnss.Look(f, gnss.Limits{MaxBytes: limit}, told)
	}
	walks, err := w.ogr(ctx)
	if err != nil {
		return preview, err
	}
	return gnss.LookAt(walks), nil
}

// read returns the walks of the file.
func (w walkFile) read(ctx context.Context) (walks []ingest.Walk, err error) {
	f, format, err := w.open()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if isOGR(format) {
		return w.ogr(ctx)
	}
	return gnss.ReadTold(w.count(f), gnss.Limits{MaxBytes: w.limit}, w.told)
}

// open opens the file and says what it is, archives by what is in them. An
// archive that breaks a rule is refused.
func (w walkFile) open() (f *os.File, format gnss.Format, err error) {
	f, err = os.Open(w.path)
	if err != nil {
		return nil, "", fmt.Errorf("incoming file: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close())
		}
	}()
	info, err := f.Stat()
	if err != nil {
		return nil, "", fmt.Errorf("incoming file: %w", err)
	}
	head := make([]byte, 16) // enough for what begins with a magic
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, "", fmt.Errorf("incoming file: %w", err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, "", fmt.Errorf("incoming file: %w", err)
	}
	if format = gnss.Sniff(head[:n]); format == gnss.FormatZip {
		format, err = gnss.SniffZip(f, info.Size())
		if err != nil {
			return nil, "", err
		}
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return nil, "", fmt.Errorf("incoming file: %w", err)
		}
	}
	return f, format, nil
}

func isOGR(format gnss.Format) bool {
	return format == gnss.FormatSQLite || format == gnss.FormatShapefileZip
}

// ogr reads what is left to OGR, in a child process that may do nothing else.
func (w walkFile) ogr(ctx context.Context) ([]ingest.Walk, error) {
	o := vector.ReadOptions{MaxBytes: w.limit, WorkRoot: w.config.WorkRoot, UID: w.config.UID, GID: w.config.GID, Log: w.config.Log}
	return vector.ReadWalks(ctx, w.path, o, gnss.Limits{}, w.told)
}
