package nodeodm

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"os"
)

// OrthophotoPath is where the engine puts the orthophoto in its archive.
const OrthophotoPath = "odm_orthophoto/odm_orthophoto.tif"

// ErrNoOrthophoto says that a task ended well and made no orthophoto all the same.
var ErrNoOrthophoto = errors.New("nodeodm: the archive holds no orthophoto")

// Extract writes the orthophoto in an archive to w, at most limit bytes of it,
// counted while they are inflated.
func Extract(archive string, w io.Writer, limit int64) (err error) {
	f, err := os.Open(archive) //nolint:gosec // a path of our own making
	if err != nil {
		return fmt.Errorf("nodeodm: archive: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("nodeodm: archive: %w", err)
	}
	z, err := zip.NewReader(f, info.Size())
	if err != nil {
		return fmt.Errorf("nodeodm: archive: %w", err)
	}
	for _, entry := range z.File {
		if entry.Name == OrthophotoPath {
			return inflate(entry, w, limit)
		}
	}
	return ErrNoOrthophoto
}

func inflate(entry *zip.File, w io.Writer, limit int64) (err error) {
	r, err := entry.Open()
	if err != nil {
		return fmt.Errorf("nodeodm: archive: %w", err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	n, err := io.Copy(w, io.LimitReader(r, limit+1))
	switch {
	case err != nil:
		return fmt.Errorf("nodeodm: archive: %w", err)
	case n > limit:
		return fmt.Errorf("nodeodm: archive: the orthophoto is longer than %d bytes", limit)
	}
	return nil
}
